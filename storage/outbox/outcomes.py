"""Outcomes of a message: sent, deferred, proven absent, parked, dead (T4, T5).

Intentions are fenced by the token; facts never are: VK has done what it has done (delivery.md §11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update

from states.effects import Kind, Priority
from states.events import ChatRefused, DeliveryOutcome
from states.messages import is_person
from states.people.comments import WALLS
from storage.db import schema
from storage.db.columns import in_community
from storage.db.crash_points import crash_point
from storage.db.keyring import ATTACHMENTS, LOST
from storage.db.schema import Moment, inbox, lane, link, one_of, outbox
from storage.db.transaction import Own, Transaction
from storage.db.upsert import storable, upsert
from storage.inbox.inbox import enqueue_internal
from storage.inbox.watermarks import load_peers, mark
from storage.outbox.enqueue import DUE, FLYING, HELD, MINE, PARKED, OutboxState, first_state, move
from storage.outbox.forms import all_forms
from storage.outbox.random_ids import RandomIdRequest, allot
from storage.outbox.receipts import OUTCOMES, enqueue_parked_receipts, enqueue_receipt
from storage.outbox.sealed_rows import open_lists, seal_lists


@dataclass(frozen=True, slots=True)
class Delivered:
    """VK has it under this number. `lost` is what could not be passed on, in Russian. `own`: VK showed it with its own
    `random_id`, so the number is nobody else's."""

    id: int
    cmid: int
    lost: tuple[str, ...] = ()
    own: bool = False


_ROWS = select(outbox).where(in_community(outbox), outbox.c.id.in_(bindparam("rows", expanding=True)))
_TAKEN = select(outbox.c.id, outbox.c.peer, outbox.c.cmid).where(
    in_community(outbox),
    outbox.c.peer.in_(bindparam("peers", expanding=True)),
    outbox.c.cmid.in_(bindparam("cmids", expanding=True)),
    outbox.c.effect == "send",
)
_SENT = (
    update(outbox)
    .where(MINE, outbox.c.state != OutboxState.SENT)
    .values(
        state=OutboxState.SENT,
        cmid=bindparam("number"),
        ended_at=bindparam("now"),
        next_at=None,
        lost=bindparam("missed"),
    )
)
_SENT_EMPTY = (
    update(outbox)
    .where(MINE, outbox.c.state != OutboxState.SENT)
    .values(
        state=OutboxState.SENT, cmid=bindparam("number"), ended_at=bindparam("now"), next_at=None,
        body="", attachments=None, lost="[]",
    )
)  # fmt: skip
_FREE = (
    update(lane)
    .where(in_community(lane), lane.c.lane == bindparam("one"), lane.c.fencing_token == bindparam("fence"))
    .values(owner=None, lease_until=None)
)


async def record_sent(tx: Transaction, row: int, cmid: int, now: datetime, lost: Sequence[str] = ()) -> bool:
    """T4. False: VK deduplicated it (the number is another message's): it is due again under a new random_id; alarm."""
    return row not in await record_all_sent(tx, [Delivered(row, cmid, tuple(lost))], now)


async def record_all_sent(tx: Transaction, delivered: Sequence[Delivered], now: datetime) -> set[int]:
    """T4 for a batch: facts, never fenced, the same twice. Returns the ids of rows that VK deduplicated."""
    if not delivered:
        return set()
    asked = {"rows": [outcome.id for outcome in delivered]}
    found = await tx.rows(_ROWS, asked)
    if tx.dialect == "postgresql":
        # Dialogues first, as T1 locks them: VK shows us this very message while we record it, and two that lock in
        # different orders wait for each other until PostgreSQL ends one of them, a second later.
        await load_peers(tx, {row["peer"] for row in found if row["effect"] == "send"}, lock=True)
        found = await tx.rows(_ROWS, asked)
    rows = {row["id"]: row for row in found if row["state"] != OutboxState.SENT}
    by_id = {outcome.id: outcome for outcome in delivered if outcome.id in rows}
    deduplicated = await _find_deduplicated(tx, rows, by_id)
    for row in deduplicated:
        if OutboxState(rows[row]["state"]) not in FLYING:
            continue  # an echo of another message's number: nothing was in flight that VK could have deduplicated
        await _with_new_id(tx, rows[row], now)
    kept = [outcome for outcome in by_id.values() if outcome.id not in deduplicated]
    await _keep_sent(tx, rows, kept, now)
    crash_point("record: sent in")
    tx.count("produced", sum(rows[outcome.id]["state"] == OutboxState.CANCELLED for outcome in kept))
    lost = await open_lists(tx, [rows[outcome.id] for outcome in kept], LOST)
    await _follow(
        tx, [(rows[outcome.id], replace(outcome, lost=outcome.lost or lost[outcome.id])) for outcome in kept], now
    )
    await free_lanes(tx, list(rows.values()))
    return deduplicated


async def _keep_sent(tx: Transaction, rows: Mapping[int, Any], kept: Sequence[Delivered], now: datetime) -> None:
    """The words of an answer stay with it, for its resident and the panel. All else that was said is made anew from the
    dialogue and the appeal, or concerns nobody who could be named (docs/decisions/0010): it takes most of the disk."""
    answers = [outcome for outcome in kept if is_answer(rows[outcome.id])]
    if answers:
        missed = await seal_lists(
            tx, [rows[answer.id] for answer in answers], LOST, [answer.lost for answer in answers]
        )
        params = [
            {
                "row": outcome.id,
                "number": outcome.cmid or None,
                "now": now,
                "missed": text if outcome.lost else rows[outcome.id]["lost"],
            }
            for outcome, text in zip(answers, missed, strict=True)
        ]
        await tx.execute_many(_SENT, params)
    others = [outcome for outcome in kept if not is_answer(rows[outcome.id])]
    await tx.execute_many(
        _SENT_EMPTY, [{"row": other.id, "number": other.cmid or None, "now": now} for other in others]
    )


def is_answer(row: Any) -> bool:
    """Whether it is an official's words to a resident."""
    return row["kind"] == Kind.ANSWER and is_person(row["peer"])


async def _follow(tx: Transaction, sent_rows: Sequence[tuple[Any, Delivered]], now: datetime) -> None:
    """Carries out what follows when messages have their numbers: they are known, lead to their appeal, and are
    reported."""
    numbered = [(row, outcome) for row, outcome in sent_rows if row["effect"] == "send" and outcome.cmid]
    # Numbers of comments are those of the whole wall: none is missing between two of them.
    if in_dialogues := [(row["peer"], outcome.cmid) for row, outcome in numbered if row["peer"] not in WALLS]:
        await mark(tx, in_dialogues)
    links = [
        {"peer": row["peer"], "cmid": outcome.cmid, "appeal": row["appeal"]}
        for row, outcome in numbered
        if row["appeal"] is not None
    ]
    await upsert(tx, link, links)
    # That anything but these has arrived whole changes nothing (handlers/system/delivery.py), so it is no event.
    told = [(row, outcome) for row, outcome in sent_rows if is_told(row, outcome)]
    if told:
        await enqueue_receipt(
            tx, [(row, DeliveryOutcome.SENT, 0, outcome.cmid, outcome.lost) for row, outcome in told], now
        )


def is_told(row: Any, delivered: Delivered) -> bool:
    """Whether what became of it is told: always where a card or an addition lost files, of each part
    (states/degraded.py); else, where the row asks for it, of an answer, a comment, an alarm, and of lost files."""
    if delivered.lost and row["kind"] in (Kind.CARD, Kind.ADDITION):
        return True
    return bool(row["report"] and (row["kind"] in (Kind.ANSWER, Kind.COMMENT) or is_alarm(row) or delivered.lost))


def is_alarm(row: Any) -> bool:
    """The card of an alarm, which alone leaves before everything else: its author hears when VK shows it (R28)."""
    return bool(row["kind"] == Kind.CARD and row["priority"] == Priority.DIALOGUE)


async def _find_deduplicated(tx: Transaction, rows: Mapping[int, Any], delivered: Mapping[int, Delivered]) -> set[int]:
    """The rows whose number already is another message's (delivery.md §7); an edit has its target's number by right."""
    sends = [
        outcome
        for outcome in delivered.values()
        if outcome.cmid and rows[outcome.id]["effect"] == "send" and not outcome.own
    ]
    if not sends:
        return set()
    params = {
        "peers": sorted({rows[send.id]["peer"] for send in sends}),
        "cmids": sorted({send.cmid for send in sends}),
    }
    taken = {(row["peer"], row["cmid"]): row["id"] for row in await tx.rows(_TAKEN, params)}
    found = set()
    for send in sends:
        if taken.setdefault((rows[send.id]["peer"], send.cmid), send.id) != send.id:
            found.add(send.id)
    return found


async def _with_new_id(tx: Transaction, row: Any, now: datetime) -> None:
    """The next k: the id that VK took for a repetition is never used for this message again."""
    wanted = RandomIdRequest(row["peer"], row["cause"], row["salt"] + 1)
    random_id, salt = (await allot(tx, [wanted]))[wanted]
    await move(
        tx,
        row["id"],
        [OutboxState(row["state"])],
        OutboxState.READY,
        now,
        random_id=random_id,
        salt=salt,
        next_at=None,
        reason="deduplicated",
    )


async def free_lanes(tx: Transaction, rows: Sequence[Any]) -> None:
    """The lanes of these rows may be taken again, unless somebody already has."""
    freed = [{"one": row["lane"], "fence": row["fencing_token"]} for row in rows]
    await tx.execute_many(_FREE, sorted(freed, key=lambda lane_row: int(lane_row["one"])))


async def load(tx: Transaction, row: int) -> Any:
    """Reads one row of the outbox."""
    return await tx.row(_ROWS, {"rows": [row]})


async def defer(
    tx: Transaction, row: int, fencing_token: int, next_at: datetime, *, unknown: bool, reason: str
) -> bool:
    """T5: certainly not sent, or (`unknown`) nobody knows. False: stale, nothing changed.

    A row that is unknown stays so (delivery.md §9); an edit or an answer to a button is simply done again. A reason
    that is a number is VK's error code.
    """
    found = await load(tx, row)
    if found is None or found["fencing_token"] != fencing_token:
        return False
    state = OutboxState(found["state"])
    code = int(reason) if reason.isdecimal() else found["code"]
    values: dict[str, Any] = {"next_at": next_at, "reason": storable(reason), "code": code}
    if state is OutboxState.IN_FLIGHT:
        after = OutboxState.UNKNOWN if unknown and found["effect"] == "send" else OutboxState.READY
        changed = await move(tx, row, [state], after, fencing_token=fencing_token, **values)
    elif state in (OutboxState.UNKNOWN, OutboxState.PREPARING):
        waits = update(outbox).where(
            in_community(outbox), outbox.c.id == row, outbox.c.state == state, outbox.c.fencing_token == fencing_token
        )
        changed = await tx.execute(waits.values(**values)) == 1
    else:
        return False
    await free_lanes(tx, [found])
    return changed


async def record_absent(tx: Transaction, row: int, fencing_token: int, now: datetime) -> bool:
    """Looked, and it is proven not to be there: due again with the same random_id (delivery.md §8)."""
    found = await load(tx, row)
    if found is None:
        return False
    after = first_state(found["upload"] and found["attachments"] is None)
    moved = await move(tx, row, [OutboxState.UNKNOWN], after, now, fencing_token=fencing_token, next_at=None)
    if moved:
        await free_lanes(tx, [found])
    return moved


async def record_uploaded(
    tx: Transaction, row: int, attachments: Sequence[str], lost: Sequence[str], fencing_token: int | None = None
) -> bool:
    """The files are with VK: the message flies from this moment (T3). False: it must not be sent by this worker.

    Its lane stays claimed. What could not be passed on is told with its fate.
    """
    found = await load(tx, row)
    if found is None:
        return False
    (files,) = await seal_lists(tx, [found], ATTACHMENTS, [attachments])
    (missed,) = await seal_lists(tx, [found], LOST, [lost])
    values: dict[str, Any] = {"attachments": files, "lost": missed}
    return await move(
        tx,
        row,
        [OutboxState.PREPARING],
        OutboxState.IN_FLIGHT,
        fencing_token=fencing_token,
        attempts=outbox.c.attempts + 1,
        **values,
    )


_STATE_OF = {outcome: OutboxState(state) for state, outcome in OUTCOMES.items()}
_BEHIND = select(outbox).where(
    in_community(outbox),
    outbox.c.lane == bindparam("one"),
    one_of(outbox.c.state, schema.OPEN),
    one_of(outbox.c.state, schema.DUE),
)
_PARK_LANE = (
    update(lane)
    .where(in_community(lane), lane.c.lane == bindparam("one"))
    .values(parked=bindparam("to"), code=bindparam("error"))
)


async def park(
    tx: Transaction, row: int, fencing_token: int, outcome: DeliveryOutcome, code: int, now: datetime
) -> bool:
    """Parks a row that VK will not take now: the whole lane waits for a release, in order (I5). `SET_ASIDE` sets one
    row aside. False where it changed meanwhile."""
    found = await load(tx, row)
    after = _STATE_OF[outcome]
    if found is None or found["fencing_token"] != fencing_token:
        return False
    if found["effect"] != "send":  # an edit or a spinner is neither waited for nor missed (states/effects.py)
        after = OutboxState.CANCELLED
    before = [OutboxState.PREPARING, *FLYING]
    if not await move(tx, row, before, after, now, fencing_token=fencing_token, code=code, next_at=None):
        return False
    await free_lanes(tx, [found])
    rows = [found]
    if after in PARKED:
        await tx.execute(_PARK_LANE, {"one": found["lane"], "to": after, "error": code})
        rows += await _park_behind(tx, found["lane"], after, code, now)
    await enqueue_receipt(tx, [(row, outcome, code, 0, ()) for row in rows if row["report"]], now)
    if outcome is DeliveryOutcome.CHAT_LOST:
        told = (found["peer"], f"refused|{row}|{found['attempts']}", ChatRefused(found["peer"], now, code))
        await enqueue_internal(tx, [told], now)
    return True


_PARKED_IN_LANE = select(outbox).where(
    in_community(outbox),
    outbox.c.lane == bindparam("one"),
    one_of(outbox.c.state, schema.PARKED),
    outbox.c.report,
)


async def retell(tx: Transaction, peer: int, now: datetime) -> None:
    """Enqueues the receipts of what waits for a chat anew: they were sent first when nobody knew yet that the chat is
    lost."""
    rows = await tx.rows(_PARKED_IN_LANE, {"one": peer})
    await enqueue_parked_receipts(tx, [dict(row) for row in rows], now, again=f"|{now.isoformat()}")


async def _park_behind(tx: Transaction, number: int, after: OutboxState, code: int, now: datetime) -> list[Any]:
    behind = await tx.rows(_BEHIND, {"one": number})
    return [row for row in behind if await move(tx, row["id"], [OutboxState(row["state"])], after, now, code=code)]


async def dead_letter(tx: Transaction, row: int, fencing_token: int, now: datetime, code: int = 0) -> bool:
    """Sets a row aside for which nothing more can be done by itself: the lane goes on, the appeal shows «не доставлено»
    (delivery.md §10)."""
    return await park(tx, row, fencing_token, DeliveryOutcome.SET_ASIDE, code, now)


_HEARD = (
    select(inbox.c.id)
    .where(
        in_community(inbox),
        inbox.c.peer == bindparam("who"),
        inbox.c.kind.in_(("message", "event")),
        inbox.c.received_at >= bindparam("since", type_=Moment),
    )
    .limit(1)
)


async def has_heard(tx: Transaction, peer: int, since: datetime) -> bool:
    """Whether anything has come from them since: a message, «можно писать», the bot being taken back."""
    return await tx.row(_HEARD, {"who": peer, "since": since}) is not None


_PARKED_ROWS = select(outbox.c.id, outbox.c.state, outbox.c.upload, outbox.c.attachments).where(
    in_community(outbox),
    outbox.c.lane.in_(bindparam("lanes", expanding=True)),
    one_of(outbox.c.state, schema.PARKED),
)
_OPEN_LANES = (
    update(lane)
    .where(
        in_community(lane),
        lane.c.lane.in_(bindparam("lanes", expanding=True)),
        lane.c.parked.is_not(None),
    )
    .values(parked=None, code=None)
)


async def release(tx: Transaction, peers: Sequence[int], now: datetime) -> int:
    """The resident opened the dialogue, the chat took the bot back: what is parked goes, in its order."""
    if not peers or not await tx.execute(_OPEN_LANES, {"lanes": sorted(set(peers))}):
        return 0
    released = 0
    for row in await tx.rows(_PARKED_ROWS, {"lanes": sorted(set(peers))}):
        after = first_state(row["upload"] and row["attachments"] is None)
        before = OutboxState(row["state"])
        released += await move(tx, row["id"], [before], after, now, code=None, next_at=None, ended_at=None)
    return released


_HELD_ROWS = select(outbox.c.id, outbox.c.upload, outbox.c.attachments).where(
    in_community(outbox),
    outbox.c.id.in_(bindparam("rows", expanding=True)),
    outbox.c.state == OutboxState.CANCELLED,
    outbox.c.reason == HELD,
)


async def send_held(tx: Transaction, rows: Sequence[int], now: datetime) -> int:
    """What was set aside for people leaves under its own `random_id`, because one of them says so. Returns how many."""
    sent_on = 0
    for row in await tx.rows(_HELD_ROWS, {"rows": sorted(set(rows))}):
        after = first_state(row["upload"] and row["attachments"] is None)
        values = {"next_at": None, "not_before": None, "ended_at": None, "reason": None, "code": None}
        sent_on += await move(tx, row["id"], [OutboxState.CANCELLED], after, now, **values)
    tx.count("produced", sent_on)
    return sent_on


_LET_GO = (
    update(outbox)
    .where(
        in_community(outbox),
        outbox.c.cause.in_(bindparam("causes", expanding=True)),
        outbox.c.state.in_([*DUE, *PARKED]),
    )
    .values(not_before=None)
)


async def let_go(tx: Transaction, causes: Sequence[str]) -> None:
    """Lets held answers leave with their lanes: what they say was read again, and nobody took it back."""
    await tx.execute(_LET_GO, {"causes": all_forms(causes)})


_BY_RANDOM_ID = select(outbox.c.id, outbox.c.peer, outbox.c.random_id, outbox.c.state).where(
    in_community(outbox), outbox.c.random_id.in_(bindparam("numbers", expanding=True))
)


async def record_seen(tx: Transaction, own: Sequence[Own], now: datetime) -> None:
    """Our own messages were seen, by an echo or in history: the facts are kept, however the rows stood. Most are known
    already, by VK's answer."""
    seen = {(outcome.peer, outcome.random_id): outcome.cmid for outcome in own if outcome.random_id}
    if not seen:
        return
    rows = await tx.rows(_BY_RANDOM_ID, {"numbers": sorted({number for _, number in seen})})
    found = [(row["id"], seen.get((row["peer"], row["random_id"]))) for row in rows if row["state"] != OutboxState.SENT]
    await record_all_sent(tx, [Delivered(row, cmid) for row, cmid in found if cmid is not None], now)
