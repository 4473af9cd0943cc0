"""«Сейчас»: where everybody begins."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.web.site import Site
from states.lifecycle.alerts import Alert
from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.counted import Counted
from states.people.chats import Chat
from states.worktime.deadlines import Deadline, TermClock
from storage.db.database import Database
from storage.records import appeals, chats
from tests.small import NOW
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, CENTRE, OF_MIASS, READER, ROADS, Ahead, Browser
from tests.web.filled import TODAY, fill, some


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
    """Nine people were promised that somebody decides by 16:51."""
    waits = [one for one in some(site.directory()) if one.status is Status.WAITING][0]
    over = Deadline(TermClock.ROUTE, NOW - timedelta(hours=2), NOW - timedelta(hours=1))
    await fill(db, [replace(waits, agency=None, chat=2_000_000_001, deadline=over)])
    await browser.sign_in(AT_CUR)
    shown = await browser.get("/now")
    assert "Срок ЦУР вышел: 1 сообщение" in shown.text and 'href="/queue?view=own_late"' in shown.text
    listed = await browser.get("/queue?view=own_late")
    assert waits.code in listed.text and "срок ЦУР вышел" in listed.text


async def test_danger_is_the_first_number_the_first_decision_and_the_first_row(
    browser: Browser, db: Database, site: Site
) -> None:
    """R28: an alarm has no term, so no list of terms would show it."""
    late = [replace(one, urgent=False) for one in some(site.directory(), many=40)]
    waits = replace(late[0], status=Status.WAITING, counted=Counted(received=late[0].counted.received))
    alarm = replace(waits, code="1127-ALRM", resident=9001, urgent=True, deadline=None, alert=Alert(NOW), topic="")
    alarm = replace(alarm, chat=CENTRE, place="miass", agency=None)
    await fill(db, [*late, alarm])
    await browser.sign_in(AT_CUR)
    now = (await browser.get("/now")).text
    assert "<title>⚡ 1 опасность · Сейчас" in now
    assert re.findall(r'class="name"><svg.*?</svg> ([^<]+)<', now, re.S)[0] == "Опасность"
    decide = now.partition('id="decide"')[2]
    assert "Никто не нажал «Вижу»" in decide.partition("</li>")[0]
    assert 'name="did" value="see"' in decide.partition("</li>")[0]
    assert re.findall(r'class="code"><a[^>]*>([^<]+)', now)[0] == alarm.code, "«Самые срочные»"
    queue = (await browser.get("/queue")).text
    assert re.findall(r'<tr[^>]* data-code="([^"]+)"', queue)[0] == alarm.code, "«Срочные»"
    assert "<title>⚡ 1 опасность · Очередь" in queue and 'href="/queue?view=danger"' in queue
    only = (await browser.get("/queue?view=danger")).text
    assert re.findall(r'<tr[^>]* data-code="([^"]+)"', only) == [alarm.code]
    opened = (await browser.get(f"/queue?view=danger&open={alarm.code}")).text
    assert 'name="did" value="see"' in opened and 'value="answer"' not in opened and "никто не нажал" in opened
    await browser.sign_in(READER)
    assert 'value="see"' not in (await browser.get("/now")).text, "who only reads presses nothing"


async def test_without_danger_nothing_says_so(browser: Browser, db: Database, site: Site) -> None:
    await fill(db, [replace(one, urgent=False) for one in some(site.directory(), many=20)])
    await browser.sign_in(AT_CUR)
    for path in ("/now", "/queue"):
        shown = (await browser.get(path)).text
        assert "⚡" not in shown and 'data-danger="yes"' not in shown


async def test_a_fresh_bot_is_not_out_of_order(browser: Browser, clock: Ahead) -> None:
    """Its first copy is made within a day; until then nothing is wrong, afterwards something is."""
    await browser.sign_in(AT_CUR)
    shown = (await browser.get("/now")).text
    assert "Всё исправно" in shown and "Неисправно" not in shown and "Первая копия будет в течение суток" in shown
    assert "На связи 2 чата из 2" in shown
    clock.passed += timedelta(days=1, minutes=5)
    await browser.sign_in(AT_CUR)
    assert "Копий ещё нет" in (await browser.get("/now")).text


async def surge(db: Database, site: Site, many: int = 6) -> list[Appeal]:
    """So many messages of the last hour about one public trouble in one place."""
    (made, *_) = some(site.directory(), many=1)
    begun = replace(
        made, topic="blago-dvor", place="miass", status=Status.ROUTED, agency="mindor", chat=ROADS, urgent=False
    )
    begun = replace(begun, created_at=NOW - timedelta(minutes=30), counted=Counted(received=TODAY), deadline=None)
    found = [replace(begun, code=f"1127-AA{one:02}", resident=8000 + one) for one in range(many)]
    await fill(db, found)
    return found


async def test_a_surge_leaves_the_list_when_it_is_united(browser: Browser, db: Database, site: Site) -> None:
    lead, *others = await surge(db, site)
    await browser.sign_in(AT_CUR)
    assert "Всплеск: Ремонт и благоустройство двора" in (await browser.get("/now")).text
    joined = [replace(one, status=Status.MERGED, incident=lead.code, chat=None, version=2) for one in others[1:]]
    await db.run(lambda tx: appeals.keep_appeals(tx, joined, []))
    shown = (await browser.get("/now")).text
    assert "Всплеск: " not in shown and "за последний час нет" in shown


async def test_to_remind_is_of_exactly_those_who_can_be(browser: Browser, db: Database, site: Site) -> None:
    """«Напомнить 14» reminded five, and the next page said so."""
    late = Deadline(TermClock.FIRST_ANSWER, NOW - timedelta(days=9), NOW - timedelta(days=5))
    made = [
        replace(one, status=Status.IN_WORK, agency="mindor", chat=ROADS if at < 5 else CENTRE, deadline=late)
        for at, one in enumerate(some(site.directory(), many=14))
    ]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    shown = (await browser.get("/now")).text
    assert "Просрочены на три дня: 14 сообщений" in shown and "Напомнить 5<" in shown
    assert "Некому напомнить: 9 (у ЦУР, или бота нет в их чате)." in shown
    step = html.unescape(re.findall(r'href="(/queue/several[^"]*did=remind[^"]*)"', shown)[0])
    asked = (await browser.get(step)).text
    assert "<h1>Напомнить: 5 сообщений</h1>" in asked and "<b>9 сообщений: " in asked
    await db.run(lambda tx: chats.keep(tx, [Chat(ROADS, "mindor", NOW, lost=True)]))
    shown = (await browser.get("/now")).text
    assert "Напомнить 5" not in shown and "Посмотреть 14<" in shown and "Некому напомнить: 14" in shown


async def test_an_agency_is_not_told_to_remind_itself(browser: Browser, db: Database, site: Site) -> None:
    (made, *_) = some(site.directory(), many=1)
    late = Deadline(TermClock.FIRST_ANSWER, NOW - timedelta(days=9), NOW - timedelta(days=5))
    waits = replace(
        made, status=Status.IN_WORK, agency="mindor", chat=ROADS, urgent=False, place="miass", deadline=late
    )
    await fill(db, [waits])
    told = {}
    for user in (AT_CUR, AT_MINDOR, OF_MIASS, READER):
        await browser.sign_in(user)
        told[user] = re.findall(r"(Напомнить|Ответить|Посмотреть) 1<", (await browser.get("/now")).text)
    assert told == {AT_CUR: ["Напомнить"], AT_MINDOR: ["Ответить"], OF_MIASS: ["Посмотреть"], READER: ["Посмотреть"]}
