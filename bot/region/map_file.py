"""The map of a region: outlines of its municipalities from `map.geojson`. It must never draw a place that is not one.

The file is apart from our own, with its own licence beside it (map.LICENSE.md): it comes from OpenStreetMap.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from bot.charts.ground import Shape, ground
from bot.region.shipped import beside_program

NAME = "map.geojson"
FINE = 1000
"""Points across a drawing on which a middle is exact enough."""


@dataclass(frozen=True, slots=True)
class RegionMap:
    """`by` is what must stand wherever the map is shown."""

    shapes: tuple[Shape, ...]
    by: str


def middles(known: RegionMap | None) -> dict[str, tuple[float, float]]:
    """(longitude, latitude) of a spot inside each municipality."""
    if known is None:
        return {}
    drawn = ground(known.shapes, FINE)
    return {code: drawn.degrees(x, y) for code, (x, y) in drawn.homes.items()}


def neighbours(known: RegionMap | None, code: str) -> list[str]:
    """The municipalities whose outline shares points with this one, the longest border first."""
    points = {shape.code: {point for ring in shape.rings for point in ring} for shape in known.shapes} if known else {}
    own = points.pop(code, set())
    shared = {other: len(own & theirs) for other, theirs in points.items()}
    return sorted((border for border, many in shared.items() if many > 1), key=lambda border: (-shared[border], border))


def read(folder: Path) -> RegionMap | None:
    """The region's map; None where it has none: charts without a map go on."""
    path = beside_program(folder) / NAME
    return _map_of(path.read_bytes()) if path.is_file() else None


@lru_cache(maxsize=1)
def _map_of(content: bytes) -> RegionMap:
    """The map from the content of its file, made once for the same content: the panel and each picture of a report ask
    for it."""
    told = json.loads(content)
    shapes = tuple(Shape(feature["properties"]["place"], _rings(feature["geometry"])) for feature in told["features"])
    return RegionMap(shapes, told["attribution"])


def _rings(geometry: dict[str, Any]) -> tuple[tuple[tuple[float, float], ...], ...]:
    """The rings of all polygons, each point a longitude and a latitude."""
    parts = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return tuple(tuple((float(x), float(y)) for x, y, *_ in ring) for part in parts for ring in part)
