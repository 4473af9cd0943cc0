"""`python -m tests.powerloss --losses 1000 --from 0`: the long form. A seed is one loss: a run goes on with --from."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from tests.powerloss.run import FILES, a_loss, measured, own, relaxed
from tests.powerloss.workload import recorded

SEEDS = Path(__file__).resolve().parent.parent / "seeds" / "powerloss.txt"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.powerloss", description=__doc__)
    parser.add_argument("--losses", type=int, default=1000)
    parser.add_argument("--from", dest="first", type=int, default=0)
    options = parser.parse_args()
    begun = time.monotonic()
    recording = recorded()
    reference = measured(recording)
    commits = sum(len(states) - 1 for states in reference.states.values())
    print(f"записано {len(recording.said)} запросов, {commits} транзакций, {reference.operations} записей на диск")
    lost = wrong = 0
    for seed in range(options.first, options.first + options.losses):
        found = a_loss(recording, reference, seed, own(recording))
        lost += found.lost
        wrong += len(found.wrong)
        if found.lost or found.wrong:
            remember(seed)
            print(f"  зерно {seed}: потеряно {found.lost}, {found.wrong}")
    control = min(options.losses, 200)
    loses = sum(a_loss(recording, reference, seed, relaxed(recording, *FILES)).lost > 0 for seed in range(control))
    print(
        f"обесточен {options.losses} раз (зёрна {options.first}…{options.first + options.losses - 1}) за "
        f"{time.monotonic() - begun:.0f} с: потеряно подтверждённых {lost}, неверных состояний {wrong}; "
        f"контроль с NORMAL потерял в {loses} из {control}"
    )
    return 1 if lost or wrong or loses * 2 <= control else 0


def remember(seed: int) -> None:
    SEEDS.parent.mkdir(exist_ok=True)
    with SEEDS.open("a", encoding="utf-8") as file:
        file.write(f"{seed}\n")


if __name__ == "__main__":
    raise SystemExit(main())
