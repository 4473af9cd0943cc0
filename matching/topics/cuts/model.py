"""Two voters: weights of words, and trees over figures; both learned (weights.py), unpacked with the first text."""

from __future__ import annotations

from array import array
from base64 import b85decode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from lzma import decompress
from typing import Final, TypeAlias

from matching.topics.cuts.evidence import Message, features, figures

NODES: Final = 31
"""Of a tree four questions deep; children of node `n` are `2n + 1` and `2n + 2`."""

Tree: TypeAlias = "float | tuple[int, float, Tree, Tree]"
"""What a leaf adds; or which figure is asked for, the most that the first child answers, and both children."""


@dataclass(frozen=True, slots=True)
class Voters:
    """The learned numbers: of the first voter a weight for each hash and a bias, of the second its trees and their
    start. Both vote in log-odds."""

    weights: array[float]
    bias: float
    trees: tuple[Tree, ...]
    start: float

    def first(self, message: Message) -> list[float]:
        """The log-odds of the first voter for each gap."""
        return [self.bias + sum(map(self.weights.__getitem__, features(message, gap))) for gap in message.gaps]

    def second(self, message: Message, at: int, votes: Sequence[float], begun: int, before: int) -> float:
        """The log-odds of the second voter that the text is cut at this gap."""
        known = figures(message, at, votes, begun, before)
        return self.start + sum(_leaf(tree, known) for tree in self.trees)


def _leaf(tree: Tree, known: Sequence[float]) -> float:
    """The value at the leaf that the figures lead to."""
    while isinstance(tree, tuple):
        asked, most, first, second = tree
        tree = first if known[asked] <= most else second
    return tree


def grown(asked: Sequence[int], values: Sequence[float], node: int = 0) -> Tree:
    """The tree below this node: which figure each node asks for (-1: none, it is a leaf), and its value."""
    if asked[node] < 0:
        return values[node]
    children = (grown(asked, values, 2 * node + 1), grown(asked, values, 2 * node + 2))
    return asked[node], values[node], *children


@cache
def learned_voters() -> Voters:
    """The voters of weights.py; they are unpacked at the first call and then kept for the process."""
    from matching.topics.cuts import weights

    numbers = _unpack(weights.WEIGHTS)
    words = array("f", ((number - weights.MIDDLE) * weights.STEP for number in numbers))
    return Voters(words, weights.BIAS, _trees(_unpack(weights.TREES)), weights.START)


def _unpack(text: str) -> bytes:
    """The bytes of the packed weights."""
    return decompress(b85decode(text.replace("\n", "")))


def _trees(packed: bytes) -> tuple[Tree, ...]:
    """The trees from their bytes: first what all nodes ask for, then their values."""
    many = len(packed) // 5 // NODES
    asked, values = array("b", packed[: many * NODES]), array("f", packed[many * NODES :])
    return tuple(grown(asked[at : at + NODES], values[at : at + NODES]) for at in range(0, many * NODES, NODES))
