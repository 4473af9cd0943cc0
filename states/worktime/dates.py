"""The day that an official has typed: «25.12», «завтра», «до пятницы», «через 3 рабочих дня», or what is wrong with it.

It must never guess a day that was not said: what it does not understand whole, it refuses.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from states.worktime.calendar import WEEKENDS, Calendar

HORIZON = 366
"""Days ahead; a day further off is a slip of the finger in the year."""

LONG_AGO = 183
"""«10.01» said in December is next January, «24.11» said on 25 November is yesterday: half a year divides them."""


class WrongDay(StrEnum):
    """What is wrong with a day. `NO_SUCH_DAY`: «31.02»."""

    NOT_A_DATE = "not_a_date"
    NO_SUCH_DAY = "no_such_day"
    PAST = "past"
    TOO_FAR = "too_far"


@dataclass(frozen=True, slots=True)
class WrongDate:
    """A refusal, with the day as it was understood and the latest one allowed, where there are such."""

    why: WrongDay
    day: date | None = None
    latest: date | None = None


_MONTHS = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
    "декабря",
)  # fmt: skip
_WEEKDAYS = (
    r"понедельник[ауе]?", r"вторник[ауе]?", r"сред[аыуе]", r"четверг[ауе]?", r"пятниц[аыуе]", r"суббот[аыуе]",
    r"воскресень[еяю]",
)  # fmt: skip
_NUMBERS = {
    "одну": 1, "один": 1, "одного": 1, "два": 2, "две": 2, "двух": 2, "три": 3, "трех": 3, "четыре": 4,
    "четырех": 4, "пять": 5, "пяти": 5, "шесть": 6, "шести": 6, "семь": 7, "семи": 7, "восемь": 8, "восьми": 8,
    "девять": 9, "девяти": 9, "десять": 10, "десяти": 10,
}  # fmt: skip
_NEAR = {"сегодня": 0, "завтра": 1, "послезавтра": 2}

_BEFORE = re.compile(r"^(?:не позднее|не позже|до|ко?|на|во?)\s")
_YEAR_WORD = re.compile(r"(?<=[0-9])\s?(?:года|год|г)$")
_NUMERIC = re.compile(r"([0-9]{1,2})\s?[./-]\s?([0-9]{1,2})(?:\s?[./-]\s?([0-9]{4}|[0-9]{2}))?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_MONTH = re.compile(r"([0-9]{1,2})(?:-?(?:го|е))?\s([а-я]{3,8})\.?(?:\s([0-9]{4}))?")
_NUMBER = re.compile(r"([0-9]{1,2})(?:-?го|-?е)?\sчисл[оау]|([0-9]{1,2})-?го")
_COUNTED = re.compile(
    r"(?:(?:через|течение|за)\s)?(?:([0-9]{1,3}|[а-я]{1,20})\s)?(рабоч(?:ий|его|их)\s)?"
    r"(?:(день|дня|дней)|(недел[юиь])|(месяц(?:а|ев)?))"
)
_WEEKDAY = re.compile(rf"(следующ[а-я]+\s|эт[а-я]+\s)?(?:({')|('.join(_WEEKDAYS)}))(\sследующей\sнедели)?")
_END = re.compile(r"конц[ауе]\s(?:(недели)|(месяца)|года)")

Found = date | WrongDate | None
"""None: this way of writing is not what stands there."""


def parse(said: str, today: date, calendar: Calendar = WEEKENDS) -> date | WrongDate:
    """The day that is meant, today at the earliest and a year ahead at the latest, or what is wrong."""
    text = _BEFORE.sub("", _tidy(said))
    readers: tuple[Callable[[str, date], Found], ...] = (_near, _numeric, _iso, _with_month, _number, _weekday, _end)
    found = _days_from_now(text, today, calendar)
    for reader in readers:
        found = reader(text, today) if found is None else found
    if found is None:
        return WrongDate(WrongDay.NOT_A_DATE)
    if isinstance(found, WrongDate):
        return found
    if found < today:
        return WrongDate(WrongDay.PAST, found)
    latest = today + timedelta(days=HORIZON)
    return WrongDate(WrongDay.TOO_FAR, found, latest) if found > latest else found


def _tidy(said: str) -> str:
    """The typed words in small letters without «года» and the signs around them."""
    text = " ".join(said[:200].casefold().replace("ё", "е").split())
    return _YEAR_WORD.sub("", text.strip(" .,!;«»\"'()"))


def _near(text: str, today: date) -> Found:
    """A day by a word such as «завтра»; None where the text is none of them."""
    return today + timedelta(days=_NEAR[text]) if text in _NEAR else None


def _numeric(text: str, today: date) -> Found:
    """A day in figures («25.12», «25.12.2026»), or what is wrong with it; None where the text is no such day."""
    match = _NUMERIC.fullmatch(text)
    return _day(int(match[1]), int(match[2]), match[3], today) if match else None


def _iso(text: str, today: date) -> Found:
    """A day as «2026-12-25», or what is wrong with it; None where the text is no such day."""
    match = _ISO.fullmatch(text)
    return _day(int(match[3]), int(match[2]), match[1], today) if match else None


def _with_month(text: str, today: date) -> Found:
    match = _MONTH.fullmatch(text)
    if not match:
        return None
    typed = match[2]
    for number, name in enumerate(_MONTHS, 1):
        if name.startswith(typed) or name[:-1] == typed[:-1]:  # «дек», «декабря», «декабрь», «май»
            return _day(int(match[1]), number, match[3], today)
    return None


def _number(text: str, today: date) -> Found:
    """The next day of this number: «25 числа»; None for another text."""
    match = _NUMBER.fullmatch(text)
    if not match:
        return None
    number = int(match[1] or match[2])
    days = (today + timedelta(days=ahead) for ahead in range(62))
    return next((day for day in days if day.day == number), WrongDate(WrongDay.NO_SUCH_DAY))


def _days_from_now(text: str, today: date, calendar: Calendar) -> Found:
    """The day so far ahead: «через 3 дня», «через неделю», «в течение пяти рабочих дней»; None for another text. «Через
    день» has two meanings: refused."""
    match = _COUNTED.fullmatch(text)
    if not match:
        return None
    said, working, days, weeks, months = match.groups()
    count = 1 if said is None else int(said) if said.isdecimal() else _NUMBERS.get(said)
    if count is None or (said is None and (days or not text.startswith(("через", "течение", "за")))):
        return None
    if working:
        return calendar.add_working_days(today, count) if days else None
    if months:
        return _months_later(today, count)
    return today + timedelta(days=count * (7 if weeks else 1))


def _months_later(today: date, count: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + count, 12)
    last = _month_end(date(year, month + 1, 1))
    return last.replace(day=min(today.day, last.day))


def _month_end(day: date) -> date:
    later = day.replace(day=28) + timedelta(days=4)
    return later - timedelta(days=later.day)


def _weekday(text: str, today: date) -> Found:
    """The day of a weekday: «пятница» is the nearest one after today, «следующая пятница» is in the week that follows;
    None for another text."""
    match = _WEEKDAY.fullmatch(text)
    if not match:
        return None
    which, *named, next_week = match.groups()
    weekday = next(at for at, name in enumerate(named) if name)
    if next_week or (which and which.startswith("следующ")):
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _end(text: str, today: date) -> Found:
    """The last day of a stretch: «до конца недели», as the calendar has it; the clock stops at the last working hour
    before. None for another text."""
    match = _END.fullmatch(text)
    if not match:
        return None
    if match[1]:
        return today + timedelta(days=6 - today.weekday())
    return _month_end(today if match[2] else today.replace(month=12, day=1))


def _day(day: int, month: int, year: str | None, today: date) -> date | WrongDate:
    """The day; without a year that of this year, or of the next where it is more than `LONG_AGO` days past."""
    if year:
        return _date_or_none(int(year) + (2000 if len(year) == 2 else 0), month, day) or WrongDate(WrongDay.NO_SUCH_DAY)
    this, following = (_date_or_none(today.year + ahead, month, day) for ahead in (0, 1))
    if this is None or following is None:  # 29 February, or no day at all
        return this or following or WrongDate(WrongDay.NO_SUCH_DAY)
    return following if (today - this).days > LONG_AGO else this


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
