"""The store of a simulated bot: the same SQLite file and the same statements, run inside the coroutine.

No thread, no fsync: a simulated crash is no power loss, what was not committed is rolled back and that is all.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from storage import keystore
from storage.sqlite import driven
from tests.simulation import lean
from tests.simulation.loop import Mortal

T = TypeVar("T")
PRAGMAS = (
    "journal_mode = MEMORY",
    "synchronous = OFF",
    "locking_mode = EXCLUSIVE",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "temp_store = MEMORY",
)


class Files:
    """Where the present life's database and keys lie. The engines are made once: compiled statements are kept."""

    def __init__(self, folder: Path) -> None:
        self.database = folder / "bot.db"
        self.keys = folder / "bot.db.keys"
        self.engine = engine_of(lambda: self.database)
        self.key_engine = engine_of(lambda: self.keys).execution_options(schema_translate_map={keystore.SCHEMA: None})

    @property
    def url(self) -> str:
        return f"sqlite+aiosqlite:///{self.database}"


def engine_of(path: Callable[[], Path]) -> Engine:
    engine = create_engine("sqlite://", creator=lambda: opened(path()), poolclass=NullPool)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def opened(path: Path) -> sqlite3.Connection:
    raw = sqlite3.connect(path, check_same_thread=False)
    raw.isolation_level = None
    for pragma in PRAGMAS:
        raw.execute(f"PRAGMA {pragma}").close()
    return raw


class _Direct:
    """The connection as transactions see it. A death may come before any statement."""

    def __init__(self, connection: Connection, life: Mortal, before: Callable[[], None]) -> None:
        self._connection = connection
        self._before = before

    async def execute(self, statement: Any, params: Any = None, /) -> Any:
        self._before()
        return self._connection.execute(statement, params)


class _Lean:
    """The same without SQLAlchemy's engine."""

    def __init__(self, raw: sqlite3.Connection, before: Callable[[], None]) -> None:
        self._raw = raw
        self._before = before

    async def execute(self, statement: Any, params: Any = None, /) -> Any:
        self._before()
        return lean.execute(self._raw, statement, params)


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
        return os.path.exists(self._files.keys)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


class SimStore:
    """`storage.database.Store` for one life. `watch` is told of each commit."""

    dialect = "sqlite"
    lean = True

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
        self.keys = KeyFile(files)
        self.transactions = 0

    async def transaction(self, body: Callable[[_Direct], Awaitable[T]]) -> T:
        if self.lean:
            done = self._bare(body)
        else:
            done = self._whole(lambda connection: driven(body(_Direct(connection, self._life, self._before))))
        self._watch()
        return done

    def _bare(self, body: Callable[[Any], Awaitable[T]]) -> T:
        raw = self.raw
        self.transactions += 1
        raw.execute("BEGIN IMMEDIATE").close()
        try:
            done = driven(body(_Lean(raw, self._before)))
            raw.execute("COMMIT").close()
        except BaseException:
            raw.execute("ROLLBACK").close()
            raise
        return done

    async def on_connection(self, work: Callable[[Connection], T]) -> T:
        return self._whole(work)

    async def checkpoint(self) -> None:
        """There is no write-ahead log here."""

    async def copy_to(self, path: str) -> None:
        Path(path).write_bytes(self.raw.serialize())

    async def copy_keys_to(self, path: str) -> None:
        await self.keys.call(lambda connection: None)
        Path(path).write_bytes(self._files.keys.read_bytes())

    async def close(self) -> None:
        self.drop()

    def drop(self) -> None:
        """Without a word: what the process leaves when it dies."""
        self.keys.close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    @property
    def open(self) -> bool:
        return self._connection is not None

    @property
    def raw(self) -> sqlite3.Connection:
        """For checkers, between transactions."""
        return self._opened().connection.driver_connection  # type: ignore[return-value]

    def _opened(self) -> Connection:
        if self._life.dead:
            raise RuntimeError("a dead process asks its database")
        if self._connection is None:
            self._connection = self._files.engine.connect()
        return self._connection

    def _whole(self, work: Callable[[Connection], T]) -> T:
        connection = self._opened()
        self.transactions += 1
        with connection.begin():
            return work(connection)
