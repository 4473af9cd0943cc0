"""Columns of two parts, one on the other, with the plan as a dashed line: a year of official pages.

A month of which nothing is known is a gap; the plan's line is drawn through known points that stand side by side only.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.charts.chart import Chart, Table, figure, label
from bot.charts.letters import room as room_of
from bot.charts.mark import Mark, centred_text, drawing, group, hit, line, link, path, rect, text, upward
from bot.charts.numbers import MISSING, Figure, bar_value, plain
from bot.charts.paint import PANEL, Look
from bot.charts.scale import Scale, every, grid, known_values, labelled_places, runs, upright

HEAD, FEET, LEGEND, SIDE = 22, 40, 26, 52


@dataclass(frozen=True, slots=True)
class Column:
    """`first` stands below, `rest` on it. Where one of them is not known the whole is not known."""

    name: str
    first: Figure
    rest: Figure
    plan: Figure = None
    below: str = ""
    full: str = ""
    href: str = ""

    @property
    def whole(self) -> Figure:
        """The sum of both parts; None where one of them is not known."""
        return None if self.first is None or self.rest is None else self.first + self.rest

    @property
    def label_on_screen(self) -> str:
        """Both lines of the label in one, for whoever hears it instead of seeing it."""
        return f"{self.name} {self.below}".strip()


@dataclass(frozen=True, slots=True)
class Stacked:
    """What the chart shows. `first` and `rest` name the two parts, `head` the first column of the table; sizes in
    points."""

    title: str
    about: str
    columns: tuple[Column, ...]
    first: str
    rest: str
    plan: str = "план"
    note: str = ""
    head: str = "месяц"
    wide: float = 620
    high: float = 236


def stacked_chart(data: Stacked, look: Look = PANEL) -> Chart:
    """The chart, and its figures as a table."""
    svg = drawing("stacked", data.title, data.about, (data.wide, data.high), marks(data), look)
    rows = tuple(
        (
            label(column.full or column.label_on_screen, column.href),
            figure(column.first),
            figure(column.rest),
            figure(column.whole, "", column.href),
            figure(column.plan),
        )
        for column in data.columns
    )
    return Chart(svg, Table((data.head, data.first, data.rest, "всего", data.plan), rows))


def marks(data: Stacked) -> list[Mark]:
    """The drawing: grid, columns, plan and legend."""
    values = [
        bar_value(value) for column in data.columns for value in known_values((column.first, column.rest, column.plan))
    ]
    values += known_values(column.whole for column in data.columns)
    scale = upright(values, HEAD, data.high - FEET - LEGEND)
    room = (data.wide - SIDE) / max(1, len(data.columns))
    names = labelled_places(len(data.columns), every([column.name for column in data.columns], room))
    columns = [
        _column(data, place, scale, SIDE + room * place, room, place in names) for place in range(len(data.columns))
    ]
    ground = line("axis", SIDE, scale.start, data.wide, scale.start)
    return [*_grid(data, scale), *columns, ground, *_plan(data, scale, room), *_ends(data, scale, room), _legend(data)]


def _grid(data: Stacked, scale: Scale) -> list[Mark]:
    """Horizontal lines with their values."""
    found = []
    for value in grid(scale.high):
        y = scale.at(value)
        found.append(line("grid", SIDE, y, data.wide, y))
        found.append(text("dim", SIDE - 8, y + 4, plain(value), anchor="end"))
    return found


def _column(data: Stacked, place: int, scale: Scale, x: float, room: float, named: bool) -> Mark:
    """All that stands in the room of one column, as a link."""
    column = data.columns[place]
    found = [hit(x, 0, room, data.high - LEGEND)] if column.href else []
    if named:
        found.append(text("label", x + room / 2, scale.start + 17, column.name, anchor="middle"))
        found.append(text("dim", x + room / 2, scale.start + 33, column.below, anchor="middle"))
    found += _parts(column, scale, x, room)
    told = f"{column.label_on_screen}: {plain(column.whole)}, {data.first}: {plain(column.first)}"
    told += f", {data.plan}: {plain(column.plan)}" if column.plan is not None else ""
    return link(column.href, told, found)


def _parts(column: Column, scale: Scale, x: float, room: float) -> list[Mark]:
    """The two parts of a column; a dash where they are not known."""
    if column.first is None or column.whole is None:
        return [upward("dim", x + room / 2 + 4, scale.start - 6, MISSING)]
    left, wide = x + room * 0.1, room * 0.8
    top, seam = scale.at(column.whole), scale.at(column.first)
    return [
        rect("rest", left, top, wide, scale.start - top, 2),
        rect("bar", left, seam, wide, scale.start - seam),
    ]


def _plan(data: Stacked, scale: Scale, room: float) -> list[Mark]:
    """The dashed line of the plan."""
    plans = [column.plan for column in data.columns]
    found = []
    for run in runs(plans):
        points = [f"{SIDE + room * (place + 0.5):.1f} {scale.at(plans[place] or 0):.1f}" for place in run]
        if len(points) == 1:
            points.append(f"{SIDE + room * (run[0] + 0.9):.1f} {scale.at(plans[run[0]] or 0):.1f}")
        found.append(path("plan", "M" + "L".join(points), 1.5, "5 3"))
    return found


def _ends(data: Stacked, scale: Scale, room: float) -> list[Mark]:
    """The first and the last known whole are written, and what of the last is the first part."""
    there = [place for place, column in enumerate(data.columns) if column.whole is not None]
    found = []
    for place in sorted({there[0], there[-1]}) if there else []:
        column = data.columns[place]
        top = max(known_values((column.whole, column.plan)))
        x = SIDE + room * (place + 0.5)
        lift = 13 if place == there[0] and column.plan is not None else 6
        found.append(centred_text("value", x, scale.at(top) - lift, plain(column.whole), data.wide, 12.5, True))
    if there:
        found += _inside(data.columns[there[-1]], scale, SIDE + room * (there[-1] + 0.5), room)
    return found


def _inside(column: Column, scale: Scale, x: float, room: float) -> list[Mark]:
    """The value inside of the lower part, if it has room."""
    told, top = plain(column.first), scale.at(column.first or 0)
    if room_of(told) > room * 0.8 or scale.start - top < 20:
        return []
    return [text("inner", x, top + 15, told, anchor="middle")]


def _legend(data: Stacked) -> Mark:
    """What the parts and the dashed line mean."""
    y, x = data.high - 6, 0.0
    found: list[Mark] = []
    for kind, words in (("bar", data.first), ("rest", data.rest)):
        found += [rect(kind, x, y - 10, 16, 11, 2), text("dim", x + 22, y, words)]
        x += 22 + room_of(words) + 18
    if any(column.plan is not None for column in data.columns):
        found += [line("plan", x, y - 4, x + 20, y - 4, 1.5, "5 3"), text("dim", x + 26, y, data.plan)]
        x += 26 + room_of(data.plan) + 18
    if room_of(data.note) <= data.wide - x:
        found.append(text("dim", x, y, data.note))
    return group(found, kind="legend")
