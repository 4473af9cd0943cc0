"""«Чаты»: which agency is reached where, who works there, what is out of order and the click that mends it; a pause, a
code that binds the chat of an agency which has none (T4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.process.advice import Refusal
from bot.web import chat_acts
from bot.web.asked import link, local_day, today_of
from bot.web.layout import render
from bot.web.site import Page, Site, site_of, viewer_of
from bot.web.told import FlashMessage, remember, take_flash_message, tell
from handlers.text import texts_hearing
from handlers.text.words import date_words, day, plural
from handlers.views.filter_words import agency_words
from states.events import Did
from states.people.chats import CUR, DUTY, Chat
from states.people.officials import Official, Standing
from states.people.viewers import Section
from states.statistics.filter import Filter, View
from storage.db.transaction import Transaction
from storage.ops import panel_acts, search
from storage.ops.search import Today
from storage.records import chats as records
from storage.records import officials


@dataclass(frozen=True, slots=True)
class ChatRow:
    """`bad` where nobody can be reached there now."""

    agency: str
    state: str
    bad: bool
    since: str
    people: str
    waiting: str
    working: tuple[str, ...]
    asking: tuple[str, ...]
    bound_by: str
    open: int
    href: str
    code: str
    mend: str
    paused: bool
    pausable: bool
    remind: str
    late: int


@dataclass(frozen=True, slots=True)
class ChatsData:
    """`open`: how many messages each agency has; `late`: those that a reminder reaches."""

    bound: list[Chat]
    people: Mapping[int, Mapping[int, Official]]
    open: Mapping[str, int]
    late: Mapping[str, int]


async def chats(request: Request) -> Response:
    """Answers a request for the page."""
    site = site_of(request)
    today, last = today_of(site), take_flash_message(request)
    known = await site.newest.run(lambda tx: look(tx, today))
    rows = [row(site, chat, known, today.now) for chat in known.bound]
    rows.sort(key=lambda chat: (not chat.bad, chat.agency))
    there = {chat.agency for chat in known.bound}
    without = [(agency.code, agency.short) for agency in site.directory().agencies if agency.code not in there]
    return render(
        request,
        "chats.html",
        rows=rows,
        without=without,
        told=plural(len(rows), "чат", "чата", "чатов"),
        said=last.words,
        wrong=last.bad,
        looks=site.bot is not None,
        tomorrow=local_day(site) + timedelta(days=1),
    )


async def look(tx: Transaction, today: Today) -> ChatsData:
    """Reads the bound chats, their people and how many messages each agency has."""
    bound = await records.bound(tx)
    people = await officials.of_chats(tx, [chat.peer for chat in bound])
    found = await search.numbers_of_open(tx, Filter(), today, [View.OPEN, View.OVERDUE])
    told = await panel_acts.reminded_chats(tx)
    late = {agency: many for (agency, peer), many in found[View.OVERDUE].items() if peer in told}
    return ChatsData(bound, people, search.by_agency(found)[View.OPEN], late)


def row(site: Site, chat: Chat, known: ChatsData, now: datetime) -> ChatRow:
    """One chat as a row."""
    agency, people = chat.agency or "", known.people.get(chat.peer, {})
    working, asking = (names_by_standing(people, standing) for standing in (Standing.WORKS, Standing.ASKED))
    binder, late = people.get(chat.bound_by), known.late.get(agency, 0)
    wanted = Filter(view=View.UNASSIGNED) if agency == CUR else Filter(view=View.OPEN, agencies=(agency,))
    overdue = [("all", "yes"), ("did", Did.REMIND.value), ("back", "/chats")]
    return ChatRow(
        agency={CUR: "Центр управления регионом", DUTY: "Дежурные ЦУР"}.get(agency)
        or agency_words(site.directory(), agency),
        state=state_of(chat, now, site),
        bad=chat.lost or chat.deaf,
        since=day(chat.bound_at, site.zone) if chat.bound_at else "",
        people=plural(len(working), "сотрудник", "сотрудника", "сотрудников") if chat.listed_at else "ещё не знаем",
        waiting=plural(len(asking), "ждёт допуска", "ждут допуска", "ждут допуска") if asking else "",
        working=working,
        asking=asking,
        bound_by=name_of(binder) if binder is not None else "",
        open=known.open.get(agency, 0),
        href="" if agency in (CUR, DUTY) else link(Section.QUEUE, wanted),
        code=agency,
        mend=mend_of(chat),
        paused=chat.is_paused(now),
        pausable=agency not in (CUR, DUTY),
        remind=link("queue/several", Filter(view=View.OVERDUE, agencies=(agency,)), overdue) if late else "",
        late=late,
    )


def mend_of(chat: Chat) -> str:
    """What somebody in that chat has to press."""
    if not (chat.lost or chat.deaf):
        return ""
    if chat.doubt is not None and chat.doubt.refused:
        return texts_hearing.TAKES_NOTHING
    how = texts_hearing.HOW_TO
    return f"Попросите их: {how}. Если бота там нет, сначала добавьте его из меню сообщества."


def names_by_standing(people: Mapping[int, Official], standing: Standing) -> tuple[str, ...]:
    """The names of those with this standing, sorted, as VK shows them to the bot: «Ольга П.»."""
    return tuple(sorted(name_of(person) for person in people.values() if person.standing is standing))


def name_of(official: Official) -> str:
    """The official's name, or «id123» where none is known."""
    return official.name or f"id{official.user}"


def state_of(chat: Chat, now: datetime, site: Site) -> str:
    """How the chat stands, in Russian: not reached, paused until a day, or connected."""
    if chat.lost or chat.deaf:
        return "бота нет или он не видит сообщений"
    if chat.is_paused(now) and chat.paused_until is not None:
        return f"на паузе до {date_words(chat.paused_until.astimezone(site.zone).date())}"
    return "на связи"


async def press(request: Request) -> Response:
    """Carries out what a form of a chat asks for; afterwards the same page, with what became of it."""
    try:
        tell(request, await carry_out(request, await request.form()))
    except Refusal as refusal:
        remember(request, FlashMessage(str(refusal), bad=True))
    return RedirectResponse("/chats", 303)


async def carry_out(request: Request, form: FormData) -> str:
    """Carries out what a form of a chat asks for; what to say of it.

    Raises:
        HTTPException: 400 for what no form of ours sends.
        Refusal: why it cannot be, in words.
    """
    site, viewer = site_of(request), viewer_of(request)
    did, agency = str(form.get("do", "")), str(form.get("agency", ""))[:100]
    match did:
        case "code":
            return await chat_acts.code(site, viewer, agency)
        case "pause":
            return await chat_acts.pause(site, viewer, agency, day_said(form))
        case "resume":
            return await chat_acts.resume(site, viewer, agency)
        case "look":
            return await chat_acts.look(site, agency)
        case _:
            raise HTTPException(400)


def day_said(form: FormData) -> date:
    """The day that a form names as the end of a pause; Refusal where it is no date."""
    try:
        return date.fromisoformat(str(form.get("until", "")))
    except ValueError:
        raise Refusal("Назовите день, до которого пауза.") from None


PAGES = (Page("/chats", chats, Section.CHATS), Page("/chats", press, Section.CHATS, methods=("POST",)))
