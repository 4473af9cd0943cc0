"""What years of messages cost a turn, and how long transactions wait while the books are counted.

Each database is filled by bulk rows once; its bot lives through all rounds, a small crowd of new people in each.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.panel_rows import Wanted, make
from benchmarks.parts.crowd import Crowd
from benchmarks.parts.crowd_run import measured, percentile
from benchmarks.rig.contestants import Ours, ours
from benchmarks.rig.nursery import Nursery
from benchmarks.rig.stand import COMMUNITY, people, world_text
from states.lifecycle.appeal import OPEN
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.ops import statistics
from storage.privacy import retention
from vk_emulator.server import Emulator, running

MADE, FEWEST = 24_000, 2_000
"""So many messages are made at most, by lives of so many; the rest are copies of their rows."""
CACHE_KB, OTHERS = 6_000_000, 10_000_000_000
"""What SQLite may keep in memory meanwhile; more than the number of any resident."""
CHANGED = {
    "code": "i || '.' || code",
    "resident": f"resident + i * {OTHERS}",
    "incident": "iif(incident = '', '', i || '.' || incident)",
    "repeat_of": "iif(repeat_of = '', '', i || '.' || repeat_of)",
}
"""What is another in the copy number `i`."""
EVENTS, SAID = 4, 7
"""Rows of the inbox and the outbox that one message leaves."""
PAUSE = 0.002


@dataclass
class Standing:
    """A bot with a past, ready for a crowd; `fresh` are people who have not written yet."""

    nursery: Nursery
    emulator: Emulator
    bot: Ours
    fresh: list[int]

    async def turn(self, crowd: int) -> dict[str, float]:
        """One round: columns of a table."""
        users, self.fresh = self.fresh[:crowd], self.fresh[crowd:]
        run = await measured(self.emulator, self.nursery.pid, Crowd(self.emulator, users, crowd, 0.0), limit=False)
        found = run.found()
        return {column: found[column] for column in ("turns/s", "CPU ms a turn", "answer p95, s")}


@asynccontextmanager
async def standing(folder: Path, appeals: int, people_wanted: int) -> AsyncIterator[Standing]:
    """The filled database is there before the bot is: `ours` migrates what it finds and adds the directory."""
    await filled(folder, appeals)
    text = world_text(people_wanted + 1)
    async with (
        Nursery() as nursery,
        running(text) as emulator,
        ours(emulator, folder, nursery, requests_per_second=1000) as bot,
    ):
        emulator.call("emulator.setSwitches", rate_limit="off", lp_history_events=10**6)
        await bot.start()
        first, *others = people(people_wanted + 1)
        await Crowd(emulator, [first], 1, 0.0).play()
        yield Standing(nursery, emulator, bot, others)
        await nursery.end(signal.SIGTERM)


def url_of(folder: Path) -> str:
    return f"sqlite+aiosqlite:///{folder / 'bot.db'}"


async def filled(folder: Path, appeals: int) -> None:
    """A database with so many messages in this folder: the first ones made one by one, the rest copied by SQL."""
    made = min(appeals, MADE)
    jobs = max(1, (os.cpu_count() or 2) - 1)
    await make(url_of(folder), Wanted(made, 1, max(1, made // FEWEST)), jobs)
    await without_retention(url_of(folder))
    with closing(sqlite3.connect(folder / "bot.db", isolation_level=None)) as database:
        lived_again(database, appeals)


def lived_again(database: sqlite3.Connection, appeals: int) -> None:
    """Rows until there are so many messages, and those of inbox and outbox. Indexes are made when all rows are there,
    in one pass each."""
    for pragma in ("journal_mode=DELETE", "journal_mode=OFF", "synchronous=OFF", f"cache_size={-CACHE_KB}"):
        database.execute(f"PRAGMA {pragma}").fetchall()
    indexes = database.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql != ''").fetchall()
    for name, _ in indexes:
        database.execute(f"DROP INDEX {name}")
    copied(database, appeals)
    database.execute("CREATE TEMP TABLE turn AS WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
                     f"WHERE i < {max(EVENTS, SAID)}) SELECT i FROM n")  # fmt: skip
    database.execute(_CAME)
    database.execute(_WENT)
    for name, each in (("received", EVENTS), ("produced", SAID)):
        database.execute(_COUNTED, (COMMUNITY, name, each))
    for _, sql in indexes:
        database.execute(sql)
    database.execute("PRAGMA journal_mode=WAL").fetchall()


def copied(database: sqlite3.Connection, appeals: int) -> None:
    """Finished messages with their histories and words, each time of other residents and with other numbers. Nobody
    opens what is sealed in them."""
    were = database.execute("SELECT count(*) FROM appeal").fetchone()[0]
    names = ", ".join(f"'{status.value}'" for status in OPEN)
    database.execute(f"CREATE TEMP TABLE life AS SELECT code FROM appeal WHERE status NOT IN ({names})")
    lives = database.execute("SELECT count(*) FROM life").fetchone()[0]
    copies = round((appeals - were) / lives)
    database.execute("CREATE TEMP TABLE copy AS WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n "
                     f"WHERE i < {max(copies, 1)}) SELECT i FROM n WHERE i <= {copies}")  # fmt: skip
    for name in ("appeal", "history", "search_token"):
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({name})")]
        changed = ", ".join(CHANGED.get(column, column) for column in columns)
        database.execute(f"CREATE TEMP TABLE of_{name} AS SELECT * FROM {name} WHERE code IN (SELECT code FROM life)")
        database.execute(f"INSERT INTO {name} ({', '.join(columns)}) SELECT {changed} FROM copy CROSS JOIN of_{name}")


async def without_retention(url: str) -> None:
    """Today's is done: what goes once a day must not fall into a round."""
    db = await Database.open(url, community=COMMUNITY)
    await db.run(lambda tx: retention.ran(tx, datetime.now(UTC)))
    await db.close()


_CAME = f"""INSERT INTO inbox (community_id, id, peer, key, kind, author, cmid, ord, content, raw, at, state, attempts,
    runs, boot, received_at, ended_at)
    SELECT community_id, a.rowid * 16 + i, resident, code || i, 'message', resident, a.rowid * 16 + i, i, 1, '',
        created_at, 'done', 0, 1, 1, created_at, created_at
    FROM appeal a, turn WHERE i <= {EVENTS}"""
_WENT = f"""INSERT INTO outbox (community_id, id, peer, lane, seq, cause, level, effect, kind, priority, body,
    appeal, report, upload, lost, state, random_id, salt, fencing_token, attempts, looks, cmid, created_at, ended_at)
    SELECT community_id, a.rowid * 16 + i, resident, resident, i, code || '|' || i, 0, 'send', 'screen', 1, '',
        code, 0, 0, '[]', 'sent', a.rowid * 16 + i, 0, 1, 1, 0, a.rowid * 16 + i, created_at, created_at
    FROM appeal a, turn WHERE i <= {SAID}"""
_COUNTED = """INSERT INTO counter (community_id, name, worker, value) SELECT ?1, ?2, 0, ?3 * count(*) FROM appeal
    WHERE true ON CONFLICT DO UPDATE SET value = value + excluded.value"""


async def stops(url: str, seconds: float) -> dict[str, float]:
    """How long a transaction waits for its beginning: while nobody counts, and while the books are counted without a
    pause."""
    looks: list[float] = []
    db = await Database.open(url, community=COMMUNITY)
    alone = await waited(db, seconds)
    counting = asyncio.create_task(counted(db, looks))
    try:
        waits = await waited(db, seconds)
        while not looks:
            waits += await waited(db, seconds)
    finally:
        counting.cancel()
        await asyncio.gather(counting, return_exceptions=True)
        await db.close()
    return {
        "longest wait, ms": max(alone),
        "while the books are counted, ms": max(waits),
        "one count, ms": percentile(looks, 0.5),
    }


async def waited(db: Database, seconds: float) -> list[float]:
    """Milliseconds, of one transaction after another."""
    waits, until = [], time.perf_counter() + seconds
    while time.perf_counter() < until:
        asked = time.perf_counter()
        waits.append(1000 * (await db.run(begun) - asked))
        await asyncio.sleep(PAUSE)
    return waits


async def begun(_: Transaction) -> float:
    """The moment at which a transaction has begun."""
    return time.perf_counter()


async def counted(db: Database, looks: list[float]) -> None:
    while True:
        asked = time.perf_counter()
        await db.look(statistics.identity)
        looks.append(1000 * (time.perf_counter() - asked))
