"""«Комментарии» of a community of the registry: its own list, its own wall and key, and all communities on one page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import features
from bot.vk.comments import EVENTS
from bot.web.app import build
from bot.web.pages import PAGES
from bot.web.serve import site_for
from states.directory import Directory
from states.people.comments import Comment
from states.people.viewers import Role, Viewer
from storage.records import comments, viewers
from tests.communities.town import HOME, LEADS, MARIA, SECOND, THIRD, Town, town
from tests.web.browser import Browser, hidden

CENTRE = 5001
HOLE = "А у школы яма на дороге так и осталась, Миасс, пишу от Снегирёвой"
ANSWER = "Засыплем в понедельник"
LISTENING = {"comments": "answer", "vk_service_token": "service-1", "panel_port": 8443}
PANEL = {"panel_url": "https://panel.test", **LISTENING}


@pytest.fixture
async def here(tmp_path: Path, region: Directory) -> AsyncIterator[Town]:
    async with town(tmp_path, region, **PANEL) as made:
        yield made


@asynccontextmanager
async def at_panel(here: Town, *, apart: bool = False) -> AsyncIterator[Browser]:
    bot = here.bot
    await bot.db.run(lambda tx: viewers.grant(tx, Viewer(CENTRE, Role.CUR), bot.clock.now()))
    site = site_for(bot.settings, bot.db, bot.db, bot.clock, lambda: bot.directory, features.installed())
    browser = Browser.of(build(site if apart else replace(site, bot=bot), PAGES), site)
    await browser.sign_in(CENTRE)
    yield browser
    await browser.client.aclose()


def call(here: Town, method: str, token: str, **params: Any) -> Any:
    return here.emulator.call(method, token, **params)


async def comment(here: Town, community: int, text: str = HOLE) -> tuple[int, int]:
    """A post of this community and a comment under it that the bot has heard."""
    token = "group-101" if community == HOME else f"key-of-{community}"
    call(here, "groups.setLongPollSettings", token, group_id=community, **dict.fromkeys(EVENTS, 1))
    wall = {"owner_id": -community}
    post = call(here, "wall.post", f"user-{LEADS}", **wall, from_group=1, message="Засыпали ямы")["post_id"]
    said = call(here, "wall.createComment", f"user-{MARIA}", **wall, post_id=post, message=text)["comment_id"]
    bot = here.bot if community == HOME else here.bot.others[community]

    async def heard() -> dict[int, Comment]:
        return {one.id: one for one in await bot.db.run(lambda tx: comments.under(tx, post))}

    for _ in range(200):
        if said in await heard():
            return int(post), int(said)
        await bot.clock.sleep(0.05)
    raise AssertionError("the bot has not heard the comment")


def answers(here: Town, community: int, post: int) -> list[str]:
    """What the community said under a post."""
    params = {"owner_id": -community, "post_id": post, "count": 100, "thread_items_count": 10}
    items = call(here, "wall.getComments", f"user-{LEADS}", **params)["items"]
    said = [*items, *(below for item in items for below in item["thread"]["items"])]
    return [item["text"] for item in said if item["from_id"] == -community]


async def test_a_community_has_a_list_of_its_own_and_is_answered_through_itself(here: Town) -> None:
    await here.add(SECOND, THIRD)
    post, said = await comment(here, SECOND)
    at = f"/comments?community={SECOND}&open={said}"
    async with at_panel(here) as browser:
        home = (await browser.get("/comments")).text
        assert "Здесь пусто" in home and "Все сообщества" in home
        opened = await browser.get(at)
        assert "Снегирёвой" in opened.text and f"wall-{SECOND}_{post}?reply={said}" in opened.text
        assert f"Сообщество {SECOND}" in opened.text and "Снегирёвой" not in home
        fields = {"csrf": hidden(opened), "post": str(post), "code": str(said), "back": at}
        done = await browser.post(f"/comments?community={SECOND}", did="answer", text=ANSWER, **fields)
        assert done.status_code == 303 and done.headers["location"] == at
        assert "пока его можно отменить" in (await browser.get(at)).text
        await here.until(lambda: answers(here, SECOND, post) == [ANSWER], "ответ под записью")
        assert (await browser.post(f"/comments?community={SECOND}", did="close", **fields)).status_code == 303
        assert "закрыты" in (await browser.get(at)).text
        assert (await browser.get(f"/comments?community={THIRD}&open={said}")).text.count("Снегирёвой") == 0
        assert (await browser.get("/comments?community=404")).status_code == 404


async def test_all_communities_stand_on_one_page(here: Town) -> None:
    async with at_panel(here) as browser:
        assert "Все сообщества" not in (await browser.get("/comments")).text, "there is only one"
        await here.add(SECOND, THIRD)
        for community in (HOME, SECOND):
            await comment(here, community)
        text = (await browser.get("/comments/communities")).text
        assert f'href="/comments?community={SECOND}">Сообщество {SECOND}</a>' in text
        assert 'href="/comments">Приёмная' in text
        assert f"Сообщество {THIRD}" not in text and "никто не ждёт: 1." in text
        assert text.count("<tr>") == 4, "the head, all together, and two with comments"
        assert "Снегирёвой" not in text


async def test_what_is_paused_or_removed(here: Town) -> None:
    await here.add(SECOND)
    await comment(here, SECOND)
    async with at_panel(here) as browser:
        await here.types("community_pause", id=SECOND)
        assert "Здесь бот сейчас не слушает" in (await browser.get(f"/comments?community={SECOND}")).text
        await here.types("community_remove", id=SECOND)
        assert (await browser.get(f"/comments?community={SECOND}")).status_code == 404
        assert f"Сообщество {SECOND}" not in (await browser.get("/comments/communities")).text


async def test_a_panel_apart_has_no_key_of_it_and_says_so(here: Town) -> None:
    await here.add(SECOND)
    post, said = await comment(here, SECOND)
    at = f"/comments?community={SECOND}&open={said}"
    async with at_panel(here, apart=True) as browser:
        opened = await browser.get(at)
        assert "Снегирёвой" in opened.text, "read by the service key"
        fields = {"csrf": hidden(opened), "post": str(post), "code": str(said), "back": at}
        await browser.post(f"/comments?community={SECOND}", did="close", **fields)
        text = (await browser.get(at)).text
        assert "Ключ этого сообщества есть только у бота" in text and f"wall-{SECOND}_{post}" in text
        assert "закрыты." not in text
