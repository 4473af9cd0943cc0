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
from handlers.text.words import clock, plural
from states.people.viewers import Viewer, may_see
from states.statistics.filter import Filter, View, to_address
from storage.db.errors import Unavailable
from storage.db.transaction import Transaction
from storage.ops import panel_acts, search
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
    View.OPEN, View.DANGER,
)  # fmt: skip


@dataclass(slots=True)
class Live:
    """`streams`: the newest stream of each session; an older one of the same session ends. `open`: which message each
    of them has open, and who."""

    streams: dict[str, int] = field(default_factory=dict)
    open: dict[str, tuple[str, Viewer]] = field(default_factory=dict)
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

    async def stream(
        self, site: Site, digest: str, viewer: Viewer, plain: Filter, code: str = ""
    ) -> AsyncIterator[str]:
        """Server-sent events: the numbers when they are others than before, a comment when they are not. `code`: the
        message that is open; what has changed in it and who else has it open is told along."""
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
                told = await self._told(site, digest, viewer, plain, code)
                yield told if told != last else ": nothing new\n\n"
                last = told
                await site.clock.sleep(EVERY)
            yield "event: over\ndata: -\n\n"
        finally:
            if self.streams.get(digest) == own:
                del self.streams[digest]
                self.open.pop(digest, None)

    def beside(self, viewer: Viewer, code: str) -> str:
        """Who else has this message open: by name where it is known, each once."""
        others = {one.user: one.name for seen, one in self.open.values() if seen == code and one.user != viewer.user}
        names = ", ".join(name or "коллега" for _, name in sorted(others.items()))
        return f"{names} тоже {'смотрят' if len(others) > 1 else 'смотрит'}" if others else ""

    async def _told(self, site: Site, digest: str, viewer: Viewer, plain: Filter, code: str) -> str:
        try:
            told = await self.numbers(site, plain)
            version = await version_of(site, viewer, code) if code else ""
            if version:
                self.open[digest] = (code, viewer)
                told = told | {"version": version, "beside": self.beside(viewer, code)}
            return f"data: {json.dumps(told, ensure_ascii=False)}\n\n"
        except Unavailable:
            return ": asked too long\n\n"


async def version_of(site: Site, viewer: Viewer, code: str) -> str:
    """It grows with each change of the message (I6); empty where the viewer may not see it."""
    found = (await site.readers.run(lambda tx: panel_acts.held(tx, [code]))).get(code)
    return str(found.version) if found is not None and may_see(viewer, found.agency, found.place) else ""


async def counted(site: Site, plain: Filter) -> dict[str, str]:
    today = today_of(site)

    async def look(tx: Transaction) -> dict[str, str]:
        found = await search.numbers(tx, plain, today, VIEWS)
        told = {view.value: number(agencies.total()) for view, agencies in found.items()}
        return told | {"danger_words": danger_words(found[View.DANGER].total())}

    return {**await site.readers.run(look), "at": clock(site.clock.now(), site.zone)}


def danger_words(many: int) -> str:
    """In front of the title of a page; nothing where nobody is in danger."""
    return plural(many, "опасность", "опасности", "опасностей") if many else ""


async def still(site: Site, digest: str, viewer: Viewer) -> bool:
    """Whether the session goes on and the person has the same role; looking is no use of the session."""
    now = site.clock.now()

    async def look(tx: Transaction) -> bool:
        found = await sessions.alive(tx, digest, now)
        return found is not None and await viewers.of_user(tx, viewer.user, now) == viewer

    return await site.newest.run(look)
