"""«Сейчас»: where everybody begins."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.web.site import Site
from states.lifecycle.appeal import Status
from states.worktime.deadlines import Clock, Deadline
from storage.db.database import Database
from tests.small import NOW
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser
from tests.web.filled import fill, some


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


async def test_that_the_curs_own_term_is_over_stands_in_what_to_decide(
    browser: Browser, db: Database, site: Site
) -> None:
    """B.7: nine people were promised that somebody decides by 16:51."""
    waits = [one for one in some(site.directory()) if one.status is Status.WAITING][0]
    over = Deadline(Clock.ROUTE, NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    await fill(db, [replace(waits, agency=None, chat=2_000_000_001, deadline=over)])
    await browser.sign_in(AT_CUR)
    shown = await browser.get("/now")
    assert "Срок ЦУР вышел: 1 сообщение" in shown.text and 'href="/queue?view=own_late"' in shown.text
    listed = await browser.get("/queue?view=own_late")
    assert waits.code in listed.text and "срок ЦУР вышел" in listed.text
