"""«Когда ответите?» gets the state and the term; «Поторопить» reaches those who answer once a day (R36)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions, texts, texts_waiting, texts_wishes
from states.decision import Decision
from states.dialogue import Idle
from states.lifecycle.appeal import Appeal, Status
from states.worktime.deadlines import Deadline, TermClock
from tests.handlers.given import (
    ANNA,
    BORIS,
    CUR_CHAT,
    ROADS_CHAT,
    appeal,
    dialogue,
    facts,
    in_cur,
    labels,
    said,
    sends,
    tapped,
    wrote,
)
from tests.small import NOW

DUE = Deadline(TermClock.FIRST_ANSWER, NOW, NOW + timedelta(hours=3))
LATE = Deadline(TermClock.FIRST_ANSWER, NOW - timedelta(days=2), NOW - timedelta(days=1))
ROUTED = Deadline(TermClock.ROUTE, NOW, NOW + timedelta(hours=4))
OPEN = appeal(status=Status.IN_WORK, deadline=DUE)


def asks(*held: Appeal, **more: Any) -> Decision:
    return decide(facts(dialogue(Idle()), appeals=held, **more), wrote("когда ответите?"))


def hurries(held: Appeal = OPEN, code: str = "", **more: Any) -> Decision:
    return decide(facts(dialogue(Idle()), appeals=(held,), **more), tapped(actions.HURRY, code or held.code))


@pytest.mark.parametrize(
    ("held", "words"),
    [
        (OPEN, "Снег на дороге · Миасс, Мира, 1: ответит Миндор сегодня до 17:00."),
        (appeal(deadline=LATE), "ответ задерживается. Отвечает Миндор, срок был 23 ноября"),
        (appeal(), "Снег на дороге · Миасс, Мира, 1: отвечает Миндор."),
        (in_cur(), "центр управления регионом выбирает, кто ответит."),
        (in_cur(deadline=ROUTED), "центр управления регионом сегодня до 18:00 решит, кто ответит."),
        (in_cur(deadline=ROUTED, chat=None), "центр управления регионом выбирает, кто ответит."),
        (
            in_cur(deadline=replace(ROUTED, due_at=NOW - timedelta(minutes=9))),
            "центр управления регионом ещё не решил, кто ответит, а должен был сегодня до ",
        ),
        (in_cur(status=Status.IN_WORK, deadline=DUE), "ответит центр управления регионом сегодня"),
    ],
)
def test_when_will_you_answer_gets_the_state_and_the_term(held: Appeal, words: str) -> None:
    (told,) = sends(asks(held), ANNA)
    assert words in told.text
    assert labels(told) == ["Поторопить", "Открыть №1124-AAAA", "Мои сообщения", "Это о другом"]


def test_of_several_open_ones_each_has_its_button_and_nothing_open_is_said() -> None:
    others = tuple(appeal(code=f"1124-{n}{n}{n}{n}", created_at=NOW - timedelta(days=n)) for n in range(2, 6))
    (told,) = sends(asks(OPEN, *others), ANNA)
    assert len(told.text.split("\n")) == 3
    assert labels(told)[:3] == ["Поторопить: Снег на дороге · Миасс, Мир…"] * 3
    assert said(asks(appeal(status=Status.CLOSED))) == said(asks()) == texts_wishes.NOTHING_OPEN


def test_who_is_asked_himself_is_told_so() -> None:
    asked = appeal(status=Status.ASKED, deadline=DUE)
    assert "ждём вашего ответа на вопрос" in said(hurries(asked))


def test_those_who_answer_are_hurried_once_a_day() -> None:
    decision = hurries()
    (after,) = decision.appeals
    (line,) = sends(decision, ROADS_CHAT)
    assert "Житель торопит с ответом: Снег на дороге · Миасс, Мира, 1, сегодня до 17:00. №1124-AAAA" in line.text
    assert line.appeal == OPEN.code and labels(line) == ["Ответить", "Промежуточный ответ", "Спросить жителя", "Ещё"]
    assert texts_waiting.HURRIED in said(decision) and after.version == OPEN.version + 1
    assert after.deadline == OPEN.deadline, "no clock is moved"
    again = hurries(after)
    assert not again.appeals and not sends(again, ROADS_CHAT) and texts_waiting.HURRIED_ALREADY in said(again)
    assert "Поторопить" not in labels(sends(asks(after), ANNA)[0])
    assert sends(hurries(after, now=NOW + timedelta(days=1)), ROADS_CHAT)


def test_of_an_incident_the_chat_that_answers_is_hurried() -> None:
    """R32."""
    lead = appeal(code="1124-LLLL", resident=BORIS, deadline=DUE, incident="1124-LLLL", address="ул. Мира, 9")
    mine = appeal(status=Status.MERGED, incident=lead.code, chat=None, card="")
    (line,) = sends(hurries(mine, leads={lead.code: lead}), ROADS_CHAT)
    assert line.appeal == lead.code and "Мира, 1" in line.text
    assert "ответит Миндор сегодня" in said(asks(mine, leads={lead.code: lead}))
    asked = appeal(code="1124-LLLL", resident=BORIS, status=Status.ASKED, incident="1124-LLLL", deadline=DUE)
    assert "вашего ответа" not in said(asks(mine, leads={lead.code: asked})), "another one was asked"
    over = appeal(code="1124-LLLL", resident=BORIS, status=Status.ANSWERED)
    assert "ответ уже есть" in said(asks(mine, leads={lead.code: over}))


@pytest.mark.parametrize(
    "held", [appeal(chat=None), appeal(status=Status.ANSWERED), appeal(status=Status.ASKED, deadline=DUE)]
)
def test_where_nobody_can_be_hurried_the_state_is_said(held: Appeal) -> None:
    decision = hurries(held)
    assert not decision.appeals and "Торопить сейчас некого: Снег на дороге" in said(decision)


def test_the_cur_is_hurried_where_it_has_not_chosen_yet() -> None:
    assert "Житель торопит" in said(hurries(in_cur()), CUR_CHAT)


def test_only_ones_own_message_can_be_hurried() -> None:
    """T3."""
    assert texts.NOT_YOURS in said(hurries(code="1124-ZZZZ"))
    assert texts.NOT_YOURS in said(hurries(appeal(resident=BORIS)))
    unbound = hurries(OPEN, chats={})
    assert unbound.appeals and sends(unbound, ROADS_CHAT)[0].keyboard is None
