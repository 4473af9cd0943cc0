"""Messages of several problems and of one that were made up (compounds.yaml); a fixed hash holds out half of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from pathlib import Path

from tests.people.sets import read_set
from tests.yaml_text import yaml_of

FOLDER = Path(__file__).parent

STRAIGHT = 14
"""Words of a message that was made up for something else and tells of one problem; longer ones may touch on two."""


WRITTEN_FOR_IT = 3
"""How often a message counts that was made up to be taken apart or left whole."""


@dataclass(frozen=True, slots=True)
class Compound:
    """The parts as they should be, each with its topic."""

    parts: tuple[str, ...]
    topics: tuple[str, ...] = ()
    real: bool = False
    """Somebody wrote it: it is learned from where it lies, and goes nowhere else (training/real.py)."""

    @property
    def text(self) -> str:
        return " ".join(self.parts)

    @property
    def held_out(self) -> bool:
        return sha256(" | ".join(self.parts).encode()).digest()[0] % 2 == 0

    @property
    def cuts(self) -> list[int]:
        """Before which words."""
        return list(accumulate(len(part.split()) for part in self.parts))[:-1]


def compounds() -> list[Compound]:
    found: Mapping[str, Sequence[Mapping[str, str]]] = _read("compounds.yaml")
    told = [one for kind in found.values() for message in kind for one in message.items()]
    return [Compound(tuple(text.split(" | ")), tuple(topics.split())) for topics, text in told]


def told_later() -> list[Compound]:
    """Nothing learns from these (compounds_told.yaml); of a part «/» stands between topics that fit."""
    found = _read("compounds_told.yaml")
    several = [
        Compound(tuple(text.split(" | ")), tuple(topics.split()))
        for one in found["several"]
        for topics, text in one.items()
    ]
    return several + [Compound((text,)) for text in found["one"]]


def spoken() -> list[Compound]:
    """As people say them (compounds_spoken.yaml); half is held out."""
    return [_marked(text) for kind in _read("compounds_spoken.yaml").values() for text in kind]


def _marked(told: str | Sequence[str]) -> Compound:
    return Compound(tuple(told.split(" | ") if isinstance(told, str) else told))


def _opened() -> list[Compound]:
    """The third sealed set, measured and opened (tests/people/sealed/RESULTS.md)."""
    found = read_set("people_3.yaml")["compounds"]
    return [_marked(told) for kind in ("several", "single") for told in found[kind]]


def to_learn_from() -> list[Compound]:
    """All that is not held out, three times, and the messages of benchmarks/problems.py, six times; short stories that
    were made up for something else once."""
    more: Mapping[str, Sequence[str]] = _read("compounds_learned.yaml")
    older: Mapping[str, Mapping[str, Sequence[str]]] = _read("problems.yaml")
    texts = [text for kind in (more, *older.values(), *older.values()) for told in kind.values() for text in told]
    told = [one for one in (*compounds(), *spoken()) if not one.held_out] + _opened()
    told += [_marked(text) for text in texts]
    return told * WRITTEN_FOR_IT + [Compound((text,)) for text in _plain_stories()]


def _plain_stories() -> list[str]:
    """Short messages that were made up for the acts and the topics: of one problem, told straight."""
    lines = (FOLDER.parent / "screening" / "acts" / "story.txt").read_text(encoding="utf-8").splitlines()
    everyday = [one for half in _read("everyday.yaml").values() for one in half.values()]
    phrases = [one["text"] for one in yaml_of((FOLDER / "phrases.yaml").read_text(encoding="utf-8"))]
    told = [text for one in everyday for text in ([one] if isinstance(one, str) else one)]
    return [line for line in dict.fromkeys((*lines, *phrases, *told)) if 2 < len(line.split()) <= STRAIGHT]


def _read(name: str) -> dict:  # type: ignore[type-arg]
    found = yaml_of((FOLDER / name).read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found
