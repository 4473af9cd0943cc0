"""A whole in its parts: in proportion, nobody too few to be seen, nothing drawn for nothing known."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.parts import KINDS, LEAST, SEAM, Part, Parts, level, parts, widths
from tests.charts import samples
from tests.charts.reading import first, number, of_class
from tests.form import examples

VALUES = st.lists(st.none() | st.integers(0, 100_000), max_size=4)


def strip(values: list[int | None]) -> Parts:
    return Parts("Органы", "Всего.", tuple(Part(str(turn), value) for turn, value in enumerate(values)))


@settings(max_examples=examples(200))
@given(VALUES)
def test_parts_fill_the_strip_in_proportion(values: list[int | None]) -> None:
    found = widths(strip(values))
    there = [wide for wide in found if wide]
    assert len(there) == sum(bool(value) for value in values)
    if there:
        assert sum(there) + SEAM * (len(there) - 1) == pytest.approx(342)
        assert min(there) >= LEAST - 1e-9
    large = [(wide, value) for wide, value in zip(found, values, strict=True) if value and wide > LEAST]
    for wide, value in large:
        assert wide / large[0][0] == pytest.approx(value / large[0][1])


@settings(max_examples=examples(100), deadline=None)
@given(VALUES)
def test_every_figure_is_in_the_table_and_shares_make_one(values: list[int | None]) -> None:
    rows = parts(strip(values)).table.rows
    assert [row[1].value for row in rows] == values
    shares = [row[2].value for row in rows if isinstance(row[2].value, float)]
    assert sum(shares) == pytest.approx(1 if any(values) else 0)
    assert all(row[1].words == "нет данных" for row, value in zip(rows, values, strict=True) if value is None)


def test_each_part_has_its_class_and_the_description_says_all() -> None:
    chart = parts(samples.parts())
    assert [len(of_class(chart.svg, kind)) for kind in KINDS] == [1, 1, 1, 0]
    assert first(chart.svg, "desc") == (
        "Из 3\u00a0740 органов. Есть страница: 3\u00a0590, ждут подпись: 138, создают: 12."
    )
    assert [row[2].words for row in chart.table.rows] == ["96,0\u00a0%", "3,7\u00a0%", "0,3\u00a0%"]


def test_more_parts_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="more parts"):
        strip([1, 2, 3, 4, 5])


@settings(max_examples=examples(100))
@given(st.integers(1, 10_000), st.integers(1, 10_000))
def test_a_bar_in_a_cell_is_as_long_as_its_value(value: int, more: int) -> None:
    (bar,) = of_class(level(value, value + more, "Дороги"), "bar")
    assert number(bar, "width") == pytest.approx(max(1, 62 * value / (value + more)), abs=0.06)


@pytest.mark.parametrize("value", [None, 0])
def test_nothing_is_drawn_for_nothing(value: int | None) -> None:
    svg = level(value, 10, "Дороги")
    assert of_class(svg, "bar") == []
    assert first(svg, "title") == ("Дороги: нет данных" if value is None else "Дороги: 0")
