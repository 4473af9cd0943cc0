"""The clocks of one appeal: when they run out, when to remind, how they stand still and go on (R40, R46, R51).

It must never move a reminder into a time when the agency is closed, nor count time in which a clock stood still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import assert_never

from states.worktime.calendar import LastDay
from states.worktime.schedule import Office

SHORTEST = timedelta(hours=1)
"""A promised day that was over when the promise arrived is counted as a term of this length."""

THRICE = 3
"""From so many terms on the ЦУР sees a message by itself, not only its agency (R51)."""


class TermClock(StrEnum):
    """What is waited for. Under `QUESTION` the resident is waited for, and the agency's own clock stands still."""

    ROUTE = "route"
    FIRST_ANSWER = "first_answer"
    AFTER_INTERIM = "after_interim"
    POSTPONED = "postponed"
    QUESTION = "question"


class Unit(StrEnum):
    """What a term is counted in. `HOURS` and `MINUTES` run in working time only."""

    MINUTES = "minutes"
    HOURS = "hours"
    WORKING_DAYS = "working_days"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class Term:
    """How long something may take. `source` says who fixed it; until an act does, it is not `confirmed` (R46)."""

    amount: int
    unit: Unit
    source: str = ""
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of an agency, by default those of R46. No act of the region fixes them (rules.md §2.2)."""

    route: Term = Term(1, Unit.HOURS, "практика ЦУР: Ярославль, 60 минут")
    first_answer: Term = Term(8, Unit.HOURS, "практика ЦУР: Краснодарский край, 8 рабочих часов")
    urgent: Term = Term(4, Unit.HOURS, "практика ЦУР: Севастополь, 4 часа")
    after_interim: Term = Term(7, Unit.WORKING_DAYS, "практика ЦУР: Севастополь, 7 рабочих дней")
    postponed: Term = Term(30, Unit.DAYS, "решение разработчиков")
    question: Term = Term(5, Unit.DAYS, "решение разработчиков")
    last_day: LastDay = LastDay.PREV

    def of(self, clock: TermClock, *, urgent: bool = False) -> Term:
        """The term of this clock."""
        match clock:
            case TermClock.ROUTE:
                return self.route
            case TermClock.FIRST_ANSWER:
                return self.urgent if urgent else self.first_answer
            case TermClock.AFTER_INTERIM:
                return self.after_interim
            case TermClock.POSTPONED:
                return self.postponed
            case TermClock.QUESTION:
                return self.question
            case _:
                assert_never(clock)

    @property
    def unconfirmed_names(self) -> tuple[str, ...]:
        """The terms that the administrator's screen marks «не подтверждено региональным актом» (R46)."""
        return tuple(name for name in TERMS if not getattr(self, name).confirmed)


TERMS = ("route", "first_answer", "urgent", "after_interim", "postponed", "question")


class Share(StrEnum):
    """Of a term: when somebody is told at once (R51): of danger before its end, of any at its end."""

    MOST = "most"
    BREACH = "breach"


_PERCENT = {Share.MOST: 80, Share.BREACH: 100}


@dataclass(frozen=True, slots=True)
class Reminder:
    """When to remind. Its name is the clock and the share, so that it is sent once whatever stops and goes on."""

    clock: TermClock
    share: Share
    at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """A running clock. `used`: working time that had passed before it was stopped and went on.

    `number` tells the clocks of one appeal apart; a clock keeps it while it stands still, so it reminds once (R51).
    """

    clock: TermClock
    started_at: datetime
    due_at: datetime
    used: timedelta = timedelta()
    number: int = 0

    def overdue(self, now: datetime) -> bool:
        """Whether the moment when it is due is past."""
        return now > self.due_at

    def times(self, office: Office, now: datetime) -> int:
        """How many of its terms have passed in working time: 0 while it runs, 1 from its end on, 3 at three of them."""
        if not self.overdue(now):
            return 0
        whole = max(self.used + office.between(self.started_at, self.due_at), SHORTEST)
        return 1 + office.between(self.due_at, now) // whole

    def reminders(self, office: Office) -> tuple[Reminder, ...]:
        """When to remind: at 80 % and 100 % of the working time, each while the agency is at work, without those that
        are past. The ЦУР promises an hour of today: who waits hears at that very moment, though it is the last one of
        the day. A day that was promised and is over by the time the promise arrives has only an end."""
        whole = self.used + office.between(self.started_at, self.due_at)
        found = []
        for share, percent in _PERCENT.items():
            left = whole * percent / 100 - self.used
            if left >= timedelta() and (whole or share is Share.BREACH):
                at = self.due_at if share is Share.BREACH else office.add(self.started_at, left)
                at_once = share is Share.BREACH and self.clock is TermClock.ROUTE
                found.append(Reminder(self.clock, share, at if at_once else office.opening(at)))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Stopped:
    """A clock that stands still: what was used of it and what is left, in working time."""

    clock: TermClock
    used: timedelta
    left: timedelta
    number: int = 0


def start(clock: TermClock, terms: Terms, office: Office, now: datetime, *, urgent: bool = False) -> Deadline:
    """A clock from now on. Hours begin at opening, days on the day after (R47, ГК art. 191)."""
    term, today = terms.of(clock, urgent=urgent), office.day(now)
    match term.unit:
        case Unit.MINUTES:
            due_at = office.add(now, timedelta(minutes=term.amount))
        case Unit.HOURS:
            due_at = office.add(now, timedelta(hours=term.amount))
        case Unit.WORKING_DAYS:
            due_at = office.end_of(office.calendar.add_working_days(today, term.amount), now)
        case Unit.DAYS:
            rule = LastDay.NEXT if clock is TermClock.QUESTION else terms.last_day  # a resident loses no day
            due_at = office.end_of(office.calendar.last_day(today, term.amount, rule), now)
        case _:
            assert_never(term.unit)
    return Deadline(clock, now, due_at)


def stop(deadline: Deadline, office: Office, now: datetime) -> Stopped:
    """What is left of a clock while the resident is asked or the answer is put off; of an overdue one, nothing."""
    used = office.between(deadline.started_at, min(now, deadline.due_at))
    left = office.between(now, deadline.due_at)
    return Stopped(deadline.clock, deadline.used + used, left, deadline.number)


def go_on(stopped: Stopped, office: Office, now: datetime) -> Deadline:
    """The clock goes on with exactly what was left of it."""
    return Deadline(stopped.clock, now, office.add(now, stopped.left), stopped.used, stopped.number)


def latest_promise(clock: TermClock, terms: Terms, office: Office, now: datetime) -> date:
    """The last day that may be promised; midnight still belongs to the day that it ends."""
    return office.day(start(clock, terms, office, now).due_at - timedelta.resolution)
