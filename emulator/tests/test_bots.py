"""A bot of a test that ends is told with its error, and one that is stopped ends."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from vk_emulator.play.bots import GRACE, ThreadBot

STAGE: Any = None  # nothing is asked of it here


def test_a_bot_that_cancels_itself_has_ended_with_an_error() -> None:
    async def gives_up() -> None:
        raise asyncio.CancelledError

    bot = ThreadBot(STAGE, gives_up)
    bot._thread.join(GRACE)
    assert not bot.alive() and "CancelledError" in bot.error


def test_a_bot_that_is_stopped_before_its_loop_runs_ends_without_an_error() -> None:
    may_begin = threading.Event()

    def begins_late() -> Any:
        may_begin.wait(GRACE)
        return asyncio.sleep(GRACE * 10)

    bot = ThreadBot(STAGE, begins_late)
    bot.stop()
    may_begin.set()
    bot._thread.join(GRACE)
    assert not bot.alive() and bot.error == ""


def test_a_bot_that_runs_is_stopped_without_an_error() -> None:
    runs = threading.Event()

    async def goes_on() -> None:
        runs.set()
        await asyncio.sleep(GRACE * 10)

    bot = ThreadBot(STAGE, goes_on)
    assert runs.wait(GRACE)
    bot.stop()
    assert not bot.alive() and bot.error == ""
