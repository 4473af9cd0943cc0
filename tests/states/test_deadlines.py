"""Clocks run out when they should, remind only people who are at work, and lose no minute when stopped (R40–R51)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config.calendar_file import read
from states.worktime.calendar import LastDay
from states.worktime.deadlines import (
    TERMS,
    Deadline,
    Share,
    Stopped,
    Term,
    TermClock,
    Terms,
    Unit,
    go_on,
    latest_promise,
    start,
    stop,
)
from states.worktime.schedule import CLOSED, OFFICE, Office, OwnDay, Schedule
from tests.form import examples
from tests.small import ALWAYS

URAL = ZoneInfo("Asia/Yekaterinburg")
CALENDAR = read()
PLAIN = Office(Schedule(), CALENDAR, URAL)
DUTY = Office(ALWAYS, CALENDAR, URAL)
R46 = Terms()
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=URAL).astimezone(UTC)


def local(moment: datetime) -> str:
    return f"{moment.astimezone(URAL):%Y-%m-%d %H:%M}"


def test_the_defaults_are_those_of_r46_and_none_is_confirmed() -> None:
    assert (R46.route.amount, R46.route.unit) == (1, Unit.HOURS)
    assert (R46.first_answer.amount, R46.first_answer.unit) == (8, Unit.HOURS)
    assert (R46.urgent.amount, R46.urgent.unit) == (4, Unit.HOURS)
    assert (R46.after_interim.amount, R46.after_interim.unit) == (7, Unit.WORKING_DAYS)
    assert R46.unconfirmed_names == TERMS
    assert all(getattr(R46, name).source for name in TERMS)
    act = replace(R46.route, confirmed=True, source="приказ")
    assert "route" not in replace(R46, route=act).unconfirmed_names


DUE = [
    (TermClock.ROUTE, False, "2026-11-25 10:00", "2026-11-25 11:00"),
    (TermClock.FIRST_ANSWER, False, "2026-11-25 10:00", "2026-11-26 10:00"),
    (TermClock.FIRST_ANSWER, True, "2026-11-25 10:00", "2026-11-25 15:00"),
    (TermClock.FIRST_ANSWER, False, "2026-11-28 23:00", "2026-11-30 18:00"),  # R47: begins on Monday at nine
    (TermClock.AFTER_INTERIM, False, "2026-11-25 10:00", "2026-12-04 18:00"),
    (TermClock.POSTPONED, False, "2026-11-25 10:00", "2026-12-25 18:00"),
    (TermClock.POSTPONED, False, "2026-12-04 10:00", "2026-12-30 18:00"),  # rules.md §5.4, prev
    (TermClock.QUESTION, False, "2026-11-25 10:00", "2026-11-30 18:00"),
    (TermClock.QUESTION, False, "2026-11-24 10:00", "2026-11-30 18:00"),  # Sunday: a resident loses no day
]


@pytest.mark.parametrize(("clock", "urgent", "now", "due"), DUE)
def test_a_clock_runs_out(clock: TermClock, urgent: bool, now: str, due: str) -> None:
    found = start(clock, R46, PLAIN, at(now), urgent=urgent)
    assert (found.clock, found.started_at, local(found.due_at)) == (clock, at(now), due)
    assert not found.overdue(found.due_at) and found.overdue(found.due_at + HOUR)


def test_minutes_and_the_other_rule_of_the_last_day() -> None:
    soon = replace(R46, route=Term(30, Unit.MINUTES), last_day=LastDay.NEXT)
    assert local(start(TermClock.ROUTE, soon, PLAIN, at("2026-11-25 12:45")).due_at) == "2026-11-25 14:15"
    assert local(start(TermClock.POSTPONED, soon, PLAIN, at("2026-12-04 10:00")).due_at) == "2027-01-11 18:00"


def test_a_term_of_days_never_ends_before_it_begins() -> None:
    """The agency is closed on the last days of the term: the first day at work is left to it."""
    closed = tuple(OwnDay(date(2026, 11, 25) + timedelta(days=ahead)) for ahead in range(6))
    away = Office(Schedule(own_days=closed), CALENDAR, URAL)
    short = replace(R46, after_interim=Term(1, Unit.WORKING_DAYS))
    assert local(start(TermClock.AFTER_INTERIM, short, away, at("2026-11-25 10:00")).due_at) == "2026-12-01 18:00"


def shares(deadline: Deadline, office: Office = PLAIN) -> dict[Share, str]:
    assert all(reminder.clock is deadline.clock for reminder in deadline.reminders(office))
    return {reminder.share: local(reminder.at) for reminder in deadline.reminders(office)}


def test_reminders_stand_at_most_and_at_the_end_of_working_time() -> None:
    """R51: of eight working hours, not of twenty-four by the clock."""
    assert shares(start(TermClock.FIRST_ANSWER, R46, PLAIN, at("2026-11-25 10:00"))) == {
        Share.MOST: "2026-11-25 17:24",
        Share.BREACH: "2026-11-26 10:00",
    }


def test_what_the_cur_promised_for_today_is_over_today() -> None:
    assert shares(start(TermClock.ROUTE, R46, PLAIN, at("2026-11-25 17:00")))[Share.BREACH] == "2026-11-25 18:00"


def test_nobody_is_reminded_at_lunch_or_at_closing() -> None:
    """R51: what falls on the closing of a door waits for its opening."""
    assert shares(start(TermClock.FIRST_ANSWER, R46, PLAIN, at("2026-11-27 09:00"))) == {
        Share.MOST: "2026-11-27 16:24",
        Share.BREACH: "2026-11-30 09:00",
    }


@pytest.mark.parametrize("office", [PLAIN, DUTY])
def test_a_promise_is_held_to_seven_working_days(office: Office) -> None:
    """R40: midnight belongs to the day that it ends."""
    now, latest = at("2026-11-25 10:00"), date(2026, 12, 4)
    assert latest_promise(TermClock.AFTER_INTERIM, R46, office, now) == latest


def test_an_extension_is_held_to_its_own_term() -> None:
    """R41."""
    now = at("2026-11-25 10:00")
    assert latest_promise(TermClock.POSTPONED, R46, PLAIN, now) == date(2026, 12, 25)


def test_midnight_in_utc_is_not_midnight_here() -> None:
    """R45: at 20:00 UTC it is already tomorrow in the region."""
    now = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
    assert latest_promise(TermClock.AFTER_INTERIM, R46, PLAIN, now) == date(2026, 12, 7)


def test_a_question_to_the_resident_stops_the_clock() -> None:
    running = start(TermClock.FIRST_ANSWER, R46, PLAIN, at("2026-11-25 10:00"))
    stopped = stop(running, PLAIN, at("2026-11-25 15:00"))
    assert stopped == Stopped(TermClock.FIRST_ANSWER, 4 * HOUR, 4 * HOUR)
    later = go_on(stopped, PLAIN, at("2026-12-01 20:00"))
    assert local(later.due_at) == "2026-12-02 13:00"
    assert shares(later) == {
        Share.MOST: "2026-12-02 11:24",
        Share.BREACH: "2026-12-02 14:00",
    }


def test_what_was_reminded_of_is_not_reminded_of_again() -> None:
    """R51: each once."""
    running = start(TermClock.FIRST_ANSWER, R46, PLAIN, at("2026-11-25 10:00"))
    late = go_on(stop(running, PLAIN, at("2026-11-25 17:30")), PLAIN, at("2026-11-30 10:00"))
    assert shares(late) == {Share.BREACH: "2026-11-30 11:30"}


@pytest.mark.parametrize(
    ("now", "times"),
    [
        ("2026-11-26 10:00", 0),
        ("2026-11-26 10:01", 1),
        ("2026-11-27 09:59", 1),
        ("2026-11-27 10:01", 2),
        ("2026-11-30 10:01", 3),
        ("2026-12-02 10:01", 5),
    ],
)
def test_how_often_its_term_has_passed_is_counted_in_working_time(now: str, times: int) -> None:
    """R51: three times is the ЦУР's to see; a weekend counts nothing."""
    assert start(TermClock.FIRST_ANSWER, R46, PLAIN, at("2026-11-25 10:00")).times(PLAIN, at(now)) == times


def test_a_promised_day_that_was_over_when_it_was_promised_counts_hours() -> None:
    over = Deadline(TermClock.AFTER_INTERIM, at("2026-11-25 18:00"), at("2026-11-25 18:00"))
    assert over.times(PLAIN, at("2026-11-26 09:30")) == 1 and over.times(PLAIN, at("2026-11-26 11:00")) == 3


def test_an_overdue_clock_gets_no_time_back() -> None:
    running = start(TermClock.FIRST_ANSWER, R46, PLAIN, at("2026-11-25 10:00"))
    stopped = stop(running, PLAIN, at("2026-11-27 12:00"))
    assert stopped == Stopped(TermClock.FIRST_ANSWER, 8 * HOUR, timedelta())
    assert local(go_on(stopped, PLAIN, at("2026-11-28 12:00")).due_at) == "2026-11-30 09:00"


MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 6, 1), timezones=st.just(UTC))
OFFICES = st.sampled_from([PLAIN, DUTY, Office(Schedule((OFFICE, CLOSED, OFFICE, *(CLOSED,) * 4)), CALENDAR, URAL)])


@settings(max_examples=examples(300), deadline=None, print_blob=True)
@given(OFFICES, st.sampled_from(TermClock), st.booleans(), MOMENTS)
def test_every_reminder_finds_somebody_at_work(office: Office, clock: TermClock, urgent: bool, now: datetime) -> None:
    """R51: whatever the clock and the moment, all in order, each in working hours; the ЦУР's own end at its moment,
    though that may be the last one of the day."""
    deadline = start(clock, R46, office, now, urgent=urgent)
    found = deadline.reminders(office)
    assert [reminder.share for reminder in found] == list(Share)
    assert [one.at for one in found] == sorted(one.at for one in found)
    for one in found:
        if one.share is Share.BREACH and clock is TermClock.ROUTE:
            assert one.at == deadline.due_at
            continue
        here = one.at.astimezone(URAL)
        minutes = here.hour * 60 + here.minute
        assert any(span.start <= minutes < span.end for span in office.schedule.hours(CALENDAR, here.date()))
        assert now <= one.at


@settings(max_examples=examples(300), deadline=None, print_blob=True)
@given(OFFICES, MOMENTS, st.timedeltas(timedelta(), timedelta(days=5)), st.timedeltas(timedelta(), timedelta(days=30)))
def test_a_stop_of_any_length_changes_nothing_of_the_working_time(
    office: Office, now: datetime, ran: timedelta, stood: timedelta
) -> None:
    whole = start(TermClock.FIRST_ANSWER, R46, office, now)
    stopped = stop(whole, office, now + ran)
    assert stopped.used + stopped.left == 8 * HOUR
    again = go_on(stopped, office, now + ran + stood)
    assert again.used + office.between(again.started_at, again.due_at) == 8 * HOUR
    if not stood and stopped.left:
        assert again.due_at == whole.due_at
