"""An address in its author's own words stands in the title wherever their message is named: the checkers know it (I2,
I4)."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from tests.simulation import checks, record
from tests.simulation.test_replies import CODE, PEER, RESIDENT, WORDS, cause, chat_with, record_of
from vk_emulator.world.records import CHAT_BASE, Thread

CARD = (f"Снег · Миасс, Пометка {WORDS}\nСостояние: передано\n№{CODE}\n\nЯма", cause("card", "1.roads"))
PLAIN = (f"Снег · Миасс\n№{CODE}\n\nПометка {WORDS}", cause("card", "1.roads"))
BACK = (f"Бот снова в чате.\n— Снег · Челябинск\n— Снег · Миасс, Пометка {WORDS}", cause("chat", "found.1"))
LISTED = (f"Снег: передано. №1124-3333\nСнег · Миасс, Пометка {WORDS}: передано. №{CODE}", cause("hint", "7"))


def holding(thread: Thread, holder: int | None) -> Any:
    """The same record, of a chat that knows who holds the resident's message."""
    assert thread.chat is not None
    thread.chat.numbers = {-101: PEER - CHAT_BASE}
    known = record_of(thread)
    known.residents, known.holders = {CODE: RESIDENT, "1124-3333": 20002}, defaultdict(list, {CODE: [(0.0, holder)]})
    known.led_by, known.attempted_at, known.incidents.leads = lambda *_: False, lambda _: 1.0, lambda *_: []
    return known


def wrong_in(lines: list[tuple[str, str]], holder: int | None = PEER) -> list[str]:
    thread = chat_with(lines)
    known = holding(thread, holder)
    return [*checks.card_once(known), *record.held(known, thread.messages[-1], WORDS, RESIDENT)]


@pytest.mark.parametrize("named", [BACK, LISTED])
def test_a_title_may_name_what_the_chat_holds(named: tuple[str, str]) -> None:
    assert wrong_in([CARD, named]) == []


@pytest.mark.parametrize("named", [BACK, LISTED])
def test_a_title_of_what_it_does_not_hold_is_seen(named: tuple[str, str]) -> None:
    assert any(what.startswith("I4") for what in wrong_in([CARD, named], holder=PEER + 1))


@pytest.mark.parametrize("named", [BACK, LISTED])
def test_words_that_are_no_address_are_seen(named: tuple[str, str]) -> None:
    assert len(wrong_in([PLAIN, named])) == 2
