"""The forms that CI and each night run: every seed that ever failed, seeds that are always the same, each night seeds
that the commit chooses, and crash points until each has been died at often enough (G1, G2). No point is passed over in
silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.proof_file import git
from tests.simulation.kept_seeds import TWINS, kept
from tests.simulation.plan import Plan, aimed, drawn, twin
from tests.simulation.points import NAMES, POINTS
from tests.simulation.points_elsewhere import ELSEWHERE
from tests.simulation.tally import Tally


@dataclass(frozen=True)
class Form:
    """So many seeds, so many of them chosen by the commit, and so many deaths at each crash point. None in CI: a
    landing must not fail for what is not in its change. What fails once in thousands is hunted each night and by
    `make prove`.
    `twins`: so many seeds with a second community beside the home; where the commit chooses at all, a sixth of them.
    """

    seeds: int
    by_commit: int
    deaths: int
    twins: int

    @property
    def fixed(self) -> int:
        """From 0 on; what failed once is among the seeds too."""
        return self.seeds - self.by_commit - len(kept())


CI = Form(330, 0, 3, 12)
NIGHT = Form(4_000, 500, 40, 600)
COMMITS_FROM = 1_000_000
"""From here on lie the seeds that commits choose; below, the fixed ones."""
AIMED_FROM = 3_000_000
AIMED_AT_ONCE = 12
MOST_AIMED = 240
"""A point that so many seeds do not reach often enough is not reached."""


def of_commit() -> int:
    """The first of the seeds that this commit chooses."""
    return COMMITS_FROM + int(git("rev-parse", "HEAD")[:6] or "0", 16)


def plans(form: Form) -> list[Plan]:
    first = of_commit()
    seeds = [*kept(), *range(form.fixed), *range(first, first + form.by_commit)]
    return [drawn(seed) for seed in seeds]


def twins(form: Form) -> list[Plan]:
    first, fresh = of_commit(), form.twins // 6 if form.by_commit else 0
    return [twin(seed) for seed in (*kept(TWINS), *range(form.twins - fresh), *range(first, first + fresh))]


def aiming(form: Form, tally: Tally, ran: Callable[[Sequence[Plan]], object]) -> None:
    """Seeds that aim at a point, until each that a life can pass has been died at often enough."""
    for first in range(AIMED_FROM, AIMED_FROM + MOST_AIMED, AIMED_AT_ONCE):
        short = [point for point in NAMES if point not in ELSEWHERE and tally.points[point] < form.deaths]
        if short:
            ran([aimed(first + number, point) for point in short for number in range(AIMED_AT_ONCE)])


def elsewhere(form: Form, tally: Tally) -> None:
    """Points that lie in commands, not in a running bot."""
    for point, died_at in ELSEWHERE.items():
        wrong = died_at(form.deaths)
        tally.points[point] += form.deaths
        tally.passed[point] += form.deaths
        tally.violations += len(wrong)
        if wrong:
            tally.failed[point] = wrong


def too_few(form: Form, deaths: Counter[str]) -> Iterator[str]:
    """Points that nobody died at often enough."""
    for number, names in POINTS.items():
        for name in names:
            if deaths[name] < form.deaths:
                yield f"точка {number} «{name}»: смертей {deaths[name]}, нужно {form.deaths}"
