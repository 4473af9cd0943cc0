"""What the second voter of topics learns from: phrases written for it (tests/matching/phrases_learned), those of other
tests, the words of the directory, and messages that are about no topic. All are invented.

It must never read what is held out of the messages of several problems, or a sealed set that is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from zlib import crc32

from matching.topics.index import TopicIndex
from matching.topics.voter.model import NOTHING
from screening.acts.act import Act
from states.directory import Directory
from tests.matching.compounds import compounds
from tests.people.sets import read_set
from tests.screening.training import acts_rows
from tests.yaml_text import yaml_of

FOLDER = Path(__file__).parent.parent
PHRASES = FOLDER / "phrases_learned"
FOLDS = 5

WORD, ABOUT, SAYS_NOTHING = 0.5, 0.5, 0.3
"""How much a saying of the directory, a topic's description and a message that is about nothing count."""

OPENED = ("people_1.yaml", "people_2.yaml", "people_4.yaml")
"""Sealed sets that were measured and opened (tests/people/sealed/RESULTS.md)."""

_TELLING = {Act.STORY, Act.AGAIN, Act.NOTICE, Act.QUESTION, Act.ADDITION, Act.CORRECTION, Act.PRESS, Act.SPAM}
"""Acts whose phrases may be about a topic."""


@dataclass(frozen=True, slots=True)
class Row:
    """A phrase, the topics that fit it, and how much it counts."""

    topics: tuple[str, ...]
    text: str
    counts: float = 1.0

    def held_out(self, fold: int) -> bool:
        return crc32(self.text.encode()) % FOLDS == fold


def written() -> list[Row]:
    """The phrases that were written to be learned from: `topic[,topic]<TAB>phrase`, «-» where it is about none."""
    lines = [line for path in sorted(PHRASES.glob("*.txt")) for line in path.read_text(encoding="utf-8").splitlines()]
    told = [line.split("\t", 1) for line in lines]
    return [Row(tuple(codes.split(",")) if codes != "-" else (NOTHING,), text) for codes, text in told]


@cache
def digest() -> str:
    """Of all written phrases: weights of other phrases are old."""
    return sha256("\n".join(f"{row.topics} {row.text}" for row in written()).encode()).hexdigest()[:12]


def told_elsewhere() -> Iterator[Row]:
    """Of other tests, each with its topic."""
    for half in _read("everyday.yaml").values():
        for topic, texts in half.items():
            yield from (Row((topic,), text) for text in ([texts] if isinstance(texts, str) else texts))
    for topic, texts in _read("short_stories.yaml").items():
        yield from (Row((topic,), text) for text in texts)
    for one in compounds():
        if not one.held_out:
            yield from (Row((topic,), text) for topic, text in zip(one.topics, one.parts, strict=True))


def opened(name: str) -> list[Row]:
    """Of a sealed set that is open."""
    return [Row(tuple(one["topic"]), str(one["said"])) for one in read_set(name)["messages"] if one.get("topic")]


def of_directory(directory: Directory) -> Iterator[Row]:
    for topic in directory.topics:
        yield Row((topic.code,), topic.name)
        yield Row((topic.code,), topic.description, ABOUT)
        yield from (Row((topic.code,), saying, WORD) for saying in topic.words)


def about_nothing(directory: Directory) -> Iterator[Row]:
    """Greetings, thanks, impatience: what no word of the directory is in."""
    index = TopicIndex(directory)
    for row in acts_rows.written():
        if row.act not in _TELLING and not index.guess(index.scores(row.text), 1).topics:
            yield Row((NOTHING,), row.text, SAYS_NOTHING)


def _read(name: str) -> dict:  # type: ignore[type-arg]
    found = yaml_of((FOLDER / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found
