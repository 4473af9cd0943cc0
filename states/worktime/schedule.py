"""An agency's working hours, and working time along them in UTC (R45, R47): how much has passed, when it will have.

It must never let a clock run while the agency is closed, nor use an hour of a zone that it was not given.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import takewhile

from states.worktime.calendar import DAY, LONGEST, Calendar

MIDNIGHT = 24 * 60
SHORTER = 60
"""Minutes by which a shortened day ends earlier (R47)."""


@dataclass(frozen=True, slots=True)
class Span:
    """Open from `start` to `end`, in minutes of the local day; `end` is up to 1440, midnight."""

    start: int
    end: int


Hours = tuple[Span, ...]
"""Of one day, in order, apart from each other. Empty: closed."""

OFFICE: Hours = (Span(9 * 60, 13 * 60), Span(14 * 60, 18 * 60))
CLOSED: Hours = ()
ROUND_THE_CLOCK: Hours = (Span(0, MIDNIGHT),)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A day on which this agency works otherwise than by its week; without hours it is closed."""

    day: date
    hours: Hours = CLOSED


class WrongSchedule(ValueError):
    """Hours that no clock could follow. `weekday` counts from Monday; None: the whole week is closed."""

    def __init__(self, weekday: int | None, why: str) -> None:
        super().__init__(why)
        self.weekday = weekday


def _check(hours: Hours, weekday: int) -> None:
    """WrongSchedule where the hours of a day overlap, are out of order or pass midnight."""
    after = 0
    for span in hours:
        if not after <= span.start < span.end <= MIDNIGHT:
            raise WrongSchedule(weekday, "hours must go one after another")
        after = span.end


@dataclass(frozen=True, slots=True)
class Schedule:
    """When an agency works: seven days from Monday, and days of its own.

    `by_calendar`: it rests on public holidays and its shortened days are shorter; a duty service does not.
    `confirmed`: the agency itself has said so.
    """

    week: tuple[Hours, ...] = (OFFICE, OFFICE, OFFICE, OFFICE, OFFICE, CLOSED, CLOSED)
    own_days: tuple[OwnDay, ...] = ()
    by_calendar: bool = True
    confirmed: bool = False

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise WrongSchedule(None, "a week has seven days")
        for weekday, hours in enumerate(self.week):
            _check(hours, weekday)
        for own in self.own_days:
            _check(own.hours, own.day.weekday())
        if not any(self.week):
            raise WrongSchedule(None, "never open")

    def hours(self, calendar: Calendar, day: date) -> Hours:
        """The hours of this day: own days first, then days off, else the week."""
        for own in self.own_days:
            if own.day == day:
                return own.hours
        usual = self.week[day.weekday()]
        if not self.by_calendar:
            return usual
        if day in calendar.off:
            return CLOSED
        if not usual and day in calendar.working:  # it stands in for a weekday; the table does not say for which
            usual = next(hours for hours in self.week if hours)
        return _shorter(usual) if day in calendar.short else usual


def _shorter(hours: Hours) -> Hours:
    """An hour less at the end, through lunch if need be: «до 15:00» may leave the afternoon out whole."""
    left = SHORTER
    kept: list[Span] = []
    for span in reversed(hours):
        cut = min(left, span.end - span.start)
        left -= cut
        if span.end - cut > span.start:
            kept.insert(0, Span(span.start, span.end - cut))
    return tuple(kept)


@dataclass(frozen=True, slots=True)
class Office:
    """The working time of one agency: its hours, the country's calendar, the region's zone."""

    schedule: Schedule
    calendar: Calendar
    zone: tzinfo

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The first moment at which this much working time has passed; for none of it, the first moment at work.

        The inverse of `between`. A message of the night starts at opening (R47).
        """
        if duration < timedelta():
            raise ValueError("working time does not run backwards")
        left, spans = duration, self._open(start)
        opens, closes = next(spans)
        while left > closes - opens:
            if closes - start > LONGEST * DAY:
                raise ValueError(f"{duration} of working time does not fit in {LONGEST} days")
            left -= closes - opens
            opens, closes = next(spans)
        return opens + left

    def between(self, start: datetime, end: datetime) -> timedelta:
        """Working time from `start` to `end`; none if `end` is not later."""
        spans = takewhile(lambda span: span[0] < end, self._open(start))
        return sum((min(closes, end) - opens for opens, closes in spans), timedelta())

    def opening(self, at: datetime) -> datetime:
        """The next moment at which the agency is at work: this one, if it is open."""
        return self.add(at, timedelta())

    def closing(self, day: date) -> datetime:
        """The end of the agency's day; where it is closed, of the nearest open day before (rules.md §5.1: prev)."""
        while not (hours := self.schedule.hours(self.calendar, day)):
            day -= DAY
        return _utc(day, hours[-1].end, self.zone)

    def day(self, at: datetime) -> date:
        """The date of this moment by the office's own clock."""
        return at.astimezone(self.zone).date()

    def works(self, day: date) -> bool:
        """Whether the office has any hours on this day."""
        return bool(self.schedule.hours(self.calendar, day))

    def open_day(self, day: date) -> date:
        """The first day from this one on that the agency is open."""
        return self.day(self.opening(datetime.combine(day, time(), self.zone)))

    def end_of(self, day: date, after: datetime) -> datetime:
        """The moment at which the agency's work ends for a term that ends on this day, and never before it began."""
        end = self.closing(day)
        return end if end > after else self.closing(self.day(self.opening(after)))

    def _open(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Open hours from `start` on in UTC, each later than the one before, however the zone turns its clocks.

        Endless: a week that is never open was refused, and the days that differ from it are finite.
        """
        if start.tzinfo is None:
            raise ValueError("a moment without a zone")
        after = start.astimezone(UTC)
        day = start.astimezone(self.zone).date() - DAY  # a turned clock may carry the evening over midnight
        while True:
            for span in self.schedule.hours(self.calendar, day):
                closes = _utc(day, span.end, self.zone)
                if closes > after and closes > (opens := max(after, _utc(day, span.start, self.zone))):
                    yield opens, closes
                    after = closes
            day += DAY


def _utc(day: date, minutes: int, zone: tzinfo) -> datetime:
    """The moment in UTC of so many minutes after midnight of this day in this zone; 24:00 is midnight of the next."""
    if minutes == MIDNIGHT:
        day, minutes = day + DAY, 0
    return datetime.combine(day, time(minutes // 60, minutes % 60), zone).astimezone(UTC)
