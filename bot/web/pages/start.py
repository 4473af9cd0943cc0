"""The address that people type: it leads to what they see at nine in the morning."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.security.destination import FIRST
from bot.web.site import Page


async def start(request: Request) -> Response:
    return RedirectResponse(FIRST, 303)


PAGES = (Page("/", start),)
