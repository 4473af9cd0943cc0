"""What an administrator does with the registry of official pages: import of a table with a dry run, export.

It must never delete a page, and never hold the database for long: a large table is kept a few hundred lines at a time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region.shared import directory_of
from features.official_pages import sql as registry
from features.official_pages.model.difference import (
    Change,
    Difference,
    TableRow,
    compare,
    facts_of,
    page_after,
    page_of,
)
from features.official_pages.model.facts import Fact, latest, merge_fact
from features.official_pages.model.page import KINDS, NETWORKS, OfficialPage
from features.official_pages.model.words import search_words
from features.official_pages.table import HEADS, Reader, cells
from states.audit import AuditAction, AuditLine
from states.directory import Directory
from storage.db.database import Database
from storage.db.transaction import Transaction
from storage.privacy import audit
from storage.records import directory as directories

Json = dict[str, Any]
MANY = 500
SHOWN = 200
"""Lines of each part of a difference; more nobody reads."""
Kept = tuple[OfficialPage | None, OfficialPage, TableRow]


class AdminPages:
    """Answers an administrator's requests about the registry from an open database."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self.db, self.clock = db, clock

    def commands(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """By name, what an administrator may ask for."""
        return {"pages_import": self.pages_import, "pages_export": self.pages_export}

    async def pages_import(self, lines: list[list[Any]], zone: str, dry_run: bool) -> Json:
        """The difference in words, and the table is kept unless it is a dry run."""
        known = await self._directory()
        reader = Reader(known)
        rows = reader.rows((number, said) for number, said in lines)
        found = compare(await self.db.run(registry.everything), rows)
        if not dry_run:
            await keep_all(self.db, found, known, self.clock.now().astimezone(ZoneInfo(zone)), 0)
        counts = {
            "new": len(found.new),
            "changed": len(found.changed),
            "gone": len(found.gone),
            "same": len(found.same),
        }
        faults = faults_of(reader, found)
        return {**counts, "faults": faults[:SHOWN], "wrong": len(faults), "lines": list(in_words(found, known))}

    async def pages_export(self) -> Json:
        """The whole registry as lines of a table that can be imported again."""
        known = await self._directory()
        pages = await self.db.run(registry.everything)
        facts = await self.db.run(lambda tx: registry.facts_of(tx, [page.id for page in pages]))
        line = AuditLine(0, AuditAction.EXPORTED, "", "pages")
        await self.db.run(lambda tx: audit.append(tx, [line], self.clock.now()))
        return {"heads": HEADS, "rows": [cells(known, page, latest(facts[page.id])) for page in pages]}

    async def _directory(self) -> Directory:
        """The stored directory; Refusal where there is none."""
        stored = await self.db.run(directories.load_text)
        if stored is None:
            raise Refusal("Сначала загрузите справочник: python -m bot directory import ПАПКА")
        return directory_of(stored[0])


async def keep_all(
    db: Database, found: Difference, known: Directory, now: datetime, by: int
) -> tuple[list[Kept], dict[int, list[Fact]]]:
    """All that a table changes, `now` in the time of the region; and the facts that its pages had before."""
    first, facts = await db.run(registry.last_id), dict[int, list[Fact]]()
    kept: list[Kept] = [(None, page_of(row, first + turn, now.date()), row) for turn, row in enumerate(found.new, 1)]
    kept += [(change.page, page_after(change.page, change.row, now.date()), change.row) for change in found.changed]
    kept += [(page, page, row) for page, row in found.same if row.by_hand]
    for start in range(0, len(kept), MANY):
        part = kept[start : start + MANY]
        facts |= await db.run(lambda tx, part=part: keep(tx, part, known, now.date()))  # type: ignore[misc]
    await db.run(keep_mains)
    line = AuditLine(by, AuditAction.PAGES_IMPORTED, "", str(len(kept)))
    await db.run(lambda tx: audit.append(tx, [line], now))
    return kept, facts


async def keep(tx: Transaction, part: Sequence[Kept], known: Directory, today: date) -> dict[int, list[Fact]]:
    """Pages with what a search finds them by, and the facts that the table tells anew; those that there were."""
    pages = [after for _, after, _ in part]
    anew = [after for was, after, _ in part if was != after]
    await registry.keep(tx, anew, {official_page.id: words_of(official_page, known) for official_page in anew})
    before = await registry.facts_of(tx, [page.id for page in pages])
    facts: list[Fact] = []
    for was, after, row in part:
        now = latest(before[after.id])
        facts += [merge_fact(now, fact) for fact in facts_of(was, after, row, today)]
    await registry.keep_facts(tx, facts)
    return before


async def keep_mains(tx: Transaction) -> None:
    """Chooses anew which page of each body is its main one, over the whole registry."""
    await registry.keep_mains(tx, await registry.everything(tx))


def words_of(official_page: OfficialPage, known: Directory) -> str:
    """The words by which search finds the page: its body, kind, municipality and address."""
    place = known.place_by_code.get(official_page.place)
    names = (place.name, place.short, place.centre or "") if place else ()
    return search_words(official_page.body, KINDS[official_page.kind], *names, official_page.address)


def faults_of(reader: Reader, found: Difference) -> list[str]:
    """Lines that are left out, each with its reason."""
    twice = (f"Строка {row.line}: «{row.body}» уже есть в таблице выше." for row in found.twice)
    return [*reader.faults, *twice]


def in_words(found: Difference, known: Directory) -> Iterator[str]:
    """The difference, each part cut where nobody reads on."""
    yield from _cut(f"+ {_page_in_words(row, known)}" for row in found.new)
    for change in found.changed[:SHOWN]:
        yield f"~ {_page_in_words(change.page, known)}: {'; '.join(_change(change) for change in change.changes)}"
    yield from _more(len(found.changed))
    yield from _cut(f"? {_page_in_words(page, known)}: в таблице её нет. Закрыта или забыли?" for page in found.gone)


def _cut(lines: Iterator[str]) -> Iterator[str]:
    """The first `SHOWN` lines, and how many more there are."""
    told_so_far = list(lines)
    yield from told_so_far[:SHOWN]
    yield from _more(len(told_so_far))


def _more(many: int) -> Iterator[str]:
    """A line that says how many more there are; nothing for none."""
    if many > SHOWN:
        yield f"… и ещё {many - SHOWN}."


def _page_in_words(official_page: OfficialPage | TableRow, known: Directory) -> str:
    place = known.place_by_code.get(official_page.place)
    return ", ".join(filter(None, (official_page.body, place.short if place else "", NETWORKS[official_page.network])))


def _change(change: Change) -> str:
    """A change of one field in words."""
    return f"{change.field} «{change.was}» → «{change.now}»" if change.was or change.now else f"{change.field} изменён"
