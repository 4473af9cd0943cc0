"""The ЦУР sends on by a person's word, to exactly one agency that has a chat (R37, R38, F16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import texts_chat
from states.audit import AuditAction
from states.decision import Decision
from states.effects import CancelTimer, Edit, Kind, StartTimer
from states.events import TimerFired
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.tasks import Job
from states.people.chats import CUR
from tests.handlers.given import (
    ANNA,
    CHATS,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    SECRET_CHAT,
    appeal,
    cur,
    facts,
    in_cur,
    of,
    replied,
    roads,
    said,
    sends,
)
from tests.handlers.in_chat import busy, pick, snack
from tests.small import NOW


def assigns(text: str, linked: Appeal | None = None, **more: Any) -> Decision:
    return decide(facts(chat=cur(), linked=linked, **more), replied(text, peer=CUR_CHAT))


@pytest.mark.parametrize("named", ["roads", "Миндор", "миндор", "Министерство дорог", "министерство  дорог", "дорог"])
def test_an_appeal_is_sent_on_by_code_name_or_search(named: str) -> None:
    decision = assigns(f"/направить {named}", in_cur(by_hand=True))
    (routed,) = decision.appeals
    assert (routed.status, routed.agency, routed.chat) == (Status.ROUTED, "roads", ROADS_CHAT)
    assert [(entry.action, entry.actor, entry.version) for entry in decision.history] == [(Action.ROUTE, OFFICIAL, 2)]
    (card,) = sends(decision, ROADS_CHAT)
    assert card.kind is Kind.CARD
    assert said(decision) == "Сообщение №1124-AAAA передали: Министерство дорог."
    assert "направлено: Министерство дорог" in said(decision, CUR_CHAT)
    (closed,) = of(Edit, decision)
    assert (closed.peer, closed.target) == (CUR_CHAT, in_cur().card)
    assert closed.keyboard is not None and [one.label for one in closed.keyboard.rows[0]] == ["Ещё"], "it may reassign"


def test_what_a_person_has_sent_on_does_not_wait_for_a_person_any_more() -> None:
    """R37: `by_hand` lasts until a person routes it; a chat lost later must not strand it."""
    assert assigns("/направить roads", in_cur(by_hand=True)).appeals[0].by_hand is False


@pytest.mark.parametrize("named, shown", [("министерство", "Министерство дорог, Министерство здоровья"), ("й", "")])
def test_several_or_none_are_asked_about_and_never_chosen(named: str, shown: str) -> None:
    """F16."""
    decision = assigns(f"/направить {named}", in_cur())
    assert not decision.appeals
    assert "Напишите точнее" in said(decision, CUR_CHAT) and shown in said(decision, CUR_CHAT)


def test_nothing_alike_is_said_so() -> None:
    assert "ничего похожего" in said(assigns("/направить ъъъ", in_cur()), CUR_CHAT)


def test_without_an_appeal_the_way_is_told_and_without_a_name_it_is_asked_for() -> None:
    assert said(assigns("/направить roads"), CUR_CHAT) == texts_chat.ASSIGN_WHOM
    assert "кому направить №1124-AAAA?" in said(assigns("/направить", in_cur()), CUR_CHAT)


@pytest.mark.parametrize(
    "linked", [in_cur(status=Status.ANSWERED), in_cur(status=Status.WITHDRAWN)], ids=lambda one: one.status
)
def test_only_what_may_be_routed_is_sent_on(linked: Appeal) -> None:
    """I4, R34."""
    decision = assigns("/направить roads", linked)
    assert not decision.appeals and not sends(decision, ANNA) and not sends(decision, ROADS_CHAT)
    assert "Сейчас так сделать нельзя" in said(decision, CUR_CHAT)


def test_the_cur_takes_an_appeal_from_an_agency_and_gives_it_to_another() -> None:
    """R22, R38: the card that stays behind has no buttons."""
    held = appeal(chat=SECRET_CHAT, agency="secret", card="v1|101|card|1001|3.secret|2")
    decision = assigns("/направить roads", held)
    assert [(one.agency, one.chat) for one in decision.appeals] == [("roads", ROADS_CHAT)]
    (closed,) = of(Edit, decision)
    assert (closed.peer, closed.target, closed.keyboard) == (SECRET_CHAT, held.card, None)


def test_an_agency_without_a_working_chat_is_not_sent_to() -> None:
    """F16."""
    unbound = assigns("/направить Минздрав", in_cur())
    lost = assigns("/направить roads", in_cur(), chats=CHATS | {"roads": roads(lost=True), CUR: cur()})
    for decision in (unbound, lost):
        assert not decision.appeals
        assert "Сообщение осталось у вас" in said(decision, CUR_CHAT)


def test_an_agencys_chat_cannot_assign() -> None:
    """R24."""
    decision = decide(facts(chat=roads(), linked=appeal()), replied("/направить health"))
    assert not decision.appeals and said(decision, ROADS_CHAT) == texts_chat.UNKNOWN_COMMAND


def test_an_accepted_one_may_still_be_sent_on() -> None:
    """R22: the ЦУР took it, then found who must answer."""
    assert assigns("/направить roads", in_cur(status=Status.IN_WORK)).appeals[0].status is Status.ROUTED


# Whoever has it now.


@pytest.mark.parametrize("status", [Status.ROUTED, Status.IN_WORK, Status.ASKED, Status.INTERIM, Status.APPROVAL])
def test_the_cur_takes_it_from_one_agency_and_gives_it_to_another(status: Status) -> None:
    """R35: the clock begins anew, the old card says where it went, the resident hears it (R22)."""
    held = appeal(status=status, agency="secret", chat=SECRET_CHAT, topic="snow")
    decision = assigns("/направить roads", held)
    (routed,) = decision.appeals
    assert (routed.status, routed.chat, routed.agency) == (Status.ROUTED, ROADS_CHAT, "roads")
    assert routed.deadline is not None and routed.approval is None and routed.stopped is None
    (left,) = of(Edit, decision)
    assert left.peer == SECRET_CHAT and "Передано: Министерство дорог" in left.text


def test_whoever_has_it_does_not_get_it_twice() -> None:
    decision = assigns("/направить roads", appeal())
    assert not decision.appeals and "и так у них" in said(decision, CUR_CHAT)


def test_what_may_not_be_sent_on_says_so() -> None:
    decision = assigns("/направить roads", appeal(status=Status.ANSWERED, chat=SECRET_CHAT))
    assert not decision.appeals and "Сейчас так сделать нельзя: есть ответ" in said(decision, CUR_CHAT)


def test_an_agency_that_has_lost_its_chat_meanwhile_is_not_chosen() -> None:
    held = busy(Job.ASSIGN, in_cur(topic="snow"), peer=CUR_CHAT)
    gone = {CUR: cur(), "roads": roads(lost=True)}
    decision = pick("whom roads", held, chat=cur(), chats=gone)
    assert not decision.appeals and snack(decision) == texts_chat.NOT_THAT


# A repeat (R32, R33).

FIRST = appeal(code="1124-BBBB", source=9)


def repeats(held: Appeal, original: Appeal = FIRST, **more: Any) -> Decision:
    known = {"appeals": (held, original)} | more
    return assigns("/повтор 1124-BBBB", held, **known)


def test_a_repeat_goes_to_whoever_had_the_first_one() -> None:
    """R33: it never closes by itself, and it counts."""
    decision = repeats(in_cur(topic="snow"))
    (marked,) = decision.appeals
    assert (marked.status, marked.repeat_of, marked.agency, marked.chat) == (
        Status.REPEAT, "1124-BBBB", "roads", ROADS_CHAT,
    )  # fmt: skip
    assert marked.deadline is not None and decision.history[0].reason == "1124-BBBB"
    (card,) = sends(decision, ROADS_CHAT)
    assert "Повтор сообщения №1124-BBBB" in card.text
    assert "прежним №1124-BBBB: Министерство дорог увидит" in said(decision)
    assert "отмечено как повтор №1124-BBBB" in said(decision, CUR_CHAT)


def test_without_that_agency_the_cur_keeps_it() -> None:
    decision = repeats(in_cur(topic="snow"), replace(FIRST, agency="health"))
    assert (decision.appeals[0].chat, decision.appeals[0].agency) == (CUR_CHAT, None)
    (pointed,) = of(Edit, decision)
    assert "Новая карточка ниже" in pointed.text
    alone = repeats(in_cur(topic="snow"), replace(FIRST, agency=None), chats={CUR: cur(lost=True)})
    assert alone.appeals[0].chat == CUR_CHAT, "said in it, so it is there after all"


@pytest.mark.parametrize(
    "held, original, words",
    [
        (in_cur(code="1124-BBBB"), FIRST, texts_chat.SAME_NUMBER),
        (in_cur(), replace(FIRST, code="1124-XXXX"), texts_chat.WRONG_NUMBER),
        (in_cur(), replace(FIRST, resident=1002), texts_chat.NOT_THEIR_REPEAT),
        (in_cur(status=Status.ANSWERED), FIRST, "Сейчас так сделать нельзя"),
    ],
    ids=["itself", "no such number", "another resident's", "over"],
)
def test_what_is_no_repeat_is_said(held: Appeal, original: Appeal, words: str) -> None:
    """R32: a repeat is of one author; another's number is nobody's business (R22)."""
    decision = repeats(held, original)
    assert not decision.appeals and words in said(decision, CUR_CHAT)


# Pauses.


def pauses(text: str, **more: Any) -> Decision:
    chats = CHATS | {"roads": more.pop("roads", roads())}
    event = replied(text, peer=CUR_CHAT, reply=None, cmid=more.pop("cmid", 20))
    return decide(facts(chat=cur(), chats=chats, **more), event)


def test_an_agency_is_paused_until_the_end_of_a_day() -> None:
    """What comes meanwhile waits with the ЦУР; it is logged."""
    decision = pauses("/пауза Миндор до 5 декабря")
    assert decision.chat is not None and decision.chat.peer == ROADS_CHAT
    until = decision.chat.paused_until
    assert until is not None and decision.chat.is_paused(NOW) and not decision.chat.is_paused(until)
    (timer,) = of(StartTimer, decision)
    assert (timer.name, timer.peer, timer.at) == ("resume", ROADS_CHAT, until)
    assert decision.audit[0].action is AuditAction.PAUSED
    assert "Министерство дорог: пауза до 4 декабря" in said(decision, CUR_CHAT), "Saturday ends on Friday"


@pytest.mark.parametrize(
    "text, words",
    [
        ("/пауза", texts_chat.PAUSE_WHAT),
        ("/пауза Миндор", texts_chat.PAUSE_WHAT),
        ("/пауза Миндор до вчера", texts_chat.PAUSE_WHAT),
        ("/пауза министерство до завтра", "Не нашли такой орган или их несколько"),
        ("/пауза Минздрав до завтра", "Чат этого органа не подключён"),
        ("/возобновить министерство", "Не нашли такой орган или их несколько"),
        ("/возобновить Миндор", "Министерство дорог: паузы нет."),
    ],
)
def test_a_pause_that_is_not_clear_is_asked_about(text: str, words: str) -> None:
    decision = pauses(text)
    assert decision.chat is None and words in said(decision, CUR_CHAT)


def test_a_pause_is_lifted_by_word_and_by_time() -> None:
    paused = roads(paused_until=NOW + timedelta(days=1))
    lifted = pauses("/возобновить Миндор", roads=paused)
    assert lifted.chat == roads() and of(CancelTimer, lifted) and lifted.audit
    assert "снова получает сообщения" in said(lifted, CUR_CHAT)
    later = NOW + timedelta(days=2)
    fired = TimerFired("resume", "roads", ROADS_CHAT, later)
    by_time = decide(facts(chat=paused, now=later), fired)
    assert by_time.chat == roads() and "снова получает сообщения" in said(by_time, CUR_CHAT)
    for chat in (None, roads(), roads(paused_until=later + timedelta(days=1))):
        assert decide(facts(chat=chat, now=later), fired).ignored, "lifted or made longer meanwhile"


def test_a_pause_without_a_cur_is_told_where_it_is() -> None:
    later = NOW + timedelta(days=2)
    alone = facts(chat=roads(paused_until=NOW), chats={}, now=later)
    told = decide(alone, TimerFired("resume", "roads", ROADS_CHAT, later))
    assert sends(told, ROADS_CHAT)


def test_each_pause_is_said_however_often_the_days_come_again() -> None:
    """I7: a cause is of its event."""
    causes = {sends(pauses("/пауза Миндор до завтра", cmid=n), CUR_CHAT)[0].cause for n in (20, 21)}
    assert len(causes) == 2
