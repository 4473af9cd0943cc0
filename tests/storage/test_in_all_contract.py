"""What upkeep asks of all communities at once, and whether anything waits in one, on both engines."""

from __future__ import annotations

from datetime import timedelta

from given import NOW, C
from sqlalchemy import insert

from states.effects import StartTimer
from states.lifecycle.rights import ErasureRequest, Ground
from storage.db.database import Database
from storage.db.schema import appeal, dialogue
from storage.db.transaction import Transaction
from storage.inbox import timers
from storage.ops import idle, in_all
from storage.privacy import erasures, retention
from storage.records import communities
from storage.records.communities import Operator, RegisteredCommunity

SECOND, THIRD, FOURTH = 202, 303, 404
OTHER = Operator("Другой", "Миасс", "a@b.ru")
MARIA = 1001


async def registered(db: Database) -> None:
    for id, operator in ((SECOND, Operator()), (THIRD, OTHER), (FOURTH, Operator())):
        one = RegisteredCommunity(id, f"{id}", NOW, operator=operator)
        await db.run(lambda tx, one=one: communities.keep(tx, one, "key", NOW))  # type: ignore[misc]


async def known_to(db: Database, community: int, resident: int = MARIA) -> None:
    row = {"resident": resident, "consent": "", "touched_at": None, "body": ""}
    await db.of(community).run(lambda tx: tx.execute(insert(dialogue), row))


async def has_appeal(db: Database, community: int, resident: int = MARIA) -> None:
    names = ("code", "status", "topic", "body")
    row = {**dict.fromkeys(names, "x"), "resident": resident, "source": 1, "version": 1, "created_at": NOW}
    await db.of(community).run(lambda tx: tx.execute(insert(appeal), {**row, "outcome": ""}))


class TestInAll:
    async def test_where_the_same_operator_knows_a_resident(self, db: Database) -> None:
        await registered(db)

        async def where(asked_in: int) -> list[int]:
            return await db.run(lambda tx: in_all.of_same_operator(tx, C, asked_in, MARIA))

        assert await where(C) == []
        await known_to(db, C)
        await known_to(db, SECOND)
        await known_to(db, THIRD)
        await known_to(db, FOURTH, resident=7)
        assert await where(C) == [SECOND] and await where(SECOND) == [C] and await where(THIRD) == []
        await has_appeal(db, FOURTH)
        assert await where(C) == [SECOND, FOURTH]
        assert await db.run(in_all.with_appeals) == [FOURTH]

    async def test_where_somebody_waits_to_be_forgotten(self, db: Database) -> None:
        await registered(db)

        async def where(now: timedelta) -> list[int]:
            day = timedelta(days=1)
            return await db.run(lambda tx: in_all.to_erase(tx, NOW + now, NOW + now - day))

        assert await where(timedelta()) == []
        request = ErasureRequest(MARIA, NOW, NOW + timedelta(days=30), Ground.WITHDRAWN)
        await db.of(THIRD).run(lambda tx: erasures.ask(tx, request, NOW))
        assert await where(-timedelta(seconds=1)) == [] and await where(timedelta()) == [THIRD]
        await db.of(THIRD).run(lambda tx: erasures.record_erased(tx, MARIA, "withdrawn", {}, NOW))
        assert await where(timedelta(days=2)) == [THIRD], "its keys are not destroyed yet"

    async def test_where_the_daily_job_is_due(self, db: Database) -> None:
        await registered(db)
        await db.of(THIRD).run(lambda tx: retention.ran(tx, NOW))
        assert await db.run(lambda tx: in_all.to_retain(tx, NOW - timedelta(days=1), NOW)) == [SECOND, FOURTH]
        assert await db.run(lambda tx: in_all.to_retain(tx, NOW, NOW)) == [SECOND, THIRD, FOURTH]
        back = NOW - timedelta(days=365)
        found = await db.run(lambda tx: in_all.to_retain(tx, back - timedelta(days=1), back))
        assert found == [SECOND, THIRD, FOURTH], "a clock that was a year ahead stops nothing (F23)"

    async def test_whether_anything_waits(self, db: Database) -> None:
        assert await db.run(idle.waits) == idle.Waits(work=False, chats=False)

        async def begin(tx: Transaction) -> None:
            await timers.begin(tx, StartTimer("pause", "1", 1, NOW))

        await db.of(SECOND).run(begin)
        assert not (await db.run(idle.waits)).work, "another community's"
        await db.run(begin)
        assert (await db.run(idle.waits)).work
