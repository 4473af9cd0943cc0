"""Reads beside the writer see what is committed, can write nothing and hold up nobody (design.md §7, decision 0012)."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from typing import Any

import pytest
from given import NOW, appeal, decide, submitted
from sqlalchemy import delete, func, select, text

from storage.db.database import Database
from storage.db.engines.readers import Readers, TooLong, open_readers
from storage.db.errors import Unavailable
from storage.db.schema import appeal as appeals
from storage.ops import rebuild
from storage.privacy import forgetting
from storage.records.appeals import by_code
from tests.form import either

ENDLESS = text("WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n")


@pytest.fixture
async def readers(db: Database, migrated: str) -> AsyncIterator[Readers]:
    opened = open_readers(db, migrated)
    yield opened
    await opened.close()


async def count(runs: Any) -> int:
    async def body(tx: Any) -> int:
        return int((await tx.row(select(func.count().label("n")).select_from(appeals)))["n"])

    return int(await runs.run(body))


class TestBothEngines:
    async def test_they_see_what_is_committed_and_open_what_is_sealed(self, db: Database, readers: Readers) -> None:
        await decide(db, submitted(appeal("1125-AAAA")))
        assert await count(readers) == 1
        found = await readers.run(lambda tx: by_code(tx, ["1125-AAAA"]))
        assert found["1125-AAAA"].text == "яма"

    async def test_who_is_forgotten_is_forgotten_here_at_once(self, db: Database, readers: Readers) -> None:
        """R14: no key stays open in a reader."""
        await decide(db, submitted(appeal("1125-AAAA")))
        assert await readers.run(lambda tx: by_code(tx, ["1125-AAAA"]))
        await db.run(lambda tx: forgetting.erase(tx, 5, NOW, force=True))
        await db.checkpoint()
        assert not await readers.run(lambda tx: by_code(tx, ["1125-AAAA"]))

    async def test_they_cannot_write(self, db: Database, readers: Readers) -> None:
        await decide(db, submitted(appeal("1125-AAAA")))
        with pytest.raises(Unavailable):
            await readers.run(lambda tx: tx.execute(delete(appeals), {}))
        assert await count(db) == 1


class TestPostgresql:
    async def test_a_page_takes_one_core_of_the_server_and_ends(self, db: Database, readers: Readers) -> None:
        """The residents' writer has the others."""
        if db.dialect != "postgresql":
            pytest.skip("what only PostgreSQL has")

        async def kept(tx: Any) -> tuple[str, str]:
            names = ("max_parallel_workers_per_gather", "statement_timeout")
            row = await tx.row(select(*(func.current_setting(name).label(name) for name in names)))
            return row[names[0]], row[names[1]]

        assert await readers.run(kept) == ("0", "10s")


class TestSqlite:
    @pytest.fixture(autouse=True)
    def only_sqlite(self, db: Database) -> None:
        if db.dialect != "sqlite":
            pytest.skip("what only SQLite needs")

    async def test_a_checkpoint_ends_a_long_read_and_empties_the_log(
        self, db: Database, readers: Readers, migrated: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """R14: an erasure is not held up by somebody's report, which nothing else would end within an hour."""
        monkeypatch.setattr("storage.db.engines.readers.SECONDS", 3600.0)
        await decide(db, submitted(appeal("1125-AAAA")))
        reading = asyncio.ensure_future(readers.run(lambda tx: tx.rows(ENDLESS)))
        await asyncio.sleep(0.3)
        await db.checkpoint()
        assert os.path.getsize(migrated.split("///")[1] + "-wal") == 0
        with pytest.raises(TooLong):
            await reading
        assert await count(readers) == 1, "and they go on"

    async def test_a_read_without_end_is_ended(
        self, db: Database, readers: Readers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("storage.db.engines.readers.SECONDS", 0.2)
        with pytest.raises(TooLong, match="слишком долго"):
            await readers.run(lambda tx: tx.rows(ENDLESS))

    async def test_one_writer_and_many_reads_lose_nothing(self, db: Database, readers: Readers, migrated: str) -> None:
        """SQLite's fault with a log that begins anew needs two connections that write or checkpoint; a reader does
        neither: pages are right, the file is whole, and the writer goes on through checkpoints of its own."""
        written, seen, over = either(300, 3000), [], asyncio.Event()

        async def read() -> None:
            while not over.is_set():
                seen.append(await count(readers))
                await asyncio.sleep(0.005)  # or they would leave the writer no processor

        async def write() -> None:
            for number in range(written):
                await decide(db, submitted(appeal(f"1125-{number:04d}", resident=1000 + number)), peer=1000 + number)
                if number % 50 == 0:
                    await db.checkpoint()
            over.set()

        await asyncio.gather(write(), read(), read(), read())
        assert len(seen) > 50 and max(seen) <= written and await count(readers) == written
        await db.run(rebuild.days)
        with sqlite3.connect(migrated.split("///")[1]) as raw:
            assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
