"""The sign of life for systemd's watchdog: given while the loops turn, so that a bot that stands is started again.

A database that is away is no reason: the loops try again, and the process lives to say what is wrong.
"""

from __future__ import annotations

from bot.process import systemd
from bot.process.log import log
from bot.runtime import Runtime

STANDS = 120.0
"""Seconds without a turn of the timer loop, which turns twice a minute at least (bot/delivery/tick.py)."""


async def keep_alive(bot: Runtime) -> None:
    """The loop that tells systemd's watchdog that the bot lives, until told to stop. Without a watchdog it only
    waits."""
    every = systemd.watchdog_seconds()
    if every is None:
        await bot.stopping.wait()
        return
    while not bot.stopping.is_set():
        if turns(bot):
            systemd.notify(systemd.ALIVE)
        else:
            log.error("loops_stand", loop="keep_alive")
        await bot.clock.sleep(every / 3)


def turns(bot: Runtime) -> bool:
    """Whether a loop has turned lately."""
    return bot.clock.monotonic() - bot.health.turned < STANDS
