"""What every page, file, picture and answer of the API says of daily sums: each figure is defined here, nowhere else.

Received, answered and ended count on the day when it happened; what is said of terms, of the messages whose term fell
in the period, whenever they were answered. Nothing known is None, never 0. A quantile is within one bin
(states/statistics/durations.py): whoever shows it says «около».
"""

from __future__ import annotations

from collections.abc import Mapping

from states.statistics.change import MeasuredFigure, mean_of, median_of, share_of
from states.statistics.durations import middle, quantile
from states.statistics.rating import Counts, share
from storage.ops.sums import Sums

RATED = tuple(f"rated_{stars}" for stars in range(1, 6))
COUNTED = ("received", "final", "reopened", "due", "kept", "late", *RATED)
"""What `counts_of` reads."""


def counts_of(sums: Sums) -> Counts:
    """By which groups are compared and rated."""
    return Counts(
        received=sums["received"],
        final=sums["final"],
        due=sums["due"],
        kept=sums["kept"],
        late=sums["late"],
        reopened=sums["reopened"],
        rated=ratings_count(sums),
        satisfied=good_ratings(sums),
    )


def median(sums: Sums, kind: str) -> int | None:
    """About so many working minutes: the middle of the bin that holds the median."""
    found = quantile(sums.times.get(kind, {}), 0.5)
    return None if found is None else middle(found)


def in_time(sums: Sums) -> float | None:
    """The share in time of the messages whose term fell in this period; None without any."""
    return share(sums["kept"], sums["due"])


def not_in_time(sums: Sums) -> int:
    """How many of those messages were answered behind their term, or not at all."""
    return sums["due"] - sums["kept"]


def without_answer(sums: Sums) -> int:
    """How many of those messages have no answer."""
    return sums["due"] - sums["kept"] - sums["late"]


def answers(sums: Sums) -> int:
    """How many answers were given, those included of which it was not solved."""
    return sums["final"] + sums["reopened"]


def back(sums: Sums) -> float | None:
    """The share of answers after which it was not solved; None without answers."""
    return share(sums["reopened"], answers(sums))


def ratings_count(sums: Sums) -> int:
    """How many residents gave a mark."""
    return sum(sums[name] for name in RATED)


def good_ratings(sums: Sums) -> int:
    """How many gave four or five stars."""
    return sums[RATED[3]] + sums[RATED[4]]


def stars(sums: Sums) -> float | None:
    """The mean rating, 1 to 5; None where nobody rated."""
    many = ratings_count(sums)
    return sum((place + 1) * sums[name] for place, name in enumerate(RATED)) / many if many else None


def mean(sums: Sums, kind: str) -> float | None:
    """Exact, in working minutes: of «first» or «final» answers. An interim answer is no final one (R53)."""
    many = sums[kind]
    return sums[f"{kind}_minutes"] / many if many else None


# How far chance alone may move a figure: only what lies farther apart is called better or worse.


def known_in_time(sums: Sums) -> MeasuredFigure | None:
    """The share in time in per cent, of how many, with its interval; None where nothing was due."""
    return share_of(sums["kept"], sums["due"])


def known_back(sums: Sums) -> MeasuredFigure | None:
    """The share of answers that residents called not solved, with its interval; None without answers."""
    return share_of(sums["reopened"], answers(sums))


def known_median(sums: Sums, kind: str) -> MeasuredFigure | None:
    """The median of these times in working minutes, with its interval; None without any. `kind`: «first» or «final»."""
    bins: Mapping[int, int] = sums.times.get(kind, {})
    return median_of(bins)


def known_stars(sums: Sums) -> MeasuredFigure | None:
    """The mean mark from 1 to 5, with its interval; None without marks."""
    return mean_of({place + 1: sums[name] for place, name in enumerate(RATED)})
