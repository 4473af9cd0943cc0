"""The directory as the database keeps it: JSON with a format and a version. It must never read a newer format half."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any

from bot.region.directory_errors import DirectoryErrors
from states.directory import (
    Agency,
    Appeal59,
    Community,
    ControlCentre,
    CrisisLine,
    Directory,
    Door,
    Duty,
    DutyOfficer,
    Group,
    Level,
    Outside,
    Phone,
    Place,
    PlaceKind,
    Route,
    Scene,
    Settlement,
    Topic,
    Where,
)
from states.lifecycle.templates import Template
from states.worktime.calendar import LastDay
from states.worktime.deadlines import TERMS, Term, Terms, Unit
from states.worktime.schedule import Hours, OwnDay, Schedule, Span

FORMAT = 7
"""Of the stored JSON. A new shape takes a new number and keeps reading the old ones: 1 had no hours and terms, 2 no
nicknames of places, nothing of what to ask about where and no words of those outside, 3 no days of checking of
communities, groups, routes and hours and not what waits for the ЦУР on purpose, 4 no doors, 5 no scenes of
topics, 6 nobody on duty, no crisis lines and not which topics are joinable."""


def versioned(directory: Directory) -> Directory:
    return replace(directory, version=sha256(to_json(directory).encode()).hexdigest()[:12])


def to_json(directory: Directory) -> str:
    """The whole directory as text for the database: versioned, the same directory gives the same text."""
    whole = _flat(directory)
    assert isinstance(whole, dict)
    del whole["version"]
    return json.dumps({"format": FORMAT, "directory": whole}, ensure_ascii=False, sort_keys=True, default=_flat)


def _flat(value: object) -> object:
    """What JSON has no word for. `asdict` copies every value first, which takes twice as long."""
    if isinstance(value, date):
        return value.isoformat()
    if is_dataclass(value):
        return {one.name: getattr(value, one.name) for one in fields(value)}
    raise TypeError(f"{type(value).__name__} has no place in a directory")


def from_json(text: str) -> Directory:
    """What `to_json` kept. A text of a newer format is refused: reading it half would lose routes."""
    stored = json.loads(text)
    if stored.get("format") not in range(1, FORMAT + 1):
        told = f"справочник в базе: формат {stored.get('format')}, программа знает {FORMAT}. Обновите программу."
        raise DirectoryErrors([told])
    whole = stored["directory"]
    made = Directory(
        region=whole["region"],
        formal_channel=whole["formal_channel"],
        emergency=whole["emergency"],
        communities=tuple(Community(**_dated(one)) for one in whole["communities"]),
        agencies=tuple(map(_agency_from, whole["agencies"])),
        groups=tuple(Group(**_dated(group)) for group in whole["groups"]),
        topics=tuple(map(_topic_from, whole["topics"])),
        places=tuple(Place(**{**_dated(place), "kind": PlaceKind(place["kind"])}) for place in whole["places"]),
        settlements=tuple(Settlement(**settlement) for settlement in whole["settlements"]),
        routes=tuple(Route(**_dated(route)) for route in whole["routes"]),
        schedule=_schedule(whole["schedule"]) if "schedule" in whole else Schedule(),
        terms=_terms(whole["terms"]) if "terms" in whole else Terms(),
        numbers=tuple(map(_phone, whole.get("numbers", ()))),
        checked_on=_date(whole.get("checked_on")),
        outside=tuple(Outside(**_dated(one)) for one in whole.get("outside", ())),
        control_centre=ControlCentre(**_dated(whole.get("control_centre", {}))),
        office_checked_on=_date(whole.get("office_checked_on")),
        places_count=whole.get("places_count"),
        doors=tuple(Door(**_dated(one)) for one in whole.get("doors", ())),
        duty=_duty(whole.get("duty", {})),
        crisis=tuple(CrisisLine(**_dated(line)) for line in whole.get("crisis", ())),
    )
    return versioned(made)


def _agency_from(kept: dict[str, Any]) -> Agency:
    schedule, terms, appeal59 = (kept.get(key) for key in ("schedule", "terms", "appeal59"))
    ready: dict[str, Any] = {
        "level": Level(kept["level"]),
        "schedule": _schedule(schedule) if schedule else None,
        "terms": _terms(terms) if terms else None,
        "appeal59": Appeal59(**appeal59) if appeal59 else None,
        "phones": tuple(map(_phone, kept.get("phones", ()))),
        "templates": tuple(Template(**template) for template in kept.get("templates", ())),
    }
    return Agency(**{**_dated(kept), **ready})


def _topic_from(kept: dict[str, Any]) -> Topic:
    scene = kept.get("scene")
    ready = {"where": Where(kept.get("where", Where.HOUSE)), "scene": Scene(scene) if scene else None}
    return Topic(**{**_dated(kept), **ready})


def _duty(kept: dict[str, Any]) -> Duty:
    schedule, substitute = kept.get("schedule"), kept.get("substitute")
    ready: dict[str, Any] = {
        "people": tuple(DutyOfficer(**officer) for officer in kept.get("people", ())),
        "substitute": DutyOfficer(**substitute) if substitute else None,
        "schedule": _schedule(schedule) if schedule else None,
    }
    return Duty(**{**_dated(kept), **ready})


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    """Lists as tuples and the date as a date."""
    tidy = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return {**tidy, "checked_on": _date(row.get("checked_on"))}


def _date(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _schedule(kept: Mapping[str, Any]) -> Schedule:
    own = tuple(OwnDay(date.fromisoformat(day["day"]), _kept_hours(day["hours"])) for day in kept["own_days"])
    return Schedule(tuple(map(_kept_hours, kept["week"])), own, kept["by_calendar"], kept["confirmed"])


def _kept_hours(kept: list[Mapping[str, int]]) -> Hours:
    return tuple(Span(**span) for span in kept)


def _terms(kept: Mapping[str, Any]) -> Terms:
    """A term that an older program did not know keeps its default."""
    named = {name: Term(**{**kept[name], "unit": Unit(kept[name]["unit"])}) for name in TERMS if name in kept}
    return Terms(**named, last_day=LastDay(kept["last_day"]))


def _phone(kept: Mapping[str, Any]) -> Phone:
    day = kept["checked_on"]
    return Phone(**{**kept, "checked_on": date.fromisoformat(day) if day else None})
