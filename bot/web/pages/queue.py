"""«Очередь»: the list that everything leads to, and the chosen message beside it. A list never shows who wrote."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web import acting
from bot.web.asked import link, local_day, of_request, within
from bot.web.downloads import files_of_list
from bot.web.downloads.table_files import FORMS
from bot.web.layout import render
from bot.web.site import Page, site_of, viewer_of
from bot.web.told import tell, told
from bot.web.views.message import shown
from bot.web.views.rows import Row, rows
from handlers.text.words import plural
from handlers.views.filter_words import conditions
from handlers.views.titles import place_title
from states.events import Did
from states.people.viewers import Role, Section, Viewer
from states.statistics.filter import Filter, Unreadable, View, from_address, to_address
from storage.db.transaction import Transaction
from storage.ops import search
from storage.ops.search import Today
from storage.records import saved_views

MOST = 50
"""Rows of a page."""
MOST_NAME = 40
"""Letters of the name of a saved view."""
BACK = ("/queue", "/map")
"""Pages whose forms come here and are shown again afterwards."""
SAVED = (
    (View.URGENT, "Срочные"),
    (View.UNASSIGNED, "Без адресата"),
    (View.TODAY, "Истекают сегодня"),
    (View.OVERDUE, "Просрочено"),
    (View.BACK, "«Не решено»"),
    (View.NOT_ACCEPTED, "Не приняты 3 дня"),
    (View.PROMISED, "Обещание прошло"),
    (View.OPEN, "Все открытые"),
)


@dataclass(frozen=True, slots=True)
class Saved:
    """A view above the list with its count."""

    name: str
    href: str
    number: int
    chosen: bool
    view: View


@dataclass(frozen=True, slots=True)
class Own:
    """A view that somebody saved. `number` is None where it is not of open messages."""

    owner: int
    name: str
    href: str
    number: int | None
    chosen: bool
    shared: bool


async def queue(request: Request) -> Response:
    site, wanted, today = of_request(request)
    if wanted == Filter(places=wanted.places, agencies=wanted.agencies):
        wanted = replace(wanted, view=View.URGENT)
    if (form := request.path_params.get("form")) is not None:
        return await files_of_list.answer(request, site, wanted, today, form)
    start, code, viewer = start_of(request), request.query_params.get("open", ""), viewer_of(request)
    last = told(request)
    found, counts, own = await site.readers.run(lambda tx: look(tx, viewer, wanted, today, start))
    listed = rows(site, found.rows, wanted)
    return render(
        request,
        "queue.html",
        views=saved(wanted, counts),
        own=own,
        live=link("live", Filter(places=wanted.places, agencies=wanted.agencies)),
        address=urlencode(to_address(wanted)),
        longest=MOST_NAME,
        chips=[(one.words, link(Section.QUEUE, one.without)) for one in conditions(wanted, site.directory())],
        hidden=[(name, value) for name, value in to_address(wanted) if name not in ("place", "agency", "view")],
        rows=listed,
        total=found.total,
        told=plural(found.total, "сообщение", "сообщения", "сообщений"),
        at=_place(listed, code, start),
        code=code,
        one=await shown(request, code, last.contact) if code else None,
        beside=_neighbours(listed, code),
        back=link(Section.QUEUE, wanted),
        pages=_pages(wanted, start, found.total),
        forms=[(name, link(f"queue.{form}", wanted)) for form, name in FORMS],
        places=[(one.code, place_title(site.directory(), one.code)) for one in site.directory().places],
        agencies=[(one.code, one.short) for one in site.directory().agencies],
        wanted=wanted,
        bound=bool(viewer.scope),
        acts=viewer.role in (Role.CUR, Role.AGENCY, Role.ADMINISTRATOR),
        of_cur=viewer.role in (Role.CUR, Role.ADMINISTRATOR),
        said=last.words,
        here=f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path,
        tomorrow=(local_day(site) + timedelta(days=1)).isoformat(),
    )


def _neighbours(listed: list[Row], code: str) -> tuple[str, str]:
    """Links to the messages before and after the chosen one, empty where there is none on this page."""
    at = next((place for place, one in enumerate(listed) if one.code == code), None)
    if at is None:
        return "", ""
    return listed[at - 1].href if at else "", listed[at + 1].href if at + 1 < len(listed) else ""


async def look(
    tx: Transaction, viewer: Viewer, wanted: Filter, today: Today, start: int
) -> tuple[search.Page, dict[View, int], list[Own]]:
    plain = Filter(places=wanted.places, agencies=wanted.agencies)
    found = await search.numbers(tx, plain, today, [view for view, _ in SAVED])
    counts = {view: agencies.total() for view, agencies in found.items()}
    own = []
    for one in await saved_views.of(tx, viewer):
        kept = kept_filter(viewer, one.address)
        if kept is not None:
            # Of what is open only: a number of years may be a million to count.
            many = await search.number(tx, kept, today) if kept.view else None
            own.append(Own(one.owner, one.name, link(Section.QUEUE, kept), many, kept == wanted, one.shared))
    return await search.page(tx, wanted, today, start, MOST), counts, own


def kept_filter(viewer: Viewer, address: str) -> Filter | None:
    """None where it asks for what this person may not see or nobody knows any more."""
    try:
        return within(viewer, from_address(parse_qsl(address)))
    except (Unreadable, HTTPException):
        return None


def saved(wanted: Filter, counts: dict[View, int]) -> list[Saved]:
    plain = Filter(places=wanted.places, agencies=wanted.agencies)
    each = [(view, name, replace(plain, view=view)) for view, name in SAVED]
    return [Saved(name, link(Section.QUEUE, one), counts[view], wanted == one, view) for view, name, one in each]


def start_of(request: Request) -> int:
    said = request.query_params.get("start", "0")
    return min(int(said), 10_000_000) if said.isascii() and said.isdigit() and len(said) < 9 else 0


def _place(listed: list[Row], code: str, start: int) -> int:
    """The place of the chosen message in the whole list, from 1; 0 where it is not on this page."""
    return next((start + place for place, one in enumerate(listed, 1) if one.code == code), 0)


def _pages(wanted: Filter, start: int, total: int) -> tuple[str, str]:
    """Links to the page before and after; empty where there is none."""
    before = link(Section.QUEUE, wanted, [("start", str(max(0, start - MOST)))]) if start else ""
    after = link(Section.QUEUE, wanted, [("start", str(start + MOST))]) if start + MOST < total else ""
    return before, after


async def act(request: Request) -> Response:
    """What a form of this page asks for; afterwards the same list again."""
    site, form = site_of(request), await request.form()
    wanted = acting.asked(form, site)
    result = await acting.act(site, viewer_of(request), wanted)
    contact = wanted.codes[0] if wanted.did is Did.CONTACT and result.done else ""
    words = "Контакт показан, это записано в журнал." if contact else acting.in_words(result)
    tell(request, words, contact)
    back = str(form.get("back", ""))
    return RedirectResponse(back if back.startswith(BACK) else "/queue", 303)


PAGES = (
    Page("/queue", queue, Section.QUEUE),
    Page("/queue.{form}", queue, Section.QUEUE),
    Page("/queue/act", act, Section.QUEUE, methods=("POST",)),
)
