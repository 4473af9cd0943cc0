"""`demo fill` gives the year to a running bot and to no other; what was cut off goes on; a real VK is refused."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from made import NOW

import features
from bot.admin.admin_service import AdminService
from bot.process import admin_socket
from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region.directory_json import to_json
from features.demo import commands as demo_commands
from features.demo.asked import NOT_BEGUN, REAL, AdminDemo
from features.demo.commands import fill_year, told_of
from states.directory import Directory
from states.statistics.filter import Filter, View
from storage.db import notes
from storage.db.database import Database
from storage.db.migrations import migrate
from storage.ops import rebuild, search, statistics, sums
from storage.privacy import retention
from storage.privacy.retention import RetentionTerms, Window
from storage.records import directory, people
from tests.transcripts.emulated import settings_for

ELSEWHERE = "https://api.vk.com/method/"
LOOPBACK = "http://127.0.0.1:1/method/"
FEW = 500
TODAY = search.Today(NOW, NOW, NOW.date())
ROOT = Path(__file__).parent.parent.parent


class Frozen(Clock):
    def now(self):  # type: ignore[no-untyped-def]
        return NOW


class Beside:
    """A database with its admin socket, as a running bot has them; it can be away for a while."""

    def __init__(self, db: Database, url: str) -> None:
        self.db, self.url = db, url
        self.desk = AdminService(db, Frozen(), vk_api_url=LOOPBACK, features=features.installed())
        self.left = 10_000
        self.server: asyncio.Server | None = None

    async def open(self) -> None:
        self.server = await admin_socket.open_socket(admin_socket.socket_of(self.url), self.carry_out)

    async def carry_out(self, command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        self.left -= 1
        if not self.left:
            self.close()
        return await self.desk.carry_out(command, arguments)

    def close(self) -> None:
        assert self.server is not None
        self.server.close()


@pytest.fixture
async def beside(tmp_path: Path, region: Directory) -> AsyncIterator[Beside]:
    url = f"sqlite+aiosqlite:///{tmp_path / 'bot.db'}"
    await migrate(url)
    db = (await Database.open(url)).of(101)
    await db.run(lambda tx: directory.save_text(tx, to_json(region), NOW))
    bot = Beside(db, url)
    await bot.open()
    yield bot
    bot.close()
    await db.close()


async def test_a_running_bot_gets_the_year(beside: Beside) -> None:
    said: list[str] = []
    done = await fill_year(settings_for(LOOPBACK, beside.url), FEW, 1, said.append)
    assert done["day"] == done["days"] == 365 and FEW * 0.98 <= done["kept"] <= FEW
    assert said[-1] == f"Демонстрационный год загружен: сообщений {done['kept']}, зерно 1."
    assert said[-2] == "Официальных страниц в реестре: 6150."
    assert len(said) == 12 and said[0].startswith("Демонстрационный год загружается: дней 36 из 365")

    db = beside.db
    total = await db.run(lambda tx: sums.total(tx, Filter(), NOW.date()))
    assert total["received"] == done["kept"] and total["final"] > 0.9 * done["kept"]
    assert await db.run(lambda tx: search.number(tx, Filter(view=View.ANY), TODAY)) == done["kept"]
    assert (await db.run(statistics.identity))["balanced"]
    await rebuild.everything(db, NOW.tzinfo)  # type: ignore[arg-type]
    assert await db.run(lambda tx: sums.total(tx, Filter(), NOW.date())) == total

    again = await fill_year(settings_for(LOOPBACK, beside.url), 900, 2, said.append)
    assert again["kept"] == done["kept"] and said[-1] == told_of(done)


async def begun_on(beside: Beside, day: int, messages: int) -> None:
    """As if all days before this one were in already."""
    await beside.desk.carry_out("demo_begin", {"messages": messages, "seed": 5})
    begun = await beside.db.run(lambda tx: notes.get(tx, notes.DEMO))
    await beside.db.run(lambda tx: notes.put(tx, notes.DEMO, {**begun, "day": day}))


async def test_one_that_was_cut_off_goes_on_as_it_was_begun(beside: Beside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_commands, "PATIENCE", 1)
    await begun_on(beside, 300, 2000)
    beside.left = 30
    with pytest.raises(Refusal, match="Бот не запущен"):
        await fill_year(settings_for(LOOPBACK, beside.url), FEW, 1, lambda _: None)
    before = await beside.desk.carry_out("demo_state", {})
    assert before["day"] == 329
    assert told_of(before).startswith(f"Демонстрационный год загружается: дней {before['day']} из 365")
    beside.left = 10_000
    await beside.open()
    done = await fill_year(settings_for(LOOPBACK, beside.url), 70, 9, lambda _: None)
    assert (done["seed"], done["messages"], done["day"]) == (5, 2000, 365)
    assert 200 < done["kept"] < 600
    total = await beside.db.run(lambda tx: sums.total(tx, Filter(), NOW.date()))
    assert total["received"] == done["kept"]


async def test_terms_of_keeping_hold_for_it_as_for_any_other(beside: Beside) -> None:
    """Within the year nothing is touched; a year later what is closed is numbers only, and the sums stay."""
    await begun_on(beside, 340, 3000)
    await fill_year(settings_for(LOOPBACK, beside.url), 1, 1, lambda _: None)
    total = await beside.db.run(lambda tx: sums.total(tx, Filter(), NOW.date()))
    still_open = await beside.db.run(lambda tx: search.number(tx, Filter(view=View.OPEN), TODAY))
    assert await retained(beside.db, NOW) == 0 < still_open
    later = NOW + timedelta(days=400)
    names = await beside.db.run(people.everybody)
    assert await retained(beside.db, later) == total["received"] - still_open + len(names), "with names of who is gone"
    assert await retained(beside.db, later) == 0
    after = await beside.db.run(lambda tx: sums.total(tx, Filter(), NOW.date()))
    kept = set(total.counts) - {"repeats"}  # a forgotten message does not say any more whose repeat it was
    assert {name: after[name] for name in kept} == {name: total[name] for name in kept}
    assert after.times == total.times


async def retained(db: Database, now: datetime) -> int:
    """How many rows a night of the retention loop changes."""
    changed = 0
    for job in retention.JOBS:
        window = Window(0, 0)
        after = None
        while window.after is not None:
            window = await db.run(lambda tx: job(tx, after, now, RetentionTerms()))  # noqa: B023
            changed, after = changed + window.changed, window.after
    return changed


async def test_where_vk_is_a_real_one_nothing_comes_in(beside: Beside) -> None:
    real = AdminDemo(beside.db, Frozen(), ELSEWHERE)
    for refused in (real.begin(10, 1), real.keep([], 1)):
        with pytest.raises(Refusal, match="настоящая ВКонтакте"):
            await refused
    service = AdminService(beside.db, Frozen(), features=features.installed())
    assert await service.carry_out("demo_begin", {"messages": 1, "seed": 1}) == {"error": REAL}
    assert await real.state() == {}


def test_the_command_refuses_a_real_vk(tmp_path: Path) -> None:
    values = {f"BOT_{name}": "x" for name in ("VK_TOKEN", "OPERATOR_NAME", "OPERATOR_ADDRESS")}
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    environment = {
        **clean,
        **values,
        "BOT_OPERATOR_EMAIL": "a@b.ru",
        "BOT_POLICY_URL": "https://b.ru/p",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "bot", "demo", "fill"]
    done = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    assert (done.returncode, done.stderr.strip()) == (2, REAL)
    assert not list(tmp_path.iterdir())


async def test_nothing_is_kept_before_it_is_begun(beside: Beside) -> None:
    with pytest.raises(Refusal, match="ещё не начат"):
        await AdminDemo(beside.db, Frozen(), LOOPBACK).keep([], 1)
    assert "demo fill" in NOT_BEGUN


async def test_without_a_bot_it_says_how_to_start_one(tmp_path: Path) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'none.db'}"
    with pytest.raises(Refusal, match="make sandbox"):
        await fill_year(settings_for(LOOPBACK, url), FEW, 1, lambda _: None)
    assert not list(tmp_path.iterdir())
