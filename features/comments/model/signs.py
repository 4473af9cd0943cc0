"""What the voter of comments (voter.py) sees of one: its words and pairs, how it begins and ends, names and numbers in
it, and what the voters of messages hear in it. Numbers of features only; it must never keep a text.

People write under a post otherwise than to us: «открыли, а пандуса нет». So commas, dots and brackets count too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from zlib import crc32

from screening.acts import votes
from screening.danger import alarms
from screening.learned.features import EDGE, of_pair, of_two, of_word
from screening.plain import plainly
from screening.words import cut

BUCKETS = 1 << 15
"""Numbers that features fall into; two that meet in one share its weight."""

READ = 80
"""Tokens of a comment that are read: hardly any is longer."""

_TOKEN = re.compile(
    r"[а-яa-z]+|\d+|\.{2,}|…|\)+|[!?.,\n*+«\"():/%@#-]"
    r"|[\u2600-\u27bf\U0001f100-\U0001f3fa\U0001f400-\U0001f64f\U0001f680-\U0001faff]"
)
_NAME = re.compile(r"(?<=[а-яё,»\d] )[А-ЯЁ][а-яё]{2,30}")
_CALLED = re.compile(r"(?:[Аа] )?[А-ЯЁ][а-яё]{1,30}(?: [А-ЯЁ][а-яё.]{1,30})? ?,")
_HOUSE = re.compile(r"[А-Яа-яё]{4,30} ?,? ?(?:д\.? ?)?\d{1,3}(?![\d:.%])")
_PHONE = re.compile(r"\d[-\d ()]{8,}")
_NUMBER = re.compile(r"\d+")
_SIZES = (1, 2, 3, 5, 8, 12, 18, 28, 45)
_CHANCES = (0.05, 0.2, 0.5, 0.8, 0.95)
_ODDS = (-8, -4, -2, 0, 2, 4)
"""What the other voters say counts in steps: one feature for each that is passed."""


def signs(text: str) -> list[int]:
    """The features of a comment as rows of the table of weights; what counts twice stands there twice."""
    told = tokens(plainly(text))
    edged = [EDGE, *told, EDGE]
    found = [key for word in told for key in of_word(word)]
    found += [key for pair in pairwise(edged) for key in of_pair(*pair)]
    found += [key for two in zip(edged, edged[2:], strict=False) for key in of_two(*two)]
    named = [crc32(name.encode()) for name in (*signs_of_form(text), *signs_of_ends(told), *voters_say(text))]
    return [key & (BUCKETS - 1) for key in (*found, *named, *named)]


def tokens(plain: str) -> list[str]:
    """The words, signs and small pictures of a comment; a number is «#», signs are not repeated, the last full stop
    says nothing."""
    told = list[str]()
    for found in _TOKEN.findall(plain):
        token = _token(found)
        if token[0].isalpha() or told[-1:] != [token]:
            told.append(token)
    return (told[:-1] if told[-1:] == ["."] else told)[:READ]


def _token(found: str) -> str:
    """The token of a found piece: «#» for a number, «…» for many full stops, «.» for a new line, one «)» for many."""
    if found[0].isdigit():
        return "#"
    if found.startswith(".."):
        return "…"
    return "." if found == "\n" else found[0] if found[0] == ")" else found


def signs_of_form(text: str) -> Iterator[str]:
    """The signs of a comment without its words: how long it is, whether it asks, calls somebody, names a house, a
    telephone, places."""
    size = next((at for at, most in enumerate(_SIZES) if len(text.split()) <= most), len(_SIZES))
    names, numbers, asks = len(_NAME.findall(text)), len(_NUMBER.findall(text)), "?" in text
    yield f"size{size}"
    yield f"size{size}asks{asks}"
    yield f"size{size}names{min(names, 2)}"
    yield f"names{min(names, 3)}"
    yield f"numbers{min(numbers, 2)}"
    yield f"asks{asks}{text.rstrip().endswith('?')}"
    yield f"small{text[:1].islower()}"
    yield f"loud{min(text.count('!'), 2)}"
    yield f"smiles{')' in text and '(' not in text}"
    yield f"called{_CALLED.match(text) is not None}"
    yield f"house{_HOUSE.search(text) is not None}"
    yield f"phone{_PHONE.search(text) is not None}"


def signs_of_ends(told: list[str]) -> Iterator[str]:
    """The features of the first two tokens and of the last, words by their stems; none without tokens."""
    stems = [cut(token) if token[0].isalpha() else token for token in (*told[:2], *told[-1:])]
    if stems:
        yield f"first {stems[0]}"
        yield f"last {stems[-1]}"
        yield f"begins {' '.join(stems[:2])}"


def voters_say(text: str) -> Iterator[str]:
    """The signs of what the comment would do and tell as a message to us. Before the first text no weights are in
    memory."""
    from screening.learned.sense import sense_danger

    acts = votes(text).together(1.0)
    yield f"act {max(acts, key=lambda act: acts[act])}"
    for act, chance in acts.items():
        yield from (f"act {act} {step}" for step in _CHANCES if chance > step)
    danger = sense_danger(plainly(text))
    yield f"alarms {bool(alarms(text))}"
    yield from (f"alarm {step}" for step in _ODDS if danger.alarm > step)
    yield from (f"hazard {step}" for step in _ODDS if danger.hazard > step)
