"""What is counted of who answers in fact, and when a proposal that somebody put aside is made again. Which proposals
there are says features/directory_editor/proposals.py. It must never hold a word of anybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from states.statistics.filter import By, Filter

MONTH = timedelta(days=31)
PERIOD = timedelta(days=92)
"""How far back history is read: three months, counted by `MONTH` from its first day."""
CLEARLY = 2
"""What was put aside is proposed again when there are so many times as many answers, or others."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Final answers to messages of one topic and place by one agency in one month of the period, `month` from 0 on."""

    topic: str
    place: str
    agency: str
    month: int
    many: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Proposal:
    """`agency` has given `many` of `whole` answers; the directory names `named`, empty for nobody. Where that is
    little, agencies of the same role have given `role_many` of `role_whole` answers to the topic in the whole region.
    """

    topic: str
    place: str
    agency: str
    named: str
    many: int
    whole: int
    role_many: int = 0
    role_whole: int = 0

    @property
    def key(self) -> tuple[str, str]:
        """Topic and place: of each pair there is at most one proposal."""
        return self.topic, self.place


@dataclass(frozen=True, slots=True)
class Stuck:
    """A topic that is mostly given back and that no agency answers most of. `answered`: who did, the most first."""

    topic: str
    returned: int
    received: int
    answered: tuple[tuple[str, int], ...]


def period(today: date) -> Filter:
    """Final answers of the last three months, without those whose resident named the agency: that is no evidence of who
    should have had them."""
    return Filter(by=By.FINAL, since=today - PERIOD + timedelta(days=1), until=today, chosen=False)


def fresh(found: Iterable[Proposal], aside: Mapping[tuple[str, str], Proposal]) -> Iterator[Proposal]:
    """The proposals that were not put aside, or whose history has changed clearly since then."""
    return (proposal for proposal in found if not stays_aside(proposal, aside.get(proposal.key)))


def stays_aside(now: Proposal, then: Proposal | None) -> bool:
    """Whether this is what a person has decided on already: the same two agencies, and not many more answers."""
    if then is None:
        return False
    return (now.agency, now.named) == (then.agency, then.named) and now.many < CLEARLY * then.many
