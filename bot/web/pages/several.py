"""What would be done with many messages, before it is done; then how far it has come, and how to take it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from starlette.datastructures import FormData, QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web import acting, names, several
from bot.web.asked import filter_of, today_of
from bot.web.layout import render
from bot.web.pages.queue import back_of
from bot.web.site import Page, Site, site_of, viewer_of
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
MOST_BYTES = 1_000_000
"""Of a form with a thousand numbers and the name of an agency beside each."""


async def asks(request: Request) -> Response:
    """Answers with what a press over a list, or on «Сейчас», would do; nothing is done yet."""
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
    """The numbers without doubles, at most `several.MOST`."""
    return tuple(dict.fromkeys(str(code)[:20] for code in said))[: several.MOST]


def did_of(said: QueryParams | FormData) -> Did:
    """The act that is asked for, if it is done with many.

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


async def plan_of_request(
    request: Request, did: Did, codes: Sequence[str], to: Mapping[str, str]
) -> tuple[Chat, several.Plan]:
    """The chat and the plan of an act on these messages. Of what is erased numbers alone are left (R14): with them
    nothing can be done."""
    site = site_of(request)
    chat = await acting.acting_chat(site, viewer_of(request), codes)
    found = await site.newest.run(lambda tx: appeals.by_code(tx, codes))
    told = await site.newest.run(panel_acts.reminded_chats)
    return chat, several.plan_of(site, chat, did, [found[code] for code in codes if code in found], to, told)


async def listed_before(
    request: Request, said: QueryParams | FormData, codes: Sequence[str], *, left_out: int = 0, trouble: str = ""
) -> Response:
    """The page that stands before an act on many messages: what would be done with which, which are refused and why,
    where to. Nothing is done yet."""
    site, did, whom = site_of(request), did_of(said), str(said.get("whom", ""))[:200].strip()
    try:
        to = acting.addressee(site, did, whom)
    except acting.Incomplete as lacking:
        to, trouble = "", lacking.words
    for_all = {code: to for code in codes if to and not said.get(f"whom-{code}")}
    chat, plan = await plan_of_request(request, did, codes, for_all)
    agencies = names.agencies(site.directory())
    beside = {} if did is not Did.ASSIGN else await addressees_beside(request, said, chat, plan, whom)
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
        beside={code: names.name_of_code(agencies, typed) for code, typed in beside.items()},
        back=back_of(said.get("back")),
        seconds=int(site.policy.undo.total_seconds()),
        trouble=trouble,
    )


async def addressees_beside(
    request: Request, said: QueryParams | FormData, chat: Chat, plan: several.Plan, whom: str
) -> dict[str, str]:
    """What stands beside each message: what was typed there, else who is proposed and can be told. Nobody is proposed
    beside an addressee who was chosen for all."""
    site = site_of(request)
    proposed = {appeal.code: "" if whom else several.proposal(site, chat, appeal) for appeal in plan.doable}
    reached = await site.readers.run(lambda tx: panel_acts.reachable(tx, proposed.values()))
    return {
        code: str(said[f"whom-{code}"])[:200] if f"whom-{code}" in said else agency if agency in reached else ""
        for code, agency in proposed.items()
    }


async def confirm(request: Request) -> Response:
    """Exactly what was listed and stayed ticked; what cannot be done any more is left out and named."""
    form = await request.form()
    codes, did = numbers(form.getlist("code")), did_of(form)
    back = RedirectResponse(back_of(form.get("back")), 303)
    if form.get("do") == "no":
        remember(request, FlashMessage(texts_panel.NOTHING_DONE, ticked=codes))
        return back
    if not codes:
        remember(request, FlashMessage(texts_panel.NOTHING_TICKED, bad=True))
        return back
    try:
        await begin_run(request, did, codes, form)
    except acting.Incomplete as lacking:
        return await listed_before(request, form, codes, trouble=lacking.words)
    return back


async def begin_run(request: Request, did: Did, codes: Sequence[str], form: FormData) -> None:
    """Begins what a press over a list asks for.

    Raises:
        Incomplete: to whom is not said, or nobody there can be told.
        HTTPException: as `acting.acting_chat`.
    """
    lead = str(form.get("lead", ""))[:20]
    to = await addressees(site_of(request), codes, form) if did is Did.ASSIGN else {}
    chat, plan = await plan_of_request(request, did, (lead, *codes) if lead and did is Did.MERGE else codes, to)
    if not plan.doable:
        raise acting.Incomplete(" ".join(acting.refusals(refused_one_by_one(plan), several=len(codes) > 1)))
    await several.begin(request, chat, plan, to)


async def addressees(site: Site, codes: Sequence[str], form: FormData) -> dict[str, str]:
    """By number, which agency the message goes to: whoever stands beside it, else whoever stands above all of them.

    Raises:
        Incomplete: somewhere nobody is named, or there is no chat.
    """
    typed = {code: str(form.get(f"whom-{code}") or form.get("whom", ""))[:200].strip() for code in codes}
    meant = {said: acting.addressee(site, Did.ASSIGN, said) if said else "" for said in dict.fromkeys(typed.values())}
    to = {code: meant[said] for code, said in typed.items()}
    lacking = [code for code, agency in to.items() if agency not in site.directory().agency_by_code]
    if lacking:
        which = texts_panel.NO_ADDRESSEE_OF.format(which=acting.number_words(lacking))
        raise acting.Incomplete(which if len(codes) > 1 else texts_panel.NO_ADDRESSEE)
    reached = await site.readers.run(lambda tx: panel_acts.reachable(tx, to.values()))
    for agency in dict.fromkeys(to.values()):
        if agency not in reached:
            name = site.directory().agency_by_code[agency].short
            raise acting.Incomplete(f"{name}. {texts_panel.NO_CHAT_THERE}")
    return to


def refused_one_by_one(plan: several.Plan) -> list[tuple[str, str]]:
    """(number of the message, reason) of each that the plan refuses."""
    return [(code, reason) for reason, those in plan.refused for code in those]


async def take_back(request: Request) -> Response:
    """Takes an act on many back by «Отменить»: what was ticked is ticked again."""
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
    Page("/queue/several/do", confirm, Section.QUEUE, methods=("POST",), most_bytes=MOST_BYTES),
    Page("/queue/several/undo", take_back, Section.QUEUE, methods=("POST",)),
    Page("/queue/several/progress", progress, Section.QUEUE),
)
