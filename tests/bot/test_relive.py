"""Of what is lived through again VK's order is kept in the microseconds (delivery.md §13)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.relive import times

AT = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
SINCE = AT + timedelta(minutes=1)
TICK = timedelta(microseconds=1)


def test_a_button_stands_between_the_messages_it_came_between() -> None:
    later = AT + timedelta(seconds=2)
    assert times([AT, None, AT, later, None], SINCE) == [AT + TICK, AT + 2 * TICK, AT + 3 * TICK, later, later + TICK]


def test_a_button_that_came_first_is_of_the_first_second_that_vk_tells() -> None:
    assert times([None, AT], SINCE) == [AT + TICK, AT + 2 * TICK]


def test_an_older_date_turns_nothing_around() -> None:
    """An edit comes with the date of what was edited."""
    assert times([AT, AT - timedelta(hours=1)], SINCE) == [AT + TICK, AT + 2 * TICK]


def test_what_is_newer_has_a_time_of_its_own() -> None:
    assert times([SINCE + TICK, None], SINCE) == [None, None]
    assert times([None, None], SINCE) == [None, None], "nobody knows when: now"
    assert times([AT, AT], None) == [None, None], "nothing was put back"
