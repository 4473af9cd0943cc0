"""The second voter: which act the most alike written phrases have (phrases.py), for texts of few words.

It must never keep a text. A text that is like nothing is a story: `FLOOR`.
"""

from __future__ import annotations

from array import array
from base64 import b85decode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from math import log, sqrt
from operator import mul

from screening.acts.act import ACTS, Act
from screening.acts.features import GRAMS, grams
from screening.acts.model import softmax

SHARP = 14.0
"""How much a phrase that is more alike counts more."""

FLOOR = 0.40
"""As alike any text is to a story: what no phrase is like tells of something that nobody has thought of."""

Phrases = Sequence[Sequence[Sequence[str]]]
"""Of each act its phrases, each as its tokens."""


@dataclass(frozen=True, slots=True)
class Index:
    """Of each gram which phrases have it (from `starts[gram]` on in `where`) and how much it counts (`worth`)."""

    starts: array[int]
    where: array[int]
    worth: array[float]
    scale: array[float]
    """Of each phrase one by its length as a vector."""
    ends: array[int]
    """Where the phrases of each act end."""

    def likeness(self, told: list[str]) -> list[float]:
        """For each act, how much its most alike phrase is like the text: 1 is the same."""
        scores, length = [0.0] * len(self.scale), 0.0
        for gram in grams(told):
            worth = self.worth[gram]
            length += worth
            for at in self.where[self.starts[gram] : self.starts[gram + 1]]:
                scores[at] += worth
        whole = sqrt(length) or 1.0
        alike = array("f", map(mul, scores, self.scale))
        return [
            max(alike[begin:end], default=0.0) / whole for begin, end in zip([0, *self.ends], self.ends, strict=False)
        ]


def index_phrases(phrases: Phrases) -> Index:
    """By piece of text, which phrases have it and how much it weighs: pieces of few phrases weigh more."""
    every = [grams(list(phrase)) for of_act in phrases for phrase in of_act]
    having: list[list[int]] = [[] for _ in range(GRAMS)]
    for at, phrase_grams in enumerate(every):
        for gram in phrase_grams:
            having[gram].append(at)
    worth = array("f", (log((len(every) + 1) / (len(places) + 0.5)) ** 2 for places in having))
    return Index(
        array("I", accumulate(map(len, having), initial=0)),
        array("H", (at for places in having for at in places)),
        worth,
        array("f", (1 / sqrt(sum(worth[gram] for gram in phrase_grams)) for phrase_grams in every)),
        array("I", accumulate(map(len, phrases))),
    )


def probable(told: list[str], index: Index | None = None) -> dict[Act, float]:
    """The probability of each act for the tokens of a short text; together they are 1."""
    alike = (index or _index()).likeness(told)
    alike[ACTS.index(Act.STORY)] = max(alike[ACTS.index(Act.STORY)], FLOOR)
    return softmax([SHARP * likeness for likeness in alike])


def closest(told: list[str], index: Index | None = None) -> float:
    """How much the most alike phrase of all is like the text."""
    return max((index or _index()).likeness(told))


@cache
def _index() -> Index:
    """The written phrases by their letters and stems; built with the first text."""
    return index_phrases(list(unpack_phrases()))


def unpack_phrases() -> Iterator[list[list[str]]]:
    """The phrases of each act: one a line, an empty line between two acts."""
    from lzma import decompress

    from screening.acts import phrases

    text = decompress(b85decode(phrases.PHRASES.replace("\n", ""))).decode()
    for of_act in text.split("\n\n"):
        yield [line.split(" ") for line in of_act.split("\n")]
