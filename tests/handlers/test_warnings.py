"""What may hurt somebody: 112 first, once, with the right numbers, and nothing is stopped by it (R28). Alarms of people
in danger are in test_danger.py and test_telling_danger.py."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.decide import decide
from handlers.lifecycle.warnings import ONE_DANGER
from handlers.text import actions, texts_danger
from states.decision import Decision
from states.dialogue import (
    AddingTo,
    AskingConsent,
    AskingText,
    ChoosingPlace,
    ChoosingTopic,
    Dialogue,
    Draft,
    Idle,
    Preview,
    Refused,
    Step,
)
from states.directory import Community
from states.effects import StartTimer
from states.events import MessageEdited
from states.lifecycle.appeal import Appeal, Piece, Status
from tests.handlers.given import (
    ANNA,
    READY,
    ROADS_CHAT,
    appeal,
    dialogue,
    draft_of,
    facts,
    marked,
    of,
    said,
    sends,
    tapped,
    types,
    wrote,
)
from tests.small import COMMUNITY, NOW, POLICY, REGION

CODE = "1124-AAAA"
HAZARD = "Открытый люк!"
FIRST = "Если кто-то может пострадать прямо сейчас, звоните 112."


@pytest.mark.parametrize("text", [HAZARD, "Оборванный провод лежит на тротуаре", "Сосульки висят над входом, упадут"])
@pytest.mark.parametrize("step", [Idle(), AskingText(), ChoosingTopic(("pits",)), Preview()])
def test_112_stands_before_any_question_and_the_words_are_kept(text: str, step: Step) -> None:
    decision = types(text, step, READY if isinstance(step, Preview) else None)
    first = sends(decision, ANNA)[0]
    assert first.text.startswith(FIRST) and first.keyboard is None
    assert text in draft_of(decision).text and draft_of(decision).warned


def test_it_is_said_at_once_while_the_rest_of_the_text_is_waited_for() -> None:
    decision = types(HAZARD, AskingText())
    assert [effect.name for effect in of(StartTimer, decision)] == ["pause", "draft"]
    assert len(sends(decision)) == 1


def test_once_for_a_draft_and_anew_for_the_next() -> None:
    """Draft.warned."""
    draft = draft_of(types(HAZARD, AskingText()))
    again = types("И второй люк открыт", AskingText(), draft)
    assert not sends(again) and draft_of(again).warned
    assert sends(types(HAZARD, AskingText()))


def test_nothing_is_said_of_danger_where_there_is_none() -> None:
    decision = types("Не горит фонарь", AskingText())
    assert not sends(decision) and not draft_of(decision).warned


def numbers(decision: Decision) -> str:
    return sends(decision, ANNA)[0].text


def test_the_numbers_are_those_of_the_place() -> None:
    """R28, R61: of the draft, else of the words, else of the community; 112 itself is not repeated."""
    assert "104 — газ" not in numbers(types(HAZARD, AskingText())) and "2-22-22" not in numbers(
        types(HAZARD, AskingText())
    )
    assert "2-22-22 — диспетчер Миасса" in numbers(types(HAZARD, AskingText(), Draft(place="miass")))
    assert "2-22-22" in numbers(types(f"{HAZARD} Это в Миассе", AskingText()))
    assert "112 — всё сразу" not in numbers(types(HAZARD, AskingText()))
    here = replace(REGION, communities=(Community(9, "Чужие"), Community(COMMUNITY, "Миасс", "miass")))
    assert "2-22-22" in numbers(types(HAZARD, AskingText(), directory=here))


def test_a_region_without_other_numbers_still_names_112() -> None:
    alone = replace(REGION, numbers=())
    assert numbers(types(HAZARD, AskingText(), directory=alone)) == FIRST


def test_an_urgent_topic_shows_it_too() -> None:
    """R28: the words may be harmless, the topic is not."""
    draft = Draft((Piece(3, "Беда в Миассе"),), settling_text=False)
    decision = decide(facts(dialogue(ChoosingTopic(("fire",)), draft)), tapped(actions.TOPIC, "fire"))
    assert "112" in numbers(decision) and draft_of(decision).warned and draft_of(decision).topic == "fire"
    later = decide(facts(decision.dialogue), wrote("Миасс", 11))
    assert not later.effects or FIRST not in said(later)


def test_the_words_on_a_button_are_not_the_residents() -> None:
    """A button «Пожар» of an urgent topic speaks by its topic, another by nothing."""
    draft = Draft((Piece(3, "Яма в Миассе"),), settling_text=False)
    decision = decide(facts(dialogue(ChoosingTopic(("pits",)), draft)), tapped(actions.TOPIC, "pits"))
    assert "звоните" not in said(decision)


def test_a_place_that_is_typed_is_heard_too() -> None:
    draft = Draft((Piece(3, "Люк"),), topic="pits", settling_text=False)
    decision = types("Открытый люк, помогите", ChoosingPlace(), draft)
    assert "112" in numbers(decision) and draft_of(decision).warned


def test_an_edit_is_heard_too() -> None:
    """T18, R28: in the draft and after sending."""
    event = MessageEdited(wrote(HAZARD, 3).message)
    draft = decide(facts(dialogue(Preview(), READY)), event)
    assert "112" in numbers(draft) and draft_of(draft).warned
    after = decide(facts(dialogue(), appeals=(appeal(),)), event)
    assert "112" in numbers(after) and after.appeals[0].urgent


def test_an_edit_of_what_went_nowhere_still_shows_112() -> None:
    """R28; nothing else follows from it."""
    decision = decide(facts(dialogue()), MessageEdited(wrote(HAZARD, 99).message))
    assert [send.text for send in sends(decision)] == [numbers(decision)] and decision.ignored is None


def added(held: Appeal, text: str) -> Decision:
    return decide(facts(dialogue(AddingTo(CODE)), appeals=(held,)), wrote(text))


def test_a_danger_in_an_addition_makes_the_message_urgent_once() -> None:
    """R28, R46: nothing is kept from the chat, and it is said once."""
    first = added(appeal(), HAZARD)
    assert "112" in numbers(first) and first.appeals[0].urgent and sends(first, ROADS_CHAT)
    again = added(first.appeals[0], "Всё ещё открытый люк!")
    assert FIRST not in said(again) and again.appeals[0].urgent


THEFT = "Украли велосипед"


def test_a_crime_that_is_added_is_told_102_and_is_not_urgent() -> None:
    """R28, R30: it goes to a moderator (triage.py); the urgent clock is for what cannot wait."""
    decision = added(appeal(), THEFT)
    assert (
        texts_danger.CRIME_TOLD in said(decision)
        and "Звоните 112" not in said(decision)
        and not decision.appeals[0].urgent
    )
    again = added(decision.appeals[0], "Вор опять украл велосипед")
    assert texts_danger.CRIME_TOLD not in said(again)


@pytest.mark.parametrize("text", [THEFT, "Врач требует взятку за справку", "Мошенники обманули бабушку"])
def test_a_crime_is_told_102_without_112_once_for_a_draft(text: str) -> None:
    """R28: a bribe is no danger; what was told of a crime is not told again."""
    decision = types(text, AskingText())
    assert sends(decision, ANNA)[0].text == texts_danger.CRIME_TOLD and "Звоните 112" not in said(decision)
    assert not draft_of(decision).warned and not sends(types(THEFT, AskingText(), draft_of(decision)))


def test_a_hazard_after_a_crime_still_shows_112() -> None:
    decision = types("Открытый люк, крышку украли", AskingText(), draft_of(types(THEFT, AskingText())))
    assert "112" in numbers(decision) and texts_danger.CRIME_TOLD not in said(decision)


def test_of_a_crime_in_an_edit_that_went_nowhere_nothing_is_said() -> None:
    """Only what is taken is answered so."""
    assert decide(facts(dialogue()), MessageEdited(wrote(THEFT, 99).message)).ignored is not None


def test_a_withdrawn_message_hears_it_as_well() -> None:
    decision = added(appeal(status=Status.WITHDRAWN), HAZARD)
    assert "112" in numbers(decision) and not decision.appeals


def test_before_consent_the_notice_names_112_for_no_word_is_known() -> None:
    """R7, R28."""
    decision = decide(facts(), wrote("", content=False))
    assert "112" in said(decision)


ASKED = Dialogue(ANNA, AskingConsent((10,), NOW), touched_at=NOW)


@pytest.mark.parametrize("step", [AskingConsent((10,), NOW), AskingConsent((10,)), Refused(), Idle()])
def test_112_before_consent_too_seconds_after_the_notice_as_well(step: Step) -> None:
    decision = marked(Dialogue(ANNA, step, touched_at=NOW))
    assert sends(decision, ANNA)[0].text.startswith("Звоните 112") and draft_of(decision).warned


def test_to_a_stranger_112_stands_before_the_consent_and_nothing_else_does() -> None:
    """R1, R6, R28: no greeting is read in danger."""
    first, asked = sends(marked(None), ANNA)
    assert first.text.startswith("Звоните 112 прямо сейчас. Мы не экстренная служба") and "8-800" in first.text
    assert asked.text == POLICY.consent


def test_before_consent_once_for_a_danger_and_not_again_when_the_words_are_read() -> None:
    talk = marked(ASKED).dialogue
    again = marked(talk, 12)
    assert not sends(again, ANNA)


def test_an_hour_of_silence_later_it_is_another_danger() -> None:
    talk = marked(ASKED).dialogue
    assert len(sends(marked(talk, 12, now=NOW + ONE_DANGER), ANNA)) == 2


def test_an_edit_before_consent_that_tells_a_danger_shows_it_once() -> None:
    edit = MessageEdited(replace(wrote("", content=False, danger=True).message, at=NOW))
    decision = decide(facts(ASKED), edit)
    assert len(sends(decision, ANNA)) == 1 and decision.ignored is None
    assert draft_of(decision).warned and not sends(decide(facts(decision.dialogue), edit), ANNA)


def test_an_edit_before_consent_without_danger_says_nothing() -> None:
    assert decide(facts(ASKED), MessageEdited(wrote("", content=False).message)).ignored == "правка до согласия"
