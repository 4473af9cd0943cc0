"""Where the wrapped keys and the erasure list lie: a file of their own beside SQLite, a schema `keys` of PostgreSQL.

Neither may come into the backups of the database: a copy of both would bring back whom we have forgotten (R14, T21).
What these functions have written is durable when they return, before any text that a new key has sealed is kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    MetaData,
    RowMapping,
    Table,
    Text,
    UniqueConstraint,
    bindparam,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)

from storage.db.engines.dialects import insert_into
from storage.db.whose import Differs, Ends, Names, Of, Sealed, Whose, describe

T = TypeVar("T")

SCHEMA = "keys"
metadata = MetaData(schema=SCHEMA)
INNER = Differs(whose=Whose.PROGRAM)
WHO = Differs(whose=Whose.RESIDENT, names=Names.PERSON)
PSEUDONYM = Differs(whose=Whose.RESIDENT, names=Names.PERSON, sealed=Sealed.DIGEST)
WRAPPED = Differs(sealed=Sealed.MASTER)

# `subject`: a resident, or 0 for the house. A resident has one key, the house a new one after each erasure.
data_key = Table(
    "data_key",
    metadata,
    Column("community_id", BigInteger, primary_key=True, autoincrement=False, info={**INNER}),
    Column("subject", BigInteger, primary_key=True, autoincrement=False, info={**WHO}),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("id", BigInteger, nullable=False),
    Column("wrapped", Text, nullable=False, info={**WRAPPED}),
    UniqueConstraint("id", name="uq_data_key_id"),
)
# Who was forgotten, as a keyed hash, and the last message of theirs that must not come back (R14).
erased = Table(
    "erased",
    metadata,
    Column("community_id", BigInteger, primary_key=True, autoincrement=False, info={**INNER}),
    Column("subject", Text, primary_key=True, info={**PSEUDONYM}),
    Column("cmid", BigInteger, nullable=False),
    Column("at", BigInteger, nullable=False),
)
# Until when somebody who was forgotten may send nothing new: by the same hash, for a flooder would ask to be forgotten.
blocked = Table(
    "blocked",
    metadata,
    Column("community_id", BigInteger, primary_key=True, autoincrement=False, info={**INNER}),
    Column("subject", Text, primary_key=True, info={**PSEUDONYM}),
    Column("until", BigInteger, nullable=False),
)
# `ring`: the name of this set of keys, also in the database; `master`: the name of the key that wraps; `secret`.
ring = Table(
    "ring",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False, info={**WRAPPED}),
)
describe(data_key.columns, Of(Whose.PROGRAM, Ends.GONE))
describe(erased.columns, Of(Whose.RESIDENT, Ends.KEPT))
describe(blocked.columns, Of(Whose.RESIDENT, Ends.OVER))
describe(ring.columns, Of(Whose.PROGRAM, Ends.KEPT))

_CHUNK = 500
Rows = Sequence[RowMapping]


class KeyStore(Protocol):
    """Runs one short transaction of its own, durable when it returns."""

    async def call(self, work: Callable[[Connection], T]) -> T:
        """Runs synchronous work in a transaction on the keys alone, on the thread or pool that owns them."""
        ...

    def exists(self) -> bool:
        """Whether there may be keys; on PostgreSQL only the tables tell."""
        ...


class Within:
    """The store inside a migration, which has one connection and must not wait for another (PostgreSQL)."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def call(self, work: Callable[[Connection], T]) -> T:
        """Runs the work inside the transaction that is open."""
        return work(self._connection)

    def exists(self) -> bool:
        """Always: the schema of keys came with the tables."""
        return True


def create(connection: Connection) -> None:
    """The tables, where they are missing."""
    if connection.dialect.name == "postgresql":
        connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
    metadata.create_all(connection)


def complete(connection: Connection) -> None:
    """The tables that an older program did not know: a copy of its keys was put back."""
    inside = SCHEMA if connection.dialect.name == "postgresql" else None
    if not inspect(connection).has_table(blocked.name, schema=inside):
        blocked.create(connection)


def _new(connection: Connection, table: Table) -> Any:
    """An insert that leaves rows that are there already."""
    return insert_into(connection.dialect.name, table).on_conflict_do_nothing()


def names(connection: Connection) -> dict[str, str]:
    """The named values of the ring: what it is called, by whom it is wrapped; nothing where there is no ring."""
    if not inspect(connection).has_table("ring", schema=SCHEMA if connection.dialect.name == "postgresql" else None):
        return {}
    return {row["name"]: row["value"] for row in connection.execute(select(ring)).mappings()}


def name(connection: Connection, values: Mapping[str, str]) -> None:
    """Names and wrapped secrets of the ring, written where they are missing."""
    rows = [{"name": key, "value": value} for key, value in sorted(values.items())]
    connection.execute(_new(connection, ring), rows)


_NEWEST = (
    select(data_key.c.subject, func.max(data_key.c.version).label("version"))
    .where(data_key.c.community_id == bindparam("of"), data_key.c.subject.in_(bindparam("subjects", expanding=True)))
    .group_by(data_key.c.subject)
    .subquery()
)
_CURRENT = (
    select(data_key)
    .join(_NEWEST, (_NEWEST.c.subject == data_key.c.subject) & (_NEWEST.c.version == data_key.c.version))
    .where(data_key.c.community_id == bindparam("of"))
)
_BY_ID = select(data_key).where(data_key.c.id.in_(bindparam("ids", expanding=True)))


def current(connection: Connection, community: int, subjects: Iterable[int]) -> Rows:
    """The newest key of each of these subjects."""
    wanted = sorted(set(subjects))
    found: list[RowMapping] = []
    for start in range(0, len(wanted), _CHUNK):
        params = {"of": community, "subjects": wanted[start : start + _CHUNK]}
        found += connection.execute(_CURRENT, params).mappings().all()
    return found


def by_id(connection: Connection, ids: Iterable[int]) -> Rows:
    """The wrapped keys of these ids, asked in portions; ids that are gone are left out."""
    wanted = sorted(set(ids))
    found: list[RowMapping] = []
    for start in range(0, len(wanted), _CHUNK):
        found += connection.execute(_BY_ID, {"ids": wanted[start : start + _CHUNK]}).mappings().all()
    return found


def ids_of(connection: Connection, community: int, subject: int) -> list[int]:
    """The ids of all keys of this subject in the community."""
    query = select(data_key.c.id).where(data_key.c.community_id == community, data_key.c.subject == subject)
    return list(connection.execute(query).scalars())


_MASTER = select(ring.c.value).where(ring.c.name == "master")


def master_of(connection: Connection, *, lock: bool = False) -> str | None:
    """The name of the master key in force. A rotation waits for a transaction that holds the lock, and the other way
    round."""
    query = _MASTER.with_for_update(read=True) if lock else _MASTER
    return connection.execute(query).scalar_one_or_none()


def add(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """New keys; of two workers that made one for the same subject, the first is kept."""
    if rows:
        connection.execute(_new(connection, data_key), sorted(rows, key=lambda row: (row["subject"], row["version"])))


def destroy(connection: Connection, community: int, subject: int, keep_id: int | None = None) -> int:
    """The keys of a subject, all or all but one. What they sealed is gone with them, in every copy."""
    query = delete(data_key).where(data_key.c.community_id == community, data_key.c.subject == subject)
    return connection.execute(query if keep_id is None else query.where(data_key.c.id != keep_id)).rowcount


def destroy_these(connection: Connection, community: int, subject: int, ids: Sequence[int]) -> None:
    """Deletes these keys of the subject; ids of another subject's keys are left alone."""
    mine = delete(data_key).where(data_key.c.community_id == community, data_key.c.subject == subject)
    connection.execute(mine.where(data_key.c.id.in_(ids)))


def forget(connection: Connection, community: int, subject: str, cmid: int, at: int) -> None:
    """Puts the subject onto the erasure list; asked again it keeps the later message."""
    key = (erased.c.community_id == community, erased.c.subject == subject)
    before = connection.execute(select(erased.c.cmid).where(*key)).scalar_one_or_none()
    if before is None:
        row = {"community_id": community, "subject": subject, "cmid": cmid, "at": at}
        connection.execute(insert(erased).values(row))
    else:
        connection.execute(update(erased).where(*key).values(cmid=max(before, cmid), at=at))


def erasure_list(connection: Connection, community: int | None = None, subjects: Sequence[str] = ()) -> Rows:
    """The erasure list: all of it, or those of these people who are on it."""
    query = select(erased).order_by(erased.c.at)
    if community is None:
        return connection.execute(query).mappings().all()
    found: list[RowMapping] = []
    for start in range(0, len(subjects), _CHUNK):
        part = query.where(erased.c.community_id == community, erased.c.subject.in_(subjects[start : start + _CHUNK]))
        found += connection.execute(part).mappings().all()
    return found


def block(connection: Connection, community: int, subject: str, until: int | None) -> None:
    """Blocks the subject until then (microseconds), or ends the block for None."""
    key = (blocked.c.community_id == community, blocked.c.subject == subject)
    connection.execute(delete(blocked).where(*key))
    if until is not None:
        connection.execute(insert(blocked).values(community_id=community, subject=subject, until=until))


def blocks(connection: Connection, community: int, subjects: Sequence[str]) -> Rows:
    """The blocks of these subjects in this community."""
    query = select(blocked).where(blocked.c.community_id == community, blocked.c.subject.in_(subjects))
    return connection.execute(query).mappings().all()


def end_blocks(connection: Connection, community: int, now: int) -> int:
    """Deletes the blocks that are over; returns how many."""
    over = delete(blocked).where(blocked.c.community_id == community, blocked.c.until <= now)
    return connection.execute(over).rowcount


_REWRAP = update(data_key).where(data_key.c.id == bindparam("which")).values(wrapped=bindparam("anew"))
_AFTER = (
    select(data_key).where(data_key.c.id > bindparam("after", type_=BigInteger)).order_by(data_key.c.id).limit(5000)
)


def rewrap(connection: Connection, anew: Callable[[RowMapping], str], values: Mapping[str, str]) -> int:
    """Every key wrapped anew, and the names of the ring, in one transaction. Returns how many keys."""
    for key, value in values.items():
        connection.execute(update(ring).where(ring.c.name == key).values(value=value))
    after, done = -1, 0
    while rows := connection.execute(_AFTER, {"after": after}).mappings().all():
        connection.execute(_REWRAP, [{"which": row["id"], "anew": anew(row)} for row in rows])
        after, done = rows[-1]["id"], done + len(rows)
    return done


def file_of(database: str) -> str:
    """The file of keys beside an SQLite database."""
    return os.path.realpath(database) + ".keys"
