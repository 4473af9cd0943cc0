"""Lists of appeals: similar, of one incident, overdue, of a chat, by a part of the number; and counts.

It must never decide who may see them: the caller asks that (R22).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, exists, func, literal_column, select

from states.lifecycle.appeal import OPEN, Appeal, Status
from states.lifecycle.spikes import USUAL_DAYS, WINDOW, Spike
from storage.db.columns import in_community
from storage.db.schema import Moment, appeal, history
from storage.db.transaction import Transaction
from storage.inbox.history import installed_at
from storage.records.appeals import by_code, open_rows

ALIKE = 50
LISTED = 50
MERGED = 5000
NUMBERED = 20
SEEN_NUMBERS = 1000
"""So many fitting numbers are looked at, the newest days first: more than a day brings."""

_MINE = in_community(appeal)
_IS_OPEN = appeal.c.status.in_(sorted(OPEN))

_LEADS_FIRST = case((appeal.c.incident == appeal.c.code, 0), else_=1)
_ranked = (
    select(
        appeal.c.code,
        appeal.c.body,
        appeal.c.topic,
        appeal.c.place,
        func.row_number()
        .over(
            partition_by=(appeal.c.topic, appeal.c.place),
            order_by=(_LEADS_FIRST, appeal.c.created_at.desc(), appeal.c.code),
        )
        .label("place_in_line"),
    )
    .where(
        _MINE,
        appeal.c.topic.in_(bindparam("topics", expanding=True)),
        appeal.c.place.in_(bindparam("places", expanding=True)),
        appeal.c.created_at >= bindparam("since", type_=Moment),
        _IS_OPEN,
    )
    .subquery()
)
_ALIKE = (
    select(_ranked.c.code, _ranked.c.body)
    .where(_ranked.c.place_in_line <= ALIKE)
    .order_by(_ranked.c.topic, _ranked.c.place, _ranked.c.place_in_line)
)


async def alike(
    tx: Transaction, pairs: Iterable[tuple[str, str]], since: datetime
) -> dict[tuple[str, str], list[Appeal]]:
    """Open ones by topic and place: those that lead others first, then the newest."""
    pairs = set(pairs)
    params = {
        "topics": sorted({topic for topic, _ in pairs}),
        "places": sorted({place for _, place in pairs}),
        "since": since,
    }
    found: dict[tuple[str, str], list[Appeal]] = defaultdict(list)
    for stored in await open_rows(tx, await tx.rows(_ALIKE, params)):
        found[stored.topic, stored.place or ""].append(stored)
    return found


# In the words of its index, and in no order: SQLite would rather read everything in order than sort a few.
_MEMBERS = select(appeal.c.code, appeal.c.body).where(
    _MINE,
    appeal.c.incident.in_(bindparam("codes", expanding=True)),
    appeal.c.incident != literal_column("''"),
    appeal.c.incident != appeal.c.code,
)


async def members(tx: Transaction, codes: Iterable[str]) -> dict[str, list[Appeal]]:
    """By number of the leading appeal, the others of its incident, oldest first."""
    rows = await tx.rows(_MEMBERS, {"codes": sorted(set(codes))})
    found: dict[str, list[Appeal]] = defaultdict(list)
    for stored in sorted(await open_rows(tx, rows), key=lambda stored: (stored.created_at, stored.code)):
        found[stored.incident].append(stored)
    return found


_MERGED = (
    select(appeal.c.incident)
    .where(_MINE, appeal.c.status == Status.MERGED.value)
    .order_by(appeal.c.created_at)
    .limit(MERGED)
)


async def incidents(tx: Transaction) -> set[str]:
    """The leading appeals of all that are merged with one, the oldest first where there are too many."""
    return {row["incident"] for row in await tx.rows(_MERGED)} - {""}


_TOUCHED = exists().where(
    history.c.community_id == appeal.c.community_id,
    history.c.code == appeal.c.code,
    history.c.actor == bindparam("who"),
)
_HELD = (
    select(appeal.c.code, appeal.c.body)
    .where(_MINE, appeal.c.chat == bindparam("peer"), _IS_OPEN)
    .order_by(case((_TOUCHED, 0), else_=1), appeal.c.created_at.desc(), appeal.c.code)
    .limit(LISTED)
)


async def open_of_chat(tx: Transaction, peer: int, who: int) -> list[Appeal]:
    """Open ones of a chat: those that this official had to do with first, then the newest."""
    rows = await tx.rows(_HELD, {"peer": peer, "who": who})
    return await open_rows(tx, rows)


_OVERDUE = (
    select(appeal.c.code, appeal.c.body)
    .where(_MINE, appeal.c.due_at < bindparam("now", type_=Moment))
    .order_by(appeal.c.due_at, appeal.c.code)
    .limit(LISTED)
)


async def overdue(tx: Transaction, peer: int | None, now: datetime) -> list[Appeal]:
    """The appeals whose clock has run out, the oldest first; of one chat or of all."""
    query = _OVERDUE if peer is None else _OVERDUE.where(appeal.c.chat == peer)
    return await open_rows(tx, await tx.rows(query, {"now": now}))


async def by_part_of_number(tx: Transaction, peer: int | None, part: str) -> list[Appeal]:
    """The appeals whose number contains this, the newest first; of one chat or of all."""
    # Of the number alone, so that the index of numbers is read and no row; those with a «~» are forgotten.
    number = appeal.c.code
    fits = select(number).where(in_community(appeal), number.contains(part, autoescape=True), ~number.contains("~"))
    if peer is not None:
        fits = fits.where(appeal.c.chat == peer)
    rows = await tx.rows(fits.order_by(number.desc()).limit(SEEN_NUMBERS))
    dated = select(number, appeal.c.created_at).where(in_community(appeal), number.in_([row["code"] for row in rows]))
    newest = sorted(await tx.rows(dated), key=lambda row: (row["created_at"], row["code"]), reverse=True)[:NUMBERED]
    found = await by_code(tx, (row["code"] for row in newest))
    return [found[row["code"]] for row in newest if row["code"] in found]


_COUNTS = (
    select(appeal.c.topic, appeal.c.place, func.count().label("count"))
    .where(
        _MINE,
        appeal.c.created_at > bindparam("since", type_=Moment),
        appeal.c.created_at <= bindparam("until", type_=Moment),
    )
    .group_by(appeal.c.topic, appeal.c.place)
)


async def counts(tx: Transaction, now: datetime) -> tuple[Spike, ...]:
    """For each topic and place of the last window, how many messages there were, and how many a window usually has
    (spikes.py). A bot that is younger than the time looked at knows only what has been since it was installed."""
    begun = now - WINDOW
    lately = await tx.rows(_COUNTS, {"since": begun, "until": now})
    if not lately:
        return ()
    first = max(begun - timedelta(days=USUAL_DAYS), await installed_at(tx) or begun)
    before = await tx.rows(_COUNTS, {"since": first, "until": begun})
    windows = max(1.0, (begun - first) / WINDOW)
    usual = {(row["topic"], row["place"]): row["count"] / windows for row in before}
    found = (
        Spike(row["topic"], row["place"], row["count"], usual.get((row["topic"], row["place"]), 0.0)) for row in lately
    )
    return tuple(sorted(found, key=lambda spike: (spike.topic, spike.place or "")))
