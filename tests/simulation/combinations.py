"""`python -m tests.simulation.combinations [--each N] [--jobs J] [--results FILE]`: F8, all that nobody knows about VK.

How long a random_id is known, over how many messages and where, whether history shows it, whether the bot hears of its
own messages (P1–P6): 72 combinations, each with seeds of the whole fault set. Copies that nobody could have prevented
(delivery.md §8) are counted apart.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from tests import proof_file
from tests.simulation.__main__ import replayed
from tests.simulation.director import Outcome
from tests.simulation.kept_seeds import GUESSES, remember
from tests.simulation.many import outcomes
from tests.simulation.plan import Plan, drawn
from tests.simulation.tally import Tally, keep, tally_of

WINDOWS = (0, 3600, 10**9)
LAST = (5, 100, 10**6)
PER_COMBINATION = 100_000
"""The seeds of a combination begin at its number times this."""


@dataclass(frozen=True)
class Combination:
    window: int
    last: int
    scope: str
    shown: bool
    echo: bool

    @property
    def switches(self) -> dict[str, Any]:
        return {
            "dedup_window": self.window,
            "dedup_last": self.last,
            "dedup_scope": self.scope,
            "history_random_id": "on" if self.shown else "off",
            "chat_reply_events": "on" if self.echo else "off",
        }

    def line(self) -> str:
        return (
            f"окно {self.window} с, последние {self.last}, {self.scope}, "
            f"random_id в истории {'есть' if self.shown else 'нет'}, эхо {'есть' if self.echo else 'нет'}"
        )


COMBINATIONS = tuple(
    Combination(*values) for values in product(WINDOWS, LAST, ("dialogue", "sender"), (True, False), (True, False))
)


def plan_of(seed: int) -> Plan:
    """The plan of a seed, in the VK of its combination."""
    combination = COMBINATIONS[seed // PER_COMBINATION]
    drawn_switches = drawn(seed).switches
    return drawn(seed, switches={**drawn_switches, **combination.switches}, echo=combination.echo)


def plans(rounds: range) -> list[Plan]:
    """One seed of each combination after the other."""
    return [plan_of(number * PER_COMBINATION + turn) for turn in rounds for number in range(len(COMBINATIONS))]


Counts = list[Counter[str]]


def add(counts: Counts, outcome: Outcome) -> None:
    one = counts[outcome.seed // PER_COMBINATION]
    one["seeds"] += 1
    one["violations"] += len(outcome.wrong)
    one["copies"] += outcome.figures["copies"]


def resumed(file: Path | None) -> tuple[Tally, Counts]:
    kept = proof_file.unfinished(file)
    if kept is None:
        return Tally(), [Counter() for _ in COMBINATIONS]
    return tally_of(kept), [
        Counter({name: combination[name] for name in COUNTED}) for combination in kept["combinations"]
    ]


COUNTED = ("seeds", "violations", "copies")


def written(counts: Counts) -> list[dict[str, Any]]:
    return [
        {**vars(combination), **{name: one[name] for name in COUNTED}}
        for combination, one in zip(COMBINATIONS, counts, strict=True)
    ]


def summary(tally: Tally, counts: Counts) -> Iterator[str]:
    for combination, one in zip(COMBINATIONS, counts, strict=True):
        if one["violations"] or one["copies"]:
            yield f"  {combination.line()}: нарушений {one['violations']}, неизбежных копий {one['copies']}"
    yield (
        f"сочетаний {len(COMBINATIONS)}, зёрен {tally.seeds}: нарушений {tally.violations}, "
        f"неизбежных копий {tally.figures['copies']}, {tally.seconds:.0f} с"
    )


def failed(outcome: Outcome) -> None:
    print(f"зерно {outcome.seed}, {COMBINATIONS[outcome.seed // PER_COMBINATION].line()}:")
    for one in outcome.wrong[:8]:
        print(f"  {one}")
    print(f"  ещё раз: python -m tests.simulation.combinations --replay {outcome.seed}", flush=True)
    remember(outcome.seed, GUESSES)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation.combinations", description=__doc__)
    parser.add_argument("--each", type=int, default=3, help="seeds of each combination")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--results", type=Path, default=None, help="JSON; an unfinished run goes on where it ended")
    parser.add_argument("--replay", type=int, default=None, metavar="SEED", help="one seed with its trace")
    options = parser.parse_args()
    if options.replay is not None:
        return replayed(plan_of(options.replay))
    tally, counts = resumed(options.results)
    for turn in range(tally.seeds // len(COMBINATIONS), options.each):
        with tally.timed():
            for outcome in outcomes(plans(range(turn, turn + 1)), options.jobs):
                tally.add(outcome)
                add(counts, outcome)
                if outcome.wrong:
                    failed(outcome)
        if options.results is not None:
            keep(tally, options.results, guesses=tally.seeds, combinations=written(counts))
    print("\n".join(summary(tally, counts)))
    return 1 if tally.violations else 0


if __name__ == "__main__":
    raise SystemExit(main())
