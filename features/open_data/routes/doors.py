"""Where the open data stand in the application: their addresses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route

from bot.web import errors
from bot.web.layout import render
from bot.web.security.limits import address_of
from bot.web.site import Site, site_of
from features.open_data import statuses_file
from features.open_data.routes import georeport, incidents, newsroom
from features.open_data.routes.guarded import A_MINUTE
from features.open_data.routes.ids import Ids
from features.open_data.routes.marked import with_mark
from features.open_data.routes.opened import Opened

Answer = Callable[[Request, Opened], Awaitable[Response]]


def routes(site: Site) -> list[BaseRoute]:
    """The addresses of the open data. Raises Refusal for what is wrong with the region's file of states."""
    opened = Opened(site, Ids(site.db), statuses_file.read(Path(site.settings.region_folder)))
    pages: dict[str, Answer] = {
        "/open": newsroom.page,
        "/open.{form}": newsroom.file_of,
        "/open/incidents.atom": incidents.feed,
        "/api": about,
    }
    found: list[BaseRoute] = [Route(path, page(opened, answer)) for path, answer in pages.items()]
    return [*found, Mount("/api", georeport.api(opened))]


def page(opened: Opened, answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint of one page: limited by address, faults as a page."""

    async def endpoint(request: Request) -> Response:
        async def work() -> Response:
            site_of(request).limits.take("open", address_of(request), A_MINUTE)
            return with_mark(request, await answer(request, opened))

        return await errors.guard(request, "open", work())

    return endpoint


async def about(request: Request, opened: Opened) -> Response:
    """Answers with the page about the API."""
    return render(request, "api.html", jurisdiction=georeport.jurisdiction_of(opened))
