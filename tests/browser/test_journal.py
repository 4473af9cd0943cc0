"""The journal of requests as a tab: filtered, opened, copied as a line for curl that works, on a desk and a phone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from vk_emulator.server import Emulator, running

TOKEN = {"v": "5.199", "access_token": "group-101"}
SAID = "Яма 'у школы' & $HOME"


@pytest_asyncio.fixture(loop_scope="session")
async def asked() -> AsyncIterator[Emulator]:
    """An emulator that a bot has called three times."""
    async with running() as emulator, aiohttp.ClientSession() as bot:
        emulator.call("messages.send", "user-1001", peer_id=-101, random_id=0, message="привет")
        for method, more in (
            ("users.get", {"user_ids": 1001}),
            ("messages.send", {"peer_id": 1001, "random_id": 1, "message": SAID}),
            ("messages.send", {"peer_id": 1001}),
        ):
            given = {"v": "5.199", "access_token": "group-101", **more}
            async with bot.post(emulator.url + method, data=given) as answer:
                assert answer.status == 200
        yield emulator


async def opened(browser: Browser, emulator: Emulator, width: int, scheme: str = "light") -> Page:
    context = await browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme="dark" if scheme == "dark" else "light"
    )
    await context.grant_permissions(["clipboard-read", "clipboard-write"], origin=emulator.base)
    page = await context.new_page()
    await page.goto(f"{emulator.base}/journal")
    return page


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_requests_are_filtered_and_copied(browser: Browser, asked: Emulator, width: int, scheme: str) -> None:
    page = await opened(browser, asked, width, scheme)
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    rows = page.locator(".requests > li")
    await expect(rows).to_have_count(3)
    await expect(rows.first).to_contain_text("ошибка 100")
    await page.get_by_label("Метод").fill("messages.*")
    await expect(rows).to_have_count(2)
    await page.get_by_label("только ошибки").check()
    await expect(rows).to_have_count(1)
    await page.get_by_label("только ошибки").uncheck()
    await rows.last.locator("summary").press("Enter")
    await expect(rows.last.locator("pre").first).to_contain_text("Яма")
    await rows.last.get_by_role("button", name="Копировать как curl: messages.send").click()
    await expect(page.get_by_role("status")).to_contain_text("Скопировано")
    line = await page.evaluate("navigator.clipboard.readText()")
    wide = await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert wide and not complaints, complaints
    process = await asyncio.create_subprocess_exec("sh", "-c", line, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    first, _, again = (request.params for request in asked.journal.find("messages.send"))
    assert "response" in json.loads(told) and again == first and first["message"] == SAID
    await page.context.close()


async def test_what_was_played_is_a_test(browser: Browser, asked: Emulator) -> None:
    page = await opened(browser, asked, 390)
    await page.get_by_role("button", name="Разговор как тест").click()
    await expect(page.get_by_role("status")).to_contain_text("Скопировано")
    text = await page.evaluate("navigator.clipboard.readText()")
    assert text == asked.call("emulator.asTest") and 'person_1001.says("привет")' in text
    await expect(page.locator(".played")).to_contain_text("def test_what_was_played")
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.context.close()


async def test_what_is_being_read_stays_while_requests_come(browser: Browser, asked: Emulator) -> None:
    page = await opened(browser, asked, 1280)
    rows = page.locator(".requests > li")
    await expect(rows).to_have_count(3)
    await rows.last.locator("summary").press("Enter")
    words = rows.last.locator("pre").first
    await words.focus()
    async with aiohttp.ClientSession() as bot, bot.post(asked.url + "users.get", data=TOKEN) as answer:
        assert answer.status == 200
    await expect(rows).to_have_count(4)
    await expect(words).to_be_focused()
    await expect(rows.last.locator("details")).to_have_attribute("open", "")
    await page.context.close()


async def test_an_emulator_that_answers_again_is_not_called_silent(browser: Browser, asked: Emulator) -> None:
    page = await opened(browser, asked, 390)
    gone = "**/method/emulator.requests*"
    await page.route(gone, lambda route: route.abort())
    await expect(page.get_by_role("status")).to_have_text("Эмулятор не отвечает.")
    await page.unroute(gone)
    await expect(page.get_by_role("status")).to_have_text("")
    await page.context.close()


async def test_a_page_under_another_name_is_refused(asked: Emulator) -> None:
    headers = {"Host": "evil.example"}
    async with aiohttp.ClientSession() as http, http.get(f"{asked.base}/journal", headers=headers) as answer:
        assert answer.status == 403
