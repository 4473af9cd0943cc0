"""The only place that knows what time it is and how to wait.

While VK is an emulator on loopback, its clock is followed, so that a demo can see a deadline pass (design.md §8).
"""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlsplit

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
CLOCK_HEADER = "X-Emulator-Clock"
JUMP, LATE = 0.5, 10.0
"""Seconds: an answer that a busy process reads late tells an older time, and that is no jump."""


class Clock:
    """UTC time, monotonic time and waiting. `offset` is how far the emulator is ahead, zero with the real VK."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """The time now in UTC; with the emulator, by its clock."""
        return datetime.now(UTC) + self.offset  # noqa: TID251 - this is the one place

    def monotonic(self) -> float:
        """Seconds that never go back; their zero means nothing."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Waits so many seconds; not at all for fewer than zero."""
        await asyncio.sleep(max(0.0, seconds))  # noqa: TID251 - this is the one place

    def follow(self, header: str | None, then: Callable[[], None] = lambda: None) -> None:
        """Take over the emulator's time, and do `then` where it jumped. Called only for answers from loopback."""
        if header is None:
            return
        try:
            there = datetime.fromtimestamp(float(header), UTC)
        except (ValueError, OverflowError, OSError):
            return
        offset = there - datetime.now(UTC)  # noqa: TID251 - this is the one place
        ahead = (offset - self.offset).total_seconds()
        if ahead > JUMP or ahead < -LATE:
            self.offset = offset
            then()

    def follower_of(self, url: str, then: Callable[[], None] = lambda: None) -> Callable[[str | None], None] | None:
        """What a client calls with each answer's clock header: nothing for the real VK. `then` after a jump."""
        return partial(self.follow, then=then) if is_loopback(url) else None


class Wakeup:
    """Wakes a loop that has nothing to do. Ringing twice before it is heard is ringing once. `longest`: so many seconds
    at most it sleeps, for a bell may be in another process."""

    def __init__(self, longest: float = math.inf) -> None:
        self._rung = asyncio.Event()
        self._longest = longest

    def notify(self) -> None:
        """Wakes whoever waits; stays set until it is cleared."""
        self._rung.set()

    def clear_signal(self) -> None:
        """Clears the signal: whatever was rung for is seen by the look that follows."""
        self._rung.clear()

    def within(self, _seconds: float) -> None:
        """The loop looks itself how long it may sleep."""
        self.notify()

    async def wait(self, seconds: float) -> bool:
        """Waits until somebody wakes it, at most so long; then the loop goes on (always true). Not by `wait_for`:
        before Python 3.12 it swallows a cancellation that comes together with the bell."""
        with suppress(TimeoutError):
            limit = max(0.0, min(seconds, self._longest))
            async with asyncio.timeout(None if limit == math.inf else limit):
                await self._rung.wait()
        self._rung.clear()
        return True


def is_loopback(url: str) -> bool:
    """Whether the address is of this machine."""
    return (urlsplit(url).hostname or "") in LOOPBACK
