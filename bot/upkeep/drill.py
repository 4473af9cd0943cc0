"""Once a month, at night, the newest copy is put back beside the database, as `bot restore` does it, and what came of
it is told.

It must never touch the database, nor keep copies waiting for long: a process of its own does it, in a folder that
goes.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.process.log import log
from bot.upkeep.alarms import alarm
from bot.upkeep.nights import MORNING_HOUR, NIGHT_HOUR, local
from states.events import AlarmKind
from storage.db import notes
from storage.ops.copies import backup
from storage.ops.copies.backup import Places

if TYPE_CHECKING:
    from bot.runtime import Runtime

MOST_SECONDS = 600.0
"""Whatever takes longer hangs, and the next copy waits for it."""
LAST_PRIORITY = 19
LEFT_FOR = timedelta(days=1)
"""A folder so old is that of a drill that was killed."""
NOT_DONE = -1


async def drill(bot: Runtime, places: Places) -> None:
    """Tries at night whether the newest copy can be restored, where it was not done this month; after a failure again
    the next night."""
    now = bot.clock.now()
    remove_left(places, now)
    here = local(bot, now)
    if not NIGHT_HOUR <= here.hour < MORNING_HOUR:
        return
    copy = backup.newest(places.folder, backup.DATABASE, now)
    keys = backup.newest(places.keys, backup.KEYS, now)
    before = await bot.db.run(lambda tx: notes.get(tx, notes.DRILLED))
    if copy is None or keys is None or not is_wanted(before, here):
        return
    code = await put_back(str(copy), str(keys))
    told = {"day": f"{here:%Y-%m-%d}", "good": code == 0}
    await bot.db.run(lambda tx: notes.put(tx, notes.DRILLED, told))
    log.info("drilled", loop="back_up", code=code)
    if code:
        await alarm(bot, AlarmKind.DRILL, copy.name)


def is_wanted(before: Mapping[str, object], here: datetime) -> bool:
    """Whether a drill is due on this local day: once a month, and every day after one that failed. `before` is the
    result of the last one."""
    day = str(before.get("day", ""))
    return day != f"{here:%Y-%m-%d}" and (not before.get("good") or day[:7] != f"{here:%Y-%m}")


def remove_left(places: Places, now: datetime) -> None:
    """Keys in it must not get old (R14)."""
    for folder in places.database.parent.glob(f"{backup.DRILL}*"):
        with suppress(OSError):
            if now.timestamp() - folder.stat().st_mtime > LEFT_FOR.total_seconds():
                shutil.rmtree(folder)


async def put_back(copy: str, keys: str) -> int:
    """The command that people would type, up to the place where it would change something. Its exit code."""
    typed = ("-m", "bot", "restore", copy, "--keys", keys, "--check")
    try:
        child = await asyncio.create_subprocess_exec(sys.executable, *typed, stdout=DEVNULL, stderr=DEVNULL)
    except OSError:
        return NOT_DONE
    try:
        with suppress(OSError):  # a hardened service may not change it
            os.setpriority(os.PRIO_PROCESS, child.pid, LAST_PRIORITY)
        async with asyncio.timeout(MOST_SECONDS):
            return await child.wait()
    except TimeoutError:
        return NOT_DONE
    finally:
        await end(child)


async def end(child: Process) -> None:
    """Kills the process, also where the bot is told to stop meanwhile."""
    if child.returncode is None:
        child.kill()
        await child.wait()
