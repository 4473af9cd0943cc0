"""The books (I12): what came in and what was said, counted twice; where messages stand. It changes nothing and opens
nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, func, select

from states.lifecycle.appeal import OPEN, WITH_AGENCY
from storage.db.columns import in_community
from storage.db.schema import Moment, appeal, counter, inbox, outbox
from storage.db.transaction import Transaction
from storage.outbox.enqueue import PARKED, OutboxState

_COUNTED = (
    select(counter.c.name, func.sum(counter.c.value).label("value"))
    .where(in_community(counter))
    .group_by(counter.c.name)
)


_EVERYWHERE = select(counter.c.name, func.sum(counter.c.value).label("value")).group_by(counter.c.name)


def _by_state(table: Table) -> Any:
    return select(table.c.state, func.count().label("rows")).where(in_community(table)).group_by(table.c.state)


def difference(found: dict[str, Any]) -> str:
    """What does not balance, in Russian and in numbers."""
    came, said = found["inbox"], found["outbox"]
    counted = sum(came[name] for name in ("done", "ignored", "dead", "waiting", "forgotten"))
    left = sum(said[name] for name in ("sent", "parked", "unknown", "waiting", "forgotten"))
    return f"принято {came['received']}, учтено {counted}; создано {said['produced']}, учтено {left}"


_INBOX, _OUTBOX = _by_state(inbox), _by_state(outbox)


_APPEALS = select(appeal.c.status, func.count().label("rows")).where(in_community(appeal)).group_by(appeal.c.status)
_OVERDUE = select(func.count().label("rows")).where(
    in_community(appeal),
    appeal.c.status.in_(sorted(WITH_AGENCY)),
    appeal.c.due_at < bindparam("now", type_=Moment),
)


async def standing(tx: Transaction, now: datetime) -> dict[str, Any]:
    """How many messages stand where, and for how many of them the time is over; counts only."""
    rows = await tx.rows(_APPEALS)
    late = await tx.row(_OVERDUE, {"now": now})
    by_status = {row["status"]: row["rows"] for row in sorted(rows, key=lambda row: str(row["status"]))}
    return {
        "by_status": by_status,
        "open": sum(count for status, count in by_status.items() if status in OPEN),
        "overdue": late["rows"] if late is not None else 0,
    }


async def everywhere(tx: Transaction) -> dict[str, int]:
    """How many events came in and how many messages were made in all communities of the database together."""
    counted = {row["name"]: int(row["value"]) for row in await tx.rows(_EVERYWHERE)}
    return {name: counted.get(name, 0) for name in ("received", "produced")}


async def identity(tx: Transaction) -> dict[str, Any]:
    """received = done + ignored + dead + waiting, produced = sent + parked + unknown + waiting, both with those rows
    that were erased or past their term (`forgotten`), or an alarm.

    Counters grow where rows are inserted and fall where one is cancelled; the other side is counted from the rows.
    """
    counted = {row["name"]: int(row["value"]) for row in await tx.rows(_COUNTED)}
    came = {row["state"]: row["rows"] for row in await tx.rows(_INBOX)}
    said = {row["state"]: row["rows"] for row in await tx.rows(_OUTBOX)}
    inward = {
        "received": counted.get("received", 0) + tx.tally_of("received"),
        "done": came.get("done", 0),
        "ignored": came.get("ignored", 0),
        "dead": came.get("dead", 0),
        "waiting": sum(came.get(state, 0) for state in ("new", "retry", "wanted")),
        "forgotten": counted.get("forgotten_in", 0) + tx.tally_of("forgotten_in"),
    }
    outward = {
        "produced": counted.get("produced", 0) + tx.tally_of("produced"),
        "sent": said.get(OutboxState.SENT, 0),
        "parked": sum(said.get(state, 0) for state in (*PARKED, OutboxState.DEAD)),
        "unknown": said.get(OutboxState.UNKNOWN, 0),
        "waiting": sum(
            said.get(state, 0) for state in (OutboxState.PREPARING, OutboxState.READY, OutboxState.IN_FLIGHT)
        ),
        "cancelled": said.get(OutboxState.CANCELLED, 0),
        "forgotten": counted.get("forgotten_out", 0) + tx.tally_of("forgotten_out"),
    }
    ended = ("waiting", "forgotten")
    balanced = inward["received"] == sum(inward[name] for name in ("done", "ignored", "dead", *ended))
    balanced &= outward["produced"] == sum(outward[name] for name in ("sent", "parked", "unknown", *ended))
    return {"inbox": inward, "outbox": outward, "balanced": balanced}
