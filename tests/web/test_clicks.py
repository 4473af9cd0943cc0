"""How many clicks a day's work takes in a real Chromium. To type into a field is no click, to choose the field is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from playwright.async_api import Locator, expect
from playwright.async_api import Page as Tab

from states.lifecycle.appeal import Status
from states.worktime.deadlines import Deadline, TermClock
from storage.db.database import Database
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, CENTRE, READER
from tests.web.filled import fill, some
from tests.web.test_in_chromium import Desk, desk, too_wide  # noqa: F401
from tests.web.test_several import alike

AGAIN = """button => {
    let times = 0;
    button.form.addEventListener("submit", () => ++times === 2 && setTimeout(() => button.click(), 100));
}"""
"""Presses once more while the form is on its way: the first submit keeps the draft, the second sends."""


@dataclass
class Hand:
    tab: Tab
    clicks: int = 0

    async def click(self, there: Locator) -> None:
        await there.click()
        self.clicks += 1


async def test_ten_messages_are_directed_each_to_its_own(desk: Desk, db: Database) -> None:  # noqa: F811
    await fill(db, alike(desk.site, 10, status=Status.WAITING, agency=None, chat=CENTRE))
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_CUR)
        hand = Hand(tab)
        await hand.click(tab.get_by_role("link", name="Направить 10").first)
        fields = tab.get_by_role("combobox", name="Кому направить №")
        assert await fields.count() == 10
        for field in await fields.all():
            await hand.click(field)
            await tab.keyboard.type("Миндортранс")
        await hand.click(tab.get_by_role("button", name="Направить 10"))
        await expect(tab.locator(".press")).to_contain_text("Направим 10 сообщений")
        assert hand.clicks <= 30


async def test_an_answer_takes_three_clicks(desk: Desk, db: Database) -> None:  # noqa: F811
    """Twenty take sixty: each leads to the next, with the field and the canned answers open."""
    await fill(db, alike(desk.site, 4))
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_MINDOR)
        hand = Hand(tab)
        await tab.goto("/queue?view=open&open=1127-AA00")
        await hand.click(tab.locator("details[data-key=r] > summary"))
        await hand.click(tab.locator("details.ready > summary"))
        for turn in range(3):
            await hand.click(tab.locator("button[data-words]").first)
            await hand.click(tab.get_by_role("button", name="Отправить ответ и дальше"))
            await tab.wait_for_url(f"**open=1127-AA{turn + 1:02}&do=answer")
            await expect(tab.get_by_role("link", name=f"№1127-AA{turn:02}: посмотреть, взять назад")).to_be_visible()
        assert hand.clicks <= 3 * 3


async def test_an_answer_that_is_pressed_twice_is_sent_once(desk: Desk, db: Database) -> None:  # noqa: F811
    """The second press came while the first was on its way, and was sent beside it."""
    await fill(db, alike(desk.site, 2))
    sent: list[str] = []
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_MINDOR)
        tab.on("request", lambda asked: sent.append(asked.url) if asked.url.endswith("/queue/act") else None)
        await tab.goto("/queue?view=open&open=1127-AA00&do=answer")
        await tab.locator("#act-answer-text").fill("Отремонтировали.")
        send = tab.get_by_role("button", name="Отправить ответ и дальше")
        await send.evaluate(AGAIN)
        await send.click()
        await tab.wait_for_url("**open=1127-AA01&do=answer")
        assert len(sent) == 1


async def test_why_a_city_stands_where_it_stands_takes_two_taps(desk: Desk, db: Database) -> None:  # noqa: F811
    over = Deadline(TermClock.FIRST_ANSWER, NOW, NOW)
    await fill(db, [replace(appeal, place="miass", deadline=over) for appeal in alike(desk.site, 3)])
    async with desk.tab(390) as tab:
        await desk.sign_in(tab, READER)
        hand = Hand(tab)
        await hand.click(tab.get_by_role("link", name="Карта").last)
        await hand.click(tab.get_by_role("rowheader", name="Миасс").get_by_role("link"))
        await expect(tab.get_by_role("heading", name="Почему")).to_be_visible()
        assert hand.clicks == 2


async def test_wide_tables_fit_or_fold(desk: Desk, db: Database) -> None:  # noqa: F811
    await fill(db, some(desk.site.directory()))
    for width in (390, 768, 1280):
        async with desk.tab(width) as tab:
            await desk.sign_in(tab, AT_CUR)
            for path in ("/reports?group=topic", "/reports?group=agency", "/agencies", "/places"):
                await tab.goto(f"{path}{'&' if '?' in path else '?'}from=2026-11-01&to=2026-11-27")
                for table in await tab.locator(".scroll").all():
                    assert await table.evaluate("there => there.scrollWidth - there.clientWidth") <= 0, (width, path)
            await tab.goto("/reports")
            await expect(tab.get_by_text("Решено", exact=True).first).to_be_hidden()
            await tab.get_by_label("Чем закончилось").check()
            assert await too_wide(tab) <= 0
