"""PDF from the same marks: words that can be searched, links in their places, nothing left out in silence."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.charts import bars, heat, intervals, lines, sparkline, stacked
from bot.charts import map as region_map
from bot.charts.mark import Mark, circle, group, hit, line, link, path, rect, text
from bot.printing.outlines import steps
from bot.printing.pdf import pdf, texts
from bot.process.advice import Refusal
from tests.charts import samples
from tests.form import examples
from tests.printing.pdf_reading import links, words

pytest.importorskip("reportlab")
SITE = "https://panel.example"
EVERY = {
    "bars": bars.marks(samples.bars()),
    "stacked": stacked.marks(samples.stacked(342, gap=True)),
    "lines": lines.marks(samples.lines()),
    "sparkline": sparkline.marks(samples.sparkline()),
    "heat": heat.marks(samples.heat()),
    "intervals": intervals.marks(samples.intervals()),
    "map": region_map.marks(samples.region_map()),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_word_of_every_chart_is_found_in_its_pdf(name: str) -> None:
    """A space that never breaks is an ordinary one to a search, so that «2 000» is found as it is typed."""
    made = pdf(EVERY[name], (700, 400), name)
    assert words(made) == [one.replace("\u00a0", " ") for one in texts(EVERY[name]) if one]


@pytest.mark.parametrize("name", EVERY)
def test_the_same_marks_give_the_same_bytes(name: str) -> None:
    assert pdf(EVERY[name], (700, 400), name) == pdf(EVERY[name], (700, 400), name)


def test_a_link_covers_what_it_holds_wherever_it_was_moved() -> None:
    """A point is three quarters of a PDF's; a PDF counts from its foot."""
    inner = link("/queue", "пять", [rect("bar", 10, 20, 30, 40)])
    (found,) = links(pdf([group([inner], 100, 0)], (400, 200), "", SITE))
    assert found.href == f"{SITE}/queue"
    assert (found.left, found.foot, found.right, found.top) == (110 * 0.75, 140 * 0.75, 140 * 0.75, 180 * 0.75)


def test_what_cannot_be_seen_can_be_pressed() -> None:
    assert len(links(pdf([link("/a", "день", [hit(0, 0, 10, 10)])], (50, 50), "", SITE))) == 1


def test_an_address_without_a_site_is_not_pressed_into_nowhere() -> None:
    assert links(pdf([link("/a", "день", [hit(0, 0, 10, 10)])], (50, 50), "")) == []


def test_a_mark_that_it_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="image"):
        pdf([Mark("image")], (50, 50), "")


def test_all_marks_that_we_have_are_printed() -> None:
    known = [rect("bar", 0, 0, 1, 1), line("axis", 0, 0, 1, 1), circle("dot", 1, 1, 1), path("trend", "M0 0L1 1")]
    assert pdf([*known, text("label", 0, 0, "да")], (50, 50), "").startswith(b"%PDF-")


def test_a_step_that_it_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="'c'"):
        list(steps("M0 0c1 1 2 2 3 3"))


def test_steps_lead_to_their_places() -> None:
    assert list(steps("M1 2l.5-1 1 1V9H7h-2v1L3 4z")) == [
        ("move", 1, 2), ("line", 1.5, 1), ("line", 2.5, 2), ("line", 2.5, 9), ("line", 7, 9), ("line", 5, 9),
        ("line", 5, 10), ("line", 3, 4), ("close", 3, 4),
    ]  # fmt: skip


@settings(max_examples=examples(60), deadline=None)
@given(st.text("абвЯЁ«»№ ()\\%<&123", max_size=30))
def test_any_of_our_letters_is_read_back(told: str) -> None:
    assert words(pdf([text("label", 0, 20, told)], (400, 50), told)) == ([told] if told else [])


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reportlab.pdfbase", None)
    with pytest.raises(Refusal, match="reportlab"):
        pdf([], (50, 50), "")
