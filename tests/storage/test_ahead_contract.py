"""A clock jumps a day or a year ahead and is set: what it put off goes on at once, on both engines (F23)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from given import NOW, ingest, message, say, send, take
from given import heads as next_events
from sqlalchemy import select

from bot.upkeep.members import due
from states.effects import StartTimer
from states.people.chats import Chat
from storage.db.database import Database
from storage.db.schema import outbox, timer
from storage.inbox import inbox, timers
from storage.ops.ahead import LONGEST, bring_back
from storage.outbox import outcomes

AHEAD = [timedelta(days=1), timedelta(days=365)]
WEEK = timedelta(days=7)


async def set_right(db: Database, now: datetime = NOW) -> int:
    return await db.run(lambda tx: bring_back(tx, now))


@pytest.mark.parametrize("ahead", AHEAD, ids=["a day", "a year"])
class TestAhead:
    async def test_an_event_that_raised_is_tried_again(self, db: Database, ahead: timedelta) -> None:
        """And nothing behind it in the dialogue waits a year."""
        await ingest(db, message(5, 1))
        (row,) = await next_events(db)
        await db.run(lambda tx: inbox.retry(tx, row, reason="ValueError", now=NOW + ahead))
        assert await next_events(db) == []
        assert await set_right(db) == 1
        assert [event.id for event in await next_events(db)] == [row.id]

    async def test_a_message_that_was_put_off_leaves(self, db: Database, ahead: timedelta) -> None:
        await say(db, send(5, "a"))
        (row,) = await take(db)
        due_at = NOW + ahead + timedelta(minutes=5)
        await db.run(lambda tx: outcomes.defer(tx, row.id, row.fencing_token, due_at, unknown=False, reason="9"))
        assert await take(db) == [] and await set_right(db) == 1
        assert [again.cause for again in await take(db)] == ["a"]

    async def test_an_answer_that_can_still_be_undone_waits_as_long_as_it_should(
        self, db: Database, ahead: timedelta
    ) -> None:
        held = send(5, "a", not_before=NOW + ahead + timedelta(seconds=30))
        await say(db, held, now=NOW + ahead)
        await say(db, send(6, "b", not_before=NOW + timedelta(days=30)))
        assert await set_right(db) == 1
        rows = await db.run(lambda tx: tx.rows(select(outbox.c.cause, outbox.c.not_before, outbox.c.created_at)))
        assert {row["cause"]: row["not_before"] - NOW for row in rows} == {
            "a": timedelta(seconds=30), "b": timedelta(days=30),
        }  # fmt: skip
        assert all(row["created_at"] == NOW for row in rows)

    async def test_a_timer_comes_due_no_later_than_it_ever_does(self, db: Database, ahead: timedelta) -> None:
        """A term of people is theirs, however far."""
        far = NOW + ahead + timedelta(seconds=4)
        names = (*LONGEST, "due", "resume")
        await db.run(lambda tx: timers.change(tx, [StartTimer(name, "1", 5, far) for name in names]))
        await set_right(db)
        rows = await db.run(lambda tx: tx.rows(select(timer.c.name, timer.c.at)))
        at = {row["name"]: row["at"] for row in rows}
        assert at["due"] == at["resume"] == far
        assert all(at[name] == min(far, NOW + longest) for name, longest in LONGEST.items())

    async def test_the_last_look_at_an_answer_is_a_day_later_and_no_start_brings_it_forward(
        self, db: Database, ahead: timedelta
    ) -> None:
        """An official may change the message until then (R32); words that still wait to be read do not wait for it."""
        day, far = NOW + timedelta(hours=23), NOW + ahead + timedelta(hours=23)
        keys = {"1127-K7QF 5 +++9f": day, "1127-K7QF 6 +++9f": far, "1127-K7QF 7 9f": far}
        await db.run(lambda tx: timers.change(tx, [StartTimer("source", key, 5, at) for key, at in keys.items()]))
        await set_right(db)
        rows = await db.run(lambda tx: tx.rows(select(timer.c.key, timer.c.at)))
        assert {row["key"]: row["at"] - NOW for row in rows} == dict(
            zip(keys, (timedelta(hours=23), timedelta(days=1), timedelta(hours=1)), strict=True)
        )

    async def test_a_week_later_nothing_is_left(self, db: Database, ahead: timedelta) -> None:
        """And looking twice moves nothing."""
        await db.run(lambda tx: timers.change(tx, [StartTimer(name, "1", 5, NOW + ahead) for name in LONGEST]))
        await set_right(db)
        assert await set_right(db) == 0
        fired = await db.run(lambda tx: timers.fire(tx, NOW + WEEK, 100))
        assert fired == len(LONGEST) - 2, "two are read from VK first"

    async def test_nobody_waits_for_a_clock_that_is_behind_either(self, db: Database, ahead: timedelta) -> None:
        behind = NOW - ahead
        await db.run(lambda tx: timers.change(tx, [StartTimer("pause", "1", 5, NOW + timedelta(seconds=4))]))
        await say(db, send(5, "a", not_before=NOW + timedelta(seconds=30)))
        assert await set_right(db, behind) == 2
        assert await db.run(lambda tx: timers.fire(tx, behind + timedelta(minutes=1), 100)) == 1
        assert [row.cause for row in await take(db, behind + timedelta(minutes=1))] == ["a"]

    def test_a_list_of_a_chat_of_the_future_is_asked_for_again(self, db: Database, ahead: timedelta) -> None:
        """Rights that were taken away meanwhile are noticed."""
        chat = Chat(2_000_000_001, "roads", NOW, listed_at=NOW + ahead)
        assert due(chat, NOW) and not due(chat, NOW + ahead)
