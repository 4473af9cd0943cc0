"""The same list as a file: JSON, CSV or XLSX of exactly the messages of the filter, with the filter in words at its
head. It must never hold a name, and no text of a person may become a formula.
"""

from __future__ import annotations

from datetime import date, datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from bot.web.asked import local_day
from bot.web.downloads.table_files import FORMS, Cell, file
from bot.web.site import Site
from handlers.text.words import moment
from handlers.views.cards import status_words
from handlers.views.filter_words import agency_words, in_words
from handlers.views.titles import place_title, topic_title
from states.statistics.filter import Filter
from states.statistics.listed import ListedAppeal
from storage.ops import search
from storage.ops.search import Today

MOST = 20_000
"""Rows of a file that is made at once; more is asked for by a shorter period."""
HEADS = (
    "номер", "поступило", "срок", "состояние", "тема", "муниципалитет", "ведомство", "жителей", "принято",
    "первый ответ", "окончательный ответ", "позже срока", "опоздание, дней", "оценка",
)  # fmt: skip


async def answer(request: Request, site: Site, wanted: Filter, today: Today, form: str) -> Response:
    """The list as a file in this form. 404 for an unknown form, 413 for more rows than one file may have."""
    if form not in dict(FORMS):
        raise HTTPException(404)
    total = await site.readers.run(lambda tx: search.number(tx, wanted, today))
    if total > MOST:
        raise HTTPException(413)
    found = await site.readers.run(lambda tx: search.some(tx, wanted, today, 0, MOST))
    head = head_of(site, wanted, len(found))
    lines = [line(site, appeal) for appeal in found]
    return file(form, f"soobshcheniya-{local_day(site).isoformat()}", head, HEADS, lines)


def head_of(site: Site, wanted: Filter, many: int) -> list[tuple[str, str]]:
    """What stands above the list in its file: the filter in words, the number of messages, when it was made."""
    now = site.clock.now()
    return [
        ("что", in_words(wanted, site.directory())),
        ("сообщений", str(many)),
        ("составлено", f"{moment(now, site.zone)} {now.astimezone(site.zone).year}"),
    ]


def line(site: Site, listed: ListedAppeal) -> list[Cell]:
    """One message as a row of the file, in the order of its heads."""
    directory, days = site.directory(), (listed.accepted, listed.first, listed.final)
    late = days_late(listed, local_day(site))
    return [
        listed.code,
        local(site, listed.created_at),
        local(site, listed.due_at) if listed.due_at else "",
        status_words(listed.status),
        topic_title(directory, listed.topic),
        place_title(directory, listed.place),
        agency_words(directory, listed.agency),
        listed.residents,
        *(day or "" for day in days),
        "да" if listed.late else "",
        "" if late is None else late,
        listed.rating or "",
    ]


def local(site: Site, at: datetime) -> datetime:
    """What the clock of the region shows then."""
    return at.astimezone(site.zone).replace(tzinfo=None)


def days_late(listed: ListedAppeal, today: date) -> int | None:
    """How many days the answer was late, counted from the day of the term by which it is judged, or to today where
    there is none; 0: the same day. None: it is not late."""
    if listed.term is None or not (listed.late or (listed.final is None and listed.term < today)):
        return None
    return ((listed.final or today) - listed.term).days
