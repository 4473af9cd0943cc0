"""One message as the panel shows it: what is known, what was said, what happened. It must never name its resident or
show a number that the card masks; both are asked for by a button and logged (R21, R22, T12).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web import actions
from bot.web.acting import acts_for
from bot.web.actions import Form, Known
from bot.web.asked import link, local_day
from bot.web.site import Site, site_of, viewer_of
from bot.web.views.rows import COLOURS, ICONS
from handlers.lifecycle import asking
from handlers.official import contact
from handlers.official.listing import done
from handlers.text.relayed import clean
from handlers.text.words import moment, plural
from handlers.views.filter_words import agency_words
from handlers.views.listed import State, Term, state, term
from handlers.views.titles import place_title, topic_title
from screening.sensitive import masked
from states.cause import parse
from states.lifecycle.appeal import Appeal
from states.lifecycle.tasks import Ask, missing
from states.messages import Attachment
from states.people.chats import Chat
from states.people.viewers import Section, Viewer, may_act, may_see
from states.statistics.cells import cell_of
from states.statistics.filter import Filter, View
from states.statistics.listed import Listed
from storage.db.transaction import Transaction
from storage.ops import panel_acts, search
from storage.ops.one_message import Whole, whole

NEAR = 1.0
"""Kilometres."""
LAST = 3
"""Records of the history that stand unfolded."""
WAITS = {"parked_recipient": "не дошёл: житель закрыл сообщения", "parked_chat": "не дошёл", "dead": "не дошёл"}
WAITS_SHARE = "ещё не ушло: похоже, это для одного. Без выбора через час уйдёт только автору"
WAITS_BESIDE = "ещё не ушло: жителю уже уходит другой ответ"
KINDS = {
    "photo": "фотография", "video": "видео", "doc": "файл", "audio_message": "голосовое сообщение", "audio": "аудио",
    "link": "ссылка", "wall": "запись", "sticker": "стикер", "graffiti": "рисунок",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class File:
    """What came with words. Only what is public has an address; the rest is seen on the card in the chat."""

    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Said:
    """A bubble of the dialogue. `who` is «Житель» or the agency; `undo` are words that can be taken back yet, `choices`
    what may be done with those that have not left."""

    who: str
    at: str
    text: str
    mine: bool = False
    files: tuple[File, ...] = ()
    note: str = ""
    undo: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the history; `note` is what an official wrote for the others."""

    at: str
    words: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who wrote, after it was asked for."""

    profile: str
    hidden: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    code: str
    title: str
    term: Term
    icon: str
    colour: str
    state: State
    where: str
    around: str
    agency: str
    residents: str
    together: str
    busy: str
    dialogue: list[Said]
    last: list[Step]
    earlier: list[Step]
    forms: list[Form]
    rest: list[Form]
    acts: bool
    contact: Contact | None


async def shown(request: Request, code: str, told: str) -> Shown:
    """`told`: the message whose contact was asked for a moment ago.

    Raises:
        HTTPException: 404 where there is none, 403 where it is another's.
    """
    site, viewer = site_of(request), viewer_of(request)

    async def look(tx: Transaction) -> tuple[Whole | None, int, Chat | None]:
        found = await whole(tx, code.upper()[:20])
        leading = found.appeal.incident if found is not None else ""
        together = (await search.residents_of(tx, [leading])).get(leading, 1) if leading else 1
        return found, together, await panel_acts.chat_of(tx, acts_for(viewer))

    found, together, chat = await site.readers.run(look)
    if found is None:
        raise HTTPException(404)
    if not may_see(viewer, found.appeal.agency, found.appeal.place):
        raise HTTPException(403)
    acts = chat if may_act(viewer, found.appeal.agency) else None
    return page_of(site, found, together, viewer, acts, known=told == found.appeal.code)


def page_of(site: Site, found: Whole, together: int, viewer: Viewer, chat: Chat | None, *, known: bool) -> Shown:
    """`chat`: in whose name the viewer acts; None for who only reads."""
    directory, appeal = site.directory(), found.appeal
    row = listed(appeal)
    said = term(row, site.clock.now(), site.zone)
    steps = list(history(site, found, acts=chat is not None))
    offered = forms_of(site, chat, appeal)
    return Shown(
        code=appeal.code,
        title=topic_title(directory, appeal.topic),
        term=said,
        icon=ICONS[said.mark],
        colour=COLOURS[said.mark],
        state=state(row, local_day(site)),
        where=", ".join(filter(None, (place_title(directory, appeal.place), masked(appeal.address)))) or "не указано",
        around=around(appeal),
        agency=agency_words(directory, appeal.agency or ""),
        residents=residents(appeal, together),
        together=link(Section.QUEUE, Filter(incident=appeal.incident)) if together > 1 else "",
        busy="; ".join(busy(site, found)) if chat is not None else "",
        dialogue=[*dialogue(site, found, chat), *beside(site, found, viewer, chat)],
        last=steps[:LAST],
        earlier=steps[LAST:],
        forms=offered[: actions.IN_SIGHT],
        rest=offered[actions.IN_SIGHT :],
        acts=chat is not None,
        contact=Contact(contact.profile(appeal), tuple(dict.fromkeys(contact.hidden(appeal)))) if known else None,
    )


def around(appeal: Appeal) -> str:
    """The map with what is open near to it; empty where its resident gave no point."""
    cell = cell_of(appeal)
    if cell is None:
        return ""
    return link("map", Filter(View.OPEN, circle=replace(cell.circle, radius=NEAR)))


def forms_of(site: Site, chat: Chat | None, appeal: Appeal) -> list[Form]:
    if chat is None:
        return []
    known = Known(site.policy, site.directory(), {chat.agency or "": chat})
    return actions.forms(known, chat, appeal)


def busy(site: Site, found: Whole) -> Iterator[str]:
    """Who is at it just now, so that two do not answer at once."""
    appeal, now = found.appeal, site.clock.now()
    for task in appeal.tasks:
        if not task.over(now):
            yield f"{found.names.get(task.user) or 'коллега'} готовит ответ"
    for one in appeal.leaving:
        yield f"{found.names.get(one.actor) or 'коллега'}: ответ уже уходит"
    if appeal.approval is not None:
        yield f"{found.names.get(appeal.approval.actor) or 'коллега'}: ответ ждёт согласования"


def listed(appeal: Appeal) -> Listed:
    had = appeal.counted
    return Listed(
        appeal.code, appeal.status, appeal.topic, appeal.place or "", appeal.agency or "", appeal.created_at,
        due_at=appeal.deadline.due_at if appeal.deadline else None, urgent=appeal.urgent, incident=appeal.incident,
        accepted=had.accepted, first=had.first, final=had.final, reopened=had.reopened, rating=appeal.rating,
    )  # fmt: skip


def residents(appeal: Appeal, together: int) -> str:
    if together <= 1:
        return "1"
    if appeal.leads:
        others = plural(together - 1, "присоединился", "присоединились", "присоединились")
        return f"{together}: один написал, {others}"
    return f"{together}, отвечают по №{appeal.incident}"


def dialogue(site: Site, found: Whole, chat: Chat | None) -> Iterator[Said]:
    """What the resident wrote, and what was answered; in the order in which it was said."""
    appeal, zone = found.appeal, site.zone
    for place, piece in enumerate(appeal.pieces):
        at = moment(appeal.created_at, zone) if place == 0 else ""
        yield Said("Житель", at, masked(clean(piece.text)), files=tuple(file(one) for one in piece.attachments))
    who = agency_words(site.directory(), appeal.agency or "")
    leaving = {one.cause for one in appeal.leaving}
    for answer in found.answers:
        at = moment(answer.at, zone) if answer.at else ""
        note = "" if answer.at else WAITS.get(answer.waits, "ещё не ушёл")
        mine = answer.cause in leaving and actions.may_undo(chat, appeal, parse(answer.cause).peer)
        files = (File("вложения ответа", ""),) if answer.files else ()
        yield Said(who, at, answer.text, mine=True, files=files, note=note, undo=answer.cause if mine else "")
    if appeal.approval is not None and chat is not None:
        draft = appeal.approval
        files = (File("вложения ответа", ""),) if draft.files else ()
        yield Said(who, moment(draft.at, zone), draft.text, mine=True, files=files, note="ждёт согласования")


def beside(site: Site, found: Whole, viewer: Viewer, chat: Chat | None) -> Iterator[Said]:
    """Words of this viewer that wait until he says what they are to an answer on its way (A.6), or whom of several they
    are for (R32)."""
    task = asking.waiting_words(found.appeal, chat.peer, viewer.user) if chat is not None else None
    if task is not None:
        choices = (
            *((str(how), label) for label, how in asking.in_the_panel(found.appeal, task)),
            ("drop", "Не отправлять"),
        )
        files = (File("вложения ответа", ""),) if task.files else ()
        note = WAITS_SHARE if missing(task) is Ask.SHARE else WAITS_BESIDE
        yield Said("Вы", moment(task.at, site.zone), task.words, mine=True, files=files, note=note, choices=choices)


def file(one: Attachment) -> File:
    """A public one can be opened in VK; a photograph of a private dialogue has no address that others may open."""
    name = one.title or KINDS.get(one.kind, "вложение")
    return File(masked(name), f"https://vk.com/{one.reference}" if one.reference else "")


def history(site: Site, found: Whole, *, acts: bool) -> Iterator[Step]:
    """The newest first; officials by name, the resident as «житель». Notes are for those who act."""
    lines = [(line.at, done(found.appeal, line), line.actor, "") for line in found.history]
    if acts:
        lines += [(one.at, "заметка", one.actor, masked(one.text)) for one in found.appeal.remarks]
    for at, words, actor, note in sorted(lines, key=lambda one: one[0], reverse=True):
        name = found.names.get(actor, "")
        yield Step(moment(at, site.zone), f"{words}{f', {name}' if name else ''}", note)
