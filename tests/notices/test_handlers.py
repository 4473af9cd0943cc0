"""A known trouble is announced by whom it concerns, taken back, listed, and told once to who writes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from features.notices import texts
from features.notices.handlers import ANNOUNCE, END, RULES, of_press
from features.notices.model import NoticesAsked
from handlers.decide import decide
from handlers.needs import needs
from handlers.text import actions, texts_chat, texts_wishes
from states.audit import AuditAction
from states.decision import Decision
from states.dialogue import Draft, Idle, Preview
from states.effects import Edit
from states.events import ButtonPressed
from states.facts import Rules
from states.messages import Command
from states.people.notices import Notice
from tests.handlers import given
from tests.handlers.given import (
    CUR_CHAT,
    OFFICIAL,
    READY,
    ROADS_CHAT,
    cur,
    dialogue,
    draft_of,
    labels,
    of,
    roads,
    said,
    sends,
    tapped,
    wrote,
)
from tests.small import NOW, REGION

ID = f"{ROADS_CHAT}.30"
KNOWN = Notice(ID, "snow", "miass", "", "Чистим снег", NOW + timedelta(hours=3), ROADS_CHAT, OFFICIAL, NOW, since=NOW)


def typed(text: str, *known: Notice, **more: Any) -> Decision:
    chat = more.pop("chat", roads())
    facts = given.facts(chat=chat, rules=RULES, answers={NoticesAsked: known}, **more)
    return decide(facts, wrote(text, 30, peer=chat.peer, author=OFFICIAL))


def presses(action: str, *known: Notice, **more: Any) -> Decision:
    chat, replied = more.pop("chat", roads()), more.pop("replied", "")
    facts = given.facts(chat=chat, rules=RULES, replied=replied, answers={NoticesAsked: known}, **more)
    return decide(facts, ButtonPressed("event", chat.peer, OFFICIAL, 31, Command(action, ID), NOW))


def submits(*known: Notice, draft: Draft = READY, **more: Any) -> Decision:
    facts = given.facts(dialogue(Preview(), draft), **{"rules": RULES, "answers": {NoticesAsked: known}} | more)
    return decide(facts, tapped(actions.SEND))


def hint_of(text: str, **more: Any) -> str:
    (send,) = sends(typed(text, **more))
    return send.text


# What is understood


def test_one_line_is_shown_as_it_was_understood_and_waits_for_a_press() -> None:
    decision = typed("/объявить Снег на дороге чистим до 18:00, Миасс")
    (send,) = sends(decision)
    (known,) = decision.notices
    assert (known.id, known.topic, known.place, known.street, known.since) == (ID, "snow", "miass", "", None)
    assert "Снег на дороге чистим" in send.text and "Где: Миасс\nДо: 18:00 сегодня" in send.text
    assert labels(send) == [texts.ANNOUNCE, texts.NOT_NEEDED] and not decision.audit


@pytest.mark.parametrize(
    ("where", "street"),
    [("Миасс, ул. Мира", "ул. Мира"), ("Мира", "улица Мира"), ("Миасс, Мира, Садовая", "улица Мира, Садовая")],
)
def test_a_piece_that_is_no_place_is_the_street(where: str, street: str) -> None:
    park = replace(
        REGION, agencies=tuple(replace(one, place="miass") if one.code == "roads" else one for one in REGION.agencies)
    )
    (known,) = typed(f"/объявить Снег до 18:00, {where}", directory=park).notices
    assert (known.place, known.street) == ("miass", street)


@pytest.mark.parametrize(
    "where",
    [
        "Миасс, весь город",
        "весь Миасс",
        "Миасс, по всему городу",
        "Миасс, весь округ",
        "Миасс, город целиком",
        "Миасс, все улицы",
        "Миасс, везде",
    ],
)
def test_the_whole_town_is_no_street(where: str) -> None:
    (known,) = typed(f"/объявить Снег до 18:00, {where}").notices
    assert (known.place, known.street) == ("miass", "")
    (other,) = typed(f"/объявить Снег до 18:00, {where}, Всеволода Иванова").notices
    assert other.street == "улица Всеволода Иванова"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("/объявить", texts.HOW),
        ("/объявить Снег, Миасс", texts.WHEN),
        ("/объявить Снег до 10:00, Миасс", texts.WHEN),
        ("/объявить Снег до 1 марта, Миасс", texts.WHEN),
        ("/объявить Снег до 18:00", texts.PLACE),
        ("/объявить Что-то до 18:00, Миасс", texts.TOPIC),
        ("/объявить Приём врача до 18:00, Миасс", texts.NOT_OURS),
        ("/объявить Яма до 18:00, Миасс", texts.NOT_OURS),
        ("/объявить Смог до 18:00, Миасс", texts.NOT_OURS),
    ],
)
def test_what_is_not_understood_or_not_theirs_is_said(text: str, told: str) -> None:
    assert hint_of(text) == told and not typed(text).notices


def test_the_centre_announces_anything() -> None:
    (known,) = typed("/объявить Смог до завтра, Миасс", chat=cur()).notices
    assert (known.topic, known.chat) == ("smog", CUR_CHAT)


# Pressed


def test_a_press_announces_and_is_written_down() -> None:
    decision = presses(ANNOUNCE, replace(KNOWN, since=None), replied=given.facts().cause("hint", ROADS_CHAT, "30"))
    (after,), (written,) = decision.notices, decision.audit
    assert after.since == NOW and (written.action, written.subject) == (AuditAction.NOTICE_GIVEN, "snow")
    (edit,) = of(Edit, decision)
    assert edit.text.startswith("Объявили: Чистим снег, Миасс") and labels(edit) == [texts.END]
    assert not of(Edit, presses(ANNOUNCE, replace(KNOWN, since=None)))
    assert not presses(ANNOUNCE, KNOWN).notices  # pressed twice


def test_a_press_takes_it_back_and_what_was_never_announced_leaves_no_line() -> None:
    decision = presses(END, KNOWN, replied=given.facts().cause("hint", ROADS_CHAT, "30"))
    (after,), (written,) = decision.notices, decision.audit
    assert after.ended == NOW and written.action is AuditAction.NOTICE_ENDED
    (edit,) = of(Edit, decision)
    assert edit.text.startswith("Сняли") and labels(edit) == []
    assert not of(Edit, presses(END, KNOWN, replied=given.facts().cause("hint", ROADS_CHAT, "77")))
    assert not presses(END, replace(KNOWN, since=None)).audit
    assert presses(END, KNOWN, chat=cur()).notices


@pytest.mark.parametrize("action", [ANNOUNCE, END])
@pytest.mark.parametrize(
    "known", [(), (replace(KNOWN, ended=NOW),), (replace(KNOWN, until=NOW),), (replace(KNOWN, chat=1),)]
)
def test_what_is_over_or_another_chats_stays(action: str, known: tuple[Notice, ...]) -> None:
    decision = presses(action, *known)
    assert not decision.notices and not decision.audit


def test_a_list_has_those_of_the_chat_and_in_the_centre_all() -> None:
    theirs = replace(KNOWN, id="9.9", chat=9, words="Чужое", street="ул. Мира")
    over = replace(KNOWN, until=NOW)
    (send,) = sends(typed("/объявления", KNOWN, theirs, over))
    assert send.text == "Объявлено:\n1. Чистим снег, Миасс, до 17:00 сегодня" and labels(send) == ["Снять 1"]
    (everything,) = sends(typed("/объявления", KNOWN, theirs, chat=cur()))
    assert "2. Чужое, Миасс, ул. Мира" in everything.text
    assert hint_of("/объявления") == texts.NONE
    many = [replace(KNOWN, id=f"{ROADS_CHAT}.{at}", words=f"Снег {at}") for at in range(7)]
    (first,) = sends(typed("/объявления", *many))
    assert first.text.endswith("5. Снег 4, Миасс, до 17:00 сегодня\nИ ещё 2: будут здесь, когда снимете эти.")
    assert labels(first) == [f"Снять {at}" for at in range(1, 6)]
    later = replace(KNOWN, until=NOW + timedelta(days=5))
    assert "до 14:00 29 ноября" in sends(typed("/объявления", later))[0].text


def test_a_region_that_leaves_it_out_says_so() -> None:
    decision = decide(given.facts(chat=roads()), wrote("/объявить Снег", 30, peer=ROADS_CHAT, author=OFFICIAL))
    assert said(decision, ROADS_CHAT) == texts_chat.LEFT_OUT


# What a resident hears


def test_who_sends_hears_of_it_once_and_decides() -> None:
    told = submits(KNOWN)
    assert said(told) == "Об этом знают: Чистим снег, Миасс, до 17:00 сегодня. Всё равно отправить?"
    assert labels(sends(told)[0]) == [texts_wishes.SEND_ANYWAY, texts_wishes.NO_NEED] and not told.appeals
    again = decide(
        given.facts(told.dialogue, rules=RULES, answers={NoticesAsked: (KNOWN,)}), tapped(actions.SEND, cmid=11)
    )
    assert again.appeals and "Приняли" in said(again)
    dropped = decide(given.facts(told.dialogue, rules=RULES), tapped(actions.CANCEL, cmid=11))
    assert draft_of(dropped).empty and dropped.dialogue is not None and dropped.dialogue.step == Idle()


@pytest.mark.parametrize("words", ["Всё равно отправить", "все равно отправить.", "отправить"])
def test_its_buttons_may_be_typed(words: str) -> None:
    told = submits(KNOWN)
    facts = given.facts(told.dialogue, rules=RULES, answers={NoticesAsked: (KNOWN,)})
    assert decide(facts, wrote(words, 11)).appeals
    assert draft_of(decide(facts, wrote("Понятно, не отправлять", 11))).empty


@pytest.mark.parametrize(
    "known",
    [
        replace(KNOWN, topic="pits"),
        replace(KNOWN, place="aша"),
        replace(KNOWN, street="ул. Садовая, 1"),
        replace(KNOWN, since=None),
        replace(KNOWN, ended=NOW),
        replace(KNOWN, until=NOW),
    ],
)
def test_what_is_about_something_else_or_over_is_told_to_nobody(known: Notice) -> None:
    assert submits(known).appeals


def test_the_street_is_told_before_the_town_and_another_notice_anew() -> None:
    street = replace(KNOWN, id="2.2", street="ул. Мира, 9", words="Узкое")
    told = submits(KNOWN, street)
    assert "Узкое" in said(told)
    other = decide(
        given.facts(told.dialogue, rules=RULES, answers={NoticesAsked: (KNOWN,)}), tapped(actions.SEND, cmid=11)
    )
    assert "Чистим снег" in said(other) and not other.appeals


def test_danger_waits_for_no_notice() -> None:
    assert submits(KNOWN, draft=replace(READY, warned=True)).appeals


def test_without_the_feature_nobody_hears() -> None:
    assert submits(KNOWN, rules=Rules()).appeals


# What is asked before


def test_only_what_is_sent_listed_or_pressed_wants_them() -> None:
    ready = dialogue(Preview(), READY)
    assert needs(tapped(actions.SEND), ready, RULES).questions == (NoticesAsked(),)
    assert needs(wrote("отправить"), ready, RULES).questions == (NoticesAsked(),)
    assert needs(wrote("ещё и лёд"), ready, RULES).questions == ()
    assert needs(tapped(actions.SEND), dialogue(Preview(), replace(READY, place=None)), RULES).questions == ()
    listed = wrote("/объявления", peer=ROADS_CHAT, author=OFFICIAL)
    assert needs(listed, None, RULES).questions == (NoticesAsked(),)
    assert needs(wrote("/объявить Снег", peer=ROADS_CHAT, author=OFFICIAL), None, RULES).questions == ()
    press = ButtonPressed("event", ROADS_CHAT, OFFICIAL, 31, Command(END, ID), NOW)
    assert needs(press, None, RULES).questions == (NoticesAsked(ID),)
    assert of_press(replace(press, command=Command(END))) is None
