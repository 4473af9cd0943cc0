"""Looks at the official pages in VK once a week: what each shows of itself, by the community's key, and how often it
writes, by a service key of its own. What was looked at stands beside each page, so a restart goes on where it was.

It must never decide what is wrong with a page, and never keep a text of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from bot.process.log import log
from bot.process.pace import Pace
from bot.runtime import Runtime
from bot.vk.client import Vk
from bot.vk.community_facts import FIELDS, facts_of, names_of, posts_of, screen_name
from bot.vk.errors import NotReached, Uncertain, VkError
from bot.vk.parse import mapping
from states.statistics.pages.facts import VK, Fact, Name, latest, told
from states.statistics.pages.page import OfficialPage
from storage.db import notes
from storage.db.transaction import Transaction
from storage.records import official_pages as registry

EVERY = 3600.0
WEEK = timedelta(days=7)
TOGETHER = 500
"""Communities of one `groups.getById` (vk-api.md §6.1)."""
WALLS_A_DAY = 4_500
"""`wall.get` may be called 5,000 times a day with one key; the rest is for people who look something up."""
WALLS_TOGETHER = 20
WALLS_A_SECOND = 2.5
"""VK allows a service key three calls a second."""
TOO_FAST, TOO_MANY, NOBODY = 6, 29, 100
HIDDEN = frozenset({15, 18, 30, 100, 203})
"""The wall of this page is not shown: there is nothing to count, and it is no zero."""


async def check_pages(bot: Runtime) -> None:
    """Until told to stop. A bot without a registry does nothing here."""
    while not bot.stopping.is_set():
        try:
            await one_round(bot)
        except VkError as error:
            log.warning("pages_unseen", loop="pages", code=error.code)
        except (NotReached, Uncertain) as error:
            log.warning("pages_unseen", loop="pages", error=type(error).__name__)
        await bot.pages.wait(EVERY)


async def one_round(bot: Runtime) -> None:
    """Every page that nobody has looked at for a week."""
    today = bot.clock.now().astimezone(bot.policy.zone).date()
    await look_at_pages(bot, today)
    if bot.service is not None:
        await look_at_walls(bot, bot.service, today)


# --- what they show of themselves


async def look_at_pages(bot: Runtime, today: date) -> None:
    while not bot.stopping.is_set():
        pages = await bot.db.run(lambda tx: registry.unseen(tx, today - WEEK, TOGETHER))
        if not pages:
            return
        groups = await shown(bot, [name for one in pages if (name := screen_name(one.address))])
        facts = facts_of_all(pages, groups, today)
        await bot.db.run(lambda tx: keep(tx, pages, facts, today))  # noqa: B023 - run before the next turn


async def shown(bot: Runtime, names: Sequence[str]) -> list[Any]:
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
    by_name = {name: mapping(group) for group in groups for name in names_of(mapping(group))}
    known = ((one, by_name.get(screen_name(one.address))) for one in pages)
    return [fact for one, group in known if group is not None for fact in facts_of(group, one.id, today)]


async def keep(tx: Transaction, pages: Sequence[OfficialPage], facts: Sequence[Fact], today: date) -> None:
    """A page that VK does not know was looked at all the same, and nothing is known of it."""
    before = await registry.facts_of(tx, [one.id for one in pages])
    now = {page: latest(some) for page, some in before.items()}
    await registry.keep_facts(tx, [told(now[one.page], one) for one in facts])
    await registry.keep_checked(tx, [one.id for one in pages], today)


# --- how often they write


async def look_at_walls(bot: Runtime, service: Vk, today: date) -> None:
    """As far as the day's calls reach; tomorrow goes on."""
    pace = Pace(bot.clock, WALLS_A_SECOND)
    used = await bot.db.run(lambda tx: used_on(tx, today))
    while used < WALLS_A_DAY and not bot.stopping.is_set():
        most = min(WALLS_TOGETHER, WALLS_A_DAY - used)
        pages = await bot.db.run(lambda tx: registry.without_posts(tx, today - WEEK, most))  # noqa: B023
        if not pages:
            return
        facts, calls = await counted(bot, service, pace, pages, today)
        used = WALLS_A_DAY if calls < len(pages) else used + calls
        await bot.db.run(lambda tx: keep_posts(tx, facts, used, today))  # noqa: B023


async def counted(
    bot: Runtime, service: Vk, pace: Pace, pages: Sequence[OfficialPage], today: date
) -> tuple[list[Fact], int]:
    """The posts of each, and how many walls were asked for before VK said that it is enough for today."""
    facts: list[Fact] = []
    for calls, one in enumerate(pages):
        await pace.turn()
        try:
            said = await posts(bot, service, one)
        except VkError as error:
            if error.code == TOO_MANY:
                return facts, calls
            if error.code == TOO_FAST:
                pace.too_fast()
                continue
            if error.code not in HIDDEN:
                raise
            said = ""
        facts.append(Fact(one.id, Name.POSTS, said, VK, today, today))
    return facts, len(pages)


async def posts(bot: Runtime, service: Vk, one: OfficialPage) -> str:
    name = screen_name(one.address)
    if not name:
        return ""
    whose = {"owner_id": -int(name)} if name.isdecimal() else {"domain": name}
    wall = mapping(await service.call("wall.get", {**whose, "count": 100, "filter": "owner"}))
    return str(posts_of(wall, bot.clock.now()))


async def keep_posts(tx: Transaction, facts: Sequence[Fact], used: int, today: date) -> None:
    """A count of a week is a fact of its own, also where it is the same as the week before."""
    await registry.keep_facts(tx, facts)
    await notes.put(tx, notes.WALLS, {"day": today.isoformat(), "used": used})


async def used_on(tx: Transaction, today: date) -> int:
    """How many walls were asked for on this day."""
    said = await notes.get(tx, notes.WALLS)
    return int(said["used"]) if said.get("day") == today.isoformat() else 0
