"""What a report says of a period that is closed: when that was, what features had to say of it then, and what a new
count has changed, never of few messages (R56).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, tzinfo

from bot.charts.numbers import number
from bot.feature import Summed
from features.statistics.report.period import on_day
from states.statistics.filter import Filter
from states.statistics.periods import Stretch, exactly
from states.statistics.summary import Measure, Summary, SummaryFigure, SummaryRequest
from storage.db.transaction import Transaction
from storage.records import closed_periods
from storage.records.closed_periods import Closed

NAMES = {
    "received": "поступило",
    "first": "первых ответов",
    "final": "окончательных ответов",
    "reopened": "«не решено»",
    "due": "срок наступил",
    "kept": "ответили в срок",
    "late": "ответили позже срока",
    "open": "ещё в работе",
}


async def kept_beside(
    tx: Transaction, stretch: Stretch, today: date, adds: Sequence[Summed], zone: tzinfo = UTC
) -> str:
    """What a closed period's reports are told beside, of the whole region, as JSON to be stored."""
    now, was = (Filter(since=period.first, until=period.last) for period in (stretch, stretch.before))
    found = [
        said for add in adds if (said := await add(tx, SummaryRequest(stretch, now, was, today, zone))) is not None
    ]
    return json.dumps(
        [[summary.title, [_as_row(told) for told in summary.figures]] for summary in found], ensure_ascii=False
    )


def _as_row(told: SummaryFigure) -> list[object]:
    measure = told.measure
    return [told.name, measure.now, measure.was, measure.href, measure.was_href, told.share, told.beside]


def said_beside(closed: Closed) -> tuple[Summary, ...]:
    """The summaries of features as they were when the period was closed; () where none were kept."""
    return tuple(
        Summary(title, tuple(SummaryFigure(name, Measure(*of), share, beside) for name, *of, share, beside in rows))
        for title, rows in json.loads(closed.beside or "[]")
    )


def closed_words(closed: Closed, zone: tzinfo) -> str:
    """«итоги закрыты 23 ноября 2026 в 0:00», «пересчитаны …»."""
    local = closed.at.astimezone(zone)
    return f"итоги {'пересчитаны' if closed.by else 'закрыты'} {on_day(local.date())} в {local.hour}:{local:%M}"


async def said_of(tx: Transaction, wanted: Filter, zone: tzinfo) -> str:
    """What a table of exactly that period says below it; nothing where its figures are of now, as its lists are."""
    stretch = exactly(wanted.since, wanted.until)
    closed = await closed_periods.find(tx, stretch) if stretch is not None else None
    return (
        f"{closed_words(closed, zone)}; списки за числами показывают сообщения, как они стоят сейчас" if closed else ""
    )


def changed_words(closed: Closed, least: int) -> str:
    """What a new count changed; of fewer messages than `least` no number."""
    return "; ".join(_change_words(closed, least))


def _change_words(closed: Closed, least: int) -> Iterator[str]:
    for name, (was, now) in closed.changed.items():
        few = abs(now - was) < least
        yield f"{NAMES[name]}: {f'меньше чем на {least}' if few else f'было {number(was)}, стало {number(now)}'}"
