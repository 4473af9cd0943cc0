"""The table of «Отчёты»: daily sums by one group with a total; each number is a link to its list.

An outcome stands in a column of its own (R57), first and final answers have their own times (R53).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from bot.charts.numbers import MISSING, number
from bot.web.asked import link
from bot.web.site import Site
from bot.web.views.week import hours, said
from handlers.text.words import WEEKDAYS, date_words
from handlers.views.filter_words import agency_words
from handlers.views.titles import door_title, place_title, topic_title
from states.lifecycle.counted import Outcome
from states.people.viewers import Section
from states.statistics.filter import NONE, By, Filter
from storage.db.transaction import Transaction
from storage.ops import sums
from storage.ops.measured import mean, median, rated, stars
from storage.ops.sums import Sums


class Group(StrEnum):
    DAY = "day"
    AGENCY = "agency"
    PLACE = "place"
    TOPIC = "topic"
    DOOR = "door"


NAMES = {
    Group.DAY: "по дням",
    Group.AGENCY: "по ведомствам",
    Group.PLACE: "по муниципалитетам",
    Group.TOPIC: "по темам",
    Group.DOOR: "по ссылкам",
}
FIRST = {
    Group.DAY: "День",
    Group.AGENCY: "Ведомство",
    Group.PLACE: "Муниципалитет",
    Group.TOPIC: "Тема",
    Group.DOOR: "Ссылка",
}
FIELDS = {Group.AGENCY: "agencies", Group.PLACE: "places", Group.TOPIC: "topics", Group.DOOR: "doors"}


@dataclass(frozen=True, slots=True)
class Column:
    """A count of the sums, its name, and what its list is asked for besides the group and the days."""

    name: str
    count: str
    which: Filter


COLUMNS = (
    Column("поступило", "received", Filter()),
    Column("повторов", "repeats", Filter(repeat=True)),
    Column("первых ответов", "first", Filter(by=By.FIRST)),
    Column("окончательных ответов", "final", Filter(by=By.FINAL)),
    Column("из них позже срока", "final_late", Filter(by=By.FINAL, late=True)),
    Column("вернули", "returned", Filter(by=By.RETURNED)),
    Column("«не решено»", "reopened", Filter(by=By.REOPENED)),
    Column("решено", "solved", Filter(by=By.ENDED, outcomes=(Outcome.SOLVED,))),
    Column("разъяснено", "explained", Filter(by=By.ENDED, outcomes=(Outcome.EXPLAINED,))),
    Column("отклонено", "declined", Filter(by=By.ENDED, outcomes=(Outcome.DECLINED,))),
    Column("отвечают другие", "outside", Filter(by=By.ENDED, outcomes=(Outcome.OUTSIDE,))),
    Column("отозвано", "withdrawn", Filter(by=By.ENDED, outcomes=(Outcome.WITHDRAWN,))),
    Column("закрыто без ответа", "unanswered", Filter(by=By.ENDED, outcomes=(Outcome.UNANSWERED,))),
)
TIMES = (
    ("первый ответ, рабочих минут: среднее", "first", False),
    ("первый ответ: медиана, около", "first", True),
    ("окончательный ответ: среднее", "final", False),
    ("окончательный ответ: медиана, около", "final", True),
)


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    sums: Sums
    wanted: Filter


@dataclass(frozen=True, slots=True)
class Shown:
    """`counts`: words and address; `times`: four of «ч:мин»."""

    name: str
    counts: list[tuple[str, str]]
    times: list[str]
    stars: str


async def lines(tx: Transaction, site: Site, wanted: Filter, by: Group) -> list[Line]:
    """The total first; then days in their order, everything else by number, the most first."""
    found = await sums.grouped(tx, wanted, [by.value])
    made = [Line(name_of(site, by, key), one, narrowed(wanted, by, key)) for (key,), one in found.items()]
    made.sort(key=lambda one: (one.wanted.since or date.min, -one.sums["received"], one.name))
    return [Line("Всего", sums.together(found.values()), wanted), *made]


def narrowed(wanted: Filter, by: Group, key: Any) -> Filter:
    if by is Group.DAY:
        return replace(wanted, since=key, until=key)
    return replace(wanted, **{FIELDS[by]: (key or NONE,)})  # type: ignore[arg-type]


def name_of(site: Site, by: Group, key: Any) -> str:
    directory = site.directory()
    match by:
        case Group.DAY:
            return f"{WEEKDAYS[key.weekday()]}, {date_words(key)} {key.year}"
        case Group.AGENCY:
            return agency_words(directory, key)
        case Group.PLACE:
            return place_title(directory, key) or key or "Место не указано"
        case Group.TOPIC:
            return topic_title(directory, key) if key else "Без темы"
        case Group.DOOR:
            return door_title(directory, key) if key else "Без ссылки"


def shown(one: Line) -> Shown:
    counts = [(number(one.sums[column.count]), link(Section.QUEUE, of(one.wanted, column))) for column in COLUMNS]
    times = [hours(round(value)) if value is not None else MISSING for value in _times(one.sums)]
    grade = stars(one.sums)
    return Shown(
        one.name, counts, times, f"{said(grade, 'share')} ({number(rated(one.sums))})" if grade else "нет оценок"
    )


def of(wanted: Filter, column: Column) -> Filter:
    which = column.which
    return replace(wanted, by=which.by, late=which.late, repeat=which.repeat, outcomes=which.outcomes)


def _times(one: Sums) -> list[float | None]:
    return [median(one, kind) if middle else mean(one, kind) for _, kind, middle in TIMES]


HEADS = (*(one.name for one in COLUMNS), *(name for name, _, _ in TIMES), "оценок", "оценка")


def plain(some: Iterable[Line]) -> list[list[str | int | float]]:
    """For a file: numbers as numbers, what is not known as an empty cell."""
    return [_plain(one) for one in some]


def _plain(one: Line) -> list[str | int | float]:
    times: list[str | int | float] = ["" if value is None else round(value, 1) for value in _times(one.sums)]
    grade = stars(one.sums)
    counts = [one.sums[column.count] for column in COLUMNS]
    return [one.name, *counts, *times, rated(one.sums), "" if grade is None else round(grade, 2)]
