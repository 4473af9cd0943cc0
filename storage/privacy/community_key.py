"""Renews the community key after an erasure: a new key, waiting rows sealed with it, old keys destroyed (decision
0010).

It must never destroy a key in the transaction that seals with the new key: the new rows have to be committed first.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, or_, select, update

from states.messages import FIRST_CHAT
from storage.db import schema
from storage.db.columns import in_community
from storage.db.database import Database
from storage.db.keyring import COMMUNITY_KEY, Field, key_of
from storage.db.schema import inbox, one_of, outbox
from storage.db.transaction import Transaction
from storage.db.whose import Sealed, columns_of
from storage.outbox.enqueue import OutboxState
from storage.outbox.forms import first_form
from storage.privacy import erasures, forgetting
from storage.privacy.erasures import Erasure

GRACE = timedelta(seconds=60)
"""Another worker may be about to keep a row under the key that it saw as the newest (PostgreSQL)."""

WAITING_IN = (*schema.PENDING, "dead")
WAITING_OUT = (*schema.OPEN, *schema.PARKED, "dead")


async def finish(db: Database, now: datetime) -> list[Erasure]:
    """Close the erasures whose data is gone: after this, what a copy made before held of them opens for nobody."""
    await forgetting.destroy_keys(db)
    waiting = await db.run(erasures.unfinished_erasures)
    if db.dialect == "postgresql":
        waiting = [erasure for erasure in waiting if erasure.erased_at is not None and erasure.erased_at <= now - GRACE]
    if not waiting:
        return []
    newest = await db.run(renew)
    await db.checkpoint()

    async def close(tx: Transaction) -> None:
        await tx.keys.ring.destroy_old_community_keys(tx.community, newest)
        await erasures.finish(tx, [erasure.id for erasure in waiting], now)

    await db.run(close)
    await db.checkpoint()
    return waiting


_SEALED = tuple(
    column for how in (Sealed.CONCERNED, Sealed.COMMUNITY) for column in columns_of(schema.metadata, sealed=how)
)


async def renew(tx: Transaction) -> int:
    """A new key, and every row under an old one sealed with it or emptied. Returns the new key's id."""
    newest = await tx.keys.ring.renew(tx.community, COMMUNITY_KEY)
    old = await tx.keys.ring.community_keys(tx.community) - {newest.id}
    for column in _SEALED:
        await _seal_anew(tx, column, old)
    emptied = update(outbox).where(
        in_community(outbox), outbox.c.state == OutboxState.CANCELLED, _is_nobodys(outbox.c.peer)
    )
    await tx.execute(emptied.where(outbox.c.appeal.is_(None)).values(body="", attachments=None, lost="[]"))
    return newest.id


def _is_nobodys(column: Any) -> Any:
    return or_(column <= 0, column >= FIRST_CHAT)


async def _seal_anew(tx: Transaction, column: Any, old: set[int]) -> None:
    """What an old community key has sealed; beside it there may be keys of residents. What does not open is left."""
    table, field = column.table, Field(column.table.name, column.name)
    rows = await _rows_under(tx, column, old)
    names = [_name(table, row) for row in rows]
    texts = await tx.keys.unseal(field, [(name, row["text"]) for name, row in zip(names, rows, strict=True)])
    kept = [(row, name, text) for row, name, text in zip(rows, names, texts, strict=True) if text is not None]
    sealed = await tx.keys.seal(field, [(COMMUNITY_KEY, name, text) for _, name, text in kept])
    keys = _keys(table)
    mine = [key == bindparam(f"of_{key.name}", type_=key.type) for key in keys]
    anew = update(table).where(in_community(table), *mine).values({column.name: bindparam("new_text")})
    params = [
        {f"of_{key.name}": row[key.name] for key in keys} | {"new_text": new}
        for (row, _, _), new in zip(kept, sealed, strict=True)
    ]
    await tx.execute_many(anew, params)


async def _rows_under(tx: Transaction, column: Any, old: set[int]) -> list[Any]:
    """The rows whose text is sealed with one of the old keys. Of what comes and goes only what waits; names and secrets
    are always needed."""
    table, states = column.table, {inbox: WAITING_IN, outbox: WAITING_OUT}.get(column.table)
    wanted = dict.fromkeys((*_keys(table), *_words(table)))
    query = select(*wanted, column.label("text")).where(in_community(table), column.is_not(None), column != "")
    found = await tx.rows(query if states is None else query.where(one_of(table.c.state, states)))
    return [row for row in found if key_of(row["text"]) in old]


def _keys(table: Any) -> list[Any]:
    """The key of a row; the community itself where each has one row."""
    keys = list(table.primary_key.columns)
    return [key for key in keys if key.name != "community_id"] or keys


def _words(table: Any) -> list[Any]:
    """The columns by which the seal of a row names it."""
    return {inbox: [inbox.c.peer, inbox.c.key], outbox: [outbox.c.cause, outbox.c.level]}.get(table, _keys(table))


def _name(table: Any, row: Any) -> str:
    """The name by which a row's sealed texts are bound to it."""
    return first_form(row) if table is outbox else "|".join(str(row[word.name]) for word in _words(table))
