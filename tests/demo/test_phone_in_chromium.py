"""The visitor's page of `demo serve` in a real Chromium: a talk by hand, nobody shut out, and a refusal in words."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import aiohttp
import pytest
from playwright.async_api import Browser, async_playwright, expect

from features.demo import served
from tests import outside
from tests.demo.test_served import BUTTONS, Table, residents
from tests.web.test_in_chromium import shut_out, too_wide
from vk_emulator.server import running


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=outside.chromium(), args=arguments)
        yield made
        await made.close()


async def test_a_talk_by_hand(chromium: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running() as emulator, aiohttp.ClientSession() as http:
        table = Table(emulator, http)
        client = await table.phone(with_panel=True)
        address = str(client.make_url("/"))
        first, second = [await chromium.new_page(viewport={"width": 390, "height": 800}) for _ in range(2)]
        await first.goto(address)
        await first.get_by_label("Сообщение").fill("<b>Яма</b>")
        await first.get_by_role("button", name="Отправить").click()
        await expect(first.locator("#talk p")).to_have_text(["<b>Яма</b>"])
        (user,) = residents(table)
        emulator.call("messages.send", "group-101", peer_id=user, random_id=1, message="Верно?", keyboard=BUTTONS)
        await first.get_by_role("button", name="Да").click()
        await expect(first.locator("#talk p")).to_have_text(["<b>Яма</b>", "Верно?", "Да"])
        await expect(first.get_by_role("button", name="Панель: ЦУР")).to_be_visible()
        assert await too_wide(first) <= 0
        assert await shut_out(first) == []

        monkeypatch.setattr(served, "VISITORS_AT_MOST", 1)
        await second.goto(address)
        await expect(second.locator("#talk")).to_have_text("Сейчас слишком много гостей. Зайдите позже.")
        monkeypatch.undo()
        await expect(second.get_by_role("button", name="Панель: ЦУР")).to_be_visible()
        await expect(second.locator("#talk")).to_be_empty()
        await client.close()
