"""What an official wrote is read again before it leaves, and at times after: VK tells in no chat that a message was
deleted, and perhaps in none that it was changed.

It must never hold an answer back for what VK does not show: then it leaves as it was written.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.process.log import log
from bot.process.retry import CHAT
from bot.runtime import Runtime
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping, message, number_of
from bot.vk.render import execute_code
from states.events import SourceRead
from storage.inbox import timers
from storage.inbox.timers import ToRead

READ = "messages.getByConversationMessageId"
AT_ONCE = 25
AGAIN = 2.0
BELIEVED_AFTER = timedelta(seconds=10)
"""VK's history may lag behind its events: what it does not show is deleted only if it still is so much later, and only
if a later number is shown: a history that ends before it has not come so far."""
GIVEN_UP_AFTER = timedelta(minutes=10)
"""So long VK is asked when it does not answer; an answer is worth more than to know whether it was changed. So long no
history lags: what is not shown then is deleted."""
AROUND = 5
"""Numbers on both sides are asked for too: where VK shows none of them it shows us nothing of that chat."""


async def read_sources(bot: Runtime) -> None:
    """Read again what is due, until told to stop, or until nothing is and the bell lets it rest."""
    while not bot.stopping.is_set():
        bot.sources.clear_signal()
        waiting = await bot.db.run(lambda tx: timers.to_read(tx, AT_ONCE))
        now = bot.clock.now()
        due = [to_read for to_read in waiting if to_read.at <= now]
        if not due:
            if not await bot.sources.wait((waiting[0].at - now).total_seconds() if waiting else math.inf):
                return
            continue
        bot.asked_since = {source.key: bot.asked_since.get(source.key, bot.clock.monotonic()) for source in due}
        done = await read_from_vk(bot, {source: bot.asked_since[source.key] for source in due})
        if done:
            await bot.db.run(lambda tx, done=done: timers.read(tx, done, bot.clock.now()))  # type: ignore[misc]
            bot.events.notify()
        if len(done) < len(due) and not await bot.sources.wait(AGAIN):
            return


async def read_from_vk(bot: Runtime, asked: Mapping[ToRead, float]) -> list[tuple[ToRead, SourceRead]]:
    """What VK shows of these, 25 in one call; without those that must be asked for again, and without what stands
    behind one of those in its chat: no answer overtakes another (I5). `asked`: when VK was first asked for each, by the
    monotonic clock, for a clock that jumps a day ahead makes no history late (F23)."""
    await bot.pace.turn()
    calls = [
        (READ, {"peer_id": to_read.peer, "conversation_message_ids": around(to_read.parts[1])}) for to_read in asked
    ]
    try:
        done = await bot.vk.batch(execute_code(calls))
    except (VkError, NotReached, Uncertain) as error:
        log.warning("read_sources_failed", loop="read_sources", error=type(error).__name__, count=len(asked))
        return [
            (to_read, unknown(bot, to_read))
            for to_read, first in asked.items()
            if time_since(bot, first) > GIVEN_UP_AFTER
        ]
    errors = iter(done.errors)
    found: list[tuple[ToRead, SourceRead]] = []
    again: set[int] = set()
    for (to_read, first), value in zip(asked.items(), done.values, strict=False):
        code = next(errors, ("", 0))[1] if value is False else 0
        event = read_of(bot, to_read, mapping(value).get("items"), code, time_since(bot, first))
        if event is None:
            again.add(to_read.peer)
        elif to_read.peer not in again:
            found.append((to_read, event))
    return found


def time_since(bot: Runtime, first: float) -> timedelta:
    """How long ago that was by the monotonic clock, on which `first` is a reading in seconds."""
    return timedelta(seconds=bot.clock.monotonic() - first)


def around(cmid: int) -> str:
    """The numbers around a message, as VK's method takes them."""
    return ",".join(str(number) for number in range(max(1, cmid - AROUND), cmid + AROUND + 1))


def read_of(bot: Runtime, to_read: ToRead, items: object, code: int, waited: timedelta) -> SourceRead | None:
    """What VK shows of an official's message as an event; None where VK has not answered, or may show it a little
    later."""
    if not isinstance(items, list):
        return unknown(bot, to_read) if code in CHAT or waited > GIVEN_UP_AFTER else None
    there: dict[int, Mapping[str, Any]] = {number_of(mapping(item)): mapping(item) for item in items}
    appeal, cmid, seen = to_read.parts
    item = there.get(cmid)
    if item is not None and not item.get("deleted"):
        # In `getByConversationMessageId` VK leaves out the dialogue that was asked for.
        said = message({**item, "peer_id": to_read.peer}, bot.signer, content=True)
        return SourceRead(to_read.peer, appeal, cmid, seen, said, True, bot.clock.now())
    if not there:
        return unknown(bot, to_read)
    believed = item is not None or waited >= (BELIEVED_AFTER if max(there) > cmid else GIVEN_UP_AFTER)
    return SourceRead(to_read.peer, appeal, cmid, seen, None, True, bot.clock.now()) if believed else None


def unknown(bot: Runtime, to_read: ToRead) -> SourceRead:
    """The result of a look at an official's message that VK would not show."""
    appeal, cmid, seen = to_read.parts
    return SourceRead(to_read.peer, appeal, cmid, seen, None, False, bot.clock.now())
