"""A repeat of the same author and the same trouble of others are recognised (R32); another house never is the same."""

from __future__ import annotations

import random
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.likeness import JOIN, OTHER_PLACE, REPEAT, alike, same_place, same_street
from tests.cost import cost
from tests.form import examples

SEED = 20261125

SAME = [
    ("Нет горячей воды на Ленина 5", "Третий день нет горячей воды, Ленина 5"),
    ("Не горит фонарь у дома 12 по улице Труда", "фонари не горят возле Труда 12"),
    ("Яма на дороге около школы", "Большая яма на дороге у школы, пробили колесо"),
    ("Не вывозят мусор со двора", "Мусор со двора так и не вывезли"),
    ("Собаки бегают стаей у садика", "Опять стая собак возле садика"),
    ("Автобус 64 не приходит по расписанию", "автобус 64 снова не пришёл по расписанию"),
    ("Лифт не работает вторую неделю, подъезд 3", "Третий подъезд: лифт так и не работает"),
    ("Течёт крыша, заливает пятый этаж", "крыша течет, пятый этаж залило"),
    ("Разбитый тротуар на Свободы", "На Свободы тротуар весь разбит"),
    ("Прорвало трубу, вода бежит по улице Мира", "на Мира прорыв трубы, бежит вода"),
    ("Упало дерево на детскую площадку", "на детской площадке лежит упавшее дерево"),
    ("Снег не чистят во дворе, Победы 166", "Победы 166, двор не чищен от снега"),
    ("Светофор не работает на перекрёстке Труда и Свободы", "Не рабтает светофор, перекресток Свободы и Труда"),
    ("Открытый люк на Кирова 10", "Кирова 10 люк без крышки, открыт"),
    ("В квартире холодно, батареи еле тёплые", "батареи едва теплые, в квартире холодно, 15 градусов"),
]
OTHER = [
    ("Нет горячей воды на Ленина 5", "Яма на Ленина 5"),
    ("Не горит фонарь у дома 12", "Не вывозят мусор от дома 12"),
    ("Автобус 64 не приходит", "Автобус 64 грязный внутри"),
    ("Лифт не работает", "Домофон не работает"),
    ("Течёт крыша", "Течёт кран в подвале"),
    ("Собаки бегают стаей", "Собаку выгуливают без поводка на площадке"),
    ("Снег не чистят во дворе", "Двор не освещён"),
    ("Прошу помочь с местом в садике", "Прошу помочь с лекарством"),
    ("Здравствуйте! Когда отремонтируют дорогу?", "Здравствуйте! Когда включат отопление?"),
    ("Упало дерево на площадку", "Сломаны качели на площадке"),
    ("Нет интернета в посёлке", "Нет автобуса в посёлок"),
    ("Нет горячей воды, ул. Ленина, 5", "Нет горячей воды, ул. Мира, 17"),
    ("Не горит фонарь, ул. Труда, 12", "Не горит фонарь, ул. Труда, 14"),
    ("Школа закрыта на ремонт", "У школы нет перехода"),
    ("Разбит тротуар", "Тротуар занят машинами"),
]


def test_the_same_trouble_is_above_the_bar_and_another_below() -> None:
    right = [pair for pair in SAME if alike(*pair) >= REPEAT]
    wrong = [pair for pair in OTHER if alike(*pair) >= REPEAT]
    joined, wrongly = sum(alike(*pair) >= JOIN for pair in SAME), [pair for pair in OTHER if alike(*pair) >= JOIN]
    print(f"repeat: {len(right)} of {len(SAME)}, wrongly {len(wrong)} of {len(OTHER)}; join: {joined}, {len(wrongly)}")
    assert len(right) >= 0.9 * len(SAME)
    assert len(wrong) <= 0.15 * len(OTHER)
    assert wrongly == []


def test_likeness_has_ends() -> None:
    assert alike("нет воды", "нет воды") == 1
    assert alike("нет воды", "яма") == 0
    assert alike("", "") == 0
    assert alike("...", "...") == 1
    assert alike("а", "б") == 0
    assert alike("Не работает остановка", "Не рабоатет остановка") > 0.4


def test_another_house_pulls_the_likeness_down() -> None:
    """R32: one trouble in two houses is not one."""
    assert alike("Нет воды, ул. Труда, 5", "Нет воды, ул. Труда, 7") <= OTHER_PLACE
    assert alike("Нет воды, ул. Труда, 5", "нет воды ул. труда д. 5") > JOIN


@settings(max_examples=examples(200), deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_likeness_is_a_share_and_the_same_both_ways(text: str, other: str) -> None:
    assert 0 <= alike(text, other) <= 1
    assert alike(text, other) == alike(other, text)
    assert not text.strip() or alike(text, text) > 0.99
    assert same_place(text, other) == same_place(other, text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("ул. Ленина, д. 5", "Ленина 5"),
        ("улица Ленина, дом 5", "на улице Ленина 5"),
        ("г. Миасс, ул. Ленина, д. 5, кв. 12", "Ленина 5"),
        ("Миасс, Ленина 5", "Ленина, 5"),
        ("пр-т Победы, 166а", "проспект Победы 166 А"),
        ("ул. Труда, д. 12/1", "Труда 12 корпус 1"),
        ("ул. Труда, 12 к. 1", "труда д.12/1"),
        ("1-я Эльтонская, 22", "ул. 1 Эльтонская, д. 22"),
        ("ул. 8 Марта, 12", "8 марта 12"),
        ("ул. Карла Маркса 3", "К. Маркса, 3"),
        ("ул. Маркса, 3", "Карла Маркса 3"),
        ("Российская 220", "на Российской, 220"),
        ("ул. Комсомольская 4", "Комсомолская 4"),
        ("Копейское шоссе", "копейское шоссе"),
        ("остановка Цирк", "Остановка «Цирк»"),
        ("Ленина 5, подъезд 3", "Ленина 5"),
        ("б-р Славы, 10", "бульвар Славы 10"),
        ("ул. Гагарина, д. 05", "Гагарина 5"),
        ("дом 12 по улице Труда", "Труда 12"),
        ("ул. Академика Королёва, 7", "Королева 7"),
    ],
)
def test_one_place(text: str, other: str) -> None:
    assert same_place(text, other) and same_place(other, text)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("Ленина 5", "Ленина 7"),
        ("Ленина 5", "Ленина 5а"),
        ("Ленина 5", "Ленина 5/1"),
        ("Ленина 5", "Мира 5"),
        ("Ленина", "Ленина 5"),
        ("проспект Победы, 5", "улица Победы, 5"),
        ("ул. Красная, 3", "ул. Красная Пресня, 3"),
        ("1-я Эльтонская, 22", "2-я Эльтонская, 22"),
        ("ул. 8 Марта, 12", "ул. 9 Марта, 12"),
        ("ул. Труда, 12 к. 1", "ул. Труда, 12 к. 2"),
        ("Копейское шоссе", "Свердловское шоссе"),
        ("", ""),
        ("5", "5"),
        ("остановка Цирк", "остановка Театр"),
    ],
)
def test_two_places(text: str, other: str) -> None:
    assert not same_place(text, other) and not same_place(other, text)


@pytest.mark.parametrize(
    ("text", "other", "same"),
    [
        ("ул. Ленина, д. 5", "Ленина 14", True),
        ("улица Лихачёва, дом 21", "Лихачева, 8", True),
        ("Миасс, Ленина 5", "г. Миасс, ул. Ленина, 7, кв. 3", True),
        ("Копейское шоссе", "Копейское шоссе, 12", True),
        ("проспект Победы, 5", "улица Победы, 7", False),
        ("Ленина 5", "Мира 5", False),
        ("возле магазина", "возле магазина", False),
        ("Ленина", "Ленина 5", False),
        ("", "Ленина 5", False),
        ("5", "7", False),
    ],
)
def test_one_street_whatever_house(text: str, other: str, same: bool) -> None:
    """R32: only where both tell a street; a bare name may be anything."""
    assert same_street(text, other) is same and same_street(other, text) is same


def test_streets_and_houses_in_many_spellings() -> None:
    """R32: the same house in any spelling is one, another house in any spelling is not."""
    chance = random.Random(SEED)
    streets = ["Ленина", "Труда", "Российская", "Гагарина", "Молодогвардейцев", "Цвиллинга", "Чайковского", "Зелёная"]

    def spelt(street: str, house: int) -> str:
        before = chance.choice(["ул. ", "ул ", "улица ", "", "г. Миасс, ул. ", "Миасс, "])
        between = chance.choice([", ", " ", ", д. ", " дом ", ",", " д."])
        flat = chance.choice(["", ", кв. 7", " кв 7"])
        return f"{before}{chance.choice([street, street.lower()])}{between}{house}{flat}"

    for _ in range(1_000):
        street, house = chance.choice(streets), chance.randint(1, 200)
        one, other = spelt(street, house), spelt(street, house)
        assert same_place(one, other), f"seed {SEED}: {one} | {other}"
        assert not same_place(one, spelt(street, house + chance.randint(1, 9))), f"seed {SEED}: {one}"


def test_no_text_is_slow() -> None:
    usual = "Добрый день! На улице Труда у дома 5 третью неделю не вывозят мусор, крысы бегают. " * 3
    assert cost(lambda: compare(usual, usual.replace("мусор", "отходы"))) < 0.003
    for piece in ("ул. ", "Ленина 5 ", "1 ", "а", "а-", "корпус 1 ", "г. Аа, "):
        long = piece * 20_000
        assert cost(partial(compare, long, long + "а"), times=5) < 0.2


def compare(text: str, other: str) -> None:
    alike(text, other)
    same_place(text, other)
