"""A logistic sum over hashed features and trees on its mistakes, in numpy: the same messages give the same voters."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from matching.topics.cuts.evidence import BUCKETS
from matching.topics.cuts.model import NODES

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

ROUNDS, STEP, SHRINK = 80, 0.05, 1e-4
TREES, DEPTH, SHARE, CALM, LEAST, COLUMNS, ROWS, BINS = 130, 4, 0.2, 2.0, 3.0, 0.5, 0.7, 32
GROVES = 3


def learned_words(rows: list[list[int]], right: Floats) -> tuple[Floats, float]:
    """Weights and bias of the first voter, by Adam over all rows at once."""
    of_all = np.concatenate([np.array(one) for one in rows])
    whose = np.repeat(np.arange(len(rows)), [len(one) for one in rows])
    weights, bias = np.zeros(BUCKETS + 1), -1.5
    moved, spread = np.zeros(BUCKETS + 1), np.zeros(BUCKETS + 1)
    for turn in range(1, ROUNDS + 1):
        odds = np.bincount(whose, weights[of_all], minlength=len(rows)).astype(np.float64) + bias
        wrong = _share(odds) - right
        slope = np.bincount(of_all, wrong[whose], minlength=BUCKETS + 1) / len(rows) + SHRINK * weights
        slope[BUCKETS] = wrong.mean()
        moved, spread = 0.9 * moved + 0.1 * slope, 0.99 * spread + 0.01 * slope**2
        step = STEP * np.sqrt(1 - 0.99**turn) / (1 - 0.9**turn) * moved / (np.sqrt(spread) + 1e-9)
        weights[:BUCKETS] -= step[:BUCKETS]
        bias -= float(step[BUCKETS])
    return weights[:BUCKETS], bias


def _share(odds: Floats) -> Floats:
    shares: Floats = 1 / (1 + np.exp(-odds))
    return shares


@dataclass
class Trees:
    """Each asks what the ones before it got wrong (gradient boosting); a tree is its questions and its values."""

    asked: list[NDArray[np.int8]] = field(default_factory=list)
    values: list[NDArray[np.float32]] = field(default_factory=list)
    start: float = 0.0


def groves(known: Floats, right: Floats) -> Trees:
    """Several that learned apart: what they say on the average depends less on chance."""
    each = [learned_trees(known, right, seed) for seed in range(GROVES)]
    asked = [one for grove in each for one in grove.asked]
    values = [
        np.where(one >= 0, worth, worth / GROVES).astype(np.float32)
        for grove in each
        for one, worth in zip(grove.asked, grove.values, strict=True)
    ]
    return Trees(asked, values, each[0].start)


def learned_trees(known: Floats, right: Floats, seed: int = 0) -> Trees:
    rng, many = np.random.default_rng(seed), known.shape[1]
    edges = [np.unique(np.quantile(known[:, at], np.linspace(0, 1, BINS + 1)[1:-1])) for at in range(many)]
    bins = np.stack([np.searchsorted(edges[at], known[:, at]) for at in range(many)], 1)
    found = Trees(start=float(np.log(right.sum() / (1 - right).sum())))
    odds = np.full(len(right), found.start)
    for _ in range(TREES):
        share = _share(odds)
        some = rng.random(len(right)) < ROWS
        columns = np.flatnonzero(rng.random(many) < COLUMNS)
        asked, values, node = _grown(bins, edges, (share - right, share * (1 - share)), some, columns)
        found.asked.append(asked)
        found.values.append(values.astype(np.float32))
        odds = odds + values[node]
    return found


def _grown(
    bins: Ints, edges: list[Floats], slopes: tuple[Floats, Floats], some: NDArray[np.bool_], columns: Ints
) -> tuple[NDArray[np.int8], Floats, Ints]:
    """One tree, and in which of its leaves each row ends."""
    asked, values = np.full(NODES, -1, dtype=np.int8), np.zeros(NODES)
    node = np.zeros(len(bins), dtype=np.int64)
    for at in range(NODES):
        here = np.flatnonzero((node == at) & some)
        first, second = slopes[0][here], slopes[1][here]
        values[at] = -first.sum() / (second.sum() + CALM) * SHARE
        if at >= 2**DEPTH - 1 or second.sum() < 2 * LEAST:
            continue
        best = max((_gain(bins[here, one], first, second, len(edges[one])), -one) for one in columns)
        (gain, edge), column = best[0], -best[1]
        if gain > 1e-3:
            asked[at], values[at] = column, edges[column][edge]
            all_here = node == at
            node[all_here] = np.where(bins[all_here, column] <= edge, 2 * at + 1, 2 * at + 2)
    return asked, values, node


def _gain(bins: Ints, first: Floats, second: Floats, many: int) -> tuple[float, int]:
    """How much the best edge of a column tells apart, and which it is."""
    if not many:
        return 0.0, 0
    lower = np.bincount(bins, first, minlength=many + 1).cumsum()[:many]
    weight = np.bincount(bins, second, minlength=many + 1).cumsum()[:many]
    whole, all_weight = first.sum(), second.sum()
    gains = lower**2 / (weight + CALM) + (whole - lower) ** 2 / (all_weight - weight + CALM)
    gains = np.where((weight > LEAST) & (all_weight - weight > LEAST), gains - whole**2 / (all_weight + CALM), -1)
    return float(gains.max()), int(gains.argmax())
