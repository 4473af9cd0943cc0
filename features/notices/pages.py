"""«Объявления»: known troubles that are announced now, a new one with the words that residents will read, the way back.

The same rules as in a chat: an agency announces only where it answers itself; it must never hold back a resident.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.process.advice import Refusal
from bot.web import names
from bot.web.asked import local_day
from bot.web.layout import render
from bot.web.site import MenuEntry, Page, Site, site_of, viewer_of
from bot.web.told import FlashMessage, remember, take_flash_message
from features.notices import texts
from features.notices.model import LONGEST_DAYS, WORDS
from handlers.text import texts_panel
from handlers.text.relayed import clean, one_line
from handlers.text.words import clock, day, moment, near_day, plural
from handlers.views.titles import place_title, topic_title
from matching.likeness import same_street
from states.audit import AuditAction, AuditLine
from states.people.notices import Notice
from states.people.viewers import Role, Section, Viewer, acts_for
from storage.db.transaction import Transaction
from storage.ops import panel_acts
from storage.privacy import audit
from storage.records import notices as records
from storage.records import people

HERE = "/notices"
ACTING = frozenset({Role.CUR, Role.AGENCY, Role.ADMINISTRATOR})
MENU = MenuEntry("notices", "Объявления", ACTING, Section.CHATS)
FIELDS = ("topic", "place", "street", "words", "day", "hour")


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """An announcement as a row of text."""

    id: str
    words: str
    topic: str
    where: str
    until: str
    who: str


async def notices(request: Request) -> Response:
    """Answers with the page."""
    return await page(request, dict.fromkeys(FIELDS, ""))


async def page(request: Request, typed: Mapping[str, str], fault: str = "", preview: str = "") -> Response:
    """The page with what was typed and what is wrong."""
    site, last = site_of(request), take_flash_message(request)
    return render(
        request,
        "notices.html",
        status=422 if fault else 200,
        rows=await site.newest.run(lambda tx: look(tx, site, viewer_of(request))),
        typed=typed,
        asks=names.fields(site.directory()),
        fault=fault,
        preview=preview,
        longest=WORDS,
        today=local_day(site).isoformat(),
        most=(local_day(site) + timedelta(days=LONGEST_DAYS)).isoformat(),
        said=last.words,
        bad=last.bad,
    )


async def look(tx: Transaction, site: Site, viewer: Viewer) -> list[NoticeRow]:
    """The ЦУР's are all; an agency's own."""
    now, found = site.clock.now(), await own_notices(tx, viewer)
    there = [notice for notice in found if notice.holds(now)]
    known = await people.names(tx, {notice.author for notice in there})
    return [
        NoticeRow(
            notice.id,
            notice.words,
            topic_title(site.directory(), notice.topic),
            where(site, notice),
            until(site, notice),
            f"{known.get(notice.author) or f'id{notice.author}'}, {moment(notice.since or now, site.zone)}",
        )
        for notice in there
    ]


async def own_notices(tx: Transaction, viewer: Viewer) -> list[Notice]:
    """The announcements that the viewer may end: of an agency only those of its own chat."""
    found = await records.find(tx)
    if viewer.role is not Role.AGENCY:
        return list(found)
    chat = await panel_acts.chat_of(tx, viewer.scope)
    return [notice for notice in found if chat is not None and notice.chat == chat.peer]


def where(site: Site, notice: Notice) -> str:
    """The municipality and the street of a notice."""
    return ", ".join(filter(None, (place_title(site.directory(), notice.place), notice.street)))


def until(site: Site, notice: Notice) -> str:
    """Until when, in words: «18:00 сегодня»."""
    near = near_day(notice.until, site.clock.now(), site.zone) or day(notice.until, site.zone)
    return f"{clock(notice.until, site.zone)} {near}"


async def press(request: Request) -> Response:
    """Shows, announces or ends a notice; 400 for anything else."""
    form = await request.form()
    typed = {name: one_line(clean(str(form.get(name, ""))), WORDS) for name in FIELDS}
    match form.get("do"):
        case "look" | "give":
            try:
                notice = await understand(request, typed)
            except Refusal as refusal:
                return await page(request, typed, str(refusal))
            if form.get("do") == "look":
                site = site_of(request)
                said = texts.known(notice.words, where(site, notice), until(site, notice))
                return await page(request, typed, preview=said)
            return await settle(request, notice, AuditAction.NOTICE_GIVEN, texts.ANNOUNCED)
        case "end":
            return await end(request, form)
    raise HTTPException(400)


async def understand(request: Request, typed: Mapping[str, str]) -> Notice:
    """The notice that the form describes. Raises Refusal for what is missing, or is not this agency's; also where it
    has no chat, by which it would take it back."""
    site, viewer = site_of(request), viewer_of(request)
    directory, now = site.directory(), site.clock.now()
    topics = names.codes_of(names.topics(directory), typed["topic"])
    places = names.codes_of(names.places(directory), typed["place"])
    if len(topics) != 1:
        raise Refusal("Выберите одну тему из списка.")
    if len(places) != 1:
        raise Refusal("Выберите муниципалитет из списка.")
    if not typed["words"].strip(" ."):
        raise Refusal("Напишите, что случилось: «Отключение горячей воды».")
    agency = directory.agency_for(topics[0], places[0])
    if viewer.role is Role.AGENCY and (agency is None or agency.code != viewer.scope):
        raise Refusal(texts.NOT_OURS)
    at = moment_of(site, typed["day"], typed["hour"])
    if at is None or not timedelta() < at - now <= timedelta(days=LONGEST_DAYS + 1):
        most = plural(LONGEST_DAYS, "день", "дня", "дней")
        raise Refusal(f"Назовите день и час, до которых это продлится: позже чем сейчас, не дальше чем через {most}.")
    chat = await site.newest.run(lambda tx: panel_acts.chat_of(tx, acts_for(viewer)))
    if chat is None and viewer.role is Role.AGENCY:
        raise Refusal(texts_panel.NO_OWN_CHAT)
    peer = chat.peer if chat is not None else 0
    words, street = typed["words"].strip(" ."), street_of(typed["street"].strip(" .,"))
    key = f"{peer}.panel{secrets.token_hex(6)}"
    return Notice(key, topics[0], places[0], street, words, at, peer, viewer.user, now, since=now)


def moment_of(site: Site, said: str, hour: str) -> datetime | None:
    """A day alone lasts until its end."""
    try:
        at = time.fromisoformat(hour) if hour else time(23, 59)
        return datetime.combine(date.fromisoformat(said), at.replace(tzinfo=None), site.zone)
    except ValueError:
        return None


def street_of(said: str) -> str:
    """The street so written that a resident's address can be compared with it."""
    return said if not said or same_street(said, said) else f"улица {said}"


async def end(request: Request, form: FormData) -> Response:
    """Ends a notice. Raises HTTPException: 404 for another agency's."""
    site, viewer, wanted = site_of(request), viewer_of(request), str(form.get("id", ""))
    mine = await site.newest.run(lambda tx: own_notices(tx, viewer))
    found = next((notice for notice in mine if notice.id == wanted), None)
    if found is None:
        raise HTTPException(404)
    return await settle(request, replace(found, ended=site.clock.now()), AuditAction.NOTICE_ENDED, texts.ENDED)


async def settle(request: Request, notice: Notice, action: AuditAction, done: str) -> Response:
    """Stores the notice with a line of the audit log, and goes back to the page."""
    site, viewer = site_of(request), viewer_of(request)

    async def body(tx: Transaction) -> None:
        await records.keep(tx, [notice])
        line = AuditLine(viewer.user, action, notice.topic, notice.place)
        await audit.append(tx, [line], site.clock.now())

    await site.db.run(body)
    remember(request, FlashMessage(texts.state(notice.words, where(site, notice), until(site, notice), done)))
    return RedirectResponse(HERE, 303)


PAGES = (Page(HERE, notices, MENU), Page(HERE, press, MENU, methods=("POST",)))
