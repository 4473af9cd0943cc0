"""The page: everything on it and nothing over its edge, the same in the picture and in the PDF, every number a link."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.charts.letters import width
from bot.charts.mark import Mark, has_links
from bot.printing.code import squares
from features.statistics.report.figures import Day, Period, Report, Task
from features.statistics.report.page import A4, FOOT, LEFT, RIGHT, marks, page
from features.statistics.report.paper import as_pdf, as_picture
from features.statistics.report.period import is_month, is_week, period_name
from states.statistics.summary import Measure
from tests.charts.reading import first, root
from tests.form import examples
from tests.printing.pdf_reading import links, words
from tests.report.sample import SITE, pages, week

WEEK = week()
CODE = squares(WEEK.link)


def placed(
    found: list[Mark] | tuple[Mark, ...], right: float = 0, down: float = 0
) -> Iterator[tuple[Mark, float, float]]:
    """Every text with where it stands on the page."""
    for one in found:
        moved = re.match(r"translate\((\S+) (\S+)\)", str(one.at.get("transform", "")))
        x, y = (right + float(moved[1]), down + float(moved[2])) if moved else (right, down)
        if one.tag == "text":
            yield one, x + float(one.at["x"]), y + float(one.at["y"])
        if "rotate" not in str(one.at.get("transform", "")):
            yield from placed(one.inside, x, y)


def edges(one: Mark, x: float) -> tuple[float, float]:
    wide = width(one.words, float(one.at["font-size"]), one.at.get("font-weight") == "bold")
    x -= {"middle": wide / 2, "end": wide}.get(str(one.at.get("text-anchor", "")), 0)
    return x, x + wide


def assert_in_its_place(report: Report) -> None:
    for one, x, y in placed(marks(report, CODE)):
        left, right = edges(one, x)
        assert left >= LEFT - 1 and right <= RIGHT + 1, one.words
        assert 40 <= y <= A4[1] - 8, one.words


def told(report: Report) -> str:
    return " ".join(one.words for one, _, _ in placed(marks(report, CODE))).replace("\u00a0", " ")


def test_it_says_what_the_mock_up_says() -> None:
    said = told(WEEK)
    for one in ("Неделя 16–22 ноября", "4 912", "было 4 637, +275", "90,9 %", "2 ч 56 мин", "было 7,1 %, хуже",
                "1 204", "+612", "−94", "Копейский ГО 79,8 248", "Снежинский ГО 97,2 72", "до 5 %",
                "© участники OpenStreetMap, ODbL", "5 964 +58", "95,8 %", "144 −7", "Как считали:"):  # fmt: skip
        assert one in said, one


def test_what_is_no_shade_is_explained_where_it_is_on_the_map() -> None:
    assert "Штриховка: мало сообщений, белое: нет данных." in told(WEEK)
    assert WEEK.map is not None
    calm = replace(WEEK.map, areas=tuple(replace(one, few=False, value=7.0) for one in WEEK.map.areas))
    said = told(replace(WEEK, map=calm))
    assert "Штриховка" not in said and "белое" not in said and "Карта: © участники OpenStreetMap" in said


def test_nothing_stands_over_the_edge() -> None:
    assert_in_its_place(WEEK)


def test_all_words_are_at_least_twelve_points() -> None:
    assert min(float(one.at["font-size"]) for one, _, _ in placed(marks(WEEK))) >= 12


LONG = st.text("абв ГД«»12<&", min_size=0, max_size=200)


@settings(max_examples=examples(60), deadline=None)
@given(LONG, LONG, st.integers(0, 4), st.booleans())
def test_whatever_the_words_are_they_stay_on_the_page_and_above_its_foot(
    long: str, other: str, count: int, bare: bool
) -> None:
    report = replace(
        WEEK,
        sender=long,
        made=other,
        worse=tuple(replace(one, name=long, short=long) for one in WEEK.worse[:count]),
        topics=tuple(replace(one, name=other) for one in WEEK.topics),
        tasks=tuple(Task(long or "а", "/a") for _ in range(count)),
        method=f"{long} {other}",
        summaries=() if bare else WEEK.summaries,
    )
    assert_in_its_place(report)
    upper = [(one, y) for one, _, y in placed(marks(report)) if one.words and y < FOOT]
    assert root(page(report, CODE)) is not None and upper


def test_summaries_stand_under_one_another_as_far_as_there_is_room() -> None:
    report = replace(WEEK, tasks=(), summaries=(pages(),) * 9)
    assert 2 <= told(report).count("Официальные страницы") < 9
    assert_in_its_place(report)


def test_the_fullest_page_ends_above_its_foot() -> None:
    """Three lines of headline, three tasks of two lines, official pages."""
    long = "Копейск: просроченные сообщения о снеге и наледи во дворах и на тротуарах, нужен график уборки до среды. "
    report = replace(WEEK, tasks=(Task(long * 2, "/a"),) * 3)
    lowest = max(y for one, _, y in placed(marks(report)) if one.words.startswith(("5\u00a0964", "+58", "95,8")))
    assert lowest < FOOT - 6


def test_missing_figures_are_said_and_are_not_zero() -> None:
    nothing = Measure(None)
    bare = replace(WEEK, map=None, worse=(), better=(), topics=(), tasks=(), summaries=())
    days = tuple(replace(one, count=nothing) for one in WEEK.days)
    report = replace(bare, received=nothing, in_time=nothing, first_answer=nothing, unsolved=nothing, days=days)
    said = told(report)
    assert said.count("нет данных") == said.count("сравнить не с чем") == 4
    assert " 0 " not in said and "лучше" not in said
    assert_in_its_place(report)


def test_pages_and_places_of_which_little_is_known_say_so() -> None:
    every, marked, present, waiting = pages().figures
    known = (replace(every, measure=Measure(5)), marked, replace(present, measure=Measure(None)), waiting)
    told_of = (replace(pages(), figures=known),)
    empty = replace(WEEK.worse[0], good=0, of=0)
    said = told(replace(WEEK, summaries=told_of, worse=(empty,), better=(), link=""))
    assert "Копейский ГО нет данных 0" in said and "таких нет" in said and "+58" not in said
    assert_in_its_place(replace(WEEK, summaries=told_of, worse=(empty,), better=()))


def test_a_month_is_told_as_a_month() -> None:
    month = Period(date(2026, 11, 1), date(2026, 11, 30))
    days = tuple(Day(date(2026, 11, one), Measure(600 + one, 500 + one)) for one in range(1, 31))
    report = replace(WEEK, period=month, before=Period(date(2026, 10, 1), date(2026, 10, 31)), days=days)
    said = told(report)
    assert "Ноябрь 2026" in said and "и разница с прошлым месяцем" in said and "Неделя" not in said
    assert_in_its_place(report)


@pytest.mark.parametrize(
    ("first_day", "last_day", "words"),
    [
        (date(2026, 11, 16), date(2026, 11, 22), "Неделя 16–22\u00a0ноября"),
        (date(2026, 11, 30), date(2026, 12, 6), "Неделя 30\u00a0ноября – 6\u00a0декабря"),
        (date(2026, 2, 1), date(2026, 2, 28), "Февраль 2026"),
        (date(2024, 2, 1), date(2024, 2, 28), "1–28\u00a0февраля"),
        (date(2026, 11, 17), date(2026, 11, 23), "17–23\u00a0ноября"),
    ],
)
def test_a_period_has_its_name(first_day: date, last_day: date, words: str) -> None:
    period = Period(first_day, last_day)
    assert period_name(period) == words
    assert is_week(period) == words.startswith("Неделя") and is_month(period) == words.endswith("2026")


@pytest.mark.parametrize(
    ("last_day", "words"),
    [(22, "Что решить на этой неделе"), (30, "Что решить сейчас")],
)
def test_what_is_to_decide_is_named_after_the_period(last_day: int, words: str) -> None:
    assert words in told(replace(week(), period=Period(date(2026, 11, 16), date(2026, 11, last_day))))


def test_the_drawing_is_named_and_described_by_its_headline() -> None:
    svg = page(WEEK, CODE)
    assert first(svg, "title").startswith("Неделя 16–22") and first(svg, "desc").startswith(
        "Снег и наледь: сообщений вдвое"
    )
    assert root(svg).get("role") == "group" and has_links(marks(WEEK))


# The picture and the PDF


def test_the_picture_is_the_page_twice_as_large_and_the_same_again() -> None:
    made = as_picture(WEEK)
    assert Image.open(io.BytesIO(made)).size == (2 * int(A4[0]), 2 * int(A4[1]))
    assert made == as_picture(WEEK) and len(made) < 600_000


def test_the_pdf_is_one_a4_page_whose_words_can_be_searched() -> None:
    made = as_pdf(WEEK, SITE)
    assert made == as_pdf(WEEK, SITE) and len(re.findall(rb"/Type /Page\b", made)) == 1
    assert {"4 912", "Копейский ГО", "Снег и наледь", "90,9 %"} <= set(words(made))
    width_of, high = (float(one) for one in re.findall(rb"/MediaBox \[ 0 0 (\S+) (\S+) \]", made)[0])
    assert (width_of, high) == pytest.approx((595.3, 841.9), abs=0.6)


def test_every_number_of_the_pdf_is_a_link_to_its_own_list() -> None:
    found = {one.href for one in links(as_pdf(WEEK, SITE))}
    measures = [WEEK.received, WEEK.in_time, WEEK.first_answer, WEEK.unsolved]
    assert WEEK.map is not None
    measures += [one.measure for one in pages().figures]
    measures += [one.count for one in (*WEEK.days, *WEEK.topics)]
    wanted = {one.href for one in measures} | {
        one.href for one in (*WEEK.worse, *WEEK.better, *WEEK.tasks, *WEEK.map.areas)
    }
    assert {f"{SITE}{one}" for one in wanted} <= found and WEEK.link in found
    for one in links(as_pdf(WEEK, SITE)):
        assert 0 <= one.left < one.right <= 596 and 0 <= one.foot < one.top <= 843


def test_it_names_no_resident_and_no_contact() -> None:
    fields = set(Report.__dataclass_fields__)
    assert not fields & {"resident", "residents", "author", "contact", "phone", "text", "words"}
