"""Who looks after a message, what they put off, who stands in for them: kept, found, gone with the message."""

from __future__ import annotations

from datetime import date, timedelta

from given import NOW, appeal, decide, submitted
from sqlalchemy import select

from states.statistics.filter import Filter
from storage.db.database import Database
from storage.db.schema import lead
from storage.ops import search
from storage.ops.search import Today
from storage.privacy import forgetting
from storage.records import absences, leads
from storage.records.absences import Absence, stands_in_for
from storage.records.leads import Lead

WHO, ANNA, BORIS, CODE, OTHER = 500_123_457, 5001, 5002, "1125-AAAA", "1125-BBBB"
DAY = date(2026, 11, 25)
TODAY = Today(NOW, NOW + timedelta(hours=9), DAY)


async def given(db: Database) -> None:
    for number, code in enumerate((CODE, OTHER)):
        await decide(db, submitted(appeal(code, WHO, 3 + number)), peer=WHO)


async def found(db: Database, **wanted: object) -> int:
    return await db.run(lambda tx: search.number(tx, Filter(**wanted), TODAY))  # type: ignore[arg-type]


class TestLeads:
    async def test_each_side_has_one(self, db: Database) -> None:
        await given(db)
        first, roads = Lead(CODE, "cur", ANNA, BORIS, NOW), Lead(CODE, "roads", BORIS, BORIS, NOW)
        await db.run(lambda tx: leads.keep(tx, [first, roads]))
        assert await db.run(lambda tx: leads.of(tx, [CODE, OTHER])) == {CODE: {"cur": first, "roads": roads}}
        after = Lead(CODE, "cur", BORIS, ANNA, NOW + timedelta(hours=1), NOW + timedelta(days=3))
        await db.run(lambda tx: leads.keep(tx, [after]))
        assert (await db.run(lambda tx: leads.of(tx, [CODE])))[CODE]["cur"] == after
        await db.run(lambda tx: leads.drop(tx, [CODE, OTHER], "cur"))
        assert await db.run(lambda tx: leads.of(tx, [CODE])) == {CODE: {"roads": roads}}
        assert await db.run(lambda tx: leads.of(tx, [])) == {}

    async def test_they_are_found_by_who_leads_and_what_is_put_off(self, db: Database) -> None:
        await given(db)
        kept = [Lead(CODE, "cur", ANNA, ANNA, NOW), Lead(OTHER, "cur", ANNA, ANNA, NOW, NOW + timedelta(days=1))]
        await db.run(lambda tx: leads.keep(tx, kept))
        assert await found(db, leads=(ANNA,)) == 2 and await found(db, leads=(BORIS,)) == 0
        assert await found(db, leads=(ANNA, BORIS), later=False) == 1 == await found(db, leads=(ANNA,), later=True)
        assert await found(db, later=True) == 1 == await found(db, later=False)

    async def test_they_go_with_the_message(self, db: Database) -> None:
        """R14."""
        await given(db)
        await db.run(lambda tx: leads.keep(tx, [Lead(CODE, "cur", ANNA, ANNA, NOW)]))
        assert await db.run(lambda tx: forgetting.erase(tx, WHO, NOW + timedelta(hours=1), force=True))
        assert await db.run(lambda tx: tx.rows(select(lead))) == []


class TestAbsences:
    async def test_one_a_person_and_both_days_count(self, db: Database) -> None:
        away = Absence(ANNA, BORIS, DAY, DAY + timedelta(days=2))
        for one in (Absence(ANNA, 5003, DAY, DAY), away):
            await db.run(lambda tx, one=one: absences.keep(tx, one))  # type: ignore[misc]
        kept = await db.run(absences.every)
        assert kept == [away] and stands_in_for(kept, BORIS, DAY + timedelta(days=2)) == (ANNA,)
        assert stands_in_for(kept, BORIS, DAY + timedelta(days=3)) == stands_in_for(kept, ANNA, DAY) == ()
        await db.run(lambda tx: absences.remove(tx, ANNA))
        assert await db.run(absences.every) == []
