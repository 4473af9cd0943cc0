"""A report of a period that is over does not change afterwards: printed, gone on for nine days with answers, it is the
same, on the page that its code leads to and wherever else the period is counted (R52, R56)."""

from __future__ import annotations

import asyncio
import html
import re
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import features
from bot.feature import summaries_of
from features.official_pages import demo_rows
from features.statistics.report.closed import changed_words, kept_beside
from states.directory import Directory
from states.statistics.periods import Span, Stretch, around
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.ops import closing
from storage.privacy import audit, forgetting
from storage.records.closed_periods import Closed
from tests.printing.pdf_reading import words
from tests.small import COMMUNITY, NOW, POLICY
from tests.storage.conftest import MASTER, migrated_sqlite
from tests.web import lived
from tests.web.browser import AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser, hidden

DECEMBER = NOW + timedelta(days=7)
"""The first of it: November is over."""
TODAY = DECEMBER.astimezone(POLICY.zone).date()
NOVEMBER = around(Span.MONTH, TODAY - timedelta(days=1))
PERIOD = f"from={NOVEMBER.first}&to={NOVEMBER.last}"
REPORT = f"/reports/month?from={NOVEMBER.first}"
DRAWING = re.compile(r'<div class="card-body chart-box">(<svg.*?</svg>)', re.S)
CODE = re.compile(r'<a href="https://panel\.test(/reports/month[^"]*)"')


async def close_all(db: Database) -> None:
    """As the bot does in the first minute of a day."""
    adds = summaries_of(features.installed())

    async def close(tx: Transaction, stretch: Stretch) -> None:
        await closing.close(tx, stretch, DECEMBER, await kept_beside(tx, stretch, TODAY, adds))

    for stretch in await db.run(lambda tx: closing.due(tx, TODAY)):
        await db.run(lambda tx: close(tx, stretch))  # noqa: B023


@pytest.fixture(scope="module")
def empty_database(region: Directory, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Not empty here: each test begins on a copy of these forty days, whose November is closed."""
    made = tmp_path_factory.mktemp("closed") / "closed.db"
    for suffix in ("", ".keys"):
        shutil.copy(f"{migrated_sqlite()}{suffix}", f"{made}{suffix}")

    async def live() -> None:
        db = await Database.open(f"sqlite+aiosqlite:///{made}", master=MASTER, community=COMMUNITY)
        await lived.fill(db, region, DECEMBER)
        await demo_rows.fill(db, lived.given_at(region, DECEMBER))
        await close_all(db)
        await db.close()

    asyncio.run(live())
    return made


@pytest.fixture
async def there(everybody: Browser) -> Browser:
    everybody.site.clock.passed = DECEMBER - NOW  # type: ignore[attr-defined]
    await everybody.sign_in(AT_CUR)
    return everybody


async def get(browser: Browser, path: str) -> str:
    browser.site.limits.counts.clear()
    shown = await browser.get(path)
    assert shown.status_code == 200, path
    return shown.text


async def figures(browser: Browser) -> dict[str, Any]:
    """Of November, wherever it is counted."""
    page = await get(browser, REPORT)
    (drawing,) = DRAWING.findall(page)
    found: dict[str, Any] = {"page": drawing, "more": page[page.index('id="more"') : page.index('id="closed"')]}
    found["pdf"] = words((await browser.get(f"/reports/month.pdf?from={NOVEMBER.first}")).content)
    for path in ("reports", "places", "agencies", "topics"):
        browser.site.limits.counts.clear()
        found[path] = (await browser.get(f"/{path}.json?{PERIOD}")).json()["строки"]
    return found


async def go_on(browser: Browser, db: Database) -> None:
    moves = await lived.go_on(db, browser.site.directory(), DECEMBER, 9)
    assert moves > 300
    browser.site.clock.passed += timedelta(days=9)  # type: ignore[attr-defined]
    await browser.sign_in(AT_CUR)


async def test_printed_it_is_the_same_nine_days_later(there: Browser, db: Database) -> None:
    printed = await figures(there)
    other_days = f"/reports.json?from={NOVEMBER.first}&to={NOVEMBER.last - timedelta(days=1)}"
    alive = await get(there, other_days)
    await go_on(there, db)
    assert await get(there, other_days) != alive, "much has happened"
    await db.run(lambda tx: forgetting.erase(tx, lived.resident(there.site.directory(), DECEMBER), NOW, force=True))
    later = await figures(there)
    for name, told in printed.items():
        assert later[name] == told, name
    (code,) = set(CODE.findall(html.unescape(printed["page"])))
    assert DRAWING.findall(await get(there, code)) == [printed["page"]], "the code leads to the same figures"


@pytest.mark.parametrize("user", [AT_MINDOR, OF_MIASS, READER])
async def test_so_is_that_of_each_role(there: Browser, db: Database, user: int) -> None:
    await there.sign_in(user)
    printed = DRAWING.findall(await get(there, REPORT))
    await go_on(there, db)
    await there.sign_in(user)
    assert DRAWING.findall(await get(there, REPORT)) == printed != []


async def test_what_waits_now_is_in_no_report_of_the_past(there: Browser) -> None:
    past, now = await get(there, REPORT), await get(there, f"/reports/month?from={TODAY}")
    for words_of_now in ("Просрочено:", "Обещанный день прошёл", "Не приняты три", "Что решить"):
        assert words_of_now not in past
    assert "Что осталось" in past and "Срок наступил, ответа не было" in past
    assert "Просрочено:" in now and "Что решить в этом месяце" in now


async def test_it_says_when_it_was_closed_and_that_lists_are_of_now(there: Browser) -> None:
    page = (await get(there, REPORT)).replace("\u00a0", " ")
    assert "Итоги закрыты 1 декабря 2026 в 14:00" in page and "Списки за числами" in page
    for path in ("places", "agencies", "reports"):
        assert "Итоги закрыты 1 декабря" in (await get(there, f"/{path}?{PERIOD}")).replace("\u00a0", " "), path
        assert "Итоги закрыты" not in await get(there, f"/{path}?from={NOVEMBER.first}&to={TODAY}")
    assert "итоги закрыты" not in await get(there, f"/reports/month?from={TODAY}")


async def test_a_person_counts_it_anew_and_reads_what_changed(there: Browser, db: Database) -> None:
    """With day and author; of few messages no number is told (R56)."""
    printed = await figures(there)
    await go_on(there, db)
    page = await there.get(REPORT)
    done = await there.post(f"/reports/month/again?from={NOVEMBER.first}", csrf=hidden(page))
    assert done.status_code == 303
    shown = (await get(there, done.headers["location"])).replace("\u00a0", " ")
    assert "Что изменилось, написано под отчётом" in shown and "Итоги пересчитаны 10 декабря 2026" in shown
    changed = re.findall(r"(?:было ([\d ]+), стало ([\d ]+)|меньше чем на 5)", shown)
    assert changed and all(abs(int(a.replace(" ", "")) - int(b.replace(" ", ""))) >= 5 for a, b in changed if a)
    assert (await figures(there))["reports"] != printed["reports"]
    lines = await db.run(lambda tx: audit.newest(tx, 5))
    assert ("period_counted", "month.2026-11-01", AT_CUR) in [
        (line["action"], line["subject"], line["actor"]) for line in lines
    ]


async def test_only_the_centre_counts_anew_and_only_what_is_closed(there: Browser, db: Database) -> None:
    page = await there.get(REPORT)
    assert (await there.post(f"/reports/month/again?from={TODAY}", csrf=hidden(page))).status_code == 404
    await there.sign_in(READER)
    page = await there.get(REPORT)
    assert "/again" not in page.text
    form = hidden(await there.get("/sign-out")) if "csrf" not in page.text else hidden(page)
    assert (await there.post(f"/reports/month/again?from={NOVEMBER.first}", csrf=form)).status_code == 403


def test_of_few_messages_no_number_is_told() -> None:
    one = Closed(NOVEMBER, NOW, 77, {"kept": (100, 98), "open": (40, 12)})
    assert changed_words(one, 5) == "ответили в срок: меньше чем на 5; ещё в работе: было 40, стало 12"
