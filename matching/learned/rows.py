"""Examples as numbers: the features worth keeping, and each message as the places of its features in that table.

It must never keep a feature that few messages or few people have: it could be somebody's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from matching.learned.example import Example, Least
from matching.learned.features import words
from matching.learned.model import UNITS, Floats, Hashes, found_in, hashes

Numbers = NDArray[np.int64]

CONTENT = 7_500_000
"""Bytes of units: a file stays below 8 MB however many features there are."""


def plain(text: str) -> str:
    """Equal for texts that differ in nothing but marks and letters' size."""
    return " ".join(words(text))


@dataclass(frozen=True)
class ReadExamples:
    """Examples whose texts were read: features of each, and the number of its distinct text."""

    examples: Sequence[Example]
    features: Sequence[Hashes]
    texts: Numbers

    @classmethod
    def of(cls, examples: Sequence[Example]) -> ReadExamples:
        """Hashes the text of each example; equal texts are hashed once."""
        numbers: dict[str, int] = {}
        texts = [numbers.setdefault(plain(example.text), len(numbers)) for example in examples]
        read: dict[int, Hashes] = {}
        for example, text in zip(examples, texts, strict=True):
            if text not in read:
                read[text] = hashes(example.text)
        return cls(examples, [read[text] for text in texts], np.array(texts, np.int64))

    def of_these(self, chosen: Sequence[int]) -> ReadExamples:
        """The examples at these indexes only, in this order."""
        return ReadExamples(
            [self.examples[at] for at in chosen], [self.features[at] for at in chosen], self.texts[list(chosen)]
        )

    @cached_property
    def distinct(self) -> int:
        """How many different texts there are."""
        return len(np.unique(self.texts))

    def people(self) -> Numbers:
        """The author of each example; where nobody knows, every distinct text is a person."""
        return np.array(
            [example.author or -1 - text for example, text in zip(self.examples, self.texts, strict=True)], np.int64
        )

    def weights(self) -> Floats:
        """A message that stands there ten times says no ten times as much."""
        times = Counter(self.texts.tolist())
        return np.array([1 / sqrt(times[text]) for text in self.texts.tolist()], np.float32)


def table_of(read: ReadExamples, least: Least) -> Hashes:
    """The features that enough messages of enough people have, sorted; the most frequent where there are too many."""
    lengths = [len(feature) for feature in read.features]
    everything = np.concatenate(read.features) if lengths else np.empty(0, np.uint32)
    people = np.unique(read.people(), return_inverse=True)[1]
    found, which, times = np.unique(everything, return_inverse=True, return_counts=True)
    pairs = np.unique(which.astype(np.int64) * (len(people) + 1) + np.repeat(people, lengths))
    persons = np.bincount(pairs // (len(people) + 1), minlength=len(found))
    enough = np.flatnonzero((times >= least.messages) & (persons >= least.people))
    most = CONTENT // UNITS
    kept = enough if len(enough) <= most else enough[np.argsort(-times[enough], kind="stable")[:most]]
    table: Hashes = np.sort(found[kept])
    return table


@dataclass(frozen=True, slots=True)
class Rows:
    """`known` holds the places of all features, one message after another; `starts` where each message begins."""

    known: NDArray[np.intp]
    starts: Numbers
    places: Numbers
    topics: Numbers
    weights: Floats

    def __len__(self) -> int:
        return len(self.topics)


def rows_of(read: ReadExamples, table: Hashes, topics: Sequence[str], places: Sequence[str]) -> Rows:
    """A place that is not in the list is the last one, which means none."""
    topic_at = {topic: at for at, topic in enumerate(topics)}
    place_at = {place: at for at, place in enumerate(places)}
    known = [found_in(table, feature) for feature in read.features]
    starts = np.concatenate([[0], np.cumsum([len(numbers) for numbers in known])]).astype(np.int64)
    return Rows(
        np.concatenate(known) if known else np.empty(0, np.intp),
        starts,
        np.array([place_at.get(example.place, len(places)) for example in read.examples], np.int64),
        np.array([topic_at.get(example.topic, -1) for example in read.examples], np.int64),
        read.weights(),
    )
