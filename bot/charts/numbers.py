"""Russian numbers: «18 672», «91,4 %», «+275», «нет данных». A value that is missing must never become a zero."""

from __future__ import annotations

import math
from datetime import date

SPACE, MINUS = "\u00a0", "\u2212"
MISSING = "нет данных"
_MONTHS = ("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября",
           "декабря")  # fmt: skip
MONTHS = ("январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь",
          "декабрь")  # fmt: skip
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")

Figure = float | None
"""A number or nothing known."""


def number(value: Figure, digits: int = 0) -> str:
    """The number as Russians write it: «18 672», «4,2», «−12»; the thousands apart by a space that never breaks. A dash
    for None."""
    if value is None:
        return MISSING
    if not math.isfinite(value):
        raise ValueError("a figure must be a finite number")
    told = f"{abs(value):,.{digits}f}".replace(",", SPACE).replace(".", ",")
    return f"{MINUS}{told}" if value < 0 and told.strip("0,\u00a0") else told


def plain(value: Figure) -> str:
    """A figure with the decimals that it has, one at most."""
    if value is None:
        return MISSING
    return number(value, 0 if float(value).is_integer() else 1)


def percent(share: Figure, digits: int = 1) -> str:
    """A share between 0 and 1 in per cent: «91,4 %»; a dash where it is not known."""
    return MISSING if share is None else f"{number(share * 100, digits)}{SPACE}%"


def signed_number(value: Figure, digits: int = 0) -> str:
    """The number with its sign: «+275», «−94», «0»."""
    told = number(value, digits)
    return f"+{told}" if value is not None and value > 0 and told.strip("0,") else told


def duration(minutes: Figure) -> str:
    """Minutes as «2 ч 56 мин» or «40 мин»; a dash where they are not known."""
    if minutes is None:
        return MISSING
    whole = round(minutes)
    hours, rest = divmod(abs(whole), 60)
    told = f"{number(hours)}{SPACE}ч{SPACE}{rest:02}{SPACE}мин" if hours else f"{rest}{SPACE}мин"
    return f"{MINUS}{told}" if whole < 0 else told


def day(when: date) -> str:
    """The day as «24 ноября»."""
    return f"{when.day}{SPACE}{_MONTHS[when.month - 1]}"


def days(first: date, last: date) -> str:
    """The stretch of days in words: «16–22 ноября», «30 ноября – 6 декабря», with the years where they differ."""
    if first.year != last.year:
        return f"{day(first)} {first.year} – {day(last)} {last.year}"
    if first.month != last.month:
        return f"{day(first)} – {day(last)}"
    return f"{first.day}–{day(last)}" if first != last else day(last)


def bar_value(value: float) -> float:
    """What a bar may show: finite and not below zero."""
    if not math.isfinite(value) or value < 0:
        raise ValueError("a bar shows a finite number that is not below zero")
    return value
