"""A made-up republic and a made-up city, as `bot region new` writes them: their residents are answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.config import calendar_file
from bot.config.settings import zone_of
from bot.region import map_file
from bot.region.directory_file import read
from bot.region.felt import findings
from matching import Matcher
from states.directory import Directory
from tests.transcripts.pure import PureStage
from tests.transcripts.script import Player
from tests.yaml_text import yaml_of

ROOT = Path(__file__).parents[2]
EXAMPLES = {"ozernaya": "Europe/Moscow", "kamensk": "Asia/Omsk"}
TALKS = {
    (name, title): talk
    for name in EXAMPLES
    for title, talk in yaml_of((Path(__file__).parent / "examples" / f"{name}.yaml").read_text("utf-8")).items()
}


@pytest.fixture(scope="module")
def known() -> dict[str, tuple[Directory, Matcher]]:
    found = {name: read(ROOT / "regions" / name) for name in EXAMPLES}
    return {name: (one, Matcher(one)) for name, one in found.items()}


@pytest.mark.parametrize("key", TALKS, ids=" · ".join)
async def test_a_resident_is_answered(known: dict[str, tuple[Directory, Matcher]], key: tuple[str, str]) -> None:
    directory, matcher = known[key[0]]
    talk: list[dict[str, Any]] = TALKS[key]
    await Player(PureStage(directory, matcher, agencies=tuple(directory.agency_by_code))).play(talk)


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_whole(known: dict[str, tuple[Directory, Matcher]], name: str) -> None:
    """Nothing wrong in it, a map with each of its places, its own time zone."""
    directory, _ = known[name]
    folder = ROOT / "regions" / name
    assert not [one.line() for one in findings(directory) if one.wrong]
    assert set(map_file.middles(map_file.read(folder))) == set(directory.place_by_code)
    assert calendar_file.read(own=folder).is_working(date(2027, 6, 15)) is (name == "kamensk")
    assert zone_of(folder) == directory.timezone == EXAMPLES[name]
