"""Places on the map: what a circle finds is what its arithmetic says, on both engines; sums by place; rebuild (T21)."""

from __future__ import annotations

import random
from dataclasses import replace

from given import NOW, at
from sqlalchemy import select, update

from states.lifecycle.appeal import Action, Appeal, History, Piece, Status
from states.messages import Location
from states.statistics.cells import Cell, Circle, cell_of
from states.statistics.filter import Filter, View
from storage.db.database import Database
from storage.db.schema import appeal
from storage.ops import rebuild, search
from storage.records import appeals

TODAY = search.Today(NOW, at(8 * 3600), NOW.date())


def made(many: int = 60) -> list[Appeal]:
    rng = random.Random(5)
    found = []
    for number in range(many):
        point = Location(rng.uniform(55.0, 55.2), rng.uniform(61.2, 61.6)) if number % 4 else None
        said = (Piece(1, "Яма", location=point),)
        code, place = f"1124-B{number:03d}", rng.choice(["miass", "zlatoust", None])
        found.append(Appeal(code, 1000 + number, 1, Status.ROUTED, 1, "pits", NOW, pieces=said, place=place))
    return found


async def keep(db: Database, some: list[Appeal]) -> None:
    lines = [History(one.code, one.version, NOW, one.resident, Action.SUBMIT, None, one.status) for one in some]
    await db.run(lambda tx: appeals.keep_appeals(tx, some, lines))


class TestCells:
    async def test_a_circle_finds_what_its_arithmetic_says(self, db: Database) -> None:
        some = made()
        await keep(db, some)
        for circle in (Circle(55.1, 61.4, 5), Circle(55.1, 61.4, 0.3), Circle(55.0, 61.2, 40), Circle(-55.1, 61.4, 5)):
            wanted = Filter(circle=circle)
            found = await db.run(lambda tx, wanted=wanted: search.some(tx, wanted, TODAY, 0, 100))
            expected = {one.code for one in some if (cell := cell_of(one)) is not None and circle.holds(cell)}
            assert {one.code for one in found} == expected
            assert await db.run(lambda tx, wanted=wanted: search.number(tx, wanted, TODAY)) == len(expected)

    async def test_cells_places_and_what_has_no_point_add_up(self, db: Database) -> None:
        some = made()
        await keep(db, some)
        wanted = Filter(View.OPEN)
        found = await db.run(lambda tx: search.spread(tx, wanted, TODAY))
        without = await db.run(lambda tx: search.without_point(tx, wanted, TODAY, 1000))
        assert sum(found.cells.values()) == 45 and sum(found.places.values()) == 60 and len(without) == 15
        assert set(found.places) == {"miass", "zlatoust", ""}
        for cell, many in found.cells.items():
            alone = Filter(View.OPEN, circle=cell.circle)
            assert await db.run(lambda tx, alone=alone: search.number(tx, alone, TODAY)) == many

    async def test_a_moved_point_moves_its_cell_and_rebuild_writes_old_ones(self, db: Database) -> None:
        (one,) = made(2)[1:]
        await keep(db, [one])
        moved = replace(one, version=2, pieces=(Piece(1, "Яма", location=Location(10.001, 20.001)),))
        line = History(one.code, 2, NOW, 1, Action.ADD, one.status, one.status)
        await db.run(lambda tx: appeals.keep_appeals(tx, [moved], [line]))
        rows = await db.run(lambda tx: tx.rows(select(appeal.c.cell_row, appeal.c.cell_column)))
        assert [Cell(row["cell_row"], row["cell_column"]) for row in rows] == [Cell(2000, 2000)]
        await db.run(lambda tx: tx.execute(update(appeal).values(cell_row=None, cell_column=None)))
        await db.run(lambda tx: rebuild.some_words(tx, ""))
        rows = await db.run(lambda tx: tx.rows(select(appeal.c.cell_row, appeal.c.cell_column)))
        assert [Cell(row["cell_row"], row["cell_column"]) for row in rows] == [Cell(2000, 2000)]
