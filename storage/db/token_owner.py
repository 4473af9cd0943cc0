"""Which community a database belongs to for a token, so that commands work when VK cannot be asked.

It keeps a digest, never the token (T14).
"""

from __future__ import annotations

from sqlalchemy import bindparam, select

from storage.db.schema import meta
from storage.db.transaction import Transaction
from storage.db.upsert import upsert

_OF_TOKEN = select(meta.c.community_id).where(meta.c.name == "token", meta.c.value == bindparam("digest"))

_OWNERS = select(meta.c.community_id).where(meta.c.name == "token").order_by(meta.c.community_id)


async def owners(tx: Transaction) -> list[int]:
    """The communities that a bot with a key of their own has run for here."""
    return [int(row["community_id"]) for row in await tx.rows(_OWNERS)]


async def community_of(tx: Transaction, digest: str) -> int | None:
    """The community that was last stored for a token of this digest; None for an unknown token."""
    row = await tx.row(_OF_TOKEN, {"digest": digest})
    return None if row is None else int(row["community_id"])


async def keep_community(tx: Transaction, digest: str) -> None:
    """Remembers that the token of this digest belongs to this transaction's community, in place of any token before."""
    await upsert(tx, meta, [{"name": "token", "value": digest}])
