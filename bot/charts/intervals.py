"""Shares with their 95 % intervals on one axis, and the region's line through all rows; also one row alone.

A row with too few messages gets no interval: it says how many of how many, and is never ranked.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from bot.charts.chart import Cell, Chart, Table, figure, label
from bot.charts.letters import fit, room
from bot.charts.mark import Mark, adding, circle, drawing, line, link, text
from bot.charts.numbers import MISSING, number, percent, plain
from bot.charts.paint import PANEL, Look
from bot.charts.scale import Scale
from states.statistics.wilson import Interval, wilson

ROW, HEAD, NAMES, FIGURES = 30, 28, 190, 70


class Standing(Enum):
    """Beside the region: only where the whole interval lies on one side."""

    WORSE = "хуже среднего"
    SAME = "как в среднем"
    BETTER = "лучше среднего"
    FEW = "мало"


PAINT = {Standing.WORSE: "-bad", Standing.SAME: "", Standing.BETTER: "-good", Standing.FEW: ""}


@dataclass(frozen=True, slots=True)
class IntervalRow:
    """`good` of `of`: what was done in time of what was due."""

    name: str
    good: int
    of: int
    href: str = ""

    @property
    def share(self) -> float | None:
        """The share of good ones; None of nothing."""
        return self.good / self.of if self.of else None

    @property
    def interval(self) -> Interval | None:
        """The 95 % interval of the share; None of nothing."""
        return wilson(self.good, self.of)


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to 100 %, with the region's share; fewer than `least` are not compared."""

    region: float
    low: float = 0.75
    least: int = 100
    wide: float = 120

    def __post_init__(self) -> None:
        if not 0 <= self.low < 1 or not 0 <= self.region <= 1:
            raise ValueError("an axis of shares lies between 0 and 1")


@dataclass(frozen=True, slots=True)
class Intervals:
    """What the chart shows; all rows share the axis."""

    title: str
    about: str
    rows: tuple[IntervalRow, ...]
    axis: Axis
    wide: float = 620


def standing(row: IntervalRow, axis: Axis) -> Standing:
    """How the row stands to the region: clearly better or worse, the same, or too few to say."""
    span = row.interval
    if span is None or row.of < axis.least:
        return Standing.FEW
    if span.high < axis.region:
        return Standing.WORSE
    return Standing.BETTER if span.low > axis.region else Standing.SAME


def axis_for(rows: tuple[IntervalRow, ...], region: float, least: int = 100) -> Axis:
    """An axis that begins at the five per cent below the lowest interval of those that are compared."""
    lows = [span.low for row in rows if row.of >= least and (span := row.interval)]
    low = int(min([*lows, region]) * 20) / 20
    return Axis(region, min(low, 0.95), least)


def intervals(data: Intervals, look: Look = PANEL) -> Chart:
    """The chart with its table of the same figures."""
    high = HEAD + ROW * len(data.rows) + 6
    svg = drawing("intervals", data.title, data.about, (data.wide, high), marks(data), look)
    heads = ("где", "доля", "от", "до", "в срок", "из", "рядом со средним")
    return Chart(svg, Table(heads, tuple(_cells(row, data.axis) for row in data.rows)))


def cell(row: IntervalRow, axis: Axis, high: float = ROW, look: Look = PANEL) -> str:
    """One row as a picture for a cell of a table; the region's line meets that of the next row."""
    place = Scale(axis.low, 1, 6, axis.wide - 6)
    few = standing(row, axis) is Standing.FEW
    inside = [*([] if few else [_region(place, axis, 0, high)]), *_span(row, axis, place, high / 2)]
    return drawing("interval", row.name, row_in_words(row, axis), (axis.wide, high), inside, look)


def cell_of_region(axis: Axis, name: str = "Все места", high: float = ROW, look: Look = PANEL) -> str:
    """The cell for the region's own row above the others: where the axis begins and ends, and the region's share on
    it."""
    place = Scale(axis.low, 1, 6, axis.wide - 6)
    middle, share = place.at(axis.region), number(axis.region * 100, 1)
    half = room(share, 12, True) / 2
    found = [text("label", middle, high / 2 + 4, share, 12, True, "middle")]
    if middle - half > room(number(axis.low * 100)) + 2:
        found.append(text("dim", 0, high / 2 + 4, number(axis.low * 100)))
    if middle + half < axis.wide - room("100") - 2:
        found.append(text("dim", axis.wide, high / 2 + 4, "100", anchor="end"))
    about = f"Ось от {percent(axis.low, 0)} до 100\u00a0%, среднее {percent(axis.region)}."
    return drawing("interval", name, about, (axis.wide, high), found, look)


def row_in_words(row: IntervalRow, axis: Axis) -> str:
    """The row in words: «81,3 % от 78,6 % до 83,7 %, 700 из 861, хуже среднего»."""
    if row.share is None:
        return MISSING
    counts = f"{plain(row.good)} из {plain(row.of)}"
    told = standing(row, axis)
    span = row.interval
    if told is Standing.FEW or span is None:
        return f"{counts}, {told.value}"
    return f"{percent(row.share)} от {percent(span.low)} до {percent(span.high)}, {counts}, {told.value}"


def _cells(row: IntervalRow, axis: Axis) -> tuple[Cell, ...]:
    """The row as cells of the table."""
    span = row.interval
    edges = (span.low, span.high) if span else (None, None)
    shares = [figure(share, percent(share)) for share in (row.share, *edges)]
    counts = (figure(row.good), figure(row.of, "", row.href))
    return (label(row.name, row.href), *shares, *counts, label(standing(row, axis).value))


def marks(data: Intervals) -> list[Mark]:
    """The drawing: the head and all rows."""
    place = Scale(data.axis.low, 1, NAMES + 8, data.wide - FIGURES)
    rows = [_row(row, data, place, HEAD + ROW * turn) for turn, row in enumerate(data.rows)]
    return [*_head(data.axis, place), *rows]


def _head(axis: Axis, place: Scale) -> list[Mark]:
    """The axis' ends and the region; an end that the region would touch is left out."""
    region = place.at(axis.region)
    told = text("label", region, HEAD - 10, f"среднее {number(axis.region * 100, 1)}", bold=True, anchor="middle")
    free = [value for value in (axis.low, 1.0) if abs(place.at(value) - region) > 75]
    ends = [text("dim", place.at(value), HEAD - 10, percent(value, 0), anchor="middle") for value in free]
    return [told, *ends]


def _row(row: IntervalRow, data: Intervals, place: Scale, y: float) -> Mark:
    """One row: name, interval and share, as a link."""
    middle = y + ROW / 2
    few = standing(row, data.axis) is Standing.FEW
    figures = "мало" if few and row.of else percent(row.share)
    drawn = [
        line("grid", 0, y, data.wide, y),
        *([] if few else [_region(place, data.axis, y, y + ROW)]),
        text("label", 0, middle + 4, fit(row.name, NAMES - 8, 13), 13),
        *_span(row, data.axis, place, middle),
        text("dim" if few else "value", data.wide, middle + 4, figures, 13, not few, "end"),
    ]
    return link(row.href, f"{row.name}: {row_in_words(row, data.axis)}", drawn)


def _span(row: IntervalRow, axis: Axis, place: Scale, y: float) -> list[Mark]:
    """The interval with its dot; the counts in words where they are too few."""
    told, span = standing(row, axis), row.interval
    if told is Standing.FEW or span is None or row.share is None:
        words = f"{plain(row.good)} из {plain(row.of)}" if row.of else MISSING
        return [text("dim", place.start, y + 4, words)]
    left, right = (place.at(max(axis.low, edge)) for edge in (span.low, span.high))
    solid = line(f"span{PAINT[told]}", left, y, right, y, 3)
    soft = adding(solid, {"stroke-opacity": 0.5, "stroke-linecap": "round"})
    if row.share < axis.low:
        return [soft]
    return [soft, circle(f"dot{PAINT[told]}", place.at(row.share), y, 4)]


def _region(place: Scale, axis: Axis, top: float, foot: float) -> Mark:
    """The dashed line of the region within one row."""
    x = place.at(max(axis.low, axis.region))
    return line("region", x, top, x, foot, 1.5, "2 2")
