"""What is past its term goes, in small windows, and nothing before its time: a journey of four years (R15, T9)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from given import (
    CHAT,
    NOW,
    C,
    appeal,
    decide,
    heads,
    identity,
    ingest,
    internal,
    message,
    say,
    send,
    submitted,
    take,
)
from given import sent as sent_one
from sqlalchemy import select, update

from states.audit import AuditAction, AuditLine
from states.decision import Consent, Decision
from states.dialogue import Dialogue
from states.effects import Kind
from states.events import TimerFired
from states.lifecycle.appeal import Action, Piece, move
from states.lifecycle.rights import ErasureRequest
from states.people.chats import Chat
from states.people.officials import Official, Standing
from storage.db import codec
from storage.db.database import Database
from storage.db.schema import appeal as appeal_table
from storage.db.schema import audit as audit_table
from storage.db.schema import dialogue as dialogue_table
from storage.db.schema import inbox as inbox_table
from storage.db.schema import outbox as outbox_table
from storage.db.transaction import Transaction
from storage.inbox import inbox
from storage.inbox.inbox import Arrived
from storage.outbox import enqueue
from storage.privacy import audit, community_key, erasures, holdings, retention
from storage.privacy.retention import RetentionTerms
from storage.records import appeals, officials

TERMS = RetentionTerms()
WHO, OPEN, WRITING = 500_123_457, 500_222_333, 500_444_555


def day(number: float) -> datetime:
    return NOW + timedelta(days=number)


async def swept(db: Database, now: datetime, terms: RetentionTerms = TERMS) -> int:
    """One daily job, to its end."""
    changed = 0
    for job in retention.JOBS:
        after: Any = None
        while True:
            done = await db.run(lambda tx: job(tx, after, now, terms))  # noqa: B023
            changed += done.changed
            after = done.after
            if after is None:
                break
    await community_key.finish(db, now + community_key.GRACE)
    return changed


async def filled(db: Database, table: Any, column: str) -> list[bool]:
    rows = await db.run(lambda tx: tx.rows(select(table.c[column]).order_by(table.c.id)))
    return [bool(row[column]) for row in rows]


async def resident(db: Database, who: int, code: str, *, closed: bool) -> None:
    """An appeal, answered or not, with a card that was sent and the message it came from."""
    await ingest(db, message(who, 1, raw='{"text":"тайна"}'))
    one, line = appeal(code, resident=who, pieces=(Piece(1, "тайна"),))
    card = send(CHAT, f"card|{who}", kind=Kind.CARD, appeal=code)
    answer = send(who, f"answer|{who}", kind=Kind.ANSWER)
    dialogue = Dialogue(who, consent="hash", touched_at=NOW)
    consent = Consent(who, True, "hash", NOW, 1)
    decision = submitted((one, line), dialogue=dialogue, effects=(card, answer), consent=consent)
    await decide(db, decision, peer=who)
    if closed:
        moved = move(one, Action.ANSWER, NOW, 9)
        assert isinstance(moved, tuple)
        await decide(db, submitted(moved), peer=who)
    for row in await take(db):
        await sent_one(db, row, 2 if row.peer == who else row.id % 100_000 + 10)  # no gap in the own dialogue
    await ended(db)


async def ended(db: Database) -> None:
    async def body(tx: Transaction) -> int:
        rows = await inbox.next_events(tx, NOW, 50)
        await inbox.finish(tx, [(row, None) for row in rows], NOW)
        return len(rows)

    while await db.run(body):
        pass


class TestTerms:
    async def test_raw_events_thirty_days_after_they_were_handled(self, db: Database) -> None:
        await ingest(db, message(5, 1), message(6, 1))
        await ended(db)
        await ingest(db, message(7, 1))
        assert await swept(db, day(29.9)) == 0
        assert await filled(db, inbox_table, "raw") == [True, True, True]
        assert await swept(db, day(30)) == 2
        assert await filled(db, inbox_table, "raw") == [False, False, True], "what waits is never touched"
        assert [row.peer for row in await heads(db, day(30))] == [7]

    async def test_officials_a_year_after_they_have_left(self, db: Database) -> None:
        """T5, R15: who works in a bound chat stays, who has left goes with the name, and so does an unbound chat."""
        await decide(db, Decision(chat=Chat(CHAT, "roads", NOW)), peer=CHAT)
        here = Official(CHAT, 1, Standing.WORKS, NOW, name="Ольга П.")
        left = Official(CHAT, 2, Standing.GONE, NOW, day(10), name="Иван С.")
        elsewhere = Official(CHAT + 1, 3, Standing.WORKS, NOW, name="Анна Я.")
        await decide(db, Decision(officials=(here, left, elsewhere)))

        async def known() -> set[int]:
            found = await db.run(lambda tx: officials.of_chats(tx, [CHAT, CHAT + 1]))
            return {user for people in found.values() for user in people}

        for number, users in ((364, {1, 2, 3}), (366, {1, 2}), (376, {1}), (4000, {1})):
            await swept(db, day(number))
            assert await known() == users, number

    async def test_what_was_said_in_passing_after_thirty_days(self, db: Database) -> None:
        """A screen, a notice, an edit that was sent, or taken back. A card leads to its message, an answer
        stays with it; what waits and what people may still send stays too."""
        kinds = {"card": Kind.CARD, "added": Kind.ADDITION, "answer": Kind.ANSWER, "notice": Kind.NOTICE}
        told = [send(number, name, kind=kind) for number, (name, kind) in enumerate(kinds.items(), 5)]
        await say(db, *told)
        for row in await take(db):
            await sent_one(db, row, 1)
        await say(db, send(20, "taken"), send(21, "held"), send(22, "waits"))
        await db.run(lambda tx: enqueue.cancel_all(tx, ["taken"], NOW))
        held = update(outbox_table).where(outbox_table.c.cause == "held")
        await db.run(lambda tx: tx.execute(held.values(state="cancelled", reason=enqueue.HELD, ended_at=NOW)))
        before = await db.run(lambda tx: holdings.past_their_term(tx, day(30), TERMS))
        await swept(db, day(29.9))
        assert len(await filled(db, outbox_table, "body")) == 7
        await swept(db, day(30))
        left = {row["cause"]: bool(row["body"]) for row in await db.run(lambda tx: tx.rows(select(outbox_table)))}
        assert left == {"card": False, "added": False, "answer": True, "held": False, "waits": True}
        assert before.messages == 3, "the notice, what was taken back, and the text of what is held"

    async def test_a_line_of_an_open_message_may_still_be_edited(self, db: Database) -> None:
        """An approval that waits for two months: its line in the chat is edited when somebody agrees at last."""
        for who, code, closed in ((WHO, "1125-AAAA", True), (OPEN, "1125-BBBB", False)):
            await resident(db, who, code, closed=closed)
            await say(db, send(CHAT, f"line|{who}", kind=Kind.NOTICE, appeal=code))
            (row,) = await take(db)
            await sent_one(db, row, row.id % 100_000 + 10)
        assert (await db.run(lambda tx: holdings.past_their_term(tx, day(31), TERMS))).messages == 1
        await swept(db, day(31))
        left = {row["cause"] for row in await db.run(lambda tx: tx.rows(select(outbox_table)))}
        assert f"line|{OPEN}" in left and f"line|{WHO}" not in left and {f"card|{WHO}", f"card|{OPEN}"} <= left

    async def test_events_that_were_no_message_thirty_days_after_they_were_handled(self, db: Database) -> None:
        pressed = Arrived("button", CHAT, "b:1", "{}", 9)
        await ingest(db, message(5, 1), pressed, internal(5, "timer|1", TimerFired("pause", "5", 5, NOW)))
        await ended(db)
        await swept(db, day(29.9))
        assert len(await filled(db, inbox_table, "raw")) == 3
        assert (await db.run(lambda tx: holdings.past_their_term(tx, day(30), TERMS))).events == 3
        await swept(db, day(30))
        (kept,) = await db.run(lambda tx: tx.rows(select(inbox_table)))
        assert (kept["kind"], kept["raw"]) == ("message", "") and (await identity(db))["balanced"]

    async def test_the_terms_are_settings(self, db: Database) -> None:
        await ingest(db, message(5, 1))
        await ended(db)
        assert await swept(db, day(6), RetentionTerms(raw=timedelta(days=7))) == 0
        assert await swept(db, day(7), RetentionTerms(raw=timedelta(days=7))) == 1

    async def test_a_window_is_bounded(self, db: Database) -> None:
        """R15, T9: whatever there is, a transaction touches so much and no more."""
        for start in range(0, 1200, 300):
            await ingest(db, *(message(start + number, 1) for number in range(1, 301)))
        await ended(db)
        sizes = []
        after: Any = None
        while True:
            done = await db.run(lambda tx: retention.events(tx, after, day(31), TERMS))  # noqa: B023
            sizes.append(done.changed)
            after = done.after
            if after is None:
                break
        assert sizes == [500, 500, 200]


class TestFourYears:
    async def test_a_journey(self, db: Database) -> None:
        """R15: month by month for four years; each thing goes when its term ends and not before."""
        await resident(db, WHO, "1125-AAAA", closed=True)
        await resident(db, OPEN, "1125-BBBB", closed=False)
        await db.run(lambda tx: audit.append(tx, [AuditLine(9, AuditAction.EXPORTED, "1125-AAAA")], NOW))
        gone: dict[str, int] = {}
        for number in range(0, 365 * 4 + 30, 15):
            now = day(number)
            if number % 60 == 0:  # somebody who goes on writing
                await ingest(db, message(WRITING, number // 60 + 1), now=now)
                await decide(db, Decision(dialogue=Dialogue(WRITING, touched_at=now)), peer=WRITING, now=now)
                await ended(db)
            await swept(db, now)
            for name, is_gone in (await db.run(self.look)).items():
                if is_gone:
                    gone.setdefault(name, number)
            assert (await identity(db))["balanced"], number
        assert gone == {"raw": 30, "body": 375, "appeal": 375, "resident": 375, "audit": 1110}

    async def look(self, tx: Transaction) -> dict[str, bool]:
        """What of the first resident is gone. The others must always be there."""
        raws = await tx.rows(select(inbox_table.c.raw).where(inbox_table.c.peer == WHO))
        bodies = await tx.rows(select(outbox_table.c.body).where(outbox_table.c.cause.endswith(str(WHO))))
        people = {row["resident"] for row in await tx.rows(select(dialogue_table.c.resident))}
        owners = [row["resident"] for row in await tx.rows(select(appeal_table.c.resident))]
        first = await tx.row(select(audit_table.c.number).where(audit_table.c.number == 1))
        assert {OPEN, WRITING} <= people and OPEN in owners and len(owners) == 2
        assert list(await appeals.by_code(tx, ["1125-BBBB"])) == ["1125-BBBB"]
        return {
            "raw": not any(row["raw"] for row in raws),
            "body": not any(row["body"] for row in bodies),
            "appeal": WHO not in owners,
            "resident": WHO not in people and not await tx.keys.ring.store.call(lambda c: _keys(c, WHO)),
            "audit": first is None,
        }

    async def test_the_record_of_an_erasure_is_kept_three_years(self, db: Database) -> None:
        """R14: the act and its log (РКН №179)."""
        from storage.privacy import forgetting

        await decide(db, Decision(erasure=ErasureRequest(WHO, NOW, day(30))))
        await db.run(lambda tx: forgetting.erase(tx, WHO, NOW))
        await community_key.finish(db, NOW + community_key.GRACE)
        await swept(db, day(1095))
        assert len(await db.run(erasures.everything)) == 1
        await swept(db, day(1100))
        assert await db.run(erasures.everything) == []
        listed = await db.run(lambda tx: tx.keys.ring.forgotten_all(C))
        assert len(listed) == 1, "the erasure list itself names nobody and is kept"


def _keys(connection: Any, who: int) -> list[int]:
    from storage.db import keystore

    return keystore.ids_of(connection, C, who)


async def test_a_parked_answer_keeps_its_appeal(db: Database) -> None:
    """It waits for the resident to open the dialogue: not past its term while it may still be sent."""
    await resident(db, WHO, "1125-AAAA", closed=True)
    await say(db, send(WHO, "answer", appeal="1125-AAAA"))
    await swept(db, day(400))
    assert list(await db.run(lambda tx: appeals.by_code(tx, ["1125-AAAA"]))) == ["1125-AAAA"]
    assert codec is not None
