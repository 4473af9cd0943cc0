"""How long the form is in which tests are played: short for every change, long for `make nightly` (BOT_TESTS_LONG)."""

from __future__ import annotations

import os
from typing import TypeVar

T = TypeVar("T")
LONG = bool(os.environ.get("BOT_TESTS_LONG"))
LEAST = 40


def either(short: T, long: T) -> T:
    return long if LONG else short


def examples(number: int) -> int:
    """Of hypothesis, for a property whose long form has so many."""
    return number if LONG else min(number, max(LEAST, number // 5))
