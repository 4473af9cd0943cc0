"""Who works under which number on a shared database (F26): a row that its holder writes again and again.

It compares no clocks: whoever wants a number that is held looks whether its row still changes. A lock of PostgreSQL's
session would be shorter and is not kept by PgBouncer in transaction mode.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, delete, func, select, update

from storage.db.columns import in_community
from storage.db.schema import meta
from storage.db.transaction import Transaction
from storage.db.upsert import insert_new

NAMED = "worker "


@dataclass(slots=True)
class WorkerNumber:
    """The number of this process. `holder` is another one at each start."""

    number: int
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    beats: int = 0

    @property
    def name(self) -> str:
        """The name of the row that holds this number."""
        return f"{NAMED}{self.number}"

    async def row_value(self, tx: Transaction) -> str:
        """What its row says now; empty where nobody has it."""
        row = await tx.row(select(meta.c.value).where(in_community(meta), meta.c.name == self.name))
        return "" if row is None else str(row["value"])

    async def take(self, tx: Transaction, instead_of: str) -> bool:
        """Whether it is ours now: nobody was faster, nor has its holder moved."""
        if not instead_of:
            return bool(await insert_new(tx, meta, meta.c.name, [{"name": self.name, "value": self._next()}]))
        mine = (in_community(meta), meta.c.name == self.name, meta.c.value == instead_of)
        return bool(await tx.execute(update(meta).where(*mine).values(value=self._next())))

    async def hold(self, tx: Transaction) -> bool:
        """Whether it is still ours; what others see changes."""
        return bool(await tx.execute(update(meta).where(*self._ours()).values(value=self._next())))

    async def leave(self, tx: Transaction) -> None:
        """Gives the number back."""
        await tx.execute(delete(meta).where(*self._ours()))

    @staticmethod
    async def free_all(tx: Transaction) -> None:
        """Frees all numbers in a copy that was put back: whoever had one has the database of before."""
        await tx.execute(delete(meta).where(in_community(meta), meta.c.name.startswith(NAMED)))

    def _ours(self) -> tuple[ColumnElement[bool], ...]:
        """The conditions of its own row, by the holder alone: whether the last beat was kept may be unknown to us."""
        own = func.substr(meta.c.value, 1, len(self.holder)) == self.holder
        return in_community(meta), meta.c.name == self.name, own

    def _next(self) -> str:
        """What the holder writes next: its name and how often it has written."""
        self.beats += 1
        return f"{self.holder} {self.beats}"
