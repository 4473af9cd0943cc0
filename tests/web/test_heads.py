"""«Страницы глав»: parts with what was counted, places by score, nobody compared with too little, own pages only."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from features.official_pages import sql as registry
from features.official_pages.model.facts import VK, Fact, Name
from features.official_pages.model.page import BodyKind, Network, OfficialPage, PageState
from storage.db.database import Database
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, OF_MIASS, Browser

DAY = date(2026, 10, 12)
assert DAY.month != NOW.month, "the page opens with the month before"


def head(number: int, place: str, **named: object) -> OfficialPage:
    plain = OfficialPage(
        number, f"Глава {number}", BodyKind.HEAD, place, "", Network.VK, f"https://vk.com/head{number}",
        PageState.EXISTS, "",
        DAY, DAY,
    )  # fmt: skip
    return replace(plain, **named)  # type: ignore[arg-type]


def said(page: int, day: date = DAY, **values: int) -> list[Fact]:
    return [Fact(page, Name(name), str(value), VK, day, day) for name, value in values.items()]


@pytest.fixture(autouse=True)
async def filled(db: Database) -> None:
    pages = [
        head(1, "miass"), head(2, "zlatoust"), head(3, "karabash"), head(4, "miass", network=Network.OK),
        head(5, "miass", kind=BodyKind.SCHOOL), head(6, "miass", state=PageState.CLOSED),
    ]  # fmt: skip
    await db.run(lambda tx: registry.keep(tx, pages, {one.id: "" for one in pages}))
    facts = [
        *said(1, posts=3, comments=10, answered=5, answer_minutes=240),
        *said(1, date(2026, 9, 12), posts=0, comments=10, answered=5, answer_minutes=240),
        *said(2, posts=3, comments=4, answered=4, answer_minutes=60),
        *said(3, posts=1),
    ]
    await db.run(lambda tx: registry.keep_facts(tx, facts))


async def rows(browser: Browser, address: str = "/pages/heads.json") -> list[dict[str, object]]:
    found: list[dict[str, object]] = (await browser.get(address)).json()["строки"]
    return found


async def test_places_by_score_and_too_little_is_not_compared(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    first, second, last = await rows(browser)
    assert (first["муниципалитет"], first["место"], first["балл"]) == ("Златоуст", "1", "100")
    assert (second["муниципалитет"], second["балл"], second["месяцем раньше"]) == ("Миасс", "83", "50")
    assert (second["Ответы, баллов"], second["Скорость, ч"]) == ("50", "4,0\u00a0ч")
    assert (last["место"], last["балл"], last["Ответы, баллов"]) == ("", "мало данных", "нет данных")


async def test_a_month_is_chosen_and_stands_on_the_page(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    text = (await browser.get("/pages/heads")).text
    assert "октябрь 2026" in text and 'href="/pages/heads?month=2026-09"' in text and "Как считали" in text
    (september,) = [one for one in await rows(browser, "/pages/heads.json?month=2026-09") if one["место"]]
    assert (september["муниципалитет"], september["балл"]) == ("Миасс", "50")
    assert (await browser.get("/pages/heads?month=2026-13")).status_code == 400
    assert (await browser.get("/pages/heads.doc")).status_code == 404
    assert (await browser.get("/pages/heads.xlsx")).content[:2] == b"PK"


async def test_a_municipality_sees_its_head_and_an_agency_its_own(browser: Browser) -> None:
    assert (await browser.get("/pages/heads")).status_code == 401
    await browser.sign_in(OF_MIASS)
    assert [one["муниципалитет"] for one in await rows(browser)] == ["Миасс"]
    await browser.sign_in(AT_MINDOR)
    assert await rows(browser) == [] and "в реестре нет" in (await browser.get("/pages/heads")).text
