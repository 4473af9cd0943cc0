"""Which of the known answers a question is for: the words of one of its phrases, in any order, layout and alphabet,
one letter of a long word wrong. It must never know what the question is about: all words are the region's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from screening.phrases import PhraseTable
from screening.plain import readings
from states.directory import KnownAnswer

READ = 200
"""Letters of a text that are looked at: the question is short."""

LONG = 6
"""Letters of a word in which one may be wrong."""

SHORT, OPENING = 8, 3
"""Words of a text that may open as a question; those in front, a greeting or «подскажите» among them."""
_OPENERS = "как где куда когда сколько скольки доскольки какой какая какое какие каких какую кто можно"
OPENERS = frozenset(_OPENERS.split())

_WORD = re.compile(r"[а-я]+")


@dataclass(frozen=True, slots=True)
class AnswerIndex:
    """`stems`: the long words of all phrases, by their first letter."""

    table: PhraseTable
    stems: Mapping[str, tuple[str, ...]]

    def codes_heard(self, text: str) -> frozenset[str]:
        """The codes of the answers whose phrase stands in the text; with letters mended where none does."""
        return self.table.meanings_in(text) or self.table.meanings_in(_WORD.sub(self._correct, text))

    def _correct(self, found: re.Match[str]) -> str:
        """The word, or the known one that differs by a letter."""
        word = found[0]
        if len(word) < LONG:
            return word
        near = self.stems.get(word[0], ())
        return word if word.startswith(near) else next((stem for stem in near if slips(word, stem)), word)


def answers(text: str, known: tuple[KnownAnswer, ...]) -> tuple[KnownAnswer, ...]:
    """The known answers whose phrases the text has, in the order of the directory."""
    if not known or len(text) > READ:
        return ()
    table = _prepare(known)
    heard = next(filter(None, map(table.codes_heard, readings(text))), frozenset())
    return tuple(known_answer for known_answer in known if known_answer.code in heard)


def opens(text: str) -> bool:
    """Whether a few words have the sign of a question, or such a word in front."""
    if len(text.split()) > SHORT:
        return False
    return "?" in text or any(not OPENERS.isdisjoint(told.split()[:OPENING]) for told in readings(text))


def slips(word: str, stem: str) -> bool:
    """Whether the word begins as the stem does, with one letter wrong, missing or too many, or two swapped."""
    at = next((at for at, (letter, other) in enumerate(zip(word, stem, strict=False)) if letter != other), None)
    if at is None:
        return False
    left, rest = word[at:], stem[at:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return left[1:].startswith((rest[1:], rest)) or left.startswith((rest[1:], swapped))


@lru_cache(maxsize=2)
def _prepare(known: tuple[KnownAnswer, ...]) -> AnswerIndex:
    """The phrases of all answers, ready to be looked for."""
    phrases = {
        known_answer.code: tuple(tuple(phrase.split()) for phrase in known_answer.phrases) for known_answer in known
    }
    words = {word for known_answer in known for phrase in known_answer.phrases for word in re.split(r"[ |]", phrase)}
    stems: dict[str, tuple[str, ...]] = {}
    for stem in sorted(word.rstrip("*") for word in words if "_" not in word and len(word.rstrip("*")) >= LONG):
        stems[stem[0]] = (*stems.get(stem[0], ()), stem)
    return AnswerIndex(PhraseTable(phrases), stems)
