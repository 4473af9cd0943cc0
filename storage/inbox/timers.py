"""Timers: a due timer becomes an event in the transaction that ends the timer. It decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, delete, func, select

from states.effects import SOURCE_TIMER, WORDS_TIMER, CancelTimer, StartTimer
from states.events import SourceRead, TimerFired
from storage.db.columns import in_community
from storage.db.schema import Moment, timer
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing, upsert
from storage.inbox.inbox import enqueue_internal

READ_FIRST = (SOURCE_TIMER, WORDS_TIMER)
"""Those that no event comes of before VK was asked for something."""
_CANCEL = delete(timer).where(
    in_community(timer), timer.c.name == bindparam("named"), timer.c.key == bindparam("keyed")
)
_DUE = (
    select(timer)
    .where(in_community(timer), timer.c.at <= bindparam("now", type_=Moment), timer.c.name.not_in(READ_FIRST))
    .order_by(timer.c.at, timer.c.name, timer.c.key)
    .limit(bindparam("most", type_=BigInteger))
    .with_for_update(skip_locked=True)
)
OWN = ("spikes", "incidents")
"""Timers of the bot itself, about nobody's message."""

_SOONEST = select(func.min(timer.c.at).label("at")).where(in_community(timer), timer.c.name.not_in(READ_FIRST))
_REREADS = (
    select(timer).where(in_community(timer), timer.c.name == bindparam("named")).order_by(timer.c.at, timer.c.key)
)
_AHEAD = _SOONEST.where(timer.c.at > bindparam("now", type_=Moment), timer.c.name.not_in(OWN))


async def change(tx: Transaction, effects: Sequence[StartTimer | CancelTimer]) -> None:
    """Start and cancel, in this order; of one name and key only the last counts."""
    last = {(effect.name, effect.key): effect for effect in effects}
    gone = [effect for _, effect in sorted(last.items()) if isinstance(effect, CancelTimer)]
    started = [effect for _, effect in sorted(last.items()) if isinstance(effect, StartTimer)]
    await tx.execute_many(_CANCEL, [{"named": cancel_timer.name, "keyed": cancel_timer.key} for cancel_timer in gone])
    rows = [
        {"name": start_timer.name, "key": start_timer.key, "peer": start_timer.peer, "at": start_timer.at}
        for start_timer in started
    ]
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


@dataclass(frozen=True, slots=True)
class ToRead:
    """What VK is to be asked for (states/effects.py `SOURCE_TIMER`, `WORDS_TIMER`)."""

    key: str
    peer: int
    at: datetime

    @property
    def parts(self) -> tuple[str, int, str]:
        """(number of the appeal, of the message, digest of what it said)."""
        appeal, cmid, seen = self.key.split(" ")
        return appeal, int(cmid), seen


async def to_read(tx: Transaction, limit: int, name: str = SOURCE_TIMER) -> list[ToRead]:
    """The next ones, due or not, soonest first."""
    rows = await tx.rows(_REREADS.limit(limit), {"named": name})
    return [ToRead(row["key"], row["peer"], row["at"]) for row in rows]


async def read(tx: Transaction, done: Sequence[tuple[ToRead, SourceRead]], now: datetime) -> None:
    """The timer ends in the transaction that tells what VK showed. Another worker may have been quicker: it is told
    once, under a key that names nobody (R14)."""
    told = [
        (source_timer.peer, f"source|{event.cmid}|{event.seen}|{source_timer.at.isoformat()}", event)
        for source_timer, event in done
    ]
    await enqueue_internal(tx, told, now)
    for source_timer, _ in done:
        await end(tx, SOURCE_TIMER, source_timer)


async def end(tx: Transaction, name: str, source_timer: ToRead) -> None:
    """Deletes a timer that was carried out; one that was started anew meanwhile stays."""
    await tx.execute(_READ, {"named": name, "keyed": source_timer.key, "due": source_timer.at})


_READ = delete(timer).where(
    in_community(timer),
    timer.c.name == bindparam("named"),
    timer.c.key == bindparam("keyed"),
    timer.c.at == bindparam("due", type_=Moment),
)


async def next_due_at(tx: Transaction) -> datetime | None:
    """The moment of the earliest timer, also of one that is due already; None where there is none. Rereads of VK are
    left out."""
    row = await tx.row(_SOONEST)
    found: datetime | None = None if row is None else row["at"]
    return found


async def ahead(tx: Transaction, now: datetime) -> datetime | None:
    """The next moment at which a timer about a message comes due; what is due already does not count."""
    row = await tx.row(_AHEAD, {"now": now})
    found: datetime | None = None if row is None else row["at"]
    return found
