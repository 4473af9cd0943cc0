"""The ladder of simpler forms (delivery.md §9): each drops something, none drops the words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from states.degraded import SIMPLEST, fitting, form
from states.effects import AnswerButton, Edit, Kind, Priority, Send, Source
from states.people.comments import wall_peer
from states.screen import Button, Keyboard

WITH_WORDS = "В работе\n\nЯма у дома"
KEYBOARD = Keyboard(((Button("Принять"),),), inline=True)
CARD = Send(
    2_000_000_001,
    "v1|101|card|1|3.roads|2",
    "Сообщение №1",
    Kind.CARD,
    Priority.CARD,
    KEYBOARD,
    forward=Source(1, (3, 4)),
    fallback="Снег во дворе",
    copy=Source(1, (2,)),
    attachments=("photo1_2",),
    reply_to=9,
    source=Source(1, (3,)),
    report=True,
)


def simpler(level: int, send: Send = CARD) -> Send:
    shape = form(send, level)
    assert isinstance(shape, Send)
    return shape


def test_as_meant_at_first() -> None:
    assert form(CARD, 0) == CARD


def test_without_forward_the_words_are_said_and_all_files_copied() -> None:
    """921, 969: forwards refused."""
    shape = simpler(1)
    assert (shape.forward, shape.reply_to) == (None, None)
    assert shape.text == "Сообщение №1\n\nСнег во дворе"
    assert shape.copy == Source(1, (3, 4, 2))
    assert shape.keyboard == KEYBOARD


def test_without_forward_and_without_words_only_the_files_are_copied() -> None:
    bare = Send(2_000_000_001, "c", "Дополнение", forward=Source(1, (3,)))
    assert simpler(1, bare) == Send(2_000_000_001, "c", "Дополнение", copy=Source(1, (3,)))


def test_without_a_forward_nothing_is_said_instead_of_it() -> None:
    assert simpler(1, replace(CARD, forward=None)) == replace(CARD, forward=None, reply_to=None)


def test_each_level_drops_one_thing_more() -> None:
    assert simpler(2).keyboard is None and simpler(2).copy is not None
    assert simpler(3).copy is None and simpler(3).attachments == () and simpler(3).source is not None
    assert simpler(4).source is None


@pytest.mark.parametrize("level", range(SIMPLEST + 1))
def test_words_appeal_and_report_stay_at_every_level(level: int) -> None:
    """delivery.md §9: the words are never dropped; the fate is still told."""
    shape = simpler(level)
    assert shape.text.startswith(CARD.text)
    assert level == 0 or CARD.fallback in shape.text
    assert (shape.peer, shape.cause, shape.appeal, shape.report) == (CARD.peer, CARD.cause, CARD.appeal, True)


def test_after_the_bare_words_there_is_nothing() -> None:
    assert form(CARD, SIMPLEST + 1) is None


def test_a_comment_under_a_post_drops_its_link_and_no_more() -> None:
    comment = Send(wall_peer(5), "c", "Напишите нам", Kind.COMMENT, reply_to=12, thread=12, link="https://vk.me/x")
    assert form(comment, 0) == comment and form(comment, 1) == replace(comment, link="")
    assert form(comment, 2) is None and form(replace(comment, link=""), 1) is None


def test_a_refused_edit_is_said_anew_once() -> None:
    """909: too old to edit."""
    edit = Edit(2_000_000_001, "v1|101|refresh|1|1.3|0", "v1|101|card|1|3.roads|2", "В работе", KEYBOARD, "1124-AAAA")
    assert form(edit, 0) == edit
    said = form(edit, 1)
    assert isinstance(said, Send)
    assert (said.peer, said.cause, said.text, said.appeal) == (edit.peer, edit.cause, "В работе", "1124-AAAA")
    assert form(edit, 2) is None


@pytest.mark.parametrize(("level", "text"), [(0, "В работе"), (1, WITH_WORDS), (3, WITH_WORDS)])
def test_an_edit_keeps_the_words_that_stand_instead_of_forwards(level: int, text: str) -> None:
    """An edit replaces the whole text; the simulation saw the words of a card vanish."""
    edit = Edit(2_000_000_001, "v1|101|refresh|1|1.3|0", "v1|101|card|1|3.roads|2", "В работе", fallback="Яма у дома")
    assert fitting(edit, level) == replace(edit, text=text)
    assert fitting(replace(edit, fallback=""), level).text == "В работе"


def test_a_spinner_has_no_simpler_form() -> None:
    press = AnswerButton("e", 2_000_000_001, 5001, "Приняли")
    assert form(press, 0) == press
    assert form(press, 1) is None
