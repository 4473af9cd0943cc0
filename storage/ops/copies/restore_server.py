"""Puts a copy of a PostgreSQL database back into an empty one: proven before a row of it is written, or all is undone.

It must never write into a database that holds anything, nor put a key back that was destroyed while the keys of today
can be read (R14).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from sqlalchemy import Connection, MetaData, Table, insert, inspect
from sqlalchemy.schema import DropSchema

from storage.db import keystore
from storage.db.database import Database, connect
from storage.db.engines import postgresql
from storage.db.engines.lifted import VERSION
from storage.db.errors import BadCopy, StorageError, WrongKeys
from storage.db.ids import Ids
from storage.db.keyring import Keyring, Keys
from storage.db.master import Master
from storage.db.migrations import migrate
from storage.db.sealed_file import head_of, unseal
from storage.db.transaction import Connected, OpenTransaction, Transaction
from storage.db.worker_number import WorkerNumber
from storage.ops import recovery_mark
from storage.ops.copies import dumps
from storage.ops.copies.backup import communities, communities_in, key_of_database, key_of_keys, wrong_inside
from storage.ops.copies.dumps import DatabaseServer
from storage.ops.copies.restore import Restored, must_be_of
from storage.privacy import audit, forgetting

T = TypeVar("T")


async def put_back(
    copy: Path,
    keys: Path | None,
    url: str,
    server: DatabaseServer,
    master: Master,
    now: datetime,
    *,
    only_check: bool = False,
) -> Restored:
    """The whole of `bot restore` on PostgreSQL. `keys`: a copy of the keys, where those of today are lost.

    Raises:
        BadCopy, WrongKeys, WrongSchema: nothing was changed.
    """
    head = head_of(copy)
    must_be_of(head, "postgresql", copy)
    beside = copy.parent if os.access(copy.parent, os.W_OK) else None  # there is room where the copy lies
    with TemporaryDirectory(prefix=".restore-", dir=beside) as folder:
        plain, plain_keys = Path(folder) / "database", Path(folder) / "keys"
        known = {} if only_check and keys is not None else await _names(url)
        ring = await _ring(known, url, server, keys, plain_keys, master)
        unseal(copy, plain, key_of_database(ring))
        await dumps.readable(server, plain)
        made_at = str(head.get("made_at"))
        if only_check:
            return Restored(made_at, 0, 0)
        await _must_be_empty(url)
        try:
            if keys is not None:
                await dumps.load(server, plain_keys)
            await dumps.load(server, plain)
            waiting = await _mark_communities(url, ring, str(head.get("version")), made_at, now)
            return await _prepare(url, Restored(made_at, waiting, 0), master, now)
        except BaseException:
            with suppress(StorageError):
                await _empty(url, keys=keys is not None)
            raise


async def _names(url: str) -> dict[str, str]:
    """What the store of keys is named by, to tell two of them apart."""
    store = postgresql.KeyPool(url)
    try:
        return await store.call(keystore.names)
    finally:
        await store.engine.dispose()


async def _ring(
    names: Mapping[str, str], url: str, server: DatabaseServer, keys: Path | None, plain: Path, master: Master
) -> Keyring:
    """The keys to open the copy with: the database's own, if it has any (they know who was forgotten since), else those
    of the copy of keys."""
    ring = Keyring(postgresql.KeyPool(url), master, shared=True)
    if names and keys is not None:
        raise WrongKeys("В этой базе уже есть ключи (схема keys). Уберите --keys или возьмите совсем пустую базу.")
    if names:
        ring.open_by(names)
        return ring
    if keys is None:
        raise WrongKeys("Ключей в базе нет. Укажите самую свежую их копию, не старше 7 дней: --keys ФАЙЛ.keys-backup")
    must_be_of(head_of(keys), "postgresql", keys, what="keys")
    unseal(keys, plain, key_of_keys(master))
    await dumps.readable(server, plain)
    ring.open_by(dict(await dumps.rows_of(server, plain, keystore.ring.name)))
    return ring


async def _mark_communities(url: str, ring: Keyring, version: str, made_at: str, now: datetime) -> int:
    """How many messages wait. The version of the tables comes in with the marks: without them nothing starts."""

    async def body(connection: Connected) -> int:
        def of(community: int | None) -> Transaction:
            return OpenTransaction(connection, "postgresql", Ids(), b"", 0, Keys(ring, {}, community))

        waiting = 0
        for community in await communities_in(of(None)):
            waiting += await recovery_mark.mark(of(community), now, made_at)
            await WorkerNumber.free_all(of(community))
        await connection.execute(insert(VERSION).values(version_num=version))
        return waiting

    store = connect(url)
    try:
        return await store.transaction(body)
    finally:
        await store.close()


async def _prepare(url: str, done: Restored, master: Master, now: datetime) -> Restored:
    """Tables of today, books and audit log proven; who was forgotten is forgotten again."""
    await migrate(url, master=master)
    db = await Database.open(url, master=master)
    gone, heads = 0, {}
    try:
        wrong = await wrong_inside(db)
        if wrong:
            raise BadCopy("Копия не годится. " + " ".join(wrong))
        for community in await communities(db):
            own = db.of(community)
            heads[community] = await own.run(audit.head)
            gone += await forgetting.reapply(own, now)
    finally:
        await db.close()
    return replace(done, forgotten=gone, heads=heads)


async def _must_be_empty(url: str) -> None:
    if await _on(url, _tables):
        raise BadCopy(
            "База в BOT_DATABASE_URL не пуста. Создайте новую (createdb) и впишите её адрес, либо остановите бота и "
            "освободите эту, оставив схему keys: DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
        )


def _tables(connection: Connection) -> list[str]:
    """The names of all tables."""
    return list(inspect(connection).get_table_names())


async def _empty(url: str, *, keys: bool) -> None:
    """Drops all tables, and the keys where `keys`: the database is as empty as before."""

    def work(connection: Connection) -> None:
        for name in _tables(connection):
            Table(name, MetaData()).drop(connection)
        if keys:
            connection.execute(DropSchema(keystore.SCHEMA, cascade=True, if_exists=True))

    await _on(url, work)


async def _on(url: str, work: Callable[[Connection], T]) -> T:
    """What `work` gives on a connection to this database, closed afterwards."""
    store = connect(url)
    try:
        return await store.on_connection(work)
    finally:
        await store.close()
