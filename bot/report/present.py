"""What «now» means where something is counted: the end of the local day, and the day before the last working days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, tzinfo

from states.worktime.calendar import Calendar
from states.worktime.schedule import Schedule
from storage.ops.search import Today

WORKING_DAYS = 3
"""After so many of them somebody should have accepted a message."""


def today_at(now: datetime, zone: tzinfo, office: Schedule, calendar: Calendar) -> Today:
    day = now.astimezone(zone).date()
    return Today(now, start_of(day + timedelta(days=1), zone), _taken_by(day, office, calendar))


def start_of(day: date, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _taken_by(day: date, office: Schedule, calendar: Calendar) -> date:
    """The day before the last three working days."""
    left = WORKING_DAYS
    while left:
        day -= timedelta(days=1)
        left -= bool(office.hours(calendar, day))
    return day - timedelta(days=1)
