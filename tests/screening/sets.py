"""The sets of phrases that the rules are measured with, and what a rule finds in them. Used by the tests and by
`benchmarks/screening.py`, so both hold the same figures."""

from __future__ import annotations

import lzma
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.yaml_text import yaml_of

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Phrases:
    """What must be found, and what only looks like it."""

    told: tuple[str, ...]
    harmless: tuple[str, ...]


@dataclass(frozen=True)
class Figures:
    """Of one rule on one set."""

    found: float
    false: float

    def __str__(self) -> str:
        return f"found {self.found:.1%}, false {self.false:.1%}"


def lines(name: str) -> list[tuple[str, str]]:
    """The mark and the phrase of each line of `phrases/<name>.txt`; a line of `#` says something to the reader."""
    text = (HERE / "phrases" / f"{name}.txt").read_text(encoding="utf-8")
    parted = [line.split(" ", 1) for line in text.splitlines() if line and not line.startswith("#")]
    return [(mark, phrase) for mark, phrase in parted]


def measuring(name: str) -> Phrases:
    """The set the rules are measured with and never changed for."""
    every = lines(name)
    return Phrases(tuple(one for mark, one in every if mark == "+"), tuple(one for mark, one in every if mark == "-"))


@cache
def developing(name: str) -> dict[str, Any]:
    """The set the rules are made with."""
    read: dict[str, Any] = yaml_of((HERE / f"{name}_phrases.yaml").read_text(encoding="utf-8"))
    return read


Danger = tuple[str, str, str]
"""On which side a phrase stands (`alarm`, `hazard`, `crime`, `none`), its kind, and the phrase."""


def danger_rows(part: str) -> list[Danger]:
    """One part of the phrases of danger: `developing`, or `held_out`, which nothing was learned from."""
    read: dict[str, Any] = developing("danger")[part]
    rows = [(side, kind, text) for side in ("alarm", "hazard") for kind, texts in read[side].items() for text in texts]
    return rows + [(side, side, text) for side in ("crime", "none") for text in read[side]]


SEALED = HERE / "phrases" / "sealed"


def sealed(name: str) -> tuple[list[Danger], str]:
    """A set that a stranger wrote, `<+|-> <kind> <phrase>` a line, and the check sum of its file."""
    raw = unsealed(name)
    lines = [line.split(" ", 2) for line in raw.decode("utf-8").splitlines() if line and not line.startswith("#")]
    rows = [("alarm" if mark == "+" else "none", kind, phrase) for mark, kind, phrase in lines]
    return rows, sha256(raw).hexdigest()


def unsealed(name: str) -> bytes:
    """The file as it was sealed, packed or open."""
    path = SEALED / name
    return path.read_bytes() if path.exists() else lzma.decompress(path.with_name(f"{name}.xz").read_bytes())


def opened() -> list[str]:
    """Those that have been opened, the newest last."""
    return [name for name in seals() if (SEALED / name).exists()]


ORDINARY = (
    "Большая яма на дороге, город Миасс, улица Ленина, дом 5. ",
    "Третий день не вывозят мусор. ",
    "Здравствуйте! Нет горячей воды с понедельника. ",
)
"""What somebody may write first, and of himself last."""


def behind(ordinary: str) -> list[str]:
    """Every tenth danger of three words and more, told behind these."""
    told = [text for side, _, text in danger_rows("developing") if side == "alarm" and len(text.split()) >= 3]
    return [ordinary + text for text in told[::10]]


def learned_from() -> list[str]:
    """Only the newest set measures: those before it have been read, and are learned from."""
    return list(seals())[:-1]


def seals() -> dict[str, str]:
    """The check sum that each sealed set was given before anybody opened it."""
    told = [line.split() for line in (SEALED / "SEALS").read_text(encoding="utf-8").splitlines() if line.strip()]
    return {name: checksum for checksum, name in told}


def share(texts: Sequence[str], hears: Callable[[str], object]) -> float:
    return sum(bool(hears(text)) for text in texts) / len(texts)


def figures(phrases: Phrases, hears: Callable[[str], object]) -> Figures:
    return Figures(share(phrases.told, hears), share(phrases.harmless, hears))
