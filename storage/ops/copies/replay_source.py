"""The events that are still kept with their content, for a replay in a copy (replay.py). It must never run on the
database.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from storage.db import schema
from storage.db.columns import in_community
from storage.db.database import Database
from storage.db.keyring import RAW
from storage.db.schema import consent, inbox, link, one_of, outbox
from storage.db.transaction import Transaction
from storage.db.upsert import upsert
from storage.inbox.inbox import Arrived, Waiting
from storage.outbox.enqueue import OutboxState
from storage.outbox.forms import all_forms, first_form


@dataclass(frozen=True, slots=True)
class KeptEvent:
    """A handled event. `at` is when it was handled, `received_at` when it came, `decided` the digest of then; without
    one it is only lived through."""

    name: str
    at: datetime
    received_at: datetime
    decided: str
    arrived: Arrived


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that left, by its first cause."""

    origin: str
    cmid: int
    at: datetime
    appeal: str | None
    peer: int


_EVENTS = (
    select(inbox)
    .where(in_community(inbox), inbox.c.decided.is_not(None), inbox.c.ended_at.is_not(None))
    .order_by(inbox.c.ended_at, inbox.c.id)
)


async def events(db: Database) -> list[KeptEvent]:
    """The kept events in the order in which they were handled, opened."""

    async def body(tx: Transaction) -> list[KeptEvent]:
        rows = await tx.rows(_EVENTS)
        texts = await tx.keys.unseal(RAW, [(f"{row['peer']}|{row['key']}", row["raw"]) for row in rows])
        return [_kept_event(row, text or "") for row, text in zip(rows, texts, strict=True)]

    return await db.run(body)


def _kept_event(row: Any, text: str) -> KeptEvent:
    arrived = Arrived(
        row["kind"], row["peer"], row["key"], text, row["author"], row["cmid"], row["at"], row["content"],
        after=None if row["kind"] == "message" else row["ord"] // 2,
    )  # fmt: skip
    return KeptEvent(f"{row['kind']} {row['id']}", row["ended_at"], row["received_at"], row["decided"], arrived)


_CONSENTS = select(consent.c.resident, consent.c.cmid).where(in_community(consent), consent.c.given.is_(True))


async def consents(tx: Transaction) -> dict[int, int]:
    """By resident, the number of the message that agreed first."""
    found: dict[int, int] = {}
    for row in await tx.rows(_CONSENTS):
        found[row["resident"]] = min(row["cmid"], found.get(row["resident"], row["cmid"]))
    return found


_SENT = (
    select(outbox.c.cause, outbox.c.level, outbox.c.cmid, outbox.c.ended_at, outbox.c.appeal, outbox.c.peer)
    .where(in_community(outbox), one_of(outbox.c.state, [OutboxState.SENT]), outbox.c.effect == "send")
    .order_by(outbox.c.ended_at, outbox.c.id)
)


async def sent_messages(tx: Transaction) -> list[Sent]:
    """The messages that left, in the order in which they did."""
    rows = await tx.rows(_SENT)
    return [Sent(first_form(row), row["cmid"] or 0, row["ended_at"], row["appeal"], row["peer"]) for row in rows]


async def forget_everything(tx: Transaction) -> None:
    """Deletes all that a replay decides anew; chats, officials and the directory stay as they are now."""
    names = ("inbox", "outbox", "dialogue", "appeal", "history", "consent", "lane", "timer", "link", "peer", "known")
    for name in (*names, "erasure"):
        table = schema.metadata.tables[name]
        await tx.execute(delete(table).where(in_community(table)))


async def waiting(tx: Transaction, kept: KeptEvent) -> Waiting | None:
    """The row as the worker would get it."""
    query = select(inbox).where(in_community(inbox), inbox.c.peer == kept.arrived.peer, inbox.c.key == kept.arrived.key)
    row = await tx.row(query)
    if row is None:
        return None
    names = ("id", "peer", "key", "kind", "author", "cmid", "at", "content", "attempts")
    return Waiting(**{name: row[name] for name in names}, raw=kept.arrived.raw)


async def mark_sent(tx: Transaction, sent_message: Sent) -> None:
    """By its cause: the number that VK gave it then, and the way back to its appeal."""
    mine = (in_community(outbox), outbox.c.cause.in_(all_forms([sent_message.origin])))
    if await tx.execute(
        update(outbox).where(*mine).values(state=OutboxState.SENT, cmid=sent_message.cmid, ended_at=sent_message.at)
    ):
        row = {"peer": sent_message.peer, "cmid": sent_message.cmid, "appeal": sent_message.appeal}
        await upsert(tx, link, [row] if sent_message.appeal else [])
