"""After an older copy was put back, what was handled once is read from VK and handled again, as it was then.

All of it is read first. Then one event after another, in the order and the time in which they happened, and none before
VK was asked what it already has of what followed from the one before (delivery.md §13). Nothing newer may be touched.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import accumulate

from bot.runtime import Running
from bot.vk.parse import event_of
from handlers.views.own_screens import was_asked
from states.decision import Decision, ignore
from states.effects import Reread, Send
from states.events import ButtonPressed, Event, MessageNew, TimerFired
from states.facts import Facts
from states.messages import is_chat
from storage.db.transaction import Own, Transaction
from storage.inbox import inbox, timers
from storage.inbox.inbox import Waiting
from storage.legacy import places, restored

PATIENCE = timedelta(minutes=15)
"""So long after the restored start. What VK has not shown by then is not waited for: people write meanwhile."""

FIRED_AT_ONCE = 200
HEADS = 1000
TICK = timedelta(microseconds=1)
SECOND = timedelta(seconds=1)


def times(dates: Sequence[datetime | None], since: datetime | None) -> list[datetime | None]:
    """When each update of one answer of VK happened, of those that are lived through again. VK tells whole seconds; of
    one second its order is kept, in the microseconds. Of a button it tells nothing: that is as old as the older of its
    neighbours, for an answer may tell all backwards (F11)."""
    before = accumulate(dates, _told)
    after = reversed(list(accumulate(reversed(dates), _told)))
    found: list[datetime | None] = []
    within: Counter[datetime] = Counter()
    for around in zip(before, after, strict=True):
        at = min((date for date in around if date is not None), default=None)
        if since is None or at is None or at > since:
            found.append(None)
        else:
            found.append(min(at + within[at] * TICK, since))
            within[at] += 1
    return found


def _told(last: datetime | None, date: datetime | None) -> datetime | None:
    return date or last


async def heads(
    tx: Transaction, bot: Running, now: datetime, limit: int, read: Callable[[Waiting], Event]
) -> list[Waiting]:
    """The next events: of what is lived through again the oldest by itself, as soon as nothing older can come."""
    since = tx.restored.get(bot.community)
    if since is None or now > since + PATIENCE:
        places.forget(tx)
        return await inbox.heads(tx, bot.community, now, limit)
    await timers.fire(tx, bot.community, now, FIRED_AT_ONCE)
    rows = await inbox.heads(tx, bot.community, now, HEADS)
    if not rows or not await restored.settled(tx, bot.community):
        return []
    if timeless := [row for row in rows if row.at is None]:
        return timeless[:limit]  # «прочитано» and the like hang on nothing, and would hold up their dialogue
    old = sorted((lived(tx, bot, row) or row.at, row.id, row) for row in rows if row.at is not None and row.at <= since)
    first = old[0][0] if old else since
    if await restored.is_tried_again(tx, bot.community, first, now):
        return []
    if not old:
        return rows[:limit]
    for at, _, row in old:
        # Where VK's order is not known, its seconds are: an answer is never before the card it answers (I3), and nobody
        # has read what he answers before that was said.
        if at < first + SECOND and not await hangs_on_unknown(tx, bot, row, read(row)):
            return [row]
    return [old[0][2]]


async def hangs_on_unknown(tx: Transaction, bot: Running, row: Waiting, event: Event) -> bool:
    return await restored.stands_behind_unknown(tx, bot.community, row) or await speaks_of_unknown(tx, bot, event)


async def speaks_of_unknown(tx: Transaction, bot: Running, event: Event) -> bool:
    """Whether it is about a message of ours that nothing here has led to yet."""
    ours = points_at_ours(bot, event)
    return ours is not None and await restored.is_unknown(tx, bot.community, *ours)


def points_at_ours(bot: Running, event: Event) -> tuple[int, int] | None:
    """(peer, cmid) of the message of ours that was replied to or pressed."""
    match event:
        case MessageNew(message) if message.reply is not None and message.reply.author == -bot.community:
            return message.peer, message.reply.cmid
        case ButtonPressed():
            return event.peer, event.cmid
        case _:
            return None


async def then(tx: Transaction, bot: Running, row: Waiting, event: Event, now: datetime) -> datetime:
    """What time it is for this event."""
    since = tx.restored.get(bot.community)
    happened = event.at if isinstance(event, TimerFired) else lived(tx, bot, row)
    if since is None or happened is None or happened > since:
        return now
    if row.kind != "message" or is_chat(row.peer):
        return min(happened, now)
    latest = happened
    if (bot.community, row.id) in tx.restored.late:
        latest = max(happened, await restored.last_said(tx, bot.community, row.peer) or happened)
    places.unsure(tx, bot.community, row.peer, latest - happened)
    return min(latest, now)


async def note_reread(tx: Transaction, bot: Running, row: Waiting, decision: Decision, now: datetime) -> None:
    """What was dropped before consent was handled only behind it, in the order in which we answered."""
    if places.happened(tx, bot.community, row.at) is None:
        return
    for one in decision.effects:
        if isinstance(one, Reread):
            rows = await restored.rows_of(tx, bot.community, one.peer, sorted({*one.cmids} - {row.cmid}))
            tx.restored.late.update({(bot.community, number): now for number in rows})


def lived(tx: Transaction, bot: Running, row: Waiting) -> datetime | None:
    """When it was handled, as far as that is known to have been later than when it happened."""
    return tx.restored.late.get((bot.community, row.id), row.at)


async def is_later(tx: Transaction, bot: Running, row: Waiting, decision: Decision) -> bool:
    """Whether VK shows below these words of an official what does not follow from them yet: something had held them up,
    and they were handled later than they were written. They are tried again behind whatever happened next, at the
    latest when VK got what it shows. Where it does not show to what it replied, only what changes nothing waits."""
    at = lived(tx, bot, row)
    if row.kind != "message" or not is_chat(row.peer) or at is None or not places.happened(tx, bot.community, at):
        return False
    found = await restored.answers(tx, bot.community, row.peer, row.cmid or 0)
    if follows(row, decision, found):
        return False
    times = (places.said(tx, bot.community, one.peer, one.cmid) for one in found)
    last = max((one + SECOND for one in times if one is not None), default=at)
    if at >= last:
        return False
    others = [lived(tx, bot, one) for one in await inbox.heads(tx, bot.community, bot.clock.now(), HEADS)]
    following = min((one for one in others if one is not None and one > at), default=last)
    tx.restored.late[bot.community, row.id] = min(following + TICK, last)
    return True


def follows(row: Waiting, decision: Decision, found: Sequence[Own]) -> bool:
    """Whether this may be what VK shows. Of the replies to officials only the line about an answer is ever edited."""
    told = {one.text for one in decision.effects if isinstance(one, Send) and one.reply_to == row.cmid}
    if not found or any(one.text in told for one in found):
        return True
    return not only_says(decision) and not any(one.reply and one.text is not None for one in found)


def only_says(decision: Decision) -> bool:
    """A refusal or a list: tried again later it is the same for everybody else."""
    return bool(decision.effects) and replace(decision, effects=()) == Decision()


async def unless_said(tx: Transaction, bot: Running, row: Waiting, decision: Decision) -> Decision:
    """A refusal below words whose line VK shows edited: what became of them stands there already."""
    if row.kind != "message" or not is_chat(row.peer) or not places.happened(tx, bot.community, row.at):
        return decision
    found = await restored.answers(tx, bot.community, row.peer, row.cmid or 0)
    edited = any(one.reply and one.text is None for one in found)
    return ignore("об этом уже сказано") if edited and only_says(decision) else decision


async def as_then(tx: Transaction, bot: Running, row: Waiting, event: Event, facts: Facts) -> Facts:
    """Whether «Отправить» was answered by «Похоже на …» hung on what others did in that moment. What its resident did
    next tells it. A card that was replied to may be one that the copy does not know."""
    since = tx.restored.get(bot.community)
    if since is None or row.kind != "message" or row.at is None or row.at > since:
        return facts
    if is_chat(row.peer):
        return replace(facts, unknown_card=facts.linked is None and await speaks_of_unknown(tx, bot, event))
    following = await restored.next_messages(tx, bot.community, row)
    events = [event_of("message", raw, bot.signer, content=True) for raw in following if raw]
    return replace(facts, asks=was_asked(one.message for one in events if isinstance(one, MessageNew)))
