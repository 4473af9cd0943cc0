"""How often a person writes, counted by the minute of VK's own clock (T9, F30). A small value inside the dialogue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
TELL_EVERY = timedelta(minutes=10)
MESSAGE = 3
PRESS = 1
"""Weights: who walks through the menus presses three times where others write once."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Since when is counted, how much has come since, and when it was said last that it is too much."""

    since: datetime | None = None
    weight: int = 0
    told_at: datetime | None = None

    def counting(self, at: datetime, weight: int) -> Pace:
        """One thing more. What is older than the count was counted then: it is read a second time (design.md §12)."""
        if self.since is None or at - self.since >= MINUTE:
            return replace(self, since=at, weight=weight)
        return self if at < self.since else replace(self, weight=self.weight + weight)

    def too_much(self, messages: int) -> bool:
        """More than so many messages in a minute."""
        return self.weight > messages * MESSAGE

    def untold(self, at: datetime) -> bool:
        return self.told_at is None or at - self.told_at >= TELL_EVERY
