"""Gaps are read until none is left, and what stays as it was is not asked for again at once (delivery.md §10)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bot.delivery import backfill, send
from bot.vk.client import Executed
from bot.vk.errors import VkError
from storage.inbox.history import Gap

FIVE, SIX = Gap(5, (1,)), Gap(6, (1, 2))


@pytest.mark.parametrize(
    ("rounds", "asked"),
    [([[]], 1), ([[FIVE], []], 2), ([[FIVE, SIX], [SIX], []], 3), ([[FIVE], [FIVE], [FIVE]], 2)],
)
async def test_the_same_again_is_no_progress(monkeypatch: Any, rounds: list[list[Gap]], asked: int) -> None:
    """Seed 115606: a message that stayed wanted was asked of VK twenty times a second."""
    given: Iterator[list[Gap]] = iter(rounds)
    calls: list[object] = []

    async def one_round(*_: object) -> list[Gap]:
        calls.append(_)
        return next(given)

    async def at_once(_: float) -> bool:
        return True

    told = iter((False, True))
    bot: Any = SimpleNamespace(
        stopping=SimpleNamespace(is_set=lambda: next(told)),
        gaps=SimpleNamespace(wait=at_once, clear_signal=lambda: None),
        clock=SimpleNamespace(sleep=at_once, monotonic=lambda: 0.0),
        swept=False,
    )
    monkeypatch.setattr(backfill, "one_round", one_round)
    await backfill.backfill(bot)
    assert len(calls) == asked


async def test_a_doubt_ends_with_the_gap_however_it_was_closed(monkeypatch: Any) -> None:
    """Else `fill_gaps` would wait for it no longer than a moment, for as long as the process lives."""
    clock: Any = SimpleNamespace(monotonic=lambda: 100.0)
    doubts = backfill.Doubts(clock)
    assert doubts.keep_believed(backfill.OfGap(FIVE)).gap.cmids == () and doubts.seconds() == backfill.BELIEVED_AFTER

    async def run(_: object) -> list[Gap]:
        return []

    assert await backfill.one_round(SimpleNamespace(db=SimpleNamespace(run=run)), doubts) == ()  # type: ignore[arg-type]
    assert doubts.seconds() == math.inf


KNOWN = [Gap(5, (1,), (50,)), Gap(6, (1, 2), (61, 62)), Gap(7, (4,))]


class Vk:
    """Answers each `execute` with what stands next, and keeps what was asked."""

    def __init__(self, *answers: Executed) -> None:
        self.asked: list[str] = []
        self.answers = iter(answers)

    async def batch(self, code: str) -> Executed:
        self.asked.append(code)
        return next(self.answers)


async def reads(vk: Vk, doubts: backfill.Doubts, gaps: list[Gap]) -> tuple[list[backfill.OfGap], VkError | None]:
    async def turn() -> None:
        return None

    bot: Any = SimpleNamespace(vk=vk, pace=SimpleNamespace(turn=turn))
    return await backfill.read(bot, gaps, doubts)


def items(*found: tuple[int, int]) -> dict[str, Any]:
    return {"items": [{"peer_id": peer, "conversation_message_id": cmid, "text": f"{peer}"} for peer, cmid in found]}


def numbers(of: backfill.OfGap) -> list[tuple[int, int]]:
    return [(item["peer_id"], item["conversation_message_id"]) for item in of.items]


async def test_words_of_many_dialogues_are_read_by_one_call() -> None:
    """A thousand consents at once took a quarter of what VK lets the bot ask. To each dialogue its own."""
    doubts = backfill.Doubts(SimpleNamespace(monotonic=lambda: 0.0))  # type: ignore[arg-type]
    vk = Vk(Executed([items((6, 2), (5, 1), (9, 1)), items((7, 4))], []))
    shown, refused = await reads(vk, doubts, KNOWN)
    (asked,) = vk.asked
    assert refused is None and asked.count("API.") == 2 and '"50,61,62"' in asked
    assert [(one.gap.peer, numbers(one)) for one in shown] == [(5, [(5, 1)]), (6, [(6, 2)]), (7, [(7, 4)])]
    assert [doubts.keep_believed(one).gap.cmids for one in shown] == [(1,), (2,), (4,)]
    vk = Vk(Executed([items((5, 1)), items((6, 2)), items((7, 4))], []))
    await reads(vk, doubts, KNOWN)
    assert '"50"' in vk.asked[0] and '"1,2"' in vk.asked[0], "what was not shown by its id is asked for by its number"


async def test_what_vk_will_not_read_by_ids_is_read_by_numbers() -> None:
    doubts = backfill.Doubts(SimpleNamespace(monotonic=lambda: 0.0))  # type: ignore[arg-type]
    vk = Vk(
        Executed([False, items((7, 4))], [("messages.getById", 15)]),
        Executed([items((5, 1)), items((6, 1), (6, 2)), items((7, 4))], []),
    )
    shown, refused = await reads(vk, doubts, KNOWN)
    assert [one.gap.peer for one in shown] == [7] and refused is not None and refused.code == 15
    shown, refused = await reads(vk, doubts, KNOWN)
    assert [one.gap.peer for one in shown] == [5, 6, 7] and refused is None and "getById" not in vk.asked[1]


async def test_no_more_is_asked_at_once_than_vk_takes() -> None:
    doubts = backfill.Doubts(SimpleNamespace(monotonic=lambda: 0.0))  # type: ignore[arg-type]
    many = [Gap(peer, (1,), (peer,)) for peer in range(1, 121)] + [Gap(peer, (1,)) for peer in range(200, 240)]
    together, apart = backfill.split_by_call(many, doubts)
    assert (len(together), len(apart)) == (100, 24)
    assert len(backfill.split_by_call(many[120:], doubts)[1]) == 25


async def test_the_loop_hears_that_a_message_with_files_has_left(monkeypatch: Any) -> None:
    """It sleeps meanwhile, and what stands behind it in its lane would wait for the end of that."""
    rung: list[str] = []

    async def fails(*_: object) -> None:
        rung.append("moved")
        raise ValueError("no room")

    monkeypatch.setattr(send, "files_first", fails)
    sender: Any = SimpleNamespace(bot=SimpleNamespace(outgoing=SimpleNamespace(notify=lambda: rung.append("rung"))))
    with pytest.raises(ValueError, match="no room"):
        await send.with_files(sender, SimpleNamespace(), SimpleNamespace())  # type: ignore[arg-type]
    assert rung == ["moved", "rung"]
