"""`python -m bot move` as it is typed: from SQLite to a real PostgreSQL, and the bot's commands go on there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.operation.typed import post
from tests.storage.conftest import _address, _sql


@pytest.fixture
async def empty(postgresql: str) -> AsyncIterator[str]:
    await _sql(postgresql, "CREATE DATABASE moved TEMPLATE template0")
    yield _address(postgresql, "moved")
    await _sql(postgresql, "DROP DATABASE moved WITH (FORCE)")


async def test_it_is_moved_and_the_bot_knows_the_same(empty: str, tmp_path: Path, template: Path) -> None:
    here = post(tmp_path, template=template)
    there = {"BOT_MASTER_KEY_FILE": str(tmp_path / "bot.db.master-key"), "BOT_DATABASE_URL": empty}
    key = {"BOT_MASTER_KEY_FILE": there["BOT_MASTER_KEY_FILE"]}
    assert (await here.typing("chat", "code", "--cur", **key)).code == 0
    done = await here.typing("move", empty, **key)
    assert done.code == 0 and "Число и содержание сверены" in done.out, done
    assert "directory: 1" in done.err
    stats = await here.typing("stats", **there)
    assert stats.code == 0 and "Входящие" in stats.out, stats
    lines = await here.typing("audit", "verify", **there)
    assert lines.code == 0, lines
    (await here.typing("move", empty, **key)).refused("В новой базе уже что-то есть")


def test_another_kind_of_address_is_refused(tmp_path: Path, template: Path) -> None:
    post(tmp_path, template=template).types("move", "mysql://x").refused("sqlite+aiosqlite:///")
