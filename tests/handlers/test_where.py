"""What is said of where it is counts at whatever step, and only what fits the topic is asked (R25, R59)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions, texts, texts_where
from states.decision import Decision
from states.dialogue import (
    AskingAddress,
    AskingText,
    ChoosingAgency,
    ChoosingGroup,
    ChoosingPlace,
    ChoosingTopic,
    ChoosingTopicOf,
    ConfirmingAgency,
    Draft,
    Preview,
    Step,
)
from states.directory import Where
from states.lifecycle.appeal import Piece
from tests.handlers.given import appeal, dialogue, draft_of, facts, labels, said, sends, step_of, tapped, wrote
from tests.small import NOW

STORY = "Вода бежит прямо ручьём уже неделю"
TOLD = Draft((Piece(3, "Яма у дома"),), settling_text=False)
TOPICAL = replace(TOLD, topic="pits")
PLACED = replace(TOPICAL, place="miass")
READY = replace(PLACED, address="ул. Мира 1")


def writes(step: Step, text: str, draft: Draft | None = None, **known: Any) -> Decision:
    return decide(facts(dialogue(step, draft or Draft()), **known), wrote(text))


def presses(step: Step, action: str, value: str, draft: Draft) -> Decision:
    return decide(facts(dialogue(step, draft)), tapped(action, value))


def shown(decision: Decision) -> list[str]:
    return labels(sends(decision)[-1])


@pytest.mark.parametrize(
    ("step", "draft"),
    [
        (ChoosingTopic(("pits",)), TOLD),
        (ChoosingGroup(), TOLD),
        (ChoosingPlace(), TOPICAL),
        (AskingAddress(), PLACED),
        (ConfirmingAgency("roads"), replace(READY, named="gov", place=None, address="")),
    ],
)
def test_a_place_and_an_address_fill_the_draft_at_whatever_step(step: Step, draft: Draft) -> None:
    told = draft_of(writes(step, "Миасс, ул. Ленина 5", draft))
    assert (told.place, told.address) == ("miass", "ул. Ленина 5")


def test_an_answer_to_where_is_read_for_the_address_too() -> None:
    decision = writes(ChoosingPlace(), "Миасс, ул. Ленина 5", TOPICAL)
    assert step_of(decision) == Preview() and len(draft_of(decision).pieces) == 1


def test_what_is_known_is_changed_only_by_words_about_nothing_else() -> None:
    """«Нет, это Аша» corrects; «в Аше уже починили» does not."""
    corrected = draft_of(writes(Preview(), "Аша", replace(READY, settled=True)))
    assert corrected.place == "aша" and not corrected.settled
    assert draft_of(writes(Preview(), "Аша давно починила такую", READY)).place == "miass"
    assert draft_of(writes(Preview(), "ул. Труда 9", READY)).address == "ул. Труда 9"
    assert draft_of(writes(Preview(), "Там же возле ул. Труда 9", READY)).address == "ул. Мира 1"
    unknown = replace(PLACED, address_unknown=True)
    assert draft_of(writes(Preview(), "Дом на ул. Труда 9", unknown)).address == ""


def test_more_of_the_story_is_no_place_and_no_address() -> None:
    """Nothing that is told is lost because something else was asked."""
    for step, draft in (
        (ChoosingPlace(), TOPICAL),
        (AskingAddress(), PLACED),
        (ChoosingGroup(), TOLD),
    ):
        decision = writes(step, STORY, draft)
        heard = ChoosingTopic(("pits",)) if isinstance(step, ChoosingGroup) else step
        assert draft_of(decision).text.endswith(STORY) and step_of(decision) == heard
        assert said(decision).startswith(texts.TEXT_ADDED)
    begun = writes(ChoosingAgency(), STORY)
    assert step_of(begun) == AskingText() and draft_of(begun).text == STORY


@pytest.mark.parametrize("text", ["Возле большого магазина за детской площадкой слева", "Во дворе", "Дом с аркой"])
def test_a_description_of_the_place_is_an_address(text: str) -> None:
    assert draft_of(writes(AskingAddress(), text, PLACED)).address == text


def test_a_place_told_with_more_words_keeps_them() -> None:
    decision = writes(ChoosingPlace(), "Миасс, воняет", TOPICAL)
    assert draft_of(decision).place == "miass" and draft_of(decision).text.endswith("воняет")
    several = writes(ChoosingPlace(), "Миасс или Аша, темно", TOPICAL)
    assert draft_of(several).text.endswith("темно") and step_of(several) == ChoosingPlace(("miass", "aша"))


def test_a_topic_on_a_button_may_be_named() -> None:
    chosen = writes(ChoosingTopic(("pits", "snow")), "снег", TOLD)
    assert draft_of(chosen).topic == "snow" and draft_of(chosen).text == TOLD.text
    assert draft_of(writes(ChoosingTopic(("pits", "snow")), "дорог", TOLD)).topic is None
    of_group = writes(ChoosingTopicOf("roads"), "ямы", replace(TOLD, settled=True))
    assert draft_of(of_group).topic == "pits" and not draft_of(of_group).settled
    assert draft_of(writes(ChoosingTopicOf(None, 0, ("smog", "odd")), "смог", TOLD)).topic == "smog"
    lost = writes(ChoosingGroup(), "Аша", TOLD)
    assert draft_of(lost).place == "aша" and step_of(lost) == ChoosingGroup()


# What is asked.


@pytest.mark.parametrize(
    ("topic", "question", "unknown"),
    [
        ("pits", texts.ASK_ADDRESS, "Не знаю адрес"),
        ("doctor", texts_where.QUESTIONS[Where.CLINIC], "Не знаю"),
    ],
)
def test_the_question_fits_the_topic(topic: str, question: str, unknown: str) -> None:
    decision = presses(ChoosingPlace(), actions.PLACE, "miass", replace(TOLD, topic=topic))
    assert step_of(decision) == AskingAddress() and said(decision).startswith(question)
    assert unknown in shown(decision)


def test_where_there_is_no_address_none_is_asked_and_back_leads_past_it() -> None:
    smog = replace(TOLD, topic="smog")
    decision = presses(ChoosingPlace(), actions.PLACE, "miass", smog)
    assert step_of(decision) == Preview()
    back = presses(Preview(), actions.BACK, "", replace(smog, place="miass"))
    assert isinstance(step_of(back), ChoosingPlace)
    assert presses(Preview(), actions.SEND, "", replace(smog, place="miass")).appeals


# The list of places.


def test_the_list_begins_with_the_last_place_and_the_largest() -> None:
    region = facts().directory
    known = tuple(replace(place, population={"p5": 90, "p3": 50}.get(place.code, 0)) for place in region.places)
    old = appeal(code="1127-AAAA", place="p1", created_at=NOW - timedelta(days=9))
    new = appeal(code="1128-AAAA", place="p7", created_at=NOW)
    given = {"directory": replace(region, places=known), "appeals": (new, old)}
    first = shown(writes(ChoosingPlace(), "Нигде", TOPICAL, **given))
    assert first[:3] == ["Округ 7", "Округ 5", "Округ 3"]
    none = replace(new, place=None)
    assert shown(writes(ChoosingPlace(), "Нигде", TOPICAL, **{**given, "appeals": (none,)}))[0] == "Округ 5"


def test_another_place_than_the_guessed_ones_is_one_press_away() -> None:
    guessed = writes(ChoosingPlace(), "Миасс или Аша", TOPICAL)
    assert texts_where.OTHER_PLACE in shown(guessed)
    every = presses(step_of(guessed), actions.OTHER_PLACE, "", TOPICAL)
    assert step_of(every) == ChoosingPlace() and texts_where.OTHER_PLACE not in shown(every)
