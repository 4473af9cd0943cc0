"""The order of a resident's words in a chat is looked at in every line but the address of a card (I5)."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.simulation.checks import marks_in_order

ONE, TWO = "Пометка 20003х1", "Пометка 20003х2"


@pytest.mark.parametrize(
    ("kind", "text", "quotes", "marks"),
    [
        ("card", f"Снег, {TWO}\n№1107-CEMM\n\n{ONE}", [], ["20003х1", "20003х2"]),
        ("card", f"Снег, {TWO}\n№1107-CEMM", [ONE], ["20003х1", "20003х2"]),
        ("card", f"Снег, улица\n№1107-CEMM\n\n{TWO}\n{ONE}", [], ["20003х2", "20003х1"]),
        ("card", "Снег, улица\n№1107-CEMM", [TWO, ONE], ["20003х2", "20003х1"]),
        ("card", "Снег\n№1107-CEMM", [f"Адрес: {TWO}", ONE], ["20003х2", "20003х1"]),
        ("card", f"Снег, улица\n№1107-CEMM\n\nАдрес: {TWO}\n{ONE}", [], ["20003х2", "20003х1"]),
        ("card", f"Снег, улица\n№1107-CEMM\n\n{TWO}\n\n{ONE}", [], ["20003х1", "20003х2"]),
        ("card", f"Снег, улица\n№1107-CEMM\n\n{TWO}\n{ONE}\n\nЕщё", [], ["20003х2", "20003х1"]),
        ("addition", f"Дополнение\nАдрес: {TWO}\n{ONE}", [], ["20003х2", "20003х1"]),
    ],
)
def test_only_the_address_of_a_card_is_no_order(kind: str, text: str, quotes: list[str], marks: list[str]) -> None:
    carried = [SimpleNamespace(text=quote, quotes=[]) for quote in quotes]
    message: Any = SimpleNamespace(text=text, quotes=carried)
    assert marks_in_order(kind, message) == marks
