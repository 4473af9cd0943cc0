"""Messages that people have decided, to learn from: words, and what topic, place and agency they ended with.

Read a few at a time, each time in a transaction of its own, so that nobody waits for long. Words of whoever was
forgotten do not open any more, and are no example (R14). It must never give who wrote them to anything that is kept.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import bindparam, exists, or_, select

from states.lifecycle.appeal import Action, Appeal, Status
from storage.db.columns import in_community
from storage.db.database import Database
from storage.db.schema import appeal, history
from storage.db.transaction import Transaction
from storage.ops import in_all
from storage.records.appeals import open_rows

AT_ONCE = 100
"""Messages in a transaction: opening them holds SQLite's writer for about twenty milliseconds."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One message. `place` and `agency` are empty where there is none; `resident` only tells people apart."""

    text: str
    topic: str
    place: str
    agency: str
    day: date
    resident: int


_BY_HAND = exists().where(
    history.c.community_id == appeal.c.community_id,
    history.c.code == appeal.c.code,
    history.c.action == Action.ROUTE.value,
    history.c.actor != 0,
    history.c.actor != appeal.c.resident,
)
"""The control centre named the agency."""
_NEXT = (
    select(appeal.c.code, appeal.c.body)
    .where(
        in_community(appeal),
        appeal.c.code > bindparam("after"),
        appeal.c.body != "",
        appeal.c.status != Status.WITHDRAWN.value,
        or_(
            appeal.c.accepted.is_not(None),
            appeal.c.first_answer_at.is_not(None),
            appeal.c.answered_at.is_not(None),
            appeal.c.status == Status.MERGED.value,
            _BY_HAND,
        ),
    )
    .order_by(appeal.c.code)
    .limit(AT_ONCE)
)


async def some(tx: Transaction, after: str) -> tuple[list[Decided], str | None]:
    """The next of one community after this number, and the number to go on from; None at the end."""
    rows: Any = await tx.rows(_NEXT, {"after": after})
    found = [_example_of(appeal) for appeal in await open_rows(tx, rows) if appeal.text.strip()]
    return found, rows[-1]["code"] if len(rows) == AT_ONCE else None


def _example_of(appeal: Appeal) -> Decided:
    """By its last values: what the control centre changed, what came back as «не наше» and went on, is in them."""
    day = appeal.counted.received or appeal.created_at.date()
    return Decided(appeal.text, appeal.topic, appeal.place or "", appeal.agency or "", day, appeal.resident)


async def everywhere(db: Database) -> AsyncIterator[list[Decided]]:
    """All of the database, `db` being open for its home."""
    beside = await db.run(in_all.with_appeals)
    for community in dict.fromkeys([db.community, *beside]):
        after: str | None = ""
        while after is not None:
            found, after = await db.of(community).run(lambda tx: some(tx, after))  # type: ignore[arg-type]  # noqa: B023
            yield found
