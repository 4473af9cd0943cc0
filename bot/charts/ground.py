"""From outlines in degrees to paths on the paper, prepared once for each width and kept: a map is asked for often.

It knows no values and no names; it never opens a gap between neighbours.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.charts.spots import Point, inside_of

PAD = 4
GRID = 2
"""To a point."""
KEPT = 8
"""Maps of one region at different widths."""

Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """Outlines of a municipality in degrees, (longitude, latitude): outer rings and holes alike."""

    code: str
    rings: tuple[Ring, ...]


@dataclass(frozen=True, slots=True)
class Ground:
    """The path of each municipality, a place inside it for a number, and how high all of it is. `left`, `top`, `across`
    and `up` turn degrees into points: where the drawing begins, and how long a degree is each way."""

    paths: dict[str, str]
    homes: dict[str, Point]
    high: float
    left: float
    top: float
    across: float
    up: float

    def point_of(self, longitude: float, latitude: float) -> Point:
        """The place on the paper, in points from the left and from above, of a longitude and a latitude in degrees."""
        return (longitude - self.left) * self.across + PAD, (self.top - latitude) * self.up + PAD

    def degrees(self, x: float, y: float) -> Point:
        """(longitude, latitude) of a place on the drawing."""
        return (x - PAD) / self.across + self.left, self.top - (y - PAD) / self.up


@lru_cache(maxsize=KEPT)
def ground(shapes: tuple[Shape, ...], wide: float) -> Ground:
    """Equirectangular at the middle latitude: at the size of a region it looks as people know the map."""
    points = [point for shape in shapes for ring in shape.rings for point in ring]
    if not points:
        raise ValueError("a map without outlines")
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    foot, top = min(y for _, y in points), max(y for _, y in points)
    squeeze = math.cos(math.radians((foot + top) / 2))
    scale = (wide - 2 * PAD) / max(1e-9, (right - left) * squeeze)
    placed = {
        shape.code: [
            [((x - left) * squeeze * scale + PAD, (top - y) * scale + PAD) for x, y in ring] for ring in shape.rings
        ]
        for shape in shapes
    }
    paths = {code: outline(rings) for code, rings in placed.items()}
    homes = {code: inside_of(rings) for code, rings in placed.items()}
    return Ground(paths, homes, (top - foot) * scale + 2 * PAD, left, top, squeeze * scale, scale)


def outline(rings: Iterable[Sequence[Point]]) -> str:
    """A path in steps on a grid of half a point: neighbours meet on the same grid, so no gap opens between them."""
    told = []
    for ring in rings:
        (x, y), *rest = _corners([(round(x * GRID), round(y * GRID)) for x, y in ring])
        told.append(f"M{x / GRID:g} {y / GRID:g}l")
        steps = []
        for to_x, to_y in rest:
            steps.append(f"{_halves(to_x - x)} {_halves(to_y - y)}")
            x, y = to_x, to_y
        told.append(" ".join(steps).replace(" -", "-") + "z")
    return "".join(told)


def _corners(points: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The points without those that stand on each other or that a straight line goes through anyway."""
    kept = [points[0]]
    for point in points[1:]:
        if point == kept[-1]:
            continue
        if len(kept) > 1 and _straight(kept[-2], kept[-1], point):
            kept.pop()
        kept.append(point)
    return kept


def _straight(first: tuple[int, int], middle: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether the middle point lies on a straight line between the others."""
    across, down = middle[0] - first[0], middle[1] - first[1]
    on_across, on_down = other[0] - middle[0], other[1] - middle[1]
    return across * on_down == down * on_across and across * on_across + down * on_down > 0


def _halves(value: int) -> str:
    """The number as short as a path has it: «.5», «-1.5», «4»."""
    told = f"{abs(value) / GRID:g}"
    return ("-" if value < 0 else "") + (told[1:] if told.startswith("0.") else told)
