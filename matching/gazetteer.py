"""Every name of one directory's places in all its forms: centres, settlements, okrugs, districts of cities.

It must never look at a text; how much a name means there is decided in mentions.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product

from matching.names import ANY, Forms, adjective, all_forms, atoms, looks_adjectival
from matching.plain_names import DISTINCT, PLAIN
from states.directory import Directory, Place, PlaceKind

Places = frozenset[str]
TERRITORY = ("район", "округ")


@dataclass(frozen=True, slots=True)
class Name:
    """A town or village. `wary` names are also plain words or stand in many places; a `distinct` one is a plain word,
    but no other place of the region bears it."""

    parts: tuple[Forms, ...]
    places: Places
    centre: bool
    wary: bool
    adjectival: bool
    surname: bool
    distinct: bool = False
    nickname: bool = False


@dataclass(frozen=True, slots=True)
class Adjective:
    """«Троицкий» of an okrug, «Ленинский» of a city's district. `lead` is «катав» of «Катав-Ивановский»."""

    lead: tuple[str, ...]
    forms: frozenset[str]
    places: Places
    district: bool


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Names and adjectives by the first word of each form."""

    kinds: Mapping[str, PlaceKind]
    names: Mapping[str, Sequence[Name]]
    adjectives: Mapping[str, Sequence[Adjective]]
    slips: Mapping[str, Places]
    """Forms of sure names, those of two words joined: what a slip of the keyboard may have meant."""


def gather(directory: Directory) -> Gazetteer:
    """The places of the directory by the forms of their words: names, the longest first, adjectives, kinds, and forms
    that only slip for a centre's name."""
    names: dict[str, list[Name]] = defaultdict(list)
    slips: dict[str, set[str]] = defaultdict(set)
    for name in _names(directory):
        for form in name.parts[0]:
            names[form].append(name)
        if name.centre and not name.wary and not name.nickname:
            for forms in _agreeing(name):
                slips[forms] |= name.places
    adjectives: dict[str, list[Adjective]] = defaultdict(list)
    for place_adjective in _adjectives(directory.places):
        for form in place_adjective.lead[:1] or sorted(place_adjective.forms):
            adjectives[form].append(place_adjective)
    by_length = {form: tuple(sorted(found, key=lambda name: -len(name.parts))) for form, found in names.items()}
    kinds = {place.code: place.kind for place in directory.places}
    near = {form: frozenset(places) for form, places in slips.items()}
    return Gazetteer(kinds, by_length, {form: tuple(found) for form, found in adjectives.items()}, near)


def _agreeing(name: Name) -> list[str]:
    """Forms as one word: «катавивановске» from «Катав-Ивановск»."""
    found = []
    for forms in product(*(part.items() for part in name.parts)):
        case = forms[0][1]
        for _, other in forms[1:]:
            case &= other
        if case:
            found.append("".join(form for form, _ in forms))
    return found


def _names(directory: Directory) -> list[Name]:
    """The names of all centres, settlements and nicknames, each with the municipalities that it may mean."""
    centres: dict[tuple[str, ...], set[str]] = defaultdict(set)
    others: dict[tuple[str, ...], set[str]] = defaultdict(set)
    called: dict[tuple[str, ...], set[str]] = defaultdict(set)
    short: set[tuple[str, ...]] = set()
    for place in directory.places:
        centres[atoms(place.centre)].add(place.code)
        for alias in place.aliases:
            if not alias.endswith(TERRITORY):
                centres[atoms(alias)].add(place.code)
        for nickname in place.nicknames:
            called[atoms(nickname)].add(place.code)
            short |= {atoms(nickname)} if nickname.isupper() else set()
    for settlement in directory.settlements:
        others[atoms(settlement.name)].add(settlement.place)
    found, alike = [], dict[Places, Places]()  # most names stand in one place, and places are few
    for parts in {**others, **called, **centres}:
        places = frozenset(known for group in (centres, called, others) for known in group.get(parts, ()))
        places = alike.setdefault(places, places)
        if parts in short:  # «ЧМЗ» stays as it is in every case
            found.append(Name(({parts[0]: ANY},), places, True, False, False, False, nickname=True))
        elif parts:
            named = _name(parts, places, parts in centres or parts in called)
            found.append(replace(named, nickname=parts not in centres and parts in called))
    return found


def _name(parts: tuple[str, ...], places: Places, centre: bool) -> Name:
    """One name in all its forms, with what makes it doubtful: also a usual word, an adjective, a surname, a name of
    several places."""
    whole = " ".join(parts)
    adjectival = looks_adjectival(whole)
    female = whole.endswith(("ова", "ева", "ина"))  # «Ибрагимова» is a village and many people
    wary = whole in PLAIN or (not centre and (adjectival or female or len(places) > 1 or len(whole) < 4))
    forms = tuple(all_forms(part, at < len(parts) - 1) for at, part in enumerate(parts))
    surname = len(parts) == 1 and whole.endswith(("ово", "ево", "ино"))
    return Name(forms, places, centre, wary, adjectival, surname, whole in DISTINCT and len(places) == 1)


def _adjectives(places: Sequence[Place]) -> list[Adjective]:
    """The adjectives of okrugs and of districts of cities («Агаповский»), each with the municipalities it may mean."""
    okrugs: dict[tuple[str, ...], set[str]] = defaultdict(set)
    districts: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for place in places:
        for name in (place.name, *(alias for alias in place.aliases if alias.endswith(TERRITORY))):
            okrugs[atoms(name.split()[0])].add(place.code)
        for district in place.districts:
            districts[atoms(district)].add(place.code)
    return [
        Adjective(parts[:-1], adjective(parts[-1]), frozenset(codes), is_district)
        for source, is_district in ((okrugs, False), (districts, True))
        for parts, codes in source.items()
        if parts and parts[-1].endswith(("ий", "ый"))
    ]
