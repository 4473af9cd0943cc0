"""A text as the numbers that a model knows: stems, neighbours, and letters inside words.

It must never keep a text; digits are all the same, so no house and no phone is a feature.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from zlib import crc32

from screening.words import fold, stem

LETTERS = 1_500
"""Characters that are read: who writes more repeats himself."""

SIZES = (3, 4, 5)

_WORD = re.compile(r"[а-яa-z0-9]+")
_DIGIT = re.compile(r"\d")


def words(text: str) -> list[str]:
    """The words of a text in small letters; each digit as a nought."""
    return _WORD.findall(_DIGIT.sub("0", fold(text[:LETTERS])))


def features(text: str) -> set[int]:
    """The crc32 of each stem, of two stems beside each other, and of three to five letters of a word."""
    found: set[int] = set()
    before = ""
    for word in words(text):
        key, letters = _of_word(word)
        found.update(letters)
        found.add(crc32(f"w {key}".encode()))
        if before:
            found.add(crc32(f"p {before} {key}".encode()))
        before = key
    return found


@lru_cache(maxsize=2_000)
def _of_word(word: str) -> tuple[str, tuple[int, ...]]:
    return stem(word), tuple(crc32(letters.encode()) for letters in _inside(f"<{word}>"))


def _inside(word: str) -> Iterator[str]:
    """The letters of the word by `SIZES` at a time."""
    for size in SIZES:
        for start in range(len(word) - size + 1):
            yield word[start : start + size]
