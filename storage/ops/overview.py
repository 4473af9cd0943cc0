"""Where every appeal stands, for the operator: numbers, states, terms, cards; no word of a person (R34).

It opens no sealed body and changes nothing.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, bindparam, select

from states.effects import Kind
from states.lifecycle.appeal import OPEN
from storage.db.columns import in_community
from storage.db.schema import appeal, outbox
from storage.db.transaction import Transaction
from storage.outbox.enqueue import OutboxState

SHOWN = (
    "code", "status", "version", "topic", "place", "agency", "chat", "created_at", "due_at", "incident", "repeat_of",
    "urgent", "rating",
)  # fmt: skip

_APPEALS = (
    select(*(appeal.c[name] for name in SHOWN))
    .where(in_community(appeal))
    .order_by(appeal.c.created_at.desc(), appeal.c.code)
    .limit(bindparam("most", type_=BigInteger))
)
_OPEN = _APPEALS.where(appeal.c.status.in_(sorted(OPEN)))
_CARDS = (
    select(outbox.c.appeal, outbox.c.peer, outbox.c.cmid)
    .where(
        in_community(outbox),
        outbox.c.appeal.in_(bindparam("codes", expanding=True)),
        outbox.c.kind == Kind.CARD,
        outbox.c.state == OutboxState.SENT,
        outbox.c.cmid.is_not(None),
    )
    .order_by(outbox.c.id)
)


async def overview(tx: Transaction, *, everything: bool, most: int) -> list[dict[str, Any]]:
    """The newest, only the open ones or all. `card`: the number of its last card in the chat that has it, if any."""
    rows = await tx.rows(_APPEALS if everything else _OPEN, {"most": most})
    found = [{name: row[name] for name in SHOWN} for row in rows]
    cards: dict[tuple[str, int], int] = {}
    if found:
        params = {"codes": sorted({row["code"] for row in found})}
        cards = {(row["appeal"], row["peer"]): row["cmid"] for row in await tx.rows(_CARDS, params)}
    return [{**row, "card": cards.get((row["code"], row["chat"] or 0))} for row in found]
