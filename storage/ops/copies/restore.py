"""Puts a copy in place of a database: everything is proven and prepared beside it first, then three names change.

It must never touch the present file before that, never throw it away, and never put a key back that was destroyed
while the present file of keys can be read (R14).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from storage.db.database import Database
from storage.db.engines.sqlite import KeyFile, LockFile, run_to_end
from storage.db.errors import BadCopy, WrongKeys
from storage.db.keyring import Keyring
from storage.db.master import Master
from storage.db.migrations import migrate
from storage.db.sealed_file import Head, head_of, unseal
from storage.ops import recovery_mark
from storage.ops.copies.backup import beside, communities, key_of_database, key_of_keys, sync_folder, wrong_with
from storage.privacy import audit, forgetting

RESTORING = ".restoring"


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put in place. `waiting`: messages that had not left; `aside`: the former file; `heads`:
    where the audit log of each community ended in the copy."""

    made_at: str
    waiting: int
    forgotten: int
    aside: Path | None = None
    heads: Mapping[int, audit.Head | None] = field(default_factory=dict)


async def put_back(
    copy: Path, keys: Path | None, database: Path, master: Master, now: datetime, *, only_check: bool = False
) -> Restored:
    """The whole of `bot restore`. `keys`: a copy of the keys, where the present file of keys is lost.

    Raises:
        DatabaseLocked: the bot runs. BadCopy, WrongKeys, WrongSchema: nothing was changed.
    """
    database = Path(os.path.realpath(database))
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = LockFile(str(beside(database, ".lock-file")))
    target = beside(database, RESTORING)
    try:
        _clear(target)
        head = _proven(copy, keys, database, target, master)
        done = await _prepare(target, str(head.get("made_at")), master, now)
        if only_check:
            return done
        aside = _in_place(database, target, now)
        return replace(done, aside=aside)
    finally:
        _clear(target)
        lock.release()


def _proven(copy: Path, keys: Path | None, database: Path, target: Path, master: Master) -> Head:
    """Copy and keys beside the database, opened and checked against each other."""
    head = head_of(copy)
    must_be_of(head, "sqlite", copy)
    _keys_beside(keys, beside(database, ".keys"), beside(target, ".keys"), master)
    store = KeyFile(str(beside(target, ".keys")))
    try:
        ring = Keyring(store, master, shared=False)
        run_to_end(ring.open())
        head = unseal(copy, target, key_of_database(ring))
        wrong = wrong_with(target, ring)
    finally:
        store.close()
    if wrong:
        raise BadCopy(f"Копия {copy} не годится. " + " ".join(wrong))
    return head


def must_be_of(head: Head, engine: str, copy: Path, what: str = "database") -> None:
    """Copies that were made before the word was kept in them are of SQLite."""
    if head.get("what") != what and what == "keys":
        raise BadCopy(f"{copy} — не копия ключей (….keys-backup).")
    if head.get("what") != what:
        raise BadCopy(f"{copy} — копия ключей, а нужна копия базы (….backup). Копию ключей укажите после --keys.")
    if head.get("engine", "sqlite") == engine:
        return
    if engine == "sqlite":
        raise BadCopy(f"{copy} — копия базы PostgreSQL: её возвращают в пустую базу PostgreSQL (BOT_DATABASE_URL).")
    raise BadCopy(f"{copy} — копия базы SQLite, а в BOT_DATABASE_URL — PostgreSQL.")


def unpack_proven(copy: Path, keys: Path | None, target: Path, master: Master) -> None:
    """A proven copy with keys beside it, somewhere else, to look at it while the bot runs."""
    if keys is None:
        raise WrongKeys("Нет копии ключей. Укажите её: --keys ФАЙЛ.keys-backup")
    nowhere = beside(target, ".nothing")  # the running bot has its own file of keys open: it is not looked at
    _proven(copy, keys, nowhere, target, master)


def _keys_beside(keys: Path | None, present: Path, target: Path, master: Master) -> None:
    """The keys of today, if they can be read: they know who was forgotten since the copy was made."""
    if keys is not None and _readable(present, master):
        raise WrongKeys(f"Файл ключей {present} цел и новее копии. Уберите --keys: старые ключи вернули бы удалённых.")
    if keys is not None:
        unseal(keys, target, key_of_keys(master))
        return
    if not present.exists():
        raise WrongKeys(f"Файла ключей {present} нет. Укажите его копию, не старше 7 дней: --keys ФАЙЛ")
    store = KeyFile(str(present))
    try:
        store.copy_to(str(target))
    finally:
        store.close()


def _readable(present: Path, master: Master) -> bool:
    """Whether the file of keys is there and this master key opens it."""
    if not present.exists():
        return False
    store = KeyFile(str(present))
    try:
        run_to_end(Keyring(store, master, shared=False).open())
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it cannot be read
        return False
    finally:
        store.close()
    return True


async def _prepare(target: Path, made_at: str, master: Master, now: datetime) -> Restored:
    """All that must be true before the bot starts on it: tables, marks, and who was forgotten is forgotten again."""
    url = f"sqlite+aiosqlite:///{target}"
    await migrate(url, master=master)
    db = await Database.open(url, master=master)
    waiting = gone = 0
    heads = {}
    try:
        for community in await communities(db):
            own = db.of(community)
            heads[community] = await own.run(audit.head)
            waiting += await own.run(lambda tx: recovery_mark.mark(tx, now, made_at))  # noqa: B023
            gone += await forgetting.reapply(own, now)
        await db.checkpoint()
    finally:
        await db.close()
    return Restored(made_at, waiting, gone, heads=heads)


def _in_place(database: Path, target: Path, now: datetime) -> Path | None:
    """Keys first: they fit the former database too, so whatever ends here leaves a pair that fits."""
    present = beside(database, ".keys")
    for suffix in ("-wal", "-shm"):
        beside(present, suffix).unlink(missing_ok=True)
    os.replace(beside(target, ".keys"), present)
    aside = beside(database, f".before-restore-{now:%Y%m%dT%H%M%SZ}") if database.exists() else None
    if aside is not None:
        for suffix in ("-wal", "-shm", ""):
            if (was := beside(database, suffix)).exists():
                os.replace(was, beside(aside, suffix))
    os.replace(target, database)
    sync_folder(database.parent)
    return aside


def _clear(target: Path) -> None:
    """Deletes a database with all files next to it."""
    for suffix in ("", "-wal", "-shm", ".keys", ".keys-wal", ".keys-shm", ".lock-file"):
        beside(target, suffix).unlink(missing_ok=True)
