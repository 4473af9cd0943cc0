"""«Кто отвечает на деле»: where history speaks against the directory. A person names whom it proposes, or leaves it as
it is; every number leads to its messages. It must never move one: open messages stay where they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.region.directory_write import Values, route
from bot.web.asked import link, local_day
from bot.web.downloads.table_files import FORMS, file
from bot.web.layout import number, render
from bot.web.pages.admin import proposal as change
from bot.web.pages.admin.proposal import Stored, newest, number_of
from bot.web.site import Notice, Noticed, Page, Site, opens, site_of, viewer_of
from bot.web.told import take_flash_message, tell
from features.directory_editor.fields import ENTRIES, key_of, put
from features.directory_editor.history import Lately, RouteHistory, read
from features.directory_editor.pages.tables import MENU
from handlers.text.words import moment, plural
from handlers.views.filter_words import agency_words, between, in_words
from handlers.views.titles import place_title, topic_title
from states.audit import AuditAction, AuditLine
from states.directory import Directory, Route
from states.people.viewers import Section, may_name_routes
from states.statistics.filter import By, Filter
from states.statistics.route_history import Proposal, Stuck
from storage.db.errors import Conflict
from storage.db.transaction import Transaction
from storage.privacy import audit
from storage.records import routes_aside
from storage.records.routes_aside import Aside

HERE = "/directory/history"
NOBODY = "никого"
AGAIN = "Ничего не сохранено. Список ниже сверен уже с новой версией."
CHANGED = "История или справочник с тех пор изменились: такого предложения больше нет. Ничего не сохранено."
MOST = 3
"""Agencies of a topic that nobody has."""
TABLE = ("тема", "место", "отвечает", "ответов", "из", "справочник называет")


async def show_history(request: Request) -> Response:
    return await page(request, await newest(request))


async def page(request: Request, base: Stored, late: str = "", faults: tuple[str, ...] = ()) -> Response:
    """The page of proposals, or the same as a file."""
    site = site_of(request)
    seen = await read(site, base.known)
    request.app.state.routes.keep(site, seen)
    if (form := request.path_params.get("form")) is not None:
        head = [("что", in_words(seen.wanted, base.known))]
        lines = [row_of(base.known, proposal) for proposal in seen.proposals]
        return file(form, f"route-history-{local_day(site)}", head, TABLE, lines)
    names = await site.newest.run(lambda tx: change.names_of(tx, site, {left_alone.by for left_alone in seen.aside}))
    assert seen.wanted.since is not None and seen.wanted.until is not None, "a period of three months"
    return render(
        request,
        "route_history.html",
        status=422 if faults else 409 if late else 200,
        when=between(seen.wanted.since, seen.wanted.until),
        rows=[row(base.known, seen, proposal) for proposal in seen.proposals],
        aside=[
            row(base.known, seen, left_alone.proposal) | put_aside(site, left_alone, names) for left_alone in seen.aside
        ],
        stuck=[stuck(base.known, seen, topic) for topic in seen.stuck],
        many=plural(len(seen.proposals), "предложение", "предложения", "предложений"),
        forms=[(name, f"{HERE}.{form}") for form, name in FORMS],
        version=base.number,
        presses=may_name_routes(viewer_of(request)),
        late=late,
        faults=faults,
        said=take_flash_message(request).words,
    )


def row(known: Directory, seen: RouteHistory, proposal: Proposal) -> dict[str, str]:
    """One proposal as a row."""
    return {
        "topic": proposal.topic,
        "place": proposal.place,
        "agency": proposal.agency,
        "what": topic_title(known, proposal.topic),
        "where": place_title(known, proposal.place),
        "who": agency_words(known, proposal.agency),
        "named": named_agency(known, proposal),
        "many": number(proposal.many),
        "href": link(Section.QUEUE, seen.answers(proposal, proposal.agency)),
        "whole": number(proposal.whole),
        "whole_href": link(Section.QUEUE, seen.answers(proposal)),
        **role(known, seen, proposal),
    }


def role(known: Directory, seen: RouteHistory, proposal: Proposal) -> dict[str, str]:
    """The figures of who does the same in the whole region, for a proposal whose place alone says little; empty
    otherwise."""
    if not proposal.role_many:
        return {"role_many": ""}
    part = known.agency_by_code[proposal.agency].part if proposal.agency in known.agency_by_code else ""
    agencies = sorted(agency.code for agency in known.agencies if agency.part == part)
    return {
        "role_many": number(proposal.role_many),
        "role_href": link(Section.QUEUE, seen.of_role(proposal, agencies)),
        "role_whole": number(proposal.role_whole),
        "role_whole_href": link(Section.QUEUE, seen.of_role(proposal)),
    }


def row_of(known: Directory, proposal: Proposal) -> list[str | int | float]:
    """A line of the file: topic, place, who answers on deed, how many of how many, whom the directory names."""
    names = (
        topic_title(known, proposal.topic),
        place_title(known, proposal.place),
        agency_words(known, proposal.agency),
    )
    return [*names, proposal.many, proposal.whole, named_agency(known, proposal)]


def named_agency(known: Directory, proposal: Proposal) -> str:
    """Whom the directory names for this topic and place; a sentence where it names nobody."""
    return agency_words(known, proposal.named) if proposal.named else NOBODY


def put_aside(site: Site, aside: Aside, names: Mapping[int, str]) -> dict[str, str]:
    """Who left the proposal as it is, and when, as text."""
    return {"by": names[aside.by], "at": moment(aside.at, site.zone)}


def stuck(known: Directory, seen: RouteHistory, topic: Stuck) -> dict[str, object]:
    """One topic that nobody has, as a row."""
    plain, answers = replace(seen.plain, topics=(topic.topic,)), replace(seen.wanted, topics=(topic.topic,))
    return {
        "what": topic_title(known, topic.topic),
        "returned": number(topic.returned),
        "returned_href": link(Section.QUEUE, replace(plain, by=By.RETURNED)),
        "received": number(topic.received),
        "received_href": link(Section.QUEUE, plain),
        "answered": [
            (agency_words(known, agency), number(many), link(Section.QUEUE, replace(answers, agencies=(agency,))))
            for agency, many in topic.answered[:MOST]
        ],
    }


async def handle_form(request: Request) -> Response:
    """Names the proposed agency in the directory, leaves it as it is, or shows a left one again. HTTP 403 for who may
    not name routes."""
    if not may_name_routes(viewer_of(request)):
        raise HTTPException(403)
    form = await request.form()
    site, base = site_of(request), await newest(request)
    did, key = str(form.get("did", "")), (str(form.get("topic", "")), str(form.get("place", "")))
    if did == "show":
        return await shown_again(request, *key)
    if did not in ("name", "keep"):
        raise HTTPException(400)
    if (since := number_of(str(form.get("version", "")))) != base.number:
        return await page(request, base, f"{await change.quicker(site, since)} {AGAIN}")
    seen = await read(site, base.known)
    proposed = next(
        (proposal for proposal in seen.proposals if (*proposal.key, proposal.agency) == (*key, form.get("agency"))),
        None,
    )
    if proposed is None:
        return await page(request, base, CHANGED)
    return await (name(request, base, proposed) if did == "name" else keep(request, base, proposed))


async def name(request: Request, base: Stored, proposal: Proposal) -> Response:
    """A new version of the directory with this route, and why."""
    site, known = site_of(request), base.known
    fitting = await change.of_values(site, base, lambda values: set_route(values, proposal, local_day(site)))
    if not fitting.fits:
        return await page(request, base, faults=(*fitting.faults, *(said for _, _, said in fitting.beside)))
    try:
        made = await change.save(request, site, fitting, f"{proposal.topic}@{proposal.place}", why(known, proposal))
    except Conflict:
        return await page(request, await newest(request), f"{await change.quicker(site, base.number)} {AGAIN}")
    about = f"{topic_title(known, proposal.topic)}, {place_title(known, proposal.place)}"
    stay = "Открытые сообщения остались, где были." if proposal.named else "Те, что ждали адресата, уйдут туда сейчас."
    tell(
        request, f"Теперь справочник называет: {agency_words(known, proposal.agency)} ({about}). Версия {made}. {stay}"
    )
    return RedirectResponse(HERE, 303)


def set_route(values: Values, proposal: Proposal, today: date) -> None:
    """Puts the proposed route into the values, in place of one for this very topic and place, or beside the wider one
    that was followed."""
    made = route(Route(proposal.agency, proposal.topic, None, proposal.place, today))
    put(ENTRIES["route"], values, key_of(ENTRIES["route"], made), made)


def why(known: Directory, proposal: Proposal) -> str:
    """Stands with the version: «в 8 из 10 случаев за 3 месяца отвечал Миндортранс, справочник называл …»."""
    return (
        f"почему: ответов за 3 месяца {proposal.whole}, из них {proposal.many} — "
        f"{agency_words(known, proposal.agency)}; "
        f"справочник называл: {named_agency(known, proposal)}{by_role(proposal)}"
    )


def by_role(proposal: Proposal) -> str:
    """In how many places agencies of the same role answer this topic, as a part of a sentence; "" where that was not
    counted."""
    return f"; везде так же в {proposal.role_many} из {proposal.role_whole}" if proposal.role_many else ""


async def keep(request: Request, base: Stored, proposal: Proposal) -> Response:
    """Put aside until the history has changed clearly."""
    await set_aside(request, AuditAction.ROUTE_KEPT, proposal.topic, proposal.place, proposal)
    about = f"{topic_title(base.known, proposal.topic)}, {place_title(base.known, proposal.place)}"
    tell(request, f"Оставлено как есть: {about}. Напомним, если история заметно изменится.")
    return RedirectResponse(HERE, 303)


async def shown_again(request: Request, topic: str, place: str) -> Response:
    """Takes back that a proposal was left as it is; HTTP 404 where it was not."""
    if not await set_aside(request, AuditAction.ROUTE_SHOWN, topic, place):
        raise HTTPException(404)
    return RedirectResponse(HERE, 303)


async def set_aside(
    request: Request, action: AuditAction, topic: str, place: str, proposal: Proposal | None = None
) -> bool:
    """Puts one aside, or takes it back where `one` is not there; False where there was none. A line of the log."""
    site, user = site_of(request), viewer_of(request).user

    async def body(tx: Transaction) -> bool:
        now = site.clock.now()
        if proposal is not None:
            await routes_aside.keep(tx, proposal, user, now)
        elif not await routes_aside.remove(tx, topic, place):
            return False
        await audit.append(tx, [AuditLine(user, action, f"{topic}@{place}")], now)
        return True

    return await site.db.run(body)


def notices_of_routes(request: Request, plain: Filter) -> Noticed:
    """What stands on «Сейчас» about routes, for whoever may decide and looks at the whole region."""
    if not opens(viewer_of(request), MENU) or plain != Filter():
        return Noticed()
    lately: Lately = request.app.state.routes
    return Noticed(tuple(of_routes(lately.many)), lately.behind(site_of(request)))


def of_routes(many: int) -> Iterator[Notice]:
    """The notice that so many topics are answered by others than the directory names; calm, for it harms nobody
    today."""
    if many:
        said = plural(many, "тема", "темы", "тем")
        cause = "Месяцами отвечает другое ведомство. Назовите его или оставьте как есть."
        yield Notice(f"Справочник называет не того: {said}", cause, HERE, f"Решить {number(many)}", calm=True)


PAGES = (
    Page(HERE, show_history, MENU),
    Page(f"{HERE}.{{form}}", show_history, MENU),
    Page(HERE, handle_form, MENU, methods=("POST",)),
)
