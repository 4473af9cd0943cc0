"""The rows of a PostgreSQL database in a new file of SQLite, to look at them apart, as a replay does.

It must never write to the database it reads. It is no copy to keep: pg_dump makes that (ops/copies/dumps.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from sqlalchemy import URL, Column, Connection, MetaData, String, Table, create_engine, insert, select

from storage.db import keystore, schema

AT_ONCE = 1000
VERSION = Table("alembic_version", MetaData(), Column("version_num", String(32), primary_key=True))


def lift(source: Connection, path: str) -> None:
    """Every row of the tables of today; the version of the tables comes with them."""
    _lift(source, path, [VERSION, *schema.metadata.sorted_tables])


def lift_keys(source: Connection, path: str) -> None:
    """Copies the wrapped keys and the erasure list from PostgreSQL into a new SQLite file."""
    _lift(source, path, list(keystore.metadata.sorted_tables))


def _lift(source: Connection, path: str, tables: list[Table]) -> None:
    """Copies the rows of these tables into a new SQLite file that only its owner may read."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600))
    engine = create_engine(URL.create("sqlite", database=path), hide_parameters=True)
    try:
        # SQLite has no schema of keys: there they lie in a file of their own.
        with engine.execution_options(schema_translate_map={keystore.SCHEMA: None}).begin() as target:
            for table in tables:
                table.create(target)
                for rows in rows_of(source, table):
                    target.execute(insert(table), rows)
    finally:
        engine.dispose()


def rows_of(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """All of a table, some at a time."""
    with source.execute(select(table), execution_options={"yield_per": AT_ONCE}) as found:
        for part in found.mappings().partitions():
            yield [dict(row) for row in part]
