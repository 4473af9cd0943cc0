"""The demo's registry: the figures of the seed, each from its own pages, the same for the same seed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import calendar_file
from features.demo.given import YearInputs
from features.official_pages import demo_rows, made_up, sql
from features.official_pages.model.card import card
from features.official_pages.model.facts import latest
from features.official_pages.model.page import OPEN, Network, PageState, bests
from features.official_pages.model.wanted import PageFilter
from states.directory import Directory
from storage.db.database import Database
from storage.db.master import Master
from storage.db.migrations import migrate
from tests.small import COMMUNITY

AT = datetime(2026, 11, 27, 4, 4, tzinfo=UTC)
MASTER = Master(bytes(range(32)))


@pytest.fixture(scope="module")
def given(region: Directory) -> YearInputs:
    return YearInputs(1, 0, AT, COMMUNITY, region, calendar_file.read(), ZoneInfo("Asia/Yekaterinburg"))


@pytest.fixture(scope="module")
def made(given: YearInputs) -> list[made_up.MadePage]:
    return made_up.made_of(given)


def test_the_figures_of_the_seed(made: list[made_up.MadePage]) -> None:
    pages = [one.page for one in made]
    there = [one for one in pages if one.state in OPEN]
    assert len(there) == 6000 and sum(one.state is PageState.MARKED for one in there) == 3577
    assert Counter(one.network for one in there) == made_up.NETWORKS
    mains = bests(pages)
    best = [one for one in pages if one.id in mains]
    assert len(best) == 3740 and sum(one.state in OPEN for one in best) == 3590, "96 % of bodies"
    assert sum(one.state is PageState.WAITS for one in best) == 138
    year_ago = date(2025, 11, 30)
    assert sum(one.opened is not None and one.opened <= year_ago for one in pages) == pytest.approx(700, abs=2)


def test_every_month_has_more_and_nothing_is_of_the_future(made: list[made_up.MadePage]) -> None:
    today = date(2026, 11, 27)
    by_month = Counter(one.page.opened.strftime("%Y-%m") for one in made if one.page.opened)
    assert all(by_month[f"2026-{month:02d}"] > 200 for month in range(1, 12))
    for one in made:
        page = one.page
        assert all(day is None or day <= today for day in (page.since, page.opened, page.marked, page.checked))
        assert page.marked is None or (page.opened is not None and page.opened <= page.marked)
        assert page.network in (Network.VK, Network.OK) or page.state is not PageState.MARKED
        assert all(fact.day <= fact.seen <= today for fact in one.facts)


def test_all_municipalities_and_cards(made: list[made_up.MadePage], region: Directory) -> None:
    assert {one.code for one in region.places} <= {one.page.place for one in made}
    cards = [card(latest(one.facts)) for one in made if one.page.checked]
    assert {one.measured_count for one in cards} >= {7, 10} and len({one.passed_count for one in cards}) > 5


def test_the_same_seed_gives_the_same(made: list[made_up.MadePage], given: YearInputs) -> None:
    assert made_up.made_of(given) == made


async def test_filled_once(given: YearInputs, made: list[made_up.MadePage], tmp_path: Path) -> None:
    """One that was cut off goes on, one that is whole stays as it is."""
    url = f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    await migrate(url, master=MASTER)
    db = await Database.open(url, master=MASTER, community=COMMUNITY)
    try:
        await db.run(lambda tx: demo_rows.keep(tx, made[: demo_rows.MANY], given))
        assert await demo_rows.fill(db, given) == f"Официальных страниц в реестре: {6150 - demo_rows.MANY}."
        assert await demo_rows.fill(db, given) == ""
        number = await db.run(lambda tx: sql.number(tx, PageFilter(bodies=True, states=OPEN)))
        assert number == 3590
    finally:
        await db.close()
