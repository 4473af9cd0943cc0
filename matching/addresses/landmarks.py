"""Where something is when no house says so: a road and its kilometre, a school by its number, a stop.

It must never take a distance, a speed or a class for a place: «за 40 км», «40 км/ч», «5 классов».
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from matching.addresses.text import UNITS, Word

Spot = tuple[str, int, int]
"""What it is called, and from where to where it stands in the text."""

_NUMBERED = {
    "школ": "школа", "лице": "лицей", "гимнази": "гимназия", "поликлиник": "поликлиника", "больниц": "больница",
    "горбольниц": "больница", "роддом": "роддом", "интернат": "интернат", "библиотек": "библиотека",
    "детсад": "детский сад", "садик": "детский сад", "общежити": "общежитие",
}  # fmt: skip
_ENDS = re.compile(r"(?:[ауеыоийюя]|ой|ей|ом|ем|ам|ах|ю|ия|ии|ию|ей|ка|ке|ку|ик|ика|ике|ику)?")
_ROAD = re.compile(r"(?:трасс|автодорог|автотрасс|дорог)[аеиыуо]?й?")
_DASH = ("-", "–", "—")
_KM = re.compile(r"км|километр[а-я]{0,3}")
_NUMBER = re.compile(r"\d{1,4}(?:-?(?:й|м|ый|ом|го))?")
_NO_PLACE = frozenset(["ч", "час", "в", "больше", "меньше", "дальше", "от", "до", "пути", "езды"])
_GARDENS = frozenset(["снт", "днт", "гск", "днп", "кп"])
_GARDEN_ENDS = frozenset(["участок", "уч"])


def low(words: Sequence[Word], at: int) -> str:
    """The word at this place in small letters; "" outside the text."""
    return words[at].low if 0 <= at < len(words) else ""


def _spot(words: Sequence[Word], text: str, first: int, stop: int) -> Spot:
    """The text of a spot with its first and last place in the original."""
    return text, words[first].start, words[stop - 1].stop


def digits(said: str) -> str:
    """The digits at the beginning; "" where there are none."""
    return re.sub(r"\D.*", "", said)


# Roads.


def road(words: Sequence[Word]) -> Spot | None:
    """A road with its kilometre and its place in the text: «Трасса М5, 40 км», «на 150 км трассы Челябинск — Троицк»;
    None without one."""
    for at, word in enumerate(words):
        named = _road_named(words, at) if _ROAD.fullmatch(word.low) else _road_code(words, at)
        if named is None:
            continue
        name, stop = named
        following = stop + (low(words, stop) == ",")
        kilometre = _kilometre(words, following)
        if kilometre:
            return _spot(words, f"трасса {name}, {kilometre} км", at, following + 2)
        if at > 1 and (kilometre := _kilometre(words, at - 2)):
            return _spot(words, f"трасса {name}, {kilometre} км", at - 2, stop)
    return None


def _road_named(words: Sequence[Word], at: int) -> tuple[str, int] | None:
    """The name of the road after its kind: a code, or two towns with a dash."""
    coded = _road_code(words, at + 1)
    if coded is not None:
        return coded
    word = words[at + 1] if at + 1 < len(words) else None
    if word is None or not word.capital:
        return None
    if any(dash in word.text for dash in _DASH):
        return word.text, at + 2
    if low(words, at + 2) in _DASH and at + 3 < len(words) and words[at + 3].capital:
        return f"{word.text} — {words[at + 3].text}", at + 4
    return None


def _road_code(words: Sequence[Word], at: int) -> tuple[str, int] | None:
    """The code of a road and the place after it: «М5», «М-5», «Р 254» (how the reader splits them depends on the dash);
    None for anything else."""
    letter = words[at].text if at < len(words) else ""
    if letter not in ("М", "Р", "А", "м", "р", "а"):
        return None
    stop = at + 1 + (low(words, at + 1) in _DASH)
    number = low(words, stop)
    if not number.isdigit() or len(number) > 3 or words[stop].start - words[at].stop > 1:
        return None
    if stop == at + 1 and words[stop].start > words[at].stop:
        return None
    return f"{letter.upper()}{'-' if stop > at + 1 else ''}{number}", stop + 1


def _kilometre(words: Sequence[Word], at: int) -> str:
    """The number of a kilometre («40 км»), not of a speed («40 км/ч»); "" where none stands here."""
    number, unit = low(words, at), low(words, at + 1)
    fits = _NUMBER.fullmatch(number) and _KM.fullmatch(unit) and low(words, at + 2) not in ("/", "ч")
    return digits(number) if fits else ""


def kilometre(words: Sequence[Word]) -> Spot | None:
    """A kilometre alone, «40 км», and its place in the text: at the beginning or after «на», when nothing says that it
    is a distance or a speed; None otherwise."""
    for at in range(len(words)):
        number = _kilometre(words, at)
        placed = at == 0 or (low(words, at - 1) == "на" and at < len(words))
        if number and placed and low(words, at + 2) not in _NO_PLACE and (at or low(words, 2) in ("", ",", ".")):
            return _spot(words, f"{number} км", at, at + 2)
    return None


# Buildings by their number, stops, gardens.


def capitals(words: Sequence[Word], at: int, most: int) -> tuple[str, int]:
    """Up to `most` words in a row with a capital letter, and the place after them."""
    found: list[str] = []
    while len(found) < most and at < len(words) and words[at].is_word and words[at].capital:
        found.append(words[at].text)
        at += 1
    return " ".join(found), at


def numbered_institution(words: Sequence[Word]) -> Spot | None:
    """An institution with its number and its place in the text: «Школа № 16», «детский сад 8»; None without one, «5
    классов» is no school."""
    for at, word in enumerate(words):
        stop = at + 1
        name = next((full for stem, full in _NUMBERED.items() if is_form(word.low, stem)), "")
        if word.low.startswith("детск") and low(words, at + 1).startswith("сад"):
            name, stop = "детский сад", at + 2
        if not name:
            continue
        signed = low(words, stop) == "№"
        stop += signed
        number = low(words, stop)
        counts = words[stop + 1].is_word and not signed if stop + 1 < len(words) else False
        if re.fullmatch(r"\d{1,3}[а-я]?", number) and not (counts and is_amount(low(words, stop + 1))):
            return _spot(words, f"{name} № {number}", at, stop + 1)
    return None


def is_form(word: str, stem: str) -> bool:
    """Whether the word is this stem with an ending of declension or of a pet form («школу», «садике»)."""
    return word.startswith(stem) and _ENDS.fullmatch(word[len(stem) :]) is not None


def is_amount(following: str) -> bool:
    """Whether the word after a number makes it a count and no house: a unit, a room («кабинет»), people, or any word in
    -ов, -ев."""
    counted = following.startswith(("кабинет", "дет", "учен", "групп", "врач")) or following.endswith(("ов", "ев"))
    return counted or UNITS.match(following) is not None


def stop(words: Sequence[Word]) -> Spot | None:
    """A stop with its name and its place in the text: «Остановка «Теплотех»», «на остановке ЮУрГУ»; None without
    one."""
    for at, word in enumerate(words):
        if not re.fullmatch(r"остановк[аеиу]|остановкой|остановочн[а-я]+", word.low):
            continue
        if low(words, at + 1) in ("«", '"'):
            close = next((more for more in range(at + 2, min(at + 9, len(words))) if words[more].text in '»"'), 0)
            if close > at + 2:
                inside = " ".join(word.text for word in words[at + 2 : close])
                return _spot(words, f"остановка «{inside}»", at, close + 1)
        name, after = capitals(words, at + 1, 3)
        if name:
            return _spot(words, f"остановка {name}", at, after)
    return None


def garden(words: Sequence[Word]) -> Spot | None:
    """A garden society with its plot («СНТ «Дружба», участок 5») and its place; None where none is named."""
    for at, word in enumerate(words):
        if word.low not in _GARDENS:
            continue
        quoted = low(words, at + 1) in ("«", '"')
        name, after = capitals(words, at + 1 + quoted, 3)
        if not name:
            continue
        after += quoted and low(words, after) in ("»", '"')
        text = f"{word.text.upper()} {f'«{name}»' if quoted else name}"
        plot = after + (low(words, after) == ",")
        number = plot + 1 + (low(words, plot + 1) in (".", "№"))
        if low(words, plot) in _GARDEN_ENDS and low(words, number).isdigit():
            return _spot(words, f"{text}, участок {words[number].text}", at, number + 1)
        return _spot(words, text, at, after)
    return None
