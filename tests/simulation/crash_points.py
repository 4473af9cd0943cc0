"""`python -m tests.simulation.crash_points [--hits N] [--jobs J]`: an end at each point by intent (F1).

Most points are hit often enough by random seeds; here each is aimed at, in seeds that pass it, until it was hit (G2).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests import proof_file
from tests.simulation.__main__ import replayed
from tests.simulation.director import Outcome
from tests.simulation.many import outcomes
from tests.simulation.plan import LIVELY, Plan, drawn
from tests.simulation.tally import Tally, keep, tally_of

PER_POINT = 100_000
"""The seeds of a point begin at its number times this."""
ROUND = 40
MOST = 100
"""Rounds of a point: one that is hardly ever reached is no reason to go on for ever."""
FILES: dict[str, Any] = {
    "resident_acts": ("story_with_files",),
    "official_acts": ("answers_with_file", "accepts"),
    "troubles": ("forwards_refused",),
}
GAPS: dict[str, Any] = {"troubles": ("longpoll_loses", "longpoll")}
REACHING: dict[str, dict[str, Any]] = {
    "files: downloaded": FILES,
    "files: uploaded": FILES,
    "send: claimed for a look": {"troubles": ("answers_lost", "requests_lost")},
    "send: looked": {"troubles": ("answers_lost", "requests_lost")},
    "catch-up: dialogue in": GAPS,
    "catch-up: rows in": GAPS,
    "sweep: page noticed": {"troubles": ("older_copy", "longpoll")},
    "retention: rows emptied": {"troubles": ("clock_jumps",), "storm": 90.0, "acts_each": 2},
    "app: draining": {"troubles": ("restarts",)},
}
"""What is not drawn from the seed, so that it passes the point."""
NEVER_HERE = ("work: failure noted",)
"""No handler raises in a seed; tests/storage/test_inbox_contract.py."""
AIMED = tuple(name for name in LIVELY if name not in NEVER_HERE)


def plan_of(seed: int) -> Plan:
    name = AIMED[seed // PER_POINT]
    return drawn(seed, focus=name, crash_chance=0.5, **REACHING.get(name, {}))


def resumed(file: Path | None) -> tuple[Tally, dict[str, int]]:
    """With the number of seeds of each point that are done."""
    kept = proof_file.unfinished(file)
    if kept is None:
        return Tally(), dict.fromkeys(AIMED, 0)
    return tally_of(kept), {name: int(kept["seeds_of"].get(name, 0)) for name in AIMED}


def failed(outcome: Outcome) -> None:
    print(f"зерно {outcome.seed}, цель {AIMED[outcome.seed // PER_POINT]}:")
    for one in outcome.wrong[:8]:
        print(f"  {one}")
    print(f"  ещё раз: python -m tests.simulation.crash_points --replay {outcome.seed}", flush=True)


def summary(tally: Tally) -> Iterator[str]:
    for name in AIMED:
        yield f"  {name:28} {tally.points[name]:6} / {tally.passed[name]}"
    yield f"зёрен {tally.seeds}: нарушений {tally.violations}, {tally.seconds:.0f} с"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.crash_points", description=__doc__)
    parser.add_argument("--hits", type=int, default=40, help="ends at each point")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--results", type=Path, default=None, help="JSON; an unfinished run goes on where it ended")
    parser.add_argument("--replay", type=int, default=None, metavar="SEED", help="one seed with its trace")
    options = parser.parse_args()
    if options.replay is not None:
        return replayed(plan_of(options.replay))
    tally, done = resumed(options.results)
    for number, name in enumerate(AIMED):
        while tally.points[name] < options.hits and done[name] < MOST * ROUND:
            begin = number * PER_POINT + done[name]
            with tally.timed():
                for outcome in outcomes([plan_of(seed) for seed in range(begin, begin + ROUND)], options.jobs):
                    tally.add(outcome)
                    if outcome.wrong:
                        failed(outcome)
            done[name] += ROUND
            if options.results is not None:
                keep(tally, options.results, seeds_of=done)
    print("\n".join(summary(tally)))
    return 1 if tally.violations or any(tally.points[name] < options.hits for name in AIMED) else 0


if __name__ == "__main__":
    raise SystemExit(main())
