"""Durations in bins that can be added: a quantile of many days is that of their summed bins, within one bin (R53).

It must never claim more: what comes out is called «около», and `bounds` says between what it lies.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate, pairwise

EDGES = (
    0, 5, 10, 15, 20, 30, 45, 60, 75, 90, 120, 150, 180, 210, 240, 300, 360, 420, 480, 600, 720, 840, 960, 1200, 1440,
    1920, 2400, 2880, 3360, 3840, 4320, 4800, 6000, 7200, 9600, 14400, 28800,
)  # fmt: skip
"""Lower edges in working minutes; eight hours are a working day. The last bin has no upper edge."""


def bin_of(minutes: int) -> int:
    """The number of the bin that holds so many minutes, counted from 0."""
    return next(number for number in reversed(range(len(EDGES))) if minutes >= EDGES[number])


def bounds(number: int) -> tuple[int, int | None]:
    """The lower bound (inclusive) and the upper bound (exclusive) of this bin in minutes; None: no end."""
    return EDGES[number], EDGES[number + 1] if number + 1 < len(EDGES) else None


def quantile(bins: Mapping[int, int], share: float) -> int | None:
    """The bin that holds the smallest duration that at least this share (0 to 1] of all do not exceed; None of none."""
    total = sum(bins.values())
    if total <= 0:
        return None
    wanted = max(1, -(-total * share // 1))
    numbers = sorted(bins)
    reached = accumulate(bins[number] for number in numbers)
    return next(number for number, sofar in zip(numbers, reached, strict=True) if sofar >= wanted)


def middle(number: int) -> int:
    """The minutes that are written for a bin: its middle; of the last bin its lower edge."""
    start, end = bounds(number)
    return start if end is None else (start + end) // 2


assert all(before < after for before, after in pairwise(EDGES))
