"""«Сейчас»: where everybody begins."""

from __future__ import annotations

import pytest

from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser


@pytest.mark.parametrize("user", [AT_CUR, AT_MINDOR, OF_MIASS, READER])
async def test_everybody_who_is_in_sees_it(browser: Browser, user: int) -> None:
    assert (await browser.sign_in(user)).headers["location"] == "/now"
    shown = await browser.get("/now")
    assert shown.status_code == 200 and "<h1>Сейчас</h1>" in shown.text
    assert '<a href="/now" aria-current="page">Сейчас</a>' in shown.text


async def test_without_a_session_it_is_not_shown(browser: Browser) -> None:
    shown = await browser.get("/now")
    assert shown.status_code == 401 and "Вход в панель" in shown.text and "Сейчас</h1>" not in shown.text


async def test_an_administrator_gives_the_code_first(browser: Browser) -> None:
    await browser.sign_in(ADMIN)
    shown = await browser.get("/now")
    assert (shown.status_code, shown.headers["location"]) == (303, "/code")


async def test_the_address_that_people_type_leads_there(browser: Browser) -> None:
    assert (await browser.get("/")).status_code == 401
    await browser.sign_in(AT_CUR)
    shown = await browser.get("/")
    assert (shown.status_code, shown.headers["location"]) == (303, "/now")
