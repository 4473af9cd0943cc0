"""Messages of a chat that nobody has read: from where on, which of some numbers came in after all, and what must not be
read any more (F16)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import BigInteger, bindparam, or_, select

from storage.db import notes
from storage.db.columns import in_community
from storage.db.schema import inbox
from storage.db.transaction import Transaction
from storage.inbox.watermarks import load_peers

_OF = (in_community(inbox), inbox.c.peer == bindparam("who"))
_AMONG = select(inbox.c.cmid).where(
    *_OF,
    inbox.c.key.in_(bindparam("keys", expanding=True)),
    or_(inbox.c.reason.is_(None), inbox.c.reason != "unreadable"),
)
_BEFORE = (
    select(inbox.c.at)
    .where(
        *_OF,
        inbox.c.kind == "message",
        inbox.c.cmid < bindparam("number", type_=BigInteger),
        inbox.c.at.is_not(None),
    )
    .order_by(inbox.c.cmid.desc())
    .limit(1)
)


async def first_unknown(tx: Transaction, peer: int) -> int:
    """The number after the unbroken row of those that are known."""
    return (await load_peers(tx, [peer], lock=False))[peer].low_watermark + 1


async def keep_window_ends(tx: Transaction, peers: Iterable[int], until: datetime) -> None:
    """These chats were not shown when an older copy was put back: their words up to then are over (F24)."""
    await notes.put(tx, notes.UNHEARD, {str(peer): until.isoformat() for peer in sorted(peers)})


async def window_ends(tx: Transaction) -> Mapping[int, datetime]:
    """By chat that was not shown at the last restore, the end of the window of its words."""
    found = await notes.get(tx, notes.UNHEARD)
    return {int(peer): datetime.fromisoformat(until) for peer, until in found.items()}


async def arrived_numbers(tx: Transaction, peer: int, cmids: Iterable[int]) -> set[int]:
    """Which of these message numbers came in."""
    rows = await tx.rows(_AMONG, {"who": peer, "keys": [f"m:{cmid}" for cmid in sorted(cmids)]})
    return {row["cmid"] for row in rows}


async def written_before(tx: Transaction, peer: int, number: int) -> datetime | None:
    """The moment at which the newest message below this number that came in was written; None without any."""
    row = await tx.row(_BEFORE, {"who": peer, "number": number})
    found: datetime | None = None if row is None else row["at"]
    return found
