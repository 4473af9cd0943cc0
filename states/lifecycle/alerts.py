"""An alarm of danger to life: who was told of it, who has seen it, how it ended. One belongs to one appeal.

It must never say more than is known: «сообщили» is a card that VK shows, «прочитал» a press of a person (R28).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FIRST_REPEATS = (timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=20))
"""After the telling: the chat is called again then while nobody has pressed «Вижу»."""

LATER_REPEATS = timedelta(minutes=30)
"""And so often from then on."""

SUBSTITUTE_AFTER = timedelta(minutes=15)
"""So long an alarm may stay unseen before the substitute and the second way of alarm are told."""

JUST_CALLED = timedelta(minutes=4)
"""What was called so lately together with others is not called once more by itself."""

FALSE_ALARMS = 2
"""After so many of them the cards of that author are not repeated."""

SAME_STORY = timedelta(hours=1)
"""Words of the author within so long after his last ones belong to the alarm."""


class Ending(StrEnum):
    """How a person ended it. The names stand on buttons and in rows: never rename one."""

    HANDED_OVER = "handed_over"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class SaidAt:
    """When a message of the alarm was written; `cmid` names the piece of the appeal."""

    cmid: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """`said`: when each of its messages was written. `shown_at`: VK shows the card. `seen_by` pressed «Вижу».
    `unreached_at`: somebody could not get through to 112, so the chat goes on being called. `called_at`: when it was
    called last; with the first call its author hears that nobody has read it. `silent`: it calls nobody again by
    itself (two false ones before, or told after a restore). `safe_at`: the author has said since that there is no
    danger.
    """

    told_at: datetime
    said: tuple[SaidAt, ...] = ()
    shown_at: datetime | None = None
    seen_at: datetime | None = None
    seen_by: int = 0
    unreached_at: datetime | None = None
    unreached_by: int = 0
    called_at: datetime | None = None
    silent: bool = False
    safe_at: datetime | None = None
    ending: Ending | None = None
    ended_at: datetime | None = None
    ended_by: int = 0

    @property
    def calling(self) -> bool:
        """Whether a person must still be called: nobody has seen it, or 112 could not be reached."""
        return self.ending is None and (self.seen_at is None or self.unreached_at is not None)

    @property
    def began_at(self) -> datetime:
        """The moment from which the calls are counted."""
        return self.unreached_at or self.told_at

    def next_call(self, now: datetime) -> datetime:
        """The next moment after `now` at which the chat is called again: also where a clock that was ahead has told the
        alarm (F23)."""
        for after in FIRST_REPEATS:
            if self.began_at + after > now:
                return min(self.began_at + after, now + LATER_REPEATS)
        last = self.began_at + FIRST_REPEATS[-1]
        return last + LATER_REPEATS * ((now - last) // LATER_REPEATS + 1)

    def needs_substitute(self, now: datetime) -> bool:
        """What was told so much later than now was told by a wrong clock, and how long ago nobody knows."""
        return self.calling and not self.silent and abs(now - self.told_at) >= SUBSTITUTE_AFTER
