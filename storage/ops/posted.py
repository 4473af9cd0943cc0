"""A message of an application on its way through the inbox: put in once, and how it ended. It must never decide."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import BigInteger, bindparam, select

from states.events import RequestPosted
from storage.db.columns import in_community
from storage.db.schema import PENDING, appeal, inbox
from storage.db.transaction import Transaction
from storage.inbox.admission import consenting
from storage.inbox.inbox import enqueue_internal

_NUMBERED = select(appeal.c.code).where(
    in_community(appeal),
    appeal.c.resident == bindparam("who", type_=BigInteger),
    appeal.c.source == bindparam("first", type_=BigInteger),
)
_ROW = select(inbox.c.state, inbox.c.reason).where(
    in_community(inbox), inbox.c.peer == bindparam("who", type_=BigInteger), inbox.c.key == bindparam("named")
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`code` is the number it got, `refused` the reason why it got none; both are empty while it waits. `failed`: it is
    set aside for people to look at (delivery.md §10)."""

    code: str = ""
    refused: str = ""
    failed: bool = False


async def put_in(tx: Transaction, key: str, event: RequestPosted, consent_hash: str) -> bool:
    """Puts a message of an application into the inbox under its key, behind everything that its resident has now; sent
    again it is there already, and stays the first. False where the resident has not agreed to the present text: then
    nothing is stored (R7)."""
    if event.user not in await consenting(tx, [event.user], consent_hash):
        return False
    if await tx.row(_NUMBERED, {"who": event.user, "first": event.source}) is None:
        await enqueue_internal(tx, [(event.user, key, event)], event.at)
    return True


async def outcome(tx: Transaction, user: int, key: str, source: int) -> Outcome | None:
    """What became of a message of an application; None where nothing of the kind was ever sent, or where it is
    forgotten."""
    numbered = await tx.row(_NUMBERED, {"who": user, "first": source})
    if numbered is not None:
        return Outcome(code=numbered["code"])
    row = await tx.row(_ROW, {"who": user, "named": key})
    if row is None:
        return None
    if row["state"] in PENDING:
        return Outcome()
    return Outcome(failed=True) if row["state"] == "dead" else Outcome(refused=row["reason"] or "")
