"""«Выйти» ends the session in the browser and in the database."""

from __future__ import annotations

from storage.records import sessions
from tests.small import NOW
from tests.web.browser import AT_CUR, Browser, hidden


async def test_it_ends_here_and_there(browser: Browser) -> None:
    token = (await browser.sign_in(AT_CUR)).cookies["__Host-panel"]
    out = await browser.post("/out", csrf=hidden(await browser.get("/now")))
    assert out.status_code == 200 and "Вход в панель" in out.text and "Очередь" not in out.text
    assert '__Host-panel=""' in out.headers["set-cookie"] or "Max-Age=0" in out.headers["set-cookie"]
    assert await browser.site.db.run(lambda tx: sessions.alive(tx, sessions.digest(token), NOW)) is None
    assert (await browser.get("/now", cookie=f"__Host-panel={token}")).status_code == 401


async def test_not_by_a_link_and_not_without_the_form(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    assert (await browser.get("/out")).status_code == 405
    assert (await browser.post("/out")).status_code == 403
    assert (await browser.get("/now")).status_code == 200
