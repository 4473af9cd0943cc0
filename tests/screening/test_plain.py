"""A text is read as it was meant, whatever the keyboard did."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from screening.plain import LOOKED, plainly, readings
from tests.form import examples


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("", ""),
        ("Ёлка", "елка"),
        ("ПОЖАР", "пожар"),
        ("пожааар", "пожар"),
        ("ванна", "ванна"),
        ("П О Ж А Р", "пожар"),
        ("п.о.ж.а.р", "пожар"),
        ("я и ты", "я и ты"),
        ("гoрит дoм", "горит дом"),
        ("п0жар", "пожар"),
        ("по́жар", "пожар"),
        ("по\u200bжар", "пожар"),
        ("дом 5, кв 12а", "дом 5, кв 12а"),
        ("өйҙә газ еҫе", "ойза газ есе"),
        ("🔥 дом", " огонь  дом"),
        ("ﬁre", "fire"),
    ],
)
def test_small_letters_of_one_alphabet(text: str, plain: str) -> None:
    assert plainly(text) == plain


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("ljv ujhbn", "дом горит"),
        ("LJV UJHBN", "дом горит"),
        ("[jxe ;bnm", "хочу жить"),
        ("pahnet gazom", "пахнет газом"),
        ("ne xo4u zhit'", "не хочу жить"),
        ("pozhar moj dom", "пожар мой дом"),
        ("shchitok ya", "щиток я"),
    ],
)
def test_another_layout_and_another_alphabet(text: str, meant: str) -> None:
    assert meant in readings(text)


def test_a_russian_text_has_one_reading() -> None:
    assert readings("Горит дом, кв. 5") == ("горит дом, кв. 5",)


@settings(max_examples=examples(100), deadline=None)
@given(st.text())
def test_any_text_is_read_and_no_more_than_is_looked_at(text: str) -> None:
    assert all(isinstance(one, str) for one in readings(text))
    assert len(plainly("а" * (LOOKED + 5) + "б")) == 1
