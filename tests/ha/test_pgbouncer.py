"""PgBouncer in transaction mode before the database: as it comes it works; where not, `check` names the setting."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from benchmarks.rig.stand import settings_for
from bot.config.keys import master_of
from storage.db.database import Database
from storage.db.engines.readers import open_readers
from tests.ha.bouncer import bouncing
from tests.operation.conftest import prepared
from tests.operation.server import Server, served
from tests.operation.test_database_away import counted
from tests.operation.typed import Post, post
from vk_emulator.server import running

COMMUNITY = 101
PEOPLE = (1001, 1002, 1003, 1004, 1005)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with served() as one:
        one.sql("CREATE DATABASE priemnaya TEMPLATE template0")
        yield one


@pytest.fixture(scope="module")
def filled(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the master key of a prepared database."""
    folder = tmp_path_factory.mktemp("key")
    here = at(folder, "http://127.0.0.1:1/method/", server)
    assert here.types("keys", "new", str(folder / "master.key")).code == 0
    asyncio.run(prepared(here.settings))
    return folder


def at(folder: Path, vk: str, server: Server) -> Post:
    more = {"database_url": server.url("priemnaya"), "master_key_file": str(folder / "master.key")}
    return Post(folder, settings_for(vk, folder, **more))


async def test_as_it_comes_the_bot_the_panel_and_check_work(server: Server, filled: Path, tmp_path: Path) -> None:
    with bouncing(server) as bouncer:
        async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
            here = at(filled, emulator.url, bouncer)
            settings = {key: value for key, value in here.env().items() if key.startswith("BOT_")}
            with post(tmp_path, emulator.url).starts(**settings) as bot:
                await bot.until('"started"')
                for user in PEOPLE:
                    emulator.call("messages.send", f"user-{user}", peer_id=-COMMUNITY, random_id=1, message="Начать")
                done = "SELECT count(*) FROM inbox WHERE kind = 'message' AND state IN ('done', 'ignored')"
                while int(server.sql(done, "priemnaya")) < len(PEOPLE):
                    assert bot.process.poll() is None, bot.said()
                    await asyncio.sleep(0.1)
                assert await read_by_panel(here) >= len(PEOPLE)
                told = await here.typing("check")
                assert await bot.stopped() == 0
    assert "PgBouncer" not in told.out and "База данных готова" in told.out, told
    assert '"store_down"' not in bot.said() and "Traceback" not in bot.said()


async def read_by_panel(here: Post) -> int:
    """Nothing of a session may be set, for the session is everybody's."""
    url = here.settings.database_url
    db = await Database.open(url, worker=1, master=master_of(here.settings), community=COMMUNITY)
    readers = open_readers(db, url)
    try:
        limit = await readers.run(lambda tx: tx.row(select(func.current_setting("statement_timeout").label("limit"))))
        assert limit is not None and limit["limit"] == "10s"
        return int((await readers.run(counted))["count_1"])
    finally:
        await readers.close()
        await db.close()


async def test_check_names_the_setting(server: Server, filled: Path, tmp_path: Path) -> None:
    with bouncing(server, max_prepared_statements=0) as bouncer:
        async with running(port=0, data=tmp_path / "vk", seed=1) as emulator:
            here = at(filled, emulator.url, bouncer)
            told = await here.typing("check")
    assert told.code == 1, told
    assert "✗ PgBouncer перед базой забывает подготовленные запросы" in told.out
    assert "max_prepared_statements = 200" in told.out and "max_prepared" not in told.err
