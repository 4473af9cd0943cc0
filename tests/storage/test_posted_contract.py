"""Messages of applications: stored only with a consent (R7), once for one key, and told what became of them."""

from __future__ import annotations

import pytest
from given import NOW, appeal, at, decide, heads, submitted
from sqlalchemy import select

from states.dialogue import Dialogue
from states.events import RequestPosted
from storage.db.database import Database
from storage.db.schema import api_key
from storage.inbox import inbox
from storage.ops import posted
from storage.ops.posted import Outcome
from storage.privacy import community_key, forgetting
from storage.records import api_keys, appeals
from storage.records.api_keys import ApiKey

WHO, SOURCE, KEY, HASH = 5, -77, "api|one", "hash"
EVENT = RequestPosted(WHO, SOURCE, "Двор", "pothole", "miass", "Яма", NOW, "улица Мира, 1")


async def agreed(db: Database, consent: str = HASH) -> None:
    await db.run(lambda tx: appeals.keep_dialogues(tx, [Dialogue(WHO, consent=consent)]))


async def put(db: Database, key: str = KEY) -> bool:
    return await db.run(lambda tx: posted.put_in(tx, key, EVENT, HASH))


async def outcome(db: Database, key: str = KEY) -> Outcome | None:
    return await db.run(lambda tx: posted.outcome(tx, WHO, key, SOURCE))


class TestPosted:
    async def test_without_a_consent_to_this_text_nothing_is_stored(self, db: Database) -> None:
        assert not await put(db)
        await agreed(db, "older text")
        assert not await put(db) and await heads(db) == [] and await outcome(db) is None

    async def test_sent_twice_it_is_there_once(self, db: Database) -> None:
        await agreed(db)
        assert await put(db) and await put(db)
        (row,) = await heads(db)
        assert (row.peer, row.key, row.kind) == (WHO, KEY, "internal")
        assert await outcome(db) == Outcome(), "it waits"
        assert await outcome(db, "api|other") is None

    async def test_after_its_row_is_gone_it_is_known_by_its_number(self, db: Database) -> None:
        await agreed(db)
        one = appeal("1125-AAAA", WHO, SOURCE)
        await decide(db, submitted(one), WHO)
        assert await put(db) and await heads(db) == []
        assert await outcome(db) == Outcome(code="1125-AAAA")

    async def test_a_refusal_and_a_failure_are_told(self, db: Database) -> None:
        await agreed(db)
        await put(db)
        (row,) = await heads(db)
        await db.run(lambda tx: inbox.finish(tx, [(row, "слишком много")], NOW))
        assert await outcome(db) == Outcome(refused="слишком много")
        await put(db, "api|two")
        (row,) = await heads(db)
        await db.run(lambda tx: inbox.dead(tx, [row], reason="KeyError", now=NOW))
        assert await outcome(db, "api|two") == Outcome(failed=True)


class TestKeys:
    @pytest.fixture
    async def given(self, db: Database) -> ApiKey:
        one = ApiKey("d" * 64, WHO, "Двор", NOW)
        await db.run(lambda tx: api_keys.give(tx, one))
        return one

    async def test_a_key_is_known_until_it_is_revoked(self, db: Database, given: ApiKey) -> None:
        assert await db.run(lambda tx: api_keys.key_of_digest(tx, given.digest)) == given
        assert await db.run(api_keys.all_keys) == [given] and given.code == "dddddddd"
        await db.run(lambda tx: api_keys.revoke(tx, given.digest))
        assert await db.run(lambda tx: api_keys.key_of_digest(tx, given.digest)) is None

    async def test_its_name_is_sealed_and_outlives_a_new_community_key(self, db: Database, given: ApiKey) -> None:
        (row,) = await db.run(lambda tx: tx.rows(select(api_key)))
        assert "Двор" not in row["name"]
        await db.run(community_key.renew)
        (anew,) = await db.run(lambda tx: tx.rows(select(api_key)))
        assert anew["name"] != row["name"] and await db.run(api_keys.all_keys) == [given]

    async def test_who_is_forgotten_has_no_keys_any_more(self, db: Database, given: ApiKey) -> None:
        await agreed(db)
        assert await db.run(lambda tx: forgetting.erase(tx, WHO, at(9))) is not None
        assert await db.run(api_keys.all_keys) == []
