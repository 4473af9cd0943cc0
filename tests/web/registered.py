"""Communities of the registry as tests put them there: one in each state, and how to press what the page offers."""

from __future__ import annotations

from datetime import timedelta

import httpx

from storage.db.database import Database
from storage.privacy import audit
from storage.records import communities
from storage.records.communities import CommunityState, Operator, RegisteredCommunity
from tests.small import NOW
from tests.web.browser import Browser, hidden

SCHOOL, CLINIC, LIBRARY, GONE = 202, 303, 404, 505
KEY = "vk1.a.very-secret-key"
KNOWN = (
    RegisteredCommunity(
        SCHOOL, "Школа № 5, Миасс", NOW, operator=Operator("Школа № 5", "Миасс", "a@b.ru"), door="yamy"
    ),
    RegisteredCommunity(CLINIC, "Больница", NOW),
    RegisteredCommunity(LIBRARY, "Библиотека Королёва", NOW),
    RegisteredCommunity(GONE, "Закрытый музей", NOW - timedelta(days=400)),
)


async def register(db: Database, known: tuple[RegisteredCommunity, ...] = KNOWN) -> None:
    for one in known:
        await db.run(lambda tx, one=one: communities.keep(tx, one, KEY, one.added_at))  # type: ignore[misc]


async def settle(db: Database) -> None:
    """One that works, one on pause, one whose key is refused, one that is removed."""
    await register(db)
    later = NOW + timedelta(days=2)
    for id, state, code in ((CLINIC, CommunityState.REFUSED, 27), (LIBRARY, CommunityState.PAUSED, 0)):
        await db.run(lambda tx, id=id, to=state, why=code: communities.move(tx, id, to, later, code=why))  # type: ignore[misc]
    await db.run(lambda tx: communities.move(tx, GONE, CommunityState.REMOVED, NOW - timedelta(days=390)))


async def press(browser: Browser, did: str, id: int | str, path: str = "/communities") -> httpx.Response:
    return await browser.post(path, csrf=hidden(await browser.get(path)), did=did, id=str(id))


async def of(db: Database, id: int) -> RegisteredCommunity | None:
    return await db.run(lambda tx: communities.of_id(tx, id))


async def logged(db: Database) -> list[tuple[int, str, str]]:
    """What the audit log says of communities: who, what, which."""
    lines = await db.run(lambda tx: audit.newest(tx, 50))
    found = [(one["actor"], one["action"], one["subject"]) for one in lines]
    return [one for one in found if one[1].startswith("community")]
