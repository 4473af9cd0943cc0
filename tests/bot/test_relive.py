"""Of what is lived through again VK's order is kept in the microseconds (delivery.md §13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.delivery.relive import times

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SINCE = AT + timedelta(minutes=1)
TICK = timedelta(microseconds=1)


def test_a_button_stands_between_the_messages_it_came_between() -> None:
    later = AT + timedelta(seconds=2)
    assert times([AT, None, AT, later, None], SINCE) == [
        AT, AT + TICK, AT + 2 * TICK, later, later + TICK,
    ]  # fmt: skip


def test_a_button_that_came_first_is_of_the_first_second_that_vk_tells() -> None:
    assert times([None, AT], SINCE) == [AT, AT + TICK]


def test_what_is_told_backwards_keeps_its_dates() -> None:
    """Seed 12668090: all of a dialogue was lived through in its last second (F11, F24)."""
    earlier = AT - timedelta(hours=1)
    assert times([AT, None, earlier, None], SINCE) == [AT, earlier, earlier + TICK, earlier + 2 * TICK]


def test_the_order_of_the_last_second_stays_before_the_restore() -> None:
    assert times([AT, None, None], AT + TICK) == [AT, AT + TICK, AT + TICK]


def test_a_button_behind_what_is_newer_is_newer_unless_it_came_backwards() -> None:
    assert times([AT, SINCE + TICK, None], SINCE) == [AT, None, None]
    assert times([SINCE + TICK, None, AT], SINCE) == [None, AT, AT + TICK]


def test_what_is_newer_has_a_time_of_its_own() -> None:
    assert times([SINCE + TICK, None], SINCE) == [None, None]
    assert times([None, None], SINCE) == [None, None], "nobody knows when: now"
    assert times([AT, AT], None) == [None, None], "nothing was put back"
