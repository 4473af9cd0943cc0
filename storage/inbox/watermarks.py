"""Which message numbers of each dialogue are known: received, sent by us, or proven absent (delivery.md §10).

The low watermark is the end of the unbroken run of known numbers. It must never pass a number that nobody has seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from sqlalchemy import bindparam, delete, select, update

from states.messages import is_chat, is_person
from storage.db.columns import in_community
from storage.db.schema import inbox, known, peer
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing


@dataclass(slots=True)
class Peer:
    """How far a dialogue is known. Not gated: a chat before its base is set; nobody can read its history yet.

    `erased`: the resident was forgotten with this message and before; none of it may come back (R14).
    """

    peer: int
    low_watermark: int
    high_watermark: int
    gated: bool
    erased: int = 0
    learned: set[int] = field(default_factory=set)


_PEERS = select(peer).where(in_community(peer), peer.c.peer.in_(bindparam("peers", expanding=True)))
_PEERS_LOCKED = _PEERS.order_by(peer.c.peer).with_for_update()
_KNOWN = select(known.c.peer, known.c.cmid).where(
    in_community(known), known.c.peer.in_(bindparam("peers", expanding=True))
)
_IN_INBOX = select(inbox.c.peer, inbox.c.cmid).where(
    in_community(inbox),
    inbox.c.peer.in_(bindparam("peers", expanding=True)),
    inbox.c.kind == "message",
    inbox.c.cmid.is_not(None),
)
_SET_PEER = (
    update(peer)
    .where(in_community(peer), peer.c.peer == bindparam("who"))
    .values(
        low_watermark=bindparam("up_to"),
        high_watermark=bindparam("highest"),
        gated=bindparam("gate"),
        behind=bindparam("lag"),
    )
)
_FORGET = delete(known).where(in_community(known), known.c.peer == bindparam("who"), known.c.cmid <= bindparam("up_to"))


async def add_peers(tx: Transaction, peers: Iterable[int]) -> None:
    """A private dialogue is known from its first number, or from where its resident was forgotten; a chat from where
    we first saw it, ungated."""
    people = [who for who in peers if is_person(who)]
    forgotten = await tx.keys.last_forgotten(people) if people else {}
    rows = [
        {
            "peer": who,
            "low_watermark": forgotten.get(who, 0),
            "high_watermark": forgotten.get(who, 0),
            "gated": not is_chat(who),
            "behind": 0,
            "erased": forgotten.get(who, 0),
        }
        for who in sorted(set(peers))
    ]
    await insert_missing(tx, peer, rows)


async def load_peers(tx: Transaction, peers: Iterable[int], *, lock: bool) -> dict[int, Peer]:
    """The rows of these peers, made where they are missing; locked in one order, so that workers cannot embrace."""
    wanted = sorted(set(peers))
    if not wanted:
        return {}
    query = _PEERS_LOCKED if lock else _PEERS
    params = {"peers": wanted}
    rows = await tx.rows(query, params)
    if len(rows) < len(wanted):
        await add_peers(tx, set(wanted) - {row["peer"] for row in rows})
        rows = await tx.rows(query, params)
    return {
        row["peer"]: Peer(row["peer"], row["low_watermark"], row["high_watermark"], row["gated"], row["erased"])
        for row in rows
    }


async def learn(tx: Transaction, peers: Mapping[int, Peer], numbers: Iterable[tuple[int, int]]) -> None:
    """These numbers are known now; the unbroken row grows as far as it can. `peers` are loaded and locked."""
    for who, cmid in numbers:
        if cmid > peers[who].low_watermark:
            peers[who].learned.add(cmid)
    changed = [marks for marks in peers.values() if marks.learned]
    broken = [marks.peer for marks in changed if marks.gated and marks.high_watermark > marks.low_watermark]
    above: dict[int, set[int]] = {who: set() for who in broken}
    if broken:
        for row in await tx.rows(_KNOWN, {"peers": broken}):
            above[row["peer"]].add(row["cmid"])
    fresh = []
    for marks in changed:
        stored = above.get(marks.peer, set())
        _advance(marks, stored)
        left = {cmid for cmid in marks.learned if cmid > marks.low_watermark} - stored
        fresh += [{"peer": marks.peer, "cmid": cmid} for cmid in sorted(left)]
        marks.learned.clear()
    await _store(tx, changed)
    await insert_missing(tx, known, fresh)
    await tx.execute_many(
        _FORGET, [{"who": marks.peer, "up_to": marks.low_watermark} for marks in changed if above.get(marks.peer)]
    )


def _advance(marks: Peer, stored: set[int]) -> None:
    """Moves the marks up in place: the high one to the highest number, the low one as far as no number is missing."""
    marks.high_watermark = max({marks.high_watermark} | marks.learned | stored)
    if not marks.gated:
        marks.low_watermark = marks.high_watermark
        return
    while marks.low_watermark + 1 in marks.learned or marks.low_watermark + 1 in stored:
        marks.low_watermark += 1


async def _store(tx: Transaction, peers: Iterable[Peer]) -> None:
    """Stores the marks of these dialogues."""
    await tx.execute_many(
        _SET_PEER,
        [
            {
                "who": marks.peer,
                "up_to": marks.low_watermark,
                "highest": marks.high_watermark,
                "gate": marks.gated,
                "lag": int(marks.gated and marks.high_watermark > marks.low_watermark),
            }
            for marks in peers
        ],
    )


async def mark(tx: Transaction, numbers: Iterable[tuple[int, int]]) -> None:
    """Learn numbers of our own messages or of empty places."""
    numbers = list(numbers)
    await learn(tx, await load_peers(tx, {who for who, _ in numbers}, lock=True), numbers)


async def raise_high_watermark(tx: Transaction, heads: Mapping[int, int]) -> int:
    """These dialogues go at least this far: numbers above what we know are missing from now on."""
    heads = await _without_forgotten(tx, heads)
    peers = await load_peers(tx, heads, lock=True)
    behind = [marks for marks in peers.values() if marks.gated and heads[marks.peer] > marks.high_watermark]
    for marks in behind:
        marks.high_watermark = heads[marks.peer]
    await _store(tx, behind)
    return len(behind)


async def _without_forgotten(tx: Transaction, heads: Mapping[int, int]) -> Mapping[int, int]:
    """The dialogues without those of residents we have forgotten, which VK still lists: until they write anew they are
    none of our business."""
    rows = await tx.rows(_PEERS, {"peers": sorted(heads)})
    strange = {head for head in heads if is_person(head)} - {row["peer"] for row in rows}
    forgotten = await tx.keys.last_forgotten(strange) if strange else {}
    return {who: last for who, last in heads.items() if last > forgotten.get(who, 0) or who not in forgotten}


async def high_watermarks(tx: Transaction, who: int) -> int:
    """How far this dialogue is known to go."""
    return (await load_peers(tx, [who], lock=False))[who].high_watermark


async def set_base(tx: Transaction, who: int, cmid: int) -> None:
    """Sets the number of the dialogue from which on nothing may be missing; what was before is not asked for."""
    (marks,) = (await load_peers(tx, [who], lock=True)).values()
    marks.low_watermark = max(cmid, marks.low_watermark) if marks.gated else cmid
    marks.high_watermark = max(marks.high_watermark, cmid)
    # What an ungated chat has shown since is in the inbox only: whatever lacks between is a gap from now on.
    numbers = _KNOWN if marks.gated else _IN_INBOX
    stored = {row["cmid"] for row in await tx.rows(numbers, {"peers": [who]})}
    marks.gated = True
    _advance(marks, stored)
    await _store(tx, [marks])
    left = sorted(number for number in stored if number > marks.low_watermark)
    await insert_missing(tx, known, [{"peer": who, "cmid": number} for number in left])
    await tx.execute(_FORGET, {"who": who, "up_to": marks.low_watermark})


def missing_numbers(marks: Peer, stored: Iterable[int], limit: int) -> list[int]:
    """The lowest numbers between the unbroken row and the highest known one that nobody has seen."""
    found: list[int] = []
    edges = [
        marks.low_watermark,
        *sorted(cmid for cmid in stored if cmid > marks.low_watermark),
        marks.high_watermark + 1,
    ]
    for lower, upper in pairwise(edges):
        found += range(lower + 1, min(upper, lower + 1 + limit - len(found)))
        if len(found) >= limit:
            break
    return found
