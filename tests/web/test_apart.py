"""`python -m bot web` on PostgreSQL: a process of its own, which shows pages and ends when it is told to."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from bot.admin.admin_people import AdminPeople
from bot.config.settings import read
from bot.process.clock import Clock
from bot.region.directory_json import to_json
from bot.vk.community_identity import token_digest
from states.directory import Directory
from storage.db import token_owner
from storage.db.database import Database
from storage.db.master import Master, make
from storage.db.master import load as load_master
from storage.db.migrations import migrate
from storage.inbox import inbox
from storage.records import directory, viewers
from tests.bot.test_cli import GOOD, clean
from tests.bot.test_metrics import free_port
from tests.operation.forked import Forked
from tests.small import COMMUNITY
from tests.storage.conftest import _address, _sql, postgresql  # noqa: F401
from tests.web.browser import HIDDEN, READER, settle_people
from tests.web.posted import SECRET

WITHIN = 240.0


@pytest.fixture
def master(tmp_path: Path) -> Master:
    make(tmp_path / "master.key")
    return load_master(tmp_path / "master.key")


@pytest_asyncio.fixture
async def url(postgresql: str) -> AsyncIterator[str]:  # noqa: F811
    await _sql(postgresql, "CREATE DATABASE panel_apart TEMPLATE template0")
    yield _address(postgresql, "panel_apart")
    await _sql(postgresql, "DROP DATABASE panel_apart WITH (FORCE)")


class Panel:
    """`python -m bot web`, and what it said."""

    def __init__(self, folder: Path, url: str, port: int, **more: str) -> None:
        own = {
            "BOT_DATABASE_URL": url,
            "BOT_PANEL_PORT": str(port),
            "BOT_WORKER": "7",
            "BOT_MASTER_KEY_FILE": str(folder / "master.key"),
        }
        self._said = folder / f"said-{port}"
        self.process = Forked(("web",), folder, clean({**GOOD, **own, **more}), self._said, self._said)

    def said(self) -> str:
        return self._said.read_text(encoding="utf-8")

    def refused(self, words: str) -> None:
        assert self.process.wait(WITHIN) == 2, self.said()
        assert "Traceback" not in self.said() and words in self.said(), self.said()


@pytest.fixture
def ended() -> Iterator[list[Panel]]:
    begun: list[Panel] = []
    yield begun
    for one in begun:
        one.process.kill()
        one.process.wait()


async def until_open(client: httpx.AsyncClient, panel: Panel) -> None:
    until = time.monotonic() + WITHIN
    while time.monotonic() < until:
        assert panel.process.poll() is None, panel.said()
        try:
            assert (await client.get("/now")).status_code == 401
            return
        except httpx.TransportError:
            await asyncio.sleep(0.1)
    raise AssertionError("панель не открылась")


async def test_it_shows_pages_and_ends_when_told(
    url: str, master: Master, region: Directory, tmp_path: Path, ended: list[Panel]
) -> None:
    await migrate(url, master=master)
    db = await Database.open(url, worker=3, master=master, community=COMMUNITY)
    early = Panel(tmp_path, url, free_port())
    ended.append(early)
    early.refused("Бот с этой базой ещё не запускался")
    await db.run(lambda tx: directory.save_text(tx, to_json(region), Clock().now()))
    await settle_people(db)
    digest = token_digest(read(GOOD, tmp_path / "none"))
    await db.run(lambda tx: token_owner.keep_community(tx, digest))
    port = free_port()
    panel = Panel(tmp_path, url, port)
    ended.append(panel)
    address = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient(base_url=address, headers={"origin": address}) as client:
        await until_open(client, panel)
        token = (await AdminPeople(db, Clock()).link(READER))["token"]
        assert (await client.post(f"/in/{token}")).headers["location"] == "/now"
        shown = await client.get("/now")
        assert shown.status_code == 200 and HIDDEN.search(shown.text)
        await db.run(lambda tx: viewers.revoke(tx, READER))
        assert (await client.get("/now")).status_code == 401, "what another process changes counts at once"
        second = Panel(tmp_path, url, free_port())
        ended.append(second)
        second.refused("под номером BOT_WORKER=7")
        panel.process.send_signal(signal.SIGTERM)
        assert panel.process.wait(WITHIN) == 0
    await db.close()


async def test_it_takes_what_vk_posts(
    url: str, master: Master, region: Directory, tmp_path: Path, ended: list[Panel]
) -> None:
    """Callback API without the bot in this process: on disk when `ok` is said, where the bot will find it."""
    await migrate(url, master=master)
    db = await Database.open(url, worker=3, master=master, community=COMMUNITY)
    await db.run(lambda tx: directory.save_text(tx, to_json(region), Clock().now()))
    digest = token_digest(read(GOOD, tmp_path / "none"))
    await db.run(lambda tx: token_owner.keep_community(tx, digest))
    port = free_port()
    panel = Panel(tmp_path, url, port, BOT_CALLBACK_SECRET=SECRET)
    ended.append(panel)
    message = {"peer_id": 5, "from_id": 5, "conversation_message_id": 1, "date": 1_800_000_000, "text": "Начать"}
    told = {"type": "message_new", "event_id": "a", "group_id": COMMUNITY, "secret": SECRET}
    event = {**told, "object": {"message": message}}
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        await until_open(client, panel)
        path = f"/callback/{COMMUNITY}"
        for _ in range(2):
            answer = await client.post(path, json=event)
            assert (answer.status_code, answer.text) == (200, "ok")
        assert (await client.post(path, json={**event, "secret": "x" * 16})).status_code == 403
        asked = await client.post(path, json={**event, "type": "confirmation"})
        assert asked.status_code == 503, "VK, which knows the code, does not answer"
    found = await db.run(lambda tx: inbox.next_events(tx, Clock().now(), 5))
    assert [(row.peer, row.key) for row in found if row.kind == "message"] == [(5, "m:1")], (
        "the bot's own loop can take it"
    )
    panel.process.send_signal(signal.SIGTERM)
    assert panel.process.wait(WITHIN) == 0
    await db.close()
