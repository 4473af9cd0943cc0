"""The database's file is deleted or replaced under the running bot: noticed within seconds, and the bot ends (F21).

It must never go on writing into a file that has no name any more: all of it would be gone with the process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

from bot.process.log import log
from bot.runtime import Runtime
from bot.upkeep.backups import make_copy, places_of
from storage.db.errors import StorageError, TakenAway
from storage.ops.copies.backup import Places

EVERY = 15.0
"""Seconds between two looks at the names: two calls of the system."""


@contextmanager
def guard_database_file(bot: Runtime) -> Iterator[None]:
    """Stops the bot once the file of the database is gone, while the loops run. No loop of its own: a look takes
    microseconds and waits for nothing."""
    loop = asyncio.get_running_loop()
    pending: list[asyncio.TimerHandle] = []

    def look() -> None:
        """Stops the bot once the file of the database is gone; else looks again a little later."""
        bot.health.gone = bot.db.missing_file()
        if bot.health.gone:
            log.error("database_gone", loop="guard")
            bot.stop()
            return
        pending[:] = [loop.call_later(EVERY, look)]

    look()
    try:
        yield
    finally:
        for timer_handle in pending:
            timer_handle.cancel()


async def final_copy_error(bot: Runtime) -> TakenAway:
    """What is said at the end. The open file still has everything, so that a last copy is made of it."""
    places = places_of(bot.settings)
    told = f"Файл {bot.health.gone} удалили или подменили под работающим ботом. Бот остановлен: он писал бы в никуда."
    kept = await last_copy(bot, places) if places is not None else "Копии выключены (BOT_BACKUP_FOLDER=off)."
    return TakenAway(f"{told} {kept} Новую базу не создавайте.")


async def last_copy(bot: Runtime, places: Places) -> str:
    """Makes a copy of the database while the process still has it open; a sentence with how to restore it, or that it
    failed."""
    try:
        places.database.parent.mkdir(parents=True, exist_ok=True)
        made = await make_copy(bot.db, places, bot.clock.now())
    except (OSError, StorageError):
        return f"Последнюю копию сделать не удалось; прежние — в папке {places.folder}."
    return f"Последняя копия сделана сейчас: python -m bot restore {made.path}"
