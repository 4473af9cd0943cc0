"""What the bot finds wrong with itself goes into its own inbox, once an hour for each kind, and into the log.

The control centre hears of it from there (handlers/system/alarm.py). It must never hold an id or a word of a person.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from bot.process.log import log
from states.events import TOLD_EACH_TIME, Alarm, AlarmKind
from storage.db.transaction import Transaction
from storage.inbox import inbox

if TYPE_CHECKING:
    from bot.runtime import Runtime

NOBODY = 0


async def alarm(bot: Runtime, kind: AlarmKind, detail: str) -> None:
    """Logs what is wrong and puts it into the inbox; of a community beside the home it is told to the home's control
    centre."""
    now = bot.clock.now()
    if bot.home is not None:
        detail = ", ".join(filter(None, (detail, f"сообщество {bot.community}")))
        bot = bot.home
    log.error("alarm", kind=kind.value, reason=detail)
    await bot.db.run(lambda tx: note(tx, kind, detail, now))
    bot.events.notify()


async def note(tx: Transaction, kind: AlarmKind, detail: str, now: datetime) -> None:
    """Puts an alarm into the inbox, once an hour for each kind."""
    once = f"{now:%Y-%m-%dT%H:%M:%S}" if kind in TOLD_EACH_TIME else f"{now:%Y-%m-%dT%H}"
    told = (NOBODY, f"alarm|{kind.value}|{once}", Alarm(kind, detail, now))
    await inbox.enqueue_internal(tx, [told], now)
