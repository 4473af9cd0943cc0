"""Facts and decisions on both engines: what a batch may know, and that all of it is kept or nothing (T2, I6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from given import (
    CHAT,
    CUR_CHAT,
    NOW,
    C,
    answer,
    appeal,
    at,
    decide,
    heads,
    identity,
    ingest,
    load,
    message,
    say,
    send,
    sent,
    submitted,
    take,
    waiting_of,
)
from sqlalchemy import select

from states.decision import Consent, Decision
from states.dialogue import Dialogue, Draft, Preview, ShowingAppeal
from states.effects import StartTimer
from states.events import ButtonPressed, DeliveryEnded, DeliveryOutcome, MessageNew, RoutesChanged, TimerFired
from states.lifecycle.appeal import Action, Appeal, Piece, Status, move
from states.messages import Command, Message, Reply
from states.people.chats import CUR, Chat
from storage.db import codec
from storage.db.database import Database
from storage.db.errors import Conflict
from storage.db.schema import consent, timer
from storage.db.schema import history as lines
from storage.inbox import history
from storage.records import appeals, chats, numbers
from storage.records.numbers import ALPHABET, Origin
from storage.unit_of_work import decisions, facts

ROADS = Chat(CHAT, "roads", NOW, 9)
CENTRE = Chat(CUR_CHAT, CUR, NOW, 9)


def moved(one: Appeal, action: Action = Action.ACCEPT) -> Decision:
    result = move(one, action, NOW, 8)
    assert isinstance(result, tuple)
    return Decision(appeals=(result[0],), history=(result[1],))


def private(peer: int = 5, cmid: int = 9, text: str = "") -> tuple:
    return waiting_of(peer, "message", cmid), MessageNew(Message(peer, cmid, peer, NOW, text))


def in_chat(text: str = "", reply: int | None = None, peer: int = CHAT) -> tuple:
    answered = Reply(reply, -C) if reply else None
    return waiting_of(peer, "message", 9), MessageNew(Message(peer, 9, 8, NOW, text, reply=answered))


class TestKeep:
    async def test_everything_of_a_decision_is_kept(self, db: Database) -> None:
        one, line = appeal("1125-AAAA")
        dialogue = Dialogue(5, Preview(), Draft((Piece(1, "яма"),)), "h", NOW)
        given = Consent(5, True, "h", NOW, 3)
        decision = Decision(dialogue, (one,), (line,), (send(5, "a"), StartTimer("t", "k", 5, at(9))), consent=given)
        await decide(db, decision, peer=5)
        assert await db.run(lambda tx: appeals.dialogues(tx, [5])) == {5: dialogue}
        assert await db.run(lambda tx: appeals.by_code(tx, ["1125-AAAA"])) == {"1125-AAAA": one}
        assert (await db.run(lambda tx: tx.row(select(lines.c.action))))["action"] == "submit"
        assert (await db.run(lambda tx: tx.row(select(consent.c.given))))["given"] is True
        assert (await db.run(lambda tx: tx.row(select(timer.c.at))))["at"] == at(9)
        assert [row.cause for row in await take(db)] == ["a"]

    async def test_two_moves_in_one_decision(self, db: Database) -> None:
        one, line = appeal("1125-AAAA")
        routed, second = move(one, Action.ROUTE, NOW, 0)  # type: ignore[misc]
        await decide(db, Decision(appeals=(routed,), history=(line, second)))
        await decide(db, moved(routed))
        (found,) = (await db.run(lambda tx: appeals.by_code(tx, ["1125-AAAA"]))).values()
        assert (found.status, found.version) == (Status.IN_WORK, 3)

    async def test_a_change_without_a_line_of_history(self, db: Database) -> None:
        one, _ = made = appeal("1125-AAAA")
        await decide(db, submitted(made))
        await decide(db, Decision(appeals=(replace(one, version=2, card="c"),)))
        with pytest.raises(Conflict):
            await decide(db, Decision(appeals=(replace(one, version=2, card="d"),)))

    async def test_an_update_is_never_lost(self, db: Database) -> None:
        one, _ = made = appeal("1125-AAAA")
        await decide(db, submitted(made))
        await decide(db, moved(one))
        with pytest.raises(Conflict):
            await decide(db, replace(moved(one, Action.ADD), effects=(send(5, "x"),)))
        assert await take(db) == [], "nothing of the refused decision was kept"
        assert (await identity(db))["inbox"]["waiting"] == 1

    async def test_a_number_is_nobody_elses(self, db: Database) -> None:
        await decide(db, submitted(appeal("1125-AAAA", 5, 1)))
        for clash in (appeal("1125-AAAA", 6, 1), appeal("1125-BBBB", 5, 1)):
            with pytest.raises(Conflict):
                await decide(db, submitted(clash))

    async def test_an_empty_batch(self, db: Database) -> None:
        await db.run(lambda tx: decisions.keep_decisions(tx, [], NOW))

    async def test_a_code_binds_one_chat_and_routes_change(self, db: Database) -> None:
        digest = chats.digest("Дорога-77")
        assert chats.digest(" дорога 77 ") == digest
        await db.run(lambda tx: chats.add_code(tx, digest, "roads", at(60)))
        await ingest(db, message(CHAT, 41), message(CHAT, 43))
        (event,) = await heads(db)
        (known,) = await load(db, in_chat("/код ДОРОГА 77"))
        assert known.code and known.code.agency == "roads" and known.chat is None
        await db.run(lambda tx: decisions.keep_decisions(tx, [(event, Decision(chat=ROADS, used_code=digest))], NOW))
        assert await db.run(chats.bound) == [ROADS]
        assert await db.run(lambda tx: history.gaps(tx, 5)) == [history.Gap(CHAT, (42,))]
        await db.run(lambda tx: history.fill(tx, [], absent=[history.Gap(CHAT, (42,))], now=NOW))
        (event,) = await heads(db)
        with pytest.raises(Conflict):
            await db.run(
                lambda tx: decisions.keep_decisions(tx, [(event, Decision(used_code=digest, chat=CENTRE))], NOW)
            )
        await db.run(lambda tx: decisions.keep_decisions(tx, [(event, Decision())], NOW))
        (event,) = await heads(db)
        assert codec.decode(RoutesChanged, event.raw).peer == CHAT

    async def test_a_chat_that_comes_back_routes_what_waits(self, db: Database) -> None:
        await decide(db, Decision(chat=replace(ROADS, lost=True)), peer=CHAT)
        assert await heads(db) == []
        await decide(db, Decision(chat=ROADS), peer=CHAT)
        assert [row.kind for row in await heads(db)] == ["internal"]
        await decide_heads(db)
        await decide(db, Decision(chat=replace(ROADS, greeted=True)), peer=CHAT)
        assert await heads(db) == []


async def decide_heads(db: Database) -> None:
    rows = await heads(db)
    await db.run(lambda tx: decisions.keep_decisions(tx, [(row, Decision()) for row in rows], NOW))


class TestFacts:
    async def test_of_a_resident(self, db: Database) -> None:
        mine, _ = one = appeal("1125-AAAA")
        await decide(db, submitted(one, appeal("1125-BBBB", 6), dialogue=Dialogue(5, consent="h")), peer=5)
        await decide(db, Decision(chat=ROADS), peer=CHAT)
        await decide(db, Decision(chat=CENTRE), peer=CUR_CHAT)
        (known,) = await load(db, private())
        assert known.dialogue == Dialogue(5, consent="h") and known.appeals == (mine,)
        assert known.chats == {"roads": ROADS, CUR: CENTRE} and known.chat is None
        assert known.number[:5] == "1125-" and set(known.number[5:]) <= set(ALPHABET)

    async def test_of_a_draft(self, db: Database) -> None:
        await decide(db, Decision(chat=ROADS), peer=CHAT)
        draft = Draft((Piece(4, "яма"), Piece(3, "там")), topic="pits")
        await ingest(db, *(message(5, cmid) for cmid in (1, 2, 3)))
        await decide(db, Decision(dialogue=Dialogue(5, Preview(), draft)), peer=6)
        first, second = [(await load(db, private(cmid=cmid)))[0] for cmid in (9, 10)]
        assert first.chat_of("roads") == ROADS and first.number == second.number

    async def test_of_an_answer_in_a_chat(self, db: Database) -> None:
        one, _ = made = appeal("1125-AAAA", agency="roads", chat=CHAT)
        await decide(db, submitted(made))
        await decide(db, Decision(chat=ROADS), peer=CHAT)
        await say(db, send(CHAT, "card", appeal="1125-AAAA"))
        await sent(db, (await take(db))[0], 50)
        await say(db, answer(5, "a", "1125-AAAA", not_before=at(30)))
        press = ButtonPressed("e", CHAT, 8, 50, Command("accept"), NOW)
        for pair in (in_chat("делаем", reply=50), (waiting_of(CHAT, "button"), press)):
            (known,) = await load(db, pair)
            assert known.linked == one and known.appeals == (one,) and known.chat == ROADS
            assert known.unsent == {"a"} and known.dialogue is None and known.number == ""
        (known,) = await load(db, in_chat("просто разговор", reply=51))
        assert known.linked is None and known.appeals == ()

    async def test_nobody_reaches_anothers_appeal_from_a_private_dialogue(self, db: Database) -> None:
        await decide(db, submitted(appeal("1125-AAAA", 6)))
        forged = ButtonPressed("e", 5, 5, 1, Command("show", "1125-AAAA"), NOW)
        (known,) = await load(db, (waiting_of(5, "button"), forged))
        assert known.appeals == () and known.linked is None

    async def test_of_an_old_appeal_that_is_shown(self, db: Database) -> None:
        many = [appeal(f"1125-{index:04d}", source=index, created_at=at(index), topic="pits") for index in range(1, 41)]
        closed = [(replace(one, status=Status.ANSWERED), line) for one, line in many]
        await decide(db, submitted(*closed, dialogue=Dialogue(5, ShowingAppeal("1125-0001"))), peer=5)
        (known,) = await load(db, private())
        assert [one.source for one in known.appeals] == [1, *range(11, 41)]

    async def test_of_reports_and_timers(self, db: Database) -> None:
        one, _ = made = appeal("1125-AAAA", chat=CHAT)
        await decide(db, submitted(made, dialogue=Dialogue(5)))
        ended = DeliveryEnded("a", "answer", 5, "1125-AAAA", DeliveryOutcome.SENT, NOW)
        due = TimerFired("deadline", "1125-AAAA", CHAT, NOW)
        for event in (ended, due):
            (known,) = await load(db, (waiting_of(CHAT), event))
            assert known.appeals == (one,) and known.dialogue == Dialogue(5)

    async def test_of_routes(self, db: Database) -> None:
        pits, pipes, stars = (appeal(f"1125-AAA{n}", n, topic=t) for n, t in ((2, "pits"), (3, "pipes"), (4, "stars")))
        by_hand = appeal("1125-AAA5", 6, by_hand=True, chat=CUR_CHAT)
        held = [(replace(one, chat=CUR_CHAT), line) for one, line in (pits, pipes, stars)]
        await decide(db, submitted(*held, by_hand))
        await decide(db, Decision(chat=ROADS), peer=CHAT)
        (known,) = await load(db, (waiting_of(CHAT), RoutesChanged(CHAT, NOW)))
        assert [one.code for one in known.waiting] == ["1125-AAA2"], "only what can move"
        await decide(db, submitted(appeal("1125-AAA6", 7, topic="stars")))
        await decide(db, Decision(chat=CENTRE), peer=CUR_CHAT)
        (known,) = await load(db, (waiting_of(CUR_CHAT), RoutesChanged(CUR_CHAT, NOW)))
        assert [one.code for one in known.waiting] == ["1125-AAA2", "1125-AAA6"]

    async def test_routing_goes_on_after_a_full_portion(self, db: Database) -> None:
        made = [appeal(f"1125-{index:04d}", index + 1) for index in range(facts.WAITING_LIMIT)]
        await decide(db, submitted(*made))
        assert [codec.decode(RoutesChanged, row.raw).peer for row in await heads(db)] == [1]

    async def test_the_centre_may_direct_to_any_bound_chat(self, db: Database) -> None:
        for chat in (ROADS, CENTRE, Chat(CHAT + 7, "water", NOW, 1)):
            await decide(db, Decision(chat=chat), peer=chat.peer)
        (known,) = await load(db, in_chat("/направить Вода", peer=CUR_CHAT))
        assert set(known.chats) == {"roads", "water", CUR} and known.chat == CENTRE

    async def test_of_two_chats_of_one_agency_the_newer_that_works(self, db: Database) -> None:
        newer = replace(ROADS, peer=CHAT + 5, bound_at=at(9))
        for chat in (newer, ROADS):
            await decide(db, Decision(chat=chat), peer=chat.peer)
        await decide(db, submitted(appeal("1125-AAAA")))
        assert (await load(db, private()))[0].chats["roads"] == newer
        await decide(db, Decision(chat=replace(newer, lost=True)), peer=newer.peer)
        assert (await load(db, private()))[0].chats["roads"] == ROADS

    async def test_a_batch_leaves_for_later_what_it_touches_twice(self, db: Database) -> None:
        await decide(db, submitted(appeal("1125-AAAA", 5), appeal("1125-BBBB", 6), dialogue=Dialogue(5)))
        ended = DeliveryEnded("a", "answer", 5, "1125-AAAA", DeliveryOutcome.SENT, NOW)
        known = await load(db, private(5), private(6), (waiting_of(CHAT), ended), private(7))
        assert facts.conflicting(known) == {2}


class TestNumbers:
    async def test_a_taken_number_goes_to_the_next(self, db: Database) -> None:
        origin = Origin(5, 1, datetime(2026, 11, 25, tzinfo=UTC).date())
        first = await db.run(lambda tx: made(tx, origin))
        await decide(db, submitted(appeal(first, 6, 9)))
        second = await db.run(lambda tx: made(tx, origin))
        assert second != first and second[:5] == "1125-"
        await decide(db, submitted(appeal(second, 5, 1)))
        assert await db.run(lambda tx: made(tx, origin)) == second, "the same message has the same number for ever"

    async def test_two_of_one_batch_never_get_the_same(self, db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        calls = count()

        def clashing(key: bytes, community: int, origin: Origin, k: int) -> str:
            next(calls)
            return f"1125-AAA{2 + k}"

        monkeypatch.setattr(numbers, "candidate", clashing)
        day = NOW.date()
        found = await db.run(lambda tx: numbers.free_numbers(tx, [Origin(5, 1, day), Origin(6, 1, day)]))
        assert sorted(found.values()) == ["1125-AAA2", "1125-AAA3"]

    async def test_the_day_is_that_of_the_first_message_where_people_live(self, db: Database) -> None:
        late = replace(message(5, 1), at=datetime(2026, 11, 30, 20, 0, tzinfo=UTC))
        await ingest(db, late)
        draft = Draft((Piece(1, "яма"),))
        await decide(db, Decision(dialogue=Dialogue(5, Preview(), draft)), peer=6)
        (known,) = await load(db, private(), now=datetime(2026, 12, 5, tzinfo=UTC))
        assert known.number.startswith("1201-")


async def made(tx: object, origin: Origin) -> str:
    return (await numbers.free_numbers(tx, [origin]))[origin]  # type: ignore[arg-type]
