"""The clocks speak: of danger at once, of a term that is over to the resident; once, never at night (R51, R36)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.acting import EXPIRE_TIMER, TIMERS, reminders
from handlers.system.reminders import SPIKES_TIMER
from handlers.text import texts_chat
from states.decision import Decision
from states.effects import Edit, StartTimer
from states.events import TimerFired
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.spikes import Spike
from states.people.chats import CUR
from states.worktime.deadlines import Deadline, Share, TermClock
from tests.handlers.given import (
    ANNA,
    BORIS,
    CHATS,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    SECRET_CHAT,
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

MOST, DUE = MORNING + timedelta(hours=7, minutes=24), MORNING + timedelta(hours=9)
NEXT = MORNING + timedelta(days=1)
"""The end of work on the 24th: the breach is told when the office opens on the 25th."""

RUNS = Deadline(TermClock.FIRST_ANSWER, MORNING, DUE, number=3)
WORK = appeal(status=Status.IN_WORK, deadline=RUNS, round=3)
URGENT = replace(WORK, urgent=True)
ROUTE = in_cur(deadline=replace(RUNS, clock=TermClock.ROUTE))
ASKED = appeal(status=Status.ASKED, deadline=replace(RUNS, clock=TermClock.QUESTION))


def fires(share: Share, held: Appeal = URGENT, now: datetime | None = None, **more: Any) -> Decision:
    at = now or {Share.MOST: MOST, Share.BREACH: NEXT}[share]
    return decide(facts(appeals=(held,), now=at, **more), TimerFired(TIMERS[share], held.code, ANNA, at))


# Danger does not wait for the list of the morning.


def test_whoever_must_answer_is_reminded_of_danger() -> None:
    (told,) = sends(fires(Share.MOST))
    assert (told.peer, told.appeal) == (ROADS_CHAT, "1124-AAAA")
    assert "Срочно: Снег на дороге · Миасс, Мира, 1. Ответ нужен до" in told.text
    assert labels(told) == ["Ответить", "Промежуточный ответ", "Спросить жителя", "Ещё"]


def test_a_breach_of_what_is_urgent_is_told_to_both() -> None:
    decision = fires(Share.BREACH)
    assert "Срочно: Снег на дороге" in said(decision, ROADS_CHAT) and "Срок был" in said(decision, ROADS_CHAT)
    assert "Министерство дорог: срок был" in said(decision, CUR_CHAT)
    assert labels(sends(decision, CUR_CHAT)[0])[-1] == "Ещё", "from here it can be given to others"
    own = fires(Share.BREACH, in_cur(status=Status.IN_WORK, deadline=RUNS, urgent=True))
    assert [send.peer for send in sends(own)] == [CUR_CHAT, ANNA], "said once where it works itself"


@pytest.mark.parametrize("share", list(Share))
def test_the_cur_is_reminded_of_danger_that_nobody_has(share: Share) -> None:
    held = replace(ROUTE, urgent=True)
    (told,) = sends(fires(share, held), CUR_CHAT)
    assert "Срочно, без адресата: " in told.text and "Направьте сейчас" in told.text
    assert fires(share, replace(held, chat=None), chats={}).ignored, "there is nobody to tell, and nobody promised"


def test_a_clock_that_goes_on_reminds_once_under_its_number() -> None:
    """However often the resident is asked between: storage says each cause once."""
    (first,) = sends(fires(Share.MOST))
    again = replace(URGENT, round=5, deadline=replace(RUNS, used=timedelta(minutes=1)))
    assert first.cause == sends(fires(Share.MOST, again))[0].cause
    assert first.cause != sends(fires(Share.MOST, replace(URGENT, deadline=replace(RUNS, number=4))))[0].cause


# Everything else stands in the list; its author hears once that it is late.


def test_nothing_but_danger_is_told_message_by_message() -> None:
    assert fires(Share.MOST, WORK).ignored == "об этом скажет сводка"
    assert {send.peer for send in sends(fires(Share.BREACH, WORK))} == {ANNA}
    assert {send.peer for send in sends(fires(Share.BREACH, ROUTE))} == {ANNA}


@pytest.mark.parametrize("clock", [TermClock.FIRST_ANSWER, TermClock.AFTER_INTERIM, TermClock.POSTPONED])
def test_the_resident_hears_once_that_it_is_late_and_what_follows(clock: TermClock) -> None:
    """R36: whichever term was named."""
    held = replace(WORK, deadline=replace(RUNS, clock=clock))
    (told,) = sends(fires(Share.BREACH, held), ANNA)
    assert "Ответ задерживается: Снег на дороге · Миасс, Мира, 1." in told.text
    assert "Отвечает Миндор: напоминаем каждый рабочий день" in told.text
    assert labels(told) == ["Поторопить"] and told.appeal == "1124-AAAA"
    assert told.cause == sends(fires(Share.BREACH, replace(held, round=7)), ANNA)[0].cause


def test_everybody_of_an_incident_hears_that_it_is_late() -> None:
    lead = replace(WORK, incident="1124-AAAA")
    member = appeal(code="1124-BBBB", resident=BORIS, status=Status.MERGED, incident="1124-AAAA", address="ул. Мира, 9")
    decision = fires(Share.BREACH, lead, members=(member,))
    assert "Мира, 1." in said(decision, ANNA) and "Мира, 9." in said(decision, BORIS)
    assert "Мира, 1." not in said(decision, BORIS), "nobody reads another's address"


class TestTheTermOfTheCur:
    """«Сегодня до 18:00 решит, кто ответит» is a promise as any other."""

    def test_is_over_at_its_hour_for_everybody_who_waits(self) -> None:
        """It was promised for today: not in the morning, though the office closes in that very moment."""
        member = appeal(code="1124-BBBB", resident=BORIS, status=Status.MERGED, incident="1124-AAAA", address="Мира, 9")
        decision = fires(Share.BREACH, replace(ROUTE, incident="1124-AAAA"), DUE, members=(member,))
        assert [send.peer for send in sends(decision)] == [ANNA, BORIS] and not of(StartTimer, decision)
        (told,) = sends(decision, ANNA)
        assert told.text == (
            "Пока не решили, кто ответит: Прочее · Миасс, Мира, 1. Центр управления регионом должен был решить "
            "сегодня до 18:00. Он видит, что вы ждёте, а мы сразу напишем, когда решит."
        )
        assert labels(told) == ["Поторопить"] and "Мира, 9." in said(decision, BORIS)

    def test_its_timer_stands_there(self) -> None:
        (due,) = [one for one in reminders(facts(), ROUTE) if isinstance(one, StartTimer)]
        assert (due.name, due.at) == (TIMERS[Share.BREACH], DUE)
        theirs = [one.at for one in reminders(facts(), WORK) if isinstance(one, StartTimer)]
        assert theirs == [NEXT], "an agency's end is told at the opening, as before"

    def test_found_out_at_night_it_waits_for_the_morning(self) -> None:
        (later,) = of(StartTimer, fires(Share.BREACH, ROUTE, DUE + timedelta(hours=2)))
        assert later.at == NEXT
        assert "до вт 24 ноября, 18:00" in said(fires(Share.BREACH, ROUTE, NEXT), ANNA)

    def test_waits_for_an_answer_that_may_be_taken_back(self) -> None:
        held = replace(ROUTE, held=(Held("c", Action.ANSWER, OFFICIAL, DUE - timedelta(seconds=10)),))
        (later,) = of(StartTimer, fires(Share.BREACH, held, DUE))
        assert later.at == DUE + timedelta(seconds=21), "and then at once"
        assert sends(fires(Share.BREACH, ROUTE, later.at), ANNA)

    def test_was_promised_by_nobody_where_no_chat_has_it(self) -> None:
        assert fires(Share.BREACH, replace(ROUTE, chat=None), chats={}).ignored == "об этом скажет сводка"


def test_what_the_cur_answers_itself_is_late_by_its_name() -> None:
    own = fires(Share.BREACH, in_cur(status=Status.IN_WORK, deadline=RUNS))
    assert "Отвечает центр управления регионом" in said(own, ANNA)


@pytest.mark.parametrize(
    "held, now",
    [
        (replace(URGENT, deadline=None), MOST),
        (URGENT, MOST - timedelta(minutes=1)),
        (replace(URGENT, deadline=replace(RUNS, used=timedelta(hours=40))), MOST),
    ],
    ids=["no clock", "moved to later", "behind it already"],
)
def test_a_timer_that_is_not_true_any_more_says_nothing(held: Appeal, now: datetime) -> None:
    assert fires(Share.MOST, held, now).ignored
    assert decide(facts(now=now), TimerFired(TIMERS[Share.MOST], "1124-AAAA", ANNA, now)).ignored


def test_after_a_day_off_only_the_last_reminder_is_said() -> None:
    """The bot was down while both came due: that it is nearly over is no news once it is over (R51)."""
    assert fires(Share.MOST, now=NEXT).ignored and sends(fires(Share.BREACH, now=NEXT))


def test_a_reminder_of_an_older_bot_is_known_no_more() -> None:
    """`due_half`: its timers still stand in older databases."""
    assert decide(facts(appeals=(URGENT,)), TimerFired("due_half", URGENT.code, ANNA, MOST)).ignored


def test_at_night_it_waits_for_the_morning() -> None:
    """The bot was down in the evening."""
    night = MORNING + timedelta(hours=15)
    decision = fires(Share.MOST, now=night)
    (later,) = of(StartTimer, decision)
    assert (later.name, later.key, later.peer, later.at) == (TIMERS[Share.MOST], "1124-AAAA", ANNA, NEXT)
    assert not sends(decision)


def leaving(action: str = Action.ANSWER, at: datetime = MOST - timedelta(seconds=10)) -> Appeal:
    return replace(URGENT, held=(Held("c", action, OFFICIAL, at),))


def test_while_an_answer_may_be_taken_back_the_reminder_waits_for_it() -> None:
    """R51: or nobody would ever hear of a breach after «Отменить»."""
    (later,) = of(StartTimer, fires(Share.MOST, leaving()))
    assert later.at == MOST + timedelta(seconds=21)
    assert sends(fires(Share.MOST, URGENT, later.at)), "it was taken back"
    assert fires(Share.MOST, leaving(), later.at).ignored == "ответ уже ушёл"


@pytest.mark.parametrize("held", [leaving(Action.ASK), leaving("news"), leaving(at=DUE + timedelta(hours=1))])
def test_other_words_and_words_after_the_end_are_no_answer_in_time(held: Appeal) -> None:
    assert sends(fires(Share.BREACH, held))


# The resident's clock.


def test_the_resident_is_not_hurried_and_then_not_waited_for() -> None:
    """features.md §3.1: the agency's clock goes on with what is known."""
    assert fires(Share.MOST, ASKED).ignored
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
    odd = appeal(status=Status.IN_WORK, deadline=replace(RUNS, clock=TermClock.QUESTION))
    assert fires(Share.BREACH, odd).ignored == "вопроса уже нет"


# Nobody objected.


def test_an_answer_to_which_nobody_objects_is_closed() -> None:
    """R42."""
    event = TimerFired(EXPIRE_TIMER, "1124-AAAA", ANNA, NOW)
    decision = decide(facts(appeals=(appeal(status=Status.ANSWERED),)), event)
    assert decision.appeals[0].status is Status.CLOSED and "возражений не было" in said(decision)
    assert decide(facts(), event).ignored and decide(facts(appeals=(appeal(),)), event).ignored


def closes(*, ago: timedelta | None, code: str = "1124-AAAA", at: timedelta = timedelta(), **more: Any) -> Decision:
    """The term of an answer is over, whose card was sent so long ago."""
    card_at = NOW - ago if ago is not None else None
    answered = appeal(code=code, status=Status.ANSWERED, card_at=card_at, **more)
    now = NOW + at
    return decide(facts(appeals=(answered,), now=now), TimerFired(EXPIRE_TIMER, code, ANNA, now))


def test_many_that_are_closed_by_term_are_one_line_in_their_chat() -> None:
    """No card of each with all its words: the cause of the day is taken but once (I7)."""
    week = timedelta(days=7)
    found = [closes(ago=week), closes(ago=week, code="1124-BBBB", at=timedelta(hours=2))]
    lines = [send for decision in found for send in sends(decision, ROADS_CHAT)]
    assert len(lines) == 2 and len({(send.cause, send.text) for send in lines}) == 1
    assert "за 14 дней никто не возразил" in lines[0].text and lines[0].keyboard is None
    tomorrow = closes(ago=week, at=timedelta(days=1))
    assert sends(tomorrow, ROADS_CHAT)[0].cause != lines[0].cause
    assert {send.peer for send in sends(closes(ago=week, chat=None))} == {ANNA}


def test_a_card_that_may_be_edited_says_itself_that_it_is_closed() -> None:
    for ago in (timedelta(hours=1), None):
        decision = closes(ago=ago)
        (edit,) = of(Edit, decision)
        assert not sends(decision, ROADS_CHAT) and "Состояние: закрыто" in edit.text


# Spikes.


def looks(*counts: Spike, **more: Any) -> Decision:
    return decide(facts(spikes=counts, **more), TimerFired(SPIKES_TIMER, "", 0, NOW))


def test_what_grows_is_told_to_the_cur_once_a_day_and_looked_for_again() -> None:
    """features.md §6.10."""
    decision = looks(Spike("snow", "miass", 12, 1.5), Spike("pits", None, 3, 0.0))
    (told,) = sends(decision, CUR_CHAT)
    assert "Всплеск: «Снег на дороге», Миасский городской округ — 12 сообщений за час, обычно 1,5." in told.text
    assert "22 сообщения за час, обычно меньше одного." in said(looks(Spike("pits", None, 22, 0.3)), CUR_CHAT)
    assert StartTimer(SPIKES_TIMER, "", 0, NOW + timedelta(minutes=15)) in decision.effects
    later = looks(Spike("snow", "miass", 14, 1.5), now=NOW + timedelta(hours=1))
    assert sends(later, CUR_CHAT)[0].cause == told.cause
    assert sends(looks(Spike("snow", "miass", 14, 1.5), now=NOW + timedelta(days=1)), CUR_CHAT)[0].cause != told.cause


def test_without_a_cur_it_is_looked_for_all_the_same() -> None:
    night = NOW + timedelta(hours=9)
    decision = looks(Spike("snow", "miass", 12, 1.5), chats={CUR: cur(lost=True), "roads": roads()}, now=night)
    assert [type(effect) for effect in decision.effects] == [StartTimer]


def test_it_looks_at_whole_quarters_and_at_every_chat_that_is_at_work() -> None:
    """So the list of the morning comes at nine, and nobody is told at lunch or at night."""
    chats = CHATS | {"health": roads(peer=77, agency="health", lost=True)}
    decision = looks(chats=chats, now=NOW + timedelta(minutes=7))
    again, *chats_looked_at = of(StartTimer, decision)
    assert again.at == NOW + timedelta(minutes=15)
    assert {(one.name, one.peer) for one in chats_looked_at} == {
        ("digest", ROADS_CHAT),
        ("digest", SECRET_CHAT),
        ("digest", CUR_CHAT),
    }
    lunch = looks(now=MORNING + timedelta(hours=4, minutes=10))
    assert len(of(StartTimer, lunch)) == 1
