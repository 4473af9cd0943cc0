"""«Не знаю» answers a question, and is no word of the message (I15); what tells anything beside it is one (I14)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.decide import decide
from handlers.text import texts
from screening.acts.written import says_unknown
from states.dialogue import (
    AS_IT_IS,
    AskingAddress,
    AskingScene,
    AskingText,
    ChoosingAgency,
    ChoosingChange,
    ChoosingGroup,
    ChoosingParts,
    ChoosingPlace,
    ChoosingTopic,
    ChoosingTopicOf,
    ConfirmingAgency,
    Draft,
    Idle,
    Preview,
    Step,
)
from states.lifecycle.appeal import Piece
from tests.handlers.given import READY, appeal, dialogue, draft_of, facts, said, settles, step_of, types, wrote

UNKNOWN = (
    "не знаю", "Незнаю", "хз", "ХЗ...", "понятия не имею", "без понятия", "не помню", "ну не знаю я",
    "да хз если честно",
    "я точно не помню", "откуда мне знать", "да кто ж его знает", "фиг знает", "ни малейшего понятия", "не в курсе",
    "к сожалению, не знаю", "забыла", "не знай", "затрудняюсь ответить", "не знаю, что выбрать", "не знаю какая тема",
    "нет, не знаю", "мы не знаем", "понятия не имею какой дом",
    "сама не знаю кто", "не знаю какое ведомство", "не могу сказать", "не могу ответить",
)  # fmt: skip
TOLD = (
    "хз когда починят", "не знаю кто хозяин, но собака злая", "без понятия работает ли ук", "не помню чтобы чистили",
    "понятия не имею почему мигает", "забыл, третий подъезд", "никто ничего не знает", "не знаем что делать",
    "не знаю куда деваться от шума", "хз но воняет сильно", "адрес не знаю, у моста", "не знаю, возле школы",
    "кто знает телефон аварийки", "не знаю сколько ещё ждать", "не знаю как дальше жить", "не знаю что это",
    "незнакомые люди ходят", "забыли убрать лёд", "соседи не в курсе про отключение",
    "не помню с какого числа нет воды", "не знаю кто бросил мусор", "трудно сказать что хуже, лёд или ямы",
)  # fmt: skip
AT = replace(READY, address="", address_unknown=False)
OPEN = replace(READY, topic=None)


@pytest.mark.parametrize("text", UNKNOWN)
def test_who_does_not_know_adds_no_words(text: str) -> None:
    for step in (Preview(), ChoosingChange(), ChoosingTopic(("pits", "snow")), AskingScene(), AskingText()):
        assert draft_of(types(text, step, OPEN if isinstance(step, ChoosingTopic) else READY)).text == READY.text
    assert draft_of(types(text, Preview(), READY)) == READY


@pytest.mark.parametrize("text", TOLD)
def test_what_tells_more_is_kept(text: str) -> None:
    assert not says_unknown(text)
    draft = draft_of(types(text, Preview(), READY))
    assert text in draft.text or (draft.meant is not None and draft.meant.text == text)


@pytest.mark.parametrize("step", [ChoosingTopic(("pits", "snow")), ChoosingTopic(("pits",)), ChoosingGroup()])
def test_a_topic_that_nobody_knows_is_read_by_a_person(step: Step) -> None:
    decision = types("понятия не имею", step, OPEN)
    assert step_of(decision) == Preview() and draft_of(decision) == replace(OPEN, topic=AS_IT_IS)


def test_a_list_that_was_found_is_left_in_the_same_way() -> None:
    assert draft_of(types("хз", ChoosingTopicOf(None, 0, ("pits", "snow")), OPEN)).topic == AS_IT_IS


def test_a_scene_that_nobody_knows_is_not_asked_again() -> None:
    decision = types("без понятия", AskingScene(), OPEN)
    assert draft_of(decision) == replace(OPEN, scene_asked=True) and not isinstance(step_of(decision), AskingScene)


def test_whether_apart_or_together_is_together() -> None:
    parts = ChoosingParts(("яма", "снег"))
    assert draft_of(types("не знаю", parts, READY)).whole and step_of(types("не знаю", parts, READY)) == Preview()


def test_to_whom_is_found_by_what_is_told() -> None:
    decision = types("не знаю", ChoosingAgency(), Draft())
    assert step_of(decision) == AskingText() and draft_of(decision).empty and texts.ASK_TEXT in said(decision)
    known = types("не знаю", ChoosingAgency(), READY)
    assert step_of(known) == Preview() and draft_of(known) == READY


def test_of_two_receivers_the_proper_one_is_taken() -> None:
    decision = types("не знаю", ConfirmingAgency("roads"), replace(READY, named="secret"))
    assert draft_of(decision).named == "roads" and draft_of(decision).settled and step_of(decision) == Preview()


def test_under_the_check_the_button_is_pointed_to() -> None:
    assert said(types("не помню", Preview(), READY)) == texts.PRESS_SEND


def test_where_and_which_house_stay_as_they_were() -> None:
    assert texts.TOWN_NEEDED in said(types("хз", ChoosingPlace(), replace(OPEN, topic="pits", place=None)))
    assert draft_of(types("без понятия", AskingAddress(), AT)).address_unknown


@pytest.mark.parametrize("own", [(), (appeal(),)])
def test_before_anything_is_told_words_are_waited_for(own: tuple[object, ...]) -> None:
    decision = decide(facts(dialogue(Idle(), Draft()), appeals=own), wrote("не знаю"))
    assert draft_of(decision).empty and step_of(decision) == AskingText()
    assert said(settles(draft_of(decision))) == texts.ASK_TEXT


def test_at_a_list_of_changes_it_stands_again() -> None:
    assert step_of(types("не знаю", ChoosingChange(), READY)) == ChoosingChange()


def test_not_to_know_said_by_the_voters_alone_loses_no_word() -> None:
    text = "таблички на доме нет"
    told = Draft((Piece(3, "яма"),), place="miass", settling_text=False)
    assert text in draft_of(types(text, ChoosingTopic(("pits", "snow")), told)).text


def test_what_hardly_is_not_to_know_is_looked_up_as_an_agency() -> None:
    decision = types("таблички на доме нет", ChoosingAgency(), READY)
    assert "таблички на доме нет" in said(decision) or "таблички на доме нет" in draft_of(decision).text
