"""The report of a week or a month as a picture for the ЦУР's chat: made when it is sent, kept nowhere.

Where no picture can be made its figures go in words. No resident is named in either.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.config.settings import Settings, formula_of, panel_address
from bot.feature import Made, summaries_of
from bot.process.advice import Refusal
from bot.region import map_file
from bot.region.present import today_at
from bot.runtime import Runtime
from features.statistics.report.figures import Report
from features.statistics.report.filling import Region, fill_report
from features.statistics.report.paper import as_picture
from features.statistics.report.reading import ReportData, asked_of, read
from features.statistics.report.words import in_words
from states.directory import Directory
from states.statistics.filter import Filter
from states.statistics.periods import Span, Stretch, of_document
from storage.db.errors import Unavailable
from storage.db.transaction import Transaction

WHOM = "отчёт для чата ЦУР"
NAMES = {Span.WEEK: "Отчёт за неделю", Span.MONTH: "Отчёт за месяц"}


async def make_picture(bot: Runtime, document: str) -> Made:
    """The files and texts of this document: a PNG, or the figures in words where none can be drawn; nothing for a name
    that it does not know."""
    stretch = of_document(document)
    if stretch is None:
        return (), ()
    report = await report_of(bot, stretch)
    try:
        content = await asyncio.to_thread(as_picture, report)
    except Refusal:
        return (), (in_words(report),)
    return ((f"{NAMES[stretch.span]} {stretch.first:%d.%m.%Y}.png", content),), ()


async def report_of(bot: Runtime, stretch: Stretch) -> Report:
    """The report of this period for the ЦУР of this bot's community, from the database as it is now."""
    now, zone = bot.clock.now(), bot.policy.zone
    asked = asked_of(stretch, Filter(), now.astimezone(zone).date(), zone)
    today = today_at(now, zone, bot.directory, bot.policy.calendar)
    region = await asyncio.to_thread(region_of, bot.settings, bot.directory, bot.community)
    adds = summaries_of((bot.home or bot).features)
    found = await reading(bot, lambda tx: read(tx, asked, today, region.formula, adds))
    return fill_report(region, asked, found, now, WHOM)


async def reading(bot: Runtime, body: Callable[[Transaction], Awaitable[ReportData]]) -> ReportData:
    """Beside the writer where the panel has connections for that; by the writer itself where there are none, or one was
    ended."""
    if bot.readers is not None:
        with suppress(Unavailable):
            return await bot.readers.run(body)
    return await bot.db.run(body)


def region_of(settings: Settings, directory: Directory, community: int) -> Region:
    """The region with its map, read from the disk: call it in a thread."""
    name = next((entry.name for entry in directory.communities if entry.id == community), "Приёмная")
    known = map_file.read(Path(settings.region_folder))
    return Region(name, directory, ZoneInfo(settings.timezone), formula_of(settings), panel_address(settings), known)
