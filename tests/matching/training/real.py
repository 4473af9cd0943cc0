"""What people write of one trouble, and two of them in one breath, where the data are there (`--data`).

No text leaves this module and its caller, only features that at least twenty messages share (the terms of the data,
../shared/data). A few of these messages do tell of several: it costs little.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from random import Random

from matching.topics.cuts.evidence import Message, features
from matching.topics.index import TopicIndex
from tests.matching.compounds import Compound
from tests.screening.training.real import SHARED, texts_of

ALONE, TOGETHER = 3_500, 1_600
LONG, SHORT = range(8, 61), range(3, 11)
"""Words of a message that is left whole, and of one that is put beside another."""

WORDS = ("и", "а", "а ещё", "ещё", "и ещё", "также", "плюс", "заодно", "и заодно", "кроме того,", "да и", "вдобавок")
JOINED = (
    *((sign, "") for sign in (".", ".", ",", ",", ",", "", "", ";", ".\n", "!", "!")),
    *((sign, word) for word in WORDS for sign in ("", ",")),
    *((".", word.capitalize()) for word in ("ещё", "а ещё", "также", "кроме того,", "и", "заодно", "вдобавок")),
)
"""The sign that ends the first, and the word that begins the second."""


def real_messages(folder: Path, topics: TopicIndex) -> list[Compound]:
    rng = Random(2)
    every = [text.strip() for text in texts_of(folder)]
    rng.shuffle(every)
    alone = [text for text in every if len(text.split()) in LONG]
    short = [text.rstrip(" .!,") for text in every if len(text.split()) in SHORT and not set(".\n") & set(text)]
    together = [_together(rng, short, topics) for _ in range(TOGETHER)]
    return [Compound((text,), real=True) for text in alone[:ALONE]] + together


def _together(rng: Random, short: list[str], topics: TopicIndex) -> Compound:
    """Two or three of different groups of topics."""
    while True:
        told = rng.sample(short, rng.choice((2, 2, 2, 3)))
        groups = [topics.group(best[0]) if (best := topics.rank(text, 1)) else "" for text in told]
        if all(groups) and len(set(groups)) == len(told):
            break
    parts = [told[0]]
    for text in told[1:]:
        sign, words = rng.choice(JOINED)
        parts[-1] += sign
        first = text[:1].upper() if sign[:1] in (".", "!") and not words else text[:1].lower()
        parts.append(f"{words} {first}{text[1:]}".lstrip())
    return Compound(tuple(parts), real=True)


def shared_features(found: list[Message]) -> frozenset[int]:
    """Those of at least twenty messages."""
    told = ({one for gap in message.gaps for one in features(message, gap)} for message in found)
    seen = Counter(feature for message in told for feature in message)
    return frozenset(feature for feature, many in seen.items() if many >= SHARED)
