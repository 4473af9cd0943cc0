"""What many seeds gave together, and the file it is kept in: docs/reference/proof/*.json sums up from these.

A file belongs to one state of the code and one range of seeds; a run that was cut short goes on where it ended.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import proof_file
from tests.proof_file import commit
from tests.simulation.director import Outcome
from tests.simulation.points import NAMES


@dataclass
class Tally:
    """`points`: crash points at which a process ended; `passed`: how often each was reached; `deaths`: other ends.
    `figures`: messages, lives, restores, acts and the like, summed."""

    first: int = 0
    seeds: int = 0
    violations: int = 0
    failed: dict[str, list[str]] = field(default_factory=dict)
    troubles: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    passed: Counter[str] = field(default_factory=Counter)
    deaths: Counter[str] = field(default_factory=Counter)
    figures: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def add(self, outcome: Outcome) -> None:
        self.seeds += 1
        self.violations += len(outcome.wrong)
        if outcome.wrong:
            self.failed[str(outcome.seed)] = outcome.wrong
        self.troubles.update(outcome.troubles)
        self.passed.update(outcome.passed)
        self.figures.update(outcome.figures)
        for place, times in outcome.died.items():
            (self.points if place in NAMES else self.deaths)[place] += times
        self.cpu_seconds += outcome.cpu

    @contextmanager
    def timed(self) -> Iterator[None]:
        """What happens inside is time of the run."""
        began = time.monotonic()
        yield
        self.seconds += time.monotonic() - began

    @property
    def each(self) -> float:
        """Seeds a second of one core's time."""
        return self.seeds / self.cpu_seconds if self.cpu_seconds else 0.0


__all__ = ["Tally", "commit", "keep", "resumed", "tally_of", "written"]
COUNTERS = ("troubles", "points", "passed", "deaths", "figures")


def written(tally: Tally) -> dict[str, Any]:
    return {
        "from": tally.first,
        "seeds": tally.seeds,
        "violations": tally.violations,
        "failed": tally.failed,
        "restores": tally.figures["restores"],
        "copies": tally.figures["copies"],
        **{name: dict(sorted(getattr(tally, name).items())) for name in COUNTERS},
        "seconds": round(tally.seconds, 1),
        "cpu_seconds": round(tally.cpu_seconds, 1),
        "seeds_per_second_and_core": round(tally.each, 2),
    }


def keep(tally: Tally, file: Path, **more: Any) -> None:
    proof_file.write(file, {**written(tally), **more})


def resumed(file: Path | None, first: int) -> Tally:
    """What the file already has of this range and this code; else nothing."""
    kept = proof_file.unfinished(file, **{"from": first})
    return tally_of(kept) if kept else Tally(first)


def tally_of(kept: dict[str, Any]) -> Tally:
    counters = {name: Counter(kept[name]) for name in COUNTERS}
    same = {name: kept[name] for name in ("seeds", "violations", "failed", "seconds", "cpu_seconds")}
    return Tally(kept["from"], **same, **counters)
