"""The calendar says what the decrees say (R48, R49, R50), for every day that it knows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from holidays import country_holidays

from bot.config.calendar_file import read
from states.worktime.calendar import LONGEST, WEEKENDS, Calendar, LastDay

BUNDLED = read()
EVERY_DAY = [date(2024, 1, 1) + timedelta(days=at) for at in range((date(2028, 1, 1) - date(2024, 1, 1)).days)]


def day(text: str) -> date:
    return date.fromisoformat(text)


LAST_DAYS = [  # rules.md §5.4: event, days, raw, next, prev
    ("2026-05-08", 3, "2026-05-11", "2026-05-12", "2026-05-08"),
    ("2026-04-10", 30, "2026-05-10", "2026-05-12", "2026-05-08"),
    ("2025-12-02", 30, "2026-01-01", "2026-01-12", "2025-12-30"),
    ("2025-10-02", 30, "2025-11-01", "2025-11-01", "2025-11-01"),
    ("2025-10-27", 7, "2025-11-03", "2025-11-05", "2025-11-01"),
    ("2024-03-30", 30, "2024-04-29", "2024-05-02", "2024-04-27"),
    ("2026-12-04", 30, "2027-01-03", "2027-01-11", "2026-12-30"),
]


@pytest.mark.parametrize(("event", "days", "raw", "following", "preceding"), LAST_DAYS)
def test_a_term_of_days_ends_as_the_rule_says(event: str, days: int, raw: str, following: str, preceding: str) -> None:
    """R48."""
    assert BUNDLED.last_day(day(event), days, LastDay.NONE) == day(raw)
    assert BUNDLED.last_day(day(event), days, LastDay.NEXT) == day(following)
    assert BUNDLED.last_day(day(event), days, LastDay.PREV) == day(preceding)
    assert BUNDLED.last_day(day(event), days) == day(preceding)


WORKING_DAYS = [  # rules.md §5.4
    ("2026-04-30", 10, "2026-05-18"),
    ("2024-04-26", 10, "2024-05-16"),
    ("2025-10-31", 1, "2025-11-01"),
    ("2025-10-31", 2, "2025-11-05"),
    ("2025-12-30", 1, "2026-01-12"),
    ("2026-02-20", 1, "2026-02-24"),
]


@pytest.mark.parametrize(("event", "count", "result"), WORKING_DAYS)
def test_working_days_are_counted_from_the_day_after(event: str, count: int, result: str) -> None:
    """R48."""
    assert BUNDLED.add_working_days(day(event), count) == day(result)


def test_every_day_is_as_the_library_says() -> None:
    """R49: 1,461 days, by a table that other people keep."""
    russia = country_holidays("RU", years=range(2023, 2029))
    assert len(EVERY_DAY) == 1461
    assert [span for span in EVERY_DAY if BUNDLED.is_working(span) != russia.is_working_day(span)] == []


@pytest.mark.parametrize(("year", "count"), [(2024, 248), (2025, 247), (2026, 247), (2027, 247)])
def test_the_working_days_of_a_year_are_as_published(year: int, count: int) -> None:
    assert sum(BUNDLED.is_working(span) for span in EVERY_DAY if span.year == year) == count


def test_a_day_before_a_public_holiday_is_shortened() -> None:
    """R47: the rule of rules.md §5.2 gives the published days; working Saturdays stand in for such a day."""
    fixed = {(1, 1), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}
    eves = {
        span
        for span in EVERY_DAY
        if BUNDLED.is_working(span) and ((span + timedelta(days=1)).month, (span + timedelta(days=1)).day) in fixed
    }
    short = {span for span in EVERY_DAY if span in BUNDLED.short}
    assert short - eves == {day("2024-11-02"), day("2025-11-01"), day("2027-02-20")}
    assert eves - short == set()


def test_shortened_days_of_2025_and_2026_are_the_published_ones() -> None:
    short = [f"{span:%m-%d}" for span in EVERY_DAY if span in BUNDLED.short and span.year in (2025, 2026)]
    assert short == ["03-07", "04-30", "06-11", "11-01", "04-30", "05-08", "06-11", "11-03"]


def test_a_year_says_how_far_it_is_known() -> None:
    """R49, R50."""
    assert [year in BUNDLED.years for year in (2023, 2024, 2026, 2027, 2028)] == [False, True, True, True, False]
    assert [BUNDLED.is_verified(year) for year in (2023, 2024, 2026, 2027, 2028)] == [False, True, True, False, False]


def test_a_year_without_a_table_has_weekends_only() -> None:
    """R50."""
    assert BUNDLED.is_working(day("2030-01-01")) and not BUNDLED.is_working(day("2030-01-05"))
    assert WEEKENDS.add_working_days(day("2030-12-31"), 3) == day("2031-01-03")
    assert 2026 not in WEEKENDS.years


def test_a_term_never_ends_before_it_began() -> None:
    """«prev» from a Saturday would be Friday, already gone: the next working day is taken."""
    assert BUNDLED.last_day(day("2026-11-28"), 1, LastDay.PREV) == day("2026-11-30")
    assert BUNDLED.last_day(day("2026-11-27"), 1, LastDay.PREV) == day("2026-11-27")


def test_no_days_are_the_day_itself_and_nonsense_is_refused() -> None:
    assert BUNDLED.add_working_days(day("2026-11-25"), 0) == day("2026-11-25")
    for count in (-1, LONGEST + 1):
        with pytest.raises(ValueError, match="a term of"):
            BUNDLED.add_working_days(day("2026-11-25"), count)
        with pytest.raises(ValueError, match="a term of"):
            BUNDLED.last_day(day("2026-11-25"), count)


def test_a_calendar_is_a_value() -> None:
    assert Calendar() == WEEKENDS and hash(read()) == hash(BUNDLED)
