"""The address that people type: it leads to what they see at nine in the morning."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from bot.web.security.destination import FIRST
from bot.web.site import Page


async def start(request: Request) -> Response:
    """Leads to the first page."""
    return RedirectResponse(FIRST, 303)


async def robots(_request: Request) -> Response:
    """Answers that robots must keep out; each answer says it too (`x-robots-tag`)."""
    return PlainTextResponse("User-agent: *\nDisallow: /\n")


PAGES = (Page("/", start), Page("/robots.txt", robots, open=True))
