"""Lines over days or months: the first solid, the others dashed, each named at its end.

No line crosses a gap: a day of which nothing is known is left open and named in the description.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.charts.chart import Chart, Table, figure, label
from bot.charts.letters import fit
from bot.charts.letters import room as room_of
from bot.charts.mark import Mark, circle, drawing, hit, line, link, path, text
from bot.charts.numbers import MISSING, Figure, plain
from bot.charts.paint import PANEL, Look
from bot.charts.scale import Scale, every, grid, known_values, labelled_places, runs

HEAD, FEET, SIDE = 12, 26, 48
KINDS = (("trend", 2.0, ""), ("past", 1.5, "5 3"), ("plan", 1.5, "2 3"))
"""Class, thickness and dashes of the first, second and third line: they differ without colour too."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line; a value of None is a gap in it."""

    name: str
    values: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """Up to three series of the same length as `labels`; `hrefs` is empty or says where each label leads."""

    title: str
    about: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    hrefs: tuple[str, ...] = ()
    head: str = "день"
    wide: float = 620
    high: float = 200

    def __post_init__(self) -> None:
        count = len(self.labels)
        if not 1 <= len(self.series) <= len(KINDS) or any(len(series.values) != count for series in self.series):
            raise ValueError("one to three series, each with a value or None for every label")
        if self.hrefs and len(self.hrefs) != count:
            raise ValueError("an address for each label, or none at all")


def lines(data: Lines, look: Look = PANEL) -> Chart:
    """Draws the lines, and gives the same figures as a table."""
    about = f"{data.about} {_unknown(data)}".strip()
    svg = drawing("lines", data.title, about, (data.wide, data.high), marks(data), look)
    rows = tuple(
        (label(name, _href(data, place)), *(figure(series.values[place]) for series in data.series))
        for place, name in enumerate(data.labels)
    )
    return Chart(svg, Table((data.head, *(series.name for series in data.series)), rows))


def _href(data: Lines, place: int) -> str:
    """The address of a place on the axis; "" without links."""
    return data.hrefs[place] if data.hrefs else ""


def _unknown(data: Lines) -> str:
    """The sentence which values are missing: «Нет данных: 3 ноября, 4 ноября.»; "" without any."""
    first = data.series[0].values
    names = [name for name, value in zip(data.labels, first, strict=True) if value is None]
    return f"Нет данных: {', '.join(names)}." if names else ""


def marks(data: Lines) -> list[Mark]:
    """The drawing: grid, lines with their names, days below."""
    values = known_values(value for series in data.series for value in series.values)
    low, high = min(0.0, *values, 0.0), max(values, default=0) or 1
    upright = Scale(low, high, data.high - FEET, HEAD)
    names = max(room_of(series.name, 12, True) for series in data.series)
    side = min(names + 12, data.wide / 4)
    across = Scale(0, max(1, len(data.labels) - 1), SIDE, data.wide - side)
    drawn = [mark for turn in reversed(range(len(data.series))) for mark in _series(data, turn, upright, across)]
    ground = line("axis", SIDE, upright.at(0), across.end, upright.at(0))
    return [
        *_grid(data, upright, across),
        ground,
        *_gaps(data, upright, across),
        *drawn,
        *_names(data, upright, across, side),
        *_days(data, across),
        *_hits(data, across),
    ]


def _grid(data: Lines, upright: Scale, across: Scale) -> list[Mark]:
    """Horizontal lines with their values."""
    found = []
    for value in grid(upright.high):
        y = upright.at(value)
        found.append(line("grid", SIDE, y, across.end, y))
        found.append(text("dim", SIDE - 8, y + 4, plain(value), anchor="end"))
    return found


def _series(data: Lines, turn: int, upright: Scale, across: Scale) -> list[Mark]:
    """One line; it breaks where a value is missing, a lone value is a dot."""
    kind, thick, dash = KINDS[turn]
    values = data.series[turn].values
    found: list[Mark] = []
    for run in runs(values):
        points = [f"{across.at(place):.1f} {upright.at(values[place] or 0):.1f}" for place in run]
        if len(points) > 1:
            found.append(path(kind, "M" + "L".join(points), thick, dash))
        else:
            found.append(circle("dot" if turn == 0 else "other", across.at(run[0]), upright.at(values[run[0]] or 0), 2))
    return found


def _gaps(data: Lines, upright: Scale, across: Scale) -> list[Mark]:
    """The words «нет данных» once, in the widest gap of the first series that has room for it."""
    values: Sequence[Figure] = data.series[0].values
    widest = max(runs([0.0 if value is None else None for value in values]), key=len, default=[])
    if not widest:
        return []
    each = across.at(1) - across.at(0)
    left, right = across.at(widest[0]) - each / 2, across.at(widest[-1]) + each / 2
    dashed = line("gap", left, upright.at(0) - 3, right, upright.at(0) - 3, 1.5, "2 2")
    if right - left < room_of(MISSING):
        return [dashed]
    return [dashed, text("dim", (left + right) / 2, upright.at(0) - 9, MISSING, anchor="middle")]


def _names(data: Lines, upright: Scale, across: Scale, side: float) -> list[Mark]:
    """The name of each line beside its last known point, pushed down where two would touch."""
    ends = []
    for series in data.series:
        there = known_values(series.values)
        ends.append((upright.at(there[-1]) if there else upright.start, series.name))
    found, lowest = [], 0.0
    for turn in sorted(range(len(ends)), key=lambda turn: (ends[turn][0], turn)):
        y = max(ends[turn][0] + 4, lowest)
        lowest = y + 15
        kind = "word" if turn == 0 else "dim"
        found.append(text(kind, across.end + 8, y, fit(ends[turn][1], side - 10), bold=turn == 0))
    return found


def _days(data: Lines, across: Scale) -> list[Mark]:
    """The labels below, as many as have room."""
    each = every(data.labels, across.at(1) - across.at(0))
    y = data.high - 6
    return [
        text("dim", across.at(place), y, data.labels[place], anchor="middle")
        for place in labelled_places(len(data.labels), each)
    ]


def _hits(data: Lines, across: Scale) -> list[Mark]:
    """An invisible link over each day, as wide as the day."""
    each = across.at(1) - across.at(0)
    found = []
    for place, href in enumerate(data.hrefs):
        if href:
            told = ", ".join(f"{series.name}: {plain(series.values[place])}" for series in data.series)
            area = hit(across.at(place) - each / 2, HEAD, each, data.high - HEAD)
            found.append(link(href, f"{data.labels[place]}: {told}", [area], tip=True))
    return found
