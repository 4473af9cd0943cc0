"""Acts on one appeal: the move, its line of history, its clocks and their timers. Nothing moves an appeal otherwise
(R34).

It must never speak to anybody: the caller says who hears of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from handlers.text import texts_chat
from states.effects import CancelTimer, Effect, Kind, Priority, Send, StartTimer
from states.facts import Facts
from states.lifecycle.appeal import Action, Appeal, History, NotAllowed, Status
from states.lifecycle.life import step
from states.worktime.deadlines import Share, TermClock, start
from states.worktime.schedule import Office

TIMERS = {Share.MOST: "due_most", Share.BREACH: "due_breach"}
"""Timers of the clock that runs, keyed by the number of the appeal: before its end only where there is danger (R51)."""

EXPIRE_TIMER = "expire"


@dataclass(frozen=True, slots=True)
class Acted:
    """The appeal after an action."""

    appeal: Appeal
    history: tuple[History, ...]
    effects: tuple[Effect, ...]


def act(
    facts: Facts,
    appeal: Appeal,
    action: Action,
    actor: int,
    reason: str = "",
    *,
    until: datetime | None = None,
    at: datetime | None = None,
) -> Acted | NotAllowed:
    """Do it, or say that it cannot be done. `at`: when the official did it, `until`: the end of the promised day.

    Set the new owner before calling: the owner's hours set the clock.
    """
    moved = step(appeal, action, facts.clocks(appeal), facts.now, actor, reason, until, at)
    if isinstance(moved, NotAllowed):
        return moved
    after, line = moved
    if actor not in (0, appeal.resident):
        after = replace(after, worker=actor)
    return Acted(after, (line,), timers(facts, appeal, after))


def start_route_clock(facts: Facts, appeal: Appeal) -> tuple[Appeal, tuple[Effect, ...]]:
    """A new appeal that waits: the ЦУР's clock runs (R46). An alarm has no term: it calls until it is seen."""
    if appeal.deadline is not None or appeal.status is not Status.WAITING or appeal.alarming:
        return appeal, ()
    deadline = start(TermClock.ROUTE, facts.directory.terms_of(None), facts.office(None), facts.now)
    number = appeal.round + 1
    after = replace(appeal, deadline=replace(deadline, number=number), round=number)
    return after, timers(facts, appeal, after)


def office_of(facts: Facts, appeal: Appeal) -> Office:
    """By whose hours the clock of the appeal runs: a route is the ЦУР's."""
    clocks = facts.clocks(appeal)
    return clocks.cur if appeal.deadline is not None and appeal.deadline.clock is TermClock.ROUTE else clocks.office


def timers(facts: Facts, before: Appeal, after: Appeal) -> tuple[Effect, ...]:
    """Reminders of the clock that runs now, and none of one that does not; and the end of an answer's term."""
    effects: list[Effect] = []
    if before.deadline != after.deadline:
        effects += reminders(facts, after)
    if after.status is Status.ANSWERED and before.status is not Status.ANSWERED:
        at = facts.now + facts.policy.close_after
        effects.append(StartTimer(EXPIRE_TIMER, after.code, after.resident, at))
    elif before.status is Status.ANSWERED and after.status is not Status.ANSWERED:
        effects.append(CancelTimer(EXPIRE_TIMER, after.code))
    return tuple(effects)


def reminders(facts: Facts, appeal: Appeal) -> list[Effect]:
    """Sets the timers of the appeal's deadline anew, or cancels them; tells the ЦУР once of a year without a
    calendar."""
    deadline = appeal.deadline
    names = {share: name for share, name in TIMERS.items() if share is Share.BREACH or appeal.urgent}
    if deadline is None:
        return [CancelTimer(name, appeal.code) for name in names.values()]
    due = {reminder.share: reminder.at for reminder in deadline.reminders(office_of(facts, appeal))}
    effects: list[Effect] = [
        StartTimer(name, appeal.code, appeal.resident, due[share]) if share in due else CancelTimer(name, appeal.code)
        for share, name in names.items()
    ]
    # A deadline in a year without a table was counted by weekends only: the ЦУР is told, once a year (R50).
    years, year, cur = facts.policy.calendar.years, deadline.due_at.astimezone(facts.policy.zone).year, facts.cur
    if years and year not in years and cur is not None:
        cause = facts.cause("calendar", cur.peer, str(year))
        effects.append(Send(cur.peer, cause, texts_chat.no_calendar(year), Kind.NOTICE, Priority.NOTICE))
    return effects
