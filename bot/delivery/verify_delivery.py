"""Did a message arrive whose answer was lost? Looked up in VK's history, never guessed (delivery.md §8)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Set
from dataclasses import replace
from typing import Any

from bot.delivery.send_outcome import NUMBERLESS, REPEATED, Outcome, Verdict
from bot.runtime import Running
from bot.vk import render
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping, numbered, whole
from handlers.text.texts import lost_files
from states.degraded import form
from states.effects import Kind, Send
from states.messages import is_chat, is_person
from storage.inbox import watermarks
from storage.legacy import restored
from storage.outbox.enqueue import Outgoing

CHUNK = 100
CHUNKS = 30
"""As far as is looked in one go; a dialogue with more messages since is looked through the next time."""


async def look(bot: Running, row: Outgoing) -> Outcome:
    """SENT with its cmid, ABSENT when every number after the try was seen, UNKNOWN when VK would not show them."""
    start = row.probe_from + 1
    seen: set[int] = set()
    alike: dict[int, int] = {}
    cards: dict[int, int] = {}
    hints: dict[int, int] = {}
    spoken: dict[int, int] = {}
    until = await called_repeated(bot, row)
    for chunk in range(CHUNKS):
        cmids = range(start + chunk * CHUNK, start + (chunk + 1) * CHUNK)
        try:
            items = await shown(bot, row.peer, cmids)
        except VkError as error:
            if error.code == 6:
                bot.pace.too_fast()
            return Outcome(Verdict.UNKNOWN, reason="нельзя посмотреть")
        except (NotReached, Uncertain):
            return Outcome(Verdict.UNKNOWN, reason="нельзя посмотреть")
        for item in items:
            if is_it(bot, row, item):
                return Outcome(Verdict.SENT, cmid=numbered(item), own=True)
            if simpler := by_levels(bot, row, item):
                return Outcome(Verdict.SENT, cmid=numbered(item), own=True, simpler=simpler)
            if sounds_like_it(bot, row, item) or is_alike(bot, row, item):
                alike[numbered(item)] = 0
            elif simpler := by_words(bot, row, item):
                alike[numbered(item)] = simpler
            elif (by := as_card(bot, row, item)) is not None:
                cards[numbered(item)] = by
            elif hinted(bot, row, item):
                hints[numbered(item)] = 0
            elif has_spoken(bot, item, until):
                spoken[numbered(item)] = 0
        seen |= {numbered(item) for item in items}
        if not items:
            outcome = await said_otherwise(bot, row, alike | cards | hints | spoken)
            return replace(outcome, hidden=await hides_numbers(bot, row, seen))
    return Outcome(Verdict.UNKNOWN, reason="слишком длинная история")


async def shown(bot: Running, peer: int, cmids: range) -> list[Mapping[str, Any]]:
    await bot.pace.turn()
    numbers = ",".join(map(str, cmids))
    params = {"peer_id": peer, "conversation_message_ids": numbers}
    answer = mapping(await bot.vk.call("messages.getByConversationMessageId", params))
    return [one for one in answer.get("items") or [] if isinstance(one, Mapping)]


def is_it(bot: Running, row: Outgoing, item: Mapping[str, Any]) -> bool:
    """By `random_id`, which nobody else has."""
    return whole(item.get("from_id")) == -bot.community and whole(item.get("random_id")) == row.random_id


def by_levels(bot: Running, row: Outgoing, item: Mapping[str, Any]) -> int:
    """By how many levels it is simpler than the row, under the id of that form; 0 when it is none of its forms."""
    said = whole(item.get("random_id")) if whole(item.get("from_id")) == -bot.community else 0
    return row.simpler.index(said) + 1 if said in row.simpler else 0


def by_words(bot: Running, row: Outgoing, item: Mapping[str, Any]) -> int:
    """The same where VK shows no id."""
    levels = range(1, len(row.simpler) + 1)
    return next((simpler for simpler in levels if sounds_like_it(bot, row, item, simpler)), 0)


def sounds_like_it(bot: Running, row: Outgoing, item: Mapping[str, Any], simpler: int = 0) -> bool:
    """Where VK does not show the id (probe P5): our own words from our own community. Others may have said the same."""
    if whole(item.get("from_id")) != -bot.community or whole(item.get("random_id")):
        return False
    shape = form(row.effect, row.level + simpler)
    if not isinstance(shape, Send):
        return False
    return says(item, with_lost(row, shape)) or says_more(row, item, shape) or retold(item, shape)


def with_lost(row: Outgoing, shape: Send) -> str:
    """The words as they go: with a line about the files that could not."""
    return f"{shape.text}\n\n{lost_files(row.lost)}" if row.lost else shape.text


def says_more(row: Outgoing, item: Mapping[str, Any], shape: Send) -> bool:
    """Its words with a line about files that an older copy has yet to fetch (delivery.md §13); a simpler form fetches
    those of the message that it does not forward."""
    meant = row.effect
    fetches = isinstance(meant, Send) and (meant.copy is not None or (meant.forward is not None and not shape.forward))
    line = lost_files(()).removesuffix(".")
    return fetches and not row.lost and str(item.get("text", "")).startswith(f"{shape.text}\n\n{line}")


def says(item: Mapping[str, Any], text: str) -> bool:
    return str(item.get("text", "")).strip() == render.fitted(text).strip()


def retold(item: Mapping[str, Any], shape: Send) -> bool:
    """Edited since, so its words are others: a line under the same message, or what begins with the same number. An
    edit leaves the forwards, so what has none is a simpler form, whose words stand in its text."""
    if not item.get("update_time") or (shape.forward is not None and not item.get("fwd_messages")):
        return False
    answers = whole(mapping(item.get("reply_message")).get("conversation_message_id"))
    if shape.reply_to is not None:
        return answers == shape.reply_to
    first, said = shape.text.partition("\n")[0], str(item.get("text", "")).partition("\n")[0]
    # A line under a reply that VK would not take as a reply: what became of the answer stands in it now.
    told = shape.kind is Kind.STATUS and not said.startswith(CARD) and NUMBER.findall(first) == NUMBER.findall(said)
    return "№" in first and not answers and (told or said == first)


CARD = "Сообщение №"
NUMBER = re.compile(r"№[0-9A-Z-]+")
RETOLD = (Kind.SCREEN, Kind.STATUS, Kind.NOTICE)


def is_alike(bot: Running, row: Outgoing, item: Mapping[str, Any]) -> bool:
    """The same words under another id, for what an older copy would say anew: a timer's cause holds when it fired,
    which is another one now (delivery.md §13). Answers have causes that stay; of cards see `as_card`."""
    if row.attempts or row.kind not in RETOLD or whole(item.get("from_id")) != -bot.community:
        return False
    shape = form(row.effect, row.level)
    return isinstance(shape, Send) and says(item, shape.text)


def as_card(bot: Running, row: Outgoing, item: Mapping[str, Any]) -> int | None:
    """A card of the same message in the same chat, under another id or edited: lived through again it may have come
    there by a shorter way, for that an agency's chat was lost is known from the start now (I2). Its number says which
    message it is, so no reply goes astray (T6); a further part of a long one is told by its words. By how many levels
    it is simpler: an edit leaves the forwards."""
    if row.attempts or row.kind != Kind.CARD or not row.relived or whole(item.get("from_id")) != -bot.community:
        return None
    said = str(item.get("text", "")).partition("\n")[0]
    for simpler in range(len(row.simpler) + 1):
        shape = form(row.effect, row.level + simpler)
        if isinstance(shape, Send) and bool(shape.forward) == bool(item.get("fwd_messages")):
            told = said == shape.text.partition("\n")[0] if shape.text.startswith(CARD) else says(item, shape.text)
            return simpler if told else None
    return None


def hinted(bot: Running, row: Outgoing, item: Mapping[str, Any]) -> bool:
    """A hint under the same person's message in other words, where VK shows no id: handled again after a restore it may
    be decided otherwise, for more is known now, and this cause has spoken (I7). Never a line that promises an answer:
    that one has buttons, or was edited when its answer went, and a hint that it did not must still be said."""
    if row.attempts or row.kind != Kind.NOTICE or whole(item.get("from_id")) != -bot.community:
        return False
    if whole(item.get("random_id")) or item.get("keyboard") or item.get("update_time"):
        return False
    shape, answered = form(row.effect, row.level), mapping(item.get("reply_message"))
    if not isinstance(shape, Send) or shape.reply_to is None or not is_person(whole(answered.get("from_id"))):
        return False
    return whole(answered.get("conversation_message_id")) == shape.reply_to


async def called_repeated(bot: Running, row: Outgoing) -> float:
    """Until when VK may have been told what it calls repeated, in seconds; 0 where it calls nothing so. Error 100 may
    mean the words themselves, so it is only believed of what was said before an older copy came back. Never of a card
    or an answer: who gets the next reply must not hang on a guess (T6)."""
    if row.kind not in RETOLD or (row.reason != NUMBERLESS and row.code != REPEATED):
        return 0.0
    since = await bot.db.run(lambda tx: restored.since(tx, bot.community))
    return math.inf if row.reason == NUMBERLESS else since.timestamp() if since else 0.0


def has_spoken(bot: Running, item: Mapping[str, Any], until: float) -> bool:
    """The cause has spoken, in other words, for after the restore it was decided otherwise. Where VK shows no ids it is
    the first of ours that is no other's."""
    ours = whole(item.get("from_id")) == -bot.community and not whole(item.get("random_id"))
    return ours and whole(item.get("date")) < until


async def hides_numbers(bot: Running, row: Outgoing, seen: Set[int]) -> bool:
    """Whether what VK calls repeated may be there all the same: in a chat to which it came back the bot sees nothing of
    before (F16, vk-api.md §6.1), so of the numbers since the try some are missing."""
    if row.code != REPEATED or not is_chat(row.peer):
        return False
    last = await bot.db.run(lambda tx: watermarks.highest(tx, bot.community, row.peer))
    return not seen >= {*range(row.probe_from + 1, last + 1)}


async def said_otherwise(bot: Running, row: Outgoing, alike: Mapping[int, int]) -> Outcome:
    """The first such message that is no other row's, and by how much it is simpler; else it is proven absent."""
    if alike:
        taken = await bot.db.run(lambda tx: restored.taken(tx, bot.community, row.peer, list(alike)))
        for cmid, simpler in alike.items():
            if cmid not in taken:
                return Outcome(Verdict.SENT, cmid=cmid, simpler=simpler)
    return Outcome(Verdict.ABSENT)
