"""What everybody may see: messages as bare rows, and whether enough residents stand behind a number (R56).

It must never read a body, a name or an address; forgotten residents are never counted and never listed. Every question
ends with the few residents that are enough, so it is quick however many messages there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, Subquery, and_, func, literal_column, select, type_coerce

from states.lifecycle.appeal import Status
from states.statistics.filter import By
from storage.db.columns import in_community
from storage.db.schema import appeal
from storage.db.transaction import Transaction

AT_ONCE = 40
"""Cells that one statement asks about."""


@dataclass(frozen=True, slots=True)
class OpenRow:
    """One message without anything of its author. `crowded`: so many residents wrote of its topic in its place that the
    place may be told."""

    code: str
    status: Status
    topic: str
    place: str
    agency: str
    received: date
    final: date | None
    reopened: date | None
    ended: date | None
    crowded: bool


@dataclass(frozen=True, slots=True)
class RowsFilter:
    """What of everything is asked for, a page at a time; days are inclusive."""

    topics: Collection[str]
    statuses: Collection[Status]
    since: date
    until: date
    most: int
    skip: int = 0


@dataclass(frozen=True, slots=True)
class Crowd:
    """Messages of these topics, in a place or anywhere, to which something happened in these days, or ever."""

    topics: tuple[str, ...]
    place: str = ""
    by: By = By.RECEIVED
    since: date | None = None
    until: date | None = None


_SEEN = tuple(
    appeal.c[name]
    for name in ("community_id", "code", "status", "topic", "place", "agency", "received", "final", "reopened", "ended")
)
# Added to nothing, here and below, so that no engine takes the index of residents or of days: it would read a year or
# everybody to find a few.
_LIVING = and_(in_community(appeal), appeal.c.resident + 0 > 0)


async def page(tx: Transaction, asked: RowsFilter, least: int) -> list[OpenRow]:
    """The newest day first. Inside a day they stand by number, which says nothing of when they came."""
    found = (
        select(*_SEEN)
        .where(
            _LIVING,
            appeal.c.topic.in_(sorted(asked.topics)),
            appeal.c.status.in_(sorted(asked.statuses)),
            appeal.c.received.between(asked.since, asked.until),
        )
        .order_by(appeal.c.received.desc(), appeal.c.code)
        .limit(asked.most)
        .offset(asked.skip)
    )
    return await _rows(tx, found, least)


async def by_codes(tx: Transaction, codes: Iterable[str], topics: Collection[str], least: int) -> list[OpenRow]:
    """The messages of these numbers that may be seen by everybody."""
    wanted = _LIVING, appeal.c.code.in_(sorted(set(codes))), appeal.c.topic.in_(sorted(topics))
    return await _rows(tx, select(*_SEEN).where(*wanted), least)


async def _rows(tx: Transaction, found: Any, least: int) -> list[OpenRow]:
    """The found messages as public rows, each with whether at least `least` residents wrote of its topic and place."""
    seen = found.subquery("seen")
    other = appeal.alias("other")
    beside = (
        select((other.c.resident + 0).label("who"))
        .where(
            other.c.community_id == seen.c.community_id,
            other.c.topic == seen.c.topic,
            other.c.place == seen.c.place,
            other.c.resident + 0 > 0,
        )
        .limit(looked_at(least))
        .correlate(seen)
        .subquery()
    )
    people = _few(beside, least).label("people")
    rows = await tx.rows(select(seen, people).order_by(seen.c.received.desc(), seen.c.code))
    names = ("code", "topic", "received", "final", "reopened", "ended")
    return [
        OpenRow(
            status=Status(row["status"]),
            place=row["place"] or "",
            agency=row["agency"] or "",
            crowded=bool(row["place"]) and row["people"] >= least,
            **{name: row[name] for name in names},
        )
        for row in rows
    ]


async def are_crowded(tx: Transaction, cells: Sequence[Crowd], least: int) -> list[bool]:
    """For each cell, whether at least so many residents are in it."""
    found: list[bool] = []
    for first in range(0, len(cells), AT_ONCE):
        some = cells[first : first + AT_ONCE]
        counts = [_people(wanted, least).label(f"c{number}") for number, wanted in enumerate(some)]
        row = await tx.row(select(*counts))
        assert row is not None, "counts are always a row"
        found += [row[f"c{number}"] >= least for number in range(len(some))]
    return found


def _people(cell: Crowd, least: int) -> Any:
    """How many residents wrote what this cell counts, as a subquery that stops at `least`."""
    conditions: list[ColumnElement[bool]] = [_LIVING, appeal.c.topic.in_(cell.topics)]
    if cell.place:
        conditions.append(appeal.c.place == cell.place)
    day = type_coerce(appeal.c[cell.by.value], Integer) + 0
    if cell.since is not None:
        conditions.append(day >= cell.since.toordinal())
    if cell.until is not None:
        conditions.append(day <= cell.until.toordinal())
    found = select((appeal.c.resident + 0).label("who")).where(*conditions).limit(looked_at(least)).subquery()
    return _few(found, least)


def _few(found: Subquery, least: int) -> Any:
    """How many residents there are, counted no further than wanted: both engines stop there."""
    residents = select(found.c.who).distinct().limit(_number(least)).subquery()
    return select(func.count()).select_from(residents).scalar_subquery()


def looked_at(least: int) -> Any:
    """How many messages are looked at to find the residents: who has written all of them is not many."""
    return _number(12 * least)


def _number(value: int) -> Any:
    """A whole number written into the statement itself, not bound."""
    return literal_column(str(int(value)))


@dataclass(frozen=True, slots=True)
class Incident:
    """What concerns many: the message that leads it, without its author, and how many residents there are."""

    code: str
    status: Status
    topic: str
    place: str
    agency: str
    received: date
    changed: date
    people: int


async def incidents(tx: Transaction, since: date, topics: Collection[str], least: int) -> list[Incident]:
    """The incidents that began since then and concern at least so many residents, the newest first."""
    lead = select(appeal.c.code).where(
        in_community(appeal),
        appeal.c.received >= since,
        appeal.c.incident == appeal.c.code,
        appeal.c.incident != literal_column("''"),
        appeal.c.topic.in_(sorted(topics)),
        appeal.c.resident + 0 > 0,
    )
    codes = [row["code"] for row in await tx.rows(lead)]
    if not codes:
        return []
    member = appeal.alias("member")
    of_lead = and_(member.c.community_id == appeal.c.community_id, member.c.incident == appeal.c.code)
    counted = and_(of_lead, member.c.incident != literal_column("''"), member.c.resident + 0 > 0)
    people = func.count(member.c.resident.distinct())
    columns = [column for column in _SEEN if column.name not in ("community_id", "topic", "place")]
    query = (
        select(*columns, appeal.c.topic, appeal.c.place, people.label("people"))
        .select_from(appeal.join(member, counted))
        .where(in_community(appeal), appeal.c.code.in_(codes))
        .group_by(appeal.c.code, *columns[1:], appeal.c.topic, appeal.c.place)
        .having(people >= least)
    )
    found = [_incident(row) for row in await tx.rows(query)]
    return sorted(found, key=lambda incident: (incident.received, incident.code), reverse=True)


def _incident(row: Any) -> Incident:
    """A public incident from its row; its last day is the newest of its events."""
    days = [row[name] for name in ("received", "final", "reopened", "ended") if row[name] is not None]
    return Incident(
        row["code"],
        Status(row["status"]),
        row["topic"],
        row["place"] or "",
        row["agency"] or "",
        row["received"],
        max(days),
        row["people"],
    )
