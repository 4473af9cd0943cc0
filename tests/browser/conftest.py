"""A real Chromium, the system's own, in front of a real sandbox; whatever the browser complains of fails the test.

Playwright's async API in one loop for the whole session: its sync API leaves a running loop behind in the thread, and
the async tests of other folders would fail. So a test here is `async def` and takes `page` (a desk) or `phone`:

    async def test_it_opens(page: Page) -> None:
        await page.goto("/")

All tests share one `sandbox` (its world too: `sandbox.reset()` begins anew); every test has its own browser context.
"""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, Request, Response, async_playwright

from tests import outside
from tests.browser.person import PATIENCE
from tests.sandbox import Sandbox

HERE = Path(__file__).parent
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}
OPEN = re.compile(r"/|/health|/journal|/live|/(?:sandbox|page)/[\w.-]+|/upload/[\w./-]+|/files/[\w./-]+")

Accessible = Callable[[Page], Awaitable[list[dict[str, Any]]]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests run in the loop of their browser; the first of them waits for the sandbox."""
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def chromium() -> str:
    return outside.chromium()


@pytest.fixture(scope="session")
def sandbox(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """VK and the bot in processes of their own, ready; not begun where there is no browser to look at them."""
    opened = Sandbox(tmp_path_factory.mktemp("sandbox"))
    try:
        opened.until_healthy()
        yield opened
    finally:
        opened.close()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        await opened.close()


class Trouble:
    """What a browser complained of: errors in the console, uncaught exceptions, failed requests, answers from 400; and
    what it asked for behind the public methods."""

    def __init__(self, methods: Collection[str] = ()) -> None:
        self.seen: list[str] = []
        self._allowed: list[str] = []
        self._methods = methods

    def allow(self, pattern: str) -> None:
        """A test that provokes a complaint names it: a regular expression for the whole line, address included."""
        self._allowed.append(pattern)

    def unexpected(self) -> list[str]:
        return [line for line in self.seen if not any(re.search(pattern, line) for pattern in self._allowed)]

    def watch(self, page: Page) -> None:
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.seen.append(f"pageerror: {error}"))
        page.on("request", self._asked)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def _asked(self, request: Request) -> None:
        """The page has no door of its own: it asks public methods, uploads, reads files and listens to the news."""
        url = urlsplit(request.url)
        method = url.path.removeprefix("/method/")
        if url.scheme == "http" and not OPEN.fullmatch(url.path) and method not in self._methods:
            self.seen.append(f"request: no public method ({request.method} {request.url})")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _failed(self, request: Request) -> None:
        if request.failure == "net::ERR_ABORTED" and "/live" in request.url:
            return  # the stream of news ends when a page is left
        self.seen.append(f"requestfailed: {request.failure} ({request.method} {request.url})")

    def _answered(self, response: Response) -> None:
        if response.status >= 400:
            self.seen.append(f"response: {response.status} ({response.request.method} {response.url})")


@pytest.fixture
def trouble(sandbox: Sandbox) -> Iterator[Trouble]:
    kept = Trouble(sandbox.call("emulator.methods"))
    yield kept
    assert kept.unexpected() == []


@asynccontextmanager
async def looking(browser: Browser, sandbox: Sandbox, trouble: Trouble, **options: Any) -> AsyncIterator[Page]:
    context = await browser.new_context(
        base_url=sandbox.url, locale="ru-RU", timezone_id="Asia/Yekaterinburg", **options
    )
    context.set_default_timeout(PATIENCE * 1000)
    try:
        page = await context.new_page()
        trouble.watch(page)
        yield page
    finally:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, sandbox: Sandbox, trouble: Trouble) -> AsyncIterator[Page]:
    async with looking(browser, sandbox, trouble, viewport=DESK) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def phone(browser: Browser, sandbox: Sandbox, trouble: Trouble) -> AsyncIterator[Page]:
    async with looking(browser, sandbox, trouble, viewport=PHONE, is_mobile=True, has_touch=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def accessible() -> Accessible:
    """`assert await accessible(page) == []`: nothing that axe knows of shuts anybody out."""
    source = (outside.npm_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")

    async def found(page: Page) -> list[dict[str, Any]]:
        await page.evaluate(source)
        result = await page.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
        return [
            {**{key: row[key] for key in ("id", "impact", "help")}, "where": [node["target"] for node in row["nodes"]]}
            for row in result["violations"]
        ]

    return found
