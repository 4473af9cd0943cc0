"""Finds the messages of a `Filter`: how many they are, and one page of them. It changes nothing and opens no body.

The conditions of a list and of its number are the same ones: `conditions`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.sql import Select

from states.effects import Kind
from states.lifecycle.appeal import OPEN, Status
from states.statistics.filter import NONE, Filter, View
from storage.db.columns import in_community
from storage.db.schema import PARKED, appeal, one_of, outbox
from storage.db.transaction import Transaction

LONG = timedelta(days=3)
_OPEN = sorted(OPEN)
_UNTAKEN = (Status.ROUTED.value, Status.REPEAT.value)
_PROMISING = (Status.INTERIM.value, Status.POSTPONED.value)


@dataclass(frozen=True, slots=True)
class Today:
    """The present in the region: `ends` is the end of the local day, `taken_by` the last day whose messages somebody
    should have accepted by now (three working days)."""

    now: datetime
    ends: datetime
    taken_by: date


def conditions(wanted: Filter, today: Today) -> ColumnElement[bool]:
    """What a row of `appeal` must be."""
    found: list[ColumnElement[bool]] = [in_community(appeal), _view(wanted.view, today)]
    if wanted.statuses:
        found.append(appeal.c.status.in_([one.value for one in wanted.statuses]))
    if wanted.outcomes:
        found.append(appeal.c.outcome.in_([one.value for one in wanted.outcomes]))
    for column, codes in _groups(wanted):
        if codes:
            found.append(_in_group(column, codes))
    day = appeal.c[wanted.by.value]
    if wanted.since is not None:
        found.append(day >= wanted.since)
    if wanted.until is not None:
        found.append(day <= wanted.until)
    if wanted.since is None and wanted.until is None:
        found.append(day.is_not(None) if wanted.by.value != "received" else true())
    found += _marks(wanted)
    return and_(*found)


def _groups(wanted: Filter) -> Sequence[tuple[ColumnElement[Any], tuple[str, ...]]]:
    return (
        (appeal.c.topic, wanted.topics),
        (appeal.c.place, wanted.places),
        (appeal.c.agency, wanted.agencies),
        (appeal.c.door, wanted.doors),
    )


def _in_group(column: ColumnElement[Any], codes: tuple[str, ...]) -> ColumnElement[bool]:
    named = [code for code in codes if code != NONE]
    ways: list[ColumnElement[bool]] = [column.in_(named)] if named else []
    if NONE in codes:
        ways += [column.is_(None), column == ""]
    return or_(*ways)


def _marks(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.ratings:
        found.append(appeal.c.rating.in_(wanted.ratings))
    if wanted.late is not None:
        found.append(appeal.c.late == wanted.late)
    if wanted.urgent is not None:
        found.append(appeal.c.urgent == wanted.urgent)
    if wanted.repeat is not None:
        found.append((appeal.c.repeat_of != "") == wanted.repeat)
    if wanted.incident:
        found.append(appeal.c.incident == wanted.incident)
    if wanted.words:
        found.append(appeal.c.code.startswith(wanted.words.upper().removeprefix("№"), autoescape=True))
    return found


def _view(view: View, today: Today) -> ColumnElement[bool]:
    now, is_open = today.now, appeal.c.status.in_(_OPEN)
    due, status = appeal.c.due_at, appeal.c.status
    match view:
        case View.ANY:
            return true()
        case View.OPEN:
            return is_open
        case View.URGENT:
            return and_(is_open, due < today.ends)
        case View.NEW:
            return and_(
                status.in_((*_UNTAKEN, Status.WAITING.value)), appeal.c.accepted.is_(None), appeal.c.first.is_(None)
            )
        case View.UNASSIGNED:
            return status == Status.WAITING.value
        case View.TODAY:
            return and_(is_open, due >= now, due < today.ends)
        case View.OVERDUE:
            return and_(is_open, due < now)
        case View.LONG_OVERDUE:
            return and_(is_open, due < now - LONG)
        case View.BACK:
            return status == Status.REOPENED.value
        case View.NOT_ACCEPTED:
            return and_(status.in_(_UNTAKEN), appeal.c.accepted.is_(None), appeal.c.received <= today.taken_by)
        case View.PROMISED:
            return and_(status.in_(_PROMISING), due < now)
        case View.DANGER:
            return and_(status.in_((*_UNTAKEN, Status.WAITING.value)), appeal.c.urgent)
        case View.UNDELIVERED:
            return _undelivered()


def _undelivered() -> ColumnElement[bool]:
    """An answer waits because its resident closed messages, or VK does not take it."""
    return exists().where(
        in_community(outbox),
        outbox.c.appeal == appeal.c.code,
        one_of(outbox.c.state, PARKED),
        outbox.c.kind == Kind.ANSWER,
    )


async def number(tx: Transaction, wanted: Filter, today: Today) -> int:
    row = await tx.row(select(func.count().label("number")).select_from(appeal).where(conditions(wanted, today)))
    return int(row["number"]) if row is not None else 0


SHOWN = (
    "code", "status", "topic", "place", "agency", "chat", "created_at", "due_at", "urgent", "incident", "repeat_of",
    "accepted", "first", "final", "returned", "reopened", "rating", "late", "outcome", "door", "version",
)  # fmt: skip
"""What a list shows of a message; its words are sealed in `body`."""


@dataclass(frozen=True, slots=True)
class Page:
    """Rows of a list from `start` (0 for the first), the terms that end first on top."""

    rows: Sequence[Any]
    start: int
    total: int


async def page(tx: Transaction, wanted: Filter, today: Today, start: int, most: int) -> Page:
    """One page of the messages of this filter, with their sealed bodies."""
    listed = ordered(select(*(appeal.c[name] for name in SHOWN), appeal.c.body).where(conditions(wanted, today)))
    rows = await tx.rows(listed.limit(most).offset(start))
    return Page(rows, start, await number(tx, wanted, today))


def ordered(query: Select[Any]) -> Select[Any]:
    """Danger first, then by term, what has none last and by its number."""
    late = appeal.c.due_at
    return query.order_by(late.is_(None), late, appeal.c.created_at.desc(), appeal.c.code)


async def residents_of(tx: Transaction, incidents: Sequence[str]) -> dict[str, int]:
    """How many messages each of these leading messages stands for."""
    if not incidents:
        return {}
    counted = (
        select(appeal.c.incident, func.count().label("number"))
        .where(in_community(appeal), appeal.c.incident.in_(sorted(set(incidents))), appeal.c.incident != "")
        .group_by(appeal.c.incident)
    )
    return {row["incident"]: row["number"] for row in await tx.rows(counted)}
