"""A line as small as a word, for a cell of a table: the course of some weeks and where it stands now.

It has no axis and no figures of its own: the cell beside it has them. A gap stays a gap.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.charts.chart import Chart, Table, figure, label
from bot.charts.mark import Mark, circle, drawing, path
from bot.charts.numbers import MISSING, Figure, plain
from bot.charts.paint import PANEL, Look
from bot.charts.scale import Scale, known_values, runs


@dataclass(frozen=True, slots=True)
class Sparkline:
    """What the line shows; `labels` name its points for whoever cannot see it. Sizes in points."""

    title: str
    values: tuple[Figure, ...]
    labels: tuple[str, ...] = ()
    wide: float = 64
    high: float = 20


def sparkline(data: Sparkline, look: Look = PANEL) -> Chart:
    """The chart with its table of the same figures."""
    svg = drawing("sparkline", data.title, course_in_words(data), (data.wide, data.high), marks(data), look)
    names = data.labels or tuple(str(turn) for turn in range(1, len(data.values) + 1))
    rows = tuple((label(name), figure(value)) for name, value in zip(names, data.values, strict=True))
    return Chart(svg, Table(("неделя", "значение"), rows))


def course_in_words(data: Sparkline) -> str:
    """The course in a sentence: «От 60 до 95, последнее 95.»"""
    there = known_values(data.values)
    if not there:
        return f"{MISSING[:1].upper()}{MISSING[1:]}."
    return f"От {plain(min(there))} до {plain(max(there))}, последнее {plain(data.values[-1])}."


def marks(data: Sparkline) -> list[Mark]:
    """The drawing: a line that breaks where a value is missing, a dot at its end."""
    there = known_values(data.values)
    if not there:
        return []
    low, high = min(there), max(there)
    upright = Scale(low, high if high > low else low + 1, data.high - 3, 3)
    across = Scale(0, max(1, len(data.values) - 1), 2, data.wide - 4)
    found = [_run(run, data.values, upright, across) for run in runs(data.values)]
    last = data.values[-1]
    if last is not None:
        found.append(circle("dot", across.at(len(data.values) - 1), upright.at(last), 2.2))
    return found


def _run(run: list[int], values: tuple[Figure, ...], upright: Scale, across: Scale) -> Mark:
    """One unbroken stretch of the line."""
    points = [f"{across.at(place):.1f} {upright.at(values[place] or 0):.1f}" for place in run]
    if len(points) == 1:
        return circle("other", across.at(run[0]), upright.at(values[run[0]] or 0), 1.2)
    return path("spark", "M" + "L".join(points), 1.4)
