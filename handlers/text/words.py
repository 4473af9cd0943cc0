"""Russian numbers, dates and plurals for what people read. Numbers and times only; no sentence stands here."""

from __future__ import annotations

from datetime import date, datetime, tzinfo

WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")
_MONTHS = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)


FEWEST_COUNTED = 3
"""Of fewer people no count is told: in a village a count is a name (R32)."""


def may_be_counted(people: int) -> bool:
    """Whether so many may be told."""
    return people >= FEWEST_COUNTED


def plural(count: int, text: str, few: str, many: str) -> str:
    """The count with the right form of the word: «1 сообщение, 2 сообщения, 5 сообщений, 11 сообщений, 21
    сообщение»."""
    tens, ones = abs(count) % 100, abs(count) % 10
    if ones == 1 and tens != 11:
        return f"{count} {text}"
    if 2 <= ones <= 4 and not 12 <= tens <= 14:
        return f"{count} {few}"
    return f"{count} {many}"


def waiting_time(since: datetime, now: datetime) -> str:
    """How long somebody waits, as people say it: «40 мин», «14 ч», «3 дня»."""
    minutes = max(0, int((now - since).total_seconds()) // 60)
    if minutes < 60:
        return f"{minutes} мин"
    return f"{minutes // 60} ч" if minutes < 48 * 60 else plural(minutes // 1440, "день", "дня", "дней")


def day(at: datetime, zone: tzinfo) -> str:
    """The day in this zone: «24 ноября»."""
    return date_words(at.astimezone(zone).date())


def date_words(when: date) -> str:
    """The date as «24 ноября»."""
    return f"{when.day} {_MONTHS[when.month - 1]}"


def moment(at: datetime, zone: tzinfo) -> str:
    """Day and time in this zone: «24 ноября в 14:05»."""
    return f"{day(at, zone)} в {at.astimezone(zone):%H:%M}"


def clock(at: datetime, zone: tzinfo) -> str:
    """The time in this zone: «14:05»."""
    return f"{at.astimezone(zone):%H:%M}"


TODAY = "сегодня"


def near_day(at: datetime, now: datetime, zone: tzinfo) -> str:
    """The day as «сегодня» or «завтра»; of any other day ""."""
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    return {0: TODAY, 1: "завтра"}.get(days, "")
