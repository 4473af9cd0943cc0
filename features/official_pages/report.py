"""The line of a report about official pages, from their registry: how many, with the mark, who is there, who waits.

A missing value is never a zero: an empty registry, or a part of the messages that pages know nothing of, has no line.
"""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from features.official_pages import sql as registry
from features.official_pages.model.page import OPEN, PageState
from features.official_pages.model.wanted import PageFilter, to_address
from states.statistics.filter import NONE
from states.statistics.summary import Measure, Summary, SummaryFigure, SummaryRequest
from storage.db.transaction import Transaction


def link_to_registry(wanted: PageFilter) -> str:
    """The part of the registry that a figure counts."""
    return f"/pages?{urlencode(to_address(wanted))}#registry"


async def summarise(tx: Transaction, asked: SummaryRequest) -> Summary | None:
    """The report's line about official pages: at the end of this period or today, against the end of the one before.
    What waits and who is there is known of today only. None where nothing is known of the part."""
    now, was = asked.now, asked.was
    if now.agencies or now.topics or now.until is None or was.until is None:
        return None
    area = PageFilter(places=tuple("" if place == NONE else place for place in now.places))
    bodies = replace(area, bodies=True)
    whole = await registry.number(tx, bodies)
    if not whole:
        return None
    days = (min(now.until, asked.today), was.until)
    (count, marked), (counted, had) = await registry.months(tx, area, days)
    there = [link_to_registry(replace(area, on=day)) for day in days]
    with_mark = [link_to_registry(replace(area, on=day, marked=True)) for day in days]
    present, waits = replace(bodies, states=OPEN), replace(area, states=(PageState.WAITS,))
    share = await registry.number(tx, present) / whole
    figures = (
        SummaryFigure("всего", Measure(count, counted, there[0], there[1])),
        SummaryFigure("с госметкой", Measure(marked, had, with_mark[0], with_mark[1])),
        SummaryFigure("представлены", Measure(share, None, link_to_registry(present)), share=True, beside="органов"),
        SummaryFigure("ждут подпись", Measure(await registry.number(tx, waits), None, link_to_registry(waits))),
    )
    return Summary("Официальные страницы", figures)
