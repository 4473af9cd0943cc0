"""The table of speed: crowds beside the peers, batches, disk, history, books, memory; it makes the speed page.

A goal that is missed fails nothing, it is printed. `--quick` fails when a ratio has fallen by a third (ratios.py).
"""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
import tempfile
import time
import traceback
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, ExitStack
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import cost  # noqa: E402
from benchmarks.page import ratios  # noqa: E402
from benchmarks.page.figures import Figures, Part, Samples, add, load, number, save  # noqa: E402
from benchmarks.page.goals import GOALS, MISSED, row_of  # noqa: E402
from benchmarks.page.pictures import pictures  # noqa: E402
from benchmarks.page.speed_page import page  # noqa: E402
from benchmarks.parts import batches, communities, disk, past, workers  # noqa: E402
from benchmarks.parts.crowd_run import Load, played  # noqa: E402
from benchmarks.parts.peer_bots import PEERS, VKBOTTLE, Absent, Peer  # noqa: E402
from benchmarks.rig.nursery import Nursery  # noqa: E402
from benchmarks.rig.postgresql import NoServer, another, fresh  # noqa: E402
from benchmarks.rig.stand import machine  # noqa: E402

SAMPLES = ROOT / "docs" / "reference" / "speed.json"
PAGE = SAMPLES.with_suffix(".md")
PICTURES = ROOT / "docs" / "pictures"


@dataclass(frozen=True)
class Plan:
    """How much is measured; `tiny` only shows that all of it runs."""

    rounds: int = 5
    at_once: int = 1000
    free: tuple[int, ...] = (100, 1000)
    peer_seconds: float = 4.0
    batches: tuple[tuple[int, int], ...] = tuple(batches.ROUNDS.items())
    servers: bool = True
    messages: int = 100
    past: tuple[int, ...] = (1_000, 100_000)
    years: tuple[int, ...] = (1_000, 1_000_000, 10_000_000)
    crowd: int = 60
    stop_seconds: float = 2.0
    idle_seconds: float = 10.0
    pages: tuple[int, ...] = (1, 100, 1000, 3577)
    spell: communities.Spell = communities.Spell()
    said: str = ""
    workers: tuple[int, ...] = (1, 2, 4)


TRIAL = "A trial that everything runs: these figures mean nothing."
SOON = communities.Spell(settle=1.0, idle=2.0, load=2.0, pace=10.0)
SMALL = (100, 1_000)
TINY = Plan(2, 10, (10,), 4.0, ((1, 4), (8, 2), (64, 1)), True, 10, SMALL, SMALL, 5, 1.0, 2.0, (1, 3), SOON, TRIAL)
QUICK = Plan(free=(50,), batches=((1, 30), (64, 4)), servers=False)

Said = list[str]
Measure = Callable[[Plan, Samples, Said], Awaitable[None]]


async def crowd(plan: Plan, samples: Samples, said: Said) -> None:
    """Ours at both paces and each peer, in turn, under VK's limit."""
    async with Nursery() as nursery:
        for _ in range(plan.rounds):
            whole = Load(plan.at_once, plan.at_once, limit=True)
            for pace in (20, 19):
                add(samples, row_of(plan.at_once, pace), (await played(nursery, whole, pace)).found())
            for peer in PEERS:
                short = Load(plan.at_once, plan.at_once, limit=True, most=plan.peer_seconds)
                await beside(peer, short, f"{peer.name}, {plan.at_once:,} at once", samples, said)


async def free(plan: Plan, samples: Samples, said: Said) -> None:
    """Ours and the plain vkbottle bot, in turn, without a limit. The other peers limit themselves."""
    async with Nursery() as nursery:
        for _ in range(plan.rounds):
            for at_once in plan.free:
                whole = Load(at_once, max(at_once, min(300, 3 * at_once)), limit=False)
                add(samples, f"ours, {at_once:,} at once", (await played(nursery, whole)).found())
                await beside(VKBOTTLE, whole, f"vkbottle, {at_once:,} at once", samples, said)


async def beside(peer: Peer, load: Load, row: str, samples: Samples, said: Said) -> None:
    """Adds a peer's samples, or the reason why it was not measured, said once."""
    try:
        add(samples, row, (await played(peer, load)).found())
    except Absent as error:
        told = f"{peer.name} was not measured: {error}."
        if told not in said:
            said.append(told)


async def in_batches(plan: Plan, samples: Samples, said: Said) -> None:
    """Both engines in turn."""
    async with AsyncExitStack() as stack:
        benches = {"SQLite": await stack.enter_async_context(batches.consented())}
        try:
            if plan.servers:
                url = await stack.enter_async_context(fresh())
                benches["PostgreSQL"] = await stack.enter_async_context(batches.consented(url))
        except NoServer as error:
            said.append(f"PostgreSQL was not measured: {error}.")
        for _ in range(plan.rounds):
            for name, bench in benches.items():
                for size, times in plan.batches:
                    add(samples, f"{name}, {size}", await batches.measured(bench, size, times))


async def beside_each_other(plan: Plan, samples: Samples, said: Said) -> None:
    """So many processes in turn, each time on an empty database of one server."""
    try:
        async with AsyncExitStack() as stack:
            url = await stack.enter_async_context(fresh())
            for number in range(plan.rounds):
                for count in plan.workers:
                    empty = await another(url, f"workers_{number}_{count}")
                    add(samples, f"{count}", await workers.measured(empty, count, plan.stop_seconds))
    except NoServer as error:
        said.append(f"PostgreSQL was not measured: {error}.")
    said.append("The server and all workers share the cores of this machine.")


async def on_disk(plan: Plan, samples: Samples, said: Said) -> None:
    """Measures bytes on disk for one message."""
    async with Nursery() as nursery:
        for row, found in (await disk.measured(nursery, plan.messages)).items():
            add(samples, row, found)
    said.append(f"{plan.messages} messages lived.")


async def history(plan: Plan, samples: Samples, said: Said) -> None:
    """Measures turns beside the usual numbers of stored messages."""
    await lived(plan.past, plan, samples, said)


async def years(plan: Plan, samples: Samples, said: Said) -> None:
    """The same beside years of messages; it runs only where `--only` names it."""
    await lived(plan.years, plan, samples, said)


async def lived(sizes: Sequence[int], plan: Plan, samples: Samples, said: Said) -> None:
    """All databases stand at once, so that rounds are taken in turn; their bots gone, the books are counted."""
    with ExitStack() as kept:
        folders = {one: Path(kept.enter_context(tempfile.TemporaryDirectory(prefix="past-"))) for one in sizes}
        async with AsyncExitStack() as stack:
            lives = {
                appeals: await stack.enter_async_context(past.standing(folder, appeals, plan.crowd * plan.rounds))
                for appeals, folder in folders.items()
            }
            for _ in range(plan.rounds):
                for appeals, life in lives.items():
                    add(samples, f"{appeals:,}", await life.turn(plan.crowd))
        for _ in range(plan.rounds):
            for appeals, folder in folders.items():
                add(samples, f"{appeals:,}", await past.stops(past.url_of(folder), plan.stop_seconds))
    said.append(f"{plan.crowd} people at once in each round; they stay in the database.")
    said.append(f"{number(plan.stop_seconds)} s with and without counting in each round.")


async def idle(plan: Plan, samples: Samples, said: Said) -> None:
    """Measures memory and processor time at rest, with the panel and without."""
    for row, panel in (("without the panel", False), ("with the panel", True)):
        with tempfile.TemporaryDirectory(prefix="idle-") as folder:
            memory, percent = await cost.idle(Path(folder), panel=panel, seconds=plan.idle_seconds)
        add(samples, row, {"memory, MB": memory, "% of a core": percent})


async def in_one_process(plan: Plan, samples: Samples, _said: Said) -> None:
    """Once: what they cost at rest is a mean of many seconds."""
    communities.descriptors()
    for found in await communities.together(plan.pages, plan.spell):
        add(samples, f"{found.size:,}", found.figures())


PARTS: dict[str, Measure] = {
    "crowd": crowd,
    "free": free,
    "batches": in_batches,
    "past": history,
    "disk": on_disk,
    "idle": idle,
    "communities": in_one_process,
    "workers": beside_each_other,
    "years": years,
}
LATER = ("years",)
"""Half an hour, and 45 GB in TMPDIR: only by `--only`."""
QUICK_PARTS = ["free", "batches"]
EVERY = [name for name in PARTS if name not in LATER]


async def measured(names: list[str], plan: Plan, command: str, keep: Callable[[Figures], None]) -> Figures:
    """A part that breaks says so and the others go on: half an hour is not to be lost."""
    figures: Figures = {}
    for name in names:
        print(f"{name} …", file=sys.stderr, flush=True)
        samples: Samples = {}
        said: Said = [plan.said] if plan.said else []
        begun = time.perf_counter()
        try:
            await PARTS[name](plan, samples, said)
        except (Exception, SystemExit) as error:
            traceback.print_exc()
            said.append(f"It broke off: {type(error).__name__}.")
        print(f"{name}: {time.perf_counter() - begun:.0f} s", file=sys.stderr, flush=True)
        figures[name] = Part(command, machine(), samples, tuple(said))
        keep(figures)
    return figures


def write(figures: Figures) -> None:
    """Samples, page and pictures; parts that this run has not measured stay as they are."""
    kept = load(SAMPLES) | figures
    save(SAMPLES, kept)
    PAGE.write_text(page(kept), encoding="utf-8")
    for name, (_, _, svg) in pictures(kept).items():
        (PICTURES / name).write_text(svg, encoding="utf-8")


def plan_of(options: argparse.Namespace) -> Plan:
    """How much is measured, by the options."""
    chosen = QUICK if options.quick else TINY if options.tiny else Plan()
    typed = tuple(int(one) for one in options.past.split(",") if one)
    return Plan(**{**vars(chosen), "past": typed or chosen.past, "rounds": options.rounds or chosen.rounds})


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=0, help="five by themselves")
    parser.add_argument("--only", default="", help=f"parts, with commas: {','.join(PARTS)}; {LATER[0]} only so")
    parser.add_argument("--past", default="", help="with commas: messages in each database, for history")
    parser.add_argument("--tiny", action="store_true", help="only shows that all of it runs; its figures mean nothing")
    parser.add_argument("--write", action="store_true", help="docs/reference/speed.md, speed.json and the pictures")
    parser.add_argument("--quick", action="store_true", help="two minutes; fails when a ratio has fallen by a third")
    parser.add_argument("--record", action="store_true", help="with --quick: these ratios are the recorded ones now")
    return parser.parse_args(arguments)


def judged(figures: Figures, command: str, record: bool) -> int:
    """Prints the ratios; 1 where one has fallen by a third. `record` keeps them instead of judging."""
    now = ratios.found(figures)
    for what, value in now.items():
        print(f"{what}: {value:.2f}")
    if record:
        ratios.record(now, command, machine())
        return 0
    low = ratios.fallen(ratios.load(), now)
    for what in low:
        print(f"Отношение упало больше чем на треть: {what}", file=sys.stderr)
    return 1 if low else 0


def main() -> int:
    options = options_of()
    names = options.only.split(",") if options.only else QUICK_PARTS if options.quick else EVERY
    command = shlex.join(["python", "benchmarks/speed.py", *sys.argv[1:]])
    keep = write if options.write else lambda _: None
    figures = asyncio.run(measured(names, plan_of(options), command, keep))
    if not options.write and not options.quick:
        print(page(figures))
    if options.quick:
        return judged(figures, command, options.record)
    for goal in GOALS:
        what, wanted, value, met = goal.cells(figures)
        if met == MISSED:
            print(f"Цель не достигнута: {what}: {value}, нужно {wanted}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
