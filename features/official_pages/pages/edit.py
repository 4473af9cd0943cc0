"""One official page written by hand: a new one, or another state of one that is there, by the rules of the table."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.region.table_file import head
from bot.web.layout import render
from bot.web.site import Page, Site, site_of, viewer_of
from features.official_pages import sql as registry
from features.official_pages.asked import keep_all
from features.official_pages.columns import COLUMNS
from features.official_pages.model.difference import Difference, TableRow, compare
from features.official_pages.model.facts import latest
from features.official_pages.model.page import KINDS, NETWORKS, STATES
from features.official_pages.pages.load import allow, loading_of
from features.official_pages.pages.views import MENU
from features.official_pages.table import HEADS, Reader, cells
from handlers.views.titles import place_title

NUMBER = "номер"
CHOICES = {"вид": tuple(KINDS.values()), "сеть": tuple(NETWORKS.values()), "состояние": tuple(STATES.values())}
DAYS = ("с какого дня", "создана", "госметка с")
ANSWERS = ("qr-код", "простой язык", "виджет")
LONGEST = 300


async def edit(request: Request) -> Response:
    """Answers with the form of a page, or of a new one. Raises HTTPException: 404 for a number that is nobody's."""
    allow(request)
    site, said = site_of(request), request.query_params.get("id", "")
    typed = {head(name): "" for name in HEADS}
    if said:
        typed = await typed_of(site, int(said) if said.isdecimal() and len(said) < 16 else 0)
    return page(request, typed)


async def typed_of(site: Site, number: int) -> dict[str, str]:
    """The fields of the form for a page that is there, as its line in a table would say them; HTTP 404 where there is
    none."""
    found = await site.newest.run(lambda tx: registry.one(tx, number))
    if found is None:
        raise HTTPException(404)
    facts = await site.newest.run(lambda tx: registry.facts_of(tx, [number]))
    return dict(zip(map(head, HEADS), cells(site.directory(), found, latest(facts[number])), strict=True))


def page(request: Request, typed: Mapping[str, str], fault: str = "") -> Response:
    """The form with what was typed and what is wrong."""
    directory = site_of(request).directory()
    fields = [(turn, words, typed[name], name) for turn, (name, words) in enumerate(COLUMNS.items()) if name != NUMBER]
    return render(
        request,
        "official_edit.html",
        status=422 if fault else 200,
        number=typed[NUMBER],
        fields=fields,
        choices=CHOICES,
        days=DAYS,
        answers=ANSWERS,
        lists={
            "муниципалитет": [place_title(directory, place.code) for place in directory.places],
            "кто выше": [agency.short for agency in directory.agencies],
        },
        longest=LONGEST,
        fault=fault,
    )


async def save(request: Request) -> Response:
    """Stores what was typed about one page; the form again with what is wrong in it."""
    allow(request)
    site, form = site_of(request), await request.form()
    said = {name: str(form.get(f"field-{turn}", "")) for turn, name in enumerate(COLUMNS)}
    typed = {name: " ".join(text.split())[:LONGEST] for name, text in said.items()}
    reader = Reader(site.directory())
    rows = reader.rows([(1, typed)])
    if not rows:
        fault = reader.faults[0].removeprefix("Строка 1: ")
        return page(request, typed, fault[0].upper() + fault[1:])
    async with loading_of(request).writing:
        found = compare(await site.newest.run(registry.everything), rows)
        if twin := same_as_another(found, rows[0]):
            return page(request, typed, f"Такая запись уже есть под номером {twin}. Откройте и измените её.")
        now = site.clock.now().astimezone(site.zone)
        kept, _ = await keep_all(site.db, found, site.directory(), now, viewer_of(request).user)
    number = kept[0][1].id if kept else rows[0].id
    return RedirectResponse(f"/pages/{number}", 303)


def same_as_another(found: Difference, row: TableRow) -> int:
    """The number of the page that this one would write over; 0 where it is new, or the one that was opened."""
    taken = [change.page.id for change in found.changed] + [page.id for page, _ in found.same]
    return next((number for number in taken if number != row.id), 0)


PAGES = (
    Page("/pages/edit", edit, MENU),
    Page("/pages/edit", save, MENU, methods=("POST",)),
)
