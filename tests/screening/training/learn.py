"""Logistic regression on hashed features, in numpy: few lines, the same result each time on the same machine.

Adagrad with features left out by chance, so that no single word decides; the second half of the rounds is averaged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from screening.learned.features import BUCKETS, EDGE, of_framed, of_frames, of_pair, of_two, of_word, tokens
from screening.learned.frames import frames
from screening.learned.sense import KINDS_IN, SMOOTH
from screening.plain import plainly

ROUNDS, KIND_ROUNDS, TOGETHER, LEFT_OUT, STEP, SHRINK, FIRST = 12, 30, 256, 0.3, 0.3, 1e-9, 1e-8

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Matrix:
    """The features of all texts, one after the other; `ends[i]` is where those of text i begin."""

    features: NDArray[np.int64]
    ends: NDArray[np.int64]

    @property
    def scale(self) -> Floats:
        scale: Floats = 1 / np.sqrt(np.diff(self.ends) + SMOOTH)
        return scale

    def scores(self, weights: Floats, bias: float) -> Floats:
        return np.add.reduceat(weights[self.features], self.ends[:-1]) * self.scale + bias


def matrix(texts: Sequence[str], *, kinds: bool = False) -> Matrix:
    return stacked([features_of(tokens(plainly(text)), kinds=kinds) for text in texts])


def stacked(every: Sequence[Sequence[int]]) -> Matrix:
    """One after the other; a text without features has one that says nothing much."""
    every = [one or [0] for one in every]
    ends = np.concatenate([[0], np.cumsum([len(one) for one in every])])
    return Matrix(np.concatenate([np.array(one, dtype=np.int64) for one in every]), ends)


def features_of(window: list[str], whole: list[str] | None = None, *, kinds: bool = False) -> list[int]:
    """Of a window of the `whole` text, which it is itself where none is given."""
    told = [EDGE, *window, EDGE]
    found = [feature for word in window for feature in of_word(word)]
    found += [feature for pair in zip(told, told[1:], strict=False) for feature in of_pair(*pair)]
    if kinds:
        return [feature & (KINDS_IN - 1) for feature in found]
    found += [feature for two in zip(told, told[2:], strict=False) for feature in of_two(*two)]
    framed = frames(whole or window)
    return found + of_frames(framed) + [feature for word in window for feature in of_framed(word, framed)]


def within(given: Matrix, numbers: int) -> Matrix:
    """The same features fallen into fewer numbers."""
    return Matrix(given.features & (numbers - 1), given.ends)


def joined(first: Matrix, second: Matrix) -> Matrix:
    ends = np.concatenate([first.ends, second.ends[1:] + len(first.features)])
    return Matrix(np.concatenate([first.features, second.features]), ends)


def learned(given: Matrix, answers: Floats, counts: Floats, numbers: int = BUCKETS) -> tuple[Floats, float]:
    """Weights and bias of one question. `answers` are 0 or 1, `counts` how much each text counts."""
    rng = np.random.default_rng(0)
    weights, seen = np.zeros(numbers), np.full(numbers, FIRST)
    bias, bias_seen, scale = 0.0, 1e-3, given.scale
    kept, kept_bias, averaged = np.zeros(numbers), 0.0, 0
    for turn in range(ROUNDS):
        order = rng.permutation(len(answers))
        for begin in range(0, len(order), TOGETHER):
            rows = order[begin : begin + TOGETHER]
            where = np.concatenate([np.arange(given.ends[row], given.ends[row + 1]) for row in rows])
            whose = np.repeat(np.arange(len(rows)), given.ends[rows + 1] - given.ends[rows])
            left = rng.random(len(where)) > LEFT_OUT
            features, whose = given.features[where[left]], whose[left]
            worth = scale[rows][whose] / (1 - LEFT_OUT)
            told = np.bincount(whose, weights[features] * worth, minlength=len(rows)) + bias
            wrong = (1 / (1 + np.exp(-told)) - answers[rows]) * counts[rows]
            slope = np.bincount(features, wrong[whose] * worth, minlength=numbers) / len(rows) + SHRINK * weights
            seen += slope**2
            weights -= STEP * slope / np.sqrt(seen)
            mean = float(wrong.mean())
            bias_seen += mean * mean
            bias -= 0.05 * mean / bias_seen**0.5
        if turn >= ROUNDS // 2:
            kept, kept_bias, averaged = kept + weights, kept_bias + bias, averaged + 1
    return kept / averaged, kept_bias / averaged


def learned_kinds(given: Matrix, answers: NDArray[np.int64], counts: Floats, many: int) -> tuple[Floats, Floats]:
    """Weights (a row for each kind) and biases of the question which kind it is."""
    rng = np.random.default_rng(0)
    weights, seen = np.zeros((many, KINDS_IN)), np.full((many, KINDS_IN), 1e-3)
    biases, scale = np.zeros(many), given.scale
    for _ in range(KIND_ROUNDS):
        order = rng.permutation(len(answers))
        for begin in range(0, len(order), TOGETHER):
            rows = order[begin : begin + TOGETHER]
            where = np.concatenate([np.arange(given.ends[row], given.ends[row + 1]) for row in rows])
            whose = np.repeat(np.arange(len(rows)), given.ends[rows + 1] - given.ends[rows])
            features, worth = given.features[where], scale[rows][whose]
            told = np.array([np.bincount(whose, one[features] * worth, minlength=len(rows)) for one in weights])
            odds = np.exp(told + biases[:, None] - (told + biases[:, None]).max(0))
            wrong = odds / odds.sum(0)
            wrong[answers[rows], np.arange(len(rows))] -= 1
            wrong *= counts[rows]
            for kind in range(many):
                slope = np.bincount(features, wrong[kind][whose] * worth, minlength=KINDS_IN) / len(rows)
                slope += 2e-5 * weights[kind]
                seen[kind] += slope**2
                weights[kind] -= 1.5 * slope / np.sqrt(seen[kind])
            biases -= 0.3 * wrong.mean(1)
    return weights, biases
