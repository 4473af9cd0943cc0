"""How good probabilities are: shares of right ones, calibration, what could be taken without a question. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.learned.example import Accuracy, Confusion
from matching.learned.model import Floats

Flags = NDArray[np.bool_]
BINS = 15
WANTED = 0.95
MOST = 10


def accuracy(shares: Floats, decided: NDArray[np.int64]) -> Accuracy:
    """How often the right topic came first, and among the first three. `decided` is -1 where the model does not know
    the topic: that is never right."""
    if not len(decided):
        return Accuracy()
    best = np.argsort(-shares, axis=1, kind="stable")[:, :3]
    right = best == decided[:, None]
    return Accuracy(float(right[:, 0].mean()), float(right.any(axis=1).mean()))


def calibration(most: Floats, right: Flags) -> float:
    """The expected calibration error: how far what was said lies from what was right, bin by bin."""
    if not len(most):
        return 0.0
    bins = np.minimum((most * BINS).astype(int), BINS - 1)
    apart = 0.0
    for number in range(BINS):
        inside = bins == number
        if inside.any():
            apart += float(inside.mean()) * abs(float(most[inside].mean()) - float(right[inside].mean()))
    return apart


def coverage(most: Floats, right: Flags, wanted: float = WANTED) -> float:
    """The largest share of messages, the surest first, of which so many are right."""
    if not len(most):
        return 0.0
    order = np.argsort(-most, kind="stable")
    shares = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(shares >= wanted)
    return float((enough[-1] + 1) / len(order)) if len(enough) else 0.0


def confusions(first: Sequence[str], decided: Sequence[str]) -> tuple[Confusion, ...]:
    """The topics that the model mistakes for others most often, with counts."""
    wrong = Counter((right, said) for right, said in zip(decided, first, strict=True) if right != said)
    return tuple(Confusion(right, said, times) for (right, said), times in wrong.most_common(MOST))
