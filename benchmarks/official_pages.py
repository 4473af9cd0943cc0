"""How long an import of 10,000 official pages, a search in them and the panel's page take.

    python benchmarks/official_pages.py
    python benchmarks/official_pages.py --url postgresql+asyncpg://postgres@/empty?host=/run/postgresql

The database is made anew and must be empty. Ends with 1 where a bar is not held.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import features  # noqa: E402
from benchmarks.rig.stand import COMMUNITY, REGION, machine  # noqa: E402
from benchmarks.rig.tables import Table, write  # noqa: E402
from bot.admin.admin_service import AdminService  # noqa: E402
from bot.config import calendar_file  # noqa: E402
from bot.process.clock import Clock  # noqa: E402
from bot.region import table_file  # noqa: E402
from bot.region.directory_file import read  # noqa: E402
from bot.region.directory_json import to_json  # noqa: E402
from features.demo.given import YearInputs  # noqa: E402
from features.official_pages import made_up  # noqa: E402
from features.official_pages import sql as registry  # noqa: E402
from features.official_pages.model.facts import latest  # noqa: E402
from features.official_pages.model.page import PageState  # noqa: E402
from features.official_pages.model.wanted import PageFilter  # noqa: E402
from features.official_pages.pages.views import CELLS, month_ends  # noqa: E402
from features.official_pages.table import HEADS, cells  # noqa: E402
from states.directory import Directory  # noqa: E402
from storage.db.database import Database  # noqa: E402
from storage.db.master import Master  # noqa: E402
from storage.db.migrations import migrate  # noqa: E402
from storage.records import directory as directories  # noqa: E402

MASTER = Master(bytes(range(32)))
ZONE = "Asia/Yekaterinburg"
AT = datetime(2026, 11, 27, 4, 4, tzinfo=UTC)
PAGES, ROUNDS = 10_000, 40
IMPORT_SECONDS, SEARCH_SECONDS, PANEL_SECONDS = 10.0, 0.05, 0.3
SEARCHES = ("школа № 5 Миасс", "школа", "библиотека 3", "дворец")


def table(folder: Path, known: Directory) -> Path:
    """The demo's registry, and so many of its pages once more under another name."""
    made = made_up.made_of(YearInputs(1, 0, AT, COMMUNITY, known, calendar_file.read(), ZoneInfo(ZONE)))
    for one in made[: PAGES - len(made)]:
        page = one.page
        address = f"{page.address}x" if page.address else ""
        made.append(replace(one, page=replace(page, body=f"{page.body}, филиал", address=address)))
    path = folder / "pages.xlsx"
    table_file.write(path, HEADS, [["", *cells(known, one.page, latest(one.facts))[1:]] for one in made])
    return path


async def imported(desk: AdminService, path: Path) -> float:
    """How many seconds an import of this table takes; it fails where a line was refused."""
    began = time.perf_counter()
    lines = table_file.read(path)
    said = await desk.carry_out("pages_import", {"lines": lines, "zone": ZONE, "dry_run": False})
    assert said["wrong"] == 0, said
    return time.perf_counter() - began


async def p95(body: Callable[[], Awaitable[object]]) -> float:
    """The 95th percentile of many calls in seconds."""
    took = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await body()
        took.append(time.perf_counter() - began)
    return sorted(took)[ROUNDS * 95 // 100 - 1]


async def search(db: Database, words: str) -> None:
    """Reads the first 50 pages that these words find."""
    await db.run(lambda tx: registry.page(tx, PageFilter(words=words), 0, 50))


async def panel(db: Database) -> None:
    """What the page asks the database for."""
    whole, waits = PageFilter(), PageFilter(states=(PageState.WAITS,))
    await db.run(lambda tx: registry.counts(tx, whole, *CELLS))
    await db.run(lambda tx: registry.months(tx, whole, month_ends(date(2026, 11, 27))))
    for wanted in (whole, waits):
        found, _ = await db.run(lambda tx, wanted=wanted: registry.page(tx, wanted, 0, 50))
        await db.run(lambda tx, found=found: registry.facts_of(tx, [one.id for one in found]))


async def measured(url: str, folder: Path) -> list[tuple[str, float, float]]:
    """What was measured, the seconds it took and those it may take, on a new database."""
    await migrate(url, master=MASTER)
    db = await Database.open(url, master=MASTER, community=COMMUNITY)
    try:
        known = read(REGION)
        await db.run(lambda tx: directories.save_text(tx, to_json(known), AT))
        desk, path = AdminService(db, Clock(), features=features.installed()), table(folder, known)
        found = [(f"import of {PAGES:,} pages", await imported(desk, path), IMPORT_SECONDS)]
        found.append(("the same table again", await imported(desk, path), IMPORT_SECONDS))
        for words in SEARCHES:
            found.append((f"search «{words}», p95", await p95(lambda words=words: search(db, words)), SEARCH_SECONDS))
        found.append(("what the page reads, p95", await p95(lambda: panel(db)), PANEL_SECONDS))
        return found
    finally:
        await db.close()


def table_of(engine: str, found: list[tuple[str, float, float]]) -> Table:
    """The table in milliseconds, with whether each bar is met."""
    heads = ("what", "ms", "at most", "met")
    rows = [
        (name, f"{seconds * 1000:.0f}", f"{bar * 1000:.0f}", "yes" if seconds <= bar else "no")
        for name, seconds, bar in found
    ]
    command = f"python benchmarks/official_pages.py --url {engine}…"
    return Table(f"official pages on {engine}", command, machine(), heads, rows)


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--url", default="")
    asked.add_argument("--write", action="store_true", help="put the table into docs/reference/benchmarks.md")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = given.url or f"sqlite+aiosqlite:///{folder}/bot.db"
        found = asyncio.run(measured(url, Path(folder)))
    made = table_of(url.partition("+")[0], found)
    print(made.text())
    if given.write:
        write([made])
    return int(any(seconds > bar for _, seconds, bar in found))


if __name__ == "__main__":
    sys.exit(main())
