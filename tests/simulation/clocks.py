"""The clocks of a simulation: the world's and the bot's, both driven by the loop, each able to jump."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

from bot.process.clock import Clock as BotClock
from vk_emulator.world.clock import Clock as WorldClock

START = 1_794_000_000.0
"""A Friday in November 2026."""


class VkClock(WorldClock):
    """VK's time: the loop's, plus what has been skipped."""

    def __init__(self, loop: asyncio.AbstractEventLoop, start: float = START) -> None:
        super().__init__(start, virtual=True)
        self._loop = loop

    def now(self) -> float:
        return self._virtual_now + self._loop.time()


class OwnClock(BotClock):
    """The bot's time: VK's, plus how wrong it goes. Its monotonic time is the loop's and never jumps."""

    def __init__(self, vk: WorldClock, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self._vk = vk
        self._loop = loop
        self._jumps = [(0.0, 0.0)]

    @property
    def wrong(self) -> float:
        return self._jumps[-1][1]

    @wrong.setter
    def wrong(self, seconds: float) -> None:
        self._jumps.append((self._loop.time(), seconds))

    def went(self, since: float) -> timedelta:
        """How far it has gone at the most, for whoever looked at it twice since that monotonic moment."""
        before = [wrong for at, wrong in self._jumps if at <= since]
        seen = [before[-1], *(wrong for at, wrong in self._jumps if at > since)]
        return timedelta(seconds=self._loop.time() - since + max(seen) - min(seen))

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._vk.now() + self.wrong, UTC)

    def monotonic(self) -> float:
        return self._loop.time()
