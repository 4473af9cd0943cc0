"""Time that passed: the pause after a text, the draft left alone; a dialogue that moved on is left in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.decide import decide
from handlers.text import texts
from handlers.views.turn import DRAFT_FORGOTTEN_AFTER
from states.decision import Decision
from states.dialogue import AskingAddress, AskingText, ChoosingTopic, Dialogue, Draft, Idle, Preview
from states.effects import StartTimer
from states.events import TimerFired
from states.lifecycle.appeal import Piece
from tests.handlers.given import ANNA, READY, dialogue, facts, labels, of, said, sends
from tests.small import NOW, POLICY

DAY = NOW + timedelta(days=1)
TOLD = replace(READY, topic=None, place=None, address="", settling_text=True)


def fires(name: str, talk: Dialogue | None, at: object = DAY) -> Decision:
    return decide(facts(talk, now=at), TimerFired(name, str(ANNA), ANNA, at))  # type: ignore[arg-type]


def test_after_the_pause_the_first_missing_thing_is_asked() -> None:
    decision = fires("pause", dialogue(AskingText(), TOLD))
    assert decision.dialogue is not None and decision.dialogue.step == ChoosingTopic(("pits",))


def test_after_the_pause_without_words_words_are_asked_for() -> None:
    assert texts.ASK_TEXT in said(fires("pause", dialogue(AskingText())))


def test_nobody_is_asked_for_words_twice_within_a_pause() -> None:
    """The simulation heard it in a calm seed (710439): what had been waiting for the consent was no story but a wish to
    write to an agency, which had been chosen, and words asked for, before the pause ended."""
    asked = dialogue(AskingText(), touched_at=DAY - POLICY.pause + timedelta(milliseconds=1))
    assert fires("pause", asked) == Decision(ignored="уже спросили")
    set_then = replace(asked, touched_at=DAY - POLICY.pause)
    assert texts.ASK_TEXT in said(fires("pause", set_then)), "the pause of this very question"
    told = replace(asked, draft=TOLD)
    assert fires("pause", told).ignored is None, "words are never left waiting"


def test_who_was_answered_beside_the_draft_is_not_asked_for_words_a_pause_later() -> None:
    """«Где получить справку?» was offered to be passed on; the question for words would hide that."""
    answered = dialogue(AskingText(), Draft(meant=Piece(3, "Где получить справку?")))
    assert fires("pause", answered) == Decision(ignored="уже спросили")
    assert texts.ASK_TEXT in said(fires("pause", dialogue(AskingText())))


@pytest.mark.parametrize("step", [Idle(), Preview(), AskingAddress()])
def test_a_pause_of_a_dialogue_that_moved_on_says_nothing(step: object) -> None:
    assert fires("pause", dialogue(step, READY)) == Decision(ignored="уже ответили")  # type: ignore[arg-type]


def test_a_draft_left_alone_is_asked_about_once() -> None:
    """features.md I."""
    decision = fires("draft", dialogue(Preview(), READY, touched_at=NOW))
    (asked,) = sends(decision)
    assert "27 ноября мы удалим черновик" in asked.text and labels(asked) == ["Продолжить", "Отмена"]
    assert decision.dialogue is not None
    assert (decision.dialogue.step, decision.dialogue.draft, decision.dialogue.asked_to_go_on) == (Idle(), READY, True)
    assert of(StartTimer, decision) == [StartTimer("draft", str(ANNA), ANNA, NOW + DRAFT_FORGOTTEN_AFTER)]


def test_then_it_is_forgotten_without_a_word() -> None:
    asked = dialogue(Idle(), READY, touched_at=NOW, asked_to_go_on=True)
    decision = fires("draft", asked, NOW + timedelta(days=3))
    assert decision == Decision(dialogue=replace(asked, draft=Draft(), asked_to_go_on=False))


def test_a_draft_that_is_gone_is_not_asked_about() -> None:
    assert fires("draft", dialogue()) == Decision(ignored="черновика уже нет")


def test_a_draft_that_was_just_gone_on_with_is_not_interrupted() -> None:
    """The timer had fired while the resident was writing: both events stood in the inbox."""
    talk = dialogue(AskingAddress(), READY, touched_at=DAY - timedelta(seconds=1))
    assert fires("draft", talk) == Decision(ignored="разговор идёт")


def test_a_draft_of_a_dialogue_that_was_never_touched_is_asked_about_too() -> None:
    assert sends(fires("draft", dialogue(Preview(), READY)))


@pytest.mark.parametrize("talk, reason", [(None, "таймер без диалога"), (dialogue(), "незнакомый таймер sla")])
def test_other_timers_are_ignored_with_a_reason(talk: Dialogue | None, reason: str) -> None:
    """I1."""
    assert fires("sla", talk) == Decision(ignored=reason)
