"""A model from decided messages: two small nets over hashed features, fitted by Adagrad, judged on the newest ones.

It runs in a process of its own (features/learning) and takes a core for about a minute. It must never say that a model
is good on messages that it has seen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from matching.learned import measured
from matching.learned.example import OWN, Accuracy, Example, Least, Report, TooFew, Trained
from matching.learned.model import (
    HALVES,
    PLACE,
    SHARE,
    STEEP,
    UNITS,
    WIDTH,
    Floats,
    Hashes,
    Learned,
    by_names,
    softmax,
    temper,
)
from matching.learned.rows import ReadExamples, Rows, rows_of, table_of

BATCH, RATE, FIRST = 128, 0.1, 0.1
"""`FIRST` is what Adagrad's sums begin with: from nothing, a feature's first step is its longest, whatever it sees."""

DROPPED, IDLE, SPREAD = 0.5, 0.1, 0.05
"""Features and units that are left out by chance at each step, and how far apart the units begin."""

OLDER, ALL = 6, 2
"""Epochs over the older messages, by which a model is judged, and over all of them after that."""

FEWEST = 100
"""Examples. With fewer there is nothing to judge a model by."""

HELD = 0.15
"""Of the examples, the newest."""

TEMPERATURES = tuple(0.4 + 0.05 * step for step in range(33))
NAMES = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)

Named = Callable[[str], Mapping[str, float]]
"""What matching without training gives each topic for a text."""


def train(
    examples: Sequence[Example],
    *,
    least: Least = OWN,
    named: Named = lambda text: {},
    used: Learned | None = None,
    told: Callable[[str], None] = lambda line: None,
) -> Trained:
    """Measured on the newest messages by a model of the older ones, then made of all.

    Raises:
        TooFew: there is nothing to learn from.
    """
    if len(examples) < FEWEST:
        raise TooFew(len(examples), FEWEST)
    told("read")
    read = ReadExamples.of(examples)
    older, newest = split(read)
    fitting = Fitting.of(read, least)
    told("measure")
    fitting.go_on(read.of_these(older), OLDER)
    judged = Judged.of(read.of_these(newest), named)
    trial = fitting.model()
    fitted = Fit.on(trial, judged)
    report = report_of(read, judged, fitted.with_fit(trial), used)
    told("train")
    fitting.go_on(read, ALL)
    return Trained(fitted.with_fit(fitting.model()).content(), report)


def split(read: ReadExamples) -> tuple[list[int], list[int]]:
    """Older and newest. A text that the older ones hold as well proves nothing and is in neither's favour."""
    order = sorted(range(len(read.examples)), key=lambda at: read.examples[at].day)
    older, newest = order[: -int(len(order) * HELD)], order[-int(len(order) * HELD) :]
    seen = set(read.texts[older].tolist())
    fresh = [at for at in newest if int(read.texts[at]) not in seen]
    if not fresh:
        raise TooFew(len(seen), FEWEST)
    return older, fresh


@dataclass
class Half:
    """What one of the nets makes of its units: softmax on its way."""

    out: Floats
    out_sums: Floats
    base: Floats
    base_sums: Floats

    @classmethod
    def of(cls, topics: int, chance: np.random.Generator) -> Half:
        """Random weights to begin with, and a first size of their steps."""
        out = (chance.standard_normal((WIDTH, topics)) / np.sqrt(WIDTH)).astype(np.float32)
        base = np.zeros(topics, np.float32)
        return cls(out, np.full_like(out, FIRST), base, np.full_like(base, FIRST))

    def step(self, units: Floats, topics: NDArray[np.int64], weights: Floats) -> Floats:
        """One step of Adagrad; returns how the units should have been."""
        wrong = softmax(units @ self.out + self.base)
        wrong[np.arange(len(topics)), topics] -= 1
        wrong *= weights[:, None]
        back: Floats = wrong @ self.out.T
        adagrad(self.out, self.out_sums, units.T @ wrong)
        adagrad(self.base, self.base_sums, wrong.sum(axis=0))
        return back


def adagrad(values: Floats, sums: Floats, slope: Floats) -> None:
    """One step of Adagrad; changes `values` and `sums` in place."""
    sums += slope * slope
    values -= RATE * slope / np.sqrt(sums)


@dataclass
class Fitting:
    """Two nets on their way: units for each known feature, each place, and one row for all messages. `sums`: Adagrad's,
    of a row in each half."""

    topics: tuple[str, ...]
    places: tuple[str, ...]
    table: Hashes
    units: Floats
    sums: Floats
    halves: tuple[Half, ...]
    chance: np.random.Generator

    @classmethod
    def of(cls, read: ReadExamples, least: Least) -> Fitting:
        """Prepares a training: the topics, the places, the table of features, and random weights to begin with."""
        topics = tuple(sorted({example.topic for example in read.examples}))
        places = tuple(sorted({example.place for example in read.examples} - {""}))
        table, chance = table_of(read, least), np.random.default_rng(1)
        rows = len(table) + len(places) + 1
        units = (chance.standard_normal((rows, UNITS)) * SPREAD).astype(np.float32)
        halves = tuple(Half.of(len(topics), chance) for _ in range(HALVES))
        return cls(topics, places, table, units, np.full((rows, HALVES), FIRST, np.float32), halves, chance)

    def go_on(self, read: ReadExamples, epochs: int) -> None:
        """Trains for so many passes over these examples, in random batches; keeps what was learned before."""
        rows = rows_of(read, self.table, self.topics, self.places)
        known, places = len(self.table), len(self.places)
        at, always = np.zeros(known, np.intp), np.arange(known, known + places + 1)
        for _ in range(epochs):
            for chosen in batches(len(rows), self.chance):
                touched, shares = matrix(rows, chosen, at, places, self.chance)
                self.step(np.concatenate([touched, always]), shares, rows.topics[chosen], rows.weights[chosen])

    def step(self, ids: NDArray[np.intp], shares: Floats, topics: NDArray[np.int64], weights: Floats) -> None:
        """One step of Adagrad for the rows that these messages touch: a row has one pace in each half."""
        told = shares @ self.units[ids]
        works = (self.chance.random(told.shape, np.float32) >= IDLE) & (told > 0)
        worth = works.astype(np.float32) / np.float32(1 - IDLE)
        units = np.split(told * worth, HALVES, axis=1)
        back = [half.step(mine, topics, weights) for half, mine in zip(self.halves, units, strict=True)]
        slope = (shares.T @ (np.concatenate(back, axis=1) * worth)).reshape(len(ids), HALVES, WIDTH)
        self.sums[ids] += np.square(slope).mean(axis=2)
        slope *= (RATE / np.sqrt(self.sums[ids]))[:, :, None]
        self.units[ids] -= slope.reshape(len(ids), UNITS)

    def model(self) -> Learned:
        """The trained model, not calibrated yet."""
        scales = np.maximum(np.abs(self.units).max(axis=1), 1e-9).astype(np.float32) / 127
        small = np.rint(self.units / scales[:, None]).astype(np.int8)
        share = np.float32(1 / HALVES)
        out = np.concatenate([half.out for half in self.halves]) * share
        base = np.sum([half.base for half in self.halves], axis=0) * share
        return Learned(self.topics, self.places, self.table, small, scales, out, base, 1.0, 0.0)


def batches(count: int, chance: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """All examples once in random order, `BATCH` indexes at a time."""
    order = chance.permutation(count)
    for start in range(0, count, BATCH):
        yield order[start : start + BATCH]


def matrix(
    rows: Rows, chosen: NDArray[np.int64], at: NDArray[np.intp], places: int, chance: np.random.Generator
) -> tuple[NDArray[np.intp], Floats]:
    """Which features these messages have, half of them left out by chance, and a dense matrix over those, the places
    and a constant. `at` is scratch space, as long as the table."""
    starts = rows.starts[chosen]
    lengths = rows.starts[chosen + 1] - starts
    positions = np.repeat(starts - np.cumsum(lengths) + lengths, lengths) + np.arange(lengths.sum())
    kept = chance.random(len(positions)) >= DROPPED
    features, message = rows.known[positions[kept]], np.repeat(np.arange(len(chosen)), lengths)[kept]
    touched = np.unique(features) if len(features) < len(at) // 8 else present(features, len(at))
    at[touched] = np.arange(len(touched))
    shares = np.zeros((len(chosen), len(touched) + places + 1), np.float32)
    worth = 1 / ((1 - DROPPED) * SHARE * np.maximum(1, lengths) ** STEEP)
    shares[message, at[features]] = worth[message]
    here = rows.places[chosen]
    told = np.flatnonzero(here < places)
    shares[told, len(touched) + here[told]] = PLACE
    shares[:, -1] = 1
    return touched, shares


def present(features: NDArray[np.intp], known: int) -> NDArray[np.intp]:
    """Which of the `known` features occur, ascending."""
    seen = np.zeros(known, np.bool_)
    seen[features] = True
    return np.flatnonzero(seen)


@dataclass(frozen=True)
class Judged:
    """The newest messages, each distinct text once with the topic that most of its messages have, and what matching
    without training says of it. `tuning`: the half on which temperature and names are fitted."""

    texts: Sequence[str]
    places: Sequence[str]
    decided: Sequence[str]
    named: Sequence[Mapping[str, float]]
    tuning: NDArray[np.bool_]

    @classmethod
    def of(cls, newest: ReadExamples, named: Named) -> Judged:
        """Takes each different text once, with the topic that was decided for it most often."""
        first: dict[int, Example] = {}
        topics: dict[int, Counter[str]] = {}
        for example, text in zip(newest.examples, newest.texts.tolist(), strict=True):
            first.setdefault(text, example)
            topics.setdefault(text, Counter())[example.topic] += 1
        texts = [example.text for example in first.values()]
        decided = [found.most_common(1)[0][0] for found in topics.values()]
        return cls(
            texts, [example.place for example in first.values()], decided, [named(text) for text in texts],
            np.arange(len(texts)) % 2 == 0,
        )  # fmt: skip

    def indexes(self, topics: Sequence[str]) -> NDArray[np.int64]:
        """The index of each decided topic among these; -1 for one that is not there."""
        at = {topic: number for number, topic in enumerate(topics)}
        return np.array([at.get(topic, -1) for topic in self.decided], np.int64)

    def scores(self, model: Learned) -> Floats:
        """One row of log-odds for each example."""
        return np.array([model.scores(*pair) for pair in zip(self.texts, self.places, strict=True)], np.float32)

    def by_names(self, topics: tuple[str, ...]) -> Floats:
        """The scores of matching by words: one row for each text, one column for each of these topics."""
        return np.array([by_names(topics, names) for names in self.named], np.float32)


@dataclass(frozen=True, slots=True)
class Fit:
    """What was fitted on the half of the newest messages that is not reported."""

    temperature: float
    names: float

    @classmethod
    def on(cls, model: Learned, judged: Judged) -> Fit:
        """Chooses the temperature and the share of names with the least loss on the half for tuning."""
        half = judged.tuning
        scores, names = judged.scores(model)[half], judged.by_names(model.topics)[half]
        right = judged.indexes(model.topics)[half]
        shares = NAMES if names.any() else (0.0,)
        tried = {
            (temperature, share): loss(temper(scores, temperature, share, names), right)
            for temperature, share in product(TEMPERATURES, shares)
        }
        return cls(*min(tried, key=lambda setting: (tried[setting], setting)))

    def with_fit(self, model: Learned) -> Learned:
        """The model with this temperature and weight of names."""
        return replace(model, temperature=self.temperature, names=self.names)


def loss(scores: Floats, right: NDArray[np.int64]) -> float:
    """Negative log-likelihood of what people decided."""
    said = softmax(scores)[np.arange(len(right)), right]
    return float(-np.log(np.maximum(said, 1e-9)).mean())


def report_of(read: ReadExamples, judged: Judged, model: Learned, used: Learned | None) -> Report:
    """How good the model is on the half of the newest messages that neither training nor fitting has seen, beside
    matching by words and the model now in use."""
    half = ~judged.tuning
    decided, shares = judged.indexes(model.topics)[half], probabilities(model, judged)[half]
    best, most = shares.argmax(axis=1), shares.max(axis=1)
    days = sorted(example.day for example in read.examples)
    topics = [topic for topic, mine in zip(judged.decided, half, strict=True) if mine]
    return Report(
        examples=len(read.examples),
        distinct=read.distinct,
        topics=len(model.topics),
        held=int(half.sum()),
        since=days[-int(len(days) * HELD)],
        until=days[-1],
        model=measured.accuracy(shares, decided),
        names=by_names_alone(judged, model.topics, half) if any(judged.named) else None,
        used=None
        if used is None
        else measured.accuracy(probabilities(used, judged)[half], judged.indexes(used.topics)[half]),
        calibration=measured.calibration(most, best == decided),
        covered=measured.coverage(most, best == decided),
        confusions=measured.confusions([model.topics[at] for at in best], topics),
    )


def by_names_alone(judged: Judged, topics: tuple[str, ...], half: NDArray[np.bool_]) -> Accuracy:
    """The accuracy of matching by the directory's words alone, on these texts."""
    return measured.accuracy(judged.by_names(topics)[half], judged.indexes(topics)[half])


def probabilities(model: Learned, judged: Judged) -> Floats:
    """One row of probabilities for each example, by the model's temperature and by the topics it names."""
    scores, named = judged.scores(model), judged.by_names(model.topics)
    return softmax(temper(scores, model.temperature, model.names, named))
