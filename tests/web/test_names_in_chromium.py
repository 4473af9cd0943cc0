"""Fields with a list in a real Chromium: a whole name goes by itself, half of one waits; no script is needed."""

from __future__ import annotations

from playwright.async_api import expect

from bot.web.app import build
from bot.web.pages import PAGES
from storage.db.database import Database
from tests.web.browser import AT_CUR, Browser
from tests.web.filled import fill, some
from tests.web.test_in_chromium import Desk, desk, shut_out, too_wide  # noqa: F401

REPLACED = """one => {
  one.value = "Миндортранс";
  one.dispatchEvent(new InputEvent("input", { bubbles: true, inputType: "insertReplacementText" }));
}"""
"""As the browser tells that a name was taken from the list."""


async def test_a_name_from_the_list_goes_by_itself_and_half_of_one_waits(desk: Desk) -> None:  # noqa: F811
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_CUR)
        field = tab.get_by_label("Ведомство", exact=True)
        await field.evaluate(REPLACED)
        await tab.wait_for_url("**agency=%D0%9C*")
        await expect(field).to_have_value("Миндортранс")
        await field.fill("Админ")
        await field.press("Tab")
        await expect(field).to_have_value("Админ")
        await field.press("Enter")
        await expect(tab.get_by_role("alert")).to_contain_text("Под «Админ» подходит несколько названий")
        assert await shut_out(tab) == [] and await too_wide(tab) <= 0
        await tab.get_by_role("alert").get_by_role("link").first.click()
        await expect(tab.get_by_role("alert")).to_have_count(0)
        assert (await field.input_value()).startswith("Админ")
        await field.fill("")
        await field.press("Tab")
        await tab.wait_for_url("**agency=")


async def test_without_scripts_a_name_is_sent_by_the_button(desk: Desk) -> None:  # noqa: F811
    context = await desk.chromium.new_context(java_script_enabled=False, base_url=desk.site.address)
    tab = await context.new_page()
    await tab.goto(await Browser.of(build(desk.site, PAGES), desk.site).link(AT_CUR))
    await tab.get_by_role("button", name="Войти").click()
    await tab.get_by_label("Ведомство", exact=True).fill("Министерство здравоохранения Челябинской области")
    await tab.get_by_role("button", name="Показать").click()
    await expect(tab.get_by_label("Ведомство", exact=True)).to_have_value("Минздрав")
    await context.close()


async def test_conditions_stand_behind_a_press_and_fit(desk: Desk) -> None:  # noqa: F811
    """Five rows of fields stood above the list on a telephone."""
    for width in (390, 1280):
        async with desk.tab(width) as tab:
            await desk.sign_in(tab, AT_CUR)
            await tab.goto("/queue?view=open")
            field = tab.get_by_label("Тема или группа")
            await expect(field).to_be_hidden()
            await tab.get_by_text("+ условие").click()
            await field.fill("Остановки")
            await tab.get_by_label("Состояние").select_option("in_work")
            box = await tab.locator(".conditions-menu form").bounding_box()
            assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= width
            assert await shut_out(tab) == [] and await too_wide(tab) <= 0
            await tab.get_by_role("button", name="Показать").click()
            await expect(tab.locator(".chip")).to_have_text(
                [*(f"{one} , убрать условие" for one in ("все открытые", "в работе", "Остановки"))]
            )


async def test_the_first_row_of_a_list_is_three_tabs_away(desk: Desk, db: Database) -> None:  # noqa: F811
    """Only the queue had a way past the menu; elsewhere it was twenty presses."""
    await fill(db, some(desk.site.directory(), many=60))
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_CUR)
        await tab.goto("/now")
        for key in ("Tab", "Tab", "Enter", "Tab"):
            await tab.keyboard.press(key)
        await expect(tab.locator("#rows a").first).to_be_focused()
