"""Long texts in parts: nothing lost but blanks at the cuts, nothing over VK's limit, no character torn."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.text.parts import LIMIT, NOTE, in_parts, split, units, with_words
from handlers.text.texts import lost_files
from states.effects import Kind, Send, Source
from states.screen import Button, Keyboard
from tests.form import examples

TEXTS = st.text(alphabet=st.sampled_from("аб \n🙂e\u0301\u200d\ufe0f❤👨"), max_size=120)


def solid(text: str) -> str:
    return "".join(text.split())


@settings(max_examples=examples(500), deadline=None)
@given(st.one_of(TEXTS, st.text(max_size=120)), st.integers(2, 50))
def test_parts_are_the_text_and_each_fits(text: str, limit: int) -> None:
    parts = list(split(text, limit))
    assert solid("".join(parts)) == solid(text)
    assert all(len(part.encode("utf-16-le", "surrogatepass")) // 2 <= limit for part in parts)
    assert len(parts) == 1 or all(part.strip() for part in parts[1:]), "no empty message"


@settings(max_examples=examples(200), deadline=None)
@given(st.text(max_size=60))
def test_units_are_those_of_utf_16(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_a_short_text_is_left_alone() -> None:
    assert list(split("  слово ")) == ["  слово "]
    assert list(split("")) == [""]


def test_blanks_at_the_end_make_no_empty_message() -> None:
    """VK refuses a message without words (100)."""
    assert list(split("а" * LIMIT + "  \n")) == ["а" * LIMIT]


def test_a_text_is_cut_at_a_line_else_at_a_word_else_anywhere() -> None:
    assert list(split("первая строка\nвторая", 16)) == ["первая строка", "вторая"]
    assert list(split("слово другое", 10)) == ["слово", "другое"]
    assert list(split("а" * 25, 10)) == ["а" * 10, "а" * 10, "а" * 5]
    assert list(split("     " + "а" * 20, 10))[0].strip() == "а" * 5, "a cut at leading blanks would say nothing"


@pytest.mark.parametrize(
    "text, first",
    [
        ("аааааааааe\u0301бб", "ааааааааа"),
        ("аааааааа❤\ufe0f\ufe0fбб", "аааааааа"),
        ("аааааа👨\u200d👩ббб", "аааааа"),
        ("аааааааа👍\U0001f3fdбб", "аааааааа"),
    ],
)
def test_a_character_of_several_signs_is_not_torn(text: str, first: str) -> None:
    assert next(split(text, 10)) == first


def test_a_huge_text_is_split() -> None:
    """A text of 100,000 characters, without one border."""
    parts = list(split("🙂" * 50_000))
    assert "".join(parts) == "🙂" * 50_000
    assert len(parts) == 25


def test_a_long_message_becomes_several_with_causes_of_their_own() -> None:
    """delivery.md §7: one row for each part. Originals go first; files, buttons and the report last: what became of the
    files is told with the fate of the whole."""
    keyboard = Keyboard(((Button("Принять"),),), inline=True)
    card = Send(
        2_000_000_001, "v1|101|card|1|3.r|2", ("слово " * 1500).strip(), Kind.CARD, keyboard=keyboard,
        forward=Source(1, (3,)), copy=Source(1, (4,)), fallback="слова", attachments=("photo1_2",), report=True,
        appeal="1124-AAAA",
    )  # fmt: skip
    first, middle, last = in_parts(card)
    assert [one.cause for one in (first, middle, last)] == [card.cause, f"{card.cause}.1", f"{card.cause}.2"]
    assert (first.forward, first.fallback) == (card.forward, "слова")
    assert [one.copy for one in (first, middle, last)] == [None, None, card.copy]
    assert [one.attachments for one in (first, middle, last)] == [(), (), card.attachments]
    assert (middle.forward, last.forward, last.fallback) == (None, None, "")
    assert [one.keyboard for one in (first, middle, last)] == [None, None, keyboard]
    assert [send.report for send in (first, middle, last)] == [False, False, True]
    assert {one.appeal for one in (first, middle, last)} == {"1124-AAAA"}


def test_a_short_message_stays_one() -> None:
    send = Send(1, "c", "слова")
    assert in_parts(send) == (send,)


def test_where_files_go_along_there_is_room_for_the_line_about_them() -> None:
    """What a resident reads of a lost file is not cut."""
    long = Send(1, "c", ("слово " * 640).strip(), Kind.ANSWER, copy=Source(2, (4,)), report=True)
    assert units(long.text) <= LIMIT
    parts = in_parts(long)
    assert [one.copy for one in parts] == [None, long.copy] and units(parts[-1].text) <= LIMIT - NOTE
    assert in_parts(replace(long, copy=None)) == (replace(long, copy=None),), "without files it is one message"
    assert in_parts(long, buttons_first=True) == (long,), "a card's first piece is that of its edits"
    (small,) = in_parts(replace(long, text="слово"))
    assert small.copy == long.copy


def test_lost_files_that_do_not_fit_are_counted() -> None:
    one = f"документ «{'ю' * 60}» (программа: такие файлы не передаём)"
    assert lost_files(("видео", one)) == f"Не удалось передать: видео, {one}."
    many = lost_files((one,) * 12)
    assert units(many) <= NOTE and many.endswith("передаём), ещё 2 файла.")
    assert lost_files((one,) * 3, 90) == "Не удалось передать: 3 файла."


def test_words_too_long_to_be_added_later_are_said_at_once() -> None:
    """F19: when VK refuses the forward, nothing of the resident's words may be cut."""
    assert with_words("карточка", "слова") == ("карточка", "слова")
    text, fallback = with_words("карточка", "слово " * 700)
    assert fallback == ""
    assert text.endswith("слово ")
    assert with_words("карточка", "") == ("карточка", "")
