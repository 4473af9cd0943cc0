"""`python -m tests.kill.workers --kills 60`: workers of one PostgreSQL database, any of them killed at any time.

Whoever is killed is replaced by a process with another number, while what it held is still leased. Then I1–I8 must
hold on VK's own record and the rows that are left (F26).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import signal
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import make_url

from benchmarks.rig.nursery import Nursery
from benchmarks.rig.postgresql import fresh
from benchmarks.rig.stand import bind_chats, prepare, world_text
from bot.config.settings import Settings
from tests.kill.evidence import Evidence, from_rows
from tests.kill.invariants import violations
from tests.kill.run import HURRIED, LAST_LIFE, Figures, Plan, crowd, drained, faults, on_server, recorded, said
from vk_emulator.server import running

WORKERS = 4


@dataclass(slots=True)
class Crew:
    """Processes that share a database; `settings` are those of a command typed beside them, worker 0."""

    settings: Settings
    nurseries: list[Nursery]
    numbers: count[int] = field(default_factory=lambda: count(1))

    async def birth(self, nursery: Nursery) -> None:
        await nursery.birth(self.settings.model_copy(update={"worker": next(self.numbers)}))

    async def killed(self, plan: Plan, chance: random.Random) -> None:
        for _ in range(plan.kills):
            await asyncio.sleep(chance.uniform(*plan.life))
            nursery = chance.choice(self.nurseries)
            await nursery.end(signal.SIGKILL)
            await self.birth(nursery)


async def run(plan: Plan, folder: Path, workers: int = WORKERS) -> tuple[Evidence, Figures]:
    """The whole run. The log of all is in the folder."""
    begun, log = time.monotonic(), folder / "bot.log"
    async with fresh() as url, running(world_text(plan.residents), seed=plan.seed) as emulator:
        settings = on_server(url, emulator.url, folder)
        await prepare(settings)
        installed = emulator.world.clock.now()
        async with working(settings, workers, log) as crew:
            await bind_chats(emulator, settings)
            faults(emulator, plan)
            async with crowd(plan, emulator) as wire:
                await crew.killed(plan, random.Random(plan.seed))
                emulator.call("emulator.clearFaults")
                await asyncio.sleep(LAST_LIFE)
            await drained(emulator, settings)
            for nursery in crew.nurseries:
                await nursery.end(signal.SIGTERM)
        evidence = recorded(emulator, installed, wire, log)
        found = {query: await rows(url, query) for query in asked_for()}
        from_rows(evidence, found.__getitem__)
    written = sum(one["from_id"] < 0 for _, one in evidence.everything())
    return evidence, Figures(plan.kills, time.monotonic() - begun, wire.acts, len(evidence.submitted()), written)


@asynccontextmanager
async def working(settings: Settings, workers: int, log: Path) -> AsyncIterator[Crew]:
    async with AsyncExitStack() as stack:
        crew = Crew(settings, [await stack.enter_async_context(Nursery(log, HURRIED)) for _ in range(workers)])
        for nursery in crew.nurseries:
            await crew.birth(nursery)
        await said(log, '"started"', workers)
        yield crew


def asked_for() -> list[str]:
    """The queries that the evidence needs."""
    queries: list[str] = []

    def noted(query: str) -> list[dict[str, Any]]:
        queries.append(query)
        return []

    from_rows(Evidence([], {}), noted)
    return queries


async def rows(url: str, query: str) -> list[dict[str, Any]]:
    address = make_url(url)
    server = await asyncpg.connect(host=address.query["host"], user=address.username, database=address.database)
    try:
        said = await server.fetchval(f"SELECT coalesce(json_agg(found), '[]') FROM ({query}) AS found")
    finally:
        await server.close()
    return list(json.loads(said))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill.workers", description=__doc__)
    parser.add_argument("--kills", type=int, default=60)
    parser.add_argument("--workers", type=int, default=WORKERS)
    parser.add_argument("--seed", type=int, default=None, help="without one a new one is drawn")
    parser.add_argument("--faults", type=float, default=0.03, help="chance that VK's answer to a send is lost")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    plan = Plan(options.kills, seed, faults=options.faults, life=(0.1, 1.5))
    with tempfile.TemporaryDirectory() as folder:
        evidence, figures = asyncio.run(run(plan, Path(folder), options.workers))
    print(f"зерно {seed}, процессов {options.workers}: {figures.line()}")
    wrong = list(violations(evidence))
    print(*wrong, f"нарушений: {len(wrong)}", sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
