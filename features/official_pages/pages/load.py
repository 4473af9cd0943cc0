"""A table of official pages from the panel: sent, its columns named, what it would change, loaded, taken back. The
file is never written to the disk, and nothing is deleted by it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import PurePosixPath

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.process.advice import Refusal
from bot.region import table_file
from bot.web.layout import render
from bot.web.site import Page, Site, session_of, site_of, viewer_of
from bot.web.told import FlashMessage, remember, take_flash_message
from features.official_pages import sql as registry
from features.official_pages.asked import SHOWN, faults_of, in_words, keep_all
from features.official_pages.columns import COLUMNS, Sheet, lacking, lines_of, sheet_of
from features.official_pages.loading import Loaded, Loading, SentTable, keep_loaded, loaded_lately, take_back
from features.official_pages.model.difference import Difference, compare
from features.official_pages.pages.one import may_check
from features.official_pages.pages.views import MENU
from features.official_pages.table import NEEDED, Reader
from handlers.text.words import clock, plural

HERE = "/pages/load"
MOST_BYTES = 8_000_000
NO_FILE = "Выберите файл .xlsx или .csv."
TOO_LARGE = f"Файл больше {MOST_BYTES // 1_000_000} МБ. Загрузите командой: python -m bot pages import ФАЙЛ"
NOTHING_TO_UNDO = (
    "Отменять нечего: прошёл час или загрузку уже отменили. Загрузите файл, каким он был прежде, или поправьте записи "
    "по одной."
)
GONE = "Файл уже забыт: его загрузили, прошло 15 минут или отправили другой. Отправьте его ещё раз."


async def load(request: Request) -> Response:
    """The page to which a table of official pages is sent."""
    allow(request)
    return await page(request)


def allow(request: Request) -> None:
    """Lets only those pass who keep the registry. Raises HTTPException: 403 for others."""
    if not may_check(viewer_of(request)):
        raise HTTPException(403)


def loading_of(request: Request) -> Loading:
    """The one table that this process is loading."""
    found: Loading = request.app.state.pages_loading
    return found


async def press(request: Request) -> Response:
    """Reads, shows or loads a sent table."""
    allow(request)
    form = await request.form()
    try:
        match form.get("did"):
            case "look":
                sent = await sheet_sent(request, form)
                loading_of(request).hold(sent)
                return await page(request, sent, sent.sheet.columns)
            case "again":
                sent = table_of_session(request)
                return await page(request, sent, chosen_of(form, sent.sheet))
            case "keep":
                async with loading_of(request).writing:
                    return await keep(request, table_of_session(request), form)
            case "undo":
                async with loading_of(request).writing:
                    return await undo(request)
    except Refusal as refusal:
        return await page(request, fault=str(refusal))
    raise HTTPException(400)


async def sheet_sent(request: Request, form: FormData) -> SentTable:
    """The table that was sent with the form; Refusal where it is neither CSV nor XLSX, too large or not readable."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Refusal(NO_FILE)
    name, raw = PurePosixPath(file.filename.replace("\\", "/")).name, await file.read()
    if not name.lower().endswith((".csv", ".xlsx")):
        raise Refusal(NO_FILE)
    if len(raw) > MOST_BYTES:
        raise Refusal(TOO_LARGE)
    sheet = await asyncio.to_thread(lambda: sheet_of(table_file.rows_of_bytes(name, raw)))
    return SentTable(session_of(request), name[:100], sheet, site_of(request).clock.now())


def table_of_session(request: Request) -> SentTable:
    """The table that this session sent before; Refusal where it is gone after 15 minutes."""
    found = loading_of(request).sent_by(session_of(request), site_of(request).clock.now())
    if found is None:
        raise Refusal(GONE)
    return found


def chosen_of(form: FormData, sheet: Sheet) -> dict[str, int]:
    """By our column the place of theirs; nothing is meant by a place that there is not."""
    said = {name: str(form.get(f"column-{turn}", "")) for turn, name in enumerate(COLUMNS)}
    return {name: int(at) for name, at in said.items() if at.isdecimal() and int(at) < len(sheet.heads)}


async def difference_of(site: Site, sheet: Sheet, chosen: Mapping[str, int]) -> tuple[Difference, list[str]]:
    """What loading the table would change, and its faults in words. `chosen`: the column by number for each meaning. It
    compares in a thread."""
    known = await site.newest.run(registry.everything)

    def compare_all() -> tuple[Difference, list[str]]:
        reader = Reader(site.directory())
        found = compare(known, reader.rows(lines_of(sheet, chosen)))
        return found, faults_of(reader, found)

    return await asyncio.to_thread(compare_all)


async def keep(request: Request, sent: SentTable, form: FormData) -> Response:
    """Loads the sent table into the registry, by the chosen columns; asks again where a column lacks."""
    site, viewer, chosen = site_of(request), viewer_of(request), chosen_of(form, sent.sheet)
    if lacking(chosen):
        return await page(request, sent, chosen)
    found, _ = await difference_of(site, sent.sheet, chosen)
    now = site.clock.now()
    kept, facts = await keep_all(site.db, found, site.directory(), now.astimezone(site.zone), viewer.user)
    loaded = Loaded(viewer.user, now, sent.name, [(was, after) for was, after, _ in kept], facts)
    await site.db.run(lambda tx: keep_loaded(tx, loaded))
    loading_of(request).sent = None
    remember(request, FlashMessage(f"Загружено: новых {len(found.new)}, с изменениями {len(found.changed)}."))
    return RedirectResponse(HERE, 303)


async def undo(request: Request) -> Response:
    """Takes the last load back, save what somebody has changed since; Refusal where there is none."""
    site = site_of(request)
    now = site.clock.now()
    loaded = await site.newest.run(lambda tx: loaded_lately(tx, now))
    if loaded is None:
        raise Refusal(NOTHING_TO_UNDO)
    undone, left = await take_back(site.db, loaded, site.directory(), viewer_of(request).user, now)
    more = f" {left} с тех пор изменил кто-то ещё, они остались." if left else ""
    records = plural(undone, "запись", "записи", "записей")
    remember(request, FlashMessage(f"Загрузка «{loaded.name}» отменена, как было: {records}.{more}"))
    return RedirectResponse(HERE, 303)


async def page(
    request: Request, sent: SentTable | None = None, chosen: Mapping[str, int] | None = None, fault: str = ""
) -> Response:
    """The page with the sent table, its columns and what it would change."""
    site, chosen = site_of(request), chosen or {}
    lacks = lacking(chosen) if sent is not None else []
    found, faults = Difference(), list[str]()
    if sent is not None and not lacks:
        found, faults = await difference_of(site, sent.sheet, chosen)
    loaded = await site.newest.run(lambda tx: loaded_lately(tx, site.clock.now()))
    return render(
        request,
        "official_load.html",
        status=422 if fault or lacks else 200,
        sent=sent,
        columns=[(turn, words, name in NEEDED, chosen.get(name)) for turn, (name, words) in enumerate(COLUMNS.items())],
        heads=list(enumerate(sent.sheet.heads)) if sent is not None else [],
        lacks=lacks,
        found=found,
        lines=list(in_words(found, site.directory())),
        faults=faults[:SHOWN],
        wrong=len(faults),
        loaded=loaded,
        loaded_at=clock(loaded.at, site.zone) if loaded is not None else "",
        fault=fault,
        said=take_flash_message(request).words,
    )


PAGES = (
    Page(HERE, load, MENU),
    Page(HERE, press, MENU, methods=("POST",), most_bytes=MOST_BYTES + 100_000),
)
