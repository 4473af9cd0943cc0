"""What an outage had held up is handled again when it was handled, not when it was written (delivery.md §13; I7, F24).

Seed 1195885: «/закрыть» three seconds after an answer, handled when the answer had left. After an older copy it came
before that, was refused below the very words to which VK shows «Закрыли.», and the message stayed open.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from given import CHAT, NOW, C, appeal, heads, internal, load, look, send, submitted
from sqlalchemy import insert, select

from bot.delivery import relive
from handlers.text.texts_chat import CLOSED
from states.decision import Decision
from states.effects import CancelTimer, Reread, Send, StartTimer
from states.events import Event, MessageNew, NotForUs, TimerFired
from states.messages import Message, Reply
from storage.db.database import Database
from storage.db.schema import inbox as inbox_table
from storage.db.schema import meta
from storage.db.transaction import Own
from storage.inbox import inbox
from storage.inbox.inbox import Arrived, Waiting
from storage.legacy import places, restored
from storage.outbox import enqueue, outcomes

THEN = NOW - timedelta(minutes=5)
COMMAND = 9
REFUSED = "Сейчас так сделать нельзя."
BOT: Any = SimpleNamespace(community=C, clock=SimpleNamespace(now=lambda: NOW))


def says(text: str, reply_to: int = COMMAND) -> Decision:
    return Decision(effects=(Send(CHAT, f"hint {reply_to}", text, reply_to=reply_to),))


CLOSES = submitted(appeal("1125-AAAA"), effects=says(CLOSED).effects)


@pytest.fixture(autouse=True)
async def put_back(db: Database) -> None:
    """«/закрыть» in the second 3 after `THEN`; of others something in the seconds 4 and 9."""
    await db.run(lambda tx: restored.mark(tx, C, NOW, "then"))
    await db.run(lambda tx: restored.resume(tx, C, NOW))
    await db.run(lambda tx: tx.execute(insert(meta).values(community_id=C, name="swept", value="x")))
    rows = [written(CHAT, COMMAND, 3), written(5, 1, 4), written(6, 1, 9)]
    await db.run(lambda tx: inbox.ingest(tx, C, rows, now=NOW, own=[(CHAT, one) for one in range(1, COMMAND)]))


def written(peer: int, cmid: int, seconds: float) -> Arrived:
    return Arrived("message", peer, f"m:{cmid}", "{}", peer, cmid, after(seconds))


def after(seconds: float) -> datetime:
    return THEN + timedelta(seconds=seconds)


async def vk_shows(db: Database, cmid: int, text: str | None, seconds: float, reply: int = 0) -> None:
    await db.run(lambda tx: shows(tx, Own(CHAT, cmid, 0, reply, text), after(seconds)))


async def shows(tx: Any, own: Own, at: datetime) -> None:
    places.saw(tx, C, own, at)


async def head(db: Database) -> Waiting:
    (row,) = await db.run(lambda tx: relive.heads(tx, BOT, NOW, 1, lambda row: NotForUs("")))
    return row


async def is_later(db: Database, row: Waiting, decision: Decision) -> bool:
    return await db.run(lambda tx: relive.is_later(tx, BOT, row, decision))


async def is_now(db: Database, row: Waiting) -> float:
    """In which second after `THEN` it is handled."""
    at = await db.run(lambda tx: time_of(tx, row))
    return round((at - THEN).total_seconds(), 3)


async def time_of(tx: Any, row: Waiting) -> datetime:
    return await relive.then(tx, BOT, row, NotForUs(""), NOW)


@pytest.mark.parametrize("reply", [COMMAND, 0], ids=["a reply", "only its words"])
async def test_it_waits_behind_the_next_of_the_others_until_that_follows_which_vk_shows(
    db: Database, reply: int
) -> None:
    await vk_shows(db, 11, CLOSED, 10, reply)
    command = await head(db)
    assert (command.peer, await is_now(db, command)) == (CHAT, 3)
    assert await is_later(db, command, says(REFUSED))
    answer = await head(db)
    assert answer.peer == 5
    assert not await is_later(db, answer, Decision())
    await db.run(lambda tx: inbox.end(tx, C, [(answer, None)], NOW))
    again = await head(db)
    assert (again.id, await is_now(db, again)) == (command.id, 4)
    assert not await is_later(db, again, CLOSES)


async def test_at_the_latest_it_is_what_it_is_when_vk_got_what_it_shows(db: Database) -> None:
    await vk_shows(db, 11, CLOSED, 7, COMMAND)
    command = await head(db)
    tried = []
    while await is_later(db, command, says(REFUSED)):
        tried.append(await is_now(db, command))
    assert tried == [4, 8], "behind the others, then in the end of that second"
    assert (await head(db)).peer == 5


@pytest.mark.parametrize(
    ("decision", "shown", "why"),
    [
        (says(REFUSED), (11, REFUSED, COMMAND), "VK shows the same"),
        (CLOSES, (11, None, COMMAND), "it was edited: the line about an answer"),
        (says(REFUSED), (11, None, 0), "edited, and no reply: about something else"),
        (says(REFUSED), (11, CLOSED, 8), "a reply to something else"),
        (says(REFUSED), (8, CLOSED, 0), "said before"),
        (says(REFUSED), (12, REFUSED, 0), "the same, not as a reply"),
        (CLOSES, (11, "Карточка", 0), "it changes something, and what VK shows may be anything"),
        (Decision(ignored="незнакомая команда"), (11, "Карточка", 0), "it says nothing"),
    ],
)
async def test_it_is_handled_where_it_was_written(
    db: Database, decision: Decision, shown: tuple[int, str | None, int], why: str
) -> None:
    cmid, text, reply = shown
    await vk_shows(db, cmid, text, 10, reply)
    assert not await is_later(db, await head(db), decision), why


async def test_what_changes_something_waits_where_vk_shows_a_refusal(db: Database) -> None:
    """The other way round: closed where it was written, though it had been refused."""
    await vk_shows(db, 11, REFUSED, 10, COMMAND)
    assert await is_later(db, await head(db), CLOSES)


async def test_a_refusal_is_not_said_below_what_became_of_the_answer(db: Database) -> None:
    """Seed 5896: a card that the copy did not know; its answer had been delivered, and the line below it said so."""
    await vk_shows(db, 11, None, 10, COMMAND)
    row = await head(db)
    assert await is_later(db, row, says(REFUSED))
    assert (await unless_said(db, row, says(REFUSED))).ignored
    assert await unless_said(db, row, CLOSES) is CLOSES


async def test_a_refusal_is_said_below_what_was_promised_only(db: Database) -> None:
    """Seed 4955: the answer to it had not left."""
    await vk_shows(db, 11, "Ответ уйдёт через 2 секунды", 10, COMMAND)
    said = says(REFUSED)
    assert await unless_said(db, await head(db), said) is said


async def unless_said(db: Database, row: Waiting, decision: Decision) -> Decision:
    return await db.run(lambda tx: relive.unless_said(tx, BOT, row, decision))


async def test_it_is_known_that_a_card_is_unknown(db: Database) -> None:
    """From after the copy, and nothing has led to it again."""
    row = await head(db)
    event = MessageNew(Message(CHAT, COMMAND, 9, after(3), "Готово", reply=Reply(8, -C)))
    assert await is_unknown(db, row, event) and not await is_unknown(db, row, NotForUs(""))
    await cause_of(db, 8)
    assert not await is_unknown(db, row, event)


async def is_unknown(db: Database, row: Waiting, event: Event) -> bool:
    (facts,) = await load(db, (row, event))
    return (await db.run(lambda tx: relive.as_then(tx, BOT, row, event, facts))).unknown_card


async def cause_of(db: Database, cmid: int) -> None:
    """That message of the chat has one."""
    await db.run(lambda tx: enqueue.add(tx, C, [send(CHAT, "card")], NOW, [THEN]))
    (row,) = await look(db)
    await db.run(lambda tx: outcomes.sent(tx, C, row.id, cmid, NOW))


async def test_the_first_reply_counts_and_what_has_a_cause_does_not(db: Database) -> None:
    await vk_shows(db, 12, CLOSED, 10, COMMAND)
    await vk_shows(db, 11, REFUSED, 10, COMMAND)
    assert not await is_later(db, await head(db), says(REFUSED))


async def test_what_has_followed_from_something_else_is_no_answer_to_it(db: Database) -> None:
    await vk_shows(db, 11, "Карточка", 10)
    assert await is_later(db, command := await head(db), says(REFUSED))
    await cause_of(db, 11)
    assert not await is_later(db, command, says(REFUSED))


async def test_only_messages_of_chats_from_before_the_restore(db: Database) -> None:
    rows = [internal(CHAT + 1, "i", NotForUs("x")), written(7, 1, 3), written(CHAT + 2, 2, 600)]
    await db.run(lambda tx: inbox.ingest(tx, C, rows, now=NOW, own=[(CHAT + 2, 1)]))
    by_peer = {row.peer: row for row in await heads(db)}
    for peer in (CHAT + 1, CHAT + 2, 7):
        await db.run(lambda tx, peer=peer: shows(tx, Own(peer, 11, 0, 0, CLOSED), after(10)))  # type: ignore[misc]
        row = by_peer[peer]
        said = Decision(effects=(Send(peer, "x", REFUSED, reply_to=row.cmid),))
        assert not await is_later(db, row, said), peer


async def test_nothing_is_remembered_when_nothing_more_is_lived_through(db: Database) -> None:
    await vk_shows(db, 11, CLOSED, 10, COMMAND)
    assert await is_later(db, await head(db), says(REFUSED))
    await db.run(lambda tx: relive.heads(tx, BOT, NOW + 2 * relive.PATIENCE, 1, lambda row: NotForUs("")))
    known = await db.run(remembered)
    assert not any(known), known


async def remembered(tx: Any) -> list[Any]:
    return [tx.restored.said, tx.restored.numbers, tx.restored.lines, tx.restored.late, tx.restored.unsure]


class TestWhatWasDroppedBeforeConsent:
    """Seed 54070 (F24, I7): words from before consent were lived through then, and the pause behind them ended before
    its resident pressed «Написать сообщение», whose screen was taken for that of the pause and said anew."""

    async def test_it_is_handled_behind_the_consent_and_what_we_said_there(self, db: Database) -> None:
        await db.run(lambda tx: inbox.ingest(tx, C, [written(7, 1, 1), written(7, 2, 60)], now=NOW))
        by_cmid = {row.cmid: row for row in await heads(db) if row.peer == 7}
        first, consent = by_cmid[1], replace(by_cmid[1], cmid=2, at=after(60))
        assert await is_now(db, first) == 1
        given = Decision(effects=(Reread(7, (1, 2)),))
        await db.run(lambda tx: relive.note_reread(tx, BOT, consent, given, after(60)))
        assert await is_now(db, first) == 60
        await db.run(lambda tx: shows(tx, Own(7, 3), after(62)))
        assert await is_now(db, first) == 60, "nobody knows yet what that followed from"
        await db.run(lambda tx: enqueue.add(tx, C, [send(7, "asked")], NOW, [after(60)]))
        (row,) = await look(db)
        await db.run(lambda tx: outcomes.sent(tx, C, row.id, 3, NOW))
        assert await is_now(db, first) == 62

    @pytest.mark.parametrize(("shown", "place"), [(60, 5), (62, 2)], ids=["at once", "later"])
    async def test_the_pause_behind_it_may_have_ended_before_the_press_of_its_screen(
        self, db: Database, shown: int, place: int
    ) -> None:
        """Seeds 4395, 9006 (I2, I8): VK got our thanks late, so the words seemed to be handled late, the pause behind
        them ended behind the press that answers its own screen, and all after that went otherwise."""
        rows = [written(7, 1, 1), written(7, 2, 60), written(7, 5, 63)]
        await db.run(lambda tx: inbox.ingest(tx, C, rows, now=NOW, own=[(7, 3), (7, 4)]))
        first = next(row for row in await heads(db) if row.peer == 7)
        given = Decision(effects=(Reread(7, (1,)),))
        await db.run(lambda tx: relive.note_reread(tx, BOT, replace(first, cmid=2, at=after(60)), given, after(60)))
        await db.run(lambda tx: shows(tx, Own(7, 3), after(shown)))
        await db.run(lambda tx: enqueue.add(tx, C, [send(7, "thanks")], NOW, [after(60)]))
        (row,) = await look(db)
        await db.run(lambda tx: outcomes.sent(tx, C, row.id, 3, NOW))
        assert await is_now(db, first) == shown
        ended = after(64)
        assert await db.run(lambda tx: places.of_timer(tx, C, 7, ended)) == place

    async def test_nothing_newer_is_moved(self, db: Database) -> None:
        row = replace(await head(db), at=NOW + timedelta(seconds=1))
        await db.run(lambda tx: relive.note_reread(tx, BOT, row, Decision(effects=(Reread(5, (1,)),)), NOW))
        assert not (await db.run(remembered))[-1]

    async def test_a_timer_that_is_set_anew_before_its_turn_has_not_fired(self, db: Database) -> None:
        """After a restore all that is due fires at once, into the inbox."""
        told = [(5, f"timer|pause|{key}|1", TimerFired("pause", key, 5, THEN)) for key in ("5", "55")]
        await db.run(lambda tx: inbox.tell(tx, C, told, NOW))
        anew = StartTimer("pause", "5", 5, NOW)
        await db.run(lambda tx: restored.not_fired(tx, C, [anew, CancelTimer("pause", "55")], NOW))
        query = select(inbox_table.c.key, inbox_table.c.state).where(inbox_table.c.kind == "internal")
        found = {row["key"]: row["state"] for row in await db.run(lambda tx: tx.rows(query))}
        assert found == {"timer|pause|5|1": "ignored", "timer|pause|55|1": "new"}
