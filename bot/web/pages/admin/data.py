"""«Данные людей»: who asked to be forgotten and until when (R13), the acts (R14), terms and what is past them (R15).

It must never show a person's words, nor an id but by a press that is a line of the audit log. A request by letter is
looked at once more before it counts: what is erased never comes back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.admin.admin_records import AdminRecords
from bot.admin.destruction_act import GROUNDS, act
from bot.printing.sheets import sheets
from bot.process.advice import Refusal
from bot.upkeep.retention import terms_of
from bot.web.layout import render
from bot.web.pages.admin.person_number import NEEDED, person_number
from bot.web.site import Page, Site, site_of, viewer_of
from bot.web.told import take_flash_message, tell
from handlers.text.words import day, moment, plural
from states.audit import AuditAction, AuditLine
from states.lifecycle.rights import Ground, due
from states.people.viewers import Section
from storage.db.transaction import Transaction
from storage.privacy import audit, erasures, holdings, retention
from storage.privacy.erasures import Erasure

ASKED = {
    Ground.WITHDRAWN: "согласие отозвано",
    Ground.DEMANDED: "требование прекратить обработку",
    Ground.UNLAWFUL: "обработка признана неправомерной",
}
MOST = 300


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """`open`: the data is still there, and the id can be shown."""

    number: int
    code: str
    ground: str
    asked: str
    due: str
    left: str
    icon: str
    colour: str
    open: bool
    shown: str


@dataclass(frozen=True, slots=True)
class ErasureData:
    """What the page shows: open erasures, what is past its term, what was asked for, when upkeep last ran."""

    requests: list[Erasure]
    past: holdings.Past
    rights: holdings.Rights
    ran: datetime | None


async def data(request: Request) -> Response:
    """Answers a request for the page."""
    return await page(request, {}, {})


async def page(
    request: Request,
    typed: Mapping[str, str],
    wrong: Mapping[str, str],
    sure: str = "",
    shown: tuple[int, int] = (0, 0),
) -> Response:
    """`sure`: what will go, before it counts. `shown`: a request and the person behind it."""
    site = site_of(request)
    now = site.clock.now()
    found = await site.readers.run(lambda tx: look(tx, site, now))
    rows = [row(site, erasure, now, shown) for erasure in in_order_of_work(found.requests)]
    late = sum(request_row.colour == "bad" for request_row in rows)
    return render(
        request,
        "data.html",
        status=422 if wrong else 200,
        rows=rows[:MOST],
        late=late,
        waiting=sum(request_row.open for request_row in rows),
        told=plural(len(rows), "запрос", "запроса", "запросов"),
        terms=terms(site, found.past),
        ran=moment(found.ran, site.zone) if found.ran else "",
        rights=[(GROUNDS[ground], many) for ground, many in sorted(found.rights.erasures.items())],
        copies=found.rights.exports,
        agreed=found.rights.agreed,
        refused=found.rights.refused,
        grounds=[(ground.value, words) for ground, words in ASKED.items()],
        typed=typed,
        wrong=wrong,
        sure=sure,
        minutes=f"{site.settings.erasure_minutes:g}",
        said=take_flash_message(request).words,
    )


async def look(tx: Transaction, site: Site, now: datetime) -> ErasureData:
    """Reads in one transaction what the page «Данные людей» shows."""
    return ErasureData(
        await erasures.everything(tx),
        await holdings.past_their_term(tx, now, terms_of(site.settings)),
        await holdings.asked_since(tx, now - holdings.YEAR),
        await retention.last(tx),
    )


def in_order_of_work(requests: list[Erasure]) -> list[Erasure]:
    """What is still to be done first, the soonest due on top; then what is done, the newest on top."""
    waiting = sorted(
        (request for request in requests if request.done_at is None), key=lambda erasure: (erasure.due_at, erasure.id)
    )
    done = [request for request in requests if request.done_at is not None]
    return waiting + sorted(done, key=lambda erasure: (erasure.done_at or erasure.asked_at, erasure.id), reverse=True)


def row(site: Site, erasure: Erasure, now: datetime, shown: tuple[int, int]) -> ErasureRow:
    """One request to be forgotten as a row; its person only where it was asked for just now."""
    days = (erasure.due_at.astimezone(site.zone).date() - now.astimezone(site.zone).date()).days
    if erasure.done_at is not None:
        left, icon, colour = f"исполнен {day(erasure.done_at, site.zone)}", "check", "good"
    elif erasure.erased_at is not None:
        left, icon, colour = "данные удалены, ждут ключи копий", "clock", "warn"
    elif erasure.due_at < now:
        left, icon, colour = f"просрочен: {plural(-days, 'день', 'дня', 'дней')}", "late", "bad"
    else:
        left, icon, colour = f"осталось: {plural(days, 'день', 'дня', 'дней')}", "clock", "warn" if days <= 3 else ""
    person = f"vk.com/id{shown[1]}" if shown[0] == erasure.id and erasure.resident is not None else ""
    return ErasureRow(
        erasure.id, erasure.code, GROUNDS.get(erasure.ground, erasure.ground), day(erasure.asked_at, site.zone),
        day(erasure.due_at, site.zone), left, icon, colour, erasure.resident is not None, person,
    )  # fmt: skip


def terms(site: Site, past: holdings.Past) -> list[tuple[str, str, str, int]]:
    """What is kept, how long, by which setting, and how many rows are past it."""
    known = site.settings

    def days(many: int) -> str:
        """«30 дней»: the number with its word."""
        return plural(many, "день", "дня", "дней")

    return [
        ("Входящие события как их прислал ВКонтакте", days(known.raw_days), "BOT_RAW_DAYS", past.events),
        (
            "Что бот сказал, кроме карточек, дополнений и ответов",
            days(known.outbox_days),
            "BOT_OUTBOX_DAYS",
            past.messages,
        ),
        ("Закрытые сообщения жителей и ответы на них", days(known.retention_days), "BOT_RETENTION_DAYS", past.appeals),
        ("Журнал доступа", days(known.audit_days), "BOT_AUDIT_DAYS", past.lines),
        ("Запросы на удаление и их акты", days(known.audit_days), "BOT_AUDIT_DAYS", past.acts),
    ]


async def ask(request: Request) -> Response:
    """A request by letter: first what will go, then, pressed once more, it counts."""
    site, form = site_of(request), await request.form()
    typed = {name: str(form.get(name, "")).strip()[:200] for name in ("resident", "ground")}
    resident, wrong = person_number(typed["resident"]), faults(typed)
    if wrong or resident is None:
        return await page(request, typed, wrong)
    ground = Ground(typed["ground"])
    if form.get("did") != "save" or form.get("seen") != f"{resident}:{ground}":
        many, open_ones = await site.newest.run(lambda tx: holdings.of_resident(tx, resident))
        sure = will_go(resident, many, open_ones)
        return await page(request, {**typed, "seen": f"{resident}:{ground}"}, {}, sure=sure)
    until = due(ground, site.clock.now(), site.zone, site.policy.calendar.is_working, site.policy.erasure)
    desk = AdminRecords(site.db, site.clock, site.wake)
    said = await desk.erasure_ask(resident, ground.value, until.isoformat(), viewer_of(request).user)
    last = moment(datetime.fromisoformat(said["due_at"]), site.zone)
    tell(request, f"Запрос {said['code']} принят, срок: {last}. Данные удалит бот, затем здесь появится акт.")
    return RedirectResponse("/data", 303)


def faults(typed: Mapping[str, str]) -> dict[str, str]:
    """By field, what is wrong with the form."""
    wrong = {}
    if person_number(typed["resident"]) is None:
        wrong["resident"] = NEEDED
    if typed["ground"] not in {ground.value for ground in Ground}:
        wrong["ground"] = "Выберите основание."
    return wrong


def will_go(resident: int, many: int, open_ones: int) -> str:
    """What an erasure would delete of this resident, as a sentence in Russian: how many messages, and how many of them
    are not answered yet."""
    if not many:
        return f"У vk.com/id{resident} сообщений здесь нет. Если житель писал боту, проверьте номер."
    held = plural(many, "сообщение", "сообщения", "сообщений")
    waits = f" На {open_ones} ещё не ответили: ответа уже не будет." if open_ones else ""
    return f"У vk.com/id{resident} здесь {held}.{waits} Всё это будет удалено навсегда, вернуть будет нельзя."


async def show(request: Request) -> Response:
    """Shows whose request it is: once, and with a line of the audit log (R24)."""
    site, said = site_of(request), str((await request.form()).get("request", ""))
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 20 else 0
    actor = viewer_of(request).user

    async def body(tx: Transaction) -> int | None:
        """The VK id behind an erasure, with a line of the audit log that it was shown; None, and no line, where the
        erasure is unknown or its resident is forgotten already."""
        found = next((erasure for erasure in await erasures.everything(tx) if erasure.id == number), None)
        if found is None or found.resident is None:
            return None
        line = AuditLine(actor, AuditAction.SHOWED_CONTACT, str(found.resident), "erasure")
        await audit.append(tx, [line], site.clock.now())
        return found.resident

    resident = await site.db.run(body)
    if resident is None:
        raise HTTPException(404)
    return await page(request, {}, {}, shown=(number, resident))


async def act_of(request: Request) -> Response:
    """The act of destruction with the extract of the log, to print and sign."""
    site, code = site_of(request), str(request.path_params["code"])
    form = request.path_params.get("form", "")
    if not code.isalnum() or len(code) < 8 or form not in ("", "pdf"):
        raise HTTPException(404)
    try:
        said = await AdminRecords(site.db, site.clock).erasure_act(code)
    except Refusal:
        raise HTTPException(404) from None
    text = act(site.settings, said, site.zone)
    if not form:
        done = said["erasure"]["done_at"] or said["erasure"]["erased_at"]
        return render(request, "act.html", code=code[:8], text=text, done=bool(done))
    made = await asyncio.to_thread(sheets, text, f"Акт об уничтожении {code[:8]}")
    named = {"content-disposition": f'attachment; filename="act-{code[:8]}.pdf"'}
    return Response(made, media_type="application/pdf", headers=named)


PAGES = (
    Page("/data", data, Section.DATA),
    Page("/data", ask, Section.DATA, methods=("POST",)),
    Page("/data/show", show, Section.DATA, methods=("POST",)),
    Page("/data/acts/{code}.{form}", act_of, Section.DATA),
    Page("/data/acts/{code}", act_of, Section.DATA),
)
