"""Writes regions/chelyabinsk/map.geojson from the prepared outlines: `python -m tests.charts.region_map <file>`.

Places are linked by their full name; the OKTMO of both sides must agree where both have one.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from bot.region.directory_file import read

REGION = Path(__file__).parents[2] / "regions" / "chelyabinsk"
BY = "© участники OpenStreetMap, ODbL"


def oktmo() -> dict[str, str]:
    """OKTMO of each place's code, as the comments of places.yaml have them."""
    told = (REGION / "places.yaml").read_text(encoding="utf-8")
    return dict(re.findall(r"code: (\S+)\s+# ОКТМО (\d{8})", told))


def plain(name: str) -> str:
    """«Трёхгорный» is «Трехгорный» in official lists."""
    return name.replace("ё", "е")


def prepared(source: Path) -> str:
    codes = {plain(place.name): place.code for place in read(REGION).places}
    numbers = oktmo()
    features = []
    for one in json.loads(source.read_text(encoding="utf-8"))["features"]:
        told = one["properties"]
        code = codes[plain(told["name"])]
        assert numbers.get(code, "") == told["oktmo8"], told
        named = {"place": code, "name": told["name"], "oktmo8": told["oktmo8"]}
        features.append({"type": "Feature", "properties": named, "geometry": one["geometry"]})
    features.sort(key=lambda one: one["properties"]["place"])
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features)
    head = f'"type":"FeatureCollection","attribution":{json.dumps(BY, ensure_ascii=False)}'
    return f'{{{head},"features":[\n{lines}\n]}}\n'


if __name__ == "__main__":
    (REGION / "map.geojson").write_text(prepared(Path(sys.argv[1])), encoding="utf-8")
