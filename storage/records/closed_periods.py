"""Which weeks and months are closed, when and by whom. It must never count: storage/ops/closing.py does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update

from states.statistics.periods import Span, Stretch
from storage.db.columns import Day, in_community
from storage.db.schema import closed_period
from storage.db.transaction import Transaction
from storage.db.upsert import insert_new

_THIS = (
    in_community(closed_period),
    closed_period.c.span == bindparam("of_span"),
    closed_period.c.begins == bindparam("of_day", type_=Day),
)
_OF = select(closed_period).where(*_THIS)
_ALL = select(closed_period.c.span, closed_period.c.begins).where(in_community(closed_period))


@dataclass(frozen=True, slots=True)
class Closed:
    """`by`: who counted it anew, 0 where the program closed it; `changed`: figures that this changed, as they were and
    as they are. `beside` is what features had to say at its end."""

    stretch: Stretch
    at: datetime
    by: int = 0
    changed: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    beside: str = ""


async def find(tx: Transaction, stretch: Stretch) -> Closed | None:
    """When and by whom the period was closed; None while it is open."""
    row = await tx.row(_OF, _key(stretch))
    if row is None:
        return None
    changed = json.loads(row["changed"] or "{}")
    return Closed(stretch, row["at"], row["by_id"], {name: (a, b) for name, (a, b) in changed.items()}, row["beside"])


async def closed_stretches(tx: Transaction) -> set[Stretch]:
    """The weeks and months that are closed."""
    return {Stretch(Span(row["span"]), row["begins"]) for row in await tx.rows(_ALL)}


async def add(tx: Transaction, closed: Closed) -> bool:
    """Whether nobody has closed it before."""
    row = {"span": closed.stretch.span.value, "begins": closed.stretch.first, **_values(closed)}
    return bool(await insert_new(tx, closed_period, closed_period.c.begins, [row]))


async def change(tx: Transaction, closed: Closed) -> None:
    """Overwrites what is noted of a closed period."""
    await tx.execute(update(closed_period).where(*_THIS).values(**_values(closed)), _key(closed.stretch))


async def remove_all(tx: Transaction) -> None:
    """Deletes every closed period of this community, so that they are counted and closed anew."""
    await tx.execute(delete(closed_period).where(in_community(closed_period)))


def _key(stretch: Stretch) -> dict[str, object]:
    """The key of the row."""
    return {"of_span": stretch.span.value, "of_day": stretch.first}


def _values(closed: Closed) -> dict[str, object]:
    """The columns besides the key."""
    return {"at": closed.at, "by_id": closed.by, "changed": json.dumps(closed.changed), "beside": closed.beside}
