"""«Сообщества»: every community that this bot runs, what is wrong with it and what to do; pause, go on, remove.

It must never stop the home, which runs by the settings, nor show a key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.config.settings import OFF, WATCH
from bot.process.advice import Refusal
from bot.web.asked import local_day
from bot.web.downloads.table_files import FORMS, file
from bot.web.layout import render
from bot.web.site import MenuEntry, Page, site_of, viewer_of
from bot.web.told import take_flash_message, tell
from features.communities.asked import AdminCommunities, Json
from features.communities.pages.listed import (
    MOST,
    VIEWS,
    CommunityFilter,
    CommunityRow,
    everything,
    fits,
    link,
    rows,
    turns,
    views,
    wanted_rows,
)
from states.people.viewers import Role, Section

MENU = MenuEntry("communities", "Сообщества", frozenset({Role.ADMINISTRATOR}), Section.CHATS)
HEADS = ("номер", "название", "состояние", "с какого дня", "что сделать", "оператор", "ссылка")
DONE = {
    "pause": "«{name}» на паузе. Что напишут за это время, бот прочитает потом.",
    "resume": "«{name}»: бот снова читает и отвечает.",
    "remove": "«{name}» удалено, ключ уничтожен. Отзовите его и во ВКонтакте: Управление → Работа с API.",
    "comments_off": "«{name}»: комментарии бот там больше не слушает.",
    "comments_watch": "«{name}»: комментарии бот там слушает, но под записями не отвечает.",
    "comments_same": "«{name}»: с комментариями там снова как в главном сообществе.",
}
COMMENTS_BY_ACTION = {"comments_off": OFF, "comments_watch": WATCH, "comments_same": ""}


async def communities(request: Request) -> Response:
    """Answers with the page."""
    return await page(request)


async def page(request: Request, fault: str = "") -> Response:
    """The page, or the list as a file."""
    site, wanted = site_of(request), wanted_rows(request)
    found = rows(site, *await site.newest.run(everything))
    named = [row for row in found if fits(row, replace(wanted, kind=None))]
    chosen = [row for row in named if fits(row, wanted)]
    if (form := request.path_params.get("form")) is not None:
        return as_file(form, f"communities-{local_day(site)}", wanted, chosen)
    return render(
        request,
        "communities.html",
        status=422 if fault else 200,
        rows=chosen[wanted.start : wanted.start + MOST],
        alone=len(found) == 1,
        apart=site.bot is None,
        views=views(named, wanted),
        wanted=wanted,
        here=link(wanted),
        wordless=link(replace(wanted, words="", start=0)),
        turns=turns(wanted, len(chosen)),
        forms=[(name, link(replace(wanted, start=0), form)) for form, name in FORMS],
        fault=fault,
        said=take_flash_message(request).words,
    )


def as_file(form: str, name: str, wanted: CommunityFilter, chosen: Sequence[CommunityRow]) -> Response:
    """The chosen communities as a file, with the filter in its head."""
    said = VIEWS[wanted.kind] if wanted.kind else "все"
    head = [("что", said), *([("слова", wanted.words)] if wanted.words else []), ("сообществ", str(len(chosen)))]
    return file(form, name, head, HEADS, [line(row) for row in chosen])


def line(row: CommunityRow) -> list[str | int | float]:
    """One community as a row of the file."""
    return [row.id, row.name, row.words, row.since, row.todo, row.operator, row.door]


async def act(request: Request) -> Response:
    """The address keeps the filter, so that the same list is shown again."""
    site, form = site_of(request), await request.form()
    did, said = str(form.get("did", "")), str(form.get("id", ""))
    if did not in DONE or not (said.isascii() and said.isdigit() and len(said) < 12):
        raise HTTPException(400)
    try:
        done = await carry_out(AdminCommunities(site.db, site.clock, site.bot), did, int(said), viewer_of(request).user)
    except Refusal as refusal:
        return await page(request, str(refusal))
    tell(request, DONE[did].format(name=done["name"]))
    return RedirectResponse(link(wanted_rows(request)), 303)


async def carry_out(desk: AdminCommunities, did: str, id: int, by: int) -> Json:
    """What a button of the list does to a community; what the administrator's command answers."""
    if did in COMMENTS_BY_ACTION:
        return await desk.set_comments(id, COMMENTS_BY_ACTION[did], by)
    acts = {"pause": desk.pause, "resume": desk.resume, "remove": desk.remove}
    return await acts[did](id, by)


PAGES = (
    Page("/communities", communities, MENU),
    Page("/communities.{form}", communities, MENU),
    Page("/communities", act, MENU, methods=("POST",)),
)
