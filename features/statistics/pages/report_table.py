"""The table of «Отчёты»: daily sums by one group with a total; each number is a link to its list.

An outcome stands in a column of its own (R57), first and final answers have their own times (R53).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from bot.charts.numbers import MISSING, number
from bot.web.asked import link
from bot.web.site import Site
from bot.web.views.week import hours, value_in_words
from handlers.text.words import WEEKDAYS, date_words
from handlers.views.filter_words import agency_words
from handlers.views.titles import door_title, place_title, topic_title
from states.lifecycle.counted import Outcome
from states.people.viewers import Section
from states.statistics.filter import NONE, By, Filter, TermOutcome
from storage.db.transaction import Transaction
from storage.ops import sums
from storage.ops.measured import in_time, mean, median, ratings_count, stars, without_answer
from storage.ops.sums import Sums


class ReportGroup(StrEnum):
    """By what «Отчёты» are summed. The value stands in the page's address."""

    DAY = "day"
    AGENCY = "agency"
    PLACE = "place"
    TOPIC = "topic"
    DOOR = "door"


NAMES = {
    ReportGroup.DAY: "по дням",
    ReportGroup.AGENCY: "по ведомствам",
    ReportGroup.PLACE: "по муниципалитетам",
    ReportGroup.TOPIC: "по темам",
    ReportGroup.DOOR: "по ссылкам",
}
FIRST = {
    ReportGroup.DAY: "День",
    ReportGroup.AGENCY: "Ведомство",
    ReportGroup.PLACE: "Муниципалитет",
    ReportGroup.TOPIC: "Тема",
    ReportGroup.DOOR: "Ссылка",
}
FIELDS = {
    ReportGroup.AGENCY: "agencies",
    ReportGroup.PLACE: "places",
    ReportGroup.TOPIC: "topics",
    ReportGroup.DOOR: "doors",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A count of the sums, its name, and what its list is asked for besides the group and the days. `judged`: it is of
    the messages whose term fell in these days."""

    name: str
    count: Callable[[Sums], int]
    which: Filter
    judged: bool = False


def sum_of(name: str) -> Callable[[Sums], int]:
    """A function that takes the sum with this name out of a line's sums."""
    return lambda sums: sums[name]


TERMS = ("срок наступил", "ответили в срок", "ответили позже срока", "без ответа после срока")


COLUMNS = (
    Column("поступило", sum_of("received"), Filter()),
    Column("повторов", sum_of("repeats"), Filter(repeat=True)),
    Column("первых ответов", sum_of("first"), Filter(by=By.FIRST)),
    Column("окончательных ответов", sum_of("final"), Filter(by=By.FINAL)),
    Column(TERMS[0], sum_of("due"), Filter(), judged=True),
    Column(TERMS[1], sum_of("kept"), Filter(terms=(TermOutcome.KEPT,)), judged=True),
    Column(TERMS[2], sum_of("late"), Filter(terms=(TermOutcome.LATE,)), judged=True),
    Column(TERMS[3], without_answer, Filter(terms=(TermOutcome.WAITING,)), judged=True),
    Column("вернули", sum_of("returned"), Filter(by=By.RETURNED)),
    Column("«не решено»", sum_of("reopened"), Filter(by=By.REOPENED)),
    Column("решено", sum_of("solved"), Filter(by=By.ENDED, outcomes=(Outcome.SOLVED,))),
    Column("разъяснено", sum_of("explained"), Filter(by=By.ENDED, outcomes=(Outcome.EXPLAINED,))),
    Column("отклонено", sum_of("declined"), Filter(by=By.ENDED, outcomes=(Outcome.DECLINED,))),
    Column("отвечают другие", sum_of("outside"), Filter(by=By.ENDED, outcomes=(Outcome.OUTSIDE,))),
    Column("отозвано", sum_of("withdrawn"), Filter(by=By.ENDED, outcomes=(Outcome.WITHDRAWN,))),
    Column("закрыто без ответа", sum_of("unanswered"), Filter(by=By.ENDED, outcomes=(Outcome.UNANSWERED,))),
)
TIMES = (
    ("первый ответ, рабочих минут: среднее", "first", False),
    ("первый ответ: медиана, около", "first", True),
    ("окончательный ответ: среднее", "final", False),
    ("окончательный ответ: медиана, около", "final", True),
)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One line before it is text: its sums, and the filter whose list shows the messages behind them."""

    name: str
    sums: Sums
    wanted: Filter


@dataclass(frozen=True, slots=True)
class ReportRow:
    """`counts`: words and address; `kept`: in time, in per cent; `times`: four of «ч:мин»."""

    name: str
    counts: list[tuple[str, str]]
    kept: str
    times: list[str]
    stars: str


async def lines(tx: Transaction, site: Site, wanted: Filter, by: ReportGroup, today: date) -> list[ReportLine]:
    """The total first; then days in their order, everything else by number, the most first."""
    found = await sums.sums_by(tx, wanted, [by.value], today)
    made = [ReportLine(name_of(site, by, key), group, narrow(wanted, by, key)) for (key,), group in found.items()]
    made.sort(key=lambda line: (line.wanted.since or date.min, -line.sums["received"], line.name))
    return [ReportLine("Всего", sums.together(found.values()), wanted), *made]


def narrow(wanted: Filter, by: ReportGroup, key: Any) -> Filter:
    """The filter of one line."""
    if by is ReportGroup.DAY:
        return replace(wanted, since=key, until=key)
    return replace(wanted, **{FIELDS[by]: (key or NONE,)})  # type: ignore[arg-type]


def name_of(site: Site, by: ReportGroup, key: Any) -> str:
    """The name that people read for a key of this grouping; a sentence of its own where the key is empty."""
    directory = site.directory()
    match by:
        case ReportGroup.DAY:
            return f"{WEEKDAYS[key.weekday()]}, {date_words(key)} {key.year}"
        case ReportGroup.AGENCY:
            return agency_words(directory, key)
        case ReportGroup.PLACE:
            return place_title(directory, key) or key or "Место не указано"
        case ReportGroup.TOPIC:
            return topic_title(directory, key) if key else "Без темы"
        case ReportGroup.DOOR:
            return door_title(directory, key) if key else "Без ссылки"


def row_view(line: ReportLine, today: date) -> ReportRow:
    """The line as text, each count with the address of its list, times in working hours."""
    counts = [
        (number(column.count(line.sums)), link(Section.QUEUE, of(line.wanted, column, today))) for column in COLUMNS
    ]
    times = [hours(round(value)) if value is not None else MISSING for value in _times(line.sums)]
    grade = stars(line.sums)
    return ReportRow(
        line.name,
        counts,
        value_in_words(in_time(line.sums), "share"),
        times,
        f"{value_in_words(grade, 'share')} ({number(ratings_count(line.sums))})" if grade else "нет оценок",
    )


def of(wanted: Filter, column: Column, today: date) -> Filter:
    """The filter of the messages that are counted in this column."""
    which = column.which
    if column.judged:
        return wanted.by_term(today, *which.terms)
    return replace(wanted, by=which.by, repeat=which.repeat, outcomes=which.outcomes)


def _times(line: Sums) -> list[float | None]:
    """The times of a line in working minutes."""
    return [median(line, kind) if middle else mean(line, kind) for _, kind, middle in TIMES]


HEADS = (*(column.name for column in COLUMNS), "в срок, %", *(name for name, _, _ in TIMES), "оценок", "оценка")


def plain(some: Iterable[ReportLine]) -> list[list[str | int | float]]:
    """The lines for a file: numbers as numbers, what is not known as an empty cell."""
    return [_plain(line) for line in some]


def _plain(line: ReportLine) -> list[str | int | float]:
    """One line as numbers of a file."""
    times: list[str | int | float] = ["" if value is None else round(value, 1) for value in _times(line.sums)]
    grade = stars(line.sums)
    counts = [column.count(line.sums) for column in COLUMNS]
    kept = in_time(line.sums)
    return [
        line.name,
        *counts,
        "" if kept is None else round(kept, 1),
        *times,
        ratings_count(line.sums),
        "" if grade is None else round(grade, 2),
    ]
