"""«Очередь»: works, forbidden, another agency's, missing."""

from __future__ import annotations

import re
from dataclasses import replace

from bot.web.site import Site
from states.lifecycle.appeal import Piece, Remark, Status
from states.messages import Attachment
from storage.db.database import Database
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, OF_MIASS, READER, ROADS, Browser
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
    assert (await browser.get(f"/queue?open={others[0].code}")).status_code == 403
    assert (await browser.get(f"/queue?agency={others[0].agency}")).status_code == 403
    assert (await browser.get(f"/queue.csv?view=open&agency={others[0].agency}")).status_code == 403
    for one in made[:2]:
        assert (await browser.get(f"/queue?open={one.code}")).status_code == 200


async def test_what_there_is_not(browser: Browser) -> None:
    assert (await browser.get("/queue")).status_code == 401
    await browser.sign_in(AT_CUR)
    assert (await browser.get("/queue?open=1127-NONE")).status_code == 404
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
        assert 'href="https://vk.com/video1_2"' in shown and "фотография" in shown
        assert ("Ждём кран" in shown, "Показать контакт" in shown, "Заметка" in shown) == (acts, acts, acts)
        assert ('value="not_ours"' in shown) == (user == AT_MINDOR), "as under the card in that chat"
        assert ('value="block"' in shown) == (user == AT_CUR)
        did = re.findall(r'name="did" value="([a-z_]+)"', shown.partition("<article")[2])
        assert len(did) == len(set(did)), "each once"
