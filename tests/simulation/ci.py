"""The form that CI runs: seeds that are always the same, seeds that the commit chooses, every seed that ever failed,
and crash points until each has been died at often enough (G1, G2). It must never pass a point over in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from tests.proof_file import git
from tests.simulation.kept_seeds import kept
from tests.simulation.plan import Plan, aimed, drawn
from tests.simulation.points import DEATHS, NAMES, NOT_HERE, POINTS
from tests.simulation.points_elsewhere import ELSEWHERE
from tests.simulation.tally import Tally

FIXED = 3_500
BY_COMMIT = 500
"""Few, so that what CI says of a commit seldom hangs on which it drew: what fails once in some thousands is hunted by
the long form."""
COMMITS_FROM = 1_000_000
"""From here on lie the seeds that commits choose; below, the fixed ones."""
AIMED_FROM = 3_000_000
AIMED_AT_ONCE = 24
MOST_AIMED = 240
"""A point that so many seeds do not reach often enough is not reached."""


def of_commit() -> int:
    """The first of the seeds that this commit chooses."""
    return COMMITS_FROM + int(git("rev-parse", "HEAD")[:6] or "0", 16)


def plans() -> list[Plan]:
    first = of_commit()
    seeds = [*kept(), *range(FIXED), *range(first, first + BY_COMMIT)]
    return [drawn(seed) for seed in seeds]


def aiming(tally: Tally, ran: Callable[[Sequence[Plan]], object]) -> None:
    """Seeds that aim at a point, until each that a life can pass has been died at often enough."""
    for first in range(AIMED_FROM, AIMED_FROM + MOST_AIMED, AIMED_AT_ONCE):
        short = [point for point in NAMES if point not in ELSEWHERE and tally.points[point] < DEATHS]
        if short:
            ran([aimed(first + number, point) for point in short for number in range(AIMED_AT_ONCE)])


def elsewhere(tally: Tally) -> None:
    """Points that lie in commands, not in a running bot."""
    for point, died_at in ELSEWHERE.items():
        wrong = died_at(DEATHS)
        tally.points[point] += DEATHS
        tally.passed[point] += DEATHS
        tally.violations += len(wrong)
        if wrong:
            tally.failed[point] = wrong


def too_few(deaths: Counter[str]) -> Iterator[str]:
    """Points that nobody died at often enough."""
    for number, names in POINTS.items():
        for name in names:
            if deaths[name] < DEATHS:
                yield f"точка {number} «{name}»: смертей {deaths[name]}, нужно {DEATHS}"


def not_here() -> Iterator[str]:
    for number, reason in NOT_HERE.items():
        yield f"  {number:2} нет: {reason}"
