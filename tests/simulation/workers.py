"""`python -m tests.simulation.workers --seeds N --workers 2|4 [--from S] [--results FILE]`, `--replay SEED`.

Several workers of the real bot on a real PostgreSQL, in virtual time. Ends with 1 if anything is wrong in any seed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.simulation.crew import TROUBLES, Ground, plan_of, prepare
from tests.simulation.director import Outcome
from tests.simulation.mutations import no_lease
from tests.simulation.postgres import started
from tests.simulation.stage import quiet_log
from tests.simulation.tally import Tally, keep, resumed

BLOCK = 20
TEETH = range(12)
KEPT = Path(__file__).resolve().parent.parent / "seeds" / "workers.txt"
"""Seeds that failed once: `workers seed`, after # what was wrong."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.workers", description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--workers", type=int, choices=(2, 3, 4), default=2)
    parser.add_argument("--results", type=Path, default=None, help="JSON; an unfinished run goes on where it ended")
    parser.add_argument("--kept", action="store_true", help="the seeds of tests/seeds/workers.txt too")
    parser.add_argument(
        "--teeth", action="store_true", help="a seed with and without the lease of a lane, nothing else"
    )
    parser.add_argument("--with", dest="also", choices=TROUBLES, action="append", default=[], help="in every seed")
    parser.add_argument("--replay", type=int, default=None, metavar="SEED", help="one seed with its trace")
    options = parser.parse_args()
    with ground() as made:
        if options.replay is not None:
            plan = plan_of(options.replay, options.workers, options.also)
            print(plan)
            outcome = made.play(plan, options.workers, print)
            print(f"след {outcome.trace}", *outcome.wrong, sep="\n  ")
            return 1 if outcome.wrong else 0
        if options.teeth:
            return bites(made)
        again = [timed(made, seed, number) for number, seed in (kept() if options.kept else ())]
        for outcome in again:
            print(*outcome.wrong, sep="\n")
        if any(outcome.wrong for outcome in again):
            return 1
        tally = resumed(options.results, options.first)
        for seed in range(options.first + tally.seeds, options.first + options.seeds):
            add(tally, timed(made, seed, options.workers, options.also), options.workers, options.also)
            if options.results is not None and tally.seeds % BLOCK == 0:
                keep(tally, options.results)
        if options.results is not None:
            keep(tally, options.results)
    print(summary(tally, options.workers))
    return 1 if tally.violations else 0


@contextmanager
def ground() -> Iterator[Ground]:
    """A server with a prepared database."""
    quiet_log()
    server, end = started()
    try:
        yield Ground(server, prepare(server))
    finally:
        end()


def bites(made: Ground) -> int:
    """Over a slow network, with a lease of no time, two write into one dialogue within a few seeds; the same seed with
    the lease is quiet."""
    for seed in TEETH:
        drawn = plan_of(seed, 2)
        calm = {**drawn.settings, "undo_seconds": 0}
        plan = replace(drawn, residents=3, acts_each=1, troubles=(), focus="", quick=1.0, settings=calm)
        plan = replace(plan, resident_acts=("story",), official_acts=("answers",))
        with no_lease():
            broken = [one for one in made.play(plan, 2).wrong if one.startswith("F26")]
        if broken:
            whole = made.play(plan, 2).wrong
            print(
                f"зерно {seed}",
                *(f"без аренды: {one}" for one in broken),
                *(f"с арендой: {one}" for one in whole),
                sep="\n",
            )
            return 1 if whole else 0
    print("без аренды никто не помешал другому")
    return 1


def timed(made: Ground, seed: int, workers: int, also: Sequence[str] = ()) -> Outcome:
    began = time.process_time()
    outcome = made.play(plan_of(seed, workers, also), workers)
    return replace(outcome, cpu=time.process_time() - began)


def add(tally: Tally, outcome: Outcome, workers: int, also: Sequence[str] = ()) -> None:
    began = time.monotonic() - tally.seconds
    tally.add(outcome)
    tally.seconds = time.monotonic() - began
    if outcome.wrong:
        print(f"зерно {outcome.seed}: {len(outcome.wrong)} нарушений", *outcome.wrong[:8], sep="\n  ")
        again = f"python -m tests.simulation.workers --workers {workers} --replay {outcome.seed}"
        again += "".join(f" --with {name}" for name in also)
        print(f"  ещё раз: {again}", flush=True)
        if not also:
            remember(workers, outcome.seed)
    if sys.stderr.isatty():
        print(f"\r{tally.seeds} зёрен, нарушений {tally.violations} ", end="", file=sys.stderr, flush=True)


def remember(workers: int, seed: int) -> None:
    line = f"{workers} {seed}"
    if line not in [line.split("#")[0].strip() for line in known_lines()]:
        with KEPT.open("a", encoding="utf-8") as file:
            file.write(f"{line}{os.linesep}")


def known_lines() -> list[str]:
    return KEPT.read_text(encoding="utf-8").splitlines() if KEPT.exists() else []


def kept() -> list[tuple[int, int]]:
    """(workers, seed) of each that failed once."""
    lines = [line.split("#")[0].split() for line in known_lines()]
    return [(int(line[0]), int(line[1])) for line in lines if line]


def summary(tally: Tally, workers: int) -> str:
    told = tally.figures
    return (
        f"{workers} процесса на PostgreSQL, зёрна {tally.first}…{tally.first + tally.seeds - 1}: "
        f"нарушений {tally.violations} в {len(tally.failed)} зёрнах; сообщений {told['messages']}, "
        f"жизней {told['lives']}, восстановлений {told['restores']}, остановок {told['pauses']}, "
        f"обрывов {told['cuts']}, ожиданий замка {told['waits']}\n"
        f"процессора {tally.cpu_seconds:.0f} с без самого PostgreSQL: {tally.each:.2f} зёрен на секунду ядра"
    )


if __name__ == "__main__":
    raise SystemExit(main())
