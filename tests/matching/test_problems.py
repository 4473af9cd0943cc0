"""A message that tells of several problems is taken apart where the resident says so, and no word is lost (I2)."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.region.directory_file import read
from matching import Matcher
from matching.problems import MOST, split
from tests.cost import cost
from tests.form import examples

MATCHER = Matcher(read(Path(__file__).parents[2] / "regions" / "chelyabinsk"))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Миасс, Ленина 5: яма на дороге. И ещё не горит фонарь во дворе.", 2),
        ("Яма на дороге у школы, а ещё не вывозят мусор со двора", 2),
        ("1. Яма на дороге 2. Не горит фонарь 3. Не вывозят мусор", 3),
        ("1) нет горячей воды\n2) не работает лифт", 2),
        ("Не убирают снег во дворе. Кроме того, не ходит автобус 64.", 2),
        ("Течёт крыша, также не работает лифт", 2),
        ("Во-первых, не вывозят мусор. Во-вторых, бродячие собаки у школы.", 2),
        ("В поликлинике нет талонов к врачу. И второе: отменили автобус до больницы.", 2),
        ("Прорвало трубу, вода течёт по дороге. Ещё раз прошу устранить!", 0),
        ("Яма на дороге. Яма огромная, ещё одна рядом.", 0),
        ("Нет воды третий день, ещё и холодно.", 0),
        ("Не горит фонарь, также прошу сообщить о сроках.", 0),
        ("Здравствуйте! Нет отопления, 12 градусов. Спасибо.", 0),
        ("Нет воды, Миасс, улица Ленина, дом 5. Кран пустой", 0),
        ("", 0),
    ],
)
def test_taken_apart_where_the_resident_says_so(text: str, parts: int) -> None:
    found = MATCHER.problems(text)
    assert len(found) == parts
    assert not found or " ".join(found).split() == text.split()


def test_what_is_about_the_same_or_about_nothing_stays_together() -> None:
    assert split("яма тут. Ещё яма там", lambda clause: "pits") == ()
    assert split("яма тут. Ещё чего нибудь", lambda clause: None) == ()
    many = " ".join(f"{number}. беда номер {number}" for number in range(1, 9))
    assert len(split(many, lambda clause: clause)) == MOST


@settings(max_examples=examples(200), deadline=None)
@given(
    st.lists(
        st.sampled_from(["яма.", "фонарь", "ещё", "кроме", "того,", "1.", "2)", "дома", "воды", "нет", "лифт\n"])
    ).map(" ".join)
)
def test_no_word_is_lost(text: str) -> None:
    found = split(text, lambda clause: clause[:3])
    assert not found or (" ".join(found).split() == text.split() and 2 <= len(found) <= MOST)


def test_a_long_text_keeps_its_end() -> None:
    text = "1. яма на дороге 2. лифт не едет " + "а" * 9_000
    assert sum(map(len, split(text, lambda clause: clause[:1]))) >= 9_000


@pytest.mark.parametrize("piece", ["1. ", "ещё ", "а ещё ", ". ", "\n", "кроме того "])
def test_no_text_is_slow(piece: str) -> None:
    assert cost(lambda: split(piece * 25_000, lambda clause: clause), times=5) < 0.05
