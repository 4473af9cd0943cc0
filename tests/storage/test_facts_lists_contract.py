"""What commands of officials ask for, and counts for the control centre (R22, features.md §6.10)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from given import (
    CHAT,
    CUR_CHAT,
    NOW,
    answer,
    at,
    decide,
    say,
    submitted,
    waiting_of,
)
from scenes import (
    CENTRE,
    ROADS,
    WATER,
    about,
    bound,
    codes,
    in_chat,
    made,
    one_of,
    pressed,
    private,
)
from sqlalchemy import update

from states.decision import Decision
from states.events import (
    TimerFired,
)
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, History, Status
from states.lifecycle.digest import Load, Section
from states.lifecycle.spikes import USUAL_DAYS, Spike
from states.worktime.deadlines import Deadline, TermClock
from storage.db.database import Database
from storage.db.schema import outbox
from storage.inbox import history
from storage.privacy import forgetting
from storage.unit_of_work import facts


class TestListed:
    """R22: of this chat; the ЦУР sees everything. Each list is short and begins with what matters most."""

    @pytest.fixture
    async def full(self, db: Database) -> Database:
        await bound(db, ROADS, WATER, CENTRE)
        late = Deadline(TermClock.FIRST_ANSWER, at(-99), at(-5))
        later = replace(late, due_at=at(-1))
        await decide(
            db,
            submitted(
                made("1125-AAAA", 1, chat=CHAT, created_at=at(1), deadline=later, status=Status.ROUTED),
                made("1125-BBBB", 2, chat=CHAT, created_at=at(2), deadline=replace(late, due_at=at(9))),
                made("1125-CCCC", 3, chat=CHAT, created_at=at(3), held=(Held("c", "answer", 8, NOW),)),
                made("1125-DDDD", 4, chat=CHAT, created_at=at(4), status=Status.CLOSED),
                made("1126-AAAA", 5, chat=WATER.peer, created_at=at(5), deadline=late, status=Status.IN_WORK),
                made("1126-KKKK", 6, created_at=at(6)),
            ),
        )
        taken = History("1125-AAAA", 2, at(1), 8, Action.ACCEPT, Status.ROUTED, Status.IN_WORK)
        one, _ = made("1125-AAAA", 1, chat=CHAT, created_at=at(1), deadline=later, status=Status.IN_WORK)
        await decide(db, Decision(appeals=(replace(one, version=2),), history=(taken,)))
        return db

    async def test_mine(self, full: Database) -> None:
        """Open ones here: first those this person has had to do with, with the lines that say so."""
        known = await one_of(full, in_chat("/Мои"))
        assert codes(known.listed) == ["1125-AAAA", "1125-CCCC", "1125-BBBB"]
        assert [(line.code, line.actor) for line in known.history if line.actor == 8] == [("1125-AAAA", 8)]
        assert codes((await one_of(full, in_chat("/мои", author=9))).listed) == ["1125-CCCC", "1125-BBBB", "1125-AAAA"]

    async def test_overdue(self, full: Database) -> None:
        assert codes((await one_of(full, in_chat("/просрочено"))).listed) == ["1125-AAAA"]
        known = await one_of(full, in_chat("/просрочено", peer=CUR_CHAT))
        assert codes(known.listed) == ["1126-AAAA", "1125-AAAA"]
        later = await one_of(full, in_chat("/просрочено"), now=at(10))
        assert codes(later.listed) == ["1125-AAAA", "1125-BBBB"]

    async def test_found(self, full: Database) -> None:
        here = ["1125-DDDD", "1125-CCCC", "1125-BBBB", "1125-AAAA"]
        typed = {"1125": here, "№1125": here, "ааа": ["1125-AAAA"], "1125-AAAA": ["1125-AAAA"], "1126": []}
        for part, expected in typed.items():
            assert codes((await one_of(full, in_chat(f"/найти {part}"))).listed) == expected, part
        known = await one_of(full, in_chat("/найти aaa", peer=CUR_CHAT))
        assert codes(known.listed) == ["1126-AAAA", "1125-AAAA"]
        assert codes((await one_of(full, in_chat("/найти kkk", peer=CUR_CHAT))).listed) == ["1126-KKKK"]

    async def test_nothing_for_others(self, full: Database) -> None:
        silent = [in_chat("/найти"), in_chat("/найти 11"), in_chat("/найти %%%"), in_chat("найти 1125")]
        strange = in_chat("/просрочено", peer=CHAT + 99)
        for event in (*silent, strange, private("/мои", peer=1), pressed("mine")):
            assert (await one_of(full, event)).listed == ()

    async def test_a_list_holds_nothing_up(self, full: Database) -> None:
        known = await about(full, in_chat("/просрочено", peer=CUR_CHAT), private(peer=1), private(peer=5))
        assert len(known[0].listed) == 2 and facts.conflicting(known) == set()

    async def test_a_forgotten_one_is_not_found(self, full: Database) -> None:
        await full.run(lambda tx: forgetting.erase(tx, 1, NOW))
        assert codes((await one_of(full, in_chat("/найти 1125", peer=CUR_CHAT))).listed) == [
            "1125-DDDD", "1125-CCCC", "1125-BBBB",
        ]  # fmt: skip


class TestSpikes:
    async def test_the_last_hour_against_what_is_usual(self, db: Database) -> None:
        windows = USUAL_DAYS * 24
        await db.run(lambda tx: history.note_installation(tx, at(-90 * 86400)))
        for index, ago in enumerate([60] * 3 + [3600 * n for n in range(2, 12)] + [86400 * 40]):
            await decide(db, submitted(made(f"1125-{index:04d}", 100 + index, created_at=at(-ago))))
        await decide(db, submitted(made("1125-PIPE", 99, created_at=at(-3599), topic="pipes", place=None)))
        timer = (waiting_of(0), TimerFired("spikes", "spikes", 0, NOW))
        known = await one_of(db, timer)
        assert known.spikes == (Spike("pipes", None, 1, 0.0), Spike("pits", "miass", 3, 10 / windows))
        assert known.dialogue is None and known.chat is None
        assert (await one_of(db, (waiting_of(5), TimerFired("draft", "5", 5, NOW)))).spikes == ()
        assert (await one_of(db, timer, now=at(9000))).spikes == ()

    async def test_a_young_bot_knows_only_its_own_time(self, db: Database) -> None:
        await db.run(lambda tx: history.note_installation(tx, at(-5 * 3600)))
        for index, ago in enumerate((60, 7200, 10800)):
            await decide(db, submitted(made(f"1125-{index:04d}", 100 + index, created_at=at(-ago))))
        (spike,) = (await one_of(db, (waiting_of(0), TimerFired("spikes", "spikes", 0, NOW)))).spikes
        assert spike == Spike("pits", "miass", 1, 2 / 4)


class TestIncidents:
    """Who waits together: whether one answer is still for all of them is looked at once a day (R32)."""

    async def test_who_leads_and_whom(self, db: Database) -> None:
        lead = made("1125-AAAA", 1, chat=CHAT, incident="1125-AAAA", status=Status.ROUTED)
        over = made("1125-CCCC", 3, incident="1125-CCCC", status=Status.ANSWERED)
        copy = Held("c", "answer", 8, NOW, also=("1125-BBBB",))
        await decide(
            db,
            submitted(
                (replace(lead[0], held=(copy,)), lead[1]),
                made("1125-BBBB", 2, incident="1125-AAAA", status=Status.MERGED),
                over,
                made("1125-DDDD", 4, incident="1125-CCCC", status=Status.MERGED),
                made("1125-EEEE", 5, incident="1125-EEEE", status=Status.ROUTED),
                made("1125-FFFF", 6, status=Status.ROUTED),
            ),
        )
        await decide(db, Decision(effects=(answer(4, "copy", "1125-DDDD"),)))
        known = await one_of(db, (waiting_of(0), TimerFired("incidents", "incidents", 0, NOW)))
        assert sorted(known.leads) == ["1125-AAAA", "1125-CCCC"]
        assert codes(known.members) == ["1125-BBBB", "1125-DDDD"]
        assert known.unsent == {"copy"}, "one that waits can be taken back"
        assert facts.conflicting([known, known]) == {1}, "it may change them"
        assert not (await one_of(db, (waiting_of(0), TimerFired("spikes", "spikes", 0, NOW)))).leads


class TestWhatWaits:
    """What the list of the morning counts, and what stands behind its lines (R51, R22)."""

    async def full(self, db: Database) -> Database:
        await bound(db, ROADS, CENTRE, WATER)
        late = Deadline(TermClock.FIRST_ANSWER, at(-9000), at(-1))
        today = Deadline(TermClock.FIRST_ANSWER, at(-9000), at(60))
        later = Deadline(TermClock.FIRST_ANSWER, at(-9000), at(3 * 86400))
        known = {"agency": "roads", "chat": CHAT}
        await decide(
            db,
            submitted(
                made("1125-AAAA", 1, created_at=at(-7), status=Status.WAITING, chat=CUR_CHAT, deadline=late),
                made("1125-BBBB", 2, created_at=at(-6), status=Status.WAITING, chat=CUR_CHAT),
                made("1125-CCCC", 3, created_at=at(-5), status=Status.REOPENED, chat=CUR_CHAT, deadline=today),
                made("1125-DDDD", 4, created_at=at(-4), status=Status.ROUTED, deadline=late, **known),
                made("1125-EEEE", 5, created_at=at(-3), status=Status.IN_WORK, deadline=today, **known),
                made("1125-FFFF", 6, created_at=at(-2), status=Status.ASKED, deadline=today, **known),
                made("1125-GGGG", 7, created_at=at(-1), status=Status.REPEAT, deadline=later, **known),
                made("1125-HHHH", 8, agency="water", chat=WATER.peer, status=Status.INTERIM, deadline=late),
                made("1125-KKKK", 9, agency="roads", chat=CUR_CHAT, status=Status.IN_WORK, deadline=late),
                made("1125-LLLL", 10, status=Status.ANSWERED, **known),
            ),
        )
        back = History("1125-BBBB", 2, at(0), 8, Action.NOT_OURS, Status.ROUTED, Status.WAITING)
        one, _ = made("1125-BBBB", 2, created_at=at(-6), status=Status.WAITING, chat=CUR_CHAT)
        await decide(db, Decision(appeals=(replace(one, version=2),), history=(back,)))
        await say(db, answer(10, "answer 1", "1125-LLLL"))
        await db.run(lambda tx: tx.execute(update(outbox).values(state="parked_recipient")))
        return db

    async def test_the_cur_counts_everything(self, db: Database) -> None:
        known = (await one_of(await self.full(db), in_chat("/сводка", peer=CUR_CHAT))).digest
        assert known is not None
        assert {section: count.count for section, count in known.counts.items()} == {
            Section.DANGER: 0,
            Section.OWN_LATE: 1,
            Section.UNASSIGNED: 1,
            Section.RETURNED: 1,
            Section.REOPENED: 1,
            Section.TODAY: 1,
            Section.OVERDUE: 3,
            Section.UNDELIVERED: 1,
        }
        assert known.of(Section.OVERDUE).oldest == at(-1) and known.of(Section.UNASSIGNED).oldest == at(-7)
        assert known.of(Section.OWN_LATE).oldest == at(-1)
        assert known.loads == (Load("roads", 1, 1, at(-1)), Load(None, 0, 1, at(-1)), Load("water", 0, 1, at(-1)))
        assert codes(known.late) == ["1125-DDDD", "1125-HHHH", "1125-KKKK"] and len(known.spikes) == 1

    async def test_an_agency_counts_its_own(self, db: Database) -> None:
        await self.full(db)
        timer = (waiting_of(CHAT), TimerFired("digest", str(CHAT), CHAT, NOW))
        known = (await one_of(db, timer)).digest
        assert known is not None and known.spikes == ()
        assert {section: count.count for section, count in known.counts.items()} == {
            Section.NEW: 2,
            Section.TODAY: 1,
            Section.OVERDUE: 1,
            Section.UNDELIVERED: 1,
        }
        assert known.of(Section.NEW).oldest == at(-4) and codes(known.late) == ["1125-DDDD"]
        empty = (await one_of(db, (waiting_of(1), TimerFired("digest", "1", CHAT + 99, NOW)))).digest
        assert empty is None

    async def test_what_stands_behind_a_line(self, db: Database) -> None:
        await self.full(db)
        behind = {
            Section.DANGER: ([], []),
            Section.OWN_LATE: (["1125-AAAA"], []),
            Section.UNASSIGNED: (["1125-AAAA"], []),
            Section.RETURNED: (["1125-BBBB"], []),
            Section.REOPENED: (["1125-CCCC"], []),
            Section.TODAY: (["1125-EEEE"], ["1125-EEEE"]),
            Section.OVERDUE: (["1125-DDDD", "1125-HHHH", "1125-KKKK"], ["1125-DDDD"]),
            Section.THRICE: (["1125-DDDD", "1125-HHHH", "1125-KKKK"], ["1125-DDDD"]),
            Section.UNDELIVERED: (["1125-LLLL"], ["1125-LLLL"]),
        }
        for section, (everywhere, here) in behind.items():
            for peer, expected in ((CUR_CHAT, everywhere), (CHAT, here)):
                known = await one_of(db, pressed("digest", peer=peer, value=f"{section} 0"))
                assert codes(known.listed) == expected, (section, peer)
        theirs = await one_of(db, pressed("digest", value="new 0"))
        assert codes(theirs.listed) == ["1125-DDDD", "1125-GGGG"]
