"""The loop that looks at the bot itself: the books each minute (I12), VK's history and the audit log each night (I13).

What is wrong is said once for each incident: in the log, in the numbers, to the control centre (bot/alarms.py).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from bot import heads, nightly
from bot.alarms import alarm
from bot.log import log
from bot.running import Running
from bot.vk.errors import NotReached, Uncertain, VkError
from states.events import AlarmKind
from storage import audit, notes, statistics

EVERY = 60.0
LOOKS = 3
"""On PostgreSQL others write between two statements: a difference that stays is one."""
NIGHT_HOUR = 3


async def watch(bot: Running) -> None:
    """Until told to stop."""
    while not bot.stopping.is_set():
        await disk(bot)
        await books(bot)
        await night(bot)
        await bot.checks.wait(EVERY)


async def disk(bot: Running) -> None:
    """The store works again, or this could not be kept."""
    if bot.down_since is not None:
        since, lasted = bot.down_since, bot.clock.now() - bot.down_since
        await alarm(bot, AlarmKind.DISK, f"{lasted.total_seconds():.0f} с, с {local(bot, since):%H:%M}")
        bot.down_since = None


async def books(bot: Running) -> None:
    """I12: received and produced against what became of it."""
    for _ in range(LOOKS):
        found = await bot.db.run(lambda tx: statistics.identity(tx, bot.community))
        if found["balanced"]:
            bot.unbalanced = False
            return
        await bot.clock.sleep(1.0)
    if not bot.unbalanced:
        bot.unbalanced = True
        await alarm(bot, AlarmKind.BOOKS, statistics.difference(found))


async def night(bot: Running) -> None:
    """Once a day, after three in the morning where people live."""
    now = local(bot, bot.clock.now())
    last = (await bot.db.run(lambda tx: notes.get(tx, bot.community, notes.CHECKED))).get("day")
    if now.hour < NIGHT_HOUR or last == now.date().isoformat():
        return
    try:
        found = await nightly.compared(bot)
    except (VkError, NotReached, Uncertain) as error:
        log.warning("history_not_compared", loop="watch", error=type(error).__name__)
        return
    said = {"day": now.date().isoformat(), **asdict(found)}
    log.info("history_differs" if found.alarming else "history_agrees", loop="watch", reason=found.detail())
    if found.alarming:
        await alarm(bot, AlarmKind.HISTORY, found.detail())
    wrong = await audit.verify(bot.db, bot.community, heads.read(heads.path_of(bot.settings), bot.community))
    if wrong:
        await alarm(bot, AlarmKind.AUDIT, "")
    await bot.db.run(lambda tx: notes.put(tx, bot.community, notes.CHECKED, {**said, "audit": len(wrong)}))


def local(bot: Running, at: datetime) -> datetime:
    return at.astimezone(bot.house.zone)
