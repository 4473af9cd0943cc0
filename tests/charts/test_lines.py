"""Lines, sparklines and the heat map: no line crosses a gap, nothing known is not nothing came."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.heat import Heat, heat, shade
from bot.charts.lines import Lines, Series, lines
from bot.charts.numbers import MISSING
from bot.charts.sparkline import Sparkline, course_in_words, sparkline
from tests.charts import samples
from tests.charts.reading import first, links, number, of_class, words
from tests.form import examples

COURSE = st.lists(st.none() | st.integers(0, 100_000), min_size=1, max_size=40)


def places(svg: str, kind: str) -> list[tuple[float, float]]:
    return [
        (float(x), float(y))
        for one in of_class(svg, kind)
        for x, y in re.findall(r"(-?[\d.]+) (-?[\d.]+)", one.get("d") or "")
    ]


@settings(max_examples=examples(150), deadline=None)
@given(COURSE)
def test_every_known_value_is_a_point_and_no_line_crosses_a_gap(values: list[int | None]) -> None:
    labels = tuple(str(turn) for turn in range(len(values)))
    chart = lines(Lines("Поступило", "По дням.", labels, (Series("год", tuple(values)),)))
    alone = of_class(chart.svg, "dot")
    assert len(places(chart.svg, "trend")) + len(alone) == sum(value is not None for value in values)
    assert [row[1].value for row in chart.table.rows] == values
    gaps = [turn for turn, value in enumerate(values) if value is None]
    assert (f"Нет данных: {', '.join(map(str, gaps))}." in first(chart.svg, "desc")) == bool(gaps)


def test_the_higher_value_stands_higher_in_proportion() -> None:
    chart = lines(Lines("", "", ("а", "б", "в"), (Series("год", (0, 50, 100)),)))
    foot, middle, top = (y for _, y in places(chart.svg, "trend"))
    assert foot - middle == pytest.approx(middle - top, abs=0.11) and foot > top


def test_a_long_gap_says_what_it_is() -> None:
    assert MISSING in words(lines(samples.lines()).svg)
    assert MISSING not in words(lines(samples.lines(gap=False)).svg)


def test_each_day_is_a_link_with_both_figures() -> None:
    found = links(lines(samples.lines(gap=False)).svg)
    assert len(found) == 90 and re.fullmatch(r"1\.09: этот год: \d+, прошлый: \d+", found[0].get("aria-label") or "")


@pytest.mark.parametrize("series", [(), (Series("а", (1, 2)),), (Series("а", (1,)),) * 4])
def test_series_of_another_length_or_too_many_are_refused(series: tuple[Series, ...]) -> None:
    with pytest.raises(ValueError, match="series"):
        Lines("", "", ("пн",), series)


def test_addresses_for_some_days_only_are_refused() -> None:
    with pytest.raises(ValueError, match="address"):
        Lines("", "", ("пн", "вт"), (Series("а", (1, 2)),), ("/a",))


@settings(max_examples=examples(100), deadline=None)
@given(COURSE)
def test_a_sparkline_has_a_point_for_each_known_value(values: list[int | None]) -> None:
    chart = sparkline(Sparkline("12 недель", tuple(values)))
    alone = of_class(chart.svg, "other")
    assert len(places(chart.svg, "spark")) + len(alone) == sum(value is not None for value in values)
    assert len(of_class(chart.svg, "dot")) == (values[-1] is not None)
    assert [row[1].value for row in chart.table.rows] == values


def test_a_sparkline_is_said_in_a_sentence() -> None:
    assert course_in_words(Sparkline("", (60, None, 95))) == "От 60 до 95, последнее 95."
    assert course_in_words(Sparkline("", (60, None))) == "От 60 до 60, последнее нет данных."
    assert course_in_words(Sparkline("", (None,))) == "Нет данных."


# The heat map.


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.none() | st.integers(0, 5000), min_size=168, max_size=168))
def test_every_hour_is_in_the_table_and_darker_means_more(values: list[int | None]) -> None:
    rows = tuple(tuple(values[24 * day : 24 * day + 24]) for day in range(7))
    chart = heat(Heat("Когда пишут", "По часам.", rows))
    assert tuple(tuple(cell.value for cell in row[1:]) for row in chart.table.rows) == rows
    assert len(of_class(chart.svg, "gap")) == sum(value is None for value in values) + (None in values)


@settings(max_examples=examples(200))
@given(st.integers(0, 5000), st.integers(0, 5000), st.integers(1, 1000))
def test_more_is_never_lighter(one: int, other: int, each: int) -> None:
    order = ["zero", "area-1", "area-2", "area-3", "area-4", "area-5"]
    fewer, more = sorted((one, other))
    assert order.index(shade(fewer, each)) <= order.index(shade(more, each))


@pytest.mark.parametrize("upright", [False, True])
def test_each_hour_is_a_link_that_a_finger_finds(upright: bool) -> None:
    chart = heat(samples.heat(upright))
    assert len(links(chart.svg)) == 168
    assert links(chart.svg)[24 + 9].get("aria-label", "").startswith("вт, 9–10 ч: ")
    tiles = [one for turn in range(1, 6) for one in of_class(chart.svg, f"area-{turn}")]
    assert tiles and all(min(number(one, "width"), number(one, "height")) >= 12 for one in tiles)


def test_a_week_of_another_shape_is_refused() -> None:
    with pytest.raises(ValueError, match="seven days"):
        Heat("", "", ((1,) * 24,) * 6)
