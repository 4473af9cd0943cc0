"""The calendar of the world: which days are worked, so that the clock can be moved by working days. Pure; it must
never look at the clock itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

SATURDAY = 5


@dataclass
class Calendar:
    """Monday to Friday without `days_off`, and the `working_weekends`."""

    timezone: str = "UTC"
    days_off: set[date] = field(default_factory=set)
    working_weekends: set[date] = field(default_factory=set)

    def works(self, day: date) -> bool:
        """Whether the day is worked."""
        if day.weekday() >= SATURDAY:
            return day in self.working_weekends
        return day not in self.days_off

    def later(self, now: float, days: int) -> float:
        """The same hour of the `days`-th working day after today."""
        moment = datetime.fromtimestamp(now, ZoneInfo(self.timezone))
        left = days
        while left > 0:
            moment += timedelta(days=1)  # in local time: the hour stays when summer time begins
            left -= self.works(moment.date())
        return moment.timestamp()
