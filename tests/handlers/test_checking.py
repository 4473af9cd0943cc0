"""Buttons under the lists that chats get after a restore, and cards that are void (delivery.md §13)."""

from __future__ import annotations

from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions, texts_chat, texts_recovery
from states.cause import Cause, parse
from states.decision import Decision
from states.effects import AnswerButton, Edit, SendHeld
from states.lifecycle.appeal import Action, Status
from tests.handlers.given import (
    ANNA,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    facts,
    of,
    pushed,
    replied,
    roads,
    said,
    sends,
)
from tests.small import COMMUNITY

CODE, VOID = "1124-AAAA", "1124-ZZZZ"
CARD = str(Cause(COMMUNITY, "void", ROADS_CHAT, f"{VOID}.7"))


def presses(action: str, value: str, *known: Any, chat: Any = None, **more: Any) -> Decision:
    return decide(facts(chat=chat or roads(), appeals=known), pushed(action, value, **more))


def heard(decision: Decision) -> str:
    (spinner,) = of(AnswerButton, decision)
    return str(spinner.text)


class TestChecking:
    def test_answered_already_closes_the_clock_and_tells_nobody(self) -> None:
        decision = presses(actions.SETTLED, CODE, appeal(status=Status.IN_WORK))
        (after,) = decision.appeals
        assert (after.status, after.answers, after.worker) == (Status.ANSWERED, 1, OFFICIAL)
        assert [(line.action, line.reason) for line in decision.history] == [
            (Action.ANSWER, texts_recovery.SETTLED_BEFORE)
        ]
        assert sends(decision) == [] and of(Edit, decision) and heard(decision) == texts_recovery.SETTLED

    @pytest.mark.parametrize("status", [Status.ANSWERED, Status.CLOSED, Status.WITHDRAWN])
    def test_what_is_over_stays_as_it_is(self, status: Status) -> None:
        decision = presses(actions.SETTLED, CODE, appeal(status=status))
        assert decision.appeals == () and "Сейчас так сделать нельзя" in heard(decision)

    def test_left_over_changes_nothing(self) -> None:
        decision = presses(actions.LEFT_OVER, CODE, appeal())
        assert decision.appeals == () and heard(decision) == texts_recovery.LEFT_OVER

    def test_only_in_the_chat_that_holds_it_or_the_cur(self) -> None:
        elsewhere = presses(actions.LEFT_OVER, CODE, appeal(chat=CUR_CHAT))
        assert texts_chat.NOT_THIS_CHAT in heard(elsewhere)
        there = presses(actions.LEFT_OVER, CODE, appeal(), chat=cur(), peer=CUR_CHAT)
        assert heard(there) == texts_recovery.LEFT_OVER

    @pytest.mark.parametrize("action", [actions.SETTLED, actions.LEFT_OVER])
    def test_what_is_no_more_is_said_so(self, action: str) -> None:
        assert presses(action, CODE).effects == presses(actions.PICK, "").effects


class TestSending:
    @pytest.mark.parametrize(("value", "known"), [(f"{CODE} 5", (appeal(),)), ("- 5", ())])
    def test_what_waited_leaves_when_somebody_says_so(self, value: str, known: Any) -> None:
        decision = presses(actions.SEND_IT, value, *known)
        assert of(SendHeld, decision) == [SendHeld(5)] and heard(decision) == texts_recovery.SENDING

    @pytest.mark.parametrize("value", [f"{CODE} 5", "- five", "-"])
    def test_of_who_was_forgotten_or_what_is_no_row_nothing_leaves(self, value: str) -> None:
        assert of(SendHeld, presses(actions.SEND_IT, value)) == []

    def test_nothing_leaves_about_what_was_withdrawn(self) -> None:
        decision = presses(actions.SEND_IT, f"{CODE} 5", appeal(status=Status.WITHDRAWN))
        assert of(SendHeld, decision) == [] and "Сейчас так сделать нельзя" in heard(decision)


class TestVoidCards:
    @pytest.mark.parametrize("text", ["Сделано", "/закрыть"])
    def test_a_reply_is_answered_and_told_to_the_cur(self, text: str) -> None:
        decision = decide(facts(chat=roads(), replied=CARD), replied(text))
        assert f"Карточка недействительна: №{VOID}. " in said(decision, ROADS_CHAT) and not sends(decision, ANNA)
        (line,) = sends(decision, CUR_CHAT)
        assert VOID in line.text and "Министерство дорог" in line.text and parse(line.cause).kind == "void_reply"

    def test_without_a_cur_the_chat_still_hears_it(self) -> None:
        decision = decide(facts(chat=roads(), replied=CARD, chats={"roads": roads()}), replied("Сделано"))
        assert [send.peer for send in sends(decision)] == [ROADS_CHAT]

    def test_in_the_cur_itself_it_is_its_own(self) -> None:
        decision = decide(facts(chat=cur(), replied=CARD), replied("Сделано", peer=CUR_CHAT))
        assert "Центр управления регионом" in said(decision, CUR_CHAT)

    def test_so_is_a_press(self) -> None:
        decision = decide(facts(chat=roads(), replied=CARD), pushed(actions.ACCEPT, VOID))
        assert heard(decision) == texts_recovery.VOID_SHORT and len(sends(decision, CUR_CHAT)) == 1
