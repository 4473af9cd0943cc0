"""An address and a filter are one thing: whatever is asked for can be linked to, and comes back the same."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.lifecycle.appeal import Status
from states.lifecycle.counted import Outcome
from states.statistics.filter import (
    LONGEST,
    NOT_KEPT,
    By,
    Filter,
    TermOutcome,
    UnreadableFilter,
    View,
    from_address,
    to_address,
)

CODES = st.lists(st.text(st.characters(codec="ascii", categories=["Ll", "Nd"]), min_size=1, max_size=9), max_size=3)
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1))
FLAG = st.none() | st.booleans()
FILTERS = st.builds(
    Filter,
    view=st.sampled_from(View),
    statuses=st.lists(st.sampled_from(Status), max_size=3).map(tuple),
    outcomes=st.lists(st.sampled_from([one for one in Outcome if one]), max_size=2).map(tuple),
    topics=CODES.map(tuple),
    places=CODES.map(tuple),
    agencies=CODES.map(tuple),
    doors=CODES.map(tuple),
    by=st.sampled_from(By),
    since=DAYS,
    until=DAYS,
    ratings=st.lists(st.integers(1, 5), max_size=2).map(tuple),
    terms=st.lists(st.sampled_from(TermOutcome), max_size=3).map(tuple),
    urgent=FLAG,
    repeat=FLAG,
    chosen=FLAG,
    leads=st.lists(st.integers(1, 10**12), max_size=2).map(tuple),
    later=FLAG,
    incident=st.sampled_from(["", "1125-AAAA"]),
    words=st.sampled_from(["", "яма на Ленина", "a&b=c"]),
)


@given(FILTERS)
def test_what_is_asked_for_can_be_linked_to(wanted: Filter) -> None:
    assert from_address(to_address(wanted)) == wanted


@pytest.mark.parametrize(
    "pair",
    [
        ("view", "?"),
        ("by", "x"),
        ("status", "x"),
        ("outcome", "x"),
        ("from", "вчера"),
        ("answered", "soon"),
        ("rating", "6"),
        ("urgent", "maybe"),
        ("who", "Анна"),
        ("who", "9" * 19),
    ],
)
def test_what_means_nothing_is_said(pair: tuple[str, str]) -> None:
    with pytest.raises(UnreadableFilter):
        from_address([pair])


def test_what_belongs_to_the_page_is_left_alone() -> None:
    assert from_address([("page", "2"), ("view", " "), ("words", "я" * 999)]) == Filter(words="я" * LONGEST)


def test_only_days_and_groups_are_in_the_daily_sums() -> None:
    plain = Filter(topics=("a",), places=("b",), agencies=("c",), doors=("d",), since=date(2026, 1, 1), by=By.FINAL)
    assert plain.is_in_daily_sums and Filter().is_in_daily_sums
    assert not Filter(view=View.OPEN).is_in_daily_sums and not Filter(terms=NOT_KEPT).is_in_daily_sums


def test_the_period_before_is_as_long() -> None:
    week = Filter(since=date(2026, 11, 20), until=date(2026, 11, 26))
    assert week.before() == Filter(since=date(2026, 11, 13), until=date(2026, 11, 19))
    with pytest.raises(ValueError, match="period"):
        Filter(since=date(2026, 11, 20)).before()


def test_of_terms_only_days_that_are_over_are_asked_for() -> None:
    """Today's may still be kept; what was over long ago stays as it is asked for."""
    first, last, today = date(2026, 11, 16), date(2026, 11, 22), date(2026, 11, 20)
    week = Filter(places=("a",), since=first, until=last)
    assert week.by_term(today, TermOutcome.KEPT) == Filter(
        places=("a",), by=By.TERM, since=first, until=date(2026, 11, 19), terms=(TermOutcome.KEPT,)
    )
    assert week.by_term(date(2026, 12, 1)).until == last and Filter().by_term(today).until == date(2026, 11, 19)
