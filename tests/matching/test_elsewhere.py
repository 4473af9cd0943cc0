"""Another region is no place of ours, and a street that is called after one is no region."""

from __future__ import annotations

import pytest

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
