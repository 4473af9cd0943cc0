"""What the newsroom's page counts, with everything hidden that is of too few residents (R56).

A number is shown when at least so many residents stand behind it, and is rounded to that many, totals too; one that
would be hidden alone takes another with it. So differences of shown numbers do not tell a hidden one. The same for the
time of answers, by those who got the answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from features.open_data.routes.opened import Opened
from states.statistics.filter import By, Filter
from states.statistics.periods import Span, Stretch, around
from storage.ops import open_rows, sums
from storage.ops.measured import in_time, mean, median
from storage.ops.open_rows import Crowd
from storage.ops.sums import TIMES, Sums, together

KEPT = timedelta(hours=1)
MONTHS = 12
COUNTS = {"received": By.RECEIVED, "first": By.FIRST, "final": By.FINAL, "due": By.TERM}
"""Columns of the sums, and the day by which their residents are counted."""


class Group(StrEnum):
    """By what a table of open figures is summed."""

    ALL = "all"
    TOPIC = "topic"
    PLACE = "place"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included; `name` is stored in files."""

    name: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """One group in one period. None: of fewer residents than may be shown. Times are working minutes."""

    code: str
    received: int | None = None
    answered: int | None = None
    in_time: int | None = None
    first_mean: int | None = None
    first_median: int | None = None
    final_mean: int | None = None
    final_median: int | None = None


Lines = Mapping[tuple[str, Group], Sequence[GroupFigures]]


@dataclass(frozen=True, slots=True)
class Figures:
    """`lines` by the name of a period and a group; `months` is the year month by month: received and answered."""

    periods: tuple[Period, ...]
    lines: Lines
    months: tuple[tuple[Stretch, GroupFigures], ...]


def round_to_least(count: int, least: int) -> int:
    """The count rounded to the nearest multiple of `least`, never to nothing: whoever is counted was enough."""
    return max(least, (count + least // 2) // least * least)


def periods_of(today: date) -> tuple[Period, ...]:
    """Up to yesterday: today is not over."""
    until = today - timedelta(days=1)
    first = year = around(Span.MONTH, until)
    for _ in range(MONTHS - 1):
        year = year.before
    return Period("month", first.first, until), Period("year", year.first, until)


async def figures(opened: Opened) -> Figures:
    """The figures, read anew once in `KEPT`."""
    return await opened.keeping("figures", KEPT, lambda: read(opened))


async def read(opened: Opened) -> Figures:
    """Several short readings: one long one would be ended (storage/db/engines/readers.py)."""
    periods = periods_of(opened.today)
    lines: dict[tuple[str, Group], Sequence[GroupFigures]] = {}
    for period in periods:
        cells = await totals(opened, period, ("topic", "place"), TIMES)
        for group in Group:
            lines[period.name, group] = await lines_of_group(opened, period, group, known_by(opened, group, cells))
    return Figures(periods, lines, await monthly(opened, periods[-1]))


async def totals(
    opened: Opened, period: Period, by: Sequence[str], times: Sequence[str]
) -> Mapping[tuple[Any, ...], Sums]:
    """The sums of a period, by group."""
    wanted = Filter(since=period.since, until=period.until)
    return await opened.site.readers.run(lambda tx: sums.sums_by(tx, wanted, by, opened.today, times=times))


def known_by(opened: Opened, group: Group, cells: Mapping[tuple[Any, ...], Sums]) -> dict[str, Sums]:
    """The sums of every code of a group, whether there was anything or not: that one is missing would tell too."""
    directory = opened.site.directory()
    match group:
        case Group.ALL:
            return {"": together(cells.values())}
        case Group.TOPIC:
            codes, place = [topic.code for topic in directory.topics], 0
        case Group.PLACE:
            codes, place = [area.code for area in directory.places], 1
    found: dict[str, list[Sums]] = {code: [] for code in codes}
    for key, totals in cells.items():
        found.get(key[place], []).append(totals)
    return {code: together(some) for code, some in found.items()}


async def monthly(opened: Opened, year: Period) -> tuple[tuple[Stretch, GroupFigures], ...]:
    """The figures of each whole month of the year, oldest first."""
    month, found = around(Span.MONTH, year.until), []
    while month.first >= year.since:
        period = Period("", month.first, min(month.last, year.until))
        summed = (await totals(opened, period, (), ())).get((), Sums())
        (line,) = await lines_of_group(opened, period, Group.ALL, {"": summed})
        found.append((month, line))
        month = month.before
    return tuple(reversed(found))


async def lines_of_group(opened: Opened, period: Period, group: Group, known: Mapping[str, Sums]) -> list[GroupFigures]:
    """The figures by group. A number is shown where enough residents stand behind it, and where nobody can work out a
    hidden one from it (R56)."""
    # Fewer messages than residents are wanted: nobody needs to look.
    asked = [(code, name) for code, totals in known.items() for name in COUNTS if totals[name] >= opened.least]
    topics = tuple(topic.code for topic in opened.site.directory().topics)
    cells = [cell(group, code, COUNTS[name], period, topics) for code, name in asked]
    seen = await opened.site.readers.run(lambda tx: open_rows.are_crowded(tx, cells, opened.least))
    enough = {pair for pair, so in zip(asked, seen, strict=True) if so}
    for name in COUNTS if group is not Group.ALL else ():
        enough -= {(value, name) for value in beside(name, known, enough)}
    return [
        line(code, totals, {name for name in COUNTS if (code, name) in enough}, opened.least)
        for code, totals in known.items()
    ]


def beside(name: str, known: Mapping[str, Sums], enough: Set[tuple[str, str]]) -> list[str]:
    """Which further group is hidden, where one number alone is: the smallest of the others, for the total would tell
    the one."""
    hidden = [code for code in known if (code, name) not in enough]
    others = sorted((totals[name], code) for code, totals in known.items() if (code, name) in enough)
    return [code for _, code in others[:1]] if len(hidden) == 1 else []


def cell(group: Group, code: str, by: By, period: Period, topics: tuple[str, ...]) -> Crowd:
    """The messages behind one figure, of which the residents are counted."""
    of = (code,) if group is Group.TOPIC else topics
    return Crowd(of, code if group is Group.PLACE else "", by, period.since, period.until)


def line(code: str, totals: Sums, enough: set[str], least: int) -> GroupFigures:
    """The figures of one group; what too few residents stand behind is None."""
    first, final = "first" in enough, "final" in enough
    return GroupFigures(
        code,
        received=round_to_least(totals["received"], least) if "received" in enough else None,
        answered=round_to_least(totals["final"], least) if final else None,
        in_time=whole(in_time(totals)) if "due" in enough else None,
        first_mean=whole(mean(totals, "first")) if first else None,
        first_median=median(totals, "first") if first else None,
        final_mean=whole(mean(totals, "final")) if final else None,
        final_median=median(totals, "final") if final else None,
    )


def whole(value: float | None) -> int | None:
    """Rounded to a whole number; None stays None."""
    return None if value is None else round(value)
