"""Closes weeks and months when they are over: their sums are copied as they stand, and whoever asks for that very
period reads the copy (storage/ops/sums.py). Only a person counts one anew, and it says what that changed (R52).

A copy holds counts of groups and of nobody: an erasure and the terms of keeping leave it as it is (R14, R15).
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Insert, Table, delete, func, insert, literal, select

from states.statistics.filter import Filter
from states.statistics.periods import DAY, WHOLE, Stretch, around
from storage.db.columns import in_community
from storage.db.schema import closed_sum, closed_time, daily, daily_time
from storage.db.transaction import Transaction
from storage.ops import sums
from storage.records import closed_periods
from storage.records.closed_periods import Closed

COPIES = ((closed_sum, daily), (closed_time, daily_time))
TOLD = ("received", "first", "final", "reopened", "due", "kept", "late", "open")
"""Of which a new count says what has changed."""
_FIRST_DAY = select(func.min(daily.c.day).label("day")).where(in_community(daily))


async def due(tx: Transaction, today: date) -> list[Stretch]:
    """Weeks and months that are over and not closed, the oldest first: from the first of which something is counted."""
    row = await tx.row(_FIRST_DAY)
    if row is None or row["day"] is None:
        return []
    known, found = await closed_periods.closed_stretches(tx), []
    for span in WHOLE:
        stretch = around(span, row["day"])
        while stretch.last < today:
            found += [stretch] if stretch not in known else []
            stretch = around(span, stretch.last + DAY)
    return sorted(found, key=lambda stretch: (stretch.last, stretch.span))


async def close(tx: Transaction, stretch: Stretch, now: datetime, beside: str = "") -> None:
    """Closes the period with its sums as they stand now; does nothing where it is closed already."""
    if await closed_periods.add(tx, Closed(stretch, now, beside=beside)):
        await _copy(tx, stretch)


async def count_anew(tx: Transaction, stretch: Stretch, now: datetime, by: int) -> Closed | None:
    """Closes the period anew with its sums as they stand now; None where it is not closed."""
    had = await closed_periods.find(tx, stretch)
    if had is None:
        return None
    before = await _total(tx, stretch)
    for table, _ in COPIES:
        await tx.execute(delete(table).where(*sums.of_stretch(table, stretch)))
    await _copy(tx, stretch)
    after = await _total(tx, stretch)
    changed = {name: (before[name], after[name]) for name in TOLD if before[name] != after[name]}
    anew = Closed(stretch, now, by, changed, had.beside)
    await closed_periods.change(tx, anew)
    return anew


async def open_again(tx: Transaction) -> None:
    """All of them: what is put in in bulk has happened before they were closed (storage/ops/bulk.py)."""
    await closed_periods.remove_all(tx)
    for table, _ in COPIES:
        await tx.execute(delete(table).where(in_community(table)))


async def _total(tx: Transaction, stretch: Stretch) -> sums.Sums:
    """The sums of the whole stretch as they are now."""
    return await sums.total(tx, Filter(since=stretch.first, until=stretch.last), stretch.last + DAY)


async def _copy(tx: Transaction, stretch: Stretch) -> None:
    """Copies the daily sums of the stretch into the tables of closed periods."""
    for target, source in COPIES:
        await tx.execute(_copying(tx.community, target, source, stretch))


def _copying(community: int, target: Table, source: Table, stretch: Stretch) -> Insert:
    """The community stands in it as a value: what an INSERT is given is its row."""
    told = (literal(stretch.span.value, target.c.span.type), literal(stretch.first, target.c.begins.type))
    columns = [column for column in source.c if column.name != "community_id"]
    there = source.c.community_id == community, source.c.day.between(stretch.first, stretch.last)
    rows = select(source.c.community_id, *told, *columns).where(*there)
    return insert(target).from_select(["community_id", "span", "begins", *(column.name for column in columns)], rows)
