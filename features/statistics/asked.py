"""A report as a file, for an administrator (bot/admin/admin_service.py)."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.config import calendar_file
from bot.feature import Feature, summaries_of
from bot.process.advice import Refusal
from bot.process.clock import Clock
from bot.region import map_file
from bot.region.present import today_at
from bot.region.shared import directory_of
from features.statistics.report.figures import Report
from features.statistics.report.filling import Region, fill_report
from features.statistics.report.paper import as_pdf, as_picture
from features.statistics.report.reading import asked_of, read
from states.directory import Directory
from states.statistics.filter import Filter
from states.statistics.periods import Span, around
from states.statistics.rating import Formula
from states.worktime.calendar import Calendar
from storage.db.database import Database
from storage.records import directory

Json = dict[str, Any]


class AdminReports:
    """Answers an administrator's request for a report from the database of the running bot."""

    def __init__(self, db: Database, clock: Clock, features: tuple[Feature, ...]) -> None:
        self.db, self.clock, self.features = db, clock, features

    def commands(self) -> dict[str, Callable[..., Awaitable[Json]]]:
        """By name, what an administrator may ask for."""
        return {"report": self.report}

    async def report(
        self, span: str, day: str, form: str, timezone: str, address: str, region_folder: str, least: int
    ) -> Json:
        """The one-page report of the week or month with this day. `least`: so many messages are compared."""
        known = await self.load_directory()
        zone = ZoneInfo(timezone)
        name = next(
            (community.name for community in known.communities if community.id == self.db.community), "Приёмная"
        )
        outlines = map_file.read(Path(region_folder))
        region = Region(name, known, zone, Formula(least=least), address, outlines)
        calendar = calendar_file.read(own=Path(region_folder))
        made = await self.make_report(region, Span(span), date.fromisoformat(day), calendar)
        content = (
            await asyncio.to_thread(as_picture, made)
            if form == "png"
            else await asyncio.to_thread(as_pdf, made, address)
        )
        return {"content": base64.b64encode(content).decode()}

    async def make_report(self, region: Region, span: Span, day: date, calendar: Calendar) -> Report:
        """The report's figures of the week or month with this day, as they are now. Refusal where it begins after
        today."""
        now, stretch = self.clock.now(), around(span, day)
        local = now.astimezone(region.zone).date()
        if stretch.first > local:
            raise Refusal("Этот период ещё не начался.")
        asked = asked_of(stretch, Filter(), local, region.zone)
        today = today_at(now, region.zone, region.directory, calendar)
        adds = summaries_of(self.features)
        found = await self.db.run(lambda tx: read(tx, asked, today, region.formula, adds))
        return fill_report(region, asked, found, now)

    async def load_directory(self) -> Directory:
        """The directory of this community as stored; Refusal where none was imported yet."""
        stored = await self.db.run(directory.load_text)
        if stored is None:
            raise Refusal("Справочник ещё не загружен. Сначала: python -m bot directory import ПАПКА")
        return directory_of(stored[0])
