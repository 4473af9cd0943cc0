"""Whose address a text tells: of a neighbour's trouble the neighbour's, not where its author lives (R25)."""

from __future__ import annotations

import pytest

from matching.addresses.own_home import about_another
from tests import example

FIND = example.matcher()


@pytest.mark.parametrize(
    "text",
    [
        "у соседки на Ленина 7 прорвало трубу, я живу на Мира 5",
        "я живу на Мира 5, а у соседки на Ленина 7 нет воды",
        "Живу на Мира 5. У бабушки на Ленина 7 нет отопления",
        "Живу на ул. Мира, д. 5. У бабушки на Ленина 7 нет отопления",
        "Сама я с Мира 5, пишу за соседку: Ленина 7, нет света",
        "Пишу за маму, она живёт на Ленина 7, нет отопления",
        "Мама живёт на Ленина 7, у неё холодно. Мой адрес Мира 5",
        "Мой адрес Мира 5. У соседа, Ленина 7, течёт крыша",
        "Проживаю на Мира 5, мама живёт на Ленина 7, нет отопления",
        "я прописана на Мира 5, но яма на Ленина 7",
        "проживаю по адресу Мира 5, у подруги по адресу Ленина 7 нет горячей воды",
        "мы с Мира 5, у соседей по Ленина 7 нет света",
        "Я на Мира 5 живу, а яма на Ленина 7",
        "Зарегистрирован: Мира 5. Проблема: Ленина 7, крыша течёт",
        "Моя квартира на Мира 5, а снег не убирают на Ленина 7",
        "Пишите мне на Мира 5, обращаюсь от имени соседей: Ленина 7, нет воды",
        "Мои родители живут на Ленина 7, отопления нет. Сам живу на Мира 5",
        "У моей старой тёти на Ленина 7 течёт кран! Живу на Мира 5. Помогите",
    ],
)
def test_the_address_is_where_the_trouble_is(text: str) -> None:
    assert FIND.address(text) == "Ленина, 7"


@pytest.mark.parametrize(
    "text",
    [
        "живу на Мира 5, нет воды",
        "живу на Мира 5, но воды нет",
        "Пишу за соседку, мы живём на Мира 5, она с первого этажа",
        "Живу на Мира 5, у соседей сверху прорвало трубу",
        "у соседей снизу шум, живу на Мира 5",
        "мы с соседкой с Мира 5, но яма у подъезда",
        "Мой адрес Мира 5. Писала в ЖЭК на Ленина 7, не отвечают",
    ],
)
def test_who_names_no_other_address_tells_his_own(text: str) -> None:
    assert FIND.address(text) == "Мира, 5"


@pytest.mark.parametrize(
    "text",
    [
        "Я из Миасса, а у мамы в Златоусте нет воды",
        "Живу в Миассе, пишу за бабушку: Златоуст, Ленина 7, нет отопления",
        "у мамы в Златоусте нет воды, я живу в Миассе",
        "Мой адрес: Миасс, Мира 5. Мама живёт в Златоусте, у неё крыша течёт",
    ],
)
def test_and_so_is_the_town(text: str) -> None:
    assert FIND.place(text).places == ("zlatoust",) and FIND.place(text).sure


@pytest.mark.parametrize(
    "text",
    [
        "живу в Миассе, а работаю в Златоусте, автобус не ходит",
        "Я в Миассе, а родители в Златоусте замерзают",
        "живу в Миассе, дочь ездит в школу в Златоуст, автобус не ходит",
    ],
)
def test_two_towns_are_both_asked_about_where_nobody_is_spoken_for(text: str) -> None:
    assert set(FIND.place(text).places) == {"miass", "zlatoust"}


def test_what_tells_of_nobody_else_is_left_as_it_is() -> None:
    for text in ("Яма на дороге", "У соседки нет воды", "Живу на Мира 5, нет воды"):
        assert about_another(text, contrast=True) == text
