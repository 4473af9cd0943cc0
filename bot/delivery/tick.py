"""The timer loop: turns due timers into events in the inbox. It decides nothing and sends nothing."""

from __future__ import annotations

from bot.runtime import Runtime
from storage.db.transaction import Transaction
from storage.inbox import timers

LONGEST_WAIT = 30.0
AT_ONCE = 200


async def tick(bot: Runtime) -> None:
    """Fire timers until told to stop; sleep exactly until the next one."""
    while not bot.stopping.is_set():
        bot.health.turned = bot.clock.monotonic()
        fired, wait = await bot.db.run(lambda tx: due(tx, bot))
        if fired:
            bot.events.notify()
        if fired < AT_ONCE:
            await bot.timers.wait(wait)


async def due(tx: Transaction, bot: Runtime) -> tuple[int, float]:
    """How many fired, and how many seconds until the next."""
    now = bot.clock.now()
    fired = await timers.fire(tx, now, AT_ONCE)
    soonest = await timers.next_due_at(tx)
    wait = LONGEST_WAIT if soonest is None else (soonest - now).total_seconds()
    return fired, min(LONGEST_WAIT, max(0.01, wait))
