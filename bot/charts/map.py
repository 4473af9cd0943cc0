"""The region's municipalities in five shades, hatched where there are too few messages, each a link.

It gets outlines and reads no file. The map's authors are named on it, always: their licence asks for it (ODbL).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.charts.chart import Cell, Chart, Table, figure, label
from bot.charts.ground import PAD, Shape, ground
from bot.charts.letters import room
from bot.charts.mark import Mark, adding, circle, drawing, line, link, path, rect, text
from bot.charts.numbers import MISSING, Figure, plain
from bot.charts.paint import PANEL, Look
from bot.charts.spots import Spot, apart

SHADES = 5
LEGEND, RANK = 98, 9
TILE = 6
SMALLEST, GROWS, HEAT, MANY = 3.0, 7.0, 11.0, 20
"""Radius of the smallest dot, how much larger the largest is, that of a spot of heat; of fewer none is the largest."""


@dataclass(frozen=True, slots=True)
class Area:
    """What is known of a municipality. `few`: too few to compare; `rank`: its number in the table beside the map."""

    code: str
    name: str
    value: Figure
    few: bool = False
    rank: int = 0
    href: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Dot:
    """Something at a point, in degrees: how many, what it is called, where it leads."""

    longitude: float
    latitude: float
    many: int
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle that was asked for, in degrees and in degrees of latitude."""

    longitude: float
    latitude: float
    radius: float


@dataclass(frozen=True, slots=True)
class Map:
    """`steps` are the four borders between the five shades, in the unit of the values; `by` names the map's authors.
    `heat`: dots as wide spots that grow into each other, without links."""

    title: str
    about: str
    shapes: tuple[Shape, ...]
    areas: tuple[Area, ...]
    steps: tuple[float, float, float, float]
    by: str
    unit: str = "%"
    few: str = "мало сообщений"
    name: str = "map"
    wide: float = 300
    legend: bool = True
    dots: tuple[Dot, ...] = ()
    heat: bool = False
    ring: Ring | None = None

    def __post_init__(self) -> None:
        if any(step >= other for step, other in pairwise(self.steps)):
            raise ValueError("borders of shades must grow")
        if not self.by.strip():
            raise ValueError("a map names its authors")
        if not {area.code for area in self.areas} <= {shape.code for shape in self.shapes}:
            raise ValueError("an area without an outline")


def chart_map(data: Map, look: Look = PANEL) -> Chart:
    """The map, and its figures as a table."""
    svg = drawing("map", data.title, data.about, (data.wide, high(data)), marks(data), look)
    rows = tuple(_cells(area, data.unit) for area in data.areas)
    return Chart(svg, Table(("муниципалитет", data.unit, "номер"), rows))


def _cells(area: Area, unit: str) -> tuple[Cell, ...]:
    """The municipality as cells of the table."""
    rank = figure(area.rank, "", area.href) if area.rank else Cell(None, "—")
    return (label(area.name, area.href), figure(area.value, _value_in_words(area, unit)), rank)


def _value_in_words(area: Area, unit: str) -> str:
    if area.words:
        return area.words
    return MISSING if area.value is None else f"{plain(area.value)}\u00a0{unit}"


def shade(value: float, steps: Sequence[float]) -> int:
    """1 to 5; a value on a border belongs to the higher shade."""
    return 1 + sum(value >= step for step in steps)


# The drawing


def drawn_high(data: Map) -> float:
    """How high the land is on the paper, in points, without the legend below it."""
    return ground(data.shapes, data.wide).high


def high(data: Map) -> float:
    """The height of the drawing with its legend."""
    return drawn_high(data) + (LEGEND if data.legend else 18)


def marks(data: Map) -> list[Mark]:
    """The drawing: outlines, legend, whose map it is."""
    y = drawn_high(data)
    return [*outlines(data), *(_legend(data, y) if data.legend else [_by(data, y + 12)])]


def outlines(data: Map) -> list[Mark]:
    """The drawing without legend and authors: for a page that has both beside it."""
    known = {area.code: area for area in data.areas}
    paths = ground(data.shapes, data.wide).paths
    areas = [_area(data, known.get(code), d) for code, d in paths.items()]
    return [_hatch(data), *areas, *_dots(data), *_ring(data), *_ranks(data)]


def _dots(data: Map) -> list[Mark]:
    """The larger ones first, so that none hides a smaller one."""
    at = ground(data.shapes, data.wide)
    most = max(MANY, *(dot.many for dot in data.dots)) if data.dots else MANY
    found = []
    for dot in sorted(data.dots, key=lambda dot: (-dot.many, dot.name)):
        x, y = at.point_of(dot.longitude, dot.latitude)
        share = math.sqrt(dot.many / most)
        if data.heat:
            found.append(adding(circle("heat-spot", x, y, HEAT), {"fill-opacity": round(0.08 + 0.5 * share, 2)}))
        else:
            found.append(link(dot.href, dot.name, [circle("spot", x, y, SMALLEST + GROWS * share, 1)], tip=True))
    return found


def _ring(data: Map) -> list[Mark]:
    """The circle that is searched, if there is one."""
    if data.ring is None:
        return []
    at = ground(data.shapes, data.wide)
    x, y = at.point_of(data.ring.longitude, data.ring.latitude)
    return [adding(circle("head", x, y, data.ring.radius * at.up, 2), {"stroke-dasharray": "6 3"})]


def _hatch(data: Map) -> Mark:
    """The pattern for municipalities with too few messages."""
    below = rect("zero", 0, 0, TILE, TILE)
    stroke = line("hatch", 0, 0, 0, TILE, 2.4)
    at: dict[str, str | float] = {
        "id": f"hatch-{data.name}",
        "width": TILE,
        "height": TILE,
        "patternUnits": "userSpaceOnUse",
    }
    tile = Mark("pattern", "", {**at, "patternTransform": "rotate(45)"}, (below, stroke))
    return Mark("defs", "", {}, (tile,))


def _area(data: Map, area: Area | None, d: str) -> Mark:
    """One municipality in its shade, as a link; hatched where there are too few messages."""
    if area is None or (area.value is None and not area.few):
        shape = path("gap", d, 1, "2 2")
    elif area.few or area.value is None:
        shape = adding(path("few", d, 0.7), {"fill": f"url(#hatch-{data.name})"})
    else:
        shape = path(f"area-{shade(area.value, data.steps)}", d, 0.7)
    shape = adding(shape, {"fill-rule": "evenodd"})
    if area is None:
        return shape
    told = f"{data.few}, {_value_in_words(area, data.unit)}" if area.few else _value_in_words(area, data.unit)
    return link(area.href, f"{area.name}: {told}", [shape], tip=True)


def _ranks(data: Map) -> list[Mark]:
    """Circles with numbers, moved apart where small neighbours are close, with a thread back to their place."""
    ranked = sorted((area for area in data.areas if area.rank), key=lambda area: area.rank)
    inside = ground(data.shapes, data.wide).homes
    homes = [inside[area.code] for area in ranked]
    spots = apart([Spot(*home) for home in homes], 2 * RANK + 2)
    found = []
    for area, home, spot in zip(ranked, homes, spots, strict=True):
        x = min(max(spot.x, RANK + 1), data.wide - RANK - 1)
        if math.dist(home, (x, spot.y)) > RANK:
            found.append(line("leader", *home, x, spot.y))
        found.append(circle("rank", x, spot.y, RANK, 1.2))
        found.append(text("label", x, spot.y + 4, str(area.rank), 12, True, "middle"))
    return found


def _legend(data: Map, y: float) -> list[Mark]:
    """The shades with what they mean."""
    each = (data.wide - 2 * PAD) / SHADES
    found = []
    for turn, words in enumerate(ranges(data.steps, data.unit)):
        box = rect(f"area-{turn + 1}", PAD + each * turn, y + 8, each - 1, 9)
        found.append(adding(box, {"stroke-width": 0}))
        found.append(text("dim", PAD + each * turn, y + 32, words))
    return [*found, *_signs(data, y + 54), _by(data, y + 90)]


def ranges(steps: Sequence[float], unit: str) -> list[str]:
    """The words of the shades: «до 5 %», «5–8», «от 14 %»."""
    told = [plain(step) for step in steps]
    middle = [f"{low}–{other}" for low, other in pairwise(told)]
    return [f"до {told[0]}\u00a0{unit}", *middle, f"от {told[-1]}\u00a0{unit}"]


def _signs(data: Map, y: float) -> list[Mark]:
    """What hatching, a dashed border and a number mean; only what is on this map."""
    found: list[Mark] = []
    few = sum(area.few for area in data.areas)
    unknown = sum(area.value is None and not area.few for area in data.areas)
    at = float(PAD)
    if few:
        box = rect("few", at, y - 10, 16, 11, 2)
        found.append(adding(box, {"fill": f"url(#hatch-{data.name})", "stroke-width": 0.7}))
        found.append(text("dim", at + 22, y, f"{data.few}: {few}"))
        at += 22 + room(f"{data.few}: {few}") + 12
    if any(area.rank for area in data.areas):
        found.append(circle("rank", at + 8, y - 4, 7.5, 1.2))
        found.append(text("label", at + 8, y, "1", 11, True, "middle"))
        found.append(text("dim", at + 21, y, "номер в таблице"))
    if unknown:
        found.append(adding(rect("gap", PAD, y + 8, 16, 11, 2), {"stroke-dasharray": "2 2"}))
        found.append(text("dim", PAD + 22, y + 18, f"{MISSING}: {unknown}"))
    return found


def _by(data: Map, y: float) -> Mark:
    """Whose map it is."""
    return text("dim", PAD, y, f"Карта: {data.by}")
