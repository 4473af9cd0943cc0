"""The door: a link opens once within ten minutes, and looking at it uses nothing up."""

from __future__ import annotations

from datetime import timedelta

import pytest

from states.audit import AuditAction
from states.people.chats import Chat
from states.people.officials import Standing
from storage.privacy import audit
from storage.records import chats, officials, sessions, viewers
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, CENTRE, NOBODY, READER, ROADS, Ahead, Browser, hidden, works


async def test_looking_uses_nothing_up_and_the_button_does(browser: Browser) -> None:
    link = await browser.link(AT_CUR)
    for _ in range(3):
        shown = await browser.get(link)
        assert shown.status_code == 200 and ">Войти</button>" in shown.text
        assert "set-cookie" not in shown.headers
    came = await browser.post(link)
    assert (came.status_code, came.headers["location"]) == (303, "/now")
    assert (await browser.get("/now")).status_code == 200
    again = await browser.post(link, csrf=hidden(await browser.get("/now")))
    assert again.status_code == 410 and "уже не действует" in again.text and "set-cookie" not in again.headers
    assert (await browser.get(link)).status_code == 410


async def test_an_old_link_and_one_that_nobody_gave(browser: Browser, clock: Ahead) -> None:
    link = await browser.link(AT_CUR)
    clock.passed = timedelta(minutes=10)
    for wrong in (link, "/in/guess", f"/in/{'x' * 5000}"):
        assert (await browser.get(wrong)).status_code == 410
        assert (await browser.post(wrong)).status_code == 410
    assert (await browser.get("/now")).status_code == 401


async def test_who_may_not_come_in_any_more_does_not(browser: Browser) -> None:
    left = await browser.link(AT_MINDOR)
    await browser.site.db.run(lambda tx: officials.keep(tx, [works(ROADS, AT_MINDOR, standing=Standing.GONE)]))
    for link in (left, await browser.link(NOBODY)):
        assert (await browser.post(link)).status_code == 410
    assert (await browser.get("/now")).status_code == 401


async def test_the_cookie_is_for_this_host_and_unseen_by_scripts(browser: Browser) -> None:
    came = await browser.sign_in(AT_CUR)
    said = came.headers["set-cookie"].lower()
    assert said.startswith("__host-panel=")
    assert {"secure", "httponly", "samesite=lax", "path=/"} <= {part.strip() for part in said.split(";")}
    assert "domain" not in said
    token = came.cookies["__Host-panel"]
    assert len(token) >= 43
    kept = await browser.site.db.run(lambda tx: sessions.alive(tx, sessions.digest(token), NOW))
    assert kept is not None and token not in repr(kept), "only the digest is stored"


async def test_each_sign_in_is_another_session_and_ends_the_one_before(browser: Browser, clock: Ahead) -> None:
    first = (await browser.sign_in(AT_CUR)).cookies["__Host-panel"]
    clock.passed = timedelta(seconds=5)
    second = (await browser.sign_in(READER)).cookies["__Host-panel"]
    assert first != second
    alive = [
        await browser.site.db.run(lambda tx, one=one: sessions.alive(tx, sessions.digest(one), clock.now()))
        for one in (first, second)
    ]
    assert alive[0] is None and alive[1] is not None and alive[1].user == READER


async def test_a_sign_in_is_logged(browser: Browser) -> None:
    await browser.sign_in(AT_MINDOR)
    lines = await browser.site.db.run(lambda tx: audit.newest(tx, 5))
    assert [(row["actor"], row["action"], row["detail"]) for row in lines] == [
        (AT_MINDOR, AuditAction.SIGNED_IN, "agency:mindor")
    ]


async def test_a_session_ends_without_use_and_after_half_a_day(browser: Browser, clock: Ahead) -> None:
    await browser.sign_in(AT_CUR)
    for hours in (1.9, 3.8, 5.7, 7.6, 9.5, 11.4):
        clock.passed = timedelta(hours=hours)
        assert (await browser.get("/now")).status_code == 200, "used again within two hours"
    clock.passed = timedelta(hours=12)
    assert (await browser.get("/now")).status_code == 401
    await browser.sign_in(AT_CUR)
    clock.passed = timedelta(hours=14)
    assert (await browser.get("/now")).status_code == 401, "two hours without use"


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "x" * 5000])
async def test_a_forged_cookie_opens_nothing(browser: Browser, cookie: str) -> None:
    shown = await browser.get("/now", cookie=f"__Host-panel={cookie}")
    assert shown.status_code == 401


async def test_who_leaves_the_chat_is_out_with_the_next_click(browser: Browser) -> None:
    token = (await browser.sign_in(AT_MINDOR)).cookies["__Host-panel"]
    assert (await browser.get("/now")).status_code == 200
    await browser.site.db.run(lambda tx: officials.keep(tx, [works(ROADS, AT_MINDOR, standing=Standing.GONE)]))
    assert (await browser.get("/now")).status_code == 401
    assert await browser.site.db.run(lambda tx: sessions.alive(tx, sessions.digest(token), NOW)) is None
    await browser.site.db.run(lambda tx: officials.keep(tx, [works(ROADS, AT_MINDOR)]))
    assert (await browser.get("/now")).status_code == 401, "what ended stays ended"


async def test_a_role_that_is_taken_away_and_a_chat_that_is_unbound(browser: Browser) -> None:
    await browser.sign_in(READER)
    await browser.site.db.run(lambda tx: viewers.revoke(tx, READER))
    assert (await browser.get("/now")).status_code == 401
    await browser.sign_in(AT_CUR)
    await browser.site.db.run(lambda tx: chats.keep(tx, [Chat(CENTRE)]))
    assert (await browser.get("/now")).status_code == 401


async def test_a_role_is_the_one_of_this_moment(browser: Browser) -> None:
    await browser.sign_in(AT_MINDOR)
    assert "Все места" not in (await browser.get("/now")).text
    await browser.site.db.run(lambda tx: officials.keep(tx, [works(CENTRE, AT_MINDOR)]))
    assert "Все места" in (await browser.get("/now")).text


async def test_who_asks_before_he_looks_is_told_not_to(browser: Browser) -> None:
    """Without a session: the panel is for nobody's search."""
    said = await browser.get("/robots.txt")
    assert said.status_code == 200 and said.text == "User-agent: *\nDisallow: /\n"
