"""A database moves from SQLite to PostgreSQL and back, and is the same: every row, every key, what is forgotten."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from given import CHAT, MASTER, NOW, C, appeal, decide, ingest, message, say, send, sent, submitted, take
from sqlalchemy import delete, select

from states.dialogue import Dialogue
from states.effects import Kind
from storage.db import schema
from storage.db.database import Database
from storage.db.errors import DatabaseLocked, WrongSchema
from storage.db.migrations import migrate
from storage.ops import statistics
from storage.ops.copies import moving
from storage.ops.copies.moving import NotEmpty, Sum, Unlike, move
from storage.privacy.subject_export import everything_about
from storage.records import appeals
from tests.storage.conftest import _database


@pytest.fixture
async def server(postgresql: str, request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """An address of an empty database of the server."""
    assert postgresql
    async with _database(request, "template0") as address:
        yield address


def file_at(folder: Path, name: str) -> str:
    return f"sqlite+aiosqlite:///{folder / name}"


async def lived_in(url: str) -> None:
    await migrate(url, master=MASTER)
    db = await Database.open(url, master=MASTER, community=C)
    await ingest(db, message(5, 1, raw='{"text":"яма"}'), message(6, 1), message(CHAT, 3))
    await decide(db, submitted(appeal("1125-AAAA", resident=5), dialogue=Dialogue(5, touched_at=NOW)), peer=5)
    await say(db, send(5, "answer", kind=Kind.ANSWER, appeal="1125-AAAA"), send(CHAT, "card", kind=Kind.CARD))
    await sent(db, (await take(db))[0], 2)
    await db.ring.forget(C, 6, 1, NOW)
    await db.close()


async def seen(url: str) -> tuple[Any, ...]:
    """What a bot finds there, sealed words opened."""
    db = await Database.open(url, master=MASTER, community=C)
    try:
        known = await db.run(lambda tx: everything_about(tx, 5))
        found = await db.run(lambda tx: appeals.by_code(tx, ["1125-AAAA"]))
        gone = await db.run(lambda tx: tx.keys.last_forgotten([5, 6]))
        return known, found, gone, await db.run(statistics.identity)
    finally:
        await db.close()


async def test_there_and_back_it_is_the_same(tmp_path: Path, server: str) -> None:
    first, back = file_at(tmp_path, "first.db"), file_at(tmp_path, "back.db")
    await lived_in(first)
    before, heard = await seen(first), []
    moved = await move(first, server, MASTER, lambda name, rows: heard.append((name, rows)))
    assert await seen(server) == before and before[2] == {6: 1} and before[3]["balanced"]
    assert moved["appeal"].rows == 1 and ("appeal", 1) in heard
    again = await move(server, back, MASTER)
    assert {name: one for name, one in again.items() if name != "counter"} == {
        name: one
        for name, one in moved.items()
        if name != "counter"  # who opened it meanwhile is counted
    }
    assert await seen(back) == before


async def test_what_is_lived_in_is_not_written_over(tmp_path: Path, server: str) -> None:
    first, other = file_at(tmp_path, "first.db"), file_at(tmp_path, "other.db")
    await lived_in(first)
    await move(first, server, MASTER)
    with pytest.raises(NotEmpty, match="уже что-то есть"):
        await move(first, server, MASTER)
    await lived_in(other)
    with pytest.raises(NotEmpty):
        await move(server, other, MASTER)
    with pytest.raises(NotEmpty, match="одного вида"):
        await move(first, other, MASTER)


async def test_a_running_bot_or_older_tables_refuse(tmp_path: Path, server: str) -> None:
    first = file_at(tmp_path, "first.db")
    await lived_in(first)
    db = await Database.open(first, master=MASTER, community=C)
    with pytest.raises(DatabaseLocked):
        await move(first, server, MASTER)
    await db.close()
    await migrate(first, "0010", master=MASTER)
    with pytest.raises(WrongSchema, match="migrate"):
        await move(first, server, MASTER)


async def test_what_comes_out_otherwise_is_undone(tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The teeth of the comparison: a row that is lost on the way, and nothing is left of the attempt."""
    first = file_at(tmp_path, "first.db")
    await lived_in(first)
    real = moving._write_table

    def loses(source: Any, target: Any, table: Any, told: Any) -> Sum:
        read = real(source, target, table, told)
        if table.name == "appeal":
            target.execute(delete(table))
        return read

    monkeypatch.setattr(moving, "_write_table", loses)
    with pytest.raises(Unlike, match="appeal"):
        await move(first, server, MASTER)
    db = await Database.open(server, master=MASTER, community=C)
    assert await db.run(lambda tx: tx.rows(select(schema.inbox.c.id))) == []
    await db.close()
    monkeypatch.setattr(moving, "_write_table", real)
    await move(first, server, MASTER)


def test_a_sum_sees_a_changed_value_and_no_order() -> None:
    rows = [{"id": 1, "text": "а"}, {"id": 2, "text": "б"}]
    whole = moving._add(Sum(0, 0), rows)
    assert whole == moving._add(Sum(0, 0), rows[::-1]) and whole.rows == 2
    assert whole != moving._add(Sum(0, 0), [rows[0], {**rows[1], "text": "в"}])
