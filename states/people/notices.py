"""A known trouble that an agency has announced: residents who write about it hear so before their number. It must hold
no word of a resident.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Notice:
    """`words`: what residents read. `street` is empty where it is the whole municipality. `since`: when it was
    confirmed, None while it is only understood; `ended`: when somebody took it back. After `until` nobody hears it."""

    id: str
    topic: str
    place: str
    street: str
    words: str
    until: datetime
    chat: int
    author: int
    told_at: datetime
    since: datetime | None = None
    ended: datetime | None = None

    def holds(self, now: datetime) -> bool:
        """Whether residents are told of it now: it is announced, not ended, and its end has not come."""
        return self.since is not None and self.ended is None and now < self.until
