"""`python -m tests.walks --walks 20000`: the long form. A walk is its seed; stopped, it goes on with `--first`.

It prints how far it is, keeps every seed that fails in tests/seeds/ for ever, and says which check failed and how.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from tests.walks.walk import SEEDS, STEPS, Failed, Figures, walk

SHOWN = 12
"""Last things done before a failure that are printed."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.walks", description=__doc__)
    parser.add_argument("--walks", type=int, default=100)
    parser.add_argument("--first", type=int, default=0, help="the first seed; the others follow it")
    parser.add_argument("--steps", type=int, default=STEPS)
    return parser.parse_args()


def main() -> int:
    options = arguments()
    figures, failed, begun = Figures(), Counter[str](), time.monotonic()
    for seed in range(options.first, options.first + options.walks):
        try:
            figures += walk(seed, options.steps)
        except Failed as failure:
            failed[failure.what] += 1
            if failed[failure.what] <= 2:
                print(f"\nзерно {seed}: {failure.what}\n  " + "\n  ".join(failure.done[-SHOWN:]))
            remember(seed, options.steps)
        if (seed - options.first) % 500 == 499:
            print(f"{seed + 1 - options.first} прогулок, {time.monotonic() - begun:.0f} с, дальше --first {seed + 1}")
    print(f"зёрна {options.first}–{options.first + options.walks - 1} по {options.steps} шагов: {figures.line()}")
    print(f"нарушений: {failed.total()}, {time.monotonic() - begun:.0f} с")
    return 1 if failed else 0


def remember(seed: int, steps: int) -> None:
    SEEDS.parent.mkdir(exist_ok=True)
    with SEEDS.open("a", encoding="utf-8") as file:
        file.write(f"{seed} {steps}\n")


if __name__ == "__main__":
    raise SystemExit(main())
