"""Weeks begin on Monday, months on the first; the one before is whole; a document's name says which is meant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.effects import DATA, lost_words
from states.statistics.periods import Span, Stretch, around, of_document, whole_before

DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))


@given(st.sampled_from(Span), DAYS)
def test_a_day_is_in_its_period_and_the_one_before_ends_the_day_before(span: Span, day: date) -> None:
    one = around(span, day)
    assert one.first <= day <= one.last
    assert one.before.last + timedelta(days=1) == one.first
    assert around(span, one.last) == one and whole_before(span, day) == one.before
    assert (one.last - one.first).days == 6 if span is Span.WEEK else one.first.month == one.last.month
    assert of_document(one.document) == one


@pytest.mark.parametrize(
    ("span", "day", "first", "last"),
    [
        (Span.WEEK, date(2026, 11, 24), date(2026, 11, 23), date(2026, 11, 29)),
        (Span.WEEK, date(2026, 11, 22), date(2026, 11, 16), date(2026, 11, 22)),
        (Span.MONTH, date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        (Span.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_first_and_last(span: Span, day: date, first: date, last: date) -> None:
    one = around(span, day)
    assert (one.first, one.last) == (first, last)


def test_other_documents_are_not_reports() -> None:
    assert of_document("data") is None and of_document("") is None
    assert Stretch(Span.WEEK, date(2026, 11, 16)).document == "report.week.2026-11-16"


def test_what_could_not_be_passed_on_is_named() -> None:
    assert lost_words(DATA) == "файлы с вашими данными"
    assert lost_words(Stretch(Span.WEEK, date(2026, 11, 16)).document) == "картинка отчёта"
