"""The count of a minute, by VK's own clock (T9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from states.people.paces import MESSAGE, PRESS, Pace

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_a_minute_is_counted_and_then_begun_anew() -> None:
    pace = Pace()
    for number in range(21):
        pace = pace.counting(AT + number * SECOND, MESSAGE)
    assert (pace.since, pace.weight) == (AT, 63)
    assert pace.too_much(20) and not pace.too_much(21)
    fresh = pace.counting(AT + 60 * SECOND, PRESS)
    assert (fresh.since, fresh.weight, fresh.too_much(20)) == (AT + 60 * SECOND, 1, False)


def test_three_presses_weigh_as_much_as_a_message() -> None:
    assert 3 * PRESS == MESSAGE


def test_what_is_read_a_second_time_is_counted_once() -> None:
    """design.md §12: what came before the consent is read again, with its old time."""
    pace = Pace(AT, 60)
    assert pace.counting(AT - SECOND, MESSAGE) == pace


def test_told_once_in_ten_minutes() -> None:
    assert Pace().untold(AT)
    told = Pace(told_at=AT)
    assert not told.untold(AT + 599 * SECOND)
    assert told.untold(AT + 600 * SECOND)
