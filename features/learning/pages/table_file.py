"""A table of decided messages: sent, its columns named, learned from. Of its lines the page shows no more than how many
there are; it must never write one anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath

from starlette.background import BackgroundTask
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.process.advice import Refusal
from bot.web.layout import number, render
from bot.web.site import Page, session_of, site_of, viewer_of
from features.learning import table, trainer
from features.learning.in_panel import UploadedTable, of_table, read_table
from features.learning.library import BUSY
from features.learning.pages import models
from features.learning.pages.models import MENU, learning_of, log_act
from features.learning.table import NEEDED, ROLES, Columns
from states.audit import AuditAction

HERE = f"{models.HERE}/file"
MOST_BYTES = 8_000_000
"""Of one table; a larger one is learned from by `bot train --from`, in a process of its own."""
NO_FILE = "Выберите файл .csv или .xlsx."
TOO_LARGE = f"Файл больше {MOST_BYTES // 1_000_000} МБ. Обучите командой: python -m bot train --from ФАЙЛ"
GONE = "Файл уже забыт: прошло больше 15 минут. Отправьте его ещё раз."
TWICE = "Этот столбец выбран дважды."
MISSING = "Выберите столбец."


async def show_page(request: Request) -> Response:
    return page(request)


async def handle_form(request: Request) -> Response:
    """Takes a table and shows which column is what, or learns from the one that was sent before."""
    site, form = site_of(request), await request.form()
    try:
        trainer.able()
        if form.get("did") == "learn":
            return await learn(request, form)
        sent_table = await read_table(session_of(request), *await file_of(form), site.clock.now())
    except Refusal as refusal:
        return page(request, fault=str(refusal))
    learning_of(request).hold(sent_table)
    return page(request, sent_table, table.guess_columns(sent_table.heads).heads)


async def file_of(form: FormData) -> tuple[str, bytes]:
    """The name and the bytes of the sent file; Refusal where it is neither CSV nor XLSX, or too large."""
    found = form.get("file")
    if not isinstance(found, UploadFile) or not found.filename:
        raise Refusal(NO_FILE)
    name, raw = PurePosixPath(found.filename.replace("\\", "/")).name, await found.read()
    if not name.lower().endswith((".csv", ".xlsx")):
        raise Refusal(NO_FILE)
    if len(raw) > MOST_BYTES:
        raise Refusal(TOO_LARGE)
    return name, raw


async def learn(request: Request, form: FormData) -> Response:
    """Begins a training from the sent table; Refusal where it is gone or one is under way."""
    own, site = learning_of(request), site_of(request)
    kept_table = own.table_of(session_of(request), site.clock.now())
    if kept_table is None:
        raise Refusal(GONE)
    if own.runs:
        raise Refusal(BUSY)
    chosen = {role: said for role in ROLES if (said := str(form.get(role, ""))) in kept_table.heads}
    if wrong := wrong_of(chosen):
        return page(request, kept_table, chosen, wrong)
    await log_act(request, AuditAction.MODEL_BEGUN, "file")
    own.forget()
    user, anyway = viewer_of(request).user, form.get("anyway") == "yes"
    work = of_table(site, own.progress, kept_table, Columns(chosen), user, anyway)
    return RedirectResponse(models.HERE, 303, background=BackgroundTask(own.run, work))


def wrong_of(chosen: Mapping[str, str]) -> dict[str, str]:
    """By role: what is needed and not there, and a column that is two things."""
    wrong = {role: MISSING for role in NEEDED if role not in chosen}
    names = list(chosen.values())
    return wrong | {role: TWICE for role, name in chosen.items() if names.count(name) > 1}


def page(
    request: Request,
    shown_table: UploadedTable | None = None,
    chosen: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
    fault: str = "",
) -> Response:
    """The page with the table's columns and what is wrong."""
    return render(
        request,
        "learning_file.html",
        status=422 if fault or wrong else 200,
        name=shown_table.name if shown_table is not None else "",
        rows=number(shown_table.rows) if shown_table is not None else "",
        heads=shown_table.heads if shown_table is not None else (),
        roles=[(role, words[:1].upper() + words[1:], role in NEEDED) for role, words in ROLES.items()],
        chosen=chosen or {},
        wrong=wrong or {},
        fault=fault,
    )


PAGES = (
    Page(HERE, show_page, MENU),
    Page(HERE, handle_form, MENU, methods=("POST",), most_bytes=MOST_BYTES + 100_000),
)
