"""What the core may ask of matching: guesses over the directory, and what only it can tell of texts: complaints against
bodies, likeness of two messages.

The core only knows these protocols (matching and handlers are siblings, design.md §4); a guess is never a decision, and
an answer is a reason to ask a person.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from states.directory import Scene, Where


@dataclass(frozen=True, slots=True)
class PlaceGuess:
    """Municipalities that a text may mean, best first.

    `sure` only when exactly one fits; several mean "ask which" (Троицк and Чебаркуль do without a house, R59).
    """

    places: tuple[str, ...] = ()
    sure: bool = False


@dataclass(frozen=True, slots=True)
class TopicGuess:
    """Topics that a text may be about, best first. `sure` only when the first stands far before all others.

    `likely`: the first may be offered alone. `ask_scene`: to know the scene would tell more than the list does; never
    where it was told. `model`: the number of the learned model that says so, 0 where none does.
    """

    topics: tuple[str, ...] = ()
    sure: bool = False
    likely: bool = False
    ask_scene: bool = False
    model: int = 0


@dataclass(frozen=True, slots=True)
class Problems:
    """Those of a text that tells of several, each in its own words; none of a text that tells of one.

    `sure`: worth asking before all else; what is less sure is offered beside the preview.
    """

    parts: tuple[str, ...] = ()
    sure: bool = False


class Finder(Protocol):
    """Pure functions of a text and the loaded directory; the same text gives the same answer."""

    def topics(self, text: str, limit: int = 3) -> tuple[str, ...]:
        """Codes of the likeliest topics, best first; empty when nothing fits."""
        ...

    def topic(self, text: str, limit: int = 3, *, place: str | None = None, scene: Scene | None = None) -> TopicGuess:
        """The topics that are worth asking about. `place` is the municipality, `scene` what the resident answered."""
        ...

    def place(self, text: str) -> PlaceGuess:
        """Which municipality a free text speaks of. Never sure when two could be meant."""
        ...

    def search_places(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        """Municipalities for what a resident types when asked: beginnings, typos, settlements, old names."""
        ...

    def search_topics(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        """Topics by what is typed: names, descriptions, words."""
        ...

    def search_agencies(self, typed: str, limit: int = 10) -> tuple[str, ...]:
        """Agencies by what is typed: names, short names, words, their place."""
        ...

    def elsewhere(self, text: str) -> str:
        """The name of another region, or of a town of one, that the text is about; empty where it names a place of
        ours."""
        ...

    def address(self, text: str) -> str | None:
        """A street and house, a road and kilometre or another clear address in the nominative, if any."""
        ...

    def spot(self, text: str, where: Where) -> str:
        """What answers the question of a topic alone: the route of a bus, the hospital of a district; else empty."""
        ...

    def rest(self, text: str) -> str:
        """The text without the words that say where it is; empty when it names a place or an address and nothing
        else."""
        ...

    def problems(self, text: str) -> Problems:
        """Several troubles of one text."""
        ...

    def named_topic(self, text: str, among: Sequence[str]) -> str | None:
        """The only one of these topics that the words of the text name; None when none or several do."""
        ...


class Judge(Protocol):
    """Pure functions of texts and the loaded directory; the same texts give the same answer."""

    def blames(self, text: str, agency: str) -> bool:
        """Whether the text complains about this agency: by its name, or about somebody in office without one who may
        be its own. An institution that others oversee is not the agency, and a mention is no complaint (R38)."""
        ...

    def alike(self, text: str, other: str) -> float:
        """How much two messages tell of the same, 0 to 1; bars in matching/likeness.py (R32)."""
        ...

    def same_place(self, text: str, other: str) -> bool:
        """Whether two addresses name the same house, or the same place in the same words (R32)."""
        ...

    def same_street(self, text: str, other: str) -> bool:
        """Whether two addresses tell the same street, whatever house (R32)."""
        ...
