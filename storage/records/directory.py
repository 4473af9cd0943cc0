"""The directory as it was imported, every version of it. It must never look inside: bot/ reads and checks the text."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from states.events import RoutesChanged
from storage.db.columns import in_community
from storage.db.schema import directory
from storage.db.transaction import Transaction
from storage.db.upsert import upsert
from storage.inbox.inbox import enqueue_internal

NOBODY = 0
"""The peer of events that concern the whole community."""

_NEWEST = (
    select(directory.c.text, directory.c.version)
    .where(in_community(directory))
    .order_by(directory.c.version.desc())
    .limit(1)
)


async def load_text(tx: Transaction) -> tuple[str, int] | None:
    """The newest text and its version, from 1 on."""
    row = await tx.row(_NEWEST)
    return None if row is None else (row["text"], row["version"])


async def save_text(tx: Transaction, text: str, now: datetime) -> int:
    """A new version; waiting appeals may go now. Returns its number; an equal text changes nothing."""
    newest = await load_text(tx)
    if newest is not None and newest[0] == text:
        return newest[1]
    version = 1 if newest is None else newest[1] + 1
    await upsert(tx, directory, [{"version": version, "text": text, "saved_at": now}])
    await enqueue_internal(tx, [(NOBODY, f"directory|{version}", RoutesChanged(NOBODY, now))], now)
    return version
