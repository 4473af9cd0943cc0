"""What a move does to the clocks of an appeal, and whose turn it is then. Every handler moves an appeal through
here.

A clock has one owner: the control centre, the agency, or the resident who was asked. It must never run for two (R46,
I6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum

from states.lifecycle.appeal import ENDED, Action, Appeal, History, NotAllowed, Status, move
from states.lifecycle.counted import Counted, Outcome
from states.lifecycle.tasks import Ask, Job, Task
from states.worktime.deadlines import Deadline, Stopped, TermClock, Terms, go_on, start, stop
from states.worktime.schedule import Office


class Whose(StrEnum):
    """Whose turn it is."""

    CUR = "cur"
    AGENCY = "agency"
    RESIDENT = "resident"
    INCIDENT = "incident"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Clocks:
    """By what a clock is set: the office and terms of the new owner of the appeal, and those of the ЦУР.

    `goes_on`: an appeal that came back keeps what was left of its first-answer clock for the next agency (R37).
    """

    office: Office
    terms: Terms
    cur: Office
    cur_terms: Terms
    goes_on: bool = False


_KEEPS = frozenset({Action.ADD, Action.RATE, Action.APPROVE, Action.SEND_BACK, Action.DRAFT})
_CLOCKS: Mapping[Status, TermClock] = {
    Status.WAITING: TermClock.ROUTE,
    Status.REOPENED: TermClock.ROUTE,
    Status.ROUTED: TermClock.FIRST_ANSWER,
    Status.REPEAT: TermClock.FIRST_ANSWER,
    Status.INTERIM: TermClock.AFTER_INTERIM,
    Status.POSTPONED: TermClock.POSTPONED,
}


def step(
    appeal: Appeal,
    action: Action,
    clocks: Clocks,
    now: datetime,
    actor: int,
    reason: str = "",
    until: datetime | None = None,
    at: datetime | None = None,
) -> tuple[Appeal, History] | NotAllowed:
    """The appeal after an action with its clocks, or a refusal. `at` is when the official did it, `until` a promise."""
    moved = move(appeal, action, at or now, actor, reason)
    if isinstance(moved, NotAllowed):
        return moved
    changed, line = moved
    after = note_move(set_clocks(appeal, changed, action, clocks, now, until), action, at or now)
    return replace(after, counted=counts_after(appeal, after, action, clocks.office, at or now)), line


def set_clocks(
    before: Appeal, after: Appeal, action: Action, clocks: Clocks, now: datetime, until: datetime | None
) -> Appeal:
    """The clocks after a move."""
    if action in _KEEPS and before.status is not Status.ASKED:
        return after
    if after.status is Status.ASKED:
        return _start_question(before, after, clocks, now)
    if after.status is Status.IN_WORK or (before.status is Status.ASKED and after.status is Status.APPROVAL):
        return _in_work(before, after, clocks, now)
    clock = _CLOCKS.get(after.status)
    if clock is None:
        return replace(after, deadline=None, stopped=None)
    if clock is TermClock.ROUTE:
        left = before.stopped or (stop(before.deadline, clocks.office, now) if before.deadline else None)
        keeps = clocks.goes_on and left is not None and left.clock is TermClock.FIRST_ANSWER
        return _start_clock(after, start(clock, clocks.cur_terms, clocks.cur, now), left if keeps else None)
    kept = before.stopped
    if clock is TermClock.FIRST_ANSWER and kept is not None and kept.clock is clock and clocks.goes_on:
        return replace(after, deadline=go_on(kept, clocks.office, now), stopped=None)
    if until is not None:
        return _start_clock(after, Deadline(clock, now, until))
    return _start_clock(after, start(clock, clocks.terms, clocks.office, now, urgent=after.urgent))


def _start_clock(appeal: Appeal, deadline: Deadline, stopped: Stopped | None = None) -> Appeal:
    number = appeal.round + 1
    return replace(appeal, deadline=replace(deadline, number=number), stopped=stopped, round=number)


def _start_question(before: Appeal, after: Appeal, clocks: Clocks, now: datetime) -> Appeal:
    """The resident's clock runs, the agency's stands still; a second question leaves it as it stood."""
    stopped = before.stopped
    if before.status is not Status.ASKED and before.deadline is not None:
        running = before.deadline
        if running.clock is TermClock.ROUTE:  # the ЦУР asks: when there is an answer, it routes within its own term
            running = replace(running, used=timedelta())
        stopped = stop(running, clocks.office, now)
    return _start_clock(after, start(TermClock.QUESTION, clocks.terms, clocks.office, now), stopped)


def _in_work(before: Appeal, after: Appeal, clocks: Clocks, now: datetime) -> Appeal:
    """The clock goes on: where it stood still, or as it runs; a new agency brings its own."""
    if before.status is Status.ASKED and before.stopped is not None:
        return replace(after, deadline=go_on(before.stopped, clocks.office, now), stopped=None)
    running = before.deadline
    if running is not None and running.clock not in (TermClock.ROUTE, TermClock.QUESTION):
        return after
    return _start_clock(after, start(TermClock.FIRST_ANSWER, clocks.terms, clocks.office, now, urgent=after.urgent))


_FIRST = frozenset({Action.ANSWER, Action.INTERIM, Action.DECLINE, Action.OUTSIDE, Action.POSTPONE})
_FINAL = frozenset({Action.ANSWER, Action.DECLINE, Action.OUTSIDE})
_LETS_PASS = _FIRST | {Action.ASK, Action.MERGE, Action.CLOSE, Action.WITHDRAW}
"""After these the clock that ran is gone, and a term that it has passed would be forgotten. What is handed back or on
is judged by the term of whoever answers it."""
_OVER = ENDED | {Status.ANSWERED}


def note_move(appeal: Appeal, action: Action, at: datetime) -> Appeal:
    """What statistics count by, the first answer of any kind and the final one apart (R53); and nothing left over."""
    final = None if action is Action.REOPEN else appeal.answered_at
    return replace(
        appeal,
        first_answer_at=appeal.first_answer_at or (at if action in _FIRST else None),
        answered_at=at if action in _FINAL else final,
        postponed=appeal.postponed + (action is Action.POSTPONE),
        reopened=appeal.reopened + (action is Action.REOPEN),
        rating=0 if action is Action.REOPEN else appeal.rating,
        approval=appeal.approval if appeal.status is Status.APPROVAL else None,
        tasks=tuple(task for task in appeal.tasks if _goes_on(appeal.status, task)),
    )


def _goes_on(status: Status, task: Task) -> bool:
    """An answer ends what was begun, but for another one of which it was asked what it is to the first."""
    another = Ask.BESIDE in task.more and task.job in (Job.ANSWER, Job.TEMPLATE)
    return status not in _OVER or (another and status in (Status.ANSWERED, Status.CLOSED))


_HANDED_BACK = frozenset({Action.NOT_OURS, Action.PASS})
_OUTCOMES: Mapping[Status, Outcome] = {
    Status.DECLINED: Outcome.DECLINED,
    Status.OUTSIDE: Outcome.OUTSIDE,
    Status.WITHDRAWN: Outcome.WITHDRAWN,
}


def counts_after(before: Appeal, after: Appeal, action: Action, office: Office, at: datetime) -> Counted:
    """What statistics count of it after this move."""
    had = counts_of_event(before, after, action, office, at)
    return replace(had, term=_term(before, after, had, office, at))


def counts_of_event(before: Appeal, after: Appeal, action: Action, office: Office, at: datetime) -> Counted:
    """All of it but the term by which it is judged."""
    had, day = before.counted, office.day(at)
    if action is Action.ROUTE:  # nothing has been done yet
        return had
    if action is Action.REOPEN:
        return replace(had, reopened=day, final=None, final_minutes=0, rated=None, ended=None, outcome=Outcome.NONE)
    speaks = _minutes_worked(before, office, at) if action in _FIRST else 0
    first, final = action in _FIRST and had.first is None, action in _FINAL
    return replace(
        had,
        received=had.received or office.day(before.created_at),
        accepted=had.accepted or (day if action is Action.ACCEPT else None),
        first=day if first else had.first,
        first_minutes=speaks if first else had.first_minutes,
        final=day if final else had.final,
        final_minutes=speaks if final else had.final_minutes,
        late=had.late or (action in _LETS_PASS and _is_over(before.deadline, at)),
        returned=day if action in _HANDED_BACK else had.returned,
        rated=day if action is Action.RATE else had.rated,
        ended=day if after.status in ENDED and before.status not in ENDED else had.ended,
        outcome=_outcome(before, after, action) if after.status in ENDED else Outcome.NONE,
    )


def _term(before: Appeal, after: Appeal, now: Counted, office: Office, at: datetime) -> date | None:
    """The day of the term by which it is judged after this move. What was answered while no clock of an agency ran is
    judged on the day of its answer; so is what was late or answered before terms were kept."""
    had, judged = before.counted, _of_agency(before.deadline)
    if had.late:
        return had.term or had.first or office.day(at)
    if had.final is not None and now.final is not None:
        return had.term or had.final
    if now.final is None and not now.late:
        judged = _of_agency(after.deadline)
    if judged is None:
        return None if now.final is None else office.day(at)
    return office.day(judged.due_at)


def _of_agency(clock: Deadline | None) -> Deadline | None:
    """The ЦУР's terms and the resident's are not the agency's fault."""
    return None if clock is None or clock.clock in (TermClock.ROUTE, TermClock.QUESTION) else clock


def _is_over(clock: Deadline | None, at: datetime) -> bool:
    """Whether the agency's own term had passed."""
    own = _of_agency(clock)
    return own is not None and at > own.due_at


def _minutes_worked(appeal: Appeal, office: Office, at: datetime) -> int:
    """The whole working minutes since the resident sent it."""
    return office.between(appeal.created_at, at) // timedelta(minutes=1)


def _outcome(before: Appeal, after: Appeal, action: Action) -> Outcome:
    """How the appeal stands after the action, for statistics: solved; explained or unanswered when it closes; what was
    counted before if it was closed already; else by its status."""
    if action is Action.SOLVED:
        return Outcome.SOLVED
    if after.status is Status.CLOSED and before.status is not Status.CLOSED:
        return Outcome.UNANSWERED if after.answered_at is None else Outcome.EXPLAINED
    if after.status is Status.CLOSED:
        return before.counted.outcome
    return _OUTCOMES[after.status]


def clock_owner(clock: TermClock) -> Whose:
    """Who is reminded of a clock; the breach of each goes to the ЦУР as well (R51)."""
    if clock is TermClock.ROUTE:
        return Whose.CUR
    return Whose.RESIDENT if clock is TermClock.QUESTION else Whose.AGENCY
