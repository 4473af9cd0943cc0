"""A period against the one before it, as a table of seven lines: each number a link, each change said in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.charts.numbers import MISSING, number
from bot.web.asked import link
from states.people.viewers import Section
from states.statistics.filter import By, Filter
from storage.ops.measured import back, in_time, median, rated, stars
from storage.ops.sums import Sums


@dataclass(frozen=True, slots=True)
class Compared:
    """`change` is «+322», `better` says «лучше», «хуже» or nothing."""

    name: str
    now: str
    was: str
    change: str
    better: str = ""
    href: str = ""
    was_href: str = ""


def compared(wanted: Filter, now: Sums, was: Sums) -> list[Compared]:
    """Received, first answer, in time, overdue, «не решено», rating: shares with the counts they are of (R54)."""
    return list(_lines(wanted, now, was))


def _lines(wanted: Filter, now: Sums, was: Sums) -> Iterator[Compared]:
    before = wanted.before()

    def line(
        name: str, by: By, values: tuple[float | None, float | None], form: str, good: int, late: bool | None = None
    ) -> Compared:
        first, second = replace(wanted, by=by, late=late), replace(before, by=by, late=late)
        moved, better = change(values, form, good)
        links = link(Section.QUEUE, first), link(Section.QUEUE, second)
        return Compared(name, said(values[0], form), said(values[1], form), moved, better, *links)

    yield line("Поступило", By.RECEIVED, (now["received"], was["received"]), "number", 0)
    yield line("Первый ответ, рабочих ч:мин", By.FIRST, (median(now, "first"), median(was, "first")), "minutes", -1)
    yield line("Ответили в срок, %", By.FINAL, (in_time(now), in_time(was)), "share", 1, late=False)
    yield line("Ответили позже срока", By.FINAL, (now["final_late"], was["final_late"]), "number", -1, late=True)
    yield line("«Не решено», %", By.REOPENED, (back(now), back(was)), "share", -1)
    yield line(f"Оценка из 5 ({number(rated(now))})", By.RATED, (stars(now), stars(was)), "share", 1)


def said(value: float | None, form: str) -> str:
    if value is None:
        return MISSING
    if form == "minutes":
        return hours(round(value))
    return number(value, 1 if form == "share" else 0)


def hours(minutes: int) -> str:
    """«2:48»."""
    sign = "\u2212" if minutes < 0 else ""
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


def change(values: tuple[float | None, float | None], form: str, good: int) -> tuple[str, str]:
    """«+322» and whether that is better. What rounds to nothing is no change."""
    now, was = values
    if now is None or was is None:
        return "—", ""
    moved = round(now - was, 1 if form == "share" else 0)
    if form == "minutes":
        told = hours(round(moved))
    else:
        told = number(moved, 1 if form == "share" else 0)
    if moved > 0:
        told = f"+{told}"
    if not moved or not good:
        return told, ""
    return told, "лучше" if (moved > 0) == (good > 0) else "хуже"
