"""An address is taken as it is written; a school, a bus or a date is no address (R25)."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching.addresses import find
from tests.cost import cost
from tests.form import examples


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("В Миассе на улице Ленина 15 яма", "улице Ленина 15"),
        ("ул. Гагарина, д. 5, к. 2 не горит свет", "ул. Гагарина, д. 5, к. 2"),
        ("проспект Победы 166а", "проспект Победы 166а"),
        ("на свободы 155 не убран снег", "свободы 155"),
        ("Свободы, 155", "Свободы, 155"),
        ("Челябинск, Комсомольский проспект, 48", "Комсомольский проспект, 48"),
        ("Копейское шоссе, ямы", "Копейское шоссе"),
        ("пр-т Макеева, дом 12, подъезд 3", "пр-т Макеева, дом 12, подъезд 3"),
        ("во дворе дома 12 по улице 8 Марта темно", "дома 12 по улице 8 Марта"),
        ("ул. 1-я Эльтонская, 22", "ул. 1-я Эльтонская, 22"),
        ("ул.Ленина,д.9", "ул.Ленина,д.9"),
        ("Прошу убрать снег: ул. Труда, д.12/1, во дворе", "ул. Труда, д.12/1"),
        ("улица Кирова напротив цирка", "улица Кирова"),
        ("Коркино, Цвиллинга 18", "Цвиллинга 18"),
        ("адрес: российская 220", "российская 220"),
        ("бульвар Славы 10", "бульвар Славы 10"),
    ],
)
def test_found_as_written(text: str, address: str) -> None:
    assert find(text) == address


@pytest.mark.parametrize(
    "text",
    [
        "",
        "нет воды",
        "школа 15 закрыта",
        "автобус 64 не приехал, ждали уже 40 минут",
        "ждём 3 дня",
        "больница № 3",
        "с 15 ноября нет отопления",
        "300 метров от дома",
        "температура 15 градусов",
        "набережная реки Миасс",
    ],
)
def test_no_address(text: str) -> None:
    assert find(text) is None


PIECES = "ул. улица Ленина д. 5 , к. Аа-Аа проспект 1-я на по дом №"


@settings(max_examples=examples(300), deadline=None)
@given(st.lists(st.sampled_from(PIECES.split())).map(" ".join) | st.text())
def test_an_address_is_a_part_of_the_text(text: str) -> None:
    found = find(text)
    assert found is None or (found and found in " ".join(text.split()))


@pytest.mark.parametrize(
    "piece", ["ул. ", "А", "Аа ", "ул а-", "1 ", "Ленина ", "улица ", "Аа-Аа ", "Аа. ", "дом 1 по "]
)
def test_no_text_is_slow(piece: str) -> None:
    assert cost(lambda: find(piece * 25_000), times=5) < 0.05
