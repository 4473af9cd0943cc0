"""`pages import` and `pages export`: a table in, its difference in words, nothing deleted, and the same table back."""

from __future__ import annotations

import asyncio
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import features
from bot.admin.admin_service import AdminService
from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region import table_file
from bot.region.directory_json import to_json
from features.official_pages import commands as pages_commands
from features.official_pages import sql as registry
from features.official_pages.model.facts import Name
from features.official_pages.model.page import BodyKind, PageState
from features.official_pages.table import HEADS, Reader
from states.directory import Directory
from storage.db.database import Database
from storage.db.master import Master
from storage.records import directory as directories
from tests.small import COMMUNITY, NOW
from tests.storage.conftest import copied_sqlite

MASTER = Master(bytes(range(32)))
SCHOOL5, WAITS = "https://vk.com/school5", "ждёт электронную подпись"
LINES = (
    (
        "Организация", "Вид", "Муниципалитет", "Учредитель", "Сеть", "Ссылка", "Состояние", "Ответственный",
        "С какого дня", "QR-код",
    ),
    ("Школа № 5", "школа", "Миасский городской округ", "minobr", "VK", SCHOOL5, "есть", "А. Б.", "", "да"),
    ("Детский сад № 12", "детский сад", "Миасс", "Управление", "VK", "", WAITS, "", "03.06.2026", ""),
    ("Министерство", "Орган власти", "", "", "Telegram", "t.me/minobr74", "Госметка", "", "", ""),
)  # fmt: skip


class Then(Clock):
    def now(self) -> datetime:
        return NOW


def table(*changed: tuple[int, int, str]) -> list[list[str]]:
    rows = [list(row) for row in LINES]
    for row, column, text in changed:
        rows[row][column] = text
    return rows


def as_csv(path: Path, rows: list[list[str]]) -> Path:
    path.write_bytes(table_file.as_csv(rows[0], rows[1:]))
    return path


@pytest.fixture
async def desk(tmp_path: Path, region: Directory) -> Any:
    db = await Database.open(
        await asyncio.to_thread(copied_sqlite, tmp_path / "bot.db"), master=MASTER, community=COMMUNITY
    )
    await db.run(lambda tx: directories.save_text(tx, to_json(region), NOW))
    yield AdminService(db, Then(), features=features.installed())
    await db.close()


async def load(desk: AdminService, path: Path, *, dry_run: bool = False) -> dict[str, Any]:
    arguments = {"lines": table_file.read(path), "zone": "Asia/Yekaterinburg", "dry_run": dry_run}
    said = await desk.carry_out("pages_import", arguments)
    assert "error" not in said, said
    return said


async def test_a_dry_run_changes_nothing(desk: AdminService, tmp_path: Path) -> None:
    said = await load(desk, as_csv(tmp_path / "a.csv", table()), dry_run=True)
    assert said["new"] == 3 and said["lines"][0] == "+ Школа № 5, Миасс, VK" and said["faults"] == []
    assert await desk.db.run(registry.everything) == []


async def test_a_table_in_and_its_changes(desk: AdminService, tmp_path: Path) -> None:
    await load(desk, as_csv(tmp_path / "a.csv", table()))
    school, garden, ministry = await desk.db.run(registry.everything)
    assert (school.kind, school.place, school.parent, school.responsible) == (
        BodyKind.SCHOOL,
        "miass",
        "minobr",
        "А. Б.",
    )
    assert (garden.state, garden.since, garden.parent) == (PageState.WAITS, date(2026, 6, 3), "Управление")
    assert (ministry.place, ministry.marked, ministry.main) == ("", ministry.since, True)
    facts = await desk.db.run(lambda tx: registry.facts_of(tx, [1]))
    assert {(one.name, one.value, one.source) for one in facts[1]} == {
        (Name.STATE, "exists", "таблица"), (Name.ADDRESS, SCHOOL5, "таблица"), (Name.QR, "да", "таблица"),
    }  # fmt: skip
    rows = table((1, 6, "госметка"), (1, 7, "В. Г."))[:3]
    said = await load(desk, as_csv(tmp_path / "b.csv", rows))
    assert (said["new"], said["changed"], said["same"], said["gone"]) == (0, 1, 1, 1)
    assert said["lines"] == [
        "~ Школа № 5, Миасс, VK: состояние «есть» → «госметка»; ответственный изменён",
        "? Министерство, Telegram: в таблице её нет. Закрыта или забыли?",
    ]
    after = await desk.db.run(registry.everything)
    assert [one.state for one in after] == [PageState.MARKED, PageState.WAITS, PageState.MARKED], "nothing is deleted"


async def test_bad_lines_are_named_and_left_out(desk: AdminService, tmp_path: Path) -> None:
    good = ["Лицей", "школа", "Миасс", "", "VK", "", "нет", "", "", ""]
    wrong = ((0, ""), (1, "дворец"), (6, "есть"), (4, ""), (9, "может"), (0, "Лицей"), (0, "Лицей"))
    rows = table((1, 2, "Атлантида"), (2, 8, "вчера"), (3, 5, "vk.com/min"))
    rows += [[*good[:column], text, *good[column + 1 :]] for column, text in wrong]
    said = await load(desk, as_csv(tmp_path / "a.csv", rows))
    assert said["faults"] == [
        "Строка 2: муниципалитета «Атлантида» нет в справочнике.",
        "Строка 3: день «вчера» не понять; пишите как 27.11.2026.",
        "Строка 4: ссылка «vk.com/min» не ведёт в Telegram.",
        "Строка 5: нет названия организации.",
        "Строка 6: вида «дворец» нет; можно: орган власти, администрация, глава, школа, детский сад, колледж, "
        "больница, культура, спорт, соцзащита, другое.",
        "Строка 7: страница есть, а ссылки на неё нет.",
        "Строка 8: не заполнена ячейка сети.",
        "Строка 9: «может» вместо «да» или «нет».",
        "Строка 11: «Лицей» уже есть в таблице выше.",
    ]
    assert said["new"] == 1 and said["wrong"] == 9
    assert [one.body for one in await desk.db.run(registry.everything)] == ["Лицей"]


async def test_what_is_exported_is_imported_again(desk: AdminService, tmp_path: Path) -> None:
    await load(desk, as_csv(tmp_path / "a.csv", table()))
    for name in ("out.xlsx", "out.csv"):
        said = await desk.carry_out("pages_export", {})
        table_file.write(tmp_path / name, said["heads"], said["rows"])
        again = await load(desk, tmp_path / name)
        assert (again["new"], again["changed"], again["same"], again["gone"]) == (0, 0, 3, 0), (name, again["lines"])
    assert tuple(said["heads"]) == HEADS


def test_an_excel_file_with_real_days(tmp_path: Path, region: Directory) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("№", *LINES[0]), (7.0, *LINES[2][:8], datetime(2026, 6, 3), None), (None,) * 9):
        sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    reader = Reader(region)
    (row,) = reader.rows(table_file.read(tmp_path / "a.xlsx"))
    assert (row.line, row.id, row.since, reader.faults) == (2, 7, date(2026, 6, 3), [])


def test_windows_csv_with_commas(tmp_path: Path, region: Directory) -> None:
    text = "Орган,Вид,Округ,Соцсеть,Состояние\nШкола № 5,Школа,Миасс,vk,создается\n"
    (tmp_path / "a.csv").write_bytes(text.encode("cp1251"))
    (row,) = Reader(region).rows(table_file.read(tmp_path / "a.csv"))
    assert (row.body, row.state, row.place) == ("Школа № 5", PageState.CREATING, "miass")


def test_a_table_without_its_columns(tmp_path: Path, region: Directory) -> None:
    (tmp_path / "a.csv").write_text("Имя;Сеть\nШкола;VK\n", encoding="utf-8")
    reader = Reader(region)
    assert reader.rows(table_file.read(tmp_path / "a.csv")) == []
    assert reader.faults == ["В таблице нет столбцов: организация, вид, состояние."]


def test_numbers_that_are_none(region: Directory) -> None:
    reader = Reader(region)
    cells = dict(zip(map(str.casefold, LINES[0]), LINES[1], strict=True))
    assert reader.rows([(2, {**cells, "номер": "пять"})]) == []
    assert reader.faults == ["Строка 2: номер «пять» не число."]


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="не прочитать"):
        table_file.read(tmp_path / "nowhere.csv")
    (tmp_path / "a.xlsx").write_bytes(b"no zip")
    with pytest.raises(Refusal, match="не похож на таблицу"):
        table_file.read(tmp_path / "a.xlsx")
    with pytest.raises(Refusal, match=r"\.xlsx или \.csv"):
        table_file.write(tmp_path / "a.doc", HEADS, [])
    with pytest.raises(Refusal, match="не записать"):
        table_file.write(tmp_path / "no" / "a.csv", HEADS, [])


def test_no_text_becomes_a_formula(tmp_path: Path) -> None:
    table_file.write(tmp_path / "a.csv", ["Организация"], [["=1+1"], ["-5"], ["Школа"]])
    text = (tmp_path / "a.csv").read_text(encoding="utf-8-sig")
    assert text.split() == ["Организация", "'=1+1", "'-5", "Школа"]
    assert [cells["организация"] for _, cells in table_file.read(tmp_path / "a.csv")] == ["=1+1", "-5", "Школа"]
    table_file.write(tmp_path / "a.xlsx", ["Организация"], [["=1+1"]])
    assert openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]["A2"].data_type == "s"


async def test_without_a_directory(tmp_path: Path) -> None:
    db = await Database.open(
        await asyncio.to_thread(copied_sqlite, tmp_path / "bot.db"), master=MASTER, community=COMMUNITY
    )
    said = await AdminService(db, Then(), features=features.installed()).carry_out("pages_export", {})
    await db.close()
    assert "directory import" in said["error"]


def test_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], region: Directory
) -> None:
    """What they print; a table with a wrong line ends with 1."""
    import typer

    async def carried_out(command: str, arguments: dict[str, Any]) -> dict[str, Any]:
        db = await Database.open(f"sqlite+aiosqlite:///{tmp_path}/bot.db", master=MASTER, community=COMMUNITY)
        try:
            if await db.run(directories.load_text) is None:
                await db.run(lambda tx: directories.save_text(tx, to_json(region), NOW))
            return await AdminService(db, Then(), features=features.installed()).carry_out(command, arguments)
        finally:
            await db.close()

    class Known:
        timezone = "Asia/Yekaterinburg"

    copied_sqlite(tmp_path / "bot.db")
    monkeypatch.setattr(pages_commands, "read", Known)
    monkeypatch.setattr(pages_commands, "run_command", lambda _, name, given: asyncio.run(carried_out(name, given)))
    pages_commands.pages_import(as_csv(tmp_path / "a.csv", table()), dry_run=True)
    assert "Изменится: новых 3, с изменениями 0." in capsys.readouterr().out
    with pytest.raises(typer.Exit):
        pages_commands.pages_import(as_csv(tmp_path / "b.csv", table((1, 2, "Атлантида"))), dry_run=False)
    assert "Загружено: новых 2" in capsys.readouterr().out
    pages_commands.pages_export(tmp_path / "out.csv")
    assert "Записано страниц: 2" in capsys.readouterr().out and (tmp_path / "out.csv").exists()
