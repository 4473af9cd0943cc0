"""A period against the one before it, as a table of six lines: each number a link, each change said in words where it
is no chance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.charts.numbers import MISSING, number
from bot.web.asked import link
from states.people.viewers import Section
from states.statistics.change import Good, MeasuredFigure, verdict
from states.statistics.filter import NOT_KEPT, By, Filter, TermOutcome
from storage.ops.measured import (
    back,
    in_time,
    known_back,
    known_in_time,
    known_median,
    known_stars,
    median,
    not_in_time,
    ratings_count,
    stars,
)
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


def compare_periods(wanted: Filter, now: Sums, was: Sums, today: date, before: Filter | None = None) -> list[Compared]:
    """Received, first answer, in time, not in time, «не решено», rating: shares with the counts they are of (R54).
    `before`: the period of `was`, without it the one that ends where `wanted` begins."""
    return list(_lines(wanted, now, was, today, before or wanted.before()))


Told = tuple[float | None, MeasuredFigure | None]
"""A figure, and how far chance alone may move it; None where no word is said of it."""


def _lines(wanted: Filter, now: Sums, was: Sums, today: date, before: Filter) -> Iterator[Compared]:
    """The lines of the table, each beside the other period."""

    def line(
        name: str, listed: Callable[[Filter], Filter], values: tuple[Told, Told], form: str, good: Good = Good.LESS
    ) -> Compared:
        """One figure of the week beside that of the week before: words, links, and whether it is better."""
        (first, known), (second, was_known) = values
        better = verdict(known, was_known, good)
        links = link(Section.QUEUE, listed(wanted)), link(Section.QUEUE, listed(before))
        moved = change(first, second, form)
        return Compared(
            name,
            value_in_words(first, form),
            value_in_words(second, form),
            moved,
            better.value if better else "",
            *links,
        )

    def counted_by(by: By) -> Callable[[Filter], Filter]:
        """Turns a filter into one that counts by this moment: of receipt, of the answer, and so on."""
        return lambda conditions: replace(conditions, by=by)

    def judged_as(*terms: TermOutcome) -> Callable[[Filter], Filter]:
        """Turns a filter into the list of what ended so against its term."""
        return lambda conditions: conditions.by_term(today, *terms)

    def both(told: Callable[[Sums], Told]) -> tuple[Told, Told]:
        """The same figure of both periods: (this one, the one before)."""
        return told(now), told(was)

    yield line("Поступило", counted_by(By.RECEIVED), both(lambda sums: (sums["received"], None)), "number")
    first = both(lambda sums: (median(sums, "first"), known_median(sums, "first")))
    yield line("Первый ответ, рабочих ч:мин", counted_by(By.FIRST), first, "minutes")
    kept = both(lambda sums: (in_time(sums), known_in_time(sums)))
    yield line("Ответили в срок, %", judged_as(TermOutcome.KEPT), kept, "share", Good.MORE)
    yield line("Не ответили в срок", judged_as(*NOT_KEPT), both(lambda sums: (not_in_time(sums), None)), "number")
    yield line("«Не решено», %", counted_by(By.REOPENED), both(lambda sums: (back(sums), known_back(sums))), "share")
    marks = both(lambda sums: (stars(sums), known_stars(sums)))
    yield line(f"Оценка из 5 ({number(ratings_count(now))})", counted_by(By.RATED), marks, "share", Good.MORE)


def value_in_words(value: float | None, form: str) -> str:
    """The figure as printed: minutes as hours, a share with one decimal, else a whole number; a dash for None."""
    if value is None:
        return MISSING
    if form == "minutes":
        return hours(round(value))
    return number(value, 1 if form == "share" else 0)


def hours(minutes: int) -> str:
    """Minutes as «2:48»."""
    sign = "\u2212" if minutes < 0 else ""
    return f"{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02d}"


def change(now: float | None, was: float | None, form: str) -> str:
    """The change with its sign: «+322»; what rounds to nothing is no change."""
    if now is None or was is None:
        return "—"
    moved = round(now - was, 1 if form == "share" else 0)
    told = hours(round(moved)) if form == "minutes" else number(moved, 1 if form == "share" else 0)
    return f"+{told}" if moved > 0 else told
