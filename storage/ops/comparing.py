"""Compares a week of a dialogue in VK with the stored rows (I13: I1–I3 recomputed). It changes nothing.

A message that was deleted in VK since is counted apart: nobody can tell it from a lost message.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select

from states.messages import is_chat
from storage.db.columns import in_community
from storage.db.schema import Moment, chat, inbox, one_of, outbox, peer
from storage.db.transaction import Transaction
from storage.outbox.enqueue import OutboxState


@dataclass(frozen=True, slots=True)
class VkMessage:
    """A message as VK shows it. `words` is what it says, to tell a second copy from another message."""

    cmid: int
    at: datetime
    own: bool
    random_id: int
    words: str


@dataclass(slots=True)
class Differences:
    """`missing`: theirs that the inbox lacks (I1). `unsettled`: ours that VK has and the outbox does not call sent.
    `twice`: ours that VK has once more (I2, I3). `gone`: sent, not there any more. `foreign`: of another program."""

    missing: list[int] = field(default_factory=list)
    unsettled: list[VkMessage] = field(default_factory=list)
    twice: int = 0
    gone: int = 0
    foreign: int = 0


_PEER = select(peer.c.erased, peer.c.gated).where(in_community(peer), peer.c.peer == bindparam("who"))
_BOUND = select(chat.c.bound_at).where(in_community(chat), chat.c.peer == bindparam("who"))
_CAME = select(inbox.c.cmid).where(
    in_community(inbox),
    inbox.c.peer == bindparam("who"),
    inbox.c.kind == "message",
    inbox.c.cmid.in_(bindparam("cmids", expanding=True)),
)
_SAID = select(outbox.c.random_id, outbox.c.cmid, outbox.c.state).where(
    in_community(outbox),
    outbox.c.peer == bindparam("who"),
    outbox.c.random_id.in_(bindparam("ids", expanding=True)),
)
_SENT = select(outbox.c.cmid).where(
    in_community(outbox),
    outbox.c.peer == bindparam("who"),
    outbox.c.effect == "send",
    one_of(outbox.c.state, [OutboxState.SENT]),
    outbox.c.cmid.between(bindparam("lowest"), bindparam("highest")),
    outbox.c.ended_at <= bindparam("until", type_=Moment),
)


async def compare(
    tx: Transaction, who: int, shown: Sequence[VkMessage], since: datetime, until: datetime
) -> Differences:
    """What of VK's history our database lacks or has otherwise. `shown` is unbroken from its lowest to its highest
    number. Nothing outside of since…until is judged."""
    of = {"who": who}
    known = await tx.row(_PEER, of)
    erased = known["erased"] if known is not None else 0
    forgotten = (await tx.keys.last_forgotten([who])).get(who, 0) if not is_chat(who) else 0
    begins = await _begins(tx, of, who, since)
    judged = [seen for seen in shown if seen.cmid > max(erased, forgotten) and begins <= seen.at <= until]
    found = Differences()
    if not judged:
        return found
    theirs = [seen.cmid for seen in judged if not seen.own]
    came = {row["cmid"] for row in await tx.rows(_CAME, {**of, "cmids": theirs or [0]})}
    found.missing = sorted(set(theirs) - came)
    await _ours(tx, of, [seen for seen in judged if seen.own], found)
    numbers = {seen.cmid for seen in shown}
    span = {"lowest": min(seen.cmid for seen in judged), "highest": max(numbers), "until": until}
    found.gone = sum(row["cmid"] not in numbers for row in await tx.rows(_SENT, {**of, **span}))
    return found


async def _begins(tx: Transaction, of: dict[str, Any], who: int, since: datetime) -> datetime:
    """A chat is ours to answer for from the day it was bound."""
    if not is_chat(who):
        return since
    row = await tx.row(_BOUND, of)
    bound = row["bound_at"] if row is not None else None
    return since if bound is None else max(since, bound)


async def _ours(tx: Transaction, of: dict[str, Any], own: Sequence[VkMessage], found: Differences) -> None:
    """Adds to `found` what differs in our own messages, found by random_id; one without it was written by a person in
    the community's name."""
    ids = sorted({seen.random_id for seen in own if seen.random_id})
    rows = {row["random_id"]: row for row in await tx.rows(_SAID, {**of, "ids": ids or [0]})}
    said = {seen.words for seen in own if seen.random_id in rows and rows[seen.random_id]["cmid"] == seen.cmid}
    for seen in own:
        row = rows.get(seen.random_id)
        if row is None:
            again = bool(seen.random_id and seen.words and seen.words in said)
            found.twice += again
            found.foreign += bool(seen.random_id) and not again
        elif row["state"] != OutboxState.SENT:
            found.unsettled.append(seen)
        else:
            found.twice += row["cmid"] != seen.cmid
