"""The clocks speak: in time, to whoever must act, once, never at night; the ЦУР hears of a breach (R51)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.acting import EXPIRE_TIMER, TIMERS
from handlers.system.reminders import SPIKES_TIMER
from handlers.text import texts_chat
from states.decision import Decision
from states.effects import StartTimer
from states.events import TimerFired
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.spikes import LOOK_EVERY, Spike
from states.people.chats import CUR
from states.worktime.deadlines import Clock, Deadline, Share
from tests.handlers.given import (
    ANNA,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    facts,
    in_cur,
    labels,
    of,
    roads,
    said,
    sends,
)
from tests.small import NOW

MORNING = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
"""Nine o'clock: the office opens."""

HALF, MOST, DUE = MORNING + timedelta(hours=5), MORNING + timedelta(hours=7, minutes=24), MORNING + timedelta(hours=9)
"""Half of eight hours is at one, when lunch begins: told after it."""

RUNS = Deadline(Clock.FIRST_ANSWER, MORNING, DUE, number=3)
WORK = appeal(status=Status.IN_WORK, deadline=RUNS, round=3)
ROUTE = in_cur(deadline=replace(RUNS, clock=Clock.ROUTE))
ASKED = appeal(status=Status.ASKED, deadline=replace(RUNS, clock=Clock.QUESTION))
NEXT = MORNING + timedelta(days=1)
"""The end of work on the 24th: the breach is told when the office opens on the 25th."""


def fires(share: Share, held: Appeal = WORK, now: datetime | None = None, **more: Any) -> Decision:
    at = now or {Share.HALF: HALF, Share.MOST: MOST, Share.BREACH: NEXT}[share]
    return decide(facts(appeals=(held,), now=at, **more), TimerFired(TIMERS[share], held.code, ANNA, at))


@pytest.mark.parametrize(
    "share, words", [(Share.HALF, "прошла половина срока"), (Share.MOST, "осталась пятая часть срока")]
)
def test_whoever_must_answer_is_reminded(share: Share, words: str) -> None:
    decision = fires(share)
    (told,) = sends(decision)
    assert (told.peer, told.appeal) == (ROADS_CHAT, "1124-AAAA") and words in told.text
    assert "Ответ нужен до 24 ноября в 18:00" in told.text
    assert bool(told.keyboard) is (share is Share.MOST), "what can be done stands where it is asked for"


def test_the_cur_is_reminded_of_its_own_clock() -> None:
    (told,) = sends(fires(Share.HALF, ROUTE))
    assert told.peer == CUR_CHAT and "ждёт, кому его направить" in told.text
    assert not fires(Share.HALF, replace(ROUTE, chat=None)).effects, "there is no chat to tell"


def test_a_breach_is_told_to_both() -> None:
    decision = fires(Share.BREACH)
    assert "срок прошёл 24 ноября в 18:00" in said(decision, ROADS_CHAT)
    assert "Просрочено: №1124-AAAA, Министерство дорог" in said(decision, CUR_CHAT)
    assert labels(sends(decision, ROADS_CHAT)[0]) == ["Ответить", "Промежуточный ответ", "Спросить жителя", "Ещё"]
    assert labels(sends(decision, CUR_CHAT)[0])[-1] == "Ещё", "from here it can be given to others"
    routed = fires(Share.BREACH, ROUTE)
    assert [send.peer for send in sends(routed)] == [CUR_CHAT] and "так и не направлено" in said(routed, CUR_CHAT)
    own = fires(Share.BREACH, in_cur(status=Status.IN_WORK, deadline=RUNS))
    assert [send.peer for send in sends(own)] == [CUR_CHAT], "said once where it works itself"
    assert not fires(Share.BREACH, ROUTE, chats={}).effects


def test_a_clock_that_goes_on_reminds_once_under_its_number() -> None:
    """However often the resident is asked between: storage says each cause once."""
    (first,) = sends(fires(Share.HALF))
    again = replace(WORK, round=5, deadline=replace(RUNS, used=timedelta(hours=1)))
    assert first.cause == sends(fires(Share.HALF, again))[0].cause
    assert first.cause != sends(fires(Share.HALF, replace(WORK, deadline=replace(RUNS, number=4))))[0].cause


@pytest.mark.parametrize(
    "held, now",
    [
        (replace(WORK, deadline=None), HALF),
        (WORK, HALF - timedelta(minutes=1)),
        (replace(WORK, deadline=replace(RUNS, used=timedelta(hours=20))), HALF),
    ],
    ids=["no clock", "moved to later", "behind it already"],
)
def test_a_timer_that_is_not_true_any_more_says_nothing(held: Appeal, now: datetime) -> None:
    assert fires(Share.HALF, held, now).ignored
    assert decide(facts(now=now), TimerFired(TIMERS[Share.HALF], "1124-AAAA", ANNA, now)).ignored


def test_after_a_day_off_only_the_last_reminder_is_said() -> None:
    """The bot was down while all three came due: half a term is no news once it is over (R51)."""
    assert fires(Share.HALF, now=NEXT).ignored and fires(Share.MOST, now=NEXT).ignored
    assert sends(fires(Share.BREACH, now=NEXT))
    assert fires(Share.HALF, now=MOST).ignored and sends(fires(Share.MOST, now=MOST))


def test_at_night_it_waits_for_the_morning() -> None:
    """The bot was down in the evening."""
    night = MORNING + timedelta(hours=15)
    decision = fires(Share.MOST, now=night)
    (later,) = of(StartTimer, decision)
    assert (later.name, later.key, later.peer, later.at) == (TIMERS[Share.MOST], "1124-AAAA", ANNA, NEXT)
    assert not sends(decision)


def leaving(action: str = Action.ANSWER, at: datetime = HALF - timedelta(seconds=10)) -> Appeal:
    return replace(WORK, held=(Held("c", action, OFFICIAL, at),))


def test_while_an_answer_may_be_taken_back_the_reminder_waits_for_it() -> None:
    """R51: or nobody would ever hear of a breach after «Отменить»."""
    (later,) = of(StartTimer, fires(Share.HALF, leaving()))
    assert later.at == HALF + timedelta(seconds=21)
    assert sends(fires(Share.HALF, WORK, later.at)), "it was taken back"
    assert fires(Share.HALF, leaving(), later.at).ignored == "ответ уже ушёл"


@pytest.mark.parametrize("held", [leaving(Action.ASK), leaving("news"), leaving(at=DUE + timedelta(hours=1))])
def test_other_words_and_words_after_the_end_are_no_answer_in_time(held: Appeal) -> None:
    assert sends(fires(Share.BREACH, held))


# The resident's clock.


def test_the_resident_is_not_hurried_and_then_not_waited_for() -> None:
    """features.md §3.1: the agency's clock goes on with what is known."""
    assert fires(Share.HALF, ASKED).ignored
    decision = fires(Share.BREACH, ASKED)
    (after,) = decision.appeals
    assert after.status is Status.IN_WORK and [entry.action for entry in decision.history] == [Action.NO_REPLY]
    assert "ответа пока нет" in said(decision)
    assert texts_chat.NO_REPLY.format(code="1124-AAAA") in said(decision, ROADS_CHAT)


def test_words_on_their_way_do_not_hold_up_the_residents_clock() -> None:
    """He may have closed his messages: then they never arrive, and nobody else waits (901)."""
    (after,) = fires(Share.BREACH, replace(ASKED, held=leaving(at=MORNING).held)).appeals
    assert after.status is Status.IN_WORK and after.held


def test_without_a_chat_only_the_resident_hears() -> None:
    decision = fires(Share.BREACH, replace(ASKED, chat=None))
    assert {send.peer for send in sends(decision)} == {ANNA}


def test_a_question_that_was_answered_meanwhile_is_over() -> None:
    odd = appeal(status=Status.IN_WORK, deadline=replace(RUNS, clock=Clock.QUESTION))
    assert fires(Share.BREACH, odd).ignored == "вопроса уже нет"


# Nobody objected.


def test_an_answer_to_which_nobody_objects_is_closed() -> None:
    """R42."""
    event = TimerFired(EXPIRE_TIMER, "1124-AAAA", ANNA, NOW)
    decision = decide(facts(appeals=(appeal(status=Status.ANSWERED),)), event)
    assert decision.appeals[0].status is Status.CLOSED and "возражений не было" in said(decision)
    assert decide(facts(), event).ignored and decide(facts(appeals=(appeal(),)), event).ignored


# Spikes.


def looks(*counts: Spike, **more: Any) -> Decision:
    return decide(facts(spikes=counts, **more), TimerFired(SPIKES_TIMER, "", 0, NOW))


def test_what_grows_is_told_to_the_cur_once_a_day_and_looked_for_again() -> None:
    """features.md §6.10."""
    decision = looks(Spike("snow", "miass", 12, 1.5), Spike("pits", None, 3, 0.0))
    (told,) = sends(decision, CUR_CHAT)
    assert "Всплеск: «Снег на дороге», Миасский городской округ — 12 сообщений за час, обычно 1,5." in told.text
    assert "22 сообщения за час, обычно меньше одного." in said(looks(Spike("pits", None, 22, 0.3)), CUR_CHAT)
    assert StartTimer(SPIKES_TIMER, "", 0, NOW + LOOK_EVERY) in decision.effects
    later = looks(Spike("snow", "miass", 14, 1.5), now=NOW + timedelta(hours=1))
    assert sends(later, CUR_CHAT)[0].cause == told.cause
    assert sends(looks(Spike("snow", "miass", 14, 1.5), now=NOW + timedelta(days=1)), CUR_CHAT)[0].cause != told.cause


def test_without_a_cur_it_is_looked_for_all_the_same() -> None:
    decision = looks(Spike("snow", "miass", 12, 1.5), chats={CUR: cur(lost=True), "roads": roads()})
    assert [type(effect) for effect in decision.effects] == [StartTimer]
