"""How long the panel takes with a million messages, and what it costs the bot meanwhile.

    python benchmarks/panel_rows.py --messages 1000000 --url sqlite+aiosqlite:////tmp/panel/bot.db
    python benchmarks/panel.py --url sqlite+aiosqlite:////tmp/panel/bot.db

Pages are asked for over HTTP from the real server, one after another without a pause. Beside them the writer keeps
fifty messages a second; its time without and with the pages is measured in turns in the same run. The panel stands in
the writer's process, as on SQLite, or in one of its own.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import os
import random
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Literal

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import httpx  # noqa: E402

import features  # noqa: E402
from benchmarks.panel_rows import NOW  # noqa: E402
from benchmarks.rig.stand import COMMUNITY, machine  # noqa: E402
from benchmarks.rig.tables import Table, write  # noqa: E402
from bot.config.settings import Settings  # noqa: E402
from bot.process.clock import Clock  # noqa: E402
from bot.region.directory_json import from_json  # noqa: E402
from bot.web.security.limits import Limits  # noqa: E402
from bot.web.serve import open_panel  # noqa: E402
from states.lifecycle.appeal import Appeal  # noqa: E402
from states.people.viewers import LINK_LIFE, Role, SignIn, Viewer  # noqa: E402
from storage.db.database import Database  # noqa: E402
from storage.ops import bulk  # noqa: E402
from storage.records import directory, sessions, viewers  # noqa: E402
from tests.web.filled import one as message  # noqa: E402

UNIT = ROOT / "deploy" / "systemd" / "priemnaya-web.service"
USER, PORT = 9001, 18_777
NICE = int(re.findall(r"^Nice=(\d+)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)[0])
SOON, REPORT = 0.3, 5.0
PAGES = {
    "Сейчас": ("/now", SOON),
    "Очередь": ("/queue", SOON),
    "Ведомства": ("/agencies", SOON),
    "Муниципалитеты": ("/places", SOON),
    "Карта": ("/map", SOON),
    "Карта месяца": ("/map?from=2026-11-01&to=2026-11-27&measure=count", SOON),
    "Темы": ("/topics", SOON),
    "поиск по номеру": ("/queue?q=1120-", SOON),
    "поиск по словам": ("/queue?words=яма+двор", SOON),
    "отчёт месяца": ("/reports/month?from=2026-10-01", REPORT),
    "Open311, 50 сообщений": ("/api/georeport/v2/requests.json", SOON),
    "Open311, 200 на глубине 10 000": ("/api/georeport/v2/requests.json?page_size=200&page=50", SOON),
    "Open311, одна тема и состояние": ("/api/georeport/v2/requests.json?service_code=blago-park&status=open", SOON),
    "общие проблемы": ("/open/incidents.atom", SOON),
}
"""Address and the longest that 95 of 100 may take, in seconds."""
GROWN = 20
"""How much longer the writer may take beside the pages, in per cent."""
A_SECOND = 50
ENOUGH = 20
"""Messages, to tell a p95 of."""


class Standing(Clock):
    """The moment for which the rows were made."""

    def now(self) -> datetime:
        """A time that goes on, within the minute for which the database was made."""
        return NOW + timedelta(seconds=time.monotonic() % 60)


class Unlimited(Limits):
    """The panel's limits of requests, switched off."""

    def take(self, kind: str, key: str, most: int) -> None:
        """One browser asks for a thousand pages here."""


async def sign_in(db: Database, client: httpx.AsyncClient) -> None:
    """Signs the client in as somebody of the ЦУР, by a one-time link as people do."""
    now = NOW + timedelta(minutes=1)
    await db.run(lambda tx: viewers.grant(tx, Viewer(USER, Role.CUR, "", "Замер"), now))
    token = f"bench-{time.monotonic_ns()}"
    given = SignIn(sessions.digest(token), USER, now + LINK_LIFE)
    await db.run(lambda tx: sessions.keep_links(tx, [given]))
    answer = await client.post(f"/in/{token}")
    assert answer.status_code == 303, answer.text


async def timed(client: httpx.AsyncClient, path: str, rounds: int) -> list[float]:
    """The seconds of so many requests of this page; it fails where one is not answered with 200."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        answer = await client.get(path)
        taken.append(time.perf_counter() - began)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:300])
    return taken


class Writer:
    """Fifty messages a second, what is due in one transaction as the bot's loops do; how long each took from then."""

    def __init__(self, db: Database) -> None:
        self.db, self.number, self.taken = db, 0, list[float]()

    async def run(self, until: asyncio.Event) -> None:
        """Writes messages at an even pace until it is told to stop. A message that had to wait counts from when it was
        due."""
        rng, due = random.Random(1), time.perf_counter()
        while not until.is_set():
            await asyncio.sleep(max(0.0, due + 1 / A_SECOND - time.perf_counter()))
            since: list[float] = []
            while due + 1 / A_SECOND <= time.perf_counter() and len(since) < 64:
                due += 1 / A_SECOND
                since.append(due)
            made = [(self.fresh(rng), ()) for _ in since]
            await self.db.run(lambda tx: bulk.keep(tx, made))  # noqa: B023
            self.taken += [time.perf_counter() - one for one in since]

    def fresh(self, rng: random.Random) -> Appeal:
        """A new made-up message with a number that no other has."""
        self.number += 1
        made = message(rng, self.number, ["mindor", "minzdrav"], ["miass", "chelyabinsk"], ["pits", "snow"])
        mark = time.monotonic_ns()
        return replace(made, code=f"{made.code}-{mark}", resident=900_000_000 + self.number, source=mark)

    def p95(self) -> float:
        """The 95th percentile in seconds since it was last asked."""
        found, self.taken = self.taken, []
        return p95(found)


def p95(values: list[float]) -> float:
    """The 95th percentile of at least two values."""
    return statistics.quantiles(values, n=20)[-1]


Stage = Literal["rest", "asked", "done"]
Told = Callable[[Stage], None]


async def pages(db: Database, url: str, rounds: int, told: Told) -> list[tuple[str, ...]]:
    """A row of each page. `told` hears when nobody asks, when a page is being asked for, and when that is over."""
    stored = await db.run(directory.load_text)
    assert stored is not None, "benchmarks/panel_rows.py keeps the directory too"
    known = from_json(stored[0])
    settings = Settings(
        vk_token="group-101", operator_name="Замер", operator_address="Челябинск", operator_email="a@b.ru",
        policy_url="https://b.ru/p", panel_port=PORT, database_url=url, open_data="on",
    )  # fmt: skip
    import bot.web.serve as serving

    serving.Limits = Unlimited  # type: ignore[misc]
    served = await open_panel(settings, db, Standing(), lambda: known, features=features.installed())
    rows: list[tuple[str, ...]] = []
    try:
        address = f"http://127.0.0.1:{PORT}"
        async with httpx.AsyncClient(base_url=address, headers={"origin": address}, timeout=60) as client:
            await sign_in(db, client)
            for path, _ in PAGES.values():
                await timed(client, path, 2)
            for name, (path, goal) in PAGES.items():
                told("rest")
                await asyncio.sleep(3)
                told("asked")
                taken = await timed(client, path, rounds)
                told("done")
                figures = (f"{one * 1000:.0f}" for one in (statistics.median(taken), p95(taken), goal))
                rows.append((name, *figures, met(p95(taken) <= goal)))
    finally:
        await served.close()
    return rows


@dataclass
class Watched:
    """The writer's times, by what the panel does meanwhile."""

    writer: Writer
    alone: list[float] = field(default_factory=list)
    beside: list[float] = field(default_factory=list)

    def hear(self, stage: Stage) -> None:
        """Notes how fast was written: alone and beside the pages are kept apart, moments at rest are left out."""
        if stage == "rest":
            self.writer.taken = []
        elif len(self.writer.taken) > ENOUGH:
            (self.alone if stage == "asked" else self.beside).append(self.writer.p95())


async def measured(url: str, rounds: int, apart: bool) -> Table:
    """The table of pages, and of writing with and without them."""
    db = await Database.open(url, community=COMMUNITY)
    watched, over = Watched(Writer(db)), asyncio.Event()
    writing = asyncio.ensure_future(watched.writer.run(over))
    try:
        asking = in_another_process(url, rounds, watched.hear) if apart else pages(db, url, rounds, watched.hear)
        rows = await asking
    finally:
        over.set()
        await writing
        await db.close()
    return table_of(url, rounds, apart, rows, statistics.median(watched.alone), statistics.median(watched.beside))


async def in_another_process(url: str, rounds: int, told: Told) -> list[tuple[str, ...]]:
    """As `python -m bot web` stands beside a bot on PostgreSQL, with the rank of its unit."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=served_apart, args=(url, rounds, theirs))
    process.start()
    theirs.close()
    while not isinstance(said := await asyncio.to_thread(ours.recv), list):
        told(said)
    process.join()
    return said


def served_apart(url: str, rounds: int, to: Connection) -> None:
    """What the other process runs: it gives way to the bot (nice) and sends what it has measured."""
    os.nice(NICE)
    to.send(asyncio.run(alone(url, rounds, to.send)))


async def alone(url: str, rounds: int, told: Told) -> list[tuple[str, ...]]:
    """The rows of pages, asked on a connection of its own."""
    db = await Database.open(url, community=COMMUNITY)
    try:
        return await pages(db, url, rounds, told)
    finally:
        await db.close()


def met(kept: bool) -> str:
    """The last cell of a row."""
    return "да" if kept else "нет"


def table_of(url: str, rounds: int, apart: bool, rows: list[tuple[str, ...]], alone: float, beside: float) -> Table:
    """The address is not shown: it says where files of this machine lie."""
    grown = 100 * (beside / alone - 1)
    told = f"p95 записи, 50 сообщений в секунду: без страниц {alone * 1000:.1f}, рядом с ними"
    last = (told, "", f"{beside * 1000:.1f} ({grown:+.0f} %)", f"+{GROWN} %", met(grown <= GROWN))
    engine = url.partition("+")[0]
    heads = ("страница", "p50, мс", "p95, мс", "можно, мс", "хватило")
    command = f"python benchmarks/panel.py --url {engine}… --rounds {rounds}{' --apart' if apart else ''}"
    return Table(f"panel on {engine}{', apart' if apart else ''}", command, machine(), heads, [*rows, last])


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--url", required=True)
    asked.add_argument("--rounds", type=int, default=40)
    asked.add_argument("--apart", action="store_true", help="the panel in a process of its own, as on PostgreSQL")
    asked.add_argument("--write", action="store_true", help="put the table into docs/reference/benchmarks.md")
    given: Any = asked.parse_args()
    made = asyncio.run(measured(given.url, given.rounds, given.apart))
    print(made.text())
    if given.write:
        write([made])
    sys.exit(0 if all(row[-1] == met(True) for row in made.rows) else 1)


if __name__ == "__main__":
    main()
