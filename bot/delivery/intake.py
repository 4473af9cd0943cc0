"""T1: what VK tells goes into the inbox, whichever way it came: by the long poll or posted by Callback API.

It must never say that something is kept before it is on disk, nor keep what nobody has consented to (R7, I11).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.config.settings import OFF, Settings, silent_words
from bot.process.clock import Clock
from bot.vk import comments
from bot.vk.parse import arrived_event, is_for_nobody, mapping, message_of, own_message, whole
from bot.vk.payload import Signer
from states.facts import Rules
from states.finder import Finder
from storage.db.database import Database
from storage.db.errors import Unavailable
from storage.db.transaction import Transaction
from storage.inbox import admission, history, inbox
from storage.inbox.inbox import Arrived
from storage.ops import recovery_mark
from storage.outbox import outcomes


@dataclass(frozen=True, slots=True)
class Intake:
    """What it needs of a community: a panel that runs apart has no more than this. `consent` is the hash of the text
    that people agree to (R8). `reading` makes marks of a comment under a post; None: those are not listened to."""

    db: Database
    clock: Clock
    signer: Signer
    consent: str
    reading: comments.CommentReading | None = None


PRESS = "message_event"
RETRIES = tuple(timedelta(seconds=seconds) for seconds in (10, 180, 600, 1800, 3600))
"""After which VK posts an event again (vk-api.md §10)."""


@dataclass(frozen=True, slots=True)
class IntakeResult:
    """How many events were new. `to_handle`: there may be something to decide, `behind`: something is to be read from
    VK's history."""

    new: int
    to_handle: bool
    behind: bool


async def keep(intake: Intake, updates: Sequence[object], ts: str | None = None, *, tried: int = 0) -> IntakeResult:
    """All of these and the place in VK's queue, in one transaction. `tried`: how often VK has posted it in vain.

    Raises:
        Unavailable: nothing is kept. Also while an older copy is being caught up with (delivery.md §13): its loops do
            not run yet, and what is posted meanwhile would be decided before what VK shows is read.
    """
    own = [message for message in map(own_message, updates) if message is not None]
    messages = [message_of(mapping(update)) for update in updates]
    authors = [whole(message.get("from_id")) for message in messages]
    peers = [whole(message.get("peer_id")) for message in messages]

    async def body(tx: Transaction) -> IntakeResult:
        if ts is None and await recovery_mark.read_mark(tx) is not None:
            raise Unavailable("an older copy was put back")
        now = intake.clock.now()
        if tried and await is_gone(tx, updates, now - sum(RETRIES[:tried], timedelta())):
            return IntakeResult(0, to_handle=False, behind=False)
        consented, bound = await admission.at_the_door(tx, authors, peers, intake.consent)
        rows = [
            arrived_event(update, intake.signer, consented=author in consented, chat_bound=peer in bound)
            for update, author, peer in zip(updates, authors, peers, strict=True)
            if not is_for_nobody(update, intake.signer) and not (intake.reading and comments.is_comment(update))
        ]
        rows += said_under_posts(intake.reading, updates) if intake.reading is not None else []
        new = await inbox.ingest(tx, rows, ts=ts, now=now, own=[(message.peer, message.cmid) for message in own])
        await outcomes.record_seen(tx, own, now)
        # What is not new a panel that runs apart may have kept: it wakes nobody. And of a message of ours that is seen
        # before VK's answer comes, its delivery is told here.
        to_handle = len(updates) > len(own) or tx.tally_of("received") > 0
        return IntakeResult(new, to_handle, await history.behind(tx))

    return await intake.db.run(body)


async def is_gone(tx: Transaction, updates: Sequence[object], since: datetime) -> bool:
    """Pressed before an older copy began to listen: as what stood in VK's queue then (delivery.md §13)."""
    if not any(mapping(update).get("type") == PRESS for update in updates):
        return False
    listened_from = await recovery_mark.listened_from(tx)
    return listened_from is not None and since < listened_from


def said_under_posts(reading: comments.CommentReading, updates: Sequence[object]) -> list[Arrived]:
    """The comments of people in these events, without their words (R7)."""
    found = (comments.row_of_event(update, reading) for update in updates if comments.is_comment(update))
    return [comment for comment in found if comment is not None]


def reading_of(settings: Settings, rules: Rules, find: Callable[[], Finder]) -> comments.CommentReading | None:
    """What reads comments for the inbox; None where they are switched off, or left out. `find`: by the directory of
    just now."""
    rule = next(iter(rules.comments), None)
    if rule is None or settings.comments == OFF:
        return None
    marks, silence = rule.reads, partial(rule.reads_post, words=silent_words(settings))
    return comments.CommentReading(lambda text, files: marks(find(), text, files), silence)
