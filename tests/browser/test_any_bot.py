"""The page beside a bot that is not ours: it speaks of people and chats, sees who polls, holds several communities."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from vk_emulator.server import Emulator, running

WORLD = {
    "users": [
        {"id": 1, "first_name": "Ян", "last_name": "Ли"},
        {"id": 2, "first_name": "Ия", "last_name": "Ро"},
    ],
    "communities": [
        {"id": 5, "name": "Кафе", "managers": [{"id": 2}]},
        {"id": 6, "name": "Кружок", "managers": [{"id": 2}]},
    ],
    "chats": [{"key": "a", "title": "Друзья", "owner": 2, "members": [1, -6]}],
}
OURS = ("Ведомство", "Житель", "жител", "Сотрудник", "Сроков нет", "К сроку", "рядом нет", "Убить", "ЦУР")


@pytest_asyncio.fixture(loop_scope="session")
async def cafe() -> AsyncIterator[Emulator]:
    async with running(WORLD) as emulator:
        yield emulator


async def opened(browser: Browser, emulator: Emulator, width: int, scheme: str = "light") -> Page:
    context = await browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = await context.new_page()
    await page.goto(emulator.base)
    await expect(page.locator(".bot .opener")).to_have_text("Бот не слушает")
    return page


async def poll(emulator: Emulator) -> None:
    server = emulator.call("groups.getLongPollServer", "group-6", group_id=6)
    asked = {"act": "a_check", "key": server["key"], "ts": server["ts"], "wait": "25"}
    async with aiohttp.ClientSession() as bot, bot.get(server["server"], params=asked) as answer:
        await answer.read()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_says_nothing_of_another_bot(browser: Browser, cafe: Emulator, width: int, scheme: str) -> None:
    page = await opened(browser, cafe, width, scheme)
    said = await page.evaluate(
        "document.body.innerText + [...document.querySelectorAll('[aria-label],[title]')]"
        ".filter((node) => !node.hidden).map((node) => ` ${node.ariaLabel} ${node.title}`).join()"
    )
    assert [words for words in OURS if words in said] == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.context.close()


async def test_a_bot_that_polls_is_seen(browser: Browser, cafe: Emulator) -> None:
    page = await opened(browser, cafe, 1280)
    bot = asyncio.ensure_future(poll(cafe))
    await expect(page.locator(".bot .opener")).to_have_text("Бот слушает")
    await page.locator(".bot .opener").click()
    await expect(page.locator("#bot-sheet")).to_contain_text("Кружок")
    bot.cancel()
    await page.context.close()


async def test_each_community_is_written_to_and_has_its_wall(browser: Browser, cafe: Emulator) -> None:
    page = await opened(browser, cafe, 1280)
    people = page.locator("#residents")
    await people.get_by_label("Диалог").select_option("-6")
    await people.get_by_role("textbox").fill("Есть место?")
    await people.get_by_role("textbox").press("Enter")
    await expect(people.locator(".bubble")).to_contain_text("Есть место?")
    items = cafe.call("messages.getHistory", "group-6", peer_id=1)["items"]
    assert [item["text"] for item in items] == ["Есть место?"]
    cafe.call("emulator.addPost", group_id=6, text="Запись кружка")
    await page.locator("#tools").get_by_role("button", name="Стена").click()
    await page.get_by_label("Чья стена").select_option("6")
    await expect(page.locator("#wall .posts")).to_contain_text("Запись кружка")
    await page.get_by_label("Чья стена").select_option("5")
    await expect(page.locator("#wall .posts")).not_to_contain_text("Запись кружка")
    cafe.call("emulator.addPost", group_id=5, text="Запись кафе")  # under the same number
    half = page.locator("#wall .post").get_by_role("textbox")
    await half.fill("Для кафе")
    await page.get_by_label("Чья стена").select_option("6")
    await expect(page.locator("#wall .posts")).to_contain_text("Запись кружка")
    await expect(half).to_have_value("")
    await page.context.close()
