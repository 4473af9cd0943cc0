"""The panel on a fresh SQLite database with the example region, and a browser that may sign in as anybody."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

import features
from bot import app
from bot.app import panel_of
from bot.config.settings import Settings
from bot.web.app import build
from bot.web.pages import PAGES
from bot.web.serve import site_for
from bot.web.site import Site
from states.directory import Directory
from storage.db.database import Database
from storage.db.engines.readers import Readers, open_readers
from tests.bot.test_metrics import free_port
from tests.small import COMMUNITY
from tests.storage.conftest import MASTER, migrated_sqlite
from tests.transcripts.emulated import COMMUNITY as EMULATED
from tests.transcripts.emulated import EmulatedStage, emulated, sqlite_url
from tests.web.browser import Ahead, Browser, settle_people
from vk_emulator.server import running

ADDRESS = "https://panel.test"


@pytest.fixture(scope="session")
def empty_database() -> Path:
    return migrated_sqlite()


@pytest_asyncio.fixture
async def db(empty_database: Path, tmp_path: Path) -> AsyncIterator[Database]:
    for suffix in ("", ".keys"):
        shutil.copy(f"{empty_database}{suffix}", tmp_path / f"panel.db{suffix}")
    opened = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/panel.db", master=MASTER, community=COMMUNITY)
    await settle_people(opened)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def readers(db: Database, tmp_path: Path) -> AsyncIterator[Readers]:
    opened = open_readers(db, f"sqlite+aiosqlite:///{tmp_path}/panel.db")
    yield opened
    await opened.close()


@pytest.fixture
def clock() -> Ahead:
    return Ahead()


@pytest.fixture
def settings() -> Settings:
    return Settings(
        vk_token="group-101",
        operator_name="Орган",
        operator_address="Челябинск",
        operator_email="a@b.ru",
        policy_url="https://b.ru/p",
        panel_port=8443,
        panel_url=ADDRESS,
    )


@pytest.fixture
def site(settings: Settings, db: Database, readers: Readers, clock: Ahead, region: Directory) -> Site:
    return site_for(settings, db, readers, clock, lambda: region, features.installed())


@pytest_asyncio.fixture
async def browser(site: Site) -> AsyncIterator[Browser]:
    opened = Browser.of(build(site, PAGES), site)
    yield opened
    await opened.client.aclose()


@pytest_asyncio.fixture
async def stage(region: Directory, tmp_path: Path) -> AsyncIterator[EmulatedStage]:
    async with (
        running(port=0, data=tmp_path / "vk", seed=1) as emulator,
        emulated(emulator.url, sqlite_url(tmp_path), region) as opened,
    ):
        yield opened


@pytest_asyncio.fixture
async def panel(stage: EmulatedStage) -> AsyncIterator[httpx.AsyncClient]:
    """The bot with a panel, and a browser at its address."""
    bot = stage.bot
    assert bot is not None
    address = f"http://127.0.0.1:{free_port()}"
    bot.settings = bot.settings.model_copy(update={"panel_port": int(address.rpartition(":")[2]), "open_data": "on"})
    bot.policy = app.policy_of(bot.settings, EMULATED)
    served = await panel_of(bot)
    assert served is not None
    try:
        async with httpx.AsyncClient(base_url=address, headers={"origin": address}) as client:
            yield client
    finally:
        await served.close()


@pytest.fixture
def open_settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"open_data": "on"})


@pytest_asyncio.fixture
async def everybody(
    open_settings: Settings, db: Database, readers: Readers, clock: Ahead, region: Directory
) -> AsyncIterator[Browser]:
    """Somebody without a session, at a panel whose open data are on."""
    site = site_for(open_settings, db, readers, clock, lambda: region, features.installed())
    opened = Browser.of(build(site, PAGES), site)
    yield opened
    await opened.client.aclose()
