"""The loop that checks the bot itself: the books each minute (I12), VK's history and the audit log each night (I13).

Each fault is reported once per incident: in the log, in the metrics, and to the control centre (alarms.py).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

from bot.process.advice import Refusal
from bot.process.log import log
from bot.region.shared import directory_of
from bot.runtime import Runtime
from bot.upkeep import audit_checkpoints
from bot.upkeep.alarms import alarm
from bot.upkeep.failover import still_whole
from bot.upkeep.model_in_use import renew
from bot.upkeep.nights import MORNING_HOUR, NIGHT_HOUR, local
from bot.vk.errors import NotReached, Uncertain, VkError
from states.events import AlarmKind
from storage.db import notes
from storage.ops import ahead, statistics
from storage.ops.copies import backup
from storage.privacy import audit
from storage.records import appeals
from storage.records import directory as directories

EVERY = 60.0
LOOKS = 3
"""On PostgreSQL others write between two statements: a difference that stays is one."""


async def watch(bot: Runtime) -> None:
    """The loop of the bot's checks of itself, until told to stop."""
    before: datetime | None = None
    while not bot.stopping.is_set():
        before = await set_right(bot, before)
        await disk(bot)
        await directory(bot)
        await renew(bot)
        await books(bot)
        await unseen_alarms(bot)
        await night(bot)
        await bot.checks.wait(EVERY)


async def set_right(bot: Runtime, before: datetime | None) -> datetime:
    """A clock that was ahead has put things off, in each community; whether it was is not known after a start."""
    now = bot.clock.now()
    if before is None or now < before:
        own = [bot.db.of(community) for community in await backup.communities(bot.db)]
        moved = sum([await db.run(lambda tx: ahead.bring_back(tx, now)) for db in own])
        if moved:
            log.info("brought_back", loop="watch", count=moved)
            bot.notify_all()
    return now


async def disk(bot: Runtime) -> None:
    """The store works again, or this could not be kept."""
    if bot.health.down_since is not None:
        await still_whole(bot)
        since, lasted = bot.health.down_since, bot.clock.now() - bot.health.down_since
        await alarm(bot, AlarmKind.DISK, f"{lasted.total_seconds():.0f} с, с {local(bot, since):%H:%M}")
        bot.health.down_since = None
        log.info("store_up", loop="watch", seconds=round(lasted.total_seconds()))


async def directory(bot: Runtime) -> None:
    """Takes over a new version of the directory: on PostgreSQL another process may have saved one (the panel, a
    command, another bot)."""
    if await bot.db.run(directories.newest_version) == bot.directory_number:
        return
    stored = await bot.db.run(directories.load_text)
    if stored is None:
        return
    known, bot.directory_number = directory_of(stored[0]), stored[1]
    if known.version != bot.directory.version:
        await bot.take(known)
        log.info("directory", loop="watch", version=known.version)


async def books(bot: Runtime) -> None:
    """I12: received and produced against what became of it."""
    for _ in range(LOOKS):
        found = await bot.db.look(statistics.identity)
        if found["balanced"]:
            bot.health.unbalanced = False
            return
        await bot.clock.sleep(1.0)
    if not bot.health.unbalanced:
        bot.health.unbalanced = True
        await alarm(bot, AlarmKind.BOOKS, statistics.difference(found))


async def unseen_alarms(bot: Runtime) -> None:
    """Past their time, or without a chat to be read in: the second way of alarm says so (R28)."""
    now = bot.clock.now()
    found = await bot.db.run(appeals.alarms) if await bot.db.look(appeals.any_alarm) else ()
    late = [
        appeal.alert.told_at
        for appeal in found
        if appeal.alert is not None
        and (appeal.alert.needs_substitute(now) or (appeal.alert.calling and appeal.chat is None))
    ]
    bot.health.unseen_alarm = min(late, default=None)


async def night(bot: Runtime) -> None:
    """Checks the audit log and compares VK's history once a day, after three in the morning where people live. Neither
    look waits for the other."""
    now = local(bot, bot.clock.now())
    if now.hour >= NIGHT_HOUR:
        wrong = await audit_faults(bot, now.date().isoformat())
        await compare_history(bot, now, wrong)


async def audit_faults(bot: Runtime, day: str) -> int:
    """T22: how much is wrong with the audit log. A second place that says nothing proves nothing: that is wrong too."""
    known = await bot.db.run(lambda tx: notes.get(tx, notes.AUDITED))
    if known.get("day") == day:
        return int(known["wrong"])
    try:
        second = audit_checkpoints.read(audit_checkpoints.path_of(bot.settings), bot.community)
        wrong = len(await audit.verify(bot.db, second))
    except Refusal:
        wrong = 1
    if wrong:
        await alarm(bot, AlarmKind.AUDIT, "")
    await bot.db.run(lambda tx: notes.put(tx, notes.AUDITED, {"day": day, "wrong": wrong}))
    return wrong


async def compare_history(bot: Runtime, now: datetime, wrong: int) -> None:
    """I13. While VK refuses it is tried again each minute, and by the morning people hear that nobody has looked."""
    day = now.date().isoformat()
    if (await bot.db.run(lambda tx: notes.get(tx, notes.CHECKED))).get("day") == day:
        return
    from bot.upkeep import nightly  # loaded once a night

    try:
        found = await nightly.compare_week(bot)
    except (VkError, NotReached, Uncertain) as error:
        log.warning("history_not_compared", loop="watch", error=type(error).__name__)
        if now.hour >= MORNING_HOUR and bot.health.uncompared != day:
            bot.health.uncompared = day
            code = f"ошибка {error.code}" if isinstance(error, VkError) else "ВКонтакте не отвечает"
            await alarm(bot, AlarmKind.UNCOMPARED, code)
        return
    said = {"day": day, "at": now.isoformat(), **asdict(found), "audit": wrong}
    log.info("history_differs" if found.alarming else "history_agrees", loop="watch", reason=found.detail())
    if found.alarming:
        await alarm(bot, AlarmKind.HISTORY, found.detail())
    await bot.db.run(lambda tx: notes.put(tx, notes.CHECKED, said))
