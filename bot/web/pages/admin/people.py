"""«Люди и роли»: who comes in by a granted role, who by a chat, what is open just now. A link must never be shown.

Roles are given and taken by the same functions as on the command line; nobody takes away the last administrator's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.admin.admin_people import AdminPeople
from bot.process.advice import Refusal
from bot.web import names
from bot.web.layout import ROLES, render, signed_as
from bot.web.pages.admin.person_number import NEEDED, person_number
from bot.web.site import Page, Site, entered_session, site_of, viewer_of
from bot.web.told import take_flash_message, tell
from handlers.text.words import day, moment, plural
from handlers.views.filter_words import agency_words
from states.people.chats import CUR, DUTY
from states.people.officials import Standing
from states.people.viewers import Role, Section, Viewer
from storage.db.transaction import Transaction
from storage.records import chats, officials, sessions, viewers

GIVEN = {
    Role.ADMINISTRATOR: "всё: справочник, роли, данные людей, настройки; входит с кодом телефона",
    Role.CUR: "все места, действует со всеми сообщениями",
    Role.AGENCY: "своё ведомство, действует со своими сообщениями",
    Role.MUNICIPALITY: "всё, что о муниципалитете, действует с сообщениями своей администрации",
    Role.READER: "все места, без действий",
}
LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Person:
    """A person who may come in, as a row of text; `me` is the viewer."""

    user: int
    name: str
    role: str
    about: str
    since: str
    me: bool


@dataclass(frozen=True, slots=True)
class Open:
    """A session that is open now, as a row of text; `digest` ends it and opens nothing."""

    digest: str
    name: str
    role: str
    began: str
    seen: str
    me: bool


@dataclass(frozen=True, slots=True)
class PeopleData:
    """What the page shows: granted roles, people who come in by their chat, open sessions."""

    granted: list[Person]
    by_chat: list[Person]
    open: list[Open]


async def people(request: Request) -> Response:
    """Answers a request for the page."""
    return await page(request, {}, {})


async def page(request: Request, typed: Mapping[str, str], wrong: Mapping[str, str], fault: str = "") -> Response:
    """The page with what was typed and what is wrong with it."""
    site, me = site_of(request), entered_session(request)
    assert me is not None, "nobody comes here without a session"
    found = await site.newest.run(lambda tx: look(tx, site, me.viewer.user, me.session.digest))
    return render(
        request,
        "people.html",
        status=422 if wrong or fault else 200,
        found=found,
        told=plural(len(found.granted), "роль дана", "роли даны", "ролей дано"),
        roles=[(role.value, ROLES[role], words) for role, words in GIVEN.items()],
        asks=names.fields(site.directory()),
        typed=typed,
        wrong=wrong,
        fault=fault,
        said=take_flash_message(request).words,
    )


async def look(tx: Transaction, site: Site, me: int, session: str) -> PeopleData:
    """Reads who comes in by a granted role, who by a chat, and which sessions are open."""
    now, directory = site.clock.now(), site.directory()
    since = await viewers.granted_at(tx)
    granted = [
        Person(
            person.user,
            person.name,
            ROLES[person.role],
            about(site, person),
            day(since[person.user], site.zone),
            person.user == me,
        )
        for person in await viewers.granted_viewers(tx)
    ]
    bound = {chat.peer: chat.agency or "" for chat in await chats.bound(tx)}
    by_chat = [
        Person(
            official.user,
            official.name,
            ROLES[Role.CUR if bound[peer] in (CUR, DUTY) else Role.AGENCY],
            "Центр управления регионом" if bound[peer] in (CUR, DUTY) else agency_words(directory, bound[peer]),
            day(official.since, site.zone),
            official.user == me,
        )
        for peer, there in (await officials.of_chats(tx, bound)).items()
        for official in there.values()
        if official.standing is Standing.WORKS
    ]
    by_chat.sort(key=lambda person: (person.about, person.name))
    known = {}
    opened = []
    for session_row in await sessions.open_now(tx, now):
        if session_row.user not in known:
            known[session_row.user] = await viewers.of_user(tx, session_row.user, now)
        viewer = known[session_row.user]
        if viewer is not None:
            began, seen = moment(session_row.began_at, site.zone), moment(session_row.seen_at, site.zone)
            name, role = viewer.name or f"id{session_row.user}", signed_as(viewer, directory)
            opened.append(Open(session_row.digest, name, role, began, seen, session_row.digest == session))
    return PeopleData(granted, by_chat, opened)


def about(site: Site, viewer: Viewer) -> str:
    """Which agency or municipality; a code that the directory has no more is shown as it is."""
    return signed_as(viewer, site.directory()) if viewer.scope else ""


async def grant(request: Request) -> Response:
    """Gives a role; the form again with its faults."""
    site, form = site_of(request), await request.form()
    typed = {name: str(form.get(name, "")).strip()[:200] for name in ("user", "role", "agency", "place", "name")}
    directory = site.directory()
    of = {name: names.codes_of(names.LISTS[name](directory), typed[name]) for name in ("agency", "place")}
    user, wrong = person_number(typed["user"]), faults(typed, of)
    if wrong or user is None:
        return await page(request, typed, wrong)
    role = Role(typed["role"])
    scope = "".join({Role.AGENCY: of["agency"], Role.MUNICIPALITY: of["place"]}.get(role, ()))
    desk = AdminPeople(site.db, site.clock)
    try:
        await desk.grant(user, role.value, scope, typed["name"], viewer_of(request).user)
    except Refusal as refusal:
        return await page(request, typed, {}, str(refusal))
    tell(request, f"Роль «{ROLES[role]}» дана. Войти: написать сообществу «панель», бот пришлёт ссылку.")
    return RedirectResponse("/people", 303)


def faults(typed: Mapping[str, str], of: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """By field, what is wrong with the form. `of`: the codes of what was named."""
    wrong = {}
    if person_number(typed["user"]) is None:
        wrong["user"] = NEEDED
    if typed["role"] not in {role.value for role in Role}:
        wrong["role"] = "Выберите роль."
    if typed["role"] == Role.AGENCY and not of["agency"]:
        wrong["agency"] = "Для этой роли выберите ведомство из списка."
    if typed["role"] == Role.MUNICIPALITY and not of["place"]:
        wrong["place"] = "Для этой роли выберите муниципалитет из списка."
    if len(typed["name"]) > LONGEST_NAME:
        wrong["name"] = f"Имя длиннее {LONGEST_NAME} знаков."
    return wrong


async def revoke(request: Request) -> Response:
    """Takes a role away and ends the person's sessions."""
    site, said = site_of(request), str((await request.form()).get("user", ""))
    if not (said.isascii() and said.isdigit() and len(said) < 12):
        raise HTTPException(400)
    desk = AdminPeople(site.db, site.clock)
    try:
        done = await desk.revoke(int(said), viewer_of(request).user)
    except Refusal as refusal:
        return await page(request, {}, {}, str(refusal).replace(" Список: python -m bot people list", ""))
    more = " Человек работает в чате и по-прежнему входит по нему." if done["works_in_a_chat"] else ""
    tell(request, f"Роль отобрана, входы закрыты.{more}")
    return RedirectResponse("/people", 303)


async def end(request: Request) -> Response:
    """Ends somebody's session in the panel, by its digest."""
    site, digest = site_of(request), str((await request.form()).get("session", ""))[:100]
    done = await AdminPeople(site.db, site.clock).end_session(digest, viewer_of(request).user)
    if entered_session(request) is not None:
        tell(request, "Вход завершён." if done["ended"] else "Этот вход уже завершён.")
    return RedirectResponse("/people", 303)


PAGES = (
    Page("/people", people, Section.PEOPLE),
    Page("/people", grant, Section.PEOPLE, methods=("POST",)),
    Page("/people/revoke", revoke, Section.PEOPLE, methods=("POST",)),
    Page("/people/end", end, Section.PEOPLE, methods=("POST",)),
)
