"""Shares beside the region: only a whole interval on one side counts, and few messages are not compared."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.intervals import (
    Axis,
    IntervalRow,
    Intervals,
    Standing,
    axis_for,
    cell,
    cell_of_region,
    intervals,
    row_in_words,
    standing,
)
from states.statistics.wilson import wilson
from tests.charts import samples
from tests.charts.reading import first, links, number, of_class, words
from tests.form import examples

AXIS = Axis(0.911)


@pytest.mark.parametrize(
    ("good", "of", "expected"),
    [
        (700, 861, Standing.WORSE),
        (168, 188, Standing.SAME),
        (2113, 2229, Standing.BETTER),
        (70, 75, Standing.FEW),
        (0, 99, Standing.FEW),
        (0, 0, Standing.FEW),
    ],
)
def test_where_a_row_stands(good: int, of: int, expected: Standing) -> None:
    assert standing(IntervalRow("Где", good, of), AXIS) is expected


def test_it_is_said_with_both_ends_and_both_counts() -> None:
    told = row_in_words(IntervalRow("Копейский ГО", 700, 861), AXIS)
    assert told == "81,3\u00a0% от 78,6\u00a0% до 83,8\u00a0%, 700 из 861, хуже среднего"
    assert row_in_words(IntervalRow("Октябрьский МО", 70, 75), AXIS) == "70 из 75, мало"
    assert row_in_words(IntervalRow("Локомотивный ГО", 0, 0), AXIS) == "нет данных"


ROWS = st.lists(st.integers(0, 3000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))), max_size=12)


@settings(max_examples=examples(150), deadline=None)
@given(ROWS, st.floats(0, 1))
def test_every_interval_lies_on_the_axis_and_every_figure_in_the_table(
    counted: list[tuple[int, int]], region: float
) -> None:
    rows = tuple(IntervalRow(str(turn), good, of) for turn, (good, of) in enumerate(counted))
    chart = intervals(Intervals("В срок", "Доля.", rows, axis_for(rows, region)))
    assert [(row[4].value, row[5].value) for row in chart.table.rows] == counted
    spans = [one for kind in ("span", "span-bad", "span-good") for one in of_class(chart.svg, kind)]
    assert len(spans) == sum(of >= 100 for _, of in counted)
    assert all(198 <= number(one, "x1") <= number(one, "x2") <= 550 for one in spans)
    for row, (good, of) in zip(chart.table.rows, counted, strict=True):
        span = wilson(good, of)
        assert (row[2].value, row[3].value) == ((span.low, span.high) if span else (None, None))


def test_the_worst_of_the_chart_is_a_link_and_few_have_no_interval() -> None:
    chart = intervals(samples.intervals())
    assert len(links(chart.svg)) == 7 and len(of_class(chart.svg, "span-bad")) == 2
    assert {"70 из 75", "мало", "нет данных", "среднее 91,1"} <= set(words(chart.svg))


def test_one_row_alone_fits_a_cell_and_says_the_same() -> None:
    row = samples.ROWS[0]
    svg = cell(row, samples.axis())
    assert first(svg, "desc") == row_in_words(row, samples.axis()) and len(of_class(svg, "region")) == 1
    assert of_class(cell(samples.ROWS[6], samples.axis()), "region") == []


def test_what_lies_below_the_axis_stays_at_its_foot_and_has_no_point() -> None:
    svg = intervals(
        Intervals("", "", (IntervalRow("Где", 10, 200), IntervalRow("Где", 130, 200)), Axis(0.9, low=0.68))
    ).svg
    low, crossing = of_class(svg, "span-bad")
    assert number(low, "x1") == number(low, "x2") == number(crossing, "x1") == 198 < number(crossing, "x2")
    assert of_class(svg, "dot-bad") == []


def test_an_axis_outside_of_shares_is_refused() -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        Axis(91.1)


@pytest.mark.parametrize(
    ("region", "shown"), [(0.911, ["91,1", "75", "100"]), (0.76, ["76,0", "100"]), (0.99, ["99,0", "75"])]
)
def test_the_region_stands_on_the_axis_and_no_end_of_it_touches_it(region: float, shown: list[str]) -> None:
    svg = cell_of_region(Axis(region))
    assert words(svg) == shown and first(svg, "title") == "Все места"
