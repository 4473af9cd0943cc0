"""One message as the panel shows it: what is known, what was said, what happened. It must never name its resident; the
contact is asked for by a button and logged (R21, R22).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web.asked import link, local_day
from bot.web.rows import COLOURS, ICONS
from bot.web.site import Site, site_of, viewer_of
from handlers.official.listing import DONE
from handlers.text.words import moment, plural
from handlers.views.filter_words import agency_words
from handlers.views.listed import State, Term, state, term
from handlers.views.titles import place_title, topic_title
from states.lifecycle.appeal import OPEN, Action, Appeal, Status, allowed
from states.people.viewers import Role, Section, Viewer, may_act, may_see
from states.statistics.filter import Filter
from states.statistics.listed import Listed
from storage.ops import search
from storage.ops.one_message import Whole, whole

BY_CUR = (Status.WAITING, Status.REOPENED)
"""The ЦУР has it itself; what an agency holds it may only route and remind of."""
LAST = 3
"""Records of the history that stand unfolded."""
WAITS = {"parked_recipient": "не дошёл: житель закрыл сообщения", "parked_chat": "не дошёл", "dead": "не дошёл"}


@dataclass(frozen=True, slots=True)
class Said:
    """A bubble of the dialogue. `who` is «Житель» or the agency."""

    who: str
    at: str
    text: str
    mine: bool = False
    files: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class Shown:
    code: str
    title: str
    term: Term
    icon: str
    colour: str
    state: State
    where: str
    agency: str
    residents: str
    together: str
    dialogue: list[Said]
    last: list[Step]
    earlier: list[Step]
    acts: bool
    can_accept: bool
    can_answer: bool
    can_route: bool
    can_remind: bool
    can_close: bool


async def shown(request: Request, code: str) -> Shown:
    """
    Raises:
        HTTPException: 404 where there is none, 403 where it is another's.
    """
    site, viewer = site_of(request), viewer_of(request)
    found = await site.readers.run(lambda tx: whole(tx, code.upper()[:20]))
    if found is None:
        raise HTTPException(404)
    appeal = found.appeal
    if not may_see(viewer, appeal.agency, appeal.place):
        raise HTTPException(403)
    leading = appeal.incident
    together = (await site.readers.run(lambda tx: search.residents_of(tx, [leading]))).get(leading, 1) if leading else 1
    return page_of(site, found, together, viewer)


def page_of(site: Site, found: Whole, together: int, viewer: Viewer) -> Shown:
    directory, appeal = site.directory(), found.appeal
    own = appeal.agency == viewer.scope if viewer.role is Role.AGENCY else appeal.status in BY_CUR
    row = listed(appeal)
    said = term(row, site.clock.now(), site.zone)
    steps = list(history(site, found))
    return Shown(
        code=appeal.code,
        title=topic_title(directory, appeal.topic),
        term=said,
        icon=ICONS[said.mark],
        colour=COLOURS[said.mark],
        state=state(row, local_day(site)),
        where=", ".join(filter(None, (place_title(directory, appeal.place), appeal.address))) or "не указано",
        agency=agency_words(directory, appeal.agency or ""),
        residents=residents(appeal, together),
        together=link(Section.QUEUE, Filter(incident=appeal.incident)) if together > 1 else "",
        dialogue=list(dialogue(site, found)),
        last=steps[:LAST],
        earlier=steps[LAST:],
        acts=may_act(viewer, appeal.agency),
        can_accept=own and allowed(appeal.status, Action.ACCEPT),
        can_answer=own and allowed(appeal.status, Action.ANSWER) and appeal.status is not Status.APPROVAL,
        can_route=allowed(appeal.status, Action.ROUTE),
        can_remind=appeal.status in OPEN and appeal.status not in BY_CUR,
        can_close=own and allowed(appeal.status, Action.CLOSE),
    )


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


def dialogue(site: Site, found: Whole) -> Iterator[Said]:
    """What the resident wrote, and what was answered; in the order in which it was said."""
    appeal, zone = found.appeal, site.zone
    for place, piece in enumerate(appeal.pieces):
        at = moment(appeal.created_at, zone) if place == 0 else ""
        yield Said("Житель", at, piece.text, files=len(piece.attachments))
    who = agency_words(site.directory(), appeal.agency or "")
    for answer in found.answers:
        at = moment(answer.at, zone) if answer.at else ""
        note = "" if answer.at else WAITS.get(answer.waits, "ещё не ушёл")
        yield Said(who, at, answer.text, mine=True, files=int(answer.files), note=note)


def history(site: Site, found: Whole) -> Iterator[Step]:
    """The newest first; officials by name, the resident as «житель»."""
    for line in reversed(found.history):
        name = found.names.get(line.actor, "")
        yield Step(moment(line.at, site.zone), f"{DONE[line.action]}{f', {name}' if name else ''}")
