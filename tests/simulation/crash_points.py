"""`python -m tests.simulation.crash_points [--hits N] [--jobs J] [--results FILE]`: an end at each point by intent.

The long form of what each night does forty times (F1, G2): each point is aimed at, in seeds that pass it, until hit.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from tests import proof_file
from tests.simulation.director import Outcome
from tests.simulation.many import outcomes
from tests.simulation.plan import aimed
from tests.simulation.points import NAMES
from tests.simulation.points_elsewhere import ELSEWHERE
from tests.simulation.tally import Tally, keep, tally_of

AIMED_FROM = 5_000_000
"""Other seeds than those of CI; a point's begin at its number times PER_POINT."""
PER_POINT = 100_000
ROUND = 40
MOST = 100
"""Rounds of a point: one that is hardly ever reached is no reason to go on for ever."""


def resumed(file: Path | None) -> tuple[Tally, dict[str, int]]:
    """With the number of seeds of each point that are done."""
    kept = proof_file.unfinished(file)
    if kept is None:
        return Tally(), dict.fromkeys(NAMES, 0)
    return tally_of(kept), {name: int(kept["seeds_of"].get(name, 0)) for name in NAMES}


def a_round(tally: Tally, name: str, done: int, jobs: int) -> None:
    """Some more deaths at this point."""
    if name in ELSEWHERE:
        wrong = ELSEWHERE[name](ROUND)
        tally.points[name] += ROUND
        tally.passed[name] += ROUND
        tally.violations += len(wrong)
        if wrong:
            tally.failed[name] = wrong
        return
    begin = AIMED_FROM + NAMES.index(name) * PER_POINT + done
    for outcome in outcomes([aimed(seed, name) for seed in range(begin, begin + ROUND)], jobs):
        tally.add(outcome)
        if outcome.wrong:
            failed(outcome, name)


def failed(outcome: Outcome, name: str) -> None:
    print(f"зерно {outcome.seed}, цель {name}:")
    for one in outcome.wrong[:8]:
        print(f"  {one}")
    print(f"  ещё раз: python -m tests.simulation --replay {outcome.seed} --aim '{name}'", flush=True)


def summary(tally: Tally) -> Iterator[str]:
    for name in NAMES:
        yield f"  {name:28} {tally.points[name]:6} / {tally.passed[name]}"
    yield f"зёрен {tally.seeds}: нарушений {tally.violations}, {tally.seconds:.0f} с"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.crash_points", description=__doc__)
    parser.add_argument("--hits", type=int, default=400, help="ends at each point")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--results", type=Path, default=None, help="JSON; an unfinished run goes on where it ended")
    options = parser.parse_args()
    tally, done = resumed(options.results)
    for name in NAMES:
        while tally.points[name] < options.hits and done[name] < MOST * ROUND:
            with tally.timed():
                a_round(tally, name, done[name], options.jobs)
            done[name] += ROUND
            if options.results is not None:
                keep(tally, options.results, seeds_of=done)
    print("\n".join(summary(tally)))
    return 1 if tally.violations or any(tally.points[name] < options.hits for name in NAMES) else 0


if __name__ == "__main__":
    raise SystemExit(main())
