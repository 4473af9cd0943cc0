"""«Обучить по таблице»: sent, its columns named, learned from; nothing of its lines is shown, logged or on a disk."""

from __future__ import annotations

import asyncio
import csv
import io
import zipfile
from datetime import UTC, date, datetime, timedelta

import httpx
import pytest

from bot.admin.admin_directory import AdminDirectory
from bot.process.advice import Refusal
from bot.region import table_file
from bot.web.app import MultiPartParser
from features.learning.in_panel import Learning, read_table
from features.learning.pages.models import HERE as MODELS
from features.learning.pages.table_file import HERE, MOST_BYTES
from states.directory import Directory
from storage.db.database import Database
from storage.records import models
from storage.records.models import ModelSource, ModelState
from tests.learning.made import SECRET, examples
from tests.web.administrator import fields, sign_in
from tests.web.browser import AT_CUR, Ahead, Browser, hidden

HEADS = ("Что пишут", "Рубрика", "Дата", "Чей")


def table(many: int = 400) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(HEADS)
    for one in examples(many):
        writer.writerow([one.text, one.topic, date.fromordinal(one.day).isoformat(), one.author])
    return out.getvalue().encode()


async def send(browser: Browser, name: str, raw: bytes) -> httpx.Response:
    said = {"csrf": hidden(await browser.get(HERE)), "did": "look"}
    return await browser.client.post(
        HERE, data=said, files=[("file", (name, raw))], headers={"origin": browser.site.address}
    )


async def learn(browser: Browser, shown: httpx.Response, **changed: str) -> httpx.Response:
    return await browser.post(HERE, **(fields(shown, 'class="form columns"') | {"did": "learn"} | changed))


async def test_from_a_table_to_a_model(
    browser: Browser, db: Database, region: Directory, caplog: pytest.LogCaptureFixture
) -> None:
    await AdminDirectory(db, browser.site.clock).save(region)
    await sign_in(browser)
    shown = await send(browser, "решено.csv", table())
    assert shown.status_code == 200 and "решено.csv, строк 400" in shown.text
    asked = fields(shown, 'class="form columns"')
    assert (asked["text"], asked["topic"], asked["day"]) == ("", "рубрика", "дата"), (
        "by their heads, the rest is asked for"
    )
    assert "кварзлик" not in shown.text and SECRET not in shown.text
    done = await learn(browser, shown, text="что пишут", author="чей")
    assert done.status_code == 303, done.text
    page = (await browser.get(done.headers["location"])).text
    assert "Новая модель лучше: № 1" in page and "разных текстов 400" in page
    (model,) = await db.run(models.everything)
    assert (model.source, model.state) == (ModelSource.FILE, ModelState.CANDIDATE)
    for words in ("кварзлик", SECRET):
        assert words not in page and words not in caplog.text and words not in model.report


async def test_columns_that_do_not_fit(browser: Browser, db: Database) -> None:
    await sign_in(browser)
    shown = await send(browser, "a.csv", table(20))
    told = await learn(browser, shown)
    assert told.status_code == 422 and 'id="bad-text"' in told.text and "Выберите столбец." in told.text
    assert fields(told, 'class="form columns"')["topic"] == "рубрика", "what was chosen stays"
    told = await learn(browser, told, text="рубрика")
    assert told.status_code == 422 and told.text.count("Этот столбец выбран дважды.") == 2
    told = await learn(browser, told, text="<script>")
    assert told.status_code == 422 and "Выберите столбец." in told.text, "a column that is not there is none"
    assert await db.run(models.everything) == []


@pytest.mark.virtual
async def test_its_words_leave_the_memory_by_themselves(monkeypatch: pytest.MonkeyPatch) -> None:
    """R14: nobody has to come back for that, and one that came later has its own time."""
    monkeypatch.setattr("features.learning.in_panel.WAITS", timedelta(seconds=0.2))
    own, at = Learning(), datetime(2026, 11, 29, tzinfo=UTC)
    first, second = [await read_table("session", "решено.csv", table(many), at) for many in (3, 4)]
    own.hold(first)
    await asyncio.sleep(0.15)
    own.hold(second)
    await asyncio.sleep(0.1)
    assert own.held is second
    await asyncio.sleep(0.2)
    assert own.held is None


async def test_it_is_forgotten(browser: Browser, clock: Ahead) -> None:
    await sign_in(browser)
    shown = await send(browser, "a.csv", table(20))
    clock.passed += timedelta(minutes=16)
    told = await learn(browser, shown, text="что пишут")
    assert told.status_code == 422 and "Файл уже забыт" in told.text


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("a.txt", b"a;b\n1;2\n", "Выберите файл .csv или .xlsx."),
        ("a.csv", b"\xd0\x98;\xff\n\"", "не похож на таблицу"),
        ("a.xlsx", b"PK no archive", "не похож на таблицу"),
        ("a.csv", "Текст;Тема\n".encode(), "нет строк"),
    ],
)  # fmt: skip
async def test_what_is_no_table(browser: Browser, name: str, raw: bytes, said: str) -> None:
    await sign_in(browser)
    told = await send(browser, name, raw)
    assert told.status_code == 422 and said in told.text


async def test_too_much(browser: Browser) -> None:
    await sign_in(browser)
    told = await send(browser, "a.csv", b"a;b\n" + b"1;2\n" * (MOST_BYTES // 4))
    assert told.status_code == 422 and "bot train --from" in told.text
    assert (await send(browser, "a.csv", b"1" * (MOST_BYTES + 200_000))).status_code == 413
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (table_file.LARGEST + 1))
    with pytest.raises(Refusal, match="внутри больше 64 МБ"):
        table_file.of_bytes("a.xlsx", packed.getvalue())


async def test_an_xlsx_is_read_as_the_file_is() -> None:
    raw = table_file.as_xlsx(["Текст", "Тема"], [["Яма", "dorogi-yamy"]])
    assert table_file.of_bytes("А.XLSX", raw) == [(2, {"текст": "Яма", "тема": "dorogi-yamy"})]


async def test_nothing_that_is_sent_is_written_to_the_disk(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    """A form of several megabytes: the parser would put it into a file of its own."""
    import tempfile

    rolled: list[int] = []
    real = tempfile.SpooledTemporaryFile.rollover
    monkeypatch.setattr(tempfile.SpooledTemporaryFile, "rollover", lambda self: (rolled.append(1), real(self)))
    await sign_in(browser)
    shown = await send(browser, "a.csv", table(400) + b"1;2;3;4\n" * 400_000)
    assert shown.status_code == 200 and rolled == [] and MultiPartParser.spool_max_size == 0


async def test_nobody_else(browser: Browser) -> None:
    await browser.sign_in(AT_CUR)
    assert (await browser.get(HERE)).status_code == 403 and HERE.startswith(MODELS)
    csrf = hidden(await browser.get("/now"))
    assert (await browser.post(HERE, csrf=csrf, did="learn")).status_code == 403
