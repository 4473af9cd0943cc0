"""Who is in the chats of agencies, and whether the bot may read there: asked of VK once a day, as soon as a chat is
bound, and at every sign that it may not (Doubt). What VK shows is told as events (T5, F16).

It must never decide who is an official, nor whether a chat is lost. What it reads late comes behind who is there now.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bot.delivery.backfill import BELIEVED_AFTER, LAST, NOT_OURS, READ, GapContent, OfGap
from bot.process import retry
from bot.process.log import log
from bot.runtime import Runtime
from bot.vk.client import Vk
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping, moment, number_of, whole
from states.events import MembersListed
from states.messages import is_person
from states.people.chats import CUR, Chat
from states.people.officials import SOONEST_LIST, Member
from storage.db.codec import encode
from storage.db.transaction import Transaction
from storage.inbox import history, inbox, unread
from storage.inbox.history import PER_CALL, Gap
from storage.inbox.inbox import Arrived
from storage.outbox import own_numbers
from storage.records import chats

AGAIN_AFTER = timedelta(minutes=10)
"""A chat that VK would not show, or whose list is not handled yet, is asked about again so much later."""
LOOK_AGAIN = timedelta(minutes=1)
"""One that is lost or doubted is looked at so often."""
READ_BACK = timedelta(days=7)
"""What was written longer ago in a chat that is heard again is answered by nobody any more."""
MOST_READ = 1000
PAGE = 1000
MOST = 10_000
LONGEST_NAME = 40
LONGEST_TITLE = 60

Asked = dict[tuple[int, datetime | None], datetime]
"""When VK was last asked about a chat, as it is bound now."""


async def list_members(bot: Runtime, asked: Asked | None = None) -> None:
    """The loop that lists members of chats, until told to stop, or until no list is old and the bell lets it rest."""
    asked = {} if asked is None else asked
    while not bot.stopping.is_set():
        if not await bot.people.wait(await one_round(bot, asked)):
            return


async def one_round(bot: Runtime, asked: Asked) -> float:
    """Every chat whose list is missing or old. In how many seconds the next one will be."""
    now = bot.clock.now()
    bound = await bot.db.run(chats.bound)
    for chat in bound:
        last = asked.get((chat.peer, chat.bound_at))
        lately = last is not None and timedelta() <= now - last < again(chat)
        if due(chat, now) and not lately and not bot.stopping.is_set():
            asked[chat.peer, chat.bound_at] = now
            await tell(bot, chat)
    bot.health.cur_unheard = since_unheard(bound)
    return min((seconds_to_next(chat, asked, now) for chat in bound), default=math.inf)


def again(chat: Chat) -> timedelta:
    """How long after a listing the chat is listed again."""
    return AGAIN_AFTER if chat.certain else LOOK_AGAIN


def seconds_to_next(chat: Chat, asked: Asked, now: datetime) -> float:
    """The seconds until the chat's list is old, or until VK is asked once more."""
    if due(chat, now) or chat.listed_at is None:
        at = asked.get((chat.peer, chat.bound_at), now) + again(chat)
    else:
        at = chat.listed_at + SOONEST_LIST
    return max(1.0, (at - now).total_seconds())


def due(chat: Chat, now: datetime) -> bool:
    """Whether the chat's list must be asked for now. One that is lost is asked all the time: by its list it is found
    again, and nothing else tells of rights given. A list of the future is that of a wrong clock (F23)."""
    listed = chat.listed_at
    return not chat.certain or listed is None or not timedelta() <= now - listed < SOONEST_LIST


def since_unheard(bound: Sequence[Chat]) -> datetime | None:
    """The moment since when the bot does not hear the ЦУР, or may not write to it: who can be told then reads no chat.
    None while it does."""
    cur = next((chat for chat in bound if chat.agency == CUR), None)
    return cur.doubt.at if cur is not None and cur.doubt is not None and (cur.lost or cur.deaf) else None


async def tell(bot: Runtime, chat: Chat) -> None:
    """Look at the chat, and tell what was seen; a look that VK did not answer has shown nothing."""
    try:
        seen = await look(bot, chat)
    except (VkError, NotReached, Uncertain) as error:
        code = error.code if isinstance(error, VkError) else 0
        log.warning("members_unseen", loop="members", peer=chat.peer, error=type(error).__name__, code=code)
        return
    if not seen.people:
        log.warning("members_unseen", loop="members", peer=chat.peer, code=seen.code)
    fresh = await bot.db.run(lambda tx: store_listing(tx, bot, chat, seen))
    if fresh:
        log.info("read_late", loop="members", peer=chat.peer, count=fresh)
    bot.events.notify()


@dataclass(slots=True)
class ChatReading:
    """What a look has shown. No `people`: the bot may not read here. `asked`: the numbers from the first that VK did
    not show (`first`) to the last that there is, `items` what it shows of them now. `code`: VK's refusal, where it
    refused."""

    people: tuple[Member, ...] = ()
    others: bool = False
    title: str = ""
    owner: int = 0
    first: int = 0
    asked: Sequence[int] = ()
    items: list[Mapping[str, Any]] = field(default_factory=list)
    code: int = 0


NOTHING = ChatReading()


async def look(bot: Runtime, chat: Chat) -> ChatReading:
    """The members; of a chat that is doubted also its rights and its history.

    Raises:
        VkError: for a reason that does not lie in the chat.
    """
    try:
        listed = await everybody(bot, chat.peer)
        if not listed.people or listed.rules is False:
            return NOTHING
        seen = ChatReading(listed.people, listed.others)
        if chat.certain:
            seen.title, seen.owner = await about(bot, chat.peer) if chat.listed_at is None else ("", 0)
            return seen
        return await history_too(bot, chat, seen, listed.since)
    except VkError as error:
        if error.code in retry.CHAT | NOT_OURS:
            return ChatReading(code=error.code)
        raise


async def history_too(bot: Runtime, chat: Chat, seen: ChatReading, joined: datetime | None) -> ChatReading:
    """Whether VK shows the conversation, lets us write there, and shows what we wrote ourselves since we are in it; and
    what nobody has read yet. It may lag behind (delivery.md §16): what it does not show is asked for once more."""
    shown = await conversation(bot, chat.peer)
    may_write = mapping(shown.get("can_write"))
    last = number_of(shown, LAST)
    if not last or may_write.get("allowed") is False:
        return ChatReading(code=whole(may_write.get("reason")))
    own = [] if joined is None else await bot.db.run(lambda tx: own_numbers.newest(tx, chat.peer, joined))
    first = await bot.db.run(lambda tx: unread.first_unknown(tx, chat.peer))
    first = min(first, chat.doubt.first) if chat.doubt is not None and chat.doubt.first else first
    seen.first, seen.asked = first, range(first, last + 1)[:MOST_READ]
    items = await items_of(bot, chat.peer, [*seen.asked, *own])
    if own and not set(map(number_of, items)) & set(own):
        return NOTHING
    if lacking(seen.asked, items):
        await bot.clock.sleep(BELIEVED_AFTER)
        items += await items_of(bot, chat.peer, lacking(seen.asked, items))
    seen.items = items
    settings = mapping(shown.get("chat_settings"))
    seen.title, seen.owner = (title_of(settings), whole(settings.get("owner_id"))) if not chat.listed_at else ("", 0)
    return seen


def lacking(asked: Sequence[int], items: Sequence[Mapping[str, Any]]) -> list[int]:
    """The message numbers that were asked for and not given."""
    there = set(map(number_of, items))
    return [number for number in asked if number not in there]


async def items_of(bot: Runtime, peer: int, numbers: Sequence[int]) -> list[Mapping[str, Any]]:
    """The messages of the chat with these numbers, as VK shows them now; those that it does not show are left out."""
    found: list[Mapping[str, Any]] = []
    for start in range(0, len(numbers), PER_CALL):
        await bot.pace.turn()
        asked = ",".join(map(str, numbers[start : start + PER_CALL]))
        answer = mapping(await bot.vk.call(READ, {"peer_id": peer, "conversation_message_ids": asked}))
        # VK leaves out the dialogue that was asked for.
        found += [{**mapping(item), "peer_id": peer} for item in answer.get("items") or []]
    return found


async def store_listing(tx: Transaction, bot: Runtime, chat: Chat, seen: ChatReading) -> int:
    """What is read only now, and before it who is in the chat: whoever was taken out meanwhile has no voice (T5).
    Returns how many messages there are."""
    now, asked = bot.clock.now(), Gap(chat.peer, tuple(seen.asked))
    shown = [{**item, "late": True} for item in seen.items if (at := moment(item.get("date"))) and now - at < READ_BACK]
    late = GapContent(OfGap(asked, shown), (await unread.window_ends(tx)).get(chat.peer))
    late.sort_out(bot.community, None, consented=False, bound=True)
    known = await unread.arrived_numbers(tx, chat.peer, asked.cmids) | await own_numbers.among(
        tx, chat.peer, asked.cmids
    )
    rows = [row for row in late.rows if row.cmid not in known]
    hidden = Gap(chat.peer, tuple(sorted({*lacking(asked.cmids, seen.items), *late.ended} - known)))
    since = await written_before(tx, chat.peer, hidden.cmids[0]) if hidden.cmids else None
    event = MembersListed(
        chat.peer,
        seen.people,
        now,
        seen.title,
        seen.owner,
        len(hidden.cmids),
        since,
        len(rows),
        seen.others,
        seen.first,
        len(late.ended),
    )
    first = min(asked.cmids, default=0)
    told = Arrived("internal", chat.peer, f"members|{now.isoformat()}", encode(event), at=now)
    told = replace(told, after=first - 1) if rows else told
    await inbox.ingest(tx, [told], now=now)
    if seen.people and asked.cmids:
        own = [(mine.peer, mine.cmid) for mine in late.own]
        await history.fill(tx, rows, absent=[hidden], own=own, now=now)
    return len(rows)


async def written_before(tx: Transaction, peer: int, number: int) -> datetime | None:
    """The moment at which the newest message below this one was written, theirs or ours; None without any."""
    times = (await unread.written_before(tx, peer, number), await own_numbers.sent_before(tx, peer, number))
    return max((at for at in times if at is not None), default=None)


async def titles(vk: Vk, peers: Sequence[int]) -> dict[int, str]:
    """The titles of those chats that VK shows."""
    found: dict[int, str] = {}
    for start in range(0, len(peers), 100):
        asked = ",".join(map(str, peers[start : start + 100]))
        try:
            answer = mapping(await vk.call("messages.getConversationsById", {"peer_ids": asked}))
        except (VkError, NotReached, Uncertain):
            return found
        for item in map(mapping, answer.get("items") or []):
            found[whole(mapping(item.get("peer")).get("id"))] = title_of(mapping(item.get("chat_settings")))
    return found


async def about(bot: Runtime, peer: int) -> tuple[str, int]:
    """The title of a chat, safe to be said, and its owner; what VK does not show is empty."""
    try:
        settings = mapping((await conversation(bot, peer)).get("chat_settings"))
    except (VkError, NotReached, Uncertain):
        return "", 0
    return title_of(settings), whole(settings.get("owner_id"))


async def conversation(bot: Runtime, peer: int) -> Mapping[str, Any]:
    """VK's conversation object of a chat; empty for a bot that is no administrator (vk-api.md §6.1)."""
    await bot.pace.turn()
    answer = mapping(await bot.vk.call("messages.getConversationsById", {"peer_ids": peer}))
    return mapping((answer.get("items") or [{}])[0])


def title_of(settings: Mapping[str, Any]) -> str:
    """Letters and figures only: nothing a mention or a link could be made of (T1)."""
    shown = "".join(
        letter if letter.isalnum() or letter in " -,№()" else " " for letter in str(settings.get("title") or "")
    )
    return " ".join(shown.split())[:LONGEST_TITLE]


@dataclass(frozen=True, slots=True)
class ChatMembers:
    """Who VK shows in a chat. `rules`: whether the bot is its administrator, `since`: when it came in, both None where
    VK does not tell. `others`: other bots are there."""

    people: tuple[Member, ...]
    rules: bool | None = None
    since: datetime | None = None
    others: bool = False


async def everybody(bot: Runtime, peer: int) -> ChatMembers:
    """The people of a chat with their names, page by page; communities are nobody's officials."""
    found: dict[int, Member] = {}
    bots: dict[int, Mapping[str, Any]] = {}
    seen = 0
    while seen < MOST:
        await bot.pace.turn()
        params = {"peer_id": peer, "count": PAGE, "offset": seen}
        answer = mapping(await bot.vk.call("messages.getConversationMembers", params))
        items = [mapping(item) for item in answer.get("items") or []]
        names = {
            whole(mapping(profile).get("id")): name_of(mapping(profile)) for profile in answer.get("profiles") or []
        }
        for item in items:
            user = whole(item.get("member_id"))
            if is_person(user):
                found[user] = Member(user, names.get(user, ""), bool(item.get("is_admin")))
            else:
                bots[user] = item
        seen += len(items)
        if not items or seen >= whole(answer.get("count")):
            break
    people = tuple(found[user] for user in sorted(found))
    own = bots.pop(-bot.community, None)
    if own is None:
        return ChatMembers(people, others=bool(bots))
    return ChatMembers(people, bool(own.get("is_admin")), moment(own.get("join_date")), bool(bots))


def name_of(profile: Mapping[str, Any]) -> str:
    """The name such as «Ольга П.»: enough to be addressed by, without anything a mention could be broken with (T1)."""
    first, last = (letters(str(profile.get(name) or "")) for name in ("first_name", "last_name"))
    return f"{first} {last[0]}." if first and last else first


def letters(name: str) -> str:
    """The name's letters only, cut to `LONGEST_NAME`."""
    kept = "".join(letter for letter in name if letter.isalpha() or letter in " -'’")
    return " ".join(kept.split())[:LONGEST_NAME]
