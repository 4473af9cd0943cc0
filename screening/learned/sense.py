"""How much a text sounds like danger, by learned weights, and which kind of danger it is most like (R28).

Sums of numbers only; the bars are in `danger.py`. It must never keep a text, only words and pairs of the language.
"""

from __future__ import annotations

from array import array
from base64 import b85decode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import repeat
from math import exp, sqrt
from zlib import decompress

from screening.learned import weights
from screening.learned.features import (
    EDGE,
    KEPT,
    of_framed,
    of_frames,
    of_pair,
    of_two,
    of_word,
    sentences,
    tokens,
    windows,
)
from screening.learned.frames import frames

SMOOTH = 40
"""As if each window had so many more features that say nothing: one word alone is no proof."""

PART = 1.0
"""A part of a text must be so much louder: many parts have many chances (measured by `benchmarks/screening.py`)."""

SAID = 3
"""Tokens of a sentence that says something."""

HAZARDS_IN, KINDS_IN = 1 << 16, 1 << 13
"""Numbers that the features of hazards and of kinds fall into: fewer, for fewer phrases tell of them."""

Sum = tuple[int, int, int]
"""Of some features: how many, what they say of people in danger, what of a hazard."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Of a text: how much it sounds like people in danger and like a hazard, and which pieces of it do most."""

    alarm: float
    hazard: float
    alarming: list[str]
    hazardous: list[str]


def sense_danger(text: str) -> Heard:
    """A sentence counts by itself too: «Яма на дороге, дом 5. Тонем!» is an alarm, whatever stands before it."""
    told = tokens(text)
    framed = frames(told)
    whole, parts = windows(told), [part for part in sentences(told) if len(part) >= SAID]
    scored = [(*scores(window, framed, PART if len(whole) > 1 else 0.0), window) for window in whole]
    scored += [(*scores(part, framed, PART), part) for part in parts if part not in whole]
    alarm, _, alarming = max(scored, key=lambda scored_part: scored_part[0])
    _, hazard, hazardous = max(scored, key=lambda scored_part: scored_part[1])
    return Heard(alarm, hazard, alarming, hazardous)


def scores(window: list[str], framed: tuple[str, ...] = (), less: float = 0.0) -> tuple[float, float]:
    """The odds, as logarithms, that it tells of people in danger and that it tells of a hazard; each so much `less`.

    `framed` are the frames of the whole text.
    """
    told = [EDGE, *window, EDGE]
    count = alarm = hazard = 0
    parts = [
        *map(_word, window),
        *map(_pair, told, told[1:]),
        *map(_two, told, told[2:]),
    ]
    if framed:
        parts += [_frames(framed), *map(_framed_sum, window, repeat(framed))]
    for size, of_alarm, other in parts:
        count, alarm, hazard = count + size, alarm + of_alarm, hazard + other
    scale = 1 / sqrt(count + SMOOTH)
    return (
        alarm * scale * weights.STEP + weights.ALARM_BIAS - less,
        hazard * scale * weights.HAZARD_STEP + weights.HAZARD_BIAS - less,
    )


def kinds(window: list[str]) -> dict[str, float]:
    """How probable each kind of danger is, where it is one; they are one together."""
    told = [EDGE, *window, EDGE]
    features = [
        *(feature for word in window for feature in of_word(word)),
        *(feature for pair in zip(told, told[1:], strict=False) for feature in of_pair(*pair)),
    ]
    scale = weights.KIND_STEP / sqrt(len(features) + SMOOTH)
    told_of = {}
    for kind, (numbers, bias) in _kinds().items():
        told_of[kind] = exp(sum(numbers[feature & (KINDS_IN - 1)] for feature in features) * scale + bias)
    whole = sum(told_of.values())
    return {kind: odds / whole for kind, odds in told_of.items()}


@lru_cache(maxsize=KEPT)
def _word(word: str) -> Sum:
    """The features of one word: how many, their sum for alarm and for hazard."""
    return _sum(of_word(word))


@lru_cache(maxsize=KEPT)
def _pair(first: str, second: str) -> Sum:
    """The features of two neighbouring words: how many, their sum for alarm and for hazard."""
    return _sum(of_pair(first, second))


@lru_cache(maxsize=KEPT)
def _two(first: str, second: str) -> Sum:
    """The features of two words with one between them: how many, their sum for alarm and for hazard."""
    return _sum(of_two(first, second))


@lru_cache(maxsize=KEPT)
def _framed_sum(word: str, framed: tuple[str, ...]) -> Sum:
    return _sum(of_framed(word, framed))


@cache
def _frames(framed: tuple[str, ...]) -> Sum:
    """The features of the frames of a text: how many, their sum for alarm and for hazard."""
    return _sum(of_frames(framed))


def _sum(features: Sequence[int]) -> Sum:
    """How many features there are, and the sums of their weights for alarm and for hazard."""
    alarm, hazard = _heads()
    within = HAZARDS_IN - 1
    return (
        len(features),
        sum(alarm[feature] for feature in features),
        sum(hazard[feature & within] for feature in features),
    )


@cache
def _heads() -> tuple[array[int], array[int]]:
    """The unpacked weights for alarm and for hazard."""
    return _unpack(weights.ALARM), _unpack(weights.HAZARD)


@cache
def _kinds() -> dict[str, tuple[array[int], float]]:
    """By kind of danger, its unpacked weights and its bias."""
    every = _unpack(weights.KINDS)
    size = len(every) // len(weights.KIND_BIAS)
    return {
        kind: (every[at * size : (at + 1) * size], bias) for at, (kind, bias) in enumerate(weights.KIND_BIAS.items())
    }


def _unpack(packed: str) -> array[int]:
    """The weights as signed bytes."""
    return array("b", decompress(b85decode(packed.replace("\n", ""))))
