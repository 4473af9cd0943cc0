"""Events that point at a sent message whose number we have not received yet: VK's answer is late or was lost.

It must never delay an event for a message that was not in flight when the event came, nor for a message that VK was
asked about in vain for some minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, exists, select, update

from storage.db.columns import in_community
from storage.db.schema import FLYING, PENDING, inbox, one_of, outbox
from storage.db.transaction import Transaction
from storage.inbox.inbox import Waiting
from storage.outbox.enqueue import LOOKS

_EARLY = select(inbox.c.id).where(
    in_community(inbox),
    inbox.c.id.in_(bindparam("rows", expanding=True)),
    exists().where(
        outbox.c.community_id == inbox.c.community_id,
        outbox.c.peer == inbox.c.peer,
        outbox.c.effect == "send",
        outbox.c.looks <= LOOKS,
        outbox.c.first_attempt_at <= inbox.c.received_at,
        one_of(outbox.c.state, FLYING),
    ),
)


async def awaiting(tx: Transaction, rows: Sequence[int]) -> set[int]:
    """Which of these rows of the inbox must wait: they point at a message of ours that nobody here knows, and came
    while a number of ours in their dialogue was still to be learned. It may be that one."""
    found = await tx.rows(_EARLY, {"rows": sorted(rows)})
    return {row["id"] for row in found}


_WAIT = (
    update(inbox)
    .where(in_community(inbox), inbox.c.id == bindparam("row"), one_of(inbox.c.state, PENDING))
    .values(state="retry", reason=bindparam("why"), runs=0, boot=0, next_at=bindparam("due"))
)


async def put_off(tx: Transaction, rows: Sequence[Waiting], due: datetime, why: str = "number") -> None:
    """These are asked again then, and what their peers sent later waits behind them. No try is counted."""
    await tx.execute_many(_WAIT, [{"row": waiting.id, "due": due, "why": why} for waiting in rows])
