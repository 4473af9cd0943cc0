"""«Карта»: works, forbidden, another agency's, missing; a circle; numbers are their lists; no place is finer than a
cell."""

from __future__ import annotations

import html
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio

from bot.charts.ground import Shape
from bot.region.map_file import RegionMap
from bot.web.app import build
from bot.web.pages import PAGES
from bot.web.site import Site
from features.map.pages import DOTS, steps
from states.lifecycle.appeal import Appeal, Piece, Status
from states.messages import Location
from storage.db.database import Database
from tests.web.browser import AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser, hidden
from tests.web.filled import fill, some
from tests.web.test_numbers import COUNT, check, listed, plain

HERE = (55.0421, 60.1078)


def square(code: str, x: float, y: float) -> Shape:
    return Shape(code, (((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)),))


@pytest_asyncio.fixture
async def drawn(site: Site) -> AsyncIterator[Browser]:
    """A panel whose region has a map of two municipalities."""
    known = RegionMap((square("miass", 60, 55), square("zlatoust", 59, 55)), "© участники OpenStreetMap")
    opened = Browser.of(build(replace(site, map=known), PAGES), replace(site, map=known))
    yield opened
    await opened.client.aclose()


def placed(site: Site, many: int = 30) -> list[Appeal]:
    """The first half with points near to each other, all of them open."""
    made = []
    for at, one in enumerate(some(site.directory(), many=many)):
        point = Location(HERE[0] + 0.01 * (at % 3), HERE[1]) if at < many // 2 else None
        said = (Piece(1, "Проверка", location=point),)
        made.append(replace(one, status=Status.IN_WORK, place="miass", agency="mindor", pieces=said))
    return made


async def test_numbers_of_the_map_are_their_lists(drawn: Browser, db: Database, site: Site) -> None:
    await fill(db, placed(site))
    for user in (AT_CUR, AT_MINDOR, OF_MIASS, READER):
        await drawn.sign_in(user)
        await check(drawn, "/map", COUNT, 3)
    page = (await drawn.get("/map")).text
    assert "© участники OpenStreetMap" in page, "ODbL"
    assert page.count('class="spot"') == 3 and "15 сообщений" in page
    assert "55.0421" not in page and "60.1078" not in page, "no place is shown finer than its cell"
    assert (await drawn.get("/map?layer=heat")).text.count('class="heat-spot"') == 3
    assert 'class="spot"' not in (await drawn.get("/map?layer=none&measure=count")).text


async def test_each_dot_leads_to_the_messages_of_its_cell(drawn: Browser, db: Database, site: Site) -> None:
    await fill(db, placed(site))
    await drawn.sign_in(AT_CUR)
    page = (await drawn.get("/map")).text
    links = {part.split('"')[0] for part in page.split('<a href="') if "circle=" in part.split('"')[0]}
    assert len(links) == 3
    for href in links:
        assert (await listed(drawn, href))["сообщений"] == "5"


async def test_a_circle_chooses_messages_without_a_script(drawn: Browser, db: Database, site: Site) -> None:
    await fill(db, placed(site))
    await drawn.sign_in(AT_CUR)
    moved = await drawn.get("/map?view=open&lat=55,0421&lon=60,1078&km=1&layer=dots")
    assert moved.status_code == 303
    page = await drawn.get(moved.headers["location"])
    assert (
        page.text.count('name="code"') == 5 and 'value="merge"' in page.text and 'name="back" value="/map?' in page.text
    )
    around = await drawn.get((await drawn.get("/map?view=open&at=miass&km=150")).headers["location"])
    assert around.text.count('name="code"') == 15
    form = {"csrf": hidden(page), "did": "remind", "code": placed(site)[0].code, "back": moved.headers["location"]}
    told = await drawn.post("/queue/several/do", do="no", **form)
    assert told.status_code == 303 and told.headers["location"] == moved.headers["location"]
    await drawn.sign_in(AT_MINDOR)
    own = await drawn.get(moved.headers["location"])
    assert own.status_code == 200 and 'value="merge"' not in own.text


async def test_a_message_leads_to_what_is_near(drawn: Browser, db: Database, site: Site) -> None:
    made = placed(site)
    await fill(db, made)
    await drawn.sign_in(AT_CUR)
    shown = (await drawn.get(f"/queue?view=open&open={made[0].code}")).text
    (href,) = re.findall(r'<a href="(/map[^"]*)">рядом на карте', shown)
    assert (await drawn.get(html.unescape(href))).text.count('name="code"') == 5
    assert "рядом на карте" not in (await drawn.get(f"/queue?view=open&open={made[-1].code}")).text


async def test_another_agencys_places_are_not_shown(drawn: Browser, db: Database, site: Site) -> None:
    """R24: a position of one message is personal."""
    await fill(db, [replace(one, agency="minzdrav", place="zlatoust") for one in placed(site)])
    for user in (AT_MINDOR, OF_MIASS):
        await drawn.sign_in(user)
        page = (await drawn.get("/map?view=open")).text
        assert 'class="spot"' not in page and "Проверочная" not in page
        assert (await drawn.get("/map.csv?agency=minzdrav&place=zlatoust")).status_code == 403


async def test_what_has_no_point_stands_by_streets(drawn: Browser, db: Database, site: Site) -> None:
    made = placed(site)
    await fill(db, [replace(one, address=f"ул. Мира, {at}, тел. 89001234567") for at, one in enumerate(made)])
    await drawn.sign_in(AT_CUR)
    page = (await drawn.get("/map")).text
    assert "<b>Мира</b>" in page and all(one.code in page for one in made[15:]) and "1234567" not in page
    assert all(one.code not in page for one in made[:15])


async def test_what_there_is_not(drawn: Browser, site: Site) -> None:
    assert (await drawn.get("/map")).status_code == 401
    await drawn.sign_in(AT_CUR)
    for wrong in ("circle=1,2", "circle=55,60,0", "circle=55,60,nan", "km=3", "km=три&at=miass", "lat=100&lon=60&km=3"):
        assert (await drawn.get(f"/map?{wrong}")).status_code == 400, wrong
    assert (await drawn.get("/map.exe")).status_code == 404
    for form in ("json", "csv", "xlsx"):
        assert (await drawn.get(f"/map.{form}?view=open")).status_code == 200
    without = replace(site, map=None)
    browser = Browser.of(build(without, PAGES), without)
    await browser.sign_in(AT_CUR)
    assert "нет файла с картой" in (await browser.get("/map")).text
    await browser.client.aclose()


async def test_a_forgotten_message_has_no_place(db: Database, site: Site) -> None:
    """R14."""
    from datetime import timedelta

    from sqlalchemy import select

    from storage.db.schema import appeal
    from storage.privacy import forgetting
    from tests.small import NOW

    made = placed(site, 2)
    await fill(db, made)
    before = await db.run(lambda tx: tx.rows(select(appeal.c.cell_row).where(appeal.c.cell_row.is_not(None))))
    await db.run(lambda tx: forgetting.erase(tx, made[0].resident, NOW + timedelta(days=1), force=True))
    after = await db.run(lambda tx: tx.rows(select(appeal.c.cell_row).where(appeal.c.cell_row.is_not(None))))
    assert (len(before), len(after)) == (1, 0)


@pytest.mark.parametrize(
    ("values", "borders"),
    [([], (1, 2, 3, 4)), ([0.0] * 9, (1, 2, 3, 4)), ([10, 20, 30, 40, 50], (20, 30, 40, 50)), ([5.0], (5, 6, 7, 8))],
)
def test_shades_have_growing_borders(values: list[float], borders: tuple[float, ...]) -> None:
    assert steps(values) == borders and DOTS > 0 and plain("5") == 5


@pytest.mark.parametrize(("user", "leads"), [(READER, "/places/miass"), (OF_MIASS, "/standing"), (AT_MINDOR, "")])
async def test_a_row_leads_to_the_reasons_where_there_are_pages_of_them(
    db: Database, site: Site, user: int, leads: str
) -> None:
    """Where the feature of figures is left out its pages are «Такой страницы нет»."""
    await fill(db, placed(site))
    for named in (True, False):
        here = replace(site, features=tuple(known for known in site.features if named or known.name != "statistics"))
        opened = Browser.of(build(here, PAGES), here)
        await opened.sign_in(user)
        shown = (await opened.get("/map?view=open")).text
        to_reasons = re.findall(r'<th scope="row"><a href="(/(?:places|standing)[^"]*)">', shown)
        assert to_reasons == ([leads] if named and leads else [])
        await opened.client.aclose()
