"""Russian plurals and dates, in the region's own time (R45)."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from handlers.text.words import clock, day, moment, plural

ZONE = ZoneInfo("Asia/Yekaterinburg")
NEW_YEAR = datetime(2026, 12, 31, 19, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "count, word",
    [(0, "файлов"), (1, "файл"), (2, "файла"), (4, "файла"), (5, "файлов"), (11, "файлов"), (12, "файлов")]
    + [(14, "файлов"), (21, "файл"), (22, "файла"), (25, "файлов"), (111, "файлов"), (112, "файлов"), (121, "файл")]
    + [(-1, "файл"), (-3, "файла"), (1_000_002, "файла")],
)
def test_plurals(count: int, word: str) -> None:
    assert plural(count, "файл", "файла", "файлов") == f"{count} {word}"


def test_days_and_times_are_those_of_the_region() -> None:
    """R45: UTC in storage, Asia/Yekaterinburg on the screen: there it is already the new year."""
    assert day(NEW_YEAR, ZONE) == "1 января"
    assert clock(NEW_YEAR, ZONE) == "00:05"
    assert moment(NEW_YEAR, ZONE) == "1 января в 00:05"


@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_has_its_own_name_in_the_genitive(month: int) -> None:
    said = day(datetime(2026, month, 9, tzinfo=UTC), ZONE)
    beginnings = "янвфевмарапрмаяиюниюлавгсеноктноядек"
    name = said.removeprefix("9 ")
    assert name.startswith(beginnings[3 * month - 3 : 3 * month])
    assert name[-1] in "ая"
