"""A row of a list in words: its term and where it stands, each with what it means. It must never say more of a person
than the row holds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from enum import StrEnum

from handlers.text.words import TODAY, clock, date_words, near_day, plural, waiting_time
from handlers.views.cards import status_words
from states.lifecycle.appeal import OPEN, WITH_AGENCY, Status
from states.statistics.listed import ListedAppeal


class TermMark(StrEnum):
    """What a term means; each has a picture, a word and a colour in the panel."""

    DANGER = "danger"
    LATE = "late"
    TODAY = "today"
    LATER = "later"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class TermWords:
    """«просрочено» and «на 3 дня»: `word` stands out, `rest` says how much."""

    mark: TermMark
    word: str
    rest: str = ""


@dataclass(frozen=True, slots=True)
class StateWords:
    """Where it stands; `bad` where somebody must answer for it."""

    words: str
    bad: bool = False


def term(listed: ListedAppeal, now: datetime, zone: tzinfo) -> TermWords:
    """The running term in words, with its mark; danger stands first while nobody has taken it."""
    if listed.status not in OPEN:
        return TermWords(TermMark.NONE, status_words(listed.status))
    if listed.danger and listed.alert is not None:
        return TermWords(TermMark.DANGER, "опасность", f"сказали {when_said(listed.alert.told_at, now, zone)}")
    if listed.danger:
        return TermWords(TermMark.DANGER, "опасность", f"{waiting_time(listed.created_at, now)} без ответа")
    if listed.due_at is None:
        return TermWords(TermMark.NONE, "без срока")
    if listed.due_at < now:
        late = lasted(now - listed.due_at)
        if listed.status in WITH_AGENCY:
            return TermWords(TermMark.LATE, "просрочено", f"на {late}")
        whose = "жителя" if listed.status is Status.ASKED else "ЦУР"
        return TermWords(TermMark.LATE, f"срок {whose} вышел", f"{late} назад")
    near = near_day(listed.due_at, now, zone)
    if not near:
        return TermWords(TermMark.LATER, f"до {date_words(listed.due_at.astimezone(zone).date())}")
    told = f"{near} в {clock(listed.due_at, zone)}"
    return (
        TermWords(TermMark.TODAY, told, f"осталось {lasted(listed.due_at - now)}")
        if near == TODAY
        else TermWords(TermMark.LATER, told)
    )


def when_said(at: datetime, now: datetime, zone: tzinfo) -> str:
    """«в 14:02», «25 ноября в 14:02»."""
    day = "" if near_day(at, now, zone) == TODAY else f"{date_words(at.astimezone(zone).date())} "
    return f"{day}в {clock(at, zone)}"


def lasted(length: timedelta) -> str:
    """«41 мин», «1 ч 11 мин», «18 ч», «1 день 14 ч», «3 дня»."""
    minutes = int(length.total_seconds()) // 60
    hours, days = minutes // 60, minutes // 1440
    if hours < 1:
        return f"{minutes} мин"
    if hours < 12:
        return f"{hours} ч {minutes % 60} мин" if minutes % 60 else f"{hours} ч"
    if days < 1:
        return f"{hours} ч"
    said = plural(days, "день", "дня", "дней")
    return f"{said} {hours % 24} ч" if days < 2 and hours % 24 else said


def state(listed: ListedAppeal, today: date) -> StateWords:
    """«не приняли», «приняли вчера», «вернули: не решено»."""
    if listed.status is Status.REOPENED or (listed.reopened is not None and listed.status in OPEN):
        return StateWords("вернули: не решено", bad=True)
    if listed.danger and listed.alert is not None:
        return StateWords("прочитали, не закончили" if listed.alert.seen_at else "никто не прочитал", bad=True)
    if listed.status is Status.WAITING:
        return StateWords("нет адресата", bad=True)
    if listed.status in (Status.ROUTED, Status.REPEAT) and listed.accepted is None:
        return StateWords("не приняли", bad=listed.due_at is not None)
    if listed.status is Status.IN_WORK and listed.accepted is not None:
        return StateWords(f"приняли {on_day(listed.accepted, today)}")
    if listed.status is Status.INTERIM:
        return StateWords("ответили, ждём итога")
    return StateWords(status_words(listed.status))


_ON = ("в понедельник", "во вторник", "в среду", "в четверг", "в пятницу", "в субботу", "в воскресенье")


def on_day(day: date, today: date) -> str:
    """«сегодня», «вчера», «в среду», «12 ноября»."""
    ago = (today - day).days
    if ago == 0:
        return "сегодня"
    if ago == 1:
        return "вчера"
    return _ON[day.weekday()] if 1 < ago < 7 else date_words(day)
