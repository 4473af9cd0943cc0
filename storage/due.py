"""When something comes due by itself, so that loops can sleep exactly that long. It changes nothing."""

from __future__ import annotations

from datetime import datetime

from storage import inbox, outbox, timers
from storage.database import Transaction


async def next_due(tx: Transaction, community: int, now: datetime) -> datetime | None:
    """The soonest retry, look, held message or timer. Messages and retries that are due already are not named."""
    found = (
        await inbox.soonest(tx, community, now),
        await outbox.soonest(tx, community, now),
        await timers.soonest(tx, community),
    )
    return min((at for at in found if at is not None), default=None)
