"""Search as a resident types: one letter, a beginning, a slip, a settlement, an old name."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import example
from tests.form import examples

KNOWN = example.region()
MATCHER = example.matcher()


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("миас", "miass"),
        ("Миасс", "miass"),
        ("в Миассе", "miass"),
        ("челябинкс", "chelyabinsk"),
        ("магнитогрск", "magnitogorsk"),
        ("фершам", "nagaybaksky"),
        ("Долгодеревенское", "sosnovsky"),
        ("Сосновский р-н", "sosnovsky"),
        ("тургояк", "miass"),
        ("бродокалмак", "krasnoarmeysky"),
        ("усть кат", "ust-katav"),
        ("озерск", "ozyorsk"),
        ("трех", "trekhgorny"),
        ("Кунашакский муниципальный", "kunashaksky"),
        ("Челябинск-70", "snezhinsk"),
        ("пласт", "plastovsky"),
        ("бреды", "bredinsky"),
    ],
)
def test_places(typed: str, first: str) -> None:
    assert MATCHER.search_places(typed)[0] == first


@pytest.mark.parametrize(
    ("typed", "among"),
    [
        ("троиц", {"troitsk-city", "troitsk-okrug"}),
        ("чебаркуль", {"chebarkul-city", "chebarkul-okrug"}),
        ("мирный", {"sosnovsky", "uysky", "krasnoarmeysky", "chebarkul-okrug"}),
        ("ленинский", {"chelyabinsk", "magnitogorsk"}),
        ("миасское", {"krasnoarmeysky"}),
    ],
)
def test_places_of_one_name_are_all_offered(typed: str, among: set[str]) -> None:
    assert among <= set(MATCHER.search_places(typed))


@pytest.mark.parametrize("place", KNOWN.places, ids=lambda place: place.code)
def test_every_place_is_found_by_its_names_and_beginnings(place: object) -> None:
    code, names = place.code, (place.name, place.short, place.centre, *place.aliases)  # type: ignore[attr-defined]
    for name in names:
        assert code in MATCHER.search_places(name), name
    assert code in MATCHER.search_places(place.centre[:4], 20)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("минздрав", "minzdrav"),
        ("министерство здравоохранения", "minzdrav"),
        ("больница", "minzdrav"),
        ("губернатор", "governor"),
        ("глава миасса", "miass-gorod"),
        ("администрация челябинска", "chel-gorod"),
        ("мэр копейска", "kopeysk-gorod"),
        ("дорожное хозяйство", "mindor"),
        ("жкх", "minzhkh"),
        ("жилищная инспекция", "gzhi"),
        ("загс", "zags"),
        ("минздарв", "minzdrav"),
    ],
)
def test_agencies(typed: str, first: str) -> None:
    assert MATCHER.search_agencies(typed)[0] == first


@pytest.mark.parametrize(
    ("typed", "among"),
    [
        ("ям", "dorogi-yamy"),
        ("люк", "blago-lyuki"),
        ("лиф", "zhkh-lift"),
        ("запис", "zdrav-zapis"),
        ("собак", "zhivotnye-otlov"),
        ("снех", "dorogi-sneg-doroga"),
        ("отопл", "zhkh-otoplenie"),
    ],
)
def test_topics(typed: str, among: str) -> None:
    assert among in MATCHER.search_topics(typed)


def test_nothing_typed_finds_nothing() -> None:
    for search in (MATCHER.search_places, MATCHER.search_topics, MATCHER.search_agencies):
        assert search("") == () == search(" ,. ")
        assert search("а" * 100_000) == ()
        assert len(search("а", 3)) <= 3


@settings(max_examples=examples(200), deadline=None)
@given(st.text(alphabet="абвгдеийклмнопрстуья -.1", max_size=30) | st.text(max_size=40), st.integers(-2, 15))
def test_any_typing_gives_codes_of_the_directory(typed: str, limit: int) -> None:
    places = MATCHER.search_places(typed, limit)
    topics = MATCHER.search_topics(typed, limit)
    agencies = MATCHER.search_agencies(typed, limit)
    assert set(places) <= set(KNOWN.place_by_code) and set(topics) <= set(KNOWN.topic_by_code)
    assert set(agencies) <= set(KNOWN.agency_by_code)
    for found in (places, topics, agencies):
        assert len(set(found)) == len(found) <= max(0, limit)
