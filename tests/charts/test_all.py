"""What every chart owes: valid XML, a name, links with names, no inline style, hostile words as words."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts import bars, heat, intervals, lines, map, parts, sparkline, stacked
from bot.charts.chart import Chart
from bot.charts.mark import address, drawing, escape_text, link, short, text
from bot.charts.paint import BOTH, DARK, DRAWN, FILLED, LIGHT, PANEL, PAPER, Look, style_sheet, theme, tokens_of
from tests.charts import samples
from tests.charts.gallery import charts
from tests.charts.reading import SVG, first, links, root, words
from tests.form import examples

ALL = charts()
HOSTILE = (
    "<script>alert(1)</script>",
    '" onload="alert(1)',
    "]]><!--&amp;&lt;",
    "\x00\x08\ufffe\ud800",
    "\u202eтпиркс",
    "'><svg/onload=1>",
)


@pytest.mark.parametrize("name", ALL)
def test_it_has_a_name_a_description_and_a_role(name: str) -> None:
    chart = ALL[name]
    assert first(chart.svg, "title") and first(chart.svg, "desc")
    assert [one.tag for one in root(chart.svg)][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root(chart.svg).get("role") == ("group" if links(chart.svg) else "img")
    assert all(one.get("aria-label") and one.get("href") for one in links(chart.svg))


@pytest.mark.parametrize("name", ALL)
def test_nothing_in_it_needs_more_than_the_strictest_policy(name: str) -> None:
    """CSP without inline styles and scripts, no other host."""
    for one in root(ALL[name].svg).iter():
        assert "style" not in one.attrib and not any(key.startswith("on") for key in one.attrib)
        assert one.tag.removeprefix(SVG) not in {"style", "script", "image", "use", "foreignObject"}
        assert (one.get("href") or "/").startswith("/")


@pytest.mark.parametrize("name", ALL)
def test_the_panel_has_no_colours_in_it_and_every_class_has_one_in_the_style_sheet(name: str) -> None:
    svg = ALL[name].svg
    assert "#" not in re.sub(r"url\(#[\w-]+\)", "", svg)
    kinds = {one.get("class") for one in root(svg).iter() if one.tag not in (f"{SVG}svg", f"{SVG}g")} - {None}
    assert kinds and all(f".chart .{kind} {{" in style_sheet() for kind in kinds)


def test_every_class_has_a_colour_of_both_themes() -> None:
    assert LIGHT.keys() == DARK.keys()
    for kind in {*FILLED, *DRAWN, *BOTH}:
        assert set(tokens_of(kind).values()) <= LIGHT.keys()


def test_a_picture_brings_its_colours_and_its_font() -> None:
    svg = bars.bars(samples.bars(), PAPER).svg
    assert 'fill="#2563c9"' in svg and "Liberation Sans" in svg and "var(" not in svg


@pytest.mark.parametrize("name", ALL)
def test_the_same_figures_give_the_same_picture(name: str) -> None:
    assert charts()[name] == ALL[name]


@pytest.mark.parametrize("name", ALL)
def test_the_table_has_a_word_for_every_cell(name: str) -> None:
    table = ALL[name].table
    assert table.rows and all(len(row) == len(table.heads) for row in table.rows)
    assert all(cell.words for row in table.rows for cell in row)
    missing = [cell for row in table.rows for cell in row if cell.value is None]
    assert all(cell.words in ("нет данных", "—") for cell in missing)


@pytest.mark.parametrize("name", ALL)
def test_all_words_are_twelve_points_or_larger_but_a_digit_in_a_circle(name: str) -> None:
    small = [one for one in root(ALL[name].svg).iter(f"{SVG}text") if float(one.get("font-size") or 0) < 12]
    assert all((one.text or "").isdigit() for one in small)


def named_everywhere(hostile: str, look: Look) -> list[Chart]:
    """Every kind of chart with this in every place where words stand."""
    pair = bars.Pair(hostile, 3, None, hostile, hostile, "/a")
    column = stacked.Column(hostile, 1, None, 2, hostile, hostile, "/a")
    row = intervals.IntervalRow(hostile, 3, 4, "/a")
    region = samples.region_map()
    area = replace(region.areas[0], name=hostile, words=hostile)
    return [
        bars.bars(bars.Bars(hostile, hostile, (pair,), hostile, hostile), look),
        stacked.stacked_chart(stacked.Stacked(hostile, hostile, (column,), hostile, hostile, hostile, hostile), look),
        lines.lines(lines.Lines(hostile, hostile, (hostile,), (lines.Series(hostile, (1,)),), ("/a",)), look),
        parts.parts(parts.Parts(hostile, hostile, (parts.Part(hostile, 1),)), look),
        sparkline.sparkline(sparkline.Sparkline(hostile, (1, None), (hostile, hostile)), look),
        heat.heat(replace(samples.heat(), title=hostile, about=hostile), look),
        intervals.intervals(intervals.Intervals(hostile, hostile, (row,), intervals.Axis(0.9)), look),
        map.chart_map(replace(region, title=hostile, about=hostile, areas=(area,), by=hostile), look),
    ]


@pytest.mark.parametrize("look", [PANEL, PAPER])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_words_stay_words(hostile: str, look: Look) -> None:
    harmless = [tags(one.svg) for one in named_everywhere("слово", look)]
    for chart, same in zip(named_everywhere(hostile, look), harmless, strict=True):
        assert tags(chart.svg) == same and not any(
            key.startswith("on") for one in root(chart.svg).iter() for key in one.attrib
        )
        assert "\u202e" not in chart.svg
        assert first(chart.svg, "title") == re.sub("[\x00\x08\ufffe\ud800]", "\ufffd", hostile).replace("\u202e", "")


def tags(svg: str) -> list[str]:
    """In order; notes that have room for some words only are not counted."""
    return [one.tag for one in root(svg).iter() if one.tag != f"{SVG}text"]


@settings(max_examples=examples(200), deadline=None)
@given(st.text())
def test_any_text_is_read_back_as_it_was_or_as_a_mark_of_what_cannot_be(words_in: str) -> None:
    svg = drawing("x", words_in, "о чём", (10, 10), [text("label", 0, 0, words_in)], PANEL)
    read = words(svg)[0] if words(svg) else ""
    as_read = escape_text(words_in).replace("\r\n", "\n").replace("\r", "\n")  # as XML reads the ends of lines
    assert len(read) <= len(words_in) and escape_text(read) == as_read


@pytest.mark.parametrize(
    "href",
    [
        "javascript:alert(1)",
        "data:text/html,1",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "mailto:a",
        "/a b",
        " /a",
    ],
)
def test_what_is_no_address_of_a_page_is_no_link(href: str) -> None:
    with pytest.raises(ValueError, match="not an address"):
        address(href)


@pytest.mark.parametrize(
    ("value", "told"), [(1.25, "1.2"), (-0.04, "0"), (100.0, "100"), ("2 2", "2 2"), (-3.5, "-3.5")]
)
def test_places_are_told_to_a_tenth(value: float | str, told: str) -> None:
    assert short(value) == told


@pytest.mark.parametrize("value", [float("nan"), float("-inf")])
def test_a_place_that_is_nowhere_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="finite"):
        short(value)


def test_the_style_sheet_and_the_theme_fit_each_other() -> None:
    """Every token that a rule asks for is defined."""
    asked = set(re.findall(r"var\(--([\w-]+)\)", style_sheet()))
    assert asked <= set(re.findall(r"--([\w-]+):", theme(DARK))) == set(DARK)


def test_without_an_address_a_mark_still_says_what_it_is() -> None:
    mark = link("", "пн: 5", [text("label", 0, 0, "5")])
    assert (mark.tag, mark.inside[0].tag, mark.inside[0].words) == ("g", "title", "пн: 5")
