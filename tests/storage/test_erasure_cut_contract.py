"""An erasure goes up to its cut, and no further: what was accepted after it stays, under another key (R12, R14)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from given import CHAT, NOW, C, appeal, at, decide, heads, identity, ingest, internal, load, message, say, send, take
from given import sent as sent_one
from sqlalchemy import select, text

from states.decision import Consent, Decision
from states.dialogue import AskingConsent, AskingText, Dialogue, Draft
from states.effects import Kind, Reread
from states.events import ErasureAsked, RereadFailed
from states.lifecycle.appeal import Piece
from states.lifecycle.rights import ErasureRequest
from storage.db import codec, keystore
from storage.db.database import Database
from storage.db.schema import consent as consent_table
from storage.db.schema import erasure as erasure_table
from storage.db.schema import inbox as inbox_table
from storage.db.schema import metadata
from storage.db.schema import peer as peer_table
from storage.db.transaction import Transaction
from storage.inbox import history, inbox
from storage.inbox.inbox import Arrived
from storage.outbox import outcomes
from storage.privacy import community_key, erasures, forgetting, retention
from storage.records import appeals
from storage.unit_of_work import decisions

WHO = 500_123_457
CODE = "1125-AAAA"
TALK = Dialogue(WHO, draft=Draft(pieces=(Piece(3, "тайна"),)), consent="hash", touched_at=NOW)
ASKED = Dialogue(WHO, AskingConsent((6,), NOW, "hash"), touched_at=at(60))
LATER = at(120)


async def handles(db: Database, decision: Decision, now: Any = NOW) -> None:
    """What follows from the next event of this resident."""

    async def body(tx: Transaction) -> None:
        row = next(one for one in await inbox.next_events(tx, now, 1000) if one.peer == WHO)
        await decisions.keep_decisions(tx, [(row, decision)], now)

    await db.run(body)


async def lives(db: Database) -> None:
    """Up to «Да, удалить», which is number 4; the bot has said 5 to it."""
    await ingest(db, *(message(WHO, number, raw=f'{{"text":"тайна {number}"}}') for number in (1, 2, 3)))
    one, line = appeal(CODE, resident=WHO, pieces=(Piece(1, "тайна"),))
    card = send(CHAT, f"v1|{C}|card|{WHO}|1|0", kind=Kind.CARD, appeal=CODE, report=True)
    agreed = Consent(WHO, True, "hash", NOW, 2)
    born = Decision(dialogue=TALK, appeals=(one,), history=(line,), effects=(card,), consent=agreed)
    for number in range(3):
        await handles(db, born if number == 0 else Decision())
    await ingest(db, message(WHO, 4))
    request = ErasureRequest(WHO, NOW, at(30 * 86400))
    screen = send(WHO, f"v1|{C}|screen|{WHO}|4|0")
    await handles(db, Decision(dialogue=Dialogue(WHO, touched_at=NOW), effects=(screen,), erasure=request))
    for row in await take(db):
        await sent_one(db, row, 5 if row.peer == WHO else 700)


async def writes_again(db: Database) -> None:
    """Number 6, before a consent; the bot asks by 7."""
    await ingest(db, message(WHO, 6, content=False), now=at(60))
    asks = send(WHO, f"v1|{C}|screen|{WHO}|6|0")
    await handles(db, Decision(dialogue=ASKED, effects=(asks,)), at(60))
    (row,) = await take(db, now=at(60))
    await sent_one(db, row, 7, at(60))


async def agrees(db: Database) -> None:
    """Number 8: the consent carries the erasure out, then number 6 is read."""
    await ingest(db, message(WHO, 8, content=False), now=LATER)
    new = Dialogue(WHO, AskingText(), consent="hash", touched_at=LATER)
    given = Consent(WHO, True, "hash", LATER, 8)
    await handles(db, Decision(dialogue=new, consent=given, effects=(Reread(WHO, (6,)),), erases=True), LATER)


async def erase(db: Database, now: Any = LATER, **more: Any) -> forgetting.Forgotten | None:
    found = await db.run(lambda tx: forgetting.erase(tx, WHO, now, **more))
    await forgetting.destroy_keys(db)
    await asked_everywhere(db)
    return found


async def asked_everywhere(db: Database) -> None:
    for one in await db.run(lambda tx: erasures.to_spread(tx, 9)):
        await db.run(lambda tx, one=one: erasures.spread(tx, one.id))  # type: ignore[misc]


async def rows(db: Database, table: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in await db.run(lambda tx: tx.rows(select(table)))]


async def talk_of(db: Database) -> Dialogue | None:
    return (await db.run(lambda tx: appeals.dialogues(tx, [WHO]))).get(WHO)


async def keys_of(db: Database) -> set[int]:
    return await db.run(lambda tx: tx.keys.ring.keys_of(C, WHO))


async def listed(db: Database) -> dict[int, int]:
    return await db.run(lambda tx: tx.keys.last_forgotten([WHO]))


class TestCut:
    async def test_of_a_message_it_is_its_number(self, db: Database) -> None:
        """R12: also where more has come before it was handled."""
        await ingest(db, message(WHO, 1), message(WHO, 2))
        await handles(db, Decision(erasure=ErasureRequest(WHO, NOW, at(9))))
        assert [one.cut for one in await db.run(erasures.everything)] == [1]

    async def test_of_a_press_it_is_the_highest_number_known_when_it_came(self, db: Database) -> None:
        """A press that writes nothing stands behind what was known, not behind what has come since."""
        await ingest(db, *(message(WHO, number) for number in (1, 2)))
        await ingest(db, Arrived("button", WHO, "b:1", "{}", WHO))
        await ingest(db, message(WHO, 3))
        for decision in (Decision(), Decision(), Decision(erasure=ErasureRequest(WHO, NOW, at(9), cut=77))):
            await handles(db, decision)
        assert [one.cut for one in await db.run(erasures.everything)] == [2]

    async def test_by_letter_it_is_the_highest_number_known_and_the_dialogue_hears_of_it(self, db: Database) -> None:
        await ingest(db, message(WHO, 1), message(WHO, 2))
        for decision in (Decision(), Decision()):
            await handles(db, decision)
        for _ in range(2):  # once
            await db.run(lambda tx: erasures.demand(tx, ErasureRequest(WHO, NOW, at(9)), NOW))
        await ingest(db, message(WHO, 3))
        (one,) = [row for row in await heads(db) if row.peer == WHO]
        assert codec.decode(ErasureAsked, one.raw) == ErasureAsked(WHO, NOW), "before what was written since"
        known = (await db.run(lambda tx: erasures.open_of(tx, [WHO])))[WHO]
        assert known.cut == 2 and await erase(db) is not None, "though nobody has told the dialogue"
        assert [row["cmid"] for row in await rows(db, inbox_table)] == [3]

    async def test_of_somebody_unknown_it_is_nothing(self, db: Database) -> None:
        await db.run(lambda tx: erasures.demand(tx, ErasureRequest(WHO, NOW, at(9)), NOW))
        assert [one.cut for one in await db.run(erasures.everything)] == [0]

    async def test_what_the_bot_said_right_after_it_goes_too(self, db: Database) -> None:
        """Nothing of theirs follows: then the resident is in no row, and VK's list brings nothing back."""
        await lives(db)
        assert await erase(db) is not None
        assert (await listed(db)) == {WHO: 5} and await keys_of(db) == set()
        everything = repr([await rows(db, table) for table in metadata.sorted_tables])
        assert str(WHO) not in everything and CODE not in everything
        assert await db.run(lambda tx: history.notice(tx, {WHO: 5}, NOW)) == 0 and (await identity(db))["balanced"]


class TestConsentSince:
    async def test_it_carries_the_erasure_out_and_what_follows_stays(self, db: Database) -> None:
        """Accepted a minute after «Да, удалить», and gone ten minutes later with the key."""
        await lives(db)
        before = await keys_of(db)
        await writes_again(db)
        await agrees(db)
        assert await forgetting.destroy_keys(db) == 1
        await asked_everywhere(db)
        talk = await talk_of(db)
        assert (
            talk is not None and talk.consent == "hash" and await db.run(lambda tx: appeals.by_code(tx, [CODE])) == {}
        )
        assert len(await keys_of(db)) == 1 and not await keys_of(db) & before, (
            "the old key is destroyed, there is a new one"
        )
        assert await db.run(lambda tx: history.gaps(tx, 10)) == [history.Gap(WHO, (6,))], "what follows is read"
        (one,) = await db.run(erasures.everything)
        assert (one.erased_at, one.cut, one.resident, one.keys) == (LATER, 5, None, ()) and await listed(db) == {WHO: 5}
        assert await db.run(lambda tx: erasures.due(tx, at(9**9), 9)) == [], (
            "nothing is left to be done ten minutes later"
        )
        await community_key.finish(db, LATER + community_key.GRACE)
        assert (await talk_of(db)) == talk and (await identity(db))["balanced"]

    async def test_the_records_of_the_former_consent_are_unnamed_and_the_new_one_stands(self, db: Database) -> None:
        await lives(db)
        await writes_again(db)
        await agrees(db)
        found = {row["cmid"]: row["resident"] for row in await rows(db, consent_table)}
        assert found[8] == WHO and found[0] < 0 and len(found) == 2

    async def test_what_came_while_it_was_decided_waits_in_vk_again(self, db: Database) -> None:
        """It came in under the former consent: its words are not kept, and are read after the new one."""
        await lives(db)
        await ingest(db, message(WHO, 6, raw='{"text":"тайна"}'), now=at(60))
        await ingest(db, message(WHO, 7, raw='{"text":"ещё тайна"}'), now=at(60))
        await handles(db, Decision(dialogue=ASKED), at(60))
        await erase(db)
        states = {row["cmid"]: (row["state"], row["raw"], row["content"]) for row in await rows(db, inbox_table)}
        assert states == {6: ("done", "", False), 7: ("wanted", "", False)}
        assert (await db.run(lambda tx: history.gaps(tx, 10)))[0].cmids == (7,)

    async def test_what_flies_is_waited_for_unless_nobody_will_ever_know(self, db: Database) -> None:
        """F32."""
        await lives(db)
        assert not await db.run(lambda tx: forgetting.under_way(tx, WHO))
        await say(db, send(CHAT, f"v1|{C}|withdrawn|{WHO}|{CODE}|0", appeal=CODE))
        (row,) = await take(db)
        assert await db.run(lambda tx: forgetting.under_way(tx, WHO))
        await db.run(lambda tx: outcomes.defer(tx, row.id, row.fencing_token, NOW, unknown=True, reason=""))
        assert await db.run(lambda tx: forgetting.under_way(tx, WHO))


class TestLaterWithoutConsent:
    async def test_what_was_asked_since_stays(self, db: Database) -> None:
        """R7: numbers and the step, under a new key; the words wait in VK for the answer."""
        await lives(db)
        before = await keys_of(db)
        await writes_again(db)
        assert await erase(db) is not None
        assert await talk_of(db) == ASKED and not await keys_of(db) & before
        (peer,) = [row for row in await rows(db, peer_table) if row["peer"] == WHO]
        assert (peer["erased"], peer["low_watermark"], peer["high_watermark"], peer["behind"]) == (5, 7, 7, 0)
        assert [row["cmid"] for row in await rows(db, inbox_table) if row["peer"] == WHO] == [6]
        assert CODE not in repr([await rows(db, table) for table in metadata.sorted_tables])
        await ingest(db, message(WHO, 3), message(WHO, 4))
        assert [row for row in await heads(db) if row.peer == WHO] == [], "nothing of before comes back"
        assert (await identity(db))["balanced"]

    async def test_whoever_only_asked_what_is_kept_is_in_no_row(self, db: Database) -> None:
        """R14: nothing waits for them."""
        await lives(db)
        await ingest(db, message(WHO, 6, content=False), now=at(60))
        await handles(db, Decision(dialogue=Dialogue(WHO, touched_at=at(60))), at(60))
        assert await erase(db) is not None
        assert str(WHO) not in repr([await rows(db, table) for table in metadata.sorted_tables])
        assert await listed(db) == {WHO: 6} and await keys_of(db) == set()

    async def test_what_is_said_since_still_leaves(self, db: Database) -> None:
        """Sealed anew: the question for the consent waits for VK while the erasure is done."""
        await lives(db)
        await ingest(db, message(WHO, 6, content=False), now=at(60))
        asks = send(WHO, f"v1|{C}|screen|{WHO}|6|0")
        await decide(db, Decision(effects=(asks,)), peer=8, now=at(60))
        await handles(db, Decision(dialogue=ASKED), at(60))
        assert await erase(db) is not None
        (row,) = [row for row in await take(db, now=LATER) if row.peer == WHO]
        assert row.effect == asks and (await identity(db))["balanced"]

    async def test_a_draft_of_the_former_consent_does_not(self, db: Database) -> None:
        await lives(db)
        await writes_again(db)
        await handles_late(db, replace(TALK, touched_at=LATER))
        await erase(db)
        assert await talk_of(db) is None


async def handles_late(db: Database, talk: Dialogue, number: int = 8) -> None:
    await ingest(db, message(WHO, number, content=False), now=LATER)
    await handles(db, Decision(dialogue=talk), LATER)


class TestKeys:
    async def test_cut_short_between_the_rows_and_the_keys_it_is_done_later(self, db: Database) -> None:
        """Nothing could be read anew meanwhile, and what begins meanwhile stays."""
        await lives(db)
        before = await keys_of(db)
        await db.run(lambda tx: forgetting.erase(tx, WHO, LATER))
        assert before < await keys_of(db) and await listed(db) == {}
        assert await db.run(lambda tx: history.notice(tx, {WHO: 5}, NOW)) == 0
        await ingest(db, message(WHO, 3))
        assert [row for row in await heads(db) if row.peer == WHO] == []
        assert await forgetting.reapply(db, LATER) == 0
        await handles_late(db, ASKED, 6)
        assert await forgetting.destroy_keys(db) == 1 and await forgetting.destroy_keys(db) == 0
        assert await listed(db) == {WHO: 5} and not await keys_of(db) & before
        assert await talk_of(db) == ASKED

    async def test_who_has_no_key_gets_none(self, db: Database) -> None:
        await db.run(lambda tx: erasures.ask(tx, ErasureRequest(WHO, NOW, at(9)), NOW))
        await erase(db)
        assert await keys_of(db) == set() and await listed(db) == {WHO: 0}

    async def test_a_copy_from_between_is_read_from_the_cut_on(self, db: Database) -> None:
        """A restore spares newer words: all of the copy goes, and VK shows what follows the cut."""
        await lives(db)
        await writes_again(db)
        await db.run(lambda tx: tx.keys.ring.forget(C, WHO, 5, LATER))  # in the life that the copy knows nothing of
        assert await forgetting.reapply(db, at(200)) == 1
        assert [row for row in await rows(db, inbox_table) if row["peer"] == WHO] == []
        assert await db.run(lambda tx: history.notice(tx, {WHO: 8}, NOW)) == 1
        assert await db.run(lambda tx: history.gaps(tx, 10)) == [history.Gap(WHO, (6, 7, 8))]
        await asked_everywhere(db)
        (one,) = [row for row in await rows(db, erasure_table) if row["erased_at"] is not None]
        assert one["resident"] is None and one["old_keys"] == ""


class TestElsewhere:
    async def test_it_is_asked_for_in_other_communities_though_it_was_carried_out_before(self, db: Database) -> None:
        """0022: a consent may be quicker than the loop that asks them."""
        await lives(db)
        await writes_again(db)
        await agrees(db)
        await forgetting.destroy_keys(db)
        (one,) = await db.run(lambda tx: erasures.to_spread(tx, 9))
        assert (one.resident, one.erased_at) == (WHO, LATER)
        await asked_everywhere(db)
        assert await db.run(lambda tx: erasures.to_spread(tx, 9)) == []
        assert [one.resident for one in await db.run(erasures.everything)] == [None]

    async def test_while_it_waits_its_resident_stands_there(self, db: Database) -> None:
        await lives(db)
        await asked_everywhere(db)
        assert [one.resident for one in await db.run(erasures.everything)] == [WHO]

    async def test_what_came_from_another_is_asked_for_nowhere_again(self, db: Database) -> None:
        await db.run(lambda tx: erasures.ask_too(tx, ErasureRequest(WHO, NOW, at(9), cut=5), NOW))
        assert await db.run(lambda tx: erasures.to_spread(tx, 9)) == []
        assert [one.cut for one in await db.run(erasures.everything)] == [0], "it has a cut of its own"


class TestBlocks:
    async def erased(self, db: Database, until: Any) -> None:
        await lives(db)
        await decide(db, Decision(dialogue=Dialogue(WHO, touched_at=NOW, blocked_until=until)), peer=8)
        await erase(db)

    async def known(self, db: Database) -> Dialogue | None:
        await ingest(db, message(WHO, 9, content=False), internal(WHO, "reread", RereadFailed(WHO, (9,))), now=LATER)
        await db.run(lambda tx: history.fill(tx, [], absent=[history.Gap(WHO, (6, 7, 8))], now=LATER))
        row = next(row for row in await heads(db, now=LATER) if row.peer == WHO)
        (facts,) = await load(db, (row, RereadFailed(WHO, (9,))))
        return facts.dialogue

    async def test_a_block_outlives_the_erasure(self, db: Database) -> None:
        """T9: a flooder who asks to be forgotten stays blocked; nothing names him meanwhile."""
        until = LATER + timedelta(days=3)
        await self.erased(db, until)
        assert str(WHO) not in repr([await rows(db, table) for table in metadata.sorted_tables])
        talk = await self.known(db)
        assert talk == Dialogue(WHO, blocked_until=until)

    async def test_one_that_is_over_or_was_lifted_does_not(self, db: Database) -> None:
        await db.run(lambda tx: tx.keys.ring.block(C, WHO, LATER + timedelta(days=9)))
        await self.erased(db, None)
        assert await self.known(db) is None

    async def test_it_is_gone_when_it_is_over(self, db: Database) -> None:
        until = LATER + timedelta(days=3)
        await self.erased(db, until)
        for now, left in ((until - timedelta(seconds=1), {WHO: until}), (until, {})):
            await db.run(lambda tx, now=now: retention.old_lines(tx, None, now, retention.RetentionTerms()))  # type: ignore[misc]
            assert await db.run(lambda tx: tx.keys.ring.blocked_until(C, [WHO])) == left


@pytest.mark.parametrize("table", ["blocked"])
async def test_keys_of_an_older_program_get_their_tables(db: Database, table: str) -> None:
    """A copy of the keys from before is put back beside a newer database."""
    name = f"{keystore.SCHEMA}.{table}" if db.dialect == "postgresql" else table
    await db.run(lambda tx: tx.keys.ring.store.call(lambda connection: connection.execute(text(f"DROP TABLE {name}"))))
    await db.run(lambda tx: tx.keys.ring.open())
    assert await db.run(lambda tx: tx.keys.ring.blocked_until(C, [WHO])) == {}
