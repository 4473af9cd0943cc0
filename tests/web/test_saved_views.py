"""Saved views: kept, shared by role, renamed, taken away; what may not be saved."""

from __future__ import annotations

from bot.web.site import Site
from states.people.viewers import Role, Viewer
from storage.db.database import Database
from storage.records import saved_views, viewers
from storage.records.saved_views import MOST
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, NOBODY, READER, Browser, hidden
from tests.web.filled import fill, some

SNOW = "view=open&topic=snow"


async def said(browser: Browser, **fields: str) -> str:
    csrf = hidden(await browser.get("/queue"))
    answer = await browser.post("/queue/views", csrf=csrf, back="/queue?view=open", **fields)
    assert answer.status_code == 303 and answer.headers["location"] == "/queue?view=open"
    return (await browser.get("/queue?view=open")).text


async def test_a_view_is_saved_renamed_and_removed(browser: Browser, db: Database, site: Site) -> None:
    await fill(db, some(site.directory(), many=30))
    await browser.sign_in(AT_CUR)
    shown = await said(browser, do="save", name="Снег <b> и наледь", address=SNOW)
    assert "Снег &lt;b&gt; и наледь" in shown and 'href="/queue?view=open&amp;topic=snow"' in shown
    again = await said(browser, do="rename", owner=str(AT_CUR), old="Снег <b> и наледь", name="Наледь")
    assert "Наледь" in again and "Снег &lt;b&gt; и наледь</a>" not in again
    gone = await said(browser, do="remove", owner=str(AT_CUR), old="Наледь")
    assert 'href="/queue?view=open&amp;topic=snow"' not in gone
    csrf = hidden(await browser.get("/queue"))
    for fields in ({"do": "remove"}, {"do": "rename", "name": "Другое"}):
        missing = await browser.post("/queue/views", csrf=csrf, owner="1", old="Нет такого", **fields)
        assert missing.status_code == 404


async def test_a_view_is_for_one_person_or_for_all_of_the_role(browser: Browser, db: Database) -> None:
    await db.run(lambda tx: viewers.grant(tx, Viewer(NOBODY, Role.CUR, "", "Борис"), NOW))
    await browser.sign_in(AT_CUR)
    await said(browser, do="save", name="Моё", address=SNOW)
    shared = await said(browser, do="save", name="Общее", address="view=overdue", shared="yes")
    assert "Моё" in shared and "Общее" in shared
    await browser.sign_in(NOBODY)
    seen = (await browser.get("/queue")).text
    assert "Общее" in seen and "Моё" not in seen
    assert "Общее<" not in await said(browser, do="remove", owner=str(AT_CUR), old="Общее")
    await browser.sign_in(AT_MINDOR)
    assert "Моё" not in (await browser.get("/queue")).text


async def test_what_may_not_be_saved(browser: Browser, db: Database) -> None:
    assert (await browser.post("/queue/views", do="save")).status_code == 401
    await browser.sign_in(AT_MINDOR)
    csrf = hidden(await browser.get("/queue"))
    others = {"csrf": csrf, "do": "save", "name": "Чужое", "address": "view=open&agency=minzdrav"}
    assert (await browser.post("/queue/views", **others)).status_code == 403, "R24"
    assert (await browser.post("/queue/views", **{**others, "address": "view=nothing"})).status_code == 400
    assert (await browser.post("/queue/views", **{**others, "do": "steal"})).status_code == 400
    assert (await browser.post("/queue/views", **{**others, "do": "remove", "owner": "x"})).status_code == 400
    assert (await browser.post("/queue/views", **{**others, "csrf": "0"})).status_code == 403
    assert "Поиск по словам не сохраняется" in await said(browser, do="save", name="Яма", address="words=яма")
    assert "Назовите вид" in await said(browser, do="save", name=" \u200b", address="view=open")
    for number in range(MOST):
        await said(browser, do="save", name=f"Вид {number}", address="view=open")
    assert "Удалите лишние" in await said(browser, do="save", name="Ещё", address="view=open")
    assert "сохранён" in await said(browser, do="save", name="Вид 1", address="view=today"), "the same name again"
    viewer = Viewer(AT_MINDOR, Role.AGENCY, "mindor")
    assert len(await db.run(lambda tx: saved_views.of(tx, viewer))) == MOST


async def test_a_view_of_another_role_is_not_shown(browser: Browser, db: Database) -> None:
    """The filter is asked again at every look: who reads now sees nothing of what an agency had."""
    kept = saved_views.SavedView(READER, "Старое", "view=open", False)
    await db.run(lambda tx: saved_views.keep(tx, Viewer(READER, Role.AGENCY, "mindor"), kept, NOW))
    await browser.sign_in(READER)
    assert "Старое" not in (await browser.get("/queue")).text
