"""Reads what a report is made of: the daily sums of a period and of the one before it, and what waits just now.

It changes nothing and opens no message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.feature import Summed
from features.statistics.report.standings import Standings, counts_of, load
from states.statistics.filter import Filter, View
from states.statistics.periods import Stretch
from states.statistics.rating import Counts, Formula
from states.statistics.summary import Asked, Summary
from storage.db.schema import COUNTS
from storage.db.transaction import Transaction
from storage.ops import search, sums
from storage.ops.search import Today
from storage.ops.sums import Sums

WAITING = ((View.OVERDUE, "place"), (View.PROMISED, "agency"), (View.NOT_ACCEPTED, "agency"), (View.BACK, "place"))


@dataclass(frozen=True, slots=True)
class Read:
    """`waiting`: of all messages of these groups, whenever they came, how many each place or agency has."""

    places: Standings
    was: Sums
    kept: Counts
    days: Mapping[date, int]
    topics: Mapping[str, int]
    were: Mapping[str, int]
    open: int
    waiting: Mapping[View, Sequence[tuple[str, int]]]
    summaries: tuple[Summary, ...] = ()


def asked_of(stretch: Stretch, groups: Filter, today: date) -> Asked:
    """A period that is not over is compared with as many days of the one before."""
    plain = Filter(topics=groups.topics, places=groups.places, agencies=groups.agencies)
    now = replace(plain, since=stretch.first, until=stretch.last)
    before = stretch.before
    over = min(stretch.last, today)
    last = before.last if over == stretch.last else min(before.last, before.first + (over - stretch.first))
    return Asked(stretch, now, replace(plain, since=before.first, until=last), today)


async def read(tx: Transaction, asked: Asked, today: Today, formula: Formula, adds: Sequence[Summed] = ()) -> Read:
    places = await load(tx, asked.now, today, "place", formula, names=COUNTS, times=sums.TIMES)
    was = await sums.total(tx, asked.was)
    waited = await search.number(tx, replace(asked.was, view=View.OVERDUE), today)
    days = replace(asked.now, since=asked.was.since)
    plain = replace(asked.now, since=None, until=None)
    return Read(
        places=places,
        was=was,
        kept=counts_of(was, waited),
        days=await sums.received(tx, days, "day"),
        topics=await sums.received(tx, asked.now, "topic"),
        were=await sums.received(tx, asked.was, "topic"),
        open=await search.number(tx, replace(asked.now, view=View.OPEN), today),
        waiting={view: await search.by_group(tx, replace(plain, view=view), today, by) for view, by in WAITING},
        summaries=tuple([said for one in adds if (said := await one(tx, asked)) is not None]),
    )
