"""The map of a new region from a GeoJSON file of outlines, whoever made it: each is known by a name or an ОКТМО that
stands among its properties.

It must never draw an outline for a municipality that it does not name, nor take points that are no degrees.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.process.advice import Refusal
from bot.region import new_tables as tables
from bot.region.findings import first_few
from bot.region.map_file import NAME

LARGEST = 64 * 1024 * 1024
FINE = 4
"""Digits behind the point of a degree, ten metres: neighbours meet on the same grid."""
CORNERS = 3
Polygon = list[list[list[float]]]


def map_of(file: Path, places: Sequence[Mapping[str, Any]], numbers: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text of `map.geojson` and what is left to do about it. `numbers`: ОКТМО by the code of its municipality.

    Raises:
        Refusal: it is no GeoJSON in degrees, or has an outline of none of the municipalities.
    """
    told, known = _read(file), tables.names_of(places, numbers)
    drawn: dict[str, list[Polygon]] = {}
    strange: list[str] = []
    for at, feature in enumerate(told["features"], 1):
        codes = set(_codes(feature, known))
        if len(codes) == 1:
            drawn.setdefault(codes.pop(), []).extend(_polygons(feature, file, at))
        else:
            strange.append(_name_of(feature, at))
    if not drawn:
        raise Refusal(
            f"Файл {file}: ни в одном контуре нет названия муниципалитета или его ОКТМО. Есть: {first_few(strange)}."
        )
    features = [
        {
            "type": "Feature",
            "properties": {"place": code},
            "geometry": {"type": "MultiPolygon", "coordinates": polygons},
        }
        for code, polygons in drawn.items()
    ]
    by = told.get("attribution") if isinstance(told.get("attribution"), str) else ""
    made = {"type": "FeatureCollection", "attribution": by, "features": features}
    lost = [place["name"] for place in places if place["code"] not in drawn]
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")), list(_todo(lost, strange, bool(by)))


def _todo(lost: Sequence[str], strange: Sequence[str], named: bool) -> Iterator[str]:
    """What a person must still do: missing outlines, outlines of nobody, whose they are."""
    if lost:
        yield f"{NAME}: нет контура: {', '.join(lost)}."
    if strange:
        yield f"{NAME}: эти контуры ничьи или двоих сразу, их не взяли: {first_few(strange)}."
    if not named:
        yield f"{NAME}, attribution: чьи контуры, какая лицензия («© участники OpenStreetMap, ODbL»)."


def _read(file: Path) -> dict[str, Any]:
    """The GeoJSON of the file; Refusal where it is none or too large."""
    try:
        if file.stat().st_size > LARGEST:
            raise Refusal(f"Файл {file} больше 64 МБ: упростите контуры.")
        told = json.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise Refusal(f"Файл {file} не прочитать: {error.strerror}.") from None
    except json.JSONDecodeError as error:
        raise Refusal(f"Файл {file}, строка {error.lineno}: это не JSON.") from None
    except (UnicodeDecodeError, RecursionError):
        raise Refusal(f"Файл {file} — не GeoJSON в UTF-8.") from None
    features = told.get("features") if isinstance(told, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise Refusal(f"Файл {file} — не GeoJSON: нужна FeatureCollection со списком features.")
    return dict(told)


def _properties(feature: Mapping[str, Any]) -> Mapping[str, Any]:
    """The properties of a feature; none where they are broken."""
    found = feature.get("properties")
    return found if isinstance(found, dict) else {}


def _codes(feature: Mapping[str, Any], known: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """The codes of the municipalities that the properties of an outline name. What two have in common names neither."""
    for value in _properties(feature).values():
        said = tables.plain(value) if isinstance(value, str) else str(value) if isinstance(value, int) else ""
        number = said.zfill(tables.OKTMO[0])[: tables.OKTMO[0]] if said.isdecimal() else said
        codes = known.get(said) or known.get(number, ())
        if len(codes) == 1:
            yield codes[0]


def _name_of(feature: Mapping[str, Any], at: int) -> str:
    name = _properties(feature).get("name")
    return name[: tables.LONGEST] if isinstance(name, str) and name.strip() else f"{at}-й"


def _polygons(feature: Mapping[str, Any], file: Path, at: int) -> list[Polygon]:
    """The polygons of a feature; Refusal where it has none."""
    geometry = feature.get("geometry")
    try:
        kind, inside = geometry["type"], geometry["coordinates"]  # type: ignore[index]
        polygons = {"Polygon": [inside], "MultiPolygon": inside}[kind]
        return [[_ring(ring) for ring in polygon] for polygon in polygons]
    except (KeyError, TypeError, ValueError, IndexError):
        raise Refusal(
            f"Файл {file}, контур «{_name_of(feature, at)}»: нужен Polygon или MultiPolygon, точки — долгота и широта "
            "в градусах (WGS 84)."
        ) from None


def _ring(points: Sequence[Sequence[float]]) -> list[list[float]]:
    """The ring with rounded points; ValueError where it is none."""
    ring: list[list[float]] = []
    for x, y, *_ in points:
        if not (-180 <= x <= 180 and -90 <= y <= 90):
            raise ValueError("no degrees")
        point = [round(x, FINE), round(y, FINE)]
        if ring[-1:] != [point]:
            ring.append(point)
    if len(ring) < CORNERS:
        raise ValueError("no area")
    return ring
