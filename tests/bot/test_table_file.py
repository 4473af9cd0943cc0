"""A table that is broken, too deep or full of entities is refused in a sentence, never a fault of ours (T9)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.process.advice import Refusal
from bot.region import table_file

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
TABLE = table_file.as_xlsx(("текст", "тема"), [("Яма", "Дороги")])


def changed(name: str, change: Callable[[bytes], bytes]) -> bytes:
    """The table with one part of it made otherwise."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(TABLE)) as before, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for one in before.infolist():
            content = before.read(one)
            after.writestr(one.filename, change(content) if one.filename == name else content)
    return made.getvalue()


def behind(more: bytes, head: bytes = b"") -> Callable[[bytes], bytes]:
    """`more` among the rows, `head` before everything."""
    return lambda content: content.replace(b"<worksheet", head + b"<worksheet", 1).replace(
        b"<sheetData>", b"<sheetData>" + more, 1
    )


LAUGHS = b"".join(b'<!ENTITY %c "%s">' % (98 + step, b"&%c;" % (97 + step) * 20) for step in range(8))
BROKEN = {
    "cut": TABLE[:-40],
    "words": "это не таблица".encode(),
    "nothing": b"",
    "cut sheet": changed(SHEET, lambda content: content[:-30]),
    "empty sheet": changed(SHEET, lambda _: b""),
    "no sheets": changed(BOOK, lambda _: b"<a/>"),
    "another book": changed("[Content_Types].xml", lambda _: b"<Types/>"),
    "broken styles": changed("xl/styles.xml", lambda _: b"<"),
    "broken words": changed("xl/sharedStrings.xml", lambda _: b"<sst>"),
    "entities": changed(SHEET, behind(b"&i;", b'<!DOCTYPE a [<!ENTITY a "laughs">' + LAUGHS + b"]>")),
    "unknown entity": changed(SHEET, behind(b"&zz;")),
    "merged over one another": changed(SHEET, behind(b'<mergeCell ref="A1:B2"/>' * 300)),
    "too deep": changed(SHEET, behind(b"<a>" * 100_000)),
}


@pytest.mark.parametrize("how", BROKEN)
def test_a_broken_table_is_refused_in_a_sentence(how: str, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="не похож на таблицу"):
        table_file.of_bytes("строки.xlsx", BROKEN[how])
    kept = tmp_path / "строки.xlsx"
    kept.write_bytes(BROKEN[how])
    with pytest.raises(Refusal, match="не похож на таблицу"):
        table_file.read(kept)


def row_at(number: int, column: str = "A") -> bytes:
    return b'<row r="%d"><c r="%s%d"><v>1</v></c></row>' % (number, column.encode(), number)


WIDE = {
    "one far row": row_at(3_000_000),
    "far columns": b"".join(row_at(number, "XFD") for number in range(1, 200)),
    "one merged cell": row_at(20_000) + b'<mergeCell ref="A1:IV20000"/>',
}


@pytest.mark.parametrize("how", WIDE)
def test_a_small_file_of_millions_of_cells_is_refused_in_a_sentence(how: str) -> None:
    """It would take the memory of the bot that the panel runs in."""
    data = changed(SHEET, behind(WIDE[how]))
    assert len(data) < 20_000
    with pytest.raises(Refusal, match="миллионов ячеек"):
        table_file.rows_of_bytes("строки.xlsx", data)
