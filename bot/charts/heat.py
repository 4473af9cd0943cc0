"""Weekday and hour: how much came when, in five shades, each cell a link. «Nobody knows» is not «nobody came».

On a phone it stands upright, hours downwards, so that a finger finds a cell.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.charts.chart import Chart, Table, figure, label
from bot.charts.letters import room
from bot.charts.mark import Mark, adding, drawing, line, link, rect, text
from bot.charts.numbers import MISSING, WEEKDAYS, Figure, bar_value, plain
from bot.charts.paint import PANEL, Look
from bot.charts.scale import known_values

DAYS, HOURS, SHADES = 7, 24, 5
SIDE, HEAD, LEGEND = 30, 20, 34


@dataclass(frozen=True, slots=True)
class Heat:
    """Seven rows of twenty-four counts, Monday first; `hrefs` is empty or of the same shape."""

    title: str
    about: str
    counts: tuple[tuple[Figure, ...], ...]
    hrefs: tuple[tuple[str, ...], ...] = ()
    upright: bool = False
    wide: float = 620

    def __post_init__(self) -> None:
        for rows in (self.counts, self.hrefs) if self.hrefs else (self.counts,):
            if len(rows) != DAYS or any(len(row) != HOURS for row in rows):
                raise ValueError("seven days of twenty-four hours")


def heat(data: Heat, look: Look = PANEL) -> Chart:
    """The chart with its table of the same figures."""
    svg = drawing("heat", data.title, data.about, (data.wide, _high(data)), marks(data), look)
    rows = tuple(
        (label(WEEKDAYS[day]), *(figure(data.counts[day][hour], "", _href(data, day, hour)) for hour in range(HOURS)))
        for day in range(DAYS)
    )
    return Chart(svg, Table(("день", *(str(hour) for hour in range(HOURS))), rows))


def _href(data: Heat, day: int, hour: int) -> str:
    """The address of a cell; "" without links."""
    return data.hrefs[day][hour] if data.hrefs else ""


def _high(data: Heat) -> float:
    """The height of the drawing."""
    return HEAD + LEGEND + (HOURS * 24 + 20 if data.upright else DAYS * 26)


def marks(data: Heat) -> list[Mark]:
    """The drawing: axis labels, cells and the legend."""
    top = _shade_width(data)
    cells = [_cell(data, day, hour, top) for day in range(DAYS) for hour in range(HOURS)]
    return [*_axis_labels(data), *cells, *_legend(data, top)]


def _shade_width(data: Heat) -> int:
    """How many counts make one shade: five shades hold the greatest."""
    values = [bar_value(value) for row in data.counts for value in known_values(row)]
    return max(1, math.ceil(max(values, default=0) / SHADES))


def shade(count: float, each: int) -> str:
    """The colour of a count: five shades of `each` messages, one of its own for zero."""
    return "zero" if count == 0 else f"area-{min(SHADES, math.ceil(count / each))}"


def _place(data: Heat, day: int, hour: int) -> tuple[float, float, float, float]:
    """Left, top, width and height of a cell."""
    if data.upright:
        wide = (data.wide - SIDE) / DAYS
        return SIDE + wide * day, HEAD + 24.0 * hour, wide, 24
    wide = (data.wide - SIDE) / HOURS
    return SIDE + wide * hour, HEAD + 26.0 * day, wide, 26


def _cell(data: Heat, day: int, hour: int, each: int) -> Mark:
    """One cell as a link; a dash where nobody knows the count."""
    x, y, wide, high = _place(data, day, hour)
    count = data.counts[day][hour]
    if count is None:
        drawn = line("gap", x + wide / 3, y + high / 2, x + wide * 2 / 3, y + high / 2, 1.5, "2 2")
    else:
        drawn = _tile(shade(count, each), x + 1, y + 1, wide - 2, high - 2)
    name = f"{WEEKDAYS[day]}, {hour}–{hour + 1} ч: {plain(count)}"
    return link(_href(data, day, hour), name, [drawn], tip=True)


def _tile(kind: str, x: float, y: float, wide: float, high: float) -> Mark:
    """A rectangle without the border that the same class has on a map."""
    return adding(rect(kind, x, y, wide, high, 3), {"stroke-width": 0})


def _axis_labels(data: Heat) -> list[Mark]:
    """The labels of both axes: every weekday, and the hours (on a wide chart every third)."""
    found = []
    for day in range(DAYS):
        x, y, wide, high = _place(data, day, 0)
        found.append(_name("label", data.upright, x + wide / 2, y + high / 2, WEEKDAYS[day]))
    for hour in range(0, HOURS, 1 if data.upright else 3):
        x, y, wide, high = _place(data, 0, hour)
        found.append(_name("dim", not data.upright, x + wide / 2, y + high / 2, str(hour)))
    return found


def _name(kind: str, above: bool, x: float, y: float, words: str) -> Mark:
    """Above its column or beside its row."""
    if above:
        return text(kind, x, HEAD - 7, words, anchor="middle")
    return text(kind, SIDE - 9, y + 4, words, anchor="end")


def _legend(data: Heat, each: int) -> list[Mark]:
    """The legend, in two lines where one is too short."""
    shades = _shades(data, each)
    lines = [shades[:-3], shades[-3:]] if data.upright else [shades]
    y = _high(data) - 8 - 20 * (len(lines) - 1)
    return [mark for turn, shades_line in enumerate(lines) for mark in _legend_line(shades_line, y + 20 * turn)]


def _legend_line(shades: list[tuple[str, str]], y: float) -> list[Mark]:
    x = float(SIDE)
    found: list[Mark] = []
    for kind, words in shades:
        drawn = line("gap", x, y - 4, x + 12, y - 4, 1.5, "2 2") if kind == "gap" else _tile(kind, x, y - 10, 12, 12)
        found += [drawn, text("dim", x + 18, y, words)]
        x += 18 + room(words) + 11
    return found


def _shades(data: Heat, each: int) -> list[tuple[str, str]]:
    """The shades with what they stand for; where nothing is unknown its mark is not explained."""
    unknown = any(value is None for row in data.counts for value in row)
    found = [("gap", MISSING)] if unknown else []
    found.append(("zero", "0"))
    for turn in range(SHADES):
        first, last = each * turn + 1, each * (turn + 1)
        found.append((f"area-{turn + 1}", plain(first) if first == last else f"{plain(first)}–{plain(last)}"))
    return found
