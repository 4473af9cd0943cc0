"""What a person sees first after `make sandbox`: an agency's chat with cards, no codes, the books folded, a way past
the tools for the keyboard; and what a screen reader says has the right plural."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE, Accessible, Trouble, looking
from tests.browser.person import key, no_sideways_scroll, official, resident
from tests.sandbox import Sandbox


@pytest.fixture(scope="module")
def filled(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    opened = Sandbox(tmp_path_factory.mktemp("filled"), "--filled")
    try:
        opened.until_healthy()
        yield opened
    finally:
        opened.close()


async def seen(page: Page) -> None:
    await page.goto("/")
    await expect(page.locator(".tour")).to_be_visible()


async def test_the_chat_of_an_agency_has_cards(browser: Browser, filled: Sandbox, accessible: Accessible) -> None:
    trouble = Trouble(filled.call("emulator.methods"))
    async with looking(browser, filled, trouble, viewport=DESK) as page:
        await seen(page)
        office = official(page)
        await expect(office.locator(".window-head h2")).to_contain_text("Миасс")
        cards = office.locator(".message", has=page.locator(".key", has_text="Ещё"))
        await expect(cards).to_have_count(3)
        await expect(key(office, "Принять")).to_be_visible()
        await expect(office.get_by_text("Лампу заменили").first).to_be_attached()
        await expect(page.get_by_text("/код")).to_have_count(0)
        await expect(page.locator(".books details")).not_to_have_attribute("open", "")
        await expect(page.locator(".books .sum").first).to_be_hidden()
        levels = await page.locator("h1:visible, h2:visible, h3:visible").evaluate_all(
            "(all) => all.map((h) => +h.tagName[1])"
        )
        assert levels[0] == 1 and all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))
        assert await accessible(page) == []
        await no_sideways_scroll(page)
    assert trouble.unexpected() == []


async def test_the_first_tab_leads_past_the_tools(browser: Browser, filled: Sandbox) -> None:
    async with looking(browser, filled, Trouble(), viewport=DESK) as page:
        await seen(page)
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="К разговору")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(resident(page).locator("textarea")).to_be_focused()
        assert "r=" in await page.evaluate("location.hash"), "the address keeps what is open"


async def test_a_screen_reader_hears_the_right_plural(browser: Browser, filled: Sandbox) -> None:
    async with looking(browser, filled, Trouble(), viewport=PHONE, is_mobile=True, has_touch=True) as page:
        await seen(page)
        await page.evaluate("document.body.dataset.view = 'officials'")
        said = await page.locator(".badge .unseen").all_text_contents()
        assert said
        for one in said:
            count, word = re.fullmatch(r" \((\d+) (\S+)\)", one).groups()  # type: ignore[union-attr]
            assert word == ("непрочитанное" if int(count) % 10 == 1 and int(count) % 100 != 11 else "непрочитанных")


async def test_no_code_of_binding_is_left(filled: Sandbox) -> None:
    record: dict[str, Any] = filled.call("emulator.state")
    for chat in record["chats"]:
        owner = chat["owner_id"]
        peer = chat["peer_ids"][f"user-{owner}"]
        assert not any(text.startswith("/код") for text in filled.texts(f"user-{owner}", peer))
