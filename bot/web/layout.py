"""The frame around every page: the menu by role, who is signed in, the numbers in Russian. It knows no page."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from bot.config.settings import OFF
from bot.web import files, names
from bot.web.site import MenuEntry, Page, entered_session, site_of, viewer_of
from states.directory import Directory
from states.people.viewers import Role, Section, Viewer, acts_for, may_open

TEMPLATES = Path(__file__).parent / "templates"
THIN = "\u00a0"

NAMES = {
    Section.NOW: "Сейчас",
    Section.QUEUE: "Очередь",
    Section.AGENCIES: "Ведомства",
    Section.PLACES: "Муниципалитеты",
    Section.TOPICS: "Темы",
    Section.REPORTS: "Отчёты",
    Section.PEOPLE: "Люди и роли",
    Section.CHATS: "Чаты",
    Section.TEMPLATES: "Готовые ответы",
    Section.AUDIT: "Журнал",
    Section.DATA: "Данные людей",
    Section.SETTINGS: "Настройки",
}
IN_SIGHT = (
    Section.NOW,
    Section.QUEUE,
    Section.AGENCIES,
    Section.PLACES,
    Section.TOPICS,
    Section.REPORTS,
)
"""On a wide screen; the others stand under «Ещё»."""

TABS = (Section.NOW, Section.QUEUE, Section.REPORTS)
"""At the foot of a telephone, «Ещё» beside them."""

ROLES = {
    Role.CUR: "ЦУР",
    Role.AGENCY: "Ведомство",
    Role.MUNICIPALITY: "Муниципалитет",
    Role.READER: "Просмотр",
    Role.ADMINISTRATOR: "Администратор",
}


@cache
def environment(more: tuple[Path, ...] = ()) -> Environment:
    """Everything is escaped; a name that a template misspells is an error, never an empty place. A template is compiled
    once a process. `more`: folders of features."""
    made = Environment(
        loader=FileSystemLoader((TEMPLATES, *more)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["number"] = number
    made.globals.update(static=files.address, acts_for=acts_for)
    return made


def number(value: int) -> str:
    """The number as Russians write it, «18 672», with a space that does not break the line."""
    return f"{value:,}".replace(",", THIN).replace("-", "\u2212")


def render(request: Request, template: str, *, status: int = 200, **named: Any) -> HTMLResponse:
    """A page in its frame. Before sign-in there is no menu."""
    site, known = site_of(request), entered_session(request)
    viewer = known.viewer if known is not None and not known.owes_code else None
    frame = {
        "site": site,
        "has": frozenset(feature.name for feature in site.features),
        "viewer": viewer,
        "menu": menu(request, viewer) if viewer is not None else (),
        "path": request.url.path,
        "csrf": known.csrf if known is not None else "",
        "signed_as": signed_as(viewer, site.directory()) if viewer is not None else "",
        "misnamed": unknown_names(request) if viewer is not None else (),
        "vk": f"https://vk.me/club{site.db.community}",
    }
    return HTMLResponse(site.templates.get_template(template).render(**(frame | named)), status)


def unknown_names(request: Request) -> list[names.Unknown]:
    """The names in the address of a list that the directory has not."""
    return names.unknown(site_of(request).directory(), request.url.path, request.query_params.multi_items())


def lines(pages: Iterable[Page]) -> tuple[MenuEntry, ...]:
    """The menu of this panel: what has a page at its own address, a feature's after the section that it follows."""
    asked = [(page.path, line_of(page.section)) for page in pages if page.section is not None]
    paths = {path for path, _ in asked}
    there = {line.word: line for path, line in asked if path == f"/{line.word}" and f"/{line.through}" not in paths}
    found: list[MenuEntry] = []
    for section in Section:
        found += [there[section]] if section in there else []
        found += [menu_entry for menu_entry in there.values() if menu_entry.after is section]
    return tuple(found)


def line_of(section: Section | MenuEntry) -> MenuEntry:
    """The menu's line of a section, with the roles that may open it; a line that is made already comes back as it
    is."""
    if isinstance(section, MenuEntry):
        return section
    roles = frozenset(role for role in Role if may_open(Viewer(0, role), section))
    return MenuEntry(section.value, NAMES[section], roles, None, section in IN_SIGHT, section in TABS)


def menu(request: Request, viewer: Viewer) -> tuple[MenuEntry, ...]:
    """The entries of the menu that this viewer may open, of what this panel has and the region has switched on."""
    settings = site_of(request).settings
    on = (entry for entry in request.app.state.menu if not entry.switch or getattr(settings, entry.switch) != OFF)
    return tuple(entry for entry in on if viewer.role in entry.roles)


def offers(request: Request, word: str) -> bool:
    """Whether the viewer's menu has it: a link to pages that this region or this viewer does without leads nowhere."""
    return any(menu_entry.word == word for menu_entry in menu(request, viewer_of(request)))


def signed_as(viewer: Viewer, directory: Directory) -> str:
    """In whose name the person is here: «ЦУР», «Министерство дорожного хозяйства», «Миасс»."""
    if viewer.role is Role.AGENCY and viewer.scope in directory.agency_by_code:
        return directory.agency_by_code[viewer.scope].name
    if viewer.role is Role.MUNICIPALITY and viewer.scope in directory.place_by_code:
        return directory.place_by_code[viewer.scope].name
    return ROLES[viewer.role]
