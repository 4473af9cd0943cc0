"""Opens the database and runs whole transactions. It must never leave half a transaction, even when the caller is
cancelled.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from copy import copy
from typing import Any, Protocol, TypeVar

from sqlalchemy import BigInteger, Connection, bindparam, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.db import schema, version
from storage.db.engines import sqlite, sqlstate
from storage.db.errors import Conflict, Unavailable, WrongKeys
from storage.db.ids import WORKERS, Ids
from storage.db.keyring import Keyring
from storage.db.keystore import KeyStore
from storage.db.master import Master, beside, load_or_make
from storage.db.transaction import Connected, OpenTransaction, Transaction
from storage.db.upsert import add_to_counters

T = TypeVar("T")
_RUNS = 3
KEPT = "kept"


class Store(Protocol):
    """What the two engines do each in its own way (sqlite.py, postgresql.py)."""

    @property
    def dialect(self) -> str:
        """"sqlite" or "postgresql"."""
        ...
    @property
    def keys(self) -> KeyStore:
        """Where the wrapped keys lie: not among the tables of the database."""
        ...

    async def transaction(self, body: Callable[[Connected], Awaitable[T]]) -> T:
        """Run body between BEGIN and COMMIT, or roll back whatever it raised."""
        ...

    async def look(self, body: Callable[[Connected], Awaitable[T]]) -> T:
        """Run body, which only reads, on one moment of the database, holding up nobody who writes."""
        ...

    async def on_connection(self, work: Callable[[Connection], T]) -> T:
        """Run synchronous work in a transaction of its own: migrations."""
        ...

    async def checkpoint(self) -> None:
        """What was overwritten is overwritten on disk too (R14)."""
        ...

    async def copy_to(self, path: str) -> None:
        """The whole database, or its keys, into a new file of SQLite."""
        ...

    async def copy_keys_to(self, path: str) -> None:
        """Copies the keys alone into a new file of SQLite."""
        ...
    def missing_file(self) -> str:
        """The path of a database file that was there and is gone; empty while it is there."""
        ...
    async def close(self) -> None:
        """Closes every connection, of the database and of the keys."""
        ...


class Database:
    """One open database. On SQLite a single connection for the life of the process (delivery.md §12)."""

    def __init__(self, store: Store, worker: int, master: Master) -> None:
        self._store = store
        self._ring = Keyring(store.keys, master, shared=store.dialect == "postgresql")
        self._ids = Ids(worker)
        self._key = b""
        self._boot = 0
        self._community: int | None = None
        self._kept: Counter[int] = Counter()
        self._ran: Counter[str] = Counter()
        self.copying = asyncio.Lock()
        self._alone: Callable[[], AbstractAsyncContextManager[None]] = nullcontext

    @classmethod
    async def open(
        cls, url: str, *, worker: int = 0, master: Master | None = None, community: int | None = None
    ) -> Database:
        """Open a migrated database. `worker` must differ between processes that share a PostgreSQL database.

        Without a `master` key the one beside the database is used, made at need: for an emulator's bot and for tests.
        """
        store = connect(url)
        try:
            opened = await cls.over(store, url, worker=worker, master=master or load_or_make(beside(url)))
            return opened if community is None else opened.of(community)
        except BaseException:
            await store.close()
            raise

    @classmethod
    async def over(cls, store: Store, url: str, *, worker: int = 0, master: Master) -> Database:
        """A database over a store that is open already."""
        opened = cls(store, worker, master)
        await opened._prepare(url)
        return opened

    def of(self, community: int) -> Database:
        """The same open database, for transactions of this community."""
        bound = copy(self)
        bound._community = community
        return bound

    @property
    def community(self) -> int:
        """The number of the community that this database is open for. Raises LookupError if it was opened for none."""
        if self._community is None:
            raise LookupError("this database is open for no community")
        return self._community

    @property
    def dialect(self) -> str:
        """ "sqlite" or "postgresql"."""
        return self._store.dialect

    def derive_key(self, purpose: str) -> bytes:
        """A key for keyed hashes outside of transactions; the same as long as this database lives."""
        return self._ring.derive_key(purpose)

    async def run(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run body in one transaction. A cancelled caller waits for its end, then is cancelled (delivery.md §12.1).

        Body may await nothing but `tx`: on SQLite it runs in the database's own thread. After a deadlock between
        workers it runs again from the start, so it must change nothing but the database.
        """
        task = asyncio.ensure_future(self._whole(body))  # noqa: TID251 - waited for to its end, below
        cancelled = False
        while not task.done():
            try:
                await _end_of(task)
            except asyncio.CancelledError:
                cancelled = True
        if cancelled:
            if not task.cancelled():
                task.exception()  # seen, though the caller will only hear of its own end
            raise asyncio.CancelledError
        return task.result()

    async def look(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run body, which only reads and opens nothing sealed, beside the transactions: they do not wait for its end.

        Raises:
            Unavailable: the database does not read.
        """
        keys = self._ring.view(self._community)

        async def inside(connection: Connected) -> T:
            """Gives `body` a transaction that only reads: without the chain's key, its counters are dropped."""
            return await body(OpenTransaction(connection, self.dialect, self._ids, b"", 0, keys))

        try:
            return await self._store.look(inside)
        except DBAPIError as error:
            raise Unavailable(f"База данных сейчас не читает ({error.orig}).") from error

    @property
    def transactions(self) -> int:
        """How many were kept since it was opened, of all communities."""
        return self._ran["kept"]

    async def checkpoint(self) -> None:
        """Writes the log into the file, so that nothing of what an erasure overwrote is left in the files of SQLite
        (R14).

        Raises:
            Unavailable: the disk would not take it (F21).
        """
        async with self._alone():
            await self._store.checkpoint()

    def ends_reads(self, alone: Callable[[], AbstractAsyncContextManager[None]]) -> None:
        """Learns from whoever reads beside the writer how nobody reads while a checkpoint runs (readers.py)."""
        self._alone = alone

    async def copy_to(self, path: str) -> None:
        """Everything that is committed, into a new file (delivery.md §12.4)."""
        await self._store.copy_to(path)

    async def copy_keys_to(self, path: str) -> None:
        """Copies the keys alone into a new file of SQLite, as they are wrapped: nothing is opened."""
        await self._store.copy_keys_to(path)

    def missing_file(self) -> str:
        """The open file that somebody has taken away or replaced; empty where all is well."""
        return self._store.missing_file()

    async def missing(self) -> int:
        """How many transactions of this worker, of those that count something, are gone: a server has taken over that
        never had them. Their number grows in each of them."""
        known = dict(self._kept)
        have = await self.run(_last_ids)
        return sum(max(0, number - have.get(of, 0)) for of, number in known.items())

    @property
    def ring(self) -> Keyring:
        """The keys that open sealed fields."""
        return self._ring

    async def close(self) -> None:
        """Closes all connections; nothing may run after it."""
        await self._store.close()

    async def _whole(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        """Runs `body` in one transaction and adds to its counters; repeats the whole on a conflict, up to `_RUNS`
        times."""

        async def inside(connection: Connected) -> tuple[T, int | None]:
            """Runs `body`, then stores its counters; returns its result with the community whose counters changed, None
            where none did."""
            keys = self._ring.view(self._community)
            transaction = OpenTransaction(connection, self._store.dialect, self._ids, self._key, self._boot, keys)
            result = await body(transaction)
            # Counters last: on PostgreSQL their rows are the most wanted ones and are held for the shortest time.
            if not any(transaction.tally.values()):
                return result, None
            await add_to_counters(transaction, transaction.community, {**transaction.tally, KEPT: 1})
            return result, transaction.community

        for run in range(1, _RUNS + 1):
            try:
                result, of = await self._store.transaction(inside)
                self._ran["kept"] += 1
                if of is not None:
                    self._kept[of] += 1
                return result
            except IntegrityError as error:
                if not (sqlstate.is_taken(error) or sqlite.is_taken(error)):
                    raise
                raise Conflict(str(error.orig)) from error
            except DBAPIError as error:
                if sqlstate.is_down(error):  # of SQLite; PostgreSQL's pool has said it already (reaching.py)
                    raise Unavailable(f"База данных сейчас не пишет и не читает ({error.orig}).") from error
                if not sqlstate.should_run_again(error):
                    raise
                if run == _RUNS:
                    raise Conflict(str(error.orig)) from error
        raise AssertionError("unreachable")

    async def _prepare(self, url: str) -> None:
        """Opens the keys and counts the start; WrongSchema for tables of another version, WrongKeys without their
        file."""
        await self.run(lambda tx: version.check(tx, url))

        async def load(tx: Transaction) -> tuple[bytes, int, int]:
            """Opens the keys of this database and counts the start. WrongKeys: the file of keys is not beside it."""
            named = await tx.row(select(schema.meta.c.value).where(schema.meta.c.name == "keys"))
            if named is None or not self._store.keys.exists():
                raise WrongKeys("Файла ключей (….keys) рядом с базой нет. Верните его из копии не старше 7 дней.")
            await self._ring.open(named["value"])
            await add_to_counters(tx, 0, {"boots": 1})
            self._kept |= Counter(await _last_ids(tx))
            opened = await tx.row(
                select(schema.counter.c.value).where(
                    schema.counter.c.name == "boots", schema.counter.c.worker == tx.ids.worker
                )
            )
            key = await tx.row(select(schema.meta.c.value).where(schema.meta.c.name == "key"))
            floor = 0
            for row in await tx.rows(select(schema.counter.c.community_id).distinct()):
                for table in (schema.inbox, schema.outbox):
                    mine = table.c.community_id == row["community_id"]
                    highest = await tx.row(select(func.max(table.c.id).label("id")).where(mine))
                    floor = max(floor, (highest and highest["id"]) or 0)
            assert key is not None and opened is not None, "the first migration makes the key"
            return bytes.fromhex(key["value"]), floor, opened["value"] * WORKERS + tx.ids.worker

        self._key, floor, self._boot = await self.run(load)
        self._ids.raise_to(floor)


_KEPT_BY = select(schema.counter).where(
    schema.counter.c.name == KEPT, schema.counter.c.worker == bindparam("worker", type_=BigInteger)
)


async def _last_ids(tx: Transaction) -> dict[int, int]:
    """By community, the last id that this worker gave."""
    return {row["community_id"]: row["value"] for row in await tx.rows(_KEPT_BY, {"worker": tx.ids.worker})}


async def _end_of(task: asyncio.Future[Any]) -> None:
    """Waits until the task has ended, whatever it ended in. Being cancelled here does not cancel the task. What
    `asyncio.wait` does for many, for the one of each transaction."""
    ended = asyncio.get_running_loop().create_future()
    task.add_done_callback(lambda _: None if ended.done() else ended.set_result(None))
    await ended


def connect(url: str, *, make: bool = False) -> Store:
    """The store for a URL. On SQLite it is locked against any other process from here on (F27). `make`: a new file may
    be begun, where nothing of an old one is left.

    Raises:
        DatabaseGone, WrongSchema: there is no such file.
    """
    if url.startswith("sqlite"):
        return sqlite.OneConnection(url, make=make)
    if url.startswith("postgresql"):
        from storage.db.engines import postgresql

        return postgresql.Pool(url)
    raise ValueError(f"BOT_DATABASE_URL: нужен адрес sqlite+aiosqlite:///… или postgresql+asyncpg://…, а не «{url}»")
