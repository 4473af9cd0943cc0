"""`bot restore`: an older copy is proven, put in place and marked, so that nothing is said twice (delivery.md §13).

It must never run beside the bot. The work is done in storage/put_back.py.
"""

from __future__ import annotations

from pathlib import Path

from bot.advice import Refusal
from bot.backups import database_of
from bot.clock import Clock
from bot.config import Settings
from bot.control import door_of
from bot.keys import master_of
from storage import copies
from storage import restored as marks
from storage.database import Database
from storage.put_back import Restored, put_back


async def restored(settings: Settings, file: Path | None, keys: Path | None, *, only_check: bool) -> Restored:
    now = Clock().now()
    if door_of(settings.database_url) is None:
        return await marked(settings, file)
    if file is None:
        raise Refusal("Укажите копию: python -m bot restore ФАЙЛ.backup")
    return await put_back(file, keys, database_of(settings), master_of(settings), now, only_check=only_check)


async def marked(settings: Settings, file: Path | None) -> Restored:
    """PostgreSQL has put its dump back by itself: only the marks are missing."""
    if file is not None:
        raise Refusal("Базу PostgreSQL возвращает pg_restore; после него: python -m bot restore, без файла.")
    now, looked_for = Clock().now(), 0
    db = await Database.open(settings.database_url, master=master_of(settings))
    try:
        for community in await copies.communities(db):
            looked_for += await db.run(lambda tx: marks.mark(tx, community, now))  # noqa: B023
    finally:
        await db.close()
    return Restored("", looked_for, 0)
