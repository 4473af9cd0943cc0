"""«Чаты» and «Журнал»: works, forbidden, nothing of a resident."""

from __future__ import annotations

import pyotp

from bot.web.site import Site
from states.audit import AuditAction, AuditLine
from states.people.chats import CUR, Chat
from storage.db.database import Database
from storage.privacy import audit
from storage.records import chats, viewers
from tests.small import NOW
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, CENTRE, ROADS, Ahead, Browser
from tests.web.filled import fill, some


async def test_who_is_reached_where(browser: Browser, db: Database, site: Site) -> None:
    await fill(db, some(site.directory(), many=60))
    await db.run(lambda tx: chats.keep(tx, [Chat(ROADS, "mindor", NOW, lost=True), Chat(CENTRE, CUR, NOW)]))
    await browser.sign_in(AT_CUR)
    shown = await browser.get("/chats")
    assert shown.status_code == 200
    assert "бота нет или он не видит сообщений" in shown.text and "на связи" in shown.text
    assert "Без чата" in shown.text and "/queue?view=open&amp;agency=mindor" in shown.text
    await browser.sign_in(AT_MINDOR)
    assert (await browser.get("/chats")).status_code in (401, 403)


async def test_the_log_is_for_the_administrator(browser: Browser, db: Database, clock: Ahead) -> None:
    """T22: a resident stands there as a pseudonym."""
    line = AuditLine(5001, AuditAction.SHOWED_CONTACT, "7001", "profile")
    await db.run(lambda tx: audit.append(tx, [line], NOW))
    await browser.sign_in(AT_CUR)
    assert (await browser.get("/audit")).status_code == 403
    await browser.sign_in(ADMIN)
    await browser.get("/code")
    secret = await db.run(lambda tx: viewers.secret(tx, ADMIN))
    assert secret is not None
    await browser.send("/code", code=pyotp.TOTP(secret.text).at(clock.now()))
    shown = await browser.get("/audit")
    assert shown.status_code == 200 and "показан контакт жителя" in shown.text and "id5001" in shown.text
    assert "7001" not in shown.text
