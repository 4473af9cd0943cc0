"""Everyday troubles in Tatar and Bashkir, of which the directory has no word."""

from __future__ import annotations

import pytest

from matching.topics.tatar import in_russian
from tests import example

MATCHER = example.matcher()


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
