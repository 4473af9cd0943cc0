"""One entry of the directory as a form: look at the change, then save it. What was typed stays, whatever is wrong.

For administrators; the ЦУР reads the same page. Nothing is saved that was not shown, nor over somebody else's version.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.region.directory_check import WORDINGS
from bot.region.directory_errors import DirectoryErrors
from bot.region.directory_write import DAYS, Values, sections
from bot.region.wordings import PLACE, judge
from bot.web.layout import render
from bot.web.pages.admin.proposal import SHOWN, Proposal, Stored, newest, number_of, of_values, overtaken, save
from bot.web.pages.admin.templates import SAMPLE
from bot.web.site import Page, Site, site_of, viewer_of
from bot.web.told import tell
from features.directory_editor import fields
from features.directory_editor.fields import ENTRIES, Entry, FieldKind, Typed
from features.directory_editor.pages.tables import MENU, edit_link
from handlers.text.words import plural
from states.directory import Directory
from states.people.viewers import may_keep_directory
from storage.db.errors import Conflict

TABLE_OF = {
    "agency": "agencies", "topic": "topics", "route": "routes", "place": "places",
    "number": "contacts", "outside": "contacts", "crisis": "contacts", "faq": "contacts", "door": "doors",
    "wording": "wordings",
}  # fmt: skip
LONGEST = 20_000
"""Letters of one field."""


async def show_entry(request: Request) -> Response:
    """Answers with the form of an entry; HTTP 404 where there is none with this key."""
    entry, key = entry_of(request), request.query_params.get("key", "")
    base = await newest(request)
    item = item_of(entry, base, key)
    if item is None:
        raise HTTPException(404)
    return page(request, entry, key, base, fields.values_as_typed(entry, item))


def entry_of(request: Request) -> Entry:
    """The kind of entry that the address names; HTTP 404 for an unknown one."""
    found = ENTRIES.get(request.path_params["kind"])
    if found is None:
        raise HTTPException(404)
    return found


def item_of(entry: Entry, base: Stored, key: str) -> Values | None:
    """The entry of this key; an empty one where a new one is made."""
    if key or entry.single:
        return fields.find_entry(entry, sections(base.known), key)
    return {} if entry.added else None


async def handle_form(request: Request) -> Response:
    """Shows what the form would change, or saves what was shown. HTTP 403 for who may only read, 409 where somebody has
    saved meanwhile."""
    site, entry, key = site_of(request), entry_of(request), request.query_params.get("key", "")
    if not may_keep_directory(viewer_of(request)):
        raise HTTPException(403)
    form = await request.form()
    typed, base = typed_of(form), await newest(request)
    item = item_of(entry, base, key)
    if item is None:
        raise HTTPException(404)
    if number_of(typed.get("version", "")) != base.number:
        late = await overtaken(site, number_of(typed.get("version", "")))
        return page(request, entry, key, base, typed, late=late, status=409)
    drops = typed.get("did", "").startswith("drop") and bool(key)
    fresh, wrong = ({}, {}) if drops else fields.read(entry, typed, item)
    proposal = Proposal(base) if wrong else await propose(site, entry, base, key, None if drops else fresh)
    saves = typed.get("did", "") in ("save", "drop_save")
    if saves and proposal.fits and typed.get("seen") == proposal.mark:
        return await save_entry(request, entry, key, base, typed, proposal)
    return page(request, entry, key, base, typed, proposal, wrong, drops=drops)


def typed_of(form: FormData) -> Typed:
    """What was typed, by the names of fields, each cut to the longest text allowed."""
    return {
        name: str(value)[:LONGEST] for name, value in form.multi_items() if isinstance(value, str) and name != "csrf"
    }


async def propose(site: Site, entry: Entry, base: Stored, key: str, item: Values | None) -> Proposal:
    """The directory with this entry; a new one may not take the place of another."""
    if item is not None and not key and not entry.single and entry.section in ("communities", "routes", "emergency"):
        taken = fields.key_of(entry, {"number": "", "id": 0, **item})
        if fields.find_entry(entry, sections(base.known), taken) is not None:
            return Proposal(base, faults=("Такая запись уже есть. Откройте её в таблице и измените.",))

    def change(values: Values) -> None:
        fields.put(entry, values, key or None, item)
        if item is not None and entry.section == WORDINGS:
            refuse_unspoken(item)

    return await of_values(site, base, change)


def refuse_unspoken(item: Values) -> None:
    """What somebody types now must be a sentence of today; where it is empty its field says so.

    Raises:
        DirectoryErrors: the bot does not say this.
    """
    typed = [(str(item["was"]), str(item["now"]))] if item.get("was") and item.get("now") else []
    if faults := [fault for _, found in judge(typed) for fault in found]:
        raise DirectoryErrors(faults)


async def save_entry(
    request: Request, entry: Entry, key: str, base: Stored, typed: Typed, proposal: Proposal
) -> Response:
    """Saves the change and leads to its table; the form once more with HTTP 409 where somebody was quicker."""
    site = site_of(request)
    try:
        made = await save(request, site, proposal)
    except Conflict:
        late = await overtaken(site, base.number)
        return page(request, entry, key, await newest(request), typed, late=late, status=409)
    many = plural(len(proposal.lines), "изменение", "изменения", "изменений")
    tell(request, f"Сохранено: версия {made}, {many}. Бот уже отвечает по ней.")
    return RedirectResponse(f"/directory?show={TABLE_OF.get(request.path_params['kind'], 'region')}", 303)


def page(
    request: Request,
    entry: Entry,
    key: str,
    base: Stored,
    typed: Typed,
    proposal: Proposal | None = None,
    wrong: Mapping[str, str] | None = None,
    late: str = "",
    status: int = 200,
    drops: bool = False,
) -> Response:
    """The form with what was typed, what would change and what is wrong."""
    beside, faults = ({}, ()) if proposal is None else told_of(entry, proposal)
    beside = {**beside, **(wrong or {})}
    bad = bool(beside or faults)
    choices = {field.name: field.choices(base.known) for field in entry.fields if field.choices is not None}
    return render(
        request,
        "directory_entry.html",
        status=422 if bad and status == 200 else status,
        entry=entry,
        kind=request.path_params["kind"],
        key=key,
        back=f"/directory?show={TABLE_OF.get(request.path_params['kind'], 'region')}",
        here=edit_link(request.path_params["kind"], key),
        name=typed.get("short") or typed.get("name") or entry.title,
        typed=typed,
        choices=choices,
        filled={name.partition(".")[0] for name, said in typed.items() if "." in name and said},
        phones=fields.phone_lines(typed),
        days=list(zip(DAYS, fields.DAY_NAMES, strict=True)),
        terms=list(fields.TERM_NAMES.items()),
        units=[(unit.value, words) for unit, words in fields.UNITS.items()],
        last_days=[(choice.value, words) for choice, words in fields.LAST_DAYS.items()],
        beside=beside,
        faults=faults,
        late=late,
        proposal=proposal if not bad else None,
        lines=proposal.lines[:SHOWN] if proposal is not None else (),
        more=max(0, len(proposal.lines) - SHOWN) if proposal is not None else 0,
        version=base.number,
        keeps=may_keep_directory(viewer_of(request)),
        drops=drops,
        reads=as_read(base.known, typed.get("now", "")) if entry.section == WORDINGS and not drops else "",
        Kind=FieldKind,
    )


def as_read(known: Directory, words: str) -> str:
    """A sentence as a resident may read it: with names of this region in its places."""
    there = {
        "code": SAMPLE,
        "agency": known.agencies[0].short,
        "place": known.places[0].short,
        "topic": known.topics[0].name,
        "emergency": known.emergency,
    }
    return PLACE.sub(lambda place: there.get(place[1], "…"), words)


def told_of(entry: Entry, proposal: Proposal) -> tuple[dict[str, str], tuple[str, ...]]:
    """What is wrong beside its field, and what is wrong elsewhere."""
    beside: dict[str, str] = {}
    faults = list(proposal.faults)
    names = {field.name for field in entry.fields}
    for _, loc, said in proposal.beside:
        field = next((part for part in loc if isinstance(part, str) and part in names), None)
        if field is None:
            faults.append(said)
        else:
            beside[field] = plain(field, said)
    return beside, tuple(faults)


def plain(field: str, said: str) -> str:
    """The fault as it is said beside its field, where it needs no name of a key."""
    told = said.removeprefix(f"{field} — ")
    if "не указано" in told:
        return "Заполните это поле."
    return told[:1].upper() + told[1:]


PAGES = (
    Page("/directory/edit/{kind}", show_entry, MENU),
    Page("/directory/edit/{kind}", handle_form, MENU, methods=("POST",)),
)
