"""A drill: under load a copy is made, the disk with the bot's files goes, the copy is put back, the bot catches up.

Everything is real: the emulator over HTTP, the bot's process, `python -m bot restore` as it is typed (F24).
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.rig.nursery import ROOT, Nursery
from benchmarks.rig.stand import BOT, asked, bind_chats, environment, people, prepare, settings_for, world_text
from bot.config.keys import master_of
from bot.config.settings import Settings
from bot.upkeep.backups import places_named
from storage.db.sealed_file import unseal
from storage.ops.copies import backup as copies
from tests.form import PATIENT
from tests.kill.evidence import PART, Evidence, by_bot, rows, words
from tests.kill.invariants import no_loss_in, no_regress, nothing_raised, nothing_waits, own_random_ids
from tests.kill.people import Impatient, Resident, Wire, answered, button_in, number_in
from tests.kill.run import HURRIED, Plan, crowd, drained, gathered
from tests.world.said import ANSWER, MARK
from vk_emulator.server import Emulator, running

RESTORED, SUMMARY = "Мы восстановили бота после сбоя.", "Бот восстановлен из копии"

LATE = 2
"""People who write for the first time after the copy was made: their consent is not in it."""

FORGOTTEN_WORDS = "Пелагея Неждановна"


@dataclass
class Drill:
    """What came of it. `rto`: from the loss of the disk to the first answer of the restored bot, in seconds."""

    evidence: Evidence
    erased: int
    copy_age: float
    rto: float
    restored: str
    written_meanwhile: int
    files: dict[str, bytes] = field(default_factory=dict)

    def line(self) -> str:
        return (
            f"копии было {self.copy_age:.1f} с, с потери диска до первого ответа {self.rto:.1f} с (RTO), "
            f"за это время люди написали {self.written_meanwhile} сообщений"
        )


async def drill(seed: int, folder: Path, residents: int = 6, load: float = 6.0) -> Drill:
    disk, safe = folder / "disk", folder / "safe"
    disk.mkdir()
    nursery = Nursery(folder / "bot.log", HURRIED)
    async with running(world_text(residents + 1 + LATE), seed=seed) as emulator, nursery:
        settings = settings_for(
            emulator.url,
            disk,
            undo_seconds=1,
            erasure_minutes=0,
            backup_folder=str(safe / "copies"),
            backup_minutes=60,
            master_key_file=str(master_key(safe)),
        )
        await prepare(settings)
        installed = emulator.world.clock.now()
        await nursery.birth(settings)
        await bind_chats(emulator, settings)
        *_, leaver = people(residents + 1)
        late, enough = people(residents + 1 + LATE)[-LATE:], asyncio.Event()
        await one_story(emulator, leaver)
        async with crowd(Plan(0, seed, residents), emulator, Patient) as wire:
            await asyncio.sleep(load)
            made = await backup(settings)
            copied_at = time.monotonic()
            newcomers = [asyncio.create_task(Patient(wire, user).live(enough)) for user in late]
            await asyncio.sleep(load)
            await forget(emulator, settings, leaver)
            await nursery.end(signal.SIGKILL)
            lost_at, written = time.monotonic(), written_by_people(emulator)
            for path in disk.iterdir():
                path.unlink()
            said = await restore(emulator, settings, Path(made["file"]))
            before = written_by_bot(emulator)
            await nursery.birth(settings)
            while written_by_bot(emulator) == before:
                await asyncio.sleep(0.05)
            rto = time.monotonic() - lost_at
            meanwhile = written_by_people(emulator) - written
            await asyncio.sleep(load)
            enough.set()
            wire.in_peace()
            await asyncio.gather(*newcomers)
        await drained(emulator, settings)
        await nursery.end(signal.SIGTERM)
        evidence = gathered(emulator, installed, disk, wire, nursery.log)
    files = {path.name: path.read_bytes() for path in disk.iterdir() if path.is_file()}
    return Drill(evidence, leaver, lost_at - copied_at, rto, said, meanwhile, files)


def master_key(safe: Path) -> Path:
    from storage.db import master

    path = safe / "master-key"
    master.make(path)
    return path


async def one_story(emulator: Emulator, user: int) -> None:
    """A resident who writes once, and will be forgotten."""
    async with aiohttp.ClientSession() as http:
        wire = Wire(emulator.url, http, random.Random(user))
        wire.in_peace()
        one = Resident(wire, user)
        wire.random_id = 900_000
        at = await one.say(f"Яма на дороге, город Миасс, улица Мира, дом 3. {FORGOTTEN_WORDS}")
        while True:
            shown = await one.shown(at, answered)
            if "✅ Приняли" in shown["text"]:
                return
            at = await one.answer(shown)


async def backup(settings: Settings) -> dict[str, Any]:
    places = places_named(settings)
    arguments = {"database": str(places.database), "folder": str(places.folder), "keys": str(places.keys)}
    return await asked(settings, "backup", **arguments)


async def forget(emulator: Emulator, settings: Settings, user: int) -> None:
    """Asked, done, and the list of whom to forget copied: what comes later must not bring them back."""
    keys = places_named(settings).keys
    await asked(settings, "erasure_ask", resident=user, ground="withdrawn", due_at="2030-01-01T00:00:00+00:00")
    until = time.monotonic() + PATIENT
    while time.monotonic() < until:
        emulator.call("emulator.advanceClock", seconds=1)
        await asyncio.sleep(0.1)
        found = (await asked(settings, "erasures"))["erasures"]
        done = [row["done_at"] for row in found]
        if (
            done
            and all(done)
            and forgotten_in(copies.newest(keys, copies.KEYS, time_in(emulator)), settings) >= len(done)
        ):
            return
    raise AssertionError(f"не удалено за {PATIENT:.0f} секунд")


def time_in(emulator: Emulator) -> datetime:
    """The bot follows the emulator's clock, which is ahead."""
    return datetime.fromtimestamp(emulator.world.clock.now(), UTC)


def forgotten_in(copy: Path | None, settings: Settings) -> int:
    """How many the newest copy of the keys knows as forgotten: what its name says of its age is not enough."""
    if copy is None:
        return 0
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "keys"
        unseal(copy, plain, copies.key_of_keys(master_of(settings)))
        return len(rows(plain, "SELECT subject FROM erased"))


async def restore(emulator: Emulator, settings: Settings, copy: Path) -> str:
    """As an administrator does it, with the newest copy of the keys."""
    keys = copies.newest(places_named(settings).keys, copies.KEYS, time_in(emulator))
    assert keys is not None
    command = [sys.executable, "-m", "bot", "restore", str(copy), "--keys", str(keys)]
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    done = await asyncio.create_subprocess_exec(
        *command,
        cwd=copy.parent,
        env={**clean, **environment(settings), "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    said, trouble = await done.communicate()
    assert done.returncode == 0, trouble.decode()
    return said.decode()


def messages(emulator: Emulator) -> list[dict[str, Any]]:
    return [message for dialogue in emulator.call("emulator.record")["dialogues"] for message in dialogue["messages"]]


def written_by_bot(emulator: Emulator) -> int:
    return sum(message["from_id"] == BOT for message in messages(emulator))


def written_by_people(emulator: Emulator) -> int:
    return sum(message["from_id"] > 0 for message in messages(emulator))


class Interrupted(Exception):
    """The bot came back from an older copy; its message says what is to be done."""


@dataclass
class Patient(Resident):
    """Reads what the restored bot writes, and goes on from there."""

    heard: int = 0

    async def live(self, enough: asyncio.Event) -> None:
        try:
            while not enough.is_set():
                try:
                    await self.tell_a_story()
                except Interrupted as news:
                    await self.finish(news.args[0])
                await self.wire.breathe()
        except Impatient as vain:
            self.wire.silences.append(f"{self.user}: {vain}")

    async def finish(self, shown: dict[str, Any]) -> None:
        """The draft that is shown again becomes a number."""
        while asked_on(shown) and not number_in(shown):
            shown = await self.shown(await self.answer(shown), asked_on)

    async def shown(self, after: int, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        found = await super().shown(after, lambda one: wanted(one) or self.is_news(one))
        if self.is_news(found):
            self.heard = found["id"]
            raise Interrupted(found)
        return found

    def is_news(self, row: dict[str, Any]) -> bool:
        return row["id"] > self.heard and str(row["text"]).startswith(RESTORED)


def asked_on(row: dict[str, Any]) -> bool:
    """Something of the draft is still asked, or the number is there. Two stories in one draft have two places."""
    return answered(row) or button_in(row, "Назад") is not None


def wrong_with(done: Drill) -> list[str]:
    """What holds after a restore (delivery.md §13). The forgotten one is nobody's any more."""
    evidence = done.evidence
    theirs = {str(done.erased), *numbers_of(evidence, done.erased)}
    found = after_a_restore(evidence) + list(void_is_named(done)) + sent_although_undone(evidence)
    return [one for one in found if not any(of in one for of in theirs)]


def after_a_restore(evidence: Evidence) -> list[str]:
    """What holds whatever was lost."""
    checks = (no_loss_in, no_regress, own_random_ids, nothing_waits, nothing_raised, told_once, nothing_lost, replied)
    return [what for check in checks for what in check(evidence)]


def told_once(evidence: Evidence) -> Iterator[str]:
    """Each resident reads at most once that the bot was restored, the ЦУР one summary."""
    for user, messages in evidence.private():
        times = sum(row["text"].startswith(RESTORED) for row in by_bot(messages))
        if times > 1:
            yield f"житель {user} услышал о восстановлении {times} раз"
    summaries = [one for key, _, messages in evidence.chats() if key == "cur" for one in by_bot(messages)]
    if sum(SUMMARY in summary["text"] for summary in summaries) != 1:
        yield "ЦУР должен прочитать одну сводку"


def void_is_named(done: Drill) -> Iterator[str]:
    """A number that the restored bot does not know was named to its resident as such."""
    known = {row["code"] for row in done.evidence.history}
    for user, messages in done.evidence.private():
        said = " ".join(row["text"] for row in by_bot(messages) if row["text"].startswith(RESTORED))
        for code, (owner, _) in done.evidence.submitted().items():
            if owner == user and code not in known and f"№{code}" not in said:
                yield f"житель {user} не знает, что номер {code} не действует"


def nothing_lost(evidence: Evidence) -> Iterator[str]:
    """Every word of a resident was shown in a chat, and in no chat but those of their own numbers and the ЦУР's."""
    submitted = evidence.submitted()
    where: dict[str, set[str]] = defaultdict(set)
    for key, _, messages in evidence.chats():
        for one in by_bot(messages):
            for mark in MARK.findall(words(one)):
                where[mark].add(key)
    for user, messages in evidence.private():
        mine = {chat for owner, chat in submitted.values() if owner == user} | {"cur"}
        for message in messages:
            mark = MARK.search(message["text"]) if message["from_id"] == user else None
            if mark and not where[mark[1]]:
                yield f"слова {mark[1]} не показаны никому"
            if mark and not where[mark[1]] <= mine:
                yield f"слова {mark[1]} показаны в {where[mark[1]]}, место им {mine}"


def replied(evidence: Evidence) -> Iterator[str]:
    """A reply of an official reaches its resident at most once, and nobody else."""
    submitted, copies = evidence.submitted(), defaultdict(list)
    for user, messages in evidence.private():
        for one in by_bot(messages):
            for mark in ANSWER.findall(words(one)):
                copies[mark].append(user)
    for _, _, messages in evidence.chats():
        texts = {message["cmid"]: message["text"] for message in messages}
        for message in messages:
            mark = ANSWER.search(message["text"]) if message["from_id"] > 0 else None
            card = PART.search(texts.get(message["reply_cmid"], "")) if mark else None
            if mark and copies[mark[1]] not in ([], [submitted[card[1]][0]] if card and card[1] in submitted else []):
                yield f"ответ {mark[1]} есть у {copies[mark[1]]}"


def numbers_of(evidence: Evidence, resident: int) -> set[str]:
    """The numbers of the forgotten one."""
    return {code for code, (user, _) in evidence.submitted().items() if user == resident}


def sent_although_undone(evidence: Evidence) -> list[str]:
    """An answer that was taken back and reached its resident all the same."""
    private = [message for _, messages in evidence.private() for message in messages]
    reached = {mark for row in private for mark in ANSWER.findall(row["text"])}
    found = []
    for _, _, messages in evidence.chats():
        texts = {message["cmid"]: message["text"] for message in messages}
        for message in messages:
            if message["from_id"] == BOT and "отменён, житель" in message["text"]:
                mark = ANSWER.search(texts.get(message["reply_cmid"], ""))
                found += [f"отменён, но ушёл: {mark[1]}"] if mark and mark[1] in reached else []
    return found


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else random.SystemRandom().randrange(10**6)
    with tempfile.TemporaryDirectory(prefix="drill-") as scratch:
        done = asyncio.run(drill(seed, Path(scratch)))
    wrong = wrong_with(done)
    print(f"зерно {seed}: {done.line()}; неверно: {len(wrong)}")
    print(*wrong, sep="\n", end="")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
