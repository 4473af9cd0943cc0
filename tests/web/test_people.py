"""`python -m bot people` and `web`: what an administrator types, and what is refused in one sentence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.admin.admin_people import AdminPeople
from bot.process.advice import Refusal
from bot.web.site import Site
from states.audit import AuditAction
from states.people.viewers import Role, Viewer
from storage.privacy import audit
from storage.records import directory, viewers
from tests.bot.test_cli import GOOD, REGION, bot, refused
from tests.web.browser import AT_CUR, AT_MINDOR, NOBODY, READER, Browser

OPEN = {**GOOD, "BOT_PANEL_PORT": "8443"}


def test_the_command_line(tmp_path: Path) -> None:
    """From an empty database to a link that nobody has used yet."""
    url = f"sqlite+aiosqlite:///{tmp_path}/bot.db"
    known = {**OPEN, "BOT_DATABASE_URL": url, "BOT_VK_API_URL": "http://127.0.0.1:1/method/"}
    assert bot("migrate", folder=tmp_path, **known).returncode == 0
    refused(bot("web", folder=tmp_path, **known), "С SQLite панель работает внутри бота")
    refused(bot("people", "grant", "5", "--role", "king", folder=tmp_path, **known), "значение не подходит")
    refused(bot("people", "grant", folder=tmp_path, **known), "не хватает аргумента")
    refused(bot("people", "link", "5", folder=tmp_path, **{**known, "BOT_PANEL_PORT": "0"}), "Панель не включена")
    assert not re.search("Traceback", bot("people", "--help", folder=tmp_path, **known).stderr)


@pytest.fixture
def desk(site: Site) -> AdminPeople:
    return AdminPeople(site.db, site.clock)


async def with_directory(site: Site) -> None:
    from bot.region.directory_file import read
    from bot.region.directory_json import to_json

    text = to_json(read(REGION))
    await site.db.run(lambda tx: directory.save_text(tx, text, site.clock.now()))


@pytest.mark.parametrize(
    ("role", "scope", "said"),
    [
        ("agency", "", "код органа"),
        ("agency", "miass", "код органа"),
        ("municipality", "mindor", "код муниципалитета"),
        ("reader", "miass", "не нужен --scope"),
    ],
)
async def test_a_scope_that_does_not_fit(desk: AdminPeople, site: Site, role: str, scope: str, said: str) -> None:
    await with_directory(site)
    with pytest.raises(Refusal, match=said):
        await desk.grant(NOBODY, role, scope, "")
    assert NOBODY not in {one["user"] for one in (await desk.list_people())["people"]}


async def test_without_a_directory_there_are_no_scopes(desk: AdminPeople) -> None:
    with pytest.raises(Refusal, match="Справочник ещё не загружен"):
        await desk.grant(NOBODY, "municipality", "miass", "")


@pytest.mark.parametrize("user", [0, -5, 2_000_000_001])
async def test_only_people_come_in(desk: AdminPeople, user: int) -> None:
    for act in (desk.grant(user, "reader", "", ""), desk.link(user)):
        with pytest.raises(Refusal, match="числовой id"):
            await act


async def test_granted_listed_revoked_and_logged(desk: AdminPeople, site: Site, browser: Browser) -> None:
    await with_directory(site)
    await desk.grant(NOBODY, "municipality", "miass", "Ирина")
    assert {"user": NOBODY, "role": "municipality", "scope": "miass", "name": "Ирина"} in (await desk.list_people())[
        "people"
    ]
    link = f"/in/{(await desk.link(NOBODY))['token']}"
    assert (await browser.open(link)).status_code == 303
    unopened = f"/in/{(await desk.link(NOBODY))['token']}"
    assert await desk.revoke(NOBODY) == {"revoked": NOBODY, "works_in_a_chat": False}
    assert (await browser.get("/now")).status_code == 401 and (await browser.post(unopened)).status_code == 410
    with pytest.raises(Refusal, match="нет доступа к панели"):
        await desk.link(NOBODY)
    with pytest.raises(Refusal, match="Роли у .* нет"):
        await desk.revoke(NOBODY)
    lines = await site.db.run(lambda tx: audit.newest(tx, 10))
    found = {(row["action"], row["detail"]) for row in lines}
    assert {
        (AuditAction.VIEWER_GRANTED, "municipality:miass"),
        (AuditAction.LINK_MADE, ""),
        (AuditAction.SIGNED_IN, "municipality:miass"),
        (AuditAction.VIEWER_REVOKED, ""),
    } == found
    assert not any(str(NOBODY) in row["subject"] for row in lines), "a pseudonym stands there"


async def test_an_official_is_told_of_who_still_comes_in_by_the_chat(desk: AdminPeople, site: Site) -> None:
    await desk.grant(AT_MINDOR, "reader", "", "")
    assert await site.db.run(lambda tx: viewers.of_user(tx, AT_MINDOR, site.clock.now())) == Viewer(
        AT_MINDOR, Role.READER
    )
    assert (await desk.revoke(AT_MINDOR))["works_in_a_chat"]
    assert (await desk.link(AT_MINDOR))["minutes"] == 10


async def test_a_new_role_counts_at_once(desk: AdminPeople, browser: Browser) -> None:
    await browser.sign_in(READER)
    assert "Просмотр" in (await browser.get("/now")).text
    await desk.grant(READER, "administrator", "", "")
    assert (await browser.get("/now")).headers["location"] == "/code", "and asks for the code"
    await desk.grant(READER, "cur", "", "")
    assert "Просмотр" not in (await browser.get("/now")).text
    await browser.sign_in(AT_CUR)
