"""Where a person wanted to go before the door: kept by the browser for minutes, and never another site's address."""

from __future__ import annotations

from urllib.parse import quote, unquote

from starlette.requests import Request
from starlette.responses import Response

from bot.web.site import Site, site_of

FIRST = "/now"
MINUTES = 15
LONGEST = 1000


def cookie_name(site: Site) -> str:
    """The cookie's name: with the prefix `__Host-` where the panel is reached over HTTPS."""
    return "__Host-wanted" if site.secure else "wanted"


def remember(request: Request, response: Response) -> None:
    """Keeps the wanted address of a look at a page; what was to be changed is decided anew."""
    query = request.url.query
    if request.method == "GET":
        keep(request, response, request.url.path + (f"?{query}" if query else ""))


def keep(request: Request, response: Response, wanted: str) -> None:
    """Sets a cookie with the wanted address, if it is one of the panel."""
    site = site_of(request)
    if is_here(wanted) and wanted not in ("/", FIRST):
        response.set_cookie(
            cookie_name(site),
            quote(wanted, safe=""),
            max_age=MINUTES * 60,
            path="/",
            secure=site.secure,
            httponly=True,
            samesite="lax",
        )


def of(request: Request) -> str:
    """The address that was wanted before signing in, from the cookie; the first page where it is none of ours."""
    wanted = unquote(request.cookies.get(cookie_name(site_of(request)), ""))
    return wanted if is_here(wanted) else FIRST


def is_here(wanted: str) -> bool:
    """A path of ours: two slashes, of whichever kind, begin another host to a browser."""
    plain = wanted.isprintable() and "\\" not in wanted and len(wanted) <= LONGEST
    return plain and wanted.startswith("/") and not wanted.startswith("//")
