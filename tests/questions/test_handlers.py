"""A resident asks what many ask: the region's answer beside the dialogue while it is true, and nothing is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from features.questions.handlers import RULES
from handlers.decide import decide
from handlers.text import actions, texts_wishes
from states.decision import Decision
from states.dialogue import AskingText, Dialogue, Draft, Idle
from states.directory import KnownAnswer
from states.facts import Rules
from states.lifecycle.appeal import Piece
from states.messages import Location
from tests.handlers import given
from tests.handlers.given import PHOTO, appeal, dialogue, draft_of, labels, said, sends, tapped, wrote
from tests.small import NOW, POLICY, REGION

ASKED = "до скольки работает поликлиника"
CLINIC = KnownAnswer(
    "clinic", "До скольки?", "С 8 до 20.", "https://a.ru", "8 800", ("скольки поликлиник*",), source="сайт"
)
THERE = replace(CLINIC, code="there", answer="В Миассе с 9.", place="miass")


def asks(text: str, *faq: KnownAnswer, talk: Dialogue | None = None, rules: Rules = RULES, **more: Any) -> Decision:
    known = replace(REGION, faq=faq)
    facts = given.facts(talk or dialogue(), rules=rules, directory=known, **more)
    return decide(facts, wrote(text) if isinstance(text, str) else text)


def test_the_answer_has_link_and_phone_and_one_button() -> None:
    decision = asks(ASKED, CLINIC)
    assert said(decision) == "С 8 до 20.\nТелефон: 8 800\nhttps://a.ru"
    assert labels(sends(decision)[0]) == [texts_wishes.HAND_ON]
    assert draft_of(decision).meant == Piece(10, ASKED)


def test_a_press_passes_the_question_on() -> None:
    asked = asks(ASKED, CLINIC)
    pressed = decide(given.facts(asked.dialogue, rules=RULES), tapped(actions.AS_WORDS, cmid=11))
    assert draft_of(pressed).text == ASKED
    typed = decide(given.facts(asked.dialogue, rules=RULES), wrote("передать вопрос", cmid=11))
    assert draft_of(typed).text == ASKED


@pytest.mark.parametrize(
    "known",
    [
        replace(CLINIC, source=""),
        replace(CLINIC, answer=""),
        replace(CLINIC, until=NOW.date() - timedelta(days=1)),
        replace(CLINIC, place="miass"),
    ],
)
def test_what_is_not_known_to_be_true_is_told_to_nobody(known: KnownAnswer) -> None:
    assert said(asks(ASKED, known)) == texts_wishes.QUESTION


def test_it_holds_through_its_last_day_in_the_region() -> None:
    last = replace(CLINIC, until=date(2026, 11, 24))
    assert "С 8 до 20" in said(asks(ASKED, last, now=NOW.replace(hour=18, minute=59)))
    assert said(asks(ASKED, last, now=NOW.replace(hour=19))) == texts_wishes.QUESTION  # midnight in Chelyabinsk


def test_the_answer_of_the_town_that_is_named_comes_first() -> None:
    assert "В Миассе с 9" in said(asks(f"{ASKED} в Миассе", CLINIC, THERE))
    assert "С 8 до 20" in said(asks(f"{ASKED} в Аше", CLINIC, THERE))
    assert "С 8 до 20" in said(asks(ASKED, CLINIC, THERE))


def test_the_press_and_figures_have_an_answer_of_their_own() -> None:
    office = KnownAnswer("press", "СМИ?", "Пресс-служба.", phone="8 800", source="сайт")
    counted = "сколько обращений по дорогам за месяц?"
    assert said(asks(counted, office)) == "Пресс-служба.\nТелефон: 8 800"
    assert said(asks(counted)) == said(asks(counted, replace(office, source=""))) == texts_wishes.PRESS
    open_data = replace(POLICY, figures="https://p.ru/open")
    assert said(asks(counted, policy=open_data)).endswith("Цифры открыты: https://p.ru/open")


@pytest.mark.parametrize(
    ("event", "more"),
    [
        (wrote("яма у поликлиники, до скольки ни приди — темно"), {}),
        (wrote(ASKED, attachments=(PHOTO,)), {}),
        (wrote(ASKED, location=Location(55.1, 61.4)), {}),
        (wrote(f"{ASKED} {'очень ' * 60}"), {}),
        (wrote(ASKED), {"talk": dialogue(AskingText(), Draft((Piece(1, "Нет света"),)))}),
        (wrote("удалите мои данные, до скольки поликлиника"), {}),
    ],
)
def test_where_it_may_be_something_else_nothing_is_told(event: Any, more: dict[str, Any]) -> None:
    assert "С 8 до 20" not in said(asks(event, CLINIC, **more))


def test_after_the_number_it_is_told_too() -> None:
    assert "С 8 до 20" in said(asks(ASKED, CLINIC, appeals=(appeal(),)))


def test_a_region_that_leaves_it_out_asks_whether_to_pass_it_on() -> None:
    assert said(asks(ASKED, CLINIC, rules=Rules())) == texts_wishes.QUESTION


def test_before_the_consent_nothing_is_told() -> None:
    assert "С 8 до 20" not in said(asks(ASKED, CLINIC, talk=replace(dialogue(Idle()), consent="")))


def test_an_answer_without_phone_and_link_is_the_answer() -> None:
    assert texts_wishes.known_answer("Да.", "", "") == "Да."
