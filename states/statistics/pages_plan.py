"""The plan of a region: how many pages there should be by which day. It must never say more than it was told: before
its first day and after its last one there is no plan."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise

Plan = tuple[tuple[date, int], ...]


def read(text: str) -> Plan:
    """«2025-11-30:700 2026-11-30:6000».

    Raises:
        ValueError: it is not of this form, or its days do not follow one another.
    """
    found = []
    for step in text.split():
        day, _, many = step.partition(":")
        if not (many.isascii() and many.isdecimal()):
            raise ValueError(f"{step}: нужен день и число, например 2026-11-30:6000")
        found.append((date.fromisoformat(day), int(many)))
    if any(first[0] >= then[0] for first, then in pairwise(found)):
        raise ValueError("дни плана должны идти по порядку")
    return tuple(found)


def pages_by(plan: Sequence[tuple[date, int]], day: date) -> float | None:
    """Along a straight line between the days that are told."""
    for (first, least), (last, most) in pairwise(plan):
        if first <= day <= last:
            return least + (most - least) * (day - first).days / (last - first).days
    return None
