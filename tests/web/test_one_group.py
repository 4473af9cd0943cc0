"""The page of a municipality and of an agency: why it stands where it stands, by the figures of the table of all (R54,
R55); each number leads to exactly its messages."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.web.site import Site
from features.statistics.pages.report_table import TERMS
from features.statistics.report.reasons import Rank, rank
from states.people.viewers import Role, Viewer
from states.statistics.rating import Counts
from storage.db.database import Database
from storage.records import viewers
from tests.small import NOW
from tests.web import lived
from tests.web.browser import AT_CUR, AT_MINDOR, NOBODY, OF_MIASS, READER, Browser
from tests.web.filled import TODAY, fill, some
from tests.web.test_numbers import COUNT, check, plain
from tests.web.test_one_truth import said

SINCE = TODAY - timedelta(days=60)
PERIOD = f"from={SINCE}&to={TODAY}"


async def lists(browser: Browser, path: str) -> None:
    """Every number on it is its list."""
    await check(browser, path, COUNT, 4)


@pytest.fixture
async def known(db: Database, browser: Browser, site: Site) -> Browser:
    """Two places, each with answers of its administration and of others."""
    own = [one.code for one in site.directory().agencies if one.place == "miass" and one.level == "municipality"]
    assert own
    who = [*own, "mindor", "minzdrav"]
    made = [
        replace(one, place="miass" if turn % 3 else "zlatoust", agency=who[turn % len(who)])
        for turn, one in enumerate(some(site.directory(), many=300))
    ]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    return browser


async def test_every_number_is_its_list(known: Browser) -> None:
    await lists(known, f"/places/miass?{PERIOD}")
    await lists(known, f"/agencies/mindor?{PERIOD}")


def heads(page: str) -> dict[str, str]:
    found = re.findall(r'<dt>([^<]+)</dt>\s*<dd class="value">(?:<a [^>]*>)?([^<]*)', page)
    return {name: said(value) for name, value in found}


@pytest.mark.parametrize("section, code", [("places", "miass"), ("agencies", "mindor")])
async def test_its_figures_are_those_of_the_table(known: Browser, section: str, code: str) -> None:
    """One figure has one definition, wherever it stands."""
    page = (await known.get(f"/{section}/{code}?{PERIOD}")).text
    name = html.unescape(re.findall(r"<h1>([^<]+)</h1>", page)[0])
    rows = (await known.get(f"/{section}.json?{PERIOD}")).json()["строки"]
    row = next(one for one in rows if one["где"] == name)
    told = heads(page)
    assert told["Поступило"] == said(row["поступило"])
    assert told["Ответили в срок, %"] == said(row["в срок, %"])
    first = row["первый ответ, рабочих минут (медиана, около)"]
    assert told["Первый ответ, рабочих ч:мин"] == said(first if first != "" else "нет данных")
    listed = (await known.get(f"/{section}?{PERIOD}")).text
    assert f'href="/{section}/{code}?from={SINCE}' in listed, "the table leads to it"
    assert html.unescape(re.findall(r"Все места</a>.*?<b>([^<]*)</b>", listed, re.S)[0]) in page


async def test_parts_of_those_that_missed_are_the_whole(known: Browser) -> None:
    page = (await known.get(f"/places/miass?{PERIOD}")).text
    row = next(one for one in (await known.get(f"/places.json?{PERIOD}")).json()["строки"] if one["где"] == "Миасс")
    late = row[TERMS[2]] + row[TERMS[3]]
    two = [plain(one) for one in re.findall(r'data-missed="[a-z]+">([^<]*)<', page)]
    assert len(two) == 2 and sum(one or 0 for one in two) == late > 0
    mine, others = two
    assert f"Не в срок {late}: у администрации {mine}, у других ведомств {others}." in html.unescape(page)


async def test_from_the_number_to_a_message_in_two_taps(known: Browser) -> None:
    """The number opens its messages in place, a row of them the message."""
    page = (await known.get(f"/places/miass?{PERIOD}")).text
    opened = re.findall(r'<details class="why[^"]*".*?</details>', page, re.S)
    assert len(opened) == 2
    rows = re.findall(r'<a class="why-row" href="([^"]+)"', opened[1])
    assert rows
    shown = await known.get(html.unescape(rows[0]))
    code = re.findall(r"open=([^&]+)", rows[0])[0]
    assert shown.status_code == 200 and f"№{code}" in shown.text


async def test_a_municipality_sees_its_place_among_the_others(known: Browser) -> None:
    """Not itself as the whole region; and nobody else's page."""
    await known.sign_in(OF_MIASS)
    own = await known.get(f"/standing?{PERIOD}")
    assert own.status_code == 200 and "<h1>Миасс</h1>" in own.text
    assert re.search(r"место из 2|место из \d+", own.text)
    assert "/places/zlatoust" not in own.text, "leads nowhere that is refused"
    assert (await known.get(f"/places/miass?{PERIOD}")).status_code == 200
    assert (await known.get(f"/places/zlatoust?{PERIOD}")).status_code == 403
    assert (await known.get(f"/agencies/mindor?{PERIOD}")).status_code == 403
    table = (await known.get(f"/agencies?{PERIOD}")).text
    assert "Все места" not in table and "Хуже среднего" not in table and ">Миасс</a>" in table
    assert 'href="/standing"' in table, "in the menu"


async def test_an_agency_sees_its_own(known: Browser) -> None:
    await known.sign_in(AT_MINDOR)
    own = await known.get(f"/standing?{PERIOD}")
    assert own.status_code == 200 and 'href="/agencies/minzdrav' not in own.text
    assert (await known.get(f"/agencies/minzdrav?{PERIOD}")).status_code == 403
    assert (await known.get(f"/places/miass?{PERIOD}")).status_code == 403


async def test_who_is_of_nowhere_has_no_standing(known: Browser) -> None:
    lost = Viewer(NOBODY, Role.MUNICIPALITY, "", "Без места")
    await known.site.db.run(lambda tx: viewers.grant(tx, lost, NOW))
    await known.sign_in(NOBODY)
    assert (await known.get("/standing")).status_code == 403
    await known.sign_in(READER)
    assert (await known.get("/standing")).status_code == 403
    assert (await known.get("/places/nowhere")).status_code == 404
    assert (await known.get("/agencies/miass")).status_code == 404


async def test_nothing_heard_is_said_so(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    page = (await browser.get("/places/miass")).text
    assert "не сравниваем" in page and "сроков ещё не наступило" in page
    assert (await browser.get("/agencies/mindor")).status_code == 200


async def test_a_lived_region_has_neighbours_and_a_trend(browser: Browser, db: Database, site: Site) -> None:
    await lived.fill(db, site.directory())
    await browser.sign_in(AT_CUR)
    page = (await browser.get("/places/chelyabinsk")).text
    assert "Соседи" in page and 'href="/places/' in page and "12 недель" in page
    assert "Чаты" in page and "О чём пишут" in page


def test_a_place_is_as_uncertain_as_its_interval() -> None:
    """R54, R55."""
    many = {f"p{turn}": Counts(due=100, kept=50 + turn) for turn in range(40)}
    assert rank("p39", many, 30) == Rank(1, 40, 1, 8)
    assert rank("p39", many | {"p39": Counts(due=29, kept=29)}, 30) is None
    assert rank("gone", many, 30) is None
    assert rank("p0", {"p0": Counts(due=1000, kept=500)}, 30) == Rank(1, 1, 1, 1)
