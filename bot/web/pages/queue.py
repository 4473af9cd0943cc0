"""«Очередь»: the list that everything leads to, and the chosen message beside it. A list never shows who wrote."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import parse_qsl

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from bot.web import acting, drafts, names, outgoing_files, several
from bot.web.asked import link, local_day, of_request, today_of, within
from bot.web.colleagues import Side, side_of
from bot.web.downloads import files_of_list
from bot.web.downloads.table_files import FORMS
from bot.web.layout import render
from bot.web.live import danger_words
from bot.web.site import Page, Site, site_of, viewer_of
from bot.web.told import FlashMessage, remember, take_flash_message
from bot.web.views.leading import faces
from bot.web.views.message import message_view
from bot.web.views.rows import AppealRow, rows
from handlers.text.words import clock, plural
from handlers.views.cards import status_words
from handlers.views.filter_words import conditions
from states.events import Did
from states.lifecycle.appeal import OPEN, Status
from states.people.viewers import Role, Section, Viewer, acts_for
from states.statistics.filter import Filter, UnreadableFilter, View, from_address, to_address
from storage.db.transaction import Transaction
from storage.ops import search
from storage.ops.search import Today
from storage.records import people, saved_views

MOST = 50
"""Rows of a page."""
CHOSEN = ("place", "agency", "view", "topic", "from", "to", "status", "urgent", "who")
"""What the form above the list asks for itself."""
LEAST_WORD = 3
MOST_MEANT = 4
"""Of each kind that are offered for words."""
MOST_NAME = 40
"""Letters of the name of a saved view."""
NOT_SENT = "Ничего не отправлено: слова остались черновиком."
BACK = ("/queue", "/map", "/now")
"""Pages whose forms come here and are shown again afterwards."""
SAVED = (
    (View.URGENT, "Срочные"),
    (View.DANGER, "Опасность"),
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
    if wanted.view not in search.NOT_OPEN and wanted.statuses and OPEN.isdisjoint(wanted.statuses):
        wanted = replace(wanted, view=View.ANY)
    if (form := request.path_params.get("form")) is not None:
        return await files_of_list.answer(request, site, wanted, today, form)
    start, code, viewer = start_of(request), request.query_params.get("open", ""), viewer_of(request)
    last = take_flash_message(request)
    found, counts, own = await site.readers.run(lambda tx: look(tx, viewer, wanted, today, start))
    led = await site.newest.run(lambda tx: look_who_leads(tx, site, viewer, wanted, found))
    listed, asks = rows(site, found.rows, wanted), names.fields(site.directory(), wanted)
    return render(
        request,
        "queue.html",
        views=views_with_counts(wanted, counts),
        own=own,
        danger_words=danger_words(counts[View.DANGER]),
        live=link("live", wanted, [("drawn", today.now.isoformat()), *([("open", code)] if code else [])]),
        longest=MOST_NAME,
        led=led,
        chips=chips(site, wanted, led.names),
        hidden=hidden_fields(wanted, asks),
        asks=asks,
        statuses=[(status.value, status_words(status)) for status in Status],
        wider=without_view(wanted),
        meant=[(words, link(Section.QUEUE, narrower)) for words, narrower in as_conditions(asks, wanted, viewer)],
        rows=listed,
        total=found.total,
        told=plural(found.total, "сообщение", "сообщения", "сообщений"),
        at=_place(listed, code, start),
        code=code,
        message=await message_view(request, code, last.contact) if code else None,
        beside=_neighbours(listed, code),
        back=link(Section.QUEUE, wanted),
        pages=_pages(wanted, start, found.total),
        forms=[(name, link(f"queue.{form}", wanted)) for form, name in FORMS],
        wanted=wanted,
        acts=bool(acts_for(viewer)),
        of_cur=viewer.role in (Role.CUR, Role.ADMINISTRATOR),
        above=above(last, wanted),
        opens=request.query_params.get("do", "")[:20],
        presses=await several.progress(request),
        filter=to_address(wanted),
        ticked=frozenset(last.ticked),
        whom=names.name_of_code(asks.agencies, last.whom),
        here=f"{request.url.path}?{request.url.query}" if request.url.query else request.url.path,
        tomorrow=(local_day(site) + timedelta(days=1)).isoformat(),
    )


def above(last: FlashMessage, wanted: Filter) -> dict[str, object]:
    """What a page says of the last press, and the way back to the message that it left."""
    sent = (last.sent, link(Section.QUEUE, wanted, [("open", last.sent)])) if last.sent else None
    return {"said": last.words, "bad": last.bad, "sent": sent}


def chips(site: Site, wanted: Filter, people: Mapping[int, str]) -> list[tuple[str, str]]:
    """Each condition of the filter in words, and the address of the list without it."""
    return [(part.words, link(Section.QUEUE, part.without)) for part in conditions(wanted, site.directory(), people)]


def hidden_fields(wanted: Filter, asks: names.Fields, fields: Sequence[str] = CHOSEN) -> list[tuple[str, str]]:
    """What a form does not ask for goes along, and several names for which its field has no room."""
    state, lead = ("one" if len(said) == 1 else "" for said in (wanted.statuses, wanted.leads))
    shown = {"topic": asks.topic, "place": asks.place, "agency": asks.agency, "status": state, "who": lead}
    return [(name, value) for name, value in to_address(wanted) if name not in fields or not shown.get(name, "asked")]


def without_view(wanted: Filter) -> str:
    """The address where an empty list may be found among all messages; empty where the view is its only condition."""
    wider = replace(wanted, view=View.ANY)
    alone = wider == Filter(places=wider.places, agencies=wider.agencies)
    return "" if wider == wanted or alone else link(Section.QUEUE, wider)


def as_conditions(asks: names.Fields, wanted: Filter, viewer: Viewer) -> Iterator[tuple[str, Filter]]:
    """What is sought by words and has a name in the directory: the same as a condition."""
    if len(wanted.words.strip()) < LEAST_WORD:
        return
    plain = replace(wanted, words="")
    fit = [names.near(choices, wanted.words)[:MOST_MEANT] for choices in (asks.topics, asks.places, asks.agencies)]
    for choice in fit[0]:
        yield f"тема: {choice.name}", replace(plain, topics=choice.codes)
    if not viewer.scope:
        yield from ((f"муниципалитет: {choice.name}", replace(plain, places=choice.codes)) for choice in fit[1])
        yield from ((f"ведомство: {choice.name}", replace(plain, agencies=choice.codes)) for choice in fit[2])


def _neighbours(listed: list[AppealRow], code: str) -> tuple[str, str]:
    """Links to the messages before and after the chosen one, empty where there is none on this page."""
    at = next((place for place, row in enumerate(listed) if row.code == code), None)
    if at is None:
        return "", ""
    return listed[at - 1].href if at else "", listed[at + 1].href if at + 1 < len(listed) else ""


@dataclass(frozen=True, slots=True)
class Led:
    """Who leads: the views «Мои» and «Отложенные» by their names, of each row the one whose face it shows."""

    side: Side
    views: dict[str, tuple[str, int, bool]]
    faces: dict[str, tuple[str, str]]
    names: dict[int, str]


async def look_who_leads(tx: Transaction, site: Site, viewer: Viewer, wanted: Filter, found: search.ListPage) -> Led:
    """Who looks after the messages of this page of the list, and the links «Мои» and «Отложенные» of the viewer's side
    with their counts."""
    side, views = await side_of(tx, site, viewer), {}
    plain = Filter(View.OPEN, places=wanted.places, agencies=wanted.agencies, leads=side.mine)
    for name, later in (("Мои", False), ("Отложенные", True)) if side.scope else ():
        view = replace(plain, later=later)
        many = await search.number(tx, view, today_of(site))
        views[name] = (link(Section.QUEUE, view), many, wanted == view)
    agencies = {row.code: row.agency for row in found.rows}
    shown = await faces(tx, side, list(agencies), agencies)
    return Led(side, views, shown, await people.names(tx, wanted.leads))


async def look(
    tx: Transaction, viewer: Viewer, wanted: Filter, today: Today, start: int
) -> tuple[search.ListPage, dict[View, int], list[Own]]:
    """Reads one page of the list, the number of each view, and the viewer's saved views."""
    plain = Filter(places=wanted.places, agencies=wanted.agencies)
    found = await search.numbers(tx, plain, today, [view for view, _ in SAVED])
    counts = {view: agencies.total() for view, agencies in found.items()}
    own = []
    for saved_view in await saved_views.of(tx, viewer):
        kept = kept_filter(viewer, saved_view.address)
        if kept is not None:
            # Of what is open only: a number of years may be a million to count.
            many = await search.number(tx, kept, today) if kept.view else None
            own.append(
                Own(
                    saved_view.owner,
                    saved_view.name,
                    link(Section.QUEUE, kept),
                    many,
                    kept == wanted,
                    saved_view.shared,
                )
            )
    return await search.page(tx, wanted, today, start, MOST), counts, own


def kept_filter(viewer: Viewer, address: str) -> Filter | None:
    """The filter of a saved view; None where it asks for what this person may not see or nobody knows any more."""
    try:
        return within(viewer, from_address(parse_qsl(address)))
    except (UnreadableFilter, HTTPException):
        return None


def views_with_counts(wanted: Filter, counts: dict[View, int]) -> list[Saved]:
    """Each built-in view as a link with its count, marked where it is the one on the screen."""
    plain = Filter(places=wanted.places, agencies=wanted.agencies)
    each = [(view, name, replace(plain, view=view)) for view, name in SAVED]
    return [
        Saved(name, link(Section.QUEUE, narrower), counts[view], wanted == narrower, view)
        for view, name, narrower in each
    ]


def start_of(request: Request) -> int:
    """The row from which the page of the list begins, by the address; 0 for what is no number."""
    said = request.query_params.get("start", "0")
    return min(int(said), 10_000_000) if said.isascii() and said.isdigit() and len(said) < 9 else 0


def _place(listed: list[AppealRow], code: str, start: int) -> int:
    """The place of the chosen message in the whole list, from 1; 0 where it is not on this page."""
    return next((start + place for place, row in enumerate(listed, 1) if row.code == code), 0)


def _pages(wanted: Filter, start: int, total: int) -> tuple[str, str]:
    """Links to the page before and after; empty where there is none."""
    before = link(Section.QUEUE, wanted, [("start", str(max(0, start - MOST)))]) if start else ""
    after = link(Section.QUEUE, wanted, [("start", str(start + MOST))]) if start + MOST < total else ""
    return before, after


async def act(request: Request) -> Response:
    """Carries out what a form about one message asks for; afterwards the same list again. What could not be done keeps
    what was written."""
    form = await request.form()
    try:
        done = await carry_out(request, form)
    except acting.Incomplete as lacking:
        done = FlashMessage(lacking.words, bad=True)
    goes_on = done.sent and form.get("then")
    remember(request, done if goes_on else replace(done, sent=""))
    return RedirectResponse(back_of(form.get("then") if goes_on else form.get("back")), 303)


def back_of(said: object) -> str:
    """The page that is shown again."""
    return said if isinstance(said, str) and said.startswith(BACK) else "/queue"


async def carry_out(request: Request, form: FormData) -> FlashMessage:
    """Does what a form about one message asks for, by an event that the bot handles, and says what became of it. Typed
    words are kept as a draft until the act is done; Incomplete goes on to the caller."""
    site, viewer = site_of(request), viewer_of(request)
    try:
        wanted = acting.read_wanted_act(form, site)
        wanted = replace(wanted, files=await outgoing_files.read_files(form, wanted.did))
    except acting.Incomplete:
        await drafts.save(site, viewer, form)
        raise
    note = ""
    if wanted.did in drafts.SPOKEN:
        draft = await drafts.save(site, viewer, form)
        note = (await drafts.read_by_resident(site, viewer, wanted.code, draft, wanted.beside)).note
    if wanted.beside == Did.DROP:
        return FlashMessage(NOT_SENT)
    kept = await drafts.words_kept(site, viewer, wanted.code, wanted.did, wanted.whom)
    result = await acting.act(site, viewer, wanted)
    if result.done or result.asks:
        await drafts.settle(site, viewer, wanted.code, wanted.did, kept)
    if wanted.did is Did.CONTACT and result.done:
        return FlashMessage("Контакт показан, это записано в журнал.", wanted.code)
    told = acting.in_words(result)
    sent = "" if result.refused or result.asks else wanted.code
    return FlashMessage(f"{told} {note}" if result.done and note else told, bad=bool(result.refused), sent=sent)


async def save_draft(request: Request) -> Response:
    """What is being written, as it is typed; and how its resident would read it."""
    site, viewer, form = site_of(request), viewer_of(request), await request.form()
    draft = await drafts.save(site, viewer, form)
    code, beside = str(form.get("code", ""))[:20], str(form.get("beside", ""))
    read = await drafts.read_by_resident(site, viewer, code, draft, beside)
    return JSONResponse({"at": clock(draft.saved_at, site.zone), "reads": read.words, "note": read.note})


async def compose(request: Request) -> Response:
    """The same without a script: the page again, with the words as their resident would read them, or with a canned
    answer in the field."""
    site, viewer, form = site_of(request), viewer_of(request), await request.form()
    draft = await drafts.save(site, viewer, form)
    if name := str(form.get("insert", "")):
        await drafts.insert(site, viewer, str(form.get("code", ""))[:20], draft, name)
    return RedirectResponse(back_of(form.get("back")), 303)


PAGES = (
    Page("/queue", queue, Section.QUEUE),
    Page("/queue.{form}", queue, Section.QUEUE),
    Page("/queue/act", act, Section.QUEUE, methods=("POST",), most_bytes=outgoing_files.MOST_BYTES),
    Page("/queue/draft", save_draft, Section.QUEUE, methods=("POST",)),
    Page("/queue/compose", compose, Section.QUEUE, methods=("POST",), most_bytes=outgoing_files.MOST_BYTES),
)
