"""Saved views on both engines: kept once by name, shared by role and scope, renamed, taken away, as many as are let."""

from __future__ import annotations

import pytest
from given import NOW

from states.people.viewers import Role, Viewer
from storage.db.database import Database
from storage.db.errors import Conflict
from storage.records import saved_views
from storage.records.saved_views import MOST, SavedView

ANNA, BORIS = Viewer(1, Role.CUR), Viewer(2, Role.CUR)
ROADS = Viewer(3, Role.AGENCY, "roads")


async def names(db: Database, viewer: Viewer) -> list[str]:
    return [one.name for one in await db.run(lambda tx: saved_views.of(tx, viewer))]


async def keep(db: Database, viewer: Viewer, name: str, *, shared: bool = False, address: str = "view=open") -> None:
    await db.run(lambda tx: saved_views.keep(tx, viewer, SavedView(viewer.user, name, address, shared), NOW))


class TestSavedViews:
    async def test_own_and_shared_ones(self, db: Database) -> None:
        await keep(db, ANNA, "моё")
        await keep(db, ANNA, "общее", shared=True)
        await keep(db, ROADS, "дороги", shared=True)
        assert await names(db, ANNA) == ["моё", "общее"] and await names(db, BORIS) == ["общее"]
        assert await names(db, ROADS) == ["дороги"] and await names(db, Viewer(4, Role.AGENCY, "health")) == []
        await keep(db, ANNA, "моё", address="view=today")
        (one, _) = await db.run(lambda tx: saved_views.of(tx, ANNA))
        assert one.address == "view=today"

    async def test_renamed_and_removed_by_who_sees_it(self, db: Database) -> None:
        await keep(db, ANNA, "моё")
        await keep(db, ANNA, "общее", shared=True)
        assert not await db.run(lambda tx: saved_views.rename(tx, BORIS, 1, ("моё", "чужое"), NOW))
        assert await db.run(lambda tx: saved_views.rename(tx, BORIS, 1, ("общее", "наше"), NOW))
        assert await names(db, ANNA) == ["моё", "наше"]
        assert await db.run(lambda tx: saved_views.remove(tx, BORIS, 1, "моё")) is None
        assert await db.run(lambda tx: saved_views.remove(tx, ANNA, 2, "наше")) is not None
        assert await names(db, BORIS) == []

    async def test_there_is_an_end(self, db: Database) -> None:
        for number in range(MOST):
            await keep(db, ANNA, f"{number:02}")
        with pytest.raises(Conflict):
            await keep(db, ANNA, "ещё")
        await keep(db, ANNA, "01")
        await keep(db, BORIS, "ещё")
        assert len(await names(db, ANNA)) == MOST
