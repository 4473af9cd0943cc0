"""How long the form is in which tests are played: short for every change, on both engines for a landing (CI, which
`.ci/run` sets), long for `make nightly` (BOT_TESTS_LONG)."""

from __future__ import annotations

import os
import random
from typing import TypeVar

T = TypeVar("T")
LONG = bool(os.environ.get("BOT_TESTS_LONG"))
BOTH = LONG or bool(os.environ.get("CI"))
"""Both engines wherever a test knows both; without it PostgreSQL where its SQL is another."""
LEAST, FIXED = 40, 1
PATIENT = 240.0
"""Seconds after which a test gives up what hangs, not what is slow: never a bound of what it proves."""


def either(short: T, long: T) -> T:
    return long if LONG else short


def first_seed(below: int, given: str | None = None) -> int:
    """Of what chance plays: the given one; a fresh one for a change and each night; always the same for a landing,
    which must not fail for what is not in its change."""
    if given:
        return int(given)
    return FIXED if os.environ.get("CI") and not LONG else random.SystemRandom().randrange(below)


def examples(number: int) -> int:
    """Of hypothesis, for a property whose long form has so many."""
    return number if LONG else min(number, max(LEAST, number // 5))
