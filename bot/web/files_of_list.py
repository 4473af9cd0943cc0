"""The same list as a file: JSON, CSV or XLSX of exactly the messages of the filter, with the filter in words at its
head. It must never hold a name, and no text of a person may become a formula.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web.asked import local_day
from bot.web.site import Site
from handlers.text.words import date_words, moment
from handlers.views.cards import status_words
from handlers.views.filter_words import agency_words, in_words
from handlers.views.titles import place_title, topic_title
from states.statistics.filter import Filter
from states.statistics.listed import Listed
from storage.ops import search
from storage.ops.search import Today

FORMS = (("xlsx", "Таблица XLSX"), ("csv", "CSV"), ("json", "JSON"))
MOST = 20_000
"""Rows of a file that is made at once; more is asked for by a shorter period."""
HEADS = (
    "номер", "поступило", "срок", "состояние", "тема", "муниципалитет", "ведомство", "жителей", "принято",
    "первый ответ", "окончательный ответ", "позже срока", "оценка",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


async def answer(request: Request, site: Site, wanted: Filter, today: Today, form: str) -> Response:
    if form not in dict(FORMS):
        raise HTTPException(404)
    total = await site.readers.run(lambda tx: search.number(tx, wanted, today))
    if total > MOST:
        raise HTTPException(413)
    found = await site.readers.run(lambda tx: search.some(tx, wanted, today, 0, MOST))
    head = head_of(site, wanted, len(found))
    lines = [line(site, one) for one in found]
    make = {"csv": as_csv, "json": as_json, "xlsx": as_xlsx}[form]
    made, kind = make(head, lines)
    name = f"soobshcheniya-{local_day(site).isoformat()}.{form}"
    return Response(made, media_type=kind, headers={"content-disposition": f'attachment; filename="{name}"'})


def head_of(site: Site, wanted: Filter, many: int) -> list[tuple[str, str]]:
    now = site.clock.now()
    return [
        ("что", in_words(wanted, site.directory())),
        ("сообщений", str(many)),
        ("составлено", f"{moment(now, site.zone)} {now.astimezone(site.zone).year}"),
    ]


def line(site: Site, one: Listed) -> list[str | int]:
    directory, zone = site.directory(), site.zone
    days = (date_words(day) if day else "" for day in (one.accepted, one.first, one.final))
    return [
        one.code,
        moment(one.created_at, zone),
        moment(one.due_at, zone) if one.due_at else "",
        status_words(one.status),
        topic_title(directory, one.topic),
        place_title(directory, one.place),
        agency_words(directory, one.agency),
        one.residents,
        *days,
        "да" if one.late else "",
        one.rating or "",
    ]


Made = tuple[bytes, str]
Lines = Sequence[Sequence[str | int]]


def as_csv(head: Sequence[tuple[str, str]], lines: Lines) -> Made:
    """With a mark of UTF-8 for Excel; what could be a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([[name, safe(value)] for name, value in head])
    writer.writerow([])
    writer.writerow(HEADS)
    writer.writerows([[safe(value) for value in row] for row in lines])
    return out.getvalue().encode("utf-8-sig"), "text/csv; charset=utf-8"


def safe(value: str | int) -> str | int:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value


def as_json(head: Sequence[tuple[str, str]], lines: Lines) -> Made:
    said: dict[str, Any] = {**dict(head), "сообщения": [dict(zip(HEADS, row, strict=True)) for row in lines]}
    return json.dumps(said, ensure_ascii=False, indent=1).encode(), "application/json"


def as_xlsx(head: Sequence[tuple[str, str]], lines: Lines) -> Made:
    import xlsxwriter

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet("сообщения")
        bold = book.add_format({"bold": True})
        for number, (name, value) in enumerate(head):
            sheet.write_row(number, 0, [name, value])
        first = len(head) + 1
        sheet.write_row(first, 0, HEADS, bold)
        for number, row in enumerate(lines, first + 1):
            sheet.write_row(number, 0, row)
        sheet.autofilter(first, 0, first + max(1, len(lines)), len(HEADS) - 1)
        sheet.freeze_panes(first + 1, 0)
        sheet.set_column(0, len(HEADS) - 1, 18)
    return out.getvalue(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
