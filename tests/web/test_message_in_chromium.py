"""The queue and an open message in a real Chromium: danger in the title and by sound, seconds that run down."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page as Tab
from playwright.async_api import expect

from bot.web.app import build
from bot.web.pages import PAGES
from states.lifecycle.appeal import Action, History, Piece, Remark
from storage.db.database import Database
from storage.records import appeals
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, Browser
from tests.web.test_drafts import given
from tests.web.test_in_chromium import Desk, desk, shut_out  # noqa: F401

INK = "rgb(20, 26, 34)"
STREAM = """
window.rung = 0;
window.AudioContext = class {
  constructor() { this.currentTime = 0; this.destination = null; }
  resume() { return Promise.resolve(); }
  createOscillator() { window.rung += 1; return { frequency: {}, connect() {}, start() {}, stop() {} }; }
};
window.EventSource = class extends EventTarget {
  constructor() { super(); window.stream = this; }
  close() {}
};
"""


async def tells(tab: Tab, **numbers: Any) -> None:
    """As a stream of the panel tells its numbers."""
    said = json.dumps(numbers)
    await tab.evaluate("said => stream.dispatchEvent(new MessageEvent('message', { data: said }))", said)


async def test_danger_stands_in_the_title_and_is_heard_by_whoever_wants_to(desk: Desk) -> None:  # noqa: F811
    async with desk.tab() as tab:
        await tab.add_init_script(STREAM)
        await desk.sign_in(tab, AT_CUR)
        await tab.goto("/queue")
        await tells(tab, danger="1", danger_words="1 опасность")
        assert (await tab.title()).startswith("⚡ 1 опасность · Очередь")
        assert await tab.locator("a.danger").get_attribute("data-danger") == "yes"
        assert await tab.evaluate("rung") == 0, "nobody has asked for a sound"
        await tab.get_by_label("Звук при опасности").check()
        heard = await tab.evaluate("rung")
        assert heard > 0, "whoever switches it on hears what it is like"
        await tells(tab, danger="1", danger_words="1 опасность")
        assert await tab.evaluate("rung") == heard, "the same one is not rung for again"
        await tells(tab, danger="2", danger_words="2 опасности")
        assert await tab.evaluate("rung") > heard and (await tab.title()).startswith("⚡ 2 опасности · Очередь")
        await tells(tab, danger="0", danger_words="")
        assert (await tab.title()).startswith("Очередь")
        await tab.reload()
        assert await tab.get_by_label("Звук при опасности").is_checked(), "it is remembered"


FIELD = "#act-answer-text"


async def test_words_are_kept_as_they_are_typed(desk: Desk, db: Database) -> None:  # noqa: F811
    """A reload, another tab, a session that is over: they stand in the field again."""
    one = await given(db, desk.site)
    path = f"/queue?view=open&open={one.code}"
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_MINDOR)
        await tab.goto(path)
        await tab.locator("details[data-key=r] > summary").click()
        await tab.locator(FIELD).press_sequentially("Урну поставим")
        await expect(tab.locator("details[data-key=r] [data-saved]")).to_contain_text("черновик сохранён в ")
        await tab.reload()
        await expect(tab.locator(FIELD)).to_have_value("Урну поставим")
        await tab.locator(FIELD).fill("Урну поставим завтра")
        await tab.reload()
        await expect(tab.locator(FIELD)).to_have_value("Урну поставим завтра")
        second = await tab.context.new_page()
        await second.goto(path)
        await expect(second.locator(FIELD)).to_have_value("Урну поставим завтра")
        await second.close()
        await tab.context.clear_cookies()
        await tab.locator(FIELD).fill("Урну поставим в среду")
        await tab.get_by_role("button", name="Отправить ответ").click()
        await expect(tab.locator("details[data-key=r] [data-saved]")).to_contain_text("Сеанс закончился")
        await expect(tab.locator(FIELD)).to_have_value("Урну поставим в среду")
        await tab.goto(await Browser.of(build(desk.site, PAGES), desk.site).link(AT_MINDOR))
        await tab.get_by_role("button", name="Войти").click()
        await tab.wait_for_url(f"**{path}")
        await expect(tab.locator(FIELD)).to_have_value("Урну поставим в среду")
    desk.complaints[:] = [line for line in desk.complaints if "401" not in line]


async def pressed(tab: Tab, key: str, code: str) -> None:
    """As a keyboard of another layout: the place is the same, what it writes is not."""
    told = {"key": key, "code": code, "bubbles": True, "cancelable": True}
    await tab.evaluate("told => document.body.dispatchEvent(new KeyboardEvent('keydown', told))", told)


async def test_keys_work_by_their_place_and_a_row_opens_as_a_whole(desk: Desk, db: Database) -> None:  # noqa: F811
    """In the Russian layout «j» writes «о»: every key was dead."""
    one = await given(db, desk.site)
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_MINDOR)
        await tab.goto("/queue?view=open")
        await pressed(tab, "о", "KeyJ")
        assert await tab.locator("tr[aria-current=true]").get_attribute("data-code") == one.code
        await pressed(tab, "щ", "KeyO")
        await tab.wait_for_url(f"**open={one.code}")
        await pressed(tab, "к", "KeyR")
        await expect(tab.locator(FIELD)).to_be_focused()
        await tab.goto("/queue?view=open")
        await pressed(tab, "?", "Digit7")
        await expect(tab.get_by_role("dialog", name="Клавиши")).to_be_visible()
        await tab.get_by_role("button", name="Закрыть").click()
        await pressed(tab, "п", "KeyG")
        await pressed(tab, "в", "KeyD")
        await tab.wait_for_url("**/now")
        await tab.goto("/queue?view=open")
        await tab.locator(f"tr[data-code='{one.code}'] td.term").click()
        await tab.wait_for_url(f"**open={one.code}")
        await tab.goto("/queue?view=open")
        for _ in range(2):
            await tab.keyboard.press("Tab")
        await tab.keyboard.press("Enter")
        await expect(tab.locator("#first-row")).to_be_focused()


async def test_what_is_new_waits_behind_a_press_and_the_open_dialogue_grows(desk: Desk, db: Database) -> None:  # noqa: F811
    """Nothing jumps while one types."""
    one = await given(db, desk.site)
    async with desk.tab() as tab:
        await tab.add_init_script(STREAM)
        await desk.sign_in(tab, AT_MINDOR)
        await tab.goto(f"/queue?view=open&agency=mindor&open={one.code}")
        fresh = tab.locator("[data-fresh]")
        await tells(tab, open="1", version=str(one.version), beside="")
        await expect(fresh).to_be_hidden()
        await tab.locator("details[data-key=r] > summary").click()
        await tab.locator(FIELD).fill("Пишу")
        said = replace(one, pieces=(*one.pieces, Piece(9, "Стало хуже", at=NOW)), version=one.version + 1)
        line = History(one.code, said.version, NOW, one.resident, Action.ADD, one.status, one.status)
        await db.run(lambda tx: appeals.keep_appeals(tx, [said], [line]))
        await tells(tab, open="3", version=str(said.version), beside="Анна Ц. тоже смотрит")
        await expect(tab.locator(".talk")).to_contain_text("Стало хуже")
        await expect(tab.locator(FIELD)).to_have_value("Пишу")
        await expect(tab.get_by_text("Анна Ц. тоже смотрит")).to_be_visible()
        await expect(fresh.get_by_role("button", name="2 новых, показать")).to_be_visible()


async def test_a_canned_answer_goes_into_the_field_and_is_read_as_its_resident_will(
    desk: Desk,  # noqa: F811
    db: Database,
) -> None:
    one = await given(db, desk.site)
    ready = desk.site.directory().agency_by_code["mindor"].templates[0]
    async with desk.tab() as tab:
        await desk.sign_in(tab, AT_MINDOR)
        await tab.goto(f"/queue?view=open&open={one.code}")
        await tab.locator("details[data-key=r] > summary").click()
        seen = tab.locator("details[data-key=r] .preview")
        await expect(seen).to_be_hidden()
        await tab.locator("details.ready > summary").click()
        await tab.get_by_role("button", name=ready.name).click()
        words = await tab.locator(FIELD).input_value()
        assert words and "{адрес}" not in words and "{номер}" not in words
        await tab.locator(FIELD).fill("Яму засыпали.")
        await expect(seen).to_contain_text(f"Ответ на сообщение №{one.code}")
        await expect(seen).to_contain_text("Яму засыпали.")
        await expect(seen).to_contain_text("Вопрос решён?")
        date, blank = tab.get_by_label("День вместо {дата}"), tab.get_by_label("Причина вместо {причина}")
        await expect(date).to_be_hidden()
        await tab.locator(FIELD).fill("Заменим люк {дата}.")
        await expect(date).to_be_visible()
        await expect(blank).to_be_hidden()
        await expect(tab.locator("details[data-key=r] [data-note]")).to_contain_text("осталось место «дата»")
        await date.fill("2026-12-05")
        await expect(seen).to_contain_text("Заменим люк 5 декабря.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_message_is_printed_whole_with_notes_or_without(desk: Desk, db: Database, scheme: str) -> None:  # noqa: F811
    """Paper had the list, the buttons and two thirds of the dialogue; notes for colleagues could not be left out."""
    one = await given(db, desk.site)
    notes = tuple(Remark(NOW + timedelta(minutes=number), AT_MINDOR, f"Ждём кран {number}") for number in range(6))
    pieces = tuple(Piece(number, f"Строка {number}. " + "Длинно. " * 60) for number in range(8))
    await db.run(
        lambda tx: appeals.keep_appeals(tx, [replace(one, version=one.version + 1, remarks=notes, pieces=pieces)], [])
    )
    async with desk.tab(scheme=scheme) as tab:
        await desk.sign_in(tab, AT_MINDOR)
        await tab.goto(f"/queue?view=open&open={one.code}")
        assert await shut_out(tab) == []
        await tab.emulate_media(media="print")
        paper = tab.locator("article.one")
        for seen in (
            tab.locator(".list"),
            tab.locator(".top"),
            paper.locator(".foot"),
            paper.get_by_text("печатать с"),
        ):
            await expect(seen).to_be_hidden()
        await expect(paper.get_by_text("отправлено жителем")).to_have_count(2)
        assert sum([await line.is_visible() for line in await paper.get_by_text("отправлено жителем").all()]) == 1
        talk = paper.locator(".talk")
        assert await talk.evaluate("one => one.scrollHeight <= one.clientHeight + 1"), "nothing is cut"
        assert [await note.is_visible() for note in await paper.get_by_text("Ждём кран").all()].count(True) == 0
        assert await paper.locator("h2").evaluate("one => getComputedStyle(one).color") == INK
        await tab.emulate_media(media="screen")
        await tab.get_by_label("печатать с заметками").check()
        await tab.emulate_media(media="print")
        assert [await note.is_visible() for note in await paper.get_by_text("Ждём кран").all()].count(True) == 6
        await tab.goto("/queue?view=open")
        for seen in (
            tab.locator(".views"),
            tab.locator(".keys-line"),
            tab.locator(".conditions-menu"),
            tab.locator(".switch").first,
        ):
            await expect(seen).to_be_hidden()
        await expect(tab.locator(".row-link").first).to_be_visible()
