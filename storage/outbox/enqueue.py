"""Enqueues messages: each is stored with its `random_id` before the first byte leaves (delivery.md §3).

Only the transitions in `EDGES` exist (I6). It must never send: claim.py claims rows, outcomes.py records their
outcomes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, bindparam, select, update

from states.degraded import form
from states.effects import AnswerButton, Edit, Effect, Send
from storage.db import schema
from storage.db.codec import encode
from storage.db.columns import in_community
from storage.db.errors import IllegalMove
from storage.db.schema import lane, one_of, outbox
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing, insert_new
from storage.outbox.forms import all_forms, first_form
from storage.outbox.random_ids import RandomIdRequest, allot
from storage.outbox.receipts import enqueue_parked_receipts
from storage.outbox.sealed_rows import Opened, Sendable, seal_bodies


class OutboxState(StrEnum):
    """Where an outgoing message stands (delivery.md §5)."""

    PREPARING = "preparing"
    READY = "ready"
    IN_FLIGHT = "in_flight"
    UNKNOWN = "unknown"
    SENT = "sent"
    PARKED_RECIPIENT = "parked_recipient"
    PARKED_CHAT = "parked_chat"
    CANCELLED = "cancelled"
    DEAD = "dead"


DUE = frozenset({OutboxState.PREPARING, OutboxState.READY})
FLYING = frozenset({OutboxState.IN_FLIGHT, OutboxState.UNKNOWN})
PARKED = frozenset({OutboxState.PARKED_RECIPIENT, OutboxState.PARKED_CHAT})
COUNTED = frozenset(OutboxState) - {OutboxState.CANCELLED}
"""What "produced" is made of (I12): a cancelled row is taken out of it."""

_RELEASED = frozenset(
    {OutboxState.READY, OutboxState.PREPARING, OutboxState.SENT, OutboxState.CANCELLED, OutboxState.DEAD}
)
EDGES: dict[OutboxState, frozenset[OutboxState]] = {
    OutboxState.PREPARING: frozenset({OutboxState.IN_FLIGHT, OutboxState.SENT, OutboxState.CANCELLED, OutboxState.DEAD})
    | PARKED,
    OutboxState.READY: frozenset(OutboxState) - {OutboxState.READY, OutboxState.UNKNOWN},
    OutboxState.IN_FLIGHT: frozenset(
        {OutboxState.READY, OutboxState.UNKNOWN, OutboxState.SENT, OutboxState.CANCELLED, OutboxState.DEAD}
    )
    | PARKED,
    OutboxState.UNKNOWN: frozenset(
        {OutboxState.READY, OutboxState.PREPARING, OutboxState.SENT, OutboxState.CANCELLED, OutboxState.DEAD}
    )
    | PARKED,
    OutboxState.PARKED_RECIPIENT: _RELEASED,
    OutboxState.PARKED_CHAT: _RELEASED,
    # A fact is a fact, even one that comes late (T4). To leave it must be set aside for people, and they must say so.
    OutboxState.CANCELLED: frozenset({OutboxState.READY, OutboxState.PREPARING, OutboxState.SENT}),
    OutboxState.DEAD: frozenset({OutboxState.READY, OutboxState.SENT, OutboxState.CANCELLED}),
    OutboxState.SENT: frozenset(),
}

LOOKS = 5
"""Looks in vain, some minute long, after which nobody waits for what became of a message."""

BUTTON_LIFE = timedelta(seconds=60)


HELD = "held"
"""Why a row is cancelled that people may still send (`send_held`)."""


def check_move(before: Iterable[OutboxState], after: OutboxState) -> None:
    """Raises IllegalMove where a message in one of these states may not go to that one (I6)."""
    for state in before:
        if after not in EDGES[state]:
            raise IllegalMove(f"{state} -> {after}")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message taken for sending, preparing or looking. `level` is its step of the ladder (states/degraded.py).

    `preparing`: its files must be uploaded first; nothing flies before `uploaded` says so. `was_unknown`: once nobody
    knew its outcome, so "not sent" is no proof any more (delivery.md §9). `code` is VK's last error,
    `reason` what was noted of the last try.
    `target_cmid` is for an `Edit`: the message that its target's cause sent, in the form of `target_level`.
    """

    id: int
    fencing_token: int
    cause: str
    peer: int
    effect: Sendable
    level: int
    random_id: int | None
    state: OutboxState
    attempts: int
    probe_from: int
    appeal: str | None
    kind: str
    priority: int
    looks: int = 0
    was_unknown: bool = False
    code: int = 0
    reason: str = ""
    attachments: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    uploaded: bool = False
    target_cmid: int | None = None
    target_level: int = 0
    lease_until: datetime | None = None


Target = tuple[int | None, int]
"""The number of the message that an edit changes, and the level it was sent at."""


def outgoing(row: Any, opened: Opened, target: Target | None, lease_until: datetime | None) -> Outgoing:
    """The row as a message to send, its sealed effect opened."""
    return Outgoing(
        id=row["id"],
        fencing_token=row["fencing_token"],
        cause=row["cause"],
        peer=row["peer"],
        effect=opened.effect,
        level=row["level"],
        random_id=row["random_id"],
        state=OutboxState(row["state"]),
        attempts=row["attempts"],
        probe_from=row["probe_from"] or 0,
        looks=row["looks"],
        was_unknown=row["looks"] > 0 or row["state"] == OutboxState.UNKNOWN,
        code=row["code"] or 0,
        reason=row["reason"] or "",
        attachments=opened.attachments,
        lost=opened.lost,
        uploaded=row["attachments"] is not None,
        appeal=row["appeal"],
        kind=row["kind"],
        priority=row["priority"],
        target_cmid=target[0] if target else None,
        target_level=target[1] if target else 0,
        lease_until=lease_until,
    )


_LANES = select(lane).where(in_community(lane), lane.c.lane.in_(bindparam("lanes", expanding=True)))
_LANES_LOCKED = _LANES.order_by(lane.c.lane).with_for_update()
_SET_SEQ = update(lane).where(in_community(lane), lane.c.lane == bindparam("one")).values(seq=bindparam("last"))
_KNOWN_CAUSES = select(outbox.c.cause).where(
    in_community(outbox), outbox.c.cause.in_(bindparam("causes", expanding=True))
)


async def enqueue(tx: Transaction, effects: Sequence[Effect], now: datetime) -> int:
    """The messages among these effects, once for each cause, at the end of their lanes. Returns how many are new."""
    rows = [row for effect in effects if (row := _row(effect, now)) is not None]
    rows = list({row["cause"]: row for row in reversed(rows)}.values())[::-1]
    if not rows:
        return 0
    causes = {"causes": [row["cause"] for row in rows]}
    known = {row["cause"] for row in await tx.rows(_KNOWN_CAUSES, causes)}
    rows = [row for row in rows if row["cause"] not in known]
    await seal_bodies(tx, rows)
    return await insert_rows(tx, rows, now)


async def insert_rows(tx: Transaction, rows: Sequence[dict[str, Any]], now: datetime) -> int:
    """Give new rows, sealed already, their place in the lane, their id and their random_id, and insert them."""
    if not rows:
        return 0
    lanes = await _lanes(tx, {row["lane"] for row in rows})
    sends = {row["cause"]: RandomIdRequest(row["peer"], row["cause"]) for row in rows if row["effect"] == "send"}
    random_ids = await allot(tx, list(sends.values()))
    for row in rows:
        of = lanes[row["lane"]]
        row["id"] = tx.ids.next(now)
        if "seq" not in row:  # a degraded row keeps the place of the first
            of["seq"] += 1
            row["seq"] = of["seq"]
        row["random_id"], row["salt"] = random_ids[sends[row["cause"]]] if row["cause"] in sends else (None, 0)
        if of["parked"] is not None:
            row["state"], row["code"] = of["parked"], of["code"]
    await tx.execute_many(_SET_SEQ, [{"one": lane_id, "last": of["seq"]} for lane_id, of in sorted(lanes.items())])
    fresh = await insert_new(tx, outbox, outbox.c.id, rows)
    tx.count("produced", len(fresh))
    parked = [row for row in rows if row["state"] in PARKED and row["report"] and row["id"] in fresh]
    if parked:
        await enqueue_parked_receipts(tx, parked, now)
    return len(fresh)


async def _lanes(tx: Transaction, wanted: set[int]) -> dict[int, dict[str, Any]]:
    """The lanes, locked for this transaction; missing ones are made."""
    lanes = sorted(wanted)
    rows = await tx.rows(_LANES_LOCKED, {"lanes": lanes})
    if len(rows) < len(lanes):
        missing = set(lanes) - {row["lane"] for row in rows}
        fresh = [{"lane": lane_id, "seq": 0, "fencing_token": 0} for lane_id in sorted(missing)]
        await insert_missing(tx, lane, fresh)
        rows = await tx.rows(_LANES_LOCKED, {"lanes": lanes})
    return {row["lane"]: dict(row) for row in rows}


def shape_of(effect: Sendable, level: int) -> dict[str, Any] | None:
    """What this level of an effect is on the wire; None where there is no such level."""
    shape = form(effect, level)
    match shape:
        case None:
            return None
        case Send():
            return {"effect": "send", "upload": has_files(shape)}
        case Edit():
            return {"effect": "edit", "upload": False}
        case AnswerButton():
            return {"effect": "button", "upload": False}


def has_files(shape: Send) -> bool:
    """Whether something must be uploaded before it can leave."""
    return shape.copy is not None or bool(shape.document)


def _row(effect: Effect, now: datetime) -> dict[str, Any] | None:
    """The columns of an effect; None for one that sends nothing."""
    match effect:
        case Send():
            own: dict[str, Any] = {
                "cause": effect.cause,
                "kind": effect.kind.value,
                "priority": int(effect.priority),
                "appeal": effect.appeal,
                "report": effect.report,
                "not_before": effect.not_before,
                "expires_at": effect.not_after,
            }
        case Edit():
            own = {
                "cause": effect.cause,
                "kind": "edit",
                "priority": 0,
                "appeal": effect.appeal,
                "target": effect.target,
            }
        case AnswerButton():
            own = {
                "cause": f"button|{effect.event_id}",
                "kind": "button",
                "priority": 0,
                "expires_at": now + BUTTON_LIFE,
            }
        case _:
            return None
    shape = shape_of(effect, 0) or {}
    # A button has a lane of its own, below zero: the spinner waits for no message and no message waits for it.
    lane_of = -effect.peer if isinstance(effect, AnswerButton) else effect.peer
    common: dict[str, Any] = {"peer": effect.peer, "lane": lane_of}
    common |= {"body": encode(effect), "created_at": now}
    return {**_BLANK, **common, **shape, **own, "state": first_state(shape["upload"])}


def first_state(upload: bool) -> OutboxState:
    """PREPARING where files have to be uploaded first, else READY to be sent."""
    return OutboxState.PREPARING if upload else OutboxState.READY


_BLANK: dict[str, Any] = {
    "level": 0,
    "appeal": None,
    "target": None,
    "report": False,
    "lost": "[]",
    "code": None,
    "fencing_token": 0,
    "attempts": 0,
    "looks": 0,
    "probe_from": None,
    "not_before": None,
    "expires_at": None,
}

MINE = and_(in_community(outbox), outbox.c.id == bindparam("row"))
_BY_CAUSE = select(outbox).where(
    in_community(outbox),
    outbox.c.cause.in_(bindparam("causes", expanding=True)),
    outbox.c.state.in_([*DUE, *PARKED]),
)
LONG_AGO = datetime.fromtimestamp(0, UTC)
_NOT_AGAIN = (
    update(outbox)
    .where(
        in_community(outbox),
        outbox.c.cause.in_(bindparam("causes", expanding=True)),
        one_of(outbox.c.state, schema.FLYING),
    )
    .values(expires_at=LONG_AGO)
)


async def cancel_all(tx: Transaction, causes: Sequence[str], now: datetime) -> set[str]:
    """The causes that were really taken back. What may have left is looked for as ever, but it has expired, whatever
    the clock says: proven absent, it is not sent any more (§8; seed 2758)."""
    forms = {"causes": all_forms(causes)}
    await tx.execute(_NOT_AGAIN, forms)
    rows = await tx.rows(_BY_CAUSE, forms)
    taken = set()
    for row in rows:
        if await move(tx, row["id"], [OutboxState(row["state"])], OutboxState.CANCELLED, now, reason="taken back"):
            taken.add(first_form(row))
    return taken


async def move(
    tx: Transaction,
    row: int,
    before: Iterable[OutboxState],
    after: OutboxState,
    now: datetime | None = None,
    *,
    fencing_token: int | None = None,
    **values: Any,
) -> bool:
    """Moves one row along a declared edge. False where it is in another state meanwhile, or its token has passed
    (T5)."""
    before = list(before)
    check_move(before, after)
    guarded = update(outbox).where(in_community(outbox), outbox.c.id == row, outbox.c.state.in_(before))
    if fencing_token is not None:
        guarded = guarded.where(outbox.c.fencing_token == fencing_token)
    if now is not None and after not in DUE and after not in FLYING:
        values["ended_at"] = now
    moved = await tx.execute(guarded.values(state=after, **values)) == 1
    if moved and after is OutboxState.CANCELLED:
        tx.count("produced", -1)
    return moved


_TAKEN = select(outbox.c.cmid).where(
    in_community(outbox),
    outbox.c.peer == bindparam("who"),
    outbox.c.cmid.in_(bindparam("cmids", expanding=True)),
)


async def numbers_taken(tx: Transaction, peer: int, cmids: Sequence[int]) -> set[int]:
    """Which of these message numbers are of rows we have."""
    rows = await tx.rows(_TAKEN, {"who": peer, "cmids": sorted(cmids)})
    return {row["cmid"] for row in rows}
