"""Words are never lost: a draft as it is typed, a session that is over, an error that keeps what was chosen."""

from __future__ import annotations

import re
from dataclasses import replace
from zlib import crc32

import httpx

from bot.web.acting import ActionResult, in_words
from bot.web.app import build
from bot.web.pages import PAGES
from bot.web.site import Site
from handlers.text import texts_chat, texts_panel
from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.templates import Template
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.records import chats
from tests.web.administrator import sign_in
from tests.web.browser import AT_CUR, AT_MINDOR, CENTRE, READER, ROADS, Browser, hidden
from tests.web.filled import fill, some

WORDS = "Урну поставим\n<до пятницы>"


async def given(db: Database, site: Site) -> Appeal:
    """One that the ministry of roads has."""
    (made, *_) = some(site.directory(), many=1)
    told = replace(made, status=Status.IN_WORK, agency="mindor", chat=ROADS)
    await fill(db, [told])
    return told


async def writes(browser: Browser, one: Appeal, text: str = WORDS, **more: str) -> httpx.Response:
    page = await browser.get(f"/queue?view=open&open={one.code}")
    fields = {"csrf": hidden(page), "code": one.code, "did": "answer", "text": text, **more}
    return await browser.post("/queue/draft", **fields)


async def test_what_is_typed_stands_in_the_field_again(browser: Browser, db: Database, site: Site) -> None:
    one = await given(db, site)
    await browser.sign_in(AT_MINDOR)
    path = f"/queue?view=open&open={one.code}"
    assert "черновик" not in (await browser.get(path)).text
    assert (await writes(browser, one)).json()["at"]
    shown = (await browser.get(path)).text
    assert "Урну поставим\n&lt;до пятницы&gt;</textarea>" in shown and "черновик сохранён в " in shown
    assert '<details class="act" name="act" data-key="r" open>' in shown
    await browser.sign_in(AT_MINDOR)
    assert "Урну поставим" in (await browser.get(path)).text, "another session has it too"
    await browser.sign_in(AT_CUR)
    assert "Урну" not in (await browser.get(path)).text, "it is nobody else's"
    await browser.sign_in(AT_MINDOR)
    await writes(browser, one, "")
    assert "черновик" not in (await browser.get(path)).text


async def test_nobody_writes_where_he_may_not_act(browser: Browser, db: Database, site: Site) -> None:
    """R24."""
    one = await given(db, site)
    other = replace(one, code="1127-XXXX", resident=1, agency="minzdrav")
    await fill(db, [other])
    await browser.sign_in(AT_MINDOR)
    assert (await writes(browser, one, code=other.code)).status_code == 404
    assert (await writes(browser, one, code="1127-NONE")).status_code == 404
    for did in ("accept", "erase"):
        assert (await writes(browser, one, did=did)).status_code == 400
    await browser.sign_in(READER)
    page = await browser.get("/queue?view=open")
    said = {"csrf": hidden(page), "code": one.code, "did": "answer", "text": WORDS}
    assert (await browser.post("/queue/draft", **said)).status_code == 403


async def test_a_session_that_is_over_signs_in_and_comes_back_to_the_text(
    browser: Browser, db: Database, site: Site
) -> None:
    one = await given(db, site)
    await browser.sign_in(AT_MINDOR)
    path = f"/queue?view=open&open={one.code}"
    await writes(browser, one)
    browser.client.cookies.clear()
    fields = {"code": one.code, "did": "answer", "text": WORDS, "back": path}
    over = await browser.post("/queue/act", **fields)
    assert over.status_code == 401 and "&lt;до пятницы&gt;</textarea>" in over.text
    elsewhere = await browser.post("/queue/act", origin="https://other.test", **fields)
    assert elsewhere.status_code == 401 and "до пятницы" not in elsewhere.text, "another site's form is not repeated"
    entered = await browser.sign_in(AT_MINDOR)
    assert entered.headers["location"] == path
    assert "Урну поставим" in (await browser.get(path)).text


async def test_an_error_says_what_to_do_and_keeps_what_was_chosen(browser: Browser, db: Database, site: Site) -> None:
    """«Направить» without a tick was a page «Непонятный запрос»."""
    one = await given(db, site)
    await browser.sign_in(AT_CUR)

    answer = await browser.get("/queue/several?did=assign&whom=minzdrav&back=/queue%3Fview%3Dopen")
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue?view=open")
    shown = (await browser.get("/queue?view=open")).text
    assert texts_panel.NOTHING_TICKED in shown and 'name="whom" list="agencies" value="Минздрав"' in shown
    fields = {"did": "assign", "whom": "", "code": one.code, "back": "/queue?view=open"}
    form = {"csrf": hidden(await browser.get("/queue?view=open")), **fields}
    asked = await browser.post("/queue/several/do", **form)
    assert texts_panel.NO_ADDRESSEE in asked.text and f'value="{one.code}" checked' in asked.text
    assert (await browser.post("/queue/several/do", **form, do="no")).status_code == 303
    shown = (await browser.get("/queue?view=open")).text
    assert texts_panel.NOTHING_DONE in shown and f'value="{one.code}" checked' in shown
    assert " checked aria-label" not in (await browser.get("/queue?view=open")).text, "once"


async def test_without_a_chat_it_is_said_which_one_is_missing(browser: Browser, db: Database, site: Site) -> None:
    """It said for ever that everything had changed meanwhile."""
    one = await given(db, site)
    await sign_in(browser)

    async def unbind(tx: Transaction) -> None:
        (chat,) = await chats.of(tx, (CENTRE,), ())
        await chats.keep(tx, [replace(chat, lost=True)])

    await db.run(unbind)
    fields = {"csrf": hidden(await browser.get("/queue?view=open")), "code": one.code, "did": "remind"}
    answer = await browser.post("/queue/act", **fields)
    assert answer.status_code == 303
    assert texts_panel.NO_CUR_CHAT in (await browser.get("/queue?view=open")).text


def test_of_many_it_is_said_which_ones_and_why() -> None:
    """«Напомнить 12» of which ten cannot be."""
    refused = [(f"1127-A{number:03}", texts_panel.NOBODY_TO_REMIND) for number in range(10)]
    said = in_words(ActionResult(2, 0, tuple(refused)))
    assert said.startswith("Сделано: 2 сообщения. Не получилось (10 сообщений: №1127-A000, №1127-A001")
    assert "и ещё 5" in said and said.count(texts_panel.NOBODY_TO_REMIND) == 1
    assert in_words(ActionResult(0, 0, (("1127-A000", "нельзя"),))) == "Не получилось: нельзя"


async def composed(browser: Browser, one: Appeal, **more: str) -> str:
    """The message again, as a browser without scripts shows it."""
    back = f"/queue?view=open&open={one.code}"
    fields = {"csrf": hidden(await browser.get(back)), "code": one.code, "did": "answer", "back": back, **more}
    answer = await browser.post("/queue/compose", **fields)
    assert (answer.status_code, answer.headers["location"]) == (303, back)
    return (await browser.get(back)).text


async def test_a_canned_answer_is_put_into_the_field_without_a_script(
    browser: Browser, db: Database, site: Site
) -> None:
    one = await given(db, site)
    ready = Template("Срок", "Сделаем {дата}.")
    known = site.directory()
    agencies = tuple(replace(it, templates=(ready,)) if it.code == "mindor" else it for it in known.agencies)
    mended = replace(known, agencies=agencies)
    there = Browser.of(build(replace(site, directory=lambda: mended), PAGES), site)
    await there.sign_in(AT_MINDOR)
    shown = (await there.get(f"/queue?view=open&open={one.code}")).text
    assert 'name="insert" value="Срок"' in shown and 'value="template"' not in shown
    assert re.search(r'data-blank="{дата}" hidden', shown) and re.search(r'data-blank="{причина}" hidden', shown)
    shown = await composed(there, one, text="Здравствуйте!", insert="Срок")
    assert "Здравствуйте!\n\nСделаем {дата}.</textarea>" in shown
    assert not re.search(r'data-blank="{дата}" hidden', shown) and re.search(r'data-blank="{причина}" hidden', shown)
    assert texts_panel.BLANK_LEFT.format(blank="дата") in shown and "data-reads hidden" in shown
    shown = await composed(there, one, text="Сделаем {дата}.", until="2026-12-05")
    assert f"Ответ на сообщение №{one.code}" in shown and "Сделаем 5 декабря." in shown and "Вопрос решён?" in shown


async def test_what_was_answered_word_for_word_before_is_said_while_one_types(
    browser: Browser, db: Database, site: Site
) -> None:
    one, text = await given(db, site), "Яму засыпали щебнем сегодня."
    await browser.sign_in(AT_MINDOR)
    told = (await writes(browser, one, text)).json()
    assert told["note"] == "" and text in told["reads"] and f"№{one.code}" in told["reads"]

    async def answered(tx: Transaction) -> None:
        (chat,) = await chats.of(tx, (ROADS,), ())
        digest = f"{crc32(text.casefold().encode()):08x}.{len(text)}"
        await chats.keep(tx, [replace(chat, recent=(digest,))])

    await db.run(answered)
    assert (await writes(browser, one, text)).json()["note"] == texts_chat.SAME_ANSWER
    assert texts_chat.SAME_ANSWER in (await browser.get(f"/queue?view=open&open={one.code}")).text
