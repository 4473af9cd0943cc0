"""A database of a million messages for measurements of the panel: bulk rows of the demo's year, nothing else.

    python benchmarks/panel_rows.py --messages 1000000 --url sqlite+aiosqlite:////tmp/panel/bot.db

So many of them (`--clones`) are the same life lived by another resident, for making one takes longer than keeping it.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.rig.stand import COMMUNITY, machine  # noqa: E402
from bot.config import calendar_file  # noqa: E402
from bot.region import directory_file, map_file  # noqa: E402
from bot.region.directory_json import to_json  # noqa: E402
from features.demo.births import DAYS  # noqa: E402
from features.demo.given import YearInputs  # noqa: E402
from features.demo.year import Told, Year  # noqa: E402
from states.lifecycle.appeal import Action, Appeal, History  # noqa: E402
from storage.db.database import Database  # noqa: E402
from storage.db.migrations import migrate  # noqa: E402
from storage.ops import bulk  # noqa: E402
from storage.records import directory  # noqa: E402
from storage.records.numbers import ALPHABET  # noqa: E402

REGION = ROOT / "regions" / "chelyabinsk"
ZONE = ZoneInfo("Asia/Yekaterinburg")
NOW = datetime(2026, 11, 25, 9, 30, tzinfo=UTC)
BATCH = 3000
FURTHER = 20_000_000
"""Between the residents of one copy and those of the next."""
PROGRESS = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many messages, by which seed, and how many copies are made of each."""

    messages: int
    seed: int
    clones: int
    now: datetime = NOW

    def year(self) -> Year:
        """The demo's year, of as many messages as are not copies."""
        known, calendar = directory_file.read(REGION), calendar_file.read()
        given = YearInputs(self.seed, self.messages // self.clones, self.now, COMMUNITY, known, calendar, ZONE)
        return Year(replace(given, middles=map_file.middles(map_file.read(REGION))))


_years: dict[Wanted, Year] = {}


def day_of(asked: tuple[Wanted, int]) -> list[Told]:
    """In a process of its own, which makes the year once."""
    wanted, number = asked
    if wanted not in _years:
        _years[wanted] = wanted.year()
    return _years[wanted].day(number)


def cloned(told: Told, which: int) -> Told:
    """The same life of another resident; its number and those it names have one letter more."""
    if not which:
        return told
    one, lines = told
    again: Appeal = replace(
        one,
        code=other(one.code, which),
        resident=one.resident + which * FURTHER,
        repeat_of=other(one.repeat_of, which),
        incident=other(one.incident, which),
    )
    return again, [said_by(line, again, one.resident, which) for line in lines]


NAMES_ANOTHER = frozenset({Action.SUBMIT, Action.MERGE})
"""Of these the reason is a number, or nothing."""


def said_by(line: History, again: Appeal, was: int, which: int) -> History:
    """A line of the history as the copy `which` has it: with its number and its resident."""
    reason = other(line.reason, which) if line.action in NAMES_ANOTHER else line.reason
    return replace(line, code=again.code, actor=again.resident if line.actor == was else line.actor, reason=reason)


def other(code: str, which: int) -> str:
    """The number as the copy `which` has it; "" stays ""."""
    return code + ALPHABET[which] if code else ""


def batches(wanted: Wanted, days: Iterator[list[Told]]) -> Iterator[list[Told]]:
    """The messages with all their copies, in portions of one transaction."""
    for day in days:
        everybody = [cloned(told, which) for which in range(wanted.clones) for told in day]
        for start in range(0, len(everybody), BATCH):
            yield everybody[start : start + BATCH]


async def make(url: str, wanted: Wanted, jobs: int) -> int:
    """Migrates and fills; how many messages there are."""
    await migrate(url)
    with closing(multiprocessing.get_context("fork").Pool(jobs)) as pool:
        days = pool.imap(day_of, [(wanted, number) for number in range(DAYS)])
        db = await Database.open(url, community=COMMUNITY)
        try:
            await db.run(lambda tx: directory.save_text(tx, to_json(directory_file.read(REGION)), wanted.now))
            return await filled(db, batches(wanted, days), wanted.messages)
        finally:
            await db.checkpoint()
            await db.close()
            pool.terminate()


async def filled(db: Database, some: Iterator[Sequence[Told]], messages: int) -> int:
    """Stores everything and says now and then how far it is; how many messages there are."""
    done, begun = 0, time.perf_counter()
    told_at = begun
    for batch in some:
        done += await db.run(lambda tx: bulk.keep(tx, batch))  # noqa: B023
        if time.perf_counter() - told_at > PROGRESS.total_seconds():
            told_at = time.perf_counter()
            print(f"{done} of {messages}, {done / (told_at - begun):.0f} a second", flush=True)
    return done


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--url", required=True, help="a new database: sqlite+aiosqlite:////… or postgresql+asyncpg://…")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--clones", type=int, default=8)
    parser.add_argument("--jobs", type=int, default=max(1, (os.cpu_count() or 2) - 1))
    options = parser.parse_args()
    begun = time.perf_counter()
    wanted = Wanted(options.messages, options.seed, options.clones)
    done = asyncio.run(make(options.url, wanted, options.jobs))
    took = time.perf_counter() - begun
    print(f"{machine()}: {done} messages in {took:.0f} s, {done / took:.0f} a second")


if __name__ == "__main__":
    main()
