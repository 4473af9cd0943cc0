"""Which history is read, and when a proposal that somebody put aside is made again."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from states.statistics.filter import By
from states.statistics.route_history import PERIOD, Proposal, fresh, period, stays_aside

TODAY = date(2026, 11, 29)
FIRST = TODAY - PERIOD + timedelta(days=1)


def test_what_was_put_aside_comes_back_when_history_has_changed_clearly() -> None:
    then = Proposal("pits", "miass", "town", "roads", 8, 10)
    assert stays_aside(then, then) and stays_aside(replace(then, many=15, whole=18), then)
    assert not stays_aside(replace(then, many=16, whole=18), then)
    assert not stays_aside(replace(then, agency="water"), then) and not stays_aside(replace(then, named=""), then)
    assert not stays_aside(then, None)
    other = replace(then, topic="pipes")
    assert list(fresh([then, other], {then.key: then})) == [other]


def test_three_months_without_what_residents_chose() -> None:
    wanted = period(TODAY)
    assert (wanted.by, wanted.since, wanted.until, wanted.chosen) == (By.FINAL, FIRST, TODAY, False)
    assert not wanted.is_in_daily_sums, "the daily sums do not know who chose"
