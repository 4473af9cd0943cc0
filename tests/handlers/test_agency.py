"""The officials' side: replies to cards are relayed to their author, everything else is not (I3, I4, T6, T7)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.answering import READ_BY
from handlers.text import actions, texts, texts_chat
from states.decision import Decision
from states.effects import AnswerButton, CancelSend, Edit, Kind, Source
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.tasks import Job
from states.messages import Attachment, Reply
from states.people.chats import Chat
from tests.handlers.given import (
    ANNA,
    CUR_CHAT,
    OFFICIAL,
    PHOTO,
    ROADS_CHAT,
    SECRET_CHAT,
    appeal,
    cur,
    facts,
    in_cur,
    labels,
    of,
    pushed,
    replied,
    roads,
    said,
    sends,
)
from tests.handlers.in_chat import busy, given_back, pick, snack, task_of, the
from tests.small import COMMUNITY, NOW, REGION

ANSWER = f"v1|{COMMUNITY}|answer|{ROADS_CHAT}|20|0"
VIDEO = Attachment("video")
CODE = "1124-AAAA"


def answers(text: str = "Снег вчера убрали, двор чистый", linked: Appeal | None = None, **more: Any) -> Decision:
    chat = more.pop("chat", roads())
    return decide(facts(chat=chat, linked=linked if linked else appeal()), replied(text, **more))


def presses(action: str, value: str = "", linked: Appeal | None = None, **more: Any) -> Decision:
    chat: Chat | None = more.pop("chat", roads())
    unsent = more.pop("unsent", frozenset())
    held = appeal() if linked is None else linked
    return decide(facts(chat=chat, linked=held, appeals=(held,), unsent=unsent), pushed(action, value, **more))


def spinner(decision: Decision) -> str:
    (stopped,) = of(AnswerButton, decision)
    assert (stopped.event_id, stopped.peer, stopped.user) == ("e1", ROADS_CHAT, OFFICIAL)
    return str(stopped.text)


def test_a_reply_to_a_card_goes_to_its_resident_after_the_undo_window() -> None:
    """I3, T6: to one person, once, not before it can be undone no more."""
    (answer,) = sends(answers(), ANNA)
    assert (
        answer.text
        == "Ответ на сообщение №1124-AAAA\nМинистерство дорог:\n\nСнег вчера убрали, двор чистый\n\nВопрос решён?"
    )
    assert (answer.kind, answer.cause, answer.report) == (Kind.ANSWER, ANSWER, True)
    assert answer.not_before == NOW + READ_BY, "held until its message was read again (sources.py)"
    assert answer.source == Source(ROADS_CHAT, (20,)), "T27: whose words these are"


def test_the_official_is_offered_to_undo_it_under_his_own_message() -> None:
    """T6."""
    (offer,) = sends(answers(), ROADS_CHAT)
    assert labels(offer) == ["Отменить", "Это промежуточный", "Это вопрос"]
    assert offer.reply_to == 20 and offer.keyboard is not None and offer.keyboard.inline
    assert offer.keyboard.rows[0][0].command.value == ANSWER
    assert "через 30 секунд" in offer.text


@pytest.mark.parametrize(
    "reply, linked, reason",
    [
        (None, None, "не ответ на карточку"),
        (Reply(7, OFFICIAL), None, "ответ не боту"),
        (Reply(7, -999), appeal(), "ответ не боту"),
        (Reply(7, OFFICIAL), appeal(), "ответ не боту"),
    ],
)
def test_talk_in_the_chat_is_never_relayed(reply: Reply | None, linked: Appeal | None, reason: str) -> None:
    """T7, I4: whatever appeal it might be about."""
    decision = decide(facts(chat=roads(), linked=linked), replied("Что делать по №1124-AAAA?", reply=reply))
    assert decision == Decision(ignored=reason)


@pytest.mark.parametrize("text", ["/направить minzhkh", "/промежуточный до 10.12.2026: едем", "/принять", "/закрыть"])
def test_a_word_to_another_community_is_not_for_us(text: str) -> None:
    """In a chat of two communities only the one whose card was replied to answers (twins, seed 0)."""
    assert answers(text, reply=Reply(7, -999)) == Decision(ignored="ответ не боту")


@pytest.mark.parametrize("text", ["// между нами", "//", "  //x"])
def test_an_inner_note_is_never_relayed_even_as_a_reply(text: str) -> None:
    """T7."""
    assert answers(text) == Decision(ignored="внутренняя заметка")


def test_a_bot_in_the_chat_is_not_an_official() -> None:
    """I4."""
    assert answers(author=-55) == Decision(ignored="написал не человек")


def test_a_reply_to_another_message_of_the_bot_asks_for_the_card() -> None:
    """T6: the bot never guesses by a number in the text."""
    decision = decide(facts(chat=roads()), replied("по №1124-AAAA: сделано"))
    assert said(decision, ROADS_CHAT) == texts_chat.NOT_A_CARD
    assert not sends(decision, ANNA)


@pytest.mark.parametrize(
    "linked, words",
    [
        (appeal(status=Status.WITHDRAWN), "он отозвал"),
        (appeal(status=Status.MERGED, incident="1124-BBBB"), "рассматривают вместе с №1124-BBBB"),
        (appeal(chat=CUR_CHAT, status=Status.WAITING), "не у этого чата"),
        (appeal(chat=SECRET_CHAT), "не у этого чата"),
        (appeal(chat=None), "не у этого чата"),
    ],
)
def test_only_the_chat_that_holds_the_appeal_answers(linked: Appeal, words: str) -> None:
    """I4: an old card in a chat that had it before gives no right; nor a withdrawn one."""
    decision = answers(linked=linked)
    assert words in said(decision, ROADS_CHAT)
    assert not sends(decision, ANNA) and not decision.appeals


@pytest.mark.parametrize("text, files", [("", ()), (" \u200b", ()), ("", (VIDEO,))])
def test_an_answer_that_would_carry_nothing_does_not_leave(text: str, files: tuple[Attachment, ...]) -> None:
    decision = answers(text, attachments=files)
    assert said(decision, ROADS_CHAT) == texts_chat.NOTHING_TO_SEND
    assert not sends(decision, ANNA)


@pytest.mark.parametrize(
    "files", [(PHOTO,), (Attachment("doc"),), (Attachment("video", reference="video1_2"),), (PHOTO, VIDEO)]
)
def test_files_of_an_answer_are_copied_from_the_officials_message(files: tuple[Attachment, ...]) -> None:
    (answer,) = sends(answers("", attachments=files), ANNA)
    assert answer.copy == Source(ROADS_CHAT, (20,))
    assert "Ответ во вложении." in answer.text


@pytest.mark.parametrize("file", [VIDEO, Attachment("неизвестный вид")])
def test_a_file_that_cannot_be_passed_is_not_dropped_in_silence(file: Attachment) -> None:
    """What could not be passed is said to both sides; the copying finds out what that is."""
    (answer,) = sends(answers("Смотрите видео", attachments=(file,)), ANNA)
    assert answer.copy == Source(ROADS_CHAT, (20,))


def test_words_alone_are_not_copied() -> None:
    (answer,) = sends(answers(), ANNA)
    assert answer.copy is None


def test_a_long_answer_leaves_in_parts_of_which_the_last_reports() -> None:
    parts = sends(answers("слово " * 1500), ANNA)
    assert [part.cause for part in parts] == [ANSWER, f"{ANSWER}.1", f"{ANSWER}.2"]
    assert [part.report for part in parts] == [False, False, True]
    assert len({part.not_before for part in parts}) == 1


def test_the_cur_answers_in_its_own_name_what_it_holds() -> None:
    """R22."""
    decision = answers(linked=in_cur(), chat=cur(), peer=CUR_CHAT)
    assert "Центр управления регионом:" in said(decision, ANNA)


# Buttons on a card.


def test_accepting_tells_the_resident_who_took_it_and_renews_the_card() -> None:
    """R36, R34."""
    decision = presses(actions.ACCEPT, CODE)
    assert [(one.status, one.version) for one in decision.appeals] == [(Status.IN_WORK, 3)]
    assert [(entry.action, entry.actor, entry.version) for entry in decision.history] == [(Action.ACCEPT, OFFICIAL, 3)]
    assert said(decision) == "Сообщение №1124-AAAA приняли в работу: Министерство дорог."
    (edit,) = of(Edit, decision)
    assert edit.target == appeal().card and "Состояние: в работе" in edit.text
    assert spinner(decision) == texts_chat.TAKEN


def test_accepting_twice_changes_nothing() -> None:
    """A double press."""
    decision = presses(actions.ACCEPT, CODE, linked=appeal(status=Status.IN_WORK))
    assert not decision.appeals and not sends(decision)
    assert spinner(decision) == "Сейчас так сделать нельзя: в работе."


def test_the_cur_accepts_in_its_own_name() -> None:
    decision = presses(actions.ACCEPT, CODE, linked=in_cur(agency="health"), chat=cur(), peer=ROADS_CHAT)
    assert "Центр управления регионом" in said(decision)


def test_not_ours_goes_to_the_cur_and_only_a_person_sends_it_on() -> None:
    """R37, F16."""
    begun = presses(actions.NOT_OURS, CODE)
    assert spinner(begun) == "" and "чьё это?" in said(begun, ROADS_CHAT)
    decision = given_back(pick("whom cur", the(begun), replied=task_of(begun).prompt))
    (back,) = decision.appeals
    assert (back.status, back.chat, back.agency, back.by_hand) == (Status.WAITING, CUR_CHAT, None, True)
    (card,) = sends(decision, CUR_CHAT)
    assert "Вернули как «не наше»: Министерство дорог" in card.text and card.forward == Source(ANNA, (3,))
    closed, told = of(Edit, decision)
    assert (closed.peer, closed.target, closed.keyboard) == (ROADS_CHAT, appeal().card, None)
    assert "центр управления регионом" in said(decision) and told.keyboard is None


def test_not_ours_without_a_cur_waits_for_one() -> None:
    begun = pick("whom cur", busy(Job.NOT_OURS), chats={"roads": roads()})
    (back,) = given_back(begun, chats={"roads": roads()}).appeals
    assert (back.status, back.chat, back.card) == (Status.WAITING, None, "")


@pytest.mark.parametrize("held", [appeal(status=Status.ANSWERED), in_cur()])
def test_what_cannot_be_returned_stays(held: Appeal) -> None:
    """The ЦУР cannot return to itself; an answered one is not returned."""
    chat = cur() if held.chat == CUR_CHAT else roads()
    decision = presses(actions.NOT_OURS, CODE, linked=held, chat=chat)
    assert not decision.appeals and "Сейчас так сделать нельзя" in spinner(decision)


@pytest.mark.parametrize("action", [actions.ACCEPT, actions.NOT_OURS])
@pytest.mark.parametrize("where", ["another chat holds it", "no appeal", "an unbound chat", "a bot"])
def test_a_button_in_a_chat_that_does_not_hold_the_appeal_does_nothing(action: str, where: str) -> None:
    """I4, T3: forged or old."""
    chat = None if where == "an unbound chat" else roads()
    linked = None if where == "no appeal" else appeal(chat=SECRET_CHAT) if "another" in where else appeal()
    user = -55 if where == "a bot" else OFFICIAL
    decision = decide(facts(chat=chat, linked=linked, unsent=frozenset({ANSWER})), pushed(action, ANSWER, user=user))
    (stopped,) = decision.effects
    said_instead = {"no appeal": "осталась от прошлого шага", "another chat holds it": "не у этого чата"}
    assert isinstance(stopped, AnswerButton) and said_instead.get(where, "не допустили") in stopped.text
    assert len(stopped.text) <= 90


def test_an_unknown_button_says_that_it_is_old() -> None:
    """T3."""
    decision = presses("format_disk", "x" * 200)
    assert "Сейчас так сделать нельзя" in spinner(decision) and not decision.appeals


# Undo.


def test_undo_takes_back_all_parts_of_an_answer() -> None:
    """T6."""
    unsent = frozenset({ANSWER, f"{ANSWER}.1", f"{ANSWER}.2", ANSWER.replace("|20|", "|21|")})
    decision = presses(actions.UNDO, ANSWER, unsent=unsent)
    assert {effect.cause for effect in of(CancelSend, decision)} == {ANSWER, f"{ANSWER}.1", f"{ANSWER}.2"}
    (edit,) = of(Edit, decision)
    assert edit.target == ANSWER.replace("|answer|", "|offer|") and edit.keyboard is None
    assert spinner(decision) == texts_chat.UNDONE


@pytest.mark.parametrize(
    "cause, unsent",
    [
        (ANSWER, ()),
        (ANSWER, (f"{ANSWER}.1", f"{ANSWER}.2")),
        ("", (ANSWER,)),
        (f"v1|{COMMUNITY}|answer|{SECRET_CHAT}|20|0", (f"v1|{COMMUNITY}|answer|{SECRET_CHAT}|20|0",)),
        (appeal().card, (appeal().card,)),
    ],
)
def test_undo_takes_back_nothing_of_what_has_begun_to_leave_or_is_not_an_answer_of_this_chat(
    cause: str, unsent: tuple[str, ...]
) -> None:
    """All parts or none; a forged value cancels neither a card nor another chat's answer (T3)."""
    decision = presses(actions.UNDO, cause, unsent=frozenset(unsent))
    assert not of(CancelSend, decision) and spinner(decision) == texts_chat.TOO_LATE


# Words with a slash.


@pytest.mark.parametrize("text", ["/принять", "/ПРИНЯТЬ"])
def test_accepting_by_word(text: str) -> None:
    decision = answers(text)
    assert decision.appeals[0].status is Status.IN_WORK
    assert texts_chat.TAKEN in said(decision, ROADS_CHAT)


@pytest.mark.parametrize("text", ["/не наше", "/Не  Наше", "/ненаше", "/не_наше"])
def test_returning_by_word(text: str) -> None:
    decision = answers(text)
    assert task_of(decision).job is Job.NOT_OURS and "чьё это?" in said(decision, ROADS_CHAT)


def test_by_word_the_other_agency_may_be_named_at_once() -> None:
    decision = answers("/не наше Минздрав")
    assert task_of(decision).whom == "health" and "отдадим: Министерство здоровья" in said(decision, ROADS_CHAT)


@pytest.mark.parametrize("text", ["/не трогайте, это наше", "/не", "/принять?", "/абракадабра"])
def test_other_words_move_nothing(text: str) -> None:
    """A misread command would take an appeal from its agency."""
    decision = answers(text)
    assert said(decision, ROADS_CHAT).startswith("Такой команды нет.") and not decision.appeals


def test_a_command_to_another_bot_of_the_chat_is_not_ours() -> None:
    assert decide(facts(chat=roads()), replied("/абракадабра")) == Decision(ignored="незнакомая команда")


def test_a_word_that_the_state_forbids_is_answered() -> None:
    decision = answers("/принять", linked=appeal(status=Status.IN_WORK))
    assert not decision.appeals and "Сейчас так сделать нельзя: в работе" in said(decision, ROADS_CHAT)


def test_a_word_in_a_chat_that_does_not_hold_the_appeal_moves_nothing() -> None:
    """I4."""
    decision = answers("/принять", linked=appeal(chat=SECRET_CHAT))
    assert not decision.appeals and "не у этого чата" in said(decision, ROADS_CHAT)


@pytest.mark.parametrize("text", ["/помощь", "/help", "/start"])
def test_help_is_said_in_every_bound_chat(text: str) -> None:
    plain = decide(facts(chat=roads()), replied(text, reply=None))
    assert "через 30 секунд" in said(plain, ROADS_CHAT) and "/направить" not in said(plain, ROADS_CHAT)
    full = decide(facts(chat=cur()), replied(text, reply=None, peer=CUR_CHAT))
    assert "/направить" in said(full, CUR_CHAT)


def test_a_code_in_a_bound_chat_says_whose_it_is() -> None:
    assert "Министерство дорог" in said(decide(facts(chat=roads()), replied("/код x")), ROADS_CHAT)
    told = said(decide(facts(chat=cur()), replied("/код x", peer=CUR_CHAT)), CUR_CHAT)
    assert told == "Этот чат уже подключён: Центр управления регионом."


def test_an_answer_can_be_undone_even_after_its_appeal_went_on() -> None:
    """T6: what was returned as «Не наше» meanwhile still must not send an answer that was taken back."""
    gone = appeal(chat=SECRET_CHAT)
    decision = decide(facts(chat=roads(), linked=gone, unsent=frozenset({ANSWER})), pushed(actions.UNDO, ANSWER))
    assert of(CancelSend, decision) == [CancelSend(ANSWER)]
    assert spinner(decision) == texts_chat.UNDONE


def test_only_a_person_undoes() -> None:
    by_bot = pushed(actions.UNDO, ANSWER, user=-55)
    decision = decide(facts(chat=roads(), linked=appeal(), unsent=frozenset({ANSWER})), by_bot)
    assert not of(CancelSend, decision)


# What a bare reply answers (T6, T7).


@pytest.mark.parametrize("kind", ["card", "refresh", "left", "addition", "correction", "joined", ""])
def test_a_bare_reply_answers_what_brings_words_of_a_resident(kind: str) -> None:
    cause = f"v1|{COMMUNITY}|{kind}|{ANNA}|3|0" if kind else ""
    decision = decide(facts(chat=roads(), linked=appeal(), replied=cause), replied("Снег вчера убрали, двор чистый"))
    assert sends(decision, ANNA)


@pytest.mark.parametrize("kind", ["due", "offer", "hint", "more", "line", "approval", "no_reply", "thanks", "done"])
def test_what_people_say_under_the_bots_own_lines_stays_among_them(kind: str) -> None:
    """To a reminder, a notice or somebody's draft people reply to each other."""
    cause = f"v1|{COMMUNITY}|{kind}|{ROADS_CHAT}|3|0"
    decision = decide(facts(chat=roads(), linked=appeal(), replied=cause), replied("Снег вчера убрали, двор чистый"))
    assert said(decision, ROADS_CHAT) == texts_chat.NOT_A_CARD and not decision.appeals


@pytest.mark.parametrize("status", [Status.DECLINED, Status.OUTSIDE])
def test_what_has_ended_is_not_answered(status: Status) -> None:
    decision = answers(linked=appeal(status=status))
    assert not decision.appeals and "Сейчас так сделать нельзя" in said(decision, ROADS_CHAT)


def test_a_refusal_longer_than_vk_shows_is_said_in_the_chat() -> None:
    """vk-api.md §6.1: ninety characters."""
    strict = replace(REGION, agencies=tuple(replace(agency, approval=True) for agency in REGION.agencies))
    held = busy(Job.REPLY, appeal(status=Status.ANSWERED), text="Двор почистили ещё раз сегодня", cmid=20)
    decision = pick("kind answer", held, directory=strict)
    assert snack(decision) == "" and "исправить отправленный нельзя" in said(decision, ROADS_CHAT)


def test_a_button_of_another_message_or_of_a_later_program_does_nothing() -> None:
    """T3."""
    assert "Сейчас так сделать нельзя" in spinner(presses(actions.ACCEPT, "1124-BBBB"))
    assert spinner(presses("format_disk", CODE)) == texts.STALE


def test_more_is_a_message_of_its_own_under_the_card() -> None:
    """A card of long ago cannot be edited, so its menu comes as a reply to it."""
    held = appeal(status=Status.IN_WORK)
    event = pushed(actions.MORE, held.code)
    (menu,) = sends(decide(facts(chat=roads(), linked=held), event), ROADS_CHAT)
    assert menu.text == texts_chat.MORE.format(code=held.code) and menu.reply_to == event.cmid
    assert menu.appeal == held.code
    assert labels(menu) == ["Не наше", "Отложить", "Отклонить", "Кто написал", "Кто занимается"]
