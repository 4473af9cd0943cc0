"""What waits for the ЦУР or for an agency, in counts and in one short list: of bounded length, whatever waits (R51).

Counts and lists only; who may see them is decided by who asks (R22).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from states.lifecycle.appeal import Appeal
from states.lifecycle.spikes import Spike


class Section(StrEnum):
    """What a line of the list counts. The names stand on buttons that live for years: never rename one."""

    DANGER = "danger"
    OWN_LATE = "own_late"
    UNASSIGNED = "unassigned"
    RETURNED = "returned"
    REOPENED = "reopened"
    NEW = "new"
    TODAY = "today"
    OVERDUE = "overdue"
    THRICE = "thrice"
    UNDELIVERED = "undelivered"


OF_CUR = (Section.UNASSIGNED, Section.RETURNED, Section.REOPENED)
"""Waits for the ЦУР itself to name who answers; of these `OWN_LATE` counts those of which its own term is over."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many, and since when the oldest waits, or when its term ended."""

    count: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Load:
    """What one agency has to answer today, and what it is late with; None is the ЦУР itself."""

    agency: str | None
    today: int = 0
    overdue: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Digest:
    """`late` are the oldest overdue ones as they stand, `loads` what each agency owes: the latest first. `comments`:
    under posts of the community, that nobody has answered."""

    counts: Mapping[Section, Count] = field(default_factory=dict)
    loads: tuple[Load, ...] = ()
    late: tuple[Appeal, ...] = ()
    spikes: tuple[Spike, ...] = ()
    comments: Count = Count()

    def of(self, section: Section) -> Count:
        """How many wait in this section; an empty count where none do."""
        return self.counts.get(section, Count())
