"""What an official wrote is read again before it leaves: no answer of a chat overtakes another there (I5)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from bot.delivery.read_sources import around, read_from_vk, read_of
from bot.vk.client import Executed
from storage.inbox.timers import ToRead

NOW = datetime(2026, 11, 29, 9, tzinfo=UTC)
CHAT, OTHER = 2_000_000_001, 2_000_000_002


async def test_what_stands_behind_an_unread_one_of_its_chat_waits_too() -> None:
    """Seed 437: VK read the second answer and not the first; the resident got them the other way round."""

    async def turn() -> None:
        return None

    async def batch(code: str) -> Executed:
        assert code.count("API.") == 3 and around(4) in code
        items = [{"conversation_message_id": cmid, "peer_id": peer, "from_id": 9, "text": "Ответ", "date": 1}
                 for peer, cmid in ((CHAT, 6), (OTHER, 3))]  # fmt: skip
        return Executed([False, {"items": items[:1]}, {"items": items[1:]}], [("messages.get", 10)])

    due = [ToRead(f"1124-AAAA {cmid} seen", peer, NOW) for peer, cmid in ((CHAT, 4), (CHAT, 6), (OTHER, 3))]
    bot: Any = SimpleNamespace(
        pace=SimpleNamespace(turn=turn), vk=SimpleNamespace(batch=batch),
        clock=SimpleNamespace(now=lambda: NOW, monotonic=lambda: 0.0),
        signer=SimpleNamespace(command=lambda *_: None),
    )  # fmt: skip
    assert [(one.peer, event.cmid) for one, event in await read_from_vk(bot, dict.fromkeys(due, 0.0))] == [(OTHER, 3)]


@pytest.mark.parametrize(
    ("shown_cmids", "seconds", "deleted"),
    [((3, 5), 10, True), ((3, 5), 9, None), ((2, 3), 18, None), ((2, 3), 600, True)],
)
def test_a_history_that_ends_before_an_answer_says_nothing_of_it(
    shown_cmids: tuple[int, ...], seconds: float, deleted: bool | None
) -> None:
    """Seed 177: a history that lagged by eighteen seconds took an answer for deleted, and it was taken back."""
    bot: Any = SimpleNamespace(clock=SimpleNamespace(now=lambda: NOW))
    items = [{"conversation_message_id": cmid, "from_id": 9, "text": "Ответ", "date": 1} for cmid in shown_cmids]
    event = read_of(bot, ToRead("1124-AAAA 4 seen", CHAT, NOW), items, 0, timedelta(seconds=seconds))
    assert event is None if deleted is None else event is not None and event.shown and event.message is None


async def test_a_clock_that_jumped_makes_no_history_late() -> None:
    """F23, seed 16000863: a clock that went a day ahead took an answer that a lagging history hid for deleted."""

    async def turn() -> None:
        return None

    async def batch(_: str) -> Executed:
        return Executed([{"items": [{"conversation_message_id": 5, "from_id": 9, "text": "Ответ", "date": 1}]}], [])

    due = ToRead("1124-AAAA 4 seen", CHAT, NOW - timedelta(days=1))
    clock = SimpleNamespace(now=lambda: NOW, monotonic=lambda: 10.0)
    bot: Any = SimpleNamespace(pace=SimpleNamespace(turn=turn), vk=SimpleNamespace(batch=batch), clock=clock)
    assert await read_from_vk(bot, {due: 9.0}) == []
    assert [event.message for _, event in await read_from_vk(bot, {due: 0.0})] == [None]
