"""One message as a row of a list: what it is about, whose turn it is, how long it waits. Words of its author are only
as many as a row has room for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from states.lifecycle.alerts import Alert
from states.lifecycle.appeal import Status


@dataclass(frozen=True, slots=True)
class ListedAppeal:
    """`residents`: how many wrote of it; `chat` is where its card is. `due_at` is the clock that runs now. `alert` is
    what people have done with an alarm, `term` the day of the term by which it is judged."""

    code: str
    status: Status
    topic: str
    place: str
    agency: str
    created_at: datetime
    due_at: datetime | None = None
    urgent: bool = False
    incident: str = ""
    residents: int = 1
    accepted: date | None = None
    first: date | None = None
    final: date | None = None
    reopened: date | None = None
    rating: int = 0
    late: bool = False
    term: date | None = None
    text: str = ""
    address: str = ""
    chat: int | None = None
    alert: Alert | None = None

    @property
    def untaken(self) -> bool:
        """Whether it waits and nobody has said a word about it yet."""
        waits = self.status in (Status.ROUTED, Status.WAITING, Status.REPEAT)
        return waits and self.accepted is None and self.first is None

    @property
    def danger(self) -> bool:
        """Whether it is urgent and untaken: it stands first in every list, and in the view «Опасность»."""
        return self.urgent and self.untaken
