"""The tables of a copy brought to this program's version, with what was there counted before and after.

It must never touch the database that the bot uses: only a copy in a folder of its own.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, column, func, select, table

from storage.db.database import connect
from storage.db.master import Master
from storage.db.migrations import current, migrate
from storage.db.version import newest

COUNTED = ("appeal", "history", "inbox", "outbox", "consent", "chat")
"""Tables that there are since the first version, whose rows no upgrade may lose."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """`rows`: of each of `COUNTED` before and after. `seconds`: how long the tables took."""

    before: str
    after: str
    rows: Mapping[str, tuple[int, int]]
    seconds: float

    @property
    def tables_with_loss(self) -> dict[str, tuple[int, int]]:
        """By table, how many rows there were before and after, where they became fewer."""
        return {name: both for name, both in self.rows.items() if both[1] < both[0]}


async def rehearse(copy: Path, master: Master) -> Rehearsal:
    """Migrates a copy and counts its rows before and after. Raises WrongSchema where a newer program made the copy."""
    url = f"sqlite+aiosqlite:///{copy}"
    before, had = await current(url) or "", await _rows(url)
    began = time.monotonic()
    await migrate(url, master=master)
    seconds, has = time.monotonic() - began, await _rows(url)
    return Rehearsal(before, newest(), {name: (had[name], has[name]) for name in COUNTED}, seconds)


async def _rows(url: str) -> dict[str, int]:
    """By table, how many rows it has."""

    def count_rows(connection: Connection) -> dict[str, int]:
        queries = {name: select(func.count(column("community_id"))).select_from(table(name)) for name in COUNTED}
        return {name: int(connection.execute(query).scalar_one()) for name, query in queries.items()}

    store = connect(url)
    try:
        return await store.on_connection(count_rows)
    finally:
        await store.close()
