"""A table as a file: CSV, JSON, XLSX, the filter in words at its head. No text of a person may become a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

Made = tuple[bytes, str]
Head = Sequence[tuple[str, str]]
Cell = str | int | float | date
"""A moment stands in the time of the region, without its zone: a table has none."""
Lines = Sequence[Sequence[Cell]]
FORMS = (("xlsx", "Таблица XLSX"), ("csv", "CSV"), ("json", "JSON"))
MOMENT = "dd.mm.yyyy hh:mm"
"""How a workbook shows a moment."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def file(form: str, name: str, head: Head, heads: Sequence[str], lines: Lines) -> Response:
    """The response with a table as a file of this form. Raises HTTPException: 404 for a form that there is not."""
    if form not in dict(FORMS):
        raise HTTPException(404)
    make = {"csv": as_csv, "json": as_json, "xlsx": as_xlsx}[form]
    made, kind = make(head, heads, lines)
    return Response(made, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}.{form}"'})


def as_csv(head: Head, heads: Sequence[str], lines: Lines) -> Made:
    """The table as CSV with a mark of UTF-8 for Excel; what could be a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([[name, safe(value)] for name, value in head])
    writer.writerow([])
    writer.writerow(heads)
    writer.writerows([[safe(value) for value in row] for row in lines])
    return out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"


def safe(value: Cell) -> Cell:
    """A cell as a table reads it: a date as a date, and no formula."""
    if isinstance(value, date):
        return f"{value:%d.%m.%Y %H:%M}" if isinstance(value, datetime) else f"{value:%d.%m.%Y}"
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_json(head: Head, heads: Sequence[str], lines: Lines) -> Made:
    """The table as JSON with its media type: the head's fields, then «строки» with an object for each line."""
    said: dict[str, Any] = {**dict(head), "строки": [dict(zip(heads, row, strict=True)) for row in lines]}
    return json.dumps(said, ensure_ascii=False, indent=1, default=date.isoformat).encode(), "application/json"


def as_xlsx(head: Head, heads: Sequence[str], lines: Lines) -> Made:
    """The table as XLSX with its media type: the head, bold titles of columns, lines. No cell becomes a formula or a
    link."""
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "default_date_format": MOMENT}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = with_days(book, book.add_worksheet("таблица"))
        bold = book.add_format({"bold": True})
        for number, (name, value) in enumerate(head):
            sheet.write_row(number, 0, [name, value])
        first = len(head) + 1
        sheet.write_row(first, 0, heads, bold)
        for number, row in enumerate(lines, first + 1):
            sheet.write_row(number, 0, row)
        sheet.autofilter(first, 0, first + max(1, len(lines)), len(heads) - 1)
        sheet.freeze_panes(first + 1, 0)
        sheet.set_column(0, len(heads) - 1, 18)
    return out.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def with_days(book: Any, sheet: Any) -> Any:
    """A day there has no hour."""
    plain = book.add_format({"num_format": "dd.mm.yyyy"})
    sheet.add_write_handler(date, lambda sheet, row, column, day, *_: sheet.write_datetime(row, column, day, plain))
    return sheet
