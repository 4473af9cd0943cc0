"""Two or four workers on one PostgreSQL: the same seeds, people, troubles and invariants, and two troubles more (F26).

Also checked: no two workers ever have a message to the same dialogue on its way to VK at the same time (§11).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from benchmarks.rig.stand import world_text
from benchmarks.rig.tuned import tuned
from bot.runtime import Runtime
from tests.simulation import troubles
from tests.simulation.chance import Chance, seeded_secrets
from tests.simulation.director import SHY, Director, Outcome, outcome_of
from tests.simulation.life import load_once
from tests.simulation.loop import Endless, Mortal, run
from tests.simulation.plan import Plan, drawn, some
from tests.simulation.postgres import PgStore, Server
from tests.simulation.record import CAUSES, COMMUNITY
from tests.simulation.stage import RESIDENTS, Scene, bound, packed, scene, second_place, settings, unpacked
from tests.simulation.store import Files
from tests.simulation.windows import Copy
from tests.simulation.worker import PausableLoop, Wire, Worker
from vk_emulator.methods import registry
from vk_emulator.world.world import World
from vk_emulator.world_file import parse_world

LEASE = 90.0
TEMPLATE = "stage"
MOST_STEPS = 5_000_000
NOT_HERE = ("clock_jumps",)
"""One clock goes wrong in the simulation of one process."""


@dataclass
class Flight:
    """A message on its way to VK."""

    worker: Worker
    peer: int
    random_id: int
    pauses: int
    at: float


class Crew(Director):
    """One seed with several workers under way. Troubles strike whoever `life` is; that changes all the time."""

    loop: PausableLoop

    def __init__(self, plan: Plan, scene: Scene, server: Server, workers: int, told: Any = None) -> None:
        super().__init__(plan, scene, told)
        self.server = server
        self.workers = workers
        self.crew: list[Worker | None] = [None] * workers
        self.flights: list[Flight] = []
        self.pauses = 0
        self.cuts = 0
        self.placing = asyncio.Lock()

    async def keep_alive(self) -> None:
        keepers = [self.loop.create_task(self.keep_one(number)) for number in range(self.workers)]
        aiming = self.loop.create_task(self.take_aim())
        await asyncio.gather(*keepers)
        aiming.cancel()

    async def take_aim(self) -> None:
        while True:
            self.life = self.chance.choice(self.crew)
            await asyncio.sleep(self.chance.uniform(0.1, 3.0))

    async def keep_one(self, number: int) -> None:
        """What systemd does for one of the workers."""
        while not self.closing:
            async with self.placing:
                if self.copy is not None:
                    copy, self.copy = self.copy, None
                    await self.put_back(copy)
            ended = asyncio.Event()
            life = self.begun(number, ended.set)
            self.crew[number] = life
            self.lives += 1
            life.begin(self.loop)
            await ended.wait()
            life.store.drop()
            self.flights = [flight for flight in self.flights if flight.worker is not life]
            self.note("end", number, life.died_at, repr(life.error))
            self.died[life.died_at or "stop"] += 1
            if life.error is not None:
                self.wrong.append(f"процесс {number} упал сам: {life.error!r}")
            away, self.away = self.away or self.chance.choice((0.1, 1.0, 5.0)), 0.0
            if not self.closing:
                await asyncio.sleep(away)

    def begun(self, number: int, ended: Callable[[], None]) -> Worker:
        own: list[Worker] = []
        wire = Wire(self.net, lambda *sent: self.flies(own[0], *sent), lambda sent: self.lands(own[0], sent))
        made = settings(audit_heads_file=str(self.scene.heads), **self.plan.settings, worker=number)
        life = Worker(self.server, made, wire, self.clock, self.passes, self.may_die)
        own.append(life)
        life.watch = self.committed
        life.ended = ended
        return life

    # One in flight in a lane.

    def flies(self, worker: Worker, peer: int, random_id: int) -> None:
        now = self.loop.time()
        for flight in self.flights:
            held = now - flight.at < LEASE and flight.pauses == flight.worker.pauses and not flight.worker.dead
            if flight.peer == peer and flight.worker is not worker and held and not self.arrived(flight):
                self.wrong.append(
                    f"F26: в диалог {peer} пишут сразу два процесса, "
                    f"{flight.worker.settings.worker} с {flight.at:.2f} и {worker.settings.worker} в {now:.2f}"
                )
        self.flights.append(Flight(worker, peer, random_id, worker.pauses, now))

    def arrived(self, flight: Flight) -> bool:
        """In VK already: whoever has seen it there need not wait for VK's answer."""
        return any(one.random_id == flight.random_id for one in self.world.by_id.values())

    def lands(self, worker: Worker, random_id: int) -> None:
        self.flights = [flight for flight in self.flights if (flight.worker, flight.random_id) != (worker, random_id)]

    # What the checkers ask.

    @property
    def readable(self) -> bool:
        return any(life is not None and not life.over and life.bot is not None for life in self.crew)

    def copied(self) -> Copy | None:
        return self.as_copy(self.server.taken()) if self.readable else None

    def put_in_place(self, copy: Copy, away: float = 0.0) -> None:
        """All workers end before the copy is put in place of what they worked on; the first to come back finds it."""
        self.copy = copy
        for life in self.living():
            self.away = away
            life.die("killed")

    async def lay(self, copy: Copy) -> None:
        self.record.note_asked(self.ask(CAUSES, COMMUNITY))
        self.server.lay(copy.data)
        await self.marked(PgStore(self.server, 0, Mortal()), self.server.url)

    def in_place(self, query: str) -> list[Any]:
        return self.ask(query)

    def ask(self, query: str, *values: Any) -> list[Any]:
        return self.server.ask(query, *values)

    def committed(self) -> None:
        self.record.note_holders()
        if self.truth.asked:
            self.record.note_erasures()

    def may_die(self) -> bool:
        if not self.storm or self.lives >= self.workers + self.plan.crashes:
            return False
        return not self.ask("SELECT 1 FROM inbox WHERE state IN ('new','retry','wanted') AND runs >= ?", SHY)

    def running(self) -> Runtime | None:
        return next((life.bot for life in self.living() if life.bot is not None), None)

    # The end.

    def living(self) -> list[Worker]:
        return [life for life in self.crew if life is not None and not life.over]

    def mend(self) -> None:
        super().mend()
        for life in self.living():
            life.steps_left = life.statements_left = None
            self.loop.resume(life)

    async def shut(self, keeper: asyncio.Task[None]) -> None:
        for life in self.living():
            life.stop()
        await keeper


async def paused(crew: Crew) -> None:
    """F26: a worker stands still, at times for longer than its lease."""
    while True:
        await asyncio.sleep(crew.chance.expovariate(1 / 10))
        life = crew.life
        if isinstance(life, Worker) and not life.over:
            life.pause()
            crew.pauses += 1
            await asyncio.sleep(crew.chance.choice((1.0, 10.0, 60.0, LEASE + 5, 3 * LEASE)))
            crew.loop.resume(life)


async def connections_cut(crew: Crew) -> None:
    """F26: PostgreSQL ends all connections of a worker, as a restart of it does."""
    while True:
        await asyncio.sleep(crew.chance.expovariate(1 / 10))
        crew.cuts += 1
        crew.server.kill(crew.chance.randrange(crew.workers))


TROUBLES: dict[str, Callable[[Any], Awaitable[None]]] = {
    **{name: one for name, one in troubles.TROUBLES.items() if name not in NOT_HERE},
    "paused": paused,
    "connections_cut": connections_cut,
}
Crew.known_troubles = TROUBLES


def plan_of(seed: int, workers: int, also: Sequence[str] = ()) -> Plan:
    """The seed's plan with several residents at once, and the troubles that only several workers have. `also`: in
    every seed."""
    chance = Chance(seed).stream(f"crew of {workers}")
    plan = drawn(seed, residents=chance.choice((2, 3, 4)))
    kept = tuple(name for name in plan.troubles if name not in NOT_HERE)
    more = some(chance, ("paused", "connections_cut"), 0.5)
    # Its database is not the one in which answers are looked over (R39).
    struck = tuple(dict.fromkeys((*kept, *more, *also)))
    return drawn(seed, residents=plan.residents, approvals=False, troubles=struck)


def prepare(server: Server) -> bytes:
    """The database as each seed finds it is kept in the server; the world is returned."""
    load_once()
    registry.load_all()
    chance = Chance("crew stage")
    with seeded_secrets(chance.stream("secrets")):
        server.migrated()
        loop = looped(chance, server)
        made = scene(chance, Files(), parse_world(world_text(RESIDENTS), "world", World(seed=0)), loop)
        run(loop, lambda: bound(made, lambda: Worker(server, settings(), made.net, made.clock)))
        server.keep_as(TEMPLATE)
        return packed(made.world)


def looped(chance: Chance, server: Server) -> PausableLoop:
    loop = PausableLoop(chance.stream("loop"))
    loop.server = server
    server.chance = chance.stream("server")
    loop.most_steps = MOST_STEPS
    return loop


@dataclass
class Ground:
    """What seeds are played on."""

    server: Server
    world: bytes
    began: float = 60.0

    def play(self, plan: Plan, workers: int, told: Callable[[str], None] | None = None) -> Outcome:
        """One seed from its beginning to its verdict."""
        self.server.begin_from(TEMPLATE)
        chance = Chance(plan.seed)
        loop = looped(chance, self.server)
        loop._now = self.began
        waits = self.server.waits
        with tuned(plan.settings), seeded_secrets(chance.stream("secrets")), second_place() as heads:
            made = replace(scene(chance, Files(), unpacked(self.world), loop), heads=heads)
            crew = Crew(plan, made, self.server, workers, told)
            try:
                run(loop, crew.play)
            except Endless as error:
                crew.wrong.append(f"endless: {error}")
            finally:
                for worker in range(workers):
                    self.server.kill(worker)
        outcome = outcome_of(crew)
        outcome.figures.update(pauses=crew.pauses, cuts=crew.cuts, waits=self.server.waits - waits)
        return outcome
