"""Opens the database and runs whole transactions. It must never leave half a transaction, whoever is cancelled."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import Executable, RowMapping, func, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage import postgresql, schema, sqlite, version
from storage.errors import Conflict
from storage.ids import WORKERS, Ids
from storage.writing import add_to_counters

T = TypeVar("T")
Params = Mapping[str, Any]

_RUNS = 3


class Transaction(Protocol):
    """What storage functions may do inside one transaction (design.md §7).

    `key` makes random ids and appeal numbers (delivery.md §7), `boot` is another number at each opening of the
    database; `count` adds to a counter when the transaction ends.
    """

    @property
    def dialect(self) -> str: ...
    @property
    def ids(self) -> Ids: ...
    @property
    def key(self) -> bytes: ...
    @property
    def boot(self) -> int: ...

    async def execute(self, statement: Executable, params: Params | None = None) -> int: ...
    async def execute_many(self, statement: Executable, params: Sequence[Params]) -> None: ...
    async def rows(
        self, statement: Executable, params: Params | Sequence[Params] | None = None
    ) -> Sequence[RowMapping]: ...
    async def row(self, statement: Executable, params: Params | None = None) -> RowMapping | None: ...

    def count(self, community: int, name: str, amount: int) -> None: ...
    def counted(self, community: int, name: str) -> int: ...


class _OpenTransaction:
    """A transaction over SQLAlchemy's async connection."""

    def __init__(self, connection: AsyncConnection, ids: Ids, key: bytes, boot: int) -> None:
        self._connection = connection
        self._tally: Counter[tuple[int, str]] = Counter()
        self.dialect = connection.dialect.name
        self.ids = ids
        self.key = key
        self.boot = boot

    async def execute(self, statement: Executable, params: Params | None = None) -> int:
        return (await self._connection.execute(statement, params)).rowcount

    async def execute_many(self, statement: Executable, params: Sequence[Params]) -> None:
        if params:
            await self._connection.execute(statement, params)

    async def rows(
        self, statement: Executable, params: Params | Sequence[Params] | None = None
    ) -> Sequence[RowMapping]:
        return (await self._connection.execute(statement, params)).mappings().all()

    async def row(self, statement: Executable, params: Params | None = None) -> RowMapping | None:
        return (await self._connection.execute(statement, params)).mappings().first()

    def count(self, community: int, name: str, amount: int) -> None:
        self._tally[community, name] += amount

    def counted(self, community: int, name: str) -> int:
        return self._tally[community, name]

    async def finish(self) -> None:
        """Counters last: on PostgreSQL their rows are the most wanted ones and are held for the shortest time."""
        await add_to_counters(self, self._tally)


class Database:
    """One open database. On SQLite a single connection for the life of the process (delivery.md §12)."""

    def __init__(self, engine: AsyncEngine, lock: sqlite.LockFile | None, worker: int) -> None:
        self._engine = engine
        self._lock = lock
        self._turn = asyncio.Lock() if lock is not None else None
        self._kept: AsyncConnection | None = None
        self._ids = Ids(worker)
        self._key = b""
        self._boot = 0

    @classmethod
    async def open(cls, url: str, *, worker: int = 0) -> Database:
        """Open a migrated database. `worker` must differ between processes that share a PostgreSQL database."""
        engine, lock = connect(url)
        opened = cls(engine, lock, worker)
        try:
            await opened._prepare(url)
        except BaseException:
            await opened.close()
            raise
        return opened

    @property
    def dialect(self) -> str:
        return self._engine.dialect.name

    async def run(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        """Run body in one transaction. A cancelled caller waits for its end, then is cancelled (style.md §7.1).

        After a deadlock between workers body runs again from the start, so it must change nothing but the database.
        """
        task = asyncio.ensure_future(self._whole(body))  # noqa: TID251 - waited for to its end, below
        cancelled = False
        while not task.done():
            try:
                await asyncio.wait([task])  # being cancelled here does not cancel the task
            except asyncio.CancelledError:
                cancelled = True
        if cancelled:
            task.exception()  # seen, though the caller will only hear of its own end
            raise asyncio.CancelledError
        return task.result()

    async def close(self) -> None:
        if self._kept is not None:
            await self._kept.close()
            self._kept = None
        await self._engine.dispose()
        if self._lock is not None:
            self._lock.release()

    async def _whole(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        for run in range(1, _RUNS + 1):
            try:
                if self._turn is None:
                    async with self._engine.connect() as connection:
                        return await self._transaction(connection, body)
                async with self._turn:
                    return await self._transaction(await self._only(), body)
            except IntegrityError as error:
                if not (postgresql.is_taken(error) or sqlite.is_taken(error)):
                    raise
                raise Conflict(str(error.orig)) from error
            except DBAPIError as error:
                if not postgresql.should_run_again(error):
                    raise
                if run == _RUNS:
                    raise Conflict(str(error.orig)) from error
        raise AssertionError("unreachable")

    async def _transaction(self, connection: AsyncConnection, body: Callable[[Transaction], Awaitable[T]]) -> T:
        try:
            await connection.begin()
            transaction = _OpenTransaction(connection, self._ids, self._key, self._boot)
            result = await body(transaction)
            await transaction.finish()
            await connection.commit()
        except BaseException:  # CancelledError is no Exception
            await self._undo(connection)
            raise
        return result

    async def _undo(self, connection: AsyncConnection) -> None:
        """Roll back to the end, even if cancelled again meanwhile (style.md §7.1)."""
        undoing = asyncio.ensure_future(self._rolled_back(connection))  # noqa: TID251 - waited for to its end
        while not undoing.done():
            try:
                await asyncio.wait([undoing])
            except asyncio.CancelledError:
                continue
        undoing.result()

    async def _rolled_back(self, connection: AsyncConnection) -> None:
        await connection.rollback()
        if self._turn is not None:
            await sqlite.leave_nothing_open(connection)

    async def _only(self) -> AsyncConnection:
        if self._kept is None or self._kept.closed or self._kept.invalidated:
            self._kept = await self._engine.connect()
        return self._kept

    async def _prepare(self, url: str) -> None:
        await self.run(lambda tx: version.check(tx, url))

        async def load(tx: Transaction) -> tuple[bytes, int, int]:
            await add_to_counters(tx, {(0, "boots"): 1})
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


def connect(url: str) -> tuple[AsyncEngine, sqlite.LockFile | None]:
    """The engine for a URL, and on SQLite the lock that keeps a second process out (F27)."""
    if url.startswith("sqlite"):
        return sqlite.connect(url)
    if url.startswith("postgresql"):
        return postgresql.connect(url), None
    raise ValueError(f"BOT_DATABASE_URL: нужен адрес sqlite+aiosqlite:///… или postgresql+asyncpg://…, а не «{url}»")
