"""A form counts only when our own page sent it, in the session that the page was made for."""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.web.site import entered_session, site_of

SAFE = ("GET", "HEAD", "OPTIONS")
FIELD, HEADER = "csrf", "x-csrf"
PURPOSE = "csrf"

MOST_BYTES = 256 * 1024
"""Of a form. A page that takes files says so itself."""
MOST_FIELDS = 2_100
"""Of a form: a press over a thousand messages has two for each."""


def token(key: bytes, session_digest: str) -> str:
    """The token of one session's forms; it ends with it."""
    return hmac.digest(key, session_digest.encode(), hashlib.sha256).hex()


async def check(request: Request, most: int = 0) -> None:
    """Lets only a form of this session's own pages pass. Raises HTTPException: 403, or 413 where more was sent than a
    form is."""
    if request.method in SAFE:
        return
    if not is_from_here(request):
        raise HTTPException(403)
    if not 0 <= length_of(request) <= (most or MOST_BYTES):
        raise HTTPException(413)
    known = entered_session(request)
    if known is None:
        return
    sent = request.headers.get(HEADER) or str((await request.form(max_fields=MOST_FIELDS)).get(FIELD, ""))
    if not hmac.compare_digest(sent.encode(errors="replace"), known.csrf.encode()):
        raise HTTPException(403)


def is_from_here(request: Request) -> bool:
    """By what the browser itself says of a request; scripts of other sites cannot change it."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return same_origin(request.headers.get("origin", ""), site_of(request).address)


def same_origin(url: str, other: str) -> bool:
    """Whether both addresses have the same scheme, host and port; False where the first has no host."""
    mine, theirs = urlsplit(url), urlsplit(other)
    return bool(mine.netloc) and (mine.scheme, mine.netloc) == (theirs.scheme, theirs.netloc)


def length_of(request: Request) -> int:
    """Below zero where it is not said: a form that has no end is no form."""
    said = request.headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 12 else -1
