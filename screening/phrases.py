"""Short phrases looked for in a text: words near each other, in any order, unless they stand in a harmless phrase.

It knows no topic: the tables are in the modules that ask. It must never need more than the text and a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from screening.plain import LOOKED

NEAR, TIGHT = 7, 3
"""Words from one word of a phrase to another; harmless phrases stand tighter."""

APART = {",": 1, ";": 2, ":": 1, "(": 1, "—": 1, ".": 5, "!": 5, "?": 5, "…": 5, "\n": 5}
"""How far a sign moves its neighbours from each other."""

NOT = frozenset({"не", "ни", "нет", "без", "нету"})
"""«Не горит»: the word after one of these counts only in a phrase that says so, «не_дышит»."""

_PART = re.compile(r"[а-яa-z0-9]+|[,;:(—.!?…\n]")

Hit = tuple[int, int, int]
"""Where a word of a phrase stands: its distance from the beginning, its first and its last word."""


Phrase = tuple[str, ...]
"""What must stand near each other; each part is `одно|или|друг*`."""


Frame = tuple[Phrase, frozenset[str]]
"""Words that set a clause apart, and the meanings that are not heard in it."""


def words(text: str) -> str:
    """One part of a phrase: any of these words, as the table writes it."""
    return "|".join(text.replace("|", " ").split())


def alone(text: str) -> Phrase:
    """Any of these words is enough."""
    return (words(text),)


def pair(*parts: str) -> Phrase:
    """A phrase of one word of each list."""
    return tuple(words(part) for part in parts)


@dataclass(frozen=True)
class PhraseTable:
    """Phrases by what they mean, and harmless ones, whose words then mean nothing.

    A word is `слово`, all that begins so `слов*`, or two that follow each other `не_слов*`. `frames` say that what
    stands between the same two signs is not happening now («в прошлом году», «на случай»): those meanings are not heard
    there.
    """

    phrases: Mapping[str, tuple[Phrase, ...]]
    harmless: tuple[Phrase, ...] = ()
    frames: tuple[Frame, ...] = ()

    def meanings_in(self, text: str) -> frozenset[str]:
        """The meanings of which all words stand close together in the text, but for those that belong to a harmless
        phrase and those that the same clause keeps apart."""
        hits, clauses = self._hits(text)
        calmed: set[int] = set()
        for cell in hits.keys() & self._harmless_from.keys():
            for phrase in self._harmless_from[cell]:
                for found in _together(phrase, hits, TIGHT):
                    calmed.update(word for _, first, last in found for word in range(first, last + 1))
        left = hits
        if calmed:
            left = {cell: [hit for hit in there if calmed.isdisjoint(hit[1:])] for cell, there in hits.items()}
        apart = self._apart(hits, clauses)
        told: set[str] = set()
        for cell in left.keys() & self._phrases_from.keys():
            for meaning, phrase in self._phrases_from[cell]:
                if meaning not in told and any(
                    meaning not in apart.get(clauses[found[0][2]], ()) for found in _together(phrase, left, NEAR)
                ):
                    told.add(meaning)
        return frozenset(told)

    def _apart(self, hits: Mapping[str, list[Hit]], clauses: list[int]) -> dict[int, set[str]]:
        """By clause, the meanings that are not heard in it, because the words there frame something else."""
        apart: dict[int, set[str]] = {}
        for phrase, meanings in self.frames:
            for found in _together(phrase, hits, TIGHT):
                inside = {clauses[last] for _, _, last in found}
                if len(inside) == 1:
                    apart.setdefault(inside.pop(), set()).update(meanings)
        return apart

    @cached_property
    def _harmless_from(self) -> Mapping[str, list[Phrase]]:
        """By their first part: where that does not stand in a text, they need not be looked for."""
        begun: dict[str, list[Phrase]] = {}
        for phrase in self.harmless:
            begun.setdefault(phrase[0], []).append(phrase)
        return begun

    @cached_property
    def _phrases_from(self) -> Mapping[str, list[tuple[str, Phrase]]]:
        begun: dict[str, list[tuple[str, Phrase]]] = {}
        for meaning, phrases in self.phrases.items():
            for phrase in phrases:
                begun.setdefault(phrase[0], []).append((meaning, phrase))
        return begun

    @cached_property
    def _cells(self) -> Mapping[str, list[str]]:
        """The words of the phrases by how they are written in the table."""
        framing = [phrase for phrase, _ in self.frames]
        groups = (*self.phrases.values(), self.harmless, framing)
        every = {cell for phrases in groups for phrase in phrases for cell in phrase}
        written: dict[str, list[str]] = {}
        for cell in sorted(every):
            for word in cell.split("|"):
                written.setdefault(word, []).append(cell)
        return written

    @cached_property
    def _lengths(self) -> list[int]:
        """The different lengths of word beginnings («утону*», star included), shortest first."""
        return sorted({len(word) for word in self._cells if word.endswith("*")})

    def _hits(self, text: str) -> tuple[dict[str, list[Hit]], list[int]]:
        """By word of the table where it stands, and for each word of the text the number of its clause."""
        hits: dict[str, list[Hit]] = {}
        clauses, clause = list[int](), 0
        named: dict[str, list[str]] = {}  # of each word that the text has, once
        before, denied, place, word = "", False, 0, 0
        for part in _PART.findall(text[:LOOKED].lower().replace("ё", "е")):
            if part in APART:
                before, denied, place, clause = "", False, place + APART[part], clause + (part != ":")
                continue
            clauses.append(clause)
            if part not in named:
                named[part] = list(self._cells_of(part))
            found = [] if before in NOT else [(cell, word) for cell in named[part]]
            if before and not denied:
                pair = f"{before}_{part}"
                if pair not in named:
                    named[pair] = list(self._cells_of(pair))
                found += [(cell, word - 1) for cell in named[pair]]
            for cell, first in found:
                hits.setdefault(cell, []).append((place, first, word))
            before, denied, place, word = part, before in NOT, place + 1, word + 1
        return hits, clauses

    def _cells_of(self, word: str) -> Iterator[str]:
        yield from self._cells.get(word, ())
        for length in self._lengths:
            if length > len(word) + 1:
                break
            yield from self._cells.get(word[: length - 1] + "*", ())


def _together(phrase: Phrase, hits: Mapping[str, list[Hit]], near: int) -> Iterator[tuple[Hit, ...]]:
    """Each place where all parts of a phrase stand near its first one, as the hits of its parts."""
    places = [hits.get(part, []) for part in phrase]
    if not all(places):
        return
    at = [0] * len(phrase)
    for hit in places[0]:
        found = [hit]
        for index in range(1, len(phrase)):
            there = places[index]
            while at[index] < len(there) and there[at[index]][0] < hit[0] - near:
                at[index] += 1
            close = (place for place in there[at[index] : at[index] + 2 * near + 2] if place[2] != hit[2])
            nearest = min(close, key=lambda place: abs(place[0] - hit[0]), default=None)
            if nearest is None or abs(nearest[0] - hit[0]) > near:
                break
            found.append(nearest)
        else:
            yield tuple(found)
