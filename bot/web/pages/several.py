"""What would be done with many messages, before it is done; then how far it has come, and how to take it back."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web import acting, names, several
from bot.web.asked import filter_of, today_of
from bot.web.layout import render
from bot.web.pages.queue import back_of
from bot.web.site import Page, site_of, viewer_of
from bot.web.told import FlashMessage, remember
from bot.web.views.message import listed_appeal
from bot.web.views.rows import rows
from handlers.official.panel import DONE_WITH_SEVERAL
from handlers.text import texts_panel
from handlers.text.words import plural
from states.events import Did
from states.people.chats import Chat
from states.people.viewers import Section
from states.statistics.filter import Filter
from storage.ops import panel_acts, search
from storage.records import appeals

IN_SIGHT = 50
"""Rows that stand unfolded."""


async def asks(request: Request) -> Response:
    """What a press over a list, or on «Сейчас», would do; nothing is done yet."""
    said = request.query_params
    codes, left_out = await chosen_codes(request, said)
    if not codes:
        remember(request, FlashMessage(texts_panel.NOTHING_TICKED, whom=said.get("whom", "")[:200], bad=True))
        return RedirectResponse(back_of(said.get("back")), 303)
    try:
        return await listed_before(request, said, codes, left_out=left_out)
    except acting.Incomplete as lacking:
        remember(request, FlashMessage(lacking.words, ticked=codes, bad=True))
        return RedirectResponse(back_of(said.get("back")), 303)


async def chosen_codes(request: Request, said: QueryParams) -> tuple[tuple[str, ...], int]:
    """The ticked ones, or all of the filter as far as one press goes, and how many of them it does not reach."""
    if said.get("all") != "yes":
        return numbers(said.getlist("code")), 0
    site, wanted = site_of(request), filter_of(request)
    found = await site.readers.run(lambda tx: search.page(tx, wanted, today_of(site), 0, several.MOST))
    return tuple(row.code for row in found.rows), max(0, found.total - several.MOST)


def numbers(said: Sequence[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(code)[:20] for code in said))[: several.MOST]


def did_of(said: QueryParams | FormData) -> Did:
    """
    Raises:
        HTTPException: 400 for what is not done with many.
    """
    try:
        did = Did(str(said.get("did", "")))
    except ValueError:
        raise HTTPException(400) from None
    if did not in DONE_WITH_SEVERAL:
        raise HTTPException(400)
    return did


async def plan_of_request(request: Request, did: Did, codes: Sequence[str], whom: str) -> tuple[Chat, several.Plan]:
    """Of what is erased numbers alone are left (R14): with them nothing can be done."""
    site = site_of(request)
    chat = await acting.acting_chat(site, viewer_of(request), codes)
    found = await site.newest.run(lambda tx: appeals.by_code(tx, codes))
    return chat, several.plan_of(site, chat, did, [found[code] for code in codes if code in found], whom)


async def listed_before(
    request: Request, said: QueryParams | FormData, codes: Sequence[str], *, left_out: int = 0, trouble: str = ""
) -> Response:
    site, did, whom = site_of(request), did_of(said), str(said.get("whom", ""))[:200].strip()
    try:
        to = acting.addressee(site, did, whom)
    except acting.Incomplete as lacking:
        to, trouble = "", lacking.words
    _, plan = await plan_of_request(request, did, codes, to)
    agencies = names.agencies(site.directory())
    shown = rows(site, map(listed_appeal, plan.doable), Filter())
    return render(
        request,
        "several.html",
        plan=plan,
        many=plural(len(plan.doable), "сообщение", "сообщения", "сообщений"),
        happens=list(several.what_happens(site, plan)) if plan.doable else [],
        refused=[(reason, acting.number_words(those)) for reason, those in plan.refused],
        rows=shown[:IN_SIGHT],
        more=shown[IN_SIGHT:],
        left_out=left_out,
        most=several.MOST,
        agencies=agencies,
        assigns=did is Did.ASSIGN,
        whom=names.name_of_code(agencies, whom),
        back=back_of(said.get("back")),
        seconds=int(site.policy.undo.total_seconds()),
        trouble=trouble,
    )


async def confirm(request: Request) -> Response:
    """Exactly what was listed and stayed ticked; what cannot be done any more is left out and named."""
    form = await request.form()
    codes, did, whom = numbers(form.getlist("code")), did_of(form), str(form.get("whom", ""))[:200]
    back = RedirectResponse(back_of(form.get("back")), 303)
    if form.get("do") == "no":
        remember(request, FlashMessage(texts_panel.NOTHING_DONE, ticked=codes))
        return back
    if not codes:
        remember(request, FlashMessage(texts_panel.NOTHING_TICKED, bad=True))
        return back
    try:
        await begin_run(request, did, codes, whom, str(form.get("lead", ""))[:20])
    except acting.Incomplete as lacking:
        return await listed_before(request, form, codes, trouble=lacking.words)
    return back


async def begin_run(request: Request, did: Did, codes: Sequence[str], whom: str, lead: str) -> None:
    """
    Raises:
        Incomplete: to whom is not said, or nobody there can be told.
        HTTPException: as `acting.acting_chat`.
    """
    site = site_of(request)
    whom = acting.addressee(site, did, whom.strip())
    if did is Did.ASSIGN and (not whom or whom not in site.directory().agency_by_code):
        raise acting.Incomplete(texts_panel.NO_ADDRESSEE)
    chat, plan = await plan_of_request(request, did, (lead, *codes) if lead and did is Did.MERGE else codes, whom)
    if did is Did.ASSIGN and await site.readers.run(lambda tx: panel_acts.chat_of(tx, whom)) is None:
        raise acting.Incomplete(texts_panel.NO_CHAT_THERE)
    if not plan.doable:
        raise acting.Incomplete(" ".join(acting.refusals(refused_one_by_one(plan), several=len(codes) > 1)))
    await several.begin(request, chat, plan, whom)


def refused_one_by_one(plan: several.Plan) -> list[tuple[str, str]]:
    return [(code, reason) for reason, those in plan.refused for code in those]


async def take_back(request: Request) -> Response:
    """«Отменить»: what was ticked is ticked again."""
    form = await request.form()
    taken = await several.take_back(request, str(form.get("mark", ""))[:40])
    many = plural(len(taken), "сообщение", "сообщения", "сообщений")
    words = f"Отменили: {many}. Ничего не отправлено." if taken else texts_panel.GONE_ALREADY
    remember(request, FlashMessage(words, ticked=taken, bad=not taken))
    return RedirectResponse(back_of(form.get("back")), 303)


async def progress(request: Request) -> Response:
    """The lines above the list as they are now, for a script."""
    here = back_of(request.query_params.get("back"))
    return render(request, "progress.html", presses=await several.progress(request), here=here)


PAGES = (
    Page("/queue/several", asks, Section.QUEUE),
    Page("/queue/several/do", confirm, Section.QUEUE, methods=("POST",)),
    Page("/queue/several/undo", take_back, Section.QUEUE, methods=("POST",)),
    Page("/queue/several/progress", progress, Section.QUEUE),
)
