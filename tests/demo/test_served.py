"""`demo serve`: a visitor's phone is a resident for a while, sees nobody else's talk, and each night begins anew."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time as seconds
from collections.abc import AsyncIterator
from datetime import datetime, time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.process.clock import Clock
from features.demo.sandbox.vk import EmulatedVk
from features.demo.served import MOST, Phones, every_night, site, until_next
from vk_emulator.server import Emulator, running

ROOT = Path(__file__).parents[2]
WITHIN = 240.0
BUTTONS = '{"inline":true,"buttons":[[{"action":{"type":"text","label":"Да","payload":"{\\"a\\":1}"}}]]}'


class Table:
    """An emulator, and the site with as many phones as are asked for."""

    def __init__(self, emulator: Emulator, http: aiohttp.ClientSession) -> None:
        self.emulator = emulator
        self.phones = Phones(EmulatedVk(emulator.base, http, Clock()), Clock(), self.link)
        self.clients: list[TestClient[Any, Any]] = []

    async def link(self, role: str) -> dict[str, Any]:
        return {"url": f"https://panel.test/in/{role}"}

    async def phone(self, *, with_panel: bool = False) -> TestClient[Any, Any]:
        client: TestClient[Any, Any] = TestClient(TestServer(site(self.phones, with_panel=with_panel)))
        await client.start_server()
        self.clients.append(client)
        return client


@pytest.fixture
async def table() -> AsyncIterator[Table]:
    async with running() as emulator, aiohttp.ClientSession() as http:
        made = Table(emulator, http)
        yield made
        for client in made.clients:
            await client.close()


async def talk(client: TestClient[Any, Any], **what: Any) -> list[dict[str, Any]]:
    answer = await client.post("/act", json=what)
    assert answer.status == 200, await answer.text()
    shown: list[dict[str, Any]] = (await answer.json())["talk"]
    return shown


def residents(table: Table) -> list[int]:
    return [visitor.user for visitor in table.phones.visitors.values()]


async def test_a_visitor_writes_reads_and_presses(table: Table) -> None:
    client = await table.phone()
    assert await talk(client) == []
    assert [row["text"] for row in await talk(client, text=" Яма на дороге ")] == ["Яма на дороге"]
    (user,) = residents(table)
    table.emulator.call("messages.send", "group-101", peer_id=user, random_id=1, message="Верно?", keyboard=BUTTONS)
    shown = (await talk(client))[-1]
    assert (shown["mine"], shown["buttons"]) == (False, ["Да"])
    assert (await talk(client, press=shown["id"], place=0))[-1]["text"] == "Да"
    [newest, *_] = table.emulator.call("messages.getHistory", "group-101", peer_id=user)["items"]
    assert newest["payload"] == '{"a":1}', "what the button holds, which the page never had"


async def test_two_phones_are_two_residents_and_a_button_is_his_who_was_shown_it(table: Table) -> None:
    first, second = await table.phone(), await table.phone()
    await talk(first, text="Моё")
    assert await talk(second) == []
    one, other = residents(table)
    assert one != other
    table.emulator.call("messages.send", "group-101", peer_id=one, random_id=1, message="?", keyboard=BUTTONS)
    shown = (await talk(first))[-1]
    for what in ({"press": shown["id"], "place": 0}, {"press": shown["id"], "place": -1}, {"press": "x", "place": 0}):
        assert (await second.post("/act", json=what)).status == 400
    for what in ({"press": shown["id"], "place": 1}, {"press": shown["id"]}):
        assert (await first.post("/act", json=what)).status == 400


async def test_each_of_many_visitors_is_a_person_of_his_own(table: Table) -> None:
    """More than the world file has residents; nobody reads what another wrote, nor what a story of the sandbox says."""
    known = {user["id"] for user in table.emulator.call("emulator.state")["users"]}
    phones = [await table.phone() for _ in range(20)]
    assert [await talk(phone) for phone in phones] == [[]] * 20
    for number, phone in enumerate(phones):
        await talk(phone, text=f"Моё {number}")
    assert [[row["text"] for row in await talk(phone)] for phone in phones] == [[f"Моё {n}"] for n in range(20)]
    assert len(set(residents(table)) - known) == 20


async def test_who_came_before_is_nobody_who_comes_after_a_new_start(table: Table) -> None:
    """The world and the bot's database are kept; the next visitor must find no talk and no letters of his own there."""
    await talk(await table.phone(), text="До перезапуска")
    before = set(residents(table))
    table.phones = Phones(table.phones.vk, Clock(), table.link)
    assert await talk(await table.phone()) == []
    assert before.isdisjoint(residents(table))


async def test_what_a_page_of_another_site_or_a_flood_would_do(table: Table) -> None:
    client = await table.phone()
    assert (await client.post("/act", data={"text": "x"})).status == 415
    assert (await client.post("/act", data="[]", headers={"Content-Type": "application/json"})).status == 400
    assert (await client.post("/act", data="x" * 20_000, headers={"Content-Type": "application/json"})).status == 413
    for number in range(MOST):
        await talk(client, text=str(number))
    assert (await client.post("/act", json={"text": "ещё"})).status == 429
    answer = await client.get("/")
    assert (
        answer.headers["X-Frame-Options"] == "DENY"
        and "default-src 'none'" in answer.headers["Content-Security-Policy"]
    )
    assert (await client.get("/phone.js")).content_type == "text/javascript"
    assert (await client.get("/method/emulator.state")).status == 404, "the emulator is not behind this door"


async def test_the_panel_opens_where_its_address_was_named(table: Table) -> None:
    shut, opened = await table.phone(), await table.phone(with_panel=True)
    assert (await shut.post("/panel", json={"role": "cur"})).status == 404
    assert await (await opened.post("/panel", json={"role": "cur"})).json() == {"url": "https://panel.test/in/cur"}
    assert (await (await opened.post("/act", json={})).json())["panel"] == ["cur", "agency", "municipality", "reader"]


async def test_after_a_reset_everybody_begins_anew(table: Table) -> None:
    client = await table.phone()
    await talk(client, text="Вчера")
    table.emulator.call("emulator.reset")
    table.phones.forget()
    assert await talk(client) == []


class Nights(Clock):
    """Three of them, one after another."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 3

    async def sleep(self, seconds: float) -> None:
        self.left -= 1
        if self.left < 0:
            raise asyncio.CancelledError


async def test_a_night_without_a_reset_is_not_the_last_one(table: Table) -> None:
    """Else the words of visitors would stay for good."""
    client, asked = await table.phone(), []
    await talk(client, text="Вчера")

    class Shaky:
        async def call(self, method: str) -> None:
            asked.append(method)
            if len(asked) == 1:
                raise aiohttp.ServerDisconnectedError
            table.emulator.call(method)

    with pytest.raises(asyncio.CancelledError):
        await every_night(SimpleNamespace(clock=Nights(), vk=Shaky()), table.phones, time(4))  # type: ignore[arg-type]
    assert asked == ["emulator.reset"] * 3 and table.emulator.call("emulator.record")["dialogues"] == []
    assert await talk(client) == []


@pytest.mark.parametrize(
    ("now", "hours"), [("2026-12-01T03:00", 1), ("2026-12-01T04:00", 24), ("2026-12-01T05:00", 23)]
)
def test_the_next_night(now: str, hours: int) -> None:
    assert until_next(datetime.fromisoformat(now), time(4)) == hours * 3600


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def served(folder: Path, *more: str) -> subprocess.Popen[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("BOT_")}
    command = [sys.executable, "-m", "bot", "demo", "serve", "--data", str(folder), *more]
    return subprocess.Popen(command, cwd=ROOT, env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


async def test_one_command_on_a_server(tmp_path: Path) -> None:
    """The real bot answers a phone."""
    soon = datetime.fromtimestamp(seconds.time() + 86_000).strftime("%H:%M")
    process = served(tmp_path, "--port", str(free()), "--panel-port", str(free()), "--reset", soon, "--year", "1")
    try:
        assert process.stdout is not None
        told = await asyncio.to_thread(process.stdout.readline)
        found = re.search(r"(http://127\.0\.0\.1:\d+/)", told)
        assert found and f"в {soon} всё начинается заново" in told
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            until = seconds.monotonic() + WITHIN
            shown: list[dict[str, Any]] = []
            begun = False
            while not any(not row["mine"] for row in shown):
                assert seconds.monotonic() < until, shown
                async with http.post(found[1] + "act", json={} if begun else {"text": "Здравствуйте"}) as answer:
                    if answer.status == 200:
                        shown, begun = (await answer.json())["talk"], True
                await asyncio.sleep(0.5)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_a_wrong_time_is_a_sentence(tmp_path: Path) -> None:
    process = served(tmp_path, "--reset", "ночью")
    assert "--reset ночью: нужно время" in process.communicate()[1] and process.returncode == 2
