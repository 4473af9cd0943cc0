"""The draft: whatever is told is taken in, and the first thing still missing is asked for (R25, R59)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.resident.drafting import (
    TEXT_LIMIT,
    piece_of,
    understand_text,
    without_files,
    without_words,
)
from handlers.resident.guessing import guess_of
from handlers.text import actions, texts
from handlers.views.turn import DRAFT_ASKED_AFTER
from screening.acts.written import is_greeting
from screening.danger import alarms
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
    Refused,
    ShowingAppeal,
    Step,
)
from states.effects import StartTimer
from states.events import MessageEdited, TimerFired
from states.lifecycle.appeal import Piece
from states.messages import Attachment, Command, Location, Message, Reply
from tests.handlers.given import (
    ANNA,
    PHOTO,
    READY,
    dialogue,
    draft_of,
    facts,
    labels,
    of,
    said,
    sends,
    settles,
    step_of,
    wrote,
)
from tests.small import NOW, POLICY

TOLD = replace(READY, topic=None, place=None, address="", settling_text=True)
POINT = Location(55.1, 60.1, "Парк [id1|культуры]")


def writes(step: Step, text: str = "", draft: Draft | None = None, **more: Any) -> Decision:
    return decide(facts(dialogue(step, draft or Draft())), wrote(text, **more))


def pauses(decision: Decision) -> list[Any]:
    return [effect.at for effect in of(StartTimer, decision) if effect.name == "pause"]


# Taking in.


@pytest.mark.parametrize(
    "step", [Idle(), Refused(), ListingAppeals(), ShowingAppeal("1"), AskingText(), ChoosingLevel(), ChoosingAgency()]
)
def test_a_story_begins_at_whatever_step_and_a_pause_is_waited_for(step: Step) -> None:
    """Text may come in several messages, with photos before, between or after."""
    decision = writes(step, "Яма", attachments=(PHOTO,))
    assert step_of(decision) == AskingText()
    assert draft_of(decision).pieces == (Piece(10, "Яма", (PHOTO,)),)
    assert draft_of(decision).pieces[0].at == NOW, "officials read when each was written"
    assert pauses(decision) == [NOW + POLICY.pause] and not sends(decision)


def test_words_that_were_written_long_ago_are_answered_at_once() -> None:
    """What is read again after the consent: nobody is typing it any more."""
    long_ago = writes(AskingText(), "Яма", at=NOW - POLICY.pause)
    assert pauses(long_ago) == [NOW] and not sends(long_ago)
    assert pauses(writes(AskingText(), "Яма", at=NOW - POLICY.pause / 2)) == [NOW + POLICY.pause]
    greeted = writes(AskingText(), "Здравствуйте", at=NOW - POLICY.pause)
    assert greeted.dialogue is not None and greeted.dialogue.touched_at == NOW == pauses(greeted)[0]
    asked = decide(facts(greeted.dialogue), TimerFired("pause", str(ANNA), ANNA, NOW))
    assert texts.ASK_TEXT in said(asked), "a greeting alone is followed by the question"


def test_more_is_added_in_order_and_the_pause_begins_anew() -> None:
    decision = writes(AskingText(), "и фонарь", TOLD)
    assert draft_of(decision).text == "Большая яма у дома\nи фонарь" and pauses(decision)


@pytest.mark.parametrize("text", ["Привет!", "здравствуйте", "Начать", " Добрый  день. "])
def test_a_greeting_is_no_story(text: str) -> None:
    assert is_greeting(text)
    for step in (Idle(), Refused()):
        assert said(writes(step, text)) == texts.MENU
    asked = writes(AskingText(), text)
    assert draft_of(asked).empty and pauses(asked), "the question comes after the pause, if nothing else does"


def test_a_greeting_with_a_photo_or_inside_a_story_is_a_part_of_it() -> None:
    assert draft_of(writes(Idle(), "Привет", attachments=(PHOTO,))).files == 1
    assert draft_of(writes(AskingText(), "Привет, у дома яма", TOLD)).text.endswith("Привет, у дома яма")


def test_words_are_cleaned_and_endless_ones_bounded() -> None:
    """T2, T8: a text of 100,000 characters."""
    assert draft_of(writes(Idle(), "Я\u202eма\u200b")).text == "Яма"
    assert len(draft_of(writes(Idle(), "я" * 100_000)).text) == TEXT_LIMIT


def test_an_unknown_kind_of_attachment_is_kept() -> None:
    assert draft_of(writes(Idle(), "", attachments=(Attachment("голограмма"),))).files == 1


@pytest.mark.parametrize(
    "step, text, files, note, after",
    [
        (ChoosingTopic(("pits",)), "снег", (), texts.TEXT_ADDED, ChoosingTopic(("pits", "snow"))),
        (Preview(), "", (PHOTO,), texts.FILE_ADDED, Preview()),
        (ChoosingChange(), "ещё", (), texts.TEXT_ADDED, Preview()),
        (ConfirmingAgency("roads"), "ещё", (), texts.TEXT_ADDED, ConfirmingAgency("roads")),
        (ChoosingGroup(), "ещё", (PHOTO,), texts.TEXT_ADDED, ChoosingGroup()),
        (AskingAddress(), "ещё", (PHOTO,), texts.TEXT_ADDED, AskingAddress()),
    ],
)
def test_at_later_steps_it_is_added_and_the_question_is_asked_again(
    step: Step, text: str, files: tuple[Attachment, ...], note: str, after: Step
) -> None:
    """Never lost, never silent."""
    base = replace(READY, topic=None) if isinstance(step, ChoosingTopic) else READY
    decision = writes(step, text, base, attachments=files)
    assert len(draft_of(decision).pieces) == 2
    assert said(decision).startswith(note) and step_of(decision) == after


# The pause is over.


def test_what_the_text_says_is_understood() -> None:
    """R59: the place only when it is certain."""
    sure = settles(replace(TOLD, pieces=(Piece(3, "Яма в Миассе, ул. Мира 1"),)))
    assert (draft_of(sure).place, draft_of(sure).address) == ("miass", "ул. Мира 1")
    unsure = settles(replace(TOLD, pieces=(Piece(3, "Яма, Миасс или Аша"),)))
    assert draft_of(unsure).place is None


@pytest.mark.parametrize("text, place", [("Скамейка", "miass"), ("Скамейка, Аша", "aша"), ("Миасс и Аша", None)])
def test_the_place_of_the_chosen_agency_fills_a_gap_and_overrules_nothing(text: str, place: str | None) -> None:
    decision = settles(replace(TOLD, named="park", pieces=(Piece(3, text),)))
    assert draft_of(decision).place == place


def test_a_known_address_and_place_are_not_overwritten() -> None:
    known = replace(TOLD, place="aша", address="дом 5", pieces=(Piece(3, "Яма в Миассе, ул. Мира"),))
    assert (draft_of(settles(known)).place, draft_of(settles(known)).address) == ("aша", "дом 5")
    unknown = replace(known, address="", address_unknown=True)
    assert draft_of(settles(unknown)).address == ""


def test_without_words_words_are_asked_for() -> None:
    """Photos only."""
    assert said(settles(Draft((Piece(3, "", (PHOTO,)),)))) == texts.ASK_WORDS


def test_without_guesses_all_groups_are_offered() -> None:
    assert step_of(settles(replace(TOLD, pieces=(Piece(3, "Непонятное"),)))) == ChoosingGroup()


# Topic, place, agency by typing.


@pytest.mark.parametrize("step", [ChoosingGroup(), ChoosingTopicOf("roads")])
def test_a_topic_may_be_typed(step: Step) -> None:
    found = writes(step, "дороге", READY)
    assert step_of(found) == ChoosingTopicOf(None, 0, ("pits", "snow"))
    assert labels(sends(found)[0])[:2] == ["Ямы на дороге", "Снег на дороге"]
    assert said(writes(step, "ъъъ", READY)).startswith("«ъъъ» не нашли")


def test_a_place_may_be_typed() -> None:
    """R59: one sure place is taken, several are asked about, none is said so."""
    nowhere = replace(READY, place=None, address="")
    assert draft_of(writes(ChoosingPlace(), "в городе Миассе", nowhere)).place == "miass"
    several = writes(ChoosingPlace(), "Миасс, Аша", nowhere)
    assert step_of(several) == ChoosingPlace(("miass", "aша")) and texts.ASK_WHICH_PLACE in said(several)
    searched = step_of(writes(ChoosingPlace(), "Округ", nowhere))
    assert isinstance(searched, ChoosingPlace) and len(searched.options) == 6
    assert said(writes(ChoosingPlace(), "ъъъ", nowhere)).startswith("«ъъъ» не нашли")


@pytest.mark.parametrize("step", [ChoosingLevel(), ChoosingAgency("region")])
def test_an_agency_may_be_typed(step: Step) -> None:
    assert step_of(writes(step, "министерство")) == ChoosingAgency(None, 0, ("roads", "health"))
    assert said(writes(step, "ъъъ")).startswith("«ъъъ» не нашли")


# The address.


def test_an_address_may_be_typed_or_shown_on_the_map() -> None:
    """R25."""
    at = replace(READY, address="", address_unknown=False)
    assert draft_of(writes(AskingAddress(), " ул. Мира,\n 1 ", at)).address == "ул. Мира, 1"
    shown = writes(AskingAddress(), "", at, location=POINT)
    assert draft_of(shown).address == "точка на карте 55.100000, 60.100000 (Парк [id1|культуры])"
    assert draft_of(shown).pieces[-1].location == POINT and step_of(shown) == Preview()


def test_an_address_of_nothing_visible_is_none() -> None:
    assert step_of(writes(AskingAddress(), "\u200b", replace(READY, address=""))) == AskingAddress()


@pytest.mark.parametrize("words", ["Фонарь не горит", ""])
def test_what_was_taken_for_an_address_and_is_none_stays_in_the_message(words: str) -> None:
    """I2, R25, seed 39508: it had crossed with the question for the address, and «Не знаю адрес» dropped it."""
    asked = replace(READY, address="")
    crossed = draft_of(writes(AskingAddress(), words or "\u200b", asked, cmid=9))
    assert crossed.address == words and crossed.pieces == READY.pieces
    unknown = draft_of(writes(Preview(), "", crossed, command=Command(actions.NO_ADDRESS), cmid=11))
    assert (unknown.address, unknown.address_unknown, unknown.taken_for_address) == ("", True, None)
    assert unknown.pieces == (*READY.pieces, *([Piece(9, words)] if words else []))


def test_a_point_anywhere_is_an_address_unless_there_is_one() -> None:
    """R25."""
    assert draft_of(writes(Idle(), "Яма", location=replace(POINT, name=""))).address == (
        "точка на карте 55.100000, 60.100000"
    )
    assert draft_of(writes(ChoosingTopic(), "", READY, location=POINT)).address == READY.address


# Edits.


def edits(step: Step, text: str, draft: Draft) -> Decision:
    return decide(facts(dialogue(step, draft)), MessageEdited(wrote(text, 3, at=NOW + timedelta(seconds=9)).message))


def test_an_edit_of_the_draft_takes_the_place_of_the_first_form() -> None:
    """T18: before the card, the new text."""
    decision = edits(Preview(), "Новая яма", READY)
    assert draft_of(decision).text == "Новая яма"
    assert said(decision).startswith(texts.EDIT_TAKEN) and "Новая яма" in said(decision)


def test_an_edit_while_the_text_is_told_is_waited_for_like_a_message() -> None:
    """A caption written by an edit must not leave the resident waiting for ever."""
    decision = edits(AskingText(), "Яма", Draft((Piece(3, "", (PHOTO,)),)))
    assert draft_of(decision).text == "Яма" and pauses(decision) == [NOW + POLICY.pause]


def test_an_edit_of_a_draft_left_for_the_menu_is_taken_quietly() -> None:
    decision = edits(Idle(), "Яма", READY)
    assert draft_of(decision).text == "Яма" and not sends(decision) and not pauses(decision)


# Changing.


def test_rewording_keeps_files_and_hides_their_old_words() -> None:
    pieces = (Piece(1, "старое"), Piece(2, "подпись", (PHOTO,)), Piece(3, "", (PHOTO,)), Piece(4, "", (), POINT))
    changed = without_words(Draft(pieces, settling_text=False))
    assert [(piece.cmid, piece.text, piece.reworded) for piece in changed.pieces] == [
        (2, "", True),
        (3, "", False),
        (4, "", False),
    ]
    assert changed.settling_text
    assert without_words(changed).pieces[0].reworded, "twice changes nothing"


def test_taking_the_files_away_keeps_the_words_and_hides_what_would_show_them() -> None:
    pieces = (Piece(1, "слова"), Piece(2, "подпись", (PHOTO,)), Piece(3, "", (PHOTO,)), Piece(4, "x", reworded=True))
    assert [(piece.cmid, piece.attachments, piece.reworded) for piece in without_files(Draft(pieces)).pieces] == [
        (1, (), False),
        (2, (), True),
        (4, (), True),
    ]


def test_a_draft_left_alone_will_be_asked_about() -> None:
    decision = writes(Preview(), "ещё", READY)
    assert [effect.at for effect in of(StartTimer, decision) if effect.name == "draft"] == [NOW + DRAFT_ASKED_AFTER]
    assert actions.SEND in [one.command.action for row in sends(decision)[0].keyboard.rows for one in row]


@pytest.mark.parametrize(
    "written, changed",
    [
        (Message(ANNA, 1, ANNA, NOW, "Яма "), False),
        (Message(ANNA, 1, ANNA, NOW, "Я\u200bма"), True),
        (Message(ANNA, 1, ANNA, NOW, "\u2029 Яма"), True),
        (Message(ANNA, 1, ANNA, NOW, "Яма", forwarded=1), True),
        (Message(ANNA, 1, ANNA, NOW, "Яма", reply=Reply(3, ANNA)), True),
        (Message(ANNA, 1, ANNA, NOW, "Яма", quoted=("https://a.ru",)), True),
    ],
)
def test_what_vk_shows_beside_the_words_is_remembered(written: Message, changed: bool) -> None:
    """T2, T12: hidden characters, messages inside and the one answered to are not forwarded."""
    assert piece_of(written).reworded is changed


def test_words_of_messages_inside_are_told() -> None:
    written = Message(ANNA, 1, ANNA, NOW, "Вот", forwarded=2, quoted=("Яма у дома", "\u200b"))
    assert piece_of(written).text == "Вот\nПереслано: Яма у дома"


@pytest.mark.parametrize(
    ("text", "offered"), [("Пожарный водоём в снегу", ("snow",)), ("Пожар, горит дом, рядом снег", ("snow", "fire"))]
)
def test_an_urgent_topic_is_offered_only_where_danger_was_heard(text: str, offered: tuple[str, ...]) -> None:
    """R28: «не горит фонарь» is no «Пожар»."""
    assert guess_of(facts(), Draft((Piece(3, text),), warned=bool(alarms(text)))).topics == offered


def test_a_topic_that_the_text_says_plainly_is_not_asked() -> None:
    """Shown before sending, where it can be changed; a doubtful one is asked."""
    told = understand_text(facts(), Draft((Piece(3, "Точно яма, Миасс, ул. Мира, 1"),)))
    assert told.topic == "pits" and understand_text(facts(), replace(told, topic="snow")).topic == "snow"
    assert understand_text(facts(), Draft((Piece(3, "Яма, Миасс"),))).topic is None


def test_a_sentence_that_names_no_place_is_kept_where_a_place_is_asked_for() -> None:
    """I1: it was dropped with «Такого не нашли» (seed 436)."""
    step, bare = ChoosingPlace(), Draft((Piece(3, "Снег"),), topic="snow")
    kept = decide(facts(dialogue(step, bare)), wrote("И ещё вот что было", 9))
    assert kept.dialogue is not None and kept.dialogue.draft.text == "Снег\nИ ещё вот что было"
    assert texts.TEXT_ADDED in said(kept) and step_of(kept) == step
    slip = decide(facts(dialogue(step, bare)), wrote("Златоутс", 9))
    assert slip.dialogue is not None and slip.dialogue.draft.text == "Снег" and "не нашли" in said(slip)


def test_a_sentence_that_names_no_topic_is_kept_where_a_topic_is_asked_for() -> None:
    kept = decide(facts(dialogue(ChoosingGroup(), Draft((Piece(3, "Снег"),)))), wrote("И ещё вот что", 9))
    assert kept.dialogue is not None and kept.dialogue.draft.text == "Снег\nИ ещё вот что"
