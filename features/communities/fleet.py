"""Runs the communities of the registry beside the home, in one process; they begin, pause and end while it runs.

One that fails, hangs, floods or is refused disturbs no other. It must never run the home, and a community says nothing
through another.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bot.delivery.backfill import Doubts, Sweeps, backfill, verify_dialogues
from bot.delivery.listen import listen
from bot.delivery.read_sources import read_sources
from bot.delivery.send import Sender, sending
from bot.delivery.tick import tick
from bot.delivery.work import GUARDED_EVENTS, work
from bot.feature import Recovered
from bot.process import memory
from bot.process.log import log
from bot.process.turns import Turn, Turns
from bot.runtime import Bell, Runtime
from bot.upkeep.alarms import alarm
from bot.upkeep.audit_checkpoints import communities as noted_communities
from bot.upkeep.audit_checkpoints import path_of
from bot.upkeep.communities import in_turn
from bot.upkeep.communities.beside import beside
from bot.upkeep.members import Asked, list_members
from handlers.lifecycle.incidents import INCIDENTS_TIMER
from handlers.system.reminders import SPIKES_TIMER
from states.audit import AuditAction, AuditLine
from states.effects import StartTimer
from states.events import AlarmKind, RoutesChanged
from states.lifecycle.spikes import next_look
from storage.db.errors import Conflict, Unavailable
from storage.db.transaction import Transaction
from storage.inbox import history, timers
from storage.inbox.inbox import enqueue_internal
from storage.ops import idle, in_all, recovery_mark
from storage.outbox import claim
from storage.privacy import audit, forgetting
from storage.records import chats, communities, shares
from storage.records.communities import CommunityState, RegisteredCommunity

LOOK, SELDOM = 5.0, 60.0
"""Seconds between two looks at the registry (another process may write it) and at who is refused; seldom where neither
can be."""
AT_ONCE = 8
"""So many begin, read VK's list of dialogues or ask for members at the same time."""
MANY = 100
DRAIN_SECONDS = 20.0
BELIEVED_HERE = timedelta(seconds=30)
"""So long another worker waits for one that says nothing any more, before it takes what that one ran."""
GOLDEN = 0.6180339887498949
"""Multiples of it spread numbers that follow one another evenly over a period."""

KEY_GONE = frozenset({5, 27, 28, 1117})
"""The key is revoked, has run out, or is no community's: only people can help."""
BELIEVED_AFTER = 75.0
"""Seconds in which VK says nothing else: it has been wrong for a moment, and a sender asks again after 30 s."""
NAMED, NOBODY = 10, 0


@dataclass(slots=True)
class RunningCommunity:
    """One community that runs. `listening` is its only loop that never rests. `doubted`: since when its key is
    refused, by the monotonic clock."""

    registered: tuple[RegisteredCommunity, str]
    bot: Runtime
    listening: Turn
    begun: bool = False
    doubted: float | None = None

    def turns(self) -> Iterator[Turn]:
        """The loops of the community."""
        yield self.listening
        yield from (bell for bell in bells(self.bot) if isinstance(bell, Turn))


def bells(bot: Runtime) -> tuple[Bell, ...]:
    """What wakes each loop of the bot."""
    return (bot.events, bot.outgoing, bot.timers, bot.sources, bot.gaps, bot.sweeps, bot.people)


@dataclass(slots=True)
class Fleet:
    """All that run beside the home. `noted`, `forgetful`: communities whose audit log has a checkpoint, or of which
    somebody was erased: only these are looked at for what a failover or a restore has lost."""

    home: Runtime
    recovered: Recovered
    turns: Turns = field(init=False)
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))
    members: dict[int, RunningCommunity] = field(default_factory=dict)
    stamp: communities.Stamp = (0, None, 0)
    routed: str = ""
    settled: bool = False
    noted: frozenset[int] = frozenset()
    forgetful: frozenset[int] = frozenset()
    upkeep: Turn = field(init=False)
    place: in_turn.RoundProgress = field(default_factory=in_turn.RoundProgress)

    def __post_init__(self) -> None:
        self.turns = Turns(self.home.clock)
        self.upkeep = Turn(self.turns, 0, self.looked_after, "in_turn")

    # The registry.

    async def run(self) -> None:
        """Runs the communities until told to stop."""
        timing = asyncio.create_task(self.turns.run(self.home.stopping))  # noqa: TID251 - ends below
        try:
            while not self.home.stopping.is_set():
                try:
                    await self.synchronise()
                    await self.end_refused()
                    self.settle()
                except (Unavailable, Conflict) as error:  # looked at again in a moment
                    log.warning("registry_unread", loop="communities", error=type(error).__name__)
                await self.home.registry.wait(LOOK if self.members or self.is_shared else SELDOM)
        finally:
            self.turns.wake()
            for member in self.members.values():
                member.bot.stopping.set()
                self.turns.end(member.listening)
            await self.turns.drain(DRAIN_SECONDS)
            await self.left()
            timing.cancel()
            await asyncio.gather(timing, return_exceptions=True)  # noqa: TID251 - cancelled just now

    @property
    def is_shared(self) -> bool:
        """Whether other processes may share the registry: on PostgreSQL only."""
        return self.home.db.dialect == "postgresql"

    async def left(self) -> None:
        """Tells other workers that this one gives its communities up."""
        if self.is_shared:
            with suppress(Unavailable, Conflict):  # then the others wait until it is believed to be gone
                await self.home.db.run(lambda tx: shares.leave(tx, self.home.settings.worker))

    async def synchronise(self) -> None:
        """Begins and ends communities, so that what runs is what the registry says; where several workers share a
        database, this one's part of it."""
        worker = self.home.settings.worker if self.is_shared else None
        stamp = await self.home.db.run(lambda tx: read_stamp(tx, worker, self.home.clock.now()))
        if stamp != self.stamp:
            wanted, self.home.communities = await self.home.db.run(lambda tx: load_registered(tx, worker))
            for id in [id for id, member in self.members.items() if wanted.get(id) != member.registered]:
                await self.end(id)
            await self.known_before()
            for id in wanted.keys() - self.members.keys():
                self.begin(*wanted[id])
            self.stamp = stamp
        if self.members and self.routed != self.home.directory.version:
            await self.reroute(self.home.directory.version)

    async def known_before(self) -> None:
        """Learns once, with the first row of the registry, where there is something to do at a start; and upkeep
        begins, for what is kept of people in those that do not run has its terms too."""
        if self.stamp[0] == 0:
            self.noted = frozenset(noted_communities(path_of(self.home.settings)))
            self.forgetful = frozenset(await self.home.db.run(lambda tx: tx.keys.ring.forgetful()))
            self.upkeep.notify()

    async def reroute(self, version: str) -> None:
        """Tells each community that routes have changed (another directory, or a start with one): what waited for it
        may go."""
        now = self.home.clock.now()
        for id in await self.home.db.run(in_all.with_appeals):
            if id in self.members:
                bot = self.members[id].bot
                told = (NOBODY, f"routes|{version}", RoutesChanged(NOBODY, now))
                await bot.db.run(lambda tx, told=told: enqueue_internal(tx, [told], now))  # type: ignore[misc]
                bot.events.notify()
        self.routed = version

    async def end_refused(self) -> None:
        """Ends those whose key VK does not take; the control centre of the home hears of it."""
        gone: list[tuple[RunningCommunity, int]] = []
        at = self.home.clock.monotonic()
        for member in self.members.values():
            code = refused_with(member.bot)
            member.doubted = None if not code else at if member.doubted is None else member.doubted
            if member.doubted is not None and at - member.doubted >= BELIEVED_AFTER:
                gone.append((member, code))
        if not gone:
            return
        now = self.home.clock.now()
        await self.home.db.run(lambda tx: marked_refused(tx, gone, now))
        for member, code in gone:
            log.error("community_refused", community=member.bot.community, code=code)
        await alarm(self.home, AlarmKind.COMMUNITY, names_of(gone))
        await self.synchronise()

    def settle(self) -> None:
        """Freezes long-lived objects once all of many communities have begun: for 3,577 a look of the garbage collector
        takes half a second, in which nobody is answered."""
        if not self.settled and len(self.members) >= MANY and all(member.begun for member in self.members.values()):
            self.settled = True
            memory.freeze_gc()

    # One of them.

    def begin(self, registered: RegisteredCommunity, token: str) -> None:
        """Starts a community of the registry: its runtime and its loops."""
        bot = beside(self.home, registered, token)
        listening = Turn(self.turns, registered.id, lambda: self.live(registered.id), "listen")
        self.members[registered.id] = RunningCommunity((registered, token), bot, listening)
        self.settled = False
        self.home.others[registered.id] = bot
        sender = Sender(bot, str(bot.settings.worker))
        asked: Asked = {}
        phase = registered.id * GOLDEN % 1
        turn = partial(Turn, self.turns, registered.id)
        bot.events = turn(partial(work, bot), "work")
        bot.outgoing = turn(partial(sending, sender), "send")
        bot.timers = turn(partial(tick, bot), "tick")
        bot.sources = turn(partial(read_sources, bot), "read_sources")
        bot.gaps = turn(partial(backfill, bot, Doubts(bot.clock)), "backfill", first=True)
        seldom = partial(turn, slots=self.slots, phase=phase)
        bot.sweeps = seldom(partial(verify_dialogues, bot, Sweeps()), "verify_dialogues")
        bot.people = seldom(partial(with_chats, bot, asked), "members")
        bot.chores = self.upkeep
        listening.notify()

    async def live(self, id: int) -> None:
        """Runs a community from its start until it is ended: only this waits for VK all the time."""
        member = self.members[id]
        bot = member.bot
        if not member.begun:
            async with self.slots:
                waits, marked = await self.prepare(bot)
            if marked:
                await self.recovered(bot)
            member.begun = True
            if not waits.work:  # an event that ends the process is there at the next start: then it is guarded
                bot.worked = GUARDED_EVENTS
            for bell in (*(bells(bot)[:5] if waits.work or marked else ()), *((bot.people,) if waits.chats else ())):
                bell.notify()
            bot.sweeps.notify()
            log.info("community_begun")
        await listen(bot)

    async def prepare(self, bot: Runtime) -> tuple[idle.Waits, bool]:
        """Prepares a community before anything of it is read, as at the start of the home (bot/app.py): whether work
        waits, and whether an older copy was put back."""
        now, worker = bot.clock.now(), str(bot.settings.worker)

        async def body(tx: Transaction) -> tuple[idle.Waits, bool]:
            await history.note_installation(tx, now)
            found = await idle.waits(tx)
            if found.work:
                await claim.recover_leases(tx, now, worker)
            return found, await recovery_mark.read_mark(tx) is not None

        if bot.community in self.forgetful:
            await forgetting.reapply(bot.db, now)
        waits, marked = await bot.db.run(body)
        return waits, marked or bot.community in self.noted

    async def end(self, id: int) -> None:
        """Ends a community; what it is sending is given its time."""
        member = self.members.pop(id)
        self.home.others.pop(id, None)
        member.bot.stopping.set()
        self.turns.end(member.listening)
        await self.turns.end_turns(tuple(member.turns()), DRAIN_SECONDS)
        log.info("community_ended", community=id)

    # Upkeep.

    async def looked_after(self) -> None:
        """The loop of upkeep for all communities of the registry, until the bot stops."""
        while not self.home.stopping.is_set():
            self.upkeep.clear_signal()
            await in_turn.one_round(self.home, self.place)
            if not await self.upkeep.wait(in_turn.EVERY):
                return


async def others(home: Runtime, recovered: Recovered) -> None:
    """Runs the communities beside the home until told to stop."""
    await Fleet(home, recovered).run()


async def read_stamp(tx: Transaction, worker: int | None, now: datetime) -> communities.Stamp:
    """By what is seen that the registry has changed; on a shared database this worker's lease is renewed first."""
    if worker is not None:
        await shares.rebalance(tx, worker, now, now + BELIEVED_HERE)
    return await communities.stamp(tx, worker)


async def load_registered(
    tx: Transaction, worker: int | None = None
) -> tuple[dict[int, tuple[RegisteredCommunity, str]], dict[str, int]]:
    """The communities to be run with their tokens, and how many there are in each state. The home runs by its
    settings."""
    found = {
        registered.id: (registered, token)
        for registered, token in await communities.active(tx, worker)
        if registered.id != tx.community
    }
    return found, await communities.numbers(tx)


def refused_with(bot: Runtime) -> int:
    """The code for which VK does not take its key just now, or 0."""
    unheard = bot.health.refused if bot.health.unheard is not None else 0
    return next((code for code in (unheard, bot.health.halted) if code in KEY_GONE), 0)


async def marked_refused(tx: Transaction, gone: Sequence[tuple[RunningCommunity, int]], now: datetime) -> None:
    """Marks these communities as refused by VK, with its error and an audit line for each."""
    for member, code in gone:
        await communities.move(tx, member.bot.community, CommunityState.REFUSED, now, code=code)
    lines = [AuditLine(0, AuditAction.COMMUNITY_REFUSED, f"club{m.bot.community}", str(code)) for m, code in gone]
    await audit.append(tx, lines, now)


def names_of(gone: Sequence[tuple[RunningCommunity, int]]) -> str:
    """The first of these communities by name and error, and how many more."""
    shown = [
        f"club{member.bot.community} «{member.registered[0].name}», ошибка {code}" for member, code in gone[:NAMED]
    ]
    return "; ".join([*shown, *([f"и ещё {len(gone) - NAMED}"] if len(gone) > NAMED else [])])


async def with_chats(bot: Runtime, asked: Asked) -> None:
    """Begins the timers of a community with bound chats: something is looked at every quarter of an hour
    (reminders.look_around), and incidents once a day (mixed.look)."""

    async def body(tx: Transaction) -> bool:
        bound = bool(await chats.bound(tx))
        if bound:
            await timers.begin(tx, StartTimer(SPIKES_TIMER, SPIKES_TIMER, 0, next_look(bot.clock.now())))
            await timers.begin(tx, StartTimer(INCIDENTS_TIMER, INCIDENTS_TIMER, 0, bot.clock.now()))
        return bound

    if bot.stopping.is_set():
        return
    if await bot.db.run(body):
        bot.timers.notify()
    await list_members(bot, asked)
