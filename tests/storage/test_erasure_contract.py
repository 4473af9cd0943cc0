"""A forgotten resident is in no row, no copy and no later reading of VK; everybody else is as before (R12–R14, T21)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from given import (
    CHAT,
    MASTER,
    NOW,
    C,
    appeal,
    at,
    decide,
    heads,
    identity,
    ingest,
    internal,
    message,
    say,
    send,
    states,
    submitted,
    take,
)
from given import sent as sent_one
from sqlalchemy import select

from states.audit import AuditAction
from states.decision import Consent, Decision
from states.dialogue import Dialogue, Draft
from states.effects import CancelTimer, Kind, StartTimer
from states.events import RoutesChanged
from states.lifecycle.appeal import Action, Piece, Status, move
from states.lifecycle.rights import ErasureRequest, Ground
from storage.db.database import Database
from storage.db.schema import appeal as appeal_table
from storage.db.schema import audit as audit_table
from storage.db.schema import consent as consent_table
from storage.db.schema import history as history_table
from storage.db.schema import inbox as inbox_table
from storage.db.schema import metadata
from storage.db.transaction import Transaction
from storage.inbox import admission, history
from storage.outbox import enqueue
from storage.privacy import audit, community_key, erasures, forgetting
from storage.privacy.subject_export import everything_about
from storage.records import appeals
from storage.unit_of_work import decisions

WHO, OTHER = 500_123_457, 500_765_433
"""Numbers long enough to be found in any text."""
CODE = {WHO: "1125-AAAA", OTHER: "1125-BBBB"}


async def lives(db: Database, who: int) -> None:
    """A resident with a dialogue, a draft, a consent, an appeal, a card, screens sent and unsent, a timer."""
    await ingest(db, *(message(who, number, raw=f'{{"text":"тайна {who} {number}"}}') for number in (1, 2, 3)))
    one, line = appeal(CODE[who], resident=who, pieces=(Piece(1, f"тайна {who}"),), address=f"адрес {who}")
    card = send(CHAT, f"v1|{C}|card|{who}|1|0", kind=Kind.CARD, appeal=CODE[who], report=True)
    effects = (send(who, f"v1|{C}|screen|{who}|1|0"), card, StartTimer("draft", str(who), who, at(9**6)))
    dialogue = Dialogue(who, draft=Draft(pieces=(Piece(3, f"тайна {who}"),)), consent="hash", touched_at=NOW)
    consent = Consent(who, True, "hash", NOW, 2)
    await decide(db, submitted((one, line), dialogue=dialogue, effects=effects, consent=consent), peer=who + 1)
    for row in await take(db):
        await sent_one(db, row, 4 if row.peer == who else who % 1000)


async def heard(db: Database, who: int) -> None:
    """Whatever waits of this resident is decided on."""
    while rows := [row for row in await heads(db, limit=1000) if row.peer == who]:
        await db.run(lambda tx: decisions.keep_decisions(tx, [(rows[0], Decision())], NOW))  # noqa: B023


async def both(db: Database) -> None:
    for who in (WHO, OTHER):
        await lives(db, who)
    await say(db, *(send(who, f"v1|{C}|screen|{who}|2|0") for who in (WHO, OTHER)))


@pytest.fixture
async def two(db: Database) -> Database:
    await both(db)
    return db


async def forget(db: Database, who: int = WHO, now: Any = NOW) -> forgetting.Forgotten:
    """What waits is not waited for: `TestUnderWay` is about that."""
    found = await db.run(lambda tx: forgetting.erase(tx, who, now, force=True))
    assert found is not None
    await community_key.finish(db, now + community_key.GRACE)
    return found


async def cells(db: Database) -> str:
    async def body(tx: Transaction) -> str:
        rows = [dict(row) for table in metadata.sorted_tables for row in await tx.rows(select(table))]
        return repr(rows)

    return await db.run(body)


class TestRequest:
    async def test_asked_once_with_its_term(self, db: Database) -> None:
        """R12, R13: kept with the decision, shown to the administrator, in the audit log."""
        request = ErasureRequest(WHO, NOW, at(30 * 86400), Ground.WITHDRAWN)
        for _ in range(2):
            await decide(db, Decision(erasure=request))
        (one,) = await db.run(erasures.everything)
        assert (one.resident, one.ground, one.asked_at, one.due_at) == (WHO, "withdrawn", NOW, at(30 * 86400))
        assert [row.code for row in await db.run(lambda tx: erasures.by_code(tx, one.code))] == [one.code]
        lines = await db.run(lambda tx: audit.about(tx, [str(WHO)]))
        assert [line["action"] for line in lines] == ["erasure_asked"]

    async def test_due_when_its_time_has_come(self, db: Database) -> None:
        await decide(db, Decision(erasure=ErasureRequest(WHO, at(10), at(99))))
        assert await db.run(lambda tx: erasures.due(tx, at(9), 5)) == []
        assert [one.resident for one in await db.run(lambda tx: erasures.due(tx, at(10), 5))] == [WHO]

    async def test_another_community_asks_for_nothing_that_is_done(self, two: Database) -> None:
        """0022: what they have written since stands under a new consent (twins, seed 52)."""
        asked = ErasureRequest(WHO, NOW, at(30 * 86400))
        await decide(two, Decision(erasure=asked))
        await forget(two)
        for again, open_ in ((asked, 0), (replace(asked, asked_at=at(1)), 1)):
            await two.run(lambda tx, again=again: erasures.ask_too(tx, again, at(2)))  # type: ignore[misc]
            assert len(await two.run(lambda tx: erasures.due(tx, at(9), 5))) == open_


class TestRows:
    async def test_the_resident_is_in_no_row(self, two: Database) -> None:
        """R14: VK id, number, texts, in every table; the books still balance (I12)."""
        await forget(two)
        found = await cells(two)
        assert str(WHO) not in found and CODE[WHO] not in found and str(OTHER) in found
        books = await identity(two)
        assert books["balanced"] and books["inbox"]["forgotten"] and books["outbox"]["forgotten"]

    async def test_the_other_is_as_before(self, two: Database) -> None:
        before = await two.run(lambda tx: everything_about(tx, OTHER))
        await forget(two)
        assert await two.run(lambda tx: everything_about(tx, OTHER)) == before
        assert before["appeals"][0]["pieces"][0]["text"] == f"тайна {OTHER}"
        nothing = await two.run(lambda tx: everything_about(tx, WHO))
        assert {name for name, value in nothing.items() if value} == {"resident", "seen_by", "erasures"}

    async def test_statistics_stay_under_a_number_of_chance(self, two: Database) -> None:
        await forget(two)
        rows = await two.run(lambda tx: tx.rows(select(appeal_table)))
        gone, kept = sorted(rows, key=lambda row: row["resident"])
        assert gone["resident"] < 0 and gone["body"] == "" and gone["topic"] == "pits"
        assert gone["status"] == Status.WITHDRAWN, "an open one does not stay open"
        assert kept["code"] == CODE[OTHER]
        lines = await two.run(lambda tx: tx.rows(select(history_table).where(history_table.c.code == gone["code"])))
        assert [(line["actor"] == gone["resident"], line["action"]) for line in lines] == [
            (True, "submit"),
            (False, "withdraw"),
        ]
        consents = await two.run(lambda tx: tx.rows(select(consent_table.c.resident)))
        assert sorted(row["resident"] for row in consents)[1] == OTHER and len(consents) == 2

    async def test_what_is_left_in_vk_is_told(self, two: Database) -> None:
        """R14: cards that may be deleted for a day, and how many messages stay in the dialogue; also for the act."""
        told = await forget(two)
        assert [(card.peer, card.at) for card in told.cards] == [(CHAT, NOW)] and told.dialogue == 1
        (one,) = [row for row in await two.run(erasures.everything) if row.id == told.id]
        assert one.remains["cards"][0][:2] == [CHAT, told.cards[0].cmid] and one.remains["appeals"] == 1
        assert one.resident is None and one.done_at is not None
        lines = await two.run(lambda tx: audit.about(tx, [str(WHO)]))
        assert [line["action"] for line in lines] == [AuditAction.ERASED]
        assert str(WHO) not in repr(await two.run(lambda tx: tx.rows(select(audit_table))))


class TestIncident:
    """R14, R32: the words of whoever joined an incident stand under another's number, and are forgotten there too."""

    @pytest.mark.parametrize("still", [True, False])
    async def test_words_told_under_anothers_number(self, two: Database, still: bool) -> None:
        lead = CODE[OTHER]
        cause = f"v1|{C}|joined|{CHAT}|{CODE[WHO]}.2|0"
        told = replace(send(CHAT, cause, kind=Kind.ADDITION, appeal=lead), text=f"тайна {WHO}")
        (mine,) = (await two.run(lambda tx: appeals.by_code(tx, [CODE[WHO]]))).values()
        merged, line = move(mine, Action.MERGE, NOW, 8, lead)  # type: ignore[misc]
        merged = replace(merged, incident=lead)
        await decide(two, Decision(appeals=(merged,), history=(line,), effects=(told,)), peer=8)
        if not still:  # another problem after all: only the history knows where the words went
            apart, line = move(merged, Action.SEPARATE, NOW, 8, lead)  # type: ignore[misc]
            await decide(two, Decision(appeals=(replace(apart, incident=""),), history=(line,)), peer=8)
        for number, row in enumerate(await take(two)):
            await sent_one(two, row, 77 if row.cause == cause else 80 + number)
        found = await forget(two)
        assert 77 in {card.cmid for card in found.cards}, "it may be deleted in VK, or stands in the act"
        assert CODE[WHO] not in await cells(two) and (await identity(two))["balanced"]
        known = await two.run(lambda tx: everything_about(tx, OTHER))
        assert known["appeals"][0]["code"] == lead and f"тайна {WHO}" not in repr(known)


async def erase(db: Database, *, force: bool = False) -> forgetting.Forgotten | None:
    found = await db.run(lambda tx: forgetting.erase(tx, WHO, NOW, force=force))
    await forgetting.destroy_keys(db)
    return found


class TestUnderWay:
    async def test_what_waits_is_cancelled_first(self, two: Database) -> None:
        """F32: nothing leaves afterwards."""
        await forget(two)
        assert [row.peer for row in await take(two)] == [OTHER]

    async def test_what_flies_is_waited_for(self, two: Database) -> None:
        """F32: cancelled or delivered, never both; the term forces it."""
        (row,) = [row for row in await take(two) if row.peer == WHO]
        assert await erase(two) is None
        assert str(WHO) in await cells(two) and WHO in await two.run(lambda tx: appeals.dialogues(tx, [WHO]))
        assert await erase(two, force=True) is not None
        await sent_one(two, row, 90)
        assert row.cause not in await states(two)
        assert str(WHO) not in (await cells(two)) and (await identity(two))["balanced"]

    async def test_what_was_written_is_answered_first(self, db: Database) -> None:
        """R12: whoever writes between the request and the erasure is not left without a word (found by the soak,
        seed 1): what has come in is decided on, what is being told is waited for, the answer is sent, then all goes."""
        await ingest(db, message(WHO, 1))
        assert await erase(db) is None
        await heard(db, WHO)
        await decide(db, Decision(effects=(StartTimer("pause", str(WHO), WHO, at(5)),)))
        assert await erase(db) is None
        screen = send(WHO, f"v1|{C}|screen|{WHO}|1|0")
        await decide(db, Decision(effects=(CancelTimer("pause", str(WHO)), screen)))
        assert await erase(db) is None
        (row,) = await take(db)
        await sent_one(db, row, 2)
        assert await erase(db) is not None
        assert str(WHO) not in await cells(db) and (await identity(db))["balanced"]

    async def test_what_was_written_and_not_read_yet_is_waited_for(self, db: Database) -> None:
        """R12 (seed 10452): its number was noticed, the message itself had still to be read from VK's history."""
        await ingest(db, message(WHO, 1))
        await heard(db, WHO)
        assert await db.run(lambda tx: history.notice(tx, {WHO: 2}, NOW)) == 1
        assert await erase(db) is None
        await ingest(db, message(WHO, 2))
        assert await erase(db) is None
        await heard(db, WHO)
        assert await erase(db) is not None

    async def test_nobody_else_is_waited_for(self, db: Database) -> None:
        await ingest(db, message(OTHER, 4), message(CHAT, 4))
        await say(db, send(OTHER, f"v1|{C}|screen|{OTHER}|1|0"), send(CHAT, f"v1|{C}|card|{WHO}|1|0", kind=Kind.CARD))
        assert await erase(db) is not None

    async def test_twice_is_once(self, two: Database) -> None:
        await forget(two)
        await forget(two)
        assert (await identity(two))["balanced"]


class TestReadAgain:
    async def test_old_messages_read_again_bring_nothing(self, two: Database) -> None:
        """Catch-up reads VK's history: content-free, ignored, and no gap is seen below."""
        await forget(two)
        assert await two.run(lambda tx: history.notice(tx, {WHO: 4}, NOW)) == 0
        assert str(WHO) not in await cells(two), "VK's list of dialogues does not bring the id back"
        await ingest(two, *(message(WHO, number, raw='{"text":"тайна"}') for number in (1, 2, 3)))
        assert [row.peer for row in await heads(two, limit=100) if row.peer == WHO] == []
        assert await two.run(lambda tx: history.gaps(tx, 10)) == []

        async def raws(tx: Transaction) -> list[tuple[str, str, str]]:
            table = inbox_table
            rows = await tx.rows(select(table.c.raw, table.c.state, table.c.reason).where(table.c.peer == WHO))
            return [(row["raw"], row["state"], row["reason"]) for row in rows]

        assert set(await two.run(raws)) == {("", "ignored", "erased")}

    async def test_a_resident_who_comes_back_begins_anew(self, two: Database) -> None:
        """A new consent, a new key, and nothing of before."""
        old = await two.run(lambda tx: tx.keys.ring.current(C, [WHO]))
        await forget(two)
        await ingest(two, message(WHO, 5, raw='{"text":"снова"}'))
        (row,) = [row for row in await heads(two, limit=100) if row.peer == WHO]
        assert row.raw == '{"text":"снова"}'
        assert await two.run(lambda tx: appeals.dialogues(tx, [WHO])) == {}
        assert await two.run(lambda tx: admission.consenting(tx, [WHO], "hash")) == set()
        new = await two.run(lambda tx: tx.keys.ring.current(C, [WHO]))
        assert old[WHO].id != new[WHO].id

    async def test_the_gap_below_a_new_message_begins_at_the_erasure(self, two: Database) -> None:
        await forget(two)
        await ingest(two, message(WHO, 8))
        assert await two.run(lambda tx: history.gaps(tx, 10)) == [history.Gap(WHO, (5, 6, 7))]


class TestCopies:
    """Copies of SQLite files, as a backup makes them; on PostgreSQL the same keys lie in their own schema."""

    async def stored(self, migrated: str, folder: Path) -> Path:
        if not migrated.startswith("sqlite"):
            pytest.skip("a copy of PostgreSQL is made by pg_dump --exclude-schema=keys")
        db = await Database.open(migrated, master=MASTER, community=C)
        await both(db)
        # Words about the resident that nobody has handled yet, under the key of the house (0010).
        await ingest(db, message(CHAT, 1, raw=f'{{"text":"тайна {WHO} в чате"}}'))
        await db.checkpoint()
        (folder / "backup").mkdir()
        shutil.copy(folder / "test.db", folder / "backup" / "test.db")
        await forget(db)
        await db.close()
        return folder / "backup" / "test.db"

    async def test_no_copy_made_before_opens_for_the_forgotten(self, migrated: str, tmp_path: Path) -> None:
        """T21: the copy, today's keys and the master key: nothing of the one, everything of the other."""
        backup = await self.stored(migrated, tmp_path)
        shutil.copy(tmp_path / "test.db.keys", f"{backup}.keys")
        db = await Database.open(f"sqlite+aiosqlite:///{backup}", master=MASTER, community=C)
        assert set(await db.run(lambda tx: appeals.dialogues(tx, [WHO, OTHER]))) == {OTHER}
        assert set(await db.run(lambda tx: appeals.by_code(tx, CODE.values()))) == {CODE[OTHER]}
        raws = [row.raw for row in await heads(db, limit=100)]
        assert any(f"тайна {OTHER}" in raw for raw in raws) and not any(f"тайна {WHO}" in raw for raw in raws)
        assert [row.peer for row in await take(db)] == [OTHER]
        await db.close()

    async def test_a_copy_put_back_forgets_again(self, migrated: str, tmp_path: Path) -> None:
        """R14, transaction of delivery.md §13: the erasure list before catch-up; then VK's history brings nothing."""
        backup = await self.stored(migrated, tmp_path)
        shutil.copy(backup, tmp_path / "test.db")
        for suffix in ("-wal", "-shm"):
            (tmp_path / f"test.db{suffix}").unlink(missing_ok=True)
        db = await Database.open(migrated, master=MASTER, community=C)
        assert str(WHO) in await cells(db)
        assert await forgetting.reapply(db, at(9)) == 1
        await community_key.finish(db, at(9))
        assert str(WHO) not in await cells(db) and OTHER in await db.run(lambda tx: appeals.dialogues(tx, [OTHER]))
        assert await forgetting.reapply(db, at(10)) == 0
        await db.run(lambda tx: history.notice(tx, {WHO: 4, OTHER: 4}, NOW))
        await ingest(db, *(message(WHO, number, raw='{"text":"тайна"}') for number in (1, 2, 3)))
        await heads(db)
        (asked,) = [gap for gap in await db.run(lambda tx: history.gaps(tx, 10)) if gap.peer == CHAT]
        assert asked.cmids == (1,), "what was under a key of the house that is gone is asked of VK again"
        await db.checkpoint()
        await db.close()
        for path in tmp_path.glob("test.db*"):
            assert "тайна".encode() not in path.read_bytes()
        assert str(WHO).encode() not in (tmp_path / "test.db.keys").read_bytes()

    async def test_a_second_erasure_is_applied_to_a_copy_from_between(self, migrated: str, tmp_path: Path) -> None:
        if not migrated.startswith("sqlite"):
            pytest.skip("files are copied")
        db = await Database.open(migrated, master=MASTER, community=C)
        await lives(db, WHO)
        await forget(db)
        await ingest(db, message(WHO, 9, raw='{"text":"тайна"}'))
        await db.checkpoint()
        shutil.copy(tmp_path / "test.db", tmp_path / "copy")
        await forget(db, now=at(5))
        await db.close()
        shutil.copy(tmp_path / "copy", tmp_path / "test.db")
        db = await Database.open(migrated, master=MASTER, community=C)
        assert await forgetting.reapply(db, at(9)) == 1 and str(WHO) not in await cells(db)
        await db.close()


class TestHouse:
    async def test_what_waits_in_chats_is_read_after_the_key_has_changed(self, two: Database) -> None:
        """A new key of the house; rows that wait are sealed anew, not lost."""
        await ingest(two, message(CHAT, 1, raw='{"text":"ответ"}'), internal(CHAT, "routes", RoutesChanged(CHAT, NOW)))
        await say(two, send(CHAT, "notice"))
        old = await two.run(lambda tx: tx.keys.ring.community_keys(C))
        await forget(two)
        new = await two.run(lambda tx: tx.keys.ring.community_keys(C))
        assert len(new) == 1 and not new & old
        assert '{"text":"ответ"}' in [row.raw for row in await heads(two, limit=100)]
        assert "notice" in [row.cause for row in await take(two)]

    async def test_done_only_when_the_old_keys_are_gone(self, two: Database) -> None:
        found = await two.run(lambda tx: forgetting.erase(tx, WHO, NOW, force=True))
        assert found is not None
        open_ = await two.run(erasures.unfinished_erasures)
        assert [one.id for one in open_] == [found.id]
        assert [one.id for one in await community_key.finish(two, NOW + community_key.GRACE)] == [found.id]
        assert await community_key.finish(two, NOW + community_key.GRACE) == []


async def test_a_closed_appeal_keeps_its_status(two: Database) -> None:
    one = (await two.run(lambda tx: appeals.by_code(tx, [CODE[WHO]])))[CODE[WHO]]
    moved = move(one, Action.ANSWER, NOW, 9)
    assert isinstance(moved, tuple)
    await decide(two, submitted(moved), peer=7)
    await forget(two)
    rows = await two.run(lambda tx: tx.rows(select(appeal_table.c.status).where(appeal_table.c.resident < 0)))
    assert [row["status"] for row in rows] == [Status.ANSWERED]
    assert enqueue.OutboxState.SENT == "sent"
