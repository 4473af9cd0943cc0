"""A report in a few lines, for where no picture can be made: the sentence on top and the four numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from bot.charts.numbers import Figure, duration, number, percent
from features.statistics.report.figures import Report
from features.statistics.report.headline import headline
from states.statistics.summary import Measure


def in_words(report: Report) -> str:
    """The sentence on top, an empty line, then a line for each of the four numbers."""
    return "\n".join((headline(report).whole, "", *_numbers(report)))


def _numbers(report: Report) -> Iterator[str]:
    """The four figures, a line each."""
    known: tuple[tuple[str, Measure, Callable[[Figure], str]], ...] = (
        ("Поступило", report.received, number),
        ("Ответили в срок", report.in_time, percent),
        ("Первый ответ, медиана около", report.first_answer, duration),
        ("«Не решено»", report.unsolved, percent),
    )
    for name, measure, told in known:
        was = f", было {told(measure.was)}" if measure.was is not None else ""
        yield f"{name}: {told(measure.now)}{was}"
