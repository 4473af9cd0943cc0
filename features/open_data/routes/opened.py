"""What the open data stand on: the region's settings, and what many ask for kept for a moment."""

from __future__ import annotations

from asyncio import Lock
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from starlette.requests import Request

from bot.web.site import Site
from features.open_data.routes.ids import Ids
from features.open_data.statuses_file import Statuses
from states.directory import Topic
from states.lifecycle.appeal import Status
from storage.ops import open_rows
from storage.ops.open_rows import Crowd

T = TypeVar("T")
KEPT = timedelta(minutes=1)
HIDDEN = frozenset({Status.WITHDRAWN})
"""What its author has taken back is not shown any more."""


@dataclass(slots=True)
class Opened:
    """`kept`: by name, when it was made and what it is."""

    site: Site
    ids: Ids
    statuses: Statuses
    kept: dict[str, tuple[datetime, Any]] = field(default_factory=dict)
    locks: dict[str, Lock] = field(default_factory=dict)

    @property
    def least(self) -> int:
        """From how many residents on a number is shown."""
        return self.site.settings.open_least

    @property
    def today(self) -> date:
        """The date in the region's zone."""
        return self.site.clock.now().astimezone(self.site.zone).date()

    async def keeping(self, name: str, seconds: timedelta, make: Callable[[], Awaitable[T]]) -> T:
        """The value under `name`, made anew once it is older than `seconds`, by one of those who ask; the others see
        what was made last. So many who ask are one question to the database."""
        lock = self.locks.setdefault(name, Lock())
        known = self.kept.get(name)
        if known is None or not (lock.locked() or self.fresh(known, seconds)):
            async with lock:
                known = self.kept.get(name)
                if known is None or not self.fresh(known, seconds):
                    known = self.kept[name] = (self.site.clock.now(), await make())
        found: T = known[1]
        return found

    def fresh(self, known: tuple[datetime, Any], seconds: timedelta) -> bool:
        """Whether the kept value is younger than this."""
        return timedelta() <= self.site.clock.now() - known[0] < seconds

    async def topics(self) -> frozenset[str]:
        """The topics of which single messages are shown: about no one's health or enemies, and written of by enough
        residents."""

        async def look() -> frozenset[str]:
            """The codes of topics of which so many residents wrote that a single one cannot be recognised."""
            plain = [topic.code for topic in self.site.directory().topics if not delicate(topic)]
            cells = [Crowd((code,)) for code in plain]
            found = await self.site.readers.run(lambda tx: open_rows.are_crowded(tx, cells, self.least))
            return frozenset(code for code, enough in zip(plain, found, strict=True) if enough)

        return await self.keeping("topics", KEPT, look)


def delicate(topic: Topic) -> bool:
    """Whether only sums are shown of the topic: it is about health, or who wrote must stay hidden even from those who
    answer."""
    return topic.health or topic.anonymous_card


def opened_of(request: Request) -> Opened:
    found: Opened = request.app.state.opened
    return found
