"""The region's directory in YAML files: read strictly, compare with what is loaded, keep as JSON.

It must never load half a directory: all faults are told at once, and nothing changes until there are none.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from bot.region import directory_check as check
from bot.region import directory_office as office
from bot.region.directory_check import Source
from bot.region.directory_rows import AgencyRow
from bot.region.directory_yaml import DirectoryErrors, take
from states.directory import (
    Agency,
    Appeal59,
    Community,
    Directory,
    Group,
    Level,
    Outside,
    Phone,
    Place,
    PlaceKind,
    Route,
    Settlement,
    Topic,
)
from states.lifecycle.templates import Template
from states.worktime.deadlines import Terms
from states.worktime.schedule import Schedule

__all__ = ["DirectoryErrors", "Reading", "difference", "examine", "from_json", "read", "to_json"]

FORMAT = 2
"""Of the stored JSON. A new shape takes a new number and keeps reading the old ones: 1 had no hours and terms."""

STALE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Reading:
    """A right directory and what still deserves a look."""

    directory: Directory
    warnings: tuple[str, ...] = ()


def read(path: Path, today: date | None = None) -> Directory:
    """The directory of a file or a folder. `today` forbids dates of the future."""
    return examine(path, today).directory


def examine(path: Path, today: date | None = None, stale: timedelta = STALE) -> Reading:
    """The directory with warnings; raises `DirectoryErrors` with everything that is wrong."""
    source, errors = take(path)
    if not errors:
        errors = check.faults(source, today)
    if errors:
        raise DirectoryErrors(errors)
    return Reading(_directory(source), tuple(check.warnings(source, today, stale)))


# From rows to the directory


def _directory(source: Source) -> Directory:
    def rows(section: str) -> list[Any]:
        return [part.row for part in source.rows(section)]

    first, *others = (one for one in rows("emergency") if one.place is None)
    more = ", ".join(f"{one.number} — {one.about}" for one in others)
    hours = next((one.schedule for one in rows("office") if one.schedule), None)
    terms = office.terms(next((one.terms for one in rows("office")), None), Terms())
    made = Directory(
        region=rows("region")[0].name,
        formal_channel=rows("region")[0].formal_channel,
        emergency=f"{first.number} ({more})" if more else first.number,
        communities=tuple(Community(one.id, one.name, one.place) for one in rows("communities")),
        agencies=tuple(_agency(one, terms) for one in rows("agencies")),
        groups=tuple(Group(one.code, one.name) for one in rows("groups")),
        topics=tuple(
            Topic(
                one.code,
                group.code,
                one.name,
                one.about,
                one.words,
                one.urgent,
                one.anonymous_card,
                group.checked,
                one.approval,
                group.health if one.health is None else one.health,
            )
            for _, one, group in source.topics()
        ),
        places=tuple(
            Place(one.code, one.kind, one.name, one.short, one.centre, one.aliases, one.districts, one.checked)
            for one in rows("places")
        ),
        settlements=tuple(Settlement(name, one.code) for one in rows("places") for name in one.settlements),
        routes=tuple(Route(agency, *key) for agency, key in check.route_keys(source.rows("routes"))),
        schedule=office.schedule(hours) if hours else Schedule(),
        terms=terms,
        numbers=tuple(Phone(one.number, one.about, one.place, one.checked) for one in rows("emergency")),
        checked_on=rows("region")[0].checked,
        outside=tuple(Outside(one.code, one.name, one.contact, one.checked) for one in rows("outside")),
    )
    return _versioned(made)


def _agency(row: AgencyRow, terms: Terms) -> Agency:
    return Agency(
        row.code,
        row.name,
        row.short,
        row.level,
        row.place,
        row.words,
        row.checked,
        row.anonymous_card,
        office.schedule(row.schedule) if row.schedule else None,
        office.terms(row.terms, terms) if row.terms else None,
        row.approval,
        office.appeal59(row),
        office.phones(row.phones),
        office.templates(row),
    )


def _versioned(directory: Directory) -> Directory:
    return replace(directory, version=sha256(to_json(directory).encode()).hexdigest()[:12])


# Kept as JSON


def to_json(directory: Directory) -> str:
    """The whole directory as text for the database: versioned, the same directory gives the same text."""
    whole = asdict(directory)
    del whole["version"]
    return json.dumps({"format": FORMAT, "directory": whole}, ensure_ascii=False, sort_keys=True, default=_flat)


def _flat(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
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
        communities=tuple(Community(**one) for one in whole["communities"]),
        agencies=tuple(map(_agency_from, whole["agencies"])),
        groups=tuple(Group(**one) for one in whole["groups"]),
        topics=tuple(Topic(**_dated(one)) for one in whole["topics"]),
        places=tuple(Place(**{**_dated(one), "kind": PlaceKind(one["kind"])}) for one in whole["places"]),
        settlements=tuple(Settlement(**one) for one in whole["settlements"]),
        routes=tuple(Route(**one) for one in whole["routes"]),
        schedule=office.schedule_from(whole["schedule"]) if "schedule" in whole else Schedule(),
        terms=office.terms_from(whole["terms"]) if "terms" in whole else Terms(),
        numbers=tuple(map(office.phone_from, whole.get("numbers", ()))),
        checked_on=_date(whole.get("checked_on")),
        outside=tuple(Outside(**_dated(one)) for one in whole.get("outside", ())),
    )
    return _versioned(made)


def _agency_from(kept: dict[str, Any]) -> Agency:
    schedule, terms, appeal59 = (kept.get(key) for key in ("schedule", "terms", "appeal59"))
    ready: dict[str, Any] = {
        "level": Level(kept["level"]),
        "schedule": office.schedule_from(schedule) if schedule else None,
        "terms": office.terms_from(terms) if terms else None,
        "appeal59": Appeal59(**appeal59) if appeal59 else None,
        "phones": tuple(map(office.phone_from, kept.get("phones", ()))),
        "templates": tuple(Template(**one) for one in kept.get("templates", ())),
    }
    return Agency(**{**_dated(kept), **ready})


def _dated(row: dict[str, Any]) -> dict[str, Any]:
    """Lists as tuples and the date as a date."""
    tidy = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
    return {**tidy, "checked_on": _date(row.get("checked_on"))}


def _date(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


# What an import would change

_WORDS = {
    "name": "название",
    "short": "кратко",
    "level": "уровень",
    "place": "муниципалитет",
    "words": "слова",
    "checked_on": "проверено",
    "anonymous_card": "карточка без профиля",
    "group": "группа",
    "urgent": "срочная",
    "description": "пояснение",
    "kind": "вид",
    "centre": "центр",
    "aliases": "другие имена",
    "districts": "районы",
    "schedule": "часы работы",
    "terms": "сроки",
    "approval": "второй взгляд на ответ",
    "health": "о здоровье",
    "appeal59": "обращения по 59-ФЗ",
    "phones": "телефоны",
    "templates": "шаблоны",
    "contact": "контакт",
}


def difference(old: Directory | None, new: Directory) -> tuple[str, ...]:
    """Lines for a person: «+ тема …», «− орган …», «~ … было … стало …»; empty when nothing changes."""
    if old is None:
        return _first(new)
    lines: list[str] = []
    for what, attribute in (("регион", "region"), ("официальный канал", "formal_channel"),
                            ("экстренные номера", "emergency"), ("канал проверен", "checked_on"),
                            ("часы работы", "schedule"), ("сроки", "terms"), ("номера", "numbers")):  # fmt: skip
        was, now = getattr(old, attribute), getattr(new, attribute)
        if was != now:
            lines.append(f"~ {what}: было {_shown(was)}, стало {_shown(now)}")
    for what, section, key in (("сообщество", "communities", "id"), ("орган", "agencies", "code"),
                               ("группа", "groups", "code"), ("тема", "topics", "code"),
                               ("муниципалитет", "places", "code"),
                               ("внешний контакт", "outside", "code")):  # fmt: skip
        lines += _changed(what, key, getattr(old, section), getattr(new, section))
    lines += _moved("населённый пункт", map(_settlement, old.settlements), map(_settlement, new.settlements))
    lines += _moved("правило", map(_route, old.routes), map(_route, new.routes))
    return tuple(lines)


def _first(new: Directory) -> tuple[str, ...]:
    """A first import is told by counts: a thousand lines would be read by nobody."""
    counts = (
        ("сообществ", new.communities), ("органов", new.agencies), ("групп", new.groups), ("тем", new.topics),
        ("муниципалитетов", new.places), ("населённых пунктов", new.settlements), ("правил", new.routes),
        ("внешних контактов", new.outside),
    )  # fmt: skip
    return (f"+ регион «{new.region}»", *(f"+ {what}: {len(rows)}" for what, rows in counts if rows))


def _changed(what: str, key: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[str]:
    was = {getattr(one, key): one for one in old}
    now = {getattr(one, key): one for one in new}
    for code, one in now.items():
        if code not in was:
            yield f"+ {what} «{one.name}» ({code})"
    for code, one in was.items():
        if code not in now:
            yield f"− {what} «{one.name}» ({code})"
    for code in [code for code in now if code in was]:
        for field in fields(now[code]):
            left, right = getattr(was[code], field.name), getattr(now[code], field.name)
            if left != right:
                yield (f"~ {what} «{now[code].name}» ({code}), {_WORDS.get(field.name, field.name)}: "
                       f"было {_shown(left)}, стало {_shown(right)}")  # fmt: skip


def _shown(value: object) -> str:
    match value:
        case None | ():
            return "пусто"
        case bool():
            return "да" if value else "нет"
        case date():
            return value.strftime("%d.%m.%Y")
        case tuple():
            return "«" + ", ".join(map(_part, value)) + "»"
        case Schedule():
            return f"«{office.schedule_in_words(value)}»"
        case Terms():
            return f"«{office.terms_in_words(value)}»"
        case Appeal59():
            return f"«{value.act}; {value.identification}»"
        case _:
            return f"«{value}»"


def _part(value: object) -> str:
    match value:
        case Phone(checked_on=day) if day:
            return f"{value.name} ({_shown(day)})"
        case Phone():
            return value.name
        case Template():
            return f"{value.name}: {value.text}"
        case _:
            return str(value)


def _moved(what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    was, now = set(old), set(new)
    yield from (f"+ {what}: {one}" for one in sorted(now - was))
    yield from (f"− {what}: {one}" for one in sorted(was - now))


def _settlement(one: Settlement) -> str:
    return f"{one.name} → {one.place}"


def _route(one: Route) -> str:
    about = f"тема {one.topic}" if one.topic else f"группа {one.group}" if one.group else "всё остальное"
    return f"{about}, {one.place or 'везде'} → {one.agency}"
