"""Models on both engines: which are kept, numbers that never come back, and what an erasure takes away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from given import MASTER, NOW, C

from storage.db.database import Database
from storage.db.errors import StorageError
from storage.ops import forgotten_models
from storage.privacy import erasures
from storage.records import models
from storage.records.communities import RegisteredCommunity
from storage.records.communities import keep as keep_community
from storage.records.models import LARGEST, Model, ModelSource, ModelState

SECOND = 202
DAY = timedelta(days=1)
CONTENT = bytes(range(256)) * 40


async def add(db: Database, at: datetime = NOW, source: ModelSource = ModelSource.OWN, content: bytes = CONTENT) -> int:
    return await db.run(lambda tx: models.add(tx, source, at, '{"held": 3}', content))


async def adopt(db: Database, number: int, at: datetime = NOW, by: int = 0) -> None:
    await db.run(lambda tx: models.adopt(tx, number, at, by))


async def used(db: Database, at: datetime = NOW, source: ModelSource = ModelSource.OWN) -> int:
    number = await add(db, at, source)
    await adopt(db, number, at)
    return number


async def kept(db: Database) -> dict[int, str]:
    return {one.number: one.state.value for one in await db.run(models.everything)}


async def forget(db: Database, at: datetime, ground: str = "withdrawn", community: int = C) -> None:
    await db.of(community).run(lambda tx: erasures.record_erased(tx, int(at.timestamp()), ground, {}, at))


class TestKept:
    async def test_as_it_was_given(self, db: Database) -> None:
        assert await db.run(models.used) == 0 and await db.run(models.newest_number) == 0
        assert await add(db) == 1
        assert await db.run(models.everything) == [Model(1, NOW, ModelState.CANDIDATE, ModelSource.OWN, '{"held": 3}')]
        await adopt(db, 1, NOW + DAY, by=7)
        (one,) = await db.run(models.everything)
        assert one == Model(1, NOW, ModelState.USED, ModelSource.OWN, '{"held": 3}', NOW + DAY, 7)
        assert await db.run(models.used) == 1
        assert await db.run(lambda tx: models.content(tx, 1)) == CONTENT
        assert await db.run(lambda tx: models.content(tx, 2)) is None

    async def test_the_used_one_its_predecessor_and_one_candidate(self, db: Database) -> None:
        await used(db)
        await used(db)
        assert await kept(db) == {2: "used", 1: "former"}
        await add(db)
        await add(db)
        assert await kept(db) == {4: "candidate", 2: "used", 1: "former"}
        await adopt(db, 4)
        assert await kept(db) == {4: "used", 2: "former"}

    async def test_back_and_forth(self, db: Database) -> None:
        await used(db)
        await used(db)
        await adopt(db, 1, NOW + DAY)
        assert await kept(db) == {2: "former", 1: "used"}
        await adopt(db, 1, NOW + DAY)
        assert await kept(db) == {2: "former", 1: "used"}, "it is in use already"
        await adopt(db, 0)
        assert await kept(db) == {1: "former"} and await db.run(models.used) == 0

    async def test_a_number_never_comes_back(self, db: Database) -> None:
        await add(db)
        await db.run(lambda tx: models.remove(tx, [1]))
        assert await add(db) == 2 and await db.run(models.newest_number) == 2

    async def test_the_largest(self, db: Database) -> None:
        with pytest.raises(StorageError, match="больше 8 МБ"):
            await add(db, content=bytes(LARGEST + 1))
        assert await kept(db) == {} and await db.run(models.newest_number) == 0
        assert await add(db, content=bytes(LARGEST)) == 1
        assert await db.run(lambda tx: models.content(tx, 1)) == bytes(LARGEST)

    async def test_of_the_home_and_not_of_another(self, migrated: str) -> None:
        db = await Database.open(migrated, master=MASTER, community=C)
        try:
            await used(db)
            assert await db.of(SECOND).run(models.everything) == []
        finally:
            await db.close()


@pytest.mark.parametrize(
    ("trained", "forgotten", "ground", "at", "source", "stays"),
    [
        (0, None, "", 400, ModelSource.OWN, True),
        (0, -1, "withdrawn", 400, ModelSource.OWN, True),
        (0, 1, "withdrawn", 30, ModelSource.OWN, True),
        (0, 1, "withdrawn", 31, ModelSource.OWN, False),
        (0, 1, "term", 400, ModelSource.OWN, True),
        (0, 1, "restored", 31, ModelSource.OWN, False),
        (0, 1, "withdrawn", 400, ModelSource.FILE, True),
    ],
    ids=["nobody", "before it was trained", "for 29 days", "for 30", "past the term", "a copy put back", "from a file"],
)
async def test_the_term_of_a_model(
    db: Database, trained: int, forgotten: int | None, ground: str, at: int, source: ModelSource, stays: bool
) -> None:
    """R14: the one in use goes too."""
    number = await used(db, NOW + trained * DAY, source)
    if forgotten is not None:
        await forget(db, NOW + forgotten * DAY, ground)
    gone = await db.run(lambda tx: forgotten_models.past_term(tx, NOW + at * DAY))
    assert gone == ([] if stays else [number])
    assert await db.run(models.used) == (number if stays else 0)


class TestForgotten:
    async def test_an_erasure_of_any_community_counts(self, db: Database) -> None:
        await db.run(lambda tx: keep_community(tx, RegisteredCommunity(SECOND, "Школа", NOW), "key", NOW))
        await used(db)
        assert await db.run(forgotten_models.used_until) is None
        await forget(db, NOW + 2 * DAY, community=SECOND)
        await forget(db, NOW + 5 * DAY)
        assert await db.run(forgotten_models.used_until) == NOW + 32 * DAY

    async def test_a_newer_one_takes_those_before_it_away(self, db: Database) -> None:
        await used(db)
        await forget(db, NOW + DAY)
        await used(db, NOW + 2 * DAY)
        assert await db.run(forgotten_models.remove_superseded) == [1]
        assert await kept(db) == {2: "used"}
        assert await db.run(forgotten_models.used_until) is None

    async def test_but_not_where_it_saw_them_too(self, db: Database) -> None:
        await used(db)
        await used(db, NOW + DAY)
        await forget(db, NOW + 2 * DAY)
        assert await db.run(forgotten_models.remove_superseded) == []
        assert await kept(db) == {2: "used", 1: "former"}
        assert await db.run(lambda tx: forgotten_models.past_term(tx, NOW + 32 * DAY)) == [2, 1]

    async def test_without_one_in_use_only_the_term_counts(self, db: Database) -> None:
        await add(db)
        await forget(db, NOW + DAY)
        assert await db.run(forgotten_models.remove_superseded) == [] and await kept(db) == {1: "candidate"}
