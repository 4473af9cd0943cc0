"""Before sending everything is shown, with what to think of; nothing is stopped (R19, R20, R29)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.decide import decide
from handlers.text import actions, texts
from handlers.views.preview import before_sending, preview
from screening.obscene import M
from states.dialogue import AskingText, ChoosingChange, Draft, Preview
from states.lifecycle.appeal import Piece, Status
from tests.handlers.given import READY, dialogue, facts, said, tapped


def draft(text: str, **more: str) -> Draft:
    return replace(READY, pieces=(Piece(3, text),), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text, kinds",
    [
        ("Мой паспорт 7512 345678, помогите", "номер паспорта"),
        ("Звоните 8 912 345-67-89", "телефон"),
        ("СНИЛС 112-233-445 95, тел. 8 912 345-67-89", "СНИЛС и телефон"),
    ],
)
def test_personal_numbers_are_named_with_the_way_to_take_them_out(text: str, kinds: str) -> None:
    """R19, T12."""
    shown = preview(draft(text), facts()).text
    assert f"В тексте есть {kinds}." in shown and "«Изменить», «Текст»" in shown
    assert "скроем" in shown


def test_an_address_is_looked_at_too() -> None:
    """R19."""
    assert "телефон" in preview(draft("Яма", address="Мира 1, тел. 8 912 345-67-89"), facts()).text


def test_the_way_really_leads_to_the_text() -> None:
    """R19: «Изменить → Текст», and what is sent is the new text."""
    talk = dialogue(Preview(), draft("Звоните 8 912 345-67-89"))
    change = decide(facts(talk), tapped(actions.CHANGE))
    assert change.dialogue is not None and change.dialogue.step == ChoosingChange()
    anew = decide(facts(change.dialogue), tapped(actions.CHANGE_TEXT, cmid=11))
    assert anew.dialogue is not None and anew.dialogue.step == AskingText() and not anew.dialogue.draft.text


def test_the_health_topic_asks_for_no_diagnosis() -> None:
    """R20."""
    assert texts.HEALTH in preview(draft("Не записаться к врачу", topic="doctor"), facts()).text
    assert texts.HEALTH not in preview(READY, facts()).text


def test_obscenity_is_told_and_may_be_rewritten() -> None:
    """R29: never lost; «Отправить» stays."""
    word = M + "к"
    shown = preview(draft(f"Яма, {word}"), facts())
    assert texts.OBSCENE in shown.text and shown.keyboard is not None
    assert shown.keyboard.rows[0][0].label == "Отправить"
    sent = decide(facts(dialogue(Preview(), draft(f"Яма, {word}"))), tapped(actions.SEND))
    assert sent.appeals[0].status is Status.WAITING and word in sent.appeals[0].text
    assert "центр управления регионом" in said(sent)


def test_a_plain_message_has_no_warning() -> None:
    assert before_sending(READY, facts()) == []
    assert before_sending(replace(READY, topic=None), facts()) == []
