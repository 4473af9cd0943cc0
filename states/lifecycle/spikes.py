"""More messages about one thing in one place than usual: the ЦУР hears of it while it grows (features.md §6.10).

It only compares counts; what is behind them is for people to find out.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2026, 1, 1, tzinfo=UTC)
LOOK_EVERY = timedelta(minutes=15)
WINDOW = timedelta(hours=1)
USUAL_DAYS = 28
FEWEST = 5
"""Fewer messages in an hour are no spike, however quiet it usually is."""
TIMES = 4.0
"""So many times the usual number of that window is a spike."""


@dataclass(frozen=True, slots=True)
class Spike:
    """Messages about a topic in a place in the last window, and how many there usually are in one."""

    topic: str
    place: str | None
    count: int
    usual: float


def next_look(now: datetime) -> datetime:
    """The next quarter of an hour, as clocks show it: at nine sharp, not some minutes later."""
    return now + LOOK_EVERY - (now - _EPOCH) % LOOK_EVERY


def spikes(counts: Iterable[Spike]) -> tuple[Spike, ...]:
    """The counts that stand out against what is usual, the largest first."""
    found = [spike for spike in counts if spike.count >= FEWEST and spike.count >= TIMES * spike.usual]
    return tuple(sorted(found, key=lambda spike: (-spike.count, spike.topic, spike.place or "")))
