"""How a period is called: «Неделя 16–22 ноября», «Ноябрь 2026». It knows the calendar and no clock."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from bot.charts.numbers import MONTHS, day, days
from features.statistics.report.figures import Period


def is_week(period: Period) -> bool:
    """Whether it is seven days from a Monday on."""
    return period.first.weekday() == 0 and (period.last - period.first).days == 6


def is_month(period: Period) -> bool:
    """Whether it is a calendar month from its first to its last day."""
    same = (period.first.year, period.first.month) == (period.last.year, period.last.month)
    return same and period.first.day == 1 and period.last.day == monthrange(period.last.year, period.last.month)[1]


def period_name(period: Period) -> str:
    """«Ноябрь 2026», «Неделя 16–22 ноября», or the bare days of any other period."""
    if is_month(period):
        name = MONTHS[period.first.month - 1]
        return f"{name[:1].upper()}{name[1:]} {period.first.year}"
    told = days(period.first, period.last)
    return f"Неделя {told}" if is_week(period) else told


def within(period: Period) -> str:
    """The beginning of a sentence: «За неделю», «За месяц», «За эти дни»."""
    return "За месяц" if is_month(period) else "За неделю" if is_week(period) else "За эти дни"


def both(period: Period) -> tuple[str, str]:
    """What the two kinds of bars are called: this period and the one before."""
    if is_month(period):
        return "этот месяц", "прошлый"
    return ("эта неделя", "прошлая") if is_week(period) else ("эти дни", "раньше")


def difference(period: Period) -> str:
    """What the change is against, in words."""
    if is_month(period):
        return "и разница с прошлым месяцем"
    return "и разница с прошлой неделей" if is_week(period) else "и разница с прежними днями"


def tasks_for(period: Period, over: bool) -> str:
    """What waits now stands in a report of now; one of a period that is over says what was left of it."""
    if over:
        return "Что осталось"
    if is_month(period):
        return "Что решить в этом месяце"
    return "Что решить на этой неделе" if is_week(period) else "Что решить сейчас"


def on_day(when: date) -> str:
    """The date as «23 ноября 2026»."""
    return f"{day(when)} {when.year}"
