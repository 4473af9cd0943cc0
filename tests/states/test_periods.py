"""Weeks begin on Monday, months on the first; the one before is whole; a document's name says which is meant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.effects import DATA, lost_words
from states.statistics.filter import Filter
from states.statistics.periods import (
    WHOLE,
    Span,
    Stretch,
    around,
    days_of_choice,
    exactly,
    of_document,
    usual_month,
    whole_before,
)
from states.statistics.summary import SummaryRequest

DAYS = st.dates(date(2020, 1, 1), date(2090, 1, 1))


@given(st.sampled_from(WHOLE), DAYS)
def test_a_day_is_in_its_period_and_the_one_before_ends_the_day_before(span: Span, day: date) -> None:
    one = around(span, day)
    assert one.first <= day <= one.last
    assert one.before.last + timedelta(days=1) == one.first
    assert one.before.after == one
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


def test_two_days_are_a_period_only_as_its_first_and_last() -> None:
    week, month = around(Span.WEEK, date(2026, 11, 24)), around(Span.MONTH, date(2026, 11, 24))
    assert exactly(week.first, week.last) == week and exactly(month.first, month.last) == month
    assert exactly(week.first, month.last) is None and exactly(week.first + timedelta(days=1), week.last) is None
    assert exactly(None, week.last) is None and exactly(week.first, None) is None


def test_a_period_is_over_when_its_last_day_is() -> None:
    week = around(Span.WEEK, date(2026, 11, 24))
    assert not SummaryRequest(week, Filter(), Filter(), week.last).over
    assert SummaryRequest(week, Filter(), Filter(), week.last + timedelta(days=1)).over


@given(DAYS)
def test_the_month_that_is_looked_at_has_a_week_of_figures(day: date) -> None:
    month = usual_month(day)
    assert month.first <= day - timedelta(days=7) <= month.last
    assert (month == around(Span.MONTH, day)) == (day.day > 7)


def test_the_same_days_a_year_ago() -> None:
    week = around(Span.WEEK, date(2026, 11, 16)).year_ago
    assert (week.first, week.last, week.first.weekday()) == (date(2025, 11, 17), date(2025, 11, 23), 0)
    month = around(Span.MONTH, date(2028, 2, 29)).year_ago
    assert (month.first, month.last) == (date(2027, 2, 1), date(2027, 2, 28))
    chosen = days_of_choice(date(2026, 11, 5), date(2026, 11, 20)).year_ago
    assert (chosen.first, chosen.last) == (date(2025, 11, 6), date(2025, 11, 21))


def test_days_of_choice_are_compared_with_as_many_before() -> None:
    chosen = days_of_choice(date(2026, 11, 5), date(2026, 11, 20))
    assert (chosen.span, chosen.first, chosen.last) == (Span.DAYS, date(2026, 11, 5), date(2026, 11, 20))
    assert (chosen.before.first, chosen.before.last) == (date(2026, 10, 20), date(2026, 11, 4))
    assert chosen.before.after == chosen
    assert days_of_choice(date(2026, 11, 1), date(2026, 11, 30)) == around(Span.MONTH, date(2026, 11, 7))
