"""The page beside a bot that is not ours, without a mouse: each stop of Tab is seen and marked, none is left out, Enter
sends, arrows walk in lists; on a desk and a telephone, light and dark."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, Accessible
from tests.browser.person import SEEN
from vk_emulator.server import Emulator, running
from vk_emulator.world_file import NEUTRAL

SIZES = {"desk": DESK, "telephone": PHONE}
STOPS = """() => [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]')]
  .filter((node) => !node.disabled && node.tabIndex >= 0 && node.checkVisibility({ visibilityProperty: true }))
  .map((node) => node.dataset.stop = node.dataset.stop ?? String(Math.random()))"""
STOP = """() => {
  const node = document.activeElement, box = node.getBoundingClientRect(), style = getComputedStyle(node);
  const on = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return {
    outside: node === document.body, stop: node.dataset.stop ?? '',
    name: node.ariaLabel || node.textContent.trim().slice(0, 30) || node.tagName,
    marked: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0,
    seen: box.width > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight
      && (on === null || node.contains(on) || on.contains(node)),
  };
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def shop() -> AsyncIterator[Emulator]:
    async with running(NEUTRAL) as emulator:
        for text in ("Привезли мёд", "Открытки к празднику"):
            emulator.call("emulator.addPost", group_id=101, text=text)
        emulator.call("wall.createComment", "user-1002", owner_id=-101, post_id=1, message="Почём?")
        for person in (1001, 1006):
            emulator.call("messages.send", f"user-{person}", peer_id=-101, random_id=0, message="привет")
        async with aiohttp.ClientSession() as bot:
            for method in ("groups.getById", "users.get"):
                await bot.post(emulator.url + method, data={"v": "5.199", "access_token": "group-101"})
        yield emulator


async def opened(browser: Browser, emulator: Emulator, size: str, scheme: str, address: str) -> Page:
    dark: Any = "dark" if scheme == "dark" else "light"
    context = await browser.new_context(viewport=SIZES[size], color_scheme=dark, base_url=emulator.base)
    page = await context.new_page()
    await page.add_init_script(SEEN)
    await page.goto(address)
    ready = (".requests > li", "users.get") if "journal" in address else (".bot .opener", "Бот не слушает")
    await expect(page.locator(ready[0]).first).to_contain_text(ready[1])
    return page


async def tabbed(page: Page) -> list[dict[str, Any]]:
    """Every stop until the first comes again."""
    found: list[dict[str, Any]] = []
    while len(found) < 200:
        await page.keyboard.press("Tab")
        stop = await page.evaluate(STOP)
        if stop["outside"] or (found and stop["stop"] == found[0]["stop"] != ""):
            break
        found.append(stop)
    return found


@pytest.mark.parametrize("address", ["/#r=1001&o=1006", "/#r=1001&v=wall", "/#r=1001&v=tools", "/journal"])
@pytest.mark.parametrize(("size", "scheme"), [("desk", "light"), ("desk", "dark"), ("telephone", "dark")])
async def test_each_stop_is_seen_and_none_is_left_out(
    browser: Browser, shop: Emulator, accessible: Accessible, size: str, scheme: str, address: str
) -> None:
    page = await opened(browser, shop, size, scheme, address)
    wanted = set(await page.evaluate(STOPS))
    stops = await tabbed(page)
    assert [stop["name"] for stop in stops if not stop["marked"]] == []
    assert [stop["name"] for stop in stops if not stop["seen"]] == []
    left_out = wanted.intersection(await page.evaluate(STOPS)) - {stop["stop"] for stop in stops}
    names = [await page.locator(f'[data-stop="{stop}"]').evaluate("node => node.outerHTML") for stop in left_out]
    assert names == []
    assert await accessible(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.context.close()


async def focus_by_tab(page: Page, selector: str) -> None:
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


async def test_arrows_walk_in_the_list_of_chats(browser: Browser, shop: Emulator) -> None:
    page = await opened(browser, shop, "desk", "light", "/#r=1001&o=1006")
    await focus_by_tab(page, ".chat-item")
    items = page.locator(".chat-item")
    assert await items.count() >= 3
    await page.keyboard.press("ArrowDown")
    await expect(items.nth(1)).to_be_focused()
    await page.keyboard.press("End")
    await expect(items.last).to_be_focused()
    await page.keyboard.press("Home")
    await page.keyboard.press("ArrowUp")
    await expect(items.first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(items.nth(1)).to_have_attribute("aria-current", "true")
    await page.context.close()


async def test_a_person_writes_and_comments_without_a_mouse(browser: Browser, shop: Emulator) -> None:
    page = await opened(browser, shop, "desk", "light", "/#r=1001&v=wall")
    await focus_by_tab(page, "#residents textarea")
    await page.keyboard.type("Откладываю")
    await page.keyboard.press("Enter")
    await expect(page.locator("#residents .message").last).to_contain_text("Откладываю")
    await focus_by_tab(page, "#wall .post textarea")
    await page.keyboard.type("Возьму две")
    await page.keyboard.press("Enter")
    await expect(page.locator("#wall .posts")).to_contain_text("Возьму две")
    await page.context.close()


async def test_arrows_walk_in_the_journal(browser: Browser, shop: Emulator) -> None:
    page = await opened(browser, shop, "desk", "light", "/journal")
    rows = page.locator(".requests summary")
    await expect(rows.nth(1)).to_be_visible()
    await focus_by_tab(page, "summary")
    await page.keyboard.press("ArrowDown")
    await expect(rows.nth(1)).to_be_focused()
    await page.keyboard.press("Enter")
    await expect(page.locator(".requests details").nth(1)).to_have_attribute("open", "")
    await page.context.close()
