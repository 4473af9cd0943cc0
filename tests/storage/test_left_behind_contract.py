"""Who named an appeal that is forgotten: no number is left, and nobody waits for what will never come (R14, R32)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from given import CHAT, NOW, appeal, at, decide, heads, say, send, sent, submitted, take
from sqlalchemy import select

from states.decision import Decision
from states.dialogue import Dialogue
from states.events import RoutesChanged
from states.lifecycle.appeal import Action, Appeal, History, Status
from states.people.chats import Chat
from storage.db import codec
from storage.db.database import Database
from storage.db.schema import appeal as appeal_table
from storage.db.schema import chat as chat_table
from storage.db.schema import history as history_table
from storage.privacy import forgetting, retention
from storage.records import appeals

LEAD = "1125-AAAA"


def merged(code: str, who: int, seconds: int, **more: Any) -> tuple[Appeal, History, History]:
    one, line = appeal(code, who, created_at=at(seconds))
    second = History(code, 2, at(seconds), 8, Action.MERGE, Status.WAITING, Status.MERGED, LEAD)
    values = {"status": Status.MERGED, "incident": LEAD, "agency": "roads"} | more
    return replace(one, version=2, **values), line, second


async def incident(db: Database, *members: tuple[Appeal, History, History], **lead: Any) -> None:
    first, line = appeal(LEAD, 5, chat=CHAT, incident=LEAD)
    first = replace(first, **({"status": Status.ROUTED} | lead))
    everything = [(first, [line]), *((one, [a, b]) for one, a, b in members)]
    await decide(
        db,
        Decision(
            dialogue=Dialogue(5, touched_at=NOW),
            appeals=tuple(one for one, _ in everything),
            history=tuple(line for _, lines in everything for line in lines),
        ),
    )


async def known(db: Database, *codes: str) -> dict[str, Appeal]:
    return await db.run(lambda tx: appeals.by_code(tx, codes))


async def routes(db: Database) -> list[int]:
    rows = [row for row in await heads(db, limit=99) if row.key.startswith("routes|")]
    return [codec.decode(RoutesChanged, row.raw).peer for row in rows]


async def erase(db: Database, who: int = 5) -> None:
    assert await db.run(lambda tx: forgetting.erase(tx, who, NOW)) is not None


class TestIncident:
    async def test_the_oldest_leads_the_others_from_then_on(self, db: Database) -> None:
        await incident(db, merged("1125-CCCC", 7, 9), merged("1125-BBBB", 6, 3), merged("1125-DDDD", 8, 12))
        await erase(db)
        found = await known(db, "1125-BBBB", "1125-CCCC", "1125-DDDD")
        first = found["1125-BBBB"]
        assert (first.status, first.incident, first.chat, first.version) == (Status.WAITING, "1125-BBBB", None, 3)
        for code in ("1125-CCCC", "1125-DDDD"):
            assert (found[code].status, found[code].incident, found[code].version) == (Status.MERGED, "1125-BBBB", 3)
        lines = await db.run(lambda tx: appeals.lines_of(tx, found))
        assert [line.action for line in lines["1125-BBBB"]][-1] is Action.SEPARATE
        assert await routes(db) == [0], "it finds its way to whoever answers"

    async def test_the_last_one_stands_alone(self, db: Database) -> None:
        await incident(db, merged("1125-BBBB", 6, 3))
        await erase(db)
        one = (await known(db, "1125-BBBB"))["1125-BBBB"]
        assert (one.status, one.incident) == (Status.WAITING, "")

    async def test_those_that_are_answered_only_lose_the_number(self, db: Database) -> None:
        await incident(db, merged("1125-BBBB", 6, 3, status=Status.ANSWERED), status=Status.ANSWERED)
        await erase(db)
        one = (await known(db, "1125-BBBB"))["1125-BBBB"]
        assert (one.status, one.incident, one.version) == (Status.ANSWERED, "", 3) and await routes(db) == []

    async def test_a_member_that_is_forgotten_changes_nothing_for_the_others(self, db: Database) -> None:
        await incident(db, merged("1125-BBBB", 6, 3), merged("1125-CCCC", 7, 9))
        before = await known(db, LEAD, "1125-CCCC")
        await erase(db, 6)
        assert await known(db, LEAD, "1125-CCCC") == before and await routes(db) == []

    async def test_all_of_one_resident_go_together(self, db: Database) -> None:
        await incident(db, merged("1125-BBBB", 5, 3, source=2), merged("1125-CCCC", 7, 9))
        await erase(db)
        assert set(await known(db, LEAD, "1125-BBBB", "1125-CCCC")) == {"1125-CCCC"}
        assert (await known(db, "1125-CCCC"))["1125-CCCC"].status is Status.WAITING

    async def test_no_number_is_left(self, db: Database) -> None:
        await incident(db, merged("1125-BBBB", 6, 3), merged("1125-CCCC", 7, 9))
        repeat, line = appeal("1125-DDDD", 8, repeat_of=LEAD)
        await decide(db, submitted((repeat, line)))
        await erase(db)
        rows = [dict(row) for row in await db.run(lambda tx: tx.rows(select(appeal_table)))]
        assert LEAD not in repr(rows)
        found = await known(db, "1125-BBBB", "1125-CCCC", "1125-DDDD")
        assert LEAD not in repr(found)
        lines = await db.run(lambda tx: appeals.lines_of(tx, found))
        assert LEAD not in repr(lines) and len(lines["1125-CCCC"]) == 2
        (gone,) = [row for row in rows if row["resident"] < 0]
        assert gone["incident"] == "~" and gone["repeat_of"] == "" and gone["due_at"] is None
        named = await db.run(lambda tx: tx.rows(select(history_table.c.code)))
        assert LEAD not in {row["code"] for row in named}


async def test_what_is_past_its_term_leaves_no_number_either(db: Database) -> None:
    """R15: the same, when a closed one becomes a row for statistics."""
    repeat, line = appeal("1125-DDDD", 8, repeat_of=LEAD, created_at=at(400 * 86400))
    await incident(db, merged("1125-BBBB", 6, 3, status=Status.ANSWERED), status=Status.CLOSED)
    await decide(db, submitted((repeat, line)))
    terms = retention.RetentionTerms()
    await db.run(lambda tx: retention.appeals(tx, None, at(400 * 86400), terms))
    assert LEAD not in repr(await known(db, LEAD, "1125-BBBB", "1125-DDDD"))


async def test_digests_of_answers_go_with_the_resident(db: Database) -> None:
    """R43, R14: who has the words of an answer cannot find out that they were given."""
    await incident(db)
    await decide(db, Decision(chat=Chat(CHAT, "roads", NOW, recent=("digest",))), peer=CHAT)
    await say(db, send(CHAT, "card", appeal=LEAD))
    (row,) = await take(db)
    await sent(db, row, 5)
    await erase(db)
    rows = await db.run(lambda tx: tx.rows(select(chat_table.c.recent)))
    assert [row["recent"] for row in rows] == ["[]"]


@pytest.mark.parametrize("who", [5, 6])
async def test_twice_is_once(db: Database, who: int) -> None:
    await incident(db, merged("1125-BBBB", 6, 3))
    for _ in range(2):
        await db.run(lambda tx: forgetting.erase(tx, who, NOW, force=True))
    assert len(await known(db, LEAD, "1125-BBBB")) == 1
