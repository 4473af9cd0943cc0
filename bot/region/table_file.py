"""A table that people keep: XLSX or CSV in and out. It must never guess what a cell
means (that is for whoever asked for it), and no text of a cell may become a formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile
from zlib import error as ZlibError  # noqa: N812

from bot.process.advice import Refusal

FORMULA = ("=", "+", "-", "@", "\t", "\r")
LARGEST = 64 * 1024 * 1024
MOST_COLUMNS = 200
"""So far a merged cell is filled."""
MOST_CELLS = 2_000_000
"""A row may be named far below the one before, and a merged cell be as large as it likes, in a file of a page."""
_MERGED = re.compile(rb'<(?:\w{1,9}:)?mergeCell ref="([A-Z]{1,3})([1-9]\d{0,6}):([A-Z]{1,3})([1-9]\d{0,6})"')
NO_TABLE = (
    BadZipFile, KeyError, ValueError, TypeError, AttributeError, IndexError, RuntimeError, EOFError, OSError,
    SyntaxError, ZlibError, csv.Error,
)  # fmt: skip
"""What the library raises where a part is missing, broken (a `ParseError` is a `SyntaxError`), locked, too deep or full
of entities."""
Line = tuple[int, dict[str, str]]


def read(path: Path) -> list[Line]:
    """Each line that holds something, with its number and its cells by the heads of the first one, in small letters.

    Raises:
        Refusal: the file is not there or is no table.
    """
    return _by_heads(rows(path))


def rows(path: Path) -> list[list[str]]:
    """The rows of the table as they stand, heads among them.

    Raises:
        Refusal: the file is not there or is no table.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise Refusal(f"Файл {path} больше 64 МБ: разделите его.")
        data = path.read_bytes()
    except OSError as error:
        raise Refusal(f"Файл {path} не прочитать: {error.strerror}.") from None
    return rows_of_bytes(str(path), data)


def of_bytes(name: str, data: bytes) -> list[Line]:
    """The same of a table that was sent and lies on no disk.

    Raises:
        Refusal: it is no table, or unpacks to more than anybody keeps.
    """
    return _by_heads(rows_of_bytes(name, data))


def rows_of_bytes(name: str, data: bytes) -> list[list[str]]:
    """The rows of the table as they stand, heads among them; a merged cell stands in all of its places.

    Raises:
        Refusal: as above.
    """
    try:
        if not name.lower().endswith(".xlsx"):
            return list(_csv(name, data))
        with ZipFile(io.BytesIO(data)) as packed:
            if sum(zip_info.file_size for zip_info in packed.infolist()) > LARGEST:
                raise Refusal(f"Файл {name} внутри больше 64 МБ: разделите его.")
            return list(_refuse_more(_xlsx(io.BytesIO(data), packed), name))
    except NO_TABLE:
        raise Refusal(f"Файл {name} не похож на таблицу. Сохраните его как XLSX или CSV.") from None


def _refuse_more(rows: Iterable[list[str]], name: str) -> Iterator[list[str]]:
    left = MOST_CELLS
    for row in rows:
        left -= 1 + len(row)
        if left < 0:
            raise Refusal(f"В таблице {name} больше двух миллионов ячеек: разделите её или удалите пустые строки.")
        yield row


def _by_heads(rows: Iterable[Sequence[str]]) -> list[Line]:
    heads: list[str] = []
    found = []
    for number, cells in enumerate(rows, 1):
        if not any(cells):
            continue
        if not heads:
            heads = [head(title) for title in cells]
            continue
        found.append((number, {name: cell for name, cell in zip(heads, cells, strict=False) if name}))
    return found


def head(text: str) -> str:
    """The name of a column folded, so that spellings compare equal."""
    return " ".join(text.casefold().replace("ё", "е").split())


def _xlsx(path: io.BytesIO, packed: ZipFile) -> Iterator[list[str]]:
    """The rows of the first sheet as texts, merged cells filled."""
    from openpyxl import load_workbook

    book = load_workbook(path, read_only=True, data_only=True)
    try:
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # some programs write wrong ones
        merged = _merged_cells(packed.read(sheet._worksheet_path))  # a sheet that is only read tells none
        yield from _fill(([cell(value) for value in row] for row in sheet.iter_rows(values_only=True)), merged)
    finally:
        book.close()


@dataclass(frozen=True, slots=True)
class Merged:
    """Cells that are one, rows and columns from 0, both ends inclusive."""

    top: int
    left: int
    bottom: int
    right: int


def _merged_cells(sheet: bytes) -> list[Merged]:
    found = []
    for match in _MERGED.finditer(sheet):
        left, top, right, bottom = (part.decode() for part in match.groups())
        found.append(Merged(int(top) - 1, _column(left), int(bottom) - 1, min(_column(right), MOST_COLUMNS)))
    return [area for area in found if area.left <= area.right]


def _column(letters: str) -> int:
    """The number of a column by its letters: «A» is 0, «AA» 26."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _fill(rows: Iterable[list[str]], merged: Sequence[Merged]) -> Iterator[list[str]]:
    """The rows with what stands in the first of merged cells in all of them."""
    left = sorted(merged, key=lambda area: -area.top)
    going: list[tuple[Merged, str]] = []
    for number, row in enumerate(rows):
        going = [(area, text) for area, text in going if area.bottom >= number]
        while left and left[-1].top <= number:
            area = left.pop()
            going.append((area, row[area.left] if area.left < len(row) else ""))
        if len(going) > MOST_COLUMNS + 1:
            raise ValueError("merged cells lie over one another")
        for area, text in going:
            row += [""] * (area.right + 1 - len(row))
            row[area.left : area.right + 1] = [text] * (area.right + 1 - area.left)
        yield row


def cell(value: Any) -> str:
    """A cell as a person reads it: days as «2026-11-27», whole numbers without a point."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _csv(name: str, data: bytes) -> Iterator[list[str]]:
    """Cells apart by what stands most often in the first line."""
    text = _text(data)
    apart = max((";", ",", "\t"), key=text.split("\n", 1)[0].count)
    number = 1
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=apart, strict=True):
            yield [_without_guard(cell(entry)) for entry in row]
            number += 1
    except csv.Error:
        raise Refusal(
            f"Файл {name} не похож на таблицу: в строке {number} кавычка не закрыта или стоит посреди ячейки."
        ) from None


def _text(data: bytes) -> str:
    """The text of the bytes: UTF-8, as Russian Windows writes it, or «Текст Юникод» of Excel."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251")


def _without_guard(text: str) -> str:
    """The apostrophe that `as_csv` puts before what could be a formula."""
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def write(path: Path, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Writes a table as XLSX or CSV, by the file's name. Raises Refusal where it cannot be written, or its name ends
    strangely."""
    make = {".xlsx": as_xlsx, ".csv": as_csv}.get(path.suffix.lower())
    if make is None:
        raise Refusal("Имя файла должно кончаться на .xlsx или .csv.")
    try:
        path.write_bytes(make(heads, rows))
    except OSError as error:
        raise Refusal(f"Файл {path} не записать: {error.strerror}.") from None


def as_csv(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The table as CSV with semicolons, in UTF-8 with a byte order mark, as Excel reads it. An apostrophe keeps a cell
    from becoming a formula."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(heads)
    writer.writerows([[f"'{value}" if value.startswith(FORMULA) else value for value in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """The table as XLSX with bold headings that stay in sight; no cell becomes a formula or a link."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("страницы")
        sheet.write_row(0, 0, heads, book.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            sheet.write_row(number, 0, row)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(heads) - 1, 18)
    return out.getvalue()
