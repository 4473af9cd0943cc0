"""Reads the daily sums: totals of a period, by any of the groups. It must never be asked what only a message can tell
(`Filter.counted`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Table, and_, func, select, type_coerce

from states.statistics.filter import NONE, Filter
from storage.db.columns import in_community
from storage.db.schema import COUNTS, daily, daily_time
from storage.db.transaction import Transaction

GROUPS = ("day", "agency", "place", "topic", "door")


@dataclass(frozen=True, slots=True)
class Sums:
    """Counts by the names of `COUNTS`, and how long first and final answers took: bins with their numbers."""

    counts: Mapping[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTS, 0))
    times: Mapping[str, Mapping[int, int]] = field(default_factory=dict)

    def __getitem__(self, name: str) -> int:
        return self.counts[name]


def conditions(table: Table, wanted: Filter) -> ColumnElement[bool]:
    if not wanted.counted:
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


async def total(tx: Transaction, wanted: Filter) -> Sums:
    """Of everything in this filter."""
    return (await grouped(tx, wanted, ())).get((), Sums())


async def grouped(
    tx: Transaction, wanted: Filter, by: Sequence[str], *, times: bool = True
) -> dict[tuple[Any, ...], Sums]:
    """By these of `GROUPS`: the key is their values in that order. Days on which nothing was counted are missing."""
    keys = [daily.c[name] for name in by]
    summed = [func.sum(daily.c[name]).label(name) for name in COUNTS]
    rows = await tx.rows(select(*keys, *summed).where(conditions(daily, wanted)).group_by(*keys))
    bins = await _times(tx, wanted, by) if times else {}
    found = {}
    for row in rows:
        key = tuple(row[name] for name in by)
        counts = {name: int(row[name] or 0) for name in COUNTS}
        found[key] = Sums(counts, bins.get(key, {}))
    return found


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
    """The sums of several groups."""
    counts, times = Counter[str](), dict[str, Counter[int]]()
    for one in some:
        counts.update(one.counts)
        for kind, bins in one.times.items():
            times.setdefault(kind, Counter()).update(bins)
    return Sums({name: counts[name] for name in COUNTS}, times)


async def _times(
    tx: Transaction, wanted: Filter, by: Sequence[str]
) -> Mapping[tuple[Any, ...], Mapping[str, Mapping[int, int]]]:
    keys = [daily_time.c[name] for name in (*by, "kind", "bin")]
    rows = await tx.rows(
        select(*keys, func.sum(daily_time.c.number).label("summed"))
        .where(conditions(daily_time, wanted))
        .group_by(*keys)
    )
    found: defaultdict[tuple[Any, ...], dict[str, dict[int, int]]] = defaultdict(dict)
    for row in rows:
        key = tuple(row[name] for name in by)
        found[key].setdefault(row["kind"], {})[row["bin"]] = int(row["summed"])
    return found
