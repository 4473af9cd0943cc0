"""What «now» means where something is counted: the end of the local day, and the day before the last working days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta, tzinfo

from handlers.views.titles import place_title
from screening.words import stem, tokens
from states.directory import Directory
from states.worktime.calendar import Calendar
from states.worktime.schedule import Schedule
from storage.ops.search import Today

WORKING_DAYS = 3
"""After so many of them somebody should have accepted a message."""


def today_at(now: datetime, zone: tzinfo, directory: Directory, calendar: Calendar) -> Today:
    """The present as filters and clocks need it: the moment, the end of the local day, the day until which a message
    counts as not accepted, and the names of places and agencies by their stems."""
    day = now.astimezone(zone).date()
    ends = start_of(day + timedelta(days=1), zone)
    return Today(now, ends, _taken_by(day, directory.schedule, calendar), *names_of(directory))


def names_of(directory: Directory) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Municipalities and agencies by each stem of their names: who looks for «яма в Миассе» means the place, for
    «Минздрав» the agency, whatever the message says."""
    places = ((place.code, place_title(directory, place.code)) for place in directory.places)
    return by_stem(places), by_stem((agency.code, agency.short) for agency in directory.agencies)


def by_stem(named: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """By the stem of each word of a name, the codes of everything that has such a word in its name."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for code, name in named:
        for word in tokens(name):
            found[stem(word)].append(code)
    return {word: tuple(codes) for word, codes in found.items()}


def start_of(day: date, zone: tzinfo) -> datetime:
    """Midnight at which the day begins in this zone, as UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def _taken_by(day: date, office: Schedule, calendar: Calendar) -> date:
    """The day before the last three working days."""
    left = WORKING_DAYS
    while left:
        day -= timedelta(days=1)
        left -= bool(office.hours(calendar, day))
    return day - timedelta(days=1)
