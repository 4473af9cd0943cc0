"""What recovery reads of a copy that was put back, and writes into it, on both engines (delivery.md §13)."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from given import (
    CHAT,
    CUR_CHAT,
    MASTER,
    NOW,
    C,
    answer,
    appeal,
    at,
    decide,
    heads,
    identity,
    ingest,
    message,
    say,
    send,
    sent,
    states,
    submitted,
    take,
)
from sqlalchemy import select, text

from bot.delivery import recovery as step
from states.decision import Decision
from states.dialogue import AskingConsent, Dialogue
from states.effects import AnswerButton, Edit, SendHeld, Source, StartTimer
from states.events import TimerFired
from storage.db.database import Database
from storage.db.migrations import migrate
from storage.db.schema import inbox as inbox_table
from storage.db.schema import timer
from storage.inbox import inbox, timers
from storage.inbox.inbox import Arrived
from storage.ops import recovery, recovery_mark
from storage.ops.recovery import Watermark
from storage.ops.recovery_mark import RecoveryMark
from storage.outbox import enqueue
from storage.outbox.enqueue import OutboxState
from storage.privacy import forgetting

LEASE = timedelta(seconds=90)


async def held(db: Database) -> list[int]:
    waits = await db.run(lambda tx: recovery.waiting(tx, NOW))
    await db.run(lambda tx: recovery.hold(tx, [wait.row for wait in waits], NOW))
    return [wait.row.id for wait in waits]


class TestTheMark:
    async def test_it_frees_the_lanes_and_counts_what_waits(self, db: Database) -> None:
        await say(db, send(5, "a"), send(5, "b"), Edit(5, "e", "a", "текст"))
        await take(db)
        assert await db.run(lambda tx: recovery_mark.mark(tx, NOW, "then")) == 2
        assert await db.run(recovery_mark.read_mark) == RecoveryMark(NOW.isoformat(), "then")
        assert await db.of(C + 1).run(recovery_mark.read_mark) is None, "each community by itself"

    async def test_one_worker_has_it_until_its_lease_ends(self, db: Database) -> None:
        await db.run(lambda tx: recovery_mark.mark(tx, NOW))

        async def taken(worker: str, seconds: float) -> RecoveryMark | None:
            return await db.run(lambda tx: recovery_mark.take(tx, worker, at(seconds), LEASE))

        first = await taken("1", 0)
        assert first is not None and first.since == NOW
        assert await taken("2", 30) is None
        again = await taken("1", 60)
        assert again is not None and again.since == NOW, "a kill does not prolong the wait"
        assert await taken("2", 149) is None
        assert await taken("2", 151) is not None
        await db.run(recovery_mark.remove)
        assert await taken("2", 152) is None


class TestHowFarTheCopyKnows:
    async def marks(self, db: Database, **heads_: int) -> dict[int, Watermark]:
        of = {int(who[1:]): last for who, last in heads_.items()}
        return await db.run(lambda tx: recovery.watermarks(tx, of))

    async def test_up_to_the_end_of_the_unbroken_row(self, db: Database) -> None:
        await ingest(db, message(5, 1), message(5, 2))
        await done(db)
        await say(db, send(5, "a"))
        (row,) = await take(db)
        await sent(db, row, 4)
        assert await self.marks(db, p5=6, p6=3) == {5: Watermark(2, frozenset({4})), 6: Watermark(0)}
        assert await self.marks(db, p5=2) == {}

    async def test_not_what_waits_in_it(self, db: Database) -> None:
        await ingest(db, message(5, 1))
        await done(db)
        await ingest(db, message(5, 2), message(5, 3))
        assert await self.marks(db, p5=3) == {5: Watermark(1)}

    async def test_nor_what_may_have_arrived_while_its_answer_was_awaited(self, db: Database) -> None:
        """VK shows no ids in its echo, so the number was learned and the row was not."""
        await ingest(db, message(5, 1))
        await done(db)
        await say(db, send(5, "a"))
        await take(db)
        await db.run(lambda tx: inbox.ingest(tx, [], now=NOW, own=[(5, 2)]))
        assert await self.marks(db, p5=2) == {5: Watermark(1)}

    async def test_with_what_waits_in_vk_for_a_consent(self, db: Database) -> None:
        await ingest(db, message(5, 1, content=False), message(5, 2, content=False))
        await decide(db, Decision(dialogue=Dialogue(5, AskingConsent((2,), NOW))), 5)
        await done(db)
        assert await self.marks(db, p5=2) == {}, "nothing is above"
        assert await self.marks(db, p5=3) == {5: Watermark(1)}

    async def test_nothing_of_before_an_erasure(self, db: Database) -> None:
        """R14: in the copy, or on the list only."""
        await ingest(db, message(5, 1), message(5, 2))
        await done(db)
        await db.run(lambda tx: forgetting.erase(tx, 5, NOW, force=True))
        assert await self.marks(db, p5=4) == {5: Watermark(2)}
        await ingest(db, message(5, 3))
        await done(db)
        assert await self.marks(db, p5=4) == {5: Watermark(3)}

    async def test_when_we_said_something_last(self, db: Database) -> None:
        assert await db.run(recovery.last_said) is None
        await say(db, send(5, "a"))
        (row,) = await take(db)
        await sent(db, row, 3, at(7))
        assert await db.run(recovery.last_said) == at(7)


class TestWhatWaited:
    async def test_it_is_held_and_leaves_under_its_own_id_when_people_say_so(self, db: Database) -> None:
        await say(db, send(5, "a", not_before=at(30)), send(5, "f", copy=Source(CHAT, (4,))))
        before = {one.row.cause: one.row.random_id for one in await db.run(lambda tx: recovery.waiting(tx, NOW))}
        rows = await held(db)
        assert (
            await states(db) == {"a": OutboxState.CANCELLED, "f": OutboxState.CANCELLED}
            and await take(db, at(3600)) == []
        )
        assert (await identity(db))["balanced"]
        await decide(db, Decision(effects=tuple(SendHeld(row) for row in rows)))
        assert (
            await states(db) == {"a": OutboxState.READY, "f": OutboxState.PREPARING}
            and (await identity(db))["balanced"]
        )
        (first,) = await take(db)
        assert (first.cause, first.random_id) == ("a", before["a"])
        await decide(db, Decision(effects=(SendHeld(rows[0]),)))
        assert (await states(db))["a"] == OutboxState.IN_FLIGHT, "a second press changes nothing"

    async def test_what_was_taken_back_stays_gone(self, db: Database) -> None:
        await say(db, send(5, "a"))
        (row,) = [one.row for one in await db.run(lambda tx: recovery.waiting(tx, NOW))]
        await db.run(lambda tx: enqueue.cancel_all(tx, ["a"], NOW))
        await decide(db, Decision(effects=(SendHeld(row.id),)))
        assert await states(db) == {"a": OutboxState.CANCELLED}

    async def test_spinners_are_over_edits_go_on(self, db: Database) -> None:
        await say(db, AnswerButton("e1", 5, 5, "…"), Edit(5, "e", "a", "текст"))
        assert await held(db) == []
        assert await states(db) == {"button|e1": OutboxState.CANCELLED, "e": OutboxState.READY}

    async def test_what_vk_shows_is_sent_in_the_form_it_took(self, db: Database) -> None:
        await decide(db, submitted(appeal("1125-AAAA", 5)))
        await say(db, answer(5, "a", "1125-AAAA"))
        (one,) = await db.run(lambda tx: recovery.waiting(tx, NOW))
        await db.run(lambda tx: recovery.record_shown(tx, [(one.row, 9, 2)], NOW))
        assert await states(db) == {"a": OutboxState.SENT}
        (told,) = [row for row in await heads(db) if row.kind == "internal"]
        assert told.key.startswith("delivery|a|sent") and "cmid" in told.raw

    async def test_a_void_card_is_known_by_its_number(self, db: Database) -> None:
        await say(db, send(CHAT, "void"))
        await db.run(lambda tx: recovery.said_as(tx, {"void": 9}, NOW))
        assert await states(db) == {"void": OutboxState.SENT} and (await identity(db))["balanced"]


class TestWhatIsOver:
    async def test_timers_of_the_window_do_not_fire(self, db: Database) -> None:
        clocks = [StartTimer("pause", "5", 5, at(-5)), StartTimer("due_half", "1125-AAAA", 5, at(60))]
        await db.run(lambda tx: timers.change(tx, [*clocks, StartTimer("spikes", "spikes", 0, at(-5))]))
        fired = TimerFired("draft", "6", 6, at(-9))
        await db.run(
            lambda tx: inbox.enqueue_internal(tx, [(6, "timer|draft|6|1", fired), (0, "timer|spikes|s|2", fired)], NOW)
        )
        dropped = await db.run(lambda tx: recovery.drop_timers(tx, NOW, NOW))
        assert [(one.name, one.key, one.peer) for one in dropped] == [("pause", "5", 5), ("draft", "6", 6)]
        left = await db.run(lambda tx: tx.rows(select(timer.c.name).order_by(timer.c.name)))
        assert [row["name"] for row in left] == ["due_half", "spikes"] and await heads(db) == []

    async def test_presses_and_edits_of_the_copy_are_over_fates_are_not(self, db: Database) -> None:
        await ingest(db, Arrived("button", CHAT, "e:1", "{}"), Arrived("edit", 5, "e:2", "{}"))
        fired = TimerFired("x", "y", 6, NOW)
        kept = [(6, key, fired) for key in ("delivery|a|sent|1", "panel|0|1125-AAAA", "api|0")]
        await db.run(lambda tx: inbox.enqueue_internal(tx, kept, NOW))
        await db.run(lambda tx: recovery.drop_timers(tx, NOW, NOW))
        assert [row.key for row in await heads(db)] == ["delivery|a|sent|1"]

    async def test_words_are_known_and_handled_by_nobody(self, db: Database) -> None:
        await ingest(db, message(5, 1, raw="слова"))
        await db.run(lambda tx: recovery.end(tx, [message(5, 1), message(5, 2, content=False)], NOW))
        rows = await db.run(lambda tx: tx.rows(select(inbox_table).order_by(inbox_table.c.cmid)))
        assert [(row["state"], row["reason"], row["raw"]) for row in rows] == [("ignored", recovery.HANDLED, "")] * 2
        assert (await identity(db))["balanced"]

    async def test_so_is_what_waited_where_nobody_could_look(self, db: Database) -> None:
        """A code in a chat that is not bound, a dialogue that VK hides; not what came later."""
        late = Arrived("message", 6, "m:2", "{}", cmid=2, at=at(60))
        before = [Arrived("message", who, "m:1", "{}", cmid=1, at=at(-5)) for who in (5, 6, CHAT, CUR_CHAT)]
        await ingest(db, *before, late)
        await db.run(lambda tx: recovery.end_unread(tx, [5, CUR_CHAT], [6], NOW, NOW))
        rows = await db.run(lambda tx: tx.rows(select(inbox_table).where(inbox_table.c.state == "new")))
        assert sorted((row["peer"], row["cmid"]) for row in rows) == [(5, 1), (6, 2), (CUR_CHAT, 1)]

    async def test_which_numbers_the_copy_knows(self, db: Database) -> None:
        await decide(db, submitted(appeal("1125-AAAA", 5)))
        known = await db.run(lambda tx: recovery.known_numbers(tx, ["1125-AAAA", "1125-BBBB"]))
        assert known == {"1125-AAAA"}


async def done(db: Database) -> None:
    rows = await heads(db)
    while rows:
        await db.run(lambda tx, rows=rows: inbox.finish(tx, [(row, None) for row in rows], NOW))
        rows = await heads(db)


async def test_what_the_replay_needed_leaves_by_a_migration(url: str) -> None:
    """0005, there and back, on a filled database."""
    await migrate(url, "0004", master=MASTER)
    await migrate(url, master=MASTER)
    db = await Database.open(url, master=MASTER, community=C)
    await say(db, send(5, "a"))
    await db.close()
    await migrate(url, "0004", master=MASTER)
    await migrate(url, master=MASTER)
    again = await Database.open(url, master=MASTER, community=C)
    assert await states(again) == {"a": "ready"}
    with pytest.raises(Exception, match="cause_at"):
        await again.run(lambda tx: tx.rows(text("SELECT cause_at FROM outbox")))
    await again.close()


async def test_a_worker_waits_until_the_one_that_has_the_mark_is_done(db: Database) -> None:
    await db.run(lambda tx: recovery_mark.mark(tx, NOW))
    await db.run(lambda tx: recovery_mark.take(tx, "1", NOW, LEASE))
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 3:
            await db.run(recovery_mark.remove)

    clock = SimpleNamespace(now=lambda: NOW, sleep=sleep)
    bot: Any = SimpleNamespace(db=db, community=C, clock=clock, settings=SimpleNamespace(worker=2))
    await step.run(bot)
    assert len(slept) == 3
