"""A visitor's way from the sandbox into the panel, and a day there as each of four people."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests import outside
from tests.sandbox import Sandbox


@pytest.fixture(scope="module")
def filled(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """The sandbox as `make sandbox` starts it; its year is there before anybody looks."""
    opened = Sandbox(tmp_path_factory.mktemp("filled"), "--filled", "--year", "4000")
    try:
        opened.until_healthy()
        opened.wait(lambda: (state := opened.ask_bot("demo_state")) and state["day"] == state["days"], 200)
        yield opened
    finally:
        opened.close()


OFFICE = "Администрация Миасса"


@pytest_asyncio.fixture(loop_scope="session")
async def tab(browser: Browser) -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    await context.close()
    assert complaints == []


async def came(tab: Page, filled: Sandbox, role: str) -> None:
    link = filled.call("emulator.beside", command="panel", role=role)["url"]
    await tab.goto(link)
    await tab.get_by_role("button", name="Войти").click()
    await expect(tab.get_by_role("heading", level=1, name="Сейчас")).to_be_visible()


async def test_a_button_of_the_sandbox_opens_it(browser: Browser, filled: Sandbox) -> None:
    context = await browser.new_context(viewport={"width": 1280, "height": 900})
    page = await context.new_page()
    await page.add_init_script("localStorage.setItem('tour', 'seen')")
    await page.goto(filled.url)
    await page.locator(".door .opener").click()
    async with context.expect_page() as opened:
        await page.get_by_role("button", name="ЦУР", exact=True).click()
    panel = await opened.value
    await panel.get_by_role("button", name="Войти").click()
    await expect(panel.get_by_role("heading", level=1, name="Сейчас")).to_be_visible()
    await context.close()


async def test_a_morning_of_the_control_centre(tab: Page, filled: Sandbox) -> None:
    """Sees what is worst, opens its list, looks at a message, sends a reminder, looks who is worse than the region."""
    await came(tab, filled, "cur")
    assert int(await tab.locator(".number", has_text="Просрочено").locator(".value").inner_text()) > 0
    await tab.locator(".notices .first .what a").click()
    await expect(tab.locator(".row-link").first).to_be_visible()
    await tab.goto(re.sub(r"/[^/]*$", "/queue?view=open&agency=chel-gorod&agency=mindor", tab.url.split("?")[0]))
    await until_offered(tab, "Напомнить")
    await tab.get_by_role("article").get_by_role("button", name="Напомнить").click()
    await expect(tab.locator(".said")).to_contain_text("Сделано")
    await tab.get_by_role("link", name="Муниципалитеты", exact=True).first.click()
    await expect(tab.locator("#how")).to_contain_text("Рейтинг = (50 × доля в срок")
    assert await tab.locator("svg.map, .chart.map").count() + await tab.locator("svg").count() > 40


async def until_offered(tab: Page, action: str) -> None:
    """The first message of the list that allows it: of an agency without a chat there is nobody to be reminded."""
    for link in await tab.locator(".row-link").all():
        await link.click()
        await expect(tab.get_by_role("article")).to_contain_text("История")
        found = tab.get_by_role("article").get_by_role("button", name=action, include_hidden=True)
        if await found.count():
            if not await found.first.is_visible():
                await tab.locator(".more-acts > summary").click()
            return
    raise AssertionError(f"no message of this list allows «{action}»")


async def test_a_circle_is_drawn_and_keys_lead_to_what_they_say(tab: Page, filled: Sandbox) -> None:
    """With a pointer the map's form is filled and sent; `n` writes a note, `e` goes on, `.` needs no mouse either."""
    await came(tab, filled, "cur")
    root = tab.url.rsplit("/", 1)[0]
    await tab.goto(f"{root}/map?view=open")
    await tab.get_by_role("button", name="Обвести кругом").click()
    box = await tab.locator("[data-map] svg").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.4
    await tab.mouse.move(x, y)
    await tab.mouse.down()
    await tab.mouse.move(x + box["width"] * 0.4, y, steps=5)
    await tab.mouse.up()
    await tab.wait_for_url(re.compile(r"circle="))
    await expect(tab.get_by_role("heading", name="Сообщения в круге")).to_be_visible()
    await tab.goto(f"{root}/queue?view=open")
    await tab.locator(".row-link").first.click()
    await expect(tab.get_by_role("article")).to_be_visible()
    await tab.keyboard.press("n")
    await expect(tab.locator("#act-note-text")).to_be_focused()
    await tab.evaluate("document.activeElement.blur()")
    before = tab.url
    await tab.keyboard.press("e")
    await expect(tab).not_to_have_url(before)


async def test_an_agency_sees_its_own_and_cannot_go_further(tab: Page, filled: Sandbox) -> None:
    await came(tab, filled, "agency")
    await expect(tab.get_by_role("link", name="Муниципалитеты", exact=True)).to_have_count(0)
    root = tab.url.rsplit("/", 1)[0]
    answer = await tab.request.get(f"{root}/places")
    assert answer.status == 403
    await tab.goto(f"{root}/queue?view=open")
    await expect(tab.locator("#bulk")).to_have_count(0)


async def test_a_day_of_a_municipality(tab: Page, filled: Sandbox) -> None:
    """Sees what waits in its own place, opens a message and its page, takes the list home; looks at what others have,
    and others' places are closed even to whoever types their address."""
    await came(tab, filled, "municipality")
    root = tab.url.rsplit("/", 1)[0]
    await expect(tab.locator(".who-name")).to_have_text("Миасский городской округ")
    for closed in ("Муниципалитеты", "Справочник", "Люди и роли", "Журнал"):
        await expect(tab.get_by_role("link", name=closed, exact=True)).to_have_count(0)
    await tab.goto(f"{root}/queue?view=open")
    listed = (await (await tab.request.get(f"{root}/queue.json?view=open")).json())["строки"]
    assert listed and {row["муниципалитет"] for row in listed} == {"Миасс"}
    every = (await (await tab.request.get(f"{root}/queue.json?from=2020-01-01")).json())["строки"]
    others = next(row["номер"] for row in every if row["ведомство"] not in ("", OFFICE))
    await tab.goto(f"{root}/queue?from=2020-01-01&open={others}")
    await expect(tab.get_by_role("article")).to_contain_text("История")
    await expect(tab.locator(".actions, #bulk")).to_have_count(0)
    for name in ("Карта", "Ведомства", "Темы", "Страницы", "Отчёты"):
        await tab.get_by_role("link", name=name, exact=True).first.click()
        await expect(tab.get_by_role("heading", level=1)).to_be_visible()
    kept = ("/directory", "/directory/history", "/people", "/chats", "/learning", "/audit", "/data", "/settings")
    for path in ("/queue?place=kopeysk", "/places", *kept):
        assert (await tab.request.get(root + path)).status == 403, path


async def test_an_administration_answers_from_a_telephone(browser: Browser, filled: Sandbox) -> None:
    """Its whole hour: a message is taken, noted, answered and the answer taken back, handed back, all by name."""
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    tab = await context.new_page()
    await came(tab, filled, "municipality")
    root = tab.url.rsplit("/", 1)[0]
    listed = (await (await tab.request.get(f"{root}/queue.json?view=open")).json())["строки"]
    own = [row["номер"] for row in listed if row["ведомство"] == OFFICE]
    await tab.goto(f"{root}/queue?view=open&open={await answerable(tab, root, own)}")
    article = tab.get_by_role("article")
    await article.get_by_role("button", name="Взять себе").click()
    await expect(article).to_contain_text("Ольга М.")
    await article.locator("details[data-key=n] > summary").click()
    await tab.locator("#act-note-text").fill("Подрядчик будет вечером")
    await article.get_by_role("button", name="Сохранить заметку").click()
    await expect(article).to_contain_text("Подрядчик будет вечером")
    await expect(article.locator(".steps").first).to_contain_text("заметка, Ольга М.")
    await article.locator("details[data-key=r] > summary").click()
    await tab.locator("#act-answer-text").fill("Приедем завтра утром, всё поправим.")
    await article.get_by_role("button", name="Отправить ответ", exact=True).click()
    await expect(article).to_contain_text("Администрация Миасса, Ольга М.")
    await article.get_by_role("button", name="Взять назад").first.click()
    await expect(article.get_by_role("button", name="Взять назад")).to_have_count(0)
    back = article.locator("details:has(> form input[value=not_ours]) > summary")
    if not await back.is_visible():
        await article.locator(".more-acts > summary").click()
    await back.click()
    async with tab.expect_navigation():  # «Сделано» of the press before still stands on this page
        await article.get_by_role("button", name="Вернуть").click()
    await expect(tab.locator(".said")).to_contain_text("Сделано")
    assert await tab.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    await context.close()


async def answerable(tab: Page, root: str, codes: list[str]) -> str:
    for code in codes:
        await tab.goto(f"{root}/queue?view=open&open={code}")
        if await tab.locator("input[value=not_ours]").count() and await tab.locator("#act-answer-text").count():
            return code
    raise AssertionError("no message of the administration can be answered")


async def test_a_reader_changes_nothing(tab: Page, filled: Sandbox) -> None:
    await came(tab, filled, "reader")
    root = tab.url.rsplit("/", 1)[0]
    await tab.goto(f"{root}/queue?view=open")
    await tab.locator(".row-link").first.click()
    await expect(tab.get_by_role("article")).to_be_visible()
    await expect(tab.locator(".actions, #bulk")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nobody_is_shut_out(browser: Browser, filled: Sandbox, width: int, scheme: str) -> None:
    """axe at both widths and in both colours, on each page with the demo year; no other host is asked."""
    axe = (outside.npm_package("axe-core") / "axe.min.js").read_text(encoding="utf-8")
    context = await browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
    page = await context.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    await came(page, filled, "cur")
    root = page.url.rsplit("/", 1)[0]
    for path in (
        "/open",
        "/api",
        "/now",
        "/queue",
        "/queue?view=open",
        "/places",
        "/agencies",
        "/places/miass",
        "/agencies/mindor",
        "/topics",
        "/map",
        "/map?view=open&circle=55.16,61.4,30",
        "/now?wall=yes",
        "/pages",
        "/reports",
        "/doors",
        "/directory",
        "/directory/history",
    ):
        await page.goto(root + path)
        if path == "/queue":
            await page.locator(".row-link").first.click()
            await page.wait_for_url("**open=**")
        await page.evaluate(axe)
        found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        told = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in found["violations"]]
        assert told == [], (path, width, scheme)
        assert await page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, (path, width)
    assert all(url.startswith((root, "data:")) for url in asked)
    await context.close()
