"""What the ЦУР sees before an agency does, and why (R29, R30, R38); nothing is declined by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions
from handlers.views.addressee import notes_of
from screening.obscene import M
from states.decision import Decision
from states.dialogue import AddingTo, Preview
from states.events import MessageEdited, RoutesChanged
from states.lifecycle.appeal import Action, Appeal, Piece, Status
from states.lifecycle.reasons import Note
from states.people.chats import CUR
from states.people.who_may import may
from tests.handlers.given import (
    CHATS,
    CUR_CHAT,
    READY,
    ROADS_CHAT,
    SECRET_CHAT,
    appeal,
    dialogue,
    facts,
    in_cur,
    labels,
    roads,
    said,
    sends,
    tapped,
    wrote,
)
from tests.small import NOW

CODE = "1124-AAAA"
BRIBE = "Требуют взятку за уборку снега"
RUDE = f"Снег не убирают, {M}ки"
ABOUT = "Жалоба на Миндор: ничего не делают"
SOMEBODY = "Жалоба: чиновник нахамил"


def send(text: str, **more: object) -> Decision:
    draft = replace(READY, pieces=(Piece(3, text),), **more)  # type: ignore[arg-type]
    return decide(facts(dialogue(Preview(), draft)), tapped(actions.SEND))


@pytest.mark.parametrize(
    "text, note, words",
    [
        (BRIBE, Note.CRIME, "Похоже на сообщение о преступлении"),
        (RUDE, Note.OBSCENE, "грубая брань"),
        (ABOUT, Note.COMPLAINT, "Жалоба на самих отвечающих (Министерство дорог)"),
        (SOMEBODY, Note.COMPLAINT, "Жалоба на самих отвечающих"),
    ],
)
def test_the_cur_gets_it_with_the_reason_and_no_agency_does(text: str, note: Note, words: str) -> None:
    """R29, R30, R38: to a moderator, with a number at once (R35), nothing lost."""
    decision = send(text)
    (sent,) = decision.appeals
    assert sent.notes == (note,) and sent.status is Status.WAITING and sent.chat == CUR_CHAT
    (card,) = sends(decision, CUR_CHAT)
    assert words in card.text and text in card.text + card.fallback
    assert not sends(decision, ROADS_CHAT)
    assert "\n№1124-AAAA" in said(decision) and "центр управления регионом" in said(decision)


def test_a_crime_with_obscenity_and_no_name_is_taken_all_the_same() -> None:
    """R30, R27: nothing is declined by itself."""
    decision = send(f"{BRIBE}. {RUDE}")
    assert decision.appeals[0].notes == (Note.CRIME, Note.OBSCENE)
    (card,) = sends(decision, CUR_CHAT)
    assert "преступлении" in card.text and "брань" in card.text


def test_only_a_person_sends_it_on() -> None:
    """R38: neither now nor when the agency's chat is bound later."""
    (held,) = send(ABOUT).appeals
    assert held.by_hand and held.agency == "roads"
    later = decide(facts(waiting=(held,)), RoutesChanged(ROADS_CHAT, NOW))
    assert not sends(later, ROADS_CHAT)


def test_without_a_cur_it_waits_and_no_agency_gets_it() -> None:
    draft = replace(READY, pieces=(Piece(3, ABOUT),))
    decision = decide(facts(dialogue(Preview(), draft), chats={"roads": CHATS["roads"]}), tapped(actions.SEND))
    assert decision.appeals[0].chat is None and not sends(decision, ROADS_CHAT)
    assert decision.appeals[0].by_hand


def test_a_complaint_about_another_body_goes_where_it_belongs() -> None:
    """R38: about X not to X; about Y to X."""
    decision = send("Жалоба на Минздрав. Снег у больницы")
    assert decision.appeals[0].notes == () and sends(decision, ROADS_CHAT)


def test_whom_the_resident_chose_is_looked_at_too() -> None:
    """R38: «Написать конкретному органу» is no way around it."""
    decision = send("Жалоба на Доверие", named="secret", settled=True)
    assert decision.appeals[0].notes == (Note.COMPLAINT,) and not sends(decision, SECRET_CHAT)


def test_where_nobody_is_named_there_is_nobody_to_complain_about() -> None:
    assert notes_of(facts(), (Piece(3, ABOUT),), None) == ()


def test_a_thought_split_over_two_messages_is_heard() -> None:
    """features.md I: words apart mean nothing, together they do."""
    apart = (Piece(3, "Вчера сняли"), Piece(4, "колеса с машины во дворе"))
    assert not [one for piece in apart for one in notes_of(facts(), (piece,), "roads")]
    assert notes_of(facts(), apart, "roads") == (Note.CRIME,)


def test_a_paused_agency_gets_nothing_until_the_pause_ends_by_itself() -> None:
    paused = roads(paused_until=NOW + timedelta(days=1))
    here = facts(dialogue(Preview(), READY), chats=CHATS | {"roads": paused})
    decision = decide(here, tapped(actions.SEND))
    (held,) = decision.appeals
    assert held.notes == (Note.PAUSED,) and held.chat == CUR_CHAT and not held.by_hand
    assert not sends(decision, ROADS_CHAT) and sends(decision, CUR_CHAT)
    later = decide(facts(waiting=(held,), now=NOW + timedelta(days=2)), RoutesChanged(ROADS_CHAT, NOW))
    assert sends(later, ROADS_CHAT), "its chat is at work again"


@pytest.mark.parametrize(
    "text, topic, urgent", [("Горит дом", "snow", True), ("Дым", "fire", True), (BRIBE, "snow", False)]
)
def test_urgent_is_what_cannot_wait(text: str, topic: str, urgent: bool) -> None:
    """R28, R46."""
    assert send(text, topic=topic).appeals[0].urgent is urgent


def test_a_topic_that_the_directory_does_not_know_any_more_goes_to_the_cur() -> None:
    decision = send("Снег", topic="прежняя")
    assert decision.appeals[0].chat == CUR_CHAT and not decision.appeals[0].urgent
    assert CHATS[CUR].peer == CUR_CHAT


# What is told after it was sent.


def adds(text: str, held: Appeal | None = None, **more: Any) -> Decision:
    held = held or appeal()
    cmid = more.pop("cmid", 10)
    return decide(facts(dialogue(AddingTo(held.code)), appeals=(held,), **more), wrote(text, cmid))


@pytest.mark.parametrize("text, note", [(BRIBE, Note.CRIME), (ABOUT, Note.COMPLAINT), (SOMEBODY, Note.COMPLAINT)])
def test_a_crime_or_a_complaint_that_is_added_is_told_the_cur(text: str, note: Note) -> None:
    """R30, R38: whoever has it must not be the only one who reads it, nor decline it or pass it on."""
    decision = adds(text)
    (after,) = decision.appeals
    assert note in after.notes and after.chat == ROADS_CHAT
    (told,) = sends(decision, CUR_CHAT)
    assert CODE in told.text and "решает ЦУР" in told.text.replace("Решает", "решает") and text in told.text
    assert told.appeal == CODE and labels(told) == ["Ещё"]
    if note is Note.CRIME:
        assert not may(roads(), after, Action.DECLINE)
    again = adds(text, after, cmid=11)
    assert again.appeals and not sends(again, CUR_CHAT), "told once"


def test_what_is_nothing_of_the_kind_or_is_with_the_cur_already_is_not_told_again() -> None:
    assert not sends(adds("И люк рядом открыт"), CUR_CHAT)
    (with_them,) = sends(adds(BRIBE, in_cur()), CUR_CHAT)
    assert "Дополнение к №" in with_them.text
    alone = adds(BRIBE, chats={"roads": roads()})
    assert Note.CRIME in alone.appeals[0].notes and not sends(alone, CUR_CHAT)


def test_an_edit_that_tells_of_a_crime_is_told_too() -> None:
    """R30, T18."""
    event = MessageEdited(wrote(BRIBE, 3).message)
    decision = decide(facts(dialogue(), appeals=(appeal(),)), event)
    (told,) = sends(decision, CUR_CHAT)
    assert BRIBE in told.text and Note.CRIME in decision.appeals[0].notes
