"""One-time links into the panel and the sessions they begin. Only digests are stored, never a token or a role."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, and_, bindparam, delete, not_, select, update

from states.people.viewers import LINK_LIFE, SignIn
from storage.db.columns import Moment, in_community
from storage.db.schema import session, sign_in
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing

LIFE = timedelta(hours=12)
IDLE = timedelta(hours=2)
AHEAD = timedelta(minutes=5)
"""What was noted so much later than now was noted by a clock that was wrong, and opens nothing (F23)."""
NOTED = timedelta(minutes=1)
"""How exactly it is known when a session was used last: not every look at a page is a write."""


@dataclass(frozen=True, slots=True)
class Session:
    """`proven`: the code of the telephone was given too. A role may come later that asks for it."""

    digest: str
    user: int
    began_at: datetime
    seen_at: datetime
    proven: bool

    def stale(self, now: datetime) -> bool:
        """Whether the last visit was noted so long ago that it is noted again."""
        return now - self.seen_at >= NOTED


def digest(token: str) -> str:
    """What is stored in place of the token."""
    return hashlib.sha256(token.encode()).hexdigest()


async def keep_links(tx: Transaction, links: Sequence[SignIn]) -> None:
    """A link that is known already stays what it is: used once, it is used for ever."""
    rows = [
        {"digest": link.digest, "user_id": link.user, "expires_at": link.expires_at, "used_at": None} for link in links
    ]
    await insert_missing(tx, sign_in, rows)


_IS_OPEN = (
    in_community(sign_in),
    sign_in.c.digest == bindparam("link"),
    sign_in.c.used_at.is_(None),
    sign_in.c.expires_at > bindparam("now", type_=Moment),
    sign_in.c.expires_at <= bindparam("latest", type_=Moment),
)
_OPEN = select(sign_in.c.user_id).where(*_IS_OPEN)
_USE = update(sign_in).where(*_IS_OPEN).values(used_at=bindparam("now", type_=Moment))


def _bounds_of_link(digest: str, now: datetime) -> dict[str, object]:
    return {"link": digest, "now": now, "latest": now + LINK_LIFE + AHEAD}


async def whose_link(tx: Transaction, digest: str, now: datetime) -> int | None:
    """The account whose link it is, while it may still be opened, else None. Looking uses nothing up."""
    row = await tx.row(_OPEN, _bounds_of_link(digest, now))
    return None if row is None else int(row["user_id"])


async def use_link(tx: Transaction, digest: str, now: datetime) -> int | None:
    """Uses the link up, and gives the account: of two who open it at the same moment one comes in, None for the
    other."""
    user = await whose_link(tx, digest, now)
    used = await tx.execute(_USE, _bounds_of_link(digest, now)) if user is not None else 0
    return user if used == 1 else None


async def begin(tx: Transaction, digest: str, user: int, now: datetime, *, proven: bool) -> None:
    """Stores a new session of this person; only the digest of its key is kept."""
    row = {"digest": digest, "user_id": user, "began_at": now, "seen_at": now, "proven": proven}
    await insert_missing(tx, session, [row])


_MINE = (in_community(session), session.c.digest == bindparam("token"))
_IS_ALIVE = (
    session.c.began_at > bindparam("oldest", type_=Moment),
    session.c.seen_at > bindparam("unused", type_=Moment),
    session.c.began_at <= bindparam("ahead", type_=Moment),
    session.c.seen_at <= bindparam("ahead", type_=Moment),
)


def _bounds_at(now: datetime) -> dict[str, datetime]:
    return {"oldest": now - LIFE, "unused": now - IDLE, "ahead": now + AHEAD}


_ALIVE = select(session).where(*_MINE, *_IS_ALIVE)


async def alive(tx: Transaction, digest: str, now: datetime) -> Session | None:
    """The session of this digest; None where it has ended."""
    row = await tx.row(_ALIVE, {"token": digest, **_bounds_at(now)})
    if row is None:
        return None
    return Session(row["digest"], row["user_id"], row["began_at"], row["seen_at"], row["proven"])


_OPEN_NOW = (
    select(session).where(in_community(session), *_IS_ALIVE).order_by(session.c.seen_at.desc(), session.c.digest)
)


async def open_now(tx: Transaction, now: datetime) -> list[Session]:
    """Everybody's that are alive, the one used last first."""
    rows = await tx.rows(_OPEN_NOW, _bounds_at(now))
    return [Session(row["digest"], row["user_id"], row["began_at"], row["seen_at"], row["proven"]) for row in rows]


async def note_use(tx: Transaction, digest: str, now: datetime) -> None:
    """Notes that the session was used just now."""
    noted = update(session).where(*_MINE).values(seen_at=bindparam("now", type_=Moment))
    await tx.execute(noted, {"token": digest, "now": now})


async def end(tx: Transaction, digest: str) -> None:
    """Deletes the session with this digest."""
    await tx.execute(delete(session).where(*_MINE), {"token": digest})


async def end_all(tx: Transaction, user: int) -> int:
    """Ends all sessions of one person, with the links that were not opened yet; how many sessions."""
    links = delete(sign_in).where(in_community(sign_in), sign_in.c.user_id == bindparam("user", type_=BigInteger))
    mine = delete(session).where(in_community(session), session.c.user_id == bindparam("user", type_=BigInteger))
    await tx.execute(links, {"user": user})
    return await tx.execute(mine, {"user": user})


async def drop_ended(tx: Transaction, now: datetime) -> int:
    """Links and sessions that open nothing any more."""
    over = not_(and_(*_IS_ALIVE))
    links = delete(sign_in).where(in_community(sign_in), sign_in.c.expires_at <= now)
    sessions = delete(session).where(in_community(session), over)
    return await tx.execute(links) + await tx.execute(sessions, _bounds_at(now))
