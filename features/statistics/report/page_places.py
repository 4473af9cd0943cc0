"""The page's part about municipalities: a small map, who is worse than the region, who is better, with counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.charts import map as region_map
from bot.charts.letters import fit, width
from bot.charts.map import Map
from bot.charts.mark import Mark, adding, group, line, link, path, rect, text
from bot.charts.numbers import MISSING, SPACE, number, plain
from features.statistics.report import flow
from features.statistics.report.figures import PlaceFigures, Report
from features.statistics.report.flow import Flow, heading

MAP, GAP, ROW, MOST = 168.0, 26.0, 28.0, 4
WARNING = "M8 1.5L15 14H1zM8 6V10M8 11.5V12.5"
TICK = "M2 8.5L6 12.5L14 3.5"


def places(report: Report, x: float, y: float, wide: float) -> Flow:
    """Draws the map and the tables of the worst and the best municipalities; nothing where there are none."""
    if not (report.map or report.worse or report.better):
        return Flow((), y)
    drawn, left, foot = _map(report.map, x, y) if report.map else ([], x, y)
    each = (x + wide - left - GAP) / 2
    worse = _table("Хуже среднего", "bad", WARNING, report.worse, left, y, each)
    better = _table("Лучше среднего", "good", TICK, report.better, left + each + GAP, y, each)
    under = max(worse.y, better.y)
    legend = _legend(report.map, left, under + 8, x + wide - left) if report.map else Flow((), under)
    return Flow((*drawn, *worse.marks, *better.marks, *legend.marks), max(foot, legend.y) + 31)


def _map(data: Map, x: float, y: float) -> tuple[list[Mark], float, float]:
    """The drawing, where the tables beside it may begin, and where it ends."""
    small = replace(
        data, wide=MAP, legend=False, name="report", areas=tuple(replace(area, rank=0) for area in data.areas)
    )
    drawn = group(region_map.outlines(small), x, y + 8)
    return [*heading(x, y, "Доля не в срок"), drawn], x + MAP + GAP, y + 8 + region_map.drawn_high(small)


def _table(name: str, kind: str, icon: str, rows: Sequence[PlaceFigures], x: float, y: float, wide: float) -> Flow:
    """A table of municipalities, and where the next part may begin."""
    sign = group([path(f"icon-{kind}", icon, 1.6)], x, y - 13)
    drawn = [sign, text(kind, x + 22, y, name, 16, True)]
    if not rows:
        return Flow((*drawn, text("dim", x, y + 30, "таких нет", 14)), y + 40)
    drawn += [
        text("dim", x, y + 28, "Муниципалитет", 13, True),
        text("dim", x + wide - 44, y + 28, "В срок, %", 13, True, "end"),
        text("dim", x + wide, y + 28, "Из", 13, True, "end"),
        line("frame", x, y + 37, x + wide, y + 37),
    ]
    for turn, row in enumerate(rows[:MOST]):
        drawn.append(_row(row, x, y + 37 + ROW * turn, wide))
    return Flow(tuple(drawn), y + 37 + ROW * min(MOST, len(rows)))


def _row(place: PlaceFigures, x: float, y: float, wide: float) -> Mark:
    """One municipality as a row."""
    share = number(place.share * 100, 1) if place.share is not None else number(None)
    shown = text("value", x + wide - 44, y + 19, share, 14, anchor="end")
    return group(
        [
            text("label", x, y + 19, fit(place.name, wide - 82, 14), 14),
            link(place.href, f"{place.name}: {share} из {plain(place.of)}", [shown]),
            text("label", x + wide, y + 19, number(place.of), 14, anchor="end"),
            line("grid", x, y + ROW, x + wide, y + ROW),
        ]
    )


def _legend(data: Map, x: float, y: float, wide: float) -> Flow:
    """What the shades mean, and where the next part may begin."""
    each = wide / region_map.SHADES
    drawn = []
    for turn, words in enumerate(region_map.ranges(data.steps, data.unit)):
        drawn.append(adding(rect(f"area-{turn + 1}", x + each * turn, y + 6, each - 2, 10), {"stroke-width": 0}))
        drawn.append(text("dim", x + each * turn, y + 31, words, 13))
    authors = f"Карта: {data.by}"
    if width(authors, 13) <= wide:
        authors = authors.replace(" ", SPACE)
    told = flow.plain(f"{_unlike(data)}{authors}", x, y + 50, wide, 13, 3, "dim")
    return Flow((*drawn, *told.marks), told.y)


def _unlike(data: Map) -> str:
    """What hatching and white mean, of what is on this map."""
    few = any(area.few for area in data.areas)
    unknown = any(area.value is None and not area.few for area in data.areas)
    told = [f"штриховка: {data.few}"] * few + [f"белое: {MISSING}"] * unknown
    joined = ", ".join(told)
    return f"{joined[:1].upper()}{joined[1:]}. " if told else ""
