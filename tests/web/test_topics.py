"""«Темы»: topics by municipality, what is not recognised, what was given back; works, forbidden, missing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.web.site import Site
from features.statistics.pages.topics import TopicsData, cell, nameless_topics
from states.lifecycle.appeal import Piece, Status
from states.statistics.filter import NONE, Filter
from storage.db.database import Database
from tests.web.browser import AT_CUR, AT_MINDOR, READER, Browser
from tests.web.filled import TODAY, fill, some
from tests.web.test_numbers import COUNT, check

PERIOD = "from=2020-01-01&to=2030-01-01"


async def test_all_numbers_are_their_lists(browser: Browser, db: Database, site: Site) -> None:
    made = some(site.directory(), many=90)
    odd = next(code for code in nameless_topics(site) if code != NONE)
    said = (Piece(1, "Странное, 89001234567"),)
    for at, one in enumerate(made[:9]):
        made[at] = replace(one, topic=odd, pieces=said, counted=replace(one.counted, returned=TODAY))
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    page = (await browser.get(f"/topics?{PERIOD}")).text
    assert "Темы и муниципалитеты" in page and "Тема не распознана" in page and "Возвращали «не наше»" in page
    assert "Странное" in page and "1234567" not in page
    await check(browser, f"/topics?{PERIOD}", COUNT, 60)
    one = (await browser.get(f"/topics?{PERIOD}&topic={odd}")).text
    assert "Тема не распознана" not in one and "убрать условие" in one
    browser.site.limits.counts.clear()
    await check(browser, f"/topics?{PERIOD}&topic={odd}", COUNT, 5)


async def test_an_agency_sees_its_own_and_others_nothing(browser: Browser, db: Database, site: Site) -> None:
    made = [replace(one, status=Status.IN_WORK, agency="minzdrav") for one in some(site.directory(), many=20)]
    await fill(db, made)
    assert (await browser.get("/topics")).status_code == 401
    await browser.sign_in(AT_MINDOR)
    assert "Проверочное" not in (await browser.get(f"/topics?{PERIOD}")).text
    assert (await browser.get("/topics?agency=minzdrav")).status_code == 403
    await browser.sign_in(READER)
    assert (await browser.get("/topics?by=nothing")).status_code == 400


def test_a_cell_tells_its_change_and_what_doubled() -> None:
    period = Filter(since=TODAY - timedelta(days=7), until=TODAY)
    places = {("snow", "miass"): 24, ("pits", "miass"): 12, ("dogs", "miass"): 3, ("bus", "miass"): 10}
    were = {("snow", "miass"): 12, ("pits", "miass"): 20, ("dogs", "miass"): 1, ("bus", "miass"): 10}
    seen = TopicsData((), {}, 0, places, were, (), (), ())
    cells = {topic: cell(period, seen, topic, "miass") for topic, _ in places}
    told = {topic: (number, change, colour) for topic, (number, _, change, colour) in cells.items()}
    assert told == {
        "snow": ("24", "+12", "warn"), "pits": ("12", "\u22128", ""), "dogs": ("3", "", ""), "bus": ("10", "", ""),
    }  # fmt: skip
