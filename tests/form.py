"""How long the form is in which tests are played: short for every change, on both engines for a landing (CI, which
`.ci/run` sets), long for `make nightly` (BOT_TESTS_LONG)."""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")
LONG = bool(os.environ.get("BOT_TESTS_LONG"))
BOTH = LONG or bool(os.environ.get("CI"))
"""Both engines wherever a test knows both; without it PostgreSQL where its SQL is another."""
LEAST = 40


def either(short: T, long: T) -> T:
    return long if LONG else short


def examples(number: int) -> int:
    """Of hypothesis, for a property whose long form has so many."""
    return number if LONG else min(number, max(LEAST, number // 5))
