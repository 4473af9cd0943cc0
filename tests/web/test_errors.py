"""What people read where a page cannot be shown; whatever fails, nothing of it is told to whoever asked."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import httpx
import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.config.settings import Settings
from bot.process import log
from bot.web import errors
from bot.web.app import build
from bot.web.errors import WORDS
from bot.web.pages import PAGES
from bot.web.security import csp
from bot.web.serve import serve
from bot.web.site import Page, Site
from states.people.viewers import Section
from storage.db.engines.readers import Readers
from storage.db.errors import Conflict, Unavailable
from tests.bot.test_metrics import free_port
from tests.web.browser import AT_CUR, AT_MINDOR, Browser

SECRET = "слова жителя 79001234567"


def failing(error: Exception) -> Callable[[Request], Awaitable[Response]]:
    async def page(request: Request) -> Response:
        raise error

    return page


def browser_with(site: Site, page: Page) -> Browser:
    return Browser.of(build(site, (*PAGES, page)), site)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (HTTPException(404), 404),
        (HTTPException(403, SECRET), 403),
        (HTTPException(418), 418),
        (Conflict(SECRET), 409),
        (Unavailable(SECRET), 503),
        (ValueError(SECRET), 500),
    ],
    ids=lambda value: str(getattr(value, "status_code", value)),
)
async def test_a_page_that_fails(site: Site, error: Exception, status: int, capsys: pytest.CaptureFixture[str]) -> None:
    browser = browser_with(site, Page("/fails", failing(error)))
    log.start("INFO")
    await browser.sign_in(AT_CUR)
    shown = await browser.get("/fails")
    assert shown.status_code == status and SECRET not in shown.text and "Traceback" not in shown.text
    assert WORDS.get(status, WORDS[400]).title in shown.text and "Очередь" in shown.text, "the menu stays"
    logged = capsys.readouterr().err
    assert SECRET not in logged
    if status == 500:
        (line,) = [json.loads(one) for one in logged.splitlines() if "page_failed" in one]
        assert (line["error"], line["kind"]) == ("ValueError", "/fails")


async def test_a_database_that_is_down_before_the_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = browser_with(site, Page("/one", failing(ValueError())))
    await browser.sign_in(AT_CUR)

    async def down(body: object) -> None:
        raise Unavailable("нет")

    monkeypatch.setattr(site.readers, "run", down)
    shown = await browser.get("/now")
    assert shown.status_code == 503 and shown.headers["retry-after"] == "60" and "ничего не теряет" in shown.text


async def test_where_even_that_fails_nothing_is_told(
    site: Site, readers: Readers, settings: Settings, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Through the real server: neither it nor the framework writes the words of an exception."""

    def fails(*_: object, **__: object) -> None:
        raise ValueError(SECRET)

    monkeypatch.setattr(errors, "render", fails)
    log.start("INFO")
    own = settings.model_copy(update={"panel_port": free_port()})
    served = await serve(build(site, PAGES), own, readers)
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{own.panel_port}") as client:
            shown = await client.get("/nowhere")
    finally:
        await served.close()
    assert shown.status_code == 500 and shown.headers["content-security-policy"] == csp.POLICY
    assert "Не получилось" in shown.text and SECRET not in shown.text
    logged = "".join(capfd.readouterr())
    assert "ValueError" in logged and SECRET not in logged and "Traceback" not in logged


async def test_no_such_page_and_not_so(browser: Browser) -> None:
    for path in ("/nowhere", "/now/", "/.env", "/static/"):
        shown = await browser.get(path)
        assert shown.status_code == 404 and "Такой страницы нет" in shown.text
    wrong = await browser.post("/now")
    assert wrong.status_code == 405 and wrong.headers["allow"] and "Так эту страницу не открыть" in wrong.text


async def test_who_is_signed_in_keeps_the_menu_where_no_page_is(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    assert "Очередь" in (await browser.get("/nowhere")).text
    assert "Очередь" in (await browser.post("/now")).text


async def test_a_page_of_another_role(site: Site) -> None:
    async def shown(request: Request) -> Response:
        return Response("журнал")

    browser = browser_with(site, Page("/audit", shown, Section.AUDIT))
    assert (await browser.get("/audit")).status_code == 401
    await browser.sign_in(AT_MINDOR)
    refused = await browser.get("/audit")
    assert refused.status_code == 403 and "журнал" not in refused.text
