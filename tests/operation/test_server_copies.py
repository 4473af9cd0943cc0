"""A bot on PostgreSQL copies itself by pg_dump, `check` says what is in the way, `restore` fills an empty database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from benchmarks.rig.stand import COMMUNITY, settings_for
from bot.admin.machine_findings import copy_findings
from bot.config.keys import master_of
from bot.process.clock import Clock
from bot.upkeep import drill
from bot.upkeep.backups import alone, places_named
from bot.web.site import Site
from bot.web.views.health import copy_fact
from storage.db import notes
from storage.db.database import Database
from storage.db.master import make
from storage.ops import recovery_mark
from storage.ops.copies.backup import Places
from storage.ops.copies.dumps import DatabaseServer
from storage.ops.recovery_mark import RecoveryMark
from tests.operation.conftest import prepared
from tests.operation.typed import Post, post
from tests.storage.conftest import _address, _sql
from vk_emulator.server import running


@pytest.fixture
async def urls(postgresql: str) -> AsyncIterator[tuple[str, str]]:
    """One to work on, one to come back in."""
    names = ("copied", "come_back")
    for name in names:
        await _sql(postgresql, f"CREATE DATABASE {name} TEMPLATE template0")
    yield _address(postgresql, names[0]), _address(postgresql, names[1])
    for name in names:
        await _sql(postgresql, f"DROP DATABASE {name} WITH (FORCE)")


def programs(host: str) -> str:
    return str(Path((Path(host) / "postmaster.opts").read_text().split()[0]).parent)


async def marked(here: Post, url: str) -> RecoveryMark | None:
    db = await Database.open(url, worker=9, master=master_of(here.settings), community=COMMUNITY)
    try:
        return await db.run(recovery_mark.read_mark)
    finally:
        await db.close()


async def drills(here: Post, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The monthly drill beside the running bot: its very child proves a whole copy by the copied keys, and no cut one
    nor another's keys; its night notes it in the database."""
    for name, value in here.env().items():
        monkeypatch.setenv(name, value)
    copy, keys = max((folder / "copies").glob("*.backup")), max((folder / "copies-keys").iterdir())
    cut = folder / "cut.backup"
    cut.write_bytes(copy.read_bytes()[:-9] + bytes(9))
    assert await drill.put_back(str(copy), str(keys)) == 0
    assert await drill.put_back(str(cut), str(keys)) not in (0, drill.NOT_DONE)
    assert await drill.put_back(str(copy), str(copy)) not in (0, drill.NOT_DONE)
    assert not [path for path in folder.rglob("*") if path.name.startswith((".restore-", "drill-"))]
    db = await Database.open(here.settings.database_url, worker=9, master=master_of(here.settings), community=COMMUNITY)
    try:
        bot = SimpleNamespace(clock=Clock(), db=db, policy=SimpleNamespace(zone=UTC))
        monkeypatch.setattr(drill, "NIGHT_HOUR", 0)
        monkeypatch.setattr(drill, "MORNING_HOUR", 24)
        await drill.drill(cast(Any, bot), places_named(here.settings))
        assert (await db.run(lambda tx: notes.get(tx, notes.DRILLED)))["good"] is True
    finally:
        await db.close()


async def test_there_and_back(
    urls: tuple[str, str], postgresql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, after = urls
    make(tmp_path / "master.key")
    (tmp_path / "bot").mkdir()
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        more = {
            "master_key_file": str(tmp_path / "master.key"),
            "backup_folder": str(tmp_path / "copies"),
            "pg_folder": programs(postgresql),
        }
        here = Post(tmp_path / "bot", settings_for(emulator.url, tmp_path / "bot", database_url=before, **more))
        await prepared(here.settings)
        with here.starts() as bot:
            await bot.until('"copied"')  # there was none, so it begins with one
            await asyncio.sleep(1.0)  # a copy is named by its second
            done = await here.typing("backup")
            assert done.code == 0 and "Копия сделана и проверена" in done.out, done
            wrong = await here.typing("check", BOT_PG_FOLDER=str(tmp_path))
            assert wrong.code == 1 and "pg_dump на этом компьютере нет" in wrong.out.split("\n•")[0], wrong
            await drills(here, tmp_path, monkeypatch)
            assert await bot.stopped() == 0
        copies, keys = sorted((tmp_path / "copies").glob("*.backup")), sorted((tmp_path / "copies-keys").iterdir())
        assert len(copies) == len(keys) == 2
        there = {"BOT_DATABASE_URL": after}
        done = await here.typing("restore", str(copies[-1]), "--keys", str(keys[-1]), **there)
        assert done.code == 0 and "База возвращена" in done.out, done
        mark = await marked(here, after)
        assert mark is not None and mark.made_at and not mark.started_at
        with here.starts(**there) as bot:
            for _ in range(600):
                mark = await marked(here, after)
                assert mark is not None and bot.process.poll() is None, bot.said()
                if mark.started_at:
                    break
                await asyncio.sleep(0.1)
            assert mark.started_at, bot.said()


def test_check_of_copies_on_postgresql(tmp_path: Path) -> None:
    """✗ where none can be made or none was made for a day; who has others make them is only told."""
    more = {"database_url": "postgresql+asyncpg://a@b/c", "backup_folder": str(tmp_path)}
    settings, old = post(tmp_path, **more).settings, datetime(2026, 1, 1, tzinfo=UTC)
    (found,) = copy_findings(settings, None, old, "Программы pg_dump нет.")
    assert found.wrong and "pg_dump" in found.todo
    (found,) = copy_findings(settings, None, old)
    assert found.wrong and "больше суток не было" in found.text
    (found,) = copy_findings(settings.model_copy(update={"backup_folder": "off"}), None, old, "Программы нет.")
    assert not found.wrong and "бот не делает" in found.text


async def test_one_at_a_time_copies_into_a_folder(tmp_path: Path) -> None:
    """Several bots of one server may share it: the second one waits, and then finds that nothing is due."""
    places = Places(
        tmp_path / "x", tmp_path / "copies", tmp_path / "keys", server=DatabaseServer("postgresql+asyncpg://a@b/c")
    )
    order: list[str] = []

    async def copies(name: str, begun: asyncio.Event, go_on: asyncio.Event) -> None:
        async with alone(places, Clock()):
            order.append(f"{name} begins")
            begun.set()
            await go_on.wait()
            order.append(f"{name} ends")

    begun, go_on = asyncio.Event(), asyncio.Event()
    first = asyncio.create_task(copies("first", begun, go_on))
    await begun.wait()
    second = asyncio.create_task(copies("second", asyncio.Event(), go_on))
    await asyncio.sleep(0.2)
    assert order == ["first begins"]
    go_on.set()
    await asyncio.gather(first, second)
    assert order == ["first begins", "first ends", "second begins", "second ends"]


@pytest.mark.parametrize(
    ("dialect", "folder", "said", "wrong"),
    [
        ("postgresql", "off", "Копии делает PostgreSQL", False),
        ("postgresql", "", "Копий ещё нет", True),
        ("sqlite", "off", "Копий ещё нет", True),
    ],
)
def test_the_line_of_the_panel(dialect: str, folder: str, said: str, wrong: bool) -> None:
    """Never green where nobody makes any."""
    own = {"db": SimpleNamespace(dialect=dialect), "settings": SimpleNamespace(backup_folder=folder)}
    site, now = cast(Site, SimpleNamespace(**own)), datetime(2026, 11, 28, tzinfo=UTC)
    found = copy_fact(None, now - timedelta(days=2), site, now)
    assert (found.words, found.bad) == (said, wrong)
    assert copy_fact(None, now, site, now).bad == (folder == "off" and wrong), "a fresh one makes its first in a day"
