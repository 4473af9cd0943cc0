"""«Ссылки и плакаты»: works, forbidden, another agency's, missing; numbers are lists, posters are PDF."""

from __future__ import annotations

import re

from bot.web.site import Site
from storage.db.database import Database
from tests.web.browser import AT_CUR, AT_MINDOR, Browser
from tests.web.filled import fill, some
from tests.web.test_numbers import COUNT, check


async def test_links_with_their_numbers(browser: Browser, db: Database, site: Site) -> None:
    made = some(site.directory(), many=40)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    shown = (await browser.get("/doors")).text
    assert "Остановка на улице Ленина, Миасс" in shown and "vk.me/club101?ref=ostanovka-miass" in shown
    assert "Остановки; Миасс, остановка на улице Ленина" in shown and "закрыта" in shown
    assert "snyata: в справочнике больше нет" in shown and "3 ссылки" in shown
    assert f">{sum(one.door == 'yamy' for one in made)}</a>" in shown
    await check(browser, "/doors", COUNT, 8)


async def test_an_agency_counts_its_own(browser: Browser, db: Database, site: Site) -> None:
    made = some(site.directory(), many=200)
    await fill(db, made)
    await browser.sign_in(AT_MINDOR)
    await check(browser, "/doors", COUNT, 8)
    shown = (await browser.get("/doors")).text
    hrefs = re.findall(r'href="(/queue[^"]+)"', shown)
    assert hrefs and all("agency=mindor" in one for one in hrefs if "door=" in one)
    assert (await browser.get("/doors?agency=minzdrav")).status_code == 403


async def test_posters_are_pdf(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    for sheet, name in (("poster", "plakat-yamy.pdf"), ("labels", "nakleyki-yamy.pdf")):
        made = await browser.get(f"/doors/yamy/{sheet}.pdf")
        assert made.status_code == 200 and made.headers["content-type"] == "application/pdf"
        assert made.content.startswith(b"%PDF-") and name in made.headers["content-disposition"]


async def test_what_is_not_there(browser: Browser) -> None:
    assert (await browser.get("/doors")).status_code == 401
    await browser.sign_in(AT_CUR)
    for path in ("/doors/net-takoy/poster.pdf", "/doors/yamy/kniga.pdf", "/doors/yamy"):
        assert (await browser.get(path)).status_code == 404
