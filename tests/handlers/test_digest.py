"""One list a morning instead of a notice for each message: bounded, edited through the day, opened by buttons (R51)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.routing import route
from handlers.needs import needs
from handlers.official.digest import DIGEST_TIMER, digest_timers
from handlers.text import actions, texts, texts_chat, texts_digest
from handlers.text.parts import LIMIT, units
from handlers.text.words import waiting_time
from handlers.views.digest import SHOWN, counts, digest_hash
from states.cause import Cause
from states.decision import Decision
from states.effects import Edit, Send, StartTimer
from states.events import TimerFired
from states.facts import WantedFacts
from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.digest import Count, Digest, Load, Section
from states.lifecycle.spikes import Spike
from states.people.chats import CUR
from states.screen import Keyboard
from states.worktime.deadlines import Deadline, TermClock
from tests.handlers.given import (
    CHATS,
    CUR_CHAT,
    ROADS_CHAT,
    appeal,
    cur,
    facts,
    in_cur,
    labels,
    of,
    pushed,
    roads,
    sends,
    wrote,
)
from tests.handlers.given import said as told
from tests.small import COMMUNITY

NINE = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
DAY = "261124"


def due(hours: float, **more: Any) -> Appeal:
    """With the roads ministry, its term of eight hours ended so many hours ago."""
    ends = NINE - timedelta(hours=hours)
    return appeal(deadline=Deadline(TermClock.FIRST_ANSWER, ends - timedelta(days=1), ends), **more)


LATE = due(16, code="1124-LLLL", address="ул. Мира, 2")
OLD = due(24 * 6, code="1124-DDDD", address="ул. Мира, 3")
FULL = Digest(
    counts={
        Section.OWN_LATE: Count(9, NINE - timedelta(hours=2)),
        Section.UNASSIGNED: Count(6, NINE - timedelta(hours=14)),
        Section.RETURNED: Count(3),
        Section.REOPENED: Count(5, NINE - timedelta(days=3)),
        Section.TODAY: Count(87),
        Section.OVERDUE: Count(38, NINE - timedelta(days=6)),
        Section.UNDELIVERED: Count(2),
    },
    loads=(
        Load("roads", 4, 30, NINE - timedelta(days=6)),
        Load(None, 1, 8, NINE - timedelta(hours=3)),
        Load("health", 2),
    ),
    late=(OLD, LATE),
    spikes=(Spike("snow", "miass", 34, 1.0), Spike("pits", None, 3, 2.0)),
)
THEIRS = Digest({Section.NEW: Count(2, NINE - timedelta(minutes=40)), Section.TODAY: Count(1)})


def looks(chat: Any = None, digest: Digest | None = FULL, now: datetime = NINE, **more: Any) -> Decision:
    chat = chat or cur()
    event = TimerFired(DIGEST_TIMER, str(chat.peer), chat.peer, now)
    return decide(facts(chat=chat, digest=digest, now=now, **more), event)


def one(decision: Decision) -> Send:
    (send,) = sends(decision)
    return send


# The message.


def test_the_cur_wakes_up_to_one_message_with_a_button_for_each_count() -> None:
    decision = looks()
    send = one(decision)
    assert send.peer == CUR_CHAT and send.text.startswith("Доброе утро. К 9:00:\n")
    for words in (
        "срок ЦУР вышел 9 (старшее на 2 ч)",
        "новые без адресата 6 (старшее ждёт 14 ч)",
        "вернули 3",
        "«не решено» 5 (старшее ждёт 3 дня)",
        "сегодня истекает 87",
        "просрочено 38 (старшее на 6 дней)",
        "втрое дольше срока 1",
        "не доставлено за неделю 2",
        "всплеск: Снег на дороге, Миасский городской округ 34",
        "Хуже всего: Снег на дороге · Миасс, Мира, 3. Министерство дорог: срок был",
    ):
        assert words in send.text, words
    assert "Ямы" not in send.text, "three an hour are no spike"
    assert labels(send) == [
        "Срок ЦУР вышел 9", "Новые без адресата 6", "Вернули 3", "«не решено» 5", "Сегодня истекает 87",
        "Просрочено 38", "Втрое дольше срока 1", "Не доставлено за неделю 2", "Объединить: Снег на дороге",
    ]  # fmt: skip
    assert decision.chat is not None and decision.chat.told.startswith(f"{DAY} ")


def test_a_bot_that_was_down_in_the_morning_tells_it_later() -> None:
    assert one(looks(now=NINE + timedelta(hours=5))).text.startswith("К 14:00:")


def test_the_worst_is_the_urgent_one() -> None:
    urgent = replace(FULL, late=(OLD, replace(LATE, urgent=True)))
    assert "Хуже всего: Снег на дороге · Миасс, Мира, 2." in one(looks(digest=urgent)).text


def test_an_agency_gets_its_own_and_knows_of_what_the_cur_knows() -> None:
    """R22."""
    send = one(looks(roads(), THEIRS))
    assert send.peer == ROADS_CHAT and "не принято 2 (старшее ждёт 40 мин) · сегодня истекает 1" in send.text
    assert labels(send) == ["Не принято 2", "Сегодня истекает 1"]
    assert texts_digest.THRICE_KNOWN in one(looks(roads(), replace(THEIRS, late=(OLD,)))).text
    assert texts_digest.THRICE_KNOWN not in send.text


def test_comments_that_nobody_has_answered_are_one_line() -> None:
    alone = Digest(comments=Count(14, NINE - timedelta(hours=2)))
    send = one(looks(digest=alone))
    assert send.text == "Доброе утро. К 9:00:\n\nкомментарии: 14 без ответа, старший 2 ч".replace("\n\n", "\n")
    assert digest_hash(facts(now=NINE), alone) != digest_hash(facts(now=NINE), Digest(comments=Count(15, NINE)))
    assert "комментарии: 14" in one(looks(digest=replace(FULL, comments=alone.comments))).text


def test_before_nine_and_where_nothing_waits_nobody_is_told() -> None:
    assert looks(now=NINE - timedelta(minutes=15)).ignored == "ещё рано"
    quiet = looks(digest=Digest())
    assert not quiet.effects and quiet.chat is not None
    later = looks(quiet.chat, now=NINE + timedelta(hours=1))
    assert later.ignored == "ничего не изменилось", "the morning is over"
    noon = facts(now=NINE + timedelta(hours=3), chats={CUR: quiet.chat, "roads": roads()})
    assert [timer.peer for timer in digest_timers(noon)] == [ROADS_CHAT], "and it is not even looked at"  # type: ignore[attr-defined]
    assert sends(looks(quiet.chat, now=NINE + timedelta(days=1)))


@pytest.mark.parametrize("known", [{"chat": None}, {"chat": cur(lost=True)}, {"chat": cur(), "digest": None}])
def test_a_chat_that_is_gone_is_told_nothing(known: dict[str, Any]) -> None:
    event = TimerFired(DIGEST_TIMER, str(CUR_CHAT), CUR_CHAT, NINE)
    assert decide(facts(now=NINE, **({"digest": FULL} | known)), event).ignored == "чат не подключён"


def test_through_the_day_the_one_message_is_edited_where_something_has_changed() -> None:
    first = looks()
    assert looks(first.chat, now=NINE + timedelta(minutes=15)).ignored == "ничего не изменилось"
    fewer = replace(FULL, counts=dict(FULL.counts) | {Section.UNASSIGNED: Count(5, NINE)})
    later = looks(first.chat, fewer, now=NINE + timedelta(minutes=30))
    (edit,) = of(Edit, later)
    assert edit.target == one(first).cause and edit.text.startswith("К 9:30:") and "без адресата 5" in edit.text
    assert not sends(later)
    done = looks(later.chat, Digest(), now=NINE + timedelta(minutes=45))
    assert of(Edit, done)[0].text == "К 9:45 всё разобрано: никто не ждёт." and of(Edit, done)[0].keyboard is None


def test_it_is_bounded_whatever_waits() -> None:
    """A thousand of each, three hundred agencies: one message, seven buttons; a page has five lines."""
    many = tuple(due(24 * 9, code=f"1124-{number:04d}", address="ул. " + "Длинная " * 40) for number in range(50))
    huge = replace(
        FULL,
        counts={section: Count(1000) for section in Section},
        loads=tuple(Load("roads", 1000, 1000, NINE) for _ in range(300)),
        late=many,
        spikes=tuple(Spike("snow", None, 100 + number, 1.0) for number in range(40)),
    )
    for chat in (cur(), roads()):
        for section in Section:
            shown = one(press(f"{section} 0", chat=chat, digest=huge, listed=many))
            assert units(shown.text) < LIMIT and len(buttons(shown.keyboard)) <= SHOWN + 2
        send = one(looks(chat, huge))
        assert units(send.text) < LIMIT and len(buttons(send.keyboard)) <= 10
        assert send.keyboard is not None and len(send.keyboard.rows) <= 6


def buttons(keyboard: Keyboard | None) -> list[Any]:
    return [button for row in keyboard.rows for button in row] if keyboard else []


# On demand.


def test_it_is_told_on_demand_and_that_message_is_edited_from_then_on() -> None:
    first = looks()
    asked = decide(
        facts(chat=first.chat, digest=FULL, now=NINE + timedelta(hours=5)),
        wrote("/сводка", 30, peer=CUR_CHAT, author=5001),
    )
    send = one(asked)
    assert send.text.startswith("К 14:00:") and send.reply_to == 30 and send.cause.endswith(f"|{DAY}.30|0")
    (edit,) = of(Edit, asked)
    assert (edit.target, edit.text, edit.keyboard) == (one(first).cause, texts_digest.BELOW, None)
    fewer = replace(FULL, loads=(), counts={Section.RETURNED: Count(1)}, late=())
    (later,) = of(Edit, looks(asked.chat, fewer, now=NINE + timedelta(hours=6)))
    assert later.target == send.cause
    empty = decide(facts(chat=roads(), digest=Digest()), wrote("/сводка", 30, peer=ROADS_CHAT, author=5001))
    assert "всё разобрано" in told(empty, ROADS_CHAT)


# Its buttons.


def press(value: str, action: str = actions.DIGEST, chat: Any = None, on: str = "digest", **more: Any) -> Decision:
    chat = chat or cur()
    known = {"digest": FULL, "now": NINE, "replied": str(Cause(COMMUNITY, on, chat.peer, DAY, 0))} | more
    return decide(facts(chat=chat, **known), pushed(action, value, peer=chat.peer))


WAITING = tuple(in_cur(code=f"1124-{number}{number}{number}{number}", created_at=NINE) for number in range(2, 9))


def test_a_line_opens_as_a_page_that_is_turned_in_its_place() -> None:
    opened = press("unassigned 0", listed=WAITING)
    send = one(opened)
    assert (
        send.text.split("\n")[0] == "Новые без адресата 7"
        and "1. Прочее · Миасс, Мира, 1: ждёт 0 мин. №1124-2222" in send.text
    )
    assert "5. " in send.text and "6. " not in send.text
    assert labels(send) == ["Направить: Прочее · Миасс, Мира, 1"] * SHOWN + ["Ещё →"]
    turned = press("unassigned 5", listed=WAITING, on="digest_list")
    (edit,) = of(Edit, turned)
    assert not sends(turned) and "6. " in edit.text and "1. " not in edit.text
    assert [button.label for button in buttons(edit.keyboard)][-1] == "← Раньше"
    assert "6. " in one(press("unassigned 95", listed=WAITING)).text, "an old button never leads past the end"
    assert "1. " in one(press("unassigned x", listed=WAITING)).text
    more = replace(FULL, counts={Section.UNASSIGNED: Count(120)})
    assert "Показаны 7, старшие сначала. Всего 120." in one(press("unassigned 0", listed=WAITING, digest=more)).text


def test_what_is_gone_meanwhile_is_said() -> None:
    assert told(press("returned 0"), CUR_CHAT) == texts_digest.NOBODY
    assert of(type(sends(press(""))[0]), press(""))[0].text.startswith("К 9:00:"), "without a line the list itself"
    assert press("", digest=None).effects[-1].text == texts.STALE  # type: ignore[union-attr]


def test_the_cur_names_who_answers_right_from_the_page() -> None:
    held = WAITING[0]
    asked = press(held.code, actions.ASSIGN, on="digest_list", appeals=(held,))
    assert f"кому направить №{held.code}" in told(asked, CUR_CHAT)
    assert asked.appeals[0].tasks and one(asked).appeal == held.code
    gone = press("1124-ZZZZ", actions.ASSIGN, on="digest_list", appeals=(held,))
    assert not sends(gone) and gone.effects[-1].text == texts.STALE  # type: ignore[union-attr]


def test_the_card_is_shown_again_with_its_keys() -> None:
    """The first one may be days up."""
    held = appeal()
    shown = one(press(held.code, actions.OPEN, roads(), "digest_list", appeals=(held,)))
    assert "Снег во дворе" in shown.text and shown.appeal == held.code and "Принять" in labels(shown)
    theirs = press(held.code, actions.OPEN, roads(peer=ROADS_CHAT + 70), "digest_list", appeals=(held,))
    assert not sends(theirs), "R22: another chat's"
    assert not sends(press("1124-ZZZZ", actions.OPEN, roads(), "digest_list"))


def test_what_is_due_is_shown_by_agency_and_they_are_reminded_by_a_button() -> None:
    page = one(press("overdue 0"))
    assert "1. Министерство дорог: просрочено 30 (старшее на 6 дней), сегодня истекает 4" in page.text
    assert "2. Центр управления регионом: просрочено 8" in page.text and "Министерство здоровья" not in page.text
    assert labels(page) == ["Напомнить: Миндор 30"], "it does not remind itself"
    assert "3. Министерство здоровья: сегодня истекает 2" in one(press("today 0")).text
    done = press("roads", actions.REMIND)
    (sent,) = sends(done, ROADS_CHAT)
    assert "Центр управления регионом напоминает: просрочено 30" in sent.text and labels(sent) == ["Показать список"]
    assert sent.cause == sends(press("roads", actions.REMIND, now=NINE + timedelta(minutes=40)), ROADS_CHAT)[0].cause
    assert sent.cause != sends(press("roads", actions.REMIND, now=NINE + timedelta(hours=1)), ROADS_CHAT)[0].cause
    assert done.effects[-1].text == "Напомнили: Министерство дорог."  # type: ignore[union-attr]


def test_who_cannot_be_reminded_is_told_so_and_the_oldest_can_be_given_to_others() -> None:
    nobody = press("roads", actions.REMIND, chats=CHATS | {"roads": roads(lost=True)})
    (shown,) = sends(nobody, CUR_CHAT)
    assert shown.appeal == OLD.code and nobody.effects[-1].text == texts_digest.REMIND_NOBODY  # type: ignore[union-attr]
    assert press("secret", actions.REMIND).effects[-1].text == texts_digest.REMIND_NOTHING  # type: ignore[union-attr]
    assert press("roads", actions.REMIND, digest=None).effects[-1].text == texts_digest.REMIND_NOTHING  # type: ignore[union-attr]
    assert not sends(press("roads", actions.REMIND, roads())), "only the ЦУР reminds"


def test_an_agency_opens_its_late_ones_and_the_cur_those_three_times_late() -> None:
    page = one(press("overdue 0", chat=roads(), listed=(OLD, LATE)))
    assert "1. Снег на дороге · Миасс, Мира, 3: Министерство дорог, срок был 18 ноября в 09:00. №1124-DDDD" in page.text
    assert labels(page) == ["Открыть: Снег на дороге · Миасс, Мира, 3", "Открыть: Снег на дороге · Миасс, Мира, 2"]
    assert "срок 18 ноября в 09:00" in one(press("today 0", chat=roads(), listed=(OLD,))).text
    thrice = one(press("thrice 0", listed=(OLD, LATE)))
    assert "№1124-DDDD" in thrice.text and "№1124-LLLL" not in thrice.text and labels(thrice)[0].startswith("Направить")
    assert "ждёт" in one(press("undelivered 0", listed=(appeal(status=Status.ANSWERED),))).text


def test_what_has_no_clock_is_not_late() -> None:
    assert counts(facts(now=NINE), Digest(late=(appeal(),))) == {}
    assert digest_hash(facts(now=NINE), Digest()) == ""


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 мин"), (59, "59 мин"), (60, "1 ч"), (47 * 60, "47 ч"), (48 * 60, "2 дня")]
)
def test_how_long_something_waits(minutes: int, words: str) -> None:
    assert waiting_time(NINE - timedelta(minutes=minutes), NINE) == words


def test_what_grows_is_merged_by_a_button() -> None:
    """E.3: the oldest of it is asked with what; nobody types numbers."""
    growing = replace(FULL, counts={}, loads=(), late=())
    send = one(looks(digest=growing))
    assert labels(send) == ["Объединить: Снег на дороге"]
    older = in_cur(code="1124-OOOO", topic="snow", created_at=NINE, resident=5, address="ул. Мира, 8")
    newer = in_cur(code="1124-NNNN", topic="snow", created_at=NINE + timedelta(hours=1), resident=6)
    merged = in_cur(code="1124-MMMM", topic="snow", status=Status.MERGED, incident="1124-OOOO", resident=7)
    asked = press("snow miass", actions.ALIKE, similar=(merged, newer, older))
    assert "с каким сообщением объединить №1124-OOOO" in told(asked, CUR_CHAT) and one(asked).appeal == older.code
    assert labels(one(asked)) == ["Прочее · Миасс, Мира, 1".replace("Прочее", "Снег на дороге"), "Отмена"]
    nothing = press("snow miass", actions.ALIKE)
    assert nothing.effects[-1].text == texts_chat.NOTHING_ALIKE  # type: ignore[union-attr]
    assert not sends(press("snow miass", actions.ALIKE, roads(), similar=(older,))), "only the ЦУР merges"


# What is loaded.


def test_what_an_event_needs() -> None:
    assert needs(TimerFired(DIGEST_TIMER, "1", CUR_CHAT, NINE), None) == WantedFacts(digest=True)
    assert needs(wrote("/сводка", peer=CUR_CHAT), None).digest and not needs(wrote("/мои", peer=CUR_CHAT), None).digest
    opened = needs(pushed(actions.DIGEST, "returned 5", peer=CUR_CHAT), None)
    assert opened.digest and opened.section is Section.RETURNED
    assert needs(pushed(actions.DIGEST, "", peer=CUR_CHAT), None).section is None
    assert needs(pushed(actions.REMIND, "roads", peer=CUR_CHAT), None).digest
    assert needs(pushed(actions.ALIKE, "snow miass", peer=CUR_CHAT), None).alike == ("snow", "miass")
    assert needs(pushed(actions.ALIKE, "snow", peer=CUR_CHAT), None).alike is None
    for action, value, like in (
        (actions.MERGE, "1124-AAAA", True),
        (actions.PICK, "1124-AAAA number all", True),
        (actions.PICK, "1124-AAAA kind answer", False),
        (actions.ACCEPT, "1124-AAAA", False),
    ):
        assert needs(pushed(action, value, peer=CUR_CHAT), None).similar is like
    assert needs(wrote("/объединить", peer=CUR_CHAT), None).similar
    own = needs(pushed(actions.DIGEST, "returned 5", peer=1001), None)
    assert not own.digest and own.section is None


# How many notices there are.

BEFORE = {"unassigned": 60, "waiting": 80}
"""Notices of 20 without addressee until ten o'clock (at half, at four fifths, at the end of an hour), and of 40 that
wait for an agency (at half and at four fifths of eight hours), as reminders of each message made them."""


def begun_at(now: datetime, held: Appeal, agency: str | None) -> tuple[Appeal, list[StartTimer]]:
    """A message that came at this time, with its timers."""
    routed = route(facts(now=now), held, agency, 0)
    return routed.appeal, [effect for effect in routed.effects if isinstance(effect, StartTimer)]


def test_sixty_messages_make_two_messages_a_morning_instead_of_a_hundred_and_forty() -> None:
    """R51, E.1: from nine of one day to a quarter past nine of the next."""
    fresh = Appeal("", 1001, 3, Status.WAITING, 1, "odd", NINE, place="miass")
    named = [replace(fresh, code=f"1124-A{number:03d}", resident=2000 + number) for number in range(60)]
    begun = [begun_at(NINE, one, None if number < 20 else "roads") for number, one in enumerate(named)]
    timers = sorted((timer.at, held.code, timer) for held, some in begun for timer in some)
    assert len(timers) == 60, "each clock has one end and no other moment"
    known, chats, notices = {held.code: held for held, _ in begun}, dict(CHATS), list[Send]()
    for at, code, timer in timers:
        fired = decide(facts(now=at, appeals=(known[code],)), TimerFired(timer.name, code, timer.peer, at))
        notices += [send for send in sends(fired) if send.peer in (CUR_CHAT, ROADS_CHAT)]
    waiting = Digest({Section.UNASSIGNED: Count(20, NINE), Section.TODAY: Count(40)}, (Load("roads", 40),))
    theirs = Digest({Section.NEW: Count(40, NINE), Section.TODAY: Count(40)})
    for quarter in (4 * 24, 4 * 24 + 1):
        for agency, digest in ((CUR, waiting), ("roads", theirs)):
            looked = looks(chats[agency], digest, NINE + timedelta(minutes=15 * quarter))
            chats[agency] = looked.chat or chats[agency]
            notices += sends(looked)
    assert [send.peer for send in notices] == [CUR_CHAT, ROADS_CHAT]
    assert len(notices) * 70 == sum(BEFORE.values())
