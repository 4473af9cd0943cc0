"""Who looks after messages: taken, given to a colleague of one's own side, put off to a day.

Nobody is told of it, and no term moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web import acting, several
from bot.web.asked import local_day
from bot.web.colleagues import side_of
from bot.web.layout import render
from bot.web.pages.queue import back_of
from bot.web.pages.several import IN_SIGHT, chosen_codes, numbers
from bot.web.site import Page, Site, site_of, viewer_of
from bot.web.told import FlashMessage, remember
from bot.web.views.message import listed_appeal
from bot.web.views.rows import rows
from handlers.text import texts_panel
from handlers.text.words import date_words
from states.audit import AuditAction, AuditLine
from states.people.viewers import Section, Viewer, acts_for, may_see
from states.statistics.filter import Filter
from storage.db.transaction import Transaction
from storage.ops import panel_acts
from storage.privacy import audit
from storage.records import appeals, leads
from storage.records.leads import Lead

LEAD, NOBODY, LATER, AGAIN = "lead", "nobody", "later", "again"
LONGEST = timedelta(days=366)


async def asks(request: Request) -> Response:
    """Answers with the question about several messages: to whom, or to which day; nothing is done yet."""
    site, viewer, said = site_of(request), viewer_of(request), request.query_params
    codes, left_out = await chosen_codes(request, said)
    if not codes:
        remember(request, FlashMessage(texts_panel.NOTHING_TICKED, bad=True))
        return RedirectResponse(back_of(said.get("back")), 303)
    await allow(site, viewer, codes)
    found = await site.newest.run(lambda tx: appeals.by_code(tx, codes))
    side = await site.readers.run(lambda tx: side_of(tx, site, viewer))
    shown = rows(
        site, [listed_appeal(found[code]) for code in codes if code in found], Filter()
    )  # not the erased (R14)
    return render(
        request,
        "lead.html",
        later=said.get("did") == LATER,
        many=several.messages(len(shown)),
        rows=shown[:IN_SIGHT],
        more=shown[IN_SIGHT:],
        left_out=left_out,
        most=several.MOST,
        choices=side.choices,
        tomorrow=(local_day(site) + timedelta(days=1)).isoformat(),
        back=back_of(said.get("back")),
    )


async def allow(site: Site, viewer: Viewer, codes: Sequence[str]) -> None:
    """
    Raises:
        HTTPException: 404 where one of them is another's or is not there, 403 for whoever only reads.
    """
    found = await site.newest.run(lambda tx: panel_acts.holders(tx, codes))
    if len(found) < len(codes) or not all(may_see(viewer, held.agency, held.place) for held in found.values()):
        raise HTTPException(404)
    if not all(acting.may_act_on(viewer, held) for held in found.values()):
        raise HTTPException(403)


async def save(request: Request) -> Response:
    """Sets who leads the ticked messages, and goes back to where the viewer came from."""
    site, viewer, form = site_of(request), viewer_of(request), await request.form()
    codes = numbers(form.getlist("code"))
    if not codes:
        remember(request, FlashMessage(texts_panel.NOTHING_TICKED, bad=True))
    else:
        await allow(site, viewer, codes)
        remember(request, await carry_out(site, viewer, codes, form))
    return RedirectResponse(back_of(form.get("back")), 303)


async def carry_out(site: Site, viewer: Viewer, codes: Sequence[str], form: FormData) -> FlashMessage:
    """Carries out what a form about several messages asks for; what to say of it.

    Raises:
        HTTPException: 400 for what no form of ours sends.
    """
    match str(form.get("do", "")):
        case "lead":
            return await give(site, viewer, codes, str(form.get("whom", "")))
        case "later":
            return await put_off(site, viewer, codes, str(form.get("until", "")))
        case "again":
            await change(site, viewer, codes, None)
            return FlashMessage(f"Снова в «Моих»: {number_of(codes)}.")
        case "nobody":
            await drop(site, viewer, codes)
            return FlashMessage(f"Теперь никто не ведёт: {number_of(codes)}.")
    raise HTTPException(400)


async def give(site: Site, viewer: Viewer, codes: Sequence[str], whom: str) -> FlashMessage:
    """Gives messages to a colleague, with a line of the audit log each; what to say of it."""
    side = await site.newest.run(lambda tx: side_of(tx, site, viewer))
    known = {str(user): user for user in side.names}
    if not whom:
        return FlashMessage("Выберите, кто будет вести.", ticked=tuple(codes), bad=True)
    if whom not in known:
        raise HTTPException(400)
    user, now = known[whom], site.clock.now()
    given = [Lead(code, side.scope, user, viewer.user, now) for code in codes]

    async def body(tx: Transaction) -> None:
        """Writes who looks after each message, and a line of the audit log for each under the pseudonym of the new
        one."""
        await leads.keep(tx, given)
        whose = tx.keys.pseudonym(user)
        await audit.append(tx, [AuditLine(viewer.user, AuditAction.LEAD_GIVEN, code, whose) for code in codes], now)

    await site.db.run(body)
    who = "Ведёте вы" if user == viewer.user else f"Ведёт {side.names[user]}{side.absent(user)}"
    return FlashMessage(f"{who}: {number_of(codes)}.")


async def drop(site: Site, viewer: Viewer, codes: Sequence[str]) -> None:
    """Nobody of this side leads these messages any more; a line of the audit log each."""
    scope, now = acts_for(viewer), site.clock.now()

    async def body(tx: Transaction) -> None:
        """Takes away who looks after these messages on this side, with a line of the audit log for each."""
        await leads.drop(tx, codes, scope)
        await audit.append(tx, [AuditLine(viewer.user, AuditAction.LEAD_DROPPED, code) for code in codes], now)

    await site.db.run(body)


async def put_off(site: Site, viewer: Viewer, codes: Sequence[str], said: str) -> FlashMessage:
    """Puts messages off until a typed day, for the viewer's side only, and says so; the term goes on. Refused in words
    unless the day is after today and within 366 days."""
    today = local_day(site)
    try:
        until = date.fromisoformat(said)
    except ValueError:
        return FlashMessage("Назовите день, до которого отложить.", ticked=tuple(codes), bad=True)
    if not today < until <= today + LONGEST:
        return FlashMessage(
            "Отложить можно самое раннее до завтра и не дольше чем на год.", ticked=tuple(codes), bad=True
        )
    await change(site, viewer, codes, datetime.combine(until, time(), site.zone))
    return FlashMessage(f"Отложено до {date_words(until)}: {number_of(codes)}. Срок ответа при этом идёт.")


async def change(site: Site, viewer: Viewer, codes: Sequence[str], until: datetime | None) -> None:
    """Puts messages off until then, or not any more. Who leads stays; what nobody leads is one's own from now on."""
    scope, now = acts_for(viewer), site.clock.now()

    async def body(tx: Transaction) -> None:
        """Writes the day until which each message is put off; what nobody looked after becomes the viewer's, with a
        line of the audit log."""
        had = {code: sides[scope] for code, sides in (await leads.of(tx, codes)).items() if scope in sides}
        kept = [had.get(code) or Lead(code, scope, viewer.user, viewer.user, now) for code in codes]
        await leads.keep(tx, [replace(lead, until=until) for lead in kept])
        whose = tx.keys.pseudonym(viewer.user)
        taken = [AuditLine(viewer.user, AuditAction.LEAD_GIVEN, code, whose) for code in codes if code not in had]
        await audit.append(tx, taken, now)

    await site.db.run(body)


def number_of(codes: Sequence[str]) -> str:
    """«№…» for one message, else how many there are, in words."""
    return f"№{codes[0]}" if len(codes) == 1 else acting.number_words(codes)


PAGES = (
    Page("/queue/lead", asks, Section.QUEUE),
    Page("/queue/lead", save, Section.QUEUE, methods=("POST",)),
)
