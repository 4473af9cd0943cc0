"""What is kept of a chat that is doubted, and which of its messages nobody has read, on both engines (F16)."""

from __future__ import annotations

from given import CHAT, NOW, at, decide, ingest, message, say, send, sent, take

from states.decision import Decision
from states.people.chats import Chat, Doubt
from storage.db.database import Database
from storage.inbox import unread
from storage.inbox.history import reread_failed
from storage.outbox import own_numbers
from storage.records import chats


async def test_a_doubt_is_kept_with_its_chat_and_ends_with_it(db: Database) -> None:
    doubt = Doubt(NOW, first=7, failed=1, refused=True, told="v1|77|chat|1|rights.1|0")
    await decide(db, Decision(chat=Chat(CHAT, "roads", NOW, doubt=doubt)))
    assert await db.run(chats.bound) == [Chat(CHAT, "roads", NOW, doubt=doubt)]
    await decide(db, Decision(chat=Chat(CHAT, "roads", NOW)))
    assert await db.run(chats.bound) == [Chat(CHAT, "roads", NOW)]


async def test_from_where_on_a_chat_is_unread_and_what_came_in(db: Database) -> None:
    await ingest(db, message(CHAT, 3, raw="x"), message(CHAT, 6, wanted=True), now=NOW)
    assert await db.run(lambda tx: unread.first_unknown(tx, CHAT)) == 7, "of a chat before its base all is known"
    assert await db.run(lambda tx: unread.arrived_numbers(tx, CHAT, (2, 3, 4, 6))) == {3, 6}
    await db.run(lambda tx: reread_failed(tx, CHAT, [6], NOW))
    assert await db.run(lambda tx: unread.arrived_numbers(tx, CHAT, (3, 6))) == {3}, "it came without its words"
    assert await db.run(lambda tx: unread.written_before(tx, CHAT, 3)) is None


async def test_our_own_numbers_and_when_they_were_sent(db: Database) -> None:
    for number in (4, 5, 8, 9):
        await say(db, send(CHAT, f"c{number}"))
        await sent(db, (await take(db))[0], number, now=at(number))
    assert await db.run(lambda tx: own_numbers.newest(tx, CHAT, NOW)) == [9, 8, 5]
    assert await db.run(lambda tx: own_numbers.newest(tx, CHAT, at(9))) == [9]
    assert await db.run(lambda tx: own_numbers.among(tx, CHAT, (3, 4, 5))) == {4, 5}
    assert await db.run(lambda tx: own_numbers.among(tx, CHAT, ())) == set()
    assert await db.run(lambda tx: own_numbers.sent_before(tx, CHAT, 8)) == at(5)
    assert await db.run(lambda tx: own_numbers.sent_before(tx, CHAT, 4)) is None
