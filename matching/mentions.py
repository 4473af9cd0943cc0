"""Names of a directory's places inside a text, each with how much it says about where the trouble is.

It must never call a mention strong when the name may be a street, a river, a way or a plain word (R59).
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from enum import IntEnum

from matching.context import AWAY, CITY, RURAL, SHORE, Surroundings, Token
from matching.names import ANY, Case, Forms, adjective, atoms, declined, looks_adjectival
from matching.plain_names import PLAIN
from states.directory import Directory, Place, PlaceKind

Places = frozenset[str]


class Strength(IntEnum):
    """HINT speaks when nothing else does; MAYBE forbids to be sure of another place; STRONG may decide."""

    HINT = 1
    MAYBE = 2
    STRONG = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """Municipalities that one name in the text may mean."""

    places: Places
    strength: Strength


@dataclass(frozen=True, slots=True)
class Name:
    """A name with all its forms. `wary` ones are also plain words or stand in many places."""

    parts: tuple[Forms, ...]
    places: Places
    centre: bool
    wary: bool
    adjectival: bool


@dataclass(frozen=True, slots=True)
class Adjective:
    """«Троицкий» of an okrug or «Ленинский» of a city's district."""

    lead: tuple[str, ...]
    forms: frozenset[str]
    others: frozenset[str]
    places: Places
    district: bool


class Gazetteer:
    """All names of one directory, by the first word of each form."""

    def __init__(self, directory: Directory) -> None:
        self._kind = {place.code: place.kind for place in directory.places}
        self._names: dict[str, list[Name]] = defaultdict(list)
        self._adjectives: dict[str, list[Adjective]] = defaultdict(list)
        for name in _names_of(directory):
            for form in name.parts[0]:
                self._names[form].append(name)
        for one in _adjectives_of(directory.places):
            for form in one.lead[:1] or one.forms | one.others:
                self._adjectives[form].append(one)
        for found in self._names.values():
            found.sort(key=lambda name: -len(name.parts))

    @property
    def centre_forms(self) -> dict[str, Places]:
        """One-word forms of centres and other sure names, for the search of typos."""
        forms: dict[str, set[str]] = defaultdict(set)
        for form, names in self._names.items():
            for name in names:
                if name.centre and len(name.parts) == 1 and not name.wary:
                    forms[form] |= name.places
        return {form: frozenset(places) for form, places in forms.items()}

    def scan(self, tokens: list[Token]) -> list[Mention | None]:
        """Per token: its mention; None where no name begins. A name's further words hold its mention again."""
        found: list[Mention | None] = [None] * len(tokens)
        at = 0
        while at < len(tokens):
            taken, mention = self._at(tokens, at)
            for offset in range(taken):
                found[at + offset] = mention
            at += max(1, taken)
        return found

    def _at(self, tokens: list[Token], at: int) -> tuple[int, Mention | None]:
        okrug = self._okrug(tokens, at)
        if okrug is not None and okrug[1] is not None and okrug[1].strength is not Strength.HINT:
            return okrug
        for name in self._names.get(tokens[at].word, ()):
            case = _follows(name, tokens, at)
            if case is None:
                continue
            around = Surroundings(tokens, at, at + len(name.parts))
            mention = self._weigh(name, case, around)
            if mention is not None and okrug is not None and okrug[1] is not None:
                mention = _doubtful(name, mention, okrug[1], around)
            if mention is not None:
                return len(name.parts), mention
        return okrug or (0, None)

    def _okrug(self, tokens: list[Token], at: int) -> tuple[int, Mention | None] | None:
        """«Сосновский район», «округ Троицкий», «Ленинский р-н»; without such a word only a hint."""
        best: tuple[int, Mention | None] | None = None
        for one in self._adjectives.get(tokens[at].word, ()):
            stop = at + len(one.lead)
            lead = tuple(token.word for token in tokens[at:stop])
            if lead != one.lead or stop >= len(tokens) or tokens[stop].word not in one.forms | one.others:
                continue
            around = Surroundings(tokens, at, stop + 1)
            if around.street or around.water or around.word(0).startswith("обл"):
                return len(one.lead) + 1, None
            said = _kind_said(around)
            if said is None:
                if (
                    not one.district
                    and best is None
                    and tokens[at].word not in ("южноуральская", "южноуральский")
                ):
                    best = len(one.lead) + 1, Mention(one.places, Strength.HINT)
                continue
            if one.district and said != "район":
                continue
            best = _joined(best, len(one.lead) + 1, self._of_kind(one, said, around))
        return best

    def _of_kind(self, one: Adjective, said: str, around: Surroundings) -> Mention:
        if one.district:
            return Mention(one.places, Strength.STRONG)
        wanted = {"городской": PlaceKind.CITY_OKRUG, "муниципальный": PlaceKind.MUNICIPAL_OKRUG}.get(said)
        if said == "район":
            wanted = PlaceKind.MUNICIPAL_OKRUG
        fitting = frozenset(code for code in one.places if wanted is None or self._kind[code] is wanted)
        if not fitting:  # «Миасский район»: there is none, so it may be anything near
            return Mention(one.places, Strength.MAYBE)
        away = around.preposition in AWAY and not around.mine
        return Mention(fitting, Strength.MAYBE if away else Strength.STRONG)

    def _weigh(self, name: Name, case: Case, around: Surroundings) -> Mention | None:
        if around.street or around.water:
            return None
        places = name.places
        city = around.marked(CITY)
        if city:
            places = frozenset(code for code in places if self._kind[code] is PlaceKind.CITY_OKRUG) or places
        marked = city or around.marked(RURAL)
        if around.quoted and not marked:
            return None if name.wary else Mention(places, Strength.MAYBE)
        if name.wary:
            return _weigh_wary(name, places, case, marked, around)
        if name.adjectival and not marked and _leads_noun(around):
            return Mention(places, Strength.MAYBE)
        return Mention(places, Strength.STRONG if _is_there(case, around) else Strength.MAYBE)


def _weigh_wary(name: Name, places: Places, case: Case, marked: bool, around: Surroundings) -> Mention | None:
    """A plain word counts only with «посёлок» before it or a capital; only a centre so marked is sure."""
    there = _is_there(case, around)
    if marked:
        return Mention(places, Strength.STRONG if name.centre and there else Strength.MAYBE)
    if not around.capital and not (
        name.centre and around.preposition in ("в", "во") and Case.LOCATIVE & case
    ):
        return None
    if around.word(0) and not around.gap_after.strip() and around.word(0) not in RURAL and name.adjectival:
        return None
    located = around.preposition in ("в", "во") and bool(Case.LOCATIVE & case)
    sure = name.centre and located and around.capital and not name.adjectival
    return Mention(places, Strength.STRONG if sure else Strength.HINT)


def _doubtful(name: Name, mention: Mention, okrug: Mention, around: Surroundings) -> Mention:
    """«В Миасском» is the village Миасское and the okrug Миасский at once."""
    if okrug.places <= mention.places or around.marked(RURAL | CITY):
        return mention
    nominative = (
        around.word(-1) not in ("в", "во", "из", "до", "от", "около") and mention.strength is Strength.STRONG
    )
    exact = nominative and name.adjectival and Case.GENITIVE not in name.parts[0].get(around.own, ANY)
    return mention if exact else Mention(mention.places | okrug.places, Strength.MAYBE)


def _is_there(case: Case, around: Surroundings) -> bool:
    """Whether the preposition says «there» and not «the way there», «near» or «across the river»."""
    before = around.preposition
    if before in ("в", "во"):
        return bool(case & Case.LOCATIVE)
    if before == "из":
        return around.mine
    if before in AWAY or around.word(-1) in SHORE or before == "не":
        return False
    return case != Case.INSTRUMENTAL


def _leads_noun(around: Surroundings) -> bool:
    """«Миасское отделение»: an adjective before its noun, not the village."""
    after = around.word(0)
    return bool(after) and not around.gap_after.strip() and not after.isdigit() and after not in RURAL | CITY


def _kind_said(around: Surroundings) -> str | None:
    """Which word makes the adjective a territory: «район», «городской», «муниципальный», «округ»."""
    after, then = around.word(0), around.word(1)
    if around.gap_after.strip():
        after = then = ""
    if after.startswith("городск") and then.startswith("округ") or after == "го":
        return "городской"
    if after.startswith("муниципальн") and then.startswith("округ") or after == "мо":
        return "муниципальный"
    if after.startswith("муниципальн") and then.startswith("район"):
        return "район"
    before = around.word(-1) if not around.gap_before.strip() else ""
    for word in (after, before):
        if word.startswith("район") and not word.startswith("районн"):
            return "район"
        if word.startswith("округ"):
            return {"городской": "городской", "муниципальный": "муниципальный"}.get(around.word(-2), "округ")
    return None


def _joined(
    best: tuple[int, Mention | None] | None, taken: int, mention: Mention
) -> tuple[int, Mention | None]:
    if best is None or best[1] is None or best[1].strength < mention.strength:
        return taken, mention
    return taken, Mention(best[1].places | mention.places, mention.strength)


def _follows(name: Name, tokens: list[Token], at: int) -> Case | None:
    """The case in which the name stands at this token, or None."""
    case = ANY
    for offset, forms in enumerate(name.parts):
        if at + offset >= len(tokens) or (offset and tokens[at + offset].gap.strip(" -–") != ""):
            return None
        found = forms.get(tokens[at + offset].word)
        if found is None:
            return None
        case &= found
    return case or None


def _names_of(directory: Directory) -> list[Name]:
    centres: dict[tuple[str, ...], set[str]] = defaultdict(set)
    others: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for place in directory.places:
        centres[atoms(place.centre)].add(place.code)
        for alias in place.aliases:
            if not alias.endswith(("район", "округ")):
                centres[atoms(alias)].add(place.code)
    for settlement in directory.settlements:
        others[atoms(settlement.name)].add(settlement.place)
    names = []
    for parts in {**others, **centres}:
        if not parts or not parts[0]:
            continue
        places = frozenset(centres[parts] | others[parts]) if parts in centres else frozenset(others[parts])
        whole, centre = " ".join(parts), parts in centres
        adjectival = looks_adjectival(whole)
        wary = whole in PLAIN or (not centre and (adjectival or len(places) > 1 or len(whole) < 4))
        forms = tuple(declined(part, at < len(parts) - 1) for at, part in enumerate(parts))
        names.append(Name(forms, places, centre, wary, adjectival))
    return names


def _adjectives_of(places: tuple[Place, ...]) -> list[Adjective]:
    okrugs: dict[tuple[str, ...], set[str]] = defaultdict(set)
    districts: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for place in places:
        for name in (place.name, *(alias for alias in place.aliases if alias.endswith(("район", "округ")))):
            okrugs[atoms(name.split()[0])].add(place.code)
        for district in place.districts:
            districts[atoms(district)].add(place.code)
    found = []
    for source, is_district in ((okrugs, False), (districts, True)):
        for parts, codes in source.items():
            if parts and parts[-1].endswith(("ий", "ый")):
                forms, rest = adjective(parts[-1])
                found.append(Adjective(parts[:-1], forms, rest, frozenset(codes), is_district))
    return found
