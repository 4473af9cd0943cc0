"""T1: what VK tells goes into the inbox, whichever way it came: by the long poll or posted by Callback API.

It must never say that something is kept before it is on disk, nor keep what nobody has consented to (R7, I11).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.process.clock import Clock
from bot.vk.parse import arrived, is_for_nobody, mapping, message_of, own_message, whole
from bot.vk.payload import Signer
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.transaction import Transaction
from storage.inbox import admission, history, inbox
from storage.ops import recovery_mark
from storage.outbox import outcomes


@dataclass(frozen=True, slots=True)
class Intake:
    """What it needs of a community: a panel that runs apart has no more than this. `consent` is the hash of the text
    that people agree to (R8)."""

    db: Database
    clock: Clock
    signer: Signer
    consent: str


@dataclass(frozen=True, slots=True)
class Kept:
    """How many events were new. `to_handle`: there may be something to decide, `behind`: something is to be read from
    VK's history."""

    new: int
    to_handle: bool
    behind: bool


async def keep(intake: Intake, updates: Sequence[object], ts: str | None = None) -> Kept:
    """All of these and the place in VK's queue, in one transaction.

    Raises:
        Unavailable: nothing is kept. Also while an older copy is being caught up with (delivery.md §13): its loops do
            not run yet, and what is posted meanwhile would be decided before what VK shows is read.
    """
    own = [one for one in map(own_message, updates) if one is not None]
    messages = [message_of(mapping(update)) for update in updates]
    authors = [whole(message.get("from_id")) for message in messages]
    peers = [whole(message.get("peer_id")) for message in messages]

    async def body(tx: Transaction) -> Kept:
        if ts is None and await recovery_mark.marked(tx) is not None:
            raise Unavailable("an older copy was put back")
        now = intake.clock.now()
        consented, bound = await admission.at_the_door(tx, authors, peers, intake.consent)
        rows = [
            arrived(update, intake.signer, consented=author in consented, chat_bound=peer in bound)
            for update, author, peer in zip(updates, authors, peers, strict=True)
            if not is_for_nobody(update, intake.signer)
        ]
        new = await inbox.ingest(tx, rows, ts=ts, now=now, own=[(one.peer, one.cmid) for one in own])
        await outcomes.record_seen(tx, own, now)
        # What is not new a panel that runs apart may have kept: it wakes nobody. And of a message of ours that is seen
        # before VK's answer comes, its delivery is told here.
        to_handle = len(updates) > len(own) or tx.counted("received") > 0
        return Kept(new, to_handle, await history.behind(tx))

    return await intake.db.run(body)
