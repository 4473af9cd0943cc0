"""Before «Отправить» the resident reads who gets it, and why that is the ЦУР where it is (R29, R30, R38)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions
from handlers.views.addressee import Addressee, addressee
from handlers.views.preview import preview
from screening.obscene import M
from states.dialogue import Preview
from states.lifecycle.appeal import Piece
from states.people.chats import CUR
from tests.handlers.given import CHATS, CUR_CHAT, READY, ROADS_CHAT, cur, dialogue, facts, roads, sends, tapped
from tests.small import NOW

LOST = {"chats": CHATS | {"roads": roads(lost=True)}}
PAUSED = {"chats": CHATS | {"roads": roads(paused_until=NOW + timedelta(days=1))}}
LOOSE = {"chats": {CUR: cur()}}
NO_CUR = {"chats": {"roads": roads()}}


@pytest.mark.parametrize(
    ("text", "topic", "known", "why"),
    [
        ("Требуют взятку за уборку снега", "snow", {}, "похоже на преступление"),
        (f"Снег, {M}ки", "snow", {}, "в тексте есть брань"),
        ("Жалоба на Миндор: ничего не делают", "snow", {}, "это жалоба на тех, кто отвечает"),
        ("Жалоба: чиновник нахамил", "snow", {}, "это жалоба на тех, кто отвечает"),
        ("Непонятное", "odd", {}, "для этой темы и места ещё не назван тот, кто отвечает"),
        ("Снег", "snow", LOOSE, "Миндор здесь ещё не отвечает"),
        ("Снег", "snow", LOST, "чат, где отвечает Миндор, сейчас недоступен"),
        ("Снег", "snow", PAUSED, "Миндор новых сообщений пока не берёт"),
        (f"Требуют взятку, {M}ки", "snow", LOST, "похоже на преступление; в тексте есть брань"),
    ],
)
def test_the_preview_says_that_the_cur_reads_first_and_why_and_so_it_is(
    text: str, topic: str, known: dict[str, Any], why: str
) -> None:
    """R29, R30, R38, F16: whatever the reason, what was promised is what happens."""
    draft = replace(READY, pieces=(Piece(3, text),), topic=topic)
    shown = preview(draft, facts(**known)).text
    assert f"Сначала прочитает центр управления регионом: {why}" in shown
    sent = decide(facts(dialogue(Preview(), draft), **known), tapped(actions.SEND))
    assert sent.appeals[0].chat == CUR_CHAT and not sends(sent, ROADS_CHAT)


@pytest.mark.parametrize("text", ["Снег", "Жалоба на врача", "Жалоба на Минздрав. Снег у больницы"])
def test_the_agency_that_the_preview_names_gets_it(text: str) -> None:
    """R38: a complaint about an institution, or about another body, is read by who oversees it."""
    draft = replace(READY, pieces=(Piece(3, text),))
    assert addressee(facts(), draft.pieces, "roads") == Addressee("roads")
    assert "Ответит Миндор." in preview(draft, facts()).text
    assert sends(decide(facts(dialogue(Preview(), draft)), tapped(actions.SEND)), ROADS_CHAT)


def test_whom_the_resident_chose_is_named_with_the_same_truth() -> None:
    chosen = replace(READY, named="secret", settled=True)
    assert "Ответит доверие." in preview(chosen, facts()).text
    assert "доверие здесь ещё не отвечает" in preview(chosen, facts(**NO_CUR)).text


def test_where_nobody_reads_yet_the_preview_says_that_it_waits() -> None:
    """R22: no chat of the agency and none of the ЦУР."""
    draft = replace(READY, pieces=(Piece(3, "Жалоба на Миндор"),))
    shown = preview(draft, facts(**NO_CUR)).text
    assert "Сохраним и передадим позже: это жалоба на тех, кто отвечает" in shown
    sent = decide(facts(dialogue(Preview(), draft), **NO_CUR), tapped(actions.SEND))
    assert sent.appeals[0].chat is None and not sends(sent, ROADS_CHAT)
