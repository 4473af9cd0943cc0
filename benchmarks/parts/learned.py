"""What a learned model adds: five splits by text and one by time, with and without the question of the scene, and which
agency answers. Only counts leave this file; no message is printed or kept.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.parts.agencies import Agencies, Answered
from benchmarks.parts.peer_bots import FOLDER, Absent, run
from matching import probable
from matching.learned import measured, training
from matching.learned.example import Example
from matching.learned.model import Learned, by_names, softmax, temper
from matching.learned.rows import plain
from matching.topics.index import TopicIndex
from states.directory import Directory, Scene, Topic

FOLDS = 5
NEAR, TIME = "near", "time"
NEWEST = 0.2
"""Of the messages, in the split by time."""

WRONG, UNKNOWN = 0.075, 0.075
"""Of answers to the question; together the 15 % that the issue names."""

SCIKIT = "1.7.2"
SCENES = {"Дом": Scene.HOUSE, "Квартира": Scene.HOUSE, "Двор": Scene.YARD, "Улица": Scene.STREET}
"""The portal's kinds of place as the bot's four buttons; all others are «Другое»."""

Floats = NDArray[np.float32]
Figures = dict[str, dict[str, float]]


@dataclass(frozen=True)
class Portal:
    """The messages in the order of their days, with what the portal knows of its topics. `near`: the text without
    marks, letters' size and digits, the same for near copies."""

    examples: Sequence[Example]
    texts: Sequence[str]
    near: Sequence[str]
    scenes: Mapping[str, Scene | None]
    names: TopicIndex

    @classmethod
    def read(cls, path: Path) -> Portal:
        """The messages of this file in its order, which is that of time."""
        with gzip.open(path, "rt", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        examples = [
            Example(row["text"], row["topic"], row["district"], row["agency"], day) for day, row in enumerate(rows)
        ]
        kinds: dict[str, Counter[Scene]] = {}
        for row in rows:
            kinds.setdefault(row["topic"], Counter())[SCENES.get(row["place_kind"], Scene.OTHER)] += 1
        scenes = {topic: found.most_common(1)[0][0] for topic, found in kinds.items()}
        topics = tuple(Topic(name, "", name) for name in sorted(kinds))
        names = TopicIndex(Directory("", "", "", topics=topics))
        return cls(examples, [one.text for one in examples], [plain(one.text) for one in examples], scenes, names)

    def splits(self) -> Iterator[tuple[str, list[int], list[int]]]:
        """A name, the messages to learn from, the messages to be judged by: five by text, one that has no near copy on
        both sides, and one by time that has none either."""
        yield from self.by(self.texts, "text", range(FOLDS))
        yield from self.by(self.near, NEAR, range(1))
        every = range(len(self.examples))
        older = list(range(int(len(self.examples) * (1 - NEWEST))))
        seen = {self.near[at] for at in older}
        yield TIME, older, [at for at in every[len(older) :] if self.near[at] not in seen]

    def by(self, keys: Sequence[str], name: str, folds: Iterable[int]) -> Iterator[tuple[str, list[int], list[int]]]:
        """Splits by the hash of each key: the name of the split, what is learned from, what is tested."""
        fold = [sha256(key.encode()).digest()[0] % FOLDS for key in keys]
        every = range(len(self.examples))
        for number in folds:
            older = [at for at in every if fold[at] != number]
            yield f"{name} {number + 1}", older, [at for at in every if fold[at] == number]


@dataclass(frozen=True)
class Tested:
    """Probabilities of each tested message (rows) for each topic (columns)."""

    portal: Portal
    at: Sequence[int]
    topics: tuple[str, ...]
    shares: Floats

    @property
    def decided(self) -> NDArray[np.int64]:
        """The index of each message's true topic among the model's; -1 for one that it does not know."""
        known = {topic: number for number, topic in enumerate(self.topics)}
        return np.array([known.get(self.portal.examples[at].topic, -1) for at in self.at], np.int64)

    def distinct(self) -> Tested:
        """Each text once. Its topic is the one that most of its messages have: see `accuracy`."""
        topics: dict[str, Counter[str]] = {}
        for at in self.at:
            topics.setdefault(self.portal.texts[at], Counter())[self.portal.examples[at].topic] += 1
        usual = {text: found.most_common(1)[0][0] for text, found in topics.items()}
        chosen: dict[str, int] = {}
        for row, at in enumerate(self.at):
            text = self.portal.texts[at]
            if self.portal.examples[at].topic == usual[text]:
                chosen.setdefault(text, row)
        rows = sorted(chosen.values())
        return Tested(self.portal, [self.at[row] for row in rows], self.topics, self.shares[rows])

    def by_any(self) -> tuple[float, float]:
        """Each text once; right is any topic that people gave a message of this text. A third of identical texts were
        given several."""
        topics: dict[str, set[str]] = {}
        for at in self.at:
            topics.setdefault(self.portal.texts[at], set()).add(self.portal.examples[at].topic)
        best = np.argsort(-self.shares, axis=1, kind="stable")[:, :3]
        first = {self.portal.texts[at]: row for row, at in enumerate(self.at)}
        said = [([self.topics[one] for one in best[row]], topics[text]) for text, row in first.items()]
        return (
            sum(three[0] in right for three, right in said) / len(said),
            sum(any(one in right for one in three) for three, right in said) / len(said),
        )

    def asked(self) -> NDArray[np.bool_]:
        """Of which the bot would ask the scene."""
        return np.array(
            [
                probable.guess(
                    dict(zip(self.topics, row.tolist(), strict=True)), self.portal.scenes, None, 3, 1
                ).ask_scene
                for row in self.shares
            ]
        )

    def told(self, asked: NDArray[np.bool_], wrong: float, unknown: float, seed: int = 1) -> Tested:
        """After the answers: so many wrong, so many «не знаю»."""
        chance, shares = random.Random(seed), self.shares.copy()
        for row in np.flatnonzero(asked):
            drawn = chance.random()
            if drawn < unknown:
                continue
            scene = self.portal.scenes[self.portal.examples[self.at[row]].topic]
            if drawn < unknown + wrong:
                scene = chance.choice([other for other in Scene if other is not scene])
            assert scene is not None
            before = dict(zip(self.topics, shares[row].tolist(), strict=True))
            after = probable.shares_after_answer(before, self.portal.scenes, scene)
            shares[row] = [after[topic] for topic in self.topics]
        return Tested(self.portal, self.at, self.topics, shares)

    def accuracy(self) -> tuple[float, float]:
        """How often the first topic is right, and how often one of the first three."""
        found = measured.accuracy(self.shares, self.decided)
        return found.first, found.among_three

    def sureness(self) -> tuple[float, float]:
        """Expected calibration error, and what could be taken with 95 % of it right."""
        right = self.shares.argmax(axis=1) == self.decided
        most = self.shares.max(axis=1)
        return measured.calibration(most, right), measured.coverage(most, right)


def tested(portal: Portal, model: Learned, at: Sequence[int]) -> Tested:
    """What the model says of these messages, by its own temperature and weight of names."""
    scores = np.array([model.scores(portal.examples[one].text, portal.examples[one].place) for one in at], np.float32)
    named = np.zeros_like(scores)
    if model.names:
        each = [by_names(model.topics, portal.names.scores(portal.examples[one].text)) for one in at]
        named = np.array(each, np.float32)
    return Tested(portal, at, model.topics, softmax(temper(scores, model.temperature, model.names, named)))


# Agencies.

_DISTRICT = re.compile(r"[А-ЯЁ][\w-]+(?:ого|его)\s+(?=района)")


def role_of(agency: str) -> str:
    """«ЖА Невского района» is what «ЖА Центрального района» is elsewhere."""
    return _DISTRICT.sub("", agency)


def agencies_of(portal: Portal, at: Sequence[int]) -> Agencies:
    """Who answered these messages, as far as it is known."""
    known = Agencies()
    answered = (portal.examples[one] for one in at)
    known.learn(Answered(one.topic, one.place, one.agency, role_of(one.agency)) for one in answered if one.agency)
    return known


def agency_accuracy(
    portal: Portal, known: Agencies, at: Sequence[int], topics: Callable[[int], Mapping[str, float]]
) -> tuple[float, float]:
    """Of answered messages: the agency that answered stands first, or among three. `topics`: by the row of `at`."""
    seen = first = three = 0
    for row, one in enumerate(at):
        example = portal.examples[one]
        if not example.agency:
            continue
        shares = known.shares(topics(row), example.place)
        best = sorted(shares, key=lambda agency: (-shares[agency], agency))[:3]
        seen += 1
        first += best[:1] == [example.agency]
        three += example.agency in best
    return first / max(1, seen), three / max(1, seen)


def largest(shares: Floats, topics: Sequence[str], most: int = 8) -> dict[str, float]:
    """The rest weighs nothing."""
    best = np.argsort(-shares)[:most]
    return {topics[at]: float(shares[at]) for at in best}


# One split.


def measure(portal: Portal, older: Sequence[int], newer: Sequence[int]) -> tuple[Figures, Learned]:
    """Learns from the older messages and measures on the newer ones; the figures and the model."""
    begun = time.perf_counter()
    trained = training.train([portal.examples[at] for at in older], named=portal.names.scores)
    seconds = time.perf_counter() - begun
    model = Learned.of(trained.content)
    rows = tested(portal, model, newer)
    asked = rows.asked()
    right, doubtful = rows.told(asked, 0, 0), rows.told(asked, WRONG, UNKNOWN)
    known = agencies_of(portal, older)
    confirmed = agency_accuracy(portal, known, newer, lambda row: {portal.examples[newer[row]].topic: 1.0})
    figures: Figures = {
        "topic, rows": pair(rows.accuracy()),
        "topic, distinct texts": pair(rows.distinct().accuracy()),
        "topic, distinct texts, any topic that people gave": pair(rows.by_any()),
        "topic, question answered, rows": pair(right.accuracy()),
        "topic, 15 % of answers wrong or none, rows": pair(doubtful.accuracy()),
        "agency of answered": pair(by_topics(portal, known, rows)),
        "agency, question answered": pair(by_topics(portal, known, right)),
        "agency, 15 % of answers wrong or none": pair(by_topics(portal, known, doubtful)),
        "agency, topic confirmed": pair(confirmed),
    }
    error, covered = rows.sureness()
    figures["other"] = {
        "asked": float(asked.mean()), "calibration error": error, "covered at 0.95": covered,
        "training, s": seconds, "file, MB": len(trained.content) / 1e6,
    }  # fmt: skip
    return figures, model


def by_topics(portal: Portal, known: Agencies, rows: Tested) -> tuple[float, float]:
    """How often the agency is right that history gives for the model's topics: the first, one of three."""
    return agency_accuracy(portal, known, rows.at, lambda row: largest(rows.shares[row], rows.topics))


def pair(found: tuple[float, float]) -> dict[str, float]:
    return {"first": found[0], "among three": found[1]}


# The reference, in an environment of its own.

REFERENCE = """
import json, sys
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC
said = json.load(sys.stdin)
features = make_union(
    TfidfVectorizer(ngram_range=(1, 2), min_df=3, sublinear_tf=True),
    TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), min_df=5, max_features=200_000, sublinear_tf=True),
)
model = make_pipeline(features, LinearSVC(C=0.5)).fit(said["texts"], said["topics"])
scores = model.decision_function(said["asked"])
names = model.classes_
print(json.dumps([[names[at] for at in row] for row in (-scores).argsort(axis=1)[:, :3].tolist()]))
"""


def scikit() -> str:
    """The Python of an environment with scikit-learn, made at the first call; Absent where it cannot be installed."""
    home = FOLDER / "scikit-learn"
    python = home / "bin" / "python"
    if not (home / SCIKIT).exists():
        run([sys.executable, "-m", "venv", "--clear", str(home)])
        run([str(python), "-m", "pip", "install", "--quiet", f"scikit-learn=={SCIKIT}"])
        (home / SCIKIT).touch()
    return str(python)


def reference(portal: Portal, older: Sequence[int], newer: Sequence[int]) -> dict[str, float] | None:
    """Word and character TF-IDF with a linear support vector machine; None where it can't be installed."""
    try:
        python = scikit()
    except Absent:
        return None
    said = {
        "texts": [portal.examples[at].text for at in older],
        "topics": [portal.examples[at].topic for at in older],
        "asked": [portal.examples[at].text for at in newer],
    }
    done = subprocess.run([python, "-c", REFERENCE], input=json.dumps(said), capture_output=True, text=True, check=True)
    best = json.loads(done.stdout)
    right = [portal.examples[at].topic for at in newer]
    return pair(
        (
            sum(three[0] == topic for three, topic in zip(best, right, strict=True)) / len(right),
            sum(topic in three for three, topic in zip(best, right, strict=True)) / len(right),
        )
    )
