"""A form counts only from our own page, in the session the page was made for."""

from __future__ import annotations

import httpx
import pytest

from bot.web.app import build
from bot.web.pages import PAGES
from bot.web.security.csrf import MOST_BYTES
from bot.web.site import Site
from tests.web.browser import AT_CUR, READER, Browser, hidden


async def out(browser: Browser, token: str, **headers: str) -> httpx.Response:
    return await browser.client.post("/out", data={"csrf": token}, headers=headers)


async def test_from_our_own_page(browser: Browser) -> None:
    for headers in ({"origin": browser.site.address}, {"sec-fetch-site": "same-origin"}):
        await browser.sign_in(AT_CUR)
        token = hidden(await browser.get("/now"))
        assert (await out(browser, token, **headers)).status_code == 200
        assert (await browser.get("/now")).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": "https://evil.test"},
        {"origin": "https://panel.test.evil.test"},
        {"origin": "http://panel.test"},
        {"origin": "https://panel.test:444"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site", "origin": "https://panel.test"},
        {"sec-fetch-site": "none"},
    ],
    ids=str,
)
async def test_from_anywhere_else(browser: Browser, headers: dict[str, str]) -> None:
    await browser.sign_in(AT_CUR)
    refused = await out(browser, hidden(await browser.get("/now")), **headers)
    assert refused.status_code == 403 and "Сюда вам нельзя" in refused.text
    assert (await browser.get("/now")).status_code == 200
    link = await browser.link(READER)
    assert (await browser.client.post(link, headers=headers)).status_code == 403, "nobody is signed in by others"


async def test_the_token_is_of_this_session(browser: Browser, site: Site) -> None:
    other = Browser.of(build(site, PAGES), site)
    await browser.sign_in(AT_CUR)
    await other.sign_in(READER)
    theirs = hidden(await other.get("/now"))
    for token in ("", "0" * 64, theirs, "ы"):
        assert (await out(browser, token, origin=site.address)).status_code == 403
    mine = hidden(await browser.get("/now"))
    said = {"origin": site.address, "x-csrf": mine}
    assert (await browser.client.post("/out", headers=said)).status_code == 200, "scripts send it as a header"


async def test_a_form_has_an_end_and_a_size(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    token = hidden(await browser.get("/now"))
    large = await browser.post("/out", csrf=token, more="x" * MOST_BYTES)
    assert large.status_code == 413 and "Слишком много" in large.text

    async def endless():  # type: ignore[no-untyped-def]
        yield b"csrf="

    said = {"origin": browser.site.address, "x-csrf": token}
    assert (await browser.client.post("/out", content=endless(), headers=said)).status_code == 413
    assert (await browser.get("/now")).status_code == 200
