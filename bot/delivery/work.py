"""The deciding loop: takes waiting events of different people, loads their facts, decides, and commits all in one
transaction.

An event that raises leaves the batch and the others go on; it is retried alone and at last dead-lettered
(delivery.md §10).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.process.log import log
from bot.region.voice import hear, in_words_of, residents_in
from bot.runtime import Runtime
from bot.vk import comments
from bot.vk.parse import event_of
from bot.vk.payload import Signer
from handlers.decide import decide
from handlers.needs import needs
from states.decision import Decision
from states.effects import SOURCE_TIMER, WORDS_TIMER, Reread, StartTimer
from states.events import ButtonPressed, Event, MessageNew
from states.facts import Facts
from storage.db import codec
from storage.db.crash_points import crash_point
from storage.db.errors import Conflict
from storage.db.transaction import Transaction
from storage.inbox import inbox
from storage.inbox.inbox import Waiting
from storage.privacy import forgetting
from storage.records import appeals
from storage.unit_of_work import awaiting_ack, decisions, digests, facts

ASKED_AGAIN = timedelta(seconds=1)
"""What waits for the number of a message is looked at again so much later."""

HELD_AGAIN = 0.05
"""Seconds until a person whom another transaction holds is asked for again."""

EVENTS_AT_ONCE = 64
"""Of different people, in one transaction: 8 cost twice as much an event, and with more the last of them would wait for
all the others (docs/decisions/0002-storage.md)."""

GUARDED_EVENTS = 64
"""After a start so many events are run with the crash guard, one by one: a crash loop shows itself at once."""


@dataclass(frozen=True, slots=True)
class Taken:
    """How many events were taken from the inbox and what was decided; for how many seconds there is nothing more to do
    unless something comes."""

    count: int
    wait: float = 0.0
    decided: tuple[tuple[Waiting, Decision], ...] = ()


async def work(bot: Runtime) -> None:
    """Decide until told to stop, or until there is nothing to do and the bell lets it rest."""
    while not bot.stopping.is_set():
        bot.events.clear_signal()
        taken = await one_batch(bot, guarded=bot.worked < GUARDED_EVENTS)
        crash_point("work: kept")
        if any(decision.erases for _, decision in taken.decided):
            await forgetting.destroy_keys(bot.db)
        bot.worked += taken.count
        wake(bot, taken.decided)
        if taken.wait and not await bot.events.wait(taken.wait):
            return


def wake(bot: Runtime, decided: Sequence[tuple[Waiting, Decision]]) -> None:
    """The loops for which there is something now."""
    effects = [effect for _, decision in decided for effect in decision.effects]
    chats_changed = any(decision.chat is not None for _, decision in decided)
    if effects or any(row.kind == "message" for row, _ in decided):  # a person who writes to us may be written to again
        bot.outgoing.notify()
    for effect in effects:
        if isinstance(effect, StartTimer):
            bell = bot.sources if effect.name == SOURCE_TIMER else bot.timers
            bell = bot.bell(WORDS_TIMER) if effect.name == WORDS_TIMER else bell
            bell.within((effect.at - bot.clock.now()).total_seconds())
    if chats_changed or any(isinstance(effect, Reread) for effect in effects):
        bot.gaps.notify()
    if chats_changed:
        bot.people.notify()
    if any(decision.erases or decision.erasure is not None for _, decision in decided):
        bot.chores.notify()


async def seconds_to_more(tx: Transaction, bot: Runtime) -> float:
    """The seconds until there is more to handle; asked in the transaction that has handled some, for it would be the
    next one's only question."""
    return 0.0 if await inbox.some_ready(tx, bot.clock.now()) else await seconds_to_retry(tx, bot)


async def seconds_to_retry(tx: Transaction, bot: Runtime) -> float:
    """The seconds until the next retry of an event that raised; nothing could be taken just now."""
    now = bot.clock.now()
    if await inbox.some_held(tx, now):
        return HELD_AGAIN
    soonest = await inbox.next_retry_at(tx, now)
    return math.inf if soonest is None else max(0.01, (soonest - now).total_seconds())


async def one_batch(bot: Runtime, *, guarded: bool) -> Taken:
    """Handles waiting events in one transaction; while `guarded`, a single one that is noted on disk before it runs.
    After a conflict with another worker the first event is handled alone."""
    if guarded and (idle := await bot.db.run(lambda tx: starting(tx, bot))) is not None:
        return idle
    try:
        return await bot.db.run(lambda tx: batch(tx, bot, 1 if guarded else None))
    except Conflict:
        return await alone(bot)


async def alone(bot: Runtime) -> Taken:
    """Handles the first event by itself, since another worker changed the same appeal meanwhile: so it finds the new
    state."""
    try:
        return await bot.db.run(lambda tx: batch(tx, bot, 1))
    except Conflict:
        return await bot.db.run(lambda tx: put_off(tx, bot))


async def put_off(tx: Transaction, bot: Runtime) -> Taken:
    """Twice in a row: the event waits its second, the others go on."""
    now = bot.clock.now()
    rows = await inbox.next_events(tx, now, 1)
    for row in rows:
        await inbox.retry(tx, row, reason="Conflict", now=now)
    return Taken(len(rows))


async def starting(tx: Transaction, bot: Runtime) -> Taken | None:
    """Note which event is about to be run, and run it alone: no innocent one is noted with it (delivery.md §10)."""
    now = bot.clock.now()
    rows = await inbox.next_events(tx, now, 1)
    if not rows:
        return Taken(0, await seconds_to_retry(tx, bot))
    await inbox.note_starting(tx, rows, now)
    return None


async def batch(tx: Transaction, bot: Runtime, limit: int | None = None) -> Taken:
    """T2 for the heads of several people."""
    now, most = bot.clock.now(), limit or EVENTS_AT_ONCE
    rows = await inbox.next_events(tx, now, most)
    if not rows:
        return Taken(0, await seconds_to_retry(tx, bot))
    events = [(row, event(row, bot.signer)) for row in rows]
    known = await facts.load_facts(
        tx,
        events,
        needs=partial(needs, rules=bot.rules),
        policy=bot.policy,
        directory=bot.directory,
        find=bot.find,
        judge=bot.judge,
        now=now,
        rules=bot.rules,
        loaders=bot.loaders,
    )
    later = facts.conflicting(known) | await too_early(tx, bot, events, known, now)
    decided: list[tuple[Waiting, Decision]] = []
    said: list[str | None] = []
    for index, ((row, happened), fact) in enumerate(zip(events, known, strict=True)):
        if index in later:
            continue
        happened = hear(bot.voices, fact, happened) if bot.voices else happened
        decision = await decided_or_retried(tx, bot, row, happened, fact)
        if decision is not None and not await erases_too_early(tx, row, decision, now):
            said.append(digests.of(tx, fact, decision))
            decided.append((row, await in_other_words(tx, bot, fact, happened, decision) if bot.voices else decision))
    await decisions.keep_decisions(tx, decided, now, said)
    tell(decided)
    wait = await seconds_to_more(tx, bot) if len(rows) < most else 0.0
    return Taken(len(rows), wait, tuple(decided))


async def in_other_words(tx: Transaction, bot: Runtime, fact: Facts, happened: Event, decision: Decision) -> Decision:
    """What residents read who have chosen a language, said in it; where that fails they read ours (I2)."""
    peers = residents_in(decision)
    near = [talk for talk in (decision.dialogue, fact.dialogue, fact.theirs) if talk is not None]
    known = {talk.resident: talk for talk in reversed(near)}
    known |= await appeals.dialogues(tx, peers - known.keys())
    codes = {peer: known[peer].language if peer in known else "" for peer in peers}
    spoken = {peer: bot.voices.get(code, bot.voices.get("")) for peer, code in codes.items()}  # a file may be gone
    chosen = {peer: voice for peer, voice in spoken.items() if voice is not None}
    try:
        others = {voice.language.code: voice.says(fact, happened) for voice in chosen.values()}
    except Exception as error:  # noqa: BLE001 - another's words must not cost anybody an answer (F20)
        log.error("words_failed", loop="work", kind=type(happened).__name__, error=type(error).__name__)
        return decision
    return in_words_of(decision, {peer: others[voice.language.code] for peer, voice in chosen.items()})


async def too_early(
    tx: Transaction, bot: Runtime, events: Sequence[tuple[Waiting, Event]], known: Sequence[Facts], now: datetime
) -> set[int]:
    """Replies to a message of ours, and presses on it, that came before its number: VK's answer with the number is late
    or was lost. They wait for it, or an official who was quick would hear that this is no card (I3, I8)."""
    pointing = {
        row.id: index
        for index, ((row, happened), fact) in enumerate(zip(events, known, strict=True))
        if points_at_ours(bot, happened) and not fact.replied and fact.linked is None
    }
    if not pointing:
        return set()
    early = {pointing[row] for row in await awaiting_ack.awaiting(tx, sorted(pointing))}
    waiting = [events[index][0] for index in sorted(early)]
    await awaiting_ack.put_off(tx, waiting, now + ASKED_AGAIN)
    return early


async def erases_too_early(tx: Transaction, row: Waiting, decision: Decision, now: datetime) -> bool:
    """A consent carries out an erasure that was asked for before: what flies is waited for, as the erasure itself does,
    or nobody could tell what became of it (F32)."""
    early = decision.erases and await forgetting.under_way(tx, row.peer)
    if early:
        await awaiting_ack.put_off(tx, [row], now + ASKED_AGAIN, "in flight")
    return early


def points_at_ours(bot: Runtime, happened: Event) -> bool:
    """Whether it is a reply to a message of ours, or a press on it."""
    match happened:
        case MessageNew(message):
            return message.reply is not None and message.reply.author == -bot.community
        case _:
            return isinstance(happened, ButtonPressed)


async def decided_or_retried(
    tx: Transaction, bot: Runtime, row: Waiting, happened: Event, fact: Facts
) -> Decision | None:
    """What follows from the event; None where the handler raised, which is logged and tried again later, six times at
    most."""
    try:
        return decide(fact, happened)
    except Exception as error:  # noqa: BLE001 - whatever a handler does, the others go on (F20)
        due = await inbox.retry(tx, row, reason=type(error).__name__, now=bot.clock.now())
        crash_point("work: failure noted")
        log.error(
            "handler_failed",
            loop="work",
            key=row.key,
            kind=row.kind,
            error=type(error).__name__,
            state="dead" if due is None else "retry",
            attempts=row.attempts,
        )
        return None


def event(row: Waiting, signer: Signer) -> Event:
    """The stored row as an event; a button gets the time it arrived, for VK does not tell it."""
    if row.kind == "internal":
        return codec.decode(Event, row.raw)  # type: ignore[no-any-return]
    if row.kind == comments.KIND:
        return comments.event_of(row.raw)
    happened = event_of(row.kind, row.raw, signer, content=row.content)
    if isinstance(happened, ButtonPressed) and row.at is not None:
        return replace(happened, at=row.at)
    return happened


def tell(decided: Sequence[tuple[Waiting, Decision]]) -> None:
    """Logs each decision: its event, what it changed, and its reason; never any words."""
    for row, decision in decided:
        appeals = ",".join(appeal.code for appeal in decision.appeals)
        log.info(
            "decided",
            loop="work",
            key=row.key,
            kind=row.kind,
            peer=row.peer,
            appeal=appeals,
            reason=decision.ignored,
            count=len(decision.effects),
        )
