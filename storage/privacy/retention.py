"""Removes expired rows, a small window of a table at a time (R15, T9). It must never hold the writer for long.

A window returns where the next window begins; the caller lets other transactions in between.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, delete, exists, func, or_, select, update

from states.effects import Kind
from states.lifecycle.appeal import OPEN
from states.people.officials import Standing
from storage.db.columns import in_community
from storage.db.crash_points import crash_point
from storage.db.ids import Ids
from storage.db.schema import (
    PENDING,
    appeal,
    chat,
    comment,
    dialogue,
    erasure,
    history,
    inbox,
    meta,
    notice,
    official,
    outbox,
    wall_post,
)
from storage.db.transaction import Transaction
from storage.db.upsert import upsert
from storage.outbox.enqueue import COUNTED, HELD, OutboxState
from storage.privacy import audit as audit_log
from storage.privacy.forgetting import anonymise, drop_in, drop_out, erase
from storage.privacy.shared_text import told_elsewhere
from storage.records import sessions

WINDOW = 500
AHEAD = timedelta(minutes=1)
FEW = 50
"""Residents and appeals in a window: each of them is several statements."""

ENDED = (OutboxState.SENT, OutboxState.CANCELLED, OutboxState.DEAD)
TOLD = (Kind.CARD, Kind.ANSWER, Kind.ADDITION)
"""What stays with its appeal: where its words stand in VK, and what was answered."""
PASSING = ("button", "internal", "comment")
"""Events that were no message of a person: once they are handled and past, nothing asks for them."""


@dataclass(frozen=True, slots=True)
class RetentionTerms:
    """How long what is kept (security.md §3). `kept`: appeals after closing, and everything else of a resident.
    `bodies`: what was said beside cards, additions and answers."""

    raw: timedelta = timedelta(days=30)
    bodies: timedelta = timedelta(days=30)
    kept: timedelta = timedelta(days=365)
    audit: timedelta = timedelta(days=1096)


@dataclass(frozen=True, slots=True)
class Window:
    """How many rows were changed, and after which row the next window begins; None where there is none."""

    changed: int
    after: Any = None


def _page(table: Any, *columns: Any) -> Any:
    """A window of a table whose ids grow with time: nothing younger than `oldest` is looked at."""
    return (
        select(table.c.id, table.c.state, table.c.ended_at, *columns)
        .where(
            in_community(table),
            table.c.id > bindparam("after", type_=BigInteger),
            table.c.id < bindparam("until", type_=BigInteger),
        )
        .order_by(table.c.id)
        .limit(WINDOW)
    )


_IN = _page(inbox, (inbox.c.raw != "").label("full"), inbox.c.kind)
_OUT = _page(outbox, (outbox.c.body != "").label("full"), outbox.c.appeal, outbox.c.kind, outbox.c.reason)
_EMPTY_IN = update(inbox).where(in_community(inbox), inbox.c.id == bindparam("row")).values(raw="")
_EMPTY_OUT = (
    update(outbox)
    .where(in_community(outbox), outbox.c.id == bindparam("row"))
    .values(body="", attachments=None, lost="[]")
)


async def _window(tx: Transaction, query: Any, after: Any, until: datetime) -> Sequence[Any]:
    """The rows of the next window, from `after` on, that may be past their time."""
    # Ids made in one burst run ahead of their moment; each row's own time is looked at again.
    return await tx.rows(query, {"after": after or 0, "until": Ids.first_of(until + AHEAD)})


async def events(tx: Transaction, after: Any, now: datetime, terms: RetentionTerms) -> Window:
    """Messages are emptied and go later, other events go at once; what still waits is never touched."""
    rows = await _window(tx, _IN, after, now - min(terms.raw, terms.kept))
    over = [row for row in rows if row["state"] not in PENDING and row["ended_at"] is not None]
    gone = {row["id"] for row in over if row["ended_at"] <= now - (terms.raw if passing(row) else terms.kept)}
    empty = [row["id"] for row in over if row["full"] and row["ended_at"] <= now - terms.raw and row["id"] not in gone]
    await tx.execute_many(_EMPTY_IN, [{"row": id} for id in empty])
    crash_point("retention: rows emptied")
    await drop_in(tx, gone)
    return _next(rows, WINDOW, "id", len(gone) + len(empty))


def passing(row: Any) -> bool:
    """Whether the row is of a kind that is kept only shortly."""
    return row["kind"] in PASSING


async def messages(tx: Transaction, after: Any, now: datetime, terms: RetentionTerms) -> Window:
    """Deletes one window of old messages: what was said beside cards, additions and answers goes, but of an open
    appeal: a line of its may still be edited. Those go with their appeal, and what never left is only emptied at first:
    people may still ask what became of it. An answer is kept as long as the message it answers."""
    rows = await _window(tx, _OUT, after, now - min(terms.bodies, terms.kept))
    over = [row for row in rows if row["state"] in ENDED and row["ended_at"] is not None]
    gone = [row for row in over if row["ended_at"] <= now - (terms.bodies if is_over_early(row) else terms.kept)]
    open_ = await _open_of(tx, {row["appeal"] for row in gone if row["appeal"] is not None})
    gone = [row for row in gone if row["appeal"] is None or (is_over_early(row) and row["appeal"] not in open_)]
    ids = {row["id"] for row in gone}
    emptied = [row for row in over if row["full"] and row["kind"] != Kind.ANSWER]
    past = [row["id"] for row in emptied if row["ended_at"] <= now - terms.bodies]
    empty = [id for id in past if id not in ids]
    await tx.execute_many(_EMPTY_OUT, [{"row": id} for id in empty])
    await drop_out(tx, ids, sum(row["state"] in COUNTED for row in gone))
    return _next(rows, WINDOW, "id", len(ids) + len(empty))


_OPEN_OF = select(appeal.c.code).where(
    in_community(appeal), appeal.c.code.in_(bindparam("codes", expanding=True)), appeal.c.status.in_(sorted(OPEN))
)


async def _open_of(tx: Transaction, codes: set[str]) -> set[str]:
    return {row["code"] for row in await tx.rows(_OPEN_OF, {"codes": sorted(codes)})} if codes else set()


def is_over_early(row: Any) -> bool:
    """Screens, notices, edits, answers to buttons: it has left, or was taken back and nobody may send it any more."""
    over = row["state"] == OutboxState.SENT or (row["state"] == OutboxState.CANCELLED and row["reason"] != HELD)
    return over and row["kind"] not in TOLD


def _next(rows: Sequence[Any], most: int, name: str, changed: int) -> Window:
    """Where the next window begins: None where this one was not full."""
    return Window(changed, rows[-1][name] if len(rows) == most else None)


_CHANGED_LAST = (
    select(func.max(history.c.at))
    .where(history.c.community_id == appeal.c.community_id, history.c.code == appeal.c.code)
    .scalar_subquery()
)
_CLOSED = (
    select(appeal.c.code, appeal.c.resident, appeal.c.status, _CHANGED_LAST.label("last"))
    .where(
        in_community(appeal),
        appeal.c.code > bindparam("after"),
    )
    .order_by(appeal.c.code)
    .limit(FEW)
)
_SAID = (outbox.c.id, outbox.c.state, outbox.c.cause)
_ABOUT = select(*_SAID).where(
    in_community(outbox),
    outbox.c.appeal == bindparam("code"),
)


async def appeals(tx: Transaction, after: Any, now: datetime, terms: RetentionTerms) -> Window:
    """Closed appeals, so long after their last change, become rows for statistics."""
    rows = await tx.rows(_CLOSED, {"after": after or ""})
    changed = 0
    for row in rows:
        closed = row["status"] not in OPEN and row["resident"] > 0
        if not closed or row["last"] is None or row["last"] > now - terms.kept:
            continue
        said = list(await tx.rows(_ABOUT, {"code": row["code"]}))
        said += await told_elsewhere(tx, row["resident"], [row["code"]], _SAID)
        if any(row["state"] not in ENDED for row in said):
            continue  # something of it still waits: a parked answer, which a release may send
        await drop_out(tx, [row["id"] for row in said], sum(row["state"] in COUNTED for row in said))
        await anonymise(tx, [row["code"]], row["resident"], -secrets.randbits(62) - 1, now)
        changed += 1
    return _next(rows, FEW, "code", changed)


_RESIDENTS = (
    select(
        dialogue.c.resident,
        dialogue.c.touched_at,
        exists().where(appeal.c.community_id == dialogue.c.community_id, appeal.c.resident == dialogue.c.resident)
        .label("appeals"),
        select(func.max(inbox.c.received_at))
        .where(inbox.c.community_id == dialogue.c.community_id, inbox.c.peer == dialogue.c.resident)
        .scalar_subquery()
        .label("heard_at"),
    )
    .where(in_community(dialogue), dialogue.c.resident > bindparam("after", type_=BigInteger))
    .order_by(dialogue.c.resident)
    .limit(FEW)
)  # fmt: skip


async def residents(tx: Transaction, after: Any, now: datetime, terms: RetentionTerms) -> Window:
    """A resident without appeals who was not heard of for the whole term is forgotten, key and all."""
    rows = await tx.rows(_RESIDENTS, {"after": after or 0})
    changed = 0
    for row in rows:
        last = max((moment for moment in (row["touched_at"], row["heard_at"]) if moment is not None), default=None)
        if row["appeals"] or (last is not None and last > now - terms.kept):
            continue
        changed += await erase(tx, row["resident"], now, ground="term") is not None
    return _next(rows, FEW, "resident", changed)


async def old_lines(tx: Transaction, after: Any, now: datetime, terms: RetentionTerms) -> Window:
    """The audit log, the records of erasures with their acts, and blocks of the erased that are over."""
    await tx.keys.ring.end_blocks(tx.community, now)
    changed = await audit_log.prune(tx, now - terms.audit, WINDOW)
    old = delete(erasure).where(in_community(erasure), erasure.c.done_at <= now - terms.audit)
    await tx.execute(old)
    return Window(changed, changed if changed == WINDOW else None)


_IS_BOUND = exists().where(
    chat.c.community_id == official.c.community_id, chat.c.peer == official.c.peer, chat.c.agency.is_not(None)
)


async def people(tx: Transaction, after: Any, now: datetime, terms: RetentionTerms) -> Window:
    """Officials who have left so long ago, and those of chats that are not bound any more: names and ids (T5). Links
    into the panel and sessions that are over."""
    old = now - terms.kept
    gone = and_(official.c.standing == Standing.GONE, official.c.until <= old)
    nowhere = and_(official.c.since <= old, ~_IS_BOUND)
    changed = await tx.execute(delete(official).where(in_community(official), or_(gone, nowhere)))
    return Window(changed + await sessions.drop_ended(tx, now))


async def comments(tx: Transaction, after: Any, now: datetime, terms: RetentionTerms) -> Window:
    """Marks of comments under posts, and what the words of posts say: nobody looks further back. What a person has said
    of a post holds as long as people may still write under it."""
    ended = await tx.execute(delete(comment).where(in_community(comment), comment.c.at <= now - terms.raw))
    words = and_(wall_post.c.muted_by == 0, wall_post.c.at <= now - terms.raw)
    old = or_(words, wall_post.c.at <= now - terms.kept)
    return Window(ended + await tx.execute(delete(wall_post).where(in_community(wall_post), old)))


async def notices(tx: Transaction, after: Any, now: datetime, terms: RetentionTerms) -> Window:
    """Announced troubles that ended so long ago."""
    return Window(await tx.execute(delete(notice).where(in_community(notice), notice.c.until <= now - terms.raw)))


RAN = "retention"
"""The row of `meta` that says when."""


async def last(tx: Transaction) -> datetime | None:
    """When the daily job last ended; None before the first time."""
    row = await tx.row(select(meta.c.value).where(in_community(meta), meta.c.name == RAN))
    return None if row is None else datetime.fromisoformat(row["value"])


async def ran(tx: Transaction, now: datetime) -> None:
    """Notes that retention has run."""
    await upsert(tx, meta, [{"name": RAN, "value": now.isoformat()}])


JOBS = (events, messages, appeals, residents, people, comments, notices, old_lines)
