"""Each page of the menu in a real Chromium: nobody is shut out, nothing is wider than the window, and by keys alone the
first row is five Tabs away.
"""

from __future__ import annotations

import httpx
from playwright.async_api import Page as Tab

from bot.admin.admin_directory import AdminDirectory
from bot.region.directory_json import with_version
from bot.web.layout import lines
from states.people.viewers import Role
from storage.db.database import Database
from tests.web import administrator
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser, every_page
from tests.web.filled import fill, some
from tests.web.test_in_chromium import Desk, desk, shut_out, too_wide  # noqa: F401

TABS = 5
PEOPLE = {
    Role.CUR: AT_CUR,
    Role.AGENCY: AT_MINDOR,
    Role.MUNICIPALITY: OF_MIASS,
    Role.READER: READER,
    Role.ADMINISTRATOR: ADMIN,
}
IN_ROW = "() => Boolean(document.activeElement.closest('main tbody, main .tick-rows, main .notices'))"
ROWS = "() => Boolean(document.querySelector('main tbody :is(a, button, summary, input)'))"


async def test_every_page_of_the_menu_by_keys(desk: Desk, db: Database) -> None:  # noqa: F811
    await fill(db, some(desk.site.directory()))
    await AdminDirectory(db, desk.site.clock).save(with_version(desk.site.directory()))
    wrong: list[str] = []
    for role, user in PEOPLE.items():
        async with desk.tab() as tab:
            await (as_administrator(desk, tab) if user == ADMIN else desk.sign_in(tab, user))
            for entry in (line for line in lines(every_page()) if role in line.roles and not line.switch):
                desk.site.limits.counts.clear()
                await tab.goto(f"/{entry.word}")
                await tab.keyboard.press("Escape")
                if await tab.evaluate(ROWS) and (pressed := await tabs_to_a_row(tab)) > TABS:
                    wrong.append(f"{role} /{entry.word}: more than {TABS} Tabs ({pressed})")
                wrong += [f"{role} /{entry.word}: {fault}" for fault in await shut_out(tab)]
                wrong += [f"{role} /{entry.word}: too wide"] if await too_wide(tab) > 0 else []
    assert not wrong, "\n".join(wrong)


async def as_administrator(desk: Desk, tab: Tab) -> None:  # noqa: F811
    """With the code of the telephone behind him."""
    async with httpx.AsyncClient(base_url=desk.site.address) as client:
        await administrator.sign_in(Browser(desk.site, client))
        cookie = client.cookies["panel"]
    await tab.context.add_cookies([{"name": "panel", "value": cookie, "url": desk.site.address}])


async def tabs_to_a_row(tab: Tab) -> int:
    """By the last link that skips: «К списку» where there is one."""
    skips = await tab.locator("a.skip").count()
    for _ in range(skips):
        await tab.keyboard.press("Tab")
    await tab.keyboard.press("Enter")
    for pressed in range(skips, 12):
        if await tab.evaluate(IN_ROW):
            return pressed
        await tab.keyboard.press("Tab")
    return 12
