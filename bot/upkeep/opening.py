"""A start while the database server is away: it is waited for as long as it takes, for whoever starts a bot again and
again gives up one day. Nothing of the bot runs yet; a monitor and the second way of alarm hear why.

It must never wait for what only a person mends: a wrong name, a wrong password, a full disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from bot.config.keys import master_of
from bot.config.settings import Settings, policy_of
from bot.feature import Feature
from bot.process import systemd
from bot.process.clock import Clock
from bot.process.health import Health
from bot.process.log import log
from bot.upkeep.lasting import STORE_PAUSE
from bot.upkeep.metrics import serve_starting
from bot.upkeep.starting import Starting
from storage.db.database import Database
from storage.db.errors import Misplaced, Unavailable

TRY = 60
"""Seconds more than a start may take that systemd is asked for with each try."""

LAST_WORDS = 15.0
"""Seconds in which the second way may say that it is over, before the bot goes on."""


async def open_database(settings: Settings, clock: Clock, features: Sequence[Feature]) -> Database:
    """The open database; of a server that is away it waits for it. Raises Misplaced where a person has to mend the
    address, Unavailable for the file of an SQLite database."""
    found, reason = await try_to_open(settings)
    return found if found is not None else await wait_for_server(settings, clock, features, reason)


async def wait_for_server(settings: Settings, clock: Clock, features: Sequence[Feature], reason: str) -> Database:
    """Tries to open the database every few seconds for as long as it takes; meanwhile systemd, the health page and the
    alarms say why."""
    log.error("store_away", reason=reason)
    starting = Starting(settings, policy_of(settings, 0), clock, reason, Health(down_since=clock.now()))
    async with telling_why(starting, features):
        while True:
            systemd.notify(f"EXTEND_TIMEOUT_USEC={TRY * 1_000_000}", f"STATUS={starting.reason}")
            await clock.sleep(STORE_PAUSE)
            found, starting.reason = await try_to_open(settings)
            if found is not None:
                log.info("store_up")
                return found


async def try_to_open(settings: Settings) -> tuple[Database | None, str]:
    """The open database, or None and why the server does not give it."""
    try:
        return await Database.open(settings.database_url, worker=settings.worker, master=master_of(settings)), ""
    except Misplaced:
        raise
    except Unavailable as error:
        if not settings.database_url.startswith("postgresql"):
            raise
        return None, str(error)


@asynccontextmanager
async def telling_why(starting: Starting, features: Sequence[Feature]) -> AsyncIterator[None]:
    """Tells whoever asks or listens why the bot does not start, until the block ends; that it is over is told
    before."""
    monitor = await serve_starting(starting)
    loops = [asyncio.create_task(loop) for feature in features for loop in feature.while_away(starting)]  # noqa: TID251 - end here
    try:
        yield
        starting.health.down_since = None
    finally:
        starting.stopping.set()
        if loops:
            await asyncio.wait(loops, timeout=LAST_WORDS)
        for task in loops:
            task.cancel()
        await asyncio.gather(*loops, return_exceptions=True)  # noqa: TID251
        if monitor is not None:
            await monitor.cleanup()
