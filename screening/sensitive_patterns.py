"""How personal numbers are spelled: patterns, what looks like them and is not, and their check sums (R19, T12).

It must never match in two ways: every repetition is bounded, so no text is slow.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple


class NumberKind(StrEnum):
    """What was typed; the order is that of a warning."""

    PASSPORT = "passport"
    SNILS = "snils"
    INN = "inn"
    POLICY = "policy"
    CARD = "card"
    BIRTH = "birth"
    PHONE = "phone"
    EMAIL = "email"


Span = tuple[int, int]
Check = Callable[["re.Match[str]"], "Span | None"]
"""Which part of a match is the data; None when it only looks like it."""

TAKEN = "¤"
"""Stands where a number was that is already known for what it is."""

# Check sums.


_VALUES = bytes(max(0, code - 48) if code < 58 else 0 for code in range(256))
_DOUBLED = bytes(digit * 2 - 9 * (digit > 4) for digit in range(10)).ljust(256, b"\0")
_NO_DIGITS = bytes(code for code in range(128) if not 48 <= code < 58)
_WEIGHTS = (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_BOTH_WEIGHTS = tuple(first * 1000 + second for first, second in zip((*_WEIGHTS[1:], 0), _WEIGHTS, strict=True))
"""For both sums of an ИНН at once: neither of them reaches 1,000."""


def values(text: str) -> bytes:
    """The digits of a number as numbers, without what stands between."""
    return text.encode("ascii", "ignore").translate(_VALUES, _NO_DIGITS)


def luhn_holds(digits: bytes) -> bool:
    """Whether the last digit is the check digit of a bank card (Luhn)."""
    return (sum(digits[::-2]) + sum(digits[-2::-2].translate(_DOUBLED))) % 10 == 0


def snils_holds(digits: bytes) -> bool:
    """Whether the last two digits are the check sum of a SNILS; a number of zeros is none."""
    total = sum(map(operator.mul, digits, range(9, 0, -1)))
    return total % 101 % 100 == digits[9] * 10 + digits[10] and any(digits)


def inn_holds(digits: bytes) -> bool:
    """Whether the last two digits are the check digits of a person's INN of 12 digits; a number of zeros is none."""
    first, second = divmod(sum(map(operator.mul, digits, _BOTH_WEIGHTS)), 1000)
    return (first % 11 % 10, second % 11 % 10) == (digits[10], digits[11]) and any(digits)


# Which part of a match is meant.


_whole: Check = operator.methodcaller("span")
_number: Check = operator.methodcaller("span", 1)
"""The part after its label."""


def _card(match: re.Match[str]) -> Span | None:
    """Where the card number stands, if its check sum holds: with its last group or without («… 9010 12/27» goes on with
    the term of the card)."""
    start = match.start(1)
    for part in range(match.re.groups, 0, -1):
        end = match.end(part)
        if end > 0 and luhn_holds(values(match.string[start:end])):
            return start, end
    return None


def _snils(match: re.Match[str]) -> Span | None:
    """Where the СНИЛС stands, if its check sum holds."""
    return match.span() if snils_holds(values(match[0])) else None


def _inn(match: re.Match[str]) -> Span | None:
    """Where the ИНН stands, if its check sum holds."""
    return match.span() if inn_holds(values(match[0])) else None


_OF_PHONE = re.compile(r"\d{3}|^[78]9|[+\-(]")


def _mobile(match: re.Match[str]) -> Span | None:
    """A list of houses, «7 9 11 13 15 …», has neither a group of three digits nor a sign of a phone."""
    return match.span() if _OF_PHONE.search(match[0]) else None


_NO_REGION = frozenset(re.findall(r"..", "000206091316212331394348515559627274"))
"""No passport begins with these: first comes a region's ОКАТО code, then two digits of a year from 1997."""


def _series(match: re.Match[str]) -> Span | None:
    """Where series and number of a passport stand; None where «2025 123456» is rather a year and a sum."""
    series = "".join(filter(str.isdecimal, match[0]))[:4]
    known = series[:2] not in _NO_REGION and not 40 <= int(series[2:]) < 97
    return match.span() if known and not re.match(r"20[0-3]\d\s", match[0]) else None


# Parts of patterns. They are read against plain lower case, as `sensitive.py` makes it.

_DIGIT_OR_CLASS = re.compile(r"\\d|\[(?:\\.|[^\]])*\]")


def _plain_digits(pattern: str) -> str:
    """The same with `0-9` for each digit: the text has no others, and a range is searched faster than a category."""
    return _DIGIT_OR_CLASS.sub(lambda part: "[0-9]" if part[0] == r"\d" else part[0].replace(r"\d", "0-9"), pattern)


_S = r"[\s().\-]"
_J = r"[\s\-]"
_FAR = rf"[^\d{TAKEN}]"
_NO_MORE = r"(?!\d)(?!\s?(?:руб|₽|тыс|млн|млрд|квт|куб|м3|%|р\.))"
_NO = r"(?:[\s,.:]{0,2}(?:и\s)?(?:№|n|номер\w?)){0,2}[\s.:]{0,3}"
_MONTH = r"(?:январ|феврал|март|апрел|ма[яйи]|июн|июл|август|сентябр|октябр|ноябр|декабр)\w?"
_AFTER_DIGIT = rf"\d?[\s./\-]{{1,2}}(?:\d{{1,2}}|{_MONTH})[\s./\-]{{1,2}}(?:19|20)?\d\d(?!\d)"
_DATE = rf"\d{_AFTER_DIGIT}"
_DAY = rf"(?:{_DATE}|\d\d?\s{{1,2}}{_MONTH}(?!\w)|(?:19|20)\d\d(?!\d))"
_LAST_DATE = rf"(\d(?<!\d.)(?:{_AFTER_DIGIT}|(?:(?<=1)9|(?<=2)0)\d\d))"


def _begin(*words: str) -> str:
    """Any of the words, at the beginning of a word. The first letter stands first: so the search is fast."""
    return "(?:" + "|".join(rf"{word[0]}(?<!\w{word[0]}){word[1:]}" for word in words) + ")"


_BORN = _begin(
    "родил(?:ся|ась|ись)",
    r"дата\sрождения",
    "рожд\\.",
    "рожденн\\w{2,3}",
    r"год[ау]?\sрождения",
    r"д(?<!и\sд)\s?[./]\s?р\.?(?!\w)",
    r"д(?<!и\sд)р(?![\w.])",
)
_POLICY = _begin(r"полис\w{0,3}", r"омс(?!\w)", r"енп(?!\w)")
_INN = _begin(r"инн(?!\w)")
_SERIES = _begin(r"сери\w{1,2}")
_CARD = _begin(r"карт\w{1,3}")
_ACCOUNT = _begin(
    r"лицев\w{0,4}\s?(?:сч[а-я.]{0,4})?",
    r"л\s?/\s?сч?",
    r"л\.\s?сч?\.?",
    r"прибор\w{0,2}\sучета",
    *(rf"{word}\w{{0,3}}" for word in ("счетчик", "пломб", "показани", "кадастров", "инвентарн", "огрн")),
    *("кпп", "бик", "окпо", "октмо", "уин", "кбк"),
    r"р\s?/\s?с",
    r"к\s?/\s?с",
)
_PAPERS = "договор заявк обращени заявлени квитанци трек заказ протокол постановлени инцидент сообщени"
_PAPER = _begin(*(rf"{paper}\w{{0,3}}" for paper in _PAPERS.split()))
_MOBILE_AHEAD = r"(?:\+?7|8)9\d{9}(?!\d)"
_TO_NUMBER = r"(?:[\s.:,;№#(n=\-]{1,4}(?:номер\w?|за|учета|воды|газа|хвс|гвс|электроэнергии|по)?){0,3}"
_LONG = r"(\d[\d\-/]{0,30}(?:\s(?![+789])\d{2,6}(?!\d)){0,5})"
_CALL = _begin(
    r"тел(?:ефон\w{0,3})?",
    r"т\.",
    r"сотов\w{2,3}",
    r"моб(?:ильн\w{2,3})?",
    r"whats\s?app",
    r"в[ао]тс\s?ап\w?",
    "viber",
    r"вайбер",
    r"телеграм\w?",
    "связ[ьи]",
    r"звон\w{2,5}",
    r"позвон\w{2,5}",
    r"перезвон\w{2,5}",
)
_THINGS = "дом|многоквартирн|счетчик|прибор|объект|отход|готовност|лифт|котл|издели"  # they have passports too
_TO_PHONE = r"[\s.:,№=\-]{0,4}(?:(?:мой|номер\w?|по|на|для\sсвязи|домашний|рабочий)[\s.:№\-]{1,3}){0,2}"


class NumberPattern(NamedTuple):
    """Where `shape` is nowhere in the text as `shape_of` shows it, there is nothing to search for."""

    kind: NumberKind | None
    pattern: re.Pattern[str]
    check: Check
    shape: bytes


def _row(kind: NumberKind | None, pattern: str, check: Check, shape: bytes = b"") -> NumberPattern:
    """A row of the table of numbers: its pattern compiled so that any spelling of digits fits, its check, its shape."""
    return NumberPattern(kind, re.compile(_plain_digits(pattern)), check, shape)


_SHAPES = bytes(48 if 48 <= code < 58 else code for code in range(256))
_RUNS = bytes(code if code == 48 else 32 for code in range(256))

WORD = b"?"
"""The shape of any word in Russian."""


def shape_of(text: str) -> bytes:
    """Plain text with `0` for each digit and `?` for each Russian letter (what is `TAKEN` is none), and behind it how
    many digits stand together somewhere: `<4><12>`."""
    shape = text.encode("latin-1", "replace").translate(_SHAPES)
    together = sorted(set(map(len, shape.translate(_RUNS).split())))
    return shape + b"".join(b"<%d>" % number for number in together)


MAIL: tuple[NumberPattern, ...] = (
    _row(
        NumberKind.EMAIL,
        r"([\w.+\-](?<![\w.+\-].)[\w.+\-]{0,63}@[\w\-]{1,63}(?:\.[\w\-]{1,63}){0,4}\.[a-zа-я]{2,10})",
        _number,
    ),
    _row(
        NumberKind.EMAIL,
        r"([a-z0-9._+\-](?<![a-z0-9._+\-].)[a-z0-9._+\-]{1,63}\s?(?:@|[(\[](?:at|собака|@)[)\]]|собака)\s?"
        r"[a-z0-9\-]{1,63}\s?(?:\.|точка)\s?[a-z]{2,10})(?!\w)",
        _number,
    ),
)

_WORDS: tuple[NumberPattern, ...] = (
    _row(NumberKind.BIRTH, rf"{_BORN}[^\d{TAKEN}.,!?]{{0,30}}+({_DAY})", _number, WORD),
    _row(NumberKind.BIRTH, rf"{_LAST_DATE}(?:,\s|[\s,])?г(?:\.?\s?р\.?(?!\w)|од[ау]?\sрождения)", _number, WORD),
    _row(NumberKind.POLICY, rf"{_POLICY}{_FAR}{{0,25}}+(\d(?:{_J}{{0,3}}\d){{15}})(?!\d)", _number, WORD),
    _row(NumberKind.SNILS, rf"снилс\w{{0,2}}{_FAR}{{0,20}}+(\d(?:{_J}{{0,3}}\d){{10}})(?!\d)", _number, WORD),
    _row(NumberKind.INN, rf"{_INN}{_FAR}{{0,20}}+(\d(?:{_J}{{0,3}}\d){{11}})(?!\d)", _number, WORD),
    _row(None, rf"{_INN}{_FAR}{{0,40}}+(\d{{10}})(?!\d)", _number, WORD),
    _row(None, rf"паспорт\w{{0,4}}\s(?:{_THINGS}){_FAR}{{0,30}}+{_LONG}", _number, WORD),
    _row(
        NumberKind.PASSPORT,
        rf"паспорт\w{{0,4}}{_FAR}{{0,60}}+(\d\d{_J}{{0,3}}\d\d{_J}{{0,3}}{_NO}\d{{3}}{_J}{{0,3}}\d{{3}})(?!\d)",
        _number,
        WORD,
    ),
    _row(
        NumberKind.PASSPORT,
        rf"паспорт\w{{0,4}}{_FAR}{{0,40}}+(\d{{6}}[\s,]{{0,3}}сери\w{{1,2}}[\s:]{{1,2}}\d\d\s?\d\d)(?!\d)",
        _number,
        WORD,
    ),
    _row(NumberKind.PASSPORT, rf"загран\w{{0,12}}{_FAR}{{0,30}}+(\d\d\s?{_NO}\d{{7}})(?!\d)", _number, WORD),
    _row(NumberKind.PASSPORT, rf"{_SERIES}[\s:]{{0,2}}(\d\d\s?\d\d{_NO}\d{{6}})(?!\d)", _number, WORD),
)
"""Numbers with a word that says what they are."""

_BARE: tuple[NumberPattern, ...] = (
    _row(None, rf"((?:\+7|8(?<!\d.)){_S}{{0,3}}80[04]{_S}{{0,3}}\d(?:{_S}{{0,2}}\d){{6}})(?!\d)", _number),
    _row(
        NumberKind.CARD,
        rf"([2-6](?<!\d.)\d{{3}}{_J}{{1,3}}\d{{4}}{_J}{{1,3}}\d{{4}}{_J}{{1,3}}\d{{4}})({_J}\d{{1,3}})?(?!\d)",
        _card,
        b"<4>",
    ),
    _row(NumberKind.CARD, rf"(3(?<!\d.)\d{{3}}{_J}\d{{6}}{_J}\d{{4,5}})(?!\d)", _card, b"<6>"),
    _row(None, rf"{_ACCOUNT}{_TO_NUMBER}{_LONG}", _number, WORD),
    _row(None, rf"{_PAPER}{_TO_NUMBER}(?!{_MOBILE_AHEAD}){_LONG}", _number, WORD),
    _row(
        NumberKind.SNILS,
        rf"\d(?<![\d\-].)\d\d{_J}{{1,2}}\d{{3}}{_J}{{1,2}}\d{{3}}{_J}{{1,3}}\d\d(?![\d\-])",
        _snils,
        b"<3>",
    ),
    _row(NumberKind.PHONE, rf"(?:\+\s?7|7(?<!\d.)|8(?<!\d.)){_S}{{0,4}}9(?:{_S}{{0,3}}\d){{9}}{_NO_MORE}", _mobile),
    _row(
        NumberKind.PHONE,
        rf"(?:\+\s?7|8(?<!\d.)){_S}{{0,3}}[348](?:\d\d{_S}{{0,3}}\d{{3}}|\d{{3}}{_S}{{0,3}}\d\d|\d{{4}}{_S}{{0,3}}\d)"
        rf"{_S}{{0,2}}\d\d{_S}{{0,2}}\d\d{_NO_MORE}",
        _whole,
    ),
    _row(NumberKind.CARD, rf"{_CARD}{_FAR}{{0,30}}+([2-6]\d(?:{_J}{{0,2}}\d){{11,17}})(?!\d)", _card, WORD),
    _row(NumberKind.CARD, r"([2-6](?<!\d.)\d{12,18})(?!\d)", _card, b"0" * 13),
    _row(NumberKind.INN, r"\d(?<!\d.)\d{11}(?!\d)", _inn, b"<12>"),
    _row(NumberKind.SNILS, r"\d(?<!\d.)\d{10}(?!\d)", _snils, b"<11>"),
    _row(
        NumberKind.PASSPORT,
        rf"\d(?<![\d\-/.,:].)\d\s?\d\d(?:\s{{1,3}}|\s?[№\-]\s?|\s№\s|\sномер\s)\d{{6}}(?![\-/:]?\d){_NO_MORE}",
        _series,
        b"<6>",
    ),
    _row(
        NumberKind.PHONE,
        rf"{_CALL}{_TO_PHONE}(\(?\d(?:{_S}{{0,3}}\d){{9,10}}|\d{{1,3}}{_J}\d\d{_J}\d\d|\d{{5,7}}|\d{{3}}[\s\-]\d{{3,4}})(?!\d)",
        _number,
    ),
    _row(
        NumberKind.PHONE,
        r"(?:\(9|9)(?<![\w/=.,:+\-].)(?<![\w/=.,:+\-]\(.)\d\d\)?"
        rf"{_S}{{0,2}}\d{{3}}{_S}{{0,2}}\d\d{_S}{{0,2}}\d\d{_NO_MORE}",
        _whole,
        b"000",
    ),
    _row(NumberKind.PHONE, r"\((?<![\w.].)\d{3,5}\)\s?\d{1,3}[\s\-]?\d\d[\s\-]?\d\d(?!\d)", _whole),
    _row(NumberKind.PHONE, rf"\d(?<![\w./:\-].)\d\d-\d\d-\d\d(?![\w:/\-]|\.\d){_NO_MORE}", _whole, b"00-00-00"),
)
"""Numbers that speak for themselves. `None`: what is left alone, accounts, papers, free hotlines; it goes first."""

NUMBERS = (*_WORDS, *_BARE)
