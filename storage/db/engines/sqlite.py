"""The SQLite engine: one connection, one process, its pragmas (delivery.md §12). It must never open a second connection
that writes; those that read are in readers.py.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from contextvars import Context, copy_context
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, Executable, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool

from storage.db import keystore
from storage.db.engines import bare_sqlite, sqlstate
from storage.db.engines.compiled import Result
from storage.db.errors import BadCopy, DatabaseGone, DatabaseLocked, Unavailable, WrongSchema

T = TypeVar("T")
Place = tuple[int | None, int | None]
"""Device and inode of an open file; two Nones where its name is gone."""

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "busy_timeout = 30000",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "temp_store = MEMORY",
    "cache_size = -16000",  # KiB; SQLite's own 2 MB cost a fifth of the turns where a hundred thousand messages lie
)
BEGIN = "BEGIN IMMEDIATE"
"""SQLAlchemy's own BEGIN is deferred and silently loses updates: five increments gave 1 (design.md §7)."""
MOST_PREPARED = 500
"""Statements that SQLite keeps prepared; lists of several lengths make several of one."""


class LockFile:
    """A lock beside the database file. Never on the file itself: closing any handle of it would drop SQLite's own
    locks in this process (delivery.md 22.7)."""

    def __init__(self, path: str) -> None:
        try:
            self._handle: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Unavailable(f"Файл {path} не открыть: {error.strerror}. Проверьте место на диске и права.") from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            raise DatabaseLocked(
                f"База уже открыта другим процессом ({path}). Остановите вторую копию бота "
                "(или дождитесь конца команды, которая с ней работает) и запустите снова."
            ) from error

    def release(self) -> None:
        """Gives the lock back; may be called twice."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


@dataclass(slots=True)
class _Direct:
    """The connection as transactions see it, past SQLAlchemy's engine (bare_sqlite.py). Nothing in it ever suspends."""

    raw: sqlite3.Connection

    async def execute(self, statement: Executable, params: Any = None, /) -> Result:
        """Runs the statement on the bare connection."""
        return bare_sqlite.execute(self.raw, statement, params)


TOGETHER = 16
"""So many transactions share a commit at most: the first of them waits for the last."""


@dataclass(slots=True, eq=False)
class _Queued:
    """A transaction that waits for the thread, and what became of it."""

    body: Callable[[_Direct], Awaitable[Any]]
    context: Context
    result: Any = None
    error: BaseException | None = None


class OneConnection:
    """One connection in one thread. A whole transaction is one call into that thread: no cancellation reaches it, and
    without a hop between threads for every statement it takes a quarter of the time (docs/decisions/0002)."""

    dialect = "sqlite"
    keys: KeyFile

    def __init__(self, url: str, *, make: bool = False) -> None:
        address = make_url(url)
        if not address.database or address.database == ":memory:":
            raise ValueError("BOT_DATABASE_URL: нужен файл, например sqlite+aiosqlite:///var/priemnaya.db")
        _must_be_there(address.database, make=make)
        self._lock = LockFile(os.path.realpath(address.database) + ".lock-file")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite")
        self._connection: Connection | None = None
        self._raw: sqlite3.Connection | None = None
        self._queue: deque[_Queued] = deque()
        self._path = address.database
        self._place: Place | None = None
        self.engine = _engine(address.set(drivername="sqlite"))
        self.keys = KeyFile(keystore.file_of(address.database))

    async def transaction(self, body: Callable[[_Direct], Awaitable[T]]) -> T:
        """What `body` gives, committed. Transactions that wait for the thread at the same time are committed together:
        the disk is waited for once."""
        queued = _Queued(body, copy_context())
        self._queue.append(queued)
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._next)
        except asyncio.CancelledError:
            with suppress(ValueError):  # it has not begun, and now it never does
                self._queue.remove(queued)
            raise
        if queued.error is not None:
            raise queued.error
        result: T = queued.result
        return result

    async def on_connection(self, work: Callable[[Connection], T]) -> T:
        """Runs synchronous work in a transaction of its own on the database's thread."""
        return await self._in_thread(lambda: self._whole(work))

    async def _in_thread(self, work: Callable[[], T]) -> T:
        """Runs work on the one thread that owns the connection, with the caller's context variables."""
        context = copy_context()
        return await asyncio.get_running_loop().run_in_executor(self._thread, context.run, work)

    async def look(self, body: Callable[[_Direct], Awaitable[T]]) -> T:
        """What `body` reads by a connection that only reads, in a thread of its own: what the writer commits meanwhile
        is not seen, and the writer is not held up. It never checkpoints (docs/decisions/0012)."""
        return await asyncio.to_thread(_run_read_only, self._path, body)

    async def checkpoint(self) -> None:
        """Writes the write-ahead log into the file and empties it: what was overwritten is overwritten in every file
        (R14)."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._checkpoint)

    async def copy_to(self, path: str) -> None:
        """Everything that is committed, into a new file, by the one connection that there is (delivery.md §12)."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._copy, path)

    async def copy_keys_to(self, path: str) -> None:
        """Copies the file of keys into a new file, on the database's thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self.keys.copy_to, path)

    def missing_file(self) -> str:
        """The file that is open here and is not there any more under its name; empty where all is well. What is written
        into it would be gone with this process."""
        known = ((self._path, self._place), (self.keys.path, self.keys.place))
        now = ((path, place, _place_of(path)) for path, place in known if place is not None)
        return next((path for path, place, here in now if here is not None and here != place), "")

    async def close(self) -> None:
        """Closes the connection in its thread, then gives the lock back."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown()
        self._lock.release()

    def _next(self) -> None:
        """The next ones of the queue. Whose turn was taken with an earlier one finds it done."""
        group: list[_Queued] = []
        with suppress(IndexError):
            while len(group) < TOGETHER:
                group.append(self._queue.popleft())
        if not group:
            return
        try:
            self._together(group, self._writes())
        except BaseException as error:  # noqa: BLE001 - nothing of the group is kept: each of them hears why
            for queued in group:
                queued.error = queued.error or error

    def _together(self, group: Sequence[_Queued], raw: sqlite3.Connection) -> None:
        """Runs waiting transactions as one. Each is whole or not there at all; one that fails takes nothing away from
        the others. None of them has happened before all of it is on disk."""
        bare_sqlite.command(raw, BEGIN)
        try:
            for queued in group:
                self._whole_in_group(queued, raw, several=len(group) > 1)
            bare_sqlite.command(raw, "COMMIT")
        except BaseException:
            if raw.in_transaction:  # a full disk may have ended it already
                bare_sqlite.command(raw, "ROLLBACK")
            raise

    def _whole_in_group(self, queued: _Queued, raw: sqlite3.Connection, *, several: bool) -> None:
        """Runs one transaction of a group inside a savepoint: its error undoes itself alone and is kept in
        `queued.error`. Raises only where it is alone, or SQLite has ended the whole transaction."""
        if several:
            bare_sqlite.command(raw, "SAVEPOINT whole")
        try:
            queued.result = queued.context.run(run_to_end, queued.body(_Direct(raw)))
        except BaseException as error:
            queued.error = error
            if not several or not raw.in_transaction:
                raise
            bare_sqlite.command(raw, "ROLLBACK TO whole")
        if several:
            bare_sqlite.command(raw, "RELEASE whole")

    def _whole(self, work: Callable[[Connection], T]) -> T:
        """Runs `work` in one transaction; rolls back whatever it raises."""
        with self._open().begin():  # rolls back on BaseException
            return work(self._open())

    def _open(self) -> Connection:
        """The connection, opened at the first call."""
        if self._connection is None:
            _for_the_owner(self._path)
            self._connection = self.engine.connect()
            self._raw = _raw_of(self._connection)
            self._place = _place_of(self._path)
        return self._connection

    def _writes(self) -> sqlite3.Connection:
        """The driver's connection inside SQLAlchemy's."""
        if self._raw is None:
            self._open()
        assert self._raw is not None, "an open connection has it"
        return self._raw

    def _checkpoint(self) -> None:
        """Writes the WAL files of rows and of keys into their databases."""
        _empty_log(self._open())
        self.keys.empty_log()

    def _copy(self, path: str) -> None:
        """Copies the database into a new file at this path, as of one moment."""
        _copy(self._open(), path)

    def _close(self) -> None:
        """Closes the connections of rows and of keys."""
        if self._connection is not None:
            self._connection.close()
        self.engine.dispose()
        self.keys.close()


class KeyFile:
    """The file of keys beside the database: a connection of its own in the same thread, used inside transactions of
    the database. What it wrote is on disk when `call` returns, so before the text that a new key has sealed (T21)."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.place: Place | None = None
        self._connection: Connection | None = None
        address = URL.create("sqlite", database=path)
        self.engine = _engine(address).execution_options(schema_translate_map={keystore.SCHEMA: None})

    async def call(self, work: Callable[[Connection], T]) -> T:
        """Runs the work in a transaction on the file of keys."""
        with self._open().begin():
            return work(self._open())

    def exists(self) -> bool:
        """Whether the file of keys is there."""
        return os.path.exists(self.path)

    def empty_log(self) -> None:
        """Writes the WAL of the key file into the file and empties it, so that destroyed keys are gone from the
        disk."""
        _empty_log(self._open())

    def copy_to(self, path: str) -> None:
        """Copies the key file, which stays open, into a new file."""
        _copy(self._open(), path)

    def close(self) -> None:
        """Closes the connection to the file of keys."""
        if self._connection is not None:
            self._connection.close()
        self.engine.dispose()

    def _open(self) -> Connection:
        """The connection to the file of keys, opened at the first call."""
        if self._connection is None:
            _for_the_owner(self.path)
            self._connection = self.engine.connect()
            self.place = _place_of(self.path)
        return self._connection


def _place_of(path: str) -> Place | None:
    """Which file has this name now. A disk that fails just now says nothing of it."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None, None
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _must_be_there(path: str, *, make: bool) -> None:
    """Refuses to begin a new database beside what an old one has left: its log would be thrown away by SQLite, and its
    keys would open nothing. An empty file is none."""
    if os.path.exists(path) and os.path.getsize(path):
        return
    left = [name for name in (keystore.file_of(path), f"{path}-wal", f"{path}-journal") if os.path.exists(name)]
    if left:
        raise DatabaseGone(
            f"Файла базы {path} нет, а то, что к нему относится, лежит рядом ({', '.join(left)}): базу удалили, "
            "перенесли или не подключён её диск. Новую не создавайте. Верните файл на место или возьмите копию: "
            "python -m bot restore КОПИЯ.backup. Если данных ещё не было, уберите эти файлы в другое место."
        )
    if not make:
        raise WrongSchema(f"В базе нет таблиц ({path}). Выполните: python -m bot migrate")


def _for_the_owner(path: str) -> None:
    """A file that is made here is for its owner only: who wrote when stands in it unsealed (T21). SQLite gives what it
    puts beside it the same rights; a file that is there keeps its own."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise Unavailable(f"Файл {path} не открыть: {error.strerror}. Проверьте место на диске и права.") from error


def _run_read_only(path: str, body: Callable[[_Direct], Awaitable[T]]) -> T:
    """Runs `body` on a new connection to the file that cannot write and waits 2 s for a lock; closed afterwards."""
    try:
        raw = sqlite3.connect(f"file:{quote(path)}?mode=ro", uri=True, isolation_level=None)
    except sqlite3.Error as error:
        raise bare_sqlite.database_error("open", error) from error
    with closing(raw):
        for command in ("query_only = ON", "busy_timeout = 2000", "temp_store = MEMORY"):
            bare_sqlite.command(raw, f"PRAGMA {command}")
        bare_sqlite.command(raw, "BEGIN")
        return run_to_end(body(_Direct(raw)))


def _raw_of(connection: Connection) -> sqlite3.Connection:
    """The sqlite3 connection inside SQLAlchemy's."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw


def _engine(address: URL) -> Engine:
    """An SQLAlchemy engine of one connection, whose errors hide values (T14)."""
    prepared = {"cached_statements": MOST_PREPARED}
    engine = create_engine(address, poolclass=StaticPool, hide_parameters=True, connect_args=prepared)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def _empty_log(connection: Connection) -> None:
    """Empties the write-ahead log, outside of a transaction, so past SQLAlchemy, which would begin one and tell what
    its errors mean."""
    raw = _raw_of(connection)
    try:
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()
    except sqlite3.Error as error:
        if not sqlstate.is_failing(error):
            raise
        raise Unavailable(f"База данных сейчас не пишет и не читает ({error}).") from error


def _copy(connection: Connection, path: str) -> None:
    """Copies the database by SQLite's own backup, in one go: other transactions wait so long (docs/decisions/0012)."""
    raw = _raw_of(connection)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600))
    try:
        target = sqlite3.connect(path)
        try:
            raw.backup(target)
            target.execute("PRAGMA journal_mode = DELETE").close()  # one file, nothing beside it
        finally:
            target.close()
    except sqlite3.Error as error:
        raise BadCopy(f"Копия не записалась ({error}). Проверьте место на диске.") from None


def run_to_end(body: Awaitable[T]) -> T:
    """The result of a coroutine that never suspends."""
    steps = body.__await__()
    try:
        next(steps)
    except StopIteration as end:
        result: T = end.value
        return result
    raise RuntimeError("a transaction may wait for nothing but its own database")


def _prepare(connection: Any, _record: object) -> None:
    """Sets the pragmas; the driver begins no transaction by itself."""
    connection.isolation_level = None  # the driver must not begin by itself: it would begin too late and too weak
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin(connection: Connection) -> None:
    """Begins a transaction that may write."""
    connection.exec_driver_sql(BEGIN)


def is_taken(error: DBAPIError) -> bool:
    """Whether a unique key refused: the same thing was made before."""
    return str(error.orig).startswith("UNIQUE constraint failed")
