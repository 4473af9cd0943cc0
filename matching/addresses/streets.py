"""How a street is called in Russian: its kind in full and its name in the nominative, from whatever form it stands in.

It must never change which street is meant: a name that may be a genitive («улице Терешковой») stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StreetKind:
    """«Улица», «проспект»; the gender decides how an adjective beside it ends."""

    name: str
    gender: str


STREET, AVENUE, LANE = StreetKind("улица", "f"), StreetKind("проспект", "m"), StreetKind("переулок", "m")
HIGHWAY, TRACT, BOULEVARD = StreetKind("шоссе", "n"), StreetKind("тракт", "m"), StreetKind("бульвар", "m")
SQUARE, QUAY, DRIVE = StreetKind("площадь", "f"), StreetKind("набережная", "f"), StreetKind("проезд", "m")
QUARTER, BLOCK, ALLEY = StreetKind("микрорайон", "m"), StreetKind("квартал", "m"), StreetKind("аллея", "f")
NUMBERED = (QUARTER, BLOCK)
"""Kinds whose name may be a number alone: «5-й микрорайон»."""

_WORDS = {
    STREET: "ул улица улицы улице улицу улицей",
    AVENUE: "пр пр-т пр-кт просп проспект проспекта проспекте проспекту проспектом",
    LANE: "пер переулок переулка переулке переулку переулком",
    HIGHWAY: "ш шоссе",
    TRACT: "тракт тракта тракте тракту трактом",
    BOULEVARD: "б-р бульвар бульвара бульваре бульвару бульваром",
    SQUARE: "пл площадь площади площадью",
    QUAY: "наб набережная набережной набережную",
    DRIVE: "пр-д проезд проезда проезде проезду",
    QUARTER: "мкр мкрн м-н микрорайон микрорайона микрорайоне микрорайону",
    BLOCK: "кв-л квартал квартала квартале",
    ALLEY: "аллея аллеи аллее аллею",
}
KINDS = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_SHORT = "ул пр пр-т пр-кт просп пер ш б-р пл наб пр-д мкр мкрн м-н кв-л"
SHORT = frozenset(_SHORT.split())
DOTTED = frozenset(["ш", "пл", "наб"])
"""Short forms that count with their full stop only."""

_NOMINATIVE = frozenset(
    ["улица", "проспект", "переулок", "тракт", "бульвар", "площадь", "набережная", "проезд", "микрорайон", "квартал"]
    + ["аллея"]
)
_GENITIVE_NAMES_WORDS = """
    терешковой крупской ковалевской космодемьянской чайкиной расковой ковшовой татьяничевой шевцовой громовой
    гризодубовой цветаевой ахматовой плевицкой гончаровой фоминой засулич перовской никитиной ибарбури
    панфиловой плехановой коллонтай гнаровской пономаревой пономарёвой осадчей
"""
_GENITIVE_NAMES = frozenset(_GENITIVE_NAMES_WORDS.split())
"""Women whose streets stand in the genitive: «улице Терешковой» is no «Терешковая»."""

_STRESSED_WORDS = """
    полев лугов лесн берегов ключев речн степн заводск донск кольцев боров лучев передов больш пусков бытов родн
    проходн городск морск мостов верхов низов родников торфян ледов путев щитов цветн
"""
_STRESSED = frozenset(_STRESSED_WORDS.split())
"""Roots whose adjective ends in «-ой»."""

_NO_STREET = ("полов", "корз", "карт", "витр", "каби", "середи", "стол", "осно", "глав", "плат")
_AFTER_PEOPLE = ("ова", "ева", "ёва", "ского", "ккого", "цкого")
_STREET_ENDS = (*_AFTER_PEOPLE, "ина", "сая", "кая", "ная", "вая")
_NAMES_OF_STREETS = """
    мира горького толстого свободы победы труда кирова героев ленина гагарина пушкина калинина мичурина чичерина
    сталина бородина
"""
STREET_NAMES = frozenset(_NAMES_OF_STREETS.split())
"""Names that streets have, and hardly anything else in small letters before a number."""

_SOUND_ALIKE = """
    слева снова слова дрова голова готова здорова корова королева дерева подкова основа обнова сурова нова хлева
    нагрева обогрева подогрева разогрева посева машина женщина мужчина причина резина глина тина спина осина рябина
    малина скотина льдина дружина вершина пружина годовщина пустошина
"""
NO_STREETS = frozenset(_SOUND_ALIKE.split())
"""Words that end as names of streets do."""

_GIVEN_NAMES = """
    карла розы максима льва юрия владимира ивана николая сергея александра антона зои лизы олега павла петра марии
    академика маршала генерала героя героев имени космонавта адмирала капитана братьев доктора богдана степана
    красной красного красных большой
"""
GIVEN = frozenset(_GIVEN_NAMES.split())
"""What a name begins with that has more than one word."""

_SMALL = frozenset(["лет", "летия", "года", "и", "партсъезда", "съезда", "дивизии"])
_HUSHING = "кгхжшщч"
_ORDINAL = re.compile(r"\d{1,3}-?(?:я|й|ая|ый|ой|го|м|ом|е)$")


def is_like_street(name: str) -> bool:
    """Whether it sounds like a street, in small letters too; «аварийная» does."""
    return name in STREET_NAMES or (_may_be(name) and name.endswith(_STREET_ENDS))


def is_after_somebody(name: str) -> bool:
    """Whether hardly anything but a street is called so: «кирова», «маяковского»."""
    return name in STREET_NAMES or (_may_be(name) and name.endswith(_AFTER_PEOPLE))


def _may_be(name: str) -> bool:
    return name not in NO_STREETS and not name.startswith(_NO_STREET)


def with_capitals(words: list[str], shouting: bool) -> list[str]:
    """The words of a name with the capitals that they have on a map."""
    if shouting or not any(word[0].isupper() for word in words):
        return [word.lower() if word.lower() in _SMALL else _capital(word) for word in words]
    return words


def _capital(word: str) -> str:
    """The word with one capital at the front; what begins with a digit in small letters."""
    return word[0].upper() + word[1:].lower() if word[0].isalpha() else word.lower()


def nominative(words: list[str], kind: StreetKind, oblique: bool, leads: bool) -> list[str]:
    """The words of a name in the nominative: «Молодёжной» of «улице Молодёжной» as «Молодёжная». `leads`: the name
    stands before its kind and agrees."""
    named = [word for word in words if not _ORDINAL.match(word)]
    if not (oblique or leads) or not named:
        return words
    made = [_agreeing(word, kind.gender, leads) for word in named]
    if any(part is None for part in made):
        return words
    left = iter(made)
    return [_ordinal(word, kind.gender) if _ORDINAL.match(word) else next(left) or word for word in words]


def _ordinal(word: str, gender: str) -> str:
    """An ordinal with the ending of the gender: «3-я», «3-й», «3-е»."""
    number = re.match(r"\d+", word)
    assert number is not None
    return number.group() + {"f": "-я", "m": "-й", "n": "-е"}[gender]


def _agreeing(word: str, gender: str, leads: bool) -> str | None:
    """The adjective in the nominative, or None where it is none or may be somebody's name."""
    low = word.lower()
    if low in _GENITIVE_NAMES and not leads:
        return None
    if gender == "f":
        return _swap_ending(word, ((("ая", "ой", "ую", "ою"), "ая"), (("яя", "ей", "юю"), "яя")))
    genitive = ("ого",) if leads else ()
    if gender == "n":
        return _swap_ending(word, (((*genitive, "ое", "ом", "ому", "ым"), "ое"),))
    if low.endswith(("ый", "ий", "ой")):
        return word
    for ending in (*genitive, "ому", "ому", "ом", "ым", "ему", "ем"):
        if low.endswith(ending) and len(low) > len(ending) + 2:
            root = word[: -len(ending)]
            soft = root[-1].lower() in _HUSHING or ending in ("ем", "ему")
            stressed = root.lower() in _STRESSED
            return root + ("ой" if stressed else "ий" if soft else "ый")
    return None


def _swap_ending(word: str, endings: tuple[tuple[tuple[str, ...], str], ...]) -> str | None:
    for olds, new in endings:
        for old in olds:
            if word.lower().endswith(old) and len(word) > len(old) + 2:
                return word[: -len(old)] + new
    return None


def oblique(said: str, before: str) -> bool:
    """Whether the kind stands in another case than the nominative; a short one shows it by «на» or «по» before it."""
    if said in SHORT or said == "шоссе":
        return before in ("на", "по", "в", "с", "у", "возле", "около")
    return said not in _NOMINATIVE


def alone(words: list[str], before: str) -> list[str]:
    """A name without its kind: «на Молодёжной» is a street in the feminine, «на Лихачёва» stays."""
    adjective = len(words) == 1 and words[0].lower().endswith(("ой", "ей")) and before in ("на", "по", "с")
    return nominative(words, STREET, oblique=True, leads=False) if adjective else words
