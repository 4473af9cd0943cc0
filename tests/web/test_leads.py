"""Who looks after a message: taken, given, put off; «Мои» and «Отложенные», a deputy; and what is another side's."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.web.site import Site
from states.lifecycle.appeal import Appeal, Status
from states.people.officials import Standing
from states.people.viewers import Role, Viewer
from storage.db.database import Database
from storage.privacy import forgetting
from storage.records import leads, officials, viewers
from tests.small import NOW
from tests.web import administrator
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, CENTRE, OF_MIASS, READER, ROADS, Ahead, Browser, hidden, works
from tests.web.filled import TODAY, fill, some

BORIS, VERA, GONE = 5101, 5102, 5103
VIEW = re.compile(r'<a href="(/queue[^"]*)"[^>]*>(Мои|Отложенные) <span class="many">(\d+)<')


@pytest.fixture
async def roads(db: Database, site: Site) -> list[Appeal]:
    """Six open messages of one agency; Boris works beside Anna, Vera beside Pyotr, one has left."""
    there = [
        works(CENTRE, BORIS, "Борис К."), works(ROADS, VERA, "Вера Л."), works(CENTRE, GONE, "Ушла", Standing.GONE)
    ]  # fmt: skip
    await db.run(lambda tx: officials.keep(tx, there))
    open_ones = [message for message in some(site.directory()) if message.status is Status.IN_WORK][:6]
    made = [replace(message, agency="mindor", urgent=False) for message in open_ones]
    assert len(made) == 6
    await fill(db, made)
    return made


async def said(browser: Browser, *codes: str, **fields: str) -> str:
    csrf = hidden(await browser.get("/queue"))
    origin = {"origin": browser.site.address}
    data = {"csrf": csrf, "back": "/queue?view=open", "code": list(codes), **fields}
    answer = await browser.client.post("/queue/lead", data=data, headers=origin)
    assert answer.status_code == 303, answer.status_code
    return (await browser.get("/queue?view=open")).text


async def views(browser: Browser) -> dict[str, int]:
    """«Отложенные» stands there where something is put off."""
    return {name: int(many) for _, name, many in VIEW.findall((await browser.get("/queue?view=open")).text)}


async def mine(browser: Browser) -> set[str]:
    shown = (await browser.get("/queue?view=open")).text
    href = next(href for href, found, _ in VIEW.findall(shown) if found == "Мои").replace("&amp;", "&")
    return {row["номер"] for row in (await browser.get(href.replace("/queue", "/queue.json", 1))).json()["строки"]}


async def test_a_message_is_taken_given_and_left(browser: Browser, roads: list[Appeal]) -> None:
    code = roads[0].code
    await browser.sign_in(AT_CUR)
    assert await views(browser) == {"Мои": 0}
    opened = (await browser.get(f"/queue?view=open&open={code}")).text
    assert "пока никто" in opened and "Взять себе" in opened and "Борис К." in opened
    assert "Вера Л." not in opened and "Ушла" not in opened, "of one's own side, and who works there"
    assert f"Ведёте вы: №{code}" in await said(browser, code, do="lead", whom=str(AT_CUR))
    assert await mine(browser) == {code} and await views(browser) == {"Мои": 1}
    assert f"Ведёт Борис К.: №{code}" in await said(browser, code, do="lead", whom=str(BORIS))
    opened = (await browser.get(f"/queue?view=open&open={code}")).text
    assert "<b>Борис К.</b>" in opened and "назначено: Анна Ц., " in opened and 'title="Борис К."' in opened
    assert ">БК</span>" in opened, "a face in the list"
    await browser.sign_in(BORIS)
    assert await mine(browser) == {code}
    assert "никто не ведёт" in await said(browser, code, do="nobody")
    assert await mine(browser) == set()


async def test_the_journal_says_who_gave_a_message_to_whom(browser: Browser, roads: list[Appeal]) -> None:
    """R24: an assignment left no line."""
    await browser.sign_in(AT_CUR)
    code = roads[0].code
    await said(browser, code, do="lead", whom=str(BORIS))
    await said(browser, code, do="nobody")
    for _ in range(2):
        await said(browser, code, do="later", until=(TODAY + timedelta(days=3)).isoformat())
    await administrator.sign_in(browser)
    lines = (await browser.get(f"/audit.json?about={code}")).json()["строки"]
    assert [(line["что"], line["подробность"]) for line in lines] == [
        ("назначено, кто ведёт", "Анна Ц."),
        ("никто больше не ведёт", ""),
        ("назначено, кто ведёт", "Борис К."),
    ]


async def test_what_is_put_off_comes_back_on_its_day(
    browser: Browser, db: Database, roads: list[Appeal], clock: Ahead
) -> None:
    """It leaves «Мои» alone: no count of what is late changes, for the agency's term runs on."""
    late = "/queue.json?view=overdue"
    await browser.sign_in(AT_CUR)
    had = (await browser.get(late)).json()["сообщений"]
    codes = [one.code for one in roads[:2]]
    day = (TODAY + timedelta(days=3)).isoformat()
    assert "Отложено до" in await said(browser, *codes, do="later", until=day)
    assert await views(browser) == {"Мои": 0, "Отложенные": 2}, "what nobody led is one's own"
    assert (await browser.get(late)).json()["сообщений"] == had
    opened = (await browser.get(f"/queue?view=open&open={codes[0]}")).text
    assert "отложено до" in opened and "Вернуть в «Мои»" in opened
    await said(browser, codes[0], do="again")
    assert await mine(browser) == {codes[0]}
    clock.passed = timedelta(days=3)
    await browser.sign_in(AT_CUR)
    assert await mine(browser) == set(codes) and await views(browser) == {"Мои": 2}
    for until in ("", "вчера", TODAY.isoformat(), "2040-01-01"):
        assert "тложить" in await said(browser, codes[0], do="later", until=until), until
    assert (await db.run(lambda tx: leads.of(tx, codes)))[codes[1]]["cur"].owner == AT_CUR


async def test_danger_is_not_put_off(browser: Browser, db: Database, site: Site) -> None:
    made = [one for one in some(site.directory(), many=400) if one.urgent and one.status is Status.ROUTED]
    await fill(db, [one for one in made if one.counted.accepted is None and one.counted.first is None][:1])
    await browser.sign_in(AT_CUR)
    (row,) = (await browser.get("/queue.json?view=danger")).json()["строки"]
    await said(browser, row["номер"], do="later", until=(TODAY + timedelta(days=3)).isoformat())
    assert await mine(browser) == {row["номер"]} and await views(browser) == {"Мои": 1}


async def test_each_side_has_its_own(browser: Browser, roads: list[Appeal]) -> None:
    """The ЦУР gives a message to one of its own, the agency to one of its own; each sees both."""
    code = roads[0].code
    await browser.sign_in(AT_CUR)
    await said(browser, code, do="lead", whom=str(BORIS))
    await browser.sign_in(AT_MINDOR)
    assert await mine(browser) == set()
    await said(browser, code, do="lead", whom=str(VERA))
    opened = (await browser.get(f"/queue?view=open&open={code}")).text
    assert "<b>Вера Л.</b>" in opened and "ЦУР: Борис К." in opened and 'title="Вера Л."' in opened
    csrf = hidden(await browser.get("/queue"))
    another = await browser.post("/queue/lead", csrf=csrf, code=code, do="lead", whom=str(BORIS))
    assert another.status_code == 400, "of another side"
    await browser.sign_in(READER)
    opened = (await browser.get(f"/queue?view=open&open={code}")).text
    assert "ЦУР: Борис К." in opened and "Вера Л." in opened and "Взять себе" not in opened


async def test_many_at_once(browser: Browser, roads: list[Appeal]) -> None:
    await browser.sign_in(AT_CUR)
    ask = "/queue/lead?view=open&agency=mindor&all=yes&did=lead&back=/queue"
    shown = (await browser.get(ask)).text
    assert "Назначить: 6 сообщений" in shown and shown.count('name="code"') == 6 and "Борис К." in shown
    assert "До какого дня" in (await browser.get(ask.replace("did=lead", "did=later"))).text
    codes = [one.code for one in roads]
    assert "6 сообщений: №" in await said(browser, *codes, do="lead", whom=str(BORIS))
    shown = (await browser.get(f"/queue?view=open&who={BORIS}")).text
    assert "ведёт Борис К." in shown and "6 сообщений" in shown and f'value="{BORIS}" selected' in shown
    assert "Выберите, кто" in await said(browser, *codes, do="lead")
    assert "Отметьте" in await said(browser, do="lead", whom=str(BORIS))
    assert (await browser.get("/queue/lead?did=lead")).status_code == 303


@pytest.mark.parametrize("path", ["/queue/lead?did=lead", "/queue/several?did=assign"])
async def test_of_all_those_are_left_out_that_are_erased(
    browser: Browser, db: Database, roads: list[Appeal], path: str
) -> None:
    """R14: what is left of them is numbers; nobody leads them any more."""
    await browser.sign_in(AT_CUR)
    await said(browser, roads[0].code, do="lead", whom=str(AT_CUR))
    await db.run(lambda tx: forgetting.erase(tx, roads[0].resident, NOW + timedelta(days=1), force=True))
    shown = await browser.get(f"{path}&agency=mindor&all=yes")
    assert shown.status_code == 200 and "5 сообщений" in shown.text and shown.text.count('name="code"') == 5
    assert await db.run(lambda tx: leads.of(tx, [roads[0].code])) == {}


async def test_who_may_not(browser: Browser, db: Database, site: Site, roads: list[Appeal]) -> None:
    """R24: another's message is not there, who reads gives nothing to anybody."""
    other = next(one for one in some(site.directory(), seed=9) if one.agency not in (None, "mindor"))
    await fill(db, [replace(other, code="0101-ZZZZ", resident=9001)])
    await browser.sign_in(AT_MINDOR)
    for path in ("/queue/lead?code=0101-ZZZZ", "/queue/lead?code=0000-0000"):
        assert (await browser.get(path)).status_code == 404
    csrf = hidden(await browser.get("/queue"))
    assert (await browser.post("/queue/lead", csrf=csrf, code="0101-ZZZZ", do="nobody")).status_code == 404
    assert (await browser.post("/queue/lead", csrf=csrf, code=roads[0].code, do="steal")).status_code == 400
    assert (await browser.get("/queue?who=x")).status_code == 400
    for user in (READER, OF_MIASS):
        await browser.sign_in(user)
        assert await views(browser) == ({} if user == READER else {"Мои": 0}), "a municipality leads its own"
        csrf = hidden(await browser.get("/queue"))
        answer = await browser.post("/queue/lead", csrf=csrf, code=roads[0].code, do="nobody")
        assert answer.status_code in (403, 404)
        assert (await browser.get("/away")).status_code == (403 if user == READER else 200)


async def away(browser: Browser, **fields: str) -> str:
    assert (await browser.send("/away", **fields)).status_code == 303
    return (await browser.get("/away")).text


async def test_a_deputy_has_the_messages_of_who_is_away(browser: Browser, roads: list[Appeal], clock: Ahead) -> None:
    await browser.sign_in(AT_CUR)
    await said(browser, roads[0].code, do="lead", whom=str(AT_CUR))
    days = {"begins": (TODAY + timedelta(days=1)).isoformat(), "ends": (TODAY + timedelta(days=2)).isoformat()}
    shown = await away(browser, deputy=str(BORIS), **days)
    assert "Записано: вас нет с" in shown and "это вы" in shown and "сейчас" not in shown
    await browser.sign_in(BORIS)
    assert await mine(browser) == set(), "not yet"
    clock.passed = timedelta(days=1)
    await browser.sign_in(BORIS)
    assert await mine(browser) == {roads[0].code}
    assert "Анна Ц., нет до" in (await browser.get(f"/queue?open={roads[1].code}&view=open")).text
    assert "замещает Борис К." in await said(browser, roads[1].code, do="lead", whom=str(AT_CUR))
    assert "сейчас" in (await browser.get("/away")).text
    await browser.sign_in(AT_CUR)
    assert "Все на месте" in await away(browser, do="back")
    await browser.sign_in(BORIS)
    assert await mine(browser) == set()


async def test_an_absence_that_cannot_be(browser: Browser, db: Database, roads: list[Appeal]) -> None:
    await browser.sign_in(AT_CUR)
    day, before = TODAY.isoformat(), (TODAY - timedelta(days=1)).isoformat()
    assert "первый и последний день" in await away(browser, begins="", ends=day, deputy=str(BORIS))
    for begins, ends in ((day, before), (before, before), (day, "2040-01-01")):
        assert "не раньше" in await away(browser, begins=begins, ends=ends, deputy=str(BORIS))
    for deputy in ("", str(AT_CUR), str(VERA)):
        assert "кто вас заменит" in await away(browser, begins=day, ends=day, deputy=deputy)
    await db.run(lambda tx: viewers.grant(tx, Viewer(5200, Role.AGENCY, "minzdrav", ""), NOW))
    await browser.sign_in(5200)
    assert "пока некому" in (await browser.get("/away")).text


async def test_an_administrator_is_of_the_centre(browser: Browser, roads: list[Appeal]) -> None:
    await browser.sign_in(AT_CUR)
    assert "Админ" in (await browser.get(f"/queue?open={roads[0].code}&view=open")).text
    await said(browser, roads[0].code, do="lead", whom=str(ADMIN))


async def test_putting_off_is_not_called_as_what_the_resident_reads(browser: Browser, roads: list[Appeal]) -> None:
    """The card's «Отложить» promises him a day; this one tells nobody."""
    await browser.sign_in(AT_MINDOR)
    opened = (await browser.get(f"/queue?view=open&open={roads[0].code}")).text
    assert ">Отложить у себя</summary>" in opened
    form = opened[opened.index(">Отложить у себя</summary>") :].split("</form>")[0]
    assert "житель не узнает" in form and ">Отложить<" not in form
