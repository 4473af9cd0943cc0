"""Numbers that change by themselves: one look at the database for everybody who asks for the same, told to open pages.

It must never ask the writer, keep a session alive, or go on telling a person who may not see it any more.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
from storage.ops.panel_acts import AppealPosition
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
LOOKED = 90.0
"""So long somebody is said to have a message open of which nothing was heard since."""
BACK, MOST_NEW = timedelta(hours=12), 100
"""What came before a page was drawn is not looked for any further back."""
VIEWS = (
    View.NEW, View.UNASSIGNED, View.TODAY, View.OVERDUE, View.BACK, View.URGENT, View.NOT_ACCEPTED, View.PROMISED,
    View.OPEN, View.DANGER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OpenPage:
    """What a page shows: a list, when it was drawn, and the message that is open."""

    listed: Filter | None = None
    drawn: datetime | None = None
    code: str = ""


NOTHING = OpenPage()


@dataclass(slots=True)
class Live:
    """`streams`: the newest stream of each session; an older one of the same session ends. `open`: which message each
    session has open, who, and when that was last seen: a page without scripts has no stream."""

    streams: dict[str, int] = field(default_factory=dict)
    open: dict[str, tuple[str, Viewer, float]] = field(default_factory=dict)
    begun: int = 0
    known: dict[str, tuple[float, dict[str, str]]] = field(default_factory=dict)
    newest: tuple[float, datetime | None] = (-EVERY, None)
    sent: dict[str, tuple[datetime | None, list[datetime]]] = field(default_factory=dict)
    held: Mapping[str, AppealPosition] = field(default_factory=dict)
    looked: float = -EVERY
    asking: dict[str, asyncio.Lock] = field(default_factory=dict)

    @property
    def full(self) -> bool:
        """Whether as many streams are open as may be."""
        return len(self.streams) >= MOST

    async def numbers(self, site: Site, plain: Filter) -> dict[str, str]:
        """The numbers as the pages write them; those of a moment ago where somebody has just asked for the same."""
        key = urlencode(to_address(plain))
        if len(self.known) > KEPT:
            self.known.clear()
            self.asking.clear()
        async with self.asking.setdefault(key, asyncio.Lock()):
            now = site.clock.monotonic()
            at, told = self.known.get(key, (-EVERY, {}))
            if now - at >= EVERY:
                told = await read_numbers(site, plain)
                self.known[key] = (now, told)
        return told

    async def fresh(self, site: Site, listed: Filter, drawn: datetime) -> int:
        """How many messages of a list were sent since its page was drawn: looked for once for all who have the
        same list, and only when something has come at all."""
        now, key = site.clock.monotonic(), urlencode(to_address(listed))
        if now - self.newest[0] >= EVERY:
            self.newest = (now, await site.readers.run(search.last_sent))
        if len(self.sent) > KEPT:
            self.sent.clear()
        newest, times = self.sent.get(key, (None, []))
        if newest != self.newest[1]:
            today = today_of(site)
            times = await site.readers.run(lambda tx: search.lately(tx, listed, today, today.now - BACK, MOST_NEW))
            self.sent[key] = (self.newest[1], times)
        return sum(moment > drawn for moment in times)

    async def stream(
        self, site: Site, digest: str, viewer: Viewer, plain: Filter, shown: OpenPage = NOTHING
    ) -> AsyncIterator[str]:
        """Server-sent events: the numbers when they are others than before, a comment when they are not. With them what
        has come into the list of the page, what has changed in its open message, and who else has that open."""
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
                told = await self._next_message(site, digest, viewer, plain, shown)
                yield told if told != last else ": nothing new\n\n"
                last = told
                await site.clock.sleep(EVERY)
            yield "event: over\ndata: -\n\n"
        finally:
            if self.streams.get(digest) == own:
                del self.streams[digest]
                self.open.pop(digest, None)

    async def version(self, site: Site, viewer: Viewer, code: str) -> str:
        """The version of a message, which grows with each change (I6); empty where the viewer may not see it. One look
        for all that are open."""
        now = site.clock.monotonic()
        if now - self.looked >= EVERY or code not in self.held:
            codes = sorted({code, *(opened for opened, _, at in self.open.values() if now - at < LOOKED)})
            self.held = await site.readers.run(lambda tx: panel_acts.holders(tx, codes))
            self.looked = now
        found = self.held.get(code)
        return str(found.version) if found is not None and may_see(viewer, found.agency, found.place) else ""

    def looks(self, digest: str, viewer: Viewer, code: str, now: float) -> None:
        """Notes that this session has this message open now."""
        if len(self.open) > KEPT:
            self.open.clear()
        self.open[digest] = (code, viewer, now)

    def beside(self, viewer: Viewer, code: str, now: float) -> str:
        """Who else has this message open: by name where it is known, each once."""
        there = ((seen, other) for seen, other, at in self.open.values() if now - at < LOOKED)
        others = {other.user: other.name for seen, other in there if seen == code and other.user != viewer.user}
        names = ", ".join(name or "коллега" for _, name in sorted(others.items()))
        return f"{names} тоже {'смотрят' if len(others) > 1 else 'смотрит'}" if others else ""

    async def _next_message(self, site: Site, digest: str, viewer: Viewer, plain: Filter, shown: OpenPage) -> str:
        """One event for an open page: the numbers of its views, how many messages are new in its list, and the version
        of the open message with who else looks at it. A mere comment where the database took too long."""
        try:
            told = await self.numbers(site, plain)
            if shown.listed is not None and shown.drawn is not None:
                told = told | {"fresh": str(await self.fresh(site, shown.listed, shown.drawn))}
            version = await self.version(site, viewer, shown.code) if shown.code else ""
            if version:
                now = site.clock.monotonic()
                self.looks(digest, viewer, shown.code, now)
                told = told | {"version": version, "beside": self.beside(viewer, shown.code, now)}
            return f"data: {json.dumps(told, ensure_ascii=False)}\n\n"
        except Unavailable:
            return ": asked too long\n\n"


async def read_numbers(site: Site, plain: Filter) -> dict[str, str]:
    """How many messages each view of the queue has, as printed, the words about danger, and the time of the look."""
    today = today_of(site)

    async def look(tx: Transaction) -> dict[str, str]:
        """The numbers of all views of the queue as they are printed, by view."""
        found = await search.numbers(tx, plain, today, VIEWS)
        told = {view.value: number(agencies.total()) for view, agencies in found.items()}
        return told | {"danger_words": danger_words(found[View.DANGER].total())}

    return {**await site.readers.run(look), "at": clock(site.clock.now(), site.zone)}


def danger_words(many: int) -> str:
    """The words in front of the title of a page; "" where nobody is in danger."""
    return plural(many, "опасность", "опасности", "опасностей") if many else ""


async def still(site: Site, digest: str, viewer: Viewer) -> bool:
    """Whether the session goes on and the person has the same role; looking is no use of the session."""
    now = site.clock.now()

    async def look(tx: Transaction) -> bool:
        """Whether the session is alive and its viewer has the same rights as before."""
        found = await sessions.alive(tx, digest, now)
        return found is not None and await viewers.of_user(tx, viewer.user, now) == viewer

    return await site.newest.run(look)
