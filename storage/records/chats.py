"""Chats and the one-time codes that bind them (T4). Only the digest of a code is stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, union, update

from states.people.chats import Chat, ChatCode
from storage.db.codec import encode
from storage.db.columns import in_community
from storage.db.errors import Conflict
from storage.db.schema import chat, chat_code
from storage.db.transaction import Transaction
from storage.db.upsert import upsert
from storage.inbox.admission import chat_of


def digest(typed: str) -> str:
    """The hash of a code as people type it: case, spaces and dashes do not matter."""
    return hashlib.sha256("".join(filter(str.isalnum, typed.upper())).encode()).hexdigest()


_BOUND = select(chat).where(in_community(chat), chat.c.agency.is_not(None)).order_by(chat.c.peer)
_MINE = in_community(chat)
# Two searches and not one OR, which would read every chat.
_BY_PEER_OR_AGENCY = union(
    select(chat).where(_MINE, chat.c.peer.in_(bindparam("peers", expanding=True))),
    select(chat).where(_MINE, chat.c.agency.in_(bindparam("agencies", expanding=True))),
)


async def bound(tx: Transaction) -> list[Chat]:
    """All chats of agencies and of the ЦУР, those that lost the bot among them."""
    return [chat_of(row) for row in await tx.rows(_BOUND)]


_LOCKED = select(chat).where(
    in_community(chat), chat.c.agency.is_(None), chat.c.paused_until > bindparam("now", type_=chat.c.paused_until.type)
)


async def locked_chats(tx: Transaction, now: datetime) -> list[Chat]:
    """Chats that are not bound and where no code is taken yet (T4)."""
    return [chat_of(row) for row in await tx.rows(_LOCKED.order_by(chat.c.peer), {"now": now})]


async def of(tx: Transaction, peers: Iterable[int], agencies: Iterable[str]) -> list[Chat]:
    """The chats with these peers, and the chats of these agencies."""
    params = {"peers": sorted(set(peers)), "agencies": sorted(set(agencies))}
    return [chat_of(row) for row in await tx.rows(_BY_PEER_OR_AGENCY, params)]


async def keep(tx: Transaction, chats: Sequence[Chat]) -> None:
    """Stores the chats as decided."""
    rows = [
        {
            "peer": a_chat.peer,
            "agency": a_chat.agency,
            "bound_at": a_chat.bound_at,
            "bound_by": a_chat.bound_by,
            "lost": a_chat.lost,
            "greeted": a_chat.greeted,
            "tries": a_chat.tries,
            "paused_until": a_chat.paused_until,
            "listed_at": a_chat.listed_at,
            "recent": json.dumps(list(a_chat.recent)),
            "told": a_chat.told,
            "doubt": "" if a_chat.doubt is None else encode(a_chat.doubt),
        }
        for a_chat in sorted(chats, key=lambda a_chat: a_chat.peer)
    ]
    await upsert(tx, chat, rows)


async def add_code(tx: Transaction, digest: str, agency: str, expires_at: datetime) -> None:
    """Stores the digest of a code that binds a chat to this agency, once, until it expires."""
    row = {"digest": digest, "agency": agency, "expires_at": expires_at, "used_at": None}
    await upsert(tx, chat_code, [row])


_OPEN_CODES = select(chat_code).where(in_community(chat_code), chat_code.c.used_at.is_(None))


async def codes(tx: Transaction, digests: Iterable[str] | None = None) -> dict[str, ChatCode]:
    """Codes that were not used yet, by digest: all, or those named."""
    query = _OPEN_CODES.order_by(chat_code.c.expires_at)
    if digests is not None:
        query = query.where(chat_code.c.digest.in_(sorted(set(digests))))
    rows = await tx.rows(query)
    return {row["digest"]: ChatCode(row["digest"], row["agency"], row["expires_at"]) for row in rows}


async def use_code(tx: Transaction, digest: str, now: datetime) -> None:
    """Uses up a code. Raises Conflict where a second chat typed it at the same moment: that one decides anew."""
    used = (
        update(chat_code)
        .where(in_community(chat_code), chat_code.c.digest == digest, chat_code.c.used_at.is_(None))
        .values(used_at=now)
    )
    if await tx.execute(used) != 1:
        raise Conflict("the code was used meanwhile")
