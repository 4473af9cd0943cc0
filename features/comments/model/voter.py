"""What a comment probably is, by weights that were learned from comments, and are unpacked when the first one comes
(weights.py; `python -m tests.screening.training.comments`). It must never keep a text.
"""

from __future__ import annotations

from base64 import b85decode
from functools import cache
from math import exp, sqrt

from features.comments.model.signs import BUCKETS, signs
from states.people.comments import CommentKind

KINDS = (
    CommentKind.PROBLEM,
    CommentKind.QUESTION,
    CommentKind.THANKS,
    CommentKind.INSULT,
    CommentKind.ADVERTISING,
    CommentKind.DANGER,
    CommentKind.NOTHING,
    CommentKind.NOTHING,
)
"""What a column of the weights tells of; the last are quarrels, which are nothing to us."""

SMOOTH = 3
"""As if each text had so many more features that say nothing: one word alone is no proof."""

MIDDLE = 128
"""What is added to each weight, so that it is no negative byte."""


def probable(text: str) -> dict[CommentKind, float]:
    """The probability of each kind of comment; together they are 1."""
    from features.comments.model import weights

    found = signs(text)
    table, many = _table(), len(KINDS)
    scale = weights.STEP / sqrt(len(found) + SMOOTH)
    sums = [sum(column) for column in zip(*(table[at * many : (at + 1) * many] for at in found), strict=True)]
    odds = [(told - MIDDLE * len(found)) * scale + bias for told, bias in zip(sums, weights.BIAS, strict=True)]
    return softmax(odds)


def softmax(odds: list[float]) -> dict[CommentKind, float]:
    """The probability of each kind of comment, 1 together; odds of several rows for one kind are added up."""
    most = max(odds)
    parts = [exp(odd - most) for odd in odds]
    found = dict.fromkeys(KINDS, 0.0)
    for kind, part in zip(KINDS, parts, strict=True):
        found[kind] += part / sum(parts)
    return found


@cache
def _table() -> bytes:
    """The unpacked weights: for each feature one byte per kind."""
    from lzma import decompress

    from features.comments.model import weights

    table = decompress(b85decode(weights.WEIGHTS.replace("\n", "")))
    assert len(table) == BUCKETS * len(KINDS), "weights of other features"
    return table
