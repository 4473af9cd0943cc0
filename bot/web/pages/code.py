"""The second proof of an administrator: a code that the telephone counts (TOTP, RFC 6238), or a spare one. Each code is
taken once; ten wrong ones lock."""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

import pyotp
import segno
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.process.log import log
from bot.web.layout import render
from bot.web.security import destination, limits, session
from bot.web.security.limits import TooMany
from bot.web.site import Entered, Page, Site, entered_session, site_of
from storage.db.errors import Conflict
from storage.records import viewers
from storage.records.viewers import Secret

PERIOD = timedelta(seconds=30)
AROUND = (0, -1, 1)
"""Clocks of telephones are half a minute off."""
SPARE = 10
"""Codes of fifty bits for a telephone that is lost."""


async def code(request: Request) -> Response:
    """The page that asks for the code of the telephone, and checks what was typed."""
    site, known = site_of(request), entered_session(request)
    if known is None or not known.owes_code:
        return RedirectResponse(destination.of(request), 303)
    secret = await secret_of(site, known.viewer.user)
    if request.method != "POST":
        return code_page(request, secret)
    await not_too_often(request, known)
    typed = str((await request.form()).get("code", ""))
    token = await session_for_code(request, known, secret, typed)
    if token is None:
        log.warning("sign_in", loop="web", state="wrong code", peer=known.viewer.user)
        return code_page(request, await secret_of(site, known.viewer.user), wrong=True)
    coming = RedirectResponse(destination.of(request), 303)
    session.give(site, coming, token)
    return coming


async def session_for_code(request: Request, known: Entered, secret: Secret, typed: str) -> str | None:
    """The token of the session that the code opens; a wrong one is counted."""
    said = "".join(typed.split()).replace("-", "").lower()
    spare = next(
        (
            spare_code
            for spare_code in secret.spare
            if hmac.compare_digest(spare_code.encode(), said.encode(errors="replace"))
        ),
        "",
    )
    step = 0 if secret.is_locked else step_of(secret, typed, site_of(request).clock.now())
    if not (step or spare):
        await session.refuse_code(request, known)
        return None
    try:
        return await session.prove(request, known, step, spare)
    except Conflict:
        return None


async def not_too_often(request: Request, known: Entered) -> None:
    """Counts the tries of a code: who guesses needs a new link from VK for every few of them.

    Raises:
        TooMany: and the session is over.
    """
    try:
        site_of(request).limits.take("code", str(known.viewer.user), limits.CODE)
    except TooMany:
        log.warning("sign_in", loop="web", state="too many codes", peer=known.viewer.user)
        await session.end(request)
        request.state.entered = None
        raise


async def secret_of(site: Site, user: int) -> Secret:
    """The one that is set up, or a new one: until its first code is taken it is shown again."""
    known = await site.readers.run(lambda tx: viewers.secret(tx, user))
    if known is not None:
        return known
    made = Secret(pyotp.random_base32(), 0, 0, tuple(pyotp.random_base32().lower()[:10] for _ in range(SPARE)))
    await site.db.run(lambda tx: viewers.keep_secret(tx, user, made.text, made.spare))
    return made


def step_of(secret: Secret, typed: str, now: datetime) -> int:
    """The number of the half-minute whose code this is; 0 where it is no code, or an old one."""
    said = "".join(typed.split())
    if not (said.isascii() and said.isdigit() and len(said) == 6):
        return 0
    counts = pyotp.TOTP(secret.text)
    around = [int((now + PERIOD * offset).timestamp()) // int(PERIOD.total_seconds()) for offset in AROUND]
    found = [step for step in around if hmac.compare_digest(counts.generate_otp(step), said)]
    return next((step for step in found if step > secret.step), 0)


def code_page(request: Request, secret: Secret, *, wrong: bool = False) -> Response:
    """The page that asks for the six digits, with 422 after a wrong code; before the first right one also the QR
    picture, its link and the spare codes."""
    known = entered_session(request)
    assert known is not None
    link = picture = ""
    if not secret.step:
        name = known.viewer.name or str(known.viewer.user)
        link = pyotp.TOTP(secret.text).provisioning_uri(name=name, issuer_name="Приёмная")
        picture = segno.make(link, error="l").svg_data_uri(scale=5, border=2)
    spare = [f"{spare_code[:5]}-{spare_code[5:]}" for spare_code in secret.spare] if link else []
    return render(
        request, "code.html", status=422 if wrong else 200, wrong=wrong, secret=secret.text, link=link,
        picture=picture, spare=spare, locked=secret.is_locked,
    )  # fmt: skip


PAGES = (Page("/code", code, methods=("GET", "POST"), before_code=True),)
