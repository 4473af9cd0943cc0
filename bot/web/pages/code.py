"""The second proof of an administrator: a code that the telephone counts (TOTP, RFC 6238). Each code is taken once."""

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
from bot.web.site import Entered, Page, Site, entered, site_of
from storage.db.errors import Conflict
from storage.records import viewers
from storage.records.viewers import Secret

PERIOD = timedelta(seconds=30)
AROUND = (0, -1, 1)
"""Clocks of telephones are half a minute off."""


async def code(request: Request) -> Response:
    site, known = site_of(request), entered(request)
    if known is None or not known.owes_code:
        return RedirectResponse(destination.of(request), 303)
    secret = await secret_of(site, known.viewer.user)
    if request.method != "POST":
        return shown(request, secret)
    await not_too_often(request, known)
    typed = str((await request.form()).get("code", ""))
    step = step_of(secret, typed, site.clock.now())
    try:
        token = await session.prove(request, known, step) if step else None
    except Conflict:
        token = None
    if token is None:
        log.warning("sign_in", loop="web", state="wrong code", peer=known.viewer.user)
        return shown(request, secret, wrong=True)
    coming = RedirectResponse(destination.of(request), 303)
    session.give(site, coming, token)
    return coming


async def not_too_often(request: Request, known: Entered) -> None:
    """Who guesses needs a new link from VK for every few tries.

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
    made = pyotp.random_base32()
    await site.db.run(lambda tx: viewers.keep_secret(tx, user, made))
    return Secret(made, 0)


def step_of(secret: Secret, typed: str, now: datetime) -> int:
    """The number of the half-minute whose code this is; 0 where it is no code, or an old one."""
    said = "".join(typed.split())
    if not (said.isascii() and said.isdigit() and len(said) == 6):
        return 0
    counts = pyotp.TOTP(secret.text)
    around = [int((now + PERIOD * offset).timestamp()) // int(PERIOD.total_seconds()) for offset in AROUND]
    found = [step for step in around if hmac.compare_digest(counts.generate_otp(step), said)]
    return next((step for step in found if step > secret.step), 0)


def shown(request: Request, secret: Secret, *, wrong: bool = False) -> Response:
    known = entered(request)
    assert known is not None
    link = picture = ""
    if not secret.step:
        name = known.viewer.name or str(known.viewer.user)
        link = pyotp.TOTP(secret.text).provisioning_uri(name=name, issuer_name="Приёмная")
        picture = segno.make(link, error="l").svg_data_uri(scale=5, border=2)
    return render(
        request, "code.html", status=422 if wrong else 200, wrong=wrong, secret=secret.text, link=link, picture=picture
    )


PAGES = (Page("/code", code, methods=("GET", "POST"), before_code=True),)
