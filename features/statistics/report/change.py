"""Better or worse than before, in a word. What looks the same in figures is called the same; nothing is praised."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from bot.charts.numbers import Figure


class Good(Enum):
    """Which direction helps residents."""

    MORE = "in time"
    LESS = "hours, unsolved"


class Verdict(Enum):
    BETTER = "лучше"
    WORSE = "хуже"
    SAME = "так же"


def verdict(now: Figure, was: Figure, good: Good, told: Callable[[Figure], str]) -> Verdict | None:
    """By the figures as they are written: 90,94 and 90,91 are both «90,9 %», and nobody would see a difference."""
    if now is None or was is None:
        return None
    if told(now) == told(was):
        return Verdict.SAME
    return Verdict.BETTER if (now > was) is (good is Good.MORE) else Verdict.WORSE
