"""Brings the tables to this program's version, by Alembic without an ini file. It must never run beside the bot."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage.db.engines import sqlstate
from storage.db.errors import Unavailable, WrongSchema
from storage.db.keyring import Keyring
from storage.db.keystore import Within
from storage.db.master import Master, beside, load_or_make
from storage.db.version import newest as newest
from storage.db.version import revisions as revisions

if TYPE_CHECKING:
    from storage.db.database import Store

T = TypeVar("T")

_HERE = Path(__file__).parent


def _config() -> Config:
    """Alembic's settings, without an ini file."""
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    return config


async def migrate(url: str, revision: str = "head", *, master: Master | None = None) -> None:
    """Bring the tables up (or, in tests, down) to a revision, in one transaction; a newer schema is refused.

    Without a `master` key the one beside the database is used, made at need (`Database.open`).
    """

    def work(connection: Connection, store: Store) -> None:
        """Moves the tables to the revision, with the keyring that some migrations need to open rows."""
        _move(connection, revision, _ring(connection, store, master or load_or_make(beside(url))))

    await _on_connection(url, work, make=True)


async def current(url: str) -> str | None:
    """The version of the tables; None where there are none."""
    try:
        return await _on_connection(url, lambda connection, _store: _found(connection))
    except WrongSchema:  # no file yet
        return None


async def _on_connection(url: str, work: Callable[[Connection, Store], T], *, make: bool = False) -> T:
    """Opens the database at `url`, runs work in a transaction of its own, and closes it; Unavailable where the server
    cannot be reached. `make`: a file that is not there may be made."""
    from storage.db.database import connect

    store = connect(url, make=make)
    try:
        done = await store.on_connection(lambda connection: work(connection, store))
        await store.checkpoint()
        return done
    except DBAPIError as error:
        if not sqlstate.is_down(error):
            raise
        raise Unavailable(f"База данных сейчас не пишет и не читает ({error.orig}).") from error
    finally:
        await store.close()


def _ring(connection: Connection, store: Store, master: Master) -> Keyring:
    """The keys during a migration: on SQLite in their own file, at once; on PostgreSQL in this very transaction."""
    shared = store.dialect == "postgresql"
    return Keyring(Within(connection) if shared else store.keys, master, shared=shared)


def _found(connection: Connection) -> str | None:
    """The revision of the tables; None for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def _move(connection: Connection, revision: str, ring: Keyring) -> None:
    """Migrates up or down to this revision ("head", "base" or a number); WrongSchema where the tables are newer than
    the program."""
    found = _found(connection)
    if found is not None and found not in revisions():
        raise WrongSchema(
            f"Базу создала более новая версия программы ({found}); эта её испортила бы. Обновите программу."
        )
    config = _config()
    config.attributes["connection"] = connection
    config.attributes["keys"] = ring
    target = len(revisions()) if revision == "head" else (0 if revision == "base" else revisions().index(revision) + 1)
    at = 0 if found is None else revisions().index(found) + 1
    (command.upgrade if target >= at else command.downgrade)(config, revision)
