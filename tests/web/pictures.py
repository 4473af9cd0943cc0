"""Every page of the panel with the demo year, as pictures for the docs: `python -m tests.web.pictures`.

All that is seen is made by rules: no word of a real person. `--port` leaves the panel open to be looked at.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from playwright.async_api import Page as Tab
from playwright.async_api import async_playwright

import features
from bot.admin.admin_directory import AdminDirectory
from bot.config import calendar_file
from bot.config.settings import Settings
from bot.process.clock import Clock
from bot.region.directory_file import read
from bot.region.directory_json import with_version
from bot.region.map_file import middles
from bot.web.app import build
from bot.web.asked import local_day
from bot.web.pages import PAGES
from bot.web.serve import serve, site_for
from bot.web.site import Site
from features.demo.given import YearInputs
from features.demo.people import name_officials
from features.demo.year import Year
from features.official_pages import demo_rows
from states.lifecycle.counted import Counted
from states.lifecycle.rights import ErasureRequest
from storage.db.database import Database
from storage.db.engines.readers import open_readers
from storage.db.master import Master
from storage.db.migrations import migrate
from storage.ops import bulk
from storage.ops.copies import backup
from storage.privacy import erasures
from tests import outside
from tests.bot.test_metrics import free_port
from tests.small import COMMUNITY
from tests.web.administrator import sign_in
from tests.web.browser import AT_CUR, Browser, settle_people
from tests.web.filled import fill as fill_with
from tests.web.registered import settle
from tests.web.test_learning import GOOD
from tests.web.test_learning import keep as models_of
from tests.web.test_route_history import answered

ROOT = Path(__file__).parents[2]
MASTER = Master(bytes(range(32)))
AT = datetime(2026, 11, 27, 4, 4, tzinfo=UTC)
"""Nine in the morning of a Friday in Chelyabinsk."""
PAGES_SHOWN = {
    "now": "/now",
    "queue": "/queue",
    "map": "/map",
    "map-circle": "/map?view=open&circle=55.1600,61.4000,12&layer=dots",
    "municipalities": "/places",
    "agencies": "/agencies",
    "pages": "/pages",
    "page": "/pages/300",
    "topics": "/topics",
    "doors": "/doors",
    "reports": "/reports?from=2026-11-01&to=2026-11-26&group=agency",
    "week": "/reports/week?from=2026-11-16",
    "open": "/open",
}
KEPT_SHOWN = {
    "directory": "/directory?show=topics&words=двор",
    "change": "/directory/edit/agency?key=mindor",
    "templates": "/templates/mindor",
    "people": "/people",
    "audit": "/audit",
    "route-history": "/directory/history",
    "learning": "/learning",
    "communities": "/communities",
    "data": "/data",
    "settings": "/settings",
}
"""What an administrator keeps in order."""
SHEET_SHOWN = {
    "message": "/queue?view=open",
    "several": "/queue/several?did=assign&all=yes&view=back",
    "one-place": "/places/miass",
    "one-agency": "/agencies/mindor",
    "heads": "/pages/heads",
    "load": "/pages/load",
    "month": "/reports/month?from=2026-10-01",
    "days": "/reports/days?from=2026-11-05&to=2026-11-20",
    "chats": "/chats",
    "notices": "/notices",
}
"""On the contact sheet beside those."""


class Morning(Clock):
    """Nine in the morning, whenever it is looked at."""

    def now(self) -> datetime:
        return AT


@asynccontextmanager
async def opened(folder: Path, port: int, messages: int) -> AsyncIterator[Site]:
    """A panel with a demo year, served."""
    url = f"sqlite+aiosqlite:///{folder}/demo.db"
    await migrate(url, master=MASTER)
    db = await Database.open(url, master=MASTER, community=COMMUNITY)
    directory = read(ROOT / "regions" / "chelyabinsk")
    settings = Settings(
        vk_token="group-101", operator_name="Орган", operator_address="Челябинск", operator_email="a@b.ru",
        policy_url="https://b.ru/p", panel_port=port, database_url=url,
        pages_plan="2025-11-30:700 2026-11-30:6000", open_data="on",
    )  # fmt: skip
    readers = open_readers(db, url)
    site = site_for(settings, db, readers, Morning(), lambda: directory, features.installed())
    try:
        await settle_people(db)
        await db.run(lambda tx: backup.note_copy(tx, AT - timedelta(hours=6)))
        began = time.monotonic()
        await fill(db, site, messages)
        print(f"{messages} сообщений за {time.monotonic() - began:.1f} с")
        served = await serve(build(site, PAGES), settings, readers)
        try:
            yield site
        finally:
            await served.close()
    finally:
        await db.close()


async def fill(db: Database, site: Site, messages: int) -> None:
    given = YearInputs(
        1, messages, AT, COMMUNITY, site.directory(), calendar_file.read(), ZoneInfo("Asia/Yekaterinburg")
    )
    given = replace(given, middles=middles(site.map))
    year = Year(given)
    for number in range(len(year)):
        told = year.day(number)
        for start in range(0, len(told), 300):
            await db.run(lambda tx: bulk.keep(tx, told[start : start + 300]))  # noqa: B023
    await demo_rows.fill(db, given)
    await name_officials(db, given)


async def prepared(tab: Tab, name: str) -> None:
    """What a person has done on the page before it is drawn."""
    if name == "queue":
        await tab.locator(".row-link").nth(4).click()
    if name == "change":
        await tab.get_by_label("Коротко").fill("Дороги и транспорт")
        await tab.get_by_label("Слова, по которым его ищут").fill("дороги\nтрасса\nавтобус\nтрамвай")
        await tab.get_by_role("button", name="Посмотреть, что изменится").click()


async def kept(site: Site) -> str:
    """A directory that is stored, requests to be forgotten, other communities, and the cookie of an administrator."""
    known, today = site.directory(), AT.date()
    outside_ = tuple(replace(one, checked_on=min(one.checked_on or today, today)) for one in known.outside)
    await AdminDirectory(site.db, site.clock).save(with_version(replace(known, outside=outside_)))
    for number, days in ((7001, -2), (7002, 3), (7003, 24)):
        asked = ErasureRequest(number, AT - timedelta(days=6), AT + timedelta(days=days))
        await site.db.run(lambda tx: erasures.ask(tx, asked, AT))  # noqa: B023
    await settle(site.db)
    await decided(site)
    async with httpx.AsyncClient(base_url=site.address) as client:
        await sign_in(Browser(site, client))
        return str(client.cookies["panel"])


async def decided(site: Site) -> None:
    """Answers that speak against the directory, a topic that only comes back, and learned models."""
    day = local_day(site)
    back = Counted(received=day - timedelta(days=3), returned=day)
    some = [one for number in range(4) for one in answered(site, "ddddddddnddddddd", 7000 + 100 * number)]
    some += [replace(one, place="zlatoust") for one in answered(site, "d" * 16, 7500)]
    some += [replace(one, topic="blago-detskaya", agency=None, counted=back) for one in answered(site, "d" * 16, 7600)]
    await fill_with(site.db, some)
    await models_of(site.db, GOOD, GOOD, GOOD)


async def photographed(site: Site, folder: Path, only: str) -> None:
    keeper = await kept(site)
    folder.mkdir(parents=True, exist_ok=True)
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=outside.chromium(), args=arguments)
        for form, width, scheme in (("", 1280, "light"), ("-dark", 1280, "dark"), ("-phone", 390, "light")):
            options: Any = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
            context = await chromium.new_context(**options, base_url=site.address)
            tab = await context.new_page()
            await tab.goto(await Browser.of(build(site, PAGES), site).link(AT_CUR))
            await tab.get_by_role("button", name="Войти").click()
            await tab.wait_for_url("**/now")
            shown = PAGES_SHOWN | KEPT_SHOWN
            for name, address in shown.items():
                if not only or name in only.split(","):
                    if name in KEPT_SHOWN:
                        await context.add_cookies([{"name": "panel", "value": keeper, "url": site.address}])
                    await tab.goto(address)
                    await prepared(tab, name)
                    await tab.screenshot(path=folder / f"panel-{name}{form}.png", full_page=True)
            await context.close()
        await chromium.close()


SIZES = [(width, scheme) for scheme in ("light", "dark") for width in (390, 768, 1280, 1920)]


async def sheet(site: Site, folder: Path, only: str) -> None:
    """Every page at four widths in both colours, and all of them on one page: `sheet.html`. What axe finds, targets of
    less than 24 pixels among it, and what is wider than the window is printed."""
    keeper, folder = await kept(site), folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    shown = PAGES_SHOWN | KEPT_SHOWN | SHEET_SHOWN
    pages = {name: address for name, address in shown.items() if not only or name in only.split(",")}
    rows = []
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=outside.chromium(), args=arguments)
        for width, scheme in SIZES:
            options: Any = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
            context = await chromium.new_context(**options, base_url=site.address)
            await context.add_cookies([{"name": "panel", "value": keeper, "url": site.address}])
            tab = await context.new_page()
            for name, address in pages.items():
                site.limits.counts.clear()
                await tab.goto(address)
                await prepared(tab, "queue" if name == "message" else "")
                await tab.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                for fault in await faults(tab):
                    print(f"{name}, {width}, {scheme}: {fault}")
            await context.close()
        await chromium.close()
    for name in pages:
        shots = "".join(f'<img src="{name}-{width}-{scheme}.png" width="{width // 6}">' for width, scheme in SIZES)
        rows.append(f"<h2>{name}</h2><p>{shots}</p>")
    style = "img { vertical-align: top; margin: 4px; border: 1px solid #999 }"
    (folder / "sheet.html").write_text(f"<meta charset=utf-8><style>{style}</style>{''.join(rows)}", encoding="utf-8")


AXE = "() => axe.run(document, { resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })"


async def faults(tab: Tab) -> list[str]:
    await tab.evaluate((outside.npm_package("axe-core") / "axe.min.js").read_text(encoding="utf-8"))
    found = [
        f"{row['id']}: {[node['target'] for node in row['nodes']][:3]}"
        for row in (await tab.evaluate(AXE))["violations"]
    ]
    wide = await tab.evaluate("document.documentElement.scrollWidth - innerWidth")
    return found + ([f"wider by {wide}"] if wide > 0 else [])


async def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--sheet", action="store_true")
    asked.add_argument("--folder", type=Path, default=ROOT / "docs" / "pictures")
    asked.add_argument("--messages", type=int, default=30_000)
    asked.add_argument("--only", default="")
    asked.add_argument("--port", type=int, default=0)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder), given.port or free_port(), given.messages) as site:
            await (sheet if given.sheet else photographed)(site, given.folder, given.only)
            while given.port:
                print(site.address + await Browser.of(build(site, PAGES), site).link(AT_CUR))
                await asyncio.sleep(540)


if __name__ == "__main__":
    asyncio.run(main())
