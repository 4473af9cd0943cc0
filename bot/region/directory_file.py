"""The region's directory in YAML files, read strictly.

It must never load half a directory: all faults are told at once, and nothing changes until there are none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from bot.region import directory_check as check
from bot.region import directory_office as office
from bot.region.directory_check import DirectorySource
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_json import with_version
from bot.region.directory_rows import CrisisRow, FaqRow, GroupRow, OfficeRow, TopicRow
from bot.region.directory_yaml import Path_, take, take_texts, take_values
from states.directory import (
    Community,
    ControlCentre,
    CrisisLine,
    Directory,
    Door,
    Duty,
    Group,
    KnownAnswer,
    Outside,
    Phone,
    Place,
    Route,
    Settlement,
    Topic,
    Wording,
)
from states.worktime.deadlines import Terms
from states.worktime.schedule import Schedule

T = TypeVar("T")
STALE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class DirectoryReading:
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


def examine(path: Path, today: date | None = None, stale: timedelta = STALE) -> DirectoryReading:
    """The directory with warnings; raises `DirectoryErrors` with everything that is wrong."""
    return _read(*take(path), today, stale)


def examine_texts(files: Mapping[str, bytes], today: date | None = None, stale: timedelta = STALE) -> DirectoryReading:
    """The same of files that lie in no folder, by their names."""
    return _read(*take_texts(files), today, stale)


def examine_values(values: Mapping[str, Any], today: date, stale: timedelta = STALE) -> DirectoryReading:
    """The same of what `directory_write.sections` made, changed by a person. A missing day of checking is told only:
    an older program did not keep all of them. So is a sentence of an older program: it keeps nothing else waiting.

    Raises:
        WrongValues: of single rows, each with its place.
        DirectoryErrors: of what does not fit together.
    """
    source, wrong = take_values(values)
    if wrong:
        raise WrongValues(wrong)
    if faults := check.faults(source, today):
        raise DirectoryErrors(faults)
    old = [f"{line.partition(': checked')[0]}: неизвестно, когда проверяли." for line in check.undated_faults(source)]
    unspoken = [f"{line} {check.UNSPOKEN}" for line in _wordings(source)]
    return DirectoryReading(_directory(source), (*check.warnings(source, today, stale), *old, *unspoken))


def _read(source: DirectorySource, errors: list[str], today: date | None, stale: timedelta) -> DirectoryReading:
    """The directory with its warnings; DirectoryErrors with all faults at once."""
    wrong = errors or [*check.undated_faults(source), *check.faults(source, today), *_wordings(source)]
    if wrong:
        raise DirectoryErrors(wrong)
    return DirectoryReading(_directory(source), tuple(check.warnings(source, today, stale)))


def _wordings(source: DirectorySource) -> Iterator[str]:
    """Own sentences are judged as those of `texts.yaml` are."""
    rows = source.rows(check.WORDINGS)
    if not rows:
        return
    from bot.region.wordings import judge  # reads every sentence of the program, and most regions have no such section

    for part, (_, faults) in zip(rows, judge([(part.row.was, part.row.now) for part in rows]), strict=True):
        yield from (f"{part.where}: {fault}" for fault in faults)


# From rows to the directory


def _directory(source: DirectorySource) -> Directory:
    """The directory from checked rows."""

    def rows(section: str) -> list[Any]:
        return [part.row for part in source.rows(section)]

    def facts(section: str, made: type[T]) -> tuple[T, ...]:
        return tuple(row.fact(made) for row in rows(section))

    (region, *_), hours = rows("region"), next(iter(rows("office")), OfficeRow.model_validate({}))
    first = next(row for row in rows("emergency") if row.place is None)
    terms = office.terms(hours.terms, Terms())
    made = Directory(
        region=region.name,
        formal_channel=region.formal_channel,
        emergency=first.number,
        communities=facts("communities", Community),
        agencies=tuple(office.agency(row, terms) for row in rows("agencies")),
        groups=facts("groups", Group),
        topics=tuple(_topic(row, group) for _, row, group in source.topics()),
        places=facts("places", Place),
        settlements=tuple(Settlement(name, row.code) for row in rows("places") for name in row.settlements),
        routes=tuple(Route(row.agency, *key, row.checked) for row, key in check.route_keys(source.rows("routes"))),
        schedule=office.schedule(hours.schedule) if hours.schedule else Schedule(),
        terms=terms,
        numbers=facts("emergency", Phone),
        checked_on=region.checked,
        outside=facts("outside", Outside),
        control_centre=next(iter(facts("control_centre", ControlCentre)), ControlCentre()),
        office_checked_on=hours.checked,
        places_count=region.places_count,
        timezone=region.timezone or "",
        doors=facts("doors", Door),
        duty=next((office.duty(row) for row in rows("duty")), Duty()),
        crisis=tuple(_with_source(row, CrisisLine) for row in rows("crisis")),
        faq=tuple(_with_source(row, KnownAnswer) for row in rows("faq")),
        wordings=facts("wordings", Wording),
    )
    return with_version(made)


def _topic(row: TopicRow, group: GroupRow) -> Topic:
    """The topic from its row and what its group gives to all topics."""
    return row.fact(
        Topic,
        group=group.code,
        description=row.about,
        checked_on=row.checked or group.checked,
        health=group.health if row.health is None else row.health,
        where=row.where or group.where,
        scene=row.scene or group.scene,
    )


def _with_source(row: CrisisRow | FaqRow, made: type[T]) -> T:
    """Marked as without a source it loses what somebody may have written there: it must not be shown."""
    return row.fact(made, source="" if row.needs_source else row.source)
