"""The one way to a page: limits, session, telephone, role, form. A page is reached only when all of them let it."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web.security import csrf, limits, session
from bot.web.site import Entered, Page, opens, site_of

CODE_PATH = "/code"


async def enter(request: Request, page: Page) -> Response:
    """Lets the request to its page, or raises 401, 403 or what a form lacks; leads to the code of the telephone
    first."""
    if page.open:
        site_of(request).limits.take("sign in", limits.address_of(request), limits.SIGN_IN)
    known = await recognise(request)
    if not page.open:
        if known is None:
            raise HTTPException(401)
        if known.owes_code and not page.before_code:
            return RedirectResponse(CODE_PATH, 303)
        admit(known, page)
    await csrf.check(request, page.most_bytes)
    return await page.answer(request)


async def recognise(request: Request) -> Entered | None:
    """The session of the request, None without one; counts the request, so that nobody asks too often."""
    site = site_of(request)
    site.limits.take("address", limits.address_of(request), limits.ADDRESS)
    known = await session.current(request)
    if known is not None:
        site.limits.take("session", known.session.digest, limits.SESSION)
        request.state.entered, request.state.viewer = known, known.viewer
    return known


def admit(known: Entered, page: Page) -> None:
    """403 where the page's section is not for this viewer."""
    if page.section is not None and not opens(known.viewer, page.section):
        raise HTTPException(403)
