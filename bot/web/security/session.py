"""Who is behind a request: a random cookie, of which only the digest is known here, and the role of this very moment.

A role is never kept in a session: who left the chat or lost the role is out with the next click.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from bot.web.security import csrf
from bot.web.site import Entered, Site, site_of
from states.audit import AuditAction, AuditLine
from states.directory import Directory
from states.events import Alarm, AlarmKind
from states.people.viewers import Role, Viewer
from storage.db.transaction import Transaction
from storage.inbox import inbox
from storage.privacy import audit
from storage.records import sessions, viewers
from storage.records.sessions import Session

LONGEST = 100
"""Characters of a cookie or of a token of a link; ours have 43."""


def cookie_name(site: Site) -> str:
    """The name of the session's cookie; on https the browser itself holds it to this host (`__Host-`)."""
    return "__Host-panel" if site.secure else "panel"


def digest_of(request: Request) -> str:
    """The digest of the session cookie; empty where there is none or it is longer than any of ours."""
    said = request.cookies.get(cookie_name(site_of(request)), "")
    return sessions.digest(said) if 0 < len(said) <= LONGEST else ""


async def current(request: Request) -> Entered | None:
    """The session and the person of this request, as they are now."""
    site, digest = site_of(request), digest_of(request)
    if not digest:
        return None
    now = site.clock.now()

    async def look(tx: Transaction) -> tuple[Session | None, Viewer | None]:
        """Reads the session of this cookie and who it belongs to; None for what is not there any more."""
        found = await sessions.alive(tx, digest, now)
        return found, None if found is None else await viewers.of_user(tx, found.user, now)

    found, viewer = await site.newest.run(look)
    if found is None:
        return None
    if viewer is None:
        await site.db.run(lambda tx: sessions.end_all(tx, found.user))
        return None
    if found.stale(now):
        await site.db.run(lambda tx: sessions.note_use(tx, digest, now))
    return Entered(found, with_office(viewer, site.directory()), csrf.token(site.db.derive_key(csrf.PURPOSE), digest))


def with_office(viewer: Viewer, directory: Directory) -> Viewer:
    """The viewer as who they are by the directory of just now: people of a municipality act for its administration."""
    if viewer.role is not Role.MUNICIPALITY:
        return viewer
    office = directory.administration_of(viewer.scope)
    return replace(viewer, office=office.code if office is not None else "")


async def begin(request: Request, link: str) -> str | None:
    """The link is used up and a session begun; its token, or None where the link opens nothing any more."""
    site, token, before = site_of(request), secrets.token_urlsafe(32), digest_of(request)
    now = site.clock.now()

    async def body(tx: Transaction) -> bool:
        """Uses up the link and begins a session in place of the one before; False for a link that is over, or a person
        without a role."""
        user = await sessions.use_link(tx, sessions.digest(link), now)
        viewer = None if user is None else await viewers.of_user(tx, user, now)
        if viewer is None:
            return False
        if before:
            await sessions.end(tx, before)
        await _begin_session(tx, viewer, sessions.digest(token), now)
        return True

    return token if await site.db.run(body) else None


async def _begin_session(tx: Transaction, viewer: Viewer, digest: str, now: datetime) -> None:
    """Stores a session without a proof by code; whoever needs no code has signed in with it, which is a line of the
    audit log."""
    await sessions.begin(tx, digest, viewer.user, now, proven=False)
    if not viewer.proves:
        await audit.append(tx, [signed_in(viewer)], now)


async def prove(request: Request, known: Entered, step: int, spare: str = "") -> str:
    """The code of the telephone, or a spare one, is taken and the session begun anew under another token: the old one
    is worth nothing.

    Raises:
        Conflict: the code was taken meanwhile.
    """
    site, token = site_of(request), secrets.token_urlsafe(32)
    now = site.clock.now()

    async def body(tx: Transaction) -> None:
        """Uses up the code or the spare code and puts a proven session in place of the present one, with the lines of
        the audit log."""
        user = known.viewer.user
        await (viewers.take_spare(tx, user, spare) if spare else viewers.take_code(tx, user, step))
        await sessions.end(tx, known.session.digest)
        await sessions.begin(tx, sessions.digest(token), known.viewer.user, now, proven=True)
        used = [AuditLine(user, AuditAction.SPARE_CODE_USED, "")] if spare else []
        await audit.append(tx, [*used, signed_in(known.viewer)], now)

    await site.db.run(body)
    return token


async def refuse_code(request: Request, known: Entered) -> None:
    """Counts one more wrong code. The last one that is borne locks: the log of what was done has it, and its owner
    hears."""
    site, user = site_of(request), known.viewer.user
    now = site.clock.now()

    async def body(tx: Transaction) -> bool:
        """Counts a wrong code; True for the one that locks, which is logged and raises an alarm."""
        locks = await viewers.count_wrong(tx, user) == viewers.MOST_WRONG
        if locks:
            await audit.append(tx, [AuditLine(user, AuditAction.CODE_LOCKED, "")], now)
            told = Alarm(AlarmKind.SIGN_IN, "", now, user)
            await inbox.enqueue_internal(tx, [(user, f"alarm|sign_in|{now.isoformat()}", told)], now)
        return locks

    if await site.db.run(body):
        site.wake()


def signed_in(viewer: Viewer) -> AuditLine:
    """The line of the audit log for a sign-in: who, in which role and for which agency."""
    detail = f"{viewer.role}:{viewer.scope}" if viewer.scope else viewer.role.value
    return AuditLine(viewer.user, AuditAction.SIGNED_IN, "", detail)


async def end(request: Request) -> None:
    """Ends the session of this cookie."""
    digest = digest_of(request)
    await site_of(request).db.run(lambda tx: sessions.end(tx, digest))


def give(site: Site, response: Response, token: str) -> None:
    """The cookie: for this host only, unseen by scripts, not sent along from other sites' forms."""
    age = int(sessions.LIFE.total_seconds())
    response.set_cookie(
        cookie_name(site), token, max_age=age, path="/", secure=site.secure, httponly=True, samesite="lax"
    )


def take_back(site: Site, response: Response) -> None:
    """Makes the browser delete the session cookie; the session in the database stays."""
    response.delete_cookie(cookie_name(site), path="/", secure=site.secure, httponly=True, samesite="lax")
