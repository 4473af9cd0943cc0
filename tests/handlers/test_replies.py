"""What a message belongs to: a question, an own appeal, thanks, a new message; nothing is guessed (features.md B)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions, texts, texts_chat, texts_wishes
from states.decision import Decision
from states.dialogue import (
    AddingTo,
    AskingText,
    ChoosingLevel,
    Draft,
    Idle,
    ListingAppeals,
    ShowingAppeal,
    ShowingData,
    Step,
)
from states.effects import Edit, Kind, Source
from states.events import MessageEdited
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, Piece, Status
from states.messages import Reply
from states.worktime.deadlines import Deadline, Stopped, TermClock
from tests.handlers.given import (
    ANNA,
    BORIS,
    PHOTO,
    READY,
    ROADS_CHAT,
    appeal,
    dialogue,
    facts,
    labels,
    of,
    said,
    sends,
    tapped,
    the,
    wrote,
)
from tests.small import COMMUNITY, NOW

CODE, OTHER = "1124-AAAA", "1124-BBBB"
QUESTION = Deadline(TermClock.QUESTION, NOW - timedelta(days=1), NOW + timedelta(days=4))
STOOD = Stopped(TermClock.FIRST_ANSWER, timedelta(hours=2), timedelta(hours=6))
REPLY = Reply(5, -COMMUNITY)


def asked(**more: Any) -> Appeal:
    return appeal(**{"status": Status.ASKED, "deadline": QUESTION, "stopped": STOOD} | more)


def hears(text: str, *mine: Appeal, step: Step | None = None, draft: Draft | None = None, **more: Any) -> Decision:
    known = {key: more.pop(key) for key in ("linked", "leads", "unsent", "now") if key in more}
    talk = dialogue(step or Idle(), draft or Draft())
    return decide(facts(talk, appeals=mine, **known), wrote(text, **more))


# The answer to a question.


@pytest.mark.parametrize("step", [Idle(), ListingAppeals(), ShowingAppeal(CODE), ShowingData()])
def test_the_next_free_words_answer_the_only_question(step: Step) -> None:
    """rules.md §3.1: the agency hears it, its clock goes on with what was left."""
    decision = hears("Второй подъезд", asked(), step=step)
    after = the(decision)
    assert after.status is Status.IN_WORK and after.pieces[-1].text == "Второй подъезд"
    assert after.deadline is not None and after.deadline.clock is TermClock.FIRST_ANSWER and after.stopped is None
    assert after.deadline.used == STOOD.used
    assert [(entry.action, entry.actor) for entry in decision.history] == [(Action.REPLY, ANNA)]
    (line,) = sends(decision, ROADS_CHAT)
    assert line.text == texts_chat.resident_replied(CODE) and line.kind is Kind.ADDITION
    assert (line.forward, line.fallback) == (Source(ANNA, (10,)), "Второй подъезд")
    assert any("Состояние: в работе" in effect.text for effect in of(Edit, decision)), "the card shows the true state"
    assert texts.REPLIED.format(code=CODE) in said(decision) and texts.REPLIED_FREELY in said(decision)
    assert "Ждём вашего ответа" not in said(decision), "it is there"
    assert decision.dialogue is not None and decision.dialogue.step == step


def test_while_an_answer_leaves_the_chat_is_offered_nothing_more() -> None:
    """Walk 733833: its buttons would be over before anybody pressed them; the words come all the same."""
    leaving = Held("v1|101|answer|5", "answer", 2001, NOW, ROADS_CHAT, 20, "Сделали.")
    (line,) = sends(hears("Второй подъезд", asked(held=(leaving,))), ROADS_CHAT)
    assert line.text == texts_chat.resident_replied(CODE) and line.keyboard is None
    (line,) = sends(hears("Второй подъезд", asked()), ROADS_CHAT)
    assert line.keyboard is not None


def test_a_reply_to_the_question_answers_it_at_every_step() -> None:
    """features.md B: also while another message is being written."""
    decision = hears("Второй подъезд", asked(), linked=asked(), step=AskingText(), draft=READY, reply=REPLY)
    assert the(decision).status is Status.IN_WORK
    assert decision.dialogue is not None and decision.dialogue.draft == READY


def test_answer_to_the_question_by_its_button() -> None:
    shown = decide(facts(dialogue(), appeals=(asked(),)), tapped(actions.APPEAL, CODE))
    assert labels(sends(shown)[0])[0] == "Ответить на вопрос"
    opened = decide(facts(shown.dialogue, appeals=(asked(),)), wrote("Ответить на вопрос"))
    assert opened.dialogue is not None and opened.dialogue.step == AddingTo(CODE)
    first = hears("Второй", asked(), step=AddingTo(CODE))
    assert the(first).status is Status.IN_WORK
    second = hears("Код 12", the(first), step=AddingTo(CODE))
    assert second.history[0].action is Action.ADD, "the question is answered, more is an addition"


def test_a_photo_answers_too() -> None:
    """features.md F."""
    (line,) = sends(hears("", asked(), attachments=(PHOTO,)), ROADS_CHAT)
    assert line.forward == Source(ANNA, (10,))


def test_numbers_in_an_answer_are_hidden_in_the_chat() -> None:
    """R19, T12."""
    decision = hears("Мой телефон 8 912 345-67-89", asked(), attachments=(PHOTO,))
    assert texts.hidden_numbers("телефон") in said(decision), "and the resident knows"
    (line,) = sends(decision, ROADS_CHAT)
    assert "8 912" not in line.text + line.fallback and line.forward is None and line.copy == Source(ANNA, (10,))


@pytest.mark.parametrize("step", [AskingText(), ChoosingLevel()])
def test_who_has_begun_to_write_a_new_message_writes_it(step: Step) -> None:
    decision = hears("дорог", asked(), step=step)
    assert not decision.appeals


def test_a_draft_goes_on_and_is_offered_as_an_answer() -> None:
    decision = hears("Второй подъезд", asked(), step=AskingText())
    assert decision.dialogue is not None and decision.dialogue.draft.text == "Второй подъезд"
    back = decide(facts(decision.dialogue, appeals=(asked(),)), tapped(actions.HELP))
    assert labels(sends(back)[-1])[:2] == ["Это ответ: 1. Снег на дороге · Миасс, М…", "Это новое сообщение"]
    told = decide(facts(decision.dialogue, appeals=(asked(),)), tapped(actions.ADD_DRAFT, CODE))
    assert the(told).status is Status.IN_WORK and "Передали ваш ответ" in said(told)
    assert told.dialogue is not None and told.dialogue.draft == Draft()


def test_of_several_questions_the_resident_says_which() -> None:
    """features.md B: never a guess."""
    both = (asked(), asked(code=OTHER, source=7))
    decision = hears("Второй подъезд", *both)
    assert not decision.appeals and said(decision).startswith(texts.WHICH_REPLY)
    assert set(labels(sends(decision)[0])[:3]) == {
        "Это ответ: 1. Снег на дороге · Миасс, М…", "Это ответ: 2. Снег на дороге · Миасс, М…", "Это новое сообщение",
    }  # fmt: skip
    assert "1. Снег на дороге · Миасс, Мира, 1: «Снег" in said(decision) and texts.ASK_MORE not in said(decision)
    told = decide(facts(decision.dialogue, appeals=both), wrote("Это ответ: 2. Снег на дороге · Миасс, М…"))
    assert the(told).code == OTHER and the(told).pieces[-1].text == "Второй подъезд"
    anew = decide(facts(decision.dialogue, appeals=both), wrote("Это новое сообщение"))
    assert not anew.appeals and anew.dialogue is not None and anew.dialogue.draft.text == "Второй подъезд"


def test_the_one_that_is_looked_at_is_meant() -> None:
    both = (asked(), asked(code=OTHER, source=7))
    assert the(hears("Второй", *both, step=ShowingAppeal(OTHER))).code == OTHER
    assert not hears("Второй", *both, step=ShowingAppeal("1124-CCCC")).appeals


def test_a_greeting_is_no_answer_and_the_menu_says_what_is_waited_for() -> None:
    decision = hears("Здравствуйте", asked())
    assert not decision.appeals
    assert "Ждём вашего ответа на вопрос: Снег на дороге · Миасс, Мира, 1, №1124-AAAA." in said(decision)
    both = said(hears("Здравствуйте", asked(), asked(code=OTHER, source=7)))
    assert "Ждём ваших ответов на вопросы:\n— Снег на дороге" in both and f"№{OTHER}\n" in both


def test_without_a_question_words_begin_a_message() -> None:
    decision = hears("Яма", appeal())
    assert not decision.appeals and decision.dialogue is not None and decision.dialogue.draft.text == "Яма"


def test_an_edit_while_asked_is_an_answer_too() -> None:
    """T18: no edit is lost."""
    event = MessageEdited(wrote("Снег и лёд, второй подъезд", 3).message)
    decision = decide(facts(dialogue(), appeals=(asked(),)), event)
    assert the(decision).status is Status.IN_WORK and decision.history[0].reason == "правка"
    assert "второй подъезд" in said(decision, ROADS_CHAT)


def test_a_question_about_what_no_chat_has_is_answered_in_silence() -> None:
    decision = hears("Второй", asked(chat=None, card=""))
    assert the(decision).status is Status.IN_WORK and [send.peer for send in sends(decision)] == [ANNA]


# Of an incident.


def merged(**more: Any) -> Appeal:
    return appeal(**{"status": Status.MERGED, "incident": OTHER, "chat": None, "card": "", "agency": "roads"} | more)


LEAD = appeal(code=OTHER, resident=BORIS, incident=OTHER)


def test_what_a_merged_resident_adds_goes_to_the_chat_that_answers() -> None:
    """R32: named by both numbers; what is lost of it is told to its author."""
    decision = hears("и лёд", merged(), step=AddingTo(CODE), leads={OTHER: LEAD})
    (line,) = sends(decision, ROADS_CHAT)
    assert line.text.startswith(texts_chat.addition_of_member(OTHER, CODE))
    assert (line.appeal, line.report, line.forward) == (CODE, True, Source(ANNA, (10,)))
    assert the(decision).pieces[-1].text == "и лёд"


def test_an_edit_of_a_merged_resident_goes_there_too() -> None:
    event = MessageEdited(wrote("Снег и лёд", 3).message)
    decision = decide(facts(dialogue(), appeals=(merged(),), leads={OTHER: LEAD}), event)
    (line,) = sends(decision, ROADS_CHAT)
    assert (line.appeal, line.report) == (CODE, True) and "Снег и лёд" in line.text


def test_without_the_leading_one_at_hand_it_is_kept() -> None:
    decision = hears("и лёд", merged(), step=AddingTo(CODE))
    assert the(decision).pieces[-1].text == "и лёд" and [send.peer for send in sends(decision)] == [ANNA]
    event = MessageEdited(wrote("Снег и лёд", 3).message)
    assert [send.peer for send in sends(decide(facts(dialogue(), appeals=(merged(),)), event))] == [ANNA]


# Thanks.

DONE = appeal(status=Status.ANSWERED, first_answer_at=NOW, answered_at=NOW - timedelta(hours=1))


GRATEFUL = ["Спасибо!", "Большое спасибо за помощь", "Ещё раз спасибо", "благодарю вас", "👍", "🙏🏻 ❤️", "Спс"]


@pytest.mark.parametrize("text", GRATEFUL)
@pytest.mark.parametrize("more", [{}, {"linked": DONE, "reply": REPLY}, {"step": AddingTo(CODE)}])
def test_thanks_are_answered_warmly_and_passed_on(text: str, more: dict[str, Any]) -> None:
    """features.md E: nothing changes, no clock begins anew."""
    decision = hears(text, DONE, **more)
    (warm,) = sends(decision, ANNA)
    assert "спасибо" in warm.text and labels(warm) == ["Решено", "Не решено"]
    (line,) = sends(decision, ROADS_CHAT)
    assert line.text.startswith("Житель благодарит за ответ по №1124-AAAA") and line.kind is Kind.NOTICE
    after = the(decision)
    assert after.thanked and after.pieces == DONE.pieces and after.deadline is None
    assert after.status is Status.ANSWERED and decision.dialogue is None


def test_thanks_are_passed_on_once() -> None:
    """features.md E."""
    first = hears("Спасибо!", DONE)
    again = hears("Спасибо большое!", the(first))
    assert sends(again, ANNA) and not sends(again, ROADS_CHAT) and not again.appeals


@pytest.mark.parametrize("status", [Status.CLOSED, Status.DECLINED])
def test_thanks_for_what_is_closed_change_nothing(status: Status) -> None:
    decision = hears("Спасибо", replace(DONE, status=status))
    assert said(decision) == texts.THANKS and not decision.appeals and not sends(decision, ROADS_CHAT)


def test_thanks_for_an_answer_whose_chat_is_gone_are_kept_here() -> None:
    assert not hears("Спасибо", replace(DONE, chat=None)).appeals


def test_thanks_for_nothing_in_particular_begin_no_message() -> None:
    decision = hears("Спасибо")
    assert said(decision).startswith(texts.THANKS) and decision.dialogue is not None and decision.dialogue.draft.empty
    assert not hears("Спасибо", replace(DONE, status=Status.WITHDRAWN)).appeals


def test_thanks_while_asked_are_no_answer() -> None:
    decision = hears("Спасибо", asked())
    assert not decision.appeals and "Ждём вашего ответа" in said(decision)
    linked = hears("Спасибо", asked(), linked=asked(), reply=REPLY)
    assert not linked.appeals and said(linked) == texts.THANKS


def test_before_any_answer_no_chat_is_thanked_for_one() -> None:
    """«Спасибо» in reply to «Сообщение отправлено»; the thanks for the answer are still to come."""
    decision = hears("Спасибо", appeal(), linked=appeal(), reply=REPLY)
    assert not decision.appeals and said(decision) == texts.THANKS


@pytest.mark.parametrize(
    "text",
    [
        "её уже убрали спасибо", "всё сделали, спасибо", "уже починили спасибо", "дали воду, спасибо!",
        "спасибо, уже вывезли",
        "приехали и почистили, благодарю", "свет появился, спасибо большое", "Лифт заработал, спасибо",
        "спасибо, тепло дали", "спс уже дали", "Большое спасибо, всё починили!", "мусор вывезли. Спасибо",
        "спасибо, автобус пошёл",
    ],
)  # fmt: skip
@pytest.mark.parametrize("more", [{}, {"linked": appeal(), "reply": REPLY}])
def test_thanks_for_what_was_done_before_any_answer_offer_to_take_it_back(text: str, more: dict[str, Any]) -> None:
    """Nobody drives out to a dog that was taken away."""
    decision = hears(text, appeal(), **more)
    assert said(decision).startswith(texts_wishes.SOLVED_ALREADY) and not decision.appeals


@pytest.mark.parametrize("text", ["спасибо, жду", "спасибо, что приняли", "хорошо, спасибо", "вы молодцы спасибо"])
def test_thanks_for_being_heard_offer_nothing(text: str) -> None:
    assert said(hears(text, appeal())) == texts.THANKS


def test_the_answer_given_last_is_thanked_for() -> None:
    older = appeal(code=OTHER, status=Status.ANSWERED, answered_at=NOW - timedelta(days=2))
    assert the(hears("Спасибо", older, DONE)).code == CODE


@pytest.mark.parametrize(
    "text, more",
    [
        ("Спасибо, но яма осталась", {}),
        ("Спасибо, когда ждать?", {}),
        ("Заранее спасибо, нет света", {}),
        ("Спасибо, телефон 89123456789", {}),
        ("Спасибо " + "и ещё хочу рассказать про двор " * 3, {}),
        ("Спасибо", {"attachments": (PHOTO,)}),
        ("Спасибо", {"forwarded": 1}),
        ("Не благодарю", {}),
        ("Яма", {}),
    ],
)
def test_what_is_more_than_thanks_is_taken_for_more(text: str, more: dict[str, Any]) -> None:
    """I1: nothing with content is swallowed."""
    decision = hears(text, DONE, linked=DONE, reply=REPLY, **more)
    assert the(decision).pieces[-1].cmid == 10 and not the(decision).thanked


def test_thanks_in_a_draft_belong_to_it() -> None:
    draft = Draft((Piece(3, "Снег"),))
    decision = hears("Спасибо", DONE, step=AskingText(), draft=draft)
    assert not decision.appeals and decision.dialogue is not None and "Спасибо" in decision.dialogue.draft.text
