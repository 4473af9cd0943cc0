"""When an alarm that nobody has seen calls again, also where it was told by a clock that was ahead (F23, R28)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from states.lifecycle.alerts import LATER_REPEATS, Alert
from tests.small import NOW

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(("age", "waits"), [(0, 5), (5, 5), (10, 10), (20, 30), (49, 1), (50, 30), (-1, 6)])
def test_it_calls_after_five_ten_and_twenty_minutes_and_then_each_half_hour(age: int, waits: int) -> None:
    assert Alert(NOW - age * MINUTE).next_call(NOW) == NOW + waits * MINUTE


@pytest.mark.parametrize("ahead", [timedelta(days=1), timedelta(days=365)])
def test_one_of_a_clock_that_was_ahead_goes_on_calling(ahead: timedelta) -> None:
    """Nobody knows how long it has waited: a substitute is called, and the chat each half an hour."""
    told = Alert(NOW + ahead)
    assert told.next_call(NOW) == NOW + LATER_REPEATS and told.needs_substitute(NOW)


@pytest.mark.parametrize(("minutes", "needed"), [(-14, False), (-1, False), (0, False), (14, False), (15, True)])
def test_a_substitute_is_called_after_a_quarter_of_an_hour(minutes: int, needed: bool) -> None:
    """Clocks of two machines that differ a little call nobody too early."""
    assert Alert(NOW - minutes * MINUTE).needs_substitute(NOW) is needed
