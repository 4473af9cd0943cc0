"""Claims due messages: one in flight per lane, under a lease with a fencing token (delivery.md §11, T3, T7).

Two workers must never hold one lane, and no message may overtake another of its lane.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, RowMapping, and_, bindparam, exists, func, or_, select, union_all, update

from states.events import DeliveryOutcome
from storage.db import schema
from storage.db.columns import in_community
from storage.db.crash_points import crash_point
from storage.db.schema import Moment, lane, one_of, outbox, peer
from storage.db.transaction import Transaction
from storage.outbox.enqueue import DUE, LONG_AGO, OutboxState, Outgoing, Target, move, outgoing
from storage.outbox.forms import all_forms, first_form
from storage.outbox.receipts import enqueue_receipt
from storage.outbox.sealed_rows import Opened, open_rows

LEASE = timedelta(seconds=90)
WEIGHTS = (8, 8, 4, 1)
OVERDUE = timedelta(seconds=60)
Targets = dict[tuple[str, int], Target]
NOWHERE: Target = (None, 0)

_row = outbox.alias("row")
_other = outbox.alias("other")
_NOW: Any = bindparam("now", type_=Moment)

_FREE = or_(lane.c.lease_until.is_(None), lane.c.lease_until <= _NOW)
_FIRST = ~exists().where(
    _other.c.community_id == _row.c.community_id,
    _other.c.lane == _row.c.lane,
    _other.c.id != _row.c.id,
    # A held answer (the undo window) does not hold back what comes after it; what flies holds back everything.
    or_(
        one_of(_other.c.state, schema.FLYING),
        and_(
            one_of(_other.c.state, schema.DUE),
            _other.c.seq < _row.c.seq,
            or_(_other.c.not_before.is_(None), _other.c.not_before <= _NOW),
        ),
    ),
    one_of(_other.c.state, schema.OPEN),
)
_IN_LANE = and_(lane.c.community_id == _row.c.community_id, lane.c.lane == _row.c.lane)
_IS_DUE = and_(
    in_community(_row),
    one_of(_row.c.state, schema.DUE),
    or_(_row.c.next_at.is_(None), _row.c.next_at <= _NOW),
    or_(_row.c.not_before.is_(None), _row.c.not_before <= _NOW),
    _FIRST,
    _FREE,
)
_IS_LOST = and_(
    in_community(_row),
    one_of(_row.c.state, schema.FLYING),
    _row.c.state == OutboxState.UNKNOWN,
    or_(_row.c.next_at.is_(None), _row.c.next_at <= _NOW),
    _FREE,
)
_MOST: Any = bindparam("most", type_=BigInteger)


def _candidates(priority: int) -> Any:
    """A query for the oldest due rows of this priority, at most `_MOST`."""
    found = (
        select(
            _row.c.id, _row.c.lane, _row.c.priority, func.coalesce(_row.c.not_before, _row.c.created_at).label("since")
        )
        .join(lane, _IN_LANE)
        .where(_IS_DUE, _row.c.priority == priority)
        .order_by(_row.c.id)
        .limit(_MOST)
        .subquery()
    )
    return select(found)


_CANDIDATES = union_all(*(_candidates(priority) for priority in range(len(WEIGHTS))))
_LOST = select(_row.c.lane).join(lane, _IN_LANE).where(_IS_LOST).order_by(_row.c.id).limit(_MOST)
_LOCK = (
    select(lane.c.lane)
    .where(in_community(lane), lane.c.lane.in_(bindparam("lanes", expanding=True)), _FREE)
    .order_by(lane.c.lane)
    .with_for_update(skip_locked=True)
)
_OF_LANES = _row.c.lane.in_(bindparam("lanes", expanding=True))
_token = lane.c.fencing_token.label("lane_token")
_DUE_OF = select(_row, _token).join(lane, _IN_LANE).where(_IS_DUE, _OF_LANES).order_by(_row.c.seq)
_LOST_OF = select(_row, _token).join(lane, _IN_LANE).where(_IS_LOST, _OF_LANES).order_by(_row.c.seq)
_CLAIM = (
    update(lane)
    .where(in_community(lane), lane.c.lane == bindparam("one"))
    .values(owner=bindparam("worker"), fencing_token=lane.c.fencing_token + 1, lease_until=bindparam("until"))
)
_DEPART = (
    update(outbox)
    .where(in_community(outbox), outbox.c.id == bindparam("row"))
    .values(
        state=bindparam("to"),
        fencing_token=bindparam("fence"),
        attempts=bindparam("tried"),
        looks=bindparam("looked"),
        first_attempt_at=func.coalesce(outbox.c.first_attempt_at, bindparam("first", type_=Moment)),
        probe_from=func.coalesce(outbox.c.probe_from, bindparam("probe", type_=BigInteger)),
    )
)
_TARGETS = select(outbox.c.cause, outbox.c.peer, outbox.c.cmid, outbox.c.level, outbox.c.state).where(
    in_community(outbox), outbox.c.cause.in_(bindparam("causes", expanding=True))
)
_HIGHEST = select(peer.c.peer, peer.c.high_watermark).where(
    in_community(peer), peer.c.peer.in_(bindparam("peers", expanding=True))
)
_EXPIRED = select(outbox).where(
    in_community(outbox),
    one_of(outbox.c.state, schema.DUE),
    outbox.c.expires_at <= _NOW,
)


async def claim_due(
    tx: Transaction, worker: str, now: datetime, limit: int, lease: timedelta = LEASE
) -> list[Outgoing]:
    """T3: due heads of different lanes, claimed and marked in flight before the first byte.

    A row whose files must be uploaded first comes as `preparing`: nothing of it flies yet (`outcomes.record_uploaded`).
    """
    for row in await tx.rows(_EXPIRED, {"now": now}):
        ended = await move(tx, row["id"], DUE, OutboxState.CANCELLED, now, reason="expired")
        if ended and row["report"] and row["expires_at"] > LONG_AGO:  # what was taken back is told already
            await enqueue_receipt(tx, [(dict(row), DeliveryOutcome.SET_ASIDE, 0, 0, ())], now)
    params: dict[str, Any] = {"now": now, "worker": worker, "most": limit}
    lanes = _choose_lanes(await tx.rows(_CANDIDATES, params), now, limit)
    rows = await _lane_heads(tx, _DUE_OF, lanes, params)
    return await _depart(tx, worker, rows, now, now + lease)


async def claim_unverified(
    tx: Transaction, worker: str, now: datetime, limit: int, lease: timedelta = LEASE
) -> list[Outgoing]:
    """Rows of unknown outcome that are due for a look, claimed; those of a worker that died among them."""
    await _release_abandoned(tx, now)
    params: dict[str, Any] = {"now": now, "worker": worker, "most": limit}
    lanes = [row["lane"] for row in await tx.rows(_LOST, params)]
    rows = await _lane_heads(tx, _LOST_OF, lanes, params)
    return await _depart(tx, worker, rows, now, now + lease)


def _choose_lanes(candidates: Sequence[RowMapping], now: datetime, limit: int) -> list[int]:
    """Lanes by weighted turns of the classes; up to half of the places go to lanes that waited over a minute."""
    late = sorted((row["since"], row["lane"]) for row in candidates if now - row["since"] > OVERDUE)
    chosen = [lane_ for _, lane_ in late[: (limit + 1) // 2]]
    queues = [
        [row["lane"] for row in candidates if row["priority"] == priority and row["lane"] not in set(chosen)]
        for priority in range(len(WEIGHTS))
    ]
    served = [0] * len(WEIGHTS)
    while len(chosen) < limit and any(queues):
        turn = min((p for p in range(len(WEIGHTS)) if queues[p]), key=lambda p: ((served[p] + 1) / WEIGHTS[p], p))
        chosen.append(queues[turn].pop(0))
        served[turn] += 1
    return chosen


async def _lane_heads(tx: Transaction, query: Any, lanes: list[int], params: dict[str, Any]) -> Sequence[RowMapping]:
    """The heads of these lanes. On PostgreSQL the lanes are locked first, then looked at (delivery.md §11)."""
    if not lanes:
        return []
    if tx.dialect == "postgresql":
        lanes = [row["lane"] for row in await tx.rows(_LOCK, {**params, "lanes": lanes})]
        if not lanes:
            return []
        # A row that a decision holds (it may be taking it back) is left for the next turn, not waited for.
        query = query.with_for_update(of=_row, skip_locked=True)
    return await tx.rows(query, {**params, "lanes": lanes})


async def _depart(
    tx: Transaction, worker: str, rows: Sequence[RowMapping], now: datetime, until: datetime
) -> list[Outgoing]:
    """Marks the rows as in flight under a lease, and gives what is to be sent; those that may no longer be said are
    left out."""
    if not rows:
        return []
    edited = {row["target"] for row in rows if row["effect"] == "edit"}
    targets = await _targets(tx, edited) if edited else {}
    opened = await open_rows(tx, rows)
    rows = await _sayable(tx, rows, targets, opened, now)
    highest = {
        row["peer"]: row["high_watermark"]
        for row in await tx.rows(_HIGHEST, {"peers": sorted({row["peer"] for row in rows})})
    }
    taken = [_departing(row, highest.get(row["peer"], 0), now) for row in rows]
    claims = [{"one": row["lane"], "worker": worker, "until": until} for row in taken]
    await tx.execute_many(_CLAIM, sorted(claims, key=lambda claim: int(claim["one"])))
    crash_point("lanes: claimed")
    departed = [
        {
            "row": row["id"],
            "to": row["state"],
            "fence": row["fencing_token"],
            "tried": row["attempts"],
            "looked": row["looks"],
            "first": row["first_attempt_at"],
            "probe": row["probe_from"],
        }
        for row in taken
    ]
    await tx.execute_many(_DEPART, departed)
    crash_point("lanes: marked in flight")
    return [outgoing(row, opened[row["id"]], targets.get((row["target"], row["peer"])), until) for row in taken]


def _departing(row: RowMapping, highest: int, now: datetime) -> dict[str, Any]:
    """The row as it will be: in flight, or still preparing or unknown, under the lane's new token. An attempt
    begins with the moving of its files."""
    flies = row["state"] == OutboxState.READY
    return {
        **row,
        "state": OutboxState.IN_FLIGHT if flies else OutboxState(row["state"]),
        "fencing_token": row["lane_token"] + 1,
        "attempts": row["attempts"] + 1 if flies else row["attempts"],
        "looks": row["looks"] + (row["state"] == OutboxState.UNKNOWN),
        "first_attempt_at": row["first_attempt_at"] or (None if row["state"] == OutboxState.UNKNOWN else now),
        # The first attempt's mark stays: whatever attempt VK applied lies above it.
        "probe_from": highest if row["probe_from"] is None else row["probe_from"],
    }


async def _targets(tx: Transaction, causes: set[str]) -> Targets:
    """For each edited cause and dialogue: the number its message got, and its level; those not sent are left out."""
    found: Targets = {}
    for row in await tx.rows(_TARGETS, {"causes": all_forms(causes)}):
        if row["state"] == OutboxState.SENT:
            found[first_form(row), row["peer"]] = row["cmid"], row["level"]
    return found


async def _sayable(
    tx: Transaction,
    rows: Sequence[RowMapping],
    targets: Targets,
    opened: Mapping[int, Opened],
    now: datetime,
) -> list[RowMapping]:
    """The rows without edits of messages that never left (there is nothing to edit, and nothing is lost) and without
    rows whose key is destroyed: what they said is known to nobody any more (R14)."""
    kept = []
    for row in rows:
        if row["effect"] == "edit" and targets.get((row["target"], row["peer"]), NOWHERE)[0] is None:
            await move(tx, row["id"], [OutboxState(row["state"])], OutboxState.CANCELLED, now, reason="no target")
        elif row["id"] not in opened:
            await move(tx, row["id"], [OutboxState(row["state"])], OutboxState.CANCELLED, now, reason="erased")
        else:
            kept.append(row)
    return kept


_FLYING_ALONE = (
    select(outbox.c.id, outbox.c.effect)
    .join(lane, and_(lane.c.community_id == outbox.c.community_id, lane.c.lane == outbox.c.lane))
    .where(
        in_community(outbox),
        one_of(outbox.c.state, schema.FLYING),
        outbox.c.state == OutboxState.IN_FLIGHT,
        or_(lane.c.lease_until.is_(None), lane.c.lease_until <= _NOW),
    )
)
_FREE_ALL = update(lane).where(in_community(lane)).values(owner=None, lease_until=None)


async def recover_leases(tx: Transaction, now: datetime, worker: str | None = None) -> int:
    """Marks what was in flight as unknown, on start. On PostgreSQL only where no living worker holds the lane; a
    `worker` that comes back under its old name takes its own lanes back at once."""
    if tx.dialect != "postgresql":
        await tx.execute(_FREE_ALL.where(lane.c.lease_until.is_not(None)))
    elif worker is not None:
        await tx.execute(_FREE_ALL.where(lane.c.owner == worker))
    return await _release_abandoned(tx, now)


async def _release_abandoned(tx: Transaction, now: datetime) -> int:
    lost = 0
    for row in await tx.rows(_FLYING_ALONE, {"now": now}):
        # An edit or an answer to a button is simply done again: twice is the same as once.
        after = OutboxState.UNKNOWN if row["effect"] == "send" else OutboxState.READY
        lost += await move(tx, row["id"], [OutboxState.IN_FLIGHT], after, now, next_at=None)
    return lost


_SOONEST = select(func.min(func.coalesce(_row.c.next_at, _row.c.not_before)).label("at")).where(
    in_community(_row),
    one_of(_row.c.state, schema.OPEN),
    func.coalesce(_row.c.next_at, _row.c.not_before) > _NOW,
)


async def next_due_at(tx: Transaction, now: datetime) -> datetime | None:
    """The next moment at which a held, put off or unknown message comes due; what is due already is not asked here."""
    row = await tx.row(_SOONEST, {"now": now})
    found: datetime | None = None if row is None else row["at"]
    return found
