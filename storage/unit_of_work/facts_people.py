"""What a batch may know of people: officials of a chat, what a resident agreed to, whether they want to be forgotten.

And which message of ours was replied to. It must never decide.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import bindparam, select

from storage.db.columns import in_community
from storage.db.schema import consent, outbox
from storage.db.transaction import Transaction

# In no order: asked for one, SQLite would read all consents in it rather than sort a few.
_CONSENTS = select(consent.c.id, consent.c.resident, consent.c.given).where(
    in_community(consent),
    consent.c.resident.in_(bindparam("residents", expanding=True)),
    consent.c.text_hash == bindparam("hash"),
)


async def publishing(tx: Transaction, residents: Iterable[int], text_hash: str) -> set[int]:
    """Who of these agreed to publication, and has not taken it back since (R9): of each text the last word counts."""
    wanted = sorted(set(residents))
    if not wanted or not text_hash:
        return set()
    rows = await tx.rows(_CONSENTS, {"residents": wanted, "hash": text_hash})
    last = {row["resident"]: row["given"] for row in sorted(rows, key=lambda row: int(row["id"]))}
    return {resident for resident, given in last.items() if given}


_CAUSES = select(outbox.c.peer, outbox.c.cmid, outbox.c.origin).where(
    in_community(outbox),
    outbox.c.peer.in_(bindparam("peers", expanding=True)),
    outbox.c.cmid.in_(bindparam("cmids", expanding=True)),
    outbox.c.effect == "send",
)


async def causes(tx: Transaction, messages: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """Why we sent these (peer, cmid): the cause of the first form, whatever VK made us leave out."""
    wanted = set(messages)
    if not wanted:
        return {}
    params = {
        "peers": sorted({peer for peer, _ in wanted}),
        "cmids": sorted({cmid for _, cmid in wanted}),
    }
    return {(row["peer"], row["cmid"]): row["origin"] for row in await tx.rows(_CAUSES, params)}
