"""Who is in the chats of agencies, asked of VK once a day and as soon as a chat is bound; told as events (T5).

It must never decide who is an official, and an empty list proves nothing: VK shows none to a bot without rights.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.process import retry
from bot.process.log import log
from bot.runtime import Runtime
from bot.vk.client import Vk
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping, whole
from states.events import MembersListed
from states.messages import is_person
from states.people.chats import Chat
from states.people.officials import SOONEST_LIST, Member
from storage.inbox import inbox
from storage.records import chats

AGAIN_AFTER = timedelta(minutes=10)
"""A chat that VK would not show, or whose list is not handled yet, is asked about again so much later."""
LOST_AGAIN = timedelta(seconds=50)
PAGE = 1000
MOST = 10_000
LONGEST_NAME = 40
LONGEST_TITLE = 60

Asked = dict[tuple[int, datetime | None], datetime]
"""When VK was last asked about a chat, as it is bound now."""


async def list_members(bot: Runtime, asked: Asked | None = None) -> None:
    """Until told to stop, or until no list is old and the bell lets it rest."""
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
    return min((seconds_to_next(chat, asked, now) for chat in bound), default=math.inf)


def again(chat: Chat) -> timedelta:
    return LOST_AGAIN if chat.lost else AGAIN_AFTER


def seconds_to_next(chat: Chat, asked: Asked, now: datetime) -> float:
    """Until its list is old, or until VK is asked once more."""
    if due(chat, now) or chat.listed_at is None:
        at = asked.get((chat.peer, chat.bound_at), now) + again(chat)
    else:
        at = chat.listed_at + SOONEST_LIST
    return max(1.0, (at - now).total_seconds())


def due(chat: Chat, now: datetime) -> bool:
    """One that is lost is asked all the time: by its list it is found again, and nothing else tells of rights given."""
    return chat.lost or chat.listed_at is None or now - chat.listed_at >= SOONEST_LIST


async def tell(bot: Runtime, chat: Chat) -> None:
    try:
        members = await members_of(bot, chat.peer)
    except VkError as error:
        log.warning("members_unseen", loop="members", peer=chat.peer, code=error.code)
        if chat.lost or error.code not in retry.CHAT:
            return
        members = ()  # the chat is not shown to us any more: that is told
    except (NotReached, Uncertain) as error:
        log.warning("members_unseen", loop="members", peer=chat.peer, error=type(error).__name__)
        return
    title, owner = await about(bot, chat.peer) if members and chat.listed_at is None else ("", 0)
    now = bot.clock.now()
    told = (chat.peer, f"members|{now.isoformat()}", MembersListed(chat.peer, members, now, title, owner))
    await bot.db.run(lambda tx: inbox.enqueue_internal(tx, [told], now))
    bot.events.notify()


async def titles(vk: Vk, peers: Sequence[int]) -> dict[int, str]:
    """Of those that VK shows."""
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
    await bot.pace.turn()
    try:
        answer = mapping(await bot.vk.call("messages.getConversationsById", {"peer_ids": peer}))
    except (VkError, NotReached, Uncertain):
        return "", 0
    settings = mapping(mapping((answer.get("items") or [{}])[0]).get("chat_settings"))
    return title_of(settings), whole(settings.get("owner_id"))


def title_of(settings: Mapping[str, Any]) -> str:
    """Letters and figures only: nothing a mention or a link could be made of (T1)."""
    shown = "".join(one if one.isalnum() or one in " -,№()" else " " for one in str(settings.get("title") or ""))
    return " ".join(shown.split())[:LONGEST_TITLE]


async def members_of(bot: Runtime, peer: int) -> tuple[Member, ...]:
    """The people of a chat with their names, page by page; communities are nobody's officials."""
    found: dict[int, Member] = {}
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
        seen += len(items)
        if not items or seen >= whole(answer.get("count")):
            break
    return tuple(found[user] for user in sorted(found))


def name_of(profile: Mapping[str, Any]) -> str:
    """«Ольга П.»: enough to be addressed by, without anything a mention could be broken with (T1)."""
    first, last = (letters(str(profile.get(name) or "")) for name in ("first_name", "last_name"))
    return f"{first} {last[0]}." if first and last else first


def letters(name: str) -> str:
    kept = "".join(one for one in name if one.isalpha() or one in " -'’")
    return " ".join(kept.split())[:LONGEST_NAME]
