"""Closes weeks and months when they are over, of every community that runs here (storage/ops/closing.py)."""

from __future__ import annotations

from datetime import date, datetime

from bot.feature import summaries_of
from bot.runtime import Runtime
from states.statistics.periods import Stretch
from storage.db.transaction import Transaction
from storage.ops import closing

EVERY = 60.0
"""So a report is closed within the first minute of the next day."""


async def close_periods(bot: Runtime) -> None:
    """The loop that closes weeks and months that are over, until told to stop."""
    while not bot.stopping.is_set():
        for runtime in (bot, *bot.others.values()):
            await close_due(runtime)
        await bot.bell("statistics").wait(EVERY)


async def close_due(bot: Runtime) -> None:
    """Each in a transaction of its own: of a database from before there are many."""
    now = bot.clock.now()
    today = now.astimezone(bot.policy.zone).date()
    for stretch in await bot.db.run(lambda tx: closing.due(tx, today)):
        await bot.db.run(lambda tx: close(tx, bot, stretch, now, today))  # noqa: B023


async def close(tx: Transaction, bot: Runtime, stretch: Stretch, now: datetime, today: date) -> None:
    """Closes a period with what reports are told beside, which is read once a week: a bot at rest has neither charts
    nor pages in memory."""
    from features.statistics.report.closed import kept_beside

    adds = summaries_of((bot.home or bot).features)
    await closing.close(tx, stretch, now, await kept_beside(tx, stretch, today, adds, bot.policy.zone))
