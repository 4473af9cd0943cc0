"""An older copy put back (delivery.md §13, F24): nothing that may have been said leaves before a look at VK."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from given import (
    CHAT,
    MASTER,
    NOW,
    C,
    answer,
    appeal,
    at,
    decide,
    look,
    message,
    say,
    send,
    sent,
    states,
    submitted,
    take,
)
from sqlalchemy import select, update

from states.decision import Decision
from states.effects import Edit, Release, Send, Source, StartTimer
from states.events import Outcome
from storage.db.database import Database
from storage.db.schema import inbox as inbox_table
from storage.db.schema import lane, meta
from storage.db.schema import outbox as table
from storage.db.transaction import Transaction
from storage.inbox import inbox, timers
from storage.inbox.inbox import Arrived
from storage.legacy import restored
from storage.outbox import enqueue, fallback, outcomes
from storage.outbox.enqueue import LOOKS, Outgoing, State
from storage.outbox.outcomes import Delivered
from storage.outbox.random_ids import Wanted, candidate
from storage.unit_of_work import decisions, facts

LATER = NOW + timedelta(hours=1)


async def put_back(db: Database, now: datetime = NOW) -> int:
    """What `bot restore` does to the copy, and the bot's first start."""
    marked = await db.run(lambda tx: restored.mark(tx, C, now, "then"))
    assert await db.run(lambda tx: restored.resume(tx, C, now)) == "then"
    return marked


async def row_of(db: Database, cause: str) -> Any:
    return await db.run(lambda tx: tx.row(select(table).where(table.c.cause == cause)))


async def lost(tx: Transaction, row: Outgoing, again: datetime) -> bool:
    """VK would not show it."""
    return await outcomes.later(tx, C, row.id, row.epoch, again, unknown=True, reason="")


class TestWhatTheCopyHeld:
    async def test_it_is_looked_for_before_it_leaves(self, db: Database) -> None:
        await db.run(lambda tx: inbox.ingest(tx, C, [message(5, 1), message(5, 2)], now=NOW))
        await say(db, send(5, "a"), send(5, "b"), Edit(5, "e", "a", "текст"))
        assert await put_back(db) == 2
        assert await states(db) == {"a": State.UNKNOWN, "b": State.UNKNOWN, "e": State.READY}
        assert await take(db) == [], "an edit waits behind what may be under way, too"
        (first,) = await look(db)
        assert (first.cause, first.attempts, first.probe_from) == ("a", 0, 2)
        assert await look(db) == [], "one of a lane at a time"
        assert await sent(db, first, 3)
        (second,) = await look(db)
        assert (second.cause, second.attempts, second.probe_from) == ("b", 0, 2)
        assert await db.run(lambda tx: outcomes.absent(tx, C, second.id, second.epoch, NOW))
        (flying,) = await take(db)
        assert (flying.cause, flying.attempts, flying.random_id) == ("b", 1, second.random_id)

    async def test_the_first_of_a_lane_has_the_first_choice_of_what_vk_shows(self, db: Database) -> None:
        """Two screens in the same words, VK shows no ids: the second took the number of the first, which VK then called
        repeated for ever (F8, I8; combinations seed 4300963)."""
        await say(db, send(5, "a"), send(5, "b"))
        await put_back(db)
        for looks in range(LOOKS + 1):
            (row,) = await look(db, at(looks))
            assert row.cause == "a", looks
            again = at(looks + (1 if looks < LOOKS else 60))
            await db.run(lambda tx, row=row, at=again: lost(tx, row, at))
            assert looks == LOOKS or await look(db, at(looks + 0.5)) == [], "the other waits for it"
        (row,) = await look(db, at(LOOKS + 1))
        assert row.cause == "b", "but not for ever"

    @pytest.mark.parametrize(
        ("cause", "seconds", "behind"),
        [
            (f"v1|{C}|screen|5|9|0", 0, 9),
            (f"v1|{C}|screen|5|9.door|1", 0, 9),
            (f"v1|{C}|screen|5|pause.261106|0", 0.9, 2),
            (f"v1|{C}|screen|5|pause.261106|0", 1, 9),
            (f"v1|{C}|screen|5|1|0", 0, 2),
            (f"v1|{C}|screen|5|123456789012|0", 0, 2),
            (f"v1|{C}|screen|6|9|0", 0, 2),
            (f"v1|{C}|status|5|9|0", 0, 2),
            ("a", 0, 2),
            ("a", 1, 9),
        ],
    )
    async def test_an_answer_stands_behind_what_it_answers(
        self, db: Database, cause: str, seconds: float, behind: int
    ) -> None:
        """Combinations seed 3800025: the question of before was taken for the answer to «Даю согласие» (I8). Seed 6595:
        the topics asked for after a pause, for those of a draft that was given up."""
        await db.run(lambda tx: inbox.ingest(tx, C, [message(5, 1), message(5, 2)], now=NOW))
        await put_back(db)
        await db.run(lambda tx: inbox.ingest(tx, C, [message(5, number) for number in range(3, 10)], now=NOW))
        await say(db, send(5, cause), now=at(seconds))
        (row,) = await look(db)
        assert (row.cause, row.probe_from) == (cause, behind)

    async def test_files_are_moved_only_when_it_is_proven_absent(self, db: Database) -> None:
        await say(db, send(5, "a", copy=Source(CHAT, (4,))))
        await put_back(db)
        (row,) = await look(db)
        await db.run(lambda tx: outcomes.absent(tx, C, row.id, row.epoch, NOW))
        assert await states(db) == {"a": State.PREPARING}
        (row,) = await take(db)
        assert not row.uploaded

    async def test_what_is_parked_is_looked_for_when_it_is_released(self, db: Database) -> None:
        await say(db, send(5, "a"), send(5, "b"))
        (first,) = await take(db)
        await db.run(lambda tx: outcomes.park(tx, C, first.id, first.epoch, Outcome.RECIPIENT_CLOSED, 901, NOW))
        assert await put_back(db) == 2
        await decide(db, Decision(effects=(Release(5),)), peer=5)
        assert await states(db) == {"a": State.UNKNOWN, "b": State.UNKNOWN}
        (one,) = await look(db)
        await db.run(lambda tx: outcomes.absent(tx, C, one.id, one.epoch, NOW))
        assert (await row_of(db, "a"))["look_first"] == 0

    async def test_leases_are_dropped_and_a_full_sweep_follows(self, db: Database) -> None:
        await say(db, send(5, "a"))
        await take(db, worker="gone")
        await db.run(lambda tx: tx.execute(meta.insert(), {"community_id": C, "name": "swept", "value": "x"}))
        assert await put_back(db) == 0, "what was in flight is unknown at every start"
        lanes = await db.run(lambda tx: tx.rows(select(lane.c.owner, lane.c.lease_until)))
        assert [tuple(row.values()) for row in lanes] == [(None, None)]
        names = {row["name"] for row in await db.run(lambda tx: tx.rows(select(meta.c.name)))}
        assert "swept" not in names and {"restored_at"} <= names

    async def test_an_answer_proven_absent_can_still_be_taken_back(self, db: Database) -> None:
        """What was never tried has certainly not left; what was tried and looked for may be under way."""
        await decide(db, submitted(appeal("1125-AAAA")))
        await say(db, answer(5, "a", "1125-AAAA", not_before=LATER))
        await put_back(db)
        (row,) = await look(db)
        await db.run(lambda tx: outcomes.absent(tx, C, row.id, row.epoch, NOW))
        found = await db.run(lambda tx: tx.rows(facts._UNSENT, {"of": C, "codes": ["1125-AAAA"]}))
        assert [one["origin"] for one in found] == ["a"]


    @pytest.mark.parametrize(
        ("own", "lead", "other", "line", "doubted"),
        [
            (State.UNKNOWN, State.UNKNOWN, State.UNKNOWN, State.SENT, None),
            (State.UNKNOWN, State.DEAD, State.UNKNOWN, State.SENT, True),
            (State.UNKNOWN, State.SENT, State.UNKNOWN, State.SENT, False),
            (State.SENT, State.UNKNOWN, State.UNKNOWN, State.SENT, False),
            (State.UNKNOWN, State.DEAD, State.SENT, State.SENT, False),
            (State.UNKNOWN, State.READY, State.UNKNOWN, State.UNKNOWN, None),
            (State.UNKNOWN, State.READY, State.UNKNOWN, State.CANCELLED, False),
        ],
    )
    async def test_an_answer_to_many_may_have_been_taken_back_from_all_of_them(
        self, db: Database, own: State, lead: State, other: State, line: State, doubted: bool | None
    ) -> None:
        """T6, F24: one of an incident read what the chat was told nobody had got (I3, seeds 3935, 8899)."""
        answers = (answer(5, "lead", "1125-AAAA"), answer(6, "own", "1125-BBBB"), answer(7, "other", "1125-CCCC"))
        await say(db, *answers, send(CHAT, "line"))
        await put_back(db)
        for cause, state in (("own", own), ("lead", lead), ("other", other), ("line", line)):
            stands = update(table).where(table.c.cause == cause).values(state=state)
            await db.run(lambda tx: tx.execute(stands))  # noqa: B023
        doubt = await db.run(lambda tx: restored.taken_back(tx, C, "own", "lead", ["other"], "line"))
        assert doubt is doubted
        if lead is State.UNKNOWN:
            of_lead = await db.run(lambda tx: restored.taken_back(tx, C, "lead", "lead", ["own", "other"], "line"))
            assert of_lead is (State.SENT not in (own, other)), "of the leading one the others are the proof"

    async def test_whose_words_a_cause_are(self, db: Database) -> None:
        await say(db, answer(5, "lead", "1125-AAAA"), send(CHAT, "line"))
        found = [await db.run(lambda tx: restored.appeal_of(tx, C, one)) for one in ("lead", "line", "nobody's")]  # noqa: B023
        assert found == ["1125-AAAA", None, None]


class TestWhatIsMadeAnew:
    @pytest.mark.parametrize(
        ("happened", "state"),
        [(NOW - timedelta(days=1), State.UNKNOWN), (NOW, State.UNKNOWN), (LATER, State.READY), (None, State.UNKNOWN)],
    )
    async def test_only_what_follows_from_before_is_looked_for(
        self, db: Database, happened: datetime | None, state: State
    ) -> None:
        await db.run(lambda tx: inbox.ingest(tx, C, [message(5, 1)], now=NOW))
        await put_back(db)
        await db.run(lambda tx: inbox.ingest(tx, C, [message(5, 2), message(5, 3)], now=NOW))
        await db.run(lambda tx: enqueue.add(tx, C, [send(5, "a"), send(6, "b")], LATER, [happened, happened]))
        assert await states(db) == {"a": state, "b": state}
        wanted = (1, 0) if state is State.UNKNOWN else (None, None)
        assert ((await row_of(db, "a"))["probe_from"], (await row_of(db, "b"))["probe_from"]) == wanted

    async def test_a_button_that_comes_days_later_is_a_new_one(self, db: Database) -> None:
        await put_back(db)
        days = NOW + timedelta(days=2)
        await db.run(lambda tx: enqueue.add(tx, C, [send(5, "a")], days, [None]))
        assert await states(db) == {"a": State.READY}

    async def test_without_a_restore_nothing_is(self, db: Database) -> None:
        await db.run(lambda tx: enqueue.add(tx, C, [send(5, "a")], NOW, [NOW - timedelta(days=9)]))
        assert await states(db) == {"a": State.READY}
        assert await db.run(lambda tx: restored.resume(tx, C, NOW)) is None

    async def test_the_time_goes_through_timers_and_reports(self, db: Database) -> None:
        """Message → timer → message with a report → event → message: all of it may have been said before."""
        await put_back(db)
        old = NOW - timedelta(hours=2)
        await db.run(lambda tx: inbox.ingest(tx, C, [Arrived("event", 5, "e:1", "{}", at=old)], now=LATER))
        await keep(db, Decision(effects=(StartTimer("pause", "5", 5, at(7200)),)), LATER)
        assert await db.run(lambda tx: timers.fire(tx, C, at(7200), 10)) == 1
        await keep(db, Decision(effects=(Send(5, "a", "текст", report=True),)), at(7200))
        (row,) = await look(db, at(7200))
        assert row.cause == "a"
        await sent(db, row, 3, at(7201))
        (told,) = await db.run(lambda tx: tx.rows(select(inbox_table.c.at).where(inbox_table.c.key.like("delivery%"))))
        assert told["at"] == old
        await keep(db, Decision(effects=(send(6, "b"),)), at(7202))
        assert (await states(db))["b"] == State.UNKNOWN

    async def test_a_simpler_form_is_looked_for_too(self, db: Database) -> None:
        await put_back(db)
        await say(db, send(5, "a", forward=Source(5, (1,)), fallback="слова"))
        (row,) = await look(db)
        await db.run(lambda tx: outcomes.absent(tx, C, row.id, row.epoch, NOW))
        (row,) = await take(db)
        assert await db.run(lambda tx: fallback.degrade(tx, C, row.id, row.epoch, NOW, code=921))
        assert (await states(db))["a|d1"] == State.UNKNOWN

    async def test_the_form_that_vk_took_after_the_copy_was_made_is_known_by_its_id(self, db: Database) -> None:
        """F19 after F24: the copy holds the form that VK refused later (simulation, seed 7000415)."""
        await say(db, send(5, "a", forward=Source(5, (1,)), fallback="слова"))
        await put_back(db)
        (row,) = await look(db)
        key = await db.run(lambda tx: fixed(tx.key))
        ids = [candidate(key, Wanted(5, f"a|d{level}"), 0) for level in (1, 2, 3, 4)]
        assert row.level == 0 and list(row.simpler) == ids
        delivered = [Delivered(row.id, 7, own=True, simpler=2)]
        assert await db.run(lambda tx: outcomes.sent_all(tx, C, delivered, NOW)) == set()
        kept = await row_of(db, "a")
        assert (kept["state"], kept["cmid"], kept["level"]) == (State.SENT, 7, 2)

    async def test_without_a_restore_there_is_no_other_form(self, db: Database) -> None:
        await say(db, send(5, "a"))
        (row,) = await take(db)
        await db.run(lambda tx: outcomes.later(tx, C, row.id, row.epoch, NOW, unknown=True, reason=""))
        (row,) = await look(db, LATER)
        assert row.simpler == ()

    async def test_it_is_remembered_over_restarts(self, db: Database, migrated: str) -> None:
        await put_back(db)
        again = Database(db._store, 0, MASTER)
        await again._prepare(migrated)
        assert await again.run(lambda tx: restored.resume(tx, C, LATER)) is None, "only the first start counts"
        await say(again, send(5, "a"))
        assert await states(again) == {"a": State.UNKNOWN}


async def fixed(value: bytes) -> bytes:
    return value


async def keep(db: Database, decision: Decision, now: datetime) -> None:
    async def body(tx: Any) -> None:
        (row,) = await inbox.heads(tx, C, now, 1)
        await decisions.keep(tx, C, [(row, decision)], now)

    await db.run(body)
