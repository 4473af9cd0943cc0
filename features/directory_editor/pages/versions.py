"""Every version of the directory: who saved it, when, what was new; and the way back, which is a new version too."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.region.directory_file import examine_values
from bot.region.directory_json import from_json
from bot.region.directory_write import sections
from bot.web.asked import local_day
from bot.web.layout import render
from bot.web.pages.admin.proposal import (
    SHOWN,
    Proposal,
    Stored,
    names_of,
    newest,
    of_reading,
    save_as_seen,
)
from bot.web.site import Page, Site, site_of, viewer_of
from bot.web.told import tell
from features.directory_editor.pages.tables import MENU
from handlers.text.words import moment, plural
from states.people.viewers import may_keep_directory
from storage.db.transaction import Transaction
from storage.records import directory as stored

MOST = 200
LINES = 40
"""Of each version in the list."""


async def versions(request: Request) -> Response:
    """Answers with the list of versions."""
    site = site_of(request)

    async def look(tx: Transaction) -> tuple[list[stored.Version], dict[int, str]]:
        """Reads the newest versions of the directory and the names of their authors."""
        found = await stored.versions(tx, MOST)
        return found, await names_of(tx, site, {version.author for version in found})

    found, names = await site.newest.run(look)
    rows = [
        {
            "number": version.number,
            "at": moment(version.saved_at, site.zone),
            "who": names[version.author],
            "many": plural(len(version.changes), "изменение", "изменения", "изменений")
            if version.changes
            else "не записано",
            "lines": version.changes[:LINES],
            "more": max(0, len(version.changes) - LINES),
            "last": place == 0,
        }
        for place, version in enumerate(found)
    ]
    return render(
        request, "directory_versions.html", rows=rows, most=MOST, keeps=may_keep_directory(viewer_of(request))
    )


async def older(request: Request) -> Response:
    """Answers with what would change by going back to this version."""
    base = await newest(request)
    return page(request, base, await back(request, base))


async def handle_form(request: Request) -> Response:
    """Saves an older version as a new one, after it was shown; HTTP 403 for who may not change the directory."""
    if not may_keep_directory(viewer_of(request)):
        raise HTTPException(403)
    kept = await save_as_seen(
        request, await request.form(), await newest(request), lambda known: back(request, known), page
    )
    if isinstance(kept, Response):
        return kept
    tell(
        request,
        f"Сохранено: версия {kept.number}, как версия {request.path_params['number']}. Бот уже отвечает по ней.",
    )
    return RedirectResponse("/directory", 303)


async def back(request: Request, base: Stored) -> Proposal:
    """The proposal to go back to the version of the address. 404 where it is not kept."""
    site: Site = site_of(request)
    text = await site.newest.run(lambda tx: stored.text_of(tx, request.path_params["number"]))
    if text is None:
        raise HTTPException(404)
    return await of_reading(site, base, lambda: examine_values(sections(from_json(text)), local_day(site)))


def page(request: Request, base: Stored, proposal: Proposal, late: str = "", status: int = 200) -> Response:
    """The page of one version: what going back to it would change."""
    faults = [*proposal.faults, *(said for _, _, said in proposal.beside)]
    return render(
        request,
        "directory_version.html",
        status=status,
        number=request.path_params["number"],
        proposal=proposal,
        lines=proposal.lines[:SHOWN],
        more=max(0, len(proposal.lines) - SHOWN),
        faults=faults,
        late=late,
        version=base.number,
        keeps=may_keep_directory(viewer_of(request)),
    )


PAGES = (
    Page("/directory/versions", versions, MENU),
    Page("/directory/versions/{number:int}", older, MENU),
    Page("/directory/versions/{number:int}", handle_form, MENU, methods=("POST",)),
)
