"""Rows of buttons stay within VK's limits, whatever the page that is asked for (vk-api.md §7)."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from handlers.text import actions, keyboards
from states.screen import LABEL_LIMIT, ButtonKind
from tests.small import REGION


def labels(count: int, page: int) -> list[list[str]]:
    choices = [keyboards.button(f"№{n}", actions.TOPIC, str(n)) for n in range(count)]
    return [[one.label for one in row] for row in keyboards.page_of(choices, page)]


@given(st.text(max_size=100))
def test_a_label_always_fits(text: str) -> None:
    label = keyboards.label(text)
    assert len(label) <= LABEL_LIMIT
    assert label == text or (label.endswith("…") and text.startswith(label[:-1].rstrip()))


@given(st.integers(0, 60), st.integers(-1000, 1000))
def test_any_page_that_is_asked_for_shows_something(count: int, page: int) -> None:
    """T3: a forged number of a page shows the nearest one."""
    rows = labels(count, page)
    assert len(rows) <= 7
    assert not count or any(one.startswith("№") for one in rows[0])


def test_pages_turn_both_ways_and_show_every_choice_once() -> None:
    assert labels(3, 0) == [["№0"], ["№1"], ["№2"]]
    assert labels(7, 0)[-1] == ["Ещё →"]
    assert labels(13, 1)[-1] == ["← Раньше", "Ещё →"]
    assert labels(13, 2) == [["№12"], ["← Раньше"]]
    shown = [one for page in range(keyboards.pages(13)) for row in labels(13, page) for one in row]
    assert [one for one in shown if one.startswith("№")] == [f"№{n}" for n in range(13)]


def test_turning_a_page_names_the_page_it_leads_to() -> None:
    choices = [keyboards.button(str(n), actions.TOPIC, str(n)) for n in range(13)]
    before, after = keyboards.page_of(choices, 1)[-1]
    assert (before.command.value, after.command.value) == ("0", "2")


def test_empty_rows_are_left_out() -> None:
    assert keyboards.under((), (keyboards.BACK,), ()).rows == ((keyboards.BACK,),)
    assert keyboards.inline((), (keyboards.HELP,)).rows == ((keyboards.HELP,),)
    assert keyboards.inline().inline and not keyboards.under().inline


def test_each_kind_of_button() -> None:
    formal = keyboards.formal(REGION)
    assert (formal.kind, formal.link) == (ButtonKind.LINK, REGION.formal_channel)
    assert keyboards.location("Точка").kind is ButtonKind.LOCATION
    assert keyboards.callback("Принять", actions.ACCEPT, "1").kind is ButtonKind.CALLBACK
    assert [one.label for row in keyboards.rows_of_one([keyboards.BACK, keyboards.HELP]) for one in row] == [
        "Назад",
        "Помощь",
    ]
