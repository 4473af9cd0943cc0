"""A learned model: which topics a text is about, each with its probability. It gives what its file says, nothing else.

The file is numpy's own (`.npz`, no pickle): hashes of features and small numbers, never a word.
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

FORM = 2
"""Of the file. A model of another form is not read: it is trained anew."""

PLACE = 0.3
"""What the municipality is worth beside the words."""

STEEP, SHARE = 0.25, 3.0
"""A feature of n weighs 1 / (3·n^¼): a long text says more, but not in proportion."""


HALVES, WIDTH = 2, 64
"""Two small nets that learned apart and are asked together: each is wrong in its own places."""
UNITS = HALVES * WIDTH


class UnreadableModel(Exception):
    """This is no model, or one of another form."""


def worth(count: int) -> float:
    """The factor that makes long texts weigh less: it falls with the number of features."""
    return float(1 / (SHARE * max(1, count) ** STEEP))


@dataclass(frozen=True, slots=True)
class Learned:
    """`table` holds the known features, sorted. `units` has a row of each of them, of each place and one for all: what
    it adds to each unit; int8, a row times its `scales` is the real one. What is above zero in a unit counts for the
    topics by `out`, beside `base`. `temperature` and `names` (how much matching without training adds) were fitted on
    messages that the nets had not seen."""

    topics: tuple[str, ...]
    places: tuple[str, ...]
    table: Hashes
    units: NDArray[np.int8]
    scales: Floats
    out: Floats
    base: Floats
    temperature: float
    names: float
    _place_rows: Mapping[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rows = {place: len(self.table) + at for at, place in enumerate(self.places)}
        object.__setattr__(self, "_place_rows", rows)

    def probabilities(self, text: str, place: str | None, named: Mapping[str, float]) -> dict[str, float]:
        """The probability of each topic of the model. `named`: what matching without training gives each topic."""
        scores = temper(self.scores(text, place), self.temperature, self.names, by_names(self.topics, named))
        return dict(zip(self.topics, softmax(scores).tolist(), strict=True))

    def scores(self, text: str, place: str | None) -> Floats:
        """Log-odds of each topic for the text and, where it is known, its place."""
        known = found_in(self.table, hashes(text))
        told = (self.scales[known] @ self.units[known].astype(np.float32)) * np.float32(worth(len(known)))
        told += self._row(len(self.units) - 1)
        here = self._place_rows.get(place or "")
        if here is not None:
            told += np.float32(PLACE) * self._row(here)
        total: Floats = np.maximum(told, 0) @ self.out + self.base
        return total

    def _row(self, at: int) -> Floats:
        """The numbers of one feature or place, unpacked from small integers."""
        row: Floats = self.units[at].astype(np.float32) * self.scales[at]
        return row

    @classmethod
    def of(cls, content: bytes) -> Learned:
        """The model from the bytes of its file. Raises UnreadableModel for what is no model, or one of another form."""
        try:
            with np.load(BytesIO(content), allow_pickle=False) as kept:
                return cls._of(kept)
        except (ValueError, KeyError, OSError, BadZipFile, EOFError) as error:
            raise UnreadableModel(type(error).__name__) from error

    @classmethod
    def _of(cls, kept: Any) -> Learned:
        """The model from the arrays of its file; ValueError for another format or for arrays that do not fit."""
        form, topics, places = int(kept["form"]), tuple(kept["topics"].tolist()), tuple(kept["places"].tolist())
        if form != FORM:
            raise ValueError("form")
        temperature, names = kept["fitted"].tolist()
        table, units, scales, out, base = (kept[name] for name in ("table", "units", "scales", "out", "base"))
        if units.shape != (len(table) + len(places) + 1, len(out)) or scales.shape != (len(units),):
            raise ValueError("shape")
        if out.shape[1:] != (len(topics),) or base.shape != (len(topics),):
            raise ValueError("shape")
        return cls(topics, places, table, units, scales, out, base, temperature, names)

    def content(self) -> bytes:
        """The model as the bytes of a compressed numpy file."""
        file = BytesIO()
        np.savez_compressed(
            file,
            form=np.int64(FORM),
            topics=np.array(self.topics, dtype=np.str_),
            places=np.array(self.places, dtype=np.str_),
            fitted=np.array([self.temperature, self.names], np.float64),
            table=self.table,
            units=self.units,
            scales=self.scales,
            out=self.out,
            base=self.base,
        )
        return file.getvalue()


def by_names(topics: tuple[str, ...], named: Mapping[str, float]) -> Floats:
    """The scores of matching by the directory's words, as log(1 + score) in the order of these topics; 0 for a topic
    without one."""
    return np.array([log1p(named.get(topic, 0.0)) for topic in topics], np.float32)


def hashes(text: str) -> Hashes:
    """The hashed features of the text."""
    found = features(text)
    return np.fromiter(found, np.uint32, len(found))


def found_in(table: Hashes, wanted: Hashes) -> NDArray[np.intp]:
    """The places in the table of those of the wanted features that it knows, ascending."""
    if not len(table):
        return np.empty(0, np.intp)
    at = np.minimum(np.searchsorted(table, wanted), len(table) - 1)
    found: NDArray[np.intp] = np.sort(at[table[at] == wanted])
    return found


def softmax(scores: Floats) -> Floats:
    """Scores as shares that add up to 1 over the last axis."""
    raised = np.exp(scores - scores.max(axis=-1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=-1, keepdims=True)
    return shares


def temper(scores: Floats, temperature: float, names: float, named: Floats) -> Floats:
    """Scores made as sure as was right on messages not seen; `named` is what matching without training adds."""
    joined = (scores + names * named) / temperature
    return joined.astype(np.float32)
