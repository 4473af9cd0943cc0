"""What an event needs is seen in it and in the step of its dialogue; the storage knows no button (design.md §4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from handlers.lifecycle.asking import TASK_TIMER
from handlers.needs import after_restore, needs, part_of_number
from handlers.text import actions
from handlers.views.turn import ADDING_TIMER
from states.dialogue import (
    AddingTo,
    AskingText,
    ChoosingSame,
    ConfirmingErasure,
    ConfirmingWithdrawal,
    Draft,
    Idle,
    Preview,
    Rating,
    ShowingAppeal,
)
from states.events import (
    ButtonPressed,
    ChatAction,
    ChatChanged,
    DeliveryEnded,
    DeliveryOutcome,
    ErasureAsked,
    MessageEdited,
    MessageNew,
    RereadFailed,
    RoutesChanged,
    SourceRead,
    TimerFired,
)
from states.facts import Listing, WantedFacts
from states.lifecycle.appeal import Piece
from states.messages import Command, Message, Reply
from tests.handlers.given import ANNA, OFFICIAL, READY, ROADS_CHAT, dialogue
from tests.small import NOW

CODE = "1124-AAAA"


def written(text: str, peer: int = ANNA, command: Command | None = None, reply: int = 0) -> Message:
    to = Reply(reply, -1) if reply else None
    return Message(peer, 20, OFFICIAL if peer == ROADS_CHAT else peer, NOW, text, command=command, reply=to)


def wanted_in_chat(text: str) -> WantedFacts:
    return needs(MessageNew(written(text, ROADS_CHAT)), None)


def pressed(action: str, value: str = "", peer: int = ROADS_CHAT) -> ButtonPressed:
    return ButtonPressed("e", peer, OFFICIAL, 50, Command(action, value), NOW)


# In a chat.


def test_words_that_are_added_in_a_moment_ask_for_what_the_button_would() -> None:
    wanted = needs(TimerFired(ADDING_TIMER, CODE, ANNA, NOW), None)
    assert wanted.codes == {CODE} and wanted.every_chat and wanted.leads and wanted.also_told


def test_a_reply_of_a_resident_is_about_the_number_that_was_replied_to() -> None:
    told = replace(written("вот ещё что", reply=7), reply=Reply(7, -1, "1124-AAAA"))
    wanted = needs(MessageNew(told), None)
    assert wanted.about == "1124-AAAA" and wanted.codes == {"1124-AAAA"} and wanted.message == (ANNA, 7)


def test_an_official_names_appeals_in_the_text_and_by_a_reply() -> None:
    for event in (MessageNew, MessageEdited):
        wanted = needs(event(written("про 1124-aaaa", ROADS_CHAT, reply=7)), None)
        assert (wanted.codes, wanted.message, wanted.user) == ({CODE}, (ROADS_CHAT, 7), OFFICIAL)
        assert wanted.officials and wanted.leads and not wanted.every_chat


def test_a_command_names_agencies() -> None:
    assert wanted_in_chat("/направить Вода").every_chat and not wanted_in_chat("// не вам").every_chat


@pytest.mark.parametrize(
    ("text", "listing", "part"),
    [
        ("/мои", Listing.MINE, ""),
        ("/Просрочено", Listing.OVERDUE, ""),
        ("/найти №0714-к7", Listing.FOUND, "0714-K7"),
        ("/найти 07", None, ""),
        ("/найти", None, ""),
        ("мои", None, ""),
    ],
)
def test_a_list_is_asked_for_by_a_word(text: str, listing: Listing | None, part: str) -> None:
    wanted = wanted_in_chat(text)
    assert (wanted.listing, wanted.number_part) == (listing, part)


def test_the_history_is_asked_for_by_a_word_or_a_button() -> None:
    assert wanted_in_chat("/история").history and not wanted_in_chat("/мои").history
    assert needs(pressed(actions.WHO), None).history and not needs(pressed(actions.ACCEPT), None).history


def test_a_code_is_typed_after_its_word() -> None:
    assert wanted_in_chat("/код ABCD-EFGH").chat_code == "ABCD-EFGH"
    assert wanted_in_chat("ABCD-EFGH").chat_code == wanted_in_chat("/код").chat_code == ""


def test_a_button_in_a_chat_needs_all_chats_and_those_who_heard_the_same() -> None:
    wanted = needs(pressed(actions.ACCEPT, CODE), None)
    assert (wanted.message, wanted.codes, wanted.user) == ((ROADS_CHAT, 50), {CODE}, OFFICIAL)
    assert wanted.every_chat and wanted.also_told and wanted.person is None
    own = needs(pressed(actions.ACCEPT, peer=ANNA), None)
    assert (own.every_chat, own.user) == (False, 0)


def test_a_question_about_a_member_names_the_chat_and_the_person() -> None:
    for action in (actions.ADMIT, actions.REFUSE_MEMBER):
        assert needs(pressed(action, f"{ROADS_CHAT} 10"), None).person == (ROADS_CHAT, 10)
    for value in ("", "10", "x y", "1" * 40 + " 10"):
        assert needs(pressed(actions.ADMIT, value), None).person is None


# A resident.


def test_who_takes_words_back_needs_those_who_hear_the_same() -> None:
    """Pressed, typed where it is asked for, or read in the window of a restore."""
    for action in (actions.WITHDRAW_YES, actions.ERASE_YES):
        assert needs(MessageNew(written("", command=Command(action, CODE))), None).also_told
    for step in (ConfirmingWithdrawal(CODE), ConfirmingErasure()):
        assert needs(MessageNew(written("Да")), dialogue(step)).also_told
    for event in (RereadFailed(ANNA, ()), ErasureAsked(ANNA, NOW)):
        assert needs(event, None).also_told
    offered = Draft((Piece(3, "дом 14, а не 4"),), offered=True)
    assert needs(MessageNew(written("Да")), dialogue(AskingText(), offered)).also_told, "«Это к сообщению …?»"
    assert not needs(MessageNew(written("Да")), dialogue()).also_told
    assert not needs(MessageNew(written("Да")), dialogue(AskingText(), replace(offered, offered=False))).also_told


def test_a_resident_names_an_appeal_by_a_button_only() -> None:
    assert needs(MessageNew(written(CODE)), None) == WantedFacts(officials=True, leads=True)
    assert needs(MessageNew(written("Да", command=Command(actions.APPEAL, CODE))), None).codes == {CODE}


def test_a_step_shows_its_appeal_however_old() -> None:
    event = MessageNew(written("да"))
    own = ChoosingSame(CODE, own=True)
    for step in (ShowingAppeal(CODE), AddingTo(CODE), ConfirmingWithdrawal(CODE), Rating(CODE), own):
        wanted = needs(event, dialogue(step, Draft()))
        assert (wanted.shown, wanted.joins) == ({CODE}, None)
    other = needs(event, dialogue(ChoosingSame(CODE, own=False), Draft()))
    assert (other.shown, other.joins) == (frozenset(), CODE)
    assert needs(event, dialogue(Idle(), Draft())).shown == frozenset()


def test_others_are_compared_where_the_draft_is_about_to_leave() -> None:
    said = MessageNew(written("слова"))
    sends = [
        MessageNew(written("Отправить!")),
        MessageEdited(written("Отправить")),
        MessageNew(written("", command=Command(actions.SEND))),
        pressed(actions.SEND, peer=ANNA),
    ]
    pair = (READY.topic, READY.place)
    assert needs(said, dialogue(Preview(), READY)).alike == pair
    assert all(needs(event, dialogue(Idle(), READY)).alike == pair for event in sends)
    others = [said, RoutesChanged(ANNA, NOW), pressed(actions.BACK, peer=ANNA)]
    assert all(needs(event, dialogue(Idle(), READY)).alike is None for event in others)
    assert needs(said, dialogue(Preview(), Draft())).alike is None


def test_a_draft_needs_every_chat_for_who_gets_it_and_names_its_first_message() -> None:
    event = MessageNew(written("слова"))
    wanted = needs(event, dialogue(Preview(), READY))
    assert wanted.every_chat and wanted.first == min(piece.cmid for piece in READY.pieces)
    named = needs(event, dialogue(Idle(), Draft(named="roads")))
    assert named.every_chat and named.first == 20
    assert not needs(event, dialogue(Idle(), Draft())).every_chat
    assert needs(MessageEdited(event.message), dialogue(Idle(), Draft())).first is None


# What nobody said.


def test_a_timer_and_a_report_are_about_the_author_of_an_appeal() -> None:
    timer = needs(TimerFired("deadline", CODE, ROADS_CHAT, NOW), None)
    report = needs(DeliveryEnded("c", "card", ROADS_CHAT, CODE, DeliveryOutcome.SENT, NOW), None)
    assert timer == report == WantedFacts(codes=frozenset({CODE}), of_author=True, officials=True)
    assert needs(DeliveryEnded("c", "screen", ANNA, "", DeliveryOutcome.SENT, NOW), None).codes == frozenset()
    assert needs(TimerFired("spikes", "spikes", 0, NOW), None).spikes and not timer.spikes
    assert needs(TimerFired("incidents", "incidents", 0, NOW), None) == WantedFacts(incidents=True, every_chat=True)
    leave = needs(TimerFired("leave", f"{CODE} v1|101|answer|2|20|0", ROADS_CHAT, NOW), None)
    assert leave.leads and leave.also_told and leave.codes == frozenset({CODE}), "to whom the words are said"
    task = needs(TimerFired("task", f"{CODE}:1", ROADS_CHAT, NOW), None)
    assert task.every_chat and task.leads and CODE in task.codes, "what is given back may go to any agency"


def test_new_routes_need_those_who_wait_and_no_officials() -> None:
    assert needs(RoutesChanged(ROADS_CHAT, NOW), None) == WantedFacts(waiting=True, every_chat=True, leads=True)
    came = ChatChanged(ROADS_CHAT, 4, OFFICIAL, NOW, ChatAction.MEMBER_CAME, 11)
    assert needs(came, None) == WantedFacts(officials=True, leads=True)


def test_a_part_of_a_number_as_people_type_it() -> None:
    typed = {"0714": "0714", "№0714-к7": "0714-K7", " 0714 - АВСЕ ": "0714-ABCE", "k7q": "K7Q", "07": "", "%": "",
             "07_4": "", "---": "", "-K7Q": ""}  # fmt: skip
    assert {one: part_of_number(one) for one in typed} == typed


def test_what_is_read_again_needs_its_appeal_and_everybody_to_whom_it_is_said() -> None:
    wanted = needs(SourceRead(2_000_000_001, "1124-AAAA", 20, "seen", None, True, NOW), None)
    assert wanted.codes == {"1124-AAAA"} and wanted.also_told and wanted.leads and wanted.every_chat


def test_what_is_given_back_may_go_to_any_agency() -> None:
    wanted = needs(TimerFired(TASK_TIMER, "1124-AAAA", ANNA, NOW), None)
    assert wanted.codes == {"1124-AAAA"} and wanted.of_author and wanted.every_chat and wanted.leads


def test_whatever_draft_a_window_leaves_its_preview_knows_every_chat() -> None:
    """R35: «сначала прочитает ЦУР» was said of what went to the administration."""
    event = RereadFailed(ANNA, ())
    assert not needs(event, dialogue()).every_chat and after_restore(frozenset())(event, dialogue()).every_chat
    assert after_restore(frozenset({CODE}))(event, None).codes == {CODE}, "however old"
