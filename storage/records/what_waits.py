"""What waits, counted for the list of the morning, and the appeals behind each of its lines (R51).

It must never decide who may see them: the caller asks that, and names one chat or none for all (R22).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, case, exists, func, literal_column, not_, select

from states.effects import Kind
from states.lifecycle.appeal import WITH_AGENCY, Action, Appeal, Status
from states.lifecycle.digest import Count, Digest, Load, Section
from storage.db.columns import in_community
from storage.db.schema import PARKED, Moment, appeal, history, outbox
from storage.db.transaction import Transaction
from storage.records import comments
from storage.records.appeals import open_rows

LISTED = 50
"""So many appeals behind a line are looked at, the oldest first; the count says how many there are."""

UNDELIVERED_FOR = timedelta(days=7)
"""What did not arrive longer ago has been seen for a week."""

_MINE = in_community(appeal)
_ROUTED_BY_CUR = (Status.WAITING, Status.REOPENED)
_NOT_ACCEPTED = (Status.ROUTED, Status.REPEAT)

FAILED = (*PARKED, "dead")
"""States of an answer that its resident does not have: nobody takes it, or it was set aside for people."""

_CAME_BACK = exists().where(
    history.c.community_id == appeal.c.community_id,
    history.c.code == appeal.c.code,
    history.c.action.in_([Action.NOT_OURS, Action.CHAT_LOST]),
)
_ALARM = and_(appeal.c.status == Status.WAITING, appeal.c.urgent, appeal.c.due_at.is_(None))
"""An alarm of danger to life that nobody has ended: all else that waits has a term (R28, R46)."""
_HERE = appeal.c.chat == bindparam("peer")
_NOW = bindparam("now", type_=Moment)
_DUE = and_(_MINE, appeal.c.status.in_(sorted(WITH_AGENCY)), appeal.c.due_at < bindparam("until", type_=Moment))
_OWN_LATE = and_(_MINE, appeal.c.status.in_(_ROUTED_BY_CUR), appeal.c.chat.is_not(None), appeal.c.due_at < _NOW)
"""What the ЦУР has promised to route by now."""
_FAILED = (
    select(outbox.c.appeal)
    .where(
        in_community(outbox),
        outbox.c.state.in_(FAILED),
        outbox.c.kind == Kind.ANSWER,
        outbox.c.created_at >= bindparam("since", type_=Moment),
    )
    .distinct()
)

_BY_STATUS = (
    select(
        appeal.c.status,
        func.count().label("count"),
        func.min(appeal.c.created_at).label("oldest"),
        func.sum(case((_CAME_BACK, 1), else_=0)).label("returned"),
        func.sum(case((_ALARM, 1), else_=0)).label("alarms"),
        func.min(case((_ALARM, appeal.c.created_at))).label("alarm"),
    )
    .where(_MINE, appeal.c.status.in_(bindparam("statuses", expanding=True)))
    .group_by(appeal.c.status)
)
_BY_AGENCY = (
    select(
        appeal.c.chat,
        appeal.c.agency,
        func.count().label("count"),
        func.sum(case((appeal.c.due_at < _NOW, 1), else_=0)).label("late"),
        func.min(appeal.c.due_at).label("oldest"),
    )
    .where(_DUE)
    .group_by(appeal.c.chat, appeal.c.agency)
)
_LATE_ROUTES = select(func.count().label("count"), func.min(appeal.c.due_at).label("oldest")).where(_OWN_LATE)
_UNDELIVERED = select(func.count().label("count")).where(_MINE, appeal.c.code.in_(_FAILED))


async def count_waiting(tx: Transaction, peer: int, now: datetime, until: datetime, *, everywhere: bool) -> Digest:
    """The counts of what waits in one chat, or in all for the ЦУР's chat `peer`; `until` is the end of the day
    there."""

    def of(query: Any) -> Any:
        return query if everywhere else query.where(_HERE)

    known: dict[str, Any] = {} if everywhere else {"peer": peer}
    statuses = sorted(_ROUTED_BY_CUR if everywhere else _NOT_ACCEPTED)
    standing = await tx.rows(of(_BY_STATUS), known | {"statuses": statuses})
    due = await tx.rows(of(_BY_AGENCY), known | {"now": now, "until": until})
    failed = await tx.row(of(_UNDELIVERED), known | {"since": now - UNDELIVERED_FOR})
    counts = _waiting(standing) if everywhere else {Section.NEW: _sum_counts(standing)}
    if everywhere:
        own = await tx.row(_LATE_ROUTES, {"now": now})
        counts[Section.OWN_LATE] = Count(own["count"], own["oldest"]) if own is not None else Count()
    loads = _loads(due, peer)
    late = [load.oldest for load in loads if load.oldest is not None]
    counts[Section.TODAY] = Count(sum(load.today for load in loads))
    counts[Section.OVERDUE] = Count(sum(load.overdue for load in loads), min(late, default=None))
    counts[Section.UNDELIVERED] = Count(failed["count"] if failed is not None else 0)
    oldest = await oldest_behind(tx, None if everywhere else peer, Section.OVERDUE, now, until) if late else []
    under_posts = await comments.count_unanswered(tx, now - UNDELIVERED_FOR) if everywhere else Count()
    return Digest(counts, loads, tuple(oldest), comments=under_posts)


def _waiting(rows: Sequence[Any]) -> dict[Section, Count]:
    """By section, what the ЦУР must name an agency for: new ones, those that came back, those that are not solved."""
    found = {row["status"]: row for row in rows}
    new, again = found.get(Status.WAITING), found.get(Status.REOPENED)
    returned = int(new["returned"]) if new is not None else 0
    alarms = int(new["alarms"]) if new is not None else 0
    return {
        Section.DANGER: Count(alarms, new["alarm"]) if new is not None else Count(),
        Section.UNASSIGNED: Count(new["count"] - returned - alarms, new["oldest"]) if new is not None else Count(),
        Section.RETURNED: Count(returned),
        Section.REOPENED: Count(again["count"], again["oldest"]) if again is not None else Count(),
    }


def _sum_counts(rows: Sequence[Any]) -> Count:
    return Count(sum(row["count"] for row in rows), min((row["oldest"] for row in rows), default=None))


def _loads(rows: Sequence[Any], cur: int) -> tuple[Load, ...]:
    """What each agency owes, whoever is latest first; what the ЦУР's own chat has is the ЦУР's, whatever agency was
    named."""
    found: dict[str | None, Load] = {}
    for row in rows:
        agency = None if row["chat"] == cur else row["agency"]
        load, late = found.get(agency, Load(agency)), int(row["late"])
        oldest = [at for at in (load.oldest, row["oldest"] if late else None) if at is not None]
        today = load.today + row["count"] - late
        found[agency] = Load(agency, today, load.overdue + late, min(oldest, default=None))
    return tuple(sorted(found.values(), key=lambda load: (-load.overdue, -load.today, load.agency or "")))


_LISTED = select(appeal.c.code, appeal.c.body).where(_MINE)
_OLDEST_FIRST = (func.coalesce(appeal.c.created_at, literal_column("0")), appeal.c.code)
"""Not by the column itself: SQLite would rather read everything in its order than sort the few that wait."""

_BEHIND: dict[Section, Any] = {
    Section.DANGER: _LISTED.where(_ALARM).order_by(*_OLDEST_FIRST),
    Section.OWN_LATE: _LISTED.where(_OWN_LATE).order_by(appeal.c.due_at, appeal.c.code),
    Section.UNASSIGNED: _LISTED.where(appeal.c.status == Status.WAITING, not_(_CAME_BACK), not_(_ALARM)).order_by(
        *_OLDEST_FIRST
    ),
    Section.RETURNED: _LISTED.where(appeal.c.status == Status.WAITING, _CAME_BACK).order_by(*_OLDEST_FIRST),
    Section.REOPENED: _LISTED.where(appeal.c.status == Status.REOPENED).order_by(*_OLDEST_FIRST),
    Section.NEW: _LISTED.where(appeal.c.status.in_(_NOT_ACCEPTED)).order_by(*_OLDEST_FIRST),
    Section.TODAY: _LISTED.where(_DUE, appeal.c.due_at >= _NOW).order_by(appeal.c.due_at, appeal.c.code),
    Section.OVERDUE: _LISTED.where(_DUE, appeal.c.due_at < _NOW).order_by(appeal.c.due_at, appeal.c.code),
    Section.UNDELIVERED: _LISTED.where(appeal.c.code.in_(_FAILED)).order_by(*_OLDEST_FIRST),
}
_BEHIND[Section.THRICE] = _BEHIND[Section.OVERDUE]
"""Which of those are three times late is told by their clocks, not by a column."""


async def oldest_behind(
    tx: Transaction, peer: int | None, section: Section, now: datetime, until: datetime
) -> list[Appeal]:
    """The oldest behind a line, of one chat or of all."""
    query = _BEHIND[section] if peer is None else _BEHIND[section].where(_HERE)
    known: dict[str, Any] = {} if peer is None else {"peer": peer}
    match section:
        case Section.TODAY | Section.OVERDUE | Section.THRICE:
            known |= {"now": now, "until": until}
        case Section.OWN_LATE:
            known |= {"now": now}
        case Section.UNDELIVERED:
            known |= {"since": now - UNDELIVERED_FOR}
        case _:
            pass
    return await open_rows(tx, await tx.rows(query.limit(LISTED), known))
