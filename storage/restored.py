"""An older copy was put back: what it would say may have been said already, so it is looked up first (delivery.md §13).

It must never decide that something was sent: it only marks what has to be looked for, and from which number on.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update

from storage.database import Transaction
from storage.outgoing import State, move
from storage.schema import DUE, PARKED, lane, meta, one_of, outbox, peer
from storage.writing import upsert

AT, FRESH = "restored_at", "restored_fresh"


async def mark(tx: Transaction, community: int, now: datetime) -> int:
    """Into the copy, before it is put in place. Returns how many messages of it will be looked up.

    Whatever was sent after the copy was made has a higher number than any that the copy knows of its dialogue.
    """
    await tx.execute(update(peer).where(peer.c.community_id == community).values(restored=peer.c.known_max))
    waiting = [*DUE, *PARKED]
    mine = (outbox.c.community_id == community, outbox.c.effect == "send", one_of(outbox.c.state, waiting))
    highest = select(peer.c.known_max).where(peer.c.community_id == community, peer.c.peer == outbox.c.peer)
    probe = func.coalesce(outbox.c.probe_from, highest.scalar_subquery(), 0)
    marked = await tx.execute(update(outbox).where(*mine).values(look_first=1, probe_from=probe))
    rows = await tx.rows(select(outbox.c.id, outbox.c.state).where(*mine, one_of(outbox.c.state, DUE)))
    for row in rows:
        await move(tx, community, row["id"], [State(row["state"])], State.UNKNOWN, now, next_at=None)
    free = update(lane).where(lane.c.community_id == community, lane.c.lease_until.is_not(None))
    await tx.execute(free.values(owner=None, lease_until=None))
    # Everything is compared with VK again, from the first dialogue to the last.
    await tx.execute(delete(meta).where(meta.c.community_id == community, meta.c.name == "swept"))
    await note(tx, community, now)
    await upsert(tx, meta, [{"community_id": community, "name": FRESH, "value": "1"}])
    return marked


async def note(tx: Transaction, community: int, now: datetime) -> None:
    await upsert(tx, meta, [{"community_id": community, "name": AT, "value": now.isoformat()}])
    tx.restored[community] = now


async def resume(tx: Transaction, community: int, now: datetime) -> bool:
    """At every start, before anything is read from VK: the first one after a restore is what events are older than."""
    gone = delete(meta).where(meta.c.community_id == community, meta.c.name == FRESH)
    if not await tx.execute(gone):
        return False
    await note(tx, community, now)
    return True
