"""What statistics count of an appeal follows its moves (R53, R54, R57)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from states.lifecycle.appeal import Action, Appeal, NotAllowed, Status
from states.lifecycle.counted import Counted, Outcome
from states.lifecycle.life import Clocks, step
from states.statistics.daily import Numbers, additions_of
from states.statistics.durations import EDGES, bin_of, bounds, middle, quantile
from states.worktime.calendar import WEEKENDS
from states.worktime.deadlines import Deadline, TermClock, Terms
from states.worktime.schedule import Office, Schedule
from tests.small import NOW, POLICY

OFFICE = Office(Schedule(), WEEKENDS, POLICY.zone)
CLOCKS = Clocks(OFFICE, Terms(), OFFICE, Terms())
HOUR = timedelta(hours=1)
TODAY = OFFICE.day(NOW)


def sent() -> Appeal:
    return Appeal("1", 1001, 3, Status.ROUTED, 1, "snow", NOW, agency="roads", counted=Counted(received=TODAY))


def after(*actions: Action, apart: timedelta = HOUR, first: Appeal | None = None) -> Appeal:
    appeal, now = first or sent(), NOW
    for action in actions:
        now += apart
        moved = step(appeal, action, CLOCKS, now, 77, until=now + 100 * HOUR if action is Action.INTERIM else None)
        assert not isinstance(moved, NotAllowed), (action, appeal.status)
        appeal = moved[0]
    return appeal


def test_a_final_answer_counts_its_working_minutes_and_an_interim_one_is_not_final() -> None:
    """R53: acceptance is no answer; interim is a first answer and no final one."""
    interim = after(Action.ACCEPT, Action.INTERIM).counted
    assert (interim.accepted, interim.first, interim.final) == (TODAY, TODAY, None)
    assert interim.first_minutes == OFFICE.between(NOW, NOW + 2 * HOUR) // timedelta(minutes=1)
    final = after(Action.ACCEPT, Action.INTERIM, Action.ANSWER).counted
    assert (final.first, final.first_minutes) == (interim.first, interim.first_minutes)
    assert final.final == OFFICE.day(NOW + 3 * HOUR) and final.final_minutes >= final.first_minutes
    assert not final.late and final.outcome is Outcome.NONE


@pytest.mark.parametrize(
    ("clock", "late"), [(TermClock.FIRST_ANSWER, True), (TermClock.ROUTE, False), (TermClock.QUESTION, False)]
)
def test_late_is_what_the_agency_let_pass(clock: TermClock, late: bool) -> None:
    """R46, R53: the terms of the ЦУР and of the resident are not the agency's."""
    slow = replace(sent(), deadline=Deadline(clock, NOW - 2 * HOUR, NOW - HOUR))
    assert after(Action.ANSWER, first=slow).counted.late is late
    assert after(Action.ACCEPT, Action.ANSWER).counted.late is False


def test_not_solved_takes_the_answer_back_out_of_the_counts() -> None:
    """R42, R54: what was reopened is not answered; the first answer stays."""
    had = after(Action.ANSWER, Action.RATE, Action.SOLVED).counted
    assert (had.rated, had.ended, had.outcome) == (TODAY, TODAY, Outcome.SOLVED)
    back = after(Action.ANSWER, Action.RATE, Action.SOLVED, Action.REOPEN).counted
    assert (back.final, back.rated, back.ended, back.outcome) == (None, None, None, Outcome.NONE)
    assert back.first == TODAY and back.reopened == TODAY and back.final_minutes == 0


@pytest.mark.parametrize(
    ("actions", "outcome"),
    [
        ((Action.ANSWER, Action.SOLVED), Outcome.SOLVED),
        ((Action.ANSWER, Action.SOLVED, Action.RATE), Outcome.SOLVED),
        ((Action.ANSWER, Action.EXPIRE), Outcome.EXPLAINED),
        ((Action.ANSWER, Action.CLOSE), Outcome.EXPLAINED),
        ((Action.CLOSE,), Outcome.UNANSWERED),
        ((Action.DECLINE,), Outcome.DECLINED),
        ((Action.OUTSIDE,), Outcome.OUTSIDE),
        ((Action.WITHDRAW,), Outcome.WITHDRAWN),
        ((Action.ACCEPT,), Outcome.NONE),
    ],
)
def test_outcomes_are_apart(actions: tuple[Action, ...], outcome: Outcome) -> None:
    """R57: solved, explained, in work and declined are four things."""
    had = after(*actions).counted
    assert had.outcome is outcome
    assert (had.ended is not None) == (outcome is not Outcome.NONE)


def test_given_back_counts_on_its_day() -> None:
    assert after(Action.NOT_OURS).counted.returned == TODAY


def test_an_old_message_gets_its_day_with_its_next_move() -> None:
    assert after(Action.ACCEPT, first=replace(sent(), counted=Counted())).counted.received == TODAY


def numbers(**more: Any) -> Numbers:
    known: dict[str, Any] = {
        "topic": "snow", "place": "miass", "agency": "roads", "door": "", "urgent": False, "repeat": False, "rating": 0,
        "open": False,
    }  # fmt: skip
    return Numbers(**(known | more))


def test_each_thing_is_added_at_its_own_day() -> None:
    monday, friday = date(2026, 11, 23), date(2026, 11, 27)
    had = Counted(received=monday, first=friday, final=friday, first_minutes=70, final_minutes=500, rated=friday)
    found = {(one.cell.day, one.name, one.bin): one.amount for one in additions_of(numbers(counted=had, rating=4))}
    assert not list(additions_of(numbers(counted=Counted()))), "what has no day is nowhere yet"
    assert found == {
        (monday, "received", None): 1,
        (friday, "first", None): 1,
        (friday, "first_minutes", None): 70,
        (friday, "final", None): 1,
        (friday, "final_minutes", None): 500,
        (friday, "rated_4", None): 1,
        (friday, "first", bin_of(70)): 1,
        (friday, "final", bin_of(500)): 1,
    }


def test_a_term_is_added_at_its_own_day_and_what_is_open_where_it_came() -> None:
    """R52: who is late is told of the messages whose term fell in a period, whenever they are answered."""
    monday, friday, later = date(2026, 11, 23), date(2026, 11, 27), date(2026, 12, 4)

    def of(**had: Any) -> dict[tuple[date, str], int]:
        counted = Counted(received=monday, term=friday, **had)
        told = additions_of(numbers(counted=counted, open="final" not in had))
        return {(one.cell.day, one.name): one.amount for one in told if one.name in ("open", "due", "kept", "late")}

    assert of() == {(monday, "open"): 1, (friday, "due"): 1}
    assert of(final=monday) == {(friday, "due"): 1, (friday, "kept"): 1}
    assert of(final=later, late=True) == {(friday, "due"): 1, (friday, "late"): 1}
    assert of(late=True) == {(monday, "open"): 1, (friday, "due"): 1}, "an interim answer behind its term is none"


DUE = NOW + 30 * HOUR
RUNS = replace(
    sent(), deadline=Deadline(TermClock.FIRST_ANSWER, NOW, DUE), counted=Counted(TODAY, term=OFFICE.day(DUE))
)
LATE = replace(RUNS, deadline=Deadline(TermClock.FIRST_ANSWER, NOW - HOUR, NOW), counted=Counted(TODAY, term=TODAY))


@pytest.mark.parametrize("actions", [(Action.ACCEPT,), (Action.ANSWER,), (Action.ANSWER, Action.ANSWER, Action.SOLVED)])
def test_in_time_it_is_judged_by_the_term_that_ran(actions: tuple[Action, ...]) -> None:
    had = after(*actions, first=RUNS).counted
    assert (had.term, had.late) == (OFFICE.day(DUE), False)


@pytest.mark.parametrize(
    "actions",
    [
        (Action.ANSWER,), (Action.ANSWER, Action.REOPEN), (Action.INTERIM,), (Action.INTERIM, Action.ANSWER),
        (Action.ASK,), (Action.MERGE,), (Action.CLOSE,), (Action.WITHDRAW,), (Action.ASK, Action.REPLY),
    ],
)  # fmt: skip
def test_a_term_that_has_passed_stays_the_one_by_which_it_is_judged(actions: tuple[Action, ...]) -> None:
    """R52: neither a promise nor a question, a merging or an end without an answer makes a late one kept."""
    had = after(*actions, first=LATE).counted
    assert (had.term, had.late) == (TODAY, True)


@pytest.mark.parametrize("action", [Action.ASK, Action.NOT_OURS, Action.WITHDRAW, Action.CLOSE, Action.CHAT_LOST])
def test_while_no_clock_of_an_agency_runs_nobody_is_judged(action: Action) -> None:
    """R46: what the resident or the ЦУР takes is nobody's delay; nor what ended before its term."""
    had = after(action, first=RUNS).counted
    assert (had.term, had.late) == (None, False)


def test_the_next_clock_is_the_next_term() -> None:
    promised = after(Action.INTERIM, first=RUNS)
    assert promised.deadline is not None and promised.counted.term == OFFICE.day(promised.deadline.due_at)
    routed = after(Action.NOT_OURS, Action.ROUTE, first=RUNS)
    assert routed.deadline is not None and routed.counted.term == OFFICE.day(routed.deadline.due_at)
    again = after(Action.ANSWER, Action.REOPEN, first=RUNS)
    assert again.counted.term is None, "what came back is not answered"


def test_an_answer_without_a_clock_is_judged_on_its_own_day() -> None:
    """To a question, or by the ЦУР: nobody let a term pass."""
    assert after(Action.ASK, Action.ANSWER, first=RUNS).counted.term == OFFICE.day(NOW + 2 * HOUR)


def test_what_was_counted_before_there_were_terms_keeps_its_day() -> None:
    old, done = date(2026, 3, 2), {"status": Status.ANSWERED, "deadline": None}
    rated = after(Action.RATE, first=replace(sent(), **done, counted=Counted(old, final=old, first=old)))  # type: ignore[arg-type]
    assert rated.counted.term == old
    late = replace(sent(), **done, counted=Counted(old, final=old, first=old, late=True))  # type: ignore[arg-type]
    assert after(Action.RATE, first=late).counted.term == old
    silent = replace(sent(), counted=Counted(old, late=True))
    assert after(Action.ACCEPT, first=silent).counted.term == TODAY


def test_bins_hold_what_they_say() -> None:
    for number in range(len(EDGES)):
        start, end = bounds(number)
        assert bin_of(start) == number and start <= middle(number)
        assert end is None or (bin_of(end - 1) == number and middle(number) < end)


def test_a_quantile_is_within_its_bin() -> None:
    assert quantile({}, 0.5) is None
    assert quantile({3: 1, 9: 1}, 0.5) == 3
    assert quantile({3: 1, 9: 2}, 0.5) == 9
    assert quantile({3: 9, 9: 1}, 0.9) == 3
    assert quantile({3: 9, 9: 1}, 1) == 9
