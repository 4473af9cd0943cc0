"""What PostgreSQL needs: a pool, READ COMMITTED. Loaded only where it is used: it costs 4 MB. It holds no SQL."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.db.engines import lifted
from storage.db.engines.reaching import reaching

T = TypeVar("T")

CONNECTING, SILENCE = 10.0, 60.0
"""Seconds until a server that does not answer counts as away: at connecting, and for a whole transaction."""

PREPARED = 500
"""Statements kept with a connection: SQLAlchemy's 100 are too few for the hot path and its lists of several lengths."""

NOT_THIS_ONE = (OSError, asyncpg.PostgresError, asyncpg.exceptions.TargetServerAttributeNotMatched)
"""The server is away, starts, is behind, or does not lead: another may."""


class Servers:
    """Connects to that one of several servers which leads, beginning with the last that did. The driver has one limit
    for all of them together: a machine without power that stands first would take all of it."""

    def __init__(self) -> None:
        self._last = 0

    async def connect(self, **asked: Any) -> asyncpg.Connection[Any]:
        """A connection to the primary: of several servers the last good one first; the last error where none
        answers."""
        if not isinstance(asked.get("host"), list):
            return await asyncpg.connect(**asked)
        several = list(zip(asked.pop("host"), asked.pop("port"), strict=True))
        asked.setdefault("target_session_attrs", "primary")
        failed: BaseException | None = None
        for number in range(self._last, self._last + len(several)):
            host, port = several[number % len(several)]
            try:
                made = await asyncpg.connect(host=host, port=port, **asked)
            except NOT_THIS_ONE as error:
                failed = error
            else:
                self._last = number % len(several)
                return made
        assert failed is not None, "an address has a server"
        raise failed


def settings() -> dict[str, Any]:
    """The settings of an engine. What stands in a row is never told by an exception (T14)."""
    return {
        "isolation_level": "READ COMMITTED",
        "hide_parameters": True,
        "connect_args": {
            "timeout": CONNECTING,
            "async_creator_fn": Servers().connect,
            "prepared_statement_cache_size": PREPARED,
        },
    }


RESTED = 1.0
"""Seconds after which a connection is asked whether it lives before it is used. SQLAlchemy would ask it three things
before each transaction."""
USED = "used"


def asked_when_rested(engine: AsyncEngine) -> AsyncEngine:
    """A connection that has rested is tried first, and made anew with all others where the server is gone."""
    pool, dialect = engine.sync_engine, engine.dialect

    @event.listens_for(pool, "checkout")
    def ping_when_rested(adapted: Any, record: Any, _: Any) -> None:
        """Asks a connection that has lain unused for a second whether it still lives; a dead one makes the pool open
        new ones."""
        if time.monotonic() - record.info.get(USED, -RESTED) < RESTED:
            return
        try:
            dialect.do_ping(adapted)
        except dialect.loaded_dbapi.Error as error:
            if dialect.is_disconnect(error, adapted, None):
                raise InvalidatePoolError from error
            raise

    @event.listens_for(pool, "checkin")
    def used(_: Any, record: Any) -> None:
        """Notes when the connection was given back."""
        record.info[USED] = time.monotonic()

    return engine


class KeyPool:
    """Short transactions of their own for the schema of keys: what they wrote is durable before the transaction that
    uses it ends, whatever becomes of that one."""

    def __init__(self, url: str) -> None:
        self._url = make_url(url)
        self.engine = create_async_engine(url, **settings(), pool_size=2, max_overflow=8)

    async def call(self, work: Callable[[Connection], T]) -> T:
        """Runs the work in a transaction of its own on the database of keys."""
        async with reaching(self._url), asyncio.timeout(SILENCE), self.engine.begin() as connection:
            return await connection.run_sync(work)

    def exists(self) -> bool:
        """Always: the schema of keys came with the tables."""
        return True


class Pool:
    """A pool of connections, each transaction on one of them."""

    dialect = "postgresql"

    def __init__(self, url: str, spare: int = 5) -> None:
        """`spare`: connections beyond five that are opened when all loops turn at once, and closed again. Whoever finds
        none waits for one."""
        self._url = make_url(url)
        self.engine = asked_when_rested(create_async_engine(url, **settings(), pool_size=5, max_overflow=spare))
        self.keys = KeyPool(url)

    async def transaction(self, body: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """A connection on which a statement was given up is thrown away (F21): its driver would count a BEGIN as begun
        and make the next transaction a savepoint that nobody keeps, and a ROLLBACK would wait for the server."""
        async with reaching(self._url), asyncio.timeout(SILENCE), self.engine.begin() as connection:
            try:
                return await body(connection)
            except asyncio.CancelledError as error:
                await connection.invalidate(error)
                raise

    async def look(self, body: Callable[[AsyncConnection], Awaitable[T]]) -> T:
        """What `body` reads of one moment of the database, whatever others write meanwhile."""
        async with reaching(self._url), asyncio.timeout(SILENCE), self.engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            return await body(connection)

    async def on_connection(self, work: Callable[[Connection], T]) -> T:
        """What `work` gives in one transaction without a time limit: a migration of a large database takes its time."""
        async with reaching(self._url), self.engine.begin() as connection:
            return await connection.run_sync(work)

    async def checkpoint(self) -> None:
        """Does nothing: the server overwrites in its own time; what is forgotten is forgotten by its key."""

    async def copy_to(self, path: str) -> None:
        """Writes all rows as of one moment into a file of SQLite, while others write: to be looked at, not to be
        kept."""
        await self._still(lambda connection: lifted.lift(connection, path))

    async def copy_keys_to(self, path: str) -> None:
        """Copies the keys alone into a new SQLite file, all from one moment."""
        await self._still(lambda connection: lifted.lift_keys(connection, path))

    async def _still(self, work: Callable[[Connection], None]) -> None:
        """Runs `work` on one connection that sees the database as of one moment."""
        async with reaching(self._url), self.engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            await connection.run_sync(work)

    def missing_file(self) -> str:
        """A server's files are the server's."""
        return ""

    async def close(self) -> None:
        """Closes both pools."""
        await self.engine.dispose()
        await self.keys.engine.dispose()


async def keeps_statements(url: str) -> bool:
    """Whether a statement that was prepared in one transaction is there in the next. PgBouncer gives a transaction the
    connection that was free last, so another client takes that one in between."""
    address = make_url(url)
    asked = create_async_engine(address).dialect.create_connect_args(address)[1]
    async with reaching(address), asyncio.timeout(CONNECTING):
        servers = Servers()
        mine, other = await servers.connect(**asked), await servers.connect(**asked)
        try:
            async with mine.transaction():
                prepared = await mine.prepare("SELECT 1")
            async with other.transaction():
                await other.execute("SELECT 1")
                await prepared.fetchval()
        except asyncpg.InvalidSQLStatementNameError:
            return False
        finally:
            mine.terminate()
            other.terminate()
    return True
