"""A long day under way: people come by the hour, one call in a hundred goes wrong in each way, now and then the process
dies. Between two parts of the day everybody is let finish, and everything must be well."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from tests.simulation import acts_official, acts_resident, checks
from tests.simulation.director import PATIENCE, QUIET, Director
from tests.simulation.people import Resident
from tests.simulation.plan import Plan
from tests.simulation.record import HELD, Record
from tests.simulation.soak_growth import HOUR, TERM
from tests.simulation.soak_growth import QUIET as QUIET_POINT
from tests.simulation.soak_world import visits
from tests.simulation.stage import Scene
from tests.simulation.troubles import rule

SHARE = 0.01
"""Of the calls that a fault can strike, each kind of fault strikes so many."""
PART_HOURS = 6.0
"""Two parts of a day with a quiet point between them."""
A_DEATH_EVERY = 3600.0
TURN_OF_DAY = 26 * 3600.0
"""After so long the daily job has let go whatever is a day old (R15)."""
NIGHT = 1800.0
"""Then the daily jobs are done: comparing 2,000 dialogues with VK (I13) takes ten minutes, and so long holds a page of
them."""
KINDS: tuple[tuple[str, tuple[str, ...], dict[str, Any]], ...] = (
    ("messages.send", ("accept_drop", "accept_reset", "accept_hang", "accept_html502"), {}),
    ("messages.send", ("reject_drop", "reject_reset", "reject_hang", "html502"), {}),
    ("messages.send", ("late",), {"seconds": 30.0}),
    ("*", ("truncated", "wrong_type", "slow"), {"seconds": 8.0}),
    ("longpoll", ("replay", "out_of_order", "duplicate", "unknown_event", "html502", "drop", "trim", "silent"), {}),
    ("history", ("lag",), {"seconds": 3.0}),
)
CODES = (1, 6, 9, 10, 13, 36)
_TOUCHED = (
    "CREATE TEMP TABLE touched (code TEXT)",
    "CREATE TEMP TRIGGER made AFTER INSERT ON main.appeal BEGIN INSERT INTO touched VALUES (new.code); END",
    "CREATE TEMP TRIGGER moved AFTER UPDATE OF chat, resident, status, incident ON main.appeal "
    "BEGIN INSERT INTO touched VALUES (new.code); END",
)


class LongRecord(Record):
    """The same record for thousands of appeals: after a commit only those are read that it touched."""

    def note_holders(self) -> None:
        touched = "code IN (SELECT code FROM temp.touched)"
        for row in self.ask(f"SELECT {HELD} FROM appeal WHERE resident > 0 AND {touched}"):
            self.note_holder(row)


class Day(Director):
    """`sampled` is called once an hour, at each quiet point and at the end, with what it is."""

    def __init__(self, plan: Plan, scene: Scene, hours: float, sampled: Callable[[Day, str], None]) -> None:
        super().__init__(plan, scene)
        self.record = LongRecord(self.world, self.net.asked, self.truth, self.ask)
        self.record.events_gone, self.record.taken = True, self.net.taken
        self.records = [self.record]
        self.hours = hours
        self.sampled = sampled
        self.open = asyncio.Event()
        self.inside: set[asyncio.Task[None]] = set()
        self.came = 0
        self.quiet_points = 0
        self.struck = 0
        self.began = self.life_began = 0.0
        self.watched: object = None
        self.loop.most_steps = 10**12

    def committed(self) -> None:
        assert self.life is not None
        raw = self.life.store.raw
        if self.watched is not raw:
            self.watched, self.life_began = raw, self.loop.time()
            for statement in _TOUCHED:
                raw.execute(statement).close()
        super().committed()
        if raw.execute("SELECT 1 FROM temp.touched LIMIT 1").fetchone():
            raw.execute("DELETE FROM temp.touched").close()
            self.changes = raw.total_changes

    def may_die(self) -> bool:
        """The second half of the day is one life, so that what it keeps in memory can be seen to grow or not."""
        return self.loop.time() - self.began < self.hours * 1800 and super().may_die()

    # What goes wrong.

    def storms(self) -> None:
        self.storm = True
        for method, modes, more in KINDS:
            for mode in modes:
                rule(self, method=method, mode=mode, probability=SHARE / len(modes), **more)
        for code in (1, 2, 3, 4):
            rule(self, method="longpoll", mode="failed", code=code, probability=SHARE / 4)
        for code in CODES:
            rule(self, method="messages.send", mode="error", code=code, probability=SHARE / len(CODES))
        self.net.file_troubles = SHARE

    def calms(self) -> None:
        self.struck += sum(one.used for one in self.net.vk.faults.rules)
        self.mend()

    async def deaths(self) -> None:
        """At an await or inside a transaction; SIGTERM every third time."""
        while True:
            await asyncio.sleep(self.chance.expovariate(1 / A_DEATH_EVERY))
            if self.life is None or self.life.over or not self.may_die():
                continue
            match self.chance.randrange(3):
                case 0:
                    self.life.steps_left = self.chance.randint(0, 80)
                case 1:
                    self.life.statements_left = self.chance.randint(0, 30)
                case _:
                    self.life.stop()

    async def outages(self) -> None:
        """VK is away for one part in a hundred of the time."""
        while True:
            away = self.chance.choice((7.0, 30.0, 120.0))
            await asyncio.sleep(self.chance.expovariate(SHARE / away))
            if self.storm:
                self.vk_up(False)
                await asyncio.sleep(away)
                self.vk_up(True)

    # The people.

    async def comes(self, me: Resident) -> None:
        name = me.chance.choice(self.plan.resident_acts)
        me.did(name)
        waits = f"{me.user} {name}"
        self.truth.waits[waits] = "конца"
        await acts_resident.ACTS[name][0](me)
        del self.truth.waits[waits]

    async def arrivals(self) -> None:
        """Everybody at their time; who is still busy with the last thing does this one after it."""
        people = self.residents()
        chance = self.scene.chance.stream("visits")
        last: dict[int, asyncio.Task[None]] = {}
        for after, number in visits(chance, len(people), self.world.clock.now(), self.hours):
            await asyncio.sleep(max(0.0, self.began + after - self.loop.time()))
            await self.open.wait()
            self.came += 1
            task = self.loop.create_task(self.one_visit(people[number], last.get(number)))
            last[number] = task
            self.inside.add(task)
            task.add_done_callback(self.inside.discard)

    async def one_visit(self, me: Resident, before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        await self.comes(me)

    # The course of the day.

    async def play(self) -> None:
        for name, value in self.plan.switches.items():
            self.world.switches.change(name, value)
        self.net.applied = self.applied
        self.known = self.record.seen = self.world.next_id - 1
        self.began = self.loop.time()
        keeper = self.loop.create_task(self.keep_alive())
        await asyncio.sleep(5.0)
        watching = [
            self.loop.create_task(acts_official.watch(official, list(self.plan.official_acts)))
            for official in self.officials()
        ]
        self.sampled(self, "начало")
        self.storms()
        self.open.set()
        raging = [self.loop.create_task(one()) for one in (self.arrivals, self.deaths, self.outages, self.hourly)]
        await self.parts(raging[0])
        for task in raging:
            task.cancel()
        await self.turn_of_day()
        for task in watching:
            task.cancel()
        await asyncio.gather(*raging, *watching, return_exceptions=True)
        self.closing = True
        if self.life is not None and not self.life.over:
            self.life.stop()
            await keeper

    async def parts(self, arriving: asyncio.Task[None]) -> None:
        """Until the last has come, with quiet points between."""
        while not arriving.done():
            await asyncio.wait([arriving], timeout=min(PART_HOURS, self.hours / 2) * 3600)
            self.open.clear()
            await self.quiet_point()
            self.storms()
            self.open.set()
        arriving.result()
        self.calms()

    async def hourly(self) -> None:
        while True:
            await asyncio.sleep(3600.0)
            self.loop.let_go()
            self.sampled(self, HOUR)

    async def quiet_point(self) -> None:
        """Nobody comes, nothing goes wrong: within fifteen minutes all is done (I8), and everything is well."""
        self.calms()
        await self.settled()
        self.quiet_points += 1
        found = checks.violations(self.record) if self.readable else ["бот не поднялся"]
        self.wrong += [f"тихая точка {self.quiet_points}: {one}" for one in (*self.record.wrong, *found)]
        self.record.wrong.clear()
        self.sampled(self, QUIET_POINT)

    async def settled(self) -> None:
        until = self.loop.time() + PATIENCE
        last = self.world.next_id
        while self.loop.time() < until:
            await asyncio.sleep(QUIET)
            still = last == self.world.next_id and not self.inside and not self.net.vk.deferred
            last = self.world.next_id
            if still and self.readable and checks.settled_down(self.record):
                return

    async def turn_of_day(self) -> None:
        """The next day comes: what may go is gone, and what is left is still right."""
        self.record.days_pass = self.record.edits_refused = True
        self.record.taken = set()  # presses of the day are past their term, and their rows are gone (R15)
        self.world.clock.advance(TURN_OF_DAY)
        if self.life is not None:
            self.life.rings()
        await asyncio.sleep(NIGHT)
        await self.quiet_point()
        self.loop.let_go()
        self.sampled(self, TERM)
