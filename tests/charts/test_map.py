"""The map: all 43 municipalities at their own places, shades by value, hatching for few, its authors named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts.ground import ground, outline
from bot.charts.map import GROWS, SMALLEST, Area, Dot, Map, Ring, chart_map, ranges, shade
from bot.charts.numbers import MISSING
from bot.charts.spots import Spot, apart, inside_of
from bot.region.map_file import read
from states.directory import Directory, PlaceKind
from tests.charts import samples
from tests.charts.reading import links, of_class, root, words
from tests.charts.region_map import BY, oktmo, plain
from tests.form import examples

STEPS = (5.0, 8.0, 10.0, 14.0)


def features() -> dict[str, dict[str, str]]:
    told = json.loads((samples.REGION / "map.geojson").read_text(encoding="utf-8"))
    return {one["properties"]["place"]: one["properties"] for one in told["features"]}


def test_all_43_municipalities_match_one_to_one(region: Directory) -> None:
    found = features()
    assert len(found) == len(region.places) == 43
    assert {code: one["name"] for code, one in found.items()} == {one.code: plain(one.name) for one in region.places}


def test_the_official_numbers_of_both_sides_agree_and_three_have_none() -> None:
    found = {code: one["oktmo8"] for code, one in features().items() if one["oktmo8"]}
    assert found == oktmo() and len(set(found.values())) == 40


@pytest.mark.parametrize(("city", "around"), [("troitsk-city", "troitsk-okrug"), ("chebarkul-city", "chebarkul-okrug")])
def test_a_city_and_the_district_of_the_same_name_are_not_confused(region: Directory, city: str, around: str) -> None:
    """The city is the smaller one and lies within the district's borders on the paper."""
    kinds = {one.code: one.kind for one in region.places}
    assert (kinds[city], kinds[around]) == (PlaceKind.CITY_OKRUG, PlaceKind.MUNICIPAL_OKRUG)
    inner, outer = box(city), box(around)
    assert outer[0] <= inner[0] and inner[1] <= outer[1] and outer[2] <= inner[2] and inner[3] <= outer[3]
    assert (inner[1] - inner[0]) * (inner[3] - inner[2]) < 0.5 * (outer[1] - outer[0]) * (outer[3] - outer[2])


def box(code: str) -> tuple[float, float, float, float]:
    points = [point for one in samples.outlines().shapes if one.code == code for ring in one.rings for point in ring]
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return min(xs), max(xs), min(ys), max(ys)


@pytest.mark.parametrize(
    ("code", "longitude", "latitude"),
    [("chelyabinsk", 61.40, 55.16), ("magnitogorsk", 59.0, 53.4), ("miass", 60.1, 55.05), ("ashinsky", 57.3, 55.0)],
)
def test_well_known_towns_lie_in_their_outline(code: str, longitude: float, latitude: float) -> None:
    left, right, foot, top = box(code)
    assert left <= longitude <= right and foot <= latitude <= top


def test_a_region_without_a_map_goes_on_without_one(tmp_path: Path) -> None:
    assert read(tmp_path) is None


def test_its_authors_are_named_on_it_and_beside_the_file() -> None:
    assert f"Карта: {BY}" in words(chart_map(samples.region_map()).svg)
    assert f"Карта: {BY}" in words(chart_map(samples.region_map(legend=False)).svg)
    told = (samples.REGION / "map.LICENSE.md").read_text(encoding="utf-8")
    assert "ODbL" in told or "Open Database License" in told
    with pytest.raises(ValueError, match="authors"):
        replace(samples.region_map(), by=" ")


def test_each_municipality_is_a_link_with_its_name_and_value() -> None:
    data = samples.region_map()
    found = [one.get("aria-label") or "" for one in links(chart_map(data).svg)]
    assert len(found) == 43
    for area, told in zip(
        sorted(data.areas, key=lambda one: one.code), sorted(links(chart_map(data).svg), key=href), strict=True
    ):
        assert (told.get("aria-label") or "").startswith(f"{area.name}: ") and href(told).endswith(area.code)


def href(one: object) -> str:
    return one.get("href") or ""  # type: ignore[attr-defined]


@settings(max_examples=examples(40), deadline=None)
@given(st.lists(st.none() | st.floats(0, 30), min_size=43, max_size=43))
def test_shades_are_those_of_the_values_and_missing_ones_have_none(values: list[float | None]) -> None:
    base = samples.region_map(legend=False)
    areas = tuple(Area(one.code, one.name, value) for one, value in zip(base.areas, values, strict=True))
    chart = chart_map(replace(base, areas=areas))
    for turn in range(1, 6):
        expected = sum(value is not None and shade(value, STEPS) == turn for value in values)
        assert len(of_class(chart.svg, f"area-{turn}")) == expected
    assert len(of_class(chart.svg, "gap")) == sum(value is None for value in values)
    assert [row[1].value for row in chart.table.rows] == values


def test_few_messages_are_hatched_not_shaded() -> None:
    chart = chart_map(samples.region_map(legend=False))
    assert len(of_class(chart.svg, "few")) == 6
    assert all((one.get("fill") or "").startswith("url(#hatch-map)") for one in of_class(chart.svg, "few"))
    assert {one.get("id") for one in root(chart.svg).iter() if one.get("id")} == {"hatch-map"}


def test_two_maps_on_one_page_have_hatchings_of_their_own() -> None:
    ids = [
        one.get("id")
        for name in ("now", "was")
        for one in root(chart_map(samples.region_map(name=name)).svg).iter()
        if one.get("id")
    ]
    assert len(ids) == len(set(ids)) == 2


def test_what_the_signs_mean_is_said_only_where_they_are() -> None:
    full = words(chart_map(samples.region_map()).svg)
    assert {"мало сообщений: 6", "номер в таблице", f"{MISSING}: 1", "до 5\u00a0%", "5–8", "от 14\u00a0%"} <= set(full)
    base = samples.region_map()
    calm = replace(base, areas=tuple(replace(one, few=False, rank=0, value=7.0) for one in base.areas))
    assert not {"номер в таблице", f"{MISSING}: 0", "мало сообщений: 0"} & set(words(chart_map(calm).svg))


def test_the_five_worst_carry_their_numbers_and_no_two_touch() -> None:
    circles = of_class(chart_map(samples.region_map(legend=False)).svg, "rank")
    places = [(float(one.get("cx") or 0), float(one.get("cy") or 0)) for one in circles]
    assert len(places) == 5
    assert all((x - u) ** 2 + (y - v) ** 2 >= 18**2 for turn, (x, y) in enumerate(places) for u, v in places[:turn])


def test_a_number_that_had_to_move_far_keeps_a_thread_to_its_place() -> None:
    """Small neighbours around Chelyabinsk: three cities within twenty points."""
    base = samples.region_map(120, legend=False)
    close = {"kopeysk": 1, "korkinsky": 2, "chelyabinsk": 3, "emanzhelinsky": 4, "yuzhnouralsk": 5}
    areas = tuple(replace(one, rank=close.get(one.code, 0)) for one in base.areas)
    svg = chart_map(replace(base, areas=areas)).svg
    assert len(of_class(svg, "rank")) == 5 and of_class(svg, "leader")


def test_borders_of_shades_grow() -> None:
    assert ranges(STEPS, "%") == ["до 5\u00a0%", "5–8", "8–10", "10–14", "от 14\u00a0%"]
    assert [shade(value, STEPS) for value in (0, 4.9, 5, 9, 10, 14, 100)] == [1, 1, 2, 3, 4, 5, 5]
    with pytest.raises(ValueError, match="grow"):
        replace(samples.region_map(), steps=(5, 5, 8, 9))


def test_an_area_without_an_outline_is_refused() -> None:
    with pytest.raises(ValueError, match="outline"):
        replace(samples.region_map(), areas=(Area("moscow", "Москва", 1),))


def test_a_map_without_outlines_is_refused() -> None:
    with pytest.raises(ValueError, match="outlines"):
        chart_map(Map("", "", (), (), STEPS, BY))


def reached(told: str) -> list[tuple[float, float]]:
    """The corners to which a path in steps leads."""
    head, _, steps = told.removesuffix("z").partition("l")
    x, y = (float(one) for one in head.removeprefix("M").split(" "))
    found = [(x, y)]
    numbers = [float(one) for one in steps.replace("-", " -").split()]
    for across, down in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + across, y + down
        found.append((x, y))
    return found


@settings(max_examples=examples(100))
@given(st.lists(st.tuples(st.integers(-600, 600), st.integers(-600, 600)), min_size=2, max_size=30))
def test_an_outline_in_steps_comes_to_the_same_corners(points: list[tuple[int, int]]) -> None:
    corners = reached(outline([[(x / 2, y / 2) for x, y in points]]))
    halves = [(x / 2, y / 2) for x, y in points]
    assert corners[0] == halves[0] and corners[-1] == halves[-1]
    places = iter(halves)
    assert all(one in places for one in corners)  # in their order


def test_only_points_that_change_nothing_are_left_out() -> None:
    assert outline([[(0, 0), (0, 0), (1, 0), (3, 0), (3, 2), (3, 1)]]) == "M0 0l3 0 0 2 0-1z"


def test_neighbours_share_their_border_whichever_way_it_is_walked() -> None:
    border = [(0.0, 0.0), (0.2, 1.1), (0.4, 2.6), (0.1, 2.9), (1.7, 4.2), (3.3, 5.9)]
    there, back = reached(outline([border])), reached(outline([border[::-1]]))
    assert there == back[::-1]


def test_a_number_stands_inside_its_outline_and_not_in_a_hole() -> None:
    square = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0)]
    hole = [(1.0, 1.0), (7.0, 1.0), (7.0, 9.0), (1.0, 9.0)]
    x, y = inside_of([square, hole])
    assert 0 < x < 10 and 0 < y < 10 and not (1 <= x <= 7 and 1 <= y <= 9)
    assert inside_of([[(3.0, 4.0), (5.0, 4.0)]]) == (3.0, 4.0)


@settings(max_examples=examples(100))
@given(st.lists(st.tuples(st.floats(0, 300), st.floats(0, 300)), max_size=5))
def test_numbers_are_pushed_apart(points: list[tuple[float, float]]) -> None:
    found = apart([Spot(*one) for one in points], 20)
    assert all(
        (one.x - two.x) ** 2 + (one.y - two.y) ** 2 > 17**2 for turn, one in enumerate(found) for two in found[:turn]
    )


def test_a_map_is_prepared_once_for_each_width() -> None:
    shapes = samples.outlines().shapes
    assert ground(shapes, 300) is ground(shapes, 300) and ground(shapes, 342).high > ground(shapes, 300).high
    assert set(ground(shapes, 300).paths) == set(ground(shapes, 300).homes) == {one.code for one in shapes}


def test_dots_stand_at_their_places_and_the_large_ones_lie_below() -> None:
    """Degrees to points and back; heat has no links; a circle that was asked for is drawn dashed."""
    plain_map = samples.region_map(wide=640)
    drawn = ground(plain_map.shapes, 640)
    x, y = drawn.point_of(61.4, 55.16)
    assert drawn.degrees(x, y) == pytest.approx((61.4, 55.16))
    few, many = Dot(61.4, 55.16, 1, "1 сообщение", "/queue?a"), Dot(61.5, 55.2, 80, "80 сообщений", "/queue?b")
    found = chart_map(replace(plain_map, dots=(few, many), ring=Ring(61.4, 55.16, 0.1))).svg
    spots = of_class(found, "spot")
    small = pytest.approx(SMALLEST + GROWS / 80**0.5, abs=0.06)
    assert [float(one.get("r", "0")) for one in spots] == [SMALLEST + GROWS, small]
    assert (float(spots[1].get("cx", "0")), float(spots[1].get("cy", "0"))) == pytest.approx((x, y), abs=0.06)
    (ring,) = [one for one in of_class(found, "head") if one.get("stroke-dasharray")]
    assert float(ring.get("r", "0")) == pytest.approx(0.1 * drawn.up, abs=0.06)
    heat = chart_map(replace(plain_map, dots=(few, many), heat=True)).svg
    assert len(of_class(heat, "heat-spot")) == 2 and not of_class(heat, "spot")
    assert "/queue?a" not in heat and "/queue?a" in found
