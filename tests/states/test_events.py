"""Events are plain values: whatever VK tells, as little of it as decisions need (rules.md §4.6)."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import get_args

import pytest

from states import events
from states.events import DeliveryOutcome, Event, NotForUs


def test_every_event_of_the_module_can_be_decided_on() -> None:
    """An event outside the union would never reach `decide` (I1)."""
    named = {var for var in vars(events).values() if isinstance(var, type) and var.__module__ == events.__name__}
    assert {one for one in named if is_dataclass(one)} == set(get_args(Event))


@pytest.mark.parametrize("event", get_args(Event))
def test_no_event_holds_a_name_or_a_profile(event: type) -> None:
    """R7 and rules.md §4.6. A timer's `name` says which timer."""
    held = {field.name for field in fields(event)} - ({"name"} if event is events.TimerFired else set())
    assert not held & {"name", "first_name", "last_name", "profile", "phone", "photo"}


def test_outcomes_are_stored_by_these_words() -> None:
    assert {one.value for one in DeliveryOutcome} == {"sent", "recipient_closed", "chat_lost", "set_aside"}


def test_what_is_not_for_us_keeps_its_reason() -> None:
    """I1."""
    assert NotForUs("событие like_add").reason == "событие like_add"
