"""What the second voter of topics sees of a text: stems, families of like words, five letters, two stems side by side.

Numbers of features only; it must never keep a text. The same word gives the same numbers for ever (weights.py).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise
from zlib import crc32

from screening.learned.families import family
from screening.words import STOP, stem, tokens

BUCKETS = 1 << 17
"""Numbers that features fall into; two that meet in one share its weights."""

WORDS = 100
"""Words of a text that are heard: residents name the trouble first."""

KEPT = 2_000
"""Words that are remembered: of the language, no texts."""

LETTERS = 24
"""Letters of a word that are heard; no word that anybody knows has more."""

_GRAM = 5
_MUTE = STOP - {"не", "нет", "ни", "без"}


def features(text: str) -> list[int]:
    """All features of a text."""
    told = words(text)
    return [feature for word in dict.fromkeys(told) for feature in of_word(word)] + of_pairs(told)


def words(text: str) -> list[str]:
    """Words that say something; a number is «#»."""
    told = ("#" if word[0].isdigit() else word for word in tokens(text))
    return [word for word in told if word not in _MUTE][:WORDS]


@lru_cache(maxsize=KEPT)
def of_word(word: str) -> tuple[int, ...]:
    """Its stem, the family of like words, its letters by five."""
    named, edged = [f"s{stem(word)}"], f"<{word[:LETTERS]}>"
    named += [f"c{edged[at : at + _GRAM]}" for at in range(len(edged) - _GRAM + 1)]
    if near := family(named[0][1:]):
        named.append(f"k{near}")
    return tuple(map(_bucket, named))


def of_pairs(told: list[str]) -> list[int]:
    """The stems of two words that stand side by side."""
    return [_bucket(f"p{first} {other}") for first, other in pairwise(map(stem, told))]


def _bucket(name: str) -> int:
    return crc32(name.encode()) & (BUCKETS - 1)
