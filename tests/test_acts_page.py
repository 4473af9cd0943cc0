"""The table of acts is whole, and the page shows it."""

from __future__ import annotations

from handlers.resident.acts import TABLE
from handlers.resident.situation import Situation
from screening.acts.act import Act
from tests.acts_page import PAGE, functions, page


def test_each_act_has_an_answer_in_each_situation() -> None:
    assert set(TABLE) == set(Act)
    assert all(set(row) == set(Situation) for row in TABLE.values())


def test_the_page_is_made_from_the_table() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tests.acts_page"


def test_each_function_says_what_it_does() -> None:
    assert [line for line in functions() if not line.partition("`: ")[2]] == []
