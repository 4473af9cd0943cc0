"""Brings the tables to this program's version, by Alembic without an ini file. It must never run beside the bot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from storage.errors import WrongSchema
from storage.version import newest as newest
from storage.version import revisions as revisions

T = TypeVar("T")

_HERE = Path(__file__).parent


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config


async def migrate(url: str, revision: str = "head") -> None:
    """Bring the tables up (or, in tests, down) to a revision, in one transaction; a newer schema is refused."""
    await _on_connection(url, lambda connection: _move(connection, revision))


async def current(url: str) -> str | None:
    """The version of the tables; None where there are none."""
    return await _on_connection(url, _found)


async def _on_connection(url: str, work: Callable[[Connection], T]) -> T:
    from storage.database import connect

    store = connect(url)
    try:
        return await store.on_connection(work)
    finally:
        await store.close()


def _found(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _move(connection: Connection, revision: str) -> None:
    found = _found(connection)
    if found is not None and found not in revisions():
        raise WrongSchema(
            f"Базу создала более новая версия программы ({found}); эта её испортила бы. Обновите программу."
        )
    config = _config()
    config.attributes["connection"] = connection
    target = len(revisions()) if revision == "head" else (0 if revision == "base" else revisions().index(revision) + 1)
    at = 0 if found is None else revisions().index(found) + 1
    (command.upgrade if target >= at else command.downgrade)(config, revision)
