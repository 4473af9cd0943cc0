"""What recovery reads of an older copy, and writes into it, once for each restore (delivery.md §13).

It must never decide anything, nor touch what is newer than the copy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, delete, func, select, update

from states.dialogue import AskingConsent
from states.effects import Send
from states.lifecycle.appeal import Status
from states.messages import is_chat, is_person
from storage.db.columns import in_community
from storage.db.schema import DUE, FLYING, PARKED, PENDING, Moment, one_of, outbox, peer, timer
from storage.db.schema import appeal as appeal_table
from storage.db.schema import inbox as inbox_table
from storage.db.transaction import Transaction
from storage.db.upsert import storable
from storage.inbox import inbox, timers
from storage.inbox.inbox import Arrived
from storage.outbox.enqueue import HELD, OutboxState, Outgoing, enqueue, move, outgoing
from storage.outbox.forms import first_form
from storage.outbox.outcomes import Delivered, record_all_sent
from storage.outbox.sealed_rows import open_rows
from storage.records import appeals

HANDLED = "окно восстановления"
"""Why the events of the window are not handled."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far the copy knows a dialogue: everything up to `low`, and above it these numbers."""

    low: int
    known: frozenset[int] = frozenset()


_PEERS = select(peer).where(in_community(peer), peer.c.peer.in_(bindparam("peers", expanding=True)))
_PENDING = (
    select(inbox_table.c.peer, func.min(inbox_table.c.cmid).label("first"))
    .where(
        in_community(inbox_table),
        inbox_table.c.kind == "message",
        one_of(inbox_table.c.state, PENDING),
    )
    .group_by(inbox_table.c.peer)
)
_TRIED = (
    select(outbox.c.peer, func.min(outbox.c.probe_from).label("first"))
    .where(
        in_community(outbox),
        outbox.c.effect == "send",
        one_of(outbox.c.state, (*DUE, *FLYING, *PARKED)),
        outbox.c.probe_from.is_not(None),
    )
    .group_by(outbox.c.peer)
)
_ABOVE: Any = bindparam("above", type_=BigInteger)
_IN_INBOX = select(inbox_table.c.cmid).where(
    in_community(inbox_table),
    inbox_table.c.peer == bindparam("who"),
    inbox_table.c.kind == "message",
    inbox_table.c.state.not_in(PENDING),
    inbox_table.c.cmid > _ABOVE,
)
_SAID = select(outbox.c.cmid).where(in_community(outbox), outbox.c.peer == bindparam("who"), outbox.c.cmid > _ABOVE)


async def watermarks(tx: Transaction, heads: Mapping[int, int]) -> dict[int, Watermark]:
    """By dialogue with something above, from which number on it must be read. Nothing of before an erasure is (R14)."""
    rows = {row["peer"]: row for row in await tx.rows(_PEERS, {"peers": sorted(heads)})}
    strange = [head for head in heads if is_person(head) and head not in rows]
    forgotten = await tx.keys.last_forgotten(strange) if strange else {}
    lows = {who: rows[who]["low_watermark"] if who in rows else forgotten.get(who, 0) for who in heads}
    for query in (_PENDING, _TRIED):
        for row in await tx.rows(query):
            if row["peer"] in lows:
                lows[row["peer"]] = min(lows[row["peer"]], row["first"] - (query is _PENDING))
    behind = [who for who, low in lows.items() if heads[who] > low]
    waiting = await _before_consent(tx, behind)
    found = {}
    for who in behind:
        erased = rows[who]["erased"] if who in rows else forgotten.get(who, 0)
        low = max(erased, min([lows[who], *(cmid - 1 for cmid in waiting.get(who, ()))]))
        params = {"who": who, "above": low}
        known = [row["cmid"] for query in (_IN_INBOX, _SAID) for row in await tx.rows(query, params)]
        found[who] = Watermark(low, frozenset(known) - frozenset(waiting.get(who, ())))
    return found


async def _before_consent(tx: Transaction, residents: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Messages of before a consent, which are in VK only (R7)."""
    people = [resident for resident in residents if is_person(resident)]
    known = await appeals.dialogues(tx, people) if people else {}
    return {who: dialogue.step.pending for who, dialogue in known.items() if isinstance(dialogue.step, AskingConsent)}


_AGREEMENT = select(appeal_table.c.code).where(in_community(appeal_table), appeal_table.c.status == Status.APPROVAL)


async def awaiting_agreement(tx: Transaction) -> set[str]:
    """The appeals whose answer waits for a second person."""
    return {row["code"] for row in await tx.rows(_AGREEMENT)}


_LAST = select(func.max(outbox.c.ended_at).label("at")).where(
    in_community(outbox), outbox.c.state == OutboxState.SENT, outbox.c.effect == "send"
)


async def last_said(tx: Transaction) -> datetime | None:
    """The moment at which the bot said something last, as far as the copy knows; None if it never did."""
    row = await tx.row(_LAST)
    found: datetime | None = None if row is None else row["at"]
    return found


_WAITING = (
    select(outbox)
    .where(in_community(outbox), one_of(outbox.c.state, (*DUE, *FLYING, *PARKED)))
    .order_by(outbox.c.lane, outbox.c.seq)
)


@dataclass(frozen=True, slots=True)
class Waits:
    """A message that has not left. `origin`: the cause of its first form."""

    row: Outgoing
    origin: str


async def waiting(tx: Transaction, now: datetime) -> list[Waits]:
    """Messages that wait. Spinners are over, what nobody can read is gone; an edit is done again: twice is as once."""
    rows = await tx.rows(_WAITING)
    opened = await open_rows(tx, rows)
    found = []
    for row in rows:
        if row["effect"] == "button" or row["id"] not in opened:
            await move(tx, row["id"], [OutboxState(row["state"])], OutboxState.CANCELLED, now, reason="restored")
        elif row["effect"] == "send":
            found.append(Waits(outgoing(row, opened[row["id"]], None, None), first_form(row)))
    return found


_AT_LEVEL = update(outbox).where(in_community(outbox), outbox.c.id == bindparam("row")).values(level=bindparam("to"))


async def record_shown(tx: Transaction, found: Sequence[tuple[Outgoing, int, int]], now: datetime) -> None:
    """Records as sent what VK has: (row, number, level)."""
    levels = [{"row": row.id, "to": level} for row, _, level in found if level != row.level]
    await tx.execute_many(_AT_LEVEL, levels)
    await record_all_sent(tx, [Delivered(row.id, cmid, row.lost, own=True) for row, cmid, _ in found], now)


async def hold(tx: Transaction, rows: Sequence[Outgoing], now: datetime) -> None:
    """Holds the rows that VK does not have: people say whether they leave."""
    for row in rows:
        await move(tx, row.id, [row.state], OutboxState.CANCELLED, now, reason=HELD, next_at=None, not_before=None)


async def send_for_new_cause(tx: Transaction, found: Sequence[tuple[Outgoing, str]], now: datetime) -> None:
    """These are said for another cause."""
    for row, _ in found:
        await move(tx, row.id, [row.state], OutboxState.CANCELLED, now, reason="restored")
    sends = [replace(row.effect, cause=cause) for row, cause in found if isinstance(row.effect, Send)]
    await enqueue(tx, sends, now)


_TIMERS = select(timer).where(
    in_community(timer), timer.c.at <= bindparam("until", type_=Moment), timer.c.name.not_in(timers.OWN)
)
_DROP = delete(timer).where(in_community(timer), timer.c.name == bindparam("named"), timer.c.key == bindparam("keyed"))
_OF_COPY = select(inbox_table.c.id, inbox_table.c.peer, inbox_table.c.kind, inbox_table.c.key).where(
    in_community(inbox_table),
    one_of(inbox_table.c.state, PENDING),
    inbox_table.c.kind.in_(("button", "edit", "internal")),
)
_END = (
    update(inbox_table)
    .where(in_community(inbox_table), one_of(inbox_table.c.state, PENDING))
    .values(state="ignored", reason=HANDLED, raw="", next_at=None, ended_at=bindparam("now", type_=Moment))
)
_END_ROW = _END.where(inbox_table.c.id == bindparam("row"))
_END_KEY = _END.where(inbox_table.c.peer == bindparam("who"), inbox_table.c.key == bindparam("named"))


ENDED_WITH_COPY = ("timer", "panel", "api")
"""How the keys of such events of our own begin."""


@dataclass(frozen=True, slots=True)
class Dropped:
    """A timer that does not fire."""

    name: str
    key: str
    peer: int


async def drop_timers(tx: Transaction, until: datetime, now: datetime) -> list[Dropped]:
    """What fell due since the copy, or had fallen due in it. Presses and edits that waited in it are over, too, and so
    is what was done in the panel or sent by an application: it was handled since, and must not be said twice (I7)."""
    rows = await tx.rows(_TIMERS, {"until": until})
    await tx.execute_many(_DROP, [{"named": row["name"], "keyed": row["key"]} for row in rows])
    found = [Dropped(row["name"], row["key"], row["peer"]) for row in rows]
    over = []
    for row in await tx.rows(_OF_COPY):
        what, *parts = row["key"].split("|")
        if row["kind"] != "internal" or what in ENDED_WITH_COPY:
            over.append({"row": row["id"], "now": now})
        if row["kind"] == "internal" and what == "timer" and parts[0] not in timers.OWN:
            found.append(Dropped(parts[0], parts[1], row["peer"]))
    await tx.execute_many(_END_ROW, over)
    return found


_END_OF = _END.where(
    inbox_table.c.peer == bindparam("who"),
    inbox_table.c.kind == "message",
    inbox_table.c.at <= bindparam("until", type_=Moment),
)
_WHO_WAITS = (
    select(inbox_table.c.peer)
    .where(
        in_community(inbox_table),
        inbox_table.c.kind == "message",
        one_of(inbox_table.c.state, PENDING),
    )
    .distinct()
)


async def end_unread(
    tx: Transaction, read: Sequence[int], unread: Sequence[int], until: datetime, now: datetime
) -> None:
    """What waited in the copy of dialogues that were not read: codes in chats that are not bound, what VK hides."""
    for row in await tx.rows(_WHO_WAITS):
        who = row["peer"]
        if who in unread or (is_chat(who) and who not in read):
            await tx.execute(_END_OF, {"who": who, "until": until, "now": now})


_BY_CAUSE = select(outbox.c.id, outbox.c.cause).where(
    in_community(outbox), outbox.c.cause.in_(bindparam("causes", expanding=True))
)


async def said_as(tx: Transaction, numbers: Mapping[str, int], now: datetime) -> None:
    """The messages of these causes have these numbers in VK."""
    found = await tx.rows(_BY_CAUSE, {"causes": sorted(numbers)})
    delivered = [Delivered(row["id"], numbers[row["cause"]], own=True) for row in found]
    await record_all_sent(tx, delivered, now)


async def end(tx: Transaction, arrived: Sequence[Arrived], now: datetime) -> None:
    """Messages of the window: known, and handled by nobody."""
    await inbox.ingest(tx, arrived, now=now)
    named = [{"who": message.peer, "named": storable(message.key), "now": now} for message in arrived]
    await tx.execute_many(_END_KEY, named)


_CODES = select(appeal_table.c.code).where(
    in_community(appeal_table), appeal_table.c.code.in_(bindparam("codes", expanding=True))
)


async def known_numbers(tx: Transaction, codes: Iterable[str]) -> frozenset[str]:
    """Those of these numbers of messages that the copy has."""
    rows = await tx.rows(_CODES, {"codes": sorted(set(codes))})
    return frozenset(row["code"] for row in rows)
