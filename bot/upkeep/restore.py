"""`bot restore`: an older copy is proven, put in place and marked, so that nothing is said twice (delivery.md §13).

It must never run beside the bot, but to prove a copy in a folder of its own. The work is done in
storage/ops/copies/restore.py.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.config.keys import master_of
from bot.config.settings import Settings
from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.upkeep import audit_checkpoints
from bot.upkeep.backups import database_of, server_of
from storage.db.database import Database
from storage.db.master import Master
from storage.ops import recovery_mark
from storage.ops.copies import backup, restore_server
from storage.ops.copies.restore import Restored, put_back
from storage.privacy import audit


async def restore_copy(settings: Settings, file: Path | None, keys: Path | None, *, only_check: bool) -> Restored:
    """Proves the copy and, unless `only_check`, puts it in place. Without a file it marks a PostgreSQL server that was
    restored by its own means; Refusal without one."""
    now = Clock().now()
    server = server_of(settings)
    if server is not None and file is None:
        return await mark_restored_server(settings)
    if file is None:
        raise Refusal("Укажите копию: python -m bot restore ФАЙЛ.backup")
    if server is not None:
        own = (settings.database_url, server, master_of(settings), now)
        done = await restore_server.put_back(file, keys, *own, only_check=only_check)
    elif only_check and keys is not None:  # everything that is needed is here: also beside a running bot
        return await prove_apart(file, keys, database_of(settings), master_of(settings), now)
    else:
        done = await put_back(file, keys, database_of(settings), master_of(settings), now, only_check=only_check)
    if not only_check:
        note_audit_heads(settings, done, now)
    return done


async def prove_apart(file: Path, keys: Path, database: Path, master: Master, now: datetime) -> Restored:
    """Proves a copy in a folder beside the database, where the running bot has room left meanwhile.

    Raises:
        BadCopy: it is wrong, or there is no room for it.
    """
    size = database.stat().st_size if database.exists() else 0
    backup.must_have_room(database.parent, 2 * size + backup.RESERVE)
    with TemporaryDirectory(prefix=backup.DRILL, dir=backup.existing(database.parent)) as folder:
        return await put_back(file, keys, Path(folder) / "drill.db", master, now, only_check=True)


async def mark_restored_server(settings: Settings) -> Restored:
    """PostgreSQL has put a dump of the operator's own back: only the marks are missing."""
    now, waiting, ends = Clock().now(), 0, {}
    db = await Database.open(settings.database_url, master=master_of(settings))
    try:
        for community in await backup.communities(db):
            own = db.of(community)
            ends[community] = await own.run(audit.head)
            waiting += await own.run(lambda tx: recovery_mark.mark(tx, now))  # noqa: B023
    finally:
        await db.close()
    done = Restored("", waiting, 0, heads=ends)
    note_audit_heads(settings, done, now)
    return done


def note_audit_heads(settings: Settings, done: Restored, now: datetime) -> None:
    """Notes a restore in the second place of the audit log, too: the lines that the copy does not have were not removed
    by anybody.

    Raises:
        Refusal: that file cannot be written. The database is back all the same.
    """
    try:
        for community, head in done.heads.items():
            audit_checkpoints.put_back(audit_checkpoints.path_of(settings), community, head, now)
    except Refusal as refusal:
        said = "База возвращена, бота можно запускать. Но журнал доступа будет казаться урезанным."
        raise Refusal(f"{said} {refusal}") from None
