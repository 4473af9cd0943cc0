"""Delivery receipts: the outcome of a message becomes an event for the dialogue that must hear it (design.md §1).

It decides nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from states.effects import Kind
from states.events import DeliveryEnded, DeliveryOutcome
from states.messages import is_chat
from storage.db.columns import in_community
from storage.db.schema import appeal
from storage.db.transaction import Transaction
from storage.inbox.inbox import enqueue_internal
from storage.outbox.forms import first_form

Ended = tuple[Mapping[str, Any], DeliveryOutcome, int, int, tuple[str, ...]]
"""A row of the outbox, its outcome, VK's error code, its cmid, and what could not be passed on."""

OUTCOMES = {
    "parked_recipient": DeliveryOutcome.RECIPIENT_CLOSED,
    "parked_chat": DeliveryOutcome.CHAT_LOST,
    "dead": DeliveryOutcome.SET_ASIDE,
}
"""What each end short of delivery is called in an event."""

_CHAT_OF = select(appeal.c.code, appeal.c.chat).where(
    in_community(appeal), appeal.c.code.in_(bindparam("codes", expanding=True))
)


async def enqueue_receipt(tx: Transaction, ended: Sequence[Ended], now: datetime, *, again: str = "") -> None:
    """Enqueues the receipt `DeliveryEnded`: of an answer to the chat that holds its appeal, of anything else to the
    peer itself. The same is told once, and `again` for each time that is named."""
    codes = sorted({row["appeal"] for row, *_ in ended if row["appeal"] and not is_chat(row["peer"])})
    chats: dict[str, int | None] = {}
    if codes:
        chats = {row["code"]: row["chat"] for row in await tx.rows(_CHAT_OF, {"codes": codes})}
    told = []
    for row, outcome, code, cmid, lost in ended:
        event = DeliveryEnded(
            first_form(row), row["kind"], row["peer"], row["appeal"] or "", outcome, now, code, cmid, lost
        )
        hears = chats.get(row["appeal"]) if row["kind"] == Kind.ANSWER else None
        told.append((hears or row["peer"], f"delivery|{row['cause']}|{outcome}|{row['attempts']}{again}", event))
    await enqueue_internal(tx, told, now)


async def enqueue_parked_receipts(
    tx: Transaction, rows: Sequence[Mapping[str, Any]], now: datetime, *, again: str = ""
) -> None:
    """Rows that went into a parked lane share its fate at once."""
    ended: list[Ended] = [(row, OUTCOMES[row["state"]], row["code"] or 0, 0, ()) for row in rows]
    await enqueue_receipt(tx, ended, now, again=again)
