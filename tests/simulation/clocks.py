"""The clocks of a simulation: the world's and the bot's, both driven by the loop, each able to jump."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from bot.clock import Clock as BotClock
from emulator.clock import Clock as WorldClock

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
        self.wrong = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(self._vk.now() + self.wrong, UTC)

    def monotonic(self) -> float:
        return self._loop.time()
