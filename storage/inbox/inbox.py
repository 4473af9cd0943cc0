"""The inbox: every event is stored here before anything follows from it, and leaves with a stored reason (I1).

Events of one peer are handled one after another in the order of VK's numbers, whatever order they arrived in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, case, exists, func, or_, select, tuple_, update

from states.events import Event, Poisoned
from states.messages import is_person
from storage.db.codec import encode
from storage.db.columns import in_community
from storage.db.crash_points import crash_point
from storage.db.ids import WORKERS
from storage.db.keyring import COMMUNITY_KEY, RAW, subject_of
from storage.db.schema import PENDING, cursor, inbox, one_of, peer
from storage.db.transaction import Transaction
from storage.db.upsert import insert_new, storable, upsert
from storage.inbox.watermarks import Peer, learn, load_peers

RETRIES = (
    timedelta(seconds=1),
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=10),
)
"""Pauses before the second to the sixth try (delivery.md §5)."""

RUNS = 3
"""Runs that a crash may cut short before an event is no longer run (delivery.md §10)."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """One thing that came in. `raw` is JSON of the outside, or for `internal` an encoded Event.

    `key` is unique inside the peer: `m:<cmid>` for a message. `content` is False where the door dropped it (R7);
    `wanted`: it must be fetched from VK before it can be handled (a cropped message). `after`: its place is behind that
    number, not behind everything that is known.
    """

    kind: str
    peer: int
    key: str
    raw: str
    author: int = 0
    cmid: int | None = None
    at: datetime | None = None
    content: bool = True
    wanted: bool = False
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """The head of a peer, ready to be handled."""

    id: int
    peer: int
    key: str
    kind: str
    raw: str
    author: int
    cmid: int | None
    at: datetime | None
    content: bool
    attempts: int


async def ingest(
    tx: Transaction,
    arrived: Sequence[Arrived],
    *,
    ts: str | None = None,
    now: datetime,
    own: Iterable[tuple[int, int]] = (),
) -> int:
    """T1: everything of one answer of VK, the numbers seen and the cursor. Returns how many rows are new.

    `own` are (peer, cmid) of our own messages that VK showed.
    """
    own = list(own)
    peers = await load_peers(tx, {event.peer for event in arrived} | {who for who, _ in own}, lock=True)
    fresh = await _insert(tx, arrived, peers, now)
    crash_point("ingest: events in")
    if fresh < len(arrived):
        await _fill_in(tx, arrived)
    numbers = [(event.peer, event.cmid) for event in arrived if event.kind == "message" and event.cmid is not None]
    await learn(tx, peers, numbers + own)
    if ts is not None:
        await upsert(tx, cursor, [{"ts": ts, "moved_at": now}])
    return fresh


async def enqueue_internal(tx: Transaction, told: Sequence[tuple[int, str, Event]], now: datetime) -> int:
    """Events of our own making (peer, key, event) into the inbox, behind what the peer has now."""
    if not told:
        return 0
    peers = await load_peers(tx, {who for who, _, _ in told}, lock=False)
    arrived = [Arrived("internal", who, key, encode(event), at=now) for who, key, event in told]
    return await _insert(tx, arrived, peers, now)


async def _insert(tx: Transaction, arrived: Sequence[Arrived], peers: Mapping[int, Peer], now: datetime) -> int:
    """Stores new events in the order of their dialogues, erased ones without words; how many were new."""
    highest = {marks.peer: marks.high_watermark for marks in peers.values()}
    rows = []
    for event in arrived:
        erased = peers[event.peer].erased
        # From before the resident was forgotten, told by VK again: nothing of it is kept (R14). Events without a number
        # are old as long as nothing newer was written.
        number = event.cmid if event.kind == "message" and event.cmid is not None else peers[event.peer].high_watermark
        if erased and event.kind != "internal" and number <= erased:
            event = replace(event, raw="", content=False, wanted=False)
        if event.kind == "message" and event.cmid is not None:
            highest[event.peer] = max(highest[event.peer], event.cmid)
            place = event.cmid * 2
        else:
            # After every message that was known when it came.
            place = (highest[event.peer] if event.after is None else event.after) * 2 + 1
        rows.append(_row(tx, event, place, now))
    await _seal(tx, rows)
    fresh = len(await insert_new(tx, inbox, inbox.c.id, rows))
    tx.count("received", fresh)
    return fresh


async def _seal(tx: Transaction, rows: Sequence[dict[str, Any]]) -> None:
    """Seals the raw text of new rows in place. What has no content (before consent, R7) needs no key of its own: a
    stranger's first message waits for none."""
    subjects = [subject_of(row["peer"]) if row["content"] else COMMUNITY_KEY for row in rows]
    values = [(of, f"{row['peer']}|{row['key']}", row["raw"]) for of, row in zip(subjects, rows, strict=True)]
    for row, sealed in zip(rows, await tx.keys.seal(RAW, values), strict=True):
        row["raw"] = sealed


def _row(tx: Transaction, arrived: Arrived, place: int, now: datetime) -> dict[str, Any]:
    """The row of an event; without words where they were erased."""
    forgotten = not arrived.raw
    return {
        "id": tx.ids.next(now),
        "peer": arrived.peer,
        "key": storable(arrived.key),
        "kind": arrived.kind,
        "author": arrived.author,
        "cmid": arrived.cmid,
        "ord": place,
        "content": arrived.content,
        "raw": storable(arrived.raw),
        # VK does not tell when a button was pressed: who was an official then is judged by when it came (T5).
        "at": now if arrived.at is None and arrived.kind == "button" else arrived.at,
        "state": "ignored" if forgotten else "wanted" if arrived.wanted else "new",
        "reason": "erased" if forgotten else None,
        "attempts": 0,
        "runs": 0,
        "boot": 0,
        "received_at": now,
        "ended_at": now if forgotten else None,
    }


_SEEN_AGAIN = (
    update(inbox)
    .where(in_community(inbox), inbox.c.peer == bindparam("who"), inbox.c.key == bindparam("named"))
    .values(raw=bindparam("filled"), state="new", attempts=0, next_at=None, reason=None)
)
_WANTED, _EMPTY = inbox.c.state == "wanted", and_(inbox.c.content.is_(False), one_of(inbox.c.state, ("new", "retry")))
_FILLED = _SEEN_AGAIN.where(or_(_WANTED, _EMPTY)).values(content=True)
_AT_THE_DOOR = _SEEN_AGAIN.where(_WANTED).values(content=False)


async def _fill_in(tx: Transaction, arrived: Sequence[Arrived]) -> None:
    """A row that has no content, or waits for it, takes that of the same message seen again. Whose words may not be
    stored stands at the door, or it would wait for ever, and his consent behind it (seed 115606; R7)."""
    seen = [event for event in arrived if event.kind == "message" and event.raw and not event.wanted]
    for whole, statement in ((True, _FILLED), (False, _AT_THE_DOOR)):
        of = [event for event in seen if event.content is whole]
        rows = [
            {"peer": event.peer, "key": storable(event.key), "raw": storable(event.raw), "content": whole}
            for event in of
        ]
        await _seal(tx, rows)
        named = [{"who": row["peer"], "named": row["key"], "filled": row["raw"]} for row in rows]
        await tx.execute_many(statement, named)


_head = inbox.alias("head")
_lower = inbox.alias("lower")
_WAITING = (
    _head.c.id,
    _head.c.peer,
    _head.c.key,
    _head.c.kind,
    _head.c.raw,
    _head.c.author,
    _head.c.cmid,
    _head.c.at,
    _head.c.content,
    _head.c.attempts,
)
_IS_HEAD = and_(
    in_community(_head),
    one_of(_head.c.state, PENDING),
    ~exists().where(
        _lower.c.community_id == _head.c.community_id,
        _lower.c.peer == _head.c.peer,
        one_of(_lower.c.state, PENDING),
        tuple_(_lower.c.ord, _lower.c.id) < tuple_(_head.c.ord, _head.c.id),
    ),
)
_IS_READY = and_(
    _IS_HEAD,
    _head.c.state != "wanted",
    or_(_head.c.next_at.is_(None), _head.c.next_at <= bindparam("now", type_=inbox.c.next_at.type)),
    peer.c.community_id == _head.c.community_id,
    peer.c.peer == _head.c.peer,
    # The gap gate: no message before every lower number is known (delivery.md §10).
    or_(_head.c.kind != "message", _head.c.cmid.is_(None), _head.c.cmid <= peer.c.low_watermark),
)
_HEADS = select(*_WAITING).where(_IS_READY).order_by(_head.c.id).limit(bindparam("most", type_=BigInteger))
_LOCKED = (
    select(peer.c.peer)
    .select_from(_head.join(peer, peer.c.peer == _head.c.peer))
    .where(_IS_READY)
    .order_by(_head.c.id)
    .limit(bindparam("most", type_=BigInteger))
    .with_for_update(of=peer, skip_locked=True)
)
_HEADS_OF = _HEADS.where(_head.c.peer.in_(bindparam("peers", expanding=True)))


async def next_events(tx: Transaction, now: datetime, limit: int) -> list[Waiting]:
    """The oldest ready heads of up to `limit` different peers (T2: chosen inside the transaction that handles them)."""
    params: dict[str, Any] = {"now": now, "most": limit}
    if tx.dialect != "postgresql":
        return await _open(tx, await tx.rows(_HEADS, params), now)
    # Lock the peer, then look: one statement for both once gave one event to two workers (delivery.md §11).
    locked = [row["peer"] for row in await tx.rows(_LOCKED, params)]
    if not locked:
        return []
    return await _open(tx, await tx.rows(_HEADS_OF, {**params, "peers": locked}), now)


_SOME = select(_head.c.id).where(_IS_READY).limit(1)


async def some_ready(tx: Transaction, now: datetime) -> bool:
    """Whether there is a head to be handled; nobody's is taken or opened."""
    return await tx.row(_SOME, {"now": now}) is not None


async def some_held(tx: Transaction, now: datetime) -> bool:
    """Whether there is a head that `next_events` did not take, for another transaction holds its peer. It may end
    without ringing any bell (it fills a gap, it keeps the number of a message), so the head is looked at again."""
    return tx.dialect == "postgresql" and await some_ready(tx, now)


_MINE = and_(in_community(inbox), inbox.c.id == bindparam("row"))
_END = (
    update(inbox)
    .where(_MINE, one_of(inbox.c.state, PENDING))
    .values(
        state=bindparam("to"), reason=bindparam("why"), runs=0, next_at=None, ended_at=bindparam("now"),
        decided=bindparam("digest"),
    )
)  # fmt: skip
_END_EMPTY = _END.values(raw="")
_AGAIN = update(inbox).where(_MINE).values(state="wanted", content=False, raw="", next_at=None)


async def _open(tx: Transaction, rows: Sequence[Any], now: datetime) -> list[Waiting]:
    """The rows that can be read. Of others (the key is destroyed) a message is asked of VK again, the rest is over."""
    values = [(f"{row['peer']}|{row['key']}", row["raw"]) for row in rows]
    texts = await tx.keys.unseal(RAW, values)
    found = []
    for row, text in zip(rows, texts, strict=True):
        if text is not None:
            found.append(Waiting(**{**row, "raw": text}))
        elif row["kind"] == "message" and row["cmid"] is not None:
            await tx.execute(_AGAIN, {"row": row["id"]})
        else:
            ended = {"row": row["id"], "to": "ignored", "why": "unreadable", "now": now}
            await tx.execute(_END_EMPTY, {**ended, "digest": None})
    return found


_RETRY = (
    update(inbox)
    .where(_MINE, one_of(inbox.c.state, PENDING))
    .values(
        state="retry", reason=bindparam("why"), attempts=inbox.c.attempts + 1, runs=0, boot=0, next_at=bindparam("due")
    )
)


async def finish(
    tx: Transaction,
    ended: Sequence[tuple[Waiting, str | None]],
    now: datetime,
    digests: Sequence[str | None] = (),
) -> None:
    """Handled: done, or ignored for a stored reason; `digests` say what was decided (digests.py).

    What was written in a chat is not kept: whom it concerns may never be known, so it could not be forgotten with them
    (docs/decisions/0010).
    """
    params = [
        {
            "row": waiting.id,
            "to": "done" if reason is None else "ignored",
            "why": None if reason is None else storable(reason),
            "now": now,
            "digest": digest,
        }
        for (waiting, reason), digest in zip(ended, digests or [None] * len(ended), strict=True)
    ]
    own = [is_person(waiting.peer) for waiting, _ in ended]
    await tx.execute_many(_END, [row for row, person in zip(params, own, strict=True) if person])
    await tx.execute_many(_END_EMPTY, [row for row, person in zip(params, own, strict=True) if not person])


async def retry(tx: Transaction, waiting: Waiting, *, reason: str, now: datetime) -> datetime | None:
    """Handling raised: when it is tried again, or None: after five more tries it is dead (delivery.md §5)."""
    if waiting.attempts >= len(RETRIES):
        await dead(tx, [waiting], reason=reason, now=now)
        return None
    due = now + RETRIES[waiting.attempts]
    await tx.execute(_RETRY, {"row": waiting.id, "why": storable(reason), "due": due})
    return due


async def dead(tx: Transaction, rows: Sequence[Waiting], *, reason: str, now: datetime) -> None:
    """Sets events aside that could not be handled; the peer is told, and its later messages go on (delivery.md §10)."""
    params = {"to": "dead", "why": storable(reason), "now": now, "digest": None}
    await tx.execute_many(_END, [{**params, "row": waiting.id} for waiting in rows])
    sick = [waiting for waiting in rows if not waiting.key.startswith("poisoned|")]
    told = [(event.peer, f"poisoned|{event.key}", Poisoned(event.peer, event.key, now)) for event in sick]
    await enqueue_internal(tx, told, now)


# Another worker's run may still be going on; an earlier run of this very worker has ended, and not well.
_CRASHED = or_(inbox.c.boot == 0, inbox.c.boot % WORKERS == bindparam("worker", type_=BigInteger))
_START = (
    update(inbox)
    .where(_MINE, inbox.c.boot != bindparam("now_boot"))
    .values(runs=inbox.c.runs + case((_CRASHED, 1), else_=0), boot=bindparam("now_boot"))
)
_CUT_SHORT = select(inbox.c.id).where(
    in_community(inbox),
    inbox.c.id.in_(bindparam("rows", expanding=True)),
    inbox.c.runs >= RUNS,
    inbox.c.boot != bindparam("now_boot"),
)


async def note_starting(tx: Transaction, rows: Sequence[Waiting], now: datetime) -> list[Waiting]:
    """The crash-loop guard: notes that these rows are being run, in a transaction of its own before the run.

    A run counts once for each start of the process: a row left for the next batch has not crashed anything. Returns
    those that may be run; what three crashes have cut short is dead without another run.
    """
    if not rows:
        return []
    ids = [waiting.id for waiting in rows]
    cut = {row["id"] for row in await tx.rows(_CUT_SHORT, {"rows": ids, "now_boot": tx.boot})}
    if cut:
        await dead(tx, [waiting for waiting in rows if waiting.id in cut], reason="crash loop", now=now)
    fit = [waiting for waiting in rows if waiting.id not in cut]
    await tx.execute_many(_START, [{"row": event.id, "now_boot": tx.boot, "worker": tx.ids.worker} for event in fit])
    return fit


_SOONEST = select(func.min(inbox.c.next_at).label("at")).where(
    in_community(inbox),
    one_of(inbox.c.state, PENDING),
    inbox.c.next_at > bindparam("now", type_=inbox.c.next_at.type),
)


async def next_retry_at(tx: Transaction, now: datetime) -> datetime | None:
    """The moment of the next retry that is not due yet; None without any."""
    row = await tx.row(_SOONEST, {"now": now})
    found: datetime | None = None if row is None else row["at"]
    return found
