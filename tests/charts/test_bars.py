"""Bars begin at zero and are as high as their figures; a missing one is a gap that says so."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.bars import Bars, Pair, bars
from bot.charts.numbers import MISSING, plain
from bot.charts.stacked import Column, Stacked, stacked_chart
from tests.charts import samples
from tests.charts.reading import links, number, of_class, words
from tests.form import examples

FIGURES = st.none() | st.integers(0, 10_000_000)
PAIRS = st.lists(st.tuples(FIGURES, FIGURES), min_size=1, max_size=31)


def week(values: list[tuple[int | None, int | None]]) -> Bars:
    pairs = tuple(Pair("пн", now, was, str(turn), href=f"/day/{turn}") for turn, (now, was) in enumerate(values, 1))
    return Bars("Поступило", "По дням.", pairs)


@settings(max_examples=examples(200), deadline=None)
@given(PAIRS)
def test_heights_are_in_proportion_and_begin_at_zero(values: list[tuple[int | None, int | None]]) -> None:
    svg = bars(week(values)).svg
    drawn = of_class(svg, "bar")
    known = [now for now, _ in values if now is not None]
    greatest = max([value for pair in values for value in pair if value is not None], default=0) or 1
    full = 196 - 40 - 22 - 20
    assert len(drawn) == len(known)
    for one, value in zip(drawn, known, strict=True):
        assert number(one, "height") == pytest.approx(full * value / greatest, abs=0.06)
        assert number(one, "y") + number(one, "height") == pytest.approx(196 - 40 - 22, abs=0.11)


@settings(max_examples=examples(100), deadline=None)
@given(PAIRS)
def test_every_figure_is_in_the_table_and_in_the_name_of_its_link(values: list[tuple[int | None, int | None]]) -> None:
    chart = bars(week(values))
    assert [(row[1].value, row[2].value) for row in chart.table.rows] == values
    for one, (now, _) in zip(links(chart.svg), values, strict=True):
        assert f": {plain(now)}" in (one.get("aria-label") or "")


@settings(max_examples=examples(100), deadline=None)
@given(PAIRS)
def test_outlines_are_as_high_as_their_figures(values: list[tuple[int | None, int | None]]) -> None:
    assert len(of_class(bars(week(values)).svg, "was")) == sum(was is not None for _, was in values)


def test_a_day_without_data_has_no_bar_and_is_not_zero() -> None:
    chart = bars(week([(5, None), (None, None), (0, None)]))
    assert len(of_class(chart.svg, "bar")) == 2 and MISSING in words(chart.svg)
    assert [row[1].words for row in chart.table.rows] == ["5", MISSING, "0"]


def test_where_no_word_fits_the_legend_says_what_the_gap_is() -> None:
    month = [(None if turn == 11 else 5, 4) for turn in range(30)]
    assert words(bars(week(month)).svg).count(MISSING) == 1 and len(of_class(bars(week(month)).svg, "gap")) == 1
    assert MISSING not in words(bars(week([(5, 4)] * 30)).svg)


def test_a_week_without_comparison_does_not_speak_of_one() -> None:
    chart = bars(week([(5, None), (6, None)]))
    assert "прошлая" not in words(chart.svg) and "прошлая" not in (links(chart.svg)[0].get("aria-label") or "")


def test_where_figures_do_not_fit_the_greatest_and_the_last_are_written() -> None:
    written = words(bars(week([(1000 + turn * 17 % 40, 1) for turn in range(31)])).svg)
    assert "1\u00a0039" in written and len([one for one in written if one.startswith("1\u00a0")]) <= 2


@pytest.mark.parametrize("value", [-1, float("nan"), float("inf")])
def test_a_bar_of_less_than_nothing_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not below zero"):
        bars(Bars("", "", (Pair("пн", value),)))


def test_no_days_is_an_empty_chart() -> None:
    assert bars(Bars("Поступило", "Нет дней.", ())).table.rows == ()


# Stacked.


@settings(max_examples=examples(150), deadline=None)
@given(st.lists(st.tuples(FIGURES, FIGURES, FIGURES), min_size=1, max_size=13))
def test_parts_stand_on_each_other(values: list[tuple[int | None, int | None, int | None]]) -> None:
    columns = tuple(Column(str(turn), *three) for turn, three in enumerate(values))
    chart = stacked_chart(Stacked("Год", "По месяцам.", columns, "с меткой", "без"))
    known = [(one, two) for one, two, _ in values if one is not None and two is not None]
    assert len(of_class(chart.svg, "bar")) == len(of_class(chart.svg, "rest")) == len(known)
    top = max(
        [value for row in values for value in row if value is not None] + [one + two for one, two in known], default=0
    )
    full = 236 - 40 - 26 - 22
    for lower, whole, (one, two) in zip(of_class(chart.svg, "bar"), of_class(chart.svg, "rest"), known, strict=True):
        assert number(lower, "height") == pytest.approx(full * one / (top or 1), abs=0.06)
        assert number(whole, "height") == pytest.approx(full * (one + two) / (top or 1), abs=0.06)
    assert [tuple(cell.value for cell in row[1:3]) for row in chart.table.rows] == [row[:2] for row in values]


def test_the_year_shows_its_first_and_last_value_and_the_plan() -> None:
    chart = stacked_chart(samples.stacked())
    assert {"700", "6\u00a0000", "3\u00a0577"} <= set(words(chart.svg))
    assert len(of_class(chart.svg, "plan")) == 1 and len(links(chart.svg)) == 13


def test_the_plan_is_not_drawn_across_months_without_one() -> None:
    columns = tuple(Column(str(turn), 1, 1, None if turn == 2 else 3) for turn in range(5))
    assert len(of_class(stacked_chart(Stacked("", "", columns, "а", "б")).svg, "plan")) == 2


def test_a_month_without_data_says_so() -> None:
    chart = stacked_chart(samples.stacked(342, gap=True))
    assert MISSING in words(chart.svg) and len(of_class(chart.svg, "bar")) == 12
