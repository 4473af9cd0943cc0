"""Reads the daily sums: totals of a period, by any of the groups; of a week or a month that is over their copy, so that
no page has others than the report (storage/ops/closing.py). It must never be asked what only a message can tell
(`Filter.is_in_daily_sums`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Table, and_, case, func, select, type_coerce
from sqlalchemy.sql import Select

from states.statistics.filter import NONE, Filter
from states.statistics.periods import Stretch, exactly
from storage.db.columns import in_community
from storage.db.schema import COUNTS, JUDGED, closed_sum, closed_time, daily, daily_time
from storage.db.transaction import Transaction
from storage.records import closed_periods

GROUPS = ("day", "agency", "place", "topic", "door")
TIMES = ("first", "final")
"""Answers whose time is kept."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts by the names of `COUNTS`, and how long first and final answers took: bins with their numbers."""

    counts: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    times: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.counts[name]


def conditions(table: Table, wanted: Filter) -> ColumnElement[bool]:
    """The rows of the daily sums that a filter asks for, always of this community; ValueError for a filter on what the
    daily sums do not hold."""
    if not wanted.is_in_daily_sums:
        raise ValueError("the daily sums do not know this")
    found = [in_community(table)]
    groups = (("topic", wanted.topics), ("place", wanted.places), ("agency", wanted.agencies), ("door", wanted.doors))
    for name, codes in groups:
        if codes:
            found.append(table.c[name].in_(["" if code == NONE else code for code in codes]))
    if wanted.since is not None:
        found.append(table.c.day >= wanted.since)
    if wanted.until is not None:
        found.append(table.c.day <= wanted.until)
    return and_(*found)


def of_stretch(table: Table, stretch: Stretch) -> tuple[ColumnElement[bool], ...]:
    """The copy of this period."""
    return in_community(table), table.c.span == stretch.span.value, table.c.begins == stretch.first


def _within(table: Table, wanted: Filter, closed: Stretch | None) -> tuple[ColumnElement[bool], ...]:
    """The conditions of a filter, and of the closed period where one is read."""
    return (conditions(table, wanted), *(of_stretch(table, closed) if closed is not None else ()))


async def total(tx: Transaction, wanted: Filter, today: date) -> Sums:
    """The sums of everything in this filter."""
    return (await sums_by(tx, wanted, (), today)).get((), Sums())


async def sums_by(
    tx: Transaction,
    wanted: Filter,
    by: Sequence[str],
    today: date | None = None,
    *,
    names: Sequence[str] = COUNTS,
    times: Sequence[str] = TIMES,
) -> dict[tuple[Any, ...], Sums]:
    """By these of `GROUPS`: the key is their values in that order. Days on which nothing was counted are missing. Of a
    week or a month that is closed: as it was counted at its end.

    Terms count when their day is over before `today`: until then each may still be kept. `names`, `times`: what of it
    is asked for; each costs as much as the others.

    Raises:
        ValueError: terms are asked for, and not of which day.
    """
    closed = exactly(wanted.since, wanted.until)
    if closed is not None and await closed_periods.find(tx, closed) is None:
        closed = None
    rows = await tx.rows(_query_of_sums(wanted, by, names, today, closed))
    bins = await _times(tx, wanted, by, times, closed) if times else {}
    found = {}
    for row in rows:
        key = tuple(row[name] for name in by)
        found[key] = Sums({name: int(row[name] or 0) for name in names}, bins.get(key, {}))
    return found


def _query_of_sums(
    wanted: Filter, by: Sequence[str], names: Sequence[str], today: date | None, closed: Stretch | None
) -> Select[Any]:
    """SQLite sorts what it groups but where the rows stand in that order, and those of an agency do within a day."""
    table = daily if closed is None else closed_sum
    each = [func.sum(_count_column(table, wanted, name, today)).label(name) for name in names]
    keys = [table.c[name] for name in by]
    query = select(*keys, *each).where(*_within(table, wanted, closed))
    if tuple(by) != ("agency",):
        return query.group_by(*keys)
    days = query.group_by(table.c.day, *keys).subquery()
    return select(days.c.agency, *(func.sum(days.c[name]).label(name) for name in names)).group_by(days.c.agency)


def _count_column(table: Table, wanted: Filter, name: str, today: date | None) -> ColumnElement[Any]:
    if name not in JUDGED:
        return table.c[name]
    if today is None:
        raise ValueError("whether a term is over depends on the day")
    over = wanted.until is not None and wanted.until < today
    return table.c[name] if over else case((table.c.day < today, table.c[name]), else_=0)


async def received_by(tx: Transaction, wanted: Filter, by: str) -> dict[Any, int]:
    """How many messages came, by one of `GROUPS`; those of which there was something else only are missing."""
    found = await sums_by(tx, wanted, [by], names=["received"], times=())
    return {key: sums["received"] for (key,), sums in found.items() if sums["received"]}


async def weekly(tx: Transaction, wanted: Filter, by: str, weeks: int) -> dict[str, tuple[int, ...]]:
    """Received in each of so many weeks that end with the filter's last day, by one of `GROUPS`."""
    assert wanted.until is not None, "weeks are counted from an end"
    since = wanted.until - timedelta(days=7 * weeks - 1)
    week = ((type_coerce(daily.c.day, Integer) - since.toordinal()) // 7).label("week")
    group, received = daily.c[by], func.sum(daily.c.received).label("received")
    query = select(group, week, received).where(conditions(daily, replace(wanted, since=since)))
    found: dict[str, list[int]] = {}
    for row in await tx.rows(query.group_by(group, week)):
        found.setdefault(row[by], [0] * weeks)[int(row["week"])] += int(row["received"])
    return {key: tuple(counts) for key, counts in found.items()}


def together(some: Iterable[Sums]) -> Sums:
    """The sums of several groups added up."""
    counts, times = Counter[str](), dict[str, Counter[int]]()
    for group in some:
        counts.update(group.counts)
        for kind, bins in group.times.items():
            times.setdefault(kind, Counter()).update(bins)
    return Sums({name: counts[name] for name in counts or COUNTS}, times)


async def _times(
    tx: Transaction, wanted: Filter, by: Sequence[str], kinds: Sequence[str], closed: Stretch | None
) -> Mapping[tuple[Any, ...], Mapping[str, Mapping[int, int]]]:
    """By group, then by kind of time, how many messages fell into each bin of the histogram."""
    table = daily_time if closed is None else closed_time
    keys = [table.c[name] for name in (*by, "kind", "bin")]
    query = select(*keys, func.sum(table.c.number).label("summed")).where(*_within(table, wanted, closed))
    rows = await tx.rows(query.where(table.c.kind.in_(kinds)).group_by(*keys))
    found: defaultdict[tuple[Any, ...], dict[str, dict[int, int]]] = defaultdict(dict)
    for row in rows:
        key = tuple(row[name] for name in by)
        found[key].setdefault(row["kind"], {})[row["bin"]] = int(row["summed"])
    return found
