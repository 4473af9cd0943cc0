"""What a batch may know of people: officials of a chat, what a resident agreed to, whether they want to be forgotten.

And which message of ours was replied to, and the way into the panel. It must never decide.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select

from states.dialogue import Dialogue
from states.people.viewers import Ticket
from storage.db.columns import in_community
from storage.db.schema import consent, outbox, peer
from storage.db.transaction import Transaction
from storage.inbox.inbox import Waiting
from storage.outbox.forms import first_form
from storage.records import sessions, viewers
from storage.unit_of_work.facts_asked import EventFacts

# In no order: asked for one, SQLite would read all consents in it rather than sort a few.
_CONSENTS = select(consent.c.id, consent.c.resident, consent.c.given).where(
    in_community(consent),
    consent.c.resident.in_(bindparam("residents", expanding=True)),
    consent.c.text_hash == bindparam("hash"),
)


async def publishing(tx: Transaction, residents: Iterable[int], text_hash: str) -> set[int]:
    """Which of these residents agreed to publication and have not taken it back since (R9): of each text the last word
    counts."""
    wanted = sorted(set(residents))
    if not wanted or not text_hash:
        return set()
    rows = await tx.rows(_CONSENTS, {"residents": wanted, "hash": text_hash})
    last = {row["resident"]: row["given"] for row in sorted(rows, key=lambda row: int(row["id"]))}
    return {resident for resident, given in last.items() if given}


_ONCE_ERASED = select(peer.c.peer).where(
    in_community(peer), peer.c.peer.in_(bindparam("residents", expanding=True)), peer.c.erased > 0
)


async def blocked_again(tx: Transaction, strangers: Iterable[int]) -> dict[int, Dialogue]:
    """The dialogues of those without one who asked to be erased and are blocked: a block outlives the erasure (T9)."""
    wanted = sorted(set(strangers))
    erased = [row["peer"] for row in await tx.rows(_ONCE_ERASED, {"residents": wanted})] if wanted else []
    until = await tx.keys.ring.blocked_until(tx.community, erased) if erased else {}
    return {resident: Dialogue(resident, blocked_until=end) for resident, end in until.items()}


_CAUSES = select(outbox.c.peer, outbox.c.cmid, outbox.c.cause, outbox.c.level).where(
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
    return {(row["peer"], row["cmid"]): first_form(row) for row in await tx.rows(_CAUSES, params)}


async def load_tickets(tx: Transaction, asked: Sequence[EventFacts], now: datetime) -> None:
    """Makes a sign-in ticket for those who ask for the panel in their own dialogue and may come in."""
    for request in asked:
        if request.wanted.sign_in and request.own:
            viewer = await viewers.of_user(tx, request.waiting.peer, now)
            token = _token(tx, request.waiting)
            request.ticket = Ticket(viewer, token, sessions.digest(token)) if viewer is not None else None


def _token(tx: Transaction, waiting: Waiting) -> str:
    """The token of a sign-in link for this very event: handled again, or replayed, it gives the same. Nobody makes one
    without the ring."""
    said = f"{tx.community}|{waiting.peer}|{waiting.key}".encode()
    made = hmac.digest(tx.keys.ring.derive_key("sign in"), said, hashlib.sha256)
    return urlsafe_b64encode(made).decode().rstrip("=")
