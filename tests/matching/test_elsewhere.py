"""Another region is no place of ours, and a street that is called after one is no region."""

from __future__ import annotations

import pytest

from matching.elsewhere import OtherRegions
from screening.words import fold
from tests import example

MATCHER = example.matcher()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Курган", "Курган"),
        ("я из Кургана", "Курган"),
        ("Мы в Екатеринбурге живём", "Екатеринбург"),
        ("екб", "Екатеринбург"),
        ("г. Уфа", "Уфа"),
        ("город Тюмень", "Тюмень"),
        ("Пермь", "Пермь"),
        ("Башкирия", "Башкирия"),
        ("курганская область", "Курганская область"),
        ("у нас в Перми не чистят дворы", "Пермь"),
        ("kurgan", "Курган"),
    ],
)
def test_another_region_is_heard(text: str, named: str) -> None:
    assert MATCHER.elsewhere(text) == named


@pytest.mark.parametrize(
    "text",
    [
        "улица Казанская 5",
        "Кирова 5",
        "на Московской яма",
        "Челябинск",
        "в Челябинской области",
        "Миасс, едем из Уфы",
        "Троицк",
        "на Уфимском тракте",
        "Владимир Иванович, уберите снег",
        "нет воды",
    ],
)
def test_what_only_sounds_like_one_is_none(text: str) -> None:
    assert MATCHER.elsewhere(text) == ""


@pytest.mark.parametrize(
    ("own", "towns", "text"),
    [
        ("Республика Татарстан", ("Казань",), "Татарстан"),
        ("Республика Башкортостан", ("Уфа",), "из Башкортостана"),
        ("Пермский край", ("Пермь",), "Пермский край"),
        ("Ханты-Мансийский автономный округ — Югра", (), "Югра"),
        ("Город Санкт-Петербург", (), "СПб"),
        ("Свердловская область", ("Екатеринбург",), "екб"),
        ("Городской округ Тюмень", ("Тюмень",), "в Тюмени"),
        ("Курганская область", ("Курган",), "в Курганской области"),
        ("Новгородская область", (), "новгородская область"),
    ],
)
def test_a_region_of_any_kind_is_no_other_one(own: str, towns: tuple[str, ...], text: str) -> None:
    """A bot of Татарстан told its residents that Татарстан is another region."""
    ours = frozenset(map(fold, towns))
    known = OtherRegions(own, lambda word: fold(word) in ours)
    assert known.name_in(text) == "" and known.name_in("Магадан") == "Магадан"
