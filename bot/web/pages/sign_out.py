"""«Выйти»: the session ends here and in the database."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from bot.web.layout import render
from bot.web.security import session
from bot.web.site import Page, site_of


async def sign_out(request: Request) -> Response:
    """Ends the session in the database, takes its cookie away and shows the page for who is signed out."""
    await session.end(request)
    request.state.entered = None
    shown = render(request, "signed_out.html")
    session.take_back(site_of(request), shown)
    return shown


PAGES = (Page("/out", sign_out, methods=("POST",), before_code=True),)
