"""All that a report may say, as frozen figures; whoever fills it has the database, this room has none.

A figure that is missing is None, never 0. No field is for a resident's name or words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.charts.map import Map
from bot.charts.numbers import Figure
from states.statistics.summary import Measure, Summary


@dataclass(frozen=True, slots=True)
class Period:
    """Days from the first to the last, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the period beside the same day a period earlier."""

    day: date
    count: Measure


@dataclass(frozen=True, slots=True)
class Topic:
    """`rest` is «Всё остальное»: it is counted, but no headline is made of it."""

    name: str
    count: Measure
    rest: bool = False


@dataclass(frozen=True, slots=True)
class PlaceFigures:
    """`good` of `of` were in time. `name` is for the table («Копейский ГО»), `short` for a sentence («Копейск»)."""

    name: str
    short: str
    good: int
    of: int
    href: str = ""

    @property
    def share(self) -> Figure:
        """The share that was in time; None where none was due."""
        return self.good / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Task:
    """Something to decide this week, in one sentence."""

    words: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Detail:
    """A line below the tables: what it is about, and its figures in words, each with its list."""

    name: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Shares are between 0 and 1, `first_answer` is in working minutes. `link` is the whole address of this report.
    `over`: its period is, and `tasks` are what was left of it."""

    sender: str
    made: str
    period: Period
    before: Period
    received: Measure
    in_time: Measure
    first_answer: Measure
    unsolved: Measure
    days: tuple[Day, ...]
    topics: tuple[Topic, ...]
    worse: tuple[PlaceFigures, ...]
    better: tuple[PlaceFigures, ...]
    map: Map | None
    tasks: tuple[Task, ...]
    method: str
    link: str = ""
    summaries: tuple[Summary, ...] = ()
    more: tuple[Detail, ...] = ()
    over: bool = False
