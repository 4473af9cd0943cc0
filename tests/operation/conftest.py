"""A prepared folder, made once: tables, the region's directory, the key's community known."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from benchmarks.rig.stand import COMMUNITY, prepare, settings_for
from bot.config.keys import master_of
from bot.config.settings import Settings
from bot.vk.community_identity import token_digest
from storage.db import token_owner
from storage.db.database import Database
from tests import once
from tests.storage.conftest import postgresql as postgresql  # noqa: F401


async def prepared(settings: Settings) -> None:
    await prepare(settings)
    db = await Database.open(settings.database_url, master=master_of(settings), community=COMMUNITY)
    try:
        await db.run(lambda tx: token_owner.keep_community(tx, token_digest(settings)))
    finally:
        await db.close()


@pytest.fixture(scope="session")
def template() -> Path:
    def make(here: Path) -> None:
        asyncio.run(prepared(settings_for("http://127.0.0.1:1/method/", here)))

    return once.prepared("operation_template", make)
