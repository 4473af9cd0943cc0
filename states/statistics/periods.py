"""Weeks and months as a report counts them, Monday to Sunday, the first to the last, and days of one's own choice. It
must never ask a clock.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DOCUMENT = "report"
DAY = timedelta(days=1)
YEAR = timedelta(weeks=52)


class Span(StrEnum):
    """What kind of period it is; the word stands in addresses and in the database."""

    WEEK = "week"
    MONTH = "month"
    DAYS = "days"


WHOLE = (Span.WEEK, Span.MONTH)
"""What the calendar knows; what is closed when it is over."""
MOST_DAYS = 62
"""Of one's own choice: as many as a page shows day by day."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A whole week or a whole month; `first` is its first day. `until`: the last of days of one's own choice."""

    span: Span
    first: date
    until: date | None = None

    @property
    def last(self) -> date:
        """The last day that it includes."""
        if self.until is not None:
            return self.until
        if self.span is Span.WEEK:
            return self.first + 6 * DAY
        return self.first.replace(day=monthrange(self.first.year, self.first.month)[1])

    @property
    def before(self) -> Stretch:
        """The stretch of the same kind that ends the day before this one begins."""
        return self.moved(-1) if self.until is not None else around(self.span, self.first - DAY)

    @property
    def after(self) -> Stretch:
        """The stretch of the same kind that begins the day after this one ends."""
        return self.moved(1) if self.until is not None else around(self.span, self.last + DAY)

    @property
    def year_ago(self) -> Stretch:
        """The same month; weeks and days of one's own choice begin on the same weekday."""
        if self.span is Span.MONTH:
            return Stretch(self.span, self.first.replace(year=self.first.year - 1))
        return Stretch(self.span, self.first - YEAR, self.until and self.until - YEAR)

    def moved(self, times: int) -> Stretch:
        """A stretch of as many days, so many lengths later (or earlier, for fewer than 0)."""
        by = times * (self.last - self.first + DAY)
        return Stretch(self.span, self.first + by, self.last + by)

    @property
    def document(self) -> str:
        """The name by which an effect asks for its picture: «report.week.2026-11-16»."""
        return f"{DOCUMENT}.{self.span}.{self.first.isoformat()}"


def exactly(since: date | None, until: date | None) -> Stretch | None:
    """The week or the month that these two days are the first and the last of; None of any other days."""
    if since is None or until is None or (until - since).days < 6:
        return None
    return next(
        (
            stretch
            for span in WHOLE
            if (stretch := Stretch(span, since)) == around(span, since) and stretch.last == until
        ),
        None,
    )


def days_of_choice(since: date, until: date) -> Stretch:
    """These days; a week or a month where they are one."""
    return exactly(since, until) or Stretch(Span.DAYS, since, until)


def around(span: Span, day: date) -> Stretch:
    """The week or the month that this day is in."""
    return Stretch(span, day - day.weekday() * DAY if span is Span.WEEK else day.replace(day=1))


def whole_before(span: Span, day: date) -> Stretch:
    """The last one that was over when this day began."""
    return around(span, day).before


def usual_month(day: date) -> Stretch:
    """The month of this day; in its first week, when hardly a deadline has come, the one before."""
    return around(Span.MONTH, day - 7 * DAY)


def of_document(name: str) -> Stretch | None:
    """What a document's name asks for; None of every other document."""
    kind, _, rest = name.partition(".")
    if kind != DOCUMENT:
        return None
    span, _, first = rest.partition(".")
    return around(Span(span), date.fromisoformat(first))
