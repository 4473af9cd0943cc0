"""Search as a resident types: beginnings of words first, then slips of the keyboard.

It must never hide what fits exactly behind what fits by chance.
"""

from __future__ import annotations

from collections.abc import Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from screening.words import STOP, stem, tokens

TYPED = 100
"""Characters of a search that are read; nobody types more to find a name."""

WHOLE, BEGINNING, STEM, SLIP = 4.0, 3.0, 2.5, 1.0


Called = tuple[tuple[str, float], ...]
"""Codes with the worth of what calls them so."""


class Shelf:
    """Things by the words they are called by, each word with a worth. Most words call one thing, so what is alike is
    kept once: a region has thousands of them."""

    def __init__(self, called: Iterable[tuple[str, str, float]]) -> None:
        """`called`: code, what it is called, worth of that."""
        words: dict[str, dict[str, float]] = {}
        names: dict[str, dict[str, float]] = {}
        self._order: dict[str, int] = {}
        for code, name, worth in called:
            self._order.setdefault(code, len(self._order))
            told = tokens(name)
            for key, known in [(" ".join(told), names), *((word, words) for word in told if word not in STOP)]:
                codes = known.setdefault(key, {})
                codes[code] = max(worth, codes.get(code, 0.0))
        alike: dict[Called, Called] = {}
        self._words, self._names = _share_values(words, alike), _share_values(names, alike)
        self._stems: dict[str, list[str]] = {}
        for word in self._words:
            self._stems.setdefault(stem(word), []).append(word)

    def find(self, typed: str, limit: int) -> tuple[str, ...]:
        """Up to `limit` codes, best first: those that fit the most typed words; the last word may be unfinished."""
        asked = [word for word in tokens(typed[:TYPED]) if word not in STOP][:8]
        scores = {code: 2 * worth for code, worth in self._names.get(" ".join(tokens(typed[:TYPED])), ())}
        total: dict[str, float] = dict(scores)
        hits: dict[str, int] = {}
        for at, word in enumerate(asked):
            for code, score in self._word(word, last=at == len(asked) - 1).items():
                total[code] = total.get(code, 0.0) + score
                hits[code] = hits.get(code, 0) + 1
        most = max(hits.values(), default=0)
        fitting = [code for code in total if hits.get(code, 0) == most or code in scores]
        best = sorted(fitting, key=lambda code: (-total[code], self._order[code]))
        return tuple(best[: max(0, limit)])

    def _word(self, word: str, last: bool) -> dict[str, float]:
        """By code, how well one typed word fits it: whole, a beginning, a stem, else with a slip of the keyboard."""
        found: dict[str, float] = {}

        def give(known: str, worth: float) -> None:
            for code, own in self._words[known]:
                found[code] = max(found.get(code, 0.0), worth * own)

        for known in self._words:
            if known == word:
                give(known, WHOLE)
            elif known.startswith(word) and (last or len(word) > 3):
                give(known, BEGINNING + len(word) / len(known))  # the shorter name is nearer: Миасс, then Миасское
        for known in self._stems.get(stem(word), ()):
            give(known, STEM)
        if not found and len(word) >= 4:
            for known, distance in self._slips(word):
                give(known, SLIP / distance)
        return found

    def _slips(self, word: str) -> list[tuple[str, float]]:
        """Known words, or beginnings of them, one letter away (two in long ones), each with its distance."""
        cutoff = 2 if len(word) >= 8 else 1
        near = process.extract(word, self._words.keys(), scorer=OSA.distance, score_cutoff=cutoff, limit=10)
        slips = [(known, float(distance)) for known, distance, _ in near]
        begun = {known: known[: len(word)] for known in self._words if len(known) > len(word)}
        near = process.extract(word, list(begun.values()), scorer=OSA.distance, score_cutoff=1, limit=10)
        heads = {head for head, _, _ in near}
        return slips + [(known, 1.5) for known, head in begun.items() if head in heads]


def _share_values(found: dict[str, dict[str, float]], alike: dict[Called, Called]) -> dict[str, Called]:
    return {key: alike.setdefault(told, told) for key, codes in found.items() if (told := tuple(codes.items()))}
