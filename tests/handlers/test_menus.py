"""«Ещё» and back on the card itself; a menu apart where the card can't be changed (C.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from handlers.lifecycle.routing import EDITABLE
from handlers.text import actions, texts_chat
from states.cause import Cause
from states.decision import Decision
from states.effects import Edit
from states.lifecycle.appeal import Status
from states.lifecycle.tasks import Job
from tests.handlers.given import (
    CUR_CHAT,
    ROADS_CHAT,
    appeal,
    cur,
    in_cur,
    labels,
    of,
    said,
    sends,
)
from tests.handlers.in_chat import CODE, press, snack, task_of, tell, the
from tests.small import COMMUNITY, NOW

CARD = appeal().card
WORK = appeal(status=Status.IN_WORK, card_at=NOW)
MENU = str(Cause(COMMUNITY, "more", ROADS_CHAT, "e1"))
OWN = ["Ответить", "Промежуточный ответ", "Спросить жителя", "Ещё"]


def on_card(action: str, **more: Any) -> Decision:
    return press(action, held=more.pop("held", WORK), replied=more.pop("replied", CARD), **more)


def card_of(decision: Decision) -> Edit:
    (card,) = [one for one in of(Edit, decision) if one.target == CARD]
    return card


def test_more_changes_the_cards_own_buttons() -> None:
    decision = on_card(actions.MORE)
    card = card_of(decision)
    assert labels(card)[0] == "Готовые ответы" and labels(card)[-1] == "Назад" and len(labels(card)) <= 10
    assert "Состояние: в работе" in card.text and not sends(decision) and snack(decision) == ""


def test_back_shows_them_again() -> None:
    decision = on_card(actions.LESS)
    assert labels(card_of(decision)) == OWN and not sends(decision)


def test_what_is_chosen_there_leaves_the_card_as_it_was() -> None:
    decision = on_card(actions.POSTPONE)
    assert labels(card_of(decision)) == OWN and len(sends(decision, ROADS_CHAT)) == 1


@pytest.mark.parametrize("action", [actions.ANSWER, actions.ASK])
def test_what_stands_on_the_card_does_not_change_it(action: str) -> None:
    assert not of(Edit, on_card(action))


def test_what_moves_the_appeal_shows_the_card_once() -> None:
    decision = on_card(actions.ACCEPT, held=appeal(status=Status.ROUTED, card_at=NOW))
    assert labels(card_of(decision)) == OWN


def test_what_is_refused_changes_nothing() -> None:
    decision = on_card(actions.DECLINE, held=appeal(status=Status.ANSWERED, card_at=NOW))
    assert not of(Edit, decision) and "Сейчас так сделать нельзя" in snack(decision)


def test_of_an_answered_one_the_menu_closes_it() -> None:
    held = appeal(status=Status.ANSWERED, card_at=NOW)
    assert labels(card_of(on_card(actions.MORE, held=held)))[:2] == ["Готовые ответы", "Закрыть, не ждать жителя"]
    done = on_card(actions.CLOSE, held=held)
    assert the(done).status is Status.CLOSED and labels(card_of(done)) == ["Ещё"]


@pytest.mark.parametrize("replied", [CARD, "v1|101|due|2000000001|1124-AAAA.1.first_answer.most|0"])
def test_under_an_old_card_and_under_other_messages_it_is_a_message(replied: str) -> None:
    late = NOW + EDITABLE + timedelta(minutes=1) if replied == CARD else NOW
    decision = on_card(actions.MORE, replied=replied, now=late)
    (menu,) = sends(decision, ROADS_CHAT)
    assert menu.text == texts_chat.MORE.format(code=CODE) and not of(Edit, decision)
    assert "Назад" not in labels(menu)


def test_back_on_such_a_message_is_of_no_use() -> None:
    decision = on_card(actions.LESS, replied=MENU)
    assert snack(decision) == texts_chat.TASK_OVER


def test_a_menu_apart_becomes_the_question() -> None:
    decision = on_card(actions.POSTPONE, replied=MENU)
    (question,) = of(Edit, decision)
    assert question.target == MENU == task_of(decision).prompt and task_of(decision).job is Job.POSTPONE
    assert "почему откладываем" in question.text and not sends(decision)


def test_or_says_that_it_is_done() -> None:
    decision = on_card(actions.ACCEPT, held=appeal(status=Status.ROUTED), replied=MENU)
    told = [one.text for one in of(Edit, decision) if one.target == MENU]
    assert told == [texts_chat.MENU_DONE.format(code=CODE)]


def test_who_is_at_it_leaves_the_menu_apart_as_it_is() -> None:
    decision = on_card(actions.WHO, replied=MENU)
    assert not of(Edit, decision) and said(decision, ROADS_CHAT)


def test_what_the_cur_does_stands_where_it_was_asked() -> None:
    """«Направить» asks in one message, and that message says that it is done."""
    begun = press(actions.ASSIGN, held=in_cur(), chat=cur())
    done = tell("Миндор", the(begun), chat=cur(), replied=task_of(begun).prompt)
    (line,) = [one for one in of(Edit, done) if one.target == task_of(begun).prompt]
    assert line.text == texts_chat.ASSIGNED.format(code=CODE, agency="Министерство дорог")
    assert not [one for one in sends(done, CUR_CHAT) if "направлено" in one.text]
