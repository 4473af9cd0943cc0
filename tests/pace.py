"""Bars of processor time that hold on a slow machine too: a fixed loop is measured beside what is timed.

A machine that is busy or slow may take longer by as much as the loop does, and no longer; a quick one gets no gift.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

LOOP = 100_000
USUAL = 0.002
"""Seconds of the loop on a quick machine of today (Python 3.11)."""
SLOWEST = 4.0
"""Times. What is slower than that is no machine to time anything on."""


def within(bar: float, work: Callable[[], object], tries: int = 20) -> bool:
    """Whether this takes less than `bar` seconds of processor time; other work on the machine may slow some tries."""
    return any(spent(work) < bar * slowness() for _ in range(tries))


def spent(work: Callable[[], object]) -> float:
    """Processor time, without what measuring coverage costs."""
    tracing = sys.gettrace()
    sys.settrace(None)
    start = time.process_time()
    work()
    took = time.process_time() - start
    sys.settrace(tracing)
    return took


def slowness() -> float:
    """How many times longer the loop takes just now."""
    return min(SLOWEST, max(1.0, spent(loop) / USUAL))


def loop() -> int:
    total = 0
    for number in range(LOOP):
        total += number
    return total
