"""Gaps are read until none is left, and what stays as it was is not asked for again at once (delivery.md §10)."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from bot import catch_up
from storage.history import Gap

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

    async def at_once(_: float) -> None:
        pass

    told = iter((False, True))
    bot: Any = SimpleNamespace(
        stopping=SimpleNamespace(is_set=lambda: next(told)),
        gaps=SimpleNamespace(wait=at_once),
        clock=SimpleNamespace(sleep=at_once, monotonic=lambda: 0.0),
        swept=False,
    )
    monkeypatch.setattr(catch_up, "one_round", one_round)
    await catch_up.fill_gaps(bot)
    assert len(calls) == asked
