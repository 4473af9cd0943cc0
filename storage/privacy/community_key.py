"""Renews the community key after an erasure: a new key, waiting rows sealed with it, old keys destroyed (decision
0010).

It must never destroy a key in the transaction that seals with the new key: the new rows have to be committed first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from states.messages import FIRST_CHAT
from storage.db import schema
from storage.db.columns import in_community
from storage.db.database import Database
from storage.db.keyring import ATTACHMENTS, BODY, COMMUNITY_KEY, LOST, NAME, RAW, Field, key_of
from storage.db.schema import inbox, official, one_of, outbox
from storage.db.transaction import Transaction
from storage.outbox.enqueue import State
from storage.outbox.forms import first_form
from storage.privacy import erasures, forgetting
from storage.privacy.erasures import Erasure
from storage.records import api_keys, communities, official_pages, officials, viewers

GRACE = timedelta(seconds=60)
"""Another worker may be about to keep a row under the key that it saw as the newest (PostgreSQL)."""

WAITING_IN = (*schema.PENDING, "dead")
WAITING_OUT = (*schema.OPEN, *schema.PARKED, "dead")


async def finish(db: Database, now: datetime) -> list[Erasure]:
    """Close the erasures whose data is gone: after this, what a copy made before held of them opens for nobody."""
    await forgetting.destroy_keys(db)
    waiting = await db.run(erasures.unfinished)
    if db.dialect == "postgresql":
        waiting = [erasure for erasure in waiting if erasure.erased_at is not None and erasure.erased_at <= now - GRACE]
    if not waiting:
        return []
    newest = await db.run(renew)
    await db.checkpoint()

    async def close(tx: Transaction) -> None:
        await tx.keys.ring.destroy_old_community_keys(tx.community, newest)
        await erasures.finish(tx, [one.id for one in waiting], now)

    await db.run(close)
    await db.checkpoint()
    return waiting


async def renew(tx: Transaction) -> int:
    """A new key, and every row under an old one sealed with it or emptied. Returns the new key's id."""
    newest = await tx.keys.ring.renew(tx.community, COMMUNITY_KEY)
    old = await tx.keys.ring.community_keys(tx.community) - {newest.id}
    await _seal_anew(tx, inbox, RAW, WAITING_IN, old)
    for field in (BODY, ATTACHMENTS, LOST):
        await _seal_anew(tx, outbox, field, WAITING_OUT, old)
    await _seal_officials_anew(tx, old)
    await viewers.seal_anew(tx, old)
    await api_keys.seal_anew(tx, old)
    await official_pages.seal_anew(tx, old)
    await communities.seal_anew(tx, old)
    emptied = update(outbox).where(in_community(outbox), outbox.c.state == State.CANCELLED, _is_nobodys(outbox.c.peer))
    await tx.execute(emptied.where(outbox.c.appeal.is_(None)).values(body="", attachments=None, lost="[]"))
    return newest.id


def _is_nobodys(column: Any) -> Any:
    return or_(column <= 0, column >= FIRST_CHAT)


async def _seal_anew(tx: Transaction, table: Any, field: Field, states: Sequence[str], old: set[int]) -> None:
    """Rows sealed with the community key; the others have keys of residents."""
    column = table.c[field.column]
    of = (table.c.peer, table.c.key) if table is inbox else (table.c.cause, table.c.level)
    query = select(table.c.id, *of, column.label("text")).where(
        in_community(table), one_of(table.c.state, states), column.is_not(None), column != ""
    )
    rows = [row for row in await tx.rows(query) if key_of(row["text"]) in old]
    names = [f"{row['peer']}|{row['key']}" if table is inbox else first_form(row) for row in rows]
    texts = await tx.keys.unseal(field, [(n, row["text"]) for n, row in zip(names, rows, strict=True)])
    values = [(COMMUNITY_KEY, name, text or "") for name, text in zip(names, texts, strict=True)]
    sealed = await tx.keys.seal(field, values)
    anew = (
        update(table)
        .where(in_community(table), table.c.id == bindparam("row"))
        .values({field.column: bindparam("new_text")})
    )
    params = [
        {"row": row["id"], "new_text": new}
        for row, new, text in zip(rows, sealed, texts, strict=True)
        if text is not None
    ]
    await tx.execute_many(anew, params)


_NAMED = (
    update(official)
    .where(
        in_community(official),
        official.c.peer == bindparam("in_chat"),
        official.c.user_id == bindparam("who"),
    )
    .values(name=bindparam("new_name"))
)


async def _seal_officials_anew(tx: Transaction, old: set[int]) -> None:
    query = select(official.c.peer, official.c.user_id, official.c.name).where(in_community(official))
    rows = [row for row in await tx.rows(query) if key_of(row["name"]) in old]
    names = await tx.keys.unseal(NAME, [(officials.row_of(row), row["name"]) for row in rows])
    sealed = await tx.keys.seal(
        NAME, [(COMMUNITY_KEY, officials.row_of(row), name or "") for row, name in zip(rows, names, strict=True)]
    )
    params = [
        {"in_chat": row["peer"], "who": row["user_id"], "new_name": new} for row, new in zip(rows, sealed, strict=True)
    ]
    await tx.execute_many(_NAMED, params)
