"""«Чаты» and «Журнал»: works, forbidden, nothing of a resident."""

from __future__ import annotations

import pyotp

from bot.web.site import Site
from states.audit import AuditAction, AuditLine
from states.people.chats import CUR, Chat
from states.people.officials import Standing
from storage.db.database import Database
from storage.privacy import audit
from storage.records import chats, officials, viewers
from tests.small import NOW
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, CENTRE, ROADS, Ahead, Browser, works
from tests.web.filled import fill, some


async def test_who_is_reached_where(browser: Browser, db: Database, site: Site) -> None:
    await fill(db, some(site.directory(), many=60))
    bound = [Chat(ROADS, "mindor", NOW, AT_MINDOR, lost=True, listed_at=NOW), Chat(CENTRE, CUR, NOW)]
    await db.run(lambda tx: chats.keep(tx, bound))
    fresh = [
        works(ROADS, 5050, "Олег Н.", Standing.ASKED),
        works(ROADS, 5051),
        works(ROADS, 5052, "Ушёл", Standing.GONE),
    ]
    await db.run(lambda tx: officials.keep(tx, fresh))
    await browser.sign_in(AT_CUR)
    shown = await browser.get("/chats")
    assert shown.status_code == 200
    assert "бота нет или он не видит сообщений" in shown.text and "на связи" in shown.text
    assert "<small>Пётр Д.</small>" in shown.text, "who has bound it"
    assert "2 сотрудника" in shown.text and "<p>id5051, Пётр Д.</p>" in shown.text and "Ушёл" not in shown.text
    assert "1 ждёт допуска" in shown.text and "ждут допуска: Олег Н." in shown.text
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
