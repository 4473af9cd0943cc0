"""Reads what a report is made of: the sums of a period and of the one before it; what waits just now only while the
period is not over, so that a report stays as it was printed.

It changes nothing and opens no message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, tzinfo

from bot.feature import Summed
from features.statistics.report.closed import said_beside
from features.statistics.report.standings import Standings, load
from states.statistics.filter import Filter, View
from states.statistics.periods import Stretch
from states.statistics.rating import Formula
from states.statistics.summary import Summary, SummaryRequest
from storage.db.schema import COUNTS
from storage.db.transaction import Transaction
from storage.ops import search, sums
from storage.ops.search import Today
from storage.ops.sums import Sums
from storage.records import closed_periods
from storage.records.closed_periods import Closed

WAITING = ((View.OVERDUE, "place"), (View.PROMISED, "agency"), (View.NOT_ACCEPTED, "agency"), (View.BACK, "place"))


@dataclass(frozen=True, slots=True)
class ReportData:
    """`waiting`: of all messages of these groups, whenever they came, how many each place or agency has now; nothing of
    a period that is over. `closed`: when and by whom its figures were made."""

    places: Standings
    was: Sums
    days: Mapping[date, int]
    topics: Mapping[str, int]
    were: Mapping[str, int]
    waiting: Mapping[View, Sequence[tuple[str, int]]]
    summaries: tuple[Summary, ...] = ()
    closed: Closed | None = None


def asked_of(stretch: Stretch, groups: Filter, today: date, zone: tzinfo = UTC) -> SummaryRequest:
    """A period that is not over is compared with as many days of the one before."""
    plain = Filter(topics=groups.topics, places=groups.places, agencies=groups.agencies)
    now = replace(plain, since=stretch.first, until=stretch.last)
    before = stretch.before
    over = min(stretch.last, today)
    last = before.last if over == stretch.last else min(before.last, before.first + (over - stretch.first))
    return SummaryRequest(stretch, now, replace(plain, since=before.first, until=last), today, zone)


async def read(
    tx: Transaction, asked: SummaryRequest, today: Today, formula: Formula, adds: Sequence[Summed] = ()
) -> ReportData:
    """Reads all that a report needs; what waits now only while the period lasts."""
    places = await load(tx, asked.now, asked.today, "place", formula, names=COUNTS, times=sums.TIMES)
    was = await sums.total(tx, asked.was, asked.today)
    closed = await closed_periods.find(tx, asked.stretch)
    return ReportData(
        places=places,
        was=was,
        days={**await sums.received_by(tx, asked.was, "day"), **await sums.received_by(tx, asked.now, "day")},
        topics=await sums.received_by(tx, asked.now, "topic"),
        were=await sums.received_by(tx, asked.was, "topic"),
        waiting={} if asked.over else await _waiting(tx, asked, today),
        summaries=await _summaries(tx, asked, closed, adds),
        closed=closed,
    )


def same_days_a_year_ago(asked: SummaryRequest) -> Filter:
    """As many of them as are over."""
    then = asked.stretch.year_ago
    over = min(asked.stretch.last, asked.today) - asked.stretch.first
    return replace(asked.now, since=then.first, until=min(then.last, then.first + over))


async def _waiting(tx: Transaction, asked: SummaryRequest, today: Today) -> Mapping[View, Sequence[tuple[str, int]]]:
    """By list, which groups wait there now."""
    plain = replace(asked.now, since=None, until=None)
    return {view: await search.by_group(tx, replace(plain, view=view), today, by) for view, by in WAITING}


async def _summaries(
    tx: Transaction, asked: SummaryRequest, closed: Closed | None, adds: Sequence[Summed]
) -> tuple[Summary, ...]:
    """The further lines of the report: read now, or of a closed period what was said at its close, of the whole region;
    nobody knows it of a part any more."""
    if closed is None:
        return tuple([said for add in adds if (said := await add(tx, asked)) is not None])
    return said_beside(closed) if asked.now == Filter(since=asked.now.since, until=asked.now.until) else ()
