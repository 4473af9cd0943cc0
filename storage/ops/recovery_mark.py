"""The mark that an older copy was put back (delivery.md §13): until people have its list, no loop of the bot runs.

It must never be removed before everything that follows from the copy is kept.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from storage.db.columns import in_community
from storage.db.schema import DUE, FLYING, PARKED, lane, meta, one_of, outbox
from storage.db.transaction import Transaction
from storage.db.upsert import upsert

MARK, LISTENED_FROM = "recovery", "listened_from"


@dataclass(frozen=True, slots=True)
class RecoveryMark:
    """`made_at`: of the copy, where that is known. `started_at`: of the first start on it. `listening`: a fresh place
    in VK's queue is kept. `summary`: all else is done, and this is to be said, with the file `told`, sealed. `owner`
    holds it `until` then."""

    at: str
    made_at: str = ""
    started_at: str = ""
    listening: bool = False
    summary: str = ""
    told: str = ""
    owner: str = ""
    until: str = ""

    @property
    def since(self) -> datetime:
        """When the older copy was put back."""
        return datetime.fromisoformat(self.started_at)


async def mark(tx: Transaction, now: datetime, made_at: str = "") -> int:
    """Into the copy (made then), before it is put in place. Returns how many messages wait in it."""
    free = update(lane).where(in_community(lane), lane.c.lease_until.is_not(None))
    await tx.execute(free.values(owner=None, lease_until=None))
    await keep(tx, RecoveryMark(now.isoformat(), made_at))
    waiting = select(func.count().label("count")).where(
        in_community(outbox),
        outbox.c.effect == "send",
        one_of(outbox.c.state, (*DUE, *FLYING, *PARKED)),
    )
    row = await tx.row(waiting)
    return int(row["count"]) if row is not None else 0


async def read_mark(tx: Transaction) -> RecoveryMark | None:
    """Locked on PostgreSQL: of several workers one carries it out."""
    of = (in_community(meta), meta.c.name == MARK)
    row = await tx.row(select(meta.c.value).where(*of).with_for_update())
    return None if row is None else RecoveryMark(**json.loads(row["value"]))


async def keep(tx: Transaction, new_mark: RecoveryMark) -> None:
    """Stores the mark; there is at most one."""
    row: dict[str, Any] = {"name": MARK, "value": json.dumps(asdict(new_mark))}
    await upsert(tx, meta, [row])


async def take(tx: Transaction, worker: str, now: datetime, lease: timedelta) -> RecoveryMark | None:
    """The mark, held by this worker from now on; None where there is none, or another worker has it."""
    found = await read_mark(tx)
    if found is None or (found.owner not in ("", worker) and now < datetime.fromisoformat(found.until) <= now + lease):
        return None
    mine = replace(found, owner=worker, until=(now + lease).isoformat(), started_at=found.started_at or now.isoformat())
    await keep(tx, mine)
    return mine


async def listen_from(tx: Transaction, new_mark: RecoveryMark, now: datetime) -> None:
    """What was pressed before is gone: VK keeps no trace of it, and the lost process may have carried it out."""
    await keep(tx, replace(new_mark, listening=True))
    await upsert(tx, meta, [{"name": LISTENED_FROM, "value": now.isoformat()}])


async def listened_from(tx: Transaction) -> datetime | None:
    """The moment from which presses are heard; None where no older copy was ever put back."""
    row = await tx.row(select(meta.c.value).where(in_community(meta), meta.c.name == LISTENED_FROM))
    return None if row is None else datetime.fromisoformat(row["value"])


async def remove(tx: Transaction) -> None:
    """Deletes the mark: the restore is over."""
    await tx.execute(delete(meta).where(in_community(meta), meta.c.name == MARK))
