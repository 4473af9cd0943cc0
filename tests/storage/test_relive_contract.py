"""What a copy has lost is lived through in order: what VK has is known before the next event (delivery.md §13, F24)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from given import (
    CHAT,
    NOW,
    C,
    answer,
    appeal,
    decide,
    heads,
    internal,
    look,
    message,
    send,
    sent,
    states,
    submitted,
    take,
)
from sqlalchemy import insert, select

from bot.delivery import relive
from states.events import Event, MessageNew, NotForUs
from states.messages import Message, Reply
from storage.db.database import Database
from storage.db.schema import inbox as inbox_table
from storage.db.schema import meta
from storage.db.schema import outbox as table
from storage.db.transaction import Own
from storage.inbox import inbox
from storage.inbox.inbox import Arrived, Waiting
from storage.legacy import places, restored
from storage.outbox import enqueue, outcomes
from storage.outbox.enqueue import LOOKS, State

THEN = NOW - timedelta(minutes=5)


async def put_back(db: Database, *, read: bool = True) -> None:
    await db.run(lambda tx: restored.mark(tx, C, NOW, "then"))
    await db.run(lambda tx: restored.resume(tx, C, NOW))
    if read:
        await db.run(lambda tx: tx.execute(insert(meta).values(community_id=C, name="swept", value="x")))


async def settled(db: Database) -> bool:
    return await db.run(lambda tx: restored.settled(tx, C))


async def random_id_of(db: Database, cause: str) -> int:
    row = await db.run(lambda tx: tx.row(select(table.c.random_id).where(table.c.cause == cause)))
    assert row is not None
    return int(row["random_id"])


class TestWhatIsWaitedFor:
    async def test_first_everything_is_read(self, db: Database) -> None:
        await put_back(db, read=False)
        assert not await settled(db)
        await db.run(lambda tx: tx.execute(insert(meta).values(community_id=C, name="swept", value="x")))
        assert await settled(db)
        await db.run(lambda tx: inbox.ingest(tx, C, [message(5, 1), message(5, 4)], now=NOW))
        assert not await settled(db), "numbers lack"

    @pytest.mark.parametrize(("happened", "waits"), [(THEN, True), (NOW + timedelta(minutes=1), False)])
    async def test_then_what_followed_is_looked_for(self, db: Database, happened: Any, waits: bool) -> None:
        """What follows from something newer is looked for too, clocks being what they are; nobody waits for it."""
        await put_back(db)
        await db.run(lambda tx: enqueue.add(tx, C, [send(5, "a")], NOW, [happened]))
        assert (await states(db))["a"] == State.UNKNOWN
        assert await settled(db) is not waits

    @pytest.mark.parametrize(("tried", "waits"), [(THEN, True), (NOW + timedelta(seconds=1), False)])
    async def test_what_was_on_its_way_when_the_copy_was_made_is_known_first(
        self, db: Database, tried: Any, waits: bool
    ) -> None:
        """Guess 3800012 (I3): its card was in flight in the copy, so a reply to it was lived through before the card
        had a number, and was told that it went to nobody."""
        await db.run(lambda tx: enqueue.add(tx, C, [send(5, "a")], THEN, [THEN]))
        if waits:
            (row,) = await take(db, tried)
            await put_back(db)
        else:
            await put_back(db)
            (asked,) = await look(db)
            await db.run(lambda tx: outcomes.absent(tx, C, asked.id, asked.epoch, NOW))
            (row,) = await take(db, tried)
        assert await settled(db) is not waits
        await sent(db, row, 1)
        assert await settled(db)

    async def test_what_vk_will_not_show_holds_nobody_up_for_ever(self, db: Database) -> None:
        await put_back(db)
        await db.run(lambda tx: enqueue.add(tx, C, [send(5, "a")], NOW, [THEN]))
        for looks in range(LOOKS + 1):
            assert not await settled(db), looks
            (row,) = await look(db)
            await db.run(lambda tx, row=row: outcomes.later(tx, C, row.id, row.epoch, NOW, unknown=True, reason=""))  # type: ignore[misc]
        assert await settled(db)


class TestWhatVkHasShown:
    async def test_it_is_known_at_once_and_arrived_when_it_did(self, db: Database) -> None:
        """Its arrival stands among what its peer wrote, not behind all of it: «Не наше» came after the answer."""
        await decide(db, submitted(appeal("1125-AAAA")))
        await db.run(lambda tx: inbox.ingest(tx, C, [message(5, 1), late(5, 2), late(5, 4, 60)], now=NOW, own=[(5, 3)]))
        await put_back(db)
        await db.run(lambda tx: enqueue.add(tx, C, [answer(5, "a", "1125-AAAA")], NOW, [THEN]))
        number, at = await random_id_of(db, "a"), THEN + timedelta(seconds=30)
        await db.run(lambda tx: restored.settle(tx, C, NOW))
        assert not await settled(db), "VK has not shown it yet"
        await db.run(lambda tx: saw(tx, 5, 3, number, at))
        await db.run(lambda tx: restored.settle(tx, C, NOW))
        assert (await states(db))["a"] == State.SENT and await settled(db)
        query = select(inbox_table.c.at, inbox_table.c.ord).where(inbox_table.c.key.like("delivery%"))
        (told,) = await db.run(lambda tx: tx.rows(query))
        assert (told["at"], told["ord"]) == (at, 2 * 2 + 1)

    @pytest.mark.parametrize("how", ["when its cause is handled", "when VK shows it"])
    async def test_its_own_id_counts_more_than_equal_words(self, db: Database, how: str) -> None:
        """The machine of hypothesis (F24, I7): a question that followed a pause had taken the number of another one
        with the same words; that one was held for swallowed and said again under another id."""
        await put_back(db)
        await db.run(lambda tx: enqueue.add(tx, C, [send(5, "pause")], NOW, [THEN]))
        (row,) = await look(db)
        await db.run(lambda tx: outcomes.sent_all(tx, C, [outcomes.Delivered(row.id, 13)], NOW))
        await db.run(lambda tx: enqueue.add(tx, C, [send(5, "asked")], NOW, [THEN]))
        number = await random_id_of(db, "asked")
        if how == "when VK shows it":
            assert await db.run(lambda tx: outcomes.settle(tx, C, 5, number, 13, NOW))
        else:
            await db.run(lambda tx: saw(tx, 5, 13, number, THEN))
            await db.run(lambda tx: restored.settle(tx, C, NOW))
        assert await states(db) == {"pause": State.SENT, "asked": State.SENT}
        assert await random_id_of(db, "asked") == number

    async def test_nothing_newer_is_remembered_and_nothing_without_a_restore(self, db: Database) -> None:
        await db.run(lambda tx: saw(tx, 5, 3, 77, THEN))
        assert await db.run(lambda tx: said(tx, 5, 3)) is None
        await put_back(db)
        await db.run(lambda tx: saw(tx, 5, 3, 77, NOW + timedelta(seconds=1)))
        assert await db.run(lambda tx: said(tx, 5, 3)) is None
        await db.run(lambda tx: saw(tx, 5, 3, 77, THEN))
        assert await db.run(lambda tx: said(tx, 5, 3)) == THEN


class TestTheOrder:
    async def test_the_oldest_by_itself_whichever_came_first(self, db: Database) -> None:
        await put_back(db)
        await arrive(db, late(5, 1, 9), late(6, 1, 3), late(7, 1, 6))
        assert await order(db) == [(6, "m:1"), (7, "m:1"), (5, "m:1")]

    async def test_not_before_all_is_settled_and_as_ever_afterwards(self, db: Database) -> None:
        await put_back(db, read=False)
        await arrive(db, late(5, 1, 9), late(6, 1, 3))
        assert await order(db) == []
        after = NOW + relive.PATIENCE + timedelta(seconds=1)
        found = await db.run(lambda tx: relive.heads(tx, BOT, after, 9, read))
        assert [one.peer for one in found] == [5, 6]

    async def test_what_has_no_time_holds_no_dialogue_up(self, db: Database) -> None:
        """The drill (seed 20261125): «прочитано» was in the copy; a card came after the answer to it."""
        await put_back(db)
        await arrive(db, Arrived("event", 5, "e:1", "{}"), late(5, 1, 1), late(6, 1, 2))
        assert await order(db) == [(5, "e:1"), (5, "m:1"), (6, "m:1")]

    async def test_in_one_second_an_answer_is_never_before_the_card_it_answers(self, db: Database) -> None:
        """Where only VK's history is left, it tells seconds."""
        await put_back(db)
        await arrive(db, late(CHAT, 2), late(5, 1, 0.9), late(6, 1, 1.1))
        answers = {(CHAT, "m:2"): MessageNew(Message(CHAT, 2, 9, THEN, "Готово", reply=Reply(1, -C)))}
        assert await order(db, answers) == [(5, "m:1"), (CHAT, "m:2"), (6, "m:1")]

    @pytest.mark.parametrize(("tries", "goes_on"), [(1, False), (restored.TRIES, False), (restored.TRIES + 1, True)])
    async def test_what_raised_is_waited_for_some_minute(self, db: Database, tries: int, goes_on: bool) -> None:
        """F20, F24, I3 (seed 5059): «Отправить» was to be tried again, and the reply to its card was handled first."""
        await put_back(db)
        await arrive(db, late(5, 1, 1), late(6, 1, 3), late(7, 1, 600))
        now = NOW
        for _ in range(tries):
            (row,) = await db.run(lambda tx, now=now: relive.heads(tx, BOT, now, 1, read))  # type: ignore[misc]
            assert row.peer == 5
            due = await db.run(lambda tx, row=row, now=now: inbox.retry(tx, C, row, reason="x", now=now))  # type: ignore[misc]
            waiting, now = now, due
        found = await db.run(lambda tx: relive.heads(tx, BOT, waiting, 1, read))
        assert [one.peer for one in found] == ([6] if goes_on else [])
        if goes_on:
            await db.run(lambda tx: inbox.end(tx, C, [(found[0], None)], NOW))
            found = await db.run(lambda tx: relive.heads(tx, BOT, waiting, 1, read))
            assert [one.peer for one in found] == [7]

    @pytest.mark.parametrize("seconds", [0, 1])
    async def test_who_answers_what_is_still_unknown_waits_for_others_of_his_second(
        self, db: Database, seconds: int
    ) -> None:
        """«Не решено» in the very second of the answer, handled before it (seed 65687; F24, I2)."""
        await put_back(db)
        await db.run(lambda tx: inbox.ingest(tx, C, [late(5, 3), late(6, 1, seconds)], now=NOW, own=[(5, 1), (5, 2)]))
        await db.run(lambda tx: saw(tx, 5, 2, 0, THEN))
        among = [(6, "m:1"), (5, "m:3")]
        assert await order(db) == (among[::-1] if seconds else among)

    async def test_what_is_known_is_waited_for_by_nobody(self, db: Database) -> None:
        await put_back(db)
        await db.run(lambda tx: inbox.ingest(tx, C, [late(5, 3), late(6, 1)], now=NOW, own=[(5, 1), (5, 2)]))
        await db.run(lambda tx: saw(tx, 5, 2, 0, THEN))
        await said_in(db, 5, 2)
        assert await order(db) == [(5, "m:3"), (6, "m:1")]

    @pytest.mark.parametrize(("known", "place"), [(False, 1), (True, 4)])
    async def test_a_delivery_stands_before_what_was_said_to_what_followed(
        self, db: Database, known: bool, place: int
    ) -> None:
        """1, the answer 2, the question 3 that may follow from its arrival, and 4 in their second (seed 65687)."""
        await put_back(db)
        rows = [late(5, 1), late(5, 4, 1)]
        await db.run(lambda tx: inbox.ingest(tx, C, rows, now=NOW, own=[(5, 2), (5, 3)]))
        if known:
            await said_in(db, 5, 3)
        at = THEN + timedelta(seconds=1)
        assert await db.run(lambda tx: places.of_delivery(tx, C, 5, at, 2)) == place
        assert await db.run(lambda tx: places.of_delivery(tx, C, 5, None, 2)) is None

    @pytest.mark.parametrize(("seconds", "behind"), [(1, 0), (301, 3)])
    async def test_what_is_newer_than_the_restore_is_looked_for_behind_its_cause_only(
        self, db: Database, seconds: int, behind: int
    ) -> None:
        """Seed 80864 (I8): what the lost process had asked for came late, in the words of a later screen, and in front
        of the message that this one answered in the same second: it was taken for it, and nobody got an answer."""
        await put_back(db)
        rows = [late(5, 1, seconds), late(5, 3, seconds)]
        await db.run(lambda tx: inbox.ingest(tx, C, rows, now=NOW, own=[(5, 2)]))
        cause_at = THEN + timedelta(seconds=seconds)
        await db.run(lambda tx: enqueue.add(tx, C, [send(5, "a")], NOW, [cause_at]))
        (row,) = await look(db)
        assert row.probe_from == behind

    @pytest.mark.parametrize(("code", "at"), [(0, NOW), (911, THEN)])
    async def test_an_answer_in_doubt_is_given_up_today(self, db: Database, code: int, at: Any) -> None:
        """Seed 83558 (I3): given up at the time at which it was written, it took the message from its chat, and the
        official's next words, to which VK shows a line, were refused."""
        await put_back(db)
        await db.run(lambda tx: enqueue.add(tx, C, [answer(5, "a", "1125-AAAA")], NOW, [THEN]))
        (row,) = await look(db)
        await db.run(lambda tx: outcomes.set_aside(tx, C, row.id, row.epoch, NOW, code))
        told = select(inbox_table.c.at).where(inbox_table.c.kind == "internal")
        found = await db.run(lambda tx: tx.row(told))
        assert found is not None and found["at"] == at

    async def test_what_is_newer_comes_last_and_together(self, db: Database) -> None:
        await put_back(db)
        await arrive(db, late(5, 1, 600), late(6, 1, 601), late(7, 1, 1))
        found = await db.run(lambda tx: relive.heads(tx, BOT, NOW, 9, read))
        assert [one.peer for one in found] == [7]
        await db.run(lambda tx: inbox.end(tx, C, [(found[0], None)], NOW))
        assert [one.peer for one in await db.run(lambda tx: relive.heads(tx, BOT, NOW, 9, read))] == [5, 6]

    @pytest.mark.parametrize("micros", [0, 1])
    @pytest.mark.parametrize(("answered", "place"), [("", 1), ("a", 3)])
    async def test_a_timer_stands_before_what_it_may_have_said_only(
        self, db: Database, answered: str, place: int, micros: int
    ) -> None:
        """VK tells seconds: what we said in the timer's own second is the timer's, unless it is known to be another's,
        whichever place the message of that second has among others (the machine of hypothesis; F24, I7)."""
        await put_back(db)
        last = late(5, 3, 1)
        written = replace(last, at=last.at and last.at + timedelta(microseconds=1))
        await db.run(lambda tx: inbox.ingest(tx, C, [late(5, 1), written], now=NOW, own=[(5, 2)]))
        if answered:
            await said_in(db, 5, 2)
        at = THEN + timedelta(seconds=1, microseconds=micros)
        assert await db.run(lambda tx: places.of_timer(tx, C, 5, at)) == place


async def said_in(db: Database, peer: int, cmid: int) -> None:
    """It is known from what this message of ours follows."""
    await db.run(lambda tx: enqueue.add(tx, C, [send(peer, "a")], NOW, [THEN]))
    (row,) = await look(db)
    await db.run(lambda tx: outcomes.sent(tx, C, row.id, cmid, NOW))


BOT: Any = SimpleNamespace(community=C)


def read(row: Waiting) -> Event:
    return NotForUs("что бы то ни было")


async def arrive(db: Database, *arrived: Arrived) -> None:
    own = [(CHAT, 1)] if any(one.peer == CHAT for one in arrived) else []
    await db.run(lambda tx: inbox.ingest(tx, C, arrived, now=NOW, own=own))


async def order(db: Database, events: Mapping[tuple[int, str], Event] = {}) -> list[tuple[int, str]]:  # noqa: B006
    """In which order these are handled, one by one."""

    def known(row: Waiting) -> Event:
        return events.get((row.peer, row.key), read(row))

    found: list[tuple[int, str]] = []
    while True:
        rows = await db.run(lambda tx: relive.heads(tx, BOT, NOW, 1, known))
        if not rows:
            return found
        (row,) = rows
        found.append((row.peer, row.key))
        await db.run(lambda tx, row=row: inbox.end(tx, C, [(row, None)], NOW))  # type: ignore[misc]


async def test_what_came_next_in_a_dialogue_is_read(db: Database) -> None:
    await put_back(db)
    await db.run(lambda tx: inbox.ingest(tx, C, [message(5, n, raw=f"{{{n}}}") for n in (1, 2, 3)], now=NOW))
    await db.run(lambda tx: inbox.ingest(tx, C, [internal(5, "i", NotForUs("x"))], now=NOW))
    (row,) = await heads(db)
    assert await db.run(lambda tx: restored.next_messages(tx, C, row)) == ["{2}", "{3}"]
    await db.run(lambda tx: inbox.end(tx, C, [(row, None)], NOW))
    (row,) = await heads(db)
    assert await db.run(lambda tx: restored.next_messages(tx, C, row)) == ["{3}"]


def late(peer: int, cmid: int, seconds: float = 0) -> Arrived:
    return Arrived("message", peer, f"m:{cmid}", "{}", peer, cmid, THEN + timedelta(seconds=seconds))


async def saw(tx: Any, peer: int, cmid: int, random_id: int, at: Any) -> None:
    places.saw(tx, C, Own(peer, cmid, random_id), at)


async def said(tx: Any, peer: int, cmid: int) -> Any:
    return places.said(tx, C, peer, cmid)
