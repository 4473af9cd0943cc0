"""`python -m tests.powerloss --losses 1000 --from 0 --results FILE`: the long form. A seed is one loss."""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

from tests import proof_file
from tests.powerloss.run import FILES, Reference, a_loss, measured, own, relaxed
from tests.powerloss.workload import Recording, recorded

BLOCK = 100
"""After so many losses the results are on disk."""
COUNTED = ("losses", "lost", "wrong", "control", "control_lost", "seconds")
SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "powerloss.txt"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.powerloss", description=__doc__)
    parser.add_argument("--losses", type=int, default=1000)
    parser.add_argument("--from", dest="first", type=int, default=0)
    parser.add_argument("--results", type=Path, default=None, help="JSON; an unfinished run goes on where it ended")
    options = parser.parse_args()
    recording = recorded()
    reference = measured(recording)
    commits = sum(len(states) - 1 for states in reference.states.values())
    print(f"записано {len(recording.said)} запросов, {commits} транзакций, {reference.operations} записей на диск")
    kept = proof_file.unfinished(options.results, **{"from": options.first}) or {}
    figures = {"from": options.first, **{name: kept.get(name, 0) for name in COUNTED}}
    while figures["losses"] < options.losses:
        begin = options.first + figures["losses"]
        seeds = range(begin, min(begin + BLOCK, options.first + options.losses))
        cut(recording, reference, seeds, figures)
        if options.results is not None:
            proof_file.write(options.results, {**figures, "commits": commits, "writes": reference.operations})
    print(
        f"обесточен {figures['losses']} раз (зёрна {options.first}…{options.first + figures['losses'] - 1}) за "
        f"{figures['seconds']:.0f} с: потеряно подтверждённых {figures['lost']}, неверных состояний "
        f"{figures['wrong']}; контроль с NORMAL потерял в {figures['control_lost']} из {figures['control']}"
    )
    good = not figures["lost"] and not figures["wrong"] and figures["control_lost"] * 2 > figures["control"]
    return 0 if good else 1


def cut(recording: Recording, reference: Reference, seeds: range, figures: dict[str, Any]) -> None:
    """One block of losses, with one control for every fifth."""
    begun = time.monotonic()
    for seed in seeds:
        found = a_loss(recording, reference, seed, own(recording))
        figures["losses"] += 1
        figures["lost"] += found.lost
        figures["wrong"] += len(found.wrong)
        if found.lost or found.wrong:
            remember(seed)
            print(f"  зерно {seed}: потеряно {found.lost}, {found.wrong}")
        if seed % 5 == 0:
            figures["control"] += 1
            figures["control_lost"] += a_loss(recording, reference, seed, relaxed(recording, *FILES)).lost > 0
    figures["seconds"] = round(figures["seconds"] + time.monotonic() - begun, 1)


def remember(seed: int) -> None:
    SEEDS.parent.mkdir(exist_ok=True)
    with SEEDS.open("a", encoding="utf-8") as file:
        file.write(f"{seed}\n")


if __name__ == "__main__":
    raise SystemExit(main())
