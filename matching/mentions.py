"""Names of places inside a text, each with how much it says about where the trouble is.

It must never call a mention strong when the name may be a street, a river, a way or a plain word (R59).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

from matching.context import AWAY, CITY, RURAL, SHORE, STREET, TOWARDS, Surroundings, Token
from matching.gazetteer import Adjective, Gazetteer, Name, Places
from matching.names import ANY, Case
from matching.plain_names import COMMON_DISTRICTS, PLAIN_ADJECTIVES
from screening.words import STOP
from states.directory import PlaceKind


class Strength(IntEnum):
    """HINT speaks when nothing else does; MAYBE forbids to be sure of another place; STRONG may decide."""

    HINT = 1
    MAYBE = 2
    STRONG = 3


@dataclass(frozen=True, slots=True)
class Mention:
    """Municipalities that one name in the text may mean, and how many words it takes."""

    places: Places
    strength: Strength
    words: int = 1
    town: bool = False
    """The name of a centre itself: «Троицк», not «Троицкий»."""


REGIONS = ("обл", "край", "края", "крае", "респ")
"""What stands behind the adjective of a region."""

NOTHING = Mention(frozenset(), Strength.HINT)
"""A name that names no place here: «Челябинская область», «ул. Троицкая»."""


def scan(known: Gazetteer, tokens: Sequence[Token]) -> list[Mention | None]:
    """Per word the mention it belongs to; a mention of several words stands several times."""
    found: list[Mention | None] = []
    while len(found) < len(tokens):
        mention = _at(known, tokens, len(found))
        found += [mention] * (mention.words if mention else 1)
    return found[: len(tokens)]


def _at(known: Gazetteer, tokens: Sequence[Token], at: int) -> Mention | None:
    """The place that is named at this word; None where none is."""
    okrug = _okrug(known, tokens, at)
    if okrug is not None and (okrug.strength is not Strength.HINT or not okrug.places):
        return okrug
    for name in known.names.get(tokens[at].word, ()):
        case = _follows(name, tokens, at)
        if case is None:
            continue
        around = Surroundings(tokens, at, at + len(name.parts))
        mention = _weigh(known, name, case, around)
        if mention is not None:
            doubted = _doubt_okrug(name, mention, okrug, around) if okrug else mention
            return Mention(doubted.places, doubted.strength, len(name.parts), name.centre and not name.nickname)
    return okrug


def _follows(name: Name, tokens: Sequence[Token], at: int) -> Case | None:
    """The case in which the name stands at this word, or None."""
    case = ANY
    if at + len(name.parts) > len(tokens):
        return None
    for forms, token in zip(name.parts, tokens[at:], strict=False):
        # «Челябинск-70» and «Челябинск 70» at the end, but not «Челябинск, 70 лет Октября, 5»
        loose = "-" if token.word.isdigit() and token is not tokens[-1] else " -–"
        if token is not tokens[at] and (not token.gap or token.gap.strip(loose)):
            return None
        case &= forms.get(token.word, Case(0))
    return case or None


# Okrugs and districts


def _okrug(known: Gazetteer, tokens: Sequence[Token], at: int) -> Mention | None:
    """The okrug or district that is named at this word: «Сосновский район», «округ Троицкий», «Ленинский р-н»; without
    such a word only a hint. None otherwise."""
    found: list[Mention] = []
    for adjective in known.adjectives.get(tokens[at].word, ()):
        stop = at + len(adjective.lead)
        lead = tuple(token.word for token in tokens[at:stop])
        if lead != adjective.lead or stop >= len(tokens) or tokens[stop].word not in adjective.forms:
            continue
        around = Surroundings(tokens, at, stop + 1)
        elsewhere = around.street(adjectival=True) or around.water or around.word(0).startswith(REGIONS)
        if elsewhere and not around.follows_marker(RURAL):
            return Mention(frozenset(), Strength.HINT, stop + 1 - at)
        mention = _territory(known, adjective, around)
        if mention is not None:
            found.append(Mention(mention.places, mention.strength, stop + 1 - at))
    if not found:
        return None
    strongest = max(mention.strength for mention in found)
    places = frozenset().union(*(mention.places for mention in found if mention.strength is strongest))
    return Mention(places, strongest, found[0].words)


def _territory(known: Gazetteer, adjective: Adjective, around: Surroundings) -> Mention | None:
    """What an adjective means with «район» or «округ» beside it, and how surely; None where it means no place here."""
    said = _kind_said(around)
    if adjective.district:
        everywhere = around.own in COMMON_DISTRICTS
        only_here = len(adjective.places) == 1 and around.written_large and not around.own.startswith("центральн")
        strength = Strength.MAYBE if everywhere and not only_here else Strength.STRONG
        return Mention(adjective.places, strength) if said == "район" else None
    if said is None:
        plain = around.own in PLAIN_ADJECTIVES and not around.answers
        return None if plain else Mention(adjective.places, Strength.HINT)
    wanted = {
        "городской": PlaceKind.CITY_OKRUG,
        "муниципальный": PlaceKind.MUNICIPAL_OKRUG,
        "район": PlaceKind.MUNICIPAL_OKRUG,
    }.get(said)
    fitting = frozenset(code for code in adjective.places if wanted is None or known.kinds[code] is wanted)
    if not fitting:  # «Миасский район»: there is none, so it may be anything near
        return Mention(adjective.places, Strength.MAYBE)
    return Mention(fitting, Strength.STRONG if _is_there(ANY, around) else Strength.MAYBE)


def _kind_said(around: Surroundings) -> str | None:
    """Which word makes the adjective a territory: «район», «городской», «муниципальный», «округ»."""
    after, then = ("", "") if around.gap_after.strip() else (around.word(0), around.word(1))
    if (after.startswith("городск") and then.startswith("округ")) or after == "го":
        return "городской"
    if (after.startswith("муниципальн") and then.startswith("округ")) or after == "мо":
        return "муниципальный"
    if after.startswith("муниципальн") and then.startswith("район"):
        return "район"
    before = "" if around.gap_before.strip() else around.word(-1)
    for word in (after, before):
        if word.startswith("район") and not word.startswith("районн"):
            return "район"
        if word.startswith("округ"):
            kind = around.word(-2) if word == before else ""
            return {"городской": "городской", "муниципальный": "муниципальный"}.get(kind, "округ")
    return None


# Towns and villages


def _weigh(known: Gazetteer, name: Name, case: Case, around: Surroundings) -> Mention | None:
    """How surely a name means its places here; NOTHING for a street or a river, None where it is a surname or a usual
    word."""
    if around.street(name.adjectival and not around.follows_marker(RURAL)) or around.water:
        return NOTHING
    places = name.places
    city = around.follows_marker(CITY)
    if city:
        cities = frozenset(code for code in places if known.kinds[code] is PlaceKind.CITY_OKRUG)
        places = cities or places
    marked = city or around.follows_marker(RURAL)
    if not marked and name.surname and not _no_surname(case, around):
        return None
    if around.is_quoted and not marked:
        return None if name.wary else Mention(places, Strength.MAYBE)
    if name.wary:
        return _weigh_wary(name, places, case, marked, around)
    if name.adjectival and not marked and _leads_noun(around):
        return Mention(places, Strength.MAYBE)
    there = _is_there(case, around) or (name.nickname and around.preposition == "на")  # «на ЧМЗ»
    return Mention(places, Strength.STRONG if there else Strength.MAYBE)


def _weigh_wary(name: Name, places: Places, case: Case, marked: bool, around: Surroundings) -> Mention | None:
    """A plain word counts only with «посёлок» before it, a capital, or first in an address; only a centre or a name of
    no other place is sure so."""
    located = around.preposition in ("в", "во") and bool(Case.LOCATIVE & case)
    known = name.centre or name.distinct
    if marked:
        return Mention(places, Strength.STRONG if known and _is_there(case, around) else Strength.MAYBE)
    if around.alone or around.heads or around.heads_house:
        return Mention(places, Strength.STRONG if known and not name.adjectival else Strength.MAYBE)
    if known and located:
        sure = around.capital and not name.adjectival
        return Mention(places, Strength.STRONG if sure else Strength.HINT)
    if not around.capital or not around.is_listed or _leads_noun(around):
        return None
    return Mention(places, Strength.HINT)


def _no_surname(case: Case, around: Surroundings) -> bool:
    """Whether the name cannot be a surname: «Султаново» and «в Метлине» are villages; «Султанова» is a person."""
    return around.own.endswith("о") or (around.preposition in ("в", "во") and case == Case.LOCATIVE)


def _doubt_okrug(name: Name, mention: Mention, okrug: Mention, around: Surroundings) -> Mention:
    """What a name means that may be an okrug, too: «В Миасском» is the village Миасское and the okrug Миасский at once;
    «Миасское» is the village."""
    if okrug.places <= mention.places or around.follows_marker(RURAL | CITY) or not mention.places:
        return mention
    nominative = bool(name.parts[0].get(around.own, ANY) & Case.NOMINATIVE)
    if nominative and around.preposition not in ("в", "во") and mention.strength is Strength.STRONG:
        return mention
    return Mention(mention.places | okrug.places, Strength.MAYBE)


def _is_there(case: Case, around: Surroundings) -> bool:
    """Whether it is «there»: yes, unless the words before or the case say «the way there», «from», «near» or «not»."""
    before = around.preposition
    if around.on_a_way:
        return False
    if around.answers:
        return True
    if around.located_in:
        return bool(case & (Case.LOCATIVE | Case.NOMINATIVE))
    if before in ("в", "во"):
        return bool(case & Case.LOCATIVE)
    if before == "из":
        return around.mine
    if before in AWAY | SHORE | TOWARDS or before == "не":
        return False
    return case != Case.INSTRUMENTAL


def _leads_noun(around: Surroundings) -> bool:
    """Whether the word belongs to the next one: «Миасское отделение», «Роза Ивановна»."""
    after = around.word(0)
    follows = bool(after) and not around.gap_after.strip() and not after.isdigit()
    return follows and after not in RURAL | CITY | STOP | STREET and agrees(around.own, after)


_ENDINGS = (
    (("ый", "ий"), re.compile(r"[бвгджзйклмнпрстфхцчшщь]$")),
    (("ом", "ем"), re.compile(r"[еиую]$")),
    (("ого", "его"), re.compile(r"[ая]$")),
    (("ая", "яя"), re.compile(r"[аяь]$")),
    (("ое", "ее"), re.compile(r"[оея]$")),
)


def agrees(adjective: str, noun: str) -> bool:
    """Whether an adjective may belong to the word behind it: «в Локомотивном отделении», not «в Локомотивном врача»."""
    return all(not adjective.endswith(ends) or bool(fitting.search(noun)) for ends, fitting in _ENDINGS)
