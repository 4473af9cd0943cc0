"""The inbox on both engines: order, gaps, retries, the crash guard, the door (delivery.md §5, §6, §10)."""

from __future__ import annotations

from given import CHAT, MASTER, NOW, C, at, decide, heads, identity, ingest, internal, load, message
from sqlalchemy import select

from states.decision import Decision, ignore
from states.dialogue import Dialogue
from states.effects import SOURCE_TIMER, CancelTimer, Reread, StartTimer
from states.events import Poisoned, RereadFailed, RoutesChanged, SourceRead, TimerFired
from states.people.chats import Chat
from storage.db import codec
from storage.db.database import Database
from storage.db.schema import inbox as table
from storage.db.schema import known, peer
from storage.db.transaction import Transaction
from storage.inbox import admission, history, inbox, timers, watermarks
from storage.inbox.inbox import Arrived, Waiting
from storage.records import directory
from storage.unit_of_work import decisions


async def end(db: Database, *rows: Waiting, reason: str | None = None) -> None:
    await db.run(lambda tx: inbox.finish(tx, [(row, reason) for row in rows], NOW))


async def drained(db: Database, now=NOW) -> list[str]:
    """Keys in the order in which they are handled."""
    keys = []
    while rows := await heads(db, now):
        keys += [row.key for row in rows]
        await end(db, *rows)
    return keys


class TestOrder:
    async def test_an_event_comes_in_once(self, db: Database) -> None:
        assert await ingest(db, message(5, 1), message(6, 1), ts="10") == 2
        assert await ingest(db, message(5, 1), message(5, 2), ts="11") == 1
        assert await db.run(admission.cursor_of) == "11"
        assert (await identity(db))["inbox"]["received"] == 3

    async def test_a_person_is_handled_in_the_order_of_numbers(self, db: Database) -> None:
        await ingest(db, message(5, 3), message(5, 1))
        assert [row.cmid for row in await heads(db)] == [1]
        await ingest(db, message(5, 2))
        assert await drained(db) == ["m:1", "m:2", "m:3"]

    async def test_nothing_passes_a_gap(self, db: Database) -> None:
        await ingest(db, message(5, 1), message(5, 3), Arrived("button", 5, "e:1", "{}"), message(6, 1))
        assert await drained(db) == ["m:1", "m:1"]
        assert await db.run(lambda tx: history.gaps(tx, 10)) == [history.Gap(5, (2,))]
        await db.run(lambda tx: history.fill(tx, [], absent=[history.Gap(5, (2,))], now=NOW))
        assert await drained(db) == ["m:3", "e:1"]

    async def test_our_own_messages_close_gaps(self, db: Database) -> None:
        await ingest(db, message(5, 1), message(5, 4), own=[(5, 2), (5, 3)])
        assert await drained(db) == ["m:1", "m:4"]
        assert await db.run(lambda tx: tx.rows(select(known))) == []

    async def test_a_button_comes_after_the_messages_before_it(self, db: Database) -> None:
        await ingest(db, message(5, 1), Arrived("button", 5, "e:1", "{}"), message(5, 2))
        assert await drained(db) == ["m:1", "e:1", "m:2"]

    async def test_a_button_was_pressed_when_it_came(self, db: Database) -> None:
        """T5: VK tells no time of it, and who was an official then is asked."""
        await ingest(db, Arrived("button", 5, "e:1", "{}"), now=at(7))
        assert [row.at for row in await heads(db, at(7))] == [at(7)]

    async def test_heads_are_of_different_people_oldest_first(self, db: Database) -> None:
        await ingest(db, *(message(who, cmid) for who in (9, 5, 7) for cmid in (1, 2)))
        rows = await heads(db, limit=2)
        assert [(row.peer, row.cmid) for row in rows] == [(9, 1), (5, 1)]

    async def test_many_gaps_are_named_a_hundred_at_a_time(self, db: Database) -> None:
        await ingest(db, message(5, 250), message(5, 50))
        (gap,) = await db.run(lambda tx: history.gaps(tx, 10))
        assert gap.cmids == (*range(1, 50), *range(51, 102))
        empty = history.Gap(5, tuple(cmid for cmid in gap.cmids if cmid != 7))
        await db.run(lambda tx: history.fill(tx, [message(5, 7)], absent=[empty], now=NOW))
        (gap,) = await db.run(lambda tx: history.gaps(tx, 10))
        assert gap.cmids == tuple(range(102, 202))
        assert [row.cmid for row in await heads(db)] == [7]

    async def test_what_vk_says_is_there_becomes_a_gap(self, db: Database) -> None:
        await ingest(db, message(5, 1))
        assert await db.run(lambda tx: history.notice(tx, {5: 3, 6: 1, 2_000_000_009: 8}, NOW)) == 2
        gaps = await db.run(lambda tx: history.gaps(tx, 10))
        assert gaps == [history.Gap(5, (2, 3)), history.Gap(6, (1,))]

    async def test_an_unbound_chat_has_no_gaps_until_its_base_is_set(self, db: Database) -> None:
        chat = 2_000_000_005
        await ingest(db, message(chat, 40), message(chat, 44), message(chat, 47))
        assert [row.cmid for row in await heads(db)] == [40]
        assert await db.run(lambda tx: history.gaps(tx, 10)) == []
        await db.run(lambda tx: watermarks.set_base(tx, chat, 44))
        assert await db.run(lambda tx: history.gaps(tx, 10)) == [history.Gap(chat, (45, 46))]
        assert await drained(db) == ["m:40", "m:44"]
        await ingest(db, message(chat, 45), message(chat, 46))
        assert await drained(db) == ["m:45", "m:46", "m:47"]

    async def test_strange_text_is_kept(self, db: Database) -> None:
        await ingest(db, message(5, 1, raw='{"text":"\x00\ud83d я"}'))
        assert (await heads(db))[0].raw == '{"text":"\ufffd\ufffd я"}'

    async def test_a_head_whose_peer_somebody_holds_is_looked_at_again(self, db: Database) -> None:
        """PostgreSQL passes over it, and whoever holds it may ring no bell when it ends."""
        await ingest(db, message(5, 1))

        async def passed_over(tx: Transaction) -> tuple[int, bool]:
            return len(await inbox.next_events(tx, NOW, 10)), await inbox.some_held(tx, NOW)

        async def holding(tx: Transaction) -> tuple[int, bool]:
            await inbox.next_events(tx, NOW, 10)
            return await db.run(passed_over)

        if db.dialect == "postgresql":
            assert await db.run(holding) == (0, True)
        await end(db, *await heads(db))
        assert await db.run(passed_over) == (0, False)

    async def test_communities_do_not_see_each_other(self, db: Database) -> None:
        await ingest(db, message(5, 1))
        await db.of(C + 1).run(lambda tx: inbox.ingest(tx, [message(5, 2)], now=NOW))
        assert len(await heads(db)) == 1
        assert await db.run(lambda tx: history.gaps(tx, 10)) == []


class TestTrouble:
    async def test_retries_then_dead_and_the_peer_goes_on(self, db: Database) -> None:
        await ingest(db, message(5, 1), message(5, 2))
        now, pauses = NOW, []
        while True:
            (row,) = await heads(db, now)
            if row.cmid != 1:
                break
            again = await db.run(lambda tx: inbox.retry(tx, row, reason="ValueError", now=now))  # noqa: B023
            if again is not None:
                assert await heads(db, now) == [], "a retry holds its peer"
                assert await db.run(lambda tx: inbox.next_retry_at(tx, now)) == again  # noqa: B023
                pauses.append((again - now).total_seconds())
                now = again
        assert pauses == [1, 10, 60, 300, 600]
        await end(db, row)
        (told,) = await heads(db, now)
        assert codec.decode(Poisoned, told.raw) == Poisoned(5, "m:1", now)
        assert (await identity(db))["inbox"]["dead"] == 1

    async def test_three_crashes_are_enough(self, migrated: str) -> None:
        for run in range(4):
            db = await Database.open(migrated, master=MASTER, community=C)
            if run == 0:
                await ingest(db, message(5, 1), message(6, 1))
            rows = await heads(db)
            fit = await db.run(lambda tx: inbox.note_starting(tx, rows, NOW))  # noqa: B023
            # Left for the next batch again and again, in one process: that is no crash.
            assert await db.run(lambda tx: inbox.note_starting(tx, fit, NOW)) == fit  # noqa: B023
            if run == 0:
                await end(db, *(row for row in rows if row.peer == 6))
            assert len(fit) == (2, 1, 1, 0)[run]
            found = await identity(db)
            await db.close()
        assert found["inbox"]["dead"] == 1 and found["balanced"]

    async def test_workers_that_start_the_same_event_have_not_crashed(self, migrated: str) -> None:
        for worker in range(6):
            db = await Database.open(migrated, worker=worker, master=MASTER, community=C)
            await ingest(db, message(5, 1))
            rows = await heads(db)
            assert await db.run(lambda tx: inbox.note_starting(tx, rows, NOW)) == rows  # noqa: B023
            await db.close()

    async def test_a_handled_event_has_no_crashes(self, db: Database) -> None:
        await ingest(db, message(5, 1))
        rows = await heads(db)
        await db.run(lambda tx: inbox.note_starting(tx, rows, NOW))
        await db.run(lambda tx: inbox.retry(tx, rows[0], reason="x", now=NOW))
        assert (await db.run(lambda tx: tx.row(select(table.c.runs))))["runs"] == 0

    async def test_a_reason_is_stored(self, db: Database) -> None:
        await ingest(db, message(5, 1))
        await decide(db, ignore("не нам"), peer=5)
        row = await db.run(lambda tx: tx.row(select(table.c.state, table.c.reason).where(table.c.key == "m:1")))
        assert row == {"state": "ignored", "reason": "не нам"}


class TestDoor:
    async def test_who_has_consented_to_this_text(self, db: Database) -> None:
        await decide(db, Decision(dialogue=Dialogue(5, consent="h1")), peer=5)
        await decide(db, Decision(dialogue=Dialogue(6)), peer=6)
        assert await db.run(lambda tx: admission.consenting(tx, [5, 6, 7], "h1")) == {5}
        assert await db.run(lambda tx: admission.consenting(tx, [5, 6, 7], "h2")) == set()

    async def test_which_chats_are_known(self, db: Database) -> None:
        chat = Chat(2_000_000_003, "roads", NOW, 8)
        await decide(db, Decision(chat=chat), peer=chat.peer)
        assert await db.run(lambda tx: admission.chats_known(tx, [chat.peer, 9])) == {chat.peer: chat}

    async def test_dropped_words_are_fetched_before_anything_newer(self, db: Database) -> None:
        await ingest(db, message(5, 1, content=False), message(5, 2, content=False))
        assert not (await heads(db))[0].content
        assert await drained(db) == ["m:1", "m:2"]
        await ingest(db, message(5, 3))
        await decide(db, Decision(effects=(Reread(5, (1, 2)),)), peer=5)  # handles message 3
        assert await heads(db) == []
        assert await db.run(lambda tx: history.gaps(tx, 10)) == [history.Gap(5, (1, 2))]
        whole = message(5, 1, raw='{"text":"яма"}')
        await db.run(lambda tx: history.fill(tx, [whole], absent=(), now=NOW))
        (row,) = await heads(db)
        assert (row.raw, row.content) == ('{"text":"яма"}', True)
        await end(db, row)
        assert await heads(db) == [], "the second still waits for VK"
        await db.run(lambda tx: history.fill(tx, [], absent=[history.Gap(5, (2,))], now=NOW))
        events = [row for row in await heads(db) if row.kind == "internal"] or await heads(db)
        assert events[0].key.startswith("own-") or codec.decode(RereadFailed, events[0].raw) == RereadFailed(5, (2,))
        assert (await identity(db))["balanced"]

    async def test_what_was_handled_in_other_words_is_fetched_again(self, db: Database) -> None:
        """T18: the words of before stay handled unless they are asked for as edited."""
        await ingest(db, message(5, 1, raw='{"text":"яма"}'), message(5, 2))
        assert await drained(db) == ["m:1", "m:2"]
        await decide(db, Decision(effects=(Reread(5, (1,)),)), peer=5)
        assert await db.run(lambda tx: history.gaps(tx, 10)) == []
        await decide(db, Decision(effects=(Reread(5, (), (1,)),)), peer=5)
        assert await db.run(lambda tx: history.gaps(tx, 10)) == [history.Gap(5, (1,))]
        whole = message(5, 1, raw='{"text":"яма у школы"}')
        await db.run(lambda tx: history.fill(tx, [whole], absent=(), now=NOW))
        (row,) = await heads(db)
        assert (row.key, row.raw, row.content) == ("m:1", '{"text":"яма у школы"}', True)
        await end(db, row)
        assert (await identity(db))["balanced"]

    async def test_a_gap_knows_the_ids_that_the_door_kept(self, db: Database) -> None:
        """One call reads messages of many dialogues by those; a hole among them has none, and a chat's say nothing."""
        for who, number in ((5, 500), (6, 600), (CHAT, 0)):
            raw = f'{{"object":{{"message":{{"id":{number}}}}}}}'
            await ingest(db, message(who, 1, content=False, raw=raw))
        await decide(db, Decision(effects=tuple(Reread(who, (1,)) for who in (5, 6, CHAT))), peer=7)
        await ingest(db, message(6, 3))
        found = await db.run(lambda tx: history.gaps(tx, 10))
        assert found == [history.Gap(5, (1,), (500,)), history.Gap(6, (1, 2)), history.Gap(CHAT, (1,))]

    async def test_a_message_may_ask_for_itself(self, db: Database) -> None:
        await ingest(db, message(5, 1, content=False))
        (row,) = await heads(db)
        decision = Decision(effects=(Reread(5, (1,)),))
        await db.run(lambda tx: decisions.keep_decisions(tx, [(row, decision)], NOW))
        assert await db.run(lambda tx: history.gaps(tx, 10)) == [history.Gap(5, (1,))]

    async def test_content_is_not_brought_back_without_being_asked_for(self, db: Database) -> None:
        await ingest(db, message(5, 1, content=False))
        await drained(db)
        await ingest(db, message(5, 1))
        assert await heads(db) == []

    async def test_what_waits_for_words_that_may_not_be_stored_stands_at_the_door(self, db: Database) -> None:
        """Seed 115606 (I8, R7): its key was destroyed, so it was asked of VK, for ever, with the consent behind it."""
        await ingest(db, message(5, 1, wanted=True), message(5, 2, content=False))
        assert await heads(db) == []
        await ingest(db, message(5, 1, content=False, raw="{1}"))
        (row,) = await heads(db)
        assert (row.cmid, row.raw, row.content) == (1, "{1}", False)
        assert await db.run(lambda tx: history.gaps(tx, 9)) == []

    async def test_a_cropped_message_waits_and_holds_its_peer(self, db: Database) -> None:
        await ingest(db, message(5, 1, wanted=True), message(5, 2))
        assert await heads(db) == []
        await ingest(db, message(5, 1, raw='{"whole":1}'))
        assert [row.raw for row in await heads(db)] == ['{"whole":1}']


class TestTimers:
    async def test_a_due_timer_becomes_an_event_once(self, db: Database) -> None:
        start = StartTimer("pause", "5", 5, at(4))
        await decide(db, Decision(effects=(StartTimer("pause", "5", 5, at(99)), start)))
        await decide(db, Decision(effects=(StartTimer("draft", "5", 5, at(9)), CancelTimer("draft", "5"))))
        assert await db.run(timers.next_due_at) == at(4)
        assert await db.run(lambda tx: timers.fire(tx, at(3), 10)) == 0
        assert await db.run(lambda tx: timers.fire(tx, at(5), 10)) == 1
        assert await db.run(lambda tx: timers.fire(tx, at(5), 10)) == 0
        (row,) = await heads(db)
        assert codec.decode(TimerFired, row.raw) == TimerFired("pause", "5", 5, at(4))

    async def test_a_message_to_be_read_again_fires_by_what_vk_shows_of_it_only(self, db: Database) -> None:
        """bot/delivery/read_sources.py: whoever is quicker tells it, once."""
        await decide(db, Decision(effects=(StartTimer(SOURCE_TIMER, "1124-AAAA 7 abc", 5, at(4)),)))
        assert await db.run(lambda tx: timers.fire(tx, at(9), 10)) == 0
        assert await db.run(timers.next_due_at) is None
        (found,) = await db.run(lambda tx: timers.to_read(tx, 10))
        assert (found.peer, found.at, found.parts) == (5, at(4), ("1124-AAAA", 7, "abc"))
        event = SourceRead(5, "1124-AAAA", 7, "abc", None, True, at(5))
        for _ in range(2):
            await db.run(lambda tx: timers.read(tx, [(found, event)], at(5)))
        (row,) = await heads(db)
        assert codec.decode(SourceRead, row.raw) == event and "1124" not in row.key
        assert await db.run(lambda tx: timers.to_read(tx, 10)) == []

    async def test_the_next_moment_ahead(self, db: Database) -> None:
        """What is due already, and timers of another community, do not count."""
        assert await db.run(lambda tx: timers.ahead(tx, at(1))) is None
        started = [StartTimer("pause", str(peer), peer, at(minute)) for peer, minute in ((5, 4), (6, 7), (7, 99))]
        await decide(db, Decision(effects=tuple(started)))
        asked = [(3, at(4)), (4, at(7)), (5, at(7)), (98, at(99)), (99, None)]
        for now, due in asked:
            assert await db.run(lambda tx, now=now: timers.ahead(tx, at(now))) == due
        assert await db.of(C + 1).run(lambda tx: timers.ahead(tx, at(1))) is None

    async def test_the_same_timer_can_fire_again(self, db: Database) -> None:
        for _ in range(2):
            await decide(db, Decision(effects=(StartTimer("pause", "5", 5, at(1)),)))
            await db.run(lambda tx: timers.fire(tx, at(2), 10))
        assert len(await drained(db)) == 2

    async def test_a_directory_is_kept_in_versions(self, db: Database) -> None:
        assert await db.run(directory.load_text) is None
        assert await db.run(lambda tx: directory.save_text(tx, "{}", NOW)) == 1
        assert await db.run(lambda tx: directory.save_text(tx, "{}", NOW)) == 1
        assert await db.run(lambda tx: directory.save_text(tx, "{2}", NOW)) == 2
        assert await db.run(directory.load_text) == ("{2}", 2)
        (row,) = await heads(db)
        assert codec.decode(RoutesChanged, row.raw) == RoutesChanged(0, NOW)
        assert len(await load(db, (row, RoutesChanged(0, NOW)))) == 1

    async def test_installed_once_and_swept_often(self, db: Database) -> None:
        assert await db.run(history.installed_at) is None
        assert await db.run(lambda tx: history.note_installation(tx, NOW)) == NOW
        assert await db.run(lambda tx: history.note_installation(tx, at(9))) == NOW
        await db.run(lambda tx: history.swept(tx, NOW))
        await db.run(lambda tx: history.swept(tx, at(9)))
        assert await db.run(history.last_sweep) == at(9)

    async def test_peers_of_internal_events_need_no_messages(self, db: Database) -> None:
        await ingest(db, internal(8, "r", RoutesChanged(8, NOW)))
        assert (await db.run(lambda tx: tx.row(select(peer.c.high_watermark))))["high_watermark"] == 0
        assert len(await heads(db)) == 1
