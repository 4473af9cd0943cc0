"""The outbox on both engines: lanes, unknown outcomes, parking, degrading, undo (delivery.md §5–§11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from given import (
    CHAT,
    NOW,
    C,
    answer,
    appeal,
    at,
    decide,
    heads,
    identity,
    ingest,
    internal,
    look,
    message,
    say,
    send,
    sent,
    states,
    submitted,
    take,
    waiting_of,
)
from sqlalchemy import select, update

from handlers.needs import needs
from states.decision import Decision
from states.effects import AnswerButton, CancelSend, Edit, Kind, Priority, Release, Retell, Send, Source
from states.events import ChatRefused, DeliveryEnded, DeliveryOutcome, Event, MessageNew, MessagesAllowed
from states.messages import Message
from storage.db import codec
from storage.db.database import Database
from storage.db.errors import IllegalMove
from storage.db.schema import link, used_random_id
from storage.db.schema import outbox as table
from storage.db.transaction import Own
from storage.inbox.inbox import Arrived, Waiting
from storage.outbox import claim, enqueue, fallback, outcomes
from storage.outbox.enqueue import EDGES, OutboxState, check_move
from storage.outbox.outcomes import record_all_sent
from storage.outbox.random_ids import RandomIdRequest, allot, candidate
from storage.unit_of_work import decisions


async def reports(db: Database, peer: int) -> list[Any]:
    found = []
    while rows := [row for row in await heads(db) if row.peer == peer]:
        await db.run(lambda tx: decisions.keep_decisions(tx, [(rows[0], Decision())], NOW))  # noqa: B023
        if rows[0].kind == "internal":
            found.append(codec.decode(Event, rows[0].raw))
    return found


class TestLanes:
    async def test_a_cause_is_said_once(self, db: Database) -> None:
        assert await say(db, send(5, "a"), send(5, "a")) == 1
        assert await say(db, send(5, "a")) == 0
        (row,) = await take(db)
        assert (row.cause, row.peer, row.state, row.attempts) == ("a", 5, OutboxState.IN_FLIGHT, 1)
        assert row.effect == send(5, "a") and row.random_id and 0 < row.random_id < 2**31

    async def test_one_in_flight_in_a_lane_in_order(self, db: Database) -> None:
        await say(db, send(5, "a"), send(5, "b"), send(6, "c"))
        first = await take(db)
        assert [row.cause for row in first] == ["a", "c"]
        assert await take(db) == []
        assert await sent(db, first[0], 11)
        assert [row.cause for row in await take(db)] == ["b"]

    async def test_a_row_put_off_holds_its_lane(self, db: Database) -> None:
        await say(db, send(5, "a"), send(5, "b"))
        (row,) = await take(db)
        put_off = await db.run(
            lambda tx: outcomes.defer(tx, row.id, row.fencing_token, at(10), unknown=False, reason="9")
        )
        assert put_off and await take(db) == []
        assert await db.run(lambda tx: claim.next_due_at(tx, NOW)) == at(10)
        (again,) = await take(db, at(10))
        assert (again.cause, again.random_id, again.attempts, again.code) == ("a", row.random_id, 2, 9)
        assert not again.was_unknown

    async def test_a_held_answer_is_let_go(self, db: Database) -> None:
        await say(db, send(5, "held", not_before=at(30)), send(6, "other", not_before=at(30)))
        await db.run(lambda tx: outcomes.let_go(tx, ["held", "unknown"]))
        assert [row.cause for row in await take(db)] == ["held"]

    async def test_a_held_answer_holds_nobody(self, db: Database) -> None:
        await say(db, send(5, "held", not_before=at(30)), send(5, "screen"))
        (row,) = await take(db)
        assert row.cause == "screen"
        await sent(db, row, 1)
        assert await take(db, at(29)) == []
        assert [one.cause for one in await take(db, at(30))] == ["held"]

    async def test_classes_share_and_nobody_starves(self, db: Database) -> None:
        await say(db, *(send(100 + n, f"n{n}", priority=Priority.NOTICE) for n in range(30)))
        await say(db, *(send(200 + n, f"d{n}") for n in range(60)))
        chosen = [row.cause[0] for row in await take(db, limit=20)]
        assert chosen.count("d") == 18 and chosen.count("n") == 2
        late = [row.cause[0] for row in await take(db, at(61), limit=20)]
        assert late.count("n") + late.count("d") == 20

    async def test_the_oldest_waits_no_longer_than_a_minute(self, db: Database) -> None:
        await say(db, send(1, "old", priority=Priority.NOTICE))
        await say(db, *(send(200 + n, f"d{n}") for n in range(30)), now=at(50))
        assert "old" not in [row.cause for row in await take(db, at(59), limit=1)]
        assert "old" in [row.cause for row in await take(db, at(61), limit=1)]

    async def test_a_spinner_waits_for_nobody(self, db: Database) -> None:
        await say(db, send(5, "a"), send(5, "b"))
        await take(db)
        await say(db, AnswerButton("e1", 5, 5, "готово"), now=at(1))
        (row,) = await take(db, at(1))
        assert row.cause == "button|e1" and row.random_id is None
        await sent(db, row, 0)

    async def test_a_spinner_expires(self, db: Database) -> None:
        await say(db, AnswerButton("e1", 5, 5))
        assert await take(db, at(60)) == []
        assert await states(db) == {"button|e1": "cancelled"}
        assert (await identity(db))["balanced"]

    async def test_an_edit_finds_the_message_of_its_target(self, db: Database) -> None:
        await say(db, send(5, "a"), Edit(5, "e", "a", "новое"), Edit(5, "f", "nobody", "новое"))
        await sent(db, (await take(db))[0], 41)
        (edit,) = await take(db)
        assert (edit.cause, edit.target_cmid, edit.random_id) == ("e", 41, None)
        assert await sent(db, edit, 41), "an edit has its target's number by right"
        assert await take(db) == []
        assert (await states(db))["f"] == "cancelled"

    async def test_a_lease_that_ran_out_makes_unknown(self, db: Database) -> None:
        await say(db, send(5, "a"))
        (row,) = await take(db, worker="one")
        assert await look(db, at(89), worker="two") == []
        (lost,) = await look(db, at(91), worker="two")
        assert (lost.cause, lost.state, lost.was_unknown, lost.looks) == ("a", OutboxState.UNKNOWN, True, 1)
        assert lost.fencing_token == row.fencing_token + 1
        stale = await db.run(lambda tx: outcomes.defer(tx, row.id, row.fencing_token, at(99), unknown=False, reason=""))
        assert not stale, "an intention of the old fencing_token"
        assert await sent(db, row, 3), "a fact is a fact, whoever tells it"
        assert await states(db) == {"a": "sent"}


class TestUnknown:
    async def test_look_then_sent(self, db: Database) -> None:
        await ingest(db, message(5, 1), own=[(5, 2)])
        await say(db, send(5, "a"), send(5, "b"))
        (row,) = await take(db)
        assert row.probe_from == 2
        await db.run(lambda tx: outcomes.defer(tx, row.id, row.fencing_token, at(2), unknown=True, reason=""))
        assert await take(db, at(5)) == [] and await look(db, at(1)) == []
        (lost,) = await look(db, at(2))
        assert (lost.random_id, lost.probe_from, lost.state) == (row.random_id, 2, OutboxState.UNKNOWN)
        assert await sent(db, lost, 3)
        assert [one.cause for one in await take(db, at(3))] == ["b"]

    async def test_look_then_absent_then_again_with_the_same_id(self, db: Database) -> None:
        await say(db, send(5, "a"))
        (row,) = await take(db)
        await db.run(lambda tx: outcomes.defer(tx, row.id, row.fencing_token, at(2), unknown=True, reason=""))
        (lost,) = await look(db, at(2))
        assert await db.run(lambda tx: outcomes.record_absent(tx, lost.id, lost.fencing_token, at(2)))
        await ingest(db, message(5, 1))
        (again,) = await take(db, at(3))
        assert (again.random_id, again.attempts, again.was_unknown) == (row.random_id, 2, True)
        assert again.probe_from == 0, "the first attempt may still come to light"

    async def test_not_sent_keeps_unknown_unknown(self, db: Database) -> None:
        await say(db, send(5, "a"))
        (row,) = await take(db)
        await db.run(lambda tx: outcomes.defer(tx, row.id, row.fencing_token, at(2), unknown=True, reason=""))
        (lost,) = await look(db, at(2))
        assert await db.run(
            lambda tx: outcomes.defer(tx, lost.id, lost.fencing_token, at(9), unknown=False, reason="6")
        )
        assert await states(db) == {"a": "unknown"}
        assert (await identity(db))["outbox"]["unknown"] == 1

    async def test_a_restart_makes_unknown_and_edits_are_done_again(self, db: Database) -> None:
        await say(db, send(5, "a"), send(6, "b"))
        for row in await take(db):
            if row.cause == "a":
                await sent(db, row, 1)
        await say(db, Edit(5, "e", "a", "новое"))
        assert [row.cause for row in await take(db)] == ["e"]
        later = at(100) if db.dialect == "postgresql" else NOW
        assert await db.run(lambda tx: claim.recover_leases(tx, later)) == 2
        assert await states(db) == {"a": "sent", "b": "unknown", "e": "ready"}
        assert [row.cause for row in await look(db, later)] == ["b"]

    async def test_an_echo_settles_it(self, db: Database) -> None:
        await say(db, send(5, "a"))
        (row,) = await take(db)
        assert row.random_id
        await db.run(lambda tx: outcomes.record_seen(tx, [Own(6, 7, row.random_id or 0), Own(5, 8)], NOW))
        assert await states(db) == {"a": "in_flight"}, "of another dialogue, or without the number that nobody else has"
        for _ in range(2):
            await db.run(lambda tx: outcomes.record_seen(tx, [Own(5, 7, row.random_id or 0)], NOW))
        assert await sent(db, row, 7) and await states(db) == {"a": "sent"}

    async def test_a_number_that_is_taken_means_swallowed(self, db: Database) -> None:
        await say(db, send(5, "a"), send(5, "b"))
        await sent(db, (await take(db))[0], 7)
        (row,) = await take(db)
        assert not await sent(db, row, 7)
        (again,) = await take(db)
        assert again.cause == "b" and again.random_id != row.random_id
        assert await sent(db, again, 8)
        assert len(await db.run(lambda tx: tx.rows(select(used_random_id)))) == 3

    async def test_a_late_fact_is_kept_however_the_row_stood(self, db: Database) -> None:
        await say(db, send(5, "a"), send(5, "b"), send(6, "c"))
        ids = {row["cause"]: row["random_id"] for row in await db.run(lambda tx: tx.rows(select(table)))}
        assert await db.run(lambda tx: enqueue.cancel_all(tx, ["a"], NOW))
        for cause, cmid in (("a", 7), ("b", 7)):
            await db.run(lambda tx: outcomes.record_seen(tx, [Own(5, cmid, ids[cause])], NOW))  # noqa: B023
        assert await states(db) == {"a": "sent", "b": "ready", "c": "ready"}
        assert (await identity(db))["balanced"]

    async def test_what_vk_shows_with_its_own_id_is_nobody_elses(self, db: Database) -> None:
        """delivery.md §13: after a restore equal words were taken for another row's; the simulation said them again."""
        await say(db, send(5, "a"), send(6, "b"))
        (one, _) = await take(db)
        other = await db.run(lambda tx: tx.row(select(table.c.id).where(table.c.cause == "b")))
        assert other is not None
        await db.run(lambda tx: tx.execute(update(table).where(table.c.id == other["id"]).values(cmid=7, peer=5)))
        seen = [outcomes.Delivered(one.id, 7, own=True)]
        assert await db.run(lambda tx: record_all_sent(tx, seen, NOW)) == set()
        assert (await states(db))["a"] == "sent"

    async def test_a_sent_message_is_known_and_leads_to_its_appeal(self, db: Database) -> None:
        await ingest(db, message(5, 1), message(5, 3))
        await say(db, send(5, "a", appeal="1125-AAAA"))
        await sent(db, (await take(db))[0], 2)
        assert (await db.run(lambda tx: tx.row(select(link.c.cmid, link.c.appeal)))) == {
            "cmid": 2,
            "appeal": "1125-AAAA",
        }
        assert [row.cmid for row in await heads(db)] == [1]
        await decide(db, Decision(), peer=5)
        assert [row.cmid for row in await heads(db)] == [3]


class TestFates:
    async def test_a_closed_recipient_parks_the_lane_and_release_keeps_order(self, db: Database) -> None:
        await decide(db, submitted(appeal("1125-AAAA", chat=CHAT)))
        await say(db, answer(5, "a", "1125-AAAA"), answer(5, "b", "1125-AAAA"), send(6, "c"))
        row = next(one for one in await take(db) if one.cause == "a")
        assert await db.run(
            lambda tx: outcomes.park(tx, row.id, row.fencing_token, DeliveryOutcome.RECIPIENT_CLOSED, 901, NOW)
        )
        await say(db, answer(5, "d", "1125-AAAA"))
        found = await states(db)
        assert [found[cause] for cause in "abd"] == ["parked_recipient"] * 3
        told = await reports(db, CHAT)
        assert [(ended.cause, ended.outcome, ended.code, ended.peer) for ended in told] == [
            (cause, DeliveryOutcome.RECIPIENT_CLOSED, 901, 5) for cause in "abd"
        ]
        assert (await identity(db))["balanced"] and (await identity(db))["outbox"]["parked"] == 3
        await decide(db, Decision(effects=(Release(5), send(5, "e"))), peer=5)
        order = []
        while rows := [one for one in await take(db) if one.peer == 5]:
            order.append(rows[0].cause)
            await sent(db, rows[0], 100 + len(order))
        assert order == ["a", "b", "d", "e"]
        assert [report.outcome for report in await reports(db, CHAT)] == [DeliveryOutcome.SENT] * 3

    async def test_whoever_writes_opens_the_dialogue(self, db: Database) -> None:
        await say(db, send(5, "a"))
        (row,) = await take(db)
        await db.run(
            lambda tx: outcomes.park(tx, row.id, row.fencing_token, DeliveryOutcome.RECIPIENT_CLOSED, 902, NOW)
        )
        await ingest(db, message(5, 1))
        (event,) = await heads(db)
        await db.run(lambda tx: decisions.keep_decisions(tx, [(event, Decision())], NOW))
        assert [one.cause for one in await take(db)] == ["a"]

    @pytest.mark.parametrize(
        ("came", "heard"), [("before", False), ("an event", True), ("a message", True), ("its own", False)]
    )
    async def test_who_was_heard_of_meanwhile(self, db: Database, came: str, heard: bool) -> None:
        """F15. What the bot tells itself is no sign of life."""
        events = {
            "before": (message(5, 1), NOW - timedelta(seconds=1)),
            "an event": (Arrived("event", 5, "e:1", "{}", 5), NOW),
            "a message": (message(5, 1), NOW),
            "its own": (internal(5, "t", MessagesAllowed(5)), NOW),
        }
        one, when = events[came]
        await ingest(db, one, message(6, 1), now=when)
        assert await db.run(lambda tx: outcomes.has_heard(tx, 5, NOW)) is heard

    async def test_a_lost_chat_hears_of_its_card_and_the_card_is_taken_back(self, db: Database) -> None:
        card = Send(CHAT, "card", "карточка", Kind.CARD, Priority.CARD, appeal="1125-AAAA", report=True)
        await say(db, card)
        (row,) = await take(db)
        await db.run(lambda tx: outcomes.park(tx, row.id, row.fencing_token, DeliveryOutcome.CHAT_LOST, 917, NOW))
        ended = DeliveryEnded("card", "card", CHAT, "1125-AAAA", DeliveryOutcome.CHAT_LOST, NOW, 917)
        assert await reports(db, CHAT) == [ended, ChatRefused(CHAT, NOW, 917)]
        await decide(db, Decision(effects=(Retell(CHAT),)), now=at(60))
        assert await reports(db, CHAT) == [replace(ended, at=at(60))], "told anew when the chat is known to be lost"
        await decide(db, Decision(effects=(CancelSend("card"),)))
        await db.run(lambda tx: outcomes.release(tx, [CHAT], NOW))
        assert await take(db) == []

    async def test_whatever_a_chat_does_not_take_makes_it_doubtful(self, db: Database) -> None:
        """F16: a notice and an edit too, of which nobody is told otherwise; a resident's dialogue is none."""
        await say(db, send(CHAT, "a"), send(5, "b"))
        for row in await take(db):
            await sent(db, row, 3)
        await say(db, Edit(CHAT, "e", "a", "новое"), send(5, "c"))
        for row in await take(db):
            fate = DeliveryOutcome.CHAT_LOST if row.peer == CHAT else DeliveryOutcome.RECIPIENT_CLOSED
            await db.run(lambda tx: outcomes.park(tx, row.id, row.fencing_token, fate, 901, NOW))  # noqa: B023
        assert await reports(db, CHAT) == [ChatRefused(CHAT, NOW, 901)] and await reports(db, 5) == []

    async def test_set_aside_lets_the_lane_go_on(self, db: Database) -> None:
        await say(db, send(5, "a", report=True), send(5, "b"))
        (row,) = await take(db)
        assert await db.run(lambda tx: outcomes.dead_letter(tx, row.id, row.fencing_token, NOW, code=10))
        assert [one.cause for one in await take(db)] == ["b"]
        assert (await reports(db, 5))[0].outcome is DeliveryOutcome.SET_ASIDE
        assert (await identity(db))["outbox"]["parked"] == 1

    async def test_what_could_not_be_passed_on_is_told(self, db: Database) -> None:
        await say(db, send(CHAT, "a", copy=Source(5, (1,)), report=True))
        (row,) = await take(db)
        assert await db.run(lambda tx: outcomes.record_uploaded(tx, row.id, ("photo1_2",), ("видео",)))
        assert await sent(db, row, 5)
        assert (await reports(db, CHAT))[0].lost == ("видео",)

    async def test_an_edit_that_is_refused_is_said_anew(self, db: Database) -> None:
        await say(db, send(5, "a"), Edit(5, "e", "a", "новое"))
        await sent(db, (await take(db))[0], 1)
        (edit,) = await take(db)
        await db.run(lambda tx: fallback.fall_back(tx, edit.id, edit.fencing_token, NOW, code=909))
        (said,) = await take(db)
        assert said.cause == "e|d1" and said.random_id and said.target_cmid is None
        await db.run(lambda tx: fallback.fall_back(tx, said.id, said.fencing_token, NOW, code=100))
        assert (await identity(db))["balanced"]


class TestUndo:
    async def undo(self, db: Database) -> bool:
        """Press «Отменить»: facts say what is unsent, the decision takes it back."""
        event = Message(CHAT, 9, 8, NOW, "отменить")

        async def body(tx: object) -> bool:
            from given import DIRECTORY, HOUSE, NoFinder, NoJudge

            from storage.unit_of_work import facts

            waiting: Waiting = waiting_of(CHAT, cmid=9)
            pair = (waiting, MessageNew(Message(CHAT, 9, 8, NOW, "1125-AAAA")))
            assert event
            (known,) = await facts.load_facts(
                tx,
                [pair],
                needs=needs,
                policy=HOUSE,
                directory=DIRECTORY,
                find=NoFinder(),
                judge=NoJudge(),
                now=NOW,  # type: ignore[arg-type]
            )
            if "a" not in known.unsent:
                return False
            await decisions.keep_decisions(tx, [(waiting, Decision(effects=(CancelSend("a"),)))], NOW)  # type: ignore[arg-type]
            return True

        return await db.run(body)

    async def test_in_time(self, db: Database) -> None:
        await decide(db, submitted(appeal("1125-AAAA", chat=CHAT)))
        await say(db, answer(5, "a", "1125-AAAA", not_before=at(30)))
        assert await self.undo(db)
        assert await take(db, at(31)) == []
        assert (await states(db))["a"] == "cancelled" and (await identity(db))["balanced"]

    async def test_too_late(self, db: Database) -> None:
        await decide(db, submitted(appeal("1125-AAAA", chat=CHAT)))
        await say(db, answer(5, "a", "1125-AAAA", not_before=at(30)))
        (row,) = await take(db, at(30))
        assert not await self.undo(db)
        assert not await db.run(lambda tx: enqueue.cancel_all(tx, ["a"], NOW))
        assert await sent(db, row, 4)


class TestRules:
    def test_only_declared_edges(self) -> None:
        for before in OutboxState:
            for after in OutboxState:
                if after in EDGES[before]:
                    check_move([before], after)
                else:
                    with pytest.raises(IllegalMove):
                        check_move([before], after)
        assert not EDGES[OutboxState.SENT]

    async def test_a_colliding_random_id_goes_to_the_next(self, db: Database) -> None:
        async def body(tx: object) -> dict[RandomIdRequest, tuple[int, int]]:
            first = RandomIdRequest(5, "a")
            row = {"community_id": C, "random_id": candidate(tx.key, first, 0), "cause_hash": 1}  # type: ignore[attr-defined]
            await tx.execute_many(used_random_id.insert(), [row])  # type: ignore[attr-defined]
            return await allot(tx, [first, RandomIdRequest(6, "a")])  # type: ignore[arg-type]

        found = await db.run(body)
        assert {wanted.peer: k for wanted, (_, k) in found.items()} == {5: 1, 6: 0}

    async def test_a_row_made_again_after_a_restore_has_the_same_id(self, db: Database) -> None:
        await say(db, send(5, "a"))
        (row,) = await take(db)
        await db.run(lambda tx: tx.execute(table.delete()))
        await say(db, send(5, "a"))
        (again,) = await take(db, at(100))
        assert again.random_id == row.random_id and again.id != row.id
