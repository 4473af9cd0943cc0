"""The one-page report: works, held to the role, missing; its numbers are lists and the same as in the table (R52)."""

from __future__ import annotations

import html
import re
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.config import calendar_file
from bot.config.settings import Settings
from bot.web.site import Site
from features.demo.given import YearInputs
from features.official_pages import demo_rows
from states.lifecycle.appeal import Status
from states.lifecycle.counted import Counted, Outcome
from states.people.comments import Comment, CommentKind, Marks
from storage.db.database import Database
from storage.records import comments
from tests.printing.pdf_reading import links, words
from tests.small import COMMUNITY, NOW
from tests.web.browser import AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser
from tests.web.filled import fill, some
from tests.web.test_numbers import listed, plain

CELL = re.compile(r'<a href="(/queue[^"]*)" class="cell"><span class="dim">[^<]*</span> <b class="figure">([^<]*)<')
COUNT = re.compile(r'<a class="count" href="(/queue[^"]*)"><b>(\d[\d\xa0]*)</b>')
LINK = re.compile(r'<a href="(/queue[^"]*)" aria-label="(?:[^":]*: )?([\d\xa0]+)"')


OWN = "/reports/days?from=2026-11-05&to=2026-11-20"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"comments": "watch"})


@pytest.mark.parametrize("path", ["/reports/week?from=2026-11-16", "/reports/month?from=2026-11-01", OWN])
async def test_numbers_of_the_drawing_are_their_lists(browser: Browser, db: Database, site: Site, path: str) -> None:
    await fill(db, some(site.directory(), seed=5))
    await browser.sign_in(AT_CUR)
    page = await browser.get(path)
    assert page.status_code == 200 and "<svg" in page.text and "style=" not in page.text
    found = LINK.findall(page.text)
    assert len(found) >= 8
    for href, told in found:
        browser.site.limits.counts.clear()
        assert (await listed(browser, href))["сообщений"] == str(plain(told)), href
    assert (
        "Чем закончилось:" in page.text and "медиана около" in page.text and "из поступивших ещё в работе" in page.text
    )


@pytest.mark.parametrize("path", ["/reports/week?from=2026-11-16", "/reports/month?from=2026-11-01", OWN])
async def test_on_a_telephone_the_same_figures_stand_in_words(
    browser: Browser, db: Database, site: Site, path: str
) -> None:
    """One column of text; each number that it links is a number of its list, and the page is small."""
    await fill(db, some(site.directory(), seed=5))
    await browser.sign_in(AT_CUR)
    page = (await browser.get(path)).text
    assert len(page.encode()) <= 300_000
    phone = page[page.index('<article class="weekly') : page.index("</article>")]
    found = CELL.findall(phone) + COUNT.findall(phone)
    assert len(found) >= 5 and "Поступило" in phone and "код справа" not in phone
    for href, told in found:
        browser.site.limits.counts.clear()
        many = plain(told)
        assert many is None or (await listed(browser, href))["сообщений"] == str(many), (href, told)
    drawn = {html.unescape(href) for href in re.findall(r'href="(/queue[^"]*)"', page[page.index("</article>") :])}
    assert {html.unescape(href) for href, _ in found} <= drawn, "nothing that the drawing does not say"


async def test_the_week_against_the_same_week_a_year_ago(browser: Browser, db: Database, site: Site) -> None:
    """Where there are figures; each is its list."""
    made = some(site.directory(), seed=5)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    page = (await browser.get("/reports/week?from=2026-11-16")).text
    assert "К той же неделе год назад" in page and "сравнить не с чем" in page
    received = date(2025, 11, 19)
    older = [
        replace(one, code=f"1119-{at:04d}", resident=9000 + at, created_at=datetime(2025, 11, 19, 9, tzinfo=UTC),
                counted=Counted(received=received), status=Status.CLOSED, agency="mindor", deadline=None)
        for at, one in enumerate(made[:7])
    ]  # fmt: skip
    await fill(db, older)
    page = (await browser.get("/reports/week?from=2026-11-16")).text
    year = page[page.index('id="year"') :].partition("</table>")[0]
    assert "17–23 ноября 2025" in year.replace("\xa0", " "), year[:300]
    found = re.findall(r'<a class="count" href="(/queue[^"]*)">(\d+)</a>', year)
    assert found[0][1] == "7"
    assert (await listed(browser, found[0][0]))["сообщений"] == "7"


@pytest.mark.parametrize("user", [AT_CUR, AT_MINDOR, OF_MIASS, READER])
async def test_without_messages_it_says_so(browser: Browser, user: int) -> None:
    await browser.sign_in(user)
    page = await browser.get("/reports/week")
    assert page.status_code == 200 and "Неделя 16–22\u00a0ноября" in page.text and "сообщений не было" in page.text


async def test_of_an_agency_it_is_its_own(browser: Browser, db: Database, site: Site) -> None:
    await fill(db, some(site.directory(), seed=6))
    await browser.sign_in(AT_MINDOR)
    page = await browser.get("/reports/week?from=2026-11-16")
    hrefs = [html.unescape(href) for href, _ in LINK.findall(page.text)]
    assert hrefs and all("agency=mindor" in href for href in hrefs)
    assert site.directory().agency_by_code["mindor"].name in page.text


async def test_this_week_is_not_over(browser: Browser, db: Database, site: Site) -> None:
    await fill(db, some(site.directory(), seed=7))
    await browser.sign_in(AT_CUR)
    page = await browser.get("/reports/week?from=2026-11-24")
    assert page.status_code == 200 and "ещё не закончено" in page.text and "Позже" not in page.text
    assert "to=2026-11-17" in page.text, "two days are compared with two days"


async def test_days_of_choice_are_offered_where_they_were_chosen(browser: Browser) -> None:
    """A minister's paper is of 5 to 20 November: only whole weeks and months had one."""
    await browser.sign_in(READER)
    asked = (await browser.get("/reports?from=2026-11-05&to=2026-11-20")).text
    assert f'<a href="{html.escape(OWN)}">Эти дни: ' in asked
    page = (await browser.get(OWN)).text
    assert "5–20\xa0ноября" in page and "/reports/days?from=2026-10-20&amp;to=2026-11-04" in page
    paper = await browser.get("/reports/days.pdf?from=2026-11-20&to=2026-11-05")
    assert paper.headers["content-disposition"].endswith('filename="otchet-days-2026-11-05-2026-11-20.pdf"')
    one_day = await browser.get("/reports/days?from=2026-11-20&to=2026-11-20")
    assert one_day.status_code == 200 and "/reports/days?from=2026-11-19&amp;to=2026-11-19" in one_day.text
    assert (await browser.get("/reports/days?from=2026-11-20&to=2026-12-31")).status_code == 200, "till its end"
    for wrong in (
        "from=2026-01-01&to=2026-11-20", "from=1999-01-01&to=1999-01-02", "from=9999-12-01&to=9999-12-31",
        "from=9999-12-27&to=9999-12-31", "from=2026-11-20&to=9999-12-31", "from=0001-01-01&to=0001-01-07",
    ):  # fmt: skip
        assert (await browser.get(f"/reports/days?{wrong}")).status_code == 404, wrong
    for far in ("from=9999-12-01&to=9999-12-31", "from=9999-12-27&to=9999-12-31", "from=0001-01-01&to=0001-01-07"):
        assert (await browser.get(f"/reports?{far}")).status_code < 500, far
    for wrong in ("from=2026-11-05", "from=2026-11-05&to=x", ""):
        assert (await browser.get(f"/reports/days?{wrong}")).status_code == 400
    assert "Эти дни" not in (await browser.get("/reports?from=2026-01-01&to=2026-11-20")).text


async def test_what_there_is_not(browser: Browser) -> None:
    assert (await browser.get("/reports/week")).status_code == 401
    await browser.sign_in(AT_CUR)
    for path in (
        "/reports/week?from=2030-01-01",
        "/reports/month?from=0001-01-01",
        "/reports/week.exe",
        "/reports/year",
    ):
        assert (await browser.get(path)).status_code == 404, path
    assert (await browser.get("/reports/week?from=9999-12-31")).status_code == 404
    assert (await browser.get("/reports/week?from=monday")).status_code == 400


async def test_picture_and_pdf_are_the_same_report(browser: Browser, db: Database, site: Site) -> None:
    await fill(db, some(site.directory(), seed=8))
    await browser.sign_in(AT_CUR)
    picture = await browser.get("/reports/week.png?from=2026-11-16")
    assert picture.headers["content-type"] == "image/png" and picture.content.startswith(b"\x89PNG")
    paper = await browser.get("/reports/week.pdf?from=2026-11-16")
    assert paper.headers["content-type"] == "application/pdf"
    assert "Неделя 16–22" in " ".join(words(paper.content)).replace("\u00a0", " ")
    addresses = {one.href for one in links(paper.content)}
    assert f"{site.address}/reports/week?from=2026-11-16" in addresses
    assert any(one.startswith(f"{site.address}/queue?") for one in addresses)


@pytest.mark.parametrize(("form", "library"), [("png", "resvg_py"), ("pdf", "reportlab.pdfgen.canvas")])
async def test_without_its_library_it_says_which(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, form: str, library: str
) -> None:
    await browser.sign_in(AT_CUR)
    monkeypatch.setitem(sys.modules, library, None)
    shown = await browser.get(f"/reports/week.{form}")
    assert shown.status_code == 404 and "Поставьте: uv sync" in shown.text


async def test_an_interim_answer_is_a_first_and_no_final_one(browser: Browser, db: Database, site: Site) -> None:
    """R53, with the mean by hand: (60 + 180) / 2 working minutes."""
    day = date(2026, 11, 18)
    made = [
        replace(one, counted=Counted(received=day, first=day, first_minutes=minutes))
        for one, minutes in zip(some(site.directory(), many=2), (60, 180), strict=True)
    ]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    page = (await browser.get("/reports/week?from=2026-11-16")).text.replace("\u00a0", " ")
    assert "Первый ответ, рабочее время:" in page and "в среднем 2 ч 00 мин" in page and "ответов 2" in page
    assert "Окончательный ответ, рабочее время:" not in page


async def test_shares_stand_with_their_counts(browser: Browser, db: Database, site: Site) -> None:
    """R54: of four received one is a repeat; two of three ratings are four or five."""
    day, four = date(2026, 11, 18), some(site.directory(), many=4)
    made = [
        replace(
            one,
            repeat_of="1101-AAAA" if turn == 0 else "",
            rating=(5, 4, 1, 0)[turn],
            counted=Counted(received=day, rated=day if turn < 3 else None),
        )
        for turn, one in enumerate(four)
    ]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    page = (await browser.get("/reports/week?from=2026-11-16")).text.replace("\u00a0", " ")
    assert (
        "повторы 25,0 % (1 из 4)" in page
        and "оценки 4 и 5 66,7 % (2 из 3)" in page
        and "«не решено» нет данных" in page
    )


async def test_each_outcome_stands_by_itself(browser: Browser, db: Database, site: Site) -> None:
    """R57: solved, explained, declined, withdrawn are never one number."""
    day = date(2026, 11, 18)
    kinds = [Outcome.SOLVED] * 3 + [Outcome.EXPLAINED] * 2 + [Outcome.DECLINED, Outcome.WITHDRAWN]
    made = [
        replace(one, status=Status.CLOSED, counted=Counted(received=day, ended=day, outcome=kind))
        for one, kind in zip(some(site.directory(), many=len(kinds)), kinds, strict=True)
    ]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    page = (await browser.get("/reports/week?from=2026-11-16")).text.replace("\u00a0", " ")
    for told in ("решено 3", "разъяснено 2", "отклонено 1", "отозвано 1", "из поступивших ещё в работе 0"):
        assert f">{told}</a>" in page, told


async def test_who_has_too_few_messages_is_not_compared(browser: Browser, db: Database, site: Site) -> None:
    """R55: 35 with 30 late are worse, 60 in time are better, five that are all late are nobody's rank."""
    day = date(2026, 11, 18)
    sizes = {"miass": (35, 30), "zlatoust": (60, 0), "kopeysk": (5, 5)}
    wanted = [(place, number < late) for place, (many, late) in sizes.items() for number in range(many)]
    made = [
        replace(
            one, place=place, status=Status.CLOSED, deadline=None, counted=Counted(day, final=day, late=late, term=day)
        )
        for one, (place, late) in zip(some(site.directory(), many=len(wanted)), wanted, strict=True)
    ]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    page = (await browser.get("/reports/week?from=2026-11-16")).text.replace("\u00a0", " ")
    assert 'aria-label="Миасс: 14,3 из 35"' in page and 'aria-label="Златоуст: 100,0 из 60"' in page
    assert "Копейск: 0,0" not in page, "too few"
    assert "Больше всего просрочек: Миасс (85,7 %)." in page


async def test_official_pages_stand_on_the_week_and_each_figure_is_its_list(
    browser: Browser, db: Database, site: Site
) -> None:
    """From the registry; where there is none, and in the report of an agency, no line stands instead of zeros."""
    await browser.sign_in(AT_CUR)
    assert "Официальные страницы" not in (await browser.get("/reports/week?from=2026-11-16")).text
    await demo_rows.fill(
        db, YearInputs(1, 0, NOW, COMMUNITY, site.directory(), calendar_file.read(), ZoneInfo("Asia/Yekaterinburg"))
    )
    page = (await browser.get("/reports/week?from=2026-11-16")).text
    assert "Официальные страницы" in page
    found = re.findall(r'<a href="(/pages[^"#]*)#registry" aria-label="[^":]*: ([\d\xa0]+)"', page)
    assert len(found) == 3
    for href, told in found:
        browser.site.limits.counts.clear()
        file = await browser.get(html.unescape(href).replace("/pages", "/pages.json", 1))
        assert len(file.json()["строки"]) == plain(told), href
    await browser.sign_in(AT_MINDOR)
    assert "Официальные страницы" not in (await browser.get("/reports/week?from=2026-11-16")).text


@pytest.mark.parametrize(("user", "linked"), [(AT_CUR, True), (OF_MIASS, False)])
async def test_a_figure_is_no_link_to_pages_that_its_reader_may_not_open(
    browser: Browser, db: Database, user: int, linked: bool
) -> None:
    """«Комментарии» is not for a municipality: its figures are."""
    at = datetime(2026, 11, 17, 7, tzinfo=UTC)
    said = Comment(1, 5, 1001, at, at, marks=Marks(CommentKind.PROBLEM, "snow", "miass"))
    await db.run(lambda tx: comments.keep(tx, [said]))
    await browser.sign_in(user)
    page = (await browser.get("/reports/week?from=2026-11-16")).text
    assert page.count("Комментарии под записями") == 2, "in the drawing, and for a telephone"
    assert ('href="/comments?' in page) is linked
