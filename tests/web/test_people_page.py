"""«Люди и роли»: granted, revoked, ended by an administrator; the last one stays; a link is never shown."""

from __future__ import annotations

import re

import httpx
import pytest

from bot.web.site import Site
from states.audit import AuditAction
from states.people.viewers import Role, Viewer
from storage.db.database import Database
from storage.privacy import audit
from storage.records import viewers
from tests.small import NOW
from tests.web.administrator import sign_in
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, NOBODY, OF_MIASS, READER, Browser, hidden
from tests.web.test_people import with_directory


async def press(browser: Browser, path: str, **fields: str) -> httpx.Response:
    return await browser.post(path, csrf=hidden(await browser.get("/people")), **fields)


async def of(db: Database, user: int) -> Viewer | None:
    return await db.run(lambda tx: viewers.of_user(tx, user, NOW))


async def test_who_is_there_and_by_what(browser: Browser, db: Database) -> None:
    other = Browser.of(browser.client._transport.app, browser.site)  # type: ignore[attr-defined]
    await other.sign_in(AT_CUR)
    await sign_in(browser)
    shown = (await browser.get("/people")).text
    for said in ("Руководитель", "Ольга М.", "Анна Ц.", "Пётр Д.", "Центр управления регионом", "это вы", "id5003"):
        assert said in shown
    assert "/in/" not in shown, "no link into the panel"
    assert shown.count("Завершить вход") == 2
    await other.client.aclose()


@pytest.mark.parametrize("user", [AT_CUR, AT_MINDOR, OF_MIASS, READER])
async def test_administrators_only(browser: Browser, user: int) -> None:
    await browser.sign_in(user)
    token = hidden(await browser.get("/now"))
    assert (await browser.get("/people")).status_code == 403
    for path in ("/people", "/people/revoke", "/people/end"):
        assert (await browser.post(path, csrf=token, user=str(NOBODY), role="reader")).status_code == 403


async def test_given_and_taken(browser: Browser, db: Database, site: Site) -> None:
    await with_directory(site)
    await sign_in(browser)
    asked = {"user": f"https://vk.com/id{NOBODY}", "role": "agency", "agency": "миндортранс", "name": "Новый"}
    assert (await press(browser, "/people", **asked)).status_code == 303
    assert await of(db, NOBODY) == Viewer(NOBODY, Role.AGENCY, "mindor", "Новый")
    assert "Роль «Ведомство» дана" in (await browser.get("/people")).text
    assert (await press(browser, "/people/revoke", user=str(NOBODY))).status_code == 303
    assert await of(db, NOBODY) is None and "Роль отобрана" in (await browser.get("/people")).text
    again = await press(browser, "/people/revoke", user=str(NOBODY))
    assert again.status_code == 422 and "нет" in again.text and "python -m" not in again.text
    lines = await db.run(lambda tx: audit.newest(tx, 10))
    found = [(one["actor"], one["action"], one["detail"]) for one in lines if one["actor"] == ADMIN]
    assert (ADMIN, AuditAction.VIEWER_GRANTED, "agency:mindor") in found
    assert (ADMIN, AuditAction.VIEWER_REVOKED, "") in found and len(found) == 3, "a refusal leaves no line"


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"user": "durov", "role": "reader"}, "user"),
        ({"user": "-5", "role": "reader"}, "user"),
        ({"user": "2000000001", "role": "reader"}, "user"),
        ({"user": "7", "role": "king"}, "role"),
        ({"user": "7", "role": "agency"}, "agency"),
        ({"user": "7", "role": "municipality"}, "place"),
        ({"user": "7", "role": "reader", "name": "и" * 101}, "name"),
    ],
)
async def test_faults_stand_beside_their_fields(browser: Browser, asked: dict[str, str], field: str) -> None:
    await sign_in(browser)
    shown = await press(browser, "/people", **asked)
    assert shown.status_code == 422 and f'id="bad-{field}"' in shown.text
    assert f'value="{asked["user"]}"' in shown.text, "what was typed stays"


async def test_a_code_that_is_not_in_the_directory(browser: Browser, site: Site) -> None:
    await with_directory(site)
    await sign_in(browser)
    shown = await press(browser, "/people", user="7", role="agency", agency="gone")
    assert shown.status_code == 422 and 'id="bad-agency"' in shown.text and 'value="gone"' in shown.text


async def test_the_last_administrator_stays(browser: Browser, db: Database) -> None:
    await sign_in(browser)
    for path, fields in (
        ("/people/revoke", {"user": str(ADMIN)}),
        ("/people", {"user": str(ADMIN), "role": "reader"}),
    ):
        shown = await press(browser, path, **fields)
        assert shown.status_code == 422 and "Это последний администратор" in shown.text
    await press(browser, "/people", user=str(NOBODY), role="administrator")
    assert (await press(browser, "/people/revoke", user=str(ADMIN))).status_code == 303, "now there is another"
    assert await of(db, ADMIN) is None and (await browser.get("/people")).status_code == 401


async def test_a_session_is_ended(browser: Browser, db: Database) -> None:
    other = Browser.of(browser.client._transport.app, browser.site)  # type: ignore[attr-defined]
    await other.sign_in(AT_CUR)
    await sign_in(browser)
    shown = (await browser.get("/people")).text
    part = shown[shown.index("<b>Анна Ц.</b>") :]
    digest = re.findall(r'name="session" value="(\w+)"', part)[0]
    assert (await press(browser, "/people/end", session=digest)).status_code == 303
    assert (await other.get("/now")).status_code == 401
    await press(browser, "/people/end", session=digest)
    assert "уже завершён" in (await browser.get("/people")).text
    lines = await db.run(lambda tx: audit.newest(tx, 10))
    assert [one["actor"] for one in lines if one["action"] == AuditAction.SESSION_ENDED] == [ADMIN]
    assert (await press(browser, "/people/revoke", user="; drop")).status_code == 400
    await other.client.aclose()


async def test_what_was_said_stands_on_whichever_page_comes_next(browser: Browser, site: Site) -> None:
    await with_directory(site)
    await sign_in(browser)
    assert (await press(browser, "/people", user=str(NOBODY), role="reader")).status_code == 303
    queue = await browser.get("/queue")
    assert queue.status_code == 200 and "Роль «Просмотр» дана" in queue.text
    assert (await press(browser, "/queue/views", do="save", address="view=open")).status_code == 303
    shown = (await browser.get("/people")).text
    assert "Назовите вид." in shown and "Назовите вид." not in (await browser.get("/people")).text
