"""Better or worse than before, in a word: one rule for every page and picture. Nothing is praised for what chance alone
may do, or where too little was counted.

It must never judge a count of messages: more of them are no worse work.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from states.statistics.durations import bounds, middle, quantile
from states.statistics.wilson import Z95, wilson

LEAST = 30
"""Of fewer nothing is said (R55)."""


class Good(Enum):
    """Which direction helps residents."""

    MORE = "in time"
    LESS = "hours, unsolved"


class Verdict(Enum):
    """The change in one word, as people read it."""

    BETTER = "лучше"
    WORSE = "хуже"


@dataclass(frozen=True, slots=True)
class MeasuredFigure:
    """A figure, of how many it is, and between what it lies with a confidence of 95 %."""

    value: float
    of: int
    low: float
    high: float


def verdict(now: MeasuredFigure | None, was: MeasuredFigure | None, good: Good) -> Verdict | None:
    """Whether it is better or worse than before; None where it is written the same, or may be the same: the difference
    lies within its own interval of 95 % (R. G. Newcombe, Interval estimation for the difference between independent
    proportions, 1998, method 10)."""
    if now is None or was is None or min(now.of, was.of) < LEAST or round(now.value, 1) == round(was.value, 1):
        return None
    more, less = (now, was) if now.value > was.value else (was, now)
    if more.value - less.value <= math.hypot(more.value - more.low, less.high - less.value):
        return None
    return Verdict.BETTER if (more is now) is (good is Good.MORE) else Verdict.WORSE


def share_of(part: int, whole: int) -> MeasuredFigure | None:
    """The share in per cent, with Wilson's interval; None of nothing."""
    found = wilson(part, whole)
    if found is None:
        return None
    return MeasuredFigure(100 * part / whole, whole, 100 * found.low, 100 * found.high)


def median_of(bins: Mapping[int, int]) -> MeasuredFigure | None:
    """The median of durations in bins, in minutes, with its interval to the edges of the bins; None of nothing."""
    found, whole = quantile(bins, 0.5), sum(bins.values())
    if found is None:
        return None
    half = Z95 / (2 * math.sqrt(whole))
    first, last = (quantile(bins, min(1.0, max(1 / whole, 0.5 + step))) for step in (-half, half))
    assert first is not None and last is not None, "there is one"
    low, high = bounds(first)[0], bounds(last)[1]
    return MeasuredFigure(middle(found), whole, low, math.inf if high is None else high)


def mean_of(counts: Mapping[int, int]) -> MeasuredFigure | None:
    """The mean of marks, each as often as it was given, with its interval; None of nothing."""
    whole = sum(counts.values())
    if not whole:
        return None
    mean = sum(mark * many for mark, many in counts.items()) / whole
    spread = sum(many * (mark - mean) ** 2 for mark, many in counts.items()) / whole
    half = Z95 * math.sqrt(spread / whole)
    return MeasuredFigure(mean, whole, mean - half, mean + half)
