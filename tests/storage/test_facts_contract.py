"""What a decision may know of the life of a message, each only for the events that need it (states/facts.py)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from given import (
    CHAT,
    CUR_CHAT,
    NOW,
    C,
    at,
    decide,
    say,
    send,
    sent,
    submitted,
    take,
    waiting_of,
)
from scenes import (
    CENTRE,
    DRAFT,
    ROADS,
    WATER,
    about,
    bound,
    carded,
    codes,
    ended,
    in_chat,
    made,
    one_of,
    pressed,
    private,
)

from states.decision import Consent, Decision
from states.dialogue import (
    AskingText,
    ChoosingSame,
    Dialogue,
    Draft,
    Idle,
    Preview,
    Rating,
)
from states.effects import Kind
from states.events import (
    ChatAction,
    ChatChanged,
    DeliveryOutcome,
    MembersListed,
    RoutesChanged,
)
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, History, Status
from states.lifecycle.rights import ErasureRequest
from states.lifecycle.tasks import Job, Task
from states.messages import Command, Reply
from states.people.chats import CUR
from states.people.officials import Official, Standing
from storage.db.database import Database
from storage.outbox import fallback, outcomes
from storage.privacy import forgetting
from storage.unit_of_work import facts


class TestReplies:
    async def test_a_reply_to_what_vk_keeps_under_an_unknown_number_is_linked_by_what_it_names(
        self, db: Database
    ) -> None:
        """F7; of another's number nothing is known (I4)."""
        await decide(db, submitted(made("1125-AAAA", 5, chat=CHAT)), peer=5)
        for peer, linked in ((5, "1125-AAAA"), (6, None)):
            waiting, event = private("вот ещё что", peer)
            event = replace(event, message=replace(event.message, reply=Reply(77, -C, "1125-AAAA")))
            known = await one_of(db, (waiting, event))
            assert (known.linked and known.linked.code) == linked


class TestInChats:
    async def test_the_dialogue_of_whom_the_card_is_about(self, db: Database) -> None:
        theirs = Dialogue(5, Idle(), consent="h")
        await decide(db, submitted(made("1125-AAAA", 5, chat=CHAT), dialogue=theirs), peer=5)
        await carded(db, "1125-AAAA")
        for event in (in_chat("слова", 50), pressed("accept")):
            known = await one_of(db, event)
            assert known.theirs == theirs and known.dialogue is None
        assert (await one_of(db, in_chat("слова"))).theirs is None
        assert (await one_of(db, private())).theirs is None

    async def test_the_officials_of_this_chat_and_of_no_other(self, db: Database) -> None:
        await bound(db, ROADS, WATER)
        olga, gone = Official(CHAT, 8, Standing.WORKS, NOW, name="Ольга"), Official(CHAT, 9, Standing.GONE, NOW, at(5))
        await decide(db, Decision(officials=(olga, gone, Official(WATER.peer, 10, Standing.WORKS, NOW))))
        changed = ChatChanged(CHAT, 4, 8, NOW, ChatAction.MEMBER_CAME, 11)
        for event in (in_chat("слова"), pressed("accept"), (waiting_of(CHAT), changed), ended("1125-AAAA")):
            assert (await one_of(db, event)).officials == {8: olga, 9: gone}
        listed = MembersListed(CHAT, (), NOW)
        assert (await one_of(db, (waiting_of(CHAT), listed))).officials == {8: olga, 9: gone}
        for event in (private(), (waiting_of(CHAT), RoutesChanged(CHAT, NOW))):
            assert (await one_of(db, event)).officials == {}

    async def test_whom_a_question_about_a_new_member_is_about(self, db: Database) -> None:
        """T5: pressed in the ЦУР's chat, about a person of another one."""
        await bound(db, WATER, CENTRE)
        new = Official(WATER.peer, 10, Standing.ASKED, NOW, name="Ольга")
        await decide(db, Decision(officials=(new,)))
        for action in ("admit", "refuse_member"):
            known = await one_of(db, pressed(action, peer=CUR_CHAT, value=f"{WATER.peer} 10"))
            assert known.asked == new and known.officials == {}
        for value in (f"{WATER.peer} 11", f"{CUR_CHAT} 10", "", "10", "x y", "1" * 40 + " 10"):
            assert (await one_of(db, pressed("admit", peer=CUR_CHAT, value=value))).asked is None
        assert (await one_of(db, pressed("accept", peer=CUR_CHAT, value=f"{WATER.peer} 10"))).asked is None

    async def test_why_we_sent_what_is_replied_to(self, db: Database) -> None:
        """The cause of the first form, also where VK made us leave something out; an edit is not what was sent."""
        first = f"v1|{C}|task|{CHAT}|9|0"
        await say(db, send(CHAT, first, reply_to=3))
        (row,) = await take(db)
        await db.run(lambda tx: fallback.fall_back(tx, row.id, row.fencing_token, NOW, code=913))
        (row,) = await take(db)
        assert row.cause != first
        await sent(db, row, 50)
        for event in (in_chat("слова", 50), pressed("pick")):
            assert (await one_of(db, event)).replied == first
        assert (await one_of(db, in_chat("слова", 51))).replied == ""

    async def test_all_chats_where_an_agency_may_be_named(self, db: Database) -> None:
        await bound(db, ROADS, WATER, CENTRE)
        mine = Task(CHAT, 8, Job.NOT_OURS, NOW)
        await decide(db, submitted(made("1125-AAAA", 5, chat=CHAT, agency="roads", tasks=(mine,))))
        await carded(db, "1125-AAAA")
        named = [in_chat(f"/{word} вода", peer=CUR_CHAT) for word in ("пауза", "возобновить", "направить")]
        for event in (*named, in_chat("вода", 50), pressed("pick")):
            assert set((await one_of(db, event)).chats) == {"roads", "water", CUR}
        for event in (in_chat("вода", 50, author=9), in_chat("// вода", peer=CUR_CHAT), private("вода")):
            assert "water" not in (await one_of(db, event)).chats


class TestHistory:
    @pytest.fixture
    async def told(self, db: Database) -> tuple[Database, tuple[History, ...]]:
        one, line = made("1125-AAAA", 5, chat=CHAT)
        second = History("1125-AAAA", 2, at(1), 8, Action.ROUTE, Status.WAITING, Status.ROUTED, "по просьбе")
        await decide(db, submitted((one, line), made("1125-BBBB", 6)))
        await decide(db, Decision(appeals=(replace(one, version=2),), history=(second,)), peer=2)
        await carded(db, "1125-AAAA")
        return db, (line, second)

    async def test_of_the_linked_appeal(self, told: Any) -> None:
        db, lines = told
        for event in (pressed("who"), in_chat("/история", 50), in_chat("/История", 50)):
            assert (await one_of(db, event)).history == lines

    async def test_of_the_one_that_leads_the_linked_appeal_too(self, told: Any) -> None:
        """R32: a reply to words of somebody who joined."""
        db, lines = told
        other, line = made("1125-CCCC", 7)
        merged = replace(other, status=Status.MERGED, incident="1125-AAAA")
        await decide(db, submitted((merged, line)), peer=7)
        await carded(db, "1125-CCCC", 77)
        assert (await one_of(db, in_chat("/история", 77))).history == (line, *lines)

    async def test_of_the_one_that_is_named(self, told: Any) -> None:
        db, lines = told
        assert (await one_of(db, in_chat("/история 1125-aaaa", peer=CUR_CHAT))).history == lines
        assert (await one_of(db, in_chat("/история 1125-BBBB", 50))).history == lines, "a reply says which"

    async def test_nowhere_else(self, told: Any) -> None:
        db, _ = told
        for event in (pressed("accept"), in_chat("история", 50), in_chat("/историями", 50)):
            assert (await one_of(db, event)).history == ()


class TestIncident:
    """R32: one leads, the others are answered with it."""

    @pytest.fixture
    async def three(self, db: Database) -> Database:
        lead = made("1125-AAAA", 5, chat=CHAT, incident="1125-AAAA", status=Status.IN_WORK)
        others = [made(f"1125-BBB{n}", n, created_at=at(n), incident="1125-AAAA", status=Status.MERGED) for n in (7, 6)]
        await decide(db, submitted(lead, *others, made("1125-CCCC", 9)))
        await carded(db, "1125-AAAA")
        return db

    async def test_members_of_what_leads(self, three: Database) -> None:
        for event in (in_chat("слова", 50), pressed("answer"), private(peer=5), ended("1125-AAAA")):
            known = await one_of(three, event)
            assert codes(known.members) == ["1125-BBB6", "1125-BBB7"] and known.leads == {}
        assert (await one_of(three, in_chat("1125-CCCC"))).members == ()

    async def test_who_leads_the_merged(self, three: Database) -> None:
        known = await one_of(three, private(peer=6))
        assert codes(known.appeals) == ["1125-BBB6"] and set(known.leads) == {"1125-AAAA"} and known.members == ()
        known = await one_of(three, in_chat("/отделить 1125-BBB7"))
        assert set(known.leads) == {"1125-AAAA"} and codes(known.members) == ["1125-BBB6", "1125-BBB7"]
        assert (await one_of(three, ended("1125-BBB6", 6))).leads == {}

    async def test_what_can_be_taken_back_of_all_members(self, three: Database) -> None:
        await say(three, *(send(n, f"a{n}", appeal=f"1125-BBB{n}", not_before=at(30)) for n in (6, 7)))
        assert (await one_of(three, in_chat("слова", 50))).unsent == {"a6", "a7"}

    @pytest.mark.parametrize(("kind", "kept"), [(Kind.ANSWER, True), (Kind.NOTICE, False)])
    async def test_an_answer_that_waits_for_its_reader_can_be_taken_back(
        self, three: Database, kind: Kind, kept: bool
    ) -> None:
        """T6: he closed his dialogue, and would read it when he opens it."""
        await say(three, send(6, "a", appeal="1125-BBB6", kind=kind))
        (row,) = await take(three)
        await three.run(
            lambda tx: outcomes.park(tx, row.id, row.fencing_token, DeliveryOutcome.RECIPIENT_CLOSED, 901, NOW)
        )
        known = await one_of(three, in_chat("слова", 50))
        assert known.unsent == ({"a"} if kept else set())

    async def test_what_a_chat_has_not_read_yet(self, three: Database) -> None:
        """I4: apart from what can be taken back, for each by itself; also what waits for the chat."""
        more: dict[str, Any] = {"kind": Kind.ADDITION}
        await say(three, send(CHAT, "a1", appeal="1125-AAAA", **more), send(CHAT, "a2", appeal="1125-AAAA", **more))
        await say(three, send(CHAT, "c", appeal="1125-CCCC", **more), send(CHAT, "n", appeal="1125-AAAA"))
        known = await one_of(three, in_chat("слова", 50))
        assert (known.unread, known.unsent) == ({"1125-AAAA": {"a1", "a2"}}, {"n"})
        (row,) = await take(three)
        await three.run(lambda tx: outcomes.park(tx, row.id, row.fencing_token, DeliveryOutcome.CHAT_LOST, 917, NOW))
        known = await one_of(three, in_chat("слова", 50))
        assert (known.unread, known.unsent) == ({"1125-AAAA": {"a1", "a2"}}, set())

    @pytest.mark.parametrize("kind", [Kind.ADDITION, Kind.CARD])
    async def test_nor_what_may_be_on_its_way_to_it(self, three: Database, kind: Kind) -> None:
        """It cannot be taken back for sure, and is not sent again (seed 2758)."""
        await say(three, send(CHAT, "a", appeal="1125-AAAA", kind=kind))
        (row,) = await take(three)
        for _ in range(2):
            known = await one_of(three, in_chat("слова", 50))
            assert (known.unread, known.unsent) == ({"1125-AAAA": {"a"}}, set())
            await three.run(lambda tx: outcomes.defer(tx, row.id, row.fencing_token, NOW, unknown=True, reason=""))

    async def test_those_who_left_it_while_words_are_on_their_way_to_them(self, db: Database) -> None:
        """T6: «Отменить» takes them back from everybody; whoever is forgotten meanwhile is nobody."""
        words = Held("v1|1|answer|9|20|0", "answer", 8, NOW, also=("1125-BBB6", "1125-BBB7", "1125-GONE"))
        lead = made("1125-AAAA", 5, chat=CHAT, incident="1125-AAAA", held=(words,))
        member = made("1125-BBB6", 6, incident="1125-AAAA", status=Status.MERGED)
        await decide(db, submitted(lead, member, made("1125-BBB7", 7)))
        await carded(db, "1125-AAAA")
        await say(db, send(7, "a7", appeal="1125-BBB7", not_before=at(30)))
        known = await one_of(db, pressed("undo", value=words.cause))
        assert codes(known.members) == ["1125-BBB6", "1125-BBB7"] and known.unsent == {"a7"}
        assert codes((await one_of(db, private("и второй подъезд", peer=5))).members) == ["1125-BBB6", "1125-BBB7"]
        assert codes((await one_of(db, in_chat("слова", 50))).members) == ["1125-BBB6"]
        assert facts.conflicting(await about(db, pressed("undo"), private(peer=7))) == {1}

    async def test_the_others_of_an_incident_that_one_of_them_leaves(self, three: Database) -> None:
        """The card of the one that leads counts them, and the words on their way leave to them."""
        yes = private("", peer=6, command=Command("withdraw_yes", "1125-BBB6"))
        known = await one_of(three, yes)
        assert list(known.leads) == ["1125-AAAA"] and codes(known.members) == ["1125-BBB6", "1125-BBB7"]
        assert codes((await one_of(three, private("что", peer=6))).members) == []

    async def test_two_events_of_one_incident_are_not_of_one_batch(self, three: Database) -> None:
        known = await about(three, in_chat("слова", 50), private(peer=6), private(peer=9), private(peer=7))
        assert facts.conflicting(known) == {1, 3}


class TestSimilar:
    """R32: open appeals of others about the same topic and place, lately."""

    async def five(self, db: Database) -> None:
        await decide(
            db,
            submitted(
                made("1125-AAAA", 6, created_at=at(-60)),
                made("1125-BBBB", 7, created_at=at(-30), status=Status.IN_WORK),
                made("1125-CCCC", 8, created_at=at(-90), incident="1125-CCCC", status=Status.ROUTED),
                made("1125-DDDD", 5, created_at=at(-20)),
                made("1125-EEEE", 9, created_at=at(-10), status=Status.ANSWERED),
                made("1125-FFFF", 10, created_at=at(-49 * 3600)),
                made("1125-GGGG", 11, created_at=at(-5), place="chelyabinsk"),
                made("1125-HHHH", 12, created_at=at(-5), topic="pipes"),
            ),
        )

    async def stands(self, db: Database, step: Any, draft: Draft = DRAFT) -> None:
        await decide(db, Decision(dialogue=Dialogue(5, step, draft)), peer=5)

    async def test_those_that_lead_first_then_the_newest(self, db: Database) -> None:
        await self.five(db)
        await self.stands(db, Preview())
        for event in (private("что"), private("", command=Command("send")), pressed("mine", 1, peer=5, user=5)):
            assert codes((await one_of(db, event)).similar) == ["1125-CCCC", "1125-BBBB", "1125-AAAA"]
        known = await one_of(db, private("что"), join_within=timedelta(seconds=45))
        assert codes(known.similar) == ["1125-BBBB"]

    async def test_only_where_it_is_asked(self, db: Database) -> None:
        await self.five(db)
        await self.stands(db, AskingText())
        assert (await one_of(db, private("что"))).similar == ()
        for event in (private("Отправить!"), private(command=Command("send"))):
            assert codes((await one_of(db, event)).similar) == ["1125-CCCC", "1125-BBBB", "1125-AAAA"]
        await self.stands(db, Preview(), replace(DRAFT, place=None))
        assert (await one_of(db, private("Отправить"))).similar == ()
        assert (await one_of(db, in_chat("отправить"))).similar == ()

    async def test_the_one_that_may_be_joined_is_there_in_any_case(self, db: Database) -> None:
        await self.five(db)
        merged = made("1125-KKKK", 13, created_at=at(-1), incident="1125-CCCC", status=Status.MERGED)
        await decide(db, submitted(merged))
        for code in ("1125-FFFF", "1125-EEEE", "1125-BBBB"):
            await self.stands(db, ChoosingSame(code, own=False))
            known = await one_of(db, private("присоединиться"))
            assert code in codes(known.similar) and len(set(codes(known.similar))) == len(known.similar)
            assert set(known.leads) == {"1125-CCCC"} and known.appeals == (await one_of(db, private())).appeals
        await self.stands(db, ChoosingSame("1125-CCCC", own=False))
        assert codes((await one_of(db, private("да"))).members) == ["1125-KKKK"], "its card counts them"

    async def test_fifty_at_most(self, db: Database) -> None:
        await decide(db, submitted(*(made(f"1125-{n:04d}", 100 + n, created_at=at(-n)) for n in range(80))))
        await self.stands(db, Preview())
        known = await one_of(db, private("что"))
        assert codes(known.similar) == [f"1125-{n:04d}" for n in range(50)]

    async def test_two_who_join_the_same_are_not_of_one_batch(self, db: Database) -> None:
        await self.five(db)
        for who in (20, 21, 22):
            step = ChoosingSame("1125-BBBB", own=False) if who != 22 else Preview()
            await decide(db, Decision(dialogue=Dialogue(who, step, DRAFT)), peer=who)
        known = await about(db, private(peer=20), private(peer=21), private(peer=22))
        assert facts.conflicting(known) == {1}


class TestResidents:
    async def test_old_appeals_that_the_step_names(self, db: Database) -> None:
        many = [made(f"1125-{n:04d}", 5, n, created_at=at(n), status=Status.CLOSED) for n in range(1, 41)]
        await decide(db, submitted(*many))
        for step in (Rating("1125-0003"), ChoosingSame("1125-0003", own=True)):
            await decide(db, Decision(dialogue=Dialogue(5, step, DRAFT)), peer=5)
            assert "1125-0003" in codes((await one_of(db, private())).appeals)
        await decide(db, submitted(made("1125-ZZZZ", 6), dialogue=Dialogue(5, Rating("1125-ZZZZ"))), peer=5)
        assert "1125-ZZZZ" not in codes((await one_of(db, private())).appeals), "I4"

    async def test_consent_to_publish_is_of_its_own_text(self, db: Database) -> None:
        """R9: separate, off by default, taken back by a later word; R8: another text asks anew."""

        async def says(given: bool, text_hash: str, who: int = 5) -> None:
            await decide(db, Decision(consent=Consent(who, given, text_hash, NOW, 3)), peer=who)

        async def publishes(text_hash: str = "p1", event: Any = None) -> bool:
            return (await one_of(db, event or private(), publish_hash=text_hash)).publishes

        await says(True, "hash")
        assert not await publishes()
        await says(True, "p1")
        await says(False, "p1", who=6)
        assert await publishes() and not await publishes("p2") and not await publishes("")
        await says(False, "hash")
        assert await publishes(), "the other consent is another matter"
        await says(False, "p1")
        assert not await publishes()
        await says(True, "p1")
        assert await publishes() and not await publishes(event=in_chat("слова"))

    async def test_a_request_to_be_forgotten_until_it_is_done(self, db: Database) -> None:
        request = ErasureRequest(5, NOW, at(99))
        await decide(db, Decision(dialogue=Dialogue(5), erasure=request), peer=5)
        assert (await one_of(db, private())).erasure == request
        for event in (private(peer=6), in_chat("слова")):
            assert (await one_of(db, event)).erasure is None
        await db.run(lambda tx: forgetting.erase(tx, 5, NOW))
        assert (await one_of(db, private())).erasure is None


class TestPauses:
    async def test_what_was_opened_again_waits_for_the_cur_too(self, db: Database) -> None:
        """R42: without a chat it would never get a card, when the ЦУР's is bound at last."""
        await bound(db, CENTRE)
        opened = made("1125-OPEN", 5, status=Status.REOPENED)
        await decide(db, submitted(opened, made("1125-DONE", 6, status=Status.CLOSED)))
        known = await one_of(db, (waiting_of(CUR_CHAT), RoutesChanged(CUR_CHAT, NOW)))
        assert codes(known.waiting) == ["1125-OPEN"]

    async def test_what_lies_in_a_chat_that_is_bound_to_nobody_any_more_goes_along(self, db: Database) -> None:
        """The agency has a new chat; what has ended stays where it is, and what waits in the ЦУР's old one goes too."""
        left = replace(WATER, agency=None)
        await bound(db, ROADS, left, CENTRE)
        there = {"chat": left.peer, "agency": "roads"}
        work = made("1125-WORK", 5, status=Status.IN_WORK, **there)
        wait = made("1125-WAIT", 6, chat=left.peer, by_hand=True)
        over = made("1125-OVER", 7, status=Status.CLOSED, **there)
        here = made("1125-HERE", 8, status=Status.IN_WORK, chat=CHAT, agency="roads")
        await decide(db, submitted(work, wait, over, here))
        known = await one_of(db, (waiting_of(CHAT), RoutesChanged(CHAT, NOW)))
        assert codes(known.waiting) == ["1125-WAIT", "1125-WORK"]

    async def test_what_waits_for_a_paused_agency_does_not_stand_before_the_others(self, db: Database) -> None:
        await bound(db, replace(ROADS, paused_until=at(60)), WATER)
        pits = [made(f"1125-{n:04d}", n + 1, chat=CUR_CHAT) for n in range(5)]
        await decide(db, submitted(*pits, made("1125-PIPE", 99, topic="pipes", chat=CUR_CHAT)))
        event = (waiting_of(CHAT), RoutesChanged(CHAT, NOW))
        assert codes((await one_of(db, event)).waiting) == ["1125-PIPE"]
        assert len((await one_of(db, event, now=at(61))).waiting) == 6
