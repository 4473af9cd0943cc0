"""The registry of communities on both engines: sealed tokens, states, no community of its own, a renewed key."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from given import MASTER, NOW
from sqlalchemy import select

from states.lifecycle.rights import ErasureRequest, Ground
from storage.db import keystore, schema
from storage.db.database import Database
from storage.db.keyring import key_of
from storage.privacy import community_key, erasures, forgetting
from storage.records import communities
from storage.records.communities import CommunityState, Operator, RegisteredCommunity

HOME, SECOND, THIRD = 77, 202, 303
TOKEN = "vk1.a.very-secret-token"
SCHOOL = RegisteredCommunity(
    SECOND, "Школа № 5", NOW, operator=Operator("Школа", "Миасс", "a@b.ru"), door="minobr", added_by=7
)


async def add(db: Database, one: RegisteredCommunity = SCHOOL, token: str = TOKEN) -> None:
    await db.run(lambda tx: communities.keep(tx, one, token, NOW))


async def stored(db: Database) -> str:
    async def body(tx: communities.Transaction) -> str:
        row = await tx.row(select(schema.community.c.token).where(schema.community.c.community_id == SECOND))
        assert row is not None
        return str(row["token"])

    return await db.run(body)


class TestCommunities:
    async def test_kept_as_it_was_said_in_a_transaction_of_the_home(self, db: Database) -> None:
        await add(db)
        assert await db.run(communities.everything) == [SCHOOL]
        assert await db.run(lambda tx: communities.of_id(tx, SECOND)) == SCHOOL
        assert await db.run(lambda tx: communities.of_id(tx, THIRD)) is None

    async def test_how_it_listens_to_comments_is_noticed_by_whoever_runs_it(self, db: Database) -> None:
        await add(db)
        before = await db.run(communities.stamp)
        await db.run(lambda tx: communities.set_comments(tx, SECOND, "watch", NOW + timedelta(hours=1)))
        found = await db.run(lambda tx: communities.of_id(tx, SECOND))
        assert found == replace(SCHOOL, comments="watch") and await db.run(communities.stamp) != before

    async def test_read_by_all_without_a_community(self, migrated: str) -> None:
        db = await Database.open(migrated, master=MASTER)
        try:
            await add(db)
            await add(db, RegisteredCommunity(THIRD, "Город", NOW), "another")
            assert [token for _, token in await db.run(communities.active)] == [TOKEN, "another"]
            with pytest.raises(LookupError):
                await db.run(lambda tx: erasures.ask(tx, ErasureRequest(1, NOW, NOW, Ground.WITHDRAWN), NOW))
        finally:
            await db.close()

    async def test_the_token_is_sealed_with_the_key_of_its_own_community(
        self, db: Database, engine: str, tmp_path: Path
    ) -> None:
        await add(db)
        sealed = await stored(db)
        assert TOKEN not in sealed and sealed.startswith("1.")
        assert [row["community_id"] for row in await keys_of(db, sealed)] == [SECOND]
        if engine == "sqlite":
            await db.checkpoint()
            assert all(TOKEN.encode() not in path.read_bytes() for path in tmp_path.glob("test.db*"))

    async def test_states(self, db: Database) -> None:
        await add(db)
        before = await db.run(communities.stamp)
        later = NOW + timedelta(seconds=1)
        await db.run(lambda tx: communities.move(tx, SECOND, CommunityState.REFUSED, later, code=5))
        assert await db.run(communities.active) == []
        assert await db.run(communities.everything) == [replace(SCHOOL, state=CommunityState.REFUSED, code=5)]
        assert await db.run(communities.numbers) == {"active": 0, "paused": 0, "refused": 1, "removed": 0}
        assert await db.run(communities.stamp) == (1, later, 0) != before
        assert await db.run(communities.since) == {SECOND: later}
        await add(db, token="a new one")
        assert await db.run(communities.active) == [(SCHOOL, "a new one")]

    async def test_nothing_stays_of_the_token_of_one_that_is_removed(self, db: Database) -> None:
        await add(db)
        await db.run(lambda tx: communities.move(tx, SECOND, CommunityState.REMOVED, NOW))
        assert await stored(db) == ""
        assert [one.state for one in await db.run(communities.everything)] == [CommunityState.REMOVED]

    async def test_the_token_outlives_a_new_key_of_its_community(self, db: Database) -> None:
        """Decision 0010: after an erasure the old community key is destroyed."""
        await add(db)
        sealed, of = await stored(db), db.of(SECOND)
        await of.run(lambda tx: forgetting.erase(tx, 1001, NOW, force=True))
        assert await community_key.finish(of, NOW + community_key.GRACE)
        assert await stored(db) != sealed
        assert await db.run(communities.active) == [(SCHOOL, TOKEN)]
        assert await keys_of(db, sealed) == [], "the old key is gone"


async def keys_of(db: Database, sealed: str) -> list[dict[str, int]]:
    """Rows of the keys that sealed this, as they lie."""
    number = key_of(sealed)
    assert number is not None
    return [dict(row) for row in await db.ring.store.call(lambda connection: keystore.by_id(connection, [number]))]
