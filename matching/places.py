"""Which municipality a free text speaks of, from all mentions together.

It must never be sure when two municipalities could be meant (R59): a press is cheap, a wrong chat is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from rapidfuzz import process
from rapidfuzz.distance import OSA

from matching.context import AWAY, CITY, RURAL, SINGLE, Surroundings, Token, read
from matching.gazetteer import Places, gather
from matching.mentions import Mention, Strength, scan
from matching.names import Case
from screening.words import STOP, fold
from states.directory import Directory, PlaceKind
from states.finder import PlaceGuess

LONG = 9
"""A name this long with one slip can be no other word; a shorter one is asked about."""

ALONE = 6
"""The same where the text is the name and nothing else."""

NAMED, INSIDE = 5, ("в", "во")
"""The same where it has a capital letter behind «в»: «в Миасе темно»."""

NOT_TYPOS = ("копейк", "снежинк", "карт", "касс")
"""Beginnings of plain words that stand one letter from a name: «копейка» is not Копейск."""


_KINDS = "область области обл район района районе округ округа округе городской муниципальный сельсовет россия рф"
_AROUND = STOP | CITY | RURAL | frozenset(_KINDS.split())
"""Words that stand around a place and say nothing else."""


class PlaceFinder:
    """Mentions weighed together over one directory."""

    def __init__(self, directory: Directory) -> None:
        self._known = gather(directory)
        largest = sorted(directory.places, key=lambda place: -place.population)
        self._order = {place.code: at for at, place in enumerate(largest)}
        self._exact: dict[str, set[str]] = {}
        for place in directory.places:
            for name in (place.name, place.short):
                if len(name.split()) > 1:
                    self._exact.setdefault(fold(name), set()).add(place.code)

    def is_name(self, word: str) -> bool:
        """Whether a word as it stands is the name of a place: «Миасс», not «Розы»."""
        return any(
            name.parts[0].get(fold(word), Case(0)) & Case.NOMINATIVE for name in self._known.names.get(fold(word), ())
        )

    def without(self, text: str) -> str:
        """The words of the text that name no place and carry a meaning."""
        tokens = read(text)
        scanned = scan(self._known, tokens)
        left = [
            token.word
            for at, (token, mention) in enumerate(zip(tokens, scanned, strict=True))
            if mention is None and token.word not in _AROUND and not self._slip(tokens, at)
        ]
        return " ".join(left)

    def guess(self, text: str, housed: Callable[[], bool] = bool) -> PlaceGuess:
        """Which municipality the text means, and how surely. `housed`: whether a street with its house stands in the
        text. Of two municipalities that share a centre it is then the town: its streets lie in no village."""
        exact = self._exact.get(fold(text[:200]).strip(" .,!?"), set())
        if len(exact) == 1:  # a button's or an official name, whole: «Троицк (город)»
            return PlaceGuess(tuple(exact), True)
        tokens = read(text)
        scanned = scan(self._known, tokens)
        found = _distinct(scanned)
        found += [slip for at, mention in enumerate(scanned) if mention is None and (slip := self._slip(tokens, at))]
        guess = self._together(found)
        return self._town_of(guess, found, tokens) if len(guess.places) > 1 and housed() else guess

    def _town_of(self, guess: PlaceGuess, mentions: Sequence[Mention], tokens: Sequence[Token]) -> PlaceGuess:
        """The guess with the town alone of two municipalities that share a centre: «Троицк, Советская 28», but neither
        «Троицк, посёлок ГРЭС» nor «Троицкий округ»."""
        named = [mention for mention in mentions if mention.strength is not Strength.HINT]
        clear = all(
            mention.town and mention.strength is Strength.STRONG and len(mention.places) > 1 for mention in named
        )
        if not (named and clear) or any(token.word in RURAL - SINGLE for token in tokens):
            return guess
        towns = [code for code in guess.places if self._known.kinds[code] is PlaceKind.CITY_OKRUG]
        return PlaceGuess(tuple(towns), True) if len(towns) == 1 else guess

    def _slip(self, tokens: Sequence[Token], at: int) -> Mention | None:
        """A centre's name with a slip of the keyboard, where a place is expected."""
        word, around = tokens[at].word, Surroundings(tokens, at, at + 1)
        parted = self._known.slips.get(word + around.word(0)) if around.gap_after == " " else None
        if parted:  # «южно уральск»
            return Mention(parted, Strength.STRONG if len(parted) == 1 else Strength.MAYBE, 2)
        joined = word + around.word(0) if around.gap_after == "-" else word
        if not _may_be_place(joined, around, alone=len(tokens) == 1):
            return None
        for said in dict.fromkeys((joined, word)):
            distance, places = self._nearest(said)
            if places and (distance or said != word or said not in self._known.names):
                least = ALONE if around.alone else NAMED if around.capital and around.preposition in INSIDE else LONG
                sure = distance <= 1 and len(said) >= least and len(places) == 1
                return Mention(places, Strength.STRONG if sure else Strength.MAYBE)
        return None

    def _nearest(self, word: str) -> tuple[float, Places]:
        """The places whose names differ least from the word (first letter equal), and that distance; 0 where none is
        near."""
        cutoff = 2 if len(word) >= LONG else 1
        near = process.extract(word, self._known.slips.keys(), scorer=OSA.distance, score_cutoff=cutoff, limit=12)
        near = [candidate for candidate in near if candidate[0][0] == word[0]]
        best = min((distance for _, distance, _ in near), default=0)
        places = (self._known.slips[form] for form, distance, _ in near if distance == best)
        return best, frozenset().union(*places)

    def _together(self, mentions: Sequence[Mention]) -> PlaceGuess:
        """Which municipalities all mentions together mean, and whether that is sure."""
        strong = [mention.places for mention in mentions if mention.strength is Strength.STRONG]
        maybe = [mention.places for mention in mentions if mention.strength is Strength.MAYBE]
        hints = [mention.places for mention in mentions if mention.strength is Strength.HINT]
        if not strong:
            return PlaceGuess(self._narrow(maybe or hints), False)
        common: Places = frozenset.intersection(*strong)
        if not common:
            return PlaceGuess(self._narrow(strong), False)
        for places in maybe:
            if not places & common:
                return PlaceGuess(self._narrow([common, *maybe]), False)
            common &= places
        if len(common) == 1:
            return PlaceGuess(tuple(common), True)
        return PlaceGuess(self._narrow([common]), False)

    def _narrow(self, groups: Iterable[Places]) -> tuple[str, ...]:
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


def _may_be_place(word: str, around: Surroundings, alone: bool) -> bool:
    """Whether a place may stand here: after «в» or «город», with a capital, first in an address, alone."""
    if word in STOP or word.startswith(NOT_TYPOS) or around.street(adjectival=True) or around.water:
        return False
    if around.preposition in AWAY:
        return False
    if alone or around.follows_marker(CITY):
        return len(word) >= 4
    if around.capital or around.heads_address:
        return len(word) >= 5
    return len(word) >= 6 and (around.preposition in ("в", "во", "по") or around.follows_marker(RURAL))


def _distinct(scanned: Sequence[Mention | None]) -> list[Mention]:
    """Mentions in order; a name of several words counts once."""
    found: list[Mention] = []
    for mention in scanned:
        if mention is not None and mention.places and (not found or found[-1] is not mention):
            found.append(mention)
    return found
