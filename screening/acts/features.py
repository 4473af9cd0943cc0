"""What both voters see of a text: the model words, pairs and the length, the nearest phrase letters and stems.

Numbers of features only; it must never keep a text. The same word gives the same numbers for ever (weights.py).
"""

from __future__ import annotations

import re
from itertools import pairwise
from zlib import crc32

from screening.learned.features import EDGE, of_pair, of_two, of_word
from screening.words import cut

BUCKETS = 1 << 13
"""Numbers that the model's features fall into; two that meet in one share its weight."""

GRAMS = 1 << 12
"""Numbers that the letters and stems of the nearest phrase fall into."""

BEGIN, END = 40, 20
"""Tokens of a long text that are read: what somebody does is said first or last, between them is his story."""

_TOKEN = re.compile(r"[а-яa-z]+|\d+|[!?.\n*+]|[\u2600-\u27bf\U0001f100-\U0001f3fa\U0001f400-\U0001faff]")
_ONCE = frozenset(".!?")
_SIZES = (1, 2, 3, 4, 6, 8, 12, 20, 40)


def tokens(plain: str) -> list[str]:
    """The words, signs and small pictures of the text; a number is «#», a new line is a full stop, signs are not
    repeated."""
    told = list[str]()
    for found in _TOKEN.findall(plain):
        token = "#" if found[0].isdigit() else "." if found == "\n" else found
        if not (token in _ONCE and told and told[-1] == token):
            told.append(token)
    return told if len(told) <= BEGIN + END else told[:BEGIN] + told[-END:]


def words_in(told: list[str]) -> int:
    """How many of the tokens are words, a number among them."""
    return sum(word[0] == "#" or word[0].isalpha() for word in told)


def without_stop(told: list[str]) -> list[str]:
    """The last full stop says nothing of the act, only of the writer."""
    return told[:-1] if told and told[-1] == "." else told


def features(told: list[str]) -> list[int]:
    """All features of a text for the model: `of_each` put together, and `of_whole`."""
    edged = [EDGE, *told, EDGE]
    found = [key for word in told for key in of_word(word)]
    found += [key for pair in pairwise(edged) for key in of_pair(*pair)]
    found += [key for two in zip(edged, edged[2:], strict=False) for key in of_two(*two)]
    return [key & (BUCKETS - 1) for key in found] + of_whole(told)


def of_whole(told: list[str]) -> list[int]:
    """How long it is, with its first and last word; whether it asks: thrice, as one number among many is not heard."""
    many = words_in(told)
    size = next((at for at, most in enumerate(_SIZES) if many <= most), len(_SIZES))
    asks = "?" in told
    named = [f"l{size}", f"l{size}{asks}", f"a{asks}", f"n{size}{'#' in told}"]
    named += [f"b{size} {word}" for word in told[:1]] + [f"e{size} {word}" for word in told[-1:]]
    return [crc32(name.encode()) & (BUCKETS - 1) for name in named]


def grams(told: list[str]) -> set[int]:
    """Hashes for likeness: of each word its stem and its letters by three, of a sign itself, of two words their
    stems."""
    named = {f"s{_stem(word)}" for word in told}
    for word in told:
        edged = f"<{word}>"
        named |= {edged[at : at + 3] for at in range(len(edged) - 2) if len(word) > 1}
    named |= {f"{_stem(former)} {_stem(other)}" for former, other in pairwise(told)}
    return {crc32(name.encode()) & (GRAMS - 1) for name in named}


def _stem(token: str) -> str:
    """The word without its ending; signs and digits stay."""
    return cut(token) if token[0].isalpha() else token
