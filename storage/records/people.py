"""Everybody who works here, by name: officials of chats, and whom the administrator lets in. Names of residents are
nowhere here; it must never say that a VK id is a resident's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from storage.db.columns import in_community
from storage.db.keyring import NAME, VIEWER_NAME, Field
from storage.db.schema import official, viewer
from storage.db.transaction import Transaction
from storage.records.officials import row_of

_OFFICIALS = select(official.c.peer, official.c.user_id, official.c.name).where(in_community(official))
_VIEWERS = select(viewer.c.user_id, viewer.c.name).where(in_community(viewer))
_THESE: BindParameter[int] = bindparam("users", expanding=True)


async def names(tx: Transaction, users: Collection[int]) -> dict[int, str]:
    """By account, the names of those of them who have one here, also when they have left."""
    if not users:
        return {}
    said = {"users": sorted(users)}
    return await _by_user(
        tx,
        await tx.rows(_OFFICIALS.where(official.c.user_id.in_(_THESE)), said),
        await tx.rows(_VIEWERS.where(viewer.c.user_id.in_(_THESE)), said),
    )


async def everybody(tx: Transaction) -> dict[int, str]:
    """All whom the bot knows as colleagues; without a name `id…`."""
    by_chat, granted = await tx.rows(_OFFICIALS), await tx.rows(_VIEWERS)
    found = await _by_user(tx, by_chat, granted)
    return {row["user_id"]: found.get(row["user_id"]) or f"id{row['user_id']}" for row in (*by_chat, *granted)}


async def _by_user(tx: Transaction, by_chat: Collection[Any], granted: Collection[Any]) -> dict[int, str]:
    """What the administrator wrote counts before what VK said."""
    found: dict[int, str] = {}
    kinds: Mapping[Field, list[tuple[str, str, int]]] = {
        NAME: [(row_of(row), row["name"], row["user_id"]) for row in by_chat],
        VIEWER_NAME: [(str(row["user_id"]), row["name"], row["user_id"]) for row in granted],
    }
    for kind, sealed in kinds.items():
        opened = await tx.keys.unseal(kind, [(row, name) for row, name, _ in sealed])
        found |= {user: name for (_, _, user), name in zip(sealed, opened, strict=True) if name}
    return found
