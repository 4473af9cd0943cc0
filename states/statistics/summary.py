"""What a report is told by others: a heading with figures, now and before. They know no report, and it none of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from states.statistics.change import Verdict
from states.statistics.filter import Filter
from states.statistics.periods import Stretch


@dataclass(frozen=True, slots=True)
class SummaryRequest:
    """`now` and `was` are the same part of all messages, in this period and the one before. `today`: in the region,
    whose days are those of `zone`."""

    stretch: Stretch
    now: Filter
    was: Filter
    today: date
    zone: tzinfo = UTC

    @property
    def over(self) -> bool:
        """Whether the last day of the period is past."""
        return self.stretch.last < self.today


@dataclass(frozen=True, slots=True)
class Measure:
    """Now and before, where the messages behind each are listed, and whether that is better, where it may be said."""

    now: float | None
    was: float | None = None
    href: str = ""
    was_href: str = ""
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True)
class SummaryFigure:
    """`share`: it is between 0 and 1. `beside`: what stands behind it instead of its change."""

    name: str
    measure: Measure
    share: bool = False
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """Up to four figures under a heading of their own: what a feature adds."""

    title: str
    figures: tuple[SummaryFigure, ...]
