"""The database itself: whole transactions whoever is cancelled, one process, migrations up and down (F21–F27)."""

from __future__ import annotations

import asyncio
import os
import random
import resource
import secrets
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from given import (
    MASTER,
    NOW,
    C,
    appeal,
    decide,
    heads,
    identity,
    ingest,
    load,
    look,
    message,
    statements_seen,
    submitted,
    take,
    waiting_of,
)
from sqlalchemy import Connection, delete, insert, inspect, select, text, update
from sqlalchemy.exc import IntegrityError

from states.dialogue import Dialogue
from states.events import MessageNew
from states.messages import Message
from storage.db.database import KEPT, Database, connect
from storage.db.errors import Conflict, DatabaseLocked, Unavailable, WrongSchema
from storage.db.ids import Ids
from storage.db.migrations import current, migrate, newest, revisions
from storage.db.schema import counter, cursor, meta, metadata
from storage.db.schema import inbox as table
from storage.db.transaction import Transaction
from storage.inbox import admission, history, inbox
from storage.ops import statistics

_TABLES = (*metadata.tables, "head", "lower", "row", "other")
ROOT = Path(__file__).parent.parent.parent


async def on_connection(url: str, work):  # type: ignore[no-untyped-def]
    store = connect(url)
    try:
        return await store.on_connection(work)
    finally:
        await store.close()


class TestMigrations:
    async def test_stairway(self, url: str) -> None:
        """Each step up, down and up again; at the bottom nothing is left."""
        assert await current(url) is None
        for index, revision in enumerate(revisions()):
            await migrate(url, revision, master=MASTER)
            await migrate(url, revisions()[index - 1] if index else "base", master=MASTER)
            await migrate(url, revision, master=MASTER)
            assert await current(url) == revision
        assert await current(url) == newest()
        await migrate(url, master=MASTER)
        await migrate(url, "base", master=MASTER)
        left = await on_connection(url, lambda connection: set(inspect(connection).get_table_names()))
        assert left <= {"alembic_version"}

    async def test_models_are_what_migrations_make(self, migrated: str) -> None:
        def differences(connection: Connection) -> list[object]:
            return compare_metadata(MigrationContext.configure(connection), metadata)

        assert await on_connection(migrated, differences) == []

    async def test_every_key_begins_with_the_community(self) -> None:
        for one in metadata.tables.values():
            keys = [one.primary_key, *(c for c in one.constraints if type(c).__name__ == "UniqueConstraint")]
            assert all(next(iter(key.columns)).name == "community_id" for key in keys), one.name
            assert all(next(iter(index.columns)).name == "community_id" for index in one.indexes), one.name

    async def test_a_newer_schema_is_refused(self, migrated: str) -> None:
        await on_connection(migrated, lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")))
        for refused in (Database.open(migrated, master=MASTER, community=C), migrate(migrated, master=MASTER)):
            with pytest.raises(WrongSchema, match="более новая"):
                await refused
        assert await current(migrated) == "9999"

    async def test_no_schema_says_what_to_do(self, url: str) -> None:
        with pytest.raises(WrongSchema, match="python -m bot migrate"):
            await Database.open(url, master=MASTER, community=C)
        await migrate(url, master=MASTER)
        await (await Database.open(url, master=MASTER, community=C)).close()

    async def test_the_key_is_made_once(self, migrated: str) -> None:
        async def key() -> bytes:
            db = await Database.open(migrated, master=MASTER, community=C)
            found = await db.run(lambda tx: tx.row(select(meta.c.value).where(meta.c.name == "key")))
            await db.close()
            return bytes.fromhex(found["value"])

        first = await key()
        await migrate(migrated, master=MASTER)
        assert await key() == first and len(first) == 32

    async def test_a_strange_address_is_refused(self) -> None:
        for address in ("mysql://x", "sqlite+aiosqlite://", "sqlite+aiosqlite:///:memory:"):
            with pytest.raises(ValueError, match="BOT_DATABASE_URL"):
                await Database.open(address)


class TestFailover:
    async def test_what_this_process_has_kept_is_missed(self, migrated: str) -> None:
        """A server that lacks the newest rows has taken over; what was kept by a process before this one counts too."""
        before = await Database.open(migrated, master=MASTER, community=C)
        await ingest(before, message(5, 1), message(5, 2))
        await ingest(before, message(5, 1))
        await before.close()
        again = await Database.open(migrated, master=MASTER, community=C)
        await ingest(again, message(5, 3))
        assert await again.missing() == 0
        fewer = update(counter).where(counter.c.name == KEPT).values(value=counter.c.value - 1)
        await again.run(lambda tx: tx.execute(fewer))
        assert await again.missing() == 1
        none = delete(counter).where(counter.c.name == KEPT)
        await again.run(lambda tx: tx.execute(none))
        assert await again.missing() == 2, "what came twice was counted once"
        await again.close()


class TestTransactions:
    async def test_all_or_nothing(self, db: Database) -> None:
        async def body(tx: Transaction) -> None:
            await inbox.ingest(tx, [message(5, 1)], ts="1", now=NOW)
            raise RuntimeError

        with pytest.raises(RuntimeError):
            await db.run(body)
        assert await heads(db) == [] and (await identity(db))["inbox"]["received"] == 0
        assert await ingest(db, message(5, 1)) == 1

    async def test_updates_are_not_lost(self, db: Database) -> None:
        await db.run(lambda tx: tx.execute(insert(cursor).values(community_id=C, ts="0", moved_at=NOW)))

        async def increment(tx: Transaction) -> None:
            query = select(cursor.c.ts).where(cursor.c.community_id == C).with_for_update()
            row = await tx.row(query)
            assert row is not None
            await tx.execute(update(cursor).values(ts=str(int(row["ts"]) + 1)))

        await asyncio.gather(*(db.run(increment) for _ in range(25)))
        row = await db.run(lambda tx: tx.row(select(cursor.c.ts)))
        assert row == {"ts": "25"}

    async def test_a_taken_key_is_a_conflict_and_a_missing_value_is_a_bug(self, db: Database) -> None:
        row = {"community_id": C, "name": "x", "value": "1"}
        await db.run(lambda tx: tx.execute(insert(meta), row))
        with pytest.raises(Conflict):
            await db.run(lambda tx: tx.execute(insert(meta), row))
        with pytest.raises(IntegrityError):
            await db.run(lambda tx: tx.execute(insert(meta), {**row, "name": "y", "value": None}))

    @pytest.mark.filterwarnings("ignore:The garbage collector is trying to clean up")
    @pytest.mark.parametrize("whom", ["caller", "everybody"])
    async def test_cancellation_never_leaves_half_a_transaction(self, db: Database, whom: str) -> None:
        """The caller is cancelled, or (as when a loop is torn down) the transaction itself too."""
        chance = random.Random(7)
        rounds = 200 if whom == "caller" else 100
        started = 0

        async def body(tx: Transaction) -> None:
            nonlocal started
            number = started = started + 1
            await inbox.ingest(tx, [message(number, 1)], ts=str(number), now=NOW)
            await inbox.ingest(tx, [message(number, 2)], now=NOW)

        finished = 0
        for _ in range(rounds):
            before = asyncio.all_tasks()
            task = asyncio.create_task(db.run(body))
            await asyncio.sleep(chance.random() * 0.006)
            targets = {task} if whom == "caller" else asyncio.all_tasks() - before
            for target in targets:
                target.cancel()
            done = await asyncio.gather(*targets, return_exceptions=True)
            finished += sum(one is None for one in done)
            rows = await db.run(lambda tx: tx.rows(select(table.c.peer, table.c.cmid)))
            pairs = {(row["peer"], row["cmid"]) for row in rows}
            assert all((peer, 3 - cmid) in pairs for peer, cmid in pairs)
        found = await identity(db)
        assert found["balanced"]
        if whom == "caller":
            assert found["inbox"]["received"] == 2 * started, "what began runs to its end"

    async def test_ids_never_fall_below_what_is_stored(self, migrated: str) -> None:
        db = await Database.open(migrated, master=MASTER, community=C)
        await ingest(db, message(5, 1))
        await db.close()
        db = await Database.open(migrated, master=MASTER, community=C)
        earlier = NOW.replace(year=2021)
        await ingest(db, message(6, 1), now=earlier)
        rows = await heads(db)
        assert [row.peer for row in rows] == [5, 6]
        await db.close()


class TestLook:
    async def test_it_sees_one_moment_and_holds_up_nobody(self, db: Database) -> None:
        """The books are counted beside the transactions: at a million messages that takes most of a second."""
        begun, written = threading.Event(), threading.Event()

        async def counts(tx: Transaction) -> tuple[int, int]:
            before = len(await tx.rows(select(table.c.id)))
            begun.set()
            if tx.dialect == "sqlite":  # in a thread of its own
                assert written.wait(60)
            while not written.is_set():
                await asyncio.sleep(0.01)
            return before, len(await tx.rows(select(table.c.id)))

        await ingest(db, message(5, 1))
        looking = asyncio.ensure_future(db.look(counts))
        while not begun.is_set():
            await asyncio.sleep(0.01)
        await ingest(db, message(5, 2))
        written.set()
        assert await looking == (1, 1)
        assert await db.look(counts) == (2, 2)

    async def test_it_cannot_write(self, db: Database) -> None:
        with pytest.raises(Unavailable):
            await db.look(lambda tx: tx.execute(delete(table)))

    async def test_an_erasure_comes_to_its_end_beside_it(self, db: Database) -> None:
        """The log is emptied when the reader has gone, not never (R14)."""
        await ingest(db, message(5, 1))
        await asyncio.gather(db.look(statistics.identity), db.checkpoint())
        await db.checkpoint()
        assert (await db.look(statistics.identity))["balanced"]


class TestSqlite:
    async def test_a_transaction_waits_for_nothing_else(self, tmp_path: Path) -> None:
        url = f"sqlite+aiosqlite:///{tmp_path / 'one.db'}"
        await migrate(url, master=MASTER)
        db = await Database.open(url, master=MASTER, community=C)

        async def body(tx: Transaction) -> None:
            await inbox.ingest(tx, [message(5, 1)], now=NOW)
            await asyncio.sleep(0)

        with pytest.raises(RuntimeError, match="nothing but"):
            await db.run(body)
        assert await heads(db) == []
        await db.close()

    async def test_a_second_process_is_refused(self, tmp_path: Path) -> None:
        url = f"sqlite+aiosqlite:///{tmp_path / 'one.db'}"
        await migrate(url, master=MASTER)
        db = await Database.open(url, master=MASTER, community=C)
        with pytest.raises(DatabaseLocked, match="Остановите"):
            await Database.open(url, master=MASTER, community=C)
        with pytest.raises(DatabaseLocked):
            await migrate(url, master=MASTER)
        code = (
            "import asyncio, sys\nfrom storage.db.database import Database\n"
            "from storage.db.errors import DatabaseLocked\n"
            "try: asyncio.run(Database.open(sys.argv[1]))\nexcept DatabaseLocked: sys.exit(42)"
        )
        other = subprocess.run([sys.executable, "-c", code, url], cwd=ROOT, check=False)
        assert other.returncode == 42
        await ingest(db, message(5, 1))
        await db.close()
        await (await Database.open(url, master=MASTER, community=C)).close()

    async def test_those_that_wait_at_the_same_time_are_whole_each_for_itself(self, db: Database) -> None:
        """On SQLite they share a commit: one that fails takes nothing away from the others."""

        async def one(tx: Transaction, number: int) -> int:
            await tx.execute(insert(meta), {"name": f"{number}", "value": "x"})
            if number % 3 == 0:
                raise ZeroDivisionError
            await tx.execute(insert(meta), {"name": f"{number} too", "value": "x"})
            return number

        done = await asyncio.gather(
            *(db.run(lambda tx, number=number: one(tx, number)) for number in range(60)),  # type: ignore[misc]
            return_exceptions=True,
        )
        kept = {number for number in range(60) if number % 3}
        assert {found for found in done if isinstance(found, int)} == kept
        assert sum(isinstance(found, ZeroDivisionError) for found in done) == 20

        async def names(tx: Transaction) -> set[str]:
            return {row["name"] for row in await tx.rows(select(meta.c.name).where(meta.c.value == "x"))}

        assert await db.run(names) == {f"{number}{too}" for number in kept for too in ("", " too")}

    async def test_a_full_disk_keeps_nothing_and_says_so(self, tmp_path: Path) -> None:
        """Nothing is acknowledged that is not on disk (F21); with room again everything goes on."""
        url = f"sqlite+aiosqlite:///{tmp_path / 'one.db'}"
        await migrate(url, master=MASTER)
        db = await Database.open(url, master=MASTER, community=C)
        pages = await db.run(lambda tx: tx.row(text("PRAGMA page_count")))
        await db.run(lambda tx: tx.row(text(f"PRAGMA max_page_count = {pages['page_count'] + 3}")))
        with pytest.raises(Unavailable, match="full"):
            for number in range(1, 20):
                await ingest(db, message(number, 1, raw=secrets.token_hex(2000)), ts=str(number))
        kept = len(await heads(db))
        assert await db.run(admission.cursor_of) == str(kept), "the cursor goes with its events"
        await db.run(lambda tx: tx.row(text("PRAGMA max_page_count = 100000")))
        assert await ingest(db, message(99, 1, raw=secrets.token_hex(2000))) == 1
        assert (await identity(db))["inbox"]["received"] == kept + 1
        await db.close()

    async def test_a_disk_that_is_full_when_the_log_is_emptied_is_the_same(self, tmp_path: Path) -> None:
        """F21: no layer is between us and SQLite there, and a loop that hears another error ends the process."""
        file = tmp_path / "one.db"
        url = f"sqlite+aiosqlite:///{file}"
        await migrate(url, master=MASTER)
        db = await Database.open(url, master=MASTER, community=C)
        for number in range(1, 20):
            await ingest(db, message(number, 1, raw=secrets.token_hex(2000)), ts=str(number))
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (file.stat().st_size, hard))  # no file may grow
        try:
            with pytest.raises(Unavailable):
                await db.checkpoint()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        await db.checkpoint()
        assert (await identity(db))["inbox"]["received"] == 19
        await db.close()

    async def test_its_files_are_for_their_owner_only(self, tmp_path: Path) -> None:
        """T21: who wrote and when stands there unsealed. Another user of the machine reads none of it."""
        file = tmp_path / "one.db"
        url = f"sqlite+aiosqlite:///{file}"
        before = os.umask(0o002)
        try:
            await migrate(url, master=MASTER)
            db = await Database.open(url, master=MASTER, community=C)
            await ingest(db, message(1, 1, raw="x"), ts="1")
        finally:
            os.umask(before)
        modes = {one.name: one.stat().st_mode & 0o077 for one in tmp_path.iterdir()}
        assert set(modes) >= {"one.db", "one.db-wal", "one.db-shm", "one.db.lock-file", "one.db.keys"}
        assert not any(modes.values()), modes
        await db.close()

    async def test_settings(self, tmp_path: Path) -> None:
        url = f"sqlite+aiosqlite:///{tmp_path / 'one.db'}"
        await migrate(url, master=MASTER)
        db = await Database.open(url, master=MASTER, community=C)
        wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1, "trusted_schema": 0}
        for name, value in wanted.items():
            assert await db.run(lambda tx: tx.row(text(f"PRAGMA {name}"))) == {name: value}  # noqa: B023
        await db.close()

    async def test_hot_statements_use_their_indexes(self, tmp_path: Path) -> None:
        """Partial indexes serve only statements that say their condition in the same words."""
        url = f"sqlite+aiosqlite:///{tmp_path / 'one.db'}"
        await migrate(url, master=MASTER)
        db = await Database.open(url, master=MASTER, community=C)
        await decide(db, submitted(appeal("1125-AAAA"), dialogue=Dialogue(5)), peer=5)
        with statements_seen() as seen:
            await heads(db)
            await load(db, (waiting_of(5, "message", 9), MessageNew(Message(5, 9, 5, NOW))))
            await take(db)
            await look(db)
            await db.run(lambda tx: history.gaps(tx, 5))
            await db.run(history.behind)
            await db.run(lambda tx: inbox.some_ready(tx, NOW))
        await db.close()
        plain = sqlite3.connect(tmp_path / "one.db")
        for statement in (one for one in seen if one.startswith("SELECT")):
            rows = plain.execute(f"EXPLAIN QUERY PLAN {statement}", [0] * statement.count("?"))
            plan = [str(row[3]) for row in rows]
            whole = [line for line in plan if "(community_id=?)" in line and " ix_" not in line]
            scans = [line for line in plan if line.split()[:2] in (["SCAN", name] for name in _TABLES)]
            assert not whole and not scans, (statement, plan)
        plain.close()


def test_ids_grow_whatever_the_clock_does() -> None:
    ids = Ids(worker=3)
    numbers = [ids.next(NOW), ids.next(NOW), ids.next(NOW.replace(year=2022)), ids.next(NOW.replace(year=2090))]
    assert numbers == sorted(set(numbers)) and numbers[-1] < 2**63
    assert {number & 1023 for number in numbers} == {3}
    with pytest.raises(ValueError, match="worker"):
        Ids(worker=1024)
