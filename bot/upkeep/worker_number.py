"""One process for one `BOT_WORKER` on a shared PostgreSQL database: a second is refused at its start (F26).

It must never hold up a bot whose database is away: the number is held again when the database is back.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.process.log import log
from storage.db.database import Database
from storage.db.errors import StorageError, TakenAway
from storage.db.worker_number import WorkerNumber

if TYPE_CHECKING:
    from bot.runtime import Runtime

BEAT = 3.0
"""Seconds between two signs of life of a holder."""
STILL = 10.0
"""So long nothing is seen of a holder that was killed; then its number is free. Whoever was told to stop frees it."""
LOOK = 0.5


@asynccontextmanager
async def reserve_worker_number(db: Database, worker: int, clock: Clock) -> AsyncIterator[WorkerNumber | None]:
    """The number is ours in here, if `hold` is called in time. None: an SQLite file has one process by its lock."""
    if db.dialect != "postgresql":
        yield None
        return
    number = WorkerNumber(worker)
    await take_number(db, number, clock)
    try:
        yield number
    finally:
        with suppress(StorageError):  # the database is away: the next start waits for a moment
            await db.run(number.leave)


async def take_number(db: Database, number: WorkerNumber, clock: Clock) -> None:
    """Takes this worker number. Raises Refusal where another process lives under it."""
    first = await db.run(number.row_value)
    until = clock.monotonic() + STILL
    while first and clock.monotonic() < until:
        await clock.sleep(LOOK)
        now = await db.run(number.row_value)
        if now and now != first:
            raise Refusal(in_use(number.number))
        first = now
    if not await db.run(lambda tx: number.take(tx, first)):
        raise Refusal(in_use(number.number))


def in_use(number: int) -> str:
    """Why the process does not start, and what an administrator does about it."""
    return (
        f"С этой базой уже работает процесс под номером BOT_WORKER={number}. Остановите его "
        "или впишите этому процессу другой номер, от 0 до 1000."
    )


async def hold_number(bot: Runtime) -> None:
    """The loop that holds the worker number, until told to stop."""
    if bot.number is None:
        await bot.stopping.wait()
        return
    while not bot.stopping.is_set():
        await hold(bot.db, bot.number)
        await bot.clock.sleep(BEAT)


async def hold(db: Database, number: WorkerNumber) -> None:
    """A row that is gone, by a failover or a restore, is nobody's: it is made again.

    Raises:
        TakenAway: another process has it: this one was silent for too long.
    """
    if not (await db.run(number.hold) or await db.run(lambda tx: number.take(tx, ""))):
        log.error("number_taken", loop="hold_number")
        raise TakenAway(f"Процесс остановлен: пока он молчал, его номер занял другой. {in_use(number.number)}")
