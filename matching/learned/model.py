"""A learned model: which topics a text is about, each with its probability. It gives what its file says, nothing else.

The file is numpy's own (`.npz`, no pickle): hashes of features and small numbers, never a word (issue 19, Build 2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from math import log1p
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from matching.learned.features import features

Floats = NDArray[np.float32]
Hashes = NDArray[np.uint32]

FORM = 1
"""Of the file. A model of another form is not read: it is trained anew."""

PLACE = 0.3
"""What the municipality is worth beside the words."""

STEEP, SHARE = 0.25, 3.0
"""A feature of n weighs 1 / (3·n^¼): a long text says more, but not in proportion."""


class Unreadable(Exception):
    """This is no model, or one of another form."""


def worth(count: int) -> float:
    return float(1 / (SHARE * max(1, count) ** STEEP))


@dataclass(frozen=True, slots=True)
class Learned:
    """`table` holds the known features, sorted. `weights` has a row of each of them, of each place and one for all;
    int8, a row times its `scales` is the real one. `temperature` and `names` (how much matching without training adds)
    were fitted on messages that the weights had not seen."""

    topics: tuple[str, ...]
    places: tuple[str, ...]
    table: Hashes
    weights: NDArray[np.int8]
    scales: Floats
    temperature: float
    names: float
    _place_rows: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows = {place: len(self.table) + at for at, place in enumerate(self.places)}
        object.__setattr__(self, "_place_rows", rows)

    def probabilities(self, text: str, place: str | None, named: Mapping[str, float]) -> dict[str, float]:
        """Of each topic of the model. `named`: what matching without training gives each topic."""
        scores = tempered(self.scores(text, place), self.temperature, self.names, by_names(self.topics, named))
        return dict(zip(self.topics, softmax(scores).tolist(), strict=True))

    def scores(self, text: str, place: str | None) -> Floats:
        known = found_in(self.table, hashes(text))
        rows, shares = self.weights[known], self.scales[known]
        total: Floats = (shares @ rows.astype(np.float32)) * np.float32(worth(len(known))) + self._row(
            len(self.weights) - 1
        )
        here = self._place_rows.get(place or "")
        return total if here is None else total + np.float32(PLACE) * self._row(here)

    def _row(self, at: int) -> Floats:
        row: Floats = self.weights[at].astype(np.float32) * self.scales[at]
        return row

    @classmethod
    def of(cls, content: bytes) -> Learned:
        """Raises:
        Unreadable: it is no model, or one of another form.
        """
        try:
            with np.load(BytesIO(content), allow_pickle=False) as kept:
                return cls._of(kept)
        except (ValueError, KeyError, OSError, BadZipFile, EOFError) as error:
            raise Unreadable(type(error).__name__) from error

    @classmethod
    def _of(cls, kept: Any) -> Learned:
        form, topics, places = int(kept["form"]), tuple(kept["topics"].tolist()), tuple(kept["places"].tolist())
        if form != FORM:
            raise ValueError("form")
        temperature, names = kept["fitted"].tolist()
        table, weights, scales = kept["table"], kept["weights"], kept["scales"]
        if weights.shape != (len(table) + len(places) + 1, len(topics)) or scales.shape != (len(weights),):
            raise ValueError("shape")
        return cls(topics, places, table, weights, scales, temperature, names)

    def content(self) -> bytes:
        file = BytesIO()
        np.savez_compressed(
            file,
            form=np.int64(FORM),
            topics=np.array(self.topics, dtype=np.str_),
            places=np.array(self.places, dtype=np.str_),
            fitted=np.array([self.temperature, self.names], np.float64),
            table=self.table,
            weights=self.weights,
            scales=self.scales,
        )
        return file.getvalue()


def by_names(topics: tuple[str, ...], named: Mapping[str, float]) -> Floats:
    return np.array([log1p(named.get(topic, 0.0)) for topic in topics], np.float32)


def hashes(text: str) -> Hashes:
    found = features(text)
    return np.fromiter(found, np.uint32, len(found))


def found_in(table: Hashes, wanted: Hashes) -> NDArray[np.intp]:
    """Where the known ones of these features stand in the table."""
    if not len(table):
        return np.empty(0, np.intp)
    at = np.minimum(np.searchsorted(table, wanted), len(table) - 1)
    found: NDArray[np.intp] = np.sort(at[table[at] == wanted])
    return found


def softmax(scores: Floats) -> Floats:
    """Of the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def tempered(scores: Floats, temperature: float, names: float, named: Floats) -> Floats:
    """As sure as was right on messages not seen; `named` is what matching without training adds."""
    joined = (scores + names * named) / temperature
    return joined.astype(np.float32)
