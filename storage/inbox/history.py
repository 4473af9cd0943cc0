"""Gaps between known message numbers, and filling them from VK's history (T6, delivery.md §10).

It must never go by the highest number: that lost 444 messages in the model. Gaps are listed number by number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, case, exists, func, or_, select, update

from states.events import RereadFailed
from states.messages import is_person
from storage.db.columns import Moment, in_community
from storage.db.crash_points import crash_point
from storage.db.ids import Ids
from storage.db.keyring import RAW
from storage.db.schema import PENDING, inbox, known, meta, one_of, peer
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing, upsert
from storage.inbox.inbox import Arrived, enqueue_internal, ingest
from storage.inbox.watermarks import learn, load_peers, missing_numbers, raise_high_watermark

PER_CALL = 100
"""Numbers that `getByConversationMessageId` takes at once, and ids that `messages.getById` takes."""


FEW = 25
"""Rows that wait for content are looked at for each dialogue asked for; who wrote more is read in two goes."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers of one dialogue to read from VK, lowest first, at most a hundred. `ids`: VK's ids of the same messages,
    where all of them are known; by those one call reads messages of many dialogues."""

    peer: int
    cmids: tuple[int, ...]
    ids: tuple[int, ...] = ()


_BEHIND = (
    select(peer.c.peer)
    .where(in_community(peer), peer.c.behind == 1)
    .order_by(peer.c.peer)
    .limit(bindparam("most", type_=BigInteger))
)
_KNOWN_OF = select(known.c.cmid).where(in_community(known), known.c.peer == bindparam("who")).order_by(known.c.cmid)
_WANTED = (
    select(inbox.c.peer, inbox.c.cmid, inbox.c.key, inbox.c.raw)
    .where(
        in_community(inbox),
        one_of(inbox.c.state, PENDING),
        inbox.c.state == "wanted",
        inbox.c.cmid.is_not(None),
    )
    .order_by(inbox.c.peer, inbox.c.ord)
    .limit(bindparam("most", type_=BigInteger))
)


ANY_BEHIND = exists(select(peer.c.peer).where(in_community(peer), peer.c.behind == 1).order_by(peer.c.peer).limit(1))
"""In the order of its index: without it SQLite reads every dialogue."""
_ANY = select(
    or_(
        ANY_BEHIND,
        exists().where(in_community(inbox), one_of(inbox.c.state, PENDING), inbox.c.state == "wanted"),
    ).label("behind")
)


async def behind(tx: Transaction) -> bool:
    """Whether anything is to be read from VK, in one look."""
    row = await tx.row(_ANY)
    return row is not None and bool(row["behind"])


async def gaps(tx: Transaction, limit: int) -> list[Gap]:
    """The gaps to read from VK in up to `limit` dialogues: numbers nobody has seen, and rows that wait for content."""
    found: dict[int, set[int]] = {}
    wanted = await tx.rows(_WANTED, {"most": limit * FEW})
    for row in wanted:
        if row["peer"] in found or len(found) < limit:
            found.setdefault(row["peer"], set()).add(row["cmid"])
    ids = await _ids_of(tx, [row for row in wanted if row["peer"] in found])
    behind = [row["peer"] for row in await tx.rows(_BEHIND, {"most": limit})]
    for person in (await load_peers(tx, behind, lock=False)).values():
        stored = [line["cmid"] for line in await tx.rows(_KNOWN_OF, {"who": person.peer})]
        if person.peer in found or len(found) < limit:
            found.setdefault(person.peer, set()).update(missing_numbers(person, stored, PER_CALL))
    return [_gap(who, sorted(numbers)[:PER_CALL], ids) for who, numbers in sorted(found.items())]


def _gap(who: int, cmids: Sequence[int], ids: Mapping[tuple[int, int], int]) -> Gap:
    """The gap of these numbers in a dialogue; with VK's ids only where all of them are known."""
    known = [ids[who, cmid] for cmid in cmids if (who, cmid) in ids]
    return Gap(who, tuple(cmids), tuple(known) if len(known) == len(cmids) else ())


async def _ids_of(tx: Transaction, rows: Sequence[Any]) -> dict[tuple[int, int], int]:
    """By peer and number. The door keeps the id that VK gave with a message (R7); a chat's messages have none."""
    opened = await tx.keys.unseal(RAW, [(f"{row['peer']}|{row['key']}", row["raw"]) for row in rows if row["raw"]])
    found = {}
    for row, text in zip((row for row in rows if row["raw"]), opened, strict=True):
        event = json.loads(text or "{}")
        number = event.get("object", {}).get("message", {}).get("id")
        if isinstance(number, int) and number > 0 and is_person(row["peer"]):
            found[row["peer"], row["cmid"]] = number
    return found


async def fill(
    tx: Transaction,
    arrived: Sequence[Arrived],
    *,
    absent: Sequence[Gap],
    own: Iterable[tuple[int, int]] = (),
    now: datetime,
) -> int:
    """T6: what VK gave of several dialogues, the places proven empty, and how far each is known, in one transaction.

    Returns the number of new rows.
    """
    fresh = await ingest(tx, arrived, now=now, own=own)
    crash_point("backfill: rows in")
    empty = [gap for gap in absent if gap.cmids]
    peers = await load_peers(tx, [gap.peer for gap in empty], lock=True)
    await learn(tx, peers, [(gap.peer, cmid) for gap in empty for cmid in gap.cmids])
    for gap in empty:
        await reread_failed(tx, gap.peer, gap.cmids, now)
    return fresh


async def notice(tx: Transaction, heads: Mapping[int, int], now: datetime) -> int:
    """Takes from VK how far dialogues go: what is above what we know becomes gaps. Returns in how many."""
    return await raise_high_watermark(tx, heads)


_HOLD = (
    update(inbox)
    .where(
        in_community(inbox),
        inbox.c.peer == bindparam("who"),
        inbox.c.key == bindparam("named"),
        inbox.c.content.is_(False),
    )
    .values(state="wanted", reason=None, attempts=0, runs=0, next_at=None, ended_at=None)
)


_HOLD_AGAIN = (
    update(inbox)
    .where(in_community(inbox), inbox.c.peer == bindparam("who"), inbox.c.key == bindparam("named"))
    .values(state="wanted", content=False, raw="", reason=None, attempts=0, runs=0, next_at=None, ended_at=None)
)


async def hold_for_content(
    tx: Transaction, wanted: Mapping[int, Iterable[int]], now: datetime, *, edited: bool = False
) -> None:
    """Messages without content are to be fetched and handled again, before anything newer of their peer (R7).
    `edited`: those with content too, for it is another by now."""
    named = [
        Arrived("message", who, f"m:{cmid}", "{}", cmid=cmid, content=False, wanted=True)
        for who, cmids in sorted(wanted.items())
        for cmid in sorted(set(cmids))
    ]
    await ingest(tx, named, now=now)  # a row that retention has taken is made anew
    rows = [{"who": arrived.peer, "named": arrived.key} for arrived in named]
    await tx.execute_many(_HOLD_AGAIN if edited else _HOLD, rows)


_STILL_WANTED = select(inbox.c.id, inbox.c.cmid).where(
    in_community(inbox),
    inbox.c.peer == bindparam("who"),
    inbox.c.cmid.in_(bindparam("cmids", expanding=True)),
    one_of(inbox.c.state, PENDING),
    inbox.c.state == "wanted",
)
_UNREADABLE = (
    update(inbox)
    .where(in_community(inbox), inbox.c.id == bindparam("row"), inbox.c.state == "wanted")
    .values(state="ignored", reason="unreadable", ended_at=bindparam("now"))
)


async def reread_failed(tx: Transaction, peer: int, cmids: Iterable[int], now: datetime) -> None:
    """Ends the waiting for messages that VK does not give back: ignored for that reason, and the resident is asked
    again (design.md §12)."""
    wanted = sorted(set(cmids))
    if not wanted:
        return
    rows = await tx.rows(_STILL_WANTED, {"who": peer, "cmids": wanted})
    if not rows:
        return
    await tx.execute_many(_UNREADABLE, [{"row": row["id"], "now": now} for row in rows])
    if is_person(peer):
        lost = tuple(sorted(row["cmid"] for row in rows))
        key = f"unreadable|{now.isoformat()}|{','.join(map(str, lost))}"
        await enqueue_internal(tx, [(peer, key, RereadFailed(peer, lost))], now)


def _meta(name: str) -> Any:
    """A query for a remembered value of this community."""
    return select(meta.c.value).where(in_community(meta), meta.c.name == name)


async def _moment(tx: Transaction, name: str) -> datetime | None:
    """A remembered moment; None where there is none."""
    row = await tx.row(_meta(name))
    return None if row is None else datetime.fromisoformat(row["value"])


async def note_installation(tx: Transaction, now: datetime) -> datetime:
    """Notes once when the bot was installed; what was written before is known but none of its business."""
    row = {"name": "installed_at", "value": now.isoformat()}
    await insert_missing(tx, meta, [row])
    return await installed_at(tx) or now


async def installed_at(tx: Transaction) -> datetime | None:
    """When the bot first ran for this community; None before."""
    return await _moment(tx, "installed_at")


async def swept(tx: Transaction, started: datetime) -> None:
    """A sweep that began then has seen everything; the next may stop there (delivery.md §10)."""
    await upsert(tx, meta, [{"name": "swept", "value": started.isoformat()}])


async def last_sweep(tx: Transaction) -> datetime | None:
    """When the history of all dialogues was last gone through for gaps; None before the first time."""
    return await _moment(tx, "swept")


_TAKEN_IN = select(
    func.sum(case((inbox.c.reason == "unreadable", 0), else_=1)).label("recovered"),
    func.sum(case((inbox.c.reason == "unreadable", 1), else_=0)).label("lost"),
).where(
    in_community(inbox),
    inbox.c.id >= bindparam("first", type_=BigInteger),
    inbox.c.kind == "message",
    inbox.c.received_at >= bindparam("since", type_=Moment),
    inbox.c.at < bindparam("since", type_=Moment),
)


async def taken_in_since(tx: Transaction, since: datetime) -> dict[str, int]:
    """Messages written before then and taken in after. `lost`: VK would not give their words any more, so the resident
    was asked again (design.md §12)."""
    row = await tx.row(_TAKEN_IN, {"since": since, "first": Ids.first_of(since)})
    return {name: int((row and row[name]) or 0) for name in ("recovered", "lost")}
