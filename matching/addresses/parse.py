"""The address that a free text names, as officials write it: «улица Лихачёва, дом 11», «трасса М5, 40 км».

It must never complete or correct an address: the resident sees and confirms what was found (R25).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from matching.addresses import landmarks
from matching.addresses.crossings import crossing
from matching.addresses.landmarks import low
from matching.addresses.streets import (
    DOTTED,
    GIVEN,
    KINDS,
    NO_STREETS,
    NUMBERED,
    STREET_NAMES,
    StreetKind,
    alone,
    is_after_somebody,
    is_like_street,
    nominative,
    oblique,
    with_capitals,
)
from matching.addresses.text import UNITS, Word, is_shouting, read
from screening.words import BOUND

_NO_NAMES = """
    где что как нет не и у на в во по очень около возле напротив между от до с со за из к без рядом там тут здесь
    уже всё все вся весь опять снова дом дома доме д кв город село посёлок реки река реке озера озеро
"""
_STOP = frozenset(_NO_NAMES.split())
_HOUSE_WORDS = frozenset(["д", "дом", "дома", "доме", "дому", "домом", "домов", "зд", "здание"])
_NUMERALS = {
    "один": "1", "два": "2", "три": "3", "четыре": "4", "пять": "5", "шесть": "6", "семь": "7", "восемь": "8",
    "девять": "9", "десять": "10", "одиннадцать": "11", "двенадцать": "12", "пятнадцать": "15", "двадцать": "20",
}  # fmt: skip
_LETTER = "[абвгдежзик]"
_HOUSE = re.compile(rf"\d{{1,4}}(?:{_LETTER}|-[абвгд])?(?:[/-]\d{{1,3}}{_LETTER}?)?|\d{{1,4}}к\d{{1,2}}")
_LONG = re.compile(r"\d{4}")
_ORDINAL = re.compile(r"\d{1,3}-?(?:я|й|ая|ый|ой|го|м|ом|е)")
_JUBILEE = re.compile(r"\d{1,3}-?лети[яею]")
_COUNTED = re.compile(
    r"ям|(?:фонар|столб|контейнер|светофор|автобус|маршрут|троллейбус|трамва|люк|подъезд|бак|мешк|щенк|трактор|дерев|окн|пс|кот|лавоч|скаме)[а-яё]*"
)
_TAILS = {
    "к": "корпус", "корп": "корпус", "корпус": "корпус", "стр": "строение", "строение": "строение",
    "подъезд": "подъезд", "подъезде": "подъезд", "под": "подъезд",
}  # fmt: skip
_NOT_STREETS = re.compile(
    r"(?:школ|больниц|поликлиник|лице[йя]|гимнази|детск|детсад|дет[ие]|сад|дом|квартир|автобус|маршрут|трамва"
    r"|троллейбус|рейс|подъезд|этаж|корпус|участ|цех|магазин|остановк|лифт|уже|более|около|примерно|почти"
    r"|всего|через|после|котельн|отделен|окн|кабинет|телефон|тел$|номер|фап|аптек|снт|нет|жд[уеё]|прошло"
    r"|контейнер|гараж|секци|групп|класс|пункт|стать|закон|город|протяжен|район|месяц|недел|течени|врем"
    r"|состав|пример|сумм|порядк|температур|площад|плат|дорог|трасс|палат|лини|смен|бригад|очеред|семь|станци"
    r"|пенси|зарплат|квартплат|льгот|заявк|жалоб|обращени|батаре|скорост|апрел|январ|феврал|март|июн|июл|август|сентябр"
    r"|октябр[яе]$|ноябр|декабр"
    r"|(?:вод|машин|труб|ям|крыш|собак)[аыуеи]?$|(?:снег|свет|газ|мусор|люд|столб|фонар|лед|льд)[ауеяи]?$)"
)
_ASKED = re.compile(r"(?:[аиуь]те|йте|[аеиу]ли)$")
"""«Верните 12 маршрутку», «Сняли 18 троллейбус»: what is asked for or was done opens a text with a capital too."""
_ENDING = re.compile(r"(?:[аяыийое]|ого|ов|ев|их|ых)$")
_PLACED_ENDING = re.compile(r"(?:[аяыи]|ого|его|ов|ев|цев|их|ых|ой)$")
_GENITIVE = re.compile(r"(?:а|я|ы|и|ого|его|ых|их|ев|ов)$")

_JUBILEES = frozenset(["победы", "октября", "влксм", "комсомола", "ссср", "революции"])
"""What streets are named after a jubilee of: «40 лет Победы»."""

_MONTHS = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря лет"
_DATES = frozenset(_MONTHS.split())

_SIGNS = frozenset([",", ".", ":", ";"])

Named = Callable[[str], bool]
"""Whether a word is the name of a place as it stands: «Миасс Ленина 5» begins with a town."""


@dataclass(frozen=True, slots=True)
class AddressMatch:
    """What was found and where it stands."""

    text: str
    start: int
    stop: int


@dataclass(frozen=True, slots=True)
class _Street:
    """A street among the words: from `first` up to `stop`, how it is called, whether its kind was said."""

    first: int
    stop: int
    text: str
    kind: StreetKind | None
    certain: bool
    """Whether it may stand without a house."""


def find(text: str, place: Named = lambda word: False) -> str | None:
    """The clearest address of the text in the nominative, or None: a street, a road's kilometre, a school, a stop."""
    found = _clearest(text[:BOUND], place, landmarked=True)
    return found.text if found else None


def street(text: str) -> str | None:
    """The clearest street of the text: what two messages about one house share."""
    found = _clearest(text[:BOUND], lambda word: False, landmarked=False)
    return found.text if found else None


def without(text: str, place: Named = lambda word: False) -> str:
    """The text without its clearest street: «улица Труда» says nothing of work; «школа № 5» does of schools."""
    found = _clearest(text[:BOUND], place, landmarked=False)
    return f"{text[: found.start]} {text[found.stop :]}" if found else text


def bare(text: str, place: Named = lambda word: False) -> str:
    """The text without its clearest address of any kind."""
    found = _clearest(text[:BOUND], place, landmarked=True)
    return f"{text[: found.start]} {text[found.stop :]}" if found else text


def _clearest(text: str, place: Named, landmarked: bool) -> AddressMatch | None:
    """Clearest first: a street with its house; a road with its kilometre; a name and a house; a crossing; a school by
    its number; a street alone; a stop or a garden."""
    words = read(text)
    shouting = is_shouting(words)
    streets = list(_streets(words, shouting))
    for found in _with_houses(words, streets, place, shouting, landmarked):
        return found
    if landmarked and (other := crossing(words) or landmarks.numbered_institution(words)):
        return AddressMatch(*other)
    for street in streets:
        if street.certain:
            return _found_between(words, street.text, street.first, street.stop)
    last = landmarks.stop(words) or landmarks.garden(words) or landmarks.kilometre(words) if landmarked else None
    return AddressMatch(*last) if last else None


def _with_houses(
    words: Sequence[Word], streets: Sequence[_Street], place: Named, shouting: bool, landmarked: bool
) -> Iterator[AddressMatch]:
    """A street with its house, a road with its kilometre, a name with a house."""
    yield from filter(None, (_with_house(words, street) for street in streets))
    if landmarked and (road := landmarks.road(words)):
        yield AddressMatch(*road)
    yield from filter(None, (_with_house(words, street) for street in _bare_streets(words, place, shouting)))
    yield from filter(None, (_named_later(words, at, shouting) for at in range(len(words))))


def _found_between(words: Sequence[Word], text: str, first: int, stop: int) -> AddressMatch:
    return AddressMatch(text, words[first].start, words[stop - 1].stop)


# A street by its kind.


def _streets(words: Sequence[Word], shouting: bool) -> Iterator[_Street]:
    """Every street that is named with its kind («улица», «пр.»), its name before or after it."""
    for at, word in enumerate(words):
        kind = KINDS.get(word.low)
        if kind is None or (word.low in DOTTED and low(words, at + 1) != "."):
            continue
        street = _named_before(words, at, kind, shouting) or _named_after(words, at, kind, shouting)
        if street is not None:
            yield street


def _named_before(words: Sequence[Word], at: int, kind: StreetKind, shouting: bool) -> _Street | None:
    """The street whose name stands before its kind: «Комсомольский проспект», «3-й микрорайон»; what follows must not
    be a name too. None otherwise."""
    first = at
    stop = at + 2 if low(words, at + 1) == "." else at + 1
    if first and _adjectival(words[first - 1]) and not _opens_name(words, stop):
        first -= 1
    if first and _ORDINAL.fullmatch(words[first - 1].low) and (first < at or kind in NUMBERED):
        first -= 1
    if first == at and at and kind in NUMBERED and words[at - 1].text.isdigit() and not _opens_name(words, stop):
        first -= 1
    if first == at:
        return None
    said = [word.text for word in words[first:at]]
    name = nominative(with_capitals(said, shouting), kind, oblique=False, leads=True)
    return _Street(first, stop, f"{' '.join(name)} {kind.name}", kind, True)


def _adjectival(word: Word) -> bool:
    """Whether the word may be the adjective of a street («Свердловский»): a capital, an adjective's ending, no kind of
    street."""
    ends = word.low.endswith(("ый", "ий", "ой", "ая", "яя", "ое", "ом", "ем", "ого", "ому", "ую"))
    kind = word.low in KINDS and not word.low.startswith("набережн")
    return word.capital and ends and len(word.low) > 4 and not kind


def _opens_name(words: Sequence[Word], at: int) -> bool:
    return at < len(words) and words[at].capital and words[at].low not in _STOP and words[at].low not in KINDS


def _named_after(words: Sequence[Word], at: int, kind: StreetKind, shouting: bool) -> _Street | None:
    stop = at + 1
    while low(words, stop) in (".", "«", '"', "имени", "им"):
        stop += 1
    name: list[str] = []
    while len(name) < 4 and (part := _part_of_name(words, stop, name, kind)):
        name.append(part)
        stop += 2 if part.endswith(".") else 1
    if not name or (name[-1].isdigit() and kind not in NUMBERED):
        return None
    certain = any(part[0].isupper() for part in name) and not shouting
    before = low(words, at - 1) if at else ""
    made = nominative(with_capitals(name, shouting), kind, oblique(words[at].low, before), leads=False)
    if low(words, stop) in ("»", '"'):
        stop += 1
    return _Street(at, stop, f"{kind.name} {' '.join(made)}", kind, certain)


def _part_of_name(words: Sequence[Word], at: int, name: Sequence[str], kind: StreetKind) -> str:
    """The word, if it is one more of a name, else "": a lower-case word never follows a capital, and no stop word is a
    part."""
    if at >= len(words):
        return ""
    word = words[at]
    if word.is_word:
        if word.capital and len(word.low) == 1 and low(words, at + 1) == ".":
            return f"{word.text}."
        named = word.low in KINDS and not (word.low.startswith("набережн") and kind is not KINDS[word.low])
        if word.low in _STOP or named or word.low in _HOUSE_WORDS or len(word.low) == 1:
            return ""
        grown = bool(name) and any(part[0].isupper() for part in name)
        small = len([part for part in name if part[0].islower()]) > 1
        if not word.capital and (grown or small) and word.low not in ("лет", "летия", "партсъезда", "съезда"):
            return ""
        return word.text
    if _ORDINAL.fullmatch(word.low) or _JUBILEE.fullmatch(word.low):
        return word.text if not name else ""
    following = words[at + 1] if at + 1 < len(words) else None
    leads = following is not None and (following.capital or following.low in _DATES) and not name
    alone = kind in NUMBERED and not name
    return word.text if word.text.isdigit() and (leads or alone) else ""


# A street by its name alone.


def _bare_streets(words: Sequence[Word], place: Named, shouting: bool) -> Iterator[_Street]:
    """Names before a number, where nothing says what they are: «Ленина 5», «на свободы 155»."""
    for at, word in enumerate(words):
        if not word.is_word or word.low in KINDS or not _before_house(words, at + 1):
            continue
        first = _first_of_name(words, at, place)
        if first is None:
            continue
        name = with_capitals([word.text for word in words[first : at + 1]], shouting)
        before = low(words, first - 1) if first else ""
        yield _Street(first, at + 1, " ".join(alone(name, before)), None, False)


def _named_later(words: Sequence[Word], at: int, shouting: bool) -> AddressMatch | None:
    """The address of a house whose street is named after it: «У дома № 5 по Ленина»; None otherwise."""
    house = _house(words, at) if words[at].low in _HOUSE_WORDS else None
    if house is None or low(words, house[1]) not in ("по", "на"):
        return None
    name: list[str] = []
    stop = house[1] + 1
    while len(name) < 3 and stop < len(words) and words[stop].is_word and words[stop].capital:
        name.append(words[stop].text)
        stop += 1
    if not name or not _ENDING.search(name[-1].lower()):
        return None
    street = " ".join(alone(with_capitals(name, shouting), words[house[1]].low))
    return _found_between(words, f"{street}, {house[0]}", at, stop)


def _before_house(words: Sequence[Word], at: int) -> bool:
    following = [low(words, at + more) for more in range(4)]
    return any(_HOUSE.fullmatch(word) and not _LONG.match(word) for word in following)


def _first_of_name(words: Sequence[Word], at: int, place: Named) -> int | None:
    """The index of the first word of the name that ends here, or None where it is no street."""
    word = words[at]
    before = words[at - 1] if at else None
    led = low(words, at - 1) if at else ""
    dated = word.low in _DATES and before is not None and before.text.isdigit()
    if dated and (word.capital or (_follows_place(words, at - 1, place) and _only_house(words, at + 1))):
        return at - 1
    if led in ("лет", "летия") and at > 1 and words[at - 2].text.isdigit() and word.low in _JUBILEES:
        return at - 2
    no_street = word.low in NO_STREETS or _NOT_STREETS.match(word.low)
    if no_street or (place(word.low) and not _follows_place(words, at, place)):
        return None
    if word.capital:
        if not _ENDING.search(word.low) or _ASKED.search(word.low) or len(word.low) < 3:
            return None
        joined = before is not None and before.is_word and before.capital and _GENITIVE.search(before.low)
        if joined and before is not None and not place(before.low) and not _NOT_STREETS.match(before.low):
            return at - 1
        jubilee = before is not None and (_JUBILEE.fullmatch(before.low) or _ORDINAL.fullmatch(before.low))
        return at - 1 if jubilee else at
    if word.low not in STREET_NAMES and (len(word.low) < 5 or not _PLACED_ENDING.search(word.low)):
        return None
    tells = is_after_somebody(word.low) and _stands_alone(words, at + 1, place)
    if before is None:
        return at if tells or (is_like_street(word.low) and _only_house(words, at + 1)) else None
    if before.low in GIVEN and at > 1 and (_leads(words, at - 2, place) or _follows_place(words, at - 1, place)):
        return at - 1
    told = led == ":" and at > 1 and low(words, at - 2).startswith("адрес")
    told = told or ((is_like_street(word.low) or _only_house(words, at + 1)) and _follows_place(words, at, place))
    told = told or (tells and led in _SIGNS)
    return at if told or _leads(words, at - 1, place) else None


def _follows_place(words: Sequence[Word], at: int, place: Named) -> bool:
    """Whether a town stands right before: behind it a village's name with a house is its street («Челябинск,
    Комсомольский 44»), and so are small letters («миасс, макеева 20»)."""
    before = at - 1 - (low(words, at - 1) in _SIGNS)
    return before >= 0 and place(words[before].low)


def _only_house(words: Sequence[Word], at: int) -> bool:
    """Whether a house follows and nothing else: «комарова, 112» is an address, «половина 3 дня» is none."""
    house = _house(words, at)
    return house is not None and house[1] == len(words)


def _stands_alone(words: Sequence[Word], at: int, place: Named) -> bool:
    """Whether a house follows, and behind it the text ends, or a sign or a town comes: «нет воды, кирова 10»."""
    house = _house(words, at)
    if house is None or house[1] == len(words):
        return house is not None
    behind = words[house[1]]
    return behind.low in _SIGNS or place(behind.low)


def _leads(words: Sequence[Word], at: int, place: Named) -> bool:
    """Whether an address in small letters may follow this word: «на», «адрес», a town."""
    word = words[at].low
    return word in ("на", "по", "адрес", "адресу") or place(word)


# The house.


_LINE = re.compile(r"лини[яиюе]й?")
_LINE_NUMBER = re.compile(r"(\d{1,2})(?:-?[яйую]{1,2})?")


def _with_line(words: Sequence[Word], street: _Street) -> _Street:
    """The street with its line, «Гагарина 5 линия»: one of the streets that share a name and are told apart by
    numbers."""
    number = _LINE_NUMBER.fullmatch(low(words, street.stop))
    if number is None or not _LINE.fullmatch(low(words, street.stop + 1)):
        return street
    return replace(street, stop=street.stop + 2, text=f"{street.text} {number[1]}-я линия", certain=True)


def _with_house(words: Sequence[Word], street: _Street) -> AddressMatch | None:
    """The street with the house after it or before it: «дом 11 по улице Лихачёва»."""
    street = _with_line(words, street)
    house = _house(words, street.stop)
    if house is not None:
        number, stop = house
        return _found_between(words, _join_house(street, number), street.first, stop)
    before = street.first - 1
    if before > 1 and words[before].low in ("по", "на") and _HOUSE.fullmatch(words[before - 1].low):
        first = before - 1
        first -= words[first - 1].text == "№"
        if first and words[first - 1].low in _HOUSE_WORDS:
            return _found_between(words, _join_house(street, words[before - 1].text), first - 1, street.stop)
    return None


def _join_house(street: _Street, number: str) -> str:
    """The street with its house: «улица Ленина, дом 5», and «Ленина, 5» where nobody told what kind of street it is."""
    return f"{street.text}, дом {number}" if street.kind else f"{street.text}, {number}"


def _house(words: Sequence[Word], at: int) -> tuple[str, int] | None:
    """The number at this word with its letter, building and entrance, and where it ends."""
    apart = low(words, at) == ","
    at += apart
    marked = low(words, at) in _HOUSE_WORDS
    at += marked
    at += marked and low(words, at) == "."
    if low(words, at) == "№":
        marked, at = True, at + 1
    said = low(words, at)
    number = _NUMERALS.get(said, "") if marked else ""
    if not number:
        if not _HOUSE.fullmatch(said) or (len(said) == 5 and said.endswith("г")):
            return None
        number = words[at].text
    if _is_amount(words, at + 1, said, sure=marked, apart=apart):
        return None
    stop = at + 1
    if _spaced_letter(words, stop):
        number, stop = number + words[stop].text, stop + 1
    tail, stop = _tail(words, stop)
    return number + tail, stop


def _is_amount(words: Sequence[Word], at: int, number: str, *, sure: bool, apart: bool) -> bool:
    """Whether the number says how many, not which: «5 лет», «3 дня», «18:30», «2 фонаря»."""
    following = low(words, at)
    if UNITS.match(following) or following == "%":
        return True
    if following in (":", ".") and low(words, at + 1)[:1].isdigit() and words[at + 1].start == words[at].stop:
        return True
    plural = following.endswith(("ов", "ев", "ей"))
    few = number in ("2", "3", "4") and following.endswith(("ы", "и")) and len(following) > 2
    return not sure and (plural or (not apart and (few or bool(_COUNTED.fullmatch(following)))))


def _spaced_letter(words: Sequence[Word], at: int) -> bool:
    """Whether the letter belongs to the house: «5 А» does; «5 В ПОДЪЕЗДЕ» and «5 в подъезде» do not."""
    letter = words[at].text if at < len(words) else ""
    return len(letter) == 1 and "А" <= letter <= "К" and not is_shouting(words)


def _tail(words: Sequence[Word], at: int) -> tuple[str, int]:
    """The parts of an address that follow («, корпус 2», «, подъезд 3»), as many as there are, and the place after
    them."""
    tail = ""
    while True:
        here = at + (low(words, at) == ",")
        named = _TAILS.get(low(words, here))
        here += 1 + (low(words, here + 1) in (".", "№"))
        if named is None or not re.fullmatch(r"\d{1,3}[а-к]?", low(words, here)):
            return tail, at
        tail, at = f"{tail}, {named} {words[here].text}", here + 1
