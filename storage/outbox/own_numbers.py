"""Which numbers of a chat are messages of ours, and when they were sent (F16)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, select

from storage.db.columns import in_community
from storage.db.schema import Moment, outbox
from storage.db.transaction import Transaction
from storage.outbox.enqueue import OutboxState, numbers_taken

A_FEW = 3
"""An administrator of the chat may delete one of them; where VK shows none it shows us nothing."""

_SENT = (
    select(outbox.c.cmid, outbox.c.ended_at)
    .where(
        in_community(outbox),
        outbox.c.peer == bindparam("who"),
        outbox.c.state == OutboxState.SENT,
        outbox.c.effect == "send",
        outbox.c.cmid.is_not(None),
    )
    .order_by(outbox.c.cmid.desc())
)
_NEWEST = _SENT.where(outbox.c.ended_at >= bindparam("since", type_=Moment)).limit(A_FEW)
_BEFORE = _SENT.where(outbox.c.cmid < bindparam("number", type_=BigInteger)).limit(1)


async def newest(tx: Transaction, peer: int, since: datetime) -> list[int]:
    """The numbers of what we said there last, after that moment."""
    return [row["cmid"] for row in await tx.rows(_NEWEST, {"who": peer, "since": since})]


async def among(tx: Transaction, peer: int, cmids: Sequence[int]) -> set[int]:
    """Which of these numbers are our own messages."""
    return await numbers_taken(tx, peer, cmids) if cmids else set()


async def sent_before(tx: Transaction, peer: int, number: int) -> datetime | None:
    """The moment at which we sent what stands nearest below this number; None without any."""
    row = await tx.row(_BEFORE, {"who": peer, "number": number})
    found: datetime | None = None if row is None else row["ended_at"]
    return found
