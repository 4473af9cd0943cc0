"""A table of official pages that was sent to the panel: kept in memory until it is loaded; what it has changed is kept
in the database for an hour, so that it can be taken back. It must never take back what somebody has changed since.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter

from features.official_pages import sql as registry
from features.official_pages.asked import MANY, keep_mains, words_of
from features.official_pages.columns import Sheet
from features.official_pages.model.facts import TABLE, VK, Fact
from features.official_pages.model.page import OfficialPage
from states.audit import AuditAction, AuditLine
from states.directory import Directory
from storage.db import notes
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.privacy import audit

WAITS = timedelta(minutes=15)
"""So long a table waits for «Загрузить»."""
UNDONE_FOR = timedelta(hours=1)
ChangedPage = tuple[OfficialPage | None, OfficialPage]


@dataclass(frozen=True, slots=True)
class SentTable:
    """A table that was sent to the panel, of which session and when."""

    session: str
    name: str
    sheet: Sheet
    at: datetime


@dataclass(frozen=True, slots=True)
class Loaded:
    """What one table has changed: each page before (None: it was not there) and after, and the facts that they had."""

    user: int
    at: datetime
    name: str
    kept: Sequence[ChangedPage]
    facts: Mapping[int, Sequence[Fact]]


@dataclass(slots=True)
class Loading:
    """One table waits at a time; a restart forgets it. `writing`: who writes the registry here compares and writes
    alone, or a second press writes everything twice."""

    sent: SentTable | None = None
    writing: asyncio.Lock = field(default_factory=asyncio.Lock)

    def hold(self, sent: SentTable) -> None:
        """Keeps a sent table until it is loaded, or until it has waited too long."""
        self.sent = sent
        asyncio.get_running_loop().call_later(WAITS.total_seconds(), self._forget, sent)

    def _forget(self, sent: SentTable) -> None:
        """Forgets this table, unless it is another one by now: a file is not kept in memory for nothing."""
        if self.sent is sent:
            self.sent = None

    def sent_by(self, session: str, now: datetime) -> SentTable | None:
        """The table that this session sent in the last 15 minutes."""
        found = self.sent
        return found if found is not None and found.session == session and now - found.at < WAITS else None


_STORED = TypeAdapter(Loaded)


async def keep_loaded(tx: Transaction, loaded: Loaded) -> None:
    """Remembers what was loaded last, in place of what was before."""
    await notes.put(tx, notes.PAGES_LOADED, _STORED.dump_python(loaded, mode="json"))


async def loaded_lately(tx: Transaction, now: datetime) -> Loaded | None:
    """What was loaded last, as long as it may be taken back: for an hour."""
    kept = await notes.get(tx, notes.PAGES_LOADED)
    loaded = _STORED.validate_python(kept) if kept else None
    return loaded if loaded is not None and now - loaded.at < UNDONE_FOR else None


async def forget_old(tx: Transaction, now: datetime) -> None:
    """Forgets what can no longer be taken back."""
    if await notes.get(tx, notes.PAGES_LOADED) and await loaded_lately(tx, now) is None:
        await notes.put(tx, notes.PAGES_LOADED, {})


async def take_back(db: Database, loaded: Loaded, known: Directory, by: int, now: datetime) -> tuple[int, int]:
    """How many pages are as they were, and how many somebody has changed since."""
    undone = left = 0
    for start in range(0, len(loaded.kept), MANY):
        part = loaded.kept[start : start + MANY]
        done, stayed = await db.run(lambda tx, part=part: _take_back(tx, part, loaded.facts, known))  # type: ignore[misc]
        undone, left = undone + done, left + stayed
    await db.run(keep_mains)
    line = AuditLine(by, AuditAction.PAGES_TAKEN_BACK, "", str(undone))
    await db.run(lambda tx: audit.append(tx, [line], now))
    await db.run(lambda tx: notes.put(tx, notes.PAGES_LOADED, {}))
    return undone, left


async def _take_back(
    tx: Transaction,
    part: Sequence[ChangedPage],
    facts: Mapping[int, Sequence[Fact]],
    known: Directory,
) -> tuple[int, int]:
    ids = [after.id for _, after in part]
    now = {page.id: page for page in await registry.of_ids(tx, ids)}
    told = await registry.facts_of(tx, ids)
    same = [(was, after) for was, after in part if after.id in now and plain(now[after.id]) == plain(after)]
    same = [(was, after) for was, after in same if was is not None or has_no_word_of_people(told[after.id])]
    back = [was for was, _ in same if was is not None]
    added = [after.id for was, after in same if was is None]
    await registry.keep(tx, [replace(page, checked=now[page.id].checked) for page in back],
                        {page.id: words_of(page, known) for page in back})  # fmt: skip
    await registry.remove(tx, added)
    ours = [fact for page in back for fact in told[page.id] if fact.source == TABLE and fact not in facts[page.id]]
    await registry.remove_facts(tx, ours)
    keys = {(fact.page, fact.name, fact.day) for fact in ours}
    had = [fact for page in back for fact in facts[page.id] if (fact.page, fact.name, fact.day) in keys]
    await registry.keep_facts(tx, had)
    return len(same), len(part) - len(same)


def has_no_word_of_people(facts: Sequence[Fact]) -> bool:
    """Whether only the table and the bot have said something of the page."""
    return all(fact.source in (TABLE, VK) for fact in facts)


def plain(page: OfficialPage) -> OfficialPage:
    """The page without what is written by itself, to compare."""
    return replace(page, main=False, checked=None)
