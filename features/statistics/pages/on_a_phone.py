"""The report of one week or month for a telephone: the figures of the drawing as words in one column, first what to
decide. It must never say more than the drawing does, nor another figure.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.charts.bars import bars
from bot.charts.map import chart_map
from bot.charts.numbers import Figure, duration, number, percent, signed_number
from features.statistics.report.figures import PlaceFigures, Report, Task
from features.statistics.report.headline import headline
from features.statistics.report.page import COLOURS, days_of
from features.statistics.report.period import difference, tasks_for
from states.statistics.summary import Measure, SummaryFigure

TOPICS, PLACES, TASKS = 8, 4, 3
CODE_BESIDE = ": код справа."
"""Said of the drawing alone."""


@dataclass(frozen=True, slots=True)
class PhoneFigure:
    """One of the numbers on top: `was` in words, `verdict` and its colour where the change is beyond chance."""

    name: str
    now: str
    href: str
    was: str
    verdict: str = ""
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A topic: `part` of the greatest one in per cent, `change` against the period before."""

    name: str
    now: str
    href: str
    part: float
    change: str


@dataclass(frozen=True, slots=True)
class OnPhone:
    """What the page for a telephone shows: text, SVG of the charts, and (title, figures) of each feature's summary."""

    sender: str
    made: str
    strong: str
    rest: str
    cells: tuple[PhoneFigure, ...]
    tasks_title: str
    tasks: tuple[Task, ...]
    topics_title: str
    topics: tuple[Bar, ...]
    days: str
    map: str
    worse: tuple[tuple[PlaceFigures, str], ...]
    better: tuple[tuple[PlaceFigures, str], ...]
    summaries: tuple[tuple[str, tuple[PhoneFigure, ...]], ...]
    method: str


def on_phone(report: Report) -> OnPhone:
    """The report's figures as text and small charts, with fewer tasks, topics and places than the A4 page."""
    told = headline(report)
    small = replace(report.map, name="phone-map", wide=320, legend=False) if report.map is not None else None
    return OnPhone(
        report.sender,
        report.made,
        told.strong,
        told.rest,
        (
            received_cell(report.received),
            cell("Ответили в срок", report.in_time, percent),
            cell("Первый ответ", report.first_answer, duration),
            cell("«Не решено»", report.unsolved, percent),
        ),
        tasks_for(report.period, report.over),
        report.tasks[:TASKS],
        difference(report.period),
        topics_of(report),
        bars(replace(days_of(report), wide=350)).svg,
        chart_map(small).svg if small is not None else "",
        tuple((place, share_of(place)) for place in report.worse[:PLACES]),
        tuple((place, share_of(place)) for place in report.better[:PLACES]),
        tuple((summary.title, tuple(map(summary_cell, summary.figures))) for summary in report.summaries),
        report.method.removesuffix(CODE_BESIDE) + "." * report.method.endswith(CODE_BESIDE),
    )


def received_cell(measure: Measure) -> PhoneFigure:
    """How many messages were received, and beside it how many a period earlier with the difference."""
    now, was = measure.now, measure.was
    more = f", {signed_number(now - was)}" if now is not None and was is not None else ""
    return PhoneFigure("Поступило", number(now), measure.href, f"было {number(was)}{more}" if was is not None else "")


def cell(name: str, measure: Measure, words: Callable[[Figure], str]) -> PhoneFigure:
    """One figure with what it was before and whether it is better."""
    was = f"было {words(measure.was)}" if measure.was is not None else "сравнить не с чем"
    found = measure.verdict
    if found is None:
        return PhoneFigure(name, words(measure.now), measure.href, was)
    return PhoneFigure(name, words(measure.now), measure.href, f"{was},", found.value, COLOURS.get(found, ""))


def summary_cell(told: SummaryFigure) -> PhoneFigure:
    """A feature's figure. Beside it stands its own remark, else the difference to a period earlier; never of a
    share."""
    now, was = told.measure.now, told.measure.was
    change = signed_number(now - was) if now is not None and was is not None and not told.share else ""
    return PhoneFigure(told.name, (percent if told.share else number)(now), told.measure.href, told.beside or change)


def topics_of(report: Report) -> tuple[Bar, ...]:
    """The first topics as bars, each long in per cent of the largest one."""
    most = max((topic.count.now or 0 for topic in report.topics), default=0) or 1
    found = []
    for topic in report.topics[:TOPICS]:
        now, was = topic.count.now, topic.count.was
        change = signed_number(now - was) if now is not None and was is not None else "—"
        found.append(Bar(topic.name, number(now), topic.count.href, round(100 * (now or 0) / most, 1), change))
    return tuple(found)


def share_of(place: PlaceFigures) -> str:
    """The share in time in per cent with one decimal; a dash where nothing was due."""
    return number(place.share * 100, 1) if place.share is not None else number(None)
