"""Limits the rate of calls to VK: one line for all, first come, first served. Error 6 cuts the rate by a quarter, then
it recovers (design.md §12).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from bot.process.clock import Clock

FLOOR = 1.0
STEP = 0.05
"""What a good call gives back of the rate, in calls a second."""

MOST_SAVED = 4.0
"""Turns that a busy process may make up for, so that the limit is filled. Never more than the limit in any second."""
WINDOW = 1.01
"""VK counts a sliding second; a hundredth more, for one call may take a little longer to VK than the next."""
SLOW = 0.1
"""A call whose answer took so many seconds may have waited on its way: VK may count it as late as it answered."""
NOTHING = 1e-6
"""Seconds that are too few for a clock to go on by: what is left of a sum of floats."""


@dataclass(slots=True, eq=False)
class Permit:
    """Of one call. `at`: when VK counts it, as far as is known; a call that does not follow at once sets it when it
    leaves."""

    at: float

    def note_answer(self, at: float) -> None:
        """Counts the call from its answer where that took long: only then VK has begun to count it."""
        if at - self.at > SLOW:
            self.at = at


class Pace:
    """A token bucket, and a window over the last second. Take a turn before each call; tell it about error 6."""

    def __init__(self, clock: Clock, per_second: float) -> None:
        self._clock = clock
        self._most = per_second
        self._rate = per_second
        self._tokens = 1.0
        self._at = clock.monotonic()
        self._places = max(1, int(per_second))
        self._taken: list[Permit] = []
        self._line = asyncio.Lock()

    @property
    def short(self) -> bool:
        """Whether somebody waits for a turn just now."""
        return self._line.locked()

    async def turn(self) -> Permit:
        """Wait until a call may be made."""
        async with self._line:
            while (wait := self._wait()) > 0:
                await self._clock.sleep(wait)
            self._tokens -= 1
            self._taken.append(Permit(self._at))
            self._rate = min(self._most, self._rate + STEP)
            return self._taken[-1]

    def give_back(self, permit: Permit) -> None:
        """Takes a permit back that is not used: there was nothing to call for."""
        self._tokens = min(MOST_SAVED, self._tokens + 1)
        self._taken = [taken for taken in self._taken if taken is not permit]

    def too_fast(self) -> None:
        """Slows down at once and lets the window pass, since VK said error 6."""
        self._rate = max(FLOOR, self._rate * 0.75)
        self._tokens = 0.0

    def _wait(self) -> float:
        """Seconds until the next call may be made."""
        now = self._clock.monotonic()
        self._tokens = min(MOST_SAVED, self._tokens + (now - self._at) * self._rate)
        self._at = now
        self._taken = [permit for permit in self._taken if permit.at + WINDOW > now]
        full = len(self._taken) >= self._places
        window = min(permit.at for permit in self._taken) + WINDOW - now if full else 0.0
        wait = max((1 - self._tokens) / self._rate, window)
        return wait if wait > NOTHING else 0.0
