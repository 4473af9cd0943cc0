"""What a demo year in tests is made by."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.config import calendar_file
from features.demo.given import YearInputs
from states.directory import Directory
from states.people.chats import CUR

ZONE = ZoneInfo("Asia/Yekaterinburg")
NOW = datetime(2026, 11, 26, 9, 30, tzinfo=ZONE)


def given_of(region: Directory, messages: int = 3000, seed: int = 5, now: datetime = NOW) -> YearInputs:
    chats = {CUR: 2_000_000_006, "miass-gorod": 2_000_000_001}
    return YearInputs(seed, messages, now, 101, region, calendar_file.read(), ZONE, chats)
