"""Timers: a due timer becomes an event in the transaction that ends the timer. It decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, delete, func, select

from states.effects import CancelTimer, StartTimer
from states.events import TimerFired
from storage.db.columns import in_community
from storage.db.schema import Moment, timer
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing, upsert
from storage.inbox.inbox import enqueue_internal

_CANCEL = delete(timer).where(
    in_community(timer), timer.c.name == bindparam("named"), timer.c.key == bindparam("keyed")
)
_DUE = (
    select(timer)
    .where(in_community(timer), timer.c.at <= bindparam("now", type_=Moment))
    .order_by(timer.c.at, timer.c.name, timer.c.key)
    .limit(bindparam("most", type_=BigInteger))
    .with_for_update(skip_locked=True)
)
OWN = ("spikes",)
"""Timers of the bot itself, about nobody's message."""

_SOONEST = select(func.min(timer.c.at).label("at")).where(in_community(timer))
_AHEAD = _SOONEST.where(timer.c.at > bindparam("now", type_=Moment), timer.c.name.not_in(OWN))


async def change(tx: Transaction, effects: Sequence[StartTimer | CancelTimer]) -> None:
    """Start and cancel, in this order; of one name and key only the last counts."""
    last = {(effect.name, effect.key): effect for effect in effects}
    gone = [effect for _, effect in sorted(last.items()) if isinstance(effect, CancelTimer)]
    started = [effect for _, effect in sorted(last.items()) if isinstance(effect, StartTimer)]
    await tx.execute_many(_CANCEL, [{"named": one.name, "keyed": one.key} for one in gone])
    rows = [{"name": one.name, "key": one.key, "peer": one.peer, "at": one.at} for one in started]
    await upsert(tx, timer, rows)


async def begin(tx: Transaction, missing: StartTimer) -> None:
    """Start it where there is none of its name and key."""
    row = {"name": missing.name, "key": missing.key, "peer": missing.peer, "at": missing.at}
    await insert_missing(tx, timer, [{**row}])


async def fire(tx: Transaction, now: datetime, limit: int) -> int:
    """Due timers into the inbox. Returns how many."""
    rows = await tx.rows(_DUE, {"now": now, "most": limit})
    told = [
        (
            row["peer"],
            # The timer ends in this transaction, so it cannot fire twice; set again it is another event.
            f"timer|{row['name']}|{row['key']}|{tx.ids.next(now)}",
            TimerFired(row["name"], row["key"], row["peer"], row["at"]),
        )
        for row in rows
    ]
    await enqueue_internal(tx, told, now)
    await tx.execute_many(_CANCEL, [{"named": row["name"], "keyed": row["key"]} for row in rows])
    return len(rows)


async def next_due_at(tx: Transaction) -> datetime | None:
    row = await tx.row(_SOONEST)
    found: datetime | None = None if row is None else row["at"]
    return found


async def ahead(tx: Transaction, now: datetime) -> datetime | None:
    """The next moment at which a timer about a message comes due; what is due already does not count."""
    row = await tx.row(_AHEAD, {"now": now})
    found: datetime | None = None if row is None else row["at"]
    return found
