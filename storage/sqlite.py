"""What SQLite needs: one connection, one process, its pragmas (delivery.md §12). Never a second connection."""

from __future__ import annotations

import fcntl
import os
from typing import Any

from sqlalchemy import Connection, ExceptionContext, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import StaticPool

from storage.errors import DatabaseLocked

_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = FULL",
    "busy_timeout = 30000",
    "foreign_keys = ON",
    "secure_delete = ON",
    "trusted_schema = OFF",
    "temp_store = MEMORY",
)


class LockFile:
    """A lock beside the database file. Never on the file itself: closing any handle of it would drop SQLite's own
    locks in this process (delivery.md 22.7)."""

    def __init__(self, path: str) -> None:
        self._handle: int | None = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.release()
            raise DatabaseLocked(
                f"База уже открыта другим процессом ({path}). Остановите вторую копию бота "
                "(или дождитесь конца команды, которая с ней работает) и запустите снова."
            ) from error

    def release(self) -> None:
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def connect(url: str) -> tuple[AsyncEngine, LockFile]:
    path = make_url(url).database
    if not path or path == ":memory:":
        raise ValueError("BOT_DATABASE_URL: нужен файл, например sqlite+aiosqlite:///var/priemnaya.db")
    lock = LockFile(os.path.realpath(path) + ".lock-file")
    engine = create_async_engine(url, poolclass=StaticPool)
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    event.listen(engine.sync_engine, "handle_error", _keep_the_connection)
    return engine, lock


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin by itself: it would begin too late and too weak
    cursor = connection.cursor()
    for pragma in _PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


async def leave_nothing_open(connection: AsyncConnection) -> None:
    """A BEGIN that ran while its caller was being cancelled is unknown to SQLAlchemy, and would stay open."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if driver.in_transaction:
        await driver.rollback()


def _keep_the_connection(context: ExceptionContext) -> None:
    """SQLAlchemy drops a connection whose caller is cancelled: closed with a statement under way it keeps its lock,
    and the next one waits for ever. It is whole: the statement runs to its end, then the transaction is undone."""
    if not isinstance(context.original_exception, Exception):
        context.is_disconnect = False


def _begin(connection: Connection) -> None:
    """SQLAlchemy's own BEGIN is deferred and silently loses updates: five increments gave 1 (design.md §7)."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def is_taken(error: DBAPIError) -> bool:
    """Whether a unique key refused: the same thing was made before."""
    return str(error.orig).startswith("UNIQUE constraint failed")
