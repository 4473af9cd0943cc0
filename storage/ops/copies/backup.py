"""Copies of a running bot's database and of its keys: checked, sealed, each in a folder of its own (T21).

The database is copied first: every key that its rows need is then in the later copy of the keys. The two must never
lie in one folder, and a copy of the keys must never get old: together they bring back whom we have forgotten (R14).
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.db import schema
from storage.db.columns import in_community
from storage.db.crash_points import crash_point
from storage.db.database import Database
from storage.db.engines.sqlite import run_to_end
from storage.db.errors import BadCopy
from storage.db.ids import Ids
from storage.db.keyring import Keyring, Keys
from storage.db.master import Master
from storage.db.schema import meta
from storage.db.sealed_file import seal, unseal
from storage.db.transaction import OpenTransaction, Runs, Transaction
from storage.db.upsert import upsert
from storage.db.version import newest as newest_tables
from storage.ops import statistics
from storage.ops.copies import dumps
from storage.ops.copies.dumps import DatabaseServer
from storage.privacy import audit

T = TypeVar("T")

DATABASE, KEYS = ".backup", ".keys-backup"
HIDDEN = ".unsealed-"
DRILL = "drill-"
"""Of a folder beside the database in which a copy is only proven."""
STAMP = "%Y%m%dT%H%M%SZ"
HOURLY, DAILY, WEEKLY, NEWEST = 24, 7, 4, 3
OLDEST_KEYS = timedelta(days=7)
"""Longer, and an erasure could be undone by an old pair (security.md §3)."""
AHEAD = timedelta(minutes=5)
"""A copy that was made so much later than now was made by a clock that was wrong (F23)."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the database lies, where its copies go, and how many bytes all of them may take (0: any). `server`: of
    PostgreSQL, which lies nowhere here."""

    database: Path
    folder: Path
    keys: Path
    limit: int = 0
    server: DatabaseServer | None = None


@dataclass(frozen=True, slots=True)
class BackupCopy:
    """A copy that was made, checked, sealed and read back."""

    path: Path
    at: datetime
    size: int


async def make(db: Database, places: Places, now: datetime) -> BackupCopy:
    """The database, then its keys; then what is past its turn goes. One at a time.

    Raises:
        BadCopy, OSError: no copy was made; what was there is untouched.
    """
    target = places.folder / f"priemnaya-{now:{STAMP}}{DATABASE}"
    plain = _plain_of(target, places, ".copying")
    head = {
        "what": "database",
        "made_at": now.isoformat(),
        "community": db.community,
        "engine": db.dialect,
        "version": newest_tables(),
    }
    async with db.copying:
        await asyncio.to_thread(_make_room, places, now)
        try:
            if places.server is None:
                await db.copy_to(str(plain))
                crash_point("backup: copied")
                await asyncio.to_thread(_checked_and_sealed, plain, target, db.ring, head)
            else:
                await _dump(db, places.server, plain, keys=False)
                await asyncio.to_thread(_seal_proven, plain, target, key_of_database(db.ring), head)
        finally:
            plain.unlink(missing_ok=True)
        await _make_keys(db, places, now)
        await asyncio.to_thread(prune, places, now)
    return BackupCopy(target, now, target.stat().st_size)


async def make_keys(db: Database, places: Places, now: datetime) -> Path:
    """The keys and the erasure list as of now, by themselves: after every erasure."""
    async with db.copying:
        return await _make_keys(db, places, now)


async def _make_keys(db: Database, places: Places, now: datetime) -> Path:
    master = db.ring.master
    target = places.keys / f"priemnaya-{now:{STAMP}}{KEYS}"
    plain = _plain_of(target, places, ".keys-copying")
    head = {"what": "keys", "made_at": now.isoformat(), "master": master.name, "engine": db.dialect}
    try:
        if places.server is None:
            await db.copy_keys_to(str(plain))
        else:
            await _dump(db, places.server, plain, keys=True)
        await asyncio.to_thread(_seal_proven, plain, target, key_of_keys(master), head)
    finally:
        plain.unlink(missing_ok=True)
    await asyncio.to_thread(_forget_ahead, places, now)
    return target


def _forget_ahead(places: Places, now: datetime) -> None:
    """Keys that a wrong clock dated ahead would not get old for as long; those of now hold all of theirs."""
    for at, path in copies_in(places.keys, KEYS):
        if at > now + AHEAD:
            path.unlink(missing_ok=True)


async def _dump(db: Database, server: DatabaseServer, plain: Path, *, keys: bool) -> None:
    """PostgreSQL has proven its rows against each other when it wrote them; books and audit log are proven by
    whoever puts the copy back."""
    why = await dumps.unfit(server, await db.run(dumps.facts))
    if why:
        raise BadCopy(why)
    plain.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    await dumps.dump(server, plain, keys=keys)


def _plain_of(target: Path, places: Places, suffix: str) -> Path:
    """The path of a copy before it is sealed: beside an SQLite file, else unseen beside its target."""
    return beside(places.database, suffix) if places.server is None else target.with_name(f"{HIDDEN}{target.stem}")


def beside(database: Path, suffix: str) -> Path:
    """The path of a file next to the database: its own name with this suffix."""
    return database.with_name(database.name + suffix)


def key_of_database(ring: Keyring) -> bytes:
    """The key that seals copies; it outlives a change of the master key, as the ring's secret does."""
    return ring.derive_key("copy of the database")


def key_of_keys(master: Master) -> bytes:
    """The key that seals the copy of the keys, derived from the master key."""
    return master.derive_key("copy of the keys")


def _checked_and_sealed(plain: Path, target: Path, ring: Keyring, head: dict[str, Any]) -> None:
    wrong = wrong_with(plain, ring)
    if wrong:
        raise BadCopy("Копия не сошлась: " + " ".join(wrong))
    _seal_proven(plain, target, key_of_database(ring), head)


def _seal_proven(plain: Path, target: Path, key: bytes, head: dict[str, Any]) -> None:
    """Seals a copy, under another name until it is durable and was read back: a file with the right name is a whole
    copy."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial, again = target.with_suffix(".partial"), beside(plain, ".again")
    try:
        seal(plain, partial, key, head)
        unseal(partial, again, key)
        if _hash(again) != _hash(plain):
            raise BadCopy("Копия прочиталась не так, как записалась. Проверьте диск.")
        os.replace(partial, target)
        sync_folder(target.parent)
    finally:
        partial.unlink(missing_ok=True)
        again.unlink(missing_ok=True)


def _hash(path: Path) -> str:
    """The SHA-256 of the file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """A new name is durable when its folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Still:
    """A copy that is only looked at."""

    def __init__(self, connection: Connection, ring: Keyring, community: int | None = None) -> None:
        self._connection, self._ring, self._community = connection, ring, community

    def of(self, community: int) -> Still:
        """The same snapshot, seen as another community."""
        return Still(self._connection, self._ring, community)

    async def execute(self, statement: Any, params: Any = None, /) -> Any:
        """Runs a statement on the snapshot's connection."""
        return self._connection.execute(statement, params)

    async def run(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        """Runs the body on the copied file, as if it were the running database."""
        return await body(OpenTransaction(self, "sqlite", Ids(), b"", 0, Keys(self._ring, {}, self._community)))


def wrong_with(path: Path, ring: Keyring) -> list[str]:
    """Integrity, the books (I12), the audit log (T22) and whose keys these are; in Russian, empty where all is well."""
    address = f"file:{path}?mode=ro"
    engine = create_engine("sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=StaticPool)
    try:
        with engine.connect() as connection:
            found = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(3)")]
            if found != ["ok"]:
                return [f"SQLite говорит: {'; '.join(found)}."]
            return run_to_end(wrong_inside(Still(connection, ring)))
    except (DBAPIError, ValueError) as error:
        return [f"Файл повреждён ({type(error).__name__})."]
    finally:
        engine.dispose()


async def communities(db: Runs) -> list[int]:
    """The numbers of all communities in the database."""
    return await db.run(communities_in)


async def communities_in(tx: Transaction) -> list[int]:
    """The numbers of all communities that the database holds anything of."""
    query = select(schema.counter.c.community_id).where(schema.counter.c.community_id > 0).distinct()
    return sorted(row["community_id"] for row in await tx.rows(query))


async def wrong_inside(copy: Runs) -> list[str]:
    """The books (I12) and the audit log (T22) of every community."""
    wrong: list[str] = []
    for community in await communities(copy):
        own = copy.of(community)
        books = await own.run(statistics.identity)
        if not books["balanced"]:
            wrong.append("Счёт сообщений не сходится.")
        wrong += await audit.verify(own)
    return wrong


def stamp_of(path: Path) -> datetime | None:
    """The moment at which a copy was made, by its name; None for another file."""
    with suppress(ValueError):
        return datetime.strptime(path.name.partition("-")[2].partition(".")[0], STAMP).replace(tzinfo=UTC)
    return None


def copies_in(folder: Path, suffix: str) -> list[tuple[datetime, Path]]:
    """The copies in a folder, the newest last."""
    paths = folder.glob(f"priemnaya-*{suffix}") if folder.is_dir() else []
    return sorted((at, path) for path in paths if (at := stamp_of(path)) is not None)


def newest(folder: Path, suffix: str, now: datetime) -> Path | None:
    """The newest copy that is not ahead of the clock; the newest of all where every one is; None without any."""
    found = copies_in(folder, suffix)
    past = [path for at, path in found if at <= now + AHEAD]
    return past[-1] if past else found[-1][1] if found else None


def times_to_keep(times: Sequence[datetime]) -> set[datetime]:
    """The newest few, and the newest of each of the last 24 hours, 7 days and 4 weeks that have any."""
    ordered = sorted(times, reverse=True)
    wanted = set(ordered[:NEWEST])
    for count, bucket in ((HOURLY, "%Y%m%d%H"), (DAILY, "%Y%m%d"), (WEEKLY, "%G%V")):
        first_of: dict[str, datetime] = {}
        for at in ordered:
            first_of.setdefault(at.strftime(bucket), at)
        wanted |= set(list(first_of.values())[:count])
    return wanted


def prune(places: Places, now: datetime) -> None:
    """Deletes old copies, only our own and what an interrupted one has left. Keys older than 7 days go even if none is
    left."""
    copies = copies_in(places.folder, DATABASE)
    keys = copies_in(places.keys, KEYS)
    ahead = [at for at, _ in copies if at > now + AHEAD]
    wanted = times_to_keep([at for at, _ in copies if at not in ahead]) | set(ahead[-NEWEST:])
    wanted_keys = {at for at in times_to_keep([at for at, _ in keys]) if now - at < OLDEST_KEYS}
    gone = [path for at, path in copies if at not in wanted]
    oldest_first = sorted(copies, key=lambda copy: (copy[0] not in ahead, copy[0]))
    gone += over([path for at, path in oldest_first if at in wanted], places.limit)
    gone += [path for at, path in keys if at not in wanted_keys]
    for folder in {places.folder, places.keys}:
        gone += (*folder.glob("priemnaya-*.partial"), *folder.glob(f"{HIDDEN}priemnaya-*"))
    for path in gone:
        path.unlink(missing_ok=True)


def over(copies: Sequence[Path], limit: int) -> list[Path]:
    """The oldest of these that do not fit into so many bytes. The newest stays, however large it is."""
    if not limit:
        return []
    room = limit
    for newer, path in enumerate(reversed(copies)):
        room -= path.stat().st_size
        if room < 0 and newer:
            return list(copies[: len(copies) - newer])
    return []


RESERVE = 32 * 2**20
"""Bytes that copies leave free for the database itself: a full disk stops the bot, a missing copy does not."""


def _make_room(places: Places, now: datetime) -> None:
    """A copy lies unsealed for a moment, then sealed and once more read back. A server's is taken to be as large as its
    last one.

    Raises:
        BadCopy: the disk has no room for that.
    """
    if places.server is None and not places.database.exists():
        return
    prune(places, now)
    like = places.database if places.server is None else newest(places.folder, DATABASE, now)
    needed = 3 * (like.stat().st_size if like is not None else 0) + RESERVE
    for folder in (places.database.parent, places.folder) if places.server is None else (places.folder, places.keys):
        must_have_room(folder, needed)


def must_have_room(folder: Path, needed: int) -> None:
    """Checks the room on the folder's disk, in bytes. Raises BadCopy where it is too little."""
    free = shutil.disk_usage(existing(folder)).free
    if free < needed:
        raise BadCopy(
            f"Для копии мало места на диске папки {folder}: нужно {needed // 2**20} МБ, "
            f"свободно {free // 2**20} МБ. Освободите место или впишите папку другого диска в BOT_BACKUP_FOLDER."
        )


def existing(folder: Path) -> Path:
    """This folder, or the nearest above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())


_COPIED = "copied_at"


async def note_copy(tx: Transaction, now: datetime) -> None:
    """Notes when the last copy was made, for the statistics."""
    await upsert(tx, meta, [{"name": _COPIED, "value": now.isoformat()}])


async def last_copied(tx: Transaction) -> str | None:
    """When the last copy was made, in ISO 8601; None before the first."""
    row = await tx.row(select(meta.c.value).where(in_community(meta), meta.c.name == _COPIED))
    return None if row is None else str(row["value"])
