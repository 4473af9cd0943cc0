"""A softmax over hashed features, in numpy: the same phrases give the same weights on the same machine.

Adagrad with features left out by chance, so that no single word decides; the second half of the rounds is averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.acts.act import ACTS
from screening.acts.features import BUCKETS, features
from screening.acts.model import SMOOTH
from screening.acts.vote import tokens_of
from screening.plain import readings
from tests.screening.training.acts_rows import Row

ROUNDS, TOGETHER, LEFT_OUT, STEP, SHRINK = 20, 256, 0.5, 0.7, 1e-5

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def given(rows: Sequence[Row]) -> list[tuple[Row, Ints]]:
    """The features of each row; Latin letters in each of their readings."""
    found = []
    for row in rows:
        told = readings(row.text)
        for reading in told[:1] if any("а" <= letter <= "я" for letter in told[0]) else told:
            found.append((row, np.array(features(tokens_of(reading)), dtype=np.int64)))
    return found


@dataclass(frozen=True)
class How:
    """How long is learned, how many features are left out each time, how far a step goes."""

    rounds: int = ROUNDS
    left_out: float = LEFT_OUT
    step: float = STEP


def learned(rows: Sequence[Row], seed: int = 0) -> tuple[Floats, Floats]:
    """Weights (a row for each feature, a column for each act) and the bias of each act."""
    told = given(rows)
    answers = np.array([ACTS.index(row.act) for row, _ in told])
    counts = np.array([row.counts for row, _ in told])
    counts = counts * balance(answers, counts)[answers]
    return learned_columns([found for _, found in told], answers, counts, (BUCKETS, len(ACTS)), How(), seed)


def learned_columns(
    told: Sequence[Ints], answers: Ints, counts: Floats, size: tuple[int, int], how: How, seed: int = 0
) -> tuple[Floats, Floats]:
    """Of texts by their features, each with the column that is right and how much it counts."""
    rng, many = np.random.default_rng(seed), size[1]
    weights, seen = np.zeros(size), np.full(size, 1e-3)
    bias, kept, kept_bias, averaged = np.zeros(many), np.zeros(size), np.zeros(many), 0
    for turn in range(how.rounds):
        order = rng.permutation(len(told))
        for begin in range(0, len(order), TOGETHER):
            some = order[begin : begin + TOGETHER]
            columns, matrix = _dense([told[at] for at in some], rng, how.left_out)
            odds = matrix @ weights[columns] + bias
            odds = np.exp(odds - odds.max(1, keepdims=True))
            wrong = odds / odds.sum(1, keepdims=True)
            wrong[np.arange(len(some)), answers[some]] -= 1
            wrong *= counts[some, None]
            slope = matrix.T @ wrong / len(some) + SHRINK * weights[columns]
            seen[columns] += slope**2
            weights[columns] -= how.step * slope / np.sqrt(seen[columns])
            bias -= 0.3 * wrong.mean(0)
        if turn >= how.rounds // 2:
            kept, kept_bias, averaged = kept + weights, kept_bias + bias, averaged + 1
    return kept / averaged, kept_bias / averaged


def balance(answers: Ints, counts: Floats) -> Floats:
    """A rare act counts more, by the root of how rare it is."""
    many = np.bincount(answers, counts, minlength=len(ACTS))
    more: Floats = np.sqrt(many.mean() / np.maximum(many, 1))
    return more


def _dense(texts: Sequence[Ints], rng: np.random.Generator, left_out: float) -> tuple[Ints, Floats]:
    """The features that some texts have, and a table of how much each text has of each."""
    every = np.concatenate(texts)
    whose = np.repeat(np.arange(len(texts)), [len(one) for one in texts])
    scale = np.array([1 / np.sqrt(len(one) + SMOOTH) for one in texts]) / (1 - left_out)
    stays = rng.random(len(every)) > left_out
    columns, at = np.unique(every[stays], return_inverse=True)
    flat = np.bincount(whose[stays] * len(columns) + at, scale[whose[stays]], minlength=len(texts) * len(columns))
    return columns, flat.reshape(len(texts), len(columns)).astype(np.float64)
