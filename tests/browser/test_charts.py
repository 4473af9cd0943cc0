"""The charts in a real browser: no word leaves its picture, the policy has nothing to say, axe finds nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from bot.charts.paint import DARK, LIGHT
from tests.browser.conftest import Accessible
from tests.charts.gallery import page as gallery

OUTSIDE = """() => [...document.querySelectorAll('svg.chart text')].flatMap(one => {
    const word = one.getBoundingClientRect(), all = one.closest('svg').getBoundingClientRect();
    const inside = word.left >= all.left - 1 && word.right <= all.right + 1
        && word.top >= all.top - 1 && word.bottom <= all.bottom + 1;
    return inside ? [] : [one.textContent];
})"""
PAINTS = (
    """() => [...document.querySelectorAll('svg.chart :is(.bar, .value)')].map(one => getComputedStyle(one).fill)"""
)
NAMES = """() => [...document.querySelectorAll('svg.chart a')].filter(one => !one.getAttribute('aria-label')).length"""


@pytest_asyncio.fixture(loop_scope="session", params=["light", "dark"])
async def shown(browser: Browser, request: pytest.FixtureRequest) -> AsyncIterator[tuple[Page, list[str]]]:
    """The gallery, and what the console said."""
    context = await browser.new_context(viewport={"width": 1360, "height": 900}, offline=True)
    page = await context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await page.set_content(gallery(LIGHT if request.param == "light" else DARK))
    yield page, said
    await context.close()


async def test_no_word_leaves_its_picture(shown: tuple[Page, list[str]]) -> None:
    page, _ = shown
    assert await page.locator("svg.chart").count() > 15
    assert await page.evaluate(OUTSIDE) == []


async def test_the_policy_stops_nothing_and_colours_are_there(shown: tuple[Page, list[str]]) -> None:
    """Without the style sheet everything would be black."""
    page, said = shown
    assert said == [] and await page.evaluate(NAMES) == 0
    assert "rgb(0, 0, 0)" not in set(await page.evaluate(PAINTS))


async def test_nobody_is_shut_out(shown: tuple[Page, list[str]], accessible: Accessible) -> None:
    """Axe's scripts come past the policy by the browser itself; the gallery is no page with landmarks of its own."""
    page, _ = shown
    found: list[dict[str, Any]] = await accessible(page)
    assert [one for one in found if one["id"] not in ("page-has-heading-one", "region")] == []


async def test_a_keyboard_reaches_the_bars(shown: tuple[Page, list[str]]) -> None:
    page, _ = shown
    await page.keyboard.press("Tab")
    name = await page.evaluate("() => document.activeElement.getAttribute('aria-label')")
    assert name == "пт 20: 702, прошлая: 690"
    width = await page.evaluate("() => getComputedStyle(document.activeElement).outlineWidth")
    assert width == "2px"
