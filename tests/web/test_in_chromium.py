"""The frame in a real Chromium: it keeps its own policy, shuts nobody out, fits from 390 to 1920, obeys keys."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
import pytest_asyncio
from jinja2 import ChoiceLoader, DictLoader
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page as Tab
from playwright.async_api import async_playwright
from starlette.requests import Request
from starlette.responses import Response

from bot.web.app import build
from bot.web.downloads import files_of_list
from bot.web.layout import lines, render
from bot.web.pages import PAGES
from bot.web.serve import serve
from bot.web.site import Page, Site
from states.people.viewers import Role
from storage.db.database import Database
from storage.db.engines.readers import Readers
from tests import outside
from tests.bot.test_metrics import free_port
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, Browser, every_page
from tests.web.filled import fill, some

ROWS = """{% extends "base.html" %}{% block title %}Список{% endblock %}{% block main %}<h1>Список</h1>
<div data-rows><table class="table"><thead><tr><th>О чём</th></tr></thead><tbody>
{% for name in ("Яма", "Снег", "Свет") %}<tr><td><input type="checkbox" aria-label="{{ name }}: отметить">
<a href="/now?{{ loop.index }}">{{ name }}</a></td></tr>{% endfor %}</tbody></table></div>{% endblock %}"""


async def rows(request: Request) -> Response:
    return render(request, "three_rows.html")


@dataclass
class Desk:
    """The panel on a port of its own, and a Chromium in front of it."""

    site: Site
    chromium: Chromium
    complaints: list[str]

    @asynccontextmanager
    async def tab(self, width: int = 1280, scheme: Any = "light") -> AsyncIterator[Tab]:
        size: Any = {"width": width, "height": 844}
        context = await self.chromium.new_context(viewport=size, color_scheme=scheme, base_url=self.site.address)
        tab = await context.new_page()
        tab.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        tab.on("pageerror", lambda error: self.complaints.append(str(error)))
        tab.on("request", lambda asked: self._only_here(asked.url))
        yield tab
        await context.close()

    def _only_here(self, url: str) -> None:
        if not url.startswith((self.site.address, "data:")):
            self.complaints.append(f"asked elsewhere: {url}")

    async def sign_in(self, tab: Tab, user: int) -> None:
        link = await Browser.of(build(self.site, PAGES), self.site).link(user)
        await tab.goto(link)
        await tab.get_by_role("button", name="Войти").click()
        await tab.wait_for_url("**/now" if user != ADMIN else "**/code")


@pytest_asyncio.fixture
async def desk(site: Site, readers: Readers) -> AsyncIterator[Desk]:
    port = free_port()
    here = replace(site, settings=site.settings.model_copy(update={"panel_port": port, "panel_url": ""}))
    here.templates.loader = ChoiceLoader([DictLoader({"three_rows.html": ROWS}), site.templates.loader])  # type: ignore[list-item]
    served = await serve(build(here, (*PAGES, Page("/rows", rows))), here.settings, readers)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=outside.chromium(), args=arguments)
        made = Desk(here, chromium, [])
        yield made
        await chromium.close()
    await served.close()
    assert made.complaints == []


async def shut_out(tab: Tab) -> list[str]:
    """What axe finds."""
    await tab.evaluate((outside.npm_package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    found = await tab.evaluate("() => axe.run(document, { resultTypes: ['violations'] })")
    return [f"{row['id']}: {[node['target'] for node in row['nodes']]}" for row in found["violations"]]


async def too_wide(tab: Tab) -> int:
    return int(await tab.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_width_fits_and_nobody_is_shut_out(desk: Desk, scheme: str) -> None:
    for width in (390, 641, 860, 1180, 1280, 1920):
        async with desk.tab(width, scheme) as tab:
            await desk.sign_in(tab, AT_CUR)
            for path in ("/now", "/rows", "/pages"):
                await tab.goto(path)
                assert await too_wide(tab) <= 0, (width, path)
                assert await shut_out(tab) == [], (width, path)
            more = tab.locator(".tabs summary" if width < 641 else ".rest summary")
            if await more.is_visible():
                await more.click()
                assert await shut_out(tab) == [], width
            for name in (line.name for line in lines(every_page()) if Role.CUR in line.roles and not line.switch):
                seen = [await one.is_visible() for one in await tab.get_by_role("link", name=name, exact=True).all()]
                assert sum(seen) == 1, f"{name} at {width}: {seen}"


async def test_the_pages_before_the_door(desk: Desk) -> None:
    async with desk.tab(390) as tab:
        await tab.goto(await Browser.of(build(desk.site, PAGES), desk.site).link(AT_CUR))
        assert await shut_out(tab) == [] and await too_wide(tab) <= 0
        await desk.sign_in(tab, ADMIN)
        assert await tab.locator(".qr img").evaluate("one => one.naturalWidth") > 0
        assert await shut_out(tab) == [] and await too_wide(tab) <= 0
        for path in ("/nowhere", "/in/gone"):
            await tab.goto(path)
            assert await shut_out(tab) == [] and await too_wide(tab) <= 0
    desk.complaints[:] = [line for line in desk.complaints if "404" not in line and "410" not in line]


async def test_keys_help_and_can_be_turned_off(desk: Desk) -> None:
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_MINDOR)
        await tab.goto("/rows")
        chosen = tab.locator("tr[aria-current=true]")
        for keys, row in (("j", "Яма"), ("jj", "Свет"), ("j", "Свет"), ("k", "Снег")):
            for key in keys:
                await tab.keyboard.press(key)
            assert row in await chosen.inner_text()
        await tab.keyboard.press("x")
        assert await chosen.locator("input").is_checked()
        await tab.keyboard.press("/")
        await tab.keyboard.type("jo?")
        assert await tab.locator("#search").input_value() == "jo?", "what is typed is only typed"
        await tab.locator("h1").click()
        await tab.keyboard.press("o")
        await tab.wait_for_url("**/now?2")
        await tab.goto("/rows")
        await tab.keyboard.press("g")
        await tab.keyboard.press("d")
        await tab.wait_for_url("**/now")
        await tab.goto("/rows")
        await tab.keyboard.press("?")
        assert await tab.get_by_role("dialog", name="Клавиши").is_visible() and await shut_out(tab) == []
        await tab.get_by_label("Клавиши включены").uncheck()
        await tab.get_by_role("button", name="Закрыть").click()
        await tab.reload()
        for key in ("j", "?", "/"):
            await tab.keyboard.press(key)
        assert await chosen.count() == 0 and not await tab.locator("dialog").is_visible()
        assert await tab.evaluate("document.activeElement.id") != "search"


async def test_without_a_mouse(desk: Desk) -> None:
    """To the content by the skip link, and out by the menu of the person."""
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_CUR)
        await tab.keyboard.press("Tab")
        await tab.keyboard.press("Enter")
        assert await tab.evaluate("document.activeElement.id") == "main"
        await tab.locator(".who summary").focus()
        await tab.keyboard.press("Enter")
        await tab.get_by_role("button", name="Выйти").press("Enter")
        await tab.get_by_role("heading", name="Вход в панель").wait_for()
        await tab.goto("/now")
        assert await tab.get_by_role("heading", name="Вход в панель").is_visible()
    desk.complaints[:] = [line for line in desk.complaints if "401" not in line]


async def test_reports_fit_and_a_large_file_is_made_and_taken(
    desk: Desk, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_of_list, "MOST", 10)
    await fill(db, some(desk.site.directory(), many=60))
    for width, scheme in ((390, "light"), (860, "dark"), (1280, "light"), (1920, "dark")):
        async with desk.tab(width, scheme) as tab:
            await desk.sign_in(tab, AT_CUR)
            for path in ("/reports?from=2020-01-01&to=2030-01-01&group=agency", "/reports/week?from=2026-11-16"):
                await tab.goto(path)
                assert await too_wide(tab) <= 0, (width, path)
                assert await shut_out(tab) == [], (width, path)
    async with desk.tab(1280) as tab:
        await desk.sign_in(tab, AT_CUR)
        await tab.goto("/reports?from=2020-01-01&to=2030-01-01")
        await tab.get_by_text("Скачать", exact=True).click()
        await tab.get_by_role("button", name="Собрать XLSX, 60 строк").click()
        ready = tab.locator("#files").locator("xpath=ancestor::section").get_by_role("link", name="Скачать")
        await ready.wait_for(timeout=15_000)
        assert await shut_out(tab) == []
        async with tab.expect_download() as saved:
            await ready.click()
        assert (await (await saved.value).path()).read_bytes().startswith(b"PK")


LETTERS = """() => [...document.querySelectorAll('.chart-box svg text, svg.heat text')].map((one) => {
  const svg = one.ownerSVGElement, wide = svg.getBoundingClientRect().width;
  return wide ? parseFloat(getComputedStyle(one).fontSize) * wide / svg.viewBox.baseVal.width : 12;
})"""


async def test_letters_of_drawings_keep_their_size(desk: Desk, db: Database) -> None:
    """They were 6.6 px on a telephone and 36 px on a tablet."""
    await fill(db, some(desk.site.directory()))
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_CUR)
        for width in (390, 768, 1024, 1920):
            await tab.set_viewport_size({"width": width, "height": 900})
            for path in ("/now", "/map", "/topics", "/places", "/pages"):
                desk.site.limits.counts.clear()
                await tab.goto(path)
                sizes = await tab.evaluate(LETTERS)
                assert sizes and min(sizes) >= 9 and max(sizes) <= 20, (width, path, min(sizes), max(sizes))
                assert await tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (width, path)


async def test_what_one_came_for_stands_first(desk: Desk, db: Database) -> None:
    """The map below one row of filters on a telephone, the registry above what is counted of it, settings by group."""
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_CUR)
        await tab.set_viewport_size({"width": 390, "height": 844})
        await tab.goto("/map")
        box = await tab.locator("[data-map]").bounding_box()
        assert box is not None and box["y"] < 300, box
        await tab.get_by_text("Условия и вид").click()
        await tab.get_by_label("Цвет").select_option("count")
        await tab.get_by_role("button", name="Показать").click()
        await tab.wait_for_url("**/map?**measure=count**")
        await tab.set_viewport_size({"width": 1280, "height": 900})
        await tab.goto("/pages")
        box = await tab.locator("#registry").bounding_box()
        assert box is not None and box["y"] < 1000, box
