"""The report of one week, one month or some days on one page: to read, as a picture for a chat, as a PDF in which
numbers are links.

The drawing is made in a thread. It must never show more than the viewer's role does.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.feature import summaries_of
from bot.process.advice import Refusal
from bot.web import errors
from bot.web.asked import local_day, of_request
from bot.web.layout import offers, render, signed_as
from bot.web.site import Page, Site, site_of, viewer_of
from bot.web.told import take_flash_message, tell
from bot.web.views.week import compare_periods
from features.statistics.pages.on_a_phone import on_phone
from features.statistics.report import links, paper
from features.statistics.report.closed import changed_words, closed_words
from features.statistics.report.figures import Report
from features.statistics.report.filling import Region, fill_report
from features.statistics.report.period import period_name
from features.statistics.report.reading import asked_of, read, same_days_a_year_ago
from handlers.views.filter_words import between
from states.audit import AuditAction, AuditLine
from states.people.viewers import Role, Section
from states.statistics.filter import Filter
from states.statistics.periods import MOST_DAYS, WHOLE, Span, Stretch, around, days_of_choice, whole_before
from states.statistics.summary import Summary
from storage.db.transaction import Transaction
from storage.ops import closing, sums
from storage.privacy import audit
from storage.records.closed_periods import Closed

EARLIEST = date(2000, 1, 1)
KINDS = {"png": "image/png", "pdf": "application/pdf"}


AGO = {
    Span.WEEK: "К той же неделе год назад",
    Span.MONTH: "К тому же месяцу год назад",
    Span.DAYS: "К тем же дням год назад",
}


async def report(request: Request) -> Response:
    """The report of one week, one month or some days, as a page or as a file."""
    site, wanted, today = of_request(request)
    stretch = stretch_of(request, local_day(site))
    asked = asked_of(stretch, wanted, local_day(site), site.zone)
    adds = summaries_of(site.features)
    found = await site.readers.run(lambda tx: read(tx, asked, today, site.formula, adds))
    found = replace(found, summaries=tuple(summary_for(request, summary) for summary in found.summaries))
    then = same_days_a_year_ago(asked)
    was = await site.readers.run(lambda tx: sums.total(tx, then, asked.today))
    made = fill_report(region_of(site, request), asked, found, site.clock.now())
    whole = asked.now == Filter(since=asked.now.since, until=asked.now.until)
    if (form := request.path_params.get("form")) is not None:
        return await file_response(request, made, stretch, form)
    return render(
        request,
        "one_report.html",
        title=period_name(made.period),
        drawing=await asyncio.to_thread(paper.as_drawing, made),
        phone=await asyncio.to_thread(on_phone, made),
        more=made.more,
        year=compare_periods(asked.now, found.places.total.sums, was, asked.today, then) if was["received"] else [],
        year_days=between(then.since or stretch.first, then.until or stretch.last),
        year_title=AGO[stretch.span],
        closed=closed_words(found.closed, site.zone) if found.closed is not None else "",
        changed=changed_words(found.closed, site.settings.open_least) if whole and found.closed is not None else "",
        again=links.report(stretch, form="/again") if whole and may_count(request) else "",
        said=take_flash_message(request).words,
        before=links.report(stretch.before, wanted),
        after=links.report(stretch.after, wanted) if stretch.last < local_day(site) else "",
        forms=[
            (name, links.report(stretch, wanted, f".{form}")) for form, name in (("pdf", "PDF"), ("png", "Картинка"))
        ],
    )


def summary_for(request: Request, summary: Summary) -> Summary:
    """A figure is a link where its reader may open the page behind it."""
    figures = (
        figure if offers(request, figure.measure.href.strip("/").partition("?")[0])
        else replace(figure, measure=replace(figure.measure, href="", was_href=""))
        for figure in summary.figures
    )  # fmt: skip
    return replace(summary, figures=tuple(figures))


async def count_anew(request: Request) -> Response:
    """Counts a closed period anew for a person, who reads what that changed; a line of the audit log."""
    site, viewer = site_of(request), viewer_of(request)
    stretch = stretch_of(request, local_day(site))
    if not may_count(request):
        raise HTTPException(403)

    async def body(tx: Transaction) -> Closed | None:
        anew = await closing.count_anew(tx, stretch, site.clock.now(), viewer.user)
        if anew is not None:
            line = AuditLine(viewer.user, AuditAction.PERIOD_COUNTED, f"{stretch.span}.{stretch.first}")
            await audit.append(tx, [line], site.clock.now())
        return anew

    anew = await site.db.run(body)
    if anew is None:
        raise HTTPException(404)
    tell(request, SAME if not anew.changed else COUNTED)
    return RedirectResponse(links.report(stretch), 303)


SAME = "Пересчитано: ни одно число не изменилось."
COUNTED = "Пересчитано. Что изменилось, написано под отчётом."


def may_count(request: Request) -> bool:
    """Whether this viewer may count a closed period anew: the ЦУР and the administrator (R56)."""
    return viewer_of(request).role in (Role.CUR, Role.ADMINISTRATOR)


def stretch_of(request: Request, today: date) -> Stretch:
    """The week or month of the day in `from`, without it the last whole one; or the days from `from` to `to`.

    Raises:
        HTTPException: 404 before there was anything, or of more days than a page shows.
    """
    span = next(span for span, path in links.PATHS.items() if request.url.path.startswith(path))
    said, until = (request.query_params.get(name) for name in ("from", "to"))
    if span is Span.DAYS:
        if not (said and until):
            raise HTTPException(400)
        found = days_of_choice(*sorted((date.fromisoformat(said), date.fromisoformat(until))))
    else:
        found = around(span, date.fromisoformat(said)) if said else whole_before(span, today)
    if not EARLIEST <= found.first <= today or (found.last - found.first).days >= MOST_DAYS:
        raise HTTPException(404)
    return found


def region_of(site: Site, request: Request) -> Region:
    """What a report says of the region; a viewer bound to an agency or municipality is named as its sender too."""
    viewer = viewer_of(request)
    named = (site.community_name, signed_as(viewer, site.directory()) if viewer.scope else "")
    sender = ": ".join(filter(None, named))
    return Region(sender, site.directory(), site.zone, site.formula, site.address, site.map)


async def file_response(request: Request, made: Report, stretch: Stretch, form: str) -> Response:
    """The report as a file. HTTP 404 for an unknown form, and a page with the reason where it cannot be drawn."""
    if form not in KINDS:
        raise HTTPException(404)
    site = site_of(request)
    try:
        content = await asyncio.to_thread(as_form, made, form, site.address)
    except Refusal as refusal:
        return errors.error_page(request, 404, text=str(refusal))
    shown = "inline" if form == "png" else "attachment"
    until = f"-{stretch.until}" if stretch.until is not None else ""
    name = f"otchet-{stretch.span}-{stretch.first}{until}.{form}"
    return Response(content, media_type=KINDS[form], headers={"content-disposition": f'{shown}; filename="{name}"'})


def as_form(made: Report, form: str, address: str) -> bytes:
    """The report as PNG or PDF; links of the PDF begin with `address`. Slow: call it in a thread."""
    return paper.as_picture(made) if form == "png" else paper.as_pdf(made, address)


PAGES = (
    *(
        Page(path, report, Section.REPORTS)
        for path_of_kind in links.PATHS.values()
        for path in (path_of_kind, f"{path_of_kind}.{{form}}")
    ),
    *(Page(f"{links.PATHS[span]}/again", count_anew, Section.REPORTS, methods=("POST",)) for span in WHOLE),
)
