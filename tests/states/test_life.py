"""What each move does to the clocks, and whose turn it is then (R37, R40, R41, R46, R51, R53, I6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from states.lifecycle.answers import Approval
from states.lifecycle.appeal import ENDED, MOVES, Action, Appeal, NotAllowed, Status
from states.lifecycle.life import Clocks, Whose, clock_owner, note_move, step
from states.lifecycle.tasks import Job, Task
from states.worktime.calendar import WEEKENDS
from states.worktime.deadlines import Deadline, Stopped, TermClock, Terms
from states.worktime.schedule import Office, Schedule
from tests.small import NOW, POLICY
from tests.whose import whose

OFFICE = Office(Schedule(), WEEKENDS, POLICY.zone)
CLOCKS = Clocks(OFFICE, Terms(), OFFICE, Terms())
GOES_ON = replace(CLOCKS, goes_on=True)
HOUR = timedelta(hours=1)
SOON = NOW + HOUR
PROMISED = NOW + timedelta(days=3)
RUNS = {
    Status.WAITING: TermClock.ROUTE,
    Status.REOPENED: TermClock.ROUTE,
    Status.ROUTED: TermClock.FIRST_ANSWER,
    Status.REPEAT: TermClock.FIRST_ANSWER,
    Status.ASKED: TermClock.QUESTION,
    Status.INTERIM: TermClock.AFTER_INTERIM,
    Status.POSTPONED: TermClock.POSTPONED,
    Status.IN_WORK: TermClock.FIRST_ANSWER,
    Status.APPROVAL: TermClock.FIRST_ANSWER,
}
"""Of an appeal whose life went the usual way."""


def an_appeal(status: Status, **more: Any) -> Appeal:
    clock = RUNS.get(status)
    running = Deadline(clock, NOW, NOW + 6 * HOUR, number=3) if clock is not None else None
    known: dict[str, Any] = {"deadline": running, "round": 3} | more
    return Appeal("1", 1001, 3, status, 5, "snow", NOW, **known)


def stepped(appeal: Appeal, action: Action, clocks: Clocks = CLOCKS, now: datetime = SOON, **more: Any) -> Appeal:
    moved = step(appeal, action, clocks, now, 77, **more)
    assert not isinstance(moved, NotAllowed)
    return moved[0]


@pytest.mark.parametrize("row", MOVES, ids=lambda row: f"{row.before}-{row.action}")
def test_after_every_move_the_clock_of_its_status_runs_or_none(row: Any) -> None:
    """R46: a clock runs for one owner, and never where nothing is waited for."""
    after = stepped(an_appeal(row.before), row.action)
    wanted = RUNS.get(row.after)
    kept = row.after in (Status.IN_WORK, Status.APPROVAL)
    if kept and after.deadline is not None:
        assert after.deadline.clock in (
            TermClock.FIRST_ANSWER,
            TermClock.AFTER_INTERIM,
            TermClock.POSTPONED,
            TermClock.ROUTE,
        )
    else:
        assert (after.deadline.clock if after.deadline else None) is wanted
    assert (after.deadline is not None) == (whose(after) in (Whose.CUR, Whose.AGENCY) or after.status is Status.ASKED)


def test_what_is_not_allowed_is_refused() -> None:
    refused = step(an_appeal(Status.CLOSED), Action.ACCEPT, CLOCKS, NOW, 77)
    assert refused == NotAllowed(Action.ACCEPT, Status.CLOSED)


@pytest.mark.parametrize("status", list(Status))
def test_somebody_has_the_turn_in_every_status_that_has_not_ended(status: Status) -> None:
    """Every appeal has a next step for somebody."""
    assert (whose(an_appeal(status)) is Whose.NOBODY) == (status in ENDED)


def test_the_owner_of_a_clock_is_whose_turn_it_is() -> None:
    for status, clock in RUNS.items():
        assert clock_owner(clock) is whose(an_appeal(status))


# A question stops the agency's clock.


def test_a_question_stops_the_clock_and_an_answer_lets_it_go_on() -> None:
    """rules.md §3.1: the agency loses no time by asking; the same clock goes on and keeps its number (R51)."""
    asked = stepped(an_appeal(Status.IN_WORK), Action.ASK)
    assert asked.stopped == Stopped(TermClock.FIRST_ANSWER, HOUR, timedelta(hours=3), 3)
    assert asked.deadline is not None and (asked.deadline.clock, asked.deadline.number) == (TermClock.QUESTION, 4)
    for action in (Action.REPLY, Action.NO_REPLY):
        went_on = stepped(asked, action, now=NOW + timedelta(days=1)).deadline
        assert went_on is not None and (went_on.clock, went_on.number, went_on.used) == (
            TermClock.FIRST_ANSWER,
            3,
            HOUR,
        )
    assert stepped(asked, Action.REPLY).stopped is None


def test_a_second_question_leaves_the_stopped_clock_as_it_stood() -> None:
    asked = stepped(an_appeal(Status.IN_WORK), Action.ASK)
    again = stepped(asked, Action.ASK, now=NOW + timedelta(days=2))
    assert again.stopped == asked.stopped and again.round == 5


def test_a_question_where_no_clock_ran_starts_one_when_it_is_answered() -> None:
    asked = stepped(an_appeal(Status.IN_WORK, deadline=None), Action.ASK)
    assert asked.stopped is None
    went_on = stepped(asked, Action.REPLY).deadline
    assert went_on is not None and went_on.clock is TermClock.FIRST_ANSWER


def test_an_answer_drafted_while_the_resident_is_asked_lets_the_clock_go_on() -> None:
    """R39."""
    asked = stepped(an_appeal(Status.IN_WORK), Action.ASK)
    drafted = stepped(asked, Action.DRAFT, now=NOW + timedelta(days=1))
    assert drafted.deadline is not None and (drafted.deadline.clock, drafted.stopped) == (TermClock.FIRST_ANSWER, None)


@pytest.mark.parametrize("action", [Action.DRAFT, Action.ADD])
def test_what_nobody_waits_longer_for_leaves_the_clock(action: Action) -> None:
    """features.md E: more words and a second look do not restart it."""
    before = an_appeal(Status.IN_WORK)
    assert stepped(before, action).deadline == before.deadline


def test_whoever_takes_what_had_no_agency_gets_an_answering_clock() -> None:
    taken = stepped(an_appeal(Status.WAITING), Action.ACCEPT).deadline
    assert taken is not None and (taken.clock, taken.number) == (TermClock.FIRST_ANSWER, 4)


def test_an_urgent_one_has_the_urgent_term() -> None:
    """R46."""
    usual, urgent = (stepped(an_appeal(Status.WAITING, urgent=one), Action.ROUTE).deadline for one in (False, True))
    assert usual is not None and urgent is not None and urgent.due_at < usual.due_at


@pytest.mark.parametrize(
    "action, clock", [(Action.INTERIM, TermClock.AFTER_INTERIM), (Action.POSTPONE, TermClock.POSTPONED)]
)
def test_a_promised_day_is_its_own_clock(action: Action, clock: TermClock) -> None:
    """R40, R41."""
    promised = stepped(an_appeal(Status.IN_WORK), action, until=PROMISED).deadline
    assert promised == Deadline(clock, SOON, PROMISED, number=4)


# Back to the ЦУР and on.


def test_what_comes_back_starts_anew_by_default() -> None:
    """R37: the policy is a setting."""
    back = stepped(an_appeal(Status.IN_WORK), Action.NOT_OURS)
    assert back.deadline is not None and (back.deadline.clock, back.stopped) == (TermClock.ROUTE, None)
    again = stepped(back, Action.ROUTE).deadline
    assert again is not None and again.used == timedelta()


def test_where_it_is_set_so_the_next_agency_has_only_what_was_left() -> None:
    back = stepped(an_appeal(Status.IN_WORK), Action.NOT_OURS, GOES_ON)
    assert back.stopped == Stopped(TermClock.FIRST_ANSWER, HOUR, timedelta(hours=3), 3)
    again = stepped(back, Action.ROUTE, GOES_ON)
    assert again.deadline is not None and (again.deadline.used, again.deadline.number) == (HOUR, 3)
    assert again.stopped is None


def test_a_promise_is_not_what_goes_on() -> None:
    for before in (an_appeal(Status.INTERIM), an_appeal(Status.ROUTED, deadline=None)):
        assert stepped(before, Action.NOT_OURS, GOES_ON).stopped is None


def test_the_clock_of_the_cur_is_never_the_agencys() -> None:
    """The ЦУР asked the resident and then sent it on: the agency has a clock of its own, not what was left to route."""
    asked = stepped(an_appeal(Status.WAITING), Action.ASK)
    routed = stepped(asked, Action.ROUTE, GOES_ON).deadline
    assert routed is not None and (routed.clock, routed.number) == (TermClock.FIRST_ANSWER, 5)


def test_after_a_question_of_the_cur_it_routes_within_what_was_left() -> None:
    back = stepped(stepped(an_appeal(Status.WAITING), Action.ASK), Action.REPLY)
    assert back.deadline is not None and (back.deadline.clock, back.deadline.number) == (TermClock.ROUTE, 3)


# What statistics count by, and nothing left over.


def test_the_first_and_the_final_answer_are_noted_apart() -> None:
    """R53: with the time at which the official wrote it."""
    interim = stepped(an_appeal(Status.IN_WORK), Action.INTERIM, at=NOW)
    assert (interim.first_answer_at, interim.answered_at) == (NOW, None)
    final = stepped(interim, Action.ANSWER, at=SOON)
    assert (final.first_answer_at, final.answered_at) == (NOW, SOON)


def test_opened_again_it_has_no_final_answer_and_no_rating() -> None:
    again = stepped(an_appeal(Status.ANSWERED, answered_at=NOW, rating=5), Action.REOPEN)
    assert (again.answered_at, again.rating, again.reopened) == (None, 0, 1)


def test_postponements_are_counted() -> None:
    """R41: the abuse seen elsewhere is five of them (rules.md §3.2)."""
    assert stepped(an_appeal(Status.IN_WORK, postponed=1), Action.POSTPONE).postponed == 2


def test_nothing_is_left_over_of_what_has_ended() -> None:
    task = Task(1, 2, Job.ANSWER, NOW)
    draft = Approval(1, NOW, 2, 3, Action.ANSWER, "слова")
    ended = note_move(an_appeal(Status.ANSWERED, tasks=(task,), approval=draft), Action.ANSWER, NOW)
    assert (ended.tasks, ended.approval) == ((), None)
    open_yet = note_move(an_appeal(Status.APPROVAL, tasks=(task,), approval=draft), Action.DRAFT, NOW)
    assert (open_yet.tasks, open_yet.approval) == ((task,), draft)
