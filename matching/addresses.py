"""The address that a free text names, as it is written there.

It must never complete or correct an address: the resident sees and confirms what was found (R25).
"""

from __future__ import annotations

import re

from matching.words import BOUND

_KIND = (
    r"(?:ул(?:\.|иц[аеуы]|ицей|ицам|ицах)?|пр(?:-т|-кт|-д)\.?|пр\.|просп(?:\.|ект[а-я]*)|пер(?:\.|еул[а-я]*)"
    r"|ш\.|шоссе|тракт[а-я]{0,2}|б-р|бульвар[а-я]{0,2}|пл(?:\.|ощад[а-я]+)|наб(?:\.|ережн[а-я]+)"
    r"|проезд[а-я]{0,2}|мкр(?:н|\.)*|микрорайон[а-я]{0,2}|квартал[а-я]{0,2}|кв-л)"
)
_WHOLE_KIND = r"(?:тракт|шоссе|проспект|бульвар|улица|площадь|набережная|переулок)[а-я]{0,2}"
_ORDINAL = r"(?:\d{1,3}(?:-?(?:я|й|го|ая|ой|е))?\s+)?"
_NAME = r"[А-ЯЁ][а-яё]{1,25}(?:-[А-ЯЁ]?[а-яё]{1,25})?\.?"
_CAPITAL = rf"{_ORDINAL}{_NAME}(?:\s+[А-ЯЁ][а-яё]{{1,25}}|\s+[А-ЯЁ]\.){{0,3}}"
_NO_STREET_AFTER = r"(?!(?:где|что|как|нет|не|и|у|на|в|по|очень|около|возле|напротив|между|от|до|с)\b)"
_ANY = rf"{_ORDINAL}(?:[А-Яа-яЁё-]{{2,25}}\s+){{0,2}}?[А-Яа-яЁё-]{{3,25}}"
_UNITS = (
    r"час|мин|дн|лет|год|руб|раз|тыс|числ|км|м\b|этаж|январ|феврал|март|апрел|ма[йя]|июн|июл|август"
    r"|сентябр|октябр|ноябр|декабр|челов|штук|процент"
)
_HOUSE = (
    r"(?:[,\s]+(?:д(?:ом(?:а|е|ов|у)?|\.)?|№|зд\.|стр\.)\s*(?:№\s*)?|[,\s]+)"
    r"\d{1,4}(?:[-\s]?[а-гА-Г](?![а-яё]))?(?:\s?[/-]\s?\d{1,3}[а-гА-Г]?)?(?![\d%])"
    rf"(?!\s*(?:{_UNITS}))"
    r"(?:[,\s]+(?:к(?:орп(?:ус|\.)?|\.)|стр(?:оение|\.)?)\s*\d{1,3})?"
    r"(?:[,\s]+(?:подъезд|п(?:од)?\.)\s*\d{1,2})?"
)
_BEGIN = r"(?<![а-яёА-ЯЁ])"
_SHORT = r"(?:[Уу]л|[Пп]р|[Пп]росп|[Пп]ер|[Шш]|[Пп]л|[Нн]аб|[Мм]кр)\."
_PLACED = r"(?:(?<=на\s)|(?<=по\s)|(?<=адрес\s)|(?<=адрес:\s)|(?<=адресу\s))"

_PATTERNS = (
    re.compile(rf"{_BEGIN}дом(?:а|е|у|ом)?\s*№?\s*\d{{1,4}}[а-г]?\s+(?:по|на)\s+(?i:{_KIND})\s*{_CAPITAL}"),
    re.compile(rf"{_BEGIN}{_KIND}\s*{_NO_STREET_AFTER}{_ANY}{_HOUSE}", re.IGNORECASE),
    re.compile(rf"{_BEGIN}{_CAPITAL}\s+{_KIND}{_HOUSE}"),
    re.compile(rf"{_BEGIN}{_SHORT}\s*{_CAPITAL}"),
    re.compile(rf"{_BEGIN}(?:[Уу]лиц[аеуы]|{_KIND})\s+{_CAPITAL}"),
    re.compile(rf"{_BEGIN}(?P<street>{_ORDINAL}[А-ЯЁ][а-яё]{{2,25}}(?:\s+[А-ЯЁ][а-яё]{{2,25}})?){_HOUSE}"),
    re.compile(rf"{_PLACED}(?P<street>[а-яё]{{5,25}}){_HOUSE}", re.IGNORECASE),
    re.compile(rf"{_BEGIN}{_CAPITAL}\s+{_WHOLE_KIND}"),
)
"""Clearest first: kind, name and house; then without a house; then a name and a house."""

_NOT_STREETS = re.compile(
    r"^(?:школ|больниц|поликлиник|лице[йя]|гимнази|детск|детсад|сад|дом|квартир|автобус|маршрут|трамва"
    r"|троллейбус|рейс|подъезд|этаж|корпус|участ|цех|магазин|остановк|лифт|уже|более|около|примерно|почти"
    r"|всего|через|после|котельн|отделен|окн|кабинет|телефон|тел|номер|фап|аптек|снт|нет|жд[уеё]|прошло"
    r"|контейнер|гараж|секци|групп|класс|пункт|статья|закон|город|протяжен|район|месяц|недел|течени|врем"
    rf"|состав|пример|сумм|порядк|температур|площад|плат|{_UNITS})",
    re.IGNORECASE,
)
_ENDING = re.compile(r"(?:[аяыийое]|ого|ов|ев|их|ых)$")


def find(text: str) -> str | None:
    """The clearest address of the text, or None."""
    match = _clearest(text[:BOUND])
    return " ".join(match.group().split()).strip(" ,.;") if match else None


def without(text: str) -> str:
    """The text without its clearest address: «улица Труда» says nothing of work."""
    match = _clearest(text[:BOUND])
    return f"{text[: match.start()]} {text[match.end() :]}" if match else text


def _clearest(looked: str) -> re.Match[str] | None:
    for pattern in _PATTERNS:
        for match in pattern.finditer(looked):
            street = match.groupdict().get("street")
            if street is not None and (_NOT_STREETS.match(street) or not _ENDING.search(street)):
                continue
            return match
    return None
