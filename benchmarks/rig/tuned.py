"""Numbers of the bot that are no settings, turned for a test or a measurement that cannot wait for them.

It must never reach a bot that people use: only who holds the bot's modules in the same process can turn one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from types import ModuleType
from typing import Any
from unittest.mock import patch

import bot.config.settings
import bot.delivery.backfill
import bot.delivery.listen
import bot.delivery.work
import bot.vk.client

TURNED: Mapping[str, tuple[ModuleType, str]] = {
    "batch": (bot.delivery.work, "EVENTS_AT_ONCE"),
    "pause_seconds": (bot.config.settings, "PAUSE"),
    "longpoll_wait_seconds": (bot.delivery.listen, "HELD_SECONDS"),
    "catch_up_minutes": (bot.delivery.backfill, "VERIFIED_EVERY"),
    "request_timeout_seconds": (bot.vk.client, "ANSWER_SECONDS"),
}
"""By name, in the unit of the name: where the constant stands."""


@contextmanager
def tuned(numbers: Mapping[str, Any]) -> Iterator[None]:
    """Until the end these hold; names that are no such numbers are left to others."""
    with ExitStack() as stack:
        for name in TURNED.keys() & numbers.keys():
            stack.enter_context(patch.object(*TURNED[name], held(name, numbers[name])))
        yield


def held(name: str, number: float) -> object:
    """As the constant is written."""
    if name == "pause_seconds":
        return timedelta(seconds=number)
    return number * 60 if name == "catch_up_minutes" else number


def untuned(numbers: Mapping[str, Any]) -> dict[str, Any]:
    """The others, which are settings."""
    return {name: value for name, value in numbers.items() if name not in TURNED}
