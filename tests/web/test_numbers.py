"""Every number on every page is a link to exactly the messages that it counts, and a file has as many rows
(users of chatwoot and fixmystreet ask for it)."""

from __future__ import annotations

import html
import io
import re
from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

import openpyxl
import pytest

from bot.web.asked import today_of
from bot.web.downloads.files_of_list import days_late
from bot.web.site import Site
from features.statistics.pages.groups import text_to_publish
from features.statistics.pages.report_table import TERMS
from features.statistics.report.standings import WEEKS, GroupLine, arrange
from states.lifecycle.appeal import Status
from states.people.viewers import Section
from states.statistics.filter import Filter
from states.statistics.listed import ListedAppeal
from states.statistics.rating import Counts, Formula
from storage.db.database import Database
from storage.ops import search
from storage.ops.sums import Sums
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, OF_MIASS, Browser
from tests.web.filled import TODAY, fill, some

TILE = re.compile(
    r'<a class="number[^"]*" href="(/queue[^"]*)"><span class="name">.*?</span><span class="value"[^>]*>([^<]*)</span>',
    re.S,
)
COUNT = re.compile(r'<a class="count" href="(/queue[^"]*)">(?:<b>)?([^<]*)<')
VIEW = re.compile(r'<a href="(/queue[^"]*)"[^>]*>[^<]*<span class="many"[^>]*>([^<]*)<')


def plain(words: str) -> int | None:
    """«18 672» as a number; a share, a time or a name is none."""
    said = words.strip().replace("\u00a0", "")
    return int(said) if said.isdigit() else None


async def listed(browser: Browser, href: str) -> dict[str, object]:
    address = html.unescape(href)
    shown = await browser.get(address.replace("/queue", "/queue.json", 1))
    assert shown.status_code == 200, href
    found: dict[str, object] = shown.json()
    return found


async def check(browser: Browser, path: str, pattern: re.Pattern[str], least: int) -> None:
    """A list that several numbers of a page lead to is opened once."""
    page = await browser.get(path)
    assert page.status_code == 200
    checked, known = 0, dict[str, dict[str, object]]()
    for href, words in pattern.findall(page.text):
        number = plain(words)
        if number is None:
            continue
        if href not in known:
            browser.site.limits.counts.clear()  # a person does not open three hundred lists a minute
            known[href] = await listed(browser, href)
        found = known[href]
        assert found["сообщений"] == str(number), (path, href, words)
        assert len(found["строки"]) == number  # type: ignore[arg-type]
        checked += 1
    assert checked >= least, (path, checked)


@pytest.mark.parametrize("user", [AT_CUR, AT_MINDOR, OF_MIASS])
async def test_numbers_are_their_lists(browser: Browser, db: Database, site: Site, user: int) -> None:
    await fill(db, some(site.directory()))
    await browser.sign_in(user)
    await check(browser, "/now", TILE, 5)
    await check(browser, "/now", COUNT, 4)
    await check(browser, "/queue", VIEW, 8)
    if user == AT_CUR:
        await check(browser, "/places", COUNT, 20)
        await check(browser, "/agencies", COUNT, 20)
        await check(browser, "/topics?all=yes", COUNT, 20)
        await check(browser, "/map?from=2020-01-01", COUNT, 20)


async def test_groups_add_up_to_the_whole(browser: Browser, db: Database, site: Site) -> None:
    """R54, R55: sum of groups = total = list."""
    await fill(db, some(site.directory(), seed=2))
    await browser.sign_in(AT_CUR)
    for section in ("places", "agencies"):
        rows = (await browser.get(f"/{section}.json?from=2020-01-01&to=2030-01-01")).json()["строки"]
        whole, parts = rows[0], rows[1:]
        for name in ("поступило", "окончательных ответов", *TERMS, "оценок"):
            assert whole[name] == sum(one[name] for one in parts), (section, name)
        assert whole["поступило"] == 120
        assert whole[TERMS[0]] == sum(whole[name] for name in TERMS[1:]) > 0


async def test_a_file_says_what_it_is_and_runs_no_formula(browser: Browser, db: Database, site: Site) -> None:
    await fill(db, some(site.directory(), many=5))
    await browser.sign_in(AT_CUR)
    for form, kind in (("csv", "text/csv"), ("json", "application/json"), ("xlsx", "application/vnd.openxml")):
        shown = await browser.get(f"/queue.{form}?view=open")
        assert shown.status_code == 200 and shown.headers["content-type"].startswith(kind)
        assert f".{form}" in shown.headers["content-disposition"]
    assert (await browser.get("/queue.exe?view=open")).status_code == 404
    from bot.web.downloads.table_files import safe

    assert safe("=1+1") == "'=1+1" and safe("-5") == "'-5" and safe(5) == 5 and safe("яма") == "яма"


async def test_dates_of_a_file_are_dates_and_a_delay_is_days(browser: Browser, db: Database, site: Site) -> None:
    """So that a table can be sorted and counted with, as it is, in the time of the region."""
    made = some(site.directory(), many=40)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    rows = (await browser.get("/queue.json?from=2020-01-01")).json()["строки"]
    late = [row for row in rows if row["позже срока"]]
    assert late and all(isinstance(row["опоздание, дней"], int) for row in late)
    sheet = openpyxl.load_workbook(io.BytesIO((await browser.get("/queue.xlsx?from=2020-01-01")).content)).active
    assert sheet is not None
    heads, *lines = [row for row in sheet.iter_rows(values_only=True) if row[1] is not None][3:]
    table = [dict(zip(heads, row, strict=True)) for row in lines]
    sent = {one.code: one.created_at.astimezone(site.zone).replace(tzinfo=None) for one in made}
    assert {row["номер"]: row["поступило"].replace(microsecond=0) for row in table} == {
        code: at.replace(microsecond=0) for code, at in sent.items()
    }
    assert any(isinstance(row["первый ответ"], datetime) for row in table)
    assert f"{sent[table[0]['номер']]:%d.%m.%Y %H:%M}" in (await browser.get("/queue.csv?from=2020-01-01")).text


def test_a_delay_runs_from_the_term_by_which_it_is_judged() -> None:
    day = date(2026, 11, 20)
    one = ListedAppeal("1120-AB2C", Status.IN_WORK, "snow", "", "", NOW, term=day)
    assert days_late(one, day) is None and days_late(one, day + timedelta(days=3)) == 3
    answered = replace(one, final=day + timedelta(days=1))
    assert days_late(answered, day + timedelta(days=9)) is None, "moved, or kept by its hours"
    assert days_late(replace(answered, late=True), day + timedelta(days=9)) == 1
    assert days_late(replace(one, term=None), day) is None


async def test_the_hours_of_a_week_are_those_of_the_region(browser: Browser, db: Database, site: Site) -> None:
    """R45: half past nine in UTC is half past two in the afternoon there; 1970 began on a Thursday."""
    made = some(site.directory(), many=40)
    await fill(db, made)
    wanted, zone = Filter(), timedelta(hours=5)
    found = await db.run(lambda tx: search.hours(tx, wanted, today_of(site), zone))
    local = [one.created_at + zone for one in made]
    assert found == Counter(at.weekday() * 24 + at.hour for at in local)
    await browser.sign_in(AT_CUR)
    assert "Когда пишут" in (await browser.get("/topics")).text
    assert (await browser.get("/topics.csv?from=2020-01-01&to=2030-01-01")).status_code == 200


def test_the_best_of_a_month_are_ready_to_be_published() -> None:
    """With their figures and the formula; no rank without its group of size (R55)."""
    month = Filter(since=date(2026, 11, 1), until=date(2026, 11, 30))
    whole = GroupLine("", Sums(), Counts(), Counts(), (0,) * WEEKS, month)
    text = text_to_publish(
        Section.PLACES, month, arrange(whole, [], Formula()), [("Озёрск", "до 200 сообщений", "93,1", "92,2")]
    )
    assert text.split("\n")[0] == "Муниципалитеты: лучшие, 1–30 ноября 2026"
    assert "Озёрск (до 200 сообщений): в срок 93,1 %, рейтинг 92,2" in text and Formula().words in text


async def test_the_best_can_be_downloaded(browser: Browser, db: Database, site: Site) -> None:
    """R55: a picture and its words, or nothing where nobody can be compared; for who may open the page only."""
    await browser.sign_in(AT_CUR)
    assert (await browser.get("/places/best.png")).status_code == 404
    two = ("miass", "zlatoust")
    await fill(db, [replace(one, place=two[at % 2]) for at, one in enumerate(some(site.directory(), many=300))])
    period = "from=2020-01-01&to=2030-01-01"
    browser.site.limits.counts.clear()
    page = (await browser.get(f"/places?{period}")).text
    found = re.findall(r'href="(/places/best\.[a-z]+[^"]*)"', page)
    assert len(found) == 2
    picture, words = [await browser.get(html.unescape(href)) for href in found]
    assert picture.headers["content-type"] == "image/png" and picture.content.startswith(b"\x89PNG")
    assert "Муниципалитеты: лучшие" in words.text and Formula().words.partition(":")[0] in words.text
    await browser.sign_in(AT_MINDOR)
    assert (await browser.get(f"/places/best.png?{period}")).status_code == 403


async def test_a_topic_narrows_the_table_and_stays_chosen(db: Database, browser: Browser, site: Site) -> None:
    made = some(site.directory())
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    topic = Counter(one.topic for one in made).most_common(1)[0][0]
    first, last = TODAY - timedelta(days=60), TODAY
    period = f"from={first}&to={last}"
    shown = (await browser.get(f"/places?topic={topic}&{period}")).text
    assert f'list="topics" value="{site.directory().topic_by_code[topic].name}"' in shown
    assert f'<input type="hidden" name="from" value="{first}">' in shown
    rows = (await browser.get(f"/places.json?topic={topic}&{period}")).json()["строки"]
    whole, *places = (list(one.values()) for one in rows)
    assert whole[1] == sum(one[1] for one in places) == sum(one.topic == topic for one in made)
    everything = (await browser.get(f"/places?topic=&{period}")).text
    assert 'list="topics" value="" placeholder="Все темы"' in everything
