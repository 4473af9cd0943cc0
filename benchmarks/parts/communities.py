"""What many communities in one process cost: memory, processor time and transactions while they are idle, and how soon
people are answered when messages are spread over all of them.

The bot is the real process; the emulator and the load run in this one. It must never count what the emulator costs.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import resource
import sys
import tempfile
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.rig.stand import (
    COMMUNITY,
    FIRST_RESIDENT,
    ROOT,
    cpu_seconds,
    environment,
    memory_mb,
    prepare,
    settings_for,
    world_text,
)
from bot.admin.of_vk import FLAGS
from bot.config.keys import master_of
from bot.config.settings import Settings
from bot.process.clock import Clock
from storage.db.database import Database
from storage.db.schema import community
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing
from storage.records import communities
from storage.records.communities import RegisteredCommunity
from vk_emulator.server import Emulator, running
from vk_emulator.world.records import Community as Page
from vk_emulator.world_file import DEFAULTS

FIRST = 1_000_000
RESIDENTS = 500
FIRST_PORT = 19_000
SETTLED, BEGIN, RESTS = 10.0, 600.0, 0.4
LATE = 20.0


@dataclass(frozen=True, slots=True)
class Spell:
    """Seconds before anything counts, in which each first answer of VK is kept; at rest, two long polls long; under
    load. `pace`: messages a second. `log`: where the bot's log is kept."""

    settle: float = 25.0
    idle: float = 50.0
    load: float = 10.0
    pace: float = 50.0
    log: str = ""


@dataclass(slots=True)
class Measured:
    """Of one size. `delays` of those that were answered."""

    size: int
    begun: float = 0.0
    rss: float = 0.0
    pss: float = 0.0
    cpu: float = 0.0
    transactions: float = 0.0
    pace: float = 0.0
    sent: int = 0
    a_message: float = 0.0
    ms: float = 0.0
    delays: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float]:
        """By the columns of the speed page. A message that was not answered has no delay: all of them are."""
        assert len(self.delays) == self.sent, f"{self.size}: {len(self.delays)} of {self.sent} answered"
        said = sorted(self.delays)
        return {
            "all listen after, s": self.begun,
            "memory, MB": self.rss,
            "% of a core": self.cpu,
            "transactions/s": self.transactions,
            "messages/s": self.pace,
            "transactions a message": self.a_message,
            "CPU ms a message": self.ms,
            "answer p50, s": said[len(said) // 2],
            "answer p95, s": said[min(len(said) - 1, int(0.95 * len(said)))],
        }


def ids(size: int) -> list[int]:
    """Those beside the home, which is one of them."""
    return [FIRST + number for number in range(size - 1)]


def peopled(emulator: Emulator, size: int) -> None:
    """The pages, set up as `check` asks; a world file of thousands would be read for a minute."""
    for id in ids(size):
        page = Page(id, f"Сообщество {id}", f"club{id}")
        page.settings, page.events = dict(DEFAULTS), dict.fromkeys(FLAGS, 1)
        emulator.world.add_community(page)
    emulator.call("emulator.setSwitches", rate_limit="off", user_rate_limit="off", lp_history_events=10**6)


async def registered(settings: Settings, size: int) -> None:
    """By bulk rows, each token sealed."""
    db = await Database.open(settings.database_url, master=master_of(settings), community=COMMUNITY)
    now = Clock().now()

    async def body(tx: Transaction, some: Sequence[int]) -> None:
        found = [RegisteredCommunity(id, f"Сообщество {id}", now) for id in some]
        rows = [await communities.row_of(tx, one, f"group-{one.id}", now) for one in found]
        await insert_missing(tx, community, rows)

    try:
        every = ids(size)
        for start in range(0, len(every), 500):
            await db.run(lambda tx, some=every[start : start + 500]: body(tx, some))  # type: ignore[misc]
    finally:
        await db.close()


@asynccontextmanager
async def started(settings: Settings, log: Path) -> AsyncIterator[int]:
    """The number of a process that is `python -m bot run`."""
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=log.parent, env=env(settings), stdout=out, stderr=out
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            await process.wait()


def env(settings: Settings) -> dict[str, str]:
    """The environment of a bot with these settings that runs from this folder."""
    return {**os.environ, **environment(settings), "PYTHONPATH": f"{ROOT}:{ROOT / 'emulator'}"}


def port_of(size: int) -> int:
    """The port of the measurements of the bot with so many communities; several run at once."""
    return FIRST_PORT + size


def transactions(size: int) -> float:
    """As the bot counts them."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port_of(size)}/metrics", timeout=30) as answer:
        found = re.search(r"^priemnaya_transactions (\S+)$", answer.read().decode(), re.MULTILINE)
    assert found is not None
    return float(found[1])


def pss_mb(pid: int) -> float:
    """The process's memory in MB, what it shares with others counted in parts."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.findall(r"^Pss:\s+(\d+)", text, re.MULTILINE)[0]) / 1024


async def listening(emulator: Emulator, size: int) -> float:
    """Seconds until everybody's long poll is there."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < BEGIN:
        if len(emulator.parked.accounts()) >= size:
            return time.perf_counter() - begun
        await asyncio.sleep(0.2)
    raise SystemExit(f"за {BEGIN:.0f} с слушают {len(emulator.parked.accounts())} из {size}: см. журнал бота")


async def calm(pid: int) -> float:
    """Seconds until the start is over: everybody's dialogues are read, and the processor rests."""
    begun = time.perf_counter()
    while time.perf_counter() - begun < BEGIN:
        used = cpu_seconds(pid)
        await asyncio.sleep(SETTLED)
        if cpu_seconds(pid) - used < RESTS * SETTLED:
            return time.perf_counter() - begun - SETTLED
    raise SystemExit("бот не успокоился: см. его журнал")


async def idle(pid: int, seconds: float, into: Measured) -> None:
    """Measures processor time in per cent, transactions a second and memory while nobody writes."""
    counted, used, at = await asyncio.to_thread(transactions, into.size), cpu_seconds(pid), time.perf_counter()
    await asyncio.sleep(seconds)
    lasted = time.perf_counter() - at
    into.cpu = 100 * (cpu_seconds(pid) - used) / lasted
    into.transactions = (await asyncio.to_thread(transactions, into.size) - counted) / lasted
    into.rss, into.pss = memory_mb(pid), pss_mb(pid)


class Load:
    """People who write once each to a community by chance, at an even pace."""

    def __init__(self, emulator: Emulator, size: int, pace: float, seconds: float) -> None:
        self.emulator, self.pace, self.many = emulator, pace, int(pace * seconds)
        chance = random.Random(1)
        every = [COMMUNITY, *ids(size)]
        people = range(FIRST_RESIDENT, FIRST_RESIDENT + RESIDENTS)
        pairs: dict[tuple[int, int], None] = {}
        most = min(self.many, len(every) * RESIDENTS)
        while len(pairs) < most:
            pairs[chance.choice(people), chance.choice(every)] = None
        self.pairs = list(pairs)
        self.waits: dict[tuple[int, int], float] = {}

    async def play(self) -> list[float]:
        """Sends all messages at the wanted pace; by answer, how many seconds it took."""
        world, begun, delays = self.emulator.world, time.perf_counter(), []
        seen, sent = world.next_id, 0
        while sent < len(self.pairs) or (self.waits and time.perf_counter() - begun < sent / self.pace + LATE):
            while sent < len(self.pairs) and time.perf_counter() - begun >= sent / self.pace:
                user, of = self.pairs[sent]
                self.waits[user, of] = time.perf_counter()
                sent += 1
                said: dict[str, Any] = {"peer_id": -of, "random_id": sent, "message": "Начать"}
                self.emulator.call("messages.send", f"user-{user}", **said)
            last, seen = seen, world.next_id
            delays += self.answered(range(last, seen))
            await asyncio.sleep(0.005)
        return delays

    def answered(self, numbers: range) -> Iterator[float]:
        """The first word of a community to somebody who waits for it."""
        for number in numbers:
            message = self.emulator.world.by_id[number]
            if message.sender < 0:
                for user in message.thread.members:
                    since = self.waits.pop((user, -message.sender), None)
                    if since is not None:
                        yield time.perf_counter() - since


async def loaded(pid: int, load: Load, into: Measured) -> None:
    """Measures what a message costs while they come: transactions and milliseconds of processor time."""
    counted, used = await asyncio.to_thread(transactions, into.size), cpu_seconds(pid)
    into.delays, into.sent = await load.play(), len(load.pairs)
    into.a_message = (await asyncio.to_thread(transactions, into.size) - counted) / into.sent
    into.ms = 1000 * (cpu_seconds(pid) - used) / into.sent


async def together(sizes: Sequence[int], options: Spell = Spell()) -> list[Measured]:
    """Each a process of its own. They rest at the same time, when all have begun, for a process at rest disturbs
    nobody; their load comes when all have rested, one after another."""
    all_there, one_at_a_time = asyncio.Barrier(len(sizes)), asyncio.Lock()
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(measured(size, options, all_there, one_at_a_time)) for size in sizes]
    return [task.result() for task in tasks]


async def measured(size: int, options: Spell, all_there: asyncio.Barrier, one_at_a_time: asyncio.Lock) -> Measured:
    """All figures of one size. Sizes rest at the same time and are loaded one after another."""
    found = Measured(size, pace=options.pace)
    with tempfile.TemporaryDirectory(prefix="communities-") as scratch:
        folder = Path(scratch)
        async with running(world_text(RESIDENTS)) as emulator:
            peopled(emulator, size)
            quiet = {"backup_folder": "off", "log_level": "WARNING"}
            settings = settings_for(emulator.url, folder, metrics_port=port_of(size), **quiet)
            await prepare(settings)
            await registered(settings, size)
            async with started(settings, folder / "bot.log") as pid:
                try:
                    found.begun = await listening(emulator, size) + await calm(pid)
                    await all_there.wait()
                    await asyncio.sleep(options.settle)
                    await idle(pid, options.idle, found)
                    await all_there.wait()
                    async with one_at_a_time:
                        await loaded(pid, Load(emulator, size, options.pace, options.load), found)
                finally:
                    if options.log:
                        Path(options.log).write_bytes((folder / "bot.log").read_bytes())
    return found


def descriptors() -> None:
    """A connection for each community, on both sides."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
