"""What is missing in a draft and where «Назад» leads: every chain of it comes out (R25, features.md I)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from states.dialogue import (
    AddingTo,
    AskingAddress,
    AskingConsent,
    AskingScene,
    AskingText,
    ChoosingAgency,
    ChoosingChange,
    ChoosingGroup,
    ChoosingLevel,
    ChoosingPlace,
    ChoosingTopic,
    ChoosingTopicOf,
    ConfirmingAgency,
    ConfirmingWithdrawal,
    Dialogue,
    Doubted,
    Draft,
    Idle,
    ListingAppeals,
    Preview,
    Refused,
    ShowingAppeal,
    Step,
    back,
    missing,
)
from states.directory import Scene
from states.lifecycle.appeal import Piece
from states.messages import Attachment

WORDS = Draft(pieces=(Piece(1, "Яма"),), settling_text=False)
WHOLE = replace(WORDS, topic="pits", place="miass", address="ул. Мира, 1")
STEPS: tuple[Step, ...] = (
    Idle(),
    AskingConsent((1, 2)),
    Refused(),
    AskingText(),
    AskingScene(),
    ChoosingTopic(("pits",)),
    ChoosingTopic(("pits",), True, 3),
    ChoosingGroup(1),
    ChoosingTopicOf("roads"),
    ChoosingPlace(("miass",)),
    AskingAddress(),
    ChoosingLevel(),
    ChoosingAgency("region"),
    ConfirmingAgency("roads"),
    Preview(),
    ChoosingChange(),
    ListingAppeals(),
    ShowingAppeal("1124-AAAA"),
    AddingTo("1124-AAAA"),
    ConfirmingWithdrawal("1124-AAAA"),
)
ENDS = (Idle, AskingConsent, Refused)
DRAFTS = st.builds(
    Draft,
    pieces=st.sampled_from([(), (Piece(1, "Яма"),), (Piece(1, "", (Attachment("photo"),)),)]),
    topic=st.sampled_from([None, "pits"]),
    place=st.sampled_from([None, "miass"]),
    address=st.sampled_from(["", "ул. Мира, 1"]),
    address_unknown=st.booleans(),
    named=st.sampled_from([None, "roads", "health"]),
    settled=st.booleans(),
    settling_text=st.booleans(),
    scene=st.sampled_from([None, *Scene]),
)


@pytest.mark.parametrize(
    "draft, proper, step",
    [
        (Draft(), None, AskingText()),
        (replace(WORDS, settling_text=True), None, AskingText()),
        (replace(WORDS, pieces=(Piece(1, " \n"),)), None, AskingText()),
        (WORDS, None, ChoosingTopic()),
        (replace(WORDS, topic="pits"), None, ChoosingPlace()),
        (replace(WORDS, topic="pits", place="miass"), None, AskingAddress()),
        (WHOLE, "roads", Preview()),
        (replace(WHOLE, address="", address_unknown=True), "roads", Preview()),
        (replace(WHOLE, named="health"), "roads", ConfirmingAgency("roads")),
        (replace(WHOLE, named="health"), None, Preview()),
        (replace(WHOLE, named="health", settled=True), "roads", Preview()),
        (replace(WHOLE, named="roads"), "roads", Preview()),
    ],
)
def test_the_first_missing_thing_is_asked_for(draft: Draft, proper: str | None, step: Step) -> None:
    """R25: text, topic, place, address or «не знаю адрес», in this order."""
    assert missing(draft, proper) == step


@given(DRAFTS, st.sampled_from([None, "roads"]))
def test_a_preview_means_that_all_required_is_there(draft: Draft, proper: str | None) -> None:
    """R25."""
    if missing(draft, proper) == Preview():
        assert draft.text.strip() and draft.topic and draft.place
        assert draft.address or draft.address_unknown


@given(st.sampled_from(STEPS), DRAFTS)
def test_back_always_leads_out(step: Step, draft: Draft) -> None:
    """features.md I: never stuck. Every chain of «Назад» ends where nothing is asked."""
    seen = 0
    while not isinstance(step, ENDS):
        step, draft = back(step, draft)
        seen += 1
        assert seen <= 12, step


@pytest.mark.parametrize("step", [step for step in STEPS if isinstance(step, ENDS)])
def test_back_changes_nothing_where_nothing_is_asked(step: Step) -> None:
    assert back(step, WHOLE) == (step, WHOLE)


@pytest.mark.parametrize(
    "step, draft, before, taken_back",
    [
        (AskingText(), Draft(named="roads"), ChoosingLevel(), Draft()),
        (AskingText(), replace(WORDS, named="roads"), Idle(), replace(WORDS, named="roads")),
        (ChoosingTopic(), WORDS, AskingText(), replace(WORDS, settling_text=True)),
        (AskingScene(), WORDS, AskingText(), replace(WORDS, settling_text=True)),
        (
            ChoosingTopic(),
            replace(WORDS, scene=Scene.YARD, scene_asked=True),
            AskingScene(),
            replace(WORDS, scene_asked=True),
        ),
        (ChoosingPlace(), replace(WORDS, topic="pits", topic_by=3), ChoosingTopic(), WORDS),
        (ChoosingTopicOf("roads"), WORDS, ChoosingGroup(), WORDS),
        (ChoosingPlace(), replace(WORDS, topic="pits"), ChoosingTopic(), WORDS),
        (AskingAddress(), replace(WHOLE, address=""), ChoosingPlace(), replace(WORDS, topic="pits")),
        (Preview(), replace(WHOLE, settled=True), AskingAddress(), replace(WHOLE, address="")),
        (ConfirmingAgency("roads"), WHOLE, AskingAddress(), replace(WHOLE, address="")),
        (ChoosingChange(), WHOLE, Preview(), WHOLE),
        (ChoosingAgency("region"), WORDS, ChoosingLevel(), WORDS),
        (ShowingAppeal("1"), WORDS, ListingAppeals(), WORDS),
        (AddingTo("1"), WORDS, ShowingAppeal("1"), WORDS),
        (ConfirmingWithdrawal("1"), WORDS, ShowingAppeal("1"), WORDS),
    ],
)
def test_back_takes_the_answer_of_the_step_back(step: Step, draft: Draft, before: Step, taken_back: Draft) -> None:
    assert back(step, draft) == (before, taken_back)


def test_what_is_kept_of_words_that_went_nowhere_yet_is_each_once() -> None:
    draft = Draft((Piece(5, "дым"), Piece(7, "Миасс")))
    asked = Doubted((Piece(5, "дым"),)).adding(Piece(8, "крики"))
    assert [piece.cmid for piece in Dialogue(1, draft=draft, doubted=asked).kept_pieces] == [5, 7, 8]
    assert Dialogue(1, draft=draft).kept_pieces == draft.pieces
    assert draft.without(asked.pieces).text == "Миасс" and draft.without(draft.pieces) == Draft()


def test_a_draft_keeps_messages_in_their_order_and_an_edit_takes_the_place_of_the_first_form() -> None:
    draft = Draft().adding(Piece(7, "потом")).adding(Piece(5, "сначала")).adding(Piece(7, "позже"))
    assert draft.text == "сначала\nпозже"
    assert [piece.cmid for piece in draft.pieces] == [5, 7]


def test_a_draft_counts_its_files_and_knows_when_it_is_empty() -> None:
    photos = Piece(1, "", (Attachment("photo"), Attachment("doc")))
    assert Draft((photos, Piece(2, "Яма"))).files == 2
    assert Draft().empty
    assert not Draft((photos,)).empty
    assert not Draft(named="roads").empty
