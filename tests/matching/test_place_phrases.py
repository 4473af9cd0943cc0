"""Places and addresses as people write them: found or rightly asked for, never wrong without a word (R25, R59)."""

from __future__ import annotations

import pytest

from benchmarks.places import BAR, PHRASES, measured
from tests import example
from tests.yaml_text import yaml_of

KNOWN = example.region()
MATCHER = example.matcher()
HALVES = yaml_of(PHRASES.read_text(encoding="utf-8"))


@pytest.mark.parametrize("half", HALVES)
def test_places_and_addresses_are_found_or_asked_and_never_wrong(half: str) -> None:
    found = measured(MATCHER, HALVES[half])
    assert found.silent == () and found.invented == (), "неверное место или неверный адрес приняты за верные"
    assert found.share >= BAR, found.missed
    assert found.addresses >= BAR * found.all, found.lost
    assert found.passed


def test_the_phrases_are_many_and_not_twice_the_same() -> None:
    texts = [text for rows in HALVES.values() for _, _, text in rows]
    assert len(texts) >= 500 and len(set(texts)) == len(texts)
    assert min(map(len, HALVES.values())) >= 250


def test_what_is_wrong_is_counted_as_wrong() -> None:
    rows = [["miass", "-", "Копейск, ул. Мира, 5"], ["kopeysk", "улица Мира, дом 5", "нет воды"]]
    rows.append(["none", "-", "Миасс"])
    found = measured(MATCHER, rows)
    assert found.silent == ("Копейск, ул. Мира, 5", "Миасс") and found.missed == ("нет воды",)
    assert len(found.invented) == 1 and found.lost == ("нет воды",) and not found.passed


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("Магнитка, темно", ("magnitogorsk", "kusinsky")),
        ("Троицк", ("troitsk-city", "troitsk-okrug")),
        ("Катав, темно", ("ust-katav", "katav-ivanovsky")),
    ],
)
def test_the_largest_stands_first_where_a_name_means_several(text: str, places: tuple[str, ...]) -> None:
    assert MATCHER.place(text).places == places
