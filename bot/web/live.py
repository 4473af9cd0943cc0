"""Numbers that change by themselves: one look at the database for everybody who asks for the same, told to open pages.

It must never ask the writer, keep a session alive, or go on telling a person who may not see it any more.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

from bot.web.asked import today_of
from bot.web.layout import number
from bot.web.site import Site
from handlers.text.words import clock
from states.people.viewers import Viewer
from states.statistics.filter import Filter, View, to_address
from storage.db.errors import Unavailable
from storage.db.transaction import Transaction
from storage.ops import search
from storage.records import sessions, viewers

EVERY = 10.0
"""Seconds between two looks."""
CHECKED = 60.0
"""How often it is asked whether the person may still see this."""
LONGEST = 1800.0
"""A stream ends then; the browser opens another one, through the door."""
MOST = 200
"""Streams at once; who comes later has the refresh of each minute."""
KEPT = 500
VIEWS = (
    View.NEW, View.UNASSIGNED, View.TODAY, View.OVERDUE, View.BACK, View.URGENT, View.NOT_ACCEPTED, View.PROMISED,
    View.OPEN,
)  # fmt: skip


@dataclass(slots=True)
class Live:
    """`streams`: the newest stream of each session; an older one of the same session ends."""

    streams: dict[str, int] = field(default_factory=dict)
    begun: int = 0
    known: dict[str, tuple[float, dict[str, str]]] = field(default_factory=dict)
    asking: dict[str, asyncio.Lock] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        return len(self.streams) >= MOST

    async def numbers(self, site: Site, plain: Filter) -> dict[str, str]:
        """As the pages write them; those of a moment ago where somebody has just asked for the same."""
        key = urlencode(to_address(plain))
        if len(self.known) > KEPT:
            self.known.clear()
            self.asking.clear()
        async with self.asking.setdefault(key, asyncio.Lock()):
            now = site.clock.monotonic()
            at, told = self.known.get(key, (-EVERY, {}))
            if now - at >= EVERY:
                told = await counted(site, plain)
                self.known[key] = (now, told)
        return told

    async def stream(self, site: Site, digest: str, viewer: Viewer, plain: Filter) -> AsyncIterator[str]:
        """Server-sent events: the numbers when they are others than before, a comment when they are not."""
        self.begun += 1
        own, last, since = self.begun, "", site.clock.monotonic()
        self.streams[digest] = own
        checked = since
        try:
            while self.streams.get(digest) == own and site.clock.monotonic() - since < LONGEST:
                if site.clock.monotonic() - checked >= CHECKED:
                    checked = site.clock.monotonic()
                    if not await still(site, digest, viewer):
                        break
                told = await self._told(site, plain)
                yield told if told != last else ": nothing new\n\n"
                last = told
                await site.clock.sleep(EVERY)
            yield "event: over\ndata: -\n\n"
        finally:
            if self.streams.get(digest) == own:
                del self.streams[digest]

    async def _told(self, site: Site, plain: Filter) -> str:
        try:
            return f"data: {json.dumps(await self.numbers(site, plain), ensure_ascii=False)}\n\n"
        except Unavailable:
            return ": asked too long\n\n"


async def counted(site: Site, plain: Filter) -> dict[str, str]:
    today = today_of(site)

    async def look(tx: Transaction) -> dict[str, str]:
        found = await search.numbers(tx, plain, today, VIEWS)
        return {view.value: number(agencies.total()) for view, agencies in found.items()}

    return {**await site.readers.run(look), "at": clock(site.clock.now(), site.zone)}


async def still(site: Site, digest: str, viewer: Viewer) -> bool:
    """Whether the session goes on and the person has the same role; looking is no use of the session."""
    now = site.clock.now()

    async def look(tx: Transaction) -> bool:
        found = await sessions.alive(tx, digest, now)
        return found is not None and await viewers.of_user(tx, viewer.user, now) == viewer

    return await site.newest.run(look)
