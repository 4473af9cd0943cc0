"""The store of a simulated bot: the same SQLite file and the same statements, run inside the coroutine.

No thread, no fsync: a simulated crash is no power loss, what was not committed is rolled back and that is all.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, create_engine, event
from sqlalchemy.pool import StaticPool

from storage.db import keystore
from storage.db.engines import bare_sqlite
from storage.db.engines.sqlite import run_to_end
from tests.simulation.loop import Mortal

T = TypeVar("T")
MOST_PREPARED = 2000
PRAGMAS = (
    "journal_mode = MEMORY",
    "synchronous = OFF",
    "locking_mode = EXCLUSIVE",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "temp_store = MEMORY",
)


class Connected(sqlite3.Connection):
    """Transactions by name. `nested`: they are inside of one that is never committed, so that what a seed has changed
    can be taken back without a new schema: then every statement stays prepared."""

    nested = False
    inside = False

    def begin(self) -> None:
        self.execute("SAVEPOINT one" if self.nested else "BEGIN IMMEDIATE")
        self.inside = True

    def commit(self) -> None:
        self.execute("RELEASE one" if self.nested else "COMMIT")
        self.inside = False

    def rollback(self) -> None:
        if self.inside and self.nested:
            self.execute("ROLLBACK TO one")
            self.execute("RELEASE one")
        elif self.inside:
            self.execute("ROLLBACK")
        self.inside = False


class Shelf:
    """One SQLite database that outlives the processes that use it: one connection, so that what was prepared is kept.
    In memory, or in a file where it grows."""

    def __init__(self, path: Path | None) -> None:
        self.raw = sqlite3.connect(
            path or ":memory:", check_same_thread=False, cached_statements=MOST_PREPARED, factory=Connected
        )
        self.raw.isolation_level = None
        for pragma in PRAGMAS:
            self.raw.execute(f"PRAGMA {pragma}").close()
        self.engine = create_engine(
            "sqlite://", creator=lambda: self.raw, poolclass=StaticPool, pool_reset_on_return=None
        )
        event.listen(self.engine, "begin", lambda _: self.raw.begin())
        self._in_memory = path is None
        self._lies = b""

    def lay(self, data: bytes) -> None:
        """In place of whatever is there."""
        if self.raw.in_transaction:
            self.raw.execute("ROLLBACK")
        if data is not self._lies:
            source = sqlite3.connect(":memory:")
            source.deserialize(data)
            self.take(source)
            source.close()
            self._lies = data
        if self._in_memory:
            self.raw.nested = True
            self.raw.execute("BEGIN IMMEDIATE")

    def take(self, source: sqlite3.Connection) -> None:
        source.backup(self.raw)

    def taken(self) -> bytes:
        return self.raw.serialize()


class Files:
    """The database and the keys of the present life."""

    url = "sqlite+aiosqlite:///bot.db"

    def __init__(self, folder: Path | None = None) -> None:
        self.database = Shelf(folder and folder / "bot.db")
        self.keys = Shelf(folder and folder / "bot.db.keys")
        self.key_engine = self.keys.engine.execution_options(schema_translate_map={keystore.SCHEMA: None})

    def lay(self, path: Path) -> None:
        """What a migration has made in this file and beside it."""
        for shelf, file in ((self.database, path), (self.keys, Path(keystore.file_of(str(path))))):
            with closing(sqlite3.connect(file)) as made:
                made.execute("PRAGMA journal_mode = DELETE").close()
                shelf.take(made)


class _Direct:
    """The connection as transactions see it. A death may come before any statement."""

    def __init__(self, raw: sqlite3.Connection, before: Callable[[], None]) -> None:
        self._raw = raw
        self._before = before

    async def execute(self, statement: Any, params: Any = None, /) -> Any:
        self._before()
        return bare_sqlite.execute(self._raw, statement, params)


class KeyFile:
    """The file of keys: its own short transactions inside those of the database, kept whatever becomes of them."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._connection: Connection | None = None

    async def call(self, work: Callable[[Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._files.key_engine.connect()
        with self._connection.begin():
            return work(self._connection)

    def exists(self) -> bool:
        return True

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class SimStore:
    """`storage.db.database.Store` for one life. `watch` is told of each commit."""

    dialect = "sqlite"

    def __init__(
        self,
        files: Files,
        life: Mortal,
        before: Callable[[], None] = lambda: None,
        watch: Callable[[], None] = lambda: None,
    ) -> None:
        self._files = files
        self._life = life
        self._before = before
        self._watch = watch
        self._connection: Connection | None = None
        self.open = False
        self.keys = KeyFile(files)
        self.transactions = 0

    async def transaction(self, body: Callable[[_Direct], Awaitable[T]]) -> T:
        done = self._bare(body)
        self._watch()
        return done

    def _bare(self, body: Callable[[_Direct], Awaitable[T]]) -> T:
        raw = self.raw
        self.transactions += 1
        raw.begin()
        try:
            done = run_to_end(body(_Direct(raw, self._before)))
            raw.commit()
        except BaseException:
            raw.rollback()
            raise
        return done

    async def look(self, body: Callable[[_Direct], Awaitable[T]]) -> T:
        return await self.transaction(body)

    async def on_connection(self, work: Callable[[Connection], T]) -> T:
        return self._whole(work)

    async def checkpoint(self) -> None:
        """There is no write-ahead log here."""

    async def copy_to(self, path: str) -> None:
        Path(path).write_bytes(self._files.database.taken())

    async def copy_keys_to(self, path: str) -> None:
        Path(path).write_bytes(self._files.keys.taken())

    def missing_file(self) -> str:
        return ""

    async def close(self) -> None:
        self.drop()

    def drop(self) -> None:
        """Without a word: what the process leaves when it dies."""
        self.keys.close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.open = False

    @property
    def raw(self) -> Connected:
        """For checkers, between transactions."""
        if self._life.dead:
            raise RuntimeError("a dead process asks its database")
        self.open = True
        return self._files.database.raw

    def _whole(self, work: Callable[[Connection], T]) -> T:
        self.transactions += 1
        if self._connection is None and self.raw:
            self._connection = self._files.database.engine.connect()
        assert self._connection is not None and not self._life.dead
        with self._connection.begin():
            return work(self._connection)
