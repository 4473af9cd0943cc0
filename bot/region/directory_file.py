"""The region's directory in YAML files, read strictly.

It must never load half a directory: all faults are told at once, and nothing changes until there are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from bot.region import directory_check as check
from bot.region import directory_office as office
from bot.region.directory_check import Source
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_json import versioned
from bot.region.directory_rows import AgencyRow, CrisisRow, DoorRow
from bot.region.directory_yaml import Path_, take, take_texts, take_values
from states.directory import (
    Agency,
    Community,
    ControlCentre,
    CrisisLine,
    Directory,
    Door,
    Duty,
    Group,
    Outside,
    Phone,
    Place,
    Route,
    Settlement,
    Topic,
)
from states.worktime.deadlines import Terms
from states.worktime.schedule import Schedule

STALE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Reading:
    """A right directory and what still deserves a look."""

    directory: Directory
    warnings: tuple[str, ...] = ()


class WrongValues(DirectoryErrors):
    """`faults`: section, place in it, sentence."""

    def __init__(self, faults: Sequence[tuple[str, Path_, str]]) -> None:
        super().__init__([said for _, _, said in faults])
        self.faults = tuple(faults)


def read(path: Path, today: date | None = None) -> Directory:
    """The directory of a file or a folder. `today` forbids dates of the future."""
    return examine(path, today).directory


def examine(path: Path, today: date | None = None, stale: timedelta = STALE) -> Reading:
    """The directory with warnings; raises `DirectoryErrors` with everything that is wrong."""
    return _read(*take(path), today, stale)


def examine_texts(files: Mapping[str, bytes], today: date | None = None, stale: timedelta = STALE) -> Reading:
    """The same of files that lie in no folder, by their names."""
    return _read(*take_texts(files), today, stale)


def examine_values(values: Mapping[str, Any], today: date, stale: timedelta = STALE) -> Reading:
    """The same of what `directory_write.sections` made, changed by a person. A missing day of checking is told only:
    an older program did not keep all of them.

    Raises:
        WrongValues: of single rows, each with its place.
        DirectoryErrors: of what does not fit together.
    """
    source, wrong = take_values(values)
    if wrong:
        raise WrongValues(wrong)
    if faults := check.faults(source, today):
        raise DirectoryErrors(faults)
    old = [f"{line.partition(': checked')[0]}: неизвестно, когда проверяли." for line in check.undated(source)]
    return Reading(_directory(source), (*check.warnings(source, today, stale), *old))


def _read(source: Source, errors: list[str], today: date | None, stale: timedelta) -> Reading:
    wrong = errors or [*check.undated(source), *check.faults(source, today)]
    if wrong:
        raise DirectoryErrors(wrong)
    return Reading(_directory(source), tuple(check.warnings(source, today, stale)))


# From rows to the directory


def _directory(source: Source) -> Directory:
    def rows(section: str) -> list[Any]:
        return [part.row for part in source.rows(section)]

    first = next(row for row in rows("emergency") if row.place is None)
    hours = next((row.schedule for row in rows("office") if row.schedule), None)
    terms = office.terms(next((row.terms for row in rows("office")), None), Terms())
    made = Directory(
        region=rows("region")[0].name,
        formal_channel=rows("region")[0].formal_channel,
        emergency=first.number,
        communities=tuple(
            Community(row.id, row.name, row.place, row.checked, row.screen_name or "") for row in rows("communities")
        ),
        agencies=tuple(_agency(row, terms) for row in rows("agencies")),
        groups=tuple(Group(row.code, row.name, row.checked) for row in rows("groups")),
        topics=_topics(source),
        places=_places(rows("places")),
        settlements=tuple(Settlement(name, row.code) for row in rows("places") for name in row.settlements),
        routes=tuple(Route(row.agency, *key, row.checked) for row, key in check.route_keys(source.rows("routes"))),
        schedule=office.schedule(hours) if hours else Schedule(),
        terms=terms,
        numbers=tuple(Phone(row.number, row.about, row.place, row.checked) for row in rows("emergency")),
        checked_on=rows("region")[0].checked,
        outside=tuple(Outside(row.code, row.name, row.contact, row.checked, row.words) for row in rows("outside")),
        control_centre=next(
            (ControlCentre(row.topics, row.groups, row.checked) for row in rows("control_centre")), ControlCentre()
        ),
        office_checked_on=next((row.checked for row in rows("office")), None),
        places_count=rows("region")[0].places_count,
        doors=tuple(map(_door, rows("doors"))),
        duty=next((office.duty(row) for row in rows("duty")), Duty()),
        crisis=tuple(map(_crisis_line, rows("crisis"))),
    )
    return versioned(made)


def _topics(source: Source) -> tuple[Topic, ...]:
    return tuple(
        Topic(
            row.code,
            group.code,
            row.name,
            row.about,
            row.words,
            row.urgent,
            row.anonymous_card,
            row.checked or group.checked,
            row.approval,
            group.health if row.health is None else row.health,
            row.where or group.where,
            row.scene or group.scene,
            row.joinable,
        )
        for _, row, group in source.topics()
    )


def _places(rows: Iterable[Any]) -> tuple[Place, ...]:
    return tuple(
        Place(
            row.code,
            row.kind,
            row.name,
            row.short,
            row.centre,
            row.aliases,
            row.districts,
            row.checked,
            row.nicknames,
            row.population,
            row.residents,
        )
        for row in rows
    )


def _door(row: DoorRow) -> Door:
    return Door(
        row.code,
        row.name,
        row.about,
        row.topic,
        row.place,
        row.address,
        row.agency,
        row.page or "",
        row.closed,
        row.checked,
    )


def _crisis_line(row: CrisisRow) -> CrisisLine:
    """Marked as without a source it loses what somebody may have written there: it must not be shown."""
    source = "" if row.needs_source else row.source
    return CrisisLine(row.who, row.number or "", row.audience, row.hours, row.cost, source, row.checked)


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
        row.role or "",
    )
