"""The line of a report about official pages, from their registry: how many, with the mark, who is there, who waits.

A missing value is never a zero: an empty registry, or a part of the messages that pages know nothing of, has no line.
"""

from __future__ import annotations

from dataclasses import replace

from bot.report import links
from bot.report.figures import Measure, Summary, Told
from bot.report.reading import Asked
from states.statistics.filter import NONE
from states.statistics.pages.page import OPEN, State
from states.statistics.pages.wanted import Wanted
from storage.db.transaction import Transaction
from storage.records import official_pages


async def summed(tx: Transaction, asked: Asked) -> Summary | None:
    """At the end of this period or today, against the end of the one before. What waits and who is there is known of
    today only."""
    now, was = asked.now, asked.was
    if now.agencies or now.topics or now.until is None or was.until is None:
        return None
    area = Wanted(places=tuple("" if one == NONE else one for one in now.places))
    bodies = replace(area, bodies=True)
    whole = await official_pages.number(tx, bodies)
    if not whole:
        return None
    days = (min(now.until, asked.today), was.until)
    (count, marked), (counted, had) = await official_pages.months(tx, area, days)
    there = [links.pages(replace(area, on=day)) for day in days]
    with_mark = [links.pages(replace(area, on=day, marked=True)) for day in days]
    present, waits = replace(bodies, states=OPEN), replace(area, states=(State.WAITS,))
    share = await official_pages.number(tx, present) / whole
    figures = (
        Told("всего", Measure(count, counted, *there)),
        Told("с госметкой", Measure(marked, had, *with_mark)),
        Told("представлены", Measure(share, None, links.pages(present)), share=True, beside="органов"),
        Told("ждут подпись", Measure(await official_pages.number(tx, waits), None, links.pages(waits))),
    )
    return Summary("Официальные страницы", figures)
