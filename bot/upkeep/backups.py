"""The loop that makes copies, and where they go. What a copy is and how it is proven: storage/ops/copies/backup.py.

It must never make two at once in one folder, though several bots on one PostgreSQL server may share it. A copy that
cannot be made stops nothing: it is said in the log and to the control centre, and tried again.
"""

from __future__ import annotations

import fcntl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bot.config.settings import Settings
from bot.process import memory
from bot.process.admin_socket import socket_of
from bot.process.advice import Refusal
from bot.process.clock import Clock, is_loopback
from bot.process.log import log
from bot.upkeep.alarms import alarm
from bot.upkeep.drill import drill
from states.events import AlarmKind
from storage.db.database import Database
from storage.db.errors import StorageError
from storage.ops.copies import backup
from storage.ops.copies.backup import BackupCopy, Places
from storage.ops.copies.dumps import DatabaseServer

if TYPE_CHECKING:
    from bot.runtime import Runtime

AGAIN_SECONDS = 60.0


OFF = "off"
"""`BOT_BACKUP_FOLDER=off`: somebody else makes the copies."""


def places_of(settings: Settings, folder: str = "") -> Places | None:
    """Copies of the keys go to a folder of their own, so that copying one folder away never takes both (R14). Without a
    setting they lie beside the database of a real bot; an emulator's is not copied. None: there are none."""
    chosen = folder or settings.backup_folder
    if chosen == OFF or (not chosen and is_loopback(settings.vk_api_url)):
        return None
    chosen = chosen or str(database_of(settings).parent / "copies")
    place = Path(chosen).resolve()
    keys = Path(settings.backup_keys_folder).resolve() if settings.backup_keys_folder else backup.beside(place, "-keys")
    if keys == place:
        raise Refusal("BOT_BACKUP_KEYS_FOLDER: копии ключей и копии базы не должны лежать в одной папке.")
    return Places(database_of(settings), place, keys, settings.backup_limit_mb * 2**20, server_of(settings))


def server_of(settings: Settings) -> DatabaseServer | None:
    """The PostgreSQL server to copy; None where the database is a file of SQLite."""
    if settings.database_url.startswith("sqlite"):
        return None
    return DatabaseServer(settings.backup_database_url or settings.database_url, settings.pg_folder)


def places_named(settings: Settings, folder: str = "") -> Places:
    """The folders of copies by the settings, or the named one. Raises Refusal where neither names any."""
    places = places_of(settings, folder)
    if places is None:
        raise Refusal("Куда делать копию? Впишите BOT_BACKUP_FOLDER в .env или: python -m bot backup --to ПАПКА")
    return places


def database_of(settings: Settings) -> Path:
    """The SQLite file; var/priemnaya.db where the database is in memory or on PostgreSQL."""
    door = socket_of(settings.database_url)
    return door.with_suffix("") if door is not None else Path("var/priemnaya.db").resolve()


async def make_copy(db: Database, places: Places, now: datetime) -> BackupCopy:
    """A copy, and a note in the database of when it was made."""
    made = await backup.make(db, places, now)
    await db.run(lambda tx: backup.note_copy(tx, now))
    log.info("copied", loop="back_up", count=made.size)
    memory.trim()
    return made


async def back_up(bot: Runtime) -> None:
    """The loop of copies, until told to stop: one every few minutes, and of the keys after every erasure."""
    places = places_of(bot.settings)
    if places is None:
        await bot.stopping.wait()
        return
    while not bot.stopping.is_set():
        try:
            await bot.copies.wait(await seconds_to_next(bot, places))
            if not bot.stopping.is_set():
                await one_round(bot, places)
                await drill(bot, places)
        except (OSError, StorageError) as error:
            await alarm(bot, AlarmKind.BACKUP, type(error).__name__)
            await bot.clock.sleep(AGAIN_SECONDS)


async def seconds_to_next(bot: Runtime, places: Places) -> float:
    """By the newest copy that there is, so that a bot that is often started anew does not copy each time."""
    now = bot.clock.now()
    newest = backup.newest(places.folder, backup.DATABASE, now)
    made = backup.stamp_of(newest) if newest is not None else None
    if made is None or made > now + backup.AHEAD:
        return 0.0
    return max(0.0, (made + timedelta(minutes=bot.settings.backup_minutes) - now).total_seconds())


async def one_round(bot: Runtime, places: Places) -> None:
    """Makes a copy where one is due, else only the list of erased people with the keys."""
    async with alone(places, bot.clock):
        if await seconds_to_next(bot, places) <= 0:
            await make_copy(bot.db, places, bot.clock.now())
        else:  # rung after an erasure: the list of whom to forget must not be lost with the disk
            await backup.make_keys(bot.db, places, bot.clock.now())


@asynccontextmanager
async def alone(places: Places, clock: Clock) -> AsyncIterator[None]:
    """Waits until no other process works in a folder of a server's copies; of SQLite there is but one process."""
    if places.server is None:
        yield
        return
    places.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (places.folder / ".lock").open("ab") as lock:  # closing it frees it
        while not is_ours(lock.fileno()):
            await clock.sleep(1.0)
        yield


def is_ours(handle: int) -> bool:
    """Takes the lock of this open file without waiting; whether we hold it now."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
