"""«Очередь»: works, forbidden, another agency's, missing."""

from __future__ import annotations

import html
import re
from dataclasses import replace

from bot.web.site import Site
from handlers.official.listing import DONE
from handlers.text import texts_panel
from states.lifecycle.appeal import OPEN, Action, History, Piece, Remark, Status
from states.messages import Attachment
from storage.db.database import Database
from storage.records import appeals
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, CENTRE, OF_MIASS, READER, ROADS, Browser
from tests.web.filled import fill, some


async def test_the_chosen_message_stands_beside_the_list(browser: Browser, db: Database, site: Site) -> None:
    made = some(site.directory(), many=30)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    shown = await browser.get(f"/queue?view=open&open={made[0].code}")
    assert shown.status_code == 200
    assert f"Сообщение №{made[0].code}" in shown.text and made[0].text in shown.text
    assert "улица Проверочная, 0" in shown.text and "отправлено жителем" in shown.text
    assert str(made[0].resident) not in shown.text, "R21: nobody is named in a list or beside it"


async def test_the_page_of_a_message_names_the_model_that_named_its_topic(
    browser: Browser, db: Database, site: Site
) -> None:
    made = some(site.directory(), many=2)
    made[0] = replace(made[0], topic_by=3)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    shown = await browser.get(f"/queue?view=open&open={made[0].code}")
    assert "отправлено жителем, тема предложена моделью № 3" in shown.text
    assert "моделью" not in (await browser.get(f"/queue?view=open&open={made[1].code}")).text


async def test_another_agencys_message_is_not_shown(browser: Browser, db: Database, site: Site) -> None:
    made = [replace(one, status=Status.IN_WORK) for one in some(site.directory(), many=40)]
    made[:5] = [replace(one, agency="mindor") for one in made[:5]]
    await fill(db, made)
    await browser.sign_in(AT_MINDOR)
    shown = await browser.get("/queue?view=open")
    others = [one for one in made if one.agency != "mindor"]
    assert shown.status_code == 200 and all(one.code not in shown.text for one in others)
    foreign, none = [await browser.get(f"/queue?open={code}") for code in (others[0].code, "1127-NONE")]
    assert foreign.status_code == none.status_code == 404 and foreign.text == none.text, "nobody learns which there are"
    assert (await browser.get(f"/queue?agency={others[0].agency}")).status_code == 403
    assert (await browser.get(f"/queue.csv?view=open&agency={others[0].agency}")).status_code == 403
    for one in made[:2]:
        assert (await browser.get(f"/queue?open={one.code}")).status_code == 200


async def test_what_there_is_not(browser: Browser) -> None:
    assert (await browser.get("/queue")).status_code == 401
    await browser.sign_in(AT_CUR)
    nowhere = await browser.get("/queue?open=1127-NONE")
    assert nowhere.status_code == 404 and "Такого сообщения среди ваших нет" in nowhere.text
    assert (await browser.get("/queue?view=nothing")).status_code == 400
    empty = await browser.get("/queue")
    assert empty.status_code == 200 and "Здесь пусто" in empty.text


async def test_a_condition_can_be_taken_away_and_a_number_is_found(browser: Browser, db: Database, site: Site) -> None:
    made = some(site.directory(), many=70)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    found = await browser.get(f"/queue?q={made[3].code}")
    assert found.text.count('class="row-link"') == 1 and f"№{made[3].code}" in found.text
    listed = await browser.get("/queue?view=open&place=miass")
    assert 'href="/queue?view=open"' in listed.text and 'href="/queue?place=miass"' in listed.text
    first = await browser.get("/queue?from=2020-01-01")
    assert "Дальше по списку" in first.text
    second = await browser.get("/queue?from=2020-01-01&start=50")
    assert second.text.count('class="row-link"') == 20 and "Раньше по списку" in second.text


async def test_words_find_messages_and_a_page_is_for_the_cur_only(browser: Browser, db: Database, site: Site) -> None:
    made = [replace(one, agency="mindor", place="miass") for one in some(site.directory(), many=12)]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    shown = await browser.get("/queue?q=проверочных+11&from=2020-01-01")
    assert shown.text.count('class="row-link"') == 1 and f"№{made[11].code}" in shown.text
    assert (await browser.get("/queue?q=Миасс")).text.count('class="row-link"') == 12
    page = await browser.get(f"/queue?q=vk.com/id{made[4].resident}")
    assert page.text.count('class="row-link"') == 1 and f"№{made[4].code}" in page.text
    await browser.sign_in(AT_MINDOR)
    assert (await browser.get(f"/queue?q=vk.com/id{made[4].resident}")).status_code == 403, "R21"


async def test_an_agency_and_the_letters_of_a_number_are_found(browser: Browser, db: Database, site: Site) -> None:
    """«Минздрав» and «NM89» found nothing."""
    made = [replace(one, agency="mindor", place="miass") for one in some(site.directory(), many=9)]
    made[4] = replace(made[4], agency="minzdrav")
    made[5] = replace(made[5], code="1127-NM89")
    typed = [(words, made[5]) for words in ("1127nm89", "1127 NM89", "№ 1127–NM89", "NМ89", "ть89", "1127-ТЬ89")]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    for words, one in (("Минздрав", made[4]), ("минздрав проверочное", made[4]), ("nm89", made[5]), *typed):
        shown = (await browser.get(f"/queue?q={words}&from=2020-01-01")).text
        assert shown.count('class="row-link"') == 1 and f"№{one.code}" in shown, words
    shown = (await browser.get("/queue?q=минздрав+небывалое&from=2020-01-01")).text
    assert 'class="row-link"' not in shown, "all of the words"


async def test_what_is_sought_is_offered_as_a_condition(browser: Browser, db: Database, site: Site) -> None:
    """A topic or the full name of an agency is no word of a message, and found nothing."""
    await fill(db, some(site.directory(), many=9))
    await browser.sign_in(AT_CUR)
    full = site.directory().agency_by_code["minzdrav"].name
    shown = (await browser.get(f"/queue?q={full}")).text
    assert 'href="/queue?agency=minzdrav">ведомство: Минздрав</a>' in shown
    topic = site.directory().topics[0]
    shown = (await browser.get(f"/queue?q={topic.name}&from=2020-01-01")).text
    assert f'href="/queue?topic={topic.code}&amp;from=2020-01-01">тема: {html.escape(topic.name)}</a>' in shown
    assert ">муниципалитет: Миасс</a>" in (await browser.get("/queue?q=миасс")).text
    for words in ("улица Ленина", "1127-NM89", "а"):
        assert "Искать как условие" not in (await browser.get(f"/queue?q={words}")).text, words
    await browser.sign_in(AT_MINDOR)
    assert "ведомство: Минздрав" not in (await browser.get(f"/queue?q={full}")).text, "R24: theirs is one"


async def test_the_list_is_narrowed_by_topic_and_days(browser: Browser, db: Database, site: Site) -> None:
    topics = [one.code for one in site.directory().topics][:2]
    made = [replace(one, topic=topics[number % 2], place="miass") for number, one in enumerate(some(site.directory()))]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    page = (await browser.get("/queue?place=miass&from=2020-01-01")).text
    name = site.directory().topic_by_code[topics[0]].name
    assert f'<option value="{name}">' in page and 'name="from" value="2020-01-01"' in page
    shown = await browser.get(f"/queue?view=&place=miass&agency=&topic={topics[0]}&from=2020-01-01&to=2026-12-31")
    assert shown.status_code == 200 and "Дальше по списку" in shown.text
    assert "60 сообщений" in shown.text and f'list="topics" value="{name}"' in shown.text


async def test_a_state_and_danger_are_conditions_of_the_form(browser: Browser, db: Database, site: Site) -> None:
    """Neither could be asked for without writing an address by hand."""
    made = [replace(one, urgent=False, place="miass", agency="mindor") for one in some(site.directory(), many=60)]
    made[0] = replace(made[0], urgent=True, status=Status.CLOSED)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    form = (await browser.get("/queue?view=open&status=closed&urgent=yes")).text
    form = form[form.index("conditions-menu") :].partition("</form>")[0]
    for status in Status:
        assert f'<option value="{status.value}"' in form, status
    assert '<option value="closed" selected>' in form and 'name="urgent" value="yes" checked' in form
    assert form.count('name="status"') == form.count('name="urgent"') == 1
    shown = (await browser.get("/queue?view=&status=closed&urgent=yes")).text
    assert re.findall(r'<tr[^>]* data-code="([^"]+)"', shown) == [made[0].code]
    assert ">закрыто <svg" in shown and ">пишут об опасности <svg" in shown


async def test_a_state_that_no_message_of_the_view_has_is_sought_among_all(
    browser: Browser, db: Database, site: Site
) -> None:
    """«Закрыто» beside «Все открытые» found nothing, and the way on was to guess which condition is in the way."""
    made = some(site.directory(), many=60)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    closed = [one for one in made if one.status is Status.CLOSED]
    for path in ("/queue?view=open&status=closed", "/queue?view=urgent&status=closed"):
        shown = (await browser.get(path)).text
        assert shown.count('class="row-link"') == len(closed) and "все открытые <svg" not in shown, path
    both = (await browser.get("/queue?view=open&status=closed&status=in_work")).text
    assert "все открытые <svg" in both, "some of these are open"
    form = both[both.index("conditions-menu") :].partition("</form>")[0]
    assert form.count('type="hidden" name="status"') == 2, "one field has no room for both"
    empty = (await browser.get("/queue?view=promised&status=in_work&from=2020-01-01")).text
    assert "Здесь пусто" in empty
    wider = re.search(r'<a href="([^"]+)">Искать среди всех</a>', empty)
    assert wider is not None and wider[1] == "/queue?status=in_work&amp;from=2020-01-01"
    assert "Искать среди всех" not in (await browser.get("/queue?view=undelivered")).text, "the view alone"


async def test_the_chosen_message_hides_what_the_card_hides(browser: Browser, db: Database, site: Site) -> None:
    """T12, R21: numbers are masked in the list and beside it; notes and buttons are for those who act."""
    (made, *_) = some(site.directory(), many=1)
    told = replace(
        made, status=Status.IN_WORK, place="miass", agency="mindor", chat=ROADS, address="Ленина, 5, тел. 89001234567",
        pieces=(Piece(1, "Позвоните 89001234567", (Attachment("photo"), Attachment("video", "Двор", "video1_2"))),),
        remarks=(Remark(NOW, AT_MINDOR, "Ждём кран"),),
    )  # fmt: skip
    await fill(db, [told])
    for user, acts in ((AT_CUR, True), (AT_MINDOR, True), (READER, False), (OF_MIASS, False)):
        await browser.sign_in(user)
        shown = (await browser.get(f"/queue?from=2020-01-01&open={told.code}")).text
        assert "1234567" not in shown and "Позвоните" in shown
        assert "video1_2" not in shown and "Двор" in shown and "фотография" in shown, "its address names its owner"
        assert ("Ждём кран" in shown, "Показать контакт" in shown, "Заметка" in shown) == (acts, acts, acts)
        assert ('value="not_ours"' in shown) == (user == AT_MINDOR), "as under the card in that chat"
        assert ('value="block"' in shown) == (user == AT_CUR)
        did = re.findall(r'name="did" value="([a-z_]+)"', shown.partition("<article")[2])
        assert len(did) == len(set(did)), "each once"


async def test_who_only_looks_reads_whose_move_it_is(browser: Browser, db: Database, site: Site) -> None:
    """A municipality looked for the field of an answer, a ministry for a message that had gone back to the ЦУР."""
    made = next(one for one in some(site.directory()) if one.place == "miass" and one.status in OPEN)
    held = replace(made, agency="mindor", chat=ROADS, status=Status.IN_WORK)
    again = replace(held, code="1127-BACK", source=77, resident=7777, chat=CENTRE, status=Status.REOPENED)
    await fill(db, [held, again])
    for user, why in ((OF_MIASS, texts_panel.NOT_WITH_YOU), (READER, texts_panel.LOOKS)):
        await browser.sign_in(user)
        assert f"{why} Отвечает Миндортранс" in (await browser.get(f"/queue?open={held.code}")).text
        assert f"{why} Отвечает ЦУР" in (await browser.get(f"/queue?open={again.code}")).text
    await browser.sign_in(AT_MINDOR)
    assert texts_panel.WITH_CUR not in (await browser.get(f"/queue?open={held.code}")).text
    assert texts_panel.WITH_CUR in (await browser.get(f"/queue?open={again.code}")).text
    await browser.sign_in(AT_CUR)
    assert texts_panel.WITH_CUR not in (await browser.get(f"/queue?open={again.code}")).text


async def test_of_one_moment_the_later_line_stands_above(browser: Browser, db: Database, site: Site) -> None:
    """The newest first: «отправлено» stood above «направлено», which was done with it."""
    (one,) = some(site.directory(), many=1)
    await fill(db, [one])
    sent = replace(one, version=2)
    line = History(one.code, 2, one.created_at, 0, Action.ROUTE, Status.WAITING, Status.ROUTED)
    await db.run(lambda tx: appeals.keep_appeals(tx, [sent], [line]))
    await browser.sign_in(AT_CUR)
    told = (await browser.get(f"/queue?open={one.code}")).text.partition('<ul class="steps">')[2]
    assert -1 < told.find(DONE[Action.ROUTE]) < told.find(DONE[Action.SUBMIT])
