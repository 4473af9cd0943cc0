"""Only a person in the bound chat that holds an appeal may act on it; only the ЦУР assigns (R24, I4)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from states.appeal import Appeal, Status
from states.chats import CUR, Chat
from states.who_may import may_act, may_assign
from tests.small import NOW

HERE = Chat(2_000_000_001, "roads")
APPEAL = Appeal("1", 1001, 3, Status.ROUTED, 2, "snow", NOW, chat=HERE.peer)


def test_a_person_in_the_chat_that_holds_it_may_act() -> None:
    assert may_act(HERE, 5001, APPEAL)


@pytest.mark.parametrize(
    "chat, author",
    [
        (None, 5001),
        (replace(HERE, agency=None), 5001),
        (Chat(2_000_000_002, "health"), 5001),
        (Chat(2_000_000_003, CUR), 5001),
        (HERE, -5),
        (HERE, 0),
        (HERE, 2_000_000_009),
    ],
)
def test_nobody_else_may(chat: Chat | None, author: int) -> None:
    """I4: neither another agency's chat, nor the ЦУР's, nor an unbound one, nor a bot."""
    assert not may_act(chat, author, APPEAL)


def test_an_appeal_that_no_chat_holds_is_nobodys() -> None:
    assert not may_act(HERE, 5001, replace(APPEAL, chat=None))


def test_only_people_of_the_cur_assign() -> None:
    assert may_assign(Chat(2_000_000_003, CUR), 5001)
    assert not may_assign(Chat(2_000_000_003, CUR), -5)
    assert not may_assign(HERE, 5001)
    assert not may_assign(None, 5001)
