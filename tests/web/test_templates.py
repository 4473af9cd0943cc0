"""«Готовые ответы»: of the own agency, checked before they are saved, shown as a resident reads them; the way back."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
import pytest_asyncio

from bot.region.directory_json import from_json
from states.audit import AuditAction
from states.directory import Directory
from storage.db.database import Database
from storage.privacy import audit
from storage.records import directory as stored
from tests.web.administrator import sign_in
from tests.web.administrator import stored as keep
from tests.web.browser import AT_CUR, AT_MINDOR, OF_MIASS, READER, Ahead, Browser, hidden

MINE = "/templates/mindor"


@pytest_asyncio.fixture
async def there(browser: Browser, db: Database, region: Directory, clock: Ahead) -> Browser:
    clock.passed = timedelta(days=7)
    await keep(db, region, browser)
    return browser


async def send(browser: Browser, rows: list[tuple[str, str]], path: str = MINE, **more: str) -> httpx.Response:
    """All fields of the form; `more` may name another version."""
    form = await browser.get(path)
    version = form.text.partition('name="version" value="')[2].partition('"')[0]
    said = {
        "csrf": hidden(form), "version": version, "did": "look",
        "name": [name for name, _ in rows], "text": [text for _, text in rows], **more,
    }  # fmt: skip
    return await browser.client.post(path, data=said, headers={"origin": browser.site.address})


def mark(shown: httpx.Response) -> str:
    return shown.text.partition('name="seen" value="')[2].partition('"')[0]


async def kept(db: Database, agency: str = "mindor") -> list[tuple[str, str]]:
    text = await db.run(stored.load_text)
    assert text is not None
    return [(one.name, one.text) for one in from_json(text[0]).agency_by_code[agency].templates]


async def test_an_agency_changes_its_own(there: Browser, db: Database) -> None:
    await there.sign_in(AT_MINDOR)
    assert (await there.get("/templates")).headers["location"] == MINE
    before = await kept(db)
    rows = [*before, ("Ремонт", "№{номер}: по адресу {адрес} чиним до {дата}.")]
    shown = await send(there, rows)
    assert shown.status_code == 200 and "добавлено «Ремонт:" in shown.text and await kept(db) == before
    assert "Ответ на сообщение №1127-K7QF\nМинистерство дорожного хозяйства" in shown.text
    assert "№1127-K7QF: по адресу улица Ленина, дом 5 чиним до 4 декабря" in shown.text
    done = await send(there, rows, did="save", seen=mark(shown))
    assert done.status_code == 303 and await kept(db) == rows
    after = (await there.get(MINE)).text
    assert "Сохранено: версия справочника 2" in after and "Пётр Д." in after
    lines = await db.run(lambda tx: audit.newest(tx, 5))
    assert (AT_MINDOR, "mindor") in [
        (one["actor"], one["subject"]) for one in lines if one["action"] == AuditAction.DIRECTORY_IMPORTED
    ]


async def test_back_to_what_was(there: Browser, db: Database) -> None:
    await there.sign_in(AT_CUR)
    before = await kept(db)
    shown = await send(there, before[:1])
    await send(there, before[:1], did="save", seen=mark(shown))
    assert f"{MINE}?from=1" in (await there.get(MINE)).text
    older = await there.get(f"{MINE}?from=1")
    assert older.text.count("<legend>") == len(before) + 2 and "было в версии 1" in older.text
    shown = await send(there, before)
    assert (await send(there, before, did="save", seen=mark(shown))).status_code == 303 and await kept(db) == before
    assert (await there.get(f"{MINE}?from=99")).status_code == 404


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("Ямы", "Сделаем к {дате}.")], "{дате} не заполнить"),
        ([("Ямы", "Скобка { одна")], "{ не заполнить"),
        ([("к" * 41, "Сделано.")], "длиннее 40 знаков"),
        ([("Ямы", "а" * 3501)], "длиннее 3500 знаков"),
        ([("", "Без названия")], "пусто"),
        ([("Название", "")], "пусто"),
        ([("Ямы", "раз"), ("ямы", "два")], "стоит дважды"),
    ],
)
async def test_what_does_not_fit_stays_in_the_fields(
    there: Browser, db: Database, rows: list[tuple[str, str]], said: str
) -> None:
    await there.sign_in(AT_MINDOR)
    before = await kept(db)
    shown = await send(there, rows)
    assert shown.status_code == 422 and said in shown.text and 'aria-invalid="true"' in shown.text
    assert rows[0][1][:3500] in shown.text and 'value="save"' not in shown.text
    await send(there, rows, did="save", seen="")
    assert await kept(db) == before


async def test_another_agency_and_strangers(there: Browser) -> None:
    await there.sign_in(AT_MINDOR)
    token = hidden(await there.get(MINE))
    assert (await there.get("/templates/minzhkh")).status_code == 403
    assert (await there.post("/templates/minzhkh", csrf=token, did="save")).status_code == 403
    for user in (OF_MIASS, READER):
        await there.sign_in(user)
        assert (await there.get("/templates")).status_code == (403 if user == READER else 303)
        assert (await there.get(MINE)).status_code == 403


async def test_the_control_centre_and_the_administrator_have_all(there: Browser) -> None:
    await there.sign_in(AT_CUR)
    listed = await there.get("/templates?words=министерство")
    assert "Миндортранс" in listed.text and "Плановые работы" in listed.text
    assert (await there.get("/templates/gone")).status_code == 404
    assert "Такого ведомства нет" in (await there.get("/templates?words=ежевика")).text
    empty = await there.get("/templates/minobr")
    assert "Готовых ответов пока нет" in empty.text and "их не меняли" in empty.text
    await sign_in(there)
    assert (await there.get(MINE)).status_code == 200


async def test_somebody_was_quicker(there: Browser, db: Database) -> None:
    await there.sign_in(AT_MINDOR)
    rows = [("Моё", "Мой текст.")]
    late = await send(there, rows, version="7")
    assert late.status_code == 409 and "Мой текст." in late.text and "Ничего не сохранено" in late.text
    assert await kept(db) != rows


async def test_nothing_is_run(there: Browser) -> None:
    await there.sign_in(AT_MINDOR)
    shown = await send(there, [("<b>", "</textarea><script>alert(1)</script>")])
    assert "<script>alert" not in shown.text
