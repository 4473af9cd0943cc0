"""Moves a whole database from one engine to the other: every row and every key, counted and hashed on both sides.

It must never change the database it reads, nor leave half of one: what does not come out the same is undone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Table, create_engine, delete, insert, make_url, select

from storage.db import keystore, schema
from storage.db.database import Store, connect
from storage.db.engines.lifted import rows_of
from storage.db.errors import StorageError, WrongSchema
from storage.db.master import Master
from storage.db.migrations import current, migrate, newest
from storage.db.whose import Names, Whose, columns_of
from storage.db.worker_number import NAMED

TABLES = (*schema.metadata.sorted_tables, *keystore.metadata.sorted_tables)
LIVED_IN = {
    column.table
    for meta_data in (schema.metadata, keystore.metadata)
    for names in (Names.PERSON, Names.APPEAL)
    for column in columns_of(meta_data, whose=Whose.RESIDENT, names=names)
}
"""Tables in which there is something as soon as a bot has worked or a person was forgotten: they name people."""

Told = Callable[[str, int], None]
"""Hears the name of a table and how many of its rows are written."""


class NotEmpty(StorageError):
    """There is something where the database is to be moved to."""


class Unlike(StorageError):
    """What was written is not what was read. The new database was left as it was."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Of the rows of a table, in whatever order they come: engines sort words in different ways."""

    rows: int
    hashed: int


async def move(source: str, target: str, master: Master, told: Told = lambda _name, _rows: None) -> dict[str, Sum]:
    """All rows from one address to the other. The bot must be stopped: SQLite's lock proves that, PostgreSQL does not.

    Returns what was moved, by table.

    Raises:
        NotEmpty, Unlike, WrongSchema, DatabaseLocked, Unavailable: nothing was moved.
    """
    if (made_with := await current(source)) != newest():
        raise WrongSchema(f"В прежней базе таблицы другой версии ({made_with}). Сначала: python -m bot migrate")
    if make_url(source).get_backend_name() == make_url(target).get_backend_name():
        raise NotEmpty("Обе базы одного вида. Файл SQLite и базу PostgreSQL переносят копией: python -m bot restore")
    await migrate(target, master=master)
    server, file = (target, source) if target.startswith("postgresql") else (source, target)
    into_server = server == target
    held = connect(file)  # its lock is taken: no bot writes into it
    try:
        await held.checkpoint()
        return await _on(server, lambda connection: _move(connection, file, told, into_server=into_server))
    finally:
        await held.close()


async def _on(url: str, work: Callable[[Connection], dict[str, Sum]]) -> dict[str, Sum]:
    """What `work` gives on a connection to this database, closed afterwards."""
    store: Store = connect(url)
    try:
        return await store.on_connection(work)
    finally:
        await store.close()


def _move(server: Connection, url: str, told: Told, *, into_server: bool) -> dict[str, Sum]:
    """Moves all tables in one transaction of the server, and one of each file of SQLite; by table what was read."""
    found = {}
    with _file(url) as data, _file(url, keys=True) as keys:
        files = {table: keys if table.schema == keystore.SCHEMA else data for table in TABLES}
        ends = {table: (file, server) if into_server else (server, file) for table, file in files.items()}
        _must_be_empty({table: target for table, (_, target) in ends.items()})
        for table, (_, target) in reversed(ends.items()):
            target.execute(delete(table))  # what a new database begins with
        for table, (source, target) in ends.items():
            read = _write_table(source, target, table, told)
            if (written := sum_of(target, table)) != read:
                raise Unlike(f"Таблица {table.name}: прочитано {read.rows}, записано {written.rows}, или они разные.")
            found[table.name] = read
        meta = schema.meta
        for target in {target for _, target in ends.values()} - {keys}:
            target.execute(delete(meta).where(meta.c.name.startswith(NAMED)))  # nobody works there yet
    return found


@contextmanager
def _file(url: str, *, keys: bool = False) -> Iterator[Connection]:
    """A transaction on an SQLite file, of rows or of keys, in which both kinds of tables have no schema."""
    path = make_url(url).database or ""
    engine = create_engine(
        URL.create("sqlite", database=keystore.file_of(path) if keys else path), hide_parameters=True
    )
    try:
        with engine.execution_options(schema_translate_map={keystore.SCHEMA: None}).begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _must_be_empty(targets: dict[Table, Connection]) -> None:
    for table, target in targets.items():
        if table in LIVED_IN and target.execute(select(table).limit(1)).first() is not None:
            raise NotEmpty("В новой базе уже что-то есть. Укажите адрес пустой базы или файла, которого ещё нет.")


def _write_table(source: Connection, target: Connection, table: Table, told: Told) -> Sum:
    read = Sum(0, 0)
    for rows in rows_of(source, table):
        target.execute(insert(table), rows)
        read = _add(read, rows)
        told(table.name, read.rows)
    return read


def sum_of(connection: Connection, table: Table) -> Sum:
    """The number and the hash of all rows of the table, in this engine as in the other."""
    found = Sum(0, 0)
    for rows in rows_of(connection, table):
        found = _add(found, rows)
    return found


def _add(known: Sum, rows: list[dict[str, Any]]) -> Sum:
    """The sum with these rows added: their number, and their hashes whatever their order."""
    hashed = known.hashed
    for row in rows:
        said = repr([row[name] for name in sorted(row)]).encode()
        hashed += int.from_bytes(hashlib.sha256(said).digest(), "big")
    return Sum(known.rows + len(rows), hashed % 2**256)
