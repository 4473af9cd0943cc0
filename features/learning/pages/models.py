"""«Обучение»: which model decides and how good it is, learning from our own messages, adopting and going back; for
administrators. It must never show a message, nor adopt what nobody pressed for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse

from bot.process.advice import Refusal
from bot.upkeep.model_in_use import LEFT
from bot.web.layout import number, render
from bot.web.pages.admin.proposal import names_of, number_of
from bot.web.pages.live import HEADERS
from bot.web.site import MenuEntry, Page, Site, site_of, viewer_of
from bot.web.told import take_flash_message, tell
from features.learning import trainer
from features.learning.asked import AdminLearning
from features.learning.in_panel import Learning, of_own
from features.learning.library import BUSY
from features.learning.words import SOURCES, STATES, percent, report_of
from handlers.text.words import day, moment
from states.audit import AuditAction, AuditLine
from states.people.viewers import Role, Section
from storage.db.transaction import Transaction
from storage.ops import forgotten_models
from storage.privacy import audit
from storage.records import models
from storage.records.models import Model, ModelState

MENU = MenuEntry("learning", "Обучение", frozenset({Role.ADMINISTRATOR}), Section.TEMPLATES)
HERE = f"/{MENU.word}"


async def learning(request: Request) -> Response:
    """Answers with the page."""
    return await page(request)


async def page(request: Request, fault: str = "") -> Response:
    """The page with all models and the training that is under way."""
    site, own = site_of(request), learning_of(request)

    async def look(tx: Transaction) -> tuple[list[Model], datetime | None, Mapping[int, str]]:
        """Reads the kept models, until when the model that was forgotten decided, and who adopted each."""
        kept = await models.everything(tx)
        return (
            kept,
            await forgotten_models.used_until(tx),
            await names_of(tx, site, {model.adopted_by for model in kept}),
        )

    kept, until, names = await site.newest.run(look)
    used = next((model for model in kept if model.state is ModelState.USED), None)
    near = until is not None and site.clock.now() >= until - LEFT
    return render(
        request,
        "learning.html",
        status=409 if fault else 200,
        used=row(site, used, names) if used is not None else None,
        compared=scores_of(used) if used is not None else (),
        trouble=site.bot.model.trouble if site.bot is not None else "",
        ends=day(until, site.zone) if until is not None and near else "",
        rows=[row(site, model, names) for model in kept],
        runs=own.runs,
        steps=own.progress.lines if own.runs else (),
        made=own.made if not own.runs else None,
        offered=candidate_number(kept, own),
        fault=fault or own.fault_once(),
        said=take_flash_message(request).words,
    )


def learning_of(request: Request) -> Learning:
    """The training that this process runs or has run."""
    found: Learning = request.app.state.learning
    return found


def row(site: Site, model: Model, names: Mapping[int, str]) -> dict[str, str]:
    """A version in words."""
    report = report_of(model.report)
    return {
        "number": str(model.number),
        "state": model.state.value,
        "words": STATES[model.state],
        "trained": moment(model.trained_at, site.zone),
        "source": SOURCES[model.source],
        "examples": number(report.examples),
        "first": percent(report.model.first),
        "three": percent(report.model.among_three),
        "adopted": moment(model.adopted_at, site.zone) if model.adopted_at is not None else "",
        "who": names[model.adopted_by] if model.adopted_at is not None else "",
    }


def scores_of(model: Model) -> Sequence[tuple[str, str, str]]:
    """The scores of a model and of those beside it, on the same newest messages, by distinct text."""
    report = report_of(model.report)
    beside = (
        (f"Модель № {model.number}", report.model),
        ("Без обучения", report.names),
        ("Та, что была до неё", report.used),
    )
    return [(name, percent(found.first), percent(found.among_three)) for name, found in beside if found is not None]


def candidate_number(kept: Sequence[Model], own: Learning) -> int:
    """The model that the report on the page is about, while it still waits for a yes."""
    made = 0 if own.made is None or own.runs else int(own.made["number"])
    return next((model.number for model in kept if model.number == made and model.state is ModelState.CANDIDATE), 0)


async def handle_form(request: Request) -> Response:
    """Begins or cancels a training, adopts a model, goes back to the former one or to none. What is refused stands on
    the page."""
    form = await request.form()
    try:
        match form.get("did"):
            case "own":
                return await begin(request, anyway=form.get("anyway") == "yes")
            case "cancel":
                return await cancel(request)
            case "adopt":
                return await adopt(request, number_of(str(form.get("number", ""))))
            case "back":
                return await adopt(request, None)
            case "leave":
                return await adopt(request, 0)
    except Refusal as refusal:
        return await page(request, str(refusal))
    raise HTTPException(400)


async def begin(request: Request, *, anyway: bool) -> Response:
    """Begins a training behind the answer; nobody waits for it."""
    own, site, user = learning_of(request), site_of(request), viewer_of(request).user
    trainer.able()
    if own.runs:
        raise Refusal(BUSY)
    await log_act(request, AuditAction.MODEL_BEGUN, "own")
    work = BackgroundTask(own.run, of_own(site, own.progress, user, anyway))
    return RedirectResponse(HERE, 303, background=work)


async def cancel(request: Request) -> Response:
    """Ends the training, with a line of the audit log."""
    if learning_of(request).cancel():
        await log_act(request, AuditAction.MODEL_CANCELLED)
    return RedirectResponse(HERE, 303)


async def adopt(request: Request, wanted: int | None) -> Response:
    """Puts a model in use; None: the one before; 0: nothing learned decides."""
    site, user = site_of(request), viewer_of(request).user
    desk = AdminLearning(site.db, site.clock, site.bot, learning_of(request).progress)
    said = await (desk.back(user) if wanted is None else desk.adopt(wanted, user))
    learning_of(request).made = None
    words = f"Принята модель № {said['number']}." if said["number"] else "Бот решает без обучения."
    soon = "" if said["running"] else " Бот возьмёт её за минуту."
    gone = " Прежние модели удалены: они видели сообщения тех, кого с тех пор забыли." if said.get("deleted") else ""
    tell(request, f"{words}{soon}{gone}")
    return RedirectResponse(HERE, 303)


async def log_act(request: Request, action: AuditAction, detail: str = "") -> None:
    """Training that is kept and models that are adopted have lines of their own (features/learning/library.py)."""
    site = site_of(request)
    line = AuditLine(viewer_of(request).user, action, "model", detail)
    await site.db.run(lambda tx: audit.append(tx, [line], site.clock.now()))


async def live(request: Request) -> Response:
    """The stream of the training's progress."""
    return StreamingResponse(
        learning_of(request).steps(site_of(request)), media_type="text/event-stream", headers=HEADERS
    )


PAGES = (
    Page(HERE, learning, MENU),
    Page(HERE, handle_form, MENU, methods=("POST",)),
    Page(f"{HERE}/live", live, MENU),
)
