"""Looks at the official pages in VK once a week: what each shows of itself, by the community's key, and how often it
writes and answers, by a service key of its own. The day of the look stands beside each page, so a restart goes on.

It must never decide what is wrong with a page, and never keep a text of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from bot.process.log import log
from bot.process.pace import Pace
from bot.runtime import Runtime
from bot.vk.client import Vk
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping
from features.official_pages import sql as registry
from features.official_pages.in_vk import (
    FIELDS,
    PageComment,
    comments_of,
    facts_of,
    facts_of_comments,
    names_of,
    posts_of,
    screen_name,
    talked_about,
)
from features.official_pages.loading import forget_old
from features.official_pages.model.facts import VK, Fact, Name, latest, merge_fact
from features.official_pages.model.page import OfficialPage
from storage.db import notes
from storage.db.transaction import Transaction

EVERY = 3600.0
WEEK = timedelta(days=7)
TOGETHER = 500
"""Communities of one `groups.getById` (vk-api.md §6.1)."""
CALLS_A_DAY = 4_500
"""`wall.get` may be called 5,000 times a day with one key, and nobody says how often `wall.getComments` may: both are
counted together, and the rest is for people who look something up."""
WALLS_TOGETHER = 20
CALLS_A_SECOND = 2.5
"""VK allows a service key three calls a second."""
TOO_FAST, TOO_MANY, NOBODY = 6, 29, 100
HIDDEN = frozenset({15, 18, 30, 100, 203, 212})
"""The wall of this page, or what people said on it, is not shown: there is nothing to count, and it is no zero."""


async def check_pages(bot: Runtime) -> None:
    """The loop that checks official pages, until told to stop. A bot without a registry does nothing here."""
    while not bot.stopping.is_set():
        try:
            await one_round(bot)
        except VkError as error:
            log.warning("pages_unseen", loop="pages", code=error.code)
        except (NotReached, Uncertain) as error:
            log.warning("pages_unseen", loop="pages", error=type(error).__name__)
        await bot.bell("official_pages").wait(EVERY)


async def one_round(bot: Runtime) -> None:
    """Every page that nobody has looked at for a week; and a load that can no longer be taken back is forgotten."""
    now = bot.clock.now()
    await bot.db.run(lambda tx: forget_old(tx, now))
    today = now.astimezone(bot.policy.zone).date()
    await look_at_pages(bot, today)
    service = service_of(bot)
    if service is not None:
        await look_at_walls(bot, service, today)


def service_of(bot: Runtime) -> Vk | None:
    """A client for what VK shows to no community: walls, by the key of an application; None without the key."""
    key = bot.settings.vk_service_token
    return bot.vk.with_key(key) if key else None


# --- what they show of themselves


async def look_at_pages(bot: Runtime, today: date) -> None:
    """Reads all pages not looked at for a week from VK, a portion at a time, until none is left or the bot stops."""
    while not bot.stopping.is_set():
        pages = await bot.db.run(lambda tx: registry.unseen(tx, today - WEEK, TOGETHER))
        if not pages:
            return
        groups = await groups_in_vk(bot, [name for page in pages if (name := screen_name(page.address))])
        facts = facts_of_all(pages, groups, today)
        await bot.db.run(lambda tx: keep(tx, pages, facts, today))  # noqa: B023 - run before the next turn


async def groups_in_vk(bot: Runtime, names: Sequence[str]) -> list[Any]:
    """Those of these communities that VK knows."""
    if not names:
        return []
    await bot.pace.turn()
    try:
        answer = await bot.vk.call("groups.getById", {"group_ids": ",".join(names), "fields": FIELDS})
    except VkError as error:
        if error.code != NOBODY:
            raise
        return []
    return list(mapping(answer).get("groups") or ())


def facts_of_all(pages: Sequence[OfficialPage], groups: Sequence[Any], today: date) -> list[Fact]:
    """The facts of the pages that VK showed; a page that it did not show gets none."""
    by_name = {name: mapping(group) for group in groups for name in names_of(mapping(group))}
    known = ((page, by_name.get(screen_name(page.address))) for page in pages)
    return [fact for page, group in known if group is not None for fact in facts_of(group, page.id, today)]


async def keep(tx: Transaction, pages: Sequence[OfficialPage], facts: Sequence[Fact], today: date) -> None:
    """A page that VK does not know was looked at all the same, and nothing is known of it."""
    before = await registry.facts_of(tx, [official_page.id for official_page in pages])
    now = {page: latest(some) for page, some in before.items()}
    await registry.keep_facts(tx, [merge_fact(now[fact.page], fact) for fact in facts])
    await registry.keep_checked(tx, [official_page.id for official_page in pages], today)


# --- how often they write, and how soon they answer


@dataclass(slots=True)
class Calls:
    """Calls with the service key, and how many there were today."""

    service: Vk
    pace: Pace
    used: int

    async def ask(self, method: str, params: dict[str, Any]) -> Mapping[str, Any]:
        """Calls VK with the service key and counts the call."""
        await self.pace.turn()
        self.used += 1
        return mapping(await self.service.call(method, params))


async def look_at_walls(bot: Runtime, service: Vk, today: date) -> None:
    """Counts the posts of walls as far as the day's calls reach; tomorrow goes on."""
    calls = Calls(service, Pace(bot.clock, CALLS_A_SECOND), await bot.db.run(lambda tx: used_on(tx, today)))
    while calls.used < CALLS_A_DAY and not bot.stopping.is_set():
        most = min(WALLS_TOGETHER, CALLS_A_DAY - calls.used)
        pages = await bot.db.run(lambda tx: registry.without_posts(tx, today - WEEK, most))  # noqa: B023
        if not pages:
            return
        facts = await count_walls(bot, calls, pages, today)
        await bot.db.run(lambda tx: keep_posts(tx, facts, calls.used, today))  # noqa: B023


async def count_walls(bot: Runtime, calls: Calls, pages: Sequence[OfficialPage], today: date) -> list[Fact]:
    """What the walls of these pages tell, until VK says that it is enough for today."""
    facts: list[Fact] = []
    for page in pages:
        if calls.used >= CALLS_A_DAY:
            break
        try:
            facts += await of_wall(bot, calls, page, today)
        except VkError as error:
            if error.code == TOO_MANY:
                calls.used = CALLS_A_DAY
                break
            if error.code == TOO_FAST:
                calls.pace.too_fast()
                continue
            if error.code not in HIDDEN:
                raise
            facts.append(Fact(page.id, Name.POSTS, "", VK, today, today))
    return facts


async def of_wall(bot: Runtime, calls: Calls, official_page: OfficialPage, today: date) -> list[Fact]:
    """The posts of a week, and what people said under those that have had time to be answered."""
    name, now = screen_name(official_page.address), bot.clock.now()
    if not name:
        return [Fact(official_page.id, Name.POSTS, "", VK, today, today)]
    whose = {"owner_id": -int(name)} if name.isdecimal() else {"domain": name}
    wall = await calls.ask("wall.get", {**whose, "count": 100, "filter": "owner"})
    posts = Fact(official_page.id, Name.POSTS, str(posts_of(wall, now)), VK, today, today)
    comments = await read_comments(calls, wall, now)
    return [posts] if comments is None else [posts, *facts_of_comments(comments, official_page.id, today)]


async def read_comments(calls: Calls, wall: Mapping[str, Any], now: datetime) -> list[PageComment] | None:
    """The comments under the posts of a page; None where it shows them to nobody: they were not counted."""
    found: list[PageComment] = []
    for owner, post in talked_about(wall, now):
        asked = {"owner_id": owner, "post_id": post, "count": 100, "thread_items_count": 10}
        try:
            found += comments_of(await calls.ask("wall.getComments", asked), owner)
        except VkError as error:
            if error.code not in HIDDEN:
                raise
            return None
    return found


async def keep_posts(tx: Transaction, facts: Sequence[Fact], used: int, today: date) -> None:
    """A count of a week is a fact of its own, also where it is the same as the week before."""
    await registry.keep_facts(tx, facts)
    await notes.put(tx, notes.WALLS, {"day": today.isoformat(), "used": used})


async def used_on(tx: Transaction, today: date) -> int:
    """How many walls were asked for on this day."""
    said = await notes.get(tx, notes.WALLS)
    return int(said["used"]) if said.get("day") == today.isoformat() else 0
