"""Russian numbers, the room that words take, round steps, runs without gaps."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.letters import fit, lines, width
from bot.charts.numbers import MISSING, days, duration, number, percent, plain, signed_number
from bot.charts.scale import every, grid, labelled_places, runs, step
from tests.charts import font_widths
from tests.form import examples


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (number(18672), "18\u00a0672"),
        (number(1234567.25, 2), "1\u00a0234\u00a0567,25"),
        (number(-22), "\u221222"),
        (number(-0.04, 1), "0,0"),
        (plain(4.25), "4,2"),
        (plain(5.0), "5"),
        (percent(0.914), "91,4\u00a0%"),
        (percent(None), MISSING),
        (signed_number(275), "+275"),
        (signed_number(-94), "\u221294"),
        (signed_number(0), "0"),
        (signed_number(0.04, 1), "0,0"),
        (signed_number(None), MISSING),
        (duration(176), "2\u00a0ч\u00a056\u00a0мин"),
        (duration(188), "3\u00a0ч\u00a008\u00a0мин"),
        (duration(40), "40\u00a0мин"),
        (duration(-22), "\u221222\u00a0мин"),
        (duration(None), MISSING),
        (days(date(2026, 11, 16), date(2026, 11, 22)), "16–22\u00a0ноября"),
        (days(date(2026, 11, 30), date(2026, 12, 6)), "30\u00a0ноября – 6\u00a0декабря"),
        (days(date(2026, 12, 28), date(2027, 1, 3)), "28\u00a0декабря 2026 – 3\u00a0января 2027"),
        (days(date(2026, 11, 16), date(2026, 11, 16)), "16\u00a0ноября"),
    ],
)
def test_numbers_stand_as_they_are_written_in_russian(told: str, expected: str) -> None:
    assert told == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_is_no_number_is_not_told(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        number(value)


def test_the_widths_are_those_of_the_shipped_font() -> None:
    """`python -m tests.charts.font_widths` writes them."""
    assert (font_widths.ROOT / "bot/charts/font_widths.py").read_text(encoding="utf-8") == font_widths.module()


@settings(max_examples=examples(200), deadline=None)
@given(st.text("абв 12", max_size=60), st.floats(30, 200))
def test_lines_are_not_wider_than_they_may_be_and_hold_every_word(words: str, wide: float) -> None:
    found = lines(words, wide)
    assert all(width(one) <= wide for one in found)
    if not any(one.endswith("…") for one in found):
        assert " ".join(found).split() == words.split()


def test_an_ellipsis_says_that_something_was_left_out() -> None:
    assert fit("Верхнеуральский муниципальный округ", 100).endswith("…")
    assert fit("Миасс", 100) == "Миасс"


@settings(max_examples=examples(200))
@given(st.floats(0.01, 1e9))
def test_a_grid_has_one_to_three_round_lines(greatest: float) -> None:
    found = grid(greatest)
    assert 1 <= len(found) <= 3 and found[-1] <= greatest
    assert f"{step(greatest):e}"[:3] in {"1.0", "2.0", "2.5", "5.0"}


def test_of_nothing_there_is_no_grid() -> None:
    assert step(0) == 1 and grid(0) == []


@settings(max_examples=examples(200))
@given(st.lists(st.none() | st.floats(0, 9), max_size=20))
def test_runs_hold_every_known_value_once_and_no_gap(values: list[float | None]) -> None:
    found = runs(values)
    assert [place for run in found for place in run] == [turn for turn, one in enumerate(values) if one is not None]
    assert all(run == list(range(run[0], run[-1] + 1)) for run in found)


def test_labels_that_would_touch_are_left_out_but_never_the_last() -> None:
    assert every(["ноя"] * 13, 100) == 1
    each = every(["ноябрь"] * 13, 20)
    assert each > 1 and labelled_places(13, each)[-1] == 12
