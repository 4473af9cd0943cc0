"""The production calendar: which days work, which are shortened, where a term of days ends (rules.md §5).

It must never pretend to know a year: without a table only the weekend rule is left, and it says so (R50).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
SATURDAY = 5
LONGEST = 3660
"""Days. No term here is longer than ten years; a longer one is a slip of the pen."""


class LastDay(StrEnum):
    """What is done with a term whose last day does not work: two schools, so it is a setting (R48, rules.md §5.1)."""

    PREV = "prev"
    NEXT = "next"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Calendar:
    """Days that differ from the weekend rule: `off` are weekdays that rest, `working` are weekend days that work.

    `short` days are one hour shorter (R47). `years` have a table; `unverified` ones have it without a decree (R49).
    """

    years: frozenset[int] = frozenset()
    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()
    short: frozenset[date] = frozenset()
    unverified: frozenset[int] = frozenset()

    def is_verified(self, year: int) -> bool:
        """Whether the table has this year and somebody has confirmed it."""
        return year in self.years and year not in self.unverified

    def is_working(self, day: date) -> bool:
        """Whether the day works: by the table, or from Monday to Friday where it says nothing else."""
        return day in self.working or (day.weekday() < SATURDAY and day not in self.off)

    def add_working_days(self, day: date, count: int) -> date:
        """The last of `count` working days, counted from the day after (ГК art. 191)."""
        _check(count)
        while count:
            day += DAY
            count -= self.is_working(day)
        return day

    def last_day(self, day: date, days: int, rule: LastDay = LastDay.PREV) -> date:
        """The end of a term of calendar days.

        A term that the preceding working day would end before it began ends on the next one: nobody could keep it.
        """
        _check(days)
        last = day + days * DAY
        if rule is LastDay.NONE:
            return last
        before = self._nearest(last, -DAY)
        return before if rule is LastDay.PREV and before >= day else self._nearest(last, DAY)

    def _nearest(self, day: date, step: timedelta) -> date:
        """The first working day from `day` on, going by `step` (forwards or backwards)."""
        while not self.is_working(day):
            day += step
        return day


WEEKENDS = Calendar()
"""No table at all: Saturdays and Sundays rest, everything else works (R50)."""


def _check(days: int) -> None:
    """ValueError for a term of fewer than 0 or more than `LONGEST` days."""
    if not 0 <= days <= LONGEST:
        raise ValueError(f"a term of {days} days")
