"""Working time stops when the agency is closed, and comes back by the same road (R45, R47)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config.calendar_file import read
from states.worktime.calendar import WEEKENDS
from states.worktime.schedule import (
    CLOSED,
    OFFICE,
    ROUND_THE_CLOCK,
    Office,
    OwnDay,
    Schedule,
    Span,
    WrongSchedule,
)
from tests.cost import cost
from tests.form import examples
from tests.small import ALWAYS

CALENDAR = read()
URAL = ZoneInfo("Asia/Yekaterinburg")
PLAIN = Schedule()
HOUR = timedelta(hours=1)


def at(text: str, zone: ZoneInfo = URAL) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def due(start: str, hours: float, schedule: Schedule = PLAIN) -> str:
    found = Office(schedule, CALENDAR, URAL).add(at(start), timedelta(hours=hours))
    assert found.tzinfo is UTC
    return f"{found.astimezone(URAL):%Y-%m-%d %H:%M}"


def test_an_office_day_is_eight_hours_with_lunch() -> None:
    start, end = at("2026-11-25 00:00"), at("2026-11-26 00:00")
    assert Office(PLAIN, CALENDAR, URAL).between(start, end) == 8 * HOUR


TERMS = [  # R47: local time of the region
    ("2026-11-25 10:00", 1, "2026-11-25 11:00"),
    ("2026-11-25 12:30", 1, "2026-11-25 14:30"),  # lunch
    ("2026-11-25 10:00", 8, "2026-11-26 10:00"),
    ("2026-11-25 09:00", 8, "2026-11-25 18:00"),
    ("2026-11-25 23:30", 1, "2026-11-26 10:00"),  # night
    ("2026-11-28 12:00", 1, "2026-11-30 10:00"),  # Saturday
    ("2026-11-27 17:30", 1, "2026-11-30 09:30"),  # over a weekend
    ("2026-04-30 16:00", 2, "2026-05-04 10:00"),  # shortened to 17:00, then four days off
    ("2026-12-30 17:00", 8, "2027-01-11 17:00"),  # New Year: 31 December to 10 January rest
    ("2025-10-31 17:00", 8, "2025-11-01 17:00"),  # a working Saturday, shortened: seven hours
    ("2025-10-31 17:00", 9, "2025-11-05 10:00"),
    ("2026-11-25 18:00", 0, "2026-11-26 09:00"),  # closing time is no working time
    ("2026-11-25 13:00", 0, "2026-11-25 14:00"),
    ("2026-11-25 12:59", 0, "2026-11-25 12:59"),
]


@pytest.mark.parametrize(("start", "hours", "end"), TERMS)
def test_the_clock_stops_outside_working_hours(start: str, hours: float, end: str) -> None:
    assert due(start, hours) == end


def test_a_duty_service_never_stops() -> None:
    assert due("2026-12-31 23:30", 8, ALWAYS) == "2027-01-01 07:30"


def test_days_of_its_own() -> None:
    own = Schedule(own_days=(OwnDay(date(2026, 11, 26)), OwnDay(date(2026, 11, 28), (Span(600, 720),))))
    assert due("2026-11-25 17:00", 2, own) == "2026-11-27 10:00"
    assert due("2026-11-27 17:00", 2, own) == "2026-11-28 11:00"
    assert own.hours(CALENDAR, date(2026, 11, 26)) == CLOSED


def test_an_agency_that_works_on_saturdays() -> None:
    week = (*Schedule().week[:5], (Span(600, 900),), CLOSED)
    served = Schedule(week)
    assert served.hours(CALENDAR, date(2026, 11, 28)) == (Span(600, 900),)
    assert served.hours(CALENDAR, date(2025, 11, 1)) == (Span(600, 840),), "its own Saturday, an hour shorter"
    assert PLAIN.hours(CALENDAR, date(2025, 11, 1)) == (Span(540, 780), Span(840, 1020)), "stands in for a weekday"
    assert served.hours(CALENDAR, date(2026, 11, 4)) == CLOSED, "a public holiday"


def test_an_hour_less_may_leave_the_afternoon_out() -> None:
    for left, whole in (
        ((Span(540, 780),), (Span(540, 780), Span(840, 900))),
        ((Span(540, 750),), (Span(540, 780), Span(840, 870))),
        ((), (Span(540, 600),)),
    ):
        assert Schedule((whole,) * 5 + (CLOSED,) * 2).hours(CALENDAR, date(2026, 6, 11)) == left


@pytest.mark.parametrize(
    ("week", "weekday"),
    [
        ((CLOSED,) * 7, None),
        ((OFFICE,) * 5, None),
        (((Span(600, 600),), *(OFFICE,) * 6), 0),
        ((OFFICE, (Span(600, 1441),), *(OFFICE,) * 5), 1),
        ((OFFICE, (Span(-1, 60),), *(OFFICE,) * 5), 1),
        ((*(OFFICE,) * 6, (Span(600, 720), Span(700, 800))), 6),
    ],
)
def test_hours_that_no_clock_could_follow_are_refused(week: tuple[tuple[Span, ...], ...], weekday: int | None) -> None:
    with pytest.raises(WrongSchedule) as caught:
        Schedule(week)
    assert caught.value.weekday == weekday


def test_own_days_are_checked_too() -> None:
    with pytest.raises(WrongSchedule):
        Schedule(own_days=(OwnDay(date(2026, 11, 25), (Span(5, 4),)),))


def test_the_end_of_a_day_is_the_end_of_the_last_open_one() -> None:
    assert Office(PLAIN, CALENDAR, URAL).closing(date(2026, 11, 25)) == at("2026-11-25 18:00")
    assert Office(PLAIN, CALENDAR, URAL).closing(date(2026, 11, 29)) == at("2026-11-27 18:00")
    assert Office(ALWAYS, CALENDAR, URAL).closing(date(2026, 11, 25)) == at("2026-11-26 00:00")


def test_time_does_not_run_backwards() -> None:
    start, end = at("2026-11-25 12:00"), at("2026-11-25 10:00")
    assert Office(PLAIN, CALENDAR, URAL).between(start, end) == timedelta()
    with pytest.raises(ValueError, match="backwards"):
        Office(PLAIN, CALENDAR, URAL).add(start, -HOUR)
    with pytest.raises(ValueError, match="without a zone"):
        Office(PLAIN, CALENDAR, URAL).add(datetime(2026, 11, 25), HOUR)


def test_a_term_has_a_bound() -> None:
    """Ten years of five minutes a week are walked through quickly, then refused."""
    rare = Schedule(((Span(0, 5),), *(CLOSED,) * 6))

    def refused() -> None:
        with pytest.raises(ValueError, match="does not fit"):
            Office(rare, CALENDAR, URAL).add(at("2026-11-25 10:00"), timedelta(days=300))

    refused()
    assert cost(refused, times=2) < 1


def test_it_is_fast_enough_for_every_message() -> None:
    start = at("2026-11-25 10:00")

    def terms() -> None:
        for minutes in range(200):
            Office(PLAIN, CALENDAR, URAL).add(start + timedelta(minutes=minutes), 56 * HOUR)

    assert cost(terms, times=2) < 0.4, "200 terms of seven working days"


def hours() -> st.SearchStrategy[tuple[Span, ...]]:
    def apart(marks: list[int]) -> tuple[Span, ...]:
        edges = sorted(marks)
        return tuple(Span(a, b) for a, b in pairwise(edges))[::2]

    return st.lists(st.integers(0, 1440), unique=True, max_size=6).map(apart)


def worked(week: tuple[tuple[Span, ...], ...]) -> int:
    return sum(span.end - span.start for day in week for span in day)


DAYS = st.dates(date(2023, 12, 1), date(2028, 2, 1))
SCHEDULES = st.builds(
    Schedule,
    week=st.tuples(*[hours()] * 7).filter(lambda week: worked(week) >= 120),
    own_days=st.lists(st.builds(OwnDay, DAYS, hours()), max_size=4).map(tuple),
    by_calendar=st.booleans(),
) | st.sampled_from([PLAIN, ALWAYS, Schedule((ROUND_THE_CLOCK,) * 7)])
ZONES = st.sampled_from(
    [URAL, ZoneInfo("Europe/Berlin"), ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Tehran"), ZoneInfo("UTC")]
)
MOMENTS = st.datetimes(datetime(2017, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))
SPENT = st.timedeltas(timedelta(), timedelta(hours=80))
CALENDARS = st.sampled_from([CALENDAR, WEEKENDS])


def is_open(schedule: Schedule, zone: ZoneInfo, moment: datetime) -> bool:
    """Said another way: by the clock on the wall."""
    local = moment.astimezone(zone)
    minutes = local.hour * 60 + local.minute
    return any(span.start <= minutes < span.end for span in schedule.hours(CALENDAR, local.date()))


@settings(max_examples=examples(300), deadline=None, print_blob=True)
@given(SCHEDULES, CALENDARS, ZONES, MOMENTS, SPENT)
def test_what_is_added_is_what_has_passed(schedule, calendar, zone, start, spent) -> None:  # type: ignore[no-untyped-def]
    """Exact inverses, whatever the hours, the calendar and the zone; also where clocks are turned."""
    end = Office(schedule, calendar, zone).add(start, spent)
    assert end >= start
    assert Office(schedule, calendar, zone).between(start, end) == spent


@settings(max_examples=examples(200), deadline=None, print_blob=True)
@given(SCHEDULES, ZONES, MOMENTS, SPENT, SPENT)
def test_more_time_ends_later_and_parts_make_the_whole(schedule, zone, start, one, two) -> None:  # type: ignore[no-untyped-def]
    first = Office(schedule, CALENDAR, zone).add(start, one)
    whole = Office(schedule, CALENDAR, zone).add(start, one + two)
    assert whole >= first
    assert Office(schedule, CALENDAR, zone).between(first, whole) == two


@settings(max_examples=examples(200), deadline=None, print_blob=True)
@given(SCHEDULES, MOMENTS, MOMENTS, MOMENTS)
def test_time_adds_up(schedule, one, two, three) -> None:  # type: ignore[no-untyped-def]
    a, b, c = sorted((one, two, three))
    parts = [Office(schedule, CALENDAR, URAL).between(*pair) for pair in ((a, b), (b, c), (a, c))]
    assert parts[0] + parts[1] == parts[2] <= c - a


@settings(max_examples=examples(300), deadline=None, print_blob=True)
@given(SCHEDULES, MOMENTS.filter(lambda moment: moment.year >= 2018), SPENT)
def test_a_term_ends_at_work(schedule, start, spent) -> None:  # type: ignore[no-untyped-def]
    """R47: inside working hours, or the very moment that closes them; nothing spent is a moment at work."""
    end = Office(schedule, CALENDAR, URAL).add(start, spent)
    just_before = end - timedelta.resolution
    assert is_open(schedule, URAL, just_before if spent else end)
    opening = Office(schedule, CALENDAR, URAL).add(end, timedelta())
    assert is_open(schedule, URAL, opening)
    assert Office(schedule, CALENDAR, URAL).between(end, opening) == timedelta()
