"""Words on the page: whole where there is room, with an ellipsis where there is none, never over the edge."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.letters import width
from features.statistics.report.flow import numbered_lines, paragraph, plain
from tests.form import examples
from tests.report.test_page import edges, placed

LONG = "сообщения о снеге и наледи во дворах"


@settings(max_examples=examples(150), deadline=None)
@given(st.text("абвгд жШЩ", max_size=300), st.text("абвгд жШЩ", max_size=300), st.integers(1, 4))
def test_a_paragraph_keeps_to_its_lines_and_its_width(strong: str, rest: str, most: int) -> None:
    found = list(placed(paragraph(strong, rest, 10, 20, 200, 18, most).marks))
    assert len({y for _, _, y in found}) <= most
    assert all(edges(one, x)[1] <= 210 + 0.1 for one, x, _ in found)


def test_what_is_cut_ends_with_an_ellipsis() -> None:
    told = [one.words for one, _, _ in placed(paragraph(LONG, LONG, 0, 0, 200, 18, 2).marks)]
    assert told[-1].endswith("…") and not told[0].endswith("…")
    assert [one.words for one in plain(f"{LONG} {LONG}", 0, 0, 150, 14, 2).marks][-1].endswith("…")


def test_one_word_that_is_wider_than_the_line_is_cut_too() -> None:
    (one,) = paragraph("", "Щ" * 60 + " да", 0, 0, 200, 18, 1).marks
    assert one.words.endswith("…") and width(one.words, 18) <= 200


def test_what_has_room_is_whole_and_in_two_weights() -> None:
    bold, light = paragraph("Снега больше.", "Отвечаем быстрее.", 0, 0, 500, 18, 3).marks
    assert (bold.words, bold.at.get("font-weight")) == ("Снега больше.", "bold")
    assert (light.words, light.at.get("font-weight")) == ("Отвечаем быстрее.", None)


def test_tasks_are_numbered_and_links_where_they_lead_somewhere() -> None:
    found = numbered_lines([("Первое", "/a"), ("Второе", "")], 0, 0, 300)
    assert [one.tag for one in found.marks] == ["a", "g"]
    assert [one.words for one, _, _ in placed(found.marks)] == ["1", "Первое", "2", "Второе"]


def test_no_words_take_no_room() -> None:
    assert plain("", 0, 7, 100, 14, 2).marks == () and paragraph("", "", 0, 7, 100, 14, 2).y == 7
