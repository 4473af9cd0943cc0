"""Events a second of one, two and four processes on one PostgreSQL server: each has communities of its own, as workers
share them.

All of them begin at once and work for the same time, so that nothing is counted while one of them is alone.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import tempfile
import time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Barrier
from pathlib import Path

from benchmarks.parts import batches
from benchmarks.rig.stand import COMMUNITY, people
from bot.process.log import start
from handlers.text import actions
from storage.db.master import make

SIZE = 64
"""Events of a batch."""

SPAWN = multiprocessing.get_context("spawn")


async def measured(url: str, count: int, seconds: float) -> dict[str, float]:
    """On an empty database: so many processes for so long."""
    with tempfile.TemporaryDirectory(prefix="workers-") as folder:
        make(Path(folder) / "master.key")
        await batches.prepare(batches.standing_at(Path(folder), url))
        return await asyncio.to_thread(together, url, folder, count, seconds)


def together(url: str, folder: str, count: int, seconds: float) -> dict[str, float]:
    """The events a second of so many processes that begin at the same moment, added up."""
    barrier, pipes, processes = SPAWN.Barrier(count), [], []
    for number in range(count):
        ours, theirs = SPAWN.Pipe()
        given = (url, folder, COMMUNITY + number, seconds, barrier, theirs)
        processes.append(SPAWN.Process(target=worker, args=given))
        processes[-1].start()
        theirs.close()
        pipes.append(ours)
    rates = [pipe.recv() for pipe in pipes]
    for process in processes:
        process.join()
    return {"events/s": sum(rates)}


def worker(url: str, folder: str, community: int, seconds: float, barrier: Barrier, to: Connection) -> None:
    """What each process runs: it waits for the others, works, and sends its events a second."""
    start("WARNING")
    to.send(asyncio.run(rate(url, folder, community, seconds, barrier)))


async def rate(url: str, folder: str, community: int, seconds: float, barrier: Barrier) -> float:
    """Events a second of one process."""
    bench = await batches.bench_of(Path(folder), url, community)
    try:
        await bench.begin()
        users = people(SIZE)
        await asyncio.to_thread(barrier.wait)
        begun, events = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            await bench.round(users, actions.HELP)
            events += len(users)
        return events / (time.perf_counter() - begun)
    finally:
        await bench.bot.db.close()
