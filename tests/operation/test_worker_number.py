"""One number, one process (F26): who holds it is left alone, whoever was killed is waited for, who was silent ends."""

from __future__ import annotations

import asyncio

import pytest

from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.upkeep import worker_number
from bot.upkeep.worker_number import hold, reserve_worker_number
from storage.db.database import Database
from storage.db.errors import TakenAway
from storage.db.migrations import migrate
from storage.db.worker_number import WorkerNumber
from tests.small import COMMUNITY
from tests.storage.conftest import MASTER, _address, _sql


async def test_who_gets_it(postgresql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker_number, "LOOK", 0.05)
    monkeypatch.setattr(worker_number, "STILL", 60.0)
    await _sql(postgresql, "CREATE DATABASE numbers TEMPLATE template0")
    url, clock = _address(postgresql, "numbers"), Clock()
    await migrate(url, master=MASTER)
    db = await Database.open(url, worker=4, master=MASTER, community=COMMUNITY)
    other = await Database.open(url, worker=5, master=MASTER, community=COMMUNITY + 1)

    async def takes(own: Database = db, worker: int = 4) -> None:
        async with reserve_worker_number(own, worker, clock):
            pass

    async with reserve_worker_number(db, 4, clock) as held:
        assert held is not None
        await takes(worker=5)
        await db.run(WorkerNumber.free_all)  # what a failover may lose
        await hold(db, held)
        await takes(other)  # of another community

        async def lives() -> None:
            while True:
                await hold(db, held)
                await asyncio.sleep(0.05)

        life = asyncio.create_task(lives())
        with pytest.raises(Refusal, match="BOT_WORKER=4"):
            await takes()
        life.cancel()
        await asyncio.gather(life, return_exceptions=True)
        monkeypatch.setattr(worker_number, "STILL", 0.3)
        async with reserve_worker_number(db, 4, clock):  # the first one has said nothing for so long
            with pytest.raises(TakenAway, match="его номер занял другой"):
                await hold(db, held)
    await takes()  # what was left was free at once
    first, second = WorkerNumber(6), WorkerNumber(6)
    assert [await db.run(lambda tx, one=one: one.take(tx, "")) for one in (first, second)] == [True, False]
    await db.close()
    await other.close()
    await _sql(postgresql, "DROP DATABASE numbers WITH (FORCE)")
