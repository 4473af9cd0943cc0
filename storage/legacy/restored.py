"""An older copy was put back: what it would say may have been said already, so it is looked up first (delivery.md §13).

It must never decide that something was sent: it only marks what has to be looked for, and from which number on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, select, update

from states.effects import CancelTimer, StartTimer
from states.messages import is_chat
from storage.db.keyring import RAW
from storage.db.schema import DUE, FLYING, PARKED, PENDING, Moment, inbox, lane, meta, one_of, outbox, peer
from storage.db.transaction import Own, Transaction
from storage.db.upsert import upsert
from storage.inbox.history import gaps
from storage.inbox.inbox import Waiting
from storage.legacy import places
from storage.outbox import outcomes
from storage.outbox.enqueue import LOOKS, State, move

AT, FRESH, COPIED = "restored_at", "restored_from", "copied_at"

LATE = timedelta(seconds=75)
"""So long after the restored start VK may carry out what the lost process had asked for: a minute (F7), and its history
may show that a moment later."""


async def mark(tx: Transaction, community: int, now: datetime, made_at: str = "") -> int:
    """Into the copy (made then), before it is put in place. Returns how many messages of it will be looked up.

    Whatever was sent after the copy was made has a higher number than any that the copy knows of its dialogue.
    """
    await tx.execute(update(peer).where(peer.c.community_id == community).values(restored=peer.c.known_max))
    waiting = [*DUE, *PARKED]
    mine = (outbox.c.community_id == community, outbox.c.effect == "send", one_of(outbox.c.state, waiting))
    highest = select(peer.c.known_max).where(peer.c.community_id == community, peer.c.peer == outbox.c.peer)
    probe = func.coalesce(outbox.c.probe_from, highest.scalar_subquery(), 0)
    marked = await tx.execute(update(outbox).where(*mine).values(look_first=1, probe_from=probe))
    rows = await tx.rows(select(outbox.c.id, outbox.c.state).where(*mine, one_of(outbox.c.state, DUE)))
    for row in rows:
        await move(tx, community, row["id"], [State(row["state"])], State.UNKNOWN, now, next_at=None)
    free = update(lane).where(lane.c.community_id == community, lane.c.lease_until.is_not(None))
    await tx.execute(free.values(owner=None, lease_until=None))
    # Everything is compared with VK again, from the first dialogue to the last.
    await tx.execute(delete(meta).where(meta.c.community_id == community, meta.c.name == "swept"))
    await note(tx, community, now)
    await upsert(tx, meta, [{"community_id": community, "name": FRESH, "value": made_at}])
    return marked


async def since(tx: Transaction, community: int) -> datetime | None:
    """When an older copy was last put back."""
    return tx.restored.get(community)


async def is_unknown(tx: Transaction, community: int, who: int, cmid: int) -> bool:
    """A message of ours from after the copy that nothing here knows of yet: its cause is still to be read from VK."""
    then = await tx.row(select(peer.c.restored).where(peer.c.community_id == community, peer.c.peer == who))
    if then is None or cmid <= then["restored"]:
        return False
    mine = (outbox.c.community_id == community, outbox.c.peer == who, outbox.c.cmid == cmid)
    return await tx.row(select(outbox.c.id).where(*mine)) is None


async def taken(tx: Transaction, community: int, who: int, cmids: Sequence[int]) -> set[int]:
    """Those of these numbers that are messages of rows we have."""
    mine = (outbox.c.community_id == community, outbox.c.peer == who, outbox.c.cmid.in_(sorted(cmids)))
    return {row["cmid"] for row in await tx.rows(select(outbox.c.cmid).where(*mine))}


async def stands_behind_unknown(tx: Transaction, community: int, row: Waiting) -> bool:
    """Whether VK shows in front of this message, in its dialogue, what nothing here has led to yet."""
    if row.kind != "message" or row.cmid is None or is_chat(row.peer):
        return False
    shown = [cmid for cmid in tx.restored.said.get((community, row.peer), {}) if cmid < row.cmid]
    if not shown:
        return False
    then = await tx.row(select(peer.c.restored).where(peer.c.community_id == community, peer.c.peer == row.peer))
    fresh = {cmid for cmid in shown if then is None or cmid > then["restored"]}
    return not fresh <= await taken(tx, community, row.peer, sorted(fresh))


async def last_said(tx: Transaction, community: int, who: int) -> datetime | None:
    """When VK got the last of our messages in this dialogue of which it is known again what they followed from."""
    shown = tx.restored.said.get((community, who), {})
    known = await taken(tx, community, who, list(shown))
    return max((shown[one] for one in known), default=None)


async def rows_of(tx: Transaction, community: int, who: int, cmids: Sequence[int]) -> list[int]:
    """The rows of the inbox that are these messages."""
    mine = (inbox.c.community_id == community, inbox.c.peer == who, inbox.c.kind == "message")
    return [row["id"] for row in await tx.rows(select(inbox.c.id).where(*mine, inbox.c.cmid.in_(cmids)))]


_NOT_FIRED = (
    update(inbox)
    .where(
        inbox.c.community_id == bindparam("of"),
        inbox.c.peer == bindparam("who"),
        inbox.c.kind == "internal",
        one_of(inbox.c.state, PENDING),
        func.substr(inbox.c.key, 1, func.length(bindparam("begins"))) == bindparam("begins"),
    )
    .values(state="ignored", reason="timer set anew", raw="", next_at=None, ended_at=bindparam("now", type_=Moment))
)


async def not_fired(
    tx: Transaction, community: int, changed: Sequence[StartTimer | CancelTimer], now: datetime
) -> None:
    """All that has come due meanwhile fires at once. What is set anew before its turn has not."""
    if community not in tx.restored:
        return
    begins = sorted({(one.peer, f"timer|{one.name}|{one.key}|") for one in changed if isinstance(one, StartTimer)})
    await tx.execute_many(_NOT_FIRED, [{"of": community, "who": who, "begins": at, "now": now} for who, at in begins])


async def answers(tx: Transaction, community: int, chat: int, cmid: int) -> list[Own]:
    """What may have been said to this message, as far as VK shows it: the first reply to it. Where VK shows none (it
    had refused the form of a reply), whatever is behind it, as it was, replies to nothing and has no cause yet."""
    lines = sorted(places.lines(tx, community, chat), key=lambda one: one.cmid)
    found = [one for one in lines if one.reply == cmid][:1]
    if not found:
        behind = [one for one in lines if one.cmid > cmid and not one.reply and one.text is not None]
        known = await taken(tx, community, chat, [one.cmid for one in behind])
        found = [one for one in behind if one.cmid not in known]
    return found


async def swept(tx: Transaction, community: int) -> bool:
    """Whether VK's list of dialogues was read to its end since."""
    done = select(meta.c.value).where(meta.c.community_id == community, meta.c.name == "swept")
    return await tx.row(done) is not None


_SOUGHT = (
    select(outbox.c.peer, outbox.c.random_id, outbox.c.looks, outbox.c.cause_at)
    .where(
        outbox.c.community_id == bindparam("of"),
        one_of(outbox.c.state, FLYING),
        outbox.c.state == State.UNKNOWN,
        outbox.c.look_first == 1,
    )
    .order_by(outbox.c.id)
)


_ON_ITS_WAY = select(outbox.c.looks).where(
    outbox.c.community_id == bindparam("of"),
    one_of(outbox.c.state, FLYING),
    outbox.c.effect == "send",
    outbox.c.first_attempt_at <= bindparam("since", type_=Moment),
)


async def settled(tx: Transaction, community: int) -> bool:
    """Everything since the copy was read, and of all that followed from what was handled again, or was on its way when
    the copy was made, it is known whether VK has it."""
    if not await swept(tx, community) or await gaps(tx, community, 1):
        return False
    sought = await tx.rows(_SOUGHT, {"of": community})
    if any(row["looks"] <= LOOKS and places.happened(tx, community, row["cause_at"]) for row in sought):
        return False
    flying = await tx.rows(_ON_ITS_WAY, {"of": community, "since": tx.restored.get(community)})
    return not any(row["looks"] <= LOOKS for row in flying)


TRIES = 3
"""Tries again, within some minute, after which an event that raises holds up no other dialogue (F20)."""

_TRIED_AGAIN = select(inbox.c.id).where(
    inbox.c.community_id == bindparam("of"),
    one_of(inbox.c.state, PENDING),
    inbox.c.next_at > bindparam("now", type_=Moment),
    inbox.c.attempts <= TRIES,
    inbox.c.at < bindparam("then", type_=Moment),
)


async def is_tried_again(tx: Transaction, community: int, then: datetime, now: datetime) -> bool:
    """Whether an event from before `then` raised and waits for its next try: what comes after it may hang on it."""
    params = {"of": community, "then": then, "now": now}
    return await tx.row(_TRIED_AGAIN.limit(1), params) is not None


async def settle(tx: Transaction, community: int, now: datetime) -> None:
    """What VK has shown already of that which has just followed again needs no look."""
    if not tx.restored.numbers:
        return
    for row in await tx.rows(_SOUGHT, {"of": community}):
        cmid = tx.restored.numbers.get((community, row["peer"], row["random_id"]))
        if cmid is not None:
            await outcomes.settle(tx, community, row["peer"], row["random_id"], cmid, now)


_NEXT = (
    select(inbox.c.key, inbox.c.raw)
    .where(
        inbox.c.community_id == bindparam("of"),
        inbox.c.peer == bindparam("who"),
        inbox.c.kind == "message",
        inbox.c.cmid > bindparam("behind"),
    )
    .order_by(inbox.c.cmid)
    .limit(10)
)


async def next_messages(tx: Transaction, community: int, row: Waiting) -> list[str | None]:
    """What was written next in the dialogue of this message."""
    found = await tx.rows(_NEXT, {"of": community, "who": row.peer, "behind": row.cmid or 0})
    return list(await tx.keys.unseal(community, RAW, [(f"{row.peer}|{one['key']}", one["raw"]) for one in found]))


_OF_CAUSES = select(outbox.c.cause, outbox.c.state, outbox.c.first_attempt_at, outbox.c.appeal).where(
    outbox.c.community_id == bindparam("of"), outbox.c.cause.in_(bindparam("causes", expanding=True))
)


async def appeal_of(tx: Transaction, community: int, cause: str) -> str | None:
    row = await tx.row(_OF_CAUSES, {"of": community, "causes": [cause]})
    return None if row is None else row["appeal"]


async def taken_back(
    tx: Transaction, community: int, answer: str, leading: str, others: Sequence[str], offer: str
) -> bool | None:
    """Whether an answer that VK does not have may have been taken back before the copy was put back: VK has the line
    with the button, and not the answer. None: not known yet. `answer`, `offer`: causes of its first part and of the
    line. `leading`: of an incident, what its line is about, and `others`, the same words to the others: once they have
    left to one, they are taken back from nobody (T6)."""
    said = {answer, leading, *others}
    rows = await tx.rows(_OF_CAUSES, {"of": community, "causes": sorted({*said, offer})})
    known = {row["cause"]: row for row in rows}
    if any(known[one]["state"] == State.SENT for one in said & known.keys()):
        return False  # its first part went out
    if answer != leading and leading in known and known[leading]["state"] == State.UNKNOWN:
        return None
    line = known.get(offer)
    if line is None or line["state"] == State.CANCELLED:
        return False
    if line["state"] == State.UNKNOWN:
        return None
    at = line["first_attempt_at"]
    return bool(line["state"] == State.SENT and (at is None or at <= tx.restored[community]))


async def copied(tx: Transaction, community: int, now: datetime) -> None:
    """For the statistics: when the last copy was made."""
    await upsert(tx, meta, [{"community_id": community, "name": COPIED, "value": now.isoformat()}])


async def last_copied(tx: Transaction, community: int) -> str | None:
    row = await tx.row(select(meta.c.value).where(meta.c.community_id == community, meta.c.name == COPIED))
    return None if row is None else str(row["value"])


async def note(tx: Transaction, community: int, now: datetime) -> None:
    await upsert(tx, meta, [{"community_id": community, "name": AT, "value": now.isoformat()}])
    tx.restored[community] = now


async def resume(tx: Transaction, community: int, now: datetime) -> str | None:
    """At every start, before anything is read from VK: the first one after a restore is what events are older than.
    Returns when the copy was made, at that one start."""
    of = (meta.c.community_id == community, meta.c.name == FRESH)
    found = await tx.row(select(meta.c.value).where(*of))
    if found is None:
        return None
    await tx.execute(delete(meta).where(*of))
    await note(tx, community, now)
    return str(found["value"])
