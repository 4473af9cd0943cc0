"""«Отчёты»: a period by days, agencies, places or topics, as a table and as files; from here to the one-page reports.

It must never count what the viewer may not see: the filter is held to the role first (R24).
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response

from bot.charts.numbers import MONTHS
from bot.web import names
from bot.web.asked import filter_of, link, local_day, of_request, today_of
from bot.web.downloads import files_of_list
from bot.web.downloads.table_files import FORMS, file
from bot.web.layout import number, render
from bot.web.site import Page, Site, site_of, viewer_of
from features.statistics import report_file
from features.statistics.book import MOST_ROWS
from features.statistics.exports import Export, Exports, ExportState
from features.statistics.pages import report_table
from features.statistics.pages.report_table import FIRST, HEADS, NAMES, ReportGroup
from features.statistics.report import links
from features.statistics.report.closed import said_of
from features.statistics.report_file import Content
from handlers.text.words import clock
from handlers.views.filter_words import between
from states.people.viewers import Section
from states.statistics.filter import Filter, to_address
from states.statistics.periods import MOST_DAYS, Span, Stretch, around, days_of_choice, usual_month, whole_before
from storage.ops import search
from storage.ops.search import Today

MONTHS_BACK = 12
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class ExportRow:
    """A file that was asked for, as the page shows it."""

    words: str
    state: str
    told: str
    href: str
    cancel: str


async def reports(request: Request) -> Response:
    """Answers with the table of a period, or the same as a file."""
    site, wanted, today = of_request(request)
    plain, by = countable_filter(wanted, local_day(site)), grouping(request)
    lines = await site.readers.run(lambda tx: report_table.lines(tx, site, plain, by, local_day(site)))
    if (form := request.path_params.get("form")) is not None:
        return await as_file(site, plain, today, form, by, lines)
    rows = lines[0].sums["received"]
    large = rows > files_of_list.MOST
    exports = made_exports(request)
    return render(
        request,
        "reports.html",
        when=between(plain.since or local_day(site), plain.until or local_day(site)),
        wanted=plain,
        by=by,
        groups=NAMES,
        first=FIRST[by],
        heads=[column.name for column in report_table.COLUMNS],
        lines=[report_table.row_view(line, local_day(site)) for line in lines],
        stretches=list(stretches(local_day(site), plain)),
        forms=[
            (name, link(f"reports.{form}", plain, [("group", by)]))
            for form, name in FORMS
            if form != "xlsx" or not large
        ],
        large=large,
        closed=await site.readers.run(lambda tx: said_of(tx, plain, site.zone)),
        rows=rows,
        hidden=[*to_address(plain), ("group", by.value)],
        exports=exports,
        making=any(export.cancel for export in exports),
        whole=not viewer_of(request).scope,
        asks=names.fields(site.directory(), plain),
    )


def countable_filter(wanted: Filter, today: date) -> Filter:
    """The filter without what the daily sums do not know; without a period the month that is looked at."""
    kept = Filter(topics=wanted.topics, places=wanted.places, agencies=wanted.agencies, doors=wanted.doors)
    since, until = wanted.since, wanted.until
    if since is None and until is None:
        month = usual_month(today)
        since, until = month.first, min(month.last, today)
    since, until = since or today.replace(day=1), until or today
    return replace(kept, since=min(since, until), until=max(since, until))


def grouping(request: Request) -> ReportGroup:
    """By what the table is grouped; 400 for anything unknown."""
    try:
        return ReportGroup(request.query_params.get("group") or ReportGroup.TOPIC)
    except ValueError:
        raise HTTPException(400) from None


def stretches(today: date, plain: Filter) -> list[tuple[str, str]]:
    """The one-page reports: the days looked at, this week and the last one, this month and those before it."""
    weeks = [("Эта неделя", around(Span.WEEK, today)), ("Прошлая неделя", whole_before(Span.WEEK, today))]
    month, months = around(Span.MONTH, today), []
    for _ in range(MONTHS_BACK):
        months.append((month_name(month), month))
        month = month.before
    chosen = []
    if plain.since and plain.until and (plain.until - plain.since).days < MOST_DAYS:
        chosen = [(f"Эти дни: {between(plain.since, plain.until)}", days_of_choice(plain.since, plain.until))]
    return [(name, links.report(stretch, plain)) for name, stretch in (*chosen, *weeks, *months)]


def month_name(month: Stretch) -> str:
    return f"{MONTHS[month.first.month - 1].capitalize()} {month.first.year}"


# Files


async def as_file(
    site: Site, plain: Filter, today: Today, form: str, by: ReportGroup, lines: list[report_table.ReportLine]
) -> Response:
    """The table as a file. HTTP 413 for an XLSX of more messages than are made at once."""
    name = f"otchet-{plain.since}-{plain.until}"
    if form != "xlsx":
        head = files_of_list.head_of(site, plain, lines[0].sums["received"])
        return file(form, name, head, (FIRST[by], *HEADS), report_table.plain(lines))
    total = await site.readers.run(lambda tx: search.number(tx, plain, today))
    if total > files_of_list.MOST:
        raise HTTPException(413)
    content = content_of(site, plain, by, lines, total)
    folder = Path(tempfile.mkdtemp(prefix="priemnaya-"))
    path = folder / "report.xlsx"
    try:
        await report_file.at_once(site, plain, today, content, path)
        made_file = path.read_bytes()
    finally:
        path.unlink(missing_ok=True)
        folder.rmdir()
    return Response(made_file, media_type=XLSX, headers={"content-disposition": f'attachment; filename="{name}.xlsx"'})


def content_of(site: Site, plain: Filter, by: ReportGroup, lines: list[report_table.ReportLine], total: int) -> Content:
    """What the XLSX holds beside its messages: the head with their number, titles and lines of the table."""
    return Content(files_of_list.head_of(site, plain, total), (FIRST[by], *HEADS), report_table.plain(lines))


async def ask(request: Request) -> Response:
    """A large file: it is made when the answer has left, and stands on the page with its progress."""
    site, today = site_of(request), today_of(site_of(request))
    plain, by = countable_filter(filter_of(request), local_day(site)), grouping(request)
    total = await site.readers.run(lambda tx: search.number(tx, plain, today))
    if total > MOST_ROWS:
        raise HTTPException(413)
    lines = await site.readers.run(lambda tx: report_table.lines(tx, site, plain, by, local_day(site)))
    content = content_of(site, plain, by, lines, total)
    begun = exports_of(request).begin(viewer_of(request), content.head[0][1], total, site.clock.now())
    if begun is None:
        raise HTTPException(429)
    work = BackgroundTask(report_file.make, site, plain, today, content, begun)
    return RedirectResponse(f"{link(Section.REPORTS, plain, [('group', by)])}#files", 303, background=work)


async def take(request: Request) -> Response:
    """A file that is ready, for the one who asked for it."""
    exports_of(request).forget(site_of(request).clock.now())
    found = exports_of(request).one(viewer_of(request), request.path_params["key"])
    if found is None or found.state is not ExportState.READY:
        raise HTTPException(404)
    return FileResponse(found.path, media_type=XLSX, filename=f"otchet-{found.asked_at:%Y-%m-%d}.xlsx")


async def cancel(request: Request) -> Response:
    """Ends the making of a file."""
    found = exports_of(request).one(viewer_of(request), request.path_params["key"])
    if found is None:
        raise HTTPException(404)
    found.cancelled = True
    return RedirectResponse(f"/{Section.REPORTS}#files", 303)


def exports_of(request: Request) -> Exports:
    """The exports that this process is making or holds ready."""
    found: Exports = request.app.state.exports
    return found


def made_exports(request: Request) -> list[ExportRow]:
    """The viewer's own exports as rows; first deletes the files whose day is over."""
    site = site_of(request)
    exports_of(request).forget(site.clock.now())
    return [made_of(site, export) for export in exports_of(request).of(viewer_of(request))]


def made_of(site: Site, export: Export) -> ExportRow:
    """The export as a row: its progress in words, the address to fetch it once ready, the one to cancel it
    meanwhile."""
    href = f"/{Section.REPORTS}/file/{export.key}"
    making = export.state is ExportState.MAKING
    told = f"{number(export.done)} из {number(export.total)} сообщений, начат в {clock(export.asked_at, site.zone)}"
    state = "отменяется" if making and export.cancelled else export.state.value
    ready = href if export.state is ExportState.READY else ""
    return ExportRow(export.words, state, told, ready, f"{href}/cancel" if making and not export.cancelled else "")


PAGES = (
    Page("/reports", reports, Section.REPORTS),
    Page("/reports.{form}", reports, Section.REPORTS),
    Page("/reports/file", ask, Section.REPORTS, methods=("POST",)),
    Page("/reports/file/{key}", take, Section.REPORTS),
    Page("/reports/file/{key}/cancel", cancel, Section.REPORTS, methods=("POST",)),
)
