"""The web application from its pages. Each page is reached through `entry.enter` and in no other way; what has no
session, as VK, comes in at an address of its own (`Feature.routes`)."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartParser
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from bot.web import errors, files
from bot.web.layout import lines
from bot.web.live import Live
from bot.web.pages.message_files import AT_ONCE
from bot.web.security.csp import Guarded
from bot.web.site import Page, Site
from bot.web.views.health import Health

MultiPartParser.spool_max_size = 0
"""What is sent to a page stays in memory: files hold words of people. How much it may be says each page (csrf.py)."""


def build(site: Site, pages: Sequence[Page]) -> Starlette:
    """The application with the pages and addresses of the features that this region has."""
    pages = [*pages, *(page for feature in site.features for page in feature.pages())]
    routes: list[BaseRoute] = [route(page) for page in pages]
    routes.append(Route("/static/{name}", files.answer))
    routes += [page_route for feature in site.features for page_route in feature.routes(site)]
    app = Starlette(
        routes=routes,
        middleware=[Middleware(Guarded, secure=site.secure)],
        exception_handlers={HTTPException: errors.nowhere, Exception: errors.broken},
    )
    app.router.redirect_slashes = False
    app.state.site = site
    app.state.health = Health()
    app.state.live = Live()
    app.state.directory = None  # as it is kept just now, read by the pages that change it
    app.state.said = {}  # by session: told.py
    app.state.several = {}  # by person: several.py
    app.state.looking = asyncio.Semaphore(AT_ONCE)
    for feature in site.features:
        for name, kept in feature.kept().items():
            setattr(app.state, name, kept)
    app.state.menu = lines(pages)
    return app


def route(page: Page) -> Route:
    """Starlette's route of a page."""

    async def endpoint(request: Request) -> Response:
        """Answers with this page; an error in it becomes a page in plain words."""
        return await errors.answer_page(request, page)

    return Route(page.path, endpoint, methods=list(page.methods), name=page.path)
