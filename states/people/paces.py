"""How often a person writes, counted by the minute of VK's own clock (T9, F30). A small value inside the dialogue."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MINUTE = timedelta(minutes=1)
TELL_EVERY = timedelta(minutes=10)
REPEATS = 3
MESSAGE = 3
PRESS = 1
"""Weights: who walks through the menus presses three times where others write once."""
LATE = timedelta(seconds=10)
"""What was written so long before the bot spoke was written without having read that: VK or the bot was away."""

MOST_SAID = 10


@dataclass(frozen=True, slots=True)
class Pace:
    """Since when is counted, how much has come since, and when it was said last that it is too much.

    `words` is a mark of what was said last, 0 for nothing worth it, `same` how often in a row (T20). `said`: marks of
    what the bot has answered since `said_at` to words that it had not read in time (F10).
    """

    since: datetime | None = None
    weight: int = 0
    told_at: datetime | None = None
    words: int = 0
    same: int = 0
    said: tuple[int, ...] = ()
    said_at: datetime | None = None
    said_cmid: int = 0

    def counting(self, at: datetime, weight: int, words: int = 0) -> Pace:
        """The pace with one thing more. What is older than the count was counted then: it is read a second time
        (design.md §12)."""
        if self.since is None or at - self.since >= MINUTE:
            return replace(self, since=at, weight=weight, words=words, same=1)
        if at < self.since:
            return self
        same = self.same + 1 if words and words == self.words else 1
        return replace(self, weight=self.weight + weight, words=words, same=same)

    def answering(self, at: datetime, mark: int, now: datetime, cmid: int) -> tuple[Pace, bool]:
        """The pace once a message of `at` is answered with this mark, and whether its author reads that answer anyway.
        Message numbers that do not follow each other have an answer between them, whatever our clock says of it
        (F24)."""
        if self.said_at is None or at >= self.said_at - LATE or cmid > self.said_cmid + 1:
            return replace(self, said=(mark,), said_at=now, said_cmid=cmid), False
        again = mark in self.said
        said = self.said if again else (*self.said, mark)[-MOST_SAID:]
        return replace(self, said=said, said_cmid=cmid), again

    @property
    def repeats(self) -> bool:
        """Word for word the same again and again within a minute: an answering machine, which would never end."""
        return self.same > REPEATS

    def too_much(self, messages: int) -> bool:
        """Whether more than so many messages were written in a minute."""
        return self.weight > messages * MESSAGE

    def untold(self, at: datetime) -> bool:
        """Whether the person may be told again that this is too often: not yet told, or `TELL_EVERY` ago."""
        return self.told_at is None or at - self.told_at >= TELL_EVERY
