"""Many messages at once: what would happen is listed first, then it waits, can be taken back, and tells of itself."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from playwright.async_api import expect

from bot.web import several
from bot.web.site import Site
from handlers.text import texts_panel
from states.lifecycle.appeal import Appeal, Status
from states.people.chats import CUR
from states.worktime.deadlines import Deadline, TermClock
from storage.db.database import Database
from tests.small import NOW
from tests.transcripts.emulated import EmulatedStage
from tests.web.browser import AT_CUR, AT_MINDOR, CENTRE, READER, ROADS, Ahead, Browser, hidden
from tests.web.filled import fill, some
from tests.web.test_acting import came_in, code, heard_in  # noqa: F401
from tests.web.test_in_chromium import Desk, desk  # noqa: F401

STEP = re.compile(r'href="(/queue/several[^"]*)">([^<]+)<')


def alike(site: Site, many: int = 3, **more: object) -> list[Appeal]:
    """So many messages about one public trouble that the ministry of roads has."""
    (made, *_) = some(site.directory(), many=1)
    one = replace(made, topic="blago-dvor", status=Status.IN_WORK, agency="mindor", chat=ROADS, urgent=False)
    each = (replace(one, code=f"1127-AA{turn:02}", resident=9000 + turn) for turn in range(many))
    return [replace(found, **more) for found in each]  # type: ignore[arg-type]


async def confirmed(browser: Browser, **fields: object) -> str:
    """The page that is shown after it."""
    said = {"csrf": hidden(await browser.get("/queue?view=open")), "back": "/queue?view=open", "do": "yes", **fields}
    headers = {"origin": browser.site.address}
    answer = await browser.client.post("/queue/several/do", data=said, headers=headers)
    assert answer.status_code == 303, answer.text
    return (await browser.get(answer.headers["location"])).text


async def test_reminding_is_listed_taken_back_and_done(
    stage: EmulatedStage,
    panel: httpx.AsyncClient,
    code: str,  # noqa: F811
) -> None:
    await stage.listed(CUR)
    await came_in(stage, panel, stage.official(CUR, 1))
    asked = await panel.get("/queue/several?did=remind&all=yes&view=open&back=/queue%3Fview%3Dopen")
    assert "<h1>Напомнить: 1 сообщение</h1>" in asked.text and "Администрация Миасса 1" in asked.text
    assert "Жители ничего не получат." in asked.text and f'value="{code}" checked' in asked.text
    fields = {"csrf": hidden(asked), "did": "remind", "code": code, "back": "/queue?view=open", "do": "yes"}

    async def presses(path: str, **more: str) -> str:
        answer = await panel.post(path, data={**fields, **more}, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        await stage.settle()
        return answer.text

    waits = await presses("/queue/several/do")
    assert "<b>Напомним 1 сообщение</b> через" in waits
    mark = re.findall(r'name="mark" value="([^"]+)"', waits)[0]
    undone = await presses("/queue/several/undo", mark=mark)
    assert "Отменили: 1 сообщение. Ничего не отправлено." in undone and f'value="{code}" checked' in undone
    await stage.wait(60)
    await stage.settle()
    assert "напоминает" not in await heard_in(stage, "miass-gorod")
    await presses("/queue/several/do")
    await stage.wait(31)
    await stage.settle()
    assert f"напоминает: №{code}" in await heard_in(stage, "miass-gorod")
    over = (await panel.get("/queue?view=open")).text
    assert "Напомнили: 1 из 1." in over
    assert texts_panel.GONE_ALREADY in await presses("/queue/several/undo", mark=mark)


async def test_what_cannot_be_done_is_named_before(browser: Browser, db: Database, site: Site) -> None:
    """«Напомнить 12» of which ten cannot be."""
    held, own = alike(site, 2)
    await fill(db, [held, replace(own, chat=CENTRE)])
    await browser.sign_in(AT_CUR)
    asked = (await browser.get("/queue/several?did=remind&all=yes&view=open")).text
    assert "<h1>Напомнить: 1 сообщение</h1>" in asked and texts_panel.NOBODY_TO_REMIND in asked
    assert f"№{own.code}" in asked and f'value="{own.code}"' not in asked


async def test_all_of_the_filter_and_only_what_stayed_ticked(
    browser: Browser, db: Database, site: Site, clock: Ahead
) -> None:
    made = alike(site, 60)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    bar = (await browser.get("/queue?view=open")).text
    assert 'name="all" value="yes"' in bar and "все 60 по условию" in bar and 'name="view" value="open"' in bar
    asked = (await browser.get("/queue/several?did=assign&all=yes&view=open&whom=minzdrav")).text
    assert asked.count('name="code"') == 60 and "ещё 10" in asked and 'list="agencies" value="Минздрав"' in asked
    shown = await confirmed(browser, did="remind", code=[one.code for one in made[:40]])
    assert "<b>Напомним 40 сообщений</b> через" in shown and "0:30" in shown
    clock.passed += timedelta(seconds=12)
    assert "0:18" in (await browser.get("/now")).text, "and it stands on «Сейчас» too"


async def test_a_surge_is_united_under_the_oldest(browser: Browser, db: Database, site: Site) -> None:
    first, second, again = alike(site, 3)
    made = [
        first,
        replace(second, created_at=first.created_at - timedelta(hours=1)),
        replace(again, resident=9000, source=2),
    ]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    asked = (await browser.get("/queue/several?did=merge&all=yes&view=open")).text
    assert f"К №{second.code} присоединится 1 сообщение" in asked and texts_panel.SAME_RESIDENT in asked
    shown = await confirmed(browser, did="merge", lead=second.code, code=first.code)
    assert "<b>Объединим 1 сообщение</b>" in shown


@pytest.mark.parametrize(
    ("user", "more", "named"),
    [
        (AT_CUR, {"status": Status.IN_WORK}, ["Напомнить 3"]),
        (AT_CUR, {"status": Status.INTERIM}, ["Напомнить 3", "Спросить 3"]),
        (AT_CUR, {"status": Status.WAITING, "agency": None, "chat": CENTRE}, ["Направить 3", "Направить 3"]),
        (AT_MINDOR, {"status": Status.IN_WORK}, []),
        (READER, {"status": Status.IN_WORK}, []),
    ],
)
async def test_what_to_decide_does_what_it_says_after_one_look(
    browser: Browser, db: Database, site: Site, user: int, more: dict[str, object], named: list[str]
) -> None:
    over = Deadline(TermClock.FIRST_ANSWER, NOW - timedelta(days=9), NOW - timedelta(days=5))
    await fill(db, alike(site, 3, deadline=over, **more))
    await browser.sign_in(user)
    steps = STEP.findall((await browser.get("/now")).text)
    assert [name for _, name in steps] == named
    for href, name in steps:
        asked = (await browser.get(html.unescape(href))).text
        assert f"<h1>{name.partition(' ')[0]}: 3 сообщения</h1>" in asked or "спросит, когда ответят" in asked


async def test_nobody_begins_or_takes_back_what_is_anothers(browser: Browser, db: Database, site: Site) -> None:
    """R24."""
    made = alike(site, 2)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    shown = await confirmed(browser, did="remind", code=made[0].code)
    mark = re.findall(r'name="mark" value="([^"]+)"', shown)[0]
    for user in (READER, AT_MINDOR):
        await browser.sign_in(user)
        page = hidden(await browser.get("/queue?view=open"))
        assert "Напомним" not in (await browser.get("/queue?view=open")).text
        undo = await browser.post("/queue/several/undo", csrf=page, mark=mark)
        assert undo.status_code == 303
        assert texts_panel.GONE_ALREADY in (await browser.get("/queue?view=open")).text
    await browser.sign_in(READER)
    asked = await browser.get(f"/queue/several?did=remind&code={made[0].code}")
    assert asked.status_code == 403
    await browser.sign_in(AT_CUR)
    assert "Напомним 1 сообщение" in (await browser.get("/queue?view=open")).text, "it waits yet"
    for path in ("did=answer", "did=erase", "did="):
        assert (await browser.get(f"/queue/several?{path}&code={made[0].code}")).status_code == 400
    assert (await browser.get("/queue/several?did=remind&code=1127-NONE")).status_code == 404


async def test_where_nobody_can_be_told_it_is_said_on_the_same_page(browser: Browser, db: Database, site: Site) -> None:
    made = alike(site, 2)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    fields = {"did": "assign", "whom": "minzdrav", "code": made[0].code, "back": "/queue?view=open"}
    page = hidden(await browser.get("/queue?view=open"))
    told = await browser.post("/queue/several/do", csrf=page, do="yes", **fields)
    assert told.status_code == 200 and texts_panel.NO_CHAT_THERE in told.text and made[0].code in told.text
    fields |= {"whom": "mindor", f"whom-{made[0].code}": "minzdrav"}
    told = await browser.post("/queue/several/do", csrf=page, do="yes", **fields)
    assert texts_panel.NO_CHAT_THERE in told.text and f'value="{made[0].code}" checked' in told.text


async def test_ticks_are_counted_and_seconds_run_down(desk: Desk, db: Database) -> None:  # noqa: F811
    await fill(db, alike(desk.site, 4))
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_CUR)
        await tab.goto("/queue?view=open")
        every = tab.get_by_label("Отметить все на странице")
        await every.check()
        await expect(tab.locator("[data-ticked]")).to_have_text("Отмечено 4")
        await tab.get_by_label("Отметить №1127-AA00").uncheck()
        await expect(tab.locator("[data-ticked]")).to_have_text("Отмечено 3")
        await tab.get_by_role("button", name="Напомнить", exact=True).click()
        await expect(tab.get_by_role("heading", name="Напомнить: 3 сообщения")).to_be_visible()
        await tab.get_by_role("checkbox").first.uncheck()
        await tab.get_by_role("button", name="Напомнить 2").click()
        line = tab.locator(".press")
        await expect(line).to_contain_text("Напомним 2 сообщения через 0:30")
        await expect(line).to_contain_text("0:29")
        await line.get_by_role("button", name="Отменить").click()
        await expect(tab.get_by_role("status").filter(has_text="Отменили: 2 сообщения")).to_be_visible()
        await expect(tab.locator("[data-ticked]")).to_have_text("Отмечено 2")


async def test_each_of_many_goes_to_its_own_addressee(browser: Browser, db: Database, site: Site) -> None:
    """Five different matters of one press had one addressee: each has its own, proposed where one is known (R37)."""
    first, second, third = alike(site, 3, status=Status.REOPENED, chat=CENTRE)
    made = [first, replace(second, agency=None), replace(third, agency=None, returned=("mindor",))]
    await fill(db, [*made])
    await browser.sign_in(AT_CUR)
    asked = await browser.get("/queue/several?did=assign&all=yes&view=open&back=/queue%3Fview%3Dopen")
    beside = dict(re.findall(r'name="whom-([^"]+)" list="agencies" value="([^"]*)"', asked.text))
    assert beside == {first.code: "Миндортранс", second.code: "", third.code: ""}
    said = {
        "csrf": hidden(asked),
        "do": "yes",
        "did": "assign",
        f"whom-{first.code}": "mindor",
        "back": "/queue?view=open",
    }
    codes = [appeal.code for appeal in made]
    lacking = await browser.client.post(
        "/queue/several/do", data={**said, "code": codes}, headers={"origin": site.address}
    )
    assert f"кому направить 2 сообщения: №{second.code}, №{third.code}." in lacking.text
    assert f'name="whom-{first.code}" list="agencies" value="Миндортранс"' in lacking.text, "what was typed stays"
    shown = await confirmed(browser, **{**said, "whom": "Миндортранс", "code": codes})
    assert "<b>Направим 3 сообщения</b>" in shown


async def test_a_thousand_are_directed_by_one_press(browser: Browser, db: Database, site: Site) -> None:
    """A form of more than a thousand fields was refused: «Направить 500» had a thousand and five."""
    made = alike(site, several.MOST, status=Status.WAITING, agency=None, chat=CENTRE)
    made = [replace(appeal, code=f"1127-A{turn:03}") for turn, appeal in enumerate(made)]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    beside = {f"whom-{appeal.code}": "Миндортранс" for appeal in made}
    shown = await confirmed(browser, did="assign", code=[appeal.code for appeal in made], **beside)
    assert "<b>Направим 1000 сообщений</b>" in shown


async def test_nobody_is_proposed_who_has_it_now(browser: Browser, db: Database, site: Site) -> None:
    """A message was to go to the ministry that holds it, and was then refused as «и так у них»."""
    here, there = alike(site, 2)
    await fill(db, [replace(here, chat=CENTRE, status=Status.REOPENED), there])
    await browser.sign_in(AT_CUR)
    asked = await browser.get("/queue/several?did=assign&all=yes&view=open")
    beside = dict(re.findall(r'name="whom-([^"]+)" list="agencies" value="([^"]*)"', asked.text))
    assert beside == {here.code: "Миндортранс", there.code: ""}
