"""Limits the rate of calls to VK: one bucket for all; error 6 cuts the rate by a quarter, then it recovers
(design.md §12).
"""

from __future__ import annotations

from bot.process.clock import Clock

FLOOR = 1.0
STEP = 0.05
"""What a good call gives back of the rate, in calls a second."""

BURST = 1.0
"""Calls that may follow each other at once. VK counts a sliding second, so a full bucket would be too many."""


class Pace:
    """A token bucket of one second. Take a token before each call; tell it about error 6."""

    def __init__(self, clock: Clock, per_second: float) -> None:
        self._clock = clock
        self._most = per_second
        self._rate = per_second
        self._tokens = BURST
        self._at = clock.monotonic()

    async def turn(self) -> None:
        """Wait until a call may be made."""
        while True:
            now = self._clock.monotonic()
            self._tokens = min(BURST, self._tokens + (now - self._at) * self._rate)
            self._at = now
            if self._tokens >= 1:
                self._tokens -= 1
                self._rate = min(self._most, self._rate + STEP)
                return
            await self._clock.sleep((1 - self._tokens) / self._rate)

    def too_fast(self) -> None:
        """VK said error 6: slow down at once and let the window pass."""
        self._rate = max(FLOOR, self._rate * 0.75)
        self._tokens = 0.0
