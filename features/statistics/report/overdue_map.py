"""The map of what was not answered in time, by municipality. Who has too few messages is hatched, never shaded."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.charts.map import Area, Map
from bot.region.map_file import RegionMap
from features.statistics.report.links import queue_address
from features.statistics.report.standings import Standings
from states.statistics.rating import share

STEPS = (5.0, 8.0, 10.0, 14.0)
"""Borders of shades, in per cent that were late."""
ABOUT = "Чем темнее, тем больше доля сообщений, на которые не ответили в срок. Заштриховано там, где сообщений мало."


def overdue_map(known: RegionMap, found: Standings, name_of: Callable[[str], str], ranks: Mapping[str, int]) -> Map:
    """`ranks`: numbers of the worst ones in the table beside it."""
    there = {shape.code for shape in known.shapes}
    areas = tuple(
        Area(
            line.code,
            name_of(line.code),
            share(line.counts.due - line.counts.kept, line.counts.due),
            few=line.counts.due < found.axis.least,
            rank=ranks.get(line.code, 0),
            href=queue_address(line.wanted),
        )
        for line in found.lines
        if line.code in there
    )
    return Map("Доля не в срок", ABOUT, known.shapes, areas, STEPS, known.by)
