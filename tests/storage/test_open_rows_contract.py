"""What everybody may see, on both engines: nobody who is forgotten, places only where enough residents wrote (R56)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from given import NOW, appeal, at, decide, submitted

from states.dialogue import Dialogue
from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.counted import Counted
from states.statistics.filter import By
from storage.db.database import Database
from storage.ops import open_rows
from storage.ops.open_rows import Crowd, RowsFilter
from storage.privacy import forgetting

DAY = date(2026, 11, 25)
ALL = RowsFilter({"pits", "pipes"}, set(Status), DAY - timedelta(9), DAY, 50)


async def wrote(db: Database, *made: tuple[str, int, str, str], **more: object) -> list[Appeal]:
    """Each a number, a resident, a topic and a place."""
    found = []
    for code, who, topic, place in made:
        one, line = appeal(code, who, int(code[5:]), topic=topic, place=place, counted=Counted(received=DAY))
        one = replace(one, **more)  # type: ignore[arg-type]
        await decide(db, submitted((one, line), dialogue=Dialogue(who, touched_at=NOW)), who)
        found.append(one)
    return found


async def people(db: Database, many: int, place: str = "miass", first: int = 1) -> list[Appeal]:
    return await wrote(db, *((f"1125-{first + n:04d}", 10 + first + n, "pits", place) for n in range(many)))


async def crowded(db: Database, *cells: Crowd) -> Sequence[bool]:
    return await db.run(lambda tx: open_rows.are_crowded(tx, cells, 3))


class TestRows:
    async def test_a_place_is_told_where_enough_residents_wrote(self, db: Database) -> None:
        await people(db, 3)
        await people(db, 2, "asha", 7)
        rows = await db.run(lambda tx: open_rows.page(tx, ALL, 3))
        assert {(row.place, row.crowded) for row in rows} == {("miass", True), ("asha", False)}
        assert [row.code for row in rows] == sorted(row.code for row in rows), "inside a day by number"

    async def test_pages_topics_states_and_days(self, db: Database) -> None:
        await people(db, 3)
        await wrote(db, ("1125-0009", 9, "pipes", "miass"), status=Status.ANSWERED)
        for changed, codes in (
            ({"most": 2}, ["1125-0001", "1125-0002"]),
            ({"most": 2, "skip": 2}, ["1125-0003", "1125-0009"]),
            ({"topics": {"pipes"}}, ["1125-0009"]),
            ({"statuses": {Status.ANSWERED}}, ["1125-0009"]),
            ({"until": DAY - timedelta(1)}, []),
        ):
            asked = replace(ALL, **changed)  # type: ignore[arg-type]
            assert [row.code for row in await db.run(lambda tx, a=asked: open_rows.page(tx, a, 3))] == codes

    async def test_by_number_too_only_what_may_be_seen(self, db: Database) -> None:
        await people(db, 3)
        found = await db.run(lambda tx: open_rows.by_codes(tx, ["1125-0001", "1125-0099"], {"pits"}, 3))
        assert [(row.code, row.crowded) for row in found] == [("1125-0001", True)]
        assert await db.run(lambda tx: open_rows.by_codes(tx, ["1125-0001"], {"pipes"}, 3)) == []

    async def test_who_is_forgotten_is_neither_listed_nor_counted(self, db: Database) -> None:
        await people(db, 3)
        assert await db.run(lambda tx: forgetting.erase(tx, 11, at(9), force=True)) is not None
        rows = await db.run(lambda tx: open_rows.page(tx, ALL, 3))
        assert [(row.code, row.crowded) for row in rows] == [("1125-0002", False), ("1125-0003", False)]


class TestCrowds:
    async def test_residents_are_counted_not_messages(self, db: Database) -> None:
        await wrote(db, *((f"1125-{n:04d}", 5, "pits", "miass") for n in range(1, 9)))
        assert await crowded(db, Crowd(("pits",)), Crowd(("pits", "pipes"), "miass")) == [False, False]
        await people(db, 2, first=20)
        assert await crowded(db, Crowd(("pits",)), Crowd(("pipes",)), Crowd(("pits",), "asha")) == [True, False, False]

    @pytest.mark.parametrize("by, so", [(By.RECEIVED, True), (By.FINAL, False)])
    async def test_by_the_day_on_which_it_happened(self, db: Database, by: By, so: bool) -> None:
        await people(db, 3)
        assert await crowded(db, Crowd(("pits",), "", by, DAY, DAY)) == [so]
        assert await crowded(db, Crowd(("pits",), "", by, DAY + timedelta(1), None)) == [False]

    async def test_many_cells_are_more_than_one_question(self, db: Database) -> None:
        await people(db, 3)
        cells = [Crowd(("pits" if number % 2 else "pipes",)) for number in range(open_rows.AT_ONCE * 2 + 1)]
        assert await crowded(db, *cells) == [bool(number % 2) for number in range(len(cells))]


class TestIncidents:
    async def test_those_that_concern_enough_residents(self, db: Database) -> None:
        await wrote(db, *((f"1125-{n:04d}", n, "pits", "miass") for n in (1, 2, 3)), incident="1125-0001")
        await wrote(db, *((f"1125-{n:04d}", n, "pits", "asha") for n in (7, 8)), incident="1125-0007")
        (one,) = await db.run(lambda tx: open_rows.incidents(tx, DAY, {"pits"}, 3))
        assert (one.code, one.people, one.place, one.received, one.changed) == ("1125-0001", 3, "miass", DAY, DAY)
        assert await db.run(lambda tx: open_rows.incidents(tx, DAY + timedelta(1), {"pits"}, 3)) == []
        assert await db.run(lambda tx: open_rows.incidents(tx, DAY, {"pipes"}, 3)) == []
