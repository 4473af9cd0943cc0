"""Who is away, from which day to which, and who stands in for them. One row a person; a new one takes its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, delete, select

from storage.db.columns import in_community
from storage.db.schema import absence
from storage.db.transaction import Transaction
from storage.db.upsert import upsert

_ALL = select(absence).where(in_community(absence)).order_by(absence.c.begins, absence.c.user_id)
_REMOVE = delete(absence).where(in_community(absence), absence.c.user_id == bindparam("who"))


@dataclass(frozen=True, slots=True)
class Absence:
    """Both days are inclusive."""

    user: int
    deputy: int
    begins: date
    ends: date

    def on(self, day: date) -> bool:
        """Whether the person is away on this day."""
        return self.begins <= day <= self.ends


async def every(tx: Transaction) -> list[Absence]:
    """All absences of this community, past and future."""
    return [Absence(row["user_id"], row["deputy"], row["begins"], row["ends"]) for row in await tx.rows(_ALL)]


async def keep(tx: Transaction, away: Absence) -> None:
    """Stores when an official is away and who stands in; one row for each official."""
    row = {"user_id": away.user, "deputy": away.deputy, "begins": away.begins, "ends": away.ends}
    await upsert(tx, absence, [row])


async def remove(tx: Transaction, user: int) -> None:
    """Deletes the absence of this person."""
    await tx.execute(_REMOVE, {"who": user})


def stands_in_for(absences: Iterable[Absence], user: int, day: date) -> tuple[int, ...]:
    """The colleagues for whom this person stands in on that day."""
    return tuple(found.user for found in absences if found.deputy == user and found.on(day))
