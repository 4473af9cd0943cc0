"""A table of official pages in the panel: two rows of heads, merged cells, columns named by hand, what changes, the way
back; and one page written by hand."""

from __future__ import annotations

import asyncio
import io
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import httpx
import openpyxl
import pytest

from bot.process.advice import Refusal
from bot.region import table_file
from bot.web.app import build
from bot.web.site import Site
from features.official_pages import columns
from features.official_pages import sql as registry
from features.official_pages.columns import sheet_of
from features.official_pages.loading import forget_old
from features.official_pages.model.facts import HAND, VK, Fact, Name
from features.official_pages.model.page import Network, OfficialPage, PageState
from features.official_pages.pages.one import why_no_figures
from storage.db import notes
from storage.db.database import Database
from storage.privacy import audit
from tests.small import NOW
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, OF_MIASS, READER, Ahead, Browser, every_page, hidden

TODAY = NOW.date()
HEADS = ("Организация", "Вид", "Сеть", "Состояние", "Ссылка", "Муниципалитет")
SCHOOL = ("Школа № 5", "школа", "VK", "есть", "https://vk.com/school5", "Миасс")


def xlsx(*rows: tuple[Any, ...], merged: tuple[str, ...] = ()) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(row)
    for area in merged:
        book.active.merge_cells(area)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def press(browser: Browser, did: str, raw: Any = b"", name: Any = "реестр.xlsx", **more: Any) -> httpx.Response:
    data = {"csrf": hidden(await browser.get("/pages/load")), "did": did, **more}
    files = {"file": (name, raw)} if raw else None
    return await browser.client.post("/pages/load", data=data, files=files, headers={"origin": browser.site.address})


async def pages(db: Database) -> dict[str, OfficialPage]:
    return {page.body: page for page in await db.run(registry.everything)}


def place_of(name: str) -> str:
    return f"column-{list(columns.COLUMNS).index(name)}"


TWO_ROWS = xlsx(
    ("Реестр на 27 ноября", None, None, None, None, None),
    ("Организация", "Вид", "Страница", None, None, "Округ"),
    (None, None, "Сеть", "Ссылка", "Состояние", None),
    ("Школа № 5", "школа", "VK", "https://vk.com/school5", "госметка", "Миасс"),
    (None, None, "OK", "https://ok.ru/school5", "есть", None),
    merged=("A1:F1", "A2:A3", "B2:B3", "C2:E2", "F2:F3", "A4:A5", "B4:B5", "F4:F5"),
)


async def test_two_rows_of_heads_and_merged_cells(browser: Browser, db: Database) -> None:
    await browser.sign_in(AT_CUR)
    shown = await press(browser, "look", TWO_ROWS)
    assert shown.status_code == 200 and "Новых 2, с изменениями 0" in shown.text
    assert "+ Школа № 5, Миасс, VK" in shown.text and "+ Школа № 5, Миасс, OK" in shown.text
    assert await pages(db) == {}, "nothing is loaded yet"
    assert (await press(browser, "keep", **chosen(shown.text))).status_code == 303
    kept = await db.run(registry.everything)
    assert [(page.body, page.network, page.place, page.state) for page in kept] == [
        ("Школа № 5", Network.VK, "miass", PageState.MARKED), ("Школа № 5", Network.OK, "miass", PageState.EXISTS),
    ]  # fmt: skip
    (line,) = await db.run(lambda tx: audit.newest(tx, 1))
    assert (line["action"], line["actor"], line["detail"]) == ("pages_imported", AT_CUR, "2")
    assert "Загружено: новых 2" in (await browser.get("/pages/load")).text


def chosen(page: str) -> dict[str, str]:
    """What stands in the fields of the page, as a browser sends it back."""
    found = {}
    for part in page.split('<select class="select" id="')[1:]:
        name, options = part.split('"', 1)[0], part.split("</select>")[0]
        marked = options.split('" selected')
        found[name] = marked[0].rsplit('value="', 1)[1] if len(marked) > 1 else ""
    return found


async def test_columns_are_named_by_hand_where_they_are_called_otherwise(browser: Browser, db: Database) -> None:
    await browser.sign_in(AT_CUR)
    shown = await press(browser, "look", xlsx(("Чья", *HEADS[1:]), SCHOOL))
    assert shown.status_code == 422 and "Назовите столбцы: Организация" in shown.text
    assert 'value="keep"' not in shown.text
    again = {**chosen(shown.text), place_of("организация"): "0"}
    shown = await press(browser, "again", **again)
    assert shown.status_code == 200 and "Новых 1" in shown.text
    refused = await press(browser, "keep", **{**again, place_of("организация"): "99"})
    assert refused.status_code == 422 and await pages(db) == {}
    assert (await press(browser, "keep", **again)).status_code == 303
    assert (await pages(db))["Школа № 5"].address == "https://vk.com/school5"


async def test_a_loaded_table_is_taken_back(browser: Browser, db: Database, clock: Ahead) -> None:
    await browser.sign_in(AT_CUR)
    await press(browser, "keep", **chosen((await press(browser, "look", xlsx(HEADS, SCHOOL))).text))
    school = (await pages(db))["Школа № 5"]
    fact = Fact(school.id, Name.QR, "нет", HAND, TODAY, TODAY)
    await db.run(lambda tx: registry.keep_facts(tx, [fact]))
    facts = (await db.run(lambda tx: registry.facts_of(tx, [school.id])))[school.id]
    clock.passed = timedelta(days=1)
    await browser.sign_in(AT_CUR)
    changed = (*SCHOOL[:3], "госметка", *SCHOOL[4:])
    other = ("Школа № 6", *SCHOOL[1:4], "https://vk.com/school6", "Миасс")
    shown = await press(browser, "look", xlsx((*HEADS, "QR-код"), (*changed, "да"), (*other, None)))
    assert "Новых 1, с изменениями 1" in shown.text and "состояние «есть» → «госметка»" in shown.text
    await press(browser, "keep", **chosen(shown.text))
    assert set(await pages(db)) == {"Школа № 5", "Школа № 6"}
    shown = (await browser.get("/pages/load")).text
    assert "Отменить загрузку" in shown
    assert (await press(browser, "undo")).status_code == 303
    assert "отменена, как было: 2 записи." in (await browser.get("/pages/load")).text
    assert await pages(db) == {"Школа № 5": school}
    assert (await db.run(lambda tx: registry.facts_of(tx, [school.id])))[school.id] == facts
    assert "Отменять нечего" in (await press(browser, "undo")).text


async def test_a_restart_leaves_the_way_back(browser: Browser, db: Database) -> None:
    await browser.sign_in(AT_CUR)
    await press(browser, "keep", **chosen((await press(browser, "look", xlsx(HEADS, SCHOOL))).text))
    again = Browser.of(build(browser.site, every_page()), browser.site)
    await again.sign_in(AT_CUR)
    assert "загружена «реестр.xlsx»" in (await again.get("/pages/load")).text
    assert (await press(again, "undo")).status_code == 303
    assert await pages(db) == {}
    assert "Отменить загрузку" not in (await again.get("/pages/load")).text
    await again.client.aclose()


async def test_what_can_no_longer_be_undone_is_not_kept(browser: Browser, db: Database) -> None:
    await browser.sign_in(AT_CUR)
    await press(browser, "keep", **chosen((await press(browser, "look", xlsx(HEADS, SCHOOL))).text))
    kept = await db.run(lambda tx: notes.get(tx, notes.PAGES_LOADED))
    assert kept["name"] == "реестр.xlsx"
    for minutes, left in ((59, kept), (61, {})):
        at = NOW + timedelta(minutes=minutes)
        await db.run(lambda tx, at=at: forget_old(tx, at))  # type: ignore[misc]
        assert await db.run(lambda tx: notes.get(tx, notes.PAGES_LOADED)) == left


async def test_the_way_back_stands_in_the_journal(browser: Browser, db: Database) -> None:
    await browser.sign_in(AT_CUR)
    await press(browser, "keep", **chosen((await press(browser, "look", xlsx(HEADS, SCHOOL))).text))
    await press(browser, "undo")
    (line,) = await db.run(lambda tx: audit.newest(tx, 1))
    assert (line["action"], line["actor"], line["detail"]) == ("pages_taken_back", AT_CUR, "1")


async def test_a_new_page_that_a_person_has_looked_at_stays(browser: Browser, db: Database) -> None:
    """What the bot itself found there goes with the page."""
    await browser.sign_in(AT_CUR)
    other = ("Школа № 6", *SCHOOL[1:4], "https://vk.com/school6", "Миасс")
    await press(browser, "keep", **chosen((await press(browser, "look", xlsx(HEADS, SCHOOL, other))).text))
    school, sixth = (page.id for page in (await pages(db)).values())
    facts = [Fact(school, Name.QR, "нет", HAND, TODAY, TODAY), Fact(sixth, Name.ABOUT, "да", VK, TODAY, TODAY)]
    await db.run(lambda tx: registry.keep_facts(tx, facts))
    await press(browser, "undo")
    assert "1 с тех пор изменил кто-то ещё" in (await browser.get("/pages/load")).text
    assert set(await pages(db)) == {"Школа № 5"}
    assert facts[0] in (await db.run(lambda tx: registry.facts_of(tx, [school])))[school]


async def test_a_second_press_beside_the_first_writes_nothing_twice(browser: Browser, db: Database) -> None:
    await browser.sign_in(AT_CUR)
    fields = chosen((await press(browser, "look", xlsx(HEADS, SCHOOL))).text)
    answers = await asyncio.gather(press(browser, "keep", **fields), press(browser, "keep", **fields))
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert "его загрузили" in "".join(answer.text for answer in answers)
    assert [page.body for page in await db.run(registry.everything)] == ["Школа № 5"]
    written = {"field-1": "Дом культуры", "field-2": "культура", "field-5": "VK", "field-7": "ждёт подпись"}
    await asyncio.gather(browser.send("/pages/edit", **written), browser.send("/pages/edit", **written))
    assert [page.body for page in await db.run(registry.everything)] == ["Школа № 5", "Дом культуры"]


async def test_what_the_panel_gives_it_takes_back(browser: Browser, db: Database) -> None:
    await browser.sign_in(AT_CUR)
    await press(browser, "keep", **chosen((await press(browser, "look", xlsx(HEADS, SCHOOL))).text))
    for form in ("xlsx", "csv"):
        made = (await browser.get(f"/pages.{form}")).content
        shown = await press(browser, "look", made, f"a.{form}")
        assert "Новых 0, с изменениями 0" in shown.text and "Без изменений 1" in shown.text, form


async def test_what_was_changed_since_stays(browser: Browser, db: Database, clock: Ahead) -> None:
    await browser.sign_in(AT_CUR)
    await press(browser, "keep", **chosen((await press(browser, "look", xlsx(HEADS, SCHOOL))).text))
    number = (await pages(db))["Школа № 5"].id
    edited = {f"field-{turn}": value for turn, value in enumerate((str(number), "Лицей № 5", "школа", "Миасс"))}
    edited |= {f"field-{turn}": value for turn, value in ((5, "VK"), (6, SCHOOL[4]), (7, "есть"))}
    assert (await browser.send("/pages/edit", **edited)).headers["location"] == f"/pages/{number}"
    await press(browser, "undo")
    assert "1 с тех пор изменил кто-то ещё" in (await browser.get("/pages/load")).text
    assert set(await pages(db)) == {"Лицей № 5"}
    await press(browser, "keep", **chosen((await press(browser, "look", xlsx(HEADS, SCHOOL))).text))
    clock.passed = timedelta(hours=1, seconds=1)
    assert "Отменить загрузку" not in (await browser.get("/pages/load")).text


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.txt", b"x", "Выберите файл"),
        ("a.xlsx", b"PK no archive", "не похож на таблицу"),
        ("a.csv", "Организация;Вид\n".encode(), "нет строк под заголовками"),
    ],
)
async def test_what_is_no_table_is_told(browser: Browser, name: str, raw: bytes, said: str) -> None:
    await browser.sign_in(AT_CUR)
    shown = await press(browser, "look", raw, name)
    assert shown.status_code == 422 and said in shown.text


async def test_lines_with_faults_and_a_forgotten_file(browser: Browser, clock: Ahead) -> None:
    await browser.sign_in(AT_CUR)
    shown = await press(browser, "look", xlsx(HEADS, SCHOOL, ("Без вида", "дворец", *SCHOOL[2:])))
    assert "Строк с ошибками 1" in shown.text and "Строка 3: вида «дворец» нет" in shown.text
    assert "Выберите файл" in (await press(browser, "look")).text
    clock.passed = timedelta(minutes=16)
    assert "Файл уже забыт" in (await press(browser, "keep")).text
    assert (await press(browser, "steal")).status_code == 400


async def test_who_may_not(browser: Browser, db: Database) -> None:
    """R24: whoever keeps a page does not write the registry."""
    for user in (AT_MINDOR, OF_MIASS, READER):
        await browser.sign_in(user)
        for path in ("/pages/load", "/pages/edit"):
            assert (await browser.get(path)).status_code == 403
            csrf = hidden(await browser.get("/pages"))
            assert (await browser.post(path, csrf=csrf, did="undo")).status_code == 403
        assert "Добавить страницу" not in (await browser.get("/pages")).text
    assert ADMIN and await pages(db) == {}


async def test_a_page_is_written_by_hand(browser: Browser, db: Database) -> None:
    await browser.sign_in(AT_CUR)
    assert "Добавить страницу" in (await browser.get("/pages")).text
    fields = {"field-1": "Дом культуры", "field-2": "культура", "field-5": "VK", "field-7": "ждёт подпись"}
    added = await browser.send("/pages/edit", **fields)
    number = (await pages(db))["Дом культуры"].id
    assert added.headers["location"] == f"/pages/{number}"
    twice = await browser.send("/pages/edit", **fields)
    assert twice.status_code == 422 and f"уже есть под номером {number}" in twice.text
    wrong = await browser.send("/pages/edit", **{**fields, "field-1": "Другой", "field-7": "есть"})
    assert wrong.status_code == 422 and "Страница есть, а ссылки на неё нет." in wrong.text
    assert "Изменить запись" in (shown := (await browser.get(f"/pages/edit?id={number}")).text)
    assert 'value="Дом культуры"' in shown and "<option selected>ждёт подпись</option>" in shown
    for path in ("/pages/edit?id=999", "/pages/edit?id=x"):
        assert (await browser.get(path)).status_code == 404


def told(known: dict[Name, str], *, checked: int | None = 0, counts: bool = True, network: Network = Network.VK) -> str:
    day = None if checked is None else TODAY - timedelta(days=checked)
    page = OfficialPage(
        1, "Школа", "school", "", "", network, "https://vk.com/a", PageState.EXISTS, "", TODAY, checked=day
    )  # type: ignore[arg-type]
    seen = TODAY - timedelta(days=20)
    facts = {name: Fact(1, name, value, VK, seen, seen) for name, value in known.items()}
    return " ".join(why_no_figures(page, facts, TODAY, counts=counts))


def test_why_there_are_no_figures_and_since_when() -> None:
    assert "OK бот не смотрит" in told({}, network=Network.OK)
    assert "ещё не смотрел страницу, она здесь с" in told({}, checked=None)
    assert "по этой ссылке VK не показал" in told({}) and "ещё не считали" in told({})
    assert "с тех пор VK сообщества" in told({Name.ABOUT: "да"}, checked=1)
    assert "BOT_VK_SERVICE_TOKEN" in told({Name.ABOUT: "да"}, checked=19, counts=False)
    assert "Записей не видно с" in told({Name.ABOUT: "да", Name.POSTS: ""}, checked=19)
    assert told({Name.ABOUT: "да", Name.POSTS: "3"}, checked=19) == ""


async def test_the_page_says_why(browser: Browser, db: Database, site: Site) -> None:
    await browser.sign_in(AT_CUR)
    await press(browser, "keep", **chosen((await press(browser, "look", xlsx(HEADS, SCHOOL))).text))
    shown = await browser.get(f"/pages/{(await pages(db))['Школа № 5'].id}")
    assert "Чисел нет: бот ещё не смотрел страницу" in shown.text and "Изменить</a>" in shown.text


def test_two_rows_of_heads_without_merged_cells() -> None:
    rows = [["Организация", "Вид", "Страница", "", ""], ["", "", "Сеть", "Ссылка", "Состояние"], ["а", "школа", "VK"]]
    sheet = sheet_of(rows)
    assert sheet.heads == ("Организация", "Вид", "Страница: Сеть", "Ссылка", "Состояние")
    assert set(sheet.columns) == {"организация", "вид", "сеть", "ссылка", "состояние"}
    assert sheet.lines == ((3, ("а", "школа", "VK")),)


def test_a_merged_cell_that_reaches_far_fills_no_memory() -> None:
    out = io.BytesIO()
    with ZipFile(io.BytesIO(xlsx(("А", "Б"), ("в", None), merged=("A1:B1",)))) as there, ZipFile(out, "w") as made:
        for name in there.namelist():
            made.writestr(name, there.read(name).replace(b'Cell ref="A1:B1"', b'Cell ref="A1:XFD900000"'))
    rows = table_file.rows_of_bytes("a.xlsx", out.getvalue())
    assert [len(row) for row in rows] == [table_file.MOST_COLUMNS + 1] * 2 and rows[1][1] == "А"


def test_more_rows_than_a_page_loads_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(columns, "MOST_ROWS", 2)
    with pytest.raises(Refusal, match="больше 2"):
        sheet_of([["Организация"], ["а"], ["б"]])
