"""Each night a week of VK's own history is compared with what is stored (I13): what is missing is taken in at once.

It must never disturb: a few calls a second, and nothing is sent.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.delivery.backfill import PAGE, READ, OfGap, all_kept, heads_of, shown_heads
from bot.runtime import Runtime
from bot.vk.errors import VkError
from bot.vk.parse import mapping, moment, whole
from storage.db.transaction import Own, Transaction
from storage.inbox import history
from storage.inbox.history import Gap
from storage.ops import comparing
from storage.ops.comparing import Differences, VkMessage
from storage.outbox import outcomes
from storage.records import chats

WEEK = timedelta(days=7)
SETTLED = timedelta(minutes=15)
"""What is younger may still be on its way (I8)."""
CHUNK = 100
BREATH = 0.2
TOO_FAST = 6


@dataclass(slots=True)
class NightlyFindings:
    """Of all dialogues together. `alarming` is what cannot be explained by people."""

    dialogues: int = 0
    messages: int = 0
    missing: int = 0
    unsettled: int = 0
    twice: int = 0
    gone: int = 0
    foreign: int = 0
    unseen: int = 0

    @property
    def alarming(self) -> int:
        """How many findings must wake somebody."""
        return self.missing + self.unsettled + self.twice

    def detail(self) -> str:
        """The counts in Russian words."""
        counts = f"пропущено {self.missing}, не отмечено {self.unsettled}, дважды {self.twice}, не найдено {self.gone}"
        return counts + (f", не показано переписок {self.unseen}" if self.unseen else "")


async def compare_week(bot: Runtime) -> NightlyFindings:
    """Every dialogue of the last seven days, as far as rows are kept.

    Raises:
        VkError, NotReached, Uncertain: VK shows no list of dialogues, or none of them.
    """
    now = bot.clock.now()
    kept = min(bot.settings.retention_days, bot.settings.outbox_days)
    since = now - min(WEEK, timedelta(days=kept))
    installed = await bot.db.run(history.installed_at)
    since = max(since, installed or since)
    found = NightlyFindings()
    refused: VkError | None = None
    async for peer, last in dialogues(bot, since):
        found.dialogues += 1
        try:
            await one_dialogue(bot, peer, last, since, now - SETTLED, found)
        except VkError as error:  # a chat that is ours no more; the sweep says so
            found.unseen += 1
            refused = error
    if refused is not None and found.unseen == found.dialogues:
        raise refused  # nothing was looked at, so nothing agrees
    return found


async def dialogues(bot: Runtime, since: datetime) -> AsyncIterator[tuple[int, int]]:
    """(peer, its last number): private ones from VK's list, newest first, and bound chats by name."""
    offset = 0
    while True:
        await breathe(bot)
        params = {"count": PAGE, "offset": offset, "filter": "all"}
        answer = mapping(await bot.vk.call("messages.getConversations", params))
        items = [mapping(item) for item in answer.get("items") or []]
        for peer, last in heads_of(items).items():
            yield peer, last
        offset += len(items)
        oldest = moment(mapping(items[-1].get("last_message")).get("date")) if items else None
        if len(items) < PAGE or (oldest is not None and oldest < since):
            break
    bound = await bot.db.run(chats.bound)
    for start in range(0, len(bound), CHUNK):
        await breathe(bot)
        for peer, last in (await shown_heads(bot, [chat.peer for chat in bound[start : start + CHUNK]])).items():
            yield peer, last


async def breathe(bot: Runtime) -> None:
    """A pause, so that the comparison never takes VK's calls from messages."""
    await bot.clock.sleep(BREATH)
    await bot.pace.turn()


async def one_dialogue(
    bot: Runtime, peer: int, last: int, since: datetime, until: datetime, found: NightlyFindings
) -> None:
    """Compares one dialogue from the newest number backwards, a hundred at a time; adds to `found`."""
    while last > 0:
        first = max(1, last - CHUNK + 1)
        await breathe(bot)
        numbers = ",".join(map(str, range(first, last + 1)))
        try:
            answer = mapping(await bot.vk.call(READ, {"peer_id": peer, "conversation_message_ids": numbers}))
        except VkError as error:
            if error.code != TOO_FAST:
                raise
            bot.pace.too_fast()
            continue
        items = [mapping(item) for item in answer.get("items") or []]
        shown = [seen_message(bot, item) for item in items]
        found.messages += len(shown)
        differences = await bot.db.run(lambda tx: mend_differences(tx, bot, peer, items, shown, since, until))  # noqa: B023
        add(found, differences)
        if shown and min(message.at for message in shown) < since:
            return
        last = first - 1
    bot.events.notify()


def seen_message(bot: Runtime, item: Mapping[str, Any]) -> VkMessage:
    """A message of VK's history as the comparison needs it; `random_id` of our own messages only."""
    own = whole(item.get("from_id")) == -bot.community or bool(whole(item.get("out")))
    at = moment(item.get("date")) or bot.clock.now()
    cmid = whole(item.get("conversation_message_id"))
    return VkMessage(cmid, at, own, whole(item.get("random_id")) if own else 0, str(item.get("text", "")))


async def mend_differences(
    tx: Transaction,
    bot: Runtime,
    peer: int,
    items: Sequence[Mapping[str, Any]],
    shown: Sequence[VkMessage],
    since: datetime,
    until: datetime,
) -> Differences:
    """What differs; VK's history is right, so what is missing is taken in and what VK has is called sent."""
    found = await comparing.compare(tx, peer, shown, since, until)
    own = [Own(peer, message.cmid, message.random_id) for message in found.unsettled]
    await outcomes.record_seen(tx, own, bot.clock.now())
    if found.missing:
        await all_kept(tx, bot, [OfGap(Gap(peer, tuple(found.missing)), items)])
    return found


def add(found: NightlyFindings, differences: Differences) -> None:
    """Adds what differs in one dialogue to the sums of the night."""
    found.missing += len(differences.missing)
    found.unsettled += len(differences.unsettled)
    found.twice += differences.twice
    found.gone += differences.gone
    found.foreign += differences.foreign
