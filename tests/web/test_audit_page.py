"""«Журнал»: people by name, conditions, a file; nothing of a resident (T22)."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest

from states.audit import AuditAction, AuditLine
from states.people.officials import Standing
from storage.db.database import Database
from storage.privacy import audit
from storage.records import officials
from tests.small import NOW
from tests.web.administrator import sign_in
from tests.web.browser import ADMIN, AT_CUR, AT_MINDOR, READER, ROADS, Browser, works

RESIDENT, LEFT = "7001", 5090
LINES = (
    AuditLine(AT_CUR, AuditAction.SHOWED_CONTACT, "1124-8WLE", "profile"),
    AuditLine(AT_MINDOR, AuditAction.BLOCKED, RESIDENT),
    AuditLine(ADMIN, AuditAction.VIEWER_GRANTED, str(READER)),
    AuditLine(AT_CUR, AuditAction.PAUSED, "mindor"),
    AuditLine(LEFT, AuditAction.SHOWED_FILES, "1124-9ABC"),
    AuditLine(0, AuditAction.ERASED, RESIDENT, "asked"),
)


@pytest.fixture
async def journal(browser: Browser, db: Database) -> Browser:
    await db.run(lambda tx: officials.keep(tx, [works(ROADS, LEFT, "Ушедший О.", Standing.GONE)]))
    for day, line in enumerate(LINES):
        await db.run(lambda tx, day=day, line=line: audit.append(tx, [line], NOW - timedelta(days=9 - day)))  # type: ignore[misc]
    await sign_in(browser)
    return browser


async def told(browser: Browser, address: str) -> list[tuple[str, str]]:
    """What and who, of the rows of the file under the same conditions."""
    answer = await browser.get(f"/audit.json?{address}")
    assert answer.status_code == 200, answer.text
    return [(row["что"], row["кто"]) for row in answer.json()["строки"]]


async def test_people_stand_there_by_name(journal: Browser) -> None:
    """R24: also who is the subject, and who has left; a resident has no name there."""
    shown = (await journal.get("/audit")).text
    for name in ("Анна Ц.", "Пётр Д.", "Ушедший О.", "Руководитель"):
        assert f"<td>{name}<small>" in shown or f">{name}</a>" in shown, name
    assert RESIDENT not in shown and shown.count("житель ") >= 2
    assert 'href="/queue?open=1124-8WLE"' in shown and ">№1124-8WLE</a>" in shown


@pytest.mark.parametrize(
    ("address", "many"),
    [
        (f"who={AT_CUR}&from=2020-01-01&to={NOW - timedelta(days=1):%Y-%m-%d}", 2),
        ("what=blocked", 1),
        ("about=1124-8wle", 1),
        (f"about={RESIDENT}", 2),
        (f"about=vk.com/id{RESIDENT}", 2),
        ("about=mindor", 1),
        ("about=nothing", 0),
        (f"from={NOW - timedelta(days=6):%Y-%m-%d}&to={NOW - timedelta(days=5):%Y-%m-%d}", 2),
        ("before=3", 2),
    ],
)
async def test_conditions_of_the_page_and_of_the_file_are_the_same(journal: Browser, address: str, many: int) -> None:
    shown = (await journal.get(f"/audit?{address}")).text
    assert len(await told(journal, address)) == many == shown.count('<td class="code dim">')
    assert many or "Таких записей нет" in shown


async def test_lines_of_the_bot_alone(journal: Browser) -> None:
    assert set(await told(journal, "who=0")) == {("данные удалены", "бот или администратор")}


async def test_what_no_form_sends_is_refused(journal: Browser) -> None:
    for address in ("who=x", "from=tomorrow", "what=nothing", "before=99999999999999999999", "to=9999-12-31"):
        assert (await journal.get(f"/audit?{address}")).status_code == 400, address
    assert (await journal.get("/audit.exe")).status_code == 404
    assert (await journal.get(f"/audit?about={'9' * 5000}")).status_code == 200


async def test_a_file_says_that_it_would_be_cut(journal: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.pages.audit.MOST_OF_FILE", len(LINES) - 1)
    assert (await journal.get("/audit.csv?from=2020-01-01")).status_code == 413
    assert len(await told(journal, f"who={AT_CUR}")) == 2, "a narrower one fits"


async def test_the_file_is_for_a_spreadsheet(journal: Browser) -> None:
    book = openpyxl.load_workbook(io.BytesIO((await journal.get("/audit.xlsx?what=paused")).content)).active
    assert book is not None
    rows = list(book.iter_rows(values_only=True))
    assert rows[-1][2:4] == ("чат на паузе", "Миндортранс") and rows[-1][5:] == ("Анна Ц.", AT_CUR)
    assert rows[-1][1].date() == (NOW - timedelta(days=6)).date()


async def test_pages_go_on_where_the_last_one_ended(journal: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.web.pages.audit.MOST", 3)
    shown = (await journal.get("/audit?from=2020-01-01")).text
    assert "/audit?from=2020-01-01&amp;before=" in shown and shown.count('<td class="code dim">') == 3
