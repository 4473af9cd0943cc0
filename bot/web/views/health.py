"""One line about the bot itself: the books, the last copy, the night's comparison, the chats. Looked up once a minute.

It must never be green where something is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from bot.upkeep.backups import OFF
from bot.web.layout import number
from bot.web.site import Site
from handlers.text.words import moment, plural, waiting_time
from storage.db import notes
from storage.db.transaction import Transaction
from storage.ops import statistics
from storage.ops.copies import backup
from storage.records import chats

KEPT = timedelta(minutes=1)
OLD_COPY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that is known of the bot, in words."""

    words: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class HealthLine:
    """What was known of the bot at this moment."""

    facts: tuple[Fact, ...]
    at: datetime

    @property
    def broken(self) -> bool:
        """Whether any fact is bad."""
        return any(fact.bad for fact in self.facts)


@dataclass(slots=True)
class Health:
    """The last line, for a minute."""

    last: HealthLine | None = field(default=None)

    async def line(self, site: Site) -> HealthLine:
        """The line about the bot itself, read anew when the last one is too old."""
        now = site.clock.now()
        if self.last is None or not now - KEPT < self.last.at <= now:
            self.last = HealthLine(tuple(facts(await site.readers.run(read_health), site, now)), now)
        return self.last


async def read_health(tx: Transaction) -> dict[str, Any]:
    """What the line about the bot needs: whether the books are right, the last copy, the night's check, (chats reached,
    chats bound), since when there is a chat."""
    bound = await chats.bound(tx)
    return {
        "books": await statistics.identity(tx),
        "copied": await backup.last_copied(tx),
        "night": await notes.get(tx, notes.CHECKED),
        "chats": (sum(not chat.lost for chat in bound), len(bound)),
        "since": min((chat.bound_at for chat in bound if chat.bound_at is not None), default=None),
    }


def facts(known: dict[str, Any], site: Site, now: datetime) -> Iterator[Fact]:
    """What is said of books, copy, night and chats."""
    books = known["books"]
    came, done = books["inbox"]["received"], books["inbox"]["done"] + books["inbox"]["ignored"]
    if books["balanced"]:
        yield Fact(f"Сошлось: пришло {number(came)}, обработано {number(done)}")
    else:
        yield Fact(f"Не сошлось: {statistics.difference(books)}", bad=True)
    yield copy_fact(known["copied"], known["since"], site, now)
    there, all_chats = known["chats"]
    yield Fact(f"На связи {plural(there, 'чат', 'чата', 'чатов')} из {number(all_chats)}", bad=there < all_chats)


def copy_fact(copied: str | None, since: datetime | None, site: Site, now: datetime) -> Fact:
    """The fact about copies. `since`: when the first chat was bound; in its first day a bot has no copy yet, and
    nothing is wrong."""
    if not copied and site.db.dialect != "sqlite" and site.settings.backup_folder == OFF:
        return Fact("Копии делает PostgreSQL")
    fresh = since is not None and now - since <= OLD_COPY and site.settings.backup_folder != OFF
    if not copied and fresh:
        return Fact("Первая копия будет в течение суток")
    if not copied:
        return Fact("Копий ещё нет", bad=True)
    at = datetime.fromisoformat(copied)
    if at > now + backup.AHEAD:
        return Fact(f"Последняя копия помечена будущим: {moment(at, site.zone)}", bad=True)
    if now - at > OLD_COPY:
        return Fact(f"Последняя копия {waiting_time(at, now)} назад", bad=True)
    return Fact(f"Копия {moment(at, site.zone)}")
