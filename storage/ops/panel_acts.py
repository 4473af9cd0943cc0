"""What was done in the panel on its way through the inbox: put in, and how it ended. It must never decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select

from states.events import PanelActed
from states.people.chats import Chat
from storage.db.columns import in_community
from storage.db.schema import PENDING, appeal, inbox
from storage.db.transaction import Transaction
from storage.inbox.inbox import enqueue_internal
from storage.records import chats


@dataclass(frozen=True, slots=True)
class Held:
    """Where a message is now: whose it is, what of it a role is asked for."""

    code: str
    agency: str
    place: str
    chat: int | None


_HELD = select(appeal.c.code, appeal.c.agency, appeal.c.place, appeal.c.chat).where(
    in_community(appeal), appeal.c.code.in_(bindparam("codes", expanding=True))
)
_ENDED = select(inbox.c.key, inbox.c.state, inbox.c.reason).where(
    in_community(inbox), inbox.c.peer == bindparam("who"), inbox.c.key.in_(bindparam("keys", expanding=True))
)


async def held(tx: Transaction, codes: Sequence[str]) -> dict[str, Held]:
    rows = await tx.rows(_HELD, {"codes": sorted(set(codes))})
    return {row["code"]: Held(row["code"], row["agency"] or "", row["place"] or "", row["chat"]) for row in rows}


async def chat_of(tx: Transaction, agency: str) -> Chat | None:
    """The chat in whose name an official of this agency acts."""
    found = [one for one in await chats.of(tx, (), (agency,)) if one.bound and not one.lost]
    return found[0] if found else None


async def put_in(tx: Transaction, events: Sequence[tuple[str, PanelActed]]) -> None:
    """Each under its key, behind everything that its chat has now."""
    if events:
        at = events[0][1].at
        await enqueue_internal(tx, [(event.peer, key, event) for key, event in events], at)


async def ended(tx: Transaction, peer: int, keys: Sequence[str]) -> dict[str, str]:
    """Of those that were handled the reason why nothing followed, empty where something did."""
    rows = await tx.rows(_ENDED, {"who": peer, "keys": sorted(keys)})
    return {row["key"]: row["reason"] or "" for row in rows if row["state"] not in PENDING}
