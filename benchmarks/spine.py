"""What the spine costs: turns a second and processor time beside a plain vkbottle bot, batches, idle, durability.

Both bots have the same dialogue on the same emulator, one after the other in one run. Figures are printed as they come
out, also where the peer is better; what the issue demands of us (idle, durability) fails the command when it is missed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import batches  # noqa: E402
from benchmarks.contestants import Plain, ours, polling, post  # noqa: E402
from benchmarks.crowd import Crowd  # noqa: E402
from benchmarks.nursery import Nursery  # noqa: E402
from benchmarks.stand import (  # noqa: E402
    COMMUNITY,
    cpu_seconds,
    environment,
    machine,
    memory_mb,
    people,
    prepare,
    settings_for,
    world_text,
)
from benchmarks.tables import Table, write  # noqa: E402
from vk_emulator.server import Emulator, running  # noqa: E402

COMMAND = "python benchmarks/spine.py"
AT_ONCE = {1: 10, 10: 60, 100: 300, 1000: 1000}
AT_ONCE_QUICK = {50: 50}
THINK = 0.6
"""The most that a person thinks, in seconds, where VK's limit is on; without the limit nobody thinks."""
CARDS = 30.0
MEMORY_MB = 138.0
IDLE_PERCENT = 2.0
IDLE_SECONDS = 20.0
DURABLE_MS = 50.0


@dataclass(frozen=True)
class Run:
    """One crowd with one bot."""

    people: int
    done: int
    turns: int
    seconds: float
    cpu: float
    delays: Sequence[float]
    cards: int

    @property
    def finished(self) -> bool:
        return self.done == self.people

    @property
    def pace(self) -> float:
        return self.turns / self.seconds if self.seconds else 0.0

    def cells(self) -> list[str]:
        cost = f"{1000 * self.cpu / self.turns:.1f}" if self.turns else "—"
        delay = f"{percentile(self.delays, 0.5):.2f} / {percentile(self.delays, 0.95):.2f}"
        return [f"{self.done} of {self.people}", f"{self.cards}", f"{self.pace:.0f}", cost, delay]


def percentile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))] if ordered else 0.0


@asynccontextmanager
async def contestant(emulator: Emulator, folder: Path, nursery: Nursery | None, *, limit: bool) -> AsyncIterator[int]:
    """The process number of a started bot: ours out of the nursery, or the plain one."""
    if nursery is not None:
        async with ours(emulator, folder, nursery, requests_per_second=19 if limit else 1000) as bot:
            await bot.start()
            yield nursery.pid
        return
    chats = [chat["peer_ids"][f"group-{COMMUNITY}"] for chat in emulator.call("emulator.state")["chats"]]
    plain = Plain(emulator, folder, script="plain_dialogue.py", extra={"PLAIN_CHATS": ",".join(map(str, chats))})
    try:
        await plain.start()
        assert plain.process is not None
        yield plain.process.pid
    finally:
        await plain.kill()


async def crowd(nursery: Nursery | None, at_once: int, total: int, *, limit: bool) -> Run:
    """So many people at once, after one that warms the bot up. Without a nursery it is the plain bot."""
    with tempfile.TemporaryDirectory(prefix="spine-") as folder:
        async with running(world_text(total + 1)) as emulator:
            # Nothing may be lost because VK forgets events: that is measured elsewhere.
            emulator.call("emulator.setSwitches", rate_limit="off", lp_history_events=10**6)
            async with contestant(emulator, Path(folder), nursery, limit=limit) as pid:
                first, *others = people(total + 1)
                await Crowd(emulator, [first], 1, 0.0).play()
                emulator.call("emulator.setSwitches", rate_limit="on" if limit else "off")
                await asyncio.sleep(1.1)
                before, used = cards(emulator), cpu_seconds(pid)
                load = Crowd(emulator, others, at_once, THINK if limit else 0.0)
                await load.play()
                await all_cards(emulator, before + load.done)
                spent = cpu_seconds(pid) - used
                shown = cards(emulator) - before
                return Run(total, load.done, len(load.delays), load.seconds, spent, load.delays, shown)


CARD = re.compile(r"^№\S+$", re.MULTILINE)


def cards(emulator: Emulator) -> int:
    """How many cards are in the chats."""
    chats = emulator.world.chats.values()
    return sum(
        message.sender < 0 and CARD.search(message.text) is not None
        for chat in chats
        for message in chat.thread.messages
    )


async def all_cards(emulator: Emulator, wanted: int) -> None:
    for _ in range(int(CARDS / 0.1)):
        if cards(emulator) >= wanted:
            return
        await asyncio.sleep(0.1)


async def crowds(nursery: Nursery, sizes: dict[int, int], command: str) -> Table:
    heads = ["residents at once", "20 requests a second"]
    for name in ("ours", "vkbottle"):
        heads += [f"{name}: finished", "cards", "turns/s", "CPU ms a turn", "answer s, p50 / p95"]
    heads.append("turns/s, ours to vkbottle")
    rows = []
    for limit in (False, True):
        for at_once, total in sizes.items():
            own = await crowd(nursery, at_once, total, limit=limit)
            peer = await crowd(None, at_once, total, limit=limit)
            ratio = f"{own.pace / peer.pace:.2f}" if own.finished and peer.finished else "—"
            rows.append([str(at_once), "on" if limit else "off", *own.cells(), *peer.cells(), ratio])
            print(f"  {rows[-1]}", file=sys.stderr, flush=True)
    return Table("spine", command, machine(), heads, rows)


async def idle(folder: Path) -> tuple[float, float]:
    """(memory in MB, percent of a core) of `python -m bot run` that is connected and has nothing to do."""
    async with running(None) as emulator:
        settings = settings_for(emulator.url, folder)
        await prepare(settings)
        with (folder / "idle.log").open("wb") as log:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=ROOT, env={**os.environ, **environment(settings)}, stderr=log
            )
            try:
                await polling(emulator, 0)
                await asyncio.sleep(3.0)
                used = cpu_seconds(process.pid)
                await asyncio.sleep(IDLE_SECONDS)
                return memory_mb(process.pid), 100 * (cpu_seconds(process.pid) - used) / IDLE_SECONDS
            finally:
                process.terminate()
                await process.wait()


async def durable(nursery: Nursery, folder: Path, messages: int) -> list[float]:
    """Milliseconds from VK's answer to the commit, for messages that come one at a time."""
    times = folder / "times.json"
    async with running(world_text(messages)) as emulator, ours(emulator, folder, nursery) as bot:
        await bot.start(f"timed:{times}")
        await asyncio.sleep(1.0)
        for user in people(messages):
            post(emulator, user, "Большая яма на дороге")
            await asyncio.sleep(0.05)
        await asyncio.sleep(1.0)
        await bot.nursery.end(signal.SIGTERM)
    return [1000 * load for load in json.loads(times.read_text())]


def cost_table(command: str, memory: float, percent: float, waits: Sequence[float]) -> tuple[Table, list[str]]:
    """Idle and durability, with what is demanded; the second part says what was missed."""
    found = (
        ("memory, idle, MB", memory, MEMORY_MB),
        (f"processor, idle for {IDLE_SECONDS:.0f} s, % of a core", percent, IDLE_PERCENT),
        ("VK's answer to durable, p50, ms", percentile(waits, 0.5), DURABLE_MS),
        ("VK's answer to durable, p95, ms", percentile(waits, 0.95), DURABLE_MS),
    )
    rows = [[what, f"{value:.1f}", f"≤ {most:.0f}"] for what, value, most in found]
    missed = [f"{what}: {value:.1f} > {most:.0f}" for what, value, most in found if value > most]
    return Table("cost", command, machine(), ["what", "measured", "demanded"], rows), missed


def batch_table(quick: bool, command: str) -> Table:
    heads = ["events in a batch", "events/s", "CPU ms an event"]
    return Table("batches", command, machine(), heads, batches.run(quick))


async def measured(quick: bool, cost_only: bool) -> tuple[list[Table], list[str]]:
    """Idle runs beside the crowds in the quick form only: it waits most of the time."""
    command = COMMAND + (" --quick" if quick else "") + (" --cost" if cost_only else "")
    tables: list[Table] = []
    with tempfile.TemporaryDirectory(prefix="idle-") as one, tempfile.TemporaryDirectory(prefix="durable-") as two:
        async with Nursery() as nursery:
            waits = await durable(nursery, Path(two), 40 if quick else 200)
            if cost_only:
                memory, percent = await idle(Path(one))
            else:
                tables = [await asyncio.to_thread(batch_table, quick, command)]
                if quick:
                    spine_and_idle = asyncio.gather(crowds(nursery, AT_ONCE_QUICK, command), idle(Path(one)))
                    spine, (memory, percent) = await spine_and_idle
                else:
                    memory, percent = await idle(Path(one))
                    spine = await crowds(nursery, AT_ONCE, command)
                tables.append(spine)
    cost, missed = cost_table(command, memory, percent, waits)
    return [cost, *tables], missed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="at most a minute, for every day")
    parser.add_argument("--cost", action="store_true", help="idle and durability only, half a minute")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/reference/benchmarks.md")
    options = parser.parse_args()
    tables, missed = asyncio.run(measured(options.quick, options.cost))
    for table in tables:
        print(table.text(), end="\n\n")
    if options.write:
        write(tables)
    for what in missed:
        print(f"Больше, чем можно: {what}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
