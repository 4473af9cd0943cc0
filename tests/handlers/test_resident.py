"""Buttons and words of a resident, at any step and at any time: done, or said why not (T3, features.md I)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions, texts
from states.decision import Decision
from states.dialogue import (
    AskingAddress,
    AskingText,
    ChoosingAgency,
    ChoosingChange,
    ChoosingGroup,
    ChoosingLevel,
    ChoosingPlace,
    ChoosingTopic,
    ChoosingTopicOf,
    ConfirmingAgency,
    Draft,
    Idle,
    ListingAppeals,
    Preview,
    ShowingAppeal,
    Step,
)
from states.effects import CancelTimer
from states.lifecycle.appeal import Piece, Status
from tests.handlers.given import PHOTO, READY, appeal, dialogue, draft_of, facts, of, said, step_of, tapped, types

FILL = [actions.TOPIC, actions.OTHER_TOPIC, actions.GROUP, actions.PLACE, actions.NO_ADDRESS, actions.CHANGE]
FILL += [actions.CHANGE_TEXT, actions.CHANGE_TOPIC, actions.CHANGE_PLACE, actions.CHANGE_ADDRESS, actions.CHANGE_FILES]
FILL += [actions.GIVE_TO, actions.SEND, "действие из будущего"]
VALUE = {actions.TOPIC: "pits", actions.GROUP: "roads", actions.PLACE: "miass", actions.GIVE_TO: "roads"}


def taps(action: str, value: str = "", step: Step | None = None, draft: Draft | None = None, **more: Any) -> Decision:
    return decide(facts(dialogue(step or Idle(), draft or Draft()), **more), tapped(action, value))


# What works at every step.


@pytest.mark.parametrize("step", [Idle(), AskingText(), Preview(), ListingAppeals(), ChoosingGroup()])
def test_these_work_at_every_step_pressed_or_typed(step: Step) -> None:
    """«Назад», «Отмена», «Начать заново», «Помощь» work at every step."""
    for decision in (taps(actions.CANCEL, "", step, READY), types("отмена", step, READY)):
        assert (step_of(decision), draft_of(decision)) == (Idle(), Draft())
        assert said(decision).startswith(texts.CANCELLED) and len(of(CancelTimer, decision)) == 2
    for decision in (taps(actions.RESTART, "", step, READY), types("Начать  заново!", step, READY)):
        assert (step_of(decision), draft_of(decision)) == (AskingText(), Draft())
    for decision in (taps(actions.HELP, "", step, READY), types("ПОМОЩЬ", step, READY)):
        assert (
            step_of(decision) == step
            and "нажмите «Отправить»: ответ придёт сюда" in said(decision)
            and "112" in said(decision)
        )
    assert step_of(taps(actions.START, "", step, READY)) == Idle()
    assert step_of(taps(actions.MINE, "", step, READY)) == ListingAppeals()
    assert step_of(taps(actions.TO_AGENCY, "", step, READY)) == ChoosingLevel()


def test_cancelling_nothing_says_nothing_of_a_draft() -> None:
    assert said(taps(actions.CANCEL)) == texts.MENU


def test_writing_goes_on_with_the_draft_that_was_left() -> None:
    assert step_of(taps(actions.WRITE)) == AskingText()
    assert step_of(taps(actions.WRITE, draft=READY)) == Preview()
    assert said(taps(actions.WRITE, draft=Draft((Piece(3, "", (PHOTO,)),)))) == texts.ASK_WORDS


def test_back_passes_by_a_question_that_has_nothing_to_offer() -> None:
    """Never stuck: without guesses «Назад» would lead from the groups to the groups."""
    vague = replace(READY, topic=None, pieces=(Piece(3, "Непонятное"),))
    assert step_of(taps(actions.BACK, "", ChoosingGroup(), vague)) == AskingText()
    assert step_of(taps(actions.BACK, "", ChoosingGroup(), READY)) == ChoosingTopic(("pits",))


def test_after_back_to_the_text_more_is_added_as_was_said() -> None:
    back = taps(actions.BACK, "", ChoosingTopic(("pits",)), replace(READY, topic=None))
    assert texts.ASK_MORE in said(back)
    assert draft_of(types("и ещё", step_of(back), draft_of(back))).text == "Большая яма у дома\nи ещё"


# Typed instead of pressed.


def test_a_button_may_be_typed_by_label_or_number() -> None:
    choosing = ChoosingTopic(("pits", "snow"))
    told = replace(READY, topic=None)
    assert draft_of(types("снег на дороге", choosing, told)).topic == "snow"
    assert draft_of(types("2.", choosing, told)).topic == "snow"
    assert step_of(types("Другая тема", choosing, told)) == ChoosingGroup()


@pytest.mark.parametrize("text", ["0", "3", "-1", "2000", "٢", "²", "1 2", "x" * 61])
def test_other_numbers_and_long_words_are_words(text: str) -> None:
    decision = types(text, ChoosingTopic(("pits", "snow")), replace(READY, topic=None))
    assert draft_of(decision).topic is None and draft_of(decision).text.endswith(text)


def test_a_number_is_an_address_where_nothing_is_numbered() -> None:
    assert draft_of(types("5", AskingAddress(), replace(READY, address=""))).address == "5"


def test_what_says_nothing_is_answered() -> None:
    """Never silent."""
    for text in ("", " \n"):
        assert said(types(text, Preview(), READY)).startswith(texts.LETTERS_ONLY)


# Pages and levels.


@pytest.mark.parametrize(
    "step",
    [ChoosingGroup(), ChoosingTopicOf("roads"), ChoosingPlace(), ChoosingAgency("region"), ListingAppeals()],
)
@pytest.mark.parametrize("value, page", [("2", 2), ("", 0), ("-1", 0), ("٢", 0), ("99999", 0), ("x", 0), ("999", 999)])
def test_a_page_is_turned_and_a_forged_one_harms_nobody(step: Any, value: str, page: int) -> None:
    """T3."""
    decision = taps(actions.PAGE, value, step, READY, appeals=(appeal(),))
    assert step_of(decision) == replace(step, page=page)
    assert said(decision)


def test_a_page_where_there_are_none_is_old() -> None:
    assert said(taps(actions.PAGE, "1", Preview(), READY)).startswith(texts.STALE)


def test_an_addressee_is_chosen_by_level_and_name() -> None:
    assert step_of(taps(actions.LEVEL, "region")) == ChoosingAgency("region")
    chosen = taps(actions.AGENCY, "health")
    assert (step_of(chosen), draft_of(chosen).named) == (AskingText(), "health")
    assert "Кому: Министерство здоровья" in said(chosen)


def test_an_addressee_of_a_written_message_is_asked_about_where_another_answers() -> None:
    """The bot says so and lets them decide."""
    assert step_of(taps(actions.AGENCY, "health", draft=READY)) == ConfirmingAgency("roads")
    assert step_of(taps(actions.AGENCY, "roads", draft=READY)) == Preview()


@pytest.mark.parametrize("action", [actions.LEVEL, actions.AGENCY])
def test_an_addressee_that_is_not_in_the_directory_is_old(action: str) -> None:
    """T3."""
    decision = taps(action, "forged", draft=READY)
    assert said(decision).startswith(texts.STALE) and draft_of(decision) == READY


# Buttons that fill the draft.


@pytest.mark.parametrize("action", FILL)
def test_without_a_draft_they_are_old(action: str) -> None:
    """An old button after a finished dialogue says why it does nothing."""
    decision = taps(action, VALUE.get(action, ""))
    assert said(decision).startswith(texts.STALE) and step_of(decision) == Idle()


@pytest.mark.parametrize("action", [actions.TOPIC, actions.GROUP, actions.PLACE, actions.GIVE_TO, "из будущего"])
@pytest.mark.parametrize("value", ["", "forged", "1124-ZZZZ"])
def test_forged_values_change_nothing(action: str, value: str) -> None:
    """T3."""
    decision = taps(action, value, Preview(), READY)
    assert said(decision).startswith(texts.STALE) and draft_of(decision) == READY


@pytest.mark.parametrize(
    "action, value, step, changed",
    [
        (actions.TOPIC, "pits", Preview(), {"topic": "pits"}),
        (actions.PLACE, "aша", Preview(), {"place": "aша"}),
        (actions.NO_ADDRESS, "", Preview(), {"address": "", "address_unknown": True}),
        (actions.GIVE_TO, "roads", Preview(), {"named": "roads", "settled": True}),
        (actions.OTHER_TOPIC, "", ChoosingGroup(), {}),
        (actions.CHANGE_TOPIC, "", ChoosingGroup(), {}),
        (actions.GROUP, "health", ChoosingTopicOf("health"), {}),
        (actions.CHANGE, "", ChoosingChange(), {}),
        (actions.CHANGE_PLACE, "", ChoosingPlace(), {"place": None, "address": ""}),
        (actions.CHANGE_ADDRESS, "", AskingAddress(), {"address": ""}),
        (actions.CHANGE_TEXT, "", AskingText(), {"pieces": (), "settling_text": True}),
        (actions.CHANGE_FILES, "", AskingText(), {"settling_text": True}),
    ],
)
def test_each_button_changes_one_thing_and_leads_on(action: str, value: str, step: Step, changed: dict) -> None:
    """R25."""
    decision = taps(action, value, Preview(), READY)
    assert (step_of(decision), draft_of(decision)) == (step, replace(READY, **changed))


def test_files_are_taken_away_at_once() -> None:
    decision = taps(actions.CHANGE_FILES, "", Preview(), replace(READY, pieces=(Piece(3, "Яма", (PHOTO,)),)))
    assert said(decision).startswith(texts.FILES_REMOVED) and draft_of(decision).files == 0


def test_change_is_old_where_no_draft_is_being_written() -> None:
    assert said(taps(actions.CHANGE, "", ListingAppeals(), READY)).startswith(texts.STALE)


def test_either_of_two_agencies_may_be_given_to() -> None:
    between = replace(READY, named="health")
    for named in ("health", "roads"):
        decision = taps(actions.GIVE_TO, named, ConfirmingAgency("roads"), between)
        assert step_of(decision) == Preview() and draft_of(decision).named == named


# Sending.


@pytest.mark.parametrize(
    "gap, asked",
    [
        ({"topic": None}, ChoosingTopic(("pits",))),
        ({"place": None}, ChoosingPlace()),
        ({"address": ""}, AskingAddress()),
        ({"named": "health"}, ConfirmingAgency("roads")),
    ],
)
def test_an_old_send_of_an_unfinished_draft_asks_for_what_is_missing(gap: dict, asked: Step) -> None:
    """R25: no other way leads to an agency."""
    decision = taps(actions.SEND, "", Preview(), replace(READY, **gap))
    assert step_of(decision) == asked and not decision.appeals


def test_the_second_press_of_send_names_the_number() -> None:
    """A double press; the newest one is meant."""
    old = appeal(code="1123-BBBB", created_at=appeal().created_at.replace(day=23), status=Status.ANSWERED)
    assert said(taps(actions.SEND, appeals=(old, appeal()))).startswith(texts.ALREADY_SENT.format(code="1124-AAAA"))


def test_the_consent_button_pressed_again_changes_nothing() -> None:
    for action in (actions.CONSENT, actions.REFUSE):
        decision = taps(action, "", Preview(), READY)
        assert said(decision).startswith(texts.CONSENT_GIVEN) and decision.consent is None
        assert (step_of(decision), draft_of(decision)) == (Preview(), READY)


def test_a_button_that_names_an_appeal_finds_it() -> None:
    decision = taps(actions.APPEAL, "1124-AAAA", appeals=(appeal(),))
    assert step_of(decision) == ShowingAppeal("1124-AAAA")
