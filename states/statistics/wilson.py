"""Wilson's 95 % interval of a share: how far the true share may lie from the one that was counted, also at 0 and 100 %.

Reference: E. B. Wilson, Probable Inference, JASA 22 (1927). It must never be told for nothing out of nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Interval:
    """The ends of an interval, as shares from 0 to 1."""

    low: float
    high: float


def wilson(good: int, of: int, z: float = Z95) -> Interval | None:
    """The interval of a share by Wilson; None where nothing was counted: there is no share then, and no interval of
    it."""
    if not 0 <= good <= of:
        raise ValueError("a part is between nothing and the whole")
    if of == 0:
        return None
    share, square = good / of, z * z
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    low = 0.0 if good == 0 else max(0.0, middle - half)
    high = 1.0 if good == of else min(1.0, middle + half)
    return Interval(low, high)
