"""After an older copy was put back, what was handled once is read from VK and handled again, as it was then.

In the time of its own message, one event after another, an answer never before the card it answers (delivery.md §13).
It must never touch anything newer than the restore.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.running import Running
from states.events import ButtonPressed, Event, MessageNew, TimerFired
from storage import restored, timers
from storage.database import Transaction
from storage.inbox import Waiting

LONGEST = timedelta(days=1)
"""So long after the restored start something older may still come in."""

PATIENCE = timedelta(minutes=15)
"""So long after it an answer waits for its card. A card that followed from a button may never come again."""

PAUSE = timedelta(seconds=1)
FIRED_AT_ONCE = 200


async def fire_timers(tx: Transaction, bot: Running, now: datetime) -> None:
    """Before the next event is chosen: a timer that stood before it comes before it."""
    since = tx.restored.get(bot.community)
    if since is not None and now <= since + LONGEST:
        await timers.fire(tx, bot.community, now, FIRED_AT_ONCE)


def chosen(tx: Transaction, bot: Running, rows: Sequence[Waiting]) -> Sequence[Waiting]:
    """An old event by itself: it has a time of its own."""
    since = tx.restored.get(bot.community)
    if since is None:
        return rows
    old = [row for row in rows if row.at is not None and row.at <= since]
    return old[:1] or rows


def then(tx: Transaction, bot: Running, row: Waiting, event: Event, now: datetime) -> datetime:
    """What time it is for this event."""
    since = tx.restored.get(bot.community)
    happened = event.at if isinstance(event, TimerFired) else row.at
    if since is None or happened is None or happened > since or row.kind not in ("message", "internal"):
        return now
    return min(happened, now)


async def too_early(tx: Transaction, bot: Running, row: Waiting, event: Event, now: datetime) -> bool:
    """Whether it speaks of a message of ours that is still to be found; then it waits, and its chat with it (I3)."""
    since = tx.restored.get(bot.community)
    if since is None or now > since + LONGEST:
        return False
    match event:
        case MessageNew(message) if message.reply is not None and message.reply.author == -bot.community:
            about = message.peer, message.reply.cmid
        case ButtonPressed():
            about = event.peer, event.cmid
        case _:
            return False
    if now > since + PATIENCE and await restored.swept(tx, bot.community):
        return False
    if not await restored.is_unknown(tx, bot.community, *about):
        return False
    await restored.wait(tx, bot.community, row, now + PAUSE)
    return True
