"""Rows of known troubles that agencies have announced. It decides nothing about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Text, bindparam, select

from states.people.notices import Notice
from storage.db.columns import in_community
from storage.db.schema import notice
from storage.db.transaction import Transaction
from storage.db.upsert import upsert

_NAMES = tuple(field.name for field in fields(Notice))
_OPEN = select(notice).where(in_community(notice), notice.c.ended.is_(None)).order_by(notice.c.until, notice.c.id)
# Locked on PostgreSQL: whoever decides about it keeps the whole row.
_ONE = select(notice).where(in_community(notice), notice.c.id == bindparam("wanted", type_=Text)).with_for_update()


async def keep(tx: Transaction, changed: Sequence[Notice]) -> None:
    """Stores notices as decided; of the same notice the last counts."""
    last = {change.id: change for change in changed}
    await upsert(tx, notice, [{name: getattr(change, name) for name in _NAMES} for _, change in sorted(last.items())])


async def find(tx: Transaction, wanted: str = "") -> tuple[Notice, ...]:
    """The one of this id, or all that nobody has taken back, the first to end first."""
    rows = await (tx.rows(_ONE, {"wanted": wanted}) if wanted else tx.rows(_OPEN))
    return tuple(_notice(row) for row in rows)


def _notice(row: Any) -> Notice:
    """The notice from its row."""
    return Notice(**{name: row[name] for name in _NAMES})
