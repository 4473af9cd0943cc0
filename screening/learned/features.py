"""What the learned weights see of a text: each word by letters, stem and family, each two words that follow each other,
and each word once more in the frames of its text (frames.py).

It knows no weight (`weights.py` has them, `python -m tests.screening.training` makes them). The same word must give the
same numbers for ever, or the weights mean nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from zlib import crc32

from screening.words import cut

BUCKETS = 1 << 18
"""Numbers that features fall into; two that meet in one share its weight."""

KEPT = 20_000
"""Words and pairs that are remembered: words of the language, no texts."""

WINDOW = 24
"""Words that are judged together: a danger is told in a sentence or two, the rest of a long text only thins it."""

READ = 1_000
"""Words of a text that are judged: the longest message VK takes has fewer."""

EDGE = "^"
"""Before the first word and behind the last: «газ» alone says more than «газ» among others."""

_TOKEN = re.compile(r"[а-яa-z]+|\d+|[!?.\n]")
_ENDS = frozenset(".!?")


def tokens(text: str) -> list[str]:
    """The words and signs of a plain text; a number is «#», a new line ends a sentence, signs are not repeated."""
    told = list[str]()
    for found in _TOKEN.findall(text):
        token = "#" if found[0].isdigit() else "." if found == "\n" else found
        if not (token in _ENDS and told and told[-1] in _ENDS):
            told.append(token)
    return told[:READ]


def windows(told: list[str]) -> list[list[str]]:
    """The text in pieces of whole sentences, each as long as fits; half of one stands in the next too."""
    found, begun = list[list[str]](), list[list[str]]()
    for sentence in sentences(told):
        if begun and sum(map(len, begun)) + len(sentence) > WINDOW:
            found.append([token for piece in begun for token in piece])
            room = min(WINDOW // 2, WINDOW - len(sentence))
            while sum(map(len, begun)) > room:
                begun.pop(0)
        begun.append(sentence)
    return [*found, [token for piece in begun for token in piece]]


def sentences(told: list[str]) -> list[list[str]]:
    """A sentence that is longer than a window in halves that overlap."""
    found, begun = list[list[str]](), list[str]()
    for token in told:
        begun.append(token)
        if token in _ENDS or len(begun) == WINDOW:
            found.append(begun)
            begun = [] if token in _ENDS else begun[WINDOW // 2 :]
    return [*found, begun] if begun else found


@lru_cache(maxsize=KEPT)
def of_word(word: str) -> tuple[int, ...]:
    """A word by itself: whole, its stem and family, its letters by three, four and five."""
    named = [f"w{word}", f"s{_stem(word)}"]
    if word[0].isalpha():
        edged = f"<{word}>"
        named += [f"c{edged[at : at + size]}" for size in (3, 4, 5) for at in range(len(edged) - size + 1)]
    if family := _family(word):
        named.append(f"k{family}")
    return tuple(map(_bucket, named))


@lru_cache(maxsize=KEPT)
def of_pair(first: str, second: str) -> tuple[int, ...]:
    """The features of two words that follow each other: whole, their stems, their families."""
    named = [f"p{first} {second}", f"q{_stem(first)} {_stem(second)}"]
    if (first_family := _family(first)) and (other := _family(second)):
        named.append(f"f{first_family} {other}")
    return tuple(map(_bucket, named))


@lru_cache(maxsize=KEPT)
def of_two(first: str, second: str) -> tuple[int, ...]:
    """The features of two words with one between them: their stems."""
    return (_bucket(f"g{_stem(first)} {_stem(second)}"),)


@lru_cache(maxsize=KEPT)
def of_framed(word: str, frames: tuple[str, ...]) -> tuple[int, ...]:
    """The stem and the family of a word, in each frame of its text."""
    named = [f"x{frame} {_stem(word)}" for frame in frames]
    if family := _family(word):
        named += [f"y{frame} {family}" for frame in frames]
    return tuple(map(_bucket, named))


def of_frames(frames: tuple[str, ...]) -> list[int]:
    """The frames by themselves."""
    return [_bucket(f"z{frame}") for frame in frames]


def _family(word: str) -> int:
    """The number of the word's family; the table is unpacked with the first text."""
    from screening.learned.families import family  # with the first text: a bot at rest has no use for it

    return family(_stem(word))


@lru_cache(maxsize=KEPT)
def _stem(token: str) -> str:
    """The word without its ending; signs and digits stay."""
    return cut(token) if token[0].isalpha() else token


def _bucket(feature: str) -> int:
    """Where in the table of weights this feature stands, by its checksum."""
    return crc32(feature.encode()) & (BUCKETS - 1)
