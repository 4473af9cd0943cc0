"""Whether anything waits in a community: asked at its start, so that one at rest costs one look. It changes nothing."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select

from storage.db.columns import in_community
from storage.db.schema import OPEN, PENDING, chat, inbox, one_of, outbox, timer
from storage.db.transaction import Transaction
from storage.inbox.history import ANY_BEHIND


@dataclass(frozen=True, slots=True)
class Waits:
    """`work`: events, messages, timers or gaps. `chats`: bound ones."""

    work: bool
    chats: bool


_WORK = (
    exists().where(in_community(inbox), one_of(inbox.c.state, PENDING)),
    exists().where(in_community(outbox), one_of(outbox.c.state, OPEN)),
    exists().where(in_community(timer)),
    ANY_BEHIND,
)
_BOUND = exists().where(in_community(chat), chat.c.agency.is_not(None))
_ALL = select(*(work.label(f"work_{number}") for number, work in enumerate(_WORK)), _BOUND.label("chats"))


async def waits(tx: Transaction) -> Waits:
    """Whether any work waits in this community, and whether it has chats."""
    row = await tx.row(_ALL)
    assert row is not None, "it asks for no rows"
    return Waits(any(row[f"work_{number}"] for number in range(len(_WORK))), bool(row["chats"]))
