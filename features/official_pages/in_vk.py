"""What VK's answers say of a community, as facts of the registry. Pure; it must never make a fact of what VK left out.

Only whether something is there is kept, and counts: no texts, no telephone numbers, no names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.vk.parse import mapping, whole
from features.official_pages.model.facts import NO, VK, YES, Fact, Name
from features.official_pages.model.words import short

FIELDS = "description,site,contacts,addresses,cover,can_message,members_count"
WEEK = timedelta(days=7)
TIME_TO_ANSWER = timedelta(days=2)
"""How old a post is at least before its comments are counted: a page has had two days for them."""
_NUMBERED = re.compile(r"(?:club|public|event)(\d{1,12})")


def screen_name(address: str) -> str:
    """What VK's methods call a page: «school5», or its number; empty where the address is not of VK."""
    host, _, path = short(address).partition("/")
    name = path.split("?", 1)[0].split("/", 1)[0]
    if host not in ("vk.com", "vkontakte.ru"):
        return ""
    numbered = _NUMBERED.fullmatch(name)
    return numbered[1] if numbered else name


def names_of(group: Mapping[str, Any]) -> tuple[str, str]:
    """What it may have been asked by."""
    return str(group.get("screen_name") or "").casefold(), str(whole(group.get("id")))


def facts_of(group: Mapping[str, Any], page: int, today: date) -> list[Fact]:
    """The facts that VK shows of a community; none of one that VK has closed or deleted."""
    if group.get("deactivated"):
        return []
    return [Fact(page, name, value, VK, today, today) for name, value in _values_in(group)]


def _values_in(group: Mapping[str, Any]) -> Iterator[tuple[Name, str]]:
    for field, name in (("description", Name.ABOUT), ("site", Name.SITE)):
        if isinstance(group.get(field), str):
            yield name, _yes(bool(group[field].strip()))
    # VK leaves the contacts out where there are none (groups_group_full): asked for and absent is «нет».
    yield Name.PHONE, _yes(any(mapping(contact).get("phone") for contact in group.get("contacts") or ()))
    if "addresses" in group:
        yield Name.PLACE, _yes(bool(mapping(group["addresses"]).get("is_enabled")))
    if "cover" in group:
        yield Name.COVER, _yes(bool(mapping(group["cover"]).get("enabled")))
    if "can_message" in group:
        yield Name.MESSAGES, _yes(bool(group["can_message"]))
    if isinstance(group.get("members_count"), int):
        yield Name.MEMBERS, str(group["members_count"])


def _yes(there: bool) -> str:
    """«да» or «нет»."""
    return YES if there else NO


def posts_of(wall: Mapping[str, Any], now: datetime) -> int:
    """How many posts of the last seven days stand in this part of a wall."""
    since = (now - WEEK).timestamp()
    dates = [whole(mapping(post).get("date")) for post in wall.get("items") or ()]
    return sum(since < date <= now.timestamp() for date in dates)


@dataclass(frozen=True, slots=True)
class PageComment:
    """What a person said under a post. `answered`: minutes until the page itself answered it, None where it did not."""

    answered: float | None


def talked_about(wall: Mapping[str, Any], now: datetime) -> list[tuple[int, int]]:
    """Owner and number of the posts of a week whose comments have had time to be answered, and that have any."""
    until = now - TIME_TO_ANSWER
    since = until - WEEK
    posts = [mapping(post) for post in wall.get("items") or ()]
    return [
        (whole(post.get("owner_id")), whole(post.get("id")))
        for post in posts
        if since.timestamp() < whole(post.get("date")) <= until.timestamp()
        and whole(mapping(post.get("comments")).get("count"))
    ]


def comments_of(found: Mapping[str, Any], owner: int) -> list[PageComment]:
    """The comments of people in one answer of `wall.getComments` with threads, each with the page's first answer. What
    the page itself said first is no comment of people."""
    said = [mapping(comment) for comment in found.get("items") or ()]
    return [PageComment(_minutes(comment, owner)) for comment in said if whole(comment.get("from_id")) > 0]


def _minutes(comment: Mapping[str, Any], owner: int) -> float | None:
    """How many minutes the community took to answer a comment; None where it has not."""
    below = [mapping(reply) for reply in mapping(comment.get("thread")).get("items") or ()]
    ours = [whole(reply.get("date")) for reply in below if whole(reply.get("from_id")) == owner]
    return (min(ours) - whole(comment.get("date"))) / 60 if ours else None


def facts_of_comments(comments: Sequence[PageComment], page: int, today: date) -> list[Fact]:
    """How many, how many of them answered, and how soon; without answers there is no time of them."""
    from statistics import median  # only a bot with a service key counts, and the module costs memory

    times = [comment.answered for comment in comments if comment.answered is not None]
    said = {Name.COMMENTS: len(comments), Name.ANSWERED: len(times)}
    if times:
        said[Name.ANSWER_MINUTES] = round(median(times))
    return [Fact(page, name, str(value), VK, today, today) for name, value in said.items()]
