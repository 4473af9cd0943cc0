"""What may be stored before consent: who has consented, which chats are bound (R7, I11)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select

from states.messages import is_chat, is_person
from states.people.chats import Chat, Doubt
from storage.db.codec import decode
from storage.db.columns import in_community
from storage.db.schema import chat, cursor, dialogue
from storage.db.transaction import Transaction

_CONSENTED = select(dialogue.c.resident).where(
    in_community(dialogue),
    dialogue.c.resident.in_(bindparam("users", expanding=True)),
    dialogue.c.consent == bindparam("hash"),
)


async def consenting(tx: Transaction, users: Iterable[int], consent_hash: str) -> set[int]:
    """Which of these users have agreed to this very text: only their words may be stored (R7)."""
    params = {"users": sorted(set(users)), "hash": consent_hash}
    return {row["resident"] for row in await tx.rows(_CONSENTED, params)}


_BY_PEER = select(chat).where(in_community(chat), chat.c.peer.in_(bindparam("peers", expanding=True)))


def chat_of(row: Any) -> Chat:
    """A row of the chats as a value, with its doubt decoded."""
    names = ("peer", "agency", "bound_at", "bound_by", "lost", "greeted", "tries", "paused_until", "listed_at", "told")
    doubt: Doubt | None = decode(Doubt, row["doubt"]) if row["doubt"] else None
    return Chat(**{name: row[name] for name in names}, recent=tuple(json.loads(row["recent"])), doubt=doubt)


async def chats_known(tx: Transaction, peers: Iterable[int]) -> dict[int, Chat]:
    """Those of these chats that were ever seen, bound or not, by number."""
    rows = await tx.rows(_BY_PEER, {"peers": sorted(set(peers))})
    return {row["peer"]: chat_of(row) for row in rows}


async def at_the_door(
    tx: Transaction, authors: Iterable[int], peers: Iterable[int], consent_hash: str
) -> tuple[set[int], set[int]]:
    """Which of these authors have consented, and which of these dialogues are bound chats (R7)."""
    people, chats = set(filter(is_person, authors)), set(filter(is_chat, peers))
    agreed = await consenting(tx, people, consent_hash) if people else set()
    known = await chats_known(tx, chats) if chats else {}
    return agreed, {peer for peer, person in known.items() if person.bound}


async def cursor_of(tx: Transaction) -> str | None:
    """The `ts` of the long poll, as VK wrote it."""
    row = await tx.row(select(cursor.c.ts).where(in_community(cursor)))
    return None if row is None else str(row["ts"])
