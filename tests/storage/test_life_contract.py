"""The life of a message in the tables: columns to search by, officials, pauses, and a filled older database (0004)."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from typing import Any

import pytest
from given import CHAT, CUR_CHAT, MASTER, NOW, C, appeal, at, decide, heads, ingest, message, submitted
from sqlalchemy import Connection, select, text

from states.decision import Decision
from states.events import RoutesChanged
from states.lifecycle.answers import Approval, Held
from states.lifecycle.appeal import Action, Appeal, Status, move
from states.lifecycle.tasks import Job, Task
from states.people.chats import CUR, Chat
from states.people.officials import Official, Standing
from states.worktime.deadlines import Deadline, TermClock
from storage.db import codec
from storage.db.database import Database, connect
from storage.db.errors import Conflict
from storage.db.migrations import migrate
from storage.db.schema import appeal as appeal_table
from storage.db.schema import official as official_table
from storage.inbox import inbox
from storage.inbox import watermarks as known
from storage.inbox.inbox import Arrived
from storage.privacy import community_key
from storage.records import appeals, chats, officials
from storage.unit_of_work import decisions

ROADS = Chat(CHAT, "roads", NOW, 9)
CENTRE = Chat(CUR_CHAT, CUR, NOW, 9)
OLGA = Official(CHAT, 8, Standing.WORKS, NOW, name="Ольга П.")


async def found(db: Database, code: str = "1125-AAAA") -> Appeal:
    return (await db.run(lambda tx: appeals.by_code(tx, [code])))[code]


class TestAppeals:
    async def test_everything_an_appeal_holds_comes_back(self, db: Database) -> None:
        one, line = appeal("1125-AAAA")
        full = replace(
            one,
            urgent=True,
            deadline=Deadline(TermClock.FIRST_ANSWER, NOW, at(60)),
            held=(Held("c", "answer", 8, NOW),),
            approval=Approval(8, NOW, CHAT, 7, "answer", "слова"),
            tasks=(Task(CHAT, 8, Job.DECLINE, NOW),),
            incident="1125-AAAA",
            repeat_of="1125-ZZZZ",
            first_answer_at=at(1),
            answered_at=at(2),
            rating=4,
        )
        await decide(db, submitted((full, line)))
        assert await found(db) == full
        row = await db.run(lambda tx: tx.row(select(appeal_table)))
        assert row is not None
        searched = {name: row[name] for name in ("due_at", "incident", "repeat_of", "urgent", "rating")}
        assert searched == {
            "due_at": at(60), "incident": "1125-AAAA", "repeat_of": "1125-ZZZZ", "urgent": True, "rating": 4,
        }  # fmt: skip
        assert (row["first_answer_at"], row["answered_at"]) == (at(1), at(2))
        ended = replace(full, version=2, deadline=None, incident="", rating=5)
        await decide(db, Decision(appeals=(ended,)))
        row = await db.run(lambda tx: tx.row(select(appeal_table)))
        assert row is not None and (row["due_at"], row["incident"], row["rating"]) == (None, "", 5)

    async def test_changes_with_and_without_lines_in_one_decision(self, db: Database) -> None:
        """I6: only the version that was read is written over, however many steps a decision takes from it."""
        one, _ = made = appeal("1125-AAAA")
        await decide(db, submitted(made))
        first = replace(one, version=2, agency="roads")
        routed, line = move(first, Action.ROUTE, NOW, 0)  # type: ignore[misc]
        taken, second = move(replace(routed, version=4, card="c"), Action.ACCEPT, NOW, 8)  # type: ignore[misc]
        decision = Decision(appeals=(taken,), history=(line, second))

        async def read_and_decide(tx: Any) -> None:
            await appeals.by_code(tx, ["1125-AAAA"])
            own = [row for row in await _waiting(tx) if row.peer == 1]
            await decisions.keep_decisions(tx, [(own[0], decision)], NOW)

        await ingest(db, Arrived("event", 1, "x", "{}"))
        await db.run(read_and_decide)
        assert await found(db) == taken and taken.version == 5
        lines = await db.run(lambda tx: appeals.lines_of(tx, ["1125-AAAA"]))
        assert [(history.version, history.action) for history in lines["1125-AAAA"]] == [
            (1, Action.SUBMIT), (3, Action.ROUTE), (5, Action.ACCEPT),
        ]  # fmt: skip

    async def test_a_version_that_does_not_grow_is_refused(self, db: Database) -> None:
        one, _ = made = appeal("1125-AAAA")
        await decide(db, submitted(made))

        async def body(tx: Any) -> None:
            await appeals.by_code(tx, ["1125-AAAA"])
            await appeals.keep_appeals(tx, [replace(one, card="c")], ())

        with pytest.raises(Conflict):
            await db.run(body)

    async def test_what_was_read_first_counts(self, db: Database) -> None:
        """Another worker's change between two reads of one transaction is not written over."""
        one, _ = made = appeal("1125-AAAA")
        await decide(db, submitted(made))

        async def body(tx: Any) -> None:
            await appeals.by_code(tx, ["1125-AAAA"])
            tx.read["1125-AAAA"] = one
            await appeals.keep_appeals(tx, [replace(one, version=2, card="theirs")], ())
            tx.read["1125-AAAA"] = one  # as if it had been read before that
            await appeals.keep_appeals(tx, [replace(one, version=3, card="mine")], ())

        with pytest.raises(Conflict):
            await db.run(body)


async def _waiting(tx: Any) -> list[Any]:
    return await inbox.next_events(tx, NOW, 1000)


class TestOfficials:
    async def test_kept_with_the_decision(self, db: Database) -> None:
        gone = Official(CHAT, 9, Standing.GONE, NOW, at(5), by=8, name="Иван С.")
        other = replace(OLGA, peer=CUR_CHAT, name="Ольга из ЦУР")
        await decide(db, Decision(officials=(OLGA, gone, other)))
        known = await db.run(lambda tx: officials.of_chats(tx, [CHAT, CHAT + 7]))
        assert known == {CHAT: {8: OLGA, 9: gone}, CHAT + 7: {}}
        back = replace(gone, standing=Standing.WORKS, until=None, name="Иван С.")
        await decide(db, Decision(officials=(gone, back)))
        known = await db.run(lambda tx: officials.of_chats(tx, [CHAT]))
        assert known[CHAT] == {8: OLGA, 9: back}

    async def test_a_name_is_sealed_and_moves_to_the_new_key_of_the_house(self, db: Database) -> None:
        """T21: names of officials are personal data; an erasure of somebody else does not lose them."""
        await decide(db, Decision(officials=(OLGA,)))
        before = await db.run(lambda tx: tx.row(select(official_table.c.name)))
        assert before is not None and before["name"].startswith("1.") and "Ольга" not in before["name"]
        await db.run(community_key.renew)
        newest = await db.run(lambda tx: tx.keys.ring.current(C, [0]))
        await db.run(lambda tx: tx.keys.ring.destroy_old_community_keys(C, newest[0].id))
        known = await db.run(lambda tx: officials.of_chats(tx, [CHAT]))
        assert known[CHAT][8] == OLGA

    async def test_a_name_that_does_not_open_is_none(self, db: Database) -> None:
        """In a copy put back the key of the house is gone; the next list of members brings the names again."""
        await decide(db, Decision(officials=(OLGA,)))
        await db.run(lambda tx: tx.execute(text("UPDATE official SET name = '1.AAAA'")))
        known = await db.run(lambda tx: officials.of_chats(tx, [CHAT]))
        assert known[CHAT][8] == replace(OLGA, name="")


class TestChats:
    async def test_a_chat_comes_back_whole(self, db: Database) -> None:
        full = replace(ROADS, paused_until=at(60), listed_at=at(1), recent=("a", "b"))
        await decide(db, Decision(chat=full), peer=CHAT)
        assert await db.run(chats.bound) == [full]

    async def test_a_lifted_pause_lets_waiting_appeals_flow(self, db: Database) -> None:
        await decide(db, Decision(chat=ROADS), peer=CHAT)
        await self.routes(db)
        paused = replace(ROADS, paused_until=at(60))
        await decide(db, Decision(chat=paused), peer=CUR_CHAT)
        assert await self.routes(db) == [], "a pause lets nothing flow"
        await decide(db, Decision(chat=replace(paused, recent=("x",))), peer=CHAT)
        assert await self.routes(db) == [], "nor does anything else while it lasts"
        await decide(db, Decision(chat=replace(paused, paused_until=None)), peer=CUR_CHAT)
        assert await self.routes(db) == [CHAT]

    async def test_a_pause_that_has_ended_counts_once(self, db: Database) -> None:
        await decide(db, Decision(chat=ROADS), peer=CHAT)
        await decide(db, Decision(chat=replace(ROADS, paused_until=at(60))), peer=CUR_CHAT)
        await self.routes(db)
        for expected in ([CHAT], []):
            await decide(db, Decision(chat=replace(ROADS, paused_until=at(60))), peer=CHAT, now=at(61))
            assert await self.routes(db, at(61)) == expected
        (known,) = await db.run(chats.bound)
        assert known.paused_until is None

    async def test_a_pause_lifted_from_elsewhere_moves_no_number(self, db: Database) -> None:
        """The message that lifts it stands in another chat: what is missing in this one is still asked for."""
        await ingest(db, message(CHAT, 5))
        await decide(db, Decision(chat=replace(ROADS, paused_until=at(60))), peer=CHAT)
        await ingest(db, message(CUR_CHAT, 900))

        async def lift(tx: Any) -> None:
            (row,) = [row for row in await _waiting(tx) if row.peer == CUR_CHAT]
            assert row.cmid == 900
            await decisions.keep_decisions(tx, [(row, Decision(chat=ROADS))], NOW)

        await db.run(lift)
        assert await db.run(lambda tx: known.high_watermarks(tx, CHAT)) == 5

    async def routes(self, db: Database, now: Any = NOW) -> list[int]:
        """Whose `RoutesChanged` wait; they are taken away."""
        rows = [row for row in await heads(db, now, 1000) if row.kind == "internal"]
        told = [codec.decode(RoutesChanged, row.raw).peer for row in rows]
        await db.run(lambda tx: inbox.finish(tx, [(row, None) for row in rows], now))
        return told


class TestMigration:
    """0004 in place on a filled database of 0002: every appeal, chat and dialogue is read as before."""

    async def test_an_older_database_is_lifted(self, url: str) -> None:
        await migrate(url, "0001", master=MASTER)
        seed = 20261125
        chance = random.Random(seed)
        made = {}
        for number in range(300):
            status = chance.choice([Status.WAITING, Status.ROUTED, Status.IN_WORK, Status.ANSWERED, Status.WITHDRAWN])
            code = f"1125-{number:04d}"
            one, _ = appeal(code, chance.randrange(1, 90), number, created_at=at(number), address=f"дом {number}")
            made[code] = replace(one, status=status, chat=chance.choice([None, CHAT]), answers=chance.randrange(3))
        store = connect(url)
        await store.on_connection(lambda connection: _fill(connection, list(made.values())))
        await store.close()
        await migrate(url, "0002", master=MASTER)
        await migrate(url, master=MASTER)
        db = await Database.open(url, master=MASTER, community=C)
        known = await db.run(lambda tx: appeals.by_code(tx, made))
        assert known == made, f"seed {seed}"
        assert await db.run(chats.bound) == [ROADS]
        first = next(one for one in made.values() if one.status is Status.ROUTED)
        taken, line = move(first, Action.ACCEPT, NOW, 8)  # type: ignore[misc]
        await decide(db, Decision(appeals=(replace(taken, rating=3),), history=(line,)))
        assert (await found(db, first.code)).rating == 3
        await db.close()


def _stored(one: Appeal) -> str:
    """As it was written before: without the fields that came later."""
    later = {
        "urgent", "deadline", "stopped", "round", "held", "approval", "tasks", "repeat_of", "incident", "notes",
        "first_answer_at", "answered_at", "rating", "reopened", "postponed", "reason", "card_at",
    }  # fmt: skip
    return json.dumps({name: value for name, value in json.loads(codec.encode(one)).items() if name not in later})


def _fill(connection: Connection, made: list[Appeal]) -> None:
    """Rows of 0001, in plain text; 0002 seals them."""
    insert = text(
        "INSERT INTO appeal (community_id, code, resident, source, status, version, topic, chat, created_at, body)"
        " VALUES (:of, :code, :resident, :source, :status, 1, :topic, :chat, :created, :body)"
    )
    for one in made:
        row = {
            "of": C, "code": one.code, "resident": one.resident, "source": one.source, "status": one.status.value,
            "topic": one.topic, "chat": one.chat, "created": int(one.created_at.timestamp()) * 10**6,
            "body": _stored(one),
        }  # fmt: skip
        connection.execute(insert, row)
    bound = "INSERT INTO chat VALUES (:of, :peer, 'roads', :at, 9, :no, :no, 0)"
    connection.execute(text(bound), {"of": C, "peer": CHAT, "at": int(NOW.timestamp()) * 10**6, "no": False})
