"""Gaps are read until none is left, and what stays as it was is not asked for again at once (delivery.md §10)."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bot.delivery import backfill, send
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
        gaps=SimpleNamespace(wait=at_once, heard=lambda: None),
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
    assert doubts.settled(backfill.OfGap(FIVE)).gap.cmids == () and doubts.seconds() == backfill.BELIEVED_AFTER

    async def run(_: object) -> list[Gap]:
        return []

    assert await backfill.one_round(SimpleNamespace(db=SimpleNamespace(run=run)), doubts) == ()  # type: ignore[arg-type]
    assert doubts.seconds() == math.inf


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
