"""Which municipality a free text speaks of, from all mentions together.

It must never be sure when two municipalities could be meant (R59): asking costs one press, a wrong chat a day.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.context import AWAY, CITY, RURAL, Surroundings, Token, read
from matching.mentions import Gazetteer, Mention, Places, Strength
from matching.words import STOP, fold
from states.directory import Directory
from states.finder import PlaceGuess

LONG = 9
"""A name this long with one slip can be no other word; a shorter one is asked about."""

NOT_TYPOS = ("копей", "касс", "снежин", "карт", "роз", "зла", "верн", "агаф")
"""Beginnings of plain words that stand one letter from a name: «копейка» is not Копейск."""


class PlaceFinder:
    """Mentions weighed together over one directory."""

    def __init__(self, directory: Directory) -> None:
        self._gazetteer = Gazetteer(directory)
        self._forms = self._gazetteer.centre_forms
        self._order = {place.code: at for at, place in enumerate(directory.places)}
        self._exact: dict[str, set[str]] = {}
        for place in directory.places:
            for name in (place.name, place.short):
                self._exact.setdefault(fold(name), set()).add(place.code)

    def guess(self, text: str) -> PlaceGuess:
        exact = self._exact.get(fold(text[:200]).strip(" .,!?"))
        if exact and len(exact) == 1 and "(" in text or exact and len(exact) == 1 and " " in text.strip():
            return PlaceGuess(tuple(exact), True)
        tokens = read(text)
        scanned = self._gazetteer.scan(tokens)
        found = _distinct(scanned)
        found += [slip for at, one in enumerate(scanned) if one is None and (slip := self._slip(tokens, at))]
        return self._together(found)

    def _slip(self, tokens: Sequence[Token], at: int) -> Mention | None:
        """A centre's name with a slip of the keyboard, where a place is expected."""
        word = tokens[at].word
        around = Surroundings(list(tokens), at, at + 1)
        expected = around.capital or around.preposition in ("в", "во", "по") or around.marked(CITY | RURAL)
        shortest = 4 if around.marked(CITY) or len(tokens) == 1 else 5 if around.capital else 6
        if len(tokens) == 1 or (at == 0 and around.gap_after[:1] == ","):
            expected = True
        if not expected or len(word) < shortest or word in STOP or word.startswith(NOT_TYPOS):
            return None
        if around.street or around.water or around.preposition in AWAY:
            return None
        cutoff = 2 if len(word) >= LONG else 1
        near = process.extract(word, self._forms.keys(), scorer=OSA.distance, score_cutoff=cutoff, limit=12)
        near = [one for one in near if one[0][0] == word[0]]
        if not near:
            return None
        best = min(distance for _, distance, _ in near)
        places: Places = frozenset().union(
            *(self._forms[form] for form, distance, _ in near if distance == best)
        )
        sure = best == 1 and len(word) >= LONG and len(places) == 1
        return Mention(places, Strength.STRONG if sure else Strength.MAYBE)

    def _together(self, mentions: Sequence[Mention]) -> PlaceGuess:
        strong = [one.places for one in mentions if one.strength is Strength.STRONG]
        maybe = [one.places for one in mentions if one.strength is Strength.MAYBE]
        hints = [one.places for one in mentions if one.strength is Strength.HINT]
        if not strong:
            return PlaceGuess(self._sorted(maybe or hints), False)
        common: Places = frozenset.intersection(*strong)
        if not common:
            return PlaceGuess(self._sorted(strong), False)
        for places in maybe:
            if not places & common:
                return PlaceGuess(self._sorted([common, *maybe]), False)
            common &= places
        if len(common) == 1:
            return PlaceGuess(tuple(common), True)
        return PlaceGuess(self._sorted([common]), False)

    def _sorted(self, groups: Iterable[Places]) -> tuple[str, ...]:
        """Narrow what can be narrowed, then in the order of mention."""
        groups = list(groups)
        if not groups:
            return ()
        common = frozenset.intersection(*groups)
        if common:
            groups = [common]
        seen: dict[str, None] = {}
        for places in groups:
            seen.update(dict.fromkeys(sorted(places, key=lambda code: self._order.get(code, 0))))
        return tuple(seen)


def _distinct(scanned: Sequence[Mention | None]) -> list[Mention]:
    """Mentions in order; a name of several words counts once."""
    found: list[Mention] = []
    for one in scanned:
        if one is not None and (not found or found[-1] is not one):
            found.append(one)
    return found
