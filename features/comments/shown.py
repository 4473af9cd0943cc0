"""Reads a thread from VK while somebody looks at it. Nothing of it is kept, nor written into a log (R7)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import aiohttp

from bot.delivery.walls import CALLS_A_SECOND, Wall, wall_of
from bot.process.pace import Pace
from bot.vk.client import Vk
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import list_or_empty, mapping, moment, whole
from bot.web.site import Site
from features.comments.words import ADDRESSED
from states.people.comments import Comment

MOST_BELOW = 10
PATIENCE = 8.0
"""Seconds for which a page waits for VK."""
CLOSED = 212
DELETED = "удалён в VK"


@dataclass(frozen=True, slots=True)
class CommentView:
    """One comment as VK shows it. `below`: an answer in the thread; `ours`: by the community; `chosen`: the one that
    was opened."""

    id: int
    name: str
    at: datetime | None
    text: str
    files: int
    below: bool
    ours: bool
    chosen: bool
    answers: int = 0


@dataclass(frozen=True, slots=True)
class ThreadView:
    """`written`: when the post was; `picture`: it has one. `trouble`: why nothing can be shown."""

    post: str = ""
    comments: int = 0
    written: datetime | None = None
    picture: bool = False
    said: Sequence[CommentView] = ()
    trouble: str = ""


async def thread_of(site: Site, comment: Comment) -> ThreadView:
    """The post and the thread of this comment; without a service key, or while VK is away, why not."""
    if not site.settings.vk_service_token:
        return ThreadView(trouble="Слова бот не хранит, а читать их у ВКонтакте нечем: нет сервисного ключа.")
    try:
        async with asyncio.timeout(PATIENCE), wall_for(site) as wall:
            return await read_thread(wall, comment)
    except VkError as error:
        if error.code == CLOSED:
            return ThreadView(trouble="Комментарии под этой записью закрыты.")
        return ThreadView(trouble=f"ВКонтакте не показывает эту ветку, ошибка {error.code}.")
    except (NotReached, Uncertain, TimeoutError):
        return ThreadView(trouble="ВКонтакте сейчас не отвечает.")


@asynccontextmanager
async def wall_for(site: Site) -> AsyncIterator[Wall]:
    """By the bot's own way to VK; a panel apart has one of its own for this page."""
    if site.bot is not None and (known := wall_of(site.bot)) is not None:
        yield known
        return
    async with aiohttp.ClientSession() as http:
        service = Vk(site.settings.vk_service_token, site.settings.vk_api_url, http)
        yield Wall(site.db.community, service, Pace(site.clock, CALLS_A_SECOND))


async def read_thread(wall: Wall, comment: Comment) -> ThreadView:
    """The post and the thread around this comment. VK gives the first comments of a thread; for a later one it is asked
    again from there. Raises what VK answers."""
    post = await read_post(wall, comment.post)
    top = comment.top or comment.id
    asked = {"post_id": comment.post, "start_comment_id": top, "count": 1, "extended": 1}
    answer = await wall.ask("wall.getComments", {**asked, "thread_items_count": MOST_BELOW})
    names = names_in(answer)
    found = [mapping(item) for item in list_or_empty(answer.get("items"))]
    found = [item for item in found if whole(item.get("id")) == top]
    below = [mapping(item) for comment in found for item in list_or_empty(mapping(comment.get("thread")).get("items"))]
    if comment.top and all(whole(item.get("id")) != comment.id for item in below):
        later = {**asked, "comment_id": top, "start_comment_id": comment.id, "count": MOST_BELOW}
        answer = await wall.ask("wall.getComments", later)
        below = [mapping(item) for item in list_or_empty(answer.get("items"))]
        names |= names_in(answer)
    said = [said_in(item, comment, names, below=False) for item in found]
    said += [said_in(item, comment, names, below=True) for item in below]
    many, written = whole(mapping(post.get("comments")).get("count")), moment(post.get("date"))
    return ThreadView(str(post.get("text", "")), many, written, bool(picture_of(post)), said)


async def read_post(wall: Wall, number: int) -> Mapping[str, Any]:
    """VK's answer for this post; empty where it is gone."""
    posts = await wall.ask("wall.getById", {"posts": f"-{wall.community}_{number}"})
    return mapping((list_or_empty(posts.get("items")) or [{}])[0])


def picture_of(post: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first photo or video of a post, as VK shows an attachment; empty where there is none."""
    files = (mapping(raw) for raw in list_or_empty(post.get("attachments")))
    return next((raw for raw in files if raw.get("type") in ("photo", "video")), {})


def said_in(item: Mapping[str, Any], comment: Comment, names: Mapping[int, str], *, below: bool) -> CommentView:
    """One comment as the panel shows it: without «[id1|Анна],» at its beginning, deleted ones as a sentence."""
    author, number = whole(item.get("from_id")), whole(item.get("id"))
    text = DELETED if item.get("deleted") else ADDRESSED.sub("", str(item.get("text", "")), count=1)
    return CommentView(
        number, names.get(author, ""), moment(item.get("date")), text,
        len(list_or_empty(item.get("attachments"))), below, author < 0, number == comment.id,
        whole(item.get("reply_to_comment")),
    )  # fmt: skip


def names_in(answer: Mapping[str, Any]) -> dict[int, str]:
    """By account, the names in VK's answer: «Нина К.», and communities by their names."""
    people = (mapping(person) for person in list_or_empty(answer.get("profiles")))
    found = {whole(person.get("id")): short_name(person) for person in people}
    groups = (mapping(community) for community in list_or_empty(answer.get("groups")))
    return found | {-whole(group.get("id")): str(group.get("name", "")) for group in groups}


def short_name(person: Mapping[str, Any]) -> str:
    """The first name and the initial of the last: «Анна К.»."""
    last = str(person.get("last_name", ""))[:1]
    return f"{person.get('first_name', '')} {last}." if last else str(person.get("first_name", ""))
