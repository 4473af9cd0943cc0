"""The timer loop: turns due timers into events in the inbox. It decides nothing and sends nothing."""

from __future__ import annotations

import math

from bot.runtime import Runtime
from storage.db.transaction import Transaction
from storage.inbox import timers

AT_ONCE = 200


async def tick(bot: Runtime) -> None:
    """Fire timers until told to stop; sleep exactly until the next one, or rest until then."""
    while not bot.stopping.is_set():
        bot.health.turned = bot.clock.monotonic()
        bot.timers.clear_signal()
        fired, wait = await bot.db.run(lambda tx: due(tx, bot))
        if fired:
            bot.events.notify()
        if fired < AT_ONCE and not await bot.timers.wait(wait):
            return


async def due(tx: Transaction, bot: Runtime) -> tuple[int, float]:
    """How many fired, and how many seconds until the next."""
    now = bot.clock.now()
    fired = await timers.fire(tx, now, AT_ONCE)
    soonest = await timers.next_due_at(tx)
    return fired, math.inf if soonest is None else max(0.01, (soonest - now).total_seconds())
