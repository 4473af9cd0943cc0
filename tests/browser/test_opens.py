"""The sandbox opens at both widths, in silence; and the watch over the browser bites."""

from __future__ import annotations

import pytest
from playwright.async_api import Page

from tests.browser.conftest import Accessible, Trouble


@pytest.fixture(params=["desk", "telephone"])
def either(request: pytest.FixtureRequest) -> Page:
    found: Page = request.getfixturevalue("page" if request.param == "desk" else "phone")
    return found


async def test_it_opens(either: Page, trouble: Trouble) -> None:
    answer = await either.goto("/")
    assert answer is not None and answer.status == 200
    assert await either.evaluate("document.documentElement.lang") == "ru"
    assert await either.evaluate("navigator.language") == "ru-RU"
    await either.get_by_text("Снегирёва").first.wait_for(state="attached")
    assert trouble.seen == []


async def test_complaints_are_seen_and_only_named_ones_allowed(page: Page, trouble: Trouble) -> None:
    await page.goto("/health")
    await page.evaluate("console.error('беда один'); console.log('не беда')")
    await page.evaluate("setTimeout(() => { throw new Error('беда два') }, 0)")
    await page.evaluate("fetch('/method-of-nobody')")
    await page.evaluate("fetch('http://127.0.0.1:1/').catch(() => 0)")
    trouble.allow("беда один")
    await page.evaluate("fetch('/method/emulator.guess')")
    left = "\n".join(trouble.unexpected())
    for mark in ("pageerror: беда два", "response: 404", "requestfailed: net::ERR_", "no public method"):
        assert mark in left
    assert "беда один" not in left and "не беда" not in left
    trouble.allow("")


async def test_axe_bites(page: Page, accessible: Accessible) -> None:
    await page.set_content("<html lang=ru><title>т</title><main><h1>т</h1><button></button></main></html>")
    assert [row["id"] for row in await accessible(page)] == ["button-name"]
    await page.set_content("<html lang=ru><title>т</title><main><h1>т</h1><button>да</button></main></html>")
    assert await accessible(page) == []
