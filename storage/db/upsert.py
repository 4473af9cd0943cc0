"""INSERT … ON CONFLICT for both engines, and text that both can store. It must never know what a table means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Executable, RowMapping, Table

from storage.db import schema
from storage.db.engines.dialects import insert_into

if TYPE_CHECKING:
    from storage.db.transaction import Transaction

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without NULs and lone surrogates, which PostgreSQL or UTF-8 refuses: a strange text must not stop an
    inbox."""
    return _UNSTORABLE.sub("\ufffd", text)


@cache
def _insert_new(dialect: str, table: Table, returning: Column[Any] | None) -> Executable:
    """INSERT … ON CONFLICT DO NOTHING for this engine, giving a column of each row that was new where one is named."""
    statement = insert_into(dialect, table).on_conflict_do_nothing()
    found: Executable = statement if returning is None else statement.returning(returning)
    return found


@cache
def _upsert(dialect: str, table: Table) -> Executable:
    """An insert that overwrites all columns of a row with the same key."""
    statement = insert_into(dialect, table)
    keys = list(table.primary_key.columns)
    values = {name: statement.excluded[name] for name, found in table.c.items() if found not in keys}
    changed: Executable = statement.on_conflict_do_update(index_elements=keys, set_=values)
    return changed


async def insert_missing(tx: Transaction, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert what is not there yet."""
    await tx.execute_many(_insert_new(tx.dialect, table, None), rows)


async def insert_new(
    tx: Transaction, table: Table, returning: Column[Any], rows: Sequence[Mapping[str, Any]]
) -> set[Any]:
    """Insert what is not there yet; the values of `returning` of what was really inserted."""
    if not rows:
        return set()
    kept: Sequence[RowMapping] = await tx.rows(_insert_new(tx.dialect, table, returning), rows)
    return {row[returning.name] for row in kept}


async def upsert(tx: Transaction, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert, or overwrite every column of what is there."""
    await tx.execute_many(_upsert(tx.dialect, table), rows)


@cache
def _add(dialect: str) -> Executable:
    """An insert into the counters that adds to those that are there."""
    statement = insert_into(dialect, schema.counter)
    total = schema.counter.c.value + statement.excluded.value
    added: Executable = statement.on_conflict_do_update(
        index_elements=list(schema.counter.primary_key.columns), set_={"value": total}
    )
    return added


async def add_to_counters(tx: Transaction, community: int, tally: Mapping[str, int]) -> None:
    """Adds these amounts to the community's stored counters, in this worker's own rows; zeros are left out."""
    rows = [
        {"community_id": community, "name": name, "worker": tx.ids.worker, "value": amount}
        for name, amount in sorted(tally.items())
        if amount
    ]
    await tx.execute_many(_add(tx.dialect), rows)
