"""One action: the move, its line, its clocks and their timers; nothing moves past it (R34, R50, R51)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from handlers.lifecycle.acting import EXPIRE_TIMER, TIMERS, act, start_route_clock
from states.effects import CancelTimer, Effect, Send, StartTimer
from states.lifecycle.appeal import Action, NotAllowed, Status
from states.people.chats import CUR
from states.worktime.calendar import Calendar
from states.worktime.deadlines import Share
from tests.handlers.given import ANNA, CUR_CHAT, OFFICIAL, appeal, cur, facts, in_cur
from tests.small import NOW, POLICY

KNOWN = Calendar(years=frozenset({2026}))
YEAR_END = datetime(2026, 12, 31, 5, 0, tzinfo=UTC)


def effects(
    held: Any, action: Action, now: datetime = NOW, calendar: Calendar = KNOWN, **more: Any
) -> tuple[Effect, ...]:
    here = facts(now=now, policy=replace(POLICY, calendar=calendar), **more)
    acted = act(here, held, action, OFFICIAL)
    assert not isinstance(acted, NotAllowed)
    return acted.effects


def test_a_clock_that_starts_starts_its_reminders() -> None:
    """R51: at the end of the term; of danger at four fifths too."""

    def started(held: Any) -> list[tuple[str, str]]:
        found = [effect for effect in effects(held, Action.ACCEPT) if isinstance(effect, StartTimer)]
        assert {one.key for one in found} == {"1124-AAAA"}
        return [(one.name, one.at.astimezone(POLICY.zone).strftime("%d %H:%M")) for one in found]

    assert started(appeal()) == [("due_breach", "25 14:00")]
    assert started(appeal(urgent=True)) == [("due_most", "24 17:12"), ("due_breach", "25 09:00")]


def test_a_clock_that_ends_takes_its_reminders_with_it() -> None:
    held = start_route_clock(facts(), in_cur(urgent=True))[0]
    stopped = {effect.name for effect in effects(held, Action.DECLINE) if isinstance(effect, CancelTimer)}
    assert stopped == set(TIMERS.values())


def test_a_reminder_that_is_behind_is_cancelled() -> None:
    """The clock goes on in its last fifth: only the end is left."""
    asked = appeal(status=Status.IN_WORK, urgent=True)
    running = act(facts(), replace(asked, deadline=None), Action.ASK, OFFICIAL)
    assert not isinstance(running, NotAllowed)
    late = facts(now=NOW + timedelta(days=1))
    first = act(facts(), appeal(urgent=True), Action.ACCEPT, OFFICIAL)
    assert not isinstance(first, NotAllowed)
    stopped = act(late, first.appeal, Action.ASK, OFFICIAL)
    assert not isinstance(stopped, NotAllowed)
    went_on = act(late, stopped.appeal, Action.REPLY, ANNA)
    assert not isinstance(went_on, NotAllowed)
    cancelled = {effect.name for effect in went_on.effects if isinstance(effect, CancelTimer)}
    assert cancelled == {TIMERS[Share.MOST]}


def test_the_end_of_an_answers_term_is_waited_for_once() -> None:
    """R42."""
    answered = effects(appeal(status=Status.IN_WORK), Action.ANSWER)
    assert StartTimer(EXPIRE_TIMER, "1124-AAAA", ANNA, NOW + POLICY.close_after) in answered
    again = effects(appeal(status=Status.ANSWERED), Action.ANSWER)
    assert not [one for one in again if isinstance(one, StartTimer)], "a correction does not begin it anew"
    assert CancelTimer(EXPIRE_TIMER, "1124-AAAA") in effects(appeal(status=Status.ANSWERED), Action.REOPEN)


def test_a_year_without_a_calendar_warns_the_cur_once() -> None:
    """R50: counted by weekends only, and said so."""
    (warned,) = [effect for effect in effects(appeal(), Action.ACCEPT, YEAR_END) if isinstance(effect, Send)]
    assert warned.peer == CUR_CHAT and "в 2027 году" in warned.text and "calendar|" in warned.cause
    other = effects(appeal(code="1124-BBBB"), Action.ACCEPT, YEAR_END)
    assert [one.cause for one in other if isinstance(one, Send)] == [warned.cause], "storage says each cause once"


def test_a_known_year_no_calendar_at_all_or_no_cur_warns_nobody() -> None:
    both = Calendar(years=frozenset({2026, 2027}))
    for more in ({"calendar": both}, {"calendar": Calendar()}, {"chats": {CUR: cur(lost=True)}}):
        assert not [effect for effect in effects(appeal(), Action.ACCEPT, YEAR_END, **more) if isinstance(effect, Send)]


def test_who_did_it_last_is_known_but_no_resident_and_no_bot() -> None:
    held = replace(appeal(), worker=7)
    for actor, worker in ((OFFICIAL, OFFICIAL), (0, 7), (ANNA, 7)):
        acted = act(facts(), held, Action.WITHDRAW, actor)
        assert not isinstance(acted, NotAllowed) and acted.appeal.worker == worker
