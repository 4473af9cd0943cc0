"""Reads beside the writer, for the panel: connections of their own that cannot write, short transactions, a time limit.

A reader must never hold up the writer: on SQLite it never checkpoints, and an erasure's checkpoint ends it (R14); on
PostgreSQL it may ask a replica. What it opened of sealed fields is forgotten at its end.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from functools import partial
from time import monotonic
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, bindparam, event, func, literal, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.db import keystore
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.ids import Ids
from storage.db.transaction import OpenTransaction, Transaction

T = TypeVar("T")

CONNECTIONS = 2
SECONDS = 10.0
"""A read that takes longer is ended: nobody waits for a page that long."""
SILENCE = 30.0
"""A server that says nothing for so long is away. SQLite has no such silence: its limit is `SECONDS`."""
PATIENCE = 1.0
"""So long a checkpoint waits for running reads before it ends them."""
STEPS = 2000
"""Steps of SQLite's machine between two looks at the limit: well under a millisecond."""


class TooLong(Unavailable):
    """The read was ended: it took too long, or something had to be erased meanwhile. Ask again."""


@dataclass(slots=True)
class Gate:
    """How many reads run now, and whether new ones may begin. An erasure closes it for a moment."""

    running: int = 0
    ending: bool = False
    opened: asyncio.Event = field(default_factory=asyncio.Event)
    empty: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """Begins open and with nobody inside."""
        self.opened.set()
        self.empty.set()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Waits until reads are let in, and counts this one while it runs."""
        await self.opened.wait()
        self.running += 1
        self.empty.clear()
        try:
            yield
        finally:
            self.running -= 1
            if not self.running:
                self.empty.set()

    @asynccontextmanager
    async def hold_closed(self) -> AsyncIterator[None]:
        """Keeps reads out while it runs; those that run on for longer than `PATIENCE` are ended."""
        self.opened.clear()
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    await self.empty.wait()
            self.ending = True
            await self.empty.wait()
            yield
        finally:
            self.ending = False
            self.opened.set()


@dataclass(slots=True)
class _Limit:
    """Ends what one connection reads."""

    gate: Gate
    until: float = 0.0

    def over(self) -> bool:
        """Whether the read must stop: its time is up, or all reads are ending."""
        return self.gate.ending or monotonic() > self.until


class Readers:
    """Read-only transactions of one community. `run` is that of a `Database`; nothing that it runs can write."""

    def __init__(self, engine: AsyncEngine, keys: AsyncEngine, gate: Gate, db: Database) -> None:
        self._engine, self._keys, self._gate, self._db = engine, keys, gate, db

    def _reach_server(self) -> AbstractAsyncContextManager[None]:
        """Turns errors of an unreachable PostgreSQL server into `Unavailable`; nothing on SQLite."""
        if self._db.dialect == "sqlite":
            return nullcontext()
        from storage.db.engines.reaching import reaching

        return reaching(self._engine.url)

    def of(self, community: int) -> Readers:
        """The same connections, for transactions of this community."""
        return Readers(self._engine, self._keys, self._gate, self._db.of(community))

    async def run(self, body: Callable[[Transaction], Awaitable[T]]) -> T:
        """What `body` reads, in one transaction. Raises TooLong where it must ask again or for less, Unavailable where
        the database does not read."""
        async with self._reach_server(), asyncio.timeout(SILENCE):
            try:
                async with self._gate.reading(), self._engine.connect() as connection:
                    return await body(self._transaction(connection))
            except PoolTimeout as error:
                raise TooLong("Слишком много отчётов сразу. Обновите страницу через минуту.") from error
            except DBAPIError as error:
                if "interrupted" in str(error.orig) or "statement timeout" in str(error.orig):
                    advice = "Возьмите период короче или обновите страницу."
                    raise TooLong(f"Это считалось слишком долго. {advice}") from error
                raise Unavailable(f"База данных сейчас не читает ({error.orig}).") from error

    async def close(self) -> None:
        """Closes the reading connections."""
        await self._engine.dispose()
        await self._keys.dispose()

    def _transaction(self, connection: AsyncConnection) -> Transaction:
        """A transaction that only reads; keys that it opens end with it."""
        ring = self._db.ring.beside(_Keys(self._keys))  # keys that it opens end with the read
        return OpenTransaction(connection, self._db.dialect, Ids(0), b"", 0, ring.view(self._db.community))


class _Keys:
    """The wrapped keys, to be read only."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine

    async def call(self, work: Callable[[Connection], T]) -> T:
        """Runs the work on a connection that only reads the keys."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    def exists(self) -> bool:
        """Always: the writer has opened them."""
        return True


def open_readers(db: Database, url: str, replica: str = "") -> Readers:
    """Readers of the database that `db` has open at `url`. `replica`: another PostgreSQL address to read from."""
    if db.dialect == "sqlite":
        path = make_url(url).database
        assert path is not None, "an open database has a file"
        gate = Gate()
        db.ends_reads(gate.hold_closed)
        return Readers(_read_only(path, gate), _read_only(keystore.file_of(path), gate, keys=True), gate, db)
    from storage.db.engines import postgresql

    made = [
        create_async_engine(address, **{**postgresql.settings(), **_POSTGRESQL}) for address in (replica or url, url)
    ]
    for engine in made:
        event.listen(engine.sync_engine, "begin", _set_time_limit)
    return Readers(made[0], made[1], Gate(), db)


_POSTGRESQL: dict[str, Any] = {
    "isolation_level": "REPEATABLE READ",
    "pool_size": CONNECTIONS,
    "max_overflow": CONNECTIONS,
    "pool_pre_ping": True,
    "execution_options": {"postgresql_readonly": True},
}
"""Of each transaction, nothing of the session: behind PgBouncer that is somebody else's the next moment."""


_LIMIT = select(
    func.set_config("statement_timeout", bindparam("most"), literal(True)),
    # A page may take one core of the server, never all: residents are written to meanwhile.
    func.set_config("max_parallel_workers_per_gather", literal("0"), literal(True)),
)


def _set_time_limit(connection: Connection) -> None:
    """Makes PostgreSQL end any statement of this transaction that takes longer than SECONDS."""
    connection.execute(_LIMIT, {"most": f"{SECONDS * 1000:.0f}"})


def _read_only(path: str, gate: Gate, *, keys: bool = False) -> AsyncEngine:
    """An engine on the file that SQLite itself lets only read, so that closing it never makes a checkpoint."""
    address = URL.create("sqlite+aiosqlite", database=f"file:{path}", query={"mode": "ro", "uri": "true"})
    engine = create_async_engine(
        address, hide_parameters=True, pool_size=CONNECTIONS, max_overflow=0, pool_timeout=SECONDS
    )
    event.listen(engine.sync_engine, "connect", partial(_prepare, gate))
    event.listen(engine.sync_engine, "begin", _begin)
    return engine.execution_options(schema_translate_map={keystore.SCHEMA: None}) if keys else engine


_PRAGMAS = ("query_only = ON", "busy_timeout = 2000", "temp_store = MEMORY", "cache_size = -16000")


def _prepare(gate: Gate, raw: Any, record: Any) -> None:
    """Sets the pragmas of a new reading connection and the time limit of its statements."""
    raw.isolation_level = None
    cursor = raw.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    record.info["limit"] = limit = _Limit(gate)
    raw.run_async(lambda driver: driver.set_progress_handler(limit.over, STEPS))


def _begin(connection: Connection) -> None:
    """Begins a read, and its time of `SECONDS`."""
    connection.info["limit"].until = monotonic() + SECONDS
    connection.exec_driver_sql("BEGIN")
