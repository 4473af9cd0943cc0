"""The ЦУР sends on by a person's word, to exactly one agency that has a chat (R37, R38, F16)."""

from __future__ import annotations

from typing import Any

import pytest

from handlers import texts_chat
from handlers.decide import decide
from states.appeal import Action, Appeal, Status
from states.chats import CUR
from states.decision import Decision
from states.effects import Edit, Kind
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


def assigns(text: str, linked: Appeal | None = None, **more: Any) -> Decision:
    return decide(facts(chat=cur(), linked=linked, **more), replied(text, peer=CUR_CHAT))


@pytest.mark.parametrize("named", ["roads", "Миндор", "миндор", "Министерство дорог", "министерство  дорог", "дорог"])
def test_an_appeal_is_sent_on_by_code_name_or_search(named: str) -> None:
    decision = assigns(f"/направить {named}", in_cur(by_hand=True))
    (routed,) = decision.appeals
    assert (routed.status, routed.agency, routed.chat) == (Status.ROUTED, "roads", ROADS_CHAT)
    assert [(one.action, one.actor, one.version) for one in decision.history] == [(Action.ROUTE, OFFICIAL, 2)]
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
