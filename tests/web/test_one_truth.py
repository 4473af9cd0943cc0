"""One figure, one definition: whatever stands in two places for the same period is the same there, on every page, in
every file, picture and answer of the API (R52–R57)."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

import openpyxl
import pytest

from bot.web.asked import today_of
from bot.web.site import Site
from features.open_data.routes.figures import round_to_least
from features.statistics.pages.report_table import TERMS
from features.statistics.report.filling import Region, fill_report
from features.statistics.report.reading import asked_of, read
from features.statistics.report.words import in_words
from states.lifecycle.digest import Section
from states.statistics.filter import Filter
from states.statistics.periods import Span, around
from storage.db.database import Database
from storage.ops import statistics
from storage.records import what_waits
from tests.printing.pdf_reading import words
from tests.small import NOW, POLICY
from tests.web import lived
from tests.web.browser import AT_CUR, CENTRE, Browser

Told = dict[str, str]
MONDAY = NOW + timedelta(days=6)
"""The last seven days are a week then, and the month is not over."""
TODAY = MONDAY.astimezone(POLICY.zone).date()
WEEK = around(Span.WEEK, TODAY - timedelta(days=1))
PERIOD = f"from={WEEK.first}&to={WEEK.last}"
LINE = re.compile(r'<th scope="row">([^<]+)</th><td class="num"><a class="count" href="[^"]*"><b>([^<]*)</b>')
DRAWN = re.compile(r'aria-label="(Поступило|Ответили в срок|Первый ответ|«Не решено»): ([^"]+)"')
CELL = re.compile(r'<t[hd][^>]*>(?:<a class="count" href="[^"]*">|<b>)*([^<]*)<')


def said(value: Any) -> str:
    """As it is written on a page, whatever it comes from: 87.3, «87,3 %», «2 ч 48 мин», «2:48», 168."""
    told = f"{value:g}" if isinstance(value, float) else str(value)
    told = html.unescape(told).replace("\u00a0", " ").replace(".", ",").removesuffix(" %").removesuffix(",0")
    found = re.fullmatch(r"(?:(\d+) ч )?(\d+) мин|(\d+):(\d\d)", told)
    if found is None:
        return told.replace(" ", "") if re.fullmatch(r"[\d ,]+", told) else told
    hours, minutes = (found[1] or "0", found[2]) if found[2] else (found[3], found[4])
    return str(60 * int(hours) + int(minutes))


async def page(browser: Browser, path: str) -> str:
    browser.site.limits.counts.clear()
    shown = await browser.get(path)
    assert shown.status_code == 200, path
    return shown.text


async def of_now(browser: Browser) -> Told:
    names = {
        "Поступило": "received",
        "Первый ответ, рабочих ч:мин": "first",
        "Ответили в срок, %": "in time",
        "Не ответили в срок": "not in time",
        "«Не решено», %": "back",
    }
    found = dict(LINE.findall(await page(browser, "/now")))
    told = {names[name]: said(value) for name, value in found.items() if name in names}
    (marks,) = (name for name in found if name.startswith("Оценка из 5"))
    return told | {"stars": said(found[marks]), "rated": marks.partition("(")[2].rstrip(")")}


def of_row(row: Mapping[str, Any], first: str) -> Told:
    """The total of a table as a file has it."""
    due, kept, late, waiting = (int(row[name]) for name in TERMS)
    told = {"received": row["поступило"], "final": row["окончательных ответов"], "due": due, "kept": kept}
    told |= {"late": late, "waiting": waiting, "not in time": due - kept, "in time": row["в срок, %"]}
    told |= {
        "first": row[first],
        "rated": row["оценок"],
        "stars": round(float(str(row["оценка"]).replace(",", ".")), 1),
    }
    assert due == kept + late + waiting
    answers = int(row["окончательных ответов"]) + int(row["«не решено»"])
    return {name: said(value) for name, value in told.items()} | {
        "back": said(round(100 * int(row["«не решено»"]) / answers, 1))
    }


MEDIAN = "первый ответ: медиана, около"


async def of_table(browser: Browser, period: str = PERIOD) -> Told:
    return of_row((await browser.get(f"/reports.json?{period}")).json()["строки"][0], MEDIAN)


async def of_table_page(browser: Browser) -> Told:
    """What stands on the page beside the files."""
    shown = await page(browser, f"/reports?{PERIOD}")
    heads = [
        "",
        *(re.sub("<br>", " ", one) for one in re.findall(r'<th class="num[^"]*" scope="col">(.*?)</th>', shown)),
    ]
    body = shown[shown.index("<tbody>") : shown.index("</tbody>")]
    row = dict(zip(heads, (said(one) for one in CELL.findall(body)), strict=True))
    names = {"Поступило": "received", "Окончательных ответов": "final", "Срок наступил": "due", "В срок, %": "in time"}
    names |= {"Первый: медиана, около": "first", "Ответили в срок": "kept", "Ответили позже срока": "late"}
    return {name: row[head] for head, name in names.items()}


async def of_csv(browser: Browser) -> Told:
    lines = (await browser.get(f"/reports.csv?{PERIOD}")).content.decode("utf-8-sig").splitlines()
    rows = [line.split(";") for line in lines]
    heads = next(row for row in rows if len(row) > 5)
    total = next(row for row in rows if row[0] == "Всего")
    return of_row(dict(zip(heads, total, strict=True)), MEDIAN)


async def of_book(browser: Browser) -> Told:
    content = (await browser.get(f"/reports.xlsx?{PERIOD}")).content
    rows = list(openpyxl.load_workbook(io.BytesIO(content))["сводка"].iter_rows(values_only=True))
    heads = next(row for row in rows if "поступило" in row)
    return of_row(dict(zip(heads, next(row for row in rows if row[0] == "Всего"), strict=True)), MEDIAN)  # type: ignore[arg-type]


async def of_groups(browser: Browser, section: str) -> Told:
    """The file, held to be what the page says."""
    row = (await browser.get(f"/{section}.json?{PERIOD}")).json()["строки"][0]
    told = of_row(row, "первый ответ, рабочих минут (медиана, около)")
    shown = await page(browser, f"/{section}?{PERIOD}")
    body = shown[shown.index("<tbody>") : shown.index("</tbody>")]
    seen = [said(one) for one in re.findall(r"<(?:b|a class=\"count\"[^>]*)>([^<]*)</", body)]
    for name in ("received", "in time", "late", "waiting", "back"):
        assert told[name] in seen, (section, name)
    return told


async def of_topics(browser: Browser) -> Told:
    rows = (await browser.get(f"/topics.json?{PERIOD}")).json()["строки"]
    return {"received": said(sum(one["поступило"] for one in rows))}


async def of_report(browser: Browser) -> Told:
    names = {"Поступило": "received", "Ответили в срок": "in time", "Первый ответ": "first", "«Не решено»": "back"}
    found = DRAWN.findall(await page(browser, f"/reports/week?from={WEEK.first}"))
    assert len(found) == len(names)
    return {names[name]: said(value) for name, value in found}


async def of_pdf(browser: Browser, told: Told) -> Told:
    """Its words are the page's: each of the figures of `told` is among them."""
    text = {said(one) for one in words((await browser.get(f"/reports/week.pdf?from={WEEK.first}")).content)}
    assert set(told.values()) <= text
    return told


async def of_chat(db: Database, site: Site) -> Told:
    """What the ЦУР reads where no picture can be made; the picture is the drawing."""
    asked = asked_of(WEEK, Filter(), TODAY)
    found = await db.run(lambda tx: read(tx, asked, today_of(site), site.formula))
    made = fill_report(Region("Приёмная", site.directory(), site.zone, site.formula), asked, found, MONDAY)
    told = dict(line.split(": ", 1) for line in in_words(made).splitlines() if ", было " in line)
    names = {"Поступило": "received", "Ответили в срок": "in time", "«Не решено»": "back"}
    return {name: said(told[line].partition(", было")[0]) for line, name in names.items()} | {
        "first": said(told["Первый ответ, медиана около"].partition(", было")[0])
    }


@pytest.fixture
async def everything(everybody: Browser, db: Database) -> Browser:
    """The panel and the open page of one bot, on a Monday."""
    everybody.site.clock.passed = MONDAY - NOW  # type: ignore[attr-defined]
    await lived.fill(db, everybody.site.directory(), MONDAY)
    await everybody.sign_in(AT_CUR)
    return everybody


async def test_a_figure_of_a_week_is_the_same_wherever_it_stands(everything: Browser, db: Database) -> None:
    of_page = await of_report(everything)
    places = {
        "«Сейчас»": await of_now(everything),
        "«Отчёты», JSON": await of_table(everything),
        "«Отчёты»": await of_table_page(everything),
        "«Отчёты», CSV": await of_csv(everything),
        "«Отчёты», XLSX": await of_book(everything),
        "«Муниципалитеты»": await of_groups(everything, "places"),
        "«Ведомства»": await of_groups(everything, "agencies"),
        "«Темы»": await of_topics(everything),
        "отчёт за неделю": of_page,
        "отчёт за неделю, PDF": await of_pdf(everything, of_page),
        "чат ЦУР": await of_chat(db, everything.site),
    }
    seen: dict[str, dict[str, str]] = {}
    for place, told in places.items():
        for figure, value in told.items():
            seen.setdefault(figure, {})[place] = value
    assert {figure for figure, by in seen.items() if len(set(by.values())) > 1} == set(), seen
    twice = {figure for figure, by in seen.items() if len(by) > 1}
    assert twice >= {"received", "final", "first", "in time", "not in time", "due", "kept", "late", "back", "stars"}
    assert int(seen["due"]["«Отчёты», CSV"]) > 200 and 50 < float(seen["in time"]["«Сейчас»"].replace(",", ".")) < 100


async def test_what_it_was_before_is_the_same_too(everything: Browser) -> None:
    """Beside each figure stands that of the week before: on «Сейчас», and in the report."""
    shown = await page(everything, "/now")
    was = re.findall(r'<th scope="row">([^<]+)</th>.*?<td class="num phone-hidden"><a[^>]*>([^<]*)</a>', shown)
    names = ("Поступило", "Ответили в срок", "Первый ответ", "«Не решено»")
    known = [said(next(value for name, value in was if name.startswith(one))) for one in names]
    drawn = html.unescape(await page(everything, f"/reports/week?from={WEEK.first}"))
    assert [said(one) for one in re.findall(r">было ([^<]*?)(?:, [+\u2212]?\d+|,)?</text>", drawn)] == known


async def test_better_and_worse_are_said_alike(everything: Browser) -> None:
    """And with the direction of the difference, wherever they are said."""
    shown = await page(everything, "/now")
    table = shown[shown.index('id="week"') :]
    rows = re.findall(
        r'<th scope="row">([^<]+)</th>.*?<td class="num [a-z]*">([^<]*)</td><td class="[a-z]*">(.*?)</td>', table
    )
    drawn = html.unescape(await page(everything, f"/reports/week?from={WEEK.first}"))
    for name, moved, word in rows[:6]:
        more = name.startswith(("Ответили в срок", "Оценка"))
        assert word in ("", "лучше", "хуже")
        if word:
            assert (word == "лучше") is (moved.startswith("+") is more), (name, moved, word)
    said_so = [word for name, _, word in rows if name.startswith(("Первый", "Ответили", "«Не")) and word]
    assert re.findall(r">(лучше|хуже)</text>", drawn) == said_so


async def test_the_open_page_says_the_same_rounded(everything: Browser) -> None:
    first, last = TODAY.replace(day=1), TODAY - timedelta(days=1)
    told = await of_table(everything, f"from={first}&to={last}")
    rows = (await everything.get("/open.json")).json()["строки"]
    whole = next(one for one in rows if (one["период"], one["разрез"]) == ("month", "Всего"))
    least = everything.site.settings.open_least
    assert whole["поступило, округлённо"] == round_to_least(int(told["received"]), least)
    assert whole["дано ответов, округлённо"] == round_to_least(int(told["final"]), least)
    assert whole["в срок, %"] == round(100 * int(told["kept"]) / int(told["due"]))
    assert said(whole["первый ответ: медиана, около"]) == told["first"]
    file = (await everything.get("/open.csv")).content.decode("utf-8-sig")
    assert f";{whole['в срок, %']};" in file
    assert f"в срок: {whole['в срок, %']} %" in await page(everything, "/open")


async def test_what_is_overdue_now_is_one_number(everything: Browser, db: Database) -> None:
    """On «Сейчас», in the queue, on the map, in the list of the morning, in what an administrator reads."""
    now = await page(everything, "/now")
    tiles = dict(re.findall(r'<span class="name">.*?([«А-Я][^<]*)</span><span class="value"[^>]*>([^<]*)</span>', now))
    rows = (await everything.get("/map.json?from=2020-01-01")).json()["строки"]
    until = datetime.combine(TODAY + timedelta(days=1), time(), POLICY.zone)
    digest = await db.run(lambda tx: what_waits.count_waiting(tx, CENTRE, MONDAY, until, everywhere=True))
    standing = await db.run(lambda tx: statistics.standing(tx, MONDAY))
    queue = (await everything.get("/queue.json?view=overdue")).json()["сообщений"]
    late = int(said(tiles["Просрочено"]))
    assert late > 5
    assert {
        digest.of(Section.OVERDUE).count,
        standing["overdue"],
        int(queue),
        sum(one["из них просрочено"] for one in rows),
    } == {late}
    assert digest.of(Section.TODAY).count == int(said(tiles["Истекает сегодня"]))
    waits = sum(digest.of(one).count for one in (Section.UNASSIGNED, Section.RETURNED, Section.DANGER))
    assert waits == int(said(tiles["Без адресата"]))
    assert digest.of(Section.REOPENED).count == int(said(tiles["«Не решено»"]))
