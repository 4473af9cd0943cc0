"""`bot replay`: the kept events once more through the handlers of today, in a copy, and which decisions would differ.

It works on a copy in a folder of its own and sends nothing. It must never print a word of a person: only keys of events
and which parts of a decision differ. What it cannot rebuild it says, and does not call it a difference.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.config.keys import master_of
from bot.config.settings import Settings, policy_of
from bot.delivery.work import event
from bot.feature import Feature, Loaders, loaders_of, rules_of, voices_in
from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region import learned
from bot.region.learned import NONE, InUse
from bot.region.shared import directory_of, judge_of, matcher_of
from bot.region.voice import Voice, hear, languages_of
from bot.upkeep.backups import places_named, server_of
from bot.vk.parse import arrived_message, message_of
from bot.vk.payload import Signer
from handlers.decide import decide
from handlers.needs import needs
from states.facts import Rules
from storage.db.database import Database
from storage.db.migrations import migrate
from storage.db.transaction import Transaction
from storage.inbox import inbox
from storage.ops.copies import backup, replay_source
from storage.ops.copies.replay_source import KeptEvent
from storage.ops.copies.restore import unpack_proven
from storage.records import directory
from storage.unit_of_work import decisions, digests, facts


@dataclass(slots=True)
class Replayed:
    """`same` and `differ` are of events whose facts came out as they were; `unlike` of the others, for which another
    decision proves nothing. `empty`: their content is not kept (chats) or past its term. `model`: what decides now."""

    same: int = 0
    unlike: int = 0
    empty: int = 0
    failed: list[str] = field(default_factory=list)
    differ: list[str] = field(default_factory=list)
    model: InUse = NONE


async def replay(
    settings: Settings, file: Path | None, keys: Path | None, features: tuple[Feature, ...] = ()
) -> Replayed:
    """Decides the kept events once more in a copy, and gives what differs; Refusal where the copy cannot be used."""
    with TemporaryDirectory(prefix="replay-") as scratch:
        target = Path(scratch) / "replay.db"
        if file is None:
            await copy_database(settings, target)
        else:
            if server_of(settings) is not None:
                raise Refusal(ON_POSTGRESQL)
            newest = backup.newest(places_named(settings, str(file.parent)).keys, backup.KEYS, Clock().now())
            unpack_proven(file, keys or newest, target, master_of(settings))
        # Made by the program of before: its tables are brought to today's first, in the copy.
        await migrate(f"sqlite+aiosqlite:///{target}", master=master_of(settings))
        return await of_copy(target, settings, features)


ON_POSTGRESQL = (
    "Копию PostgreSQL сначала верните в пустую базу (её адрес — в BOT_DATABASE_URL): python -m bot restore ФАЙЛ --keys "
    "КЛЮЧИ. Потом там же: python -m bot replay, без файла. Работающую базу можно прогнать и без копии."
)


async def of_copy(target: Path, settings: Settings, features: tuple[Feature, ...]) -> Replayed:
    """Replays what a copy holds; `target` is forgotten afterwards: nothing of it may be used."""
    db = await Database.open(f"sqlite+aiosqlite:///{target}", master=master_of(settings))
    try:
        communities = await backup.communities(db)
        found = Replayed(model=await model_of(db, communities))
        for community in communities:
            await of_community(db.of(community), settings, features, found)
        return found
    finally:
        await db.close()


async def model_of(db: Database, communities: Sequence[int]) -> InUse:
    """The model that the home has in use; all communities use it."""
    for community in communities:
        found = await learned.load(db.of(community))
        if found.number:
            return found
    return NONE


async def copy_database(settings: Settings, target: Path) -> None:
    """The present database; while the bot runs, it refuses, and a backup is what to give."""
    db = await Database.open(settings.database_url, master=master_of(settings))
    try:
        await db.copy_to(str(target))
        await db.copy_keys_to(str(backup.beside(target, ".keys")))
    finally:
        await db.close()


async def of_community(db: Database, settings: Settings, features: tuple[Feature, ...], found: Replayed) -> None:
    """Runs the kept events of one community once more in their order and notes in `found` what came of each. First it
    deletes from the copy all that is decided anew."""
    text = await db.run(directory.load_text)
    if text is None:
        return
    known = directory_of(text[0])
    consents = await db.run(replay_source.consents)
    events = in_order_of_then(await replay_source.events(db), consents)
    sent = await db.run(replay_source.sent_messages)
    await db.run(replay_source.forget_everything)
    voices = voices_in(Path(settings.region_folder), features, known.wordings)
    stage = Stage(
        voices=voices,
        policy=replace(policy_of(settings, db.community), languages=languages_of(voices)),
        directory=known,
        find=matcher_of(known, found.model.learned, found.model.decides),
        judge=judge_of(known),
        signer=Signer(db.derive_key("button"), db.community),
        rules=rules_of(features),
        loaders=loaders_of(features),
    )
    left = sent
    for past_event in events:
        while left and left[0].at <= past_event.at:
            await db.run(lambda tx: replay_source.mark_sent(tx, left[0]))  # noqa: B023 - run at once
            left = left[1:]
        await db.run(lambda tx, past_event=past_event: once_more(tx, stage, past_event, found))  # type: ignore[misc]


def in_order_of_then(events: Sequence[KeptEvent], consents: Mapping[int, int]) -> list[KeptEvent]:
    """The events in the order of then. What was written before the consent was handled twice: at first without a word
    of it (R7), of which only the time is left."""
    found = list(events)
    for kept in events:
        came = kept.arrived
        if came.kind != "message" or not came.raw or (came.cmid or 0) >= consents.get(came.peer, 0):
            continue
        bare = arrived_message(message_of(json.loads(came.raw)), consented=False, chat_bound=False)
        found.append(replace(kept, at=kept.received_at, decided="", arrived=bare))
    return sorted(found, key=lambda past_event: past_event.at)


@dataclass(frozen=True, slots=True)
class Stage:
    """What does not change from one event to the next."""

    voices: Mapping[str, Voice]
    policy: Any
    directory: Any
    find: Any
    judge: Any
    signer: Signer
    rules: Rules
    loaders: Loaders

    def facts(self) -> Mapping[str, Any]:
        """What the loading of facts needs."""
        names = ("policy", "directory", "find", "judge", "rules", "loaders")
        return {"needs": partial(needs, rules=self.rules), **{name: getattr(self, name) for name in names}}


async def once_more(tx: Transaction, stage: Stage, kept: KeptEvent, found: Replayed) -> None:
    """Decides on one kept event again and counts it as same, different, failed, empty (its text is gone) or unlike (the
    facts differ, so the decision says nothing)."""
    await inbox.ingest(tx, [kept.arrived], now=kept.at)
    waiting = await replay_source.waiting(tx, kept)
    if not kept.arrived.raw or waiting is None:
        found.empty += 1
        return
    try:
        happened = event(waiting, stage.signer)
        (fact,) = await facts.load_facts(tx, [(waiting, happened)], **stage.facts(), now=kept.at)
        decision = decide(fact, hear(stage.voices, fact, happened))
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        found.failed.append(f"{kept.name}: {type(error).__name__}")
        return
    await decisions.keep_decisions(tx, [(waiting, decision)], kept.at)
    if not kept.decided:
        return
    differs = digests.differing(kept.decided, digests.of(tx, fact, decision))
    if "facts" in differs:
        found.unlike += 1
    elif differs:
        found.differ.append(f"{kept.name}: {', '.join(differs)}")
    else:
        found.same += 1


def report_lines(found: Replayed) -> Sequence[str]:
    """The result in Russian, without a word of a person."""
    names = {"step": "шаг", "appeals": "сообщения", "sayings": "кому и что", "words": "слова", "rest": "прочее"}
    lines = [
        f"Решает {found.model.words}."
        + (f" Модель не работает: {found.model.trouble}." if found.model.trouble else ""),
        f"Решения те же: {found.same}. Другие: {len(found.differ)}. Упало: {len(found.failed)}.",
        f"Обстановку не восстановить: {found.unlike}; содержания нет: {found.empty} (чаты и то, чему вышел срок).",
    ]
    for difference in found.differ:
        key, _, parts = difference.partition(": ")
        lines.append(f"  {key}: {', '.join(names.get(part, part) for part in parts.split(', '))}")
    return [*lines, *(f"  {failure}" for failure in found.failed)]
