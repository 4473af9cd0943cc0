"""The one function: every event leads to a decision or to a stored reason, and always to the same (I1, I7)."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args

import pytest

from handlers.decide import decide
from handlers.text import actions, texts
from states.decision import Decision
from states.dialogue import AskingConsent, AskingText, Dialogue, Idle
from states.effects import AnswerButton, Release
from states.events import (
    Alarm,
    AlarmKind,
    ChatAction,
    ChatChanged,
    ChatRefused,
    ChatUnseen,
    CommentActed,
    CommentChange,
    CommentTold,
    Did,
    ErasureAsked,
    Event,
    MembersListed,
    MessageEdited,
    MessagesAllowed,
    MessagesDenied,
    NotForUs,
    OnComment,
    PanelActed,
    Poisoned,
    PostTold,
    RequestPosted,
    RereadFailed,
    RoutesChanged,
    SourceRead,
    TimerFired,
)
from states.messages import FIRST_CHAT, Command
from states.people.chats import Chat
from states.people.officials import Member
from tests.handlers.given import (
    ANNA,
    LOOSE_CHAT,
    OFFICIAL,
    READY,
    ROADS_CHAT,
    appeal,
    dialogue,
    ended,
    facts,
    of,
    pushed,
    replied,
    roads,
    said,
    wrote,
)
from tests.small import NOW, POLICY

EVENTS: tuple[Event, ...] = (
    wrote("Яма"),
    MessageEdited(wrote("Яма").message),
    pushed(actions.ACCEPT),
    PanelActed(ROADS_CHAT, OFFICIAL, "1124-AAAA", Did.ACCEPT, NOW),
    RequestPosted(ANNA, -7, "Двор", "snow", "miass", "Снег", NOW, "ул. Мира, 1"),
    ChatChanged(ROADS_CHAT, 1, 1, NOW, ChatAction.OTHER),
    MessagesAllowed(ANNA),
    MessagesDenied(ANNA),
    TimerFired("pause", str(ANNA), ANNA, NOW),
    CommentTold(12, 5, ANNA, NOW, CommentChange.NEW),
    CommentActed(5, 12, ANNA, OnComment.NOT_NEEDED, NOW),
    PostTold(5, NOW),
    ended("c", "answer"),
    RereadFailed(ANNA, (3,)),
    ErasureAsked(ANNA, NOW),
    SourceRead(ROADS_CHAT, "1124-AAAA", 20, "seen", None, True, NOW),
    RoutesChanged(ROADS_CHAT, NOW),
    MembersListed(ROADS_CHAT, (Member(5001, "Ольга"),), NOW),
    ChatUnseen(ROADS_CHAT, NOW, 12),
    ChatRefused(ROADS_CHAT, NOW, 901),
    Poisoned(ANNA, "m:3", NOW),
    Alarm(AlarmKind.BOOKS, "принято 5, учтено 4", NOW),
    NotForUs("лайк"),
)


def test_every_event_is_decided_on() -> None:
    assert {type(event) for event in EVENTS} == set(get_args(Event))


@pytest.mark.parametrize("event", EVENTS, ids=lambda one: type(one).__name__)
@pytest.mark.parametrize("talk", [None, dialogue(AskingText(), READY)], ids=["unknown", "known"])
def test_something_follows_or_a_reason_is_stored_and_twice_the_same(event: Event, talk: Dialogue | None) -> None:
    """I1, I7: the same facts and event give the same decision, with the same causes."""
    here = facts(talk, appeals=(appeal(),), linked=appeal(), chat=roads())
    decision = decide(here, event)
    assert decision.ignored or decision.effects or decision.dialogue or decision.officials or decision.chat
    assert decide(here, event) == decision


def test_a_resident_who_opened_the_dialogue_gets_what_was_parked() -> None:
    """vk-api.md §12.9."""
    assert decide(facts(), MessagesAllowed(ANNA)) == Decision(effects=(Release(ANNA),))
    assert decide(facts(), MessagesDenied(ANNA)).ignored == "житель закрыл сообщения"


@pytest.mark.parametrize("author", [-5, 0, FIRST_CHAT + 5])
def test_only_people_are_talked_with(author: int) -> None:
    assert decide(facts(dialogue()), wrote("Яма", author=author)) == Decision(ignored="написал не человек")


@pytest.mark.parametrize("chat", [None, Chat(LOOSE_CHAT)])
def test_an_unbound_chat_gets_nothing(chat: Chat | None) -> None:
    """I11."""
    decision = decide(facts(chat=chat, linked=appeal()), replied("Ответ", peer=LOOSE_CHAT))
    assert decision == Decision(ignored="чат не подключён")


def test_an_edit_in_a_chat_is_not_seen_as_an_answer() -> None:
    """T18: correction = a new answer."""
    assert decide(facts(chat=roads()), MessageEdited(replied("иначе").message)).ignored == "правка в чате"


def test_a_message_that_is_ignored_releases_nothing() -> None:
    decision = decide(facts(dialogue()), wrote("Яма", author=-5))
    assert not decision.effects


# A callback button in a private dialogue: we show none there, but clients can press anything (T3).


def test_a_callback_button_of_a_resident_does_what_it_says_and_its_spinner_stops() -> None:
    decision = decide(facts(dialogue()), pushed(actions.HELP, peer=ANNA, user=ANNA))
    assert of(AnswerButton, decision) == [AnswerButton("e1", ANNA, ANNA)]
    assert "112" in said(decision)


def test_a_callback_button_before_consent_asks_for_consent_and_its_spinner_stops() -> None:
    decision = decide(facts(), pushed("topic", "тайна", peer=ANNA, user=ANNA))
    assert POLICY.consent in said(decision) and "тайна" not in repr(decision)
    assert decision.dialogue is not None and decision.dialogue.step == AskingConsent((), NOW, POLICY.consent_hash)
    assert of(AnswerButton, decision) == [AnswerButton("e1", ANNA, ANNA)]


# What could not be read or handled.


def test_what_vk_does_not_give_back_is_asked_for_again() -> None:
    """design.md §12."""
    decision = decide(facts(dialogue(AskingText())), RereadFailed(ANNA, (10, 11)))
    assert said(decision) == f"{texts.SAY_AGAIN}\n\n{texts.ASK_TEXT}"
    assert decision.dialogue == dialogue(AskingText())
    assert said(decide(facts(dialogue(Idle())), RereadFailed(ANNA, ()))).startswith(texts.SAY_AGAIN)


def test_a_resident_hears_that_a_poisoned_event_is_kept() -> None:
    """delivery.md §10."""
    for talk in (None, dialogue(Idle(), READY)):
        decision = decide(facts(talk), Poisoned(ANNA, "m:3", NOW))
        assert said(decision) == texts.POISONED
        assert decision.dialogue == (talk or Dialogue(ANNA))


def test_a_poisoned_event_of_a_chat_is_told_where_the_chat_is_ours() -> None:
    """F20, I11: an official may have to answer anew; a chat that is not bound hears nothing."""
    told = decide(facts(chat=roads()), Poisoned(ROADS_CHAT, "m:3", NOW))
    assert said(told, ROADS_CHAT) == texts.POISONED_IN_CHAT
    assert decide(facts(), Poisoned(ROADS_CHAT, "m:3", NOW)).ignored == "сбой при обработке в чате"


def test_what_is_not_for_us_keeps_its_reason() -> None:
    """I1."""
    assert decide(facts(), NotForUs("событие like_add")) == Decision(ignored="событие like_add")


def test_an_official_who_writes_privately_is_a_resident_like_any_other() -> None:
    event = replace(wrote("Яма").message, command=Command("accept", "1124-AAAA"))
    decision = decide(facts(dialogue(), appeals=(appeal(),)), replace(wrote(""), message=event))
    assert said(decision).startswith(texts.STALE) and not decision.appeals
