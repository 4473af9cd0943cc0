"""What a piece of work costs, in seconds of processor time of the machine that the bars were set on.

Machines of CI differ and are noisy: what a bar is compared with is a ratio to known work that was done in the same
moments. It must never measure what measuring coverage costs.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Callable

KNOWN = 0.00011
"""Seconds that `known` takes on that machine (two cores, Python 3.11.7, 2026-11-27: `python -m tests.cost`)."""

_TEXT = "На улице Труда у дома пять третью неделю не вывозят мусор, администрация не отвечает. " * 6


def cost(work: Callable[[], object], times: int = 10) -> float:
    """The least of so many rounds, for other work on the machine may slow some of them."""
    rounds = [(spent(known), spent(work)) for _ in range(times)]
    return min(one for _, one in rounds) / min(one for one, _ in rounds) * KNOWN


def of_that_machine(seconds: float) -> float:
    """So many of processor here, of work that can be done once only."""
    return seconds / min(spent(known) for _ in range(10)) * KNOWN


def spent(work: Callable[[], object]) -> float:
    tracing = sys.gettrace()
    sys.settrace(None)
    start = time.process_time()
    work()
    took = time.process_time() - start
    sys.settrace(tracing)
    return took


def known() -> int:
    """Words, slices and a dictionary, as the rules are made of."""
    found = Counter(word[:end] for word in re.findall("[а-я]+", _TEXT.lower()) for end in range(1, len(word) + 1))
    return len(found)


if __name__ == "__main__":
    print(f"{min(spent(known) for _ in range(1000)) * 1e6:.0f} µs")
