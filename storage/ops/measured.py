"""Shares, means and quantiles of daily sums, as every page and the report call them. Nothing known is None, never 0.

A quantile is within one bin (states/statistics/durations.py): whoever shows it says «около».
"""

from __future__ import annotations

from states.statistics.durations import middle, quantile
from storage.ops.sums import Sums

RATED = tuple(f"rated_{stars}" for stars in range(1, 6))


def median(sums: Sums, kind: str) -> int | None:
    """About so many working minutes: the middle of the bin that holds the median."""
    found = quantile(sums.times.get(kind, {}), 0.5)
    return None if found is None else middle(found)


def in_time(sums: Sums) -> float | None:
    return share(sums["final"] - sums["final_late"], sums["final"])


def back(sums: Sums) -> float | None:
    """Of those that were answered."""
    return share(sums["reopened"], sums["final"] + sums["reopened"])


def share(part: int, whole: int) -> float | None:
    return None if whole == 0 else 100 * part / whole


def rated(sums: Sums) -> int:
    return sum(sums[name] for name in RATED)


def stars(sums: Sums) -> float | None:
    many = rated(sums)
    return sum((place + 1) * sums[name] for place, name in enumerate(RATED)) / many if many else None


def mean(sums: Sums, kind: str) -> float | None:
    """Exact, in working minutes: of «first» or «final» answers. An interim answer is no final one (R53)."""
    many = sums[kind]
    return sums[f"{kind}_minutes"] / many if many else None
