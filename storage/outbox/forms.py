"""The forms of one message: as it was meant, and the simpler ones after a refusal (states/degraded.py), each under a
cause of its own. What other rows name is the first form; whichever stands in the outbox is found by it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from states.cause import parse
from states.degraded import SIMPLEST


def simpler_cause(first: str, level: int) -> str:
    """The cause of a message in its simpler form of this level; level 0 gives that of the first form."""
    return str(replace(parse(first), level=level))


def first_form(row: Any) -> str:
    """The cause of a row of the outbox as it was meant; its body is sealed under that name."""
    return simpler_cause(row["cause"], 0) if row["level"] else str(row["cause"])


def all_forms(causes: Iterable[str]) -> list[str]:
    """All causes under which these messages may stand, first and simpler forms."""
    return [cause for first in sorted(set(causes)) for cause in (first, *_simpler(first))]


def _simpler(first: str) -> list[str]:
    """The causes of all simpler forms of a message."""
    meant = parse(first)
    return [str(replace(meant, level=level)) for level in range(1, SIMPLEST + 1)]
