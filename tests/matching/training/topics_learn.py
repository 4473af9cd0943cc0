"""A softmax over hashed features, learned by Adagrad with a half of the features left out at each step, in numpy."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching.topics.voter.features import BUCKETS, features
from matching.topics.voter.model import SMOOTH
from tests.matching.training.topics_rows import Row

ROUNDS, TOGETHER, LEFT_OUT, STEP, FIRST, SHRINK = 10, 256, 0.5, 1.5, 1e-8, 1e-5

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


def learned(rows: Sequence[Row], topics: Sequence[str], seed: int = 0) -> tuple[Floats, Floats]:
    """Weights (a row for each feature, a column for each topic) and the bias of each topic; the same rows give the
    same weights."""
    rng = np.random.default_rng(seed)
    known, told = _known([np.array(features(row.text), np.int64) for row in rows])
    right, counts = _answers(rows, topics), np.array([row.counts for row in rows], np.float32)
    weights = np.zeros((len(known), len(topics)), np.float32)
    seen, bias = np.full_like(weights, FIRST), np.zeros(len(topics), np.float32)
    kept, kept_bias = np.zeros_like(weights), np.zeros_like(bias)
    for turn in range(ROUNDS):
        order = rng.permutation(len(rows))
        for some in np.split(order, range(TOGETHER, len(order), TOGETHER)):
            columns, matrix = _dense([told[at] for at in some], rng)
            wrong = (_shares(matrix @ weights[columns] + bias) - right[some]) * counts[some, None]
            slope = matrix.T @ wrong / len(some) + SHRINK * weights[columns]
            seen[columns] += slope**2
            weights[columns] -= STEP * slope / np.sqrt(seen[columns])
            bias -= 0.3 * wrong.mean(0)
        if turn >= ROUNDS // 2:
            kept, kept_bias = kept + weights, kept_bias + bias
    many = ROUNDS - ROUNDS // 2
    every = np.zeros((BUCKETS, len(topics)), np.float32)
    every[known] = kept / many
    return every, (kept_bias / many).astype(np.float32)


def _known(told: Sequence[Ints]) -> tuple[Ints, list[Ints]]:
    """The features that there are, and of each text where its own stand among them."""
    known, at = np.unique(np.concatenate(told), return_inverse=True)
    return known, np.split(at, np.cumsum([len(one) for one in told])[:-1])


def _answers(rows: Sequence[Row], topics: Sequence[str]) -> Floats:
    at = {topic: number for number, topic in enumerate(topics)}
    right = np.zeros((len(rows), len(topics)), np.float32)
    for number, row in enumerate(rows):
        right[number, [at[topic] for topic in row.topics]] = 1 / len(row.topics)
    return right


def _shares(odds: Floats) -> Floats:
    odds -= odds.max(1, keepdims=True)
    np.exp(odds, out=odds)
    shares: Floats = odds / odds.sum(1, keepdims=True)
    return shares


def _dense(texts: Sequence[Ints], rng: np.random.Generator) -> tuple[Ints, Floats]:
    """The features that some texts have, and a table of how much each text has of each."""
    every, lengths = np.concatenate(texts), np.array([len(one) for one in texts])
    whose = np.repeat(np.arange(len(texts)), lengths)
    scale = 1 / np.sqrt(lengths + SMOOTH) / (1 - LEFT_OUT)
    stays = rng.random(len(every)) >= LEFT_OUT
    columns, at = np.unique(every[stays], return_inverse=True)
    flat = np.bincount(whose[stays] * len(columns) + at, scale[whose[stays]], minlength=len(texts) * len(columns))
    return columns, flat.reshape(len(texts), len(columns)).astype(np.float32)
