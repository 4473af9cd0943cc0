"""Fields with a list: what people type means a code of the directory, and is never guessed."""

from __future__ import annotations

import html
import re
from dataclasses import replace

import pytest

from bot.web import names
from bot.web.site import Site
from handlers.text import texts_panel
from storage.db.database import Database
from tests.web.browser import AT_CUR, AT_MINDOR, READER, Browser, hidden
from tests.web.filled import fill, some
from tests.web.test_drafts import given
from tests.web.test_people import with_directory

FIELDS = {
    "/queue": ("place", "agency", "topic"),
    "/now": ("place", "agency"),
    "/map": ("place", "agency", "topic"),
    "/reports": ("place", "agency", "topic"),
    "/places": ("topic",),
    "/agencies": ("topic",),
}


@pytest.mark.parametrize(("path", "asked"), FIELDS.items(), ids=list(FIELDS))
async def test_each_field_of_many_names_is_typed_and_offers_them(
    browser: Browser, site: Site, path: str, asked: tuple[str, ...]
) -> None:
    """A list of 261 topics had to be scrolled."""
    await browser.sign_in(READER)
    page = (await browser.get(path)).text
    for name in asked:
        field = re.search(rf'<input[^>]* name="{name}" list="(\w+)"', page)
        assert field is not None, name
        offered = page.partition(f'<datalist id="{field[1]}">')[2].partition("</datalist>")[0]
        for one in names.LISTS[name](site.directory()):
            assert f'<option value="{html.escape(one.name)}">' in offered, one
    assert not re.search(r'<select[^>]*name="(topic|place|agency)"', page)
    assert len(page.encode()) < 300_000


@pytest.mark.parametrize("path", ["/directory", "/templates"])
async def test_a_list_has_a_way_past_the_menu(browser: Browser, site: Site, path: str) -> None:
    await with_directory(site)
    await browser.sign_in(AT_CUR)
    page = (await browser.get(path)).text
    assert page.count('class="skip" href="#rows"') == page.count('id="rows"') == 1


async def test_a_name_is_as_good_as_a_code(browser: Browser, db: Database, site: Site) -> None:
    directory = site.directory()
    made = [replace(one, agency="mindor", place="miass") for one in some(directory, many=6)]
    made[1] = replace(made[1], agency="minzdrav")
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    full = directory.agency_by_code["minzdrav"].name
    for said in ("minzdrav", directory.agency_by_code["minzdrav"].short, f" {full.lower()} ", full[:-4]):
        for path in ("/queue", "/reports", "/map"):
            shown = await browser.get(f"{path}?agency={said}&from=2020-01-01")
            assert f'list="agencies" value="{directory.agency_by_code["minzdrav"].short}"' in shown.text, (said, path)
        shown = await browser.get(f"/queue.json?agency={said}&from=2020-01-01")
        assert [one["номер"] for one in shown.json()["строки"]] == [made[1].code], said


async def test_a_whole_group_of_topics(browser: Browser, db: Database, site: Site) -> None:
    directory = site.directory()
    group = next(one for one in directory.groups if len(directory.topics_of(one.code)) > 1)
    own = [one.code for one in directory.topics_of(group.code)]
    made = some(directory, many=40)
    made[:3] = [replace(one, topic=own[number % 2]) for number, one in enumerate(made[:3])]
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    name = f"{group.name}: вся группа"
    shown = await browser.get(f"/queue?topic={name}&from=2020-01-01")
    assert f'list="topics" value="{name}"' in shown.text, "the field keeps it"
    assert f">{name} <svg" in shown.text, "one condition in words, not each of its topics"
    found = {f"{one.code}" for one in made if one.topic in own}
    assert set(re.findall(r'<tr[^>]* data-code="([^"]+)"', shown.text)) == found


async def test_what_names_nothing_is_said_with_the_way_on_and_widens_nothing(
    browser: Browser, db: Database, site: Site
) -> None:
    await fill(db, some(site.directory(), many=20))
    await browser.sign_in(AT_CUR)
    for path in ("/queue", "/now", "/reports", "/map"):
        shown = (await browser.get(f"{path}?agency=Администрация&from=2020-01-01")).text
        assert "Под «Администрация» подходит несколько названий" in shown, path
        one = next(one for one in names.agencies(site.directory()) if one.name.startswith("Администрация"))
        way = re.search(rf'href="([^"]+)">{re.escape(html.escape(one.name))}</a>', shown)
        assert way is not None and one.codes[0] not in way[1]
        assert f'value="{html.escape(one.name)}"' in (await browser.get(html.unescape(way[1]))).text
        shown = (await browser.get(f"{path}?agency=Ведомство%20<b>правды&from=2020-01-01")).text
        assert "Под «Ведомство &lt;b&gt;правды» в справочнике ничего нет" in shown, path
    assert 'class="row-link"' not in (await browser.get("/queue?topic=Небывалая тема&from=2020-01-01")).text
    assert "«Небывалая тема»" in (await browser.get("/queue?topic=Небывалая тема")).text
    await browser.sign_in(AT_MINDOR)
    name = site.directory().agency_by_code["minzdrav"].short
    assert (await browser.get(f"/queue?agency={name}")).status_code == 403, "R24"
    assert (await browser.get("/queue?agency=Администрация")).status_code == 403


async def test_a_message_is_directed_to_a_name_that_only_one_has(browser: Browser, db: Database, site: Site) -> None:
    one = await given(db, site)
    await browser.sign_in(AT_CUR)

    async def pressed(whom: str, path: str = "/queue/act") -> str:
        fields = {"csrf": hidden(await browser.get("/queue?view=open")), "back": "/queue?view=open"}
        answer = await browser.post(path, **fields, did="assign", code=one.code, whom=whom)
        return html.unescape(answer.text or (await browser.get(f"/queue?view=open&open={one.code}")).text)

    kept = 'name="whom" list="agencies" value="Администрация"'
    for path in ("/queue/act", "/queue/several/do"):
        shown = await pressed("Администрация", path)
        assert "подходит несколько ведомств: " in shown and kept in shown
        assert texts_panel.NO_SUCH_AGENCY.format(said="Ведомство правды") in await pressed("Ведомство правды", path)
    listed = (await browser.get(f"/queue/several?did=assign&code={one.code}&whom=Администрация")).text
    assert "подходит несколько ведомств: " in listed and "Что произойдёт" in listed, "said before it is confirmed"
    full = site.directory().agency_by_code["minzdrav"].name
    shown = await pressed(full)
    assert "Сделано: 1 сообщение" in shown or "Бот ещё делает: 1" in shown


def test_the_exact_name_counts_before_names_that_begin_so() -> None:
    offered = [names.Choice(("a",), "Троицк", "город"), names.Choice(("b",), "Троицкий округ")]
    assert names.codes_of(offered, "троицк") == ("a",)
    assert names.codes_of(offered, "троицки") == ("b",)
    assert names.codes_of(offered, "трои") == () and names.codes_of(offered, "округ троицк") == ("b",)
    assert names.codes_of(offered, "a") == ("a",)
    assert names.name_of_codes(offered, ("b",)) == "Троицкий округ" and names.name_of_codes(offered, ("a", "b")) == ""
