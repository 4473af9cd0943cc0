"""PostgreSQL goes away, comes back, hangs or never was where the settings say: the bot lives and says it (F21)."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, insert, make_url, select

from benchmarks.rig.stand import COMMUNITY, settings_for
from bot.config.keys import master_of
from storage.db import schema
from storage.db.database import Database
from storage.db.engines import postgresql
from storage.db.engines.readers import open_readers
from storage.db.errors import Unavailable
from storage.db.transaction import Transaction
from tests.form import PATIENT
from tests.operation.conftest import prepared
from tests.operation.server import Server, free_port, served
from tests.operation.typed import Post, Running, post
from vk_emulator.server import Emulator, running

NOBODY = "http://127.0.0.1:1/method/"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served() as one:
        one.sql("CREATE DATABASE prepared TEMPLATE template0")
        yield one


@pytest.fixture(scope="module")
def filled(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prepared database to copy, and the folder of its master key."""
    folder = tmp_path_factory.mktemp("key")
    here = at(folder, NOBODY, server, "prepared")
    assert here.types("keys", "new", str(folder / "master.key")).code == 0
    asyncio.run(prepared(here.settings))
    return folder


def at(folder: Path, vk: str, server: Server, name: str, **more: object) -> Post:
    more = {"master_key_file": str(folder / "master.key"), **more}
    folder.mkdir(parents=True, exist_ok=True)
    return Post(folder, settings_for(vk, folder, database_url=server.url(name), **more))


@pytest.fixture
def name(server: Server, filled: Path) -> Iterator[str]:
    server.sql("CREATE DATABASE away TEMPLATE prepared")
    yield "away"
    server.sql("DROP DATABASE IF EXISTS away WITH (FORCE)")


async def heard(emulator: Emulator, bot: Running, user: int, number: int) -> None:
    """A resident writes, and the bot answers."""
    before = spoken(emulator)
    emulator.call("messages.send", f"user-{user}", peer_id=-101, random_id=number, message="Начать")
    for _ in range(600):
        if spoken(emulator) > before:
            return
        assert bot.process.poll() is None, bot.said()
        await asyncio.sleep(0.1)
    raise AssertionError(bot.said())


def spoken(emulator: Emulator) -> int:
    dialogues = emulator.call("emulator.record")["dialogues"]
    return sum(one["from_id"] == -101 for dialogue in dialogues for one in dialogue["messages"])


@pytest.mark.parametrize("how", ["fast", "immediate"])
async def test_six_seconds_without_the_server_are_survived(
    how: str, server: Server, name: str, filled: Path, tmp_path: Path
) -> None:
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = at(filled, emulator.url, server, name)
        with post(tmp_path, emulator.url).starts(**env_of(here)) as bot:
            await bot.until('"started"')
            await heard(emulator, bot, 1001, 1)
            server.stop(how)
            emulator.call("messages.send", "user-1002", peer_id=-101, random_id=2, message="Начать")
            await asyncio.sleep(6)
            server.start()
            await bot.until('"store_up"')
            (await here.typing("run")).refused("процесс под номером BOT_WORKER=0")
            await heard(emulator, bot, 1003, 3)
            meanwhile = "SELECT count(*) FROM inbox WHERE peer = 1002 AND state IN ('done', 'ignored')"
            while not int(server.sql(meanwhile, name)):
                assert bot.process.poll() is None, bot.said()
                await asyncio.sleep(0.1)
            if how == "fast":
                assert await bot.stopped() == 0
                assert server.sql("SELECT count(*) FROM meta WHERE name = 'worker 0'", name) == "0"
            else:  # while it was frozen another process took its number
                server.sql("UPDATE meta SET value = 'another 1' WHERE name = 'worker 0'", name)
                assert await bot.ends() == 3 and "его номер занял другой" in bot.said()
        said = bot.said()
        assert '"store_down"' in said and "Traceback" not in said and "Неожиданная" not in said


async def counted(tx: Transaction) -> Any:
    return (await tx.rows(select(func.count()).select_from(schema.inbox)))[0]


async def note(name: str, tx: Transaction) -> None:
    await tx.execute(insert(schema.meta).values(community_id=COMMUNITY, name=name, value="kept"))


async def test_a_server_that_falls_silent_within_a_transaction_keeps_none_of_it(
    server: Server, name: str, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even the ROLLBACK waits for it."""
    monkeypatch.setattr(postgresql, "SILENCE", 1.0)
    here = at(filled, NOBODY, server, name)
    db = await Database.open(here.settings.database_url, master=master_of(here.settings), community=COMMUNITY)

    async def half(tx: Transaction) -> None:
        await note("before", tx)
        server.signalled(signal.SIGSTOP)
        await note("after", tx)

    try:
        with pytest.raises(Unavailable, match="не отвечает"):
            async with asyncio.timeout(PATIENT):
                await db.run(half)
    finally:
        server.signalled(signal.SIGCONT)
    await db.run(partial(note, "later"))
    assert server.sql("SELECT name FROM meta WHERE value = 'kept'", name) == "later"
    await db.close()


@pytest.mark.parametrize("rested", [0.0, 600.0], ids=["asked whether it lives", "at BEGIN"])
async def test_a_server_that_falls_silent_counts_as_away(
    rested: float, server: Server, name: str, filled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dead machine closes no connection and refuses none: without a limit a transaction would wait for ever. The
    connection on which it was given up is not used again."""
    monkeypatch.setattr(postgresql, "SILENCE", 1.0)
    monkeypatch.setattr(postgresql, "RESTED", rested)
    here = at(filled, NOBODY, server, name)
    db = await Database.open(here.settings.database_url, master=master_of(here.settings))
    readers = open_readers(db.of(COMMUNITY), here.settings.database_url)
    before = await readers.run(counted)
    monkeypatch.setattr("storage.db.engines.readers.SILENCE", 1.0)
    server.signalled(signal.SIGSTOP)
    try:
        for runs in (db, readers):
            with pytest.raises(Unavailable, match="не отвечает"):
                async with asyncio.timeout(PATIENT):
                    await runs.run(counted)
    finally:
        server.signalled(signal.SIGCONT)
    for again in (db, readers):
        assert await again.run(counted) == before
    for number in range(3):
        await db.run(partial(note, f"after {number}"))
    assert server.sql("SELECT count(*) FROM meta WHERE name LIKE 'after %'", name) == "3"
    await readers.close()
    await db.close()


async def test_a_server_that_leads_is_found_behind_one_that_is_silent(server: Server) -> None:
    """A machine without power refuses nothing: it takes its own time, not that of the others."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        servers = postgresql.Servers()
        several = {"host": ["127.0.0.1"] * 3, "port": [silent.getsockname()[1], free_port(), server.port]}
        asked = {"user": "postgres", "database": "prepared", **several}
        found = await servers.connect(**asked, timeout=1.0)
        assert await found.fetchval("SELECT NOT pg_is_in_recovery()")
        silent.accept()[0].close()
        again = await servers.connect(**asked, timeout=1.0)
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()  # the one that led was asked first
    for one in (found, again):
        one.terminate()


@pytest.mark.parametrize(
    ("command", "wrong", "said"),
    [
        ("migrate", {"host": "no-such-host.invalid"}, "нет. Проверьте имя сервера"),
        ("run", {"database": "nothing"}, "нет базы «nothing»"),
        ("run", {"username": "stranger"}, "не впустил пользователя «stranger»"),
        ("stats", {"query": {"target_session_attrs": "standby"}}, "нет главного"),
        ("stats", {"port": 1}, "не отвечает"),
        ("migrate", {"database": "nothing"}, "нет базы «nothing»"),
        ("web", {"port": 1}, "не отвечает"),
    ],
)
def test_a_wrong_address_is_a_sentence(
    command: str, wrong: dict[str, Any], said: str, server: Server, filled: Path, tmp_path: Path
) -> None:
    here = at(filled, NOBODY, server, "prepared", panel_port=free_port())
    url = make_url(server.url("prepared", password="geheim")).set(**wrong)
    done = here.types(command, BOT_DATABASE_URL=url.render_as_string(hide_password=False))
    done.refused(said, "BOT_DATABASE_URL", code=75)
    assert "geheim" not in done.err


async def test_the_metrics_say_that_it_is_away(server: Server, name: str, filled: Path, tmp_path: Path) -> None:
    port = free_port()
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = at(filled, emulator.url, server, name, metrics_port=port)
        with post(tmp_path, emulator.url).starts(**env_of(here)) as bot, httpx.Client() as client:
            await bot.until('"started"')
            server.stop("immediate")
            try:
                shown = await asyncio.to_thread(client.get, f"http://127.0.0.1:{port}/metrics", timeout=240)
            finally:
                server.start()
    assert shown.status_code == 200 and "priemnaya_store_down 1.0" in shown.text
    assert "priemnaya_sender_halted 0.0" in shown.text and "priemnaya_inbox" not in shown.text


async def test_a_start_waits_for_the_server_and_says_why(
    server: Server, name: str, filled: Path, tmp_path: Path
) -> None:
    """A supervisor that starts it again and again gives up one day; the bot itself does not."""
    port = free_port()
    async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
        here = at(filled, emulator.url, server, name, metrics_port=port)
        server.stop("immediate")
        with post(tmp_path, emulator.url).starts(**env_of(here)) as bot, httpx.Client() as client:
            try:
                await bot.until('"store_away"')

                def asked(path: str) -> tuple[int, str]:
                    told = client.get(f"http://127.0.0.1:{port}{path}", timeout=240)
                    return told.status_code, told.text

                for _ in range(600):
                    with suppress(httpx.ConnectError):
                        ready = await asyncio.to_thread(asked, "/health/ready")
                        break
                    await asyncio.sleep(0.1)
                live, metrics = asked("/health/live"), asked("/metrics")
            finally:
                server.start()
            await bot.until('"started"')
            assert ready[0] == 503 and "не отвечает" in ready[1] and str(server.port) in ready[1]
            assert live[0] == 200 and "priemnaya_store_down 1.0" in metrics[1]
            await heard(emulator, bot, 1001, 1)
            assert bot.said().count('"store_away"') == 1 and await bot.stopped() == 0


def env_of(here: Post) -> dict[str, str]:
    return {key: value for key, value in here.env().items() if key.startswith("BOT_")}
