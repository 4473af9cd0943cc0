"""Whole messages put in at once are as if each had come by itself: rows, histories, sums; nothing is said."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from given import C
from sqlalchemy import func, select
from test_daily_contract import as_counts, recounted, table_of

from bot.config import calendar_file
from features.demo.given import YearInputs
from features.demo.year import Told, Year
from states.directory import Directory
from storage.db.database import Database
from storage.db.schema import history, inbox, outbox
from storage.db.transaction import Transaction
from storage.ops import bulk, rebuild, statistics
from storage.records import appeals

ZONE = ZoneInfo("Asia/Yekaterinburg")
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=ZONE)


def some(region: Directory, messages: int = 400) -> list[Told]:
    year = Year(YearInputs(3, messages, NOW, C, region, calendar_file.read(), ZONE))
    return [one for number in range(0, 365, 2) for one in year.day(number)]


async def rows(tx: Transaction, table: object) -> int:
    found = await tx.row(select(func.count().label("rows")).select_from(table))  # type: ignore[arg-type]
    return int(found["rows"]) if found is not None else 0


class TestBulk:
    async def test_it_keeps_what_was_told_and_says_nothing(self, db: Database, region: Directory) -> None:
        told = some(region)
        assert await db.run(lambda tx: bulk.keep(tx, told)) == len(told) > 100
        kept = await db.run(lambda tx: appeals.by_code(tx, [one.code for one, _ in told]))
        lines = await db.run(lambda tx: appeals.lines_of(tx, [one.code for one, _ in told]))
        assert kept == {one.code: one for one, _ in told}
        assert lines == {one.code: said for one, said in told}
        assert await db.run(lambda tx: rows(tx, inbox)) == await db.run(lambda tx: rows(tx, outbox)) == 0
        assert (await db.run(statistics.identity))["balanced"]

    async def test_the_sums_are_those_of_a_recount_and_of_rebuilding(self, db: Database, region: Directory) -> None:
        told = some(region)
        for start in range(0, len(told), 50):
            await db.run(lambda tx: bulk.keep(tx, told[start : start + 50]))  # noqa: B023
        before = await table_of(db)
        assert as_counts(before) == await recounted(db) and as_counts(before).total() > 500
        await rebuild.everything(db, ZONE)  # type: ignore[arg-type]
        assert await table_of(db) == before

    async def test_what_is_there_stays_as_it_is(self, db: Database, region: Directory) -> None:
        told = some(region)
        first, more = told[:30], told[20:60]
        await db.run(lambda tx: bulk.keep(tx, first))
        assert await db.run(lambda tx: bulk.keep(tx, more)) == 30
        assert as_counts(await table_of(db)) == await recounted(db)
        counted = sum(len(lines) for _, lines in told[:60])
        assert await db.run(lambda tx: rows(tx, history)) == counted
