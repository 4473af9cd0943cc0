"""«Отчёты»: works, forbidden, another agency's, missing; groups add up, numbers are lists, files say the same (R52)."""

from __future__ import annotations

import asyncio
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import openpyxl
import pytest

from bot.web.downloads import files_of_list
from bot.web.site import Site
from features.statistics import report_file
from features.statistics.exports import Exports, ExportState
from states.people.viewers import Role, Viewer
from states.statistics.listed import ListedAppeal
from storage.db.database import Database
from storage.ops import search
from tests.small import NOW
from tests.web.browser import AT_CUR, AT_MINDOR, OF_MIASS, READER, Browser, hidden
from tests.web.filled import fill, some
from tests.web.test_numbers import COUNT, check

EVER = "from=2020-01-01&to=2030-01-01"
TAKE = re.compile(r'href="(/reports/file/[0-9a-f]{32})"')
CANCEL = re.compile(r'action="(/reports/file/[0-9a-f]{32}/cancel)"')


async def rows(browser: Browser, query: str) -> list[dict[str, Any]]:
    shown = await browser.get(f"/reports.json?{query}")
    assert shown.status_code == 200
    found: list[dict[str, Any]] = shown.json()["строки"]
    return found


@pytest.mark.parametrize("group", ["topic", "agency", "place", "day", "door"])
async def test_every_number_is_its_list(browser: Browser, db: Database, site: Site, group: str) -> None:
    await fill(db, some(site.directory(), many=25))
    await browser.sign_in(AT_CUR)
    await check(browser, f"/reports?{EVER}&group={group}", COUNT, 30)


async def test_groups_add_up_to_the_total(browser: Browser, db: Database, site: Site) -> None:
    made = some(site.directory(), seed=3)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    for group in ("topic", "agency", "place", "day", "door"):
        whole, *parts = await rows(browser, f"{EVER}&group={group}")
        counted = [name for name, value in whole.items() if isinstance(value, int) and "рабочих" not in name]
        assert len(counted) > 12
        for name in counted:
            if not name.startswith(("первый ответ", "окончательный ответ")):
                assert whole[name] == sum(one[name] for one in parts), (group, name)
        assert whole["поступило"] == len(made)


async def test_figures_are_those_of_a_recount(browser: Browser, db: Database, site: Site) -> None:
    """R53, R57: the mean is exact; outcomes stand apart."""
    made = some(site.directory(), seed=4)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    whole = (await rows(browser, EVER))[0]
    first = [one.counted.first_minutes for one in made if one.counted.first is not None]
    assert whole["первый ответ, рабочих минут: среднее"] == round(sum(first) / len(first), 1)
    ended = Counter(one.counted.outcome.value for one in made)
    assert (whole["решено"], whole["отклонено"], whole["отозвано"]) == (
        ended["solved"],
        ended["declined"],
        ended["withdrawn"],
    )


async def test_a_role_sees_its_own_only(browser: Browser, db: Database, site: Site) -> None:
    made = [
        replace(one, agency="mindor" if turn < 7 else one.agency) for turn, one in enumerate(some(site.directory()))
    ]
    await fill(db, made)
    await browser.sign_in(AT_MINDOR)
    assert (await rows(browser, EVER))[0]["поступило"] == sum(one.agency == "mindor" for one in made)
    other = next(one.agency for one in made if one.agency not in (None, "mindor"))
    for path in ("/reports", "/reports.csv", "/reports.xlsx", "/reports/week", "/reports/month.pdf"):
        assert (await browser.get(f"{path}?agency={other}")).status_code == 403
    await browser.sign_in(OF_MIASS)
    assert (await rows(browser, EVER))[0]["поступило"] == sum(one.place == "miass" for one in made)
    assert (await browser.get("/reports?place=chelyabinsk")).status_code == 403


async def test_what_there_is_not(browser: Browser) -> None:
    assert (await browser.get("/reports")).status_code == 401
    await browser.sign_in(READER)
    shown = await browser.get("/reports")
    assert shown.status_code == 200 and "Всего" in shown.text
    assert (await browser.get("/reports?group=nothing")).status_code == 400
    assert (await browser.get("/reports?from=yesterday")).status_code == 400
    assert (await browser.get("/reports.exe")).status_code == 404
    assert (await browser.get(f"/reports/file/{'0' * 32}")).status_code == 404
    form = hidden(shown)
    assert (await browser.post(f"/reports/file/{'0' * 32}/cancel", csrf=form)).status_code == 404
    assert (await browser.post("/reports/file")).status_code == 403


def sheets(content: bytes) -> dict[str, list[tuple[Any, ...]]]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
        assert kinds <= {"s", "n", "d"}, "no cell is a formula"
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book}


async def test_the_book_has_three_sheets_and_nobodys_name(browser: Browser, db: Database, site: Site) -> None:
    made = some(site.directory(), many=40)
    await fill(db, made)
    await browser.sign_in(AT_CUR)
    shown = await browser.get(f"/reports.xlsx?{EVER}")
    assert (
        shown.status_code == 200
        and 'filename="otchet-2020-01-01-2030-01-01.xlsx"' in shown.headers["content-disposition"]
    )
    found = sheets(shown.content)
    assert list(found) == ["сводка", "сообщения", "как считали"]
    assert found["сообщения"][0] == files_of_list.HEADS
    assert {row[0] for row in found["сообщения"][1:]} == {one.code for one in made}
    assert len(found["сообщения"]) == len(made) + 1
    total = next(row for row in found["сводка"] if row[0] == "Всего")
    assert total[1] == len(made)
    assert [row[0] for row in found["как считали"]] == list(report_file.HOW)
    said = str(found)
    assert all(str(one.resident) not in said and one.text not in said and one.address not in said for one in made)


async def large(browser: Browser, db: Database, site: Site, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(files_of_list, "MOST", 10)
    monkeypatch.setattr(report_file, "PORTION", 7)
    await fill(db, some(site.directory(), many=40))
    await browser.sign_in(AT_CUR)
    page = await browser.get(f"/reports?{EVER}")
    assert "Собрать XLSX, 40 строк" in page.text and "reports.xlsx" not in page.text
    assert (await browser.get(f"/reports.xlsx?{EVER}")).status_code == 413
    return hidden(page)


async def test_a_large_one_is_made_afterwards_and_taken_by_its_owner(
    browser: Browser, db: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await large(browser, db, site, monkeypatch)
    asked = await browser.post(f"/reports/file?{EVER}", csrf=form)
    assert asked.status_code == 303 and asked.headers["location"].endswith("#files")
    page = await browser.get("/reports")
    assert "готов" in page.text and "40 из 40 сообщений" in page.text
    href = TAKE.findall(page.text)[0]
    content = (await browser.get(href)).content
    assert len(sheets(content)["сообщения"]) == 41
    await browser.sign_in(READER)
    assert (await browser.get(href)).status_code == 404, "another person's"
    assert "Файлы" not in (await browser.get("/reports")).text
    await browser.sign_in(AT_CUR)
    monkeypatch.setattr(browser.site.clock, "passed", timedelta(days=1, seconds=1), raising=False)
    await browser.sign_in(AT_CUR)
    assert (await browser.get(href)).status_code == 404, "a day is over"


async def test_it_is_cancelled_between_two_portions(
    browser: Browser, db: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await large(browser, db, site, monkeypatch)
    reached, go_on = asyncio.Event(), asyncio.Event()
    real = search.after

    async def slow(*given: Any) -> Sequence[ListedAppeal]:
        found = await real(*given)
        if given[3]:
            reached.set()
            await go_on.wait()
        return found

    monkeypatch.setattr(report_file.search, "after", slow)
    async with asyncio.TaskGroup() as group:
        group.create_task(browser.post(f"/reports/file?{EVER}", csrf=form))  # noqa: TID251 - the group waits for it
        await reached.wait()
        monkeypatch.setattr(report_file.search, "after", real)
        page = await browser.get("/reports")
        assert "7 из 40 сообщений" in page.text and 'data-refresh="3"' in page.text
        done = await browser.post(CANCEL.findall(page.text)[0], csrf=form)
        assert done.status_code == 303
        go_on.set()
    page = await browser.get("/reports")
    assert "отменён" in page.text and not TAKE.findall(page.text) and not CANCEL.findall(page.text)


async def test_what_fails_leaves_no_file(
    browser: Browser, db: Database, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = await large(browser, db, site, monkeypatch)

    async def broken(*_given: Any) -> Sequence[ListedAppeal]:
        raise RuntimeError("nothing of this is shown")

    monkeypatch.setattr(report_file.search, "after", broken)
    assert (await browser.post(f"/reports/file?{EVER}", csrf=form)).status_code == 303
    page = await browser.get("/reports")
    assert "не получился" in page.text and not TAKE.findall(page.text)


def test_two_at_once_and_no_more_and_the_folder_goes_with_the_process() -> None:
    one, viewer = Exports(), Viewer(1, Role.CUR)
    first, second = (one.begin(viewer, "все", 5, NOW) for _ in range(2))
    assert first is not None and second is not None and one.begin(viewer, "все", 5, NOW) is None
    second.state = ExportState.CANCELLED
    first.path.write_bytes(b"half")
    folder = one.folder
    assert one.begin(viewer, "все", 5, NOW) is not None and folder.stat().st_mode & 0o077 == 0
    one.forget(NOW + timedelta(days=1))
    assert one.of(viewer) == [] and first.cancelled and not first.path.exists()
    del one
    assert not folder.exists()
