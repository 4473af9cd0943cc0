"""What people write who are in no danger: windows of real messages as harmless examples, where the data are there.

No text leaves this module, only features that at least twenty messages share (the terms of the data, ../shared/data).
"""

from __future__ import annotations

import csv
import gzip
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np

from screening.learned.features import tokens, windows
from screening.plain import plainly
from tests.screening.training.learn import Floats, Matrix, features_of, stacked
from tests.screening.training.mix import MAY_TELL

FILES = ("spb_train.csv.gz", "perm_roads_train.csv.gz")
SHARED = 20
SOME, HARD, PIECES = 20_000, 10_000, 10_000
TRULY = 0.0015
"""The loudest share of the windows is left out: there people may really be in danger."""


def real_windows(folder: Path) -> tuple[list[list[int]], list[list[int]]]:
    """The features of each window that twenty messages share, and of pieces of one to four words."""
    whole = [tokens(plainly(text)) for text in texts_of(folder)]
    said = [windows(message) for message in whole]
    told = [[features_of(window, every) for window in message] for message, every in zip(said, whole, strict=True)]
    seen = Counter(feature for message in told for feature in {one for window in message for one in window})
    pieces = _pieces([window for message in said for window in message], 0)
    return (
        [_shared(window, seen) for message in told for window in message],
        [_shared(features_of(piece), seen) for piece in pieces],
    )


def _shared(features: list[int], seen: Counter[int]) -> list[int]:
    return [feature for feature in features if seen[feature] >= SHARED]


def _pieces(every: list[list[str]], seed: int) -> list[list[str]]:
    """A short message is not a dark one. What may tell of danger is left out."""
    rng, made = Random(seed), []
    while len(made) < PIECES:
        window, length = rng.choice(every), rng.choice((1, 1, 2, 2, 3, 4))
        at = rng.randrange(max(1, len(window) - length + 1))
        if not MAY_TELL.search(" ".join(window[at : at + length])):
            made.append(window[at : at + length])
    return made


def texts_of(folder: Path) -> list[str]:
    csv.field_size_limit(10**9)
    texts = set()
    for name in FILES:
        with gzip.open(folder / name, "rt", encoding="utf-8") as file:
            texts |= {row["text"] for row in csv.DictReader(file) if row["text"].strip()}
    return sorted(texts)


def some(every: list[list[int]], seed: int) -> Matrix:
    return stacked(Random(seed).sample(every, min(SOME, len(every))))


def beside(every: list[list[int]], alarms: Sequence[str], seed: int) -> Matrix:
    """Dangers told in the company of what is none: how somebody complains must not hide what happens to him."""
    rng = Random(seed)
    return stacked([features_of(tokens(plainly(text))) + rng.choice(every) for text in alarms])


def hard(every: list[list[int]], weights: Floats, bias: float) -> Matrix:
    """The loudest windows but the very loudest."""
    scores = stacked(every).scores(weights, bias)
    order = np.argsort(-scores)
    skipped = int(len(order) * TRULY)
    return stacked([every[at] for at in order[skipped : skipped + HARD]])
