"""Asks VK's history whether an unconfirmed send happened (delivery.md §8). It must never guess."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any

from bot.delivery.send_outcome import REPEATED, SendOutcome, Verdict
from bot.runtime import Runtime
from bot.vk import render
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping, number_of, whole
from handlers.text.parts import NOTE, units
from handlers.text.texts import lost_files
from states.degraded import form
from states.effects import DATA, Kind, Send
from states.messages import is_chat
from states.people.comments import WALLS
from storage.inbox import watermarks
from storage.outbox import enqueue
from storage.outbox.enqueue import Outgoing

CHUNK = 100
CHUNKS = 30
"""As far as is looked in one go; a dialogue with more messages since is looked through the next time."""


async def verify_delivery(bot: Runtime, row: Outgoing) -> SendOutcome:
    """SENT with its cmid, ABSENT when every number after the try was seen, UNKNOWN when VK would not show them."""
    if row.peer in WALLS:
        from bot.delivery.verify_comment import verify_comment  # of a region that answers under posts

        return await verify_comment(bot, row)
    # What VK calls repeated may have been said by a life that an older copy does not know (delivery.md §13). Of so long
    # ago only the id proves it: others have said the same words.
    start = max(1, row.probe_from + 1 - (CHUNK if row.code == REPEATED else 0))
    seen: set[int] = set()
    alike: list[int] = []
    for chunk in range(CHUNKS):
        cmids = range(start + chunk * CHUNK, start + (chunk + 1) * CHUNK)
        try:
            items = await read_messages(bot, row.peer, cmids)
        except VkError as error:
            if error.code == 6:
                bot.pace.too_fast()
            return SendOutcome(Verdict.UNKNOWN, reason="нельзя посмотреть")
        except (NotReached, Uncertain):
            return SendOutcome(Verdict.UNKNOWN, reason="нельзя посмотреть")
        for item in items:
            if is_it(bot, row, item):
                return SendOutcome(Verdict.SENT, cmid=number_of(item), own=True)
            if number_of(item) > row.probe_from and sounds_like_it(bot, row, item):
                alike.append(number_of(item))
        seen |= {number_of(item) for item in items}
        if not items and cmids[-1] > row.probe_from:
            outcome = await said_otherwise(bot, row, alike)
            return replace(outcome, hidden=await hides_numbers(bot, row, seen))
    return SendOutcome(Verdict.UNKNOWN, reason="слишком длинная история")


async def read_messages(bot: Runtime, peer: int, cmids: range) -> list[Mapping[str, Any]]:
    """Those of the dialogue's messages with these numbers that VK shows. It waits for its turn at VK's rate limit
    first."""
    await bot.pace.turn()
    numbers = ",".join(map(str, cmids))
    params = {"peer_id": peer, "conversation_message_ids": numbers}
    answer = mapping(await bot.vk.call("messages.getByConversationMessageId", params))
    return [item for item in answer.get("items") or [] if isinstance(item, Mapping)]


def is_it(bot: Runtime, row: Outgoing, item: Mapping[str, Any]) -> bool:
    """By `random_id`, which nobody else has."""
    return whole(item.get("from_id")) == -bot.community and whole(item.get("random_id")) == row.random_id


def sounds_like_it(bot: Runtime, row: Outgoing, item: Mapping[str, Any]) -> bool:
    """Whether VK's message has our own words from our own community, where VK does not show the id (probe P5). Others
    may have said the same."""
    if whole(item.get("from_id")) != -bot.community or whole(item.get("random_id")):
        return False
    shape = form(row.effect, row.level)
    return isinstance(shape, Send) and (says(item, with_lost(row, shape)) or retold(item, shape))


def with_lost(row: Outgoing, shape: Send) -> str:
    """The words as they go: with a line about the files that could not. What a feature could not make goes in words."""
    if not row.lost:
        return shape.text
    instead = 1 if shape.document not in ("", DATA) else len(row.lost)
    room = min(NOTE, render.LONGEST_TEXT - units(shape.text) - 2)
    return "\n\n".join((shape.text, lost_files(row.lost[:instead], room), *row.lost[instead:]))


def says(item: Mapping[str, Any], text: str) -> bool:
    """Whether a message that VK shows has this text, cut as VK takes it."""
    return str(item.get("text", "")).strip() == render.cut_to_limit(text).strip()


def retold(item: Mapping[str, Any], shape: Send) -> bool:
    """Edited since, so its words are others: a line under the same message, or what begins with the same number. An
    edit leaves the forwards, so what has none is a simpler form, whose words stand in its text."""
    if not item.get("update_time") or (shape.forward is not None and not item.get("fwd_messages")):
        return False
    answers = whole(mapping(item.get("reply_message")).get("conversation_message_id"))
    if shape.reply_to is not None:
        return answers == shape.reply_to
    now = str(item.get("text", ""))
    if CARD.search(shape.text) or CARD.search(now):
        return not answers and CARD.findall(shape.text)[:1] == CARD.findall(now)[:1]
    first, said = shape.text.partition("\n")[0], now.partition("\n")[0]
    # A line under a reply that VK would not take as a reply: what became of the answer stands in it now.
    told = shape.kind is Kind.STATUS and NUMBER.findall(first) == NUMBER.findall(said)
    return "№" in first and not answers and (told or said == first)


CARD = re.compile(r"^№[0-9A-Z-]+$", re.MULTILINE)
"""The line of a card's number (handlers/views/cards.py); all else of a card changes with its state."""
NUMBER = re.compile(r"№[0-9A-Z-]+")


async def hides_numbers(bot: Runtime, row: Outgoing, seen: Set[int]) -> bool:
    """Whether what VK calls repeated may be there all the same: in a chat to which it came back the bot sees nothing of
    before (F16, vk-api.md §6.1), so of the numbers since the try some are missing."""
    if row.code != REPEATED or not is_chat(row.peer):
        return False
    last = await bot.db.run(lambda tx: watermarks.high_watermarks(tx, row.peer))
    return not seen >= {*range(row.probe_from + 1, last + 1)}


async def said_otherwise(bot: Runtime, row: Outgoing, alike: Sequence[int]) -> SendOutcome:
    """The first such message that is no other row's; else it is proven absent."""
    if alike:
        taken = await bot.db.run(lambda tx: enqueue.numbers_taken(tx, row.peer, alike))
        for cmid in alike:
            if cmid not in taken:
                return SendOutcome(Verdict.SENT, cmid=cmid)
    return SendOutcome(Verdict.ABSENT)
