"""The second voter of topics: sums of learned weights (weights.py), of all topics that written phrases are about.

It must never keep a text beyond those that a decision asks about; weights are unpacked when the first text comes.
"""

from __future__ import annotations

from array import array
from base64 import b85decode
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from math import sqrt

from matching.topics.voter.features import BUCKETS, features
from screening.words import SAME

NOTHING = ""
"""Stands among the topics for what is about none: «тут такое дело»."""

SMOOTH = 3
"""As if each text had so many more features that say nothing: one word alone is no proof."""

MIDDLE = 64
"""What is added to a weight in the file, so that it is no negative byte."""


@lru_cache(maxsize=SAME)
def odds(text: str) -> Mapping[str, float]:
    """How probable each topic is, as a logarithm; empty where no word is known."""
    from matching.topics.voter import weights

    found = features(text)
    sums = sum_weights(found)
    if not any(sums):
        return {}
    scale = weights.STEP / sqrt(len(found) + SMOOTH)
    told = zip(weights.TOPICS, sums, weights.BIAS, strict=True)
    return {topic: worth * scale + bias for topic, worth, bias in told}


def sum_weights(found: Sequence[int]) -> list[int]:
    """Of each topic the weights of these features together; a feature has few that are no nought."""
    from matching.topics.voter import weights

    starts, topics, levels = _table()
    sums = [0] * len(weights.TOPICS)
    for feature in found:
        begin, end = starts[feature], starts[feature + 1]
        for topic, level in zip(topics[begin:end], levels[begin:end], strict=True):
            sums[topic] += level
    return sums


@cache
def _table() -> tuple[array[int], array[int], array[int]]:
    """Where the weights of each feature begin, of which topics they are, and what they are."""
    from lzma import decompress

    from matching.topics.voter import weights

    raw = decompress(b85decode(weights.WEIGHTS.replace("\n", "")))
    counts, columns = raw[:BUCKETS], raw[BUCKETS:]
    many = len(columns) // 3
    low, high, levels = (columns[at * many : (at + 1) * many] for at in range(3))
    topics = array("H", (first << 8 | other for first, other in zip(high, low, strict=True)))
    return array("I", accumulate(counts, initial=0)), topics, array("b", (level - MIDDLE for level in levels))
