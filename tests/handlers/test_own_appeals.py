"""What residents do with what they have sent; another's message is out of reach, whatever is forged (I4, T3, T18)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.resident.drafting import piece_of
from handlers.text import actions, texts, texts_chat
from states.decision import Decision
from states.dialogue import (
    AddingTo,
    AskingText,
    ConfirmingWithdrawal,
    Draft,
    Idle,
    ListingAppeals,
    Preview,
    ShowingAppeal,
)
from states.effects import CancelSend, CancelTimer, Edit, Kind, Source
from states.events import MessageEdited
from states.lifecycle.appeal import Action, Appeal, Piece, Status
from states.messages import Location, Reply
from tests.handlers.given import (
    ANNA,
    BORIS,
    CUR_CHAT,
    PHOTO,
    READY,
    ROADS_CHAT,
    SECRET_CHAT,
    appeal,
    dialogue,
    facts,
    in_cur,
    labels,
    of,
    said,
    sends,
    tapped,
    wrote,
)
from tests.small import COMMUNITY, NOW

CODE = "1124-AAAA"
HIDDEN = appeal(agency="secret", topic="fire", chat=SECRET_CHAT)
NAMING = [actions.APPEAL, actions.ADD, actions.WITHDRAW, actions.WITHDRAW_YES]


def taps(action: str, *mine: Appeal, value: str = CODE, talk: Any = None, **more: Any) -> Decision:
    return decide(facts(talk or dialogue(), appeals=mine, **more), tapped(action, value))


def adds(held: Appeal, text: str = "и ещё", **more: Any) -> Decision:
    return decide(facts(dialogue(AddingTo(CODE)), appeals=(held,)), wrote(text, **more))


def edits(held: Appeal, text: str = "Снег и лёд", cmid: int = 3, draft: Draft | None = None, at: Any = NOW) -> Decision:
    event = MessageEdited(wrote(text, cmid, at=at).message)
    return decide(facts(dialogue(Idle(), draft or Draft()), appeals=(held,)), event)


# Sending.


def test_sending_gives_the_number_at_once_and_the_card_to_the_agency() -> None:
    """R35, R4, R22."""
    decision = taps(actions.SEND, value="", talk=dialogue(Preview(), READY))
    (sent,) = decision.appeals
    assert (sent.code, sent.status, sent.agency, sent.chat, sent.version) == (
        CODE, Status.ROUTED, "roads", ROADS_CHAT, 2,
    )  # fmt: skip
    assert (sent.resident, sent.source, sent.pieces, sent.address) == (ANNA, 3, READY.pieces, READY.address)
    assert [(entry.action, entry.version, entry.actor) for entry in decision.history] == [
        (Action.SUBMIT, 1, ANNA),
        (Action.ROUTE, 2, ANNA),
    ]
    assert sends(decision)[-1].appeal == CODE, "a reply to it is an addition"
    assert "\n№1124-AAAA" in said(decision) and "Ответит Миндор завтра до 13:00." in said(decision)
    assert decision.dialogue is not None and (decision.dialogue.step, decision.dialogue.draft) == (Idle(), Draft())
    assert {effect.name for effect in of(CancelTimer, decision)} == {"pause", "draft"}


def test_what_has_no_route_goes_to_the_cur_and_without_one_it_waits() -> None:
    """R22, F16."""
    odd = dialogue(Preview(), replace(READY, topic="odd"))
    assert "центр управления регионом" in said(taps(actions.SEND, value="", talk=odd))
    waiting = taps(actions.SEND, value="", talk=odd, chats={})
    assert waiting.appeals[0].status is Status.WAITING and texts.WAITS in said(waiting)


def test_whom_the_resident_chose_is_marked() -> None:
    decision = taps(actions.SEND, value="", talk=dialogue(Preview(), replace(READY, named="secret", settled=True)))
    assert decision.appeals[0].chosen_by_resident and decision.appeals[0].agency == "secret"


# Looking.


@pytest.mark.parametrize("action", NAMING)
@pytest.mark.parametrize("mine", [(), (appeal(resident=BORIS, pieces=(Piece(3, "чужая тайна"),)),)])
def test_anothers_number_is_not_among_yours(action: str, mine: tuple[Appeal, ...]) -> None:
    """I4, T3: nothing of it is shown and nothing done."""
    decision = taps(action, *mine)
    assert said(decision).startswith(texts.NOT_YOURS)
    assert "чужая тайна" not in said(decision) and not decision.appeals
    assert decision.dialogue is not None and decision.dialogue.step == ListingAppeals()


def test_an_appeal_is_shown_with_what_can_be_done() -> None:
    decision = taps(actions.APPEAL, appeal())
    assert decision.dialogue is not None and decision.dialogue.step == ShowingAppeal(CODE)
    assert labels(sends(decision)[0])[:2] == ["Дополнить", "Отозвать"]


def test_done_leads_to_the_menu() -> None:
    assert said(taps(actions.DONE, value="что угодно")) == texts.MENU


# Withdrawing.


def test_withdrawing_is_asked_about_first() -> None:
    decision = taps(actions.WITHDRAW, appeal())
    assert decision.dialogue is not None and decision.dialogue.step == ConfirmingWithdrawal(CODE)
    assert not decision.appeals


def test_a_withdrawn_one_is_marked_where_its_card_is() -> None:
    """F32, R34."""
    decision = taps(actions.WITHDRAW_YES, appeal())
    assert [(one.status, one.version) for one in decision.appeals] == [(Status.WITHDRAWN, 3)]
    assert [(entry.action, entry.actor) for entry in decision.history] == [(Action.WITHDRAW, ANNA)]
    assert said(decision, ROADS_CHAT) == texts_chat.withdrawn_in_chat(CODE)
    (edit,) = of(Edit, decision)
    assert "Состояние: отозвано" in edit.text and edit.keyboard is None
    assert texts.WITHDRAWN.format(code=CODE) in said(decision)


@pytest.mark.parametrize("unsent", [[""], ["", ".1", ".2"], ["|d1", ".1"]])
def test_a_card_that_has_not_left_never_leaves(unsent: list[str]) -> None:
    """F32: the chat hears nothing of it at all."""
    causes = {appeal().card + one for one in unsent}
    decision = taps(actions.WITHDRAW_YES, appeal(), unsent=frozenset({*causes, "v1|101|answer|2000000001|5|0"}))
    assert {effect.cause for effect in of(CancelSend, decision)} == causes
    assert not sends(decision, ROADS_CHAT) and not of(Edit, decision)


def test_a_card_of_which_a_part_has_left_is_cut_short_and_marked() -> None:
    """F32: the chat has seen its beginning, so it must hear that no answer is wanted."""
    decision = taps(actions.WITHDRAW_YES, appeal(), unsent=frozenset({f"{appeal().card}.1"}))
    assert [effect.cause for effect in of(CancelSend, decision)] == [f"{appeal().card}.1"]
    assert said(decision, ROADS_CHAT) == texts_chat.withdrawn_in_chat(CODE) and len(of(Edit, decision)) == 1


def test_a_waiting_one_without_a_chat_is_withdrawn_in_silence() -> None:
    decision = taps(actions.WITHDRAW_YES, in_cur(chat=None, card=""), unsent=frozenset({"", ".1"}))
    assert decision.appeals[0].status is Status.WITHDRAWN
    assert not of(CancelSend, decision) and [send.peer for send in sends(decision)] == [ANNA]


@pytest.mark.parametrize("action", [actions.WITHDRAW, actions.WITHDRAW_YES])
@pytest.mark.parametrize("status", [Status.ANSWERED, Status.WITHDRAWN])
def test_what_is_over_cannot_be_withdrawn(action: str, status: Status) -> None:
    """R34: also by an old «Да, отозвать»."""
    decision = taps(action, appeal(status=status))
    assert not decision.appeals and "уже нельзя отозвать" in said(decision)


# Adding.


def test_what_is_written_is_added_until_done() -> None:
    """R26."""
    assert said(taps(actions.ADD, appeal())) == texts.ADDING.format(code=CODE)
    decision = adds(appeal(), attachments=(PHOTO,))
    (more,) = decision.appeals
    assert [piece.text for piece in more.pieces] == ["Снег во дворе", "и ещё"] and more.version == 3
    assert decision.dialogue is not None and decision.dialogue.step == AddingTo(CODE)
    (added,) = sends(decision, ROADS_CHAT)
    assert (added.kind, added.forward, added.copy, added.report) == (Kind.ADDITION, Source(ANNA, (10,)), None, True)
    assert added.fallback == "и ещё" and "и ещё" not in added.text


@pytest.mark.parametrize(("words", "shown"), [("Требуют взятку за это", True), ("и ещё снег", False)])
def test_a_card_whose_buttons_are_others_since_what_was_added_shows_them(words: str, shown: bool) -> None:
    """R30: of a crime an agency declines nothing, and whatever menu stands on the card offered it."""
    work = appeal(status=Status.IN_WORK)
    for decision in (adds(work, words), edits(work, words)):
        assert [edit.target for edit in of(Edit, decision) if edit.peer == ROADS_CHAT] == [work.card] * shown


def test_a_point_is_added_too() -> None:
    (added,) = sends(adds(appeal(), "", location=Location(55.1, 60.1)), ROADS_CHAT)
    assert "55.100000" in added.fallback


def test_a_hidden_author_stays_hidden_when_he_adds() -> None:
    """design.md §12: words and copied files, no forward; the ЦУР sees the original."""
    (added,) = sends(adds(HIDDEN, "и @all ещё"), SECRET_CHAT)
    assert added.forward is None and added.copy is None and "и @ all ещё" in added.text
    (seen,) = sends(adds(replace(HIDDEN, chat=CUR_CHAT)), CUR_CHAT)
    assert seen.forward == Source(ANNA, (10,)) and seen.copy is None


def test_a_photo_of_a_hidden_author_is_added_without_words() -> None:
    (added,) = sends(adds(HIDDEN, "", attachments=(PHOTO,)), SECRET_CHAT)
    assert added.text == texts_chat.addition(CODE) and added.copy == Source(ANNA, (10,))


def test_an_addition_to_what_no_chat_has_goes_with_its_card_later() -> None:
    decision = adds(in_cur(chat=None, card=""))
    assert len(decision.appeals[0].pieces) == 2 and [send.peer for send in sends(decision)] == [ANNA]


def test_nothing_is_added_to_a_withdrawn_one() -> None:
    """R34: by its button, and by a reply."""
    gone = appeal(status=Status.WITHDRAWN)
    cannot = texts.CANNOT_ADD.format(code=CODE)
    pressed = taps(actions.ADD, gone)
    assert not pressed.appeals and said(pressed).startswith(cannot)
    talk = dialogue(AskingText(), Draft().adding(piece_of(wrote("Яма", cmid=9).message)))
    replied = decide(facts(talk, appeals=(gone,), linked=gone), wrote("ещё", reply=Reply(5, -COMMUNITY)))
    assert not replied.appeals and said(replied).startswith(texts.ADDING_OVER.format(code=CODE))
    assert replied.dialogue is not None and replied.dialogue.draft.text == "Яма\nещё"  # what is told goes on (I14)


@pytest.mark.parametrize("status, offers", [(Status.WITHDRAWN, False), (Status.CLOSED, True), (Status.DECLINED, True)])
def test_a_reply_to_what_is_over_begins_a_new_one(status: Status, offers: bool) -> None:
    """I2, R42: nobody types twice; where the old one can be opened again, its button is there."""
    over = appeal(status=status)
    other = appeal(code="1124-BBBB", source=7, status=Status.ASKED)
    known = facts(dialogue(), appeals=(over, other), linked=over)
    decision = decide(known, wrote("Опять яма", reply=Reply(5, -COMMUNITY)))
    assert not decision.appeals, "and it is no answer to the question about another one"
    assert decision.dialogue is not None and decision.dialogue.draft.text == "Опять яма"
    (told,) = sends(decision)
    assert told.text.startswith(texts.ADDING_OVER.format(code=CODE))
    assert (labels(told) == ["Не решено"]) is offers and (texts.OR_NOT_SOLVED in told.text) is offers


def test_what_is_written_once_nothing_can_be_added_begins_anew() -> None:
    """I2: the words are not lost, and the resident hears why they went elsewhere."""
    decision = adds(appeal(status=Status.CLOSED), "Погас фонарь")
    assert not decision.appeals and said(decision) == texts.ADDING_OVER.format(code=CODE)
    assert decision.dialogue is not None and decision.dialogue.step == AskingText()
    assert decision.dialogue.draft.text == "Погас фонарь"


def test_adding_that_was_left_open_for_a_day_is_over() -> None:
    """Few press «Готово»; days later the words are about something else, and the old message is not touched."""
    late = NOW + timedelta(days=1, seconds=1)
    talk = replace(dialogue(AddingTo(CODE)), touched_at=NOW)
    decision = decide(facts(talk, appeals=(appeal(),), now=late), wrote("Погас фонарь", at=late))
    assert not decision.appeals and not sends(decision)
    assert decision.dialogue is not None and decision.dialogue.step == AskingText()
    drafting = replace(talk, draft=Draft().adding(piece_of(wrote("Яма", cmid=9).message)))
    more = decide(facts(drafting, appeals=(appeal(),), now=late), wrote("Погас фонарь", at=late))
    assert more.dialogue is not None and more.dialogue.draft.text == "Яма\nПогас фонарь"
    soon = decide(facts(talk, appeals=(appeal(),), now=NOW + timedelta(hours=23)), wrote("и ещё"))
    assert soon.appeals[0].pieces[-1].text == "и ещё"


def test_adding_to_one_that_is_not_yours_ends_in_the_list() -> None:
    """I4."""
    for mine in ((), (appeal(resident=BORIS),)):
        decision = decide(facts(dialogue(AddingTo(CODE)), appeals=mine), wrote("ещё"))
        assert not decision.appeals and said(decision).startswith(texts.NOT_YOURS)


def test_a_reply_to_what_the_bot_said_of_an_appeal_is_added_to_it() -> None:
    reply = Reply(5, -COMMUNITY)
    decision = decide(facts(dialogue(), appeals=(appeal(),), linked=appeal()), wrote("ещё не убрали", reply=reply))
    assert decision.appeals[0].pieces[-1].text == "ещё не убрали"
    strange = decide(facts(dialogue(), linked=appeal(resident=BORIS)), wrote("ещё не убрали", reply=reply))
    assert not strange.appeals, "I4"


# Edits of what was sent.


def test_an_edit_after_sending_is_a_correction_once_for_each() -> None:
    """T18."""
    first, second = edits(appeal()), edits(appeal(), "Лёд", at=NOW + timedelta(seconds=1))
    (told,) = sends(first, ROADS_CHAT)
    assert told.text == texts_chat.correction(CODE, "Снег и лёд") and told.report
    assert first.appeals[0].pieces[0].text == "Снег и лёд" and first.history[0].reason == "правка"
    assert said(first) == texts.EDIT_TAKEN
    assert not {send.cause for send in sends(first)} & {send.cause for send in sends(second)}, "I7"


def test_an_edit_of_what_no_chat_has_is_kept_for_its_card() -> None:
    decision = edits(in_cur(chat=None, card=""))
    assert decision.appeals[0].text == "Снег и лёд" and [send.peer for send in sends(decision)] == [ANNA]


def test_an_edit_touches_only_its_own_piece() -> None:
    pieces = (Piece(3, "", (PHOTO,), reworded=True), Piece(4, "Лёд"))
    (changed,) = edits(appeal(pieces=pieces), "подпись").appeals
    assert changed.pieces[0].reworded, "its message would still show what was taken back"
    assert changed.pieces[1] == pieces[1]


def test_words_that_stand_in_the_card_stay_there_when_an_edit_takes_the_file_away() -> None:
    """Seed 10452 (I2): the edited message could be forwarded, but the card was not sent with it."""
    link = replace(PHOTO, kind="link")
    (changed,) = edits(
        appeal(pieces=(Piece(3, "Снег", (link,), at=NOW),)), "Снег и лёд", at=NOW + timedelta(hours=1)
    ).appeals
    assert changed.pieces == (Piece(3, "Снег и лёд", (), reworded=True),)
    assert changed.pieces[0].at == NOW, "an edit is another wording of what was said then"


@pytest.mark.parametrize(
    "held, cmid, reason",
    [(appeal(), 99, "никуда не передано"), (appeal(status=Status.WITHDRAWN), 3, "закрытого сообщения")],
)
def test_other_edits_are_ignored_with_a_reason(held: Appeal, cmid: int, reason: str) -> None:
    """I1."""
    decision = edits(held, cmid=cmid)
    assert decision.ignored and reason in decision.ignored and not decision.effects


def test_a_long_correction_leaves_in_parts() -> None:
    parts = sends(edits(appeal(), "слово " * 1500), ROADS_CHAT)
    assert len(parts) == 3 and [part.report for part in parts] == [False, False, True]


def test_the_cur_is_told_what_it_holds() -> None:
    assert sends(edits(in_cur()), CUR_CHAT)
