"""Makes the daily sums anew from the messages, a day in a transaction: the bot goes on meanwhile, and each day is right
whatever happens to a message between two of them.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Any

from sqlalchemy import bindparam, delete, or_, select, true, update

from states.statistics.cells import cell_of
from storage.db.columns import Day, in_community
from storage.db.schema import appeal, daily, daily_time
from storage.db.transaction import Runs, Transaction
from storage.records import search_tokens
from storage.records.appeals import open_rows
from storage.records.daily import DAYS, ROWS, add_day, numbers_of

_AT = bindparam("of_day", type_=Day)
_OF_DAY = ROWS.where(or_(*(appeal.c[name] == _AT for name in DAYS)))
_UNDATED = (
    select(appeal.c.code, appeal.c.created_at, appeal.c.first_answer_at, appeal.c.answered_at)
    .where(in_community(appeal), appeal.c.received.is_(None))
    .limit(1000)
)

_WORDS = (
    select(appeal.c.code, appeal.c.body)
    .where(in_community(appeal), appeal.c.code > bindparam("after"))
    .order_by(appeal.c.code)
    .limit(200)
)
_PLACED = (
    update(appeal)
    .where(in_community(appeal), appeal.c.code == bindparam("named"))
    .values(cell_row=bindparam("row"), cell_column=bindparam("column"))
)
_CHOSEN = update(appeal).where(in_community(appeal), appeal.c.code == bindparam("named")).values(chosen=true())


async def days(tx: Transaction) -> list[date]:
    """Every day that is counted, or should be."""
    found: set[date] = set()
    for column in (*(appeal.c[name] for name in DAYS), daily.c.day, daily_time.c.day):
        rows = await tx.rows(select(column.label("day")).where(in_community(column.table)).distinct())
        found |= {row["day"] for row in rows if row["day"] is not None}
    return sorted(found)


async def day(tx: Transaction, wanted: date) -> int:
    """The sums of one day; how many messages they are of."""
    for table in (daily, daily_time):
        await tx.execute(delete(table).where(in_community(table), table.c.day == wanted))
    rows = await tx.rows(_OF_DAY, {"of_day": wanted})
    await add_day(tx, (numbers_of(row) for row in rows), wanted)
    return len(rows)


async def date_old(tx: Transaction, zone: tzinfo) -> int:
    """Messages from before there were statistics get their days; nobody knows their minutes. A thousand at a time."""

    def local(at: datetime | None) -> date | None:
        return None if at is None else at.astimezone(zone).date()

    rows = await tx.rows(_UNDATED)
    for row in rows:
        values: dict[str, Any] = {
            "received": local(row["created_at"]),
            "first": local(row["first_answer_at"]),
            "final": local(row["answered_at"]),
        }
        await tx.execute(update(appeal).where(in_community(appeal), appeal.c.code == row["code"]).values(**values))
    return len(rows)


async def some_words(tx: Transaction, after: str) -> str:
    """The next messages by number get the words that they are found by, their place on the map, and whether their
    resident named the agency; the last number, empty at the end."""
    rows = await tx.rows(_WORDS, {"after": after})
    found = await open_rows(tx, rows)
    await search_tokens.keep(tx, found)
    cells = ((appeal.code, cell) for appeal in found if (cell := cell_of(appeal)) is not None)
    await tx.execute_many(_PLACED, [{"named": code, "row": at.row, "column": at.column} for code, at in cells])
    await tx.execute_many(_CHOSEN, [{"named": appeal.code} for appeal in found if appeal.chosen_by_resident])
    return rows[-1]["code"] if rows else ""


async def words(db: Runs) -> None:
    """Writes the search words of all messages anew, of those from before there was a search too."""
    last = await db.run(lambda tx: some_words(tx, ""))
    while last:
        last = await db.run(lambda tx: some_words(tx, last))  # noqa: B023


async def everything(db: Runs, zone: tzinfo) -> int:
    """All days of the community; how many there are."""
    while await db.run(lambda tx: date_old(tx, zone)):
        pass
    found = await db.run(days)
    for changed_day in found:
        await db.run(lambda tx: day(tx, changed_day))  # noqa: B023
    return len(found)
