"""The week on a telephone in a real Chromium: one column of words, no drawing, each number opens its list."""

from __future__ import annotations

from playwright.async_api import expect

from storage.db.database import Database
from tests.web.browser import READER
from tests.web.filled import fill, some
from tests.web.test_in_chromium import Desk, desk, shut_out, too_wide  # noqa: F401

WEEK = "/reports/week?from=2026-11-16"


async def test_a_governor_reads_the_week_on_a_telephone(desk: Desk, db: Database) -> None:  # noqa: F811
    await fill(db, some(desk.site.directory(), seed=5))
    async with desk.tab(390) as tab:
        await desk.sign_in(tab, READER)
        await tab.goto(WEEK)
        words = tab.get_by_role("article", name="Отчёт для телефона")
        await expect(words).to_be_visible()
        await expect(tab.get_by_label("Отчёт на одной странице")).to_be_hidden()
        size = await words.locator(".told").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
        assert size >= 15 and await too_wide(tab) <= 0 and await shut_out(tab) == []
        await words.get_by_role("link", name="Поступило").click()
        await tab.wait_for_url("**/queue?**")
    async with desk.tab(1280) as tab:
        await desk.sign_in(tab, READER)
        await tab.goto(WEEK)
        await expect(tab.get_by_role("article", name="Отчёт для телефона")).to_be_hidden()
        await expect(tab.get_by_label("Отчёт на одной странице")).to_be_visible()
