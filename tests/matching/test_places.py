"""A municipality is found or asked for, never wrong: hand-written phrases, traps, and any text at all (R59)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Matcher
from states.directory import Directory, Place, PlaceKind
from tests import example
from tests.form import examples
from tests.yaml_text import yaml_of

HERE = Path(__file__).parent
PHRASES = yaml_of((HERE / "phrases.yaml").read_text(encoding="utf-8"))
KNOWN = example.region()
MATCHER = example.matcher()
CODES = {place.code for place in KNOWN.places}


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase["text"])
def test_never_sure_and_wrong(phrase: dict[str, str]) -> None:
    guess = MATCHER.place(phrase["text"])
    if phrase["expect"] == "ask":
        assert not guess.sure
    else:
        assert phrase["expect"] in guess.places
        assert not guess.sure or guess.places == (phrase["expect"],)


def test_the_phrases_cover_every_municipality_and_most_are_found() -> None:
    named = [phrase for phrase in PHRASES if phrase["expect"] != "ask"]
    assert len(PHRASES) >= 150 and {phrase["expect"] for phrase in named} == CODES
    found = sum(MATCHER.place(phrase["text"]).sure for phrase in named)
    assert found / len(named) > 0.95


@pytest.mark.parametrize("place", KNOWN.places, ids=lambda place: place.code)
def test_every_official_name_button_and_case_finds_its_place(place: Place) -> None:
    for text in (place.name, place.short, f"Пишу вам. {place.name}, яма"):
        guess = MATCHER.place(text)
        assert guess.places[:1] == (place.code,) or not guess.sure, text
        assert place.code in guess.places, text
    assert MATCHER.place(place.name).sure
    genitive = place.name.replace("ий ", "ого ").replace("ый ", "ого ") + "а"
    assert MATCHER.place(f"житель {genitive}").places == (place.code,)


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("В Троицке яма", {"troitsk-city", "troitsk-okrug"}),
        ("Чебаркуль", {"chebarkul-city", "chebarkul-okrug"}),
        ("Ленинский район", {"chelyabinsk", "magnitogorsk"}),
        ("посёлок Мирный", {"krasnoarmeysky", "sosnovsky", "uysky", "chebarkul-city", "chebarkul-okrug"}),
        ("в Миасском", {"krasnoarmeysky", "miass"}),
        ("автобус Миасс — Златоуст", {"miass", "zlatoust"}),
        ("г. Миас", {"miass"}),
    ],
)
def test_what_is_offered_when_asking(text: str, places: set[str]) -> None:
    guess = MATCHER.place(text)
    assert not guess.sure and set(guess.places) == places


IN_TOWN = (
    "Троицк, Советская 28", "троицк советская 28", "В Троицке, улица Мира, 7, не вывозят мусор", "Чебаркуль Ленина 5",
    "чебаркуль, ул каширина д 12 нет света", "Чебаркуль. Каширина, 9. Холодно", "в Чебаркуле на Мира 4 яма",
    "Троицк Гагарина 52 кв 3 батареи холодные", "я из Троицка, Советская 15 нет воды",
    "нет воды Троицк ул.Фрунзе, д.3", "Троицк, 5 микрорайон, дом 3",
)  # fmt: skip


@pytest.mark.parametrize("text", IN_TOWN)
def test_a_street_with_its_house_lies_in_the_town(text: str) -> None:
    guess = MATCHER.place(text)
    assert guess.sure and guess.places in (("troitsk-city",), ("chebarkul-city",))


@pytest.mark.parametrize(
    "text",
    [
        "Троицк", "Троицк, улица Советская, яма", "в Троицке 3 дня нет воды", "Троицк, школа № 5",
        "Троицк, посёлок ГРЭС, Мира 5", "Троицк, пос. Мирный, Ленина 5", "троицкий округ, улица Ленина 5",
        "Чебаркуль, деревня Малково, Лесная 3", "Троицк и Чебаркуль, Мира 5", "трасса Челябинск - Троицк, 40 км",
        "дорога из Троицка в Челябинск, Ленина 5", "Магнитка, Ленина 5",
    ],
)  # fmt: skip
def test_a_village_an_okrug_and_a_street_alone_are_asked(text: str) -> None:
    """R59."""
    assert not MATCHER.place(text).sure


@pytest.mark.parametrize(
    "text",
    [
        "врач Султанова не принимает",
        "учительница Ибрагимова кричит на детей",
        "терапевт Коркина нахамила",
        "Роза Ивановна упала на льду",
        "УК не отвечает, сим-карта не ловит",
        "живу в Челябинской области",
        "на Троицком тракте и на Копейском шоссе ямы",
        "Миасское водохранилище обмелело",
    ],
)
def test_people_companies_and_roads_are_no_places(text: str) -> None:
    assert MATCHER.place(text).places == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("пласт строителей 12", "plastovsky"),
        ("чел, проспект ленина 60", "chelyabinsk"),
        ("сим пушкина 4", "ashinsky"),
        ("Увелка, вода ржавая", "uvelsky"),
        ("на въезде в Локомотивный табличка упала", "lokomotivny"),
        ("живём в Зауральском фельдшера нет", "emanzhelinsky"),
    ],
)
def test_a_plain_word_is_a_town_where_it_heads_an_address_or_belongs_to_no_other_word(text: str, place: str) -> None:
    assert place in MATCHER.place(text).places


@pytest.mark.parametrize(
    "text", ["чел 12 этажей", "пласт асфальта отвалился 5 ноября утром", "в Локомотивном отделении холодно"]
)
def test_a_plain_word_elsewhere_is_none(text: str) -> None:
    assert not MATCHER.place(text).sure


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("В Миасе темно", "miass"),
        ("в Миасе темно", "miass"),
        ("В Мияссе яма", "miass"),
        ("Темно в Снежинсе", "snezhinsk"),
        ("в Копейсе воды нет", "kopeysk"),
        ("В Коркене воды нет", "korkinsky"),
        ("Нет света в Аргояше", "argayashsky"),
    ],
)
def test_a_town_with_a_slip_and_a_capital_letter_behind_v_is_not_asked_about(text: str, place: str) -> None:
    guess = MATCHER.place(text)
    assert guess.sure and guess.places == (place,)


@pytest.mark.parametrize("text", ["В Кассе очередь", "В Мясе черви", "В Школе холодно", "яма у Миаса"])
def test_a_plain_word_with_a_capital_letter_is_no_slip(text: str) -> None:
    assert not MATCHER.place(text).sure


def test_what_is_written_in_capitals_or_without_any_is_found_too() -> None:
    assert MATCHER.place("В МИАССЕ НЕТ ВОДЫ").places == ("miass",)
    assert MATCHER.place("в миассе нет воды").sure


def test_another_region_is_read_the_same_way() -> None:
    known = Directory(
        region="Край",
        formal_channel="https://a.ru",
        emergency="112",
        places=(
            Place("a", PlaceKind.CITY_OKRUG, "Ветлужский городской округ", "Ветлуга (город)", "Ветлуга"),
            Place("b", PlaceKind.MUNICIPAL_OKRUG, "Ветлужский муниципальный округ", "Ветлужский округ", "Ветлуга"),
            Place("c", PlaceKind.MUNICIPAL_OKRUG, "Округ 3", "Округ 3", "Центр 3"),
        ),
    )
    matcher = Matcher(known)
    assert set(matcher.place("В Ветлуге яма").places) == {"a", "b"}
    assert matcher.place("г. Ветлуга").places == ("a",)
    assert matcher.place("Ветлужский район").places == ("b",)
    assert matcher.place("Округ 3").places == ("c",)


def test_an_empty_directory_guesses_nothing() -> None:
    matcher = Matcher(Directory(region="", formal_channel="", emergency=""))
    assert matcher.place("В Миассе яма").places == () and matcher.topics("яма") == ()
    assert matcher.search_places("м") == () == matcher.search_agencies("м") == matcher.search_topics("м")


AROUND = "в из г. город село посёлок район округ ул. река не и , . - Челябинская область 15 «"
WORDS = st.sampled_from(
    [place.centre for place in KNOWN.places]
    + [place.name for place in KNOWN.places]
    + [settlement.name for settlement in KNOWN.settlements]
    + AROUND.split()
)


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(WORDS, max_size=12).map(" ".join) | st.text(max_size=200))
def test_any_text_gives_codes_and_sure_means_one(text: str) -> None:
    guess = MATCHER.place(text)
    assert set(guess.places) <= CODES and len(set(guess.places)) == len(guess.places)
    assert not guess.sure or len(guess.places) == 1
    assert MATCHER.place(text) == guess


@settings(max_examples=examples(200), deadline=None)
@given(st.sampled_from([place.centre for place in KNOWN.places]), st.sampled_from([p.centre for p in KNOWN.places]))
def test_two_places_with_different_centres_are_never_sure(text: str, other: str) -> None:
    guess = MATCHER.place(f"г. {text} и г. {other}, нет воды")
    assert text == other or not guess.sure
