"""Stems: all forms of a word have one key, words of one meaning too, and stop words have none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from screening.words import BOUND, STOP, cut, fold, keys, stem, tokens


@pytest.mark.parametrize(
    "forms",
    [
        "яма ямы яму ямой ям ямка",
        "дорога дороги дорогу дорогой дорог",
        "надпись надписи",
        "запись",
        "чистят чистить почистить расчистка",
        "разбитая разбитый разбитую разбито",
        "убирают убирается уборка",
        "улицы улица улицей улицу",
        "холодный холодно холодная",
    ],
)
def test_forms_of_a_word_have_one_stem(forms: str) -> None:
    assert len({stem(word) for word in forms.split()}) == 1


def test_different_words_stay_apart() -> None:
    assert len({stem(word) for word in ["яма", "снег", "вода", "свет", "дорога", "мусор"]}) == 6


@pytest.mark.parametrize(
    ("word", "bare"),
    [
        ("вымывшись", "вым"),
        ("длинный", "длин"),
        ("новость", "нов"),
        ("запись", "запис"),
        ("стр", "стр"),
        ("работающий", "работа"),
    ],
)
def test_an_ending_is_cut(word: str, bare: str) -> None:
    assert cut(word) == bare


def test_words_are_folded_and_stop_words_and_numbers_say_nothing() -> None:
    assert fold("ЁЛКА") == "елка" and tokens("Ёлка, дом № 5!") == ["елка", "дом", "5"]
    assert keys("и на дороге 15 ям") == [stem("дороге"), stem("ям")] and "и" in STOP
    assert tokens("яма " * BOUND) == tokens(("яма " * BOUND)[:BOUND])


@given(st.text("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", min_size=1, max_size=20))
def test_the_same_word_always_gives_the_same_key(word: str) -> None:
    assert stem(fold(word)) == stem(fold(word)) and fold(word).startswith(cut(fold(word))[:1])
