"""Everyday troubles in Tatar and Bashkir, of which the directory has no word (issue 29)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.region.directory_file import read
from matching import Matcher
from matching.topics.tatar import in_russian

MATCHER = Matcher(read(Path(__file__).parents[2] / "regions" / "chelyabinsk"))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("беҙҙең урамда ут юҡ", "energo-net-sveta"),
        ("йортта һыу юҡ өс көн", "zhkh-net-vody"),
        ("юлда чокыр зур", "dorogi-yamy"),
        ("урамда фонар янмай", "dorogi-osveshchenie-doroga"),
        ("сүп таҙартмайҙар, сүплек зур", "othody-svalka"),
    ],
)
def test_a_trouble_is_understood(text: str, topic: str) -> None:
    assert topic in MATCHER.topic(text).topics


@pytest.mark.parametrize(
    "text", ["нет воды в доме", "школа кар", "су-24", "эт бар", "ага, понял", "базар закрыт, газ есть"]
)
def test_a_russian_text_is_left_alone(text: str) -> None:
    assert in_russian(text) == ""
