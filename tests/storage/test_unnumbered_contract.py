"""A reply to a message of ours whose number is not known yet waits for it, and for nothing else (I3)."""

from __future__ import annotations

from datetime import datetime

from given import NOW, at, heads, ingest, look, message, say, send, sent, take

from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.inbox import inbox
from storage.outbox import outcomes
from storage.outbox.enqueue import LOOKS, Outgoing
from storage.unit_of_work import awaiting_ack


async def early(db: Database, now: datetime = NOW) -> bool:
    (row,) = await heads(db, now)
    return bool(await db.run(lambda tx: awaiting_ack.awaiting(tx, [row.id])))


async def lost(tx: Transaction, row: Outgoing, again: datetime) -> bool:
    """VK's answer to it, or to the look for it."""
    return await outcomes.defer(tx, row.id, row.fencing_token, again, unknown=True, reason="")


class TestWhoIsEarly:
    async def test_while_it_is_being_sent(self, db: Database) -> None:
        await say(db, send(5, "a"))
        (row,) = await take(db)
        await ingest(db, message(5, 1), now=at(1))
        assert await early(db, at(1))
        assert await sent(db, row, 2, at(2))
        assert not await early(db, at(2))

    async def test_while_its_answer_is_lost_but_not_for_ever(self, db: Database) -> None:
        await say(db, send(5, "a"))
        (row,) = await take(db)
        await db.run(lambda tx: lost(tx, row, at(1)))
        await ingest(db, message(5, 1), now=at(1))
        now = at(1)
        for looks in range(LOOKS + 1):
            assert await early(db, now), looks
            now = at(2 + looks)
            (row,) = await look(db, now)
            await db.run(lambda tx, row=row, now=now: lost(tx, row, now))
        assert not await early(db, now), "VK was asked in vain long enough"

    async def test_not_for_what_left_after_it_came_or_waits_or_is_in_another_dialogue(self, db: Database) -> None:
        await ingest(db, message(5, 1), now=NOW)
        assert not await early(db), "nothing of ours is there"
        await say(db, send(6, "other"))
        await take(db)
        assert not await early(db), "another dialogue"
        await say(db, send(5, "waits"))
        assert not await early(db), "it has not begun to leave"
        await take(db, at(1))
        assert not await early(db), "it cannot be a reply to what left after it"

    async def test_nothing_is_asked_about_nothing(self, db: Database) -> None:
        assert await db.run(lambda tx: awaiting_ack.awaiting(tx, [])) == set()


async def test_what_waits_holds_up_its_dialogue_only_and_no_try_is_counted(db: Database) -> None:
    await ingest(db, message(5, 1), message(5, 2), message(6, 1))
    rows = await heads(db)
    (mine,) = [row for row in rows if row.peer == 5]
    for second in range(1, 10):
        due = at(second)
        await db.run(lambda tx, due=due: awaiting_ack.put_off(tx, [mine], due))
    assert [head.peer for head in await heads(db, at(8))] == [6]
    assert await db.run(lambda tx: inbox.next_retry_at(tx, at(8))) == at(9)
    again = {head.peer: head for head in await heads(db, at(9))}
    assert (again[5].key, again[5].attempts) == ("m:1", 0)
