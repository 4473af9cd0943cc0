"""The only place of the emulator that knows the time: real time plus an offset, or a purely virtual clock.
It must never decide anything about VK."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """Seconds since 1970. A virtual clock moves only by `advance` and `set`: a simulation replays it."""

    def __init__(self, start: float | None = None, *, virtual: bool = False) -> None:
        self.virtual = virtual
        self._virtual_now = start if start is not None else 1_790_000_000.0
        self.offset = 0.0 if virtual or start is None else start - time.time()

    def now(self) -> float:
        """The time in seconds since 1970."""
        return self._virtual_now if self.virtual else time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Moves the clock on."""
        if self.virtual:
            self._virtual_now += seconds
        else:
            self.offset += seconds

    def set(self, now: float) -> None:
        """Sets the clock to this moment."""
        self.advance(now - self.now())


def steady_seconds() -> float:
    """A steady counter for how long something took in real life; the emulator's clock may jump."""
    return time.perf_counter()


async def pause(seconds: float) -> None:
    """Wait in real time; used by the wire (slow answers, parked polls), never by the rules of VK."""
    await asyncio.sleep(seconds)
