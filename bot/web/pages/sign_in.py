"""The door: a one-time link from VK. Looking at it uses nothing up, for VK itself looks at links; the button does."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.process.log import log
from bot.web.layout import render
from bot.web.security import destination, session
from bot.web.site import Page, site_of
from handlers.official.sign_in import PATH
from storage.records import sessions


async def look(request: Request) -> Response:
    """Shows the page with the button behind a link to sign in; what is to be done where the link is over."""
    site, link = site_of(request), request.path_params["token"]
    digest, now = sessions.digest(link[: session.LONGEST]), site.clock.now()
    user = await site.readers.run(lambda tx: sessions.whose_link(tx, digest, now))
    return render(request, "sign_in.html") if user is not None else over(request)


async def come_in(request: Request) -> Response:
    """Uses up the link, begins a session, sets its cookie and leads to the page that was wanted; a link that is used or
    expired gives the page that says so."""
    token = await session.begin(request, request.path_params["token"][: session.LONGEST])
    if token is None:
        log.warning("sign_in", loop="web", state="link over")
        return over(request)
    shown = RedirectResponse(destination.of(request), 303)
    session.give(site_of(request), shown, token)
    return shown


async def sign_in(request: Request) -> Response:
    """GET only shows the page with the button; POST uses the link up and signs in."""
    return await (come_in(request) if request.method == "POST" else look(request))


def over(request: Request) -> Response:
    """Used, too old or never given: which of them is nobody's business."""
    return render(request, "link_over.html", status=410)


PAGES = (Page(f"{PATH}{{token}}", sign_in, methods=("GET", "POST"), open=True),)
