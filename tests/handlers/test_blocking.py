"""A blocked author hears once a day until when and where to go; own messages, data, help, 112 stay (T9, R12, R28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions, texts
from states.decision import Decision
from states.dialogue import AddingTo, Dialogue, Draft, Idle, ListingAppeals, Preview, ShowingAppeal, ShowingData, Step
from states.events import MessageEdited
from states.lifecycle.appeal import Appeal, Piece, Status
from states.messages import Reply
from tests.handlers.given import (
    ANNA,
    READY,
    ROADS_CHAT,
    appeal,
    dialogue,
    facts,
    labels,
    pushed,
    said,
    sends,
    tapped,
    wrote,
)
from tests.small import COMMUNITY, NOW

CODE = "1124-AAAA"
UNTIL = NOW + timedelta(days=3)
ASKED = appeal(status=Status.ASKED)


def blocked(step: Step | None = None, draft: Draft | None = None, **more: Any) -> Dialogue:
    return dialogue(step or Idle(), draft or Draft(), **{"blocked_until": UNTIL} | more)


def hears(event: Any, *mine: Appeal, talk: Dialogue | None = None, **more: Any) -> Decision:
    return decide(facts(talk or blocked(), appeals=mine, **more), event)


@pytest.mark.parametrize(
    "event",
    [
        wrote("Яма"),
        wrote("", attachments=()),
        tapped(actions.WRITE),
        tapped(actions.SEND),
        tapped(actions.TO_AGENCY),
        tapped(actions.ADD, CODE),
        tapped(actions.ADD_DRAFT, CODE),
        wrote("ещё", reply=Reply(5, -COMMUNITY)),
    ],
)
@pytest.mark.parametrize("draft", [Draft(), READY])
def test_nothing_new_is_taken_and_it_is_said_why(event: Any, draft: Draft) -> None:
    """T9: until when, the formal way, 112; the draft stays as it is."""
    decision = hears(event, appeal(), talk=blocked(Preview() if draft.pieces else Idle(), draft), linked=appeal())
    (told,) = sends(decision)
    assert told.text == texts.blocked("27 ноября", "https://www.gosuslugi.ru/", "112")
    assert labels(told) == ["Мои сообщения", "Мои данные", "Помощь", "Подать официально"]
    assert not decision.appeals and decision.dialogue is not None
    assert decision.dialogue.draft == draft and decision.dialogue.told_blocked == NOW


def test_it_is_said_once_a_day() -> None:
    talk = blocked(told_blocked=NOW)
    soon = hears(wrote("Яма"), talk=talk, now=NOW + timedelta(hours=23))
    assert soon.ignored and not soon.effects and soon.dialogue is None, "I1: with a reason"
    later = hears(wrote("Яма"), talk=talk, now=NOW + timedelta(days=1))
    assert sends(later)


def test_a_callback_is_stopped_all_the_same() -> None:
    decision = hears(pushed(actions.WRITE, peer=ANNA, user=ANNA), talk=blocked(told_blocked=NOW))
    assert decision.effects and not sends(decision) and decision.ignored is None


def test_when_the_time_is_over_it_is_as_before() -> None:
    decision = hears(wrote("Яма"), now=UNTIL)
    assert decision.dialogue is not None and decision.dialogue.draft.text == "Яма"


@pytest.mark.parametrize("told_at", [None, NOW])
def test_an_alarm_is_raised_as_ever(told_at: Any) -> None:
    """R28: a block keeps no danger from those on duty, nor 112 from whoever tells of a hazard."""
    decision = hears(wrote("Горит дом!"), talk=blocked(told_blocked=told_at))
    assert sends(decision)[0].text.startswith("Звоните 112") and decision.appeals[0].alarming
    edit = hears(MessageEdited(wrote("Горит дом!", 3).message), appeal())
    assert sends(edit)[0].text.startswith("Звоните 112") and edit.appeals[0].alarming
    hazard = hears(wrote("Открытый люк!"), talk=blocked(told_blocked=told_at))
    assert "звоните 112" in sends(hazard)[0].text and not hazard.appeals


@pytest.mark.parametrize(
    "event, words",
    [
        (wrote("Мои сообщения"), "Ваши сообщения"),
        (wrote("Помощь"), "Напишите, что случилось и где, и нажмите"),
        (wrote("Мои данные"), "Что у нас о вас хранится"),
        (wrote("Удалить мои данные"), "Удалить всё"),
        (tapped(actions.APPEAL, CODE), "№1124-AAAA"),
        (tapped(actions.WITHDRAW, CODE), "Отозвать сообщение"),
        (tapped(actions.WITHDRAW_YES, CODE), "отозвано"),
        (wrote("Назад"), texts.MENU),
    ],
)
def test_own_messages_data_and_help_work(event: Any, words: str) -> None:
    """R12."""
    assert words in said(hears(event, appeal()))


def test_the_data_name_the_block() -> None:
    decision = hears(tapped(actions.DATA))
    assert "до 27 ноября" in said(decision) and decision.dialogue is not None
    assert decision.dialogue.step == ShowingData() and decision.dialogue.blocked_until == UNTIL


# An official has asked.


@pytest.mark.parametrize(
    "talk, more",
    [
        (blocked(), {}),
        (blocked(AddingTo(CODE)), {}),
        (blocked(Preview(), READY), {"linked": ASKED}),
        (blocked(ShowingAppeal(CODE)), {}),
    ],
)
def test_a_question_may_be_answered(talk: Dialogue, more: dict[str, Any]) -> None:
    """The official waits for it; each question lets one answer through."""
    other = replace(ASKED, code="1124-BBBB") if not isinstance(talk.step, Idle) else appeal(code="1124-BBBB")
    decision = hears(wrote("Второй подъезд"), ASKED, other, talk=talk, **more)
    (after,) = decision.appeals
    assert (after.code, after.status) == (CODE, Status.IN_WORK) and sends(decision, ROADS_CHAT)
    again = hears(wrote("и ещё"), after, appeal(code="1124-BBBB"), talk=talk)
    assert not again.appeals


def test_the_button_to_answer_works_and_of_several_the_resident_says_which() -> None:
    opened = hears(tapped(actions.ADD, CODE), ASKED)
    assert opened.dialogue is not None and opened.dialogue.step == AddingTo(CODE)
    which = hears(wrote("Второй"), ASKED, replace(ASKED, code="1124-BBBB"))
    assert said(which).startswith(texts.WHICH_REPLY) and not which.appeals
    assert which.dialogue is not None and which.dialogue.step == ListingAppeals()


@pytest.mark.parametrize("mine", [(), (appeal(),)])
def test_only_a_question_opens_the_way(mine: tuple[Appeal, ...]) -> None:
    assert "не принимаем" in said(hears(tapped(actions.ADD, CODE), *mine))


def test_edits_of_what_was_sent_do_not_leave() -> None:
    """T9: an edit is a message too."""
    decision = hears(MessageEdited(wrote("Снег и лёд", 3).message), appeal(pieces=(Piece(3, "Снег"),)))
    assert decision.ignored and not decision.effects
