"""«Готовые ответы»: canned answers of an agency, as officials pick them in the chat and as a resident reads them.

They stand in the directory, so a change is a new version of it (proposal.py). An agency must never see another's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.region.directory_json import from_json
from bot.region.directory_write import Values
from bot.web.layout import render
from bot.web.pages.admin.proposal import (
    SHOWN,
    Proposal,
    Stored,
    names_of,
    newest,
    number_of,
    of_values,
    overtaken,
    save,
)
from bot.web.site import Page, Site, site_of, viewer_of
from bot.web.told import take_flash_message, tell
from handlers.text import texts
from handlers.text.words import day, moment
from handlers.views.cards import agency_name, place_name, topic_name
from states.directory import Agency, Directory
from states.lifecycle.templates import Blank, Template
from states.people.chats import CUR
from states.people.viewers import Section, acts_for, may_keep_templates
from storage.db.errors import Conflict
from storage.db.transaction import Transaction
from storage.records import directory as stored

SPARE = 2
MOST = 50
"""Of one agency, as in the files."""
LONGEST = 3500
BUTTONS = 8
"""So many are shown as buttons in the chat; the others are chosen by their name."""
VERSIONS = 200
SAMPLE = "1127-K7QF"
MEANING = {
    Blank.NUMBER: "номер сообщения",
    Blank.ADDRESS: "адрес из сообщения",
    Blank.TOPIC: "тема сообщения",
    Blank.PLACE: "муниципалитет",
    Blank.AGENCY: "ваше ведомство",
    Blank.DATE: "день, бот спросит сотрудника",
    Blank.REASON: "причина, бот спросит сотрудника",
}


@dataclass(frozen=True, slots=True)
class TemplateLine:
    """One template in the form; `wrong` by what is wrong: its name, its text."""

    at: int
    name: str
    text: str
    read: str
    wrong: str


async def templates(request: Request) -> Response:
    """The page: an agency's own answers, else the agencies to choose from."""
    viewer, base = viewer_of(request), await newest(request)
    if acts_for(viewer) != CUR:
        if not acts_for(viewer):
            raise HTTPException(403)
        return RedirectResponse(f"/templates/{acts_for(viewer)}", 303)
    words = request.query_params.get("words", "").strip()[:100]
    rows = []
    for agency in base.known.agencies:
        names = [each.name for each in agency.templates]
        if words.casefold() in " ".join((agency.name, agency.short, *names)).casefold():
            rows.append({"code": agency.code, "name": agency.short, "many": len(names), "names": names})
    rows.sort(key=lambda row: not row["many"])
    return render(request, "templates.html", rows=rows, words=words, without=sum(not row["many"] for row in rows))


async def of_agency(request: Request) -> Response:
    """The page with an agency's canned answers in fields; with `?from=` those of an older version of the directory, not
    saved yet. HTTP 404 where that version or the agency in it is unknown."""
    base = await newest(request)
    agency = own(request, base.known)
    older = number_of(request.query_params.get("from", ""))
    found = agency.templates
    if older > 0:
        text = await site_of(request).newest.run(lambda tx: stored.text_of(tx, older))
        before = from_json(text).agency_by_code.get(agency.code) if text is not None else None
        if before is None:
            raise HTTPException(404)
        found = before.templates
    note = f"В полях то, что было в версии {older}. Посмотрите, что изменится, и сохраните." if older > 0 else ""
    return await page(request, base, agency, [(template.name, template.text) for template in found], note=note)


def own(request: Request, known: Directory) -> Agency:
    """The agency of the address. Raises HTTPException: 403 where it is another's, 404 where there is none."""
    code = str(request.path_params["agency"])
    if not may_keep_templates(viewer_of(request), code):
        raise HTTPException(403)
    if code not in known.agency_by_code:
        raise HTTPException(404)
    return known.agency_by_code[code]


async def save_templates(request: Request) -> Response:
    """Handles the form of an agency's answers: shows what would change first, saves only what was seen and fits. 409
    where somebody saved another version meanwhile."""
    site, form = site_of(request), await request.form()
    base = await newest(request)
    agency = own(request, base.known)
    names, texts_of = ([str(value) for value in form.getlist(name)][:MOST] for name in ("name", "text"))
    typed = [(name.strip(), text.replace("\r\n", "\n").strip()) for name, text in zip(names, texts_of, strict=False)]
    typed = [pair for pair in typed if any(pair)]
    since = number_of(str(form.get("version", "")))
    if since != base.number:
        return await page(request, base, agency, typed, late=await overtaken(site, since), status=409)
    proposal = await of_values(site, base, lambda values: put(values, agency.code, typed))
    if form.get("did") != "save" or not proposal.fits or form.get("seen") != proposal.mark:
        return await page(request, base, agency, typed, proposal)
    try:
        made = await save(request, site, proposal, agency.code)
    except Conflict:
        late = await overtaken(site, base.number)
        return await page(request, await newest(request), agency, typed, late=late, status=409)
    tell(request, f"Сохранено: версия справочника {made}. В чате уже новые ответы.")
    return RedirectResponse(f"/templates/{agency.code}", 303)


def put(values: Values, code: str, typed: Sequence[tuple[str, str]]) -> None:
    """Replaces the canned answers of one agency in place."""
    (mine,) = (agency for agency in values["agencies"] if agency["code"] == code)
    mine.pop("templates", None)
    if typed:
        mine["templates"] = tuple({"name": name, "text": text} for name, text in typed)


async def page(
    request: Request,
    base: Stored,
    agency: Agency,
    typed: Sequence[tuple[str, str]],
    proposal: Proposal | None = None,
    late: str = "",
    note: str = "",
    status: int = 200,
) -> Response:
    """The page of one agency's answers, with what was typed and what is wrong."""
    site, viewer = site_of(request), viewer_of(request)
    beside, faults = told_of(typed, proposal)
    bad = bool(beside or faults)
    shown = proposal if proposal is not None and not bad else None
    lines = [
        TemplateLine(at, name, text, read_as(site, base.known, agency, Template(name, text)), beside.get(at, ""))
        for at, (name, text) in enumerate(typed)
    ]
    return render(
        request,
        "templates_of.html",
        status=422 if bad and status == 200 else status,
        agency=agency,
        rows=lines,
        spare=range(len(lines), min(MOST, len(lines) + SPARE)),
        blanks=[(f"{{{blank}}}", words) for blank, words in MEANING.items()],
        longest=LONGEST,
        buttons=BUTTONS,
        proposal=shown,
        lines=shown.lines[:SHOWN] if shown is not None else (),
        faults=faults,
        wrong=beside,
        late=late,
        note=note,
        version=base.number,
        history=await history(site, agency),
        whole=acts_for(viewer) == CUR,
        said=take_flash_message(request).words,
    )


def told_of(typed: Sequence[tuple[str, str]], proposal: Proposal | None) -> tuple[dict[int, str], list[str]]:
    """What is wrong beside its template, and what is wrong elsewhere in the directory."""
    if proposal is None:
        return {}, []
    beside: dict[int, str] = {}
    elsewhere = []
    for _, loc, said in proposal.beside:
        at = next((part for part in loc[loc.index("templates") :] if isinstance(part, int)), -1)
        beside[at] = f"{'Название' if loc[-1] == 'name' else 'Текст'}: {said.partition(' — ')[2] or said}"
    for line in proposal.faults:
        at = next((at for at, (name, _) in enumerate(typed) if f"шаблон «{name}»" in line), -1)
        if at < 0:
            elsewhere.append(line)
        else:
            beside[at] = line[line.index("шаблон «") :].capitalize() if at not in beside else beside[at]
    return beside, elsewhere


def read_as(site: Site, known: Directory, agency: Agency, template: Template) -> str:
    """The very message of a resident, with places filled as they might be."""
    now = site.clock.now()
    topic = next(
        (route.topic for route in known.routes if route.agency == agency.code and route.topic), known.topics[0].code
    )
    values = {
        Blank.NUMBER: SAMPLE,
        Blank.ADDRESS: "улица Ленина, дом 5",
        Blank.TOPIC: topic_name(known, topic),
        Blank.PLACE: place_name(known, agency.place or known.places[0].code),
        Blank.AGENCY: agency_name(known, agency.code),
        Blank.DATE: day(now + timedelta(days=3), site.zone),
        Blank.REASON: "меняем трубу",
    }
    said = template.fill(values)
    assert isinstance(said, str), "every place has its value"
    return texts.answer(SAMPLE, agency_name(known, agency.code), said)


async def history(site: Site, agency: Agency) -> list[dict[str, object]]:
    """Versions in which these answers changed, the newest first."""
    mark = f"({agency.code}), шаблоны: "

    async def look(tx: Transaction) -> tuple[list[stored.Version], dict[int, str]]:
        """Reads the versions of the directory that changed this agency's templates, and their authors' names."""
        found = [
            version for version in await stored.versions(tx, VERSIONS) if any(mark in line for line in version.changes)
        ]
        return found, await names_of(tx, site, {version.author for version in found})

    found, names = await site.newest.run(look)
    return [
        {
            "before": version.number - 1,
            "at": moment(version.saved_at, site.zone),
            "who": names[version.author],
            "lines": [line.partition(mark)[2] for line in version.changes if mark in line],
        }
        for version in found
    ]


PAGES = (
    Page("/templates", templates, Section.TEMPLATES),
    Page("/templates/{agency}", of_agency, Section.TEMPLATES),
    Page("/templates/{agency}", save_templates, Section.TEMPLATES, methods=("POST",), most_bytes=1_500_000),
)
