"""Names of the directory in a field with a list: what is offered, and which code is meant by what was typed.

It must never guess: of several that fit none is taken, and the page offers them (`unknown`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from handlers.views.filter_words import whole_group
from handlers.views.titles import place_title
from screening.words import tokens
from states.directory import Directory
from states.statistics.filter import NONE, Filter

OFFERED = 8
"""Names that a page offers for what it does not know."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A line of a list. `codes`: what it stands for, several of a group. `more`: said beside the name, searched too."""

    codes: tuple[str, ...]
    name: str
    more: str = ""

    def fits(self, said: Sequence[str]) -> bool:
        """Whether each of these words begins a word of it."""
        own = tokens(f"{self.name} {self.more}")
        return all(any(word.startswith(begun) for word in own) for begun in said)


@dataclass(frozen=True, slots=True)
class Unknown:
    """Words of an address that name nothing; `near` are names with them, each with the address that they lead to."""

    said: str
    near: Sequence[tuple[str, str]]


def agencies(directory: Directory) -> list[Choice]:
    """All agencies as choices."""
    return [
        Choice((agency.code,), agency.short, agency.name if agency.name != agency.short else "")
        for agency in directory.agencies
    ]


def places(directory: Directory) -> list[Choice]:
    """All places as choices."""
    named = ((place.code, place_title(directory, place.code), place.name) for place in directory.places)
    return [Choice((code,), title, name if name != title else "") for code, title, name in named]


def topics(directory: Directory) -> list[Choice]:
    """Groups first, then each topic beside its group's name."""
    of_group = [(group, directory.topics_of(group.code)) for group in directory.groups]
    groups = [
        Choice(tuple(topic.code for topic in own), whole_group(group.name)) for group, own in of_group if len(own) > 1
    ]
    return groups + [Choice((topic.code,), topic.name, group.name) for group, own in of_group for topic in own]


LISTS: Mapping[str, Callable[[Directory], list[Choice]]] = {"topic": topics, "place": places, "agency": agencies}


@dataclass(frozen=True, slots=True)
class Fields:
    """The three lists of a page, and what stands in each field."""

    topics: Sequence[Choice]
    places: Sequence[Choice]
    agencies: Sequence[Choice]
    topic: str = ""
    place: str = ""
    agency: str = ""


def fields(directory: Directory, wanted: Filter | None = None) -> Fields:
    """The lists of topics, places and agencies, with what a filter has chosen."""
    offered, said = Fields(topics(directory), places(directory), agencies(directory)), wanted or Filter()
    return replace(
        offered,
        topic=name_of_codes(offered.topics, said.topics),
        place=name_of_codes(offered.places, said.places),
        agency=name_of_codes(offered.agencies, said.agencies),
    )


def codes_of(choices: Sequence[Choice], said: str) -> tuple[str, ...]:
    """What is meant: by its code, by its name, or by words that only one has; empty where nothing is."""
    if any(choice.codes == (said,) for choice in choices):
        return (said,)
    words = tokens(said)
    same = [choice for choice in choices if words and tokens(choice.name) == words]
    found = same or (near(choices, said) if words else [])
    return found[0].codes if len(found) == 1 else ()


def near(choices: Iterable[Choice], said: str) -> list[Choice]:
    """The choices whose words begin as the typed ones."""
    words = tokens(said)
    return [choice for choice in choices if words and choice.fits(words)]


def name_of_codes(choices: Iterable[Choice], codes: Sequence[str]) -> str:
    """What stands in the field; empty where it has no name for all of these."""
    wanted = frozenset(codes)
    return next((choice.name for choice in choices if wanted and frozenset(choice.codes) == wanted), "")


def name_of_code(choices: Iterable[Choice], said: str) -> str:
    """The name of a code; what was typed instead of one."""
    return name_of_codes(choices, (said,)) or said


def pairs_with_codes(directory: Directory, pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The pairs of an address with codes for names; what names nothing stays as it was said, and finds nothing."""
    found: list[tuple[str, str]] = []
    for name, said in pairs:
        codes = _codes_of_name(directory, name, said.strip()) if name in LISTS else ()
        found += [(name, code) for code in codes or (said,)]
    return found


def _codes_of_name(directory: Directory, name: str, said: str) -> tuple[str, ...]:
    """The codes that have this name in one list of the directory; none where what was typed is a code already."""
    return () if is_code(said) else codes_of(LISTS[name](directory), said)


def is_code(said: str) -> bool:
    """Codes are written so, also those that the directory has no more; nobody's name is."""
    return said in ("", NONE) or (said.isascii() and said.islower() and " " not in said)


def unknown(directory: Directory, path: str, pairs: Sequence[tuple[str, str]]) -> list[Unknown]:
    """What a page does not know of its address, each with the way on."""
    found = []
    for at, (name, said) in enumerate(pairs):
        if name not in LISTS or is_code(said.strip()) or _codes_of_name(directory, name, said.strip()):
            continue
        fit = near(LISTS[name](directory), said)[:OFFERED]
        ways = [(choice.name, [*pairs[:at], (name, choice.name), *pairs[at + 1 :]]) for choice in fit]
        found.append(Unknown(said.strip(), [(words, f"{path}?{urlencode(way)}") for words, way in ways]))
    return found
