"""The first voter: how probable each act is by learned weights, sums of numbers put through a softmax (weights.py).

It must never keep a text, only sums of some words of the language; weights are unpacked when the first text comes.
"""

from __future__ import annotations

from base64 import b85decode
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from math import exp, sqrt

from screening.acts.act import ACTS, Act
from screening.acts.features import BUCKETS, of_whole
from screening.learned.features import EDGE, of_pair, of_two, of_word

SMOOTH = 3
"""As if each text had so many more features that say nothing: one word alone is no proof."""

KEPT = 1_000
"""Words whose sums are remembered: of the language, no texts."""

MIDDLE = 128
"""What is added to each weight, so that it is no negative byte."""

_LANE = 3
"""Bytes that each act's sum has in the one long number that all are added in: Python adds 27 numbers as fast as one."""

_WIDTH = len(ACTS) * _LANE

Sum = tuple[int, int]
"""Of some features: how many, and the sums of all acts side by side."""


def probable(told: list[str]) -> dict[Act, float]:
    """The probability of each act for these tokens; together they are 1."""
    from screening.acts import weights

    count, sums = _sum_of_text(told)
    scale = weights.STEP / sqrt(count + SMOOTH)
    raw = sums.to_bytes(_WIDTH, "little")
    odds = [
        (int.from_bytes(raw[at * _LANE : (at + 1) * _LANE], "little") - MIDDLE * count) * scale + bias
        for at, bias in enumerate(weights.BIAS)
    ]
    return softmax(odds)


def softmax(odds: Sequence[float]) -> dict[Act, float]:
    """The probability of each act from its log-odds; together they are 1."""
    most = max(odds)
    parts = [exp(odd - most) for odd in odds]
    whole = sum(parts)
    return {act: part / whole for act, part in zip(ACTS, parts, strict=True)}


def _sum_of_text(told: list[str]) -> Sum:
    edged = [EDGE, *told, EDGE]
    parts = [_word(word) for word in told]
    parts += [_sum(of_pair(*pair)) for pair in pairwise(edged)]
    parts += [_sum(of_two(*two)) for two in zip(edged, edged[2:], strict=False)]
    parts.append(_sum(of_whole(told)))
    return sum(count for count, _ in parts), sum(weight for _, weight in parts)


@lru_cache(maxsize=KEPT)
def _word(word: str) -> Sum:
    """How many features the word has, and the packed sums of their weights."""
    return _sum(of_word(word))


def _sum(features: Iterable[int]) -> Sum:
    """How many features there are, and the sums of their weights, all acts in the lanes of one integer."""
    table, many, lanes, count, sums = _table(), len(ACTS), bytearray(_WIDTH), 0, 0
    for feature in features:
        at = (feature & (BUCKETS - 1)) * many
        lanes[::_LANE] = table[at : at + many]
        sums += int.from_bytes(lanes, "little")
        count += 1
    return count, sums


@cache
def _table() -> bytes:
    """The unpacked weights: for each feature one byte per act."""
    from lzma import decompress

    from screening.acts import weights

    return decompress(b85decode(weights.WEIGHTS.replace("\n", "")))
