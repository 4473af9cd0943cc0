"""A bot without loops and without VK, on a fresh database of either engine, for tests that bring events themselves."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks.rig.stand import COMMUNITY, settings_for
from bot.config.keys import master_of
from bot.config.settings import policy_of
from bot.process.clock import Clock
from bot.process.pace import Pace
from bot.runtime import Runtime
from bot.vk.payload import Signer
from matching import Matcher
from matching.judge import TextJudge
from states.directory import Directory
from storage.db.database import Database
from storage.db.migrations import migrate
from storage.inbox import history
from tests import once


async def tables(folder: Path) -> None:
    settings = settings_for("http://127.0.0.1:1/method/", folder)
    await migrate(settings.database_url, master=master_of(settings))


@asynccontextmanager
async def bare(folder: Path, region: Directory, find: Matcher, url: str = "", **changes: Any) -> AsyncIterator[Runtime]:
    if url:
        changes["database_url"] = url
    if "database_url" not in changes:
        migrated = await asyncio.to_thread(once.prepared, "bare", lambda here: asyncio.run(tables(here)))
        shutil.copytree(migrated, folder, dirs_exist_ok=True)
    settings = settings_for("http://127.0.0.1:1/method/", folder, **changes)
    master = master_of(settings)
    if "database_url" in changes:
        await migrate(settings.database_url, master=master)
    clock, db, nothing = Clock(), await Database.open(settings.database_url, master=master, community=COMMUNITY), None
    try:
        await db.run(lambda tx: history.note_installation(tx, clock.now()))
        yield Runtime(
            settings=settings,
            policy=policy_of(settings, COMMUNITY),
            db=db,
            vk=nothing,  # type: ignore[arg-type]
            files=nothing,  # type: ignore[arg-type]
            signer=Signer(db.derive_key("button"), COMMUNITY),
            clock=clock,
            pace=Pace(clock, 1000),
            directory=region,
            find=find,
            judge=TextJudge(region),
        )
    finally:
        await db.close()
