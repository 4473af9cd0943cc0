"""«Чаты» and «Журнал»: works, forbidden, nothing of a resident."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pyotp
import pytest

from bot.admin.admin_directory import AdminDirectory
from bot.region.directory_json import with_version
from bot.upkeep import members
from bot.web import chat_acts
from bot.web.site import Site
from handlers.text import texts_panel
from states.audit import AuditAction, AuditLine
from states.lifecycle.appeal import Status
from states.people.chats import CUR, DUTY, LOOKS, Chat, Doubt
from states.people.officials import Standing
from states.worktime.deadlines import Deadline, TermClock
from storage.db.database import Database
from storage.inbox import timers
from storage.privacy import audit
from storage.records import chats, officials, viewers
from tests.small import NOW
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, CENTRE, ROADS, Ahead, Browser, hidden, works
from tests.web.filled import TODAY, fill, some


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


async def pressed(browser: Browser, did: str, agency: str = "mindor", **more: str) -> str:
    answer = await browser.send("/chats", do=did, agency=agency, **more)
    assert answer.status_code == 303, answer.text
    return (await browser.get("/chats")).text


async def test_a_pause_is_set_and_ended_and_both_are_logged(browser: Browser, db: Database) -> None:
    await browser.sign_in(AT_CUR)
    day = TODAY + timedelta(days=3)
    shown = await pressed(browser, "pause", until=day.isoformat())
    assert "Чат на паузе до" in shown and "на паузе до" in shown and "Снять паузу" in shown
    (chat,) = [one for one in await db.run(chats.bound) if one.agency == "mindor"]
    assert chat.paused_until is not None and chat.paused_until > NOW
    shown = await pressed(browser, "resume")
    assert "Пауза снята" in shown
    (chat,) = [one for one in await db.run(chats.bound) if one.agency == "mindor"]
    assert not chat.is_paused(NOW)
    assert await db.run(lambda tx: timers.fire(tx, NOW, 5)) == 1, "the bot does what it does when a pause ends"
    lines = await db.run(lambda tx: audit.newest(tx, 5))
    told = {(one["action"], one["subject"], one["actor"]) for one in lines}
    assert told >= {("resumed", "mindor", AT_CUR), ("paused", "mindor", AT_CUR)}


@pytest.mark.parametrize(
    "did, agency, more, why",
    [
        ("pause", "mindor", {}, "Назовите день"),
        ("pause", "mindor", {"until": "2020-01-01"}, "не раньше сегодняшнего"),
        ("pause", CUR, {"until": "2030-01-01"}, "чат ЦУР на паузу не ставят"),
        ("pause", "minzdrav", {"until": "2030-01-01"}, "чата уже нет"),
        ("resume", "mindor", {}, "Паузы уже нет"),
        ("look", "mindor", {}, "бот работает отдельно"),
    ],
)
async def test_what_cannot_be_says_why(browser: Browser, did: str, agency: str, more: dict[str, str], why: str) -> None:
    await browser.sign_in(AT_CUR)
    assert why in await pressed(browser, did, agency, **more)


async def test_the_control_centre_gives_a_code(browser: Browser, db: Database, clock: Ahead, site: Site) -> None:
    """T4: shown once, kept as its digest, a line of the log; never for who has a chat, nor for the ЦУР itself."""
    await AdminDirectory(db, clock).save(with_version(site.directory()))
    await browser.sign_in(AT_MINDOR)
    token = hidden(await browser.get("/now"))
    assert (await browser.post("/chats", csrf=token, do="code", agency="minzdrav")).status_code == 403
    await browser.sign_in(AT_CUR)
    assert (await browser.send("/chats", do="burn", agency="minzdrav")).status_code == 400
    for agency in ("mindor", CUR, DUTY):
        assert chat_acts.HAS_CHAT in await pressed(browser, "code", agency)
    assert await db.run(chats.codes) == {}
    shown = await pressed(browser, "code", "minzdrav")
    (code,) = set(re.findall(r"/код ([0-9A-Z-]{19})", shown))
    found = await db.run(chats.codes)
    assert [one.agency for one in found.values()] == ["minzdrav"]
    assert code not in (await browser.get("/chats")).text, "once"
    (line,) = [one for one in await db.run(lambda tx: audit.newest(tx, 5)) if one["action"] == "chat_code_given"]
    assert (line["actor"], line["subject"]) == (AT_CUR, "minzdrav")


async def chats_page(browser: Browser) -> str:
    return (await browser.get("/chats")).text


async def test_what_is_wrong_says_what_to_press(browser: Browser, db: Database, site: Site) -> None:
    over = Deadline(TermClock.FIRST_ANSWER, NOW - timedelta(days=9), NOW - timedelta(days=5))
    late = [
        replace(one, status=Status.IN_WORK, agency="mindor", chat=ROADS if at else CENTRE, deadline=over)
        for at, one in enumerate(some(site.directory(), many=9))
    ]
    await fill(db, late)
    await browser.sign_in(AT_CUR)
    reminds = re.findall(r'href="(/queue/several[^"]+)">Напомнить о просроченных: (\d+)', await chats_page(browser))
    assert [many for _, many in reminds] == ["8"], "the ninth is with the ЦУР"
    asked = (await browser.get(html.unescape(reminds[0][0]))).text
    assert "<h1>Напомнить: 8 сообщений</h1>" in asked and texts_panel.NOBODY_TO_REMIND in asked
    deaf = Chat(ROADS, "mindor", NOW, lost=True, doubt=Doubt(NOW, failed=LOOKS))
    await db.run(lambda tx: chats.keep(tx, [deaf]))
    shown = await chats_page(browser)
    assert "«Назначить администратором»" in shown and "Пауза" in shown and "Напомнить о просроченных" not in shown
    asked = (await browser.get(html.unescape(reminds[0][0]))).text
    assert "<h1>Напомнить: не с кем</h1>" in asked and texts_panel.NOT_HEARD_THERE in asked
    refused = replace(deaf, doubt=Doubt(NOW, failed=LOOKS, refused=True))
    await db.run(lambda tx: chats.keep(tx, [refused]))
    assert "ему можно писать" in (await browser.get("/chats")).text


async def test_the_bot_looks_again_when_asked(browser: Browser, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []

    async def tell(bot: object, chat: Chat) -> None:
        looked.append(chat.agency)

    monkeypatch.setattr(members, "tell", tell)
    assert "Проверили" in await chat_acts.look(replace(site, bot=object()), "mindor")  # type: ignore[arg-type]
    assert looked == ["mindor"]
