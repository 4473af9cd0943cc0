"""A resident's right to be forgotten: on which ground, asked when, due when (R12, R13). It erases nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum


class Ground(StrEnum):
    """Why data must go; each ground has its own term (rules.md §4.4)."""

    WITHDRAWN = "withdrawn"
    DEMANDED = "demanded"
    UNLAWFUL = "unlawful"


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """A confirmed request to forget a resident. `cut`: the number of «Да, удалить» in the dialogue, or the highest
    known when it came in another way; what was written after it stands under another consent, and is spared."""

    resident: int
    asked_at: datetime
    due_at: datetime
    ground: Ground = Ground.WITHDRAWN
    cut: int = 0


@dataclass(frozen=True, slots=True)
class ErasureTerms:
    """The terms of R13, to be confirmed by the operator's lawyer: days for a withdrawn consent, working days else."""

    days: int = 30
    working_days: int = 10


def due(
    ground: Ground,
    asked_at: datetime,
    zone: tzinfo,
    is_working: Callable[[date], bool],
    terms: ErasureTerms = ErasureTerms(),
) -> datetime:
    """The end of the last day, in the region's time; the day of the request is not counted."""
    day = asked_at.astimezone(zone).date()
    if ground is Ground.WITHDRAWN:
        day += timedelta(days=terms.days)
    else:
        left = terms.working_days
        while left:
            day += timedelta(days=1)
            left -= is_working(day)
    return datetime.combine(day, time(23, 59, 59), zone)
