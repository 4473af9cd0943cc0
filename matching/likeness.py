"""How much two messages tell of the same trouble, and whether two addresses are one place: for «повтор» (R32).

It must never close or join anything: a likeness is offered to a person, and a repeat still counts (R33).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from matching import addresses
from screening.words import BOUND, STOP, fold, keys, stem

REPEAT = 0.45
"""From here on the same author at the same place is asked «Это повтор?»: he knows, so it may be asked too often."""

JOIN = 0.6
"""From here on another author at the same place is offered «Присоединиться»: strangers must not be joined lightly."""

OTHER_PLACE = 0.3
"""What is left of a likeness when both texts name an address and it is not the same one."""

TYPO_FROM, TYPOS = 6, 20
"""Stems as long as this may differ by one letter; no more of them are tried than this."""

_COMMON = """
    дом улица двор подъезд город район жители человек месяц неделя час время опять снова еще просто сделать делать
    помочь помогите меры принять проблема вопрос пожалуйста срочно прошу почему никто постоянно давно нужно надо
    ситуация обращение сообщение писать написать спасибо здравствуйте день вечер утро сегодня вчера когда нет работает
    возле около площадка школа садик дорога стоит находится весь пришел приходит большой новый очень
"""
_PLAIN = frozenset(stem(word) for word in _COMMON.split())
"""Words of nearly every message: that two share them says little."""


def alike(text: str, other: str) -> float:
    """How alike two texts are: 0 for nothing in common, 1 for the same words; the order of the two does not matter."""
    text, other = sorted((text, other))
    here, there = addresses.street(text), addresses.street(other)
    ours, theirs = _weights(text, here), _weights(other, there)
    if not ours or not theirs:
        return float(bool(text.strip()) and fold(text).split() == fold(other).split())
    shared = _shared_worth(ours, theirs)
    both, least = sum(ours.values()) + sum(theirs.values()), min(sum(ours.values()), sum(theirs.values()))
    likeness = (4 * shared / both + min(1.0, shared / least)) / 3
    if likeness < 1:
        likeness *= min(1.0, (shared + 1) / 3)  # one word in common says little, however short the texts
    if here is not None and there is not None and not same_place(here, there):
        likeness *= OTHER_PLACE
    return min(1.0, likeness)


def _weights(text: str, address: str | None) -> dict[str, float]:
    """Stems and numbers of a text with what each is worth. The address is compared by itself."""
    place = set(keys(address or "")) | set(re.findall(r"\d+", address or ""))
    found = {key: 0.3 if key in _PLAIN else 1.0 for key in keys(text) if key not in place}
    numbers = re.findall(r"(?<!\d)\d{1,6}(?!\d)", text[:BOUND])
    return found | dict.fromkeys((number for number in numbers if number not in place), 0.5)


def _shared_worth(ours: dict[str, float], theirs: dict[str, float]) -> float:
    """The worth, by `ours`, of the words that both have; up to `TYPOS` long words also match with one letter wrong."""
    same = ours.keys() & theirs.keys()
    worth = sum(ours[key] for key in same)
    left = sorted(key for key in theirs.keys() - same if len(key) >= TYPO_FROM)[:TYPOS]
    for key in sorted(key for key in ours.keys() - same if len(key) >= TYPO_FROM)[:TYPOS]:
        near = next((known for known in left if OSA.distance(key, known, score_cutoff=1) <= 1), None)
        if near is not None:
            left.remove(near)
            worth += ours[key]
    return worth


# Addresses.

_KINDS = {
    "ул": "ул", "улица": "ул", "пр": "пр", "просп": "пр", "проспект": "пр", "пер": "пер", "переулок": "пер",
    "ш": "ш", "шоссе": "ш", "тракт": "тракт", "бульвар": "б", "б": "б", "пл": "пл", "площадь": "пл", "наб": "наб",
    "набережная": "наб", "проезд": "проезд", "мкр": "мкр", "мкрн": "мкр", "микрорайон": "мкр", "квартал": "квартал",
}  # fmt: skip
_KIND_OF = {stem(word): kind for word, kind in _KINDS.items()} | _KINDS
_SHORT = ((r"\bпр-к?т\b", "проспект"), (r"\bб-р\b", "бульвар"), (r"\bпр-д\b", "проезд"), (r"\bкв-л\b", "квартал"))
_FLAT = re.compile(
    r"(?<![,\s])[,\s]+(?:кв|квартира|оф|офис|под|подъезд|п|эт|этаж|пом)\.?\s{0,2}№?\s{0,2}\d{1,4}.{0,40}$"
)
_HOUSE = re.compile(
    r"(?:^|[\s,.№])(?:(?:д|дом|дома|доме|зд|стр)\.?\s{0,2})?№?\s{0,2}(\d{1,4})\s?-?([а-ик-н](?![а-я]))?"
    r"(?:(?:\s?/\s?|[\s,]{0,2}(?:корпус|корп|к|строение|стр)\.?\s{0,2})(\d{1,3}|[а-н](?![а-я]))([а-н](?![а-я]))?)?[\s,.]*$"
)
_LEADING = re.compile(r"^(?:д|дом[аеу]?)\.?\s{0,2}№?\s{0,2}(\d{1,4}[а-н]?)\s{1,2}(?:по|на)\s{1,2}(.{3,80})$")
_TOWN = re.compile(
    r"\b(?:город|поселок|село|деревня|область|район|(?:г|гор|пос|с|п|дер|д|обл|р-н)(?:\.|(?=\s)))\s{0,2}[а-я-]{3,30}[,\s]+"
)
_GIVEN_NAMES = """
    карла розы максима льва юрия владимира ивана николая сергея александра антона зои лизы олега павла петра марии
    академика маршала генерала героя героев имени космонавта адмирала капитана братьев доктора
"""
_ORDINAL = frozenset(["я", "й", "ая", "ый", "ой", "го"])
_GIVEN = frozenset(stem(word) for word in _GIVEN_NAMES.split())
"""What people leave out of a street's name: «Маркса» for «Карла Маркса»."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An address taken apart. `house` is empty where none is named."""

    kind: str
    names: tuple[str, ...]
    house: tuple[str, str, str]


def same_place(text: str, other: str) -> bool:
    """Whether both addresses are one house: «ул. Ленина, д. 5» is «Ленина 5»; a street without a house is not a
    house."""
    ours, theirs = _spot(text), _spot(other)
    return ours.house == theirs.house and _along(ours, theirs)


def same_street(text: str, other: str) -> bool:
    """Whether both addresses tell one street, whatever house: «ул. Ленина, д. 5» and «Ленина 14»."""
    ours, theirs = _spot(text), _spot(other)
    told = all(spot.kind or spot.house[0] for spot in (ours, theirs))
    return told and _along(ours, theirs)


def _along(ours: Spot, theirs: Spot) -> bool:
    """Whether both name one street: the same kind, where both say one, and names alike."""
    if not ours.names or not theirs.names:
        return False
    if ours.kind and theirs.kind and ours.kind != theirs.kind:
        return False
    return _named_alike(ours.names, theirs.names)


def _spot(address: str) -> Spot:
    """Kind of street, stems of its name and house, as read from an address of any form."""
    plain = " ".join(fold(address[:200]).split())
    for short, long in _SHORT:
        plain = re.sub(short, long, plain)
    plain = _LEADING.sub(r"\2, \1", _FLAT.sub("", _TOWN.sub("", plain)))
    house = _HOUSE.search(plain)
    street = plain[: house.start()] if house else plain
    words = re.findall(r"[а-яa-z]+|\d+", street)
    if not any(map(_kind, words)):  # «Миасс, Ленина 5»: what stands last before the house
        words = re.findall(r"[а-яa-z]+|\d+", street.rstrip(" ,").rsplit(",", 1)[-1])
    names = tuple(stem(word) for word in words if not _kind(word) and word not in _ORDINAL | STOP)
    return Spot(next(filter(None, map(_kind, words)), ""), names, _house(house))


def _kind(word: str) -> str:
    """The kind of street that the word means, in full or short; "" for another word."""
    return _KIND_OF.get(word) or _KIND_OF.get(stem(word), "")


def _house(found: re.Match[str] | None) -> tuple[str, str, str]:
    """Number, letter, building: «5а», «5/1» and «5 корпус 1» are three houses, the last two the same."""
    if found is None:
        return "", "", ""
    number, letter, building, its_letter = (part or "" for part in found.groups())
    return number.lstrip("0"), letter, building + its_letter


def _named_alike(ours: tuple[str, ...], theirs: tuple[str, ...]) -> bool:
    """The same words; a given name may be an initial or left out, and one letter of a long name may differ."""
    longer, shorter = (ours, theirs) if len(ours) >= len(theirs) else (theirs, ours)
    left = list(longer)
    for word in shorter:
        match = next((known for known in left if _word_alike(word, known)), None)
        if match is None:
            return False
        left.remove(match)
    return all(word in _GIVEN or len(word) == 1 for word in left)


def _word_alike(text: str, other: str) -> bool:
    if text == other or (min(len(text), len(other)) == 1 and text[:1] == other[:1]):
        return not (text.isdigit() or other.isdigit()) or text == other
    return min(len(text), len(other)) >= TYPO_FROM and OSA.distance(text, other, score_cutoff=1) <= 1
