"""«Официальные страницы»: whose pages are shown, every number is its list, what is missing is no zero."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.charts.numbers import day
from bot.web.site import Site
from features.official_pages import sql as registry
from features.official_pages.asked import keep_mains, words_of
from features.official_pages.model.facts import HAND, VK, Fact, Name
from features.official_pages.model.page import OPEN, BodyKind, Network, OfficialPage, PageState
from features.official_pages.pages.views import month_ends
from storage.db.database import Database
from storage.privacy import audit
from tests.small import NOW
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser, hidden

TODAY = NOW.date()
COUNT = re.compile(r'<a class="count" href="(/pages\?[^"]*|/pages#[^"]*)">([^<]*)<')
FACET = re.compile(r'<li><a href="(/pages[^"]*)"[^>]*>[^<]*<span class="many">([^<]*)<')
COLUMN = re.compile(r'<a href="(/pages\?[^"]*on=[^"]*)" aria-label="[^:"]*: ([0-9\u00a0]+),')
PLACES = ("miass", "zlatoust", "")
STATES = (
    PageState.EXISTS,
    PageState.MARKED,
    PageState.WAITS,
    PageState.MARKED,
    PageState.CREATING,
    PageState.CLOSED,
    PageState.NONE,
)


def made(number: int) -> OfficialPage:
    state, since = STATES[number % 7], TODAY - timedelta(days=number * 2)
    there = state in OPEN or state is PageState.CLOSED
    return OfficialPage(
        number, f"Школа № {number // 2}", (BodyKind.SCHOOL, BodyKind.CULTURE, BodyKind.HOSPITAL)[number // 2 % 3],
        PLACES[number // 2 % 3], ("mindor", "minobr", "Управление")[number % 3], list(Network)[number % 4],
        f"https://vk.com/page{number}" if there else "", state, "Секретарь", since,
        since - timedelta(days=40) if there else None, since if state is PageState.MARKED else None,
        since if state is PageState.CLOSED else None,
    )  # fmt: skip


PAGES = [made(number) for number in range(1, 121)]
SCHOOL = next(
    one for one in PAGES if one.state is PageState.MARKED and one.network is Network.VK and one.place == "miass"
)


@pytest.fixture(autouse=True)
async def filled(db: Database, site: Site) -> None:
    known = site.directory()
    await db.run(lambda tx: registry.keep(tx, PAGES, {one.id: words_of(one, known) for one in PAGES}))
    await db.run(keep_mains)
    said = {Name.STATE: "marked", Name.ABOUT: "да", Name.PHONE: "нет", Name.POSTS: "2", Name.MEMBERS: "1240"}
    facts = [Fact(SCHOOL.id, name, value, VK, TODAY, TODAY) for name, value in said.items()]
    facts.append(Fact(SCHOOL.id, Name.QR, "нет", HAND, TODAY, TODAY))
    await db.run(lambda tx: registry.keep_facts(tx, facts))
    await db.run(lambda tx: registry.keep_checked(tx, [SCHOOL.id], TODAY))


async def listed(browser: Browser, href: str) -> list[dict[str, object]]:
    address = html.unescape(href).split("#")[0].replace("/pages", "/pages.json", 1)
    browser.site.limits.counts.clear()
    shown = await browser.get(address)
    assert shown.status_code == 200, address
    found: list[dict[str, object]] = shown.json()["строки"]
    return found


@pytest.mark.parametrize(("user", "least"), [(AT_CUR, 60), (READER, 60), (AT_MINDOR, 30), (OF_MIASS, 20)])
async def test_numbers_are_their_lists(browser: Browser, user: int, least: int) -> None:
    await browser.sign_in(user)
    text = (await browser.get("/pages")).text
    checked = set()
    for pattern in (COUNT, FACET, COLUMN):
        for href, words in pattern.findall(text):
            value = words.replace("\u00a0", "")
            if value.isdigit() and (href, value) not in checked:
                rows = await listed(browser, href)
                assert len(rows) == int(value), (href, words)
                checked.add((href, value))
    assert len(checked) >= least, len(checked)


async def test_groups_add_up_to_the_whole(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    everything = await listed(browser, "/pages")
    assert len(everything) == len(PAGES)
    text = (await browser.get("/pages")).text
    bodies = await listed(browser, "/pages?bodies=yes")
    assert (
        len(bodies) == len({one.whose for one in PAGES})
        and f'из <a class="count" href="/pages?bodies=yes#registry">{len(bodies)}<' in text
    )  # noqa: E501
    parts = [await listed(browser, f"/pages?network={one}") for one in Network]
    assert sum(len(part) for part in parts) == len(everything)
    states = Counter(str(one["состояние"]) for one in everything)
    assert sum(states.values()) == 120 and states["госметка"] == sum(one.state is PageState.MARKED for one in PAGES)


async def test_the_months(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    ends = month_ends(TODAY)
    assert (
        len(ends) == 13 and ends[-1] == TODAY and all(end.month != (end + timedelta(days=1)).month for end in ends[:-1])
    )
    for at in (ends[0], ends[8], ends[-1]):
        could = [one for one in PAGES if one.opened and one.opened <= at and not (one.closed and one.closed <= at)]
        assert len(await listed(browser, f"/pages?on={at}")) == len(could)
        marked = [one for one in could if one.marked and one.marked <= at]
        assert len(await listed(browser, f"/pages?on={at}&marked=yes")) == len(marked)
    assert month_ends(date(2026, 1, 5))[-2:] == [date(2025, 12, 31), date(2026, 1, 5)]


async def test_an_agency_and_a_municipality_see_their_own(browser: Browser) -> None:
    await browser.sign_in(AT_MINDOR)
    assert len(await listed(browser, "/pages")) == sum(one.parent == "mindor" for one in PAGES)
    assert (await browser.get("/pages?parent=minobr")).status_code == 403
    other = next(one for one in PAGES if one.parent == "minobr")
    assert (await browser.get(f"/pages/{other.id}")).status_code == 404
    own = next(one for one in PAGES if one.parent == "mindor")
    assert (await browser.get(f"/pages/{own.id}")).status_code == 200


async def test_a_municipality(browser: Browser) -> None:
    await browser.sign_in(OF_MIASS)
    assert {one["муниципалитет"] for one in await listed(browser, "/pages")} == {"Миасс"}
    assert (await browser.get("/pages?place=zlatoust")).status_code == 403
    far, near = (next(one for one in PAGES if one.place == code) for code in ("zlatoust", "miass"))
    assert (await browser.get(f"/pages/{far.id}")).status_code == 404
    assert (await browser.get(f"/pages/{near.id}")).status_code == 200


async def test_nobody_without_a_session_and_what_is_not_there(browser: Browser) -> None:
    assert (await browser.get("/pages")).status_code == 401
    assert (await browser.get("/pages/1")).status_code == 401
    await browser.sign_in(AT_CUR)
    assert (await browser.get("/pages/99999")).status_code == 404
    assert (await browser.get("/pages?kind=palace")).status_code == 400
    assert (await browser.get("/pages.exe")).status_code == 404


async def test_the_card_of_a_page(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    text = (await browser.get(f"/pages/{SCHOOL.id}")).text
    assert "Поправить 3: телефон, записей за неделю, QR-код у входа" in text
    assert "2, нужно 3" in text and "Пройдено <b>2 из 5</b> проверенных" in text and "1\u00a0240" in text
    assert f"Проверил бот: {day(TODAY)}, VK" in text and f"Проверил человек: {day(TODAY)}, сотрудник ЦУР" in text
    assert text.count("не проверяли") == 5, "what nobody measured is neither met nor unmet"
    assert f'href="https://vk.com/page{SCHOOL.id}"' in text and "виджет" in text.lower()


async def test_who_waits_and_what_was_not_checked(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    waits = next(one for one in PAGES if one.state is PageState.WAITS)
    text = (await browser.get(f"/pages/{waits.id}")).text
    assert "Страницы ещё нет" in text and "Проверять пока нечего" in text
    bare = next(one for one in PAGES if one.state is PageState.EXISTS)
    assert "Эту страницу ещё не проверяли." in (await browser.get(f"/pages/{bare.id}")).text
    page = (await browser.get("/pages?state=waits")).text
    longest = min((one for one in PAGES if one.state is PageState.WAITS), key=lambda one: one.since)
    assert page.index(f'/pages/{longest.id}"') == page.index("/pages/", page.index('id="waiting"')), "the longest first"


async def test_search_and_conditions(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    found = await listed(browser, "/pages?words=школа № 5")
    assert {one["организация"] for one in found} == {"Школа № 5"}
    text = (
        await browser.get("/pages?words=школа+5&bodies=yes&until=2026-11-01&on=2026-11-01&marked=no&parent=minobr")
    ).text
    for words in ("«школа 5»", "по одной на организацию", "без госметки", "кто выше: Минобрнауки", "убрать условие"):
        assert words in text, words
    assert "Таких страниц в реестре нет" in (await browser.get("/pages?words=дворец")).text


async def test_pages_of_the_list(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    first, last = (await browser.get("/pages")).text, (await browser.get("/pages?start=100")).text
    assert "Дальше по списку" in first and "Раньше по списку" not in first
    assert "Раньше по списку" in last and "Дальше по списку" not in last


async def test_a_missing_value_is_no_zero(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    rows = {one["номер"]: one for one in await listed(browser, "/pages")}
    assert rows[SCHOOL.id]["проверка"] == "2 из 5" and rows[SCHOOL.id]["подписчиков"] == "1\u00a0240"
    bare = next(one for one in PAGES if one.state is PageState.EXISTS)
    assert rows[bare.id]["подписчиков"] == "нет данных" and rows[bare.id]["проверка"] == "нет данных"


async def test_an_empty_registry_and_an_administrator(browser: Browser, db: Database) -> None:
    gone = [replace(one, place="zlatoust") for one in PAGES]
    await db.run(lambda tx: registry.keep(tx, gone, {one.id: "" for one in gone}))
    await browser.sign_in(OF_MIASS)
    text = (await browser.get("/pages")).text
    assert "нет данных" in text and "Никто не ждёт подписи." in text
    await browser.sign_in(ADMIN)
    assert (await browser.get("/pages")).status_code == 303, "a code of the telephone first"


async def test_the_plan_stands_on_the_whole_only(browser: Browser, site: Site) -> None:
    object.__setattr__(site, "settings", site.settings.model_copy(update={"pages_plan": "2025-11-30:10 2026-11-30:90"}))
    await browser.sign_in(AT_CUR)
    assert "план" in (await browser.get("/pages")).text.split('id="bodies"')[0]
    assert "план" not in (await browser.get("/pages?place=miass")).text.split('id="bodies"')[0]


async def test_a_person_writes_down_what_was_seen(browser: Browser, db: Database) -> None:
    await browser.sign_in(AT_CUR)
    address = f"/pages/{SCHOOL.id}"
    assert (await browser.send(address, qr="да", plain="нет", widget="")).headers["location"] == address
    facts = (await db.run(lambda tx: registry.facts_of(tx, [SCHOOL.id])))[SCHOOL.id]
    seen = {one.name: (one.value, one.source) for one in facts if one.name in (Name.QR, Name.PLAIN, Name.WIDGET)}
    assert seen == {Name.QR: ("да", HAND), Name.PLAIN: ("нет", HAND)}, "what nobody looked at has no fact"
    assert "Пройдено <b>3 из 6</b>" in (await browser.get(address)).text
    lines = await db.run(lambda tx: audit.newest(tx, 1))
    assert [(one["action"], one["actor"], one["detail"]) for one in lines] == [("page_checked", AT_CUR, str(SCHOOL.id))]
    assert (await browser.send(address, qr="наверное")).status_code == 400
    waits = next(one for one in PAGES if one.state is PageState.WAITS)
    token = hidden(await browser.get(address))
    assert (await browser.post(f"/pages/{waits.id}", csrf=token, qr="да")).status_code == 404
    assert (await browser.post(address, qr="да")).status_code == 403, "without the hidden field"


@pytest.mark.parametrize("user", [AT_MINDOR, OF_MIASS, READER])
async def test_who_keeps_a_page_does_not_judge_it(browser: Browser, user: int) -> None:
    await browser.sign_in(user)
    own = next(one for one in PAGES if one.state in OPEN and one.parent == "mindor" and one.place == "miass")
    shown = await browser.get(f"/pages/{own.id}")
    assert shown.status_code == 200 and "Записать, что вы увидели" not in shown.text
    assert (await browser.post(f"/pages/{own.id}", csrf=hidden(shown), qr="да")).status_code == 403
