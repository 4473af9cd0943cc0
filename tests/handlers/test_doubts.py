"""What may tell of danger and may not: 112 is shown, its author asked, and the talk goes on as ever (R28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.decide import decide
from handlers.needs import needs
from handlers.text import actions, texts, texts_danger
from handlers.views.turn import DOUBT_TIMER, PAUSE_TIMER
from screening.danger import Danger, doubts
from states.decision import Decision
from states.dialogue import AskingText, ChoosingTopic, Dialogue, Doubted, Draft, Idle, Preview, ReportingDanger, Step
from states.effects import CancelTimer, Edit, Send, StartTimer
from states.events import MessageEdited, Poisoned, RereadFailed, TimerFired
from states.lifecycle.appeal import Appeal, Piece, Status
from states.people.paces import Pace
from states.worktime.deadlines import Deadline, TermClock
from tests.handlers.given import (
    ANNA,
    CUR_CHAT,
    READY,
    appeal,
    dialogue,
    draft_of,
    facts,
    labels,
    of,
    pushed,
    said,
    sends,
    step_of,
    tapped,
    wrote,
)
from tests.handlers.in_danger import CODE, FIRE, NAMED, card_of, raised, tells
from tests.small import NOW, POLICY

WALL = "за стеной опять крики и грохот"
SMOKE = "тянет гарью из подвала"
ALONE = "можно мне просто не быть"
QUESTION = "Если людям грозит опасность, звоните 112."


def asked(text: str = WALL, step: Step | None = None, draft: Draft | None = None) -> Decision:
    return tells(text, step or AskingText(), draft)


def question_of(decision: Decision) -> Send:
    return sends(decision, ANNA)[0]


def talk_of(decision: Decision) -> Dialogue:
    assert decision.dialogue is not None
    return decision.dialogue


def then(decision: Decision, event: object, **more: object) -> Decision:
    return decide(facts(talk_of(decision), **more), event)  # type: ignore[arg-type]


def doubted(decision: Decision) -> list[int]:
    held = talk_of(decision).doubted
    return [piece.cmid for piece in held.pieces] if held is not None else []


TOLD = tapped(actions.TELL_DUTY, "9", 11)
NOT_TOLD = tapped(actions.NO_DUTY, "9", 11)

# The question.


@pytest.mark.parametrize("step", [Idle(), AskingText(), ChoosingTopic(("pits",)), Preview()])
def test_the_question_stands_first_and_the_talk_goes_on_as_ever(step: Step) -> None:
    draft = replace(READY, place=None) if isinstance(step, Preview) else None
    decision = asked(WALL, step, draft)
    assert question_of(decision).text == f"{QUESTION}\nПередать в центр управления регионом прямо сейчас?"
    assert labels(question_of(decision)) == ["Да, передать", "Опасности нет"]
    assert WALL in draft_of(decision).text and not decision.appeals and not sends(decision, CUR_CHAT)
    harmless = tells("Яма на дороге", step, draft)
    assert step_of(decision) == step_of(harmless) and "102" not in said(decision)
    assert len(sends(decision)) == len(sends(harmless)) + 1
    (timer,) = [timer for timer in of(StartTimer, decision) if timer.name == DOUBT_TIMER]
    assert timer.at == NOW + timedelta(days=1)


def test_whom_it_names_and_whom_else_to_call() -> None:
    named = question_of(tells(SMOKE, AskingText(), directory=NAMED)).text
    assert named == f"{QUESTION}\n104 — газ\nПередать дежурному прямо сейчас?"
    assert Danger.DESPAIR in doubts(ALONE) and "8-800-2000-122" in question_of(asked(ALONE)).text


def test_it_stands_in_the_place_of_what_is_said_of_a_hazard() -> None:
    text = "Открытый люк, вот-вот кто-то упадёт"
    assert doubts(text)
    decision = asked(text)
    assert len(sends(decision)) == 1 and question_of(decision).text.startswith(QUESTION) and draft_of(decision).warned


def test_it_is_asked_once_for_a_talk() -> None:
    first = asked()
    again = then(first, wrote(SMOKE, 11))
    assert not sends(again) and doubted(again) == [9, 11]
    full = replace(talk_of(first), doubted=Doubted(tuple(Piece(cmid, "а") for cmid in range(100))))
    assert len(doubted(decide(facts(full), wrote(SMOKE, 111)))) == 100
    later = then(again, wrote(WALL, 12), now=NOW + timedelta(hours=2))
    assert question_of(later).text.startswith(QUESTION) and doubted(later) == [12]


def test_before_consent_nothing_is_said_of_it_and_nothing_kept() -> None:
    """R7: the mark is of alarms alone, and the notice names 112; the words are asked about when they are read."""
    decision = decide(facts(), wrote("", 9, content=False))
    assert "112" in said(decision) and talk_of(decision).doubted is None and QUESTION not in said(decision)
    edit = MessageEdited(wrote(WALL, 9).message)
    assert QUESTION not in said(decide(facts(decision.dialogue), edit))


def test_what_answers_nothing_has_the_question_alone() -> None:
    """An edit of what went nowhere."""
    decision = decide(facts(dialogue()), MessageEdited(wrote(WALL, 99).message))
    assert [send.text[:6] for send in sends(decision)] == [QUESTION[:6]] and decision.ignored is None
    assert doubted(decision) == [99]


# The press.


def test_a_press_is_the_alarm() -> None:
    first = asked()
    decision = then(first, TOLD)
    (held,) = decision.appeals
    assert held.alarming and [piece.text for piece in held.pieces] == [WALL] and held.source == -9
    assert WALL in card_of(decision).text and step_of(decision) == ReportingDanger(CODE)
    assert said(decision).startswith("Звоните 112 прямо сейчас.") and f"№{CODE}" in said(decision)
    assert draft_of(decision).empty and talk_of(decision).doubted is None


def test_its_number_is_made_of_the_words_that_were_asked_about() -> None:
    """R35: what is being written meanwhile keeps its own."""
    talk = talk_of(then(asked(), wrote("Миасс, Мира 5", 11)))
    assert needs(TOLD, talk).first == -9 and needs(NOT_TOLD, talk).first == 9
    assert needs(wrote("Да, передать", 12), talk).first == -9 and needs(wrote("да", 12), talk).first == 9
    assert needs(tapped(actions.TELL_DUTY, "9", 11), dialogue()).first == 11


def test_what_else_was_written_stays() -> None:
    first = asked(WALL, Preview(), READY)
    decision = then(first, TOLD)
    assert draft_of(decision).pieces == READY.pieces and draft_of(decision).topic == READY.topic
    sent = replace(talk_of(first), draft=Draft(), step=Idle())
    (held,) = decide(facts(sent, appeals=(appeal(code="1124-BBBB"),)), TOLD).appeals
    assert held.code == CODE and held.alarming


@pytest.mark.parametrize("text", ["Да", "да!", "Да, передать", "ДА"])
def test_yes_typed_as_the_first_thing_is_the_press(text: str) -> None:
    assert then(asked(), wrote(text, 11)).appeals[0].alarming


@pytest.mark.parametrize("text", ["нет", "не надо", "не передавайте", "нет, всё хорошо"])
def test_no_typed_as_the_first_thing_is_the_press(text: str) -> None:
    """I15: it is no word of the story."""
    kept = then(asked(), wrote(text, 11))
    assert not kept.appeals and doubted(kept) == [] and said(kept).startswith("Хорошо, не передаём")
    assert draft_of(kept).text == WALL


def test_that_there_is_no_danger_is_understood_also_later() -> None:
    on = then(asked(), wrote("Миасс, улица Мира, 5", 11))
    assert doubted(then(on, wrote("нет", 12))) == [9]
    assert said(then(on, wrote("Нет, опасности нет", 12))).startswith("Хорошо, не передаём")


def test_whoever_goes_on_has_raised_nothing_and_may_still_press() -> None:
    on = then(asked(), wrote("Миасс, улица Мира, 5", 11))
    assert not on.appeals and doubted(on) == [9] and not then(on, wrote("Да", 12)).appeals
    assert then(on, tapped(actions.TELL_DUTY, "9", 12)).appeals[0].alarming
    assert then(on, wrote("да, передать", 12)).appeals[0].alarming
    after = then(on, wrote("Помощь", 12))
    assert not after.appeals and doubted(after) == [9]


@pytest.mark.parametrize(
    "event",
    [
        wrote("Спасибо", 11),
        wrote("Мои данные", 11),
        pushed(actions.HELP, peer=ANNA, user=ANNA),
        tapped(actions.RATE, "1124-BBBB:5", 11),
        tapped(actions.HURRY, "1124-BBBB", 11),
        tapped(actions.EXPORT, "", 11),
    ],
)
def test_yes_after_something_that_leads_to_no_step_is_of_what_was_said_to_that(event: object) -> None:
    """«Нажмите «Решено»» — «да» raised an alarm."""
    talk = replace(talk_of(asked()), step=Idle(), draft=Draft())
    answered = appeal(code="1124-BBBB", status=Status.ANSWERED, answered_at=NOW - timedelta(days=1))
    on = decide(facts(talk, appeals=(answered,)), event)
    assert sends(on) and doubted(on) == [9]
    assert not any(held.alarming for held in then(on, wrote("да", 12), appeals=(answered,)).appeals)


def test_yes_after_a_question_that_a_timer_asks_is_of_that() -> None:
    """«О чём это?» — «верно»."""
    asks = then(asked(), TimerFired(PAUSE_TIMER, str(ANNA), ANNA, NOW + timedelta(seconds=20)))
    assert sends(asks) and doubted(asks) == [9]
    assert not then(asks, wrote("верно", 11)).appeals
    for event in (RereadFailed(ANNA, (11,)), Poisoned(ANNA, "m:11", NOW)):
        again = then(asked(), event)
        assert sends(again) and not then(again, wrote("да", 12)).appeals


def test_yes_after_an_officials_question_or_answer_is_of_that() -> None:
    first = tells(WALL, Idle())
    talk = replace(talk_of(first), step=Idle(), draft=Draft())
    later = NOW + timedelta(minutes=5)
    asks, day_ago = Deadline(TermClock.QUESTION, NOW + timedelta(minutes=1), later), NOW - timedelta(days=1)
    waits = appeal(code="1124-BBBB", status=Status.ASKED, deadline=asks)
    told = appeal(code="1124-BBBB", status=Status.ANSWERED, answered_at=NOW + timedelta(minutes=1))
    before = replace(told, answered_at=day_ago)

    def alarms(told: Appeal, draft: Draft | None = None, **more: object) -> bool:
        known = facts(replace(talk, draft=draft or Draft()), appeals=(told,), now=later, **more)
        return any(held.alarming for held in decide(known, wrote("да", 11, at=later)).appeals)

    assert not alarms(waits) and not alarms(waits, READY) and not alarms(told)
    assert alarms(before) and alarms(replace(waits, deadline=replace(asks, started_at=day_ago)), READY)
    assert not alarms(before, linked=before), "a reply to what was said of another message"


def test_yes_after_an_hour_is_of_something_else_and_the_button_counts() -> None:
    late = NOW + timedelta(hours=5)
    assert not then(asked(), wrote("да", 11, at=late), now=late).appeals
    assert needs(wrote("да", 11, at=late), talk_of(asked())).first == 9
    assert then(asked(), TOLD, now=late).appeals[0].alarming


def test_yes_after_too_many_messages_is_no_press() -> None:
    """T9: what was not read came between."""
    policy = replace(POLICY, messages_a_minute=1)
    unread = then(tells(WALL, AskingText(), policy=policy), wrote("Помощь", 11), policy=policy)
    assert texts.TOO_OFTEN in said(unread) and doubted(unread) == [9]
    assert not then(unread, wrote("да", 12), policy=policy).appeals


def test_an_edit_keeps_the_question_open_unless_another_is_shown() -> None:
    ready = replace(talk_of(asked()), step=Preview(), draft=replace(READY, pieces=(Piece(9, WALL),)))
    shown = decide(facts(ready), MessageEdited(wrote(SMOKE, 9).message))
    assert sends(shown) and doubted(shown) == [9] and not then(shown, wrote("да", 11)).appeals


@pytest.mark.parametrize("action", [actions.TELL_DUTY, actions.NO_DUTY])
def test_a_button_of_another_question_does_nothing_to_this_one(action: str) -> None:
    first = asked()
    decision = then(first, tapped(action, "4", 11))
    assert not decision.appeals and doubted(decision) == [9]
    assert needs(tapped(action, "4", 11), talk_of(first)).first == 9
    assert then(decision, TOLD).appeals[0].alarming


@pytest.mark.parametrize("event", [NOT_TOLD, wrote("Опасности нет", 11)])
def test_no_danger_ends_the_question(event: object) -> None:
    first = asked()
    decision = then(first, event)
    assert said(decision) == "Хорошо, не передаём. Опасно прямо сейчас: 112." and not decision.appeals
    assert step_of(decision) == step_of(first) and WALL in draft_of(decision).text
    more = then(decision, wrote(SMOKE, 12))
    assert not sends(more) and not doubted(more)
    assert not then(decision, TOLD).appeals
    assert then(decision, wrote(FIRE, 12)).appeals[0].alarming


def test_a_button_of_long_ago_says_what_to_do() -> None:
    decision = decide(facts(dialogue(AskingText())), TOLD)
    assert texts_danger.NOTHING_TO_TELL.format(emergency="112") in said(decision) and not decision.appeals
    told = decide(facts(dialogue(), appeals=(raised(),)), TOLD)
    assert step_of(told) == ReportingDanger(CODE) and not told.appeals
    assert "не передаём" in said(decide(facts(dialogue()), NOT_TOLD))


def test_the_words_wait_for_a_day() -> None:
    def fires(talk: Dialogue) -> Decision:
        return decide(facts(talk), TimerFired(DOUBT_TIMER, str(ANNA), ANNA, NOW))

    assert talk_of(fires(talk_of(asked()))).doubted is None
    assert fires(dialogue()).ignored and not fires(dialogue()).effects


# Beside other danger.


def test_a_danger_that_follows_at_once_takes_the_words_along() -> None:
    (held,) = then(asked(), wrote(FIRE, 11)).appeals
    assert [piece.cmid for piece in held.pieces] == [9, 11]
    on = then(asked(), wrote("Миасс, улица Мира, 5", 11))
    alarm = then(on, wrote(FIRE, 12))
    assert [piece.cmid for piece in alarm.appeals[0].pieces] == [12] and doubted(alarm) == [9]
    pressed = then(alarm, tapped(actions.TELL_DUTY, "9", 13), appeals=alarm.appeals)
    assert [piece.cmid for piece in pressed.appeals[0].pieces] == [9, 12] and not doubted(pressed)
    assert WALL not in draft_of(pressed).text and "Миасс" in draft_of(pressed).text
    edited = then(asked(), MessageEdited(wrote(FIRE, 9).message))
    assert [piece.text for piece in edited.appeals[0].pieces] == [FIRE] and draft_of(edited).empty


def test_an_alarm_that_takes_no_more_leaves_the_words_where_they_are() -> None:
    """«Больше добавить нельзя» stood over an emptied draft."""
    alarm = then(then(asked(), wrote("Миасс, улица Мира, 5", 11)), wrote(FIRE, 12))
    held = replace(alarm.appeals[0], pieces=tuple(Piece(100 + number, "ещё") for number in range(100)))
    decision = then(alarm, tapped(actions.TELL_DUTY, "9", 13), appeals=(held,))
    assert not decision.appeals and texts.APPEAL_FULL.format(code=CODE) in said(decision)
    assert doubted(decision) == [9] and WALL in draft_of(decision).text


def test_on_the_old_card_of_an_alarm_several_words_come_at_once() -> None:
    """VK changes no card after a day: the one that is sent anew is the one that is changed."""
    alarm = then(then(then(asked(), wrote(SMOKE, 11)), wrote("Миасс", 12)), wrote(FIRE, 13))
    later = NOW + timedelta(hours=23, minutes=30)
    decision = then(alarm, tapped(actions.TELL_DUTY, "9", 14), appeals=alarm.appeals, now=later)
    (held,) = decision.appeals
    assert [piece.cmid for piece in held.pieces] == [9, 11, 13] and held.version == alarm.appeals[0].version + 1
    card = card_of(decision)
    assert held.card == card.cause and WALL in card.text and SMOKE in card.text and not of(Edit, decision)


def test_another_problem_told_beside_it_stays_and_so_does_a_wish() -> None:
    first = asked()
    wish, other, piece = Piece(7, "когда ответят"), Piece(9, "и ещё яма у дома", reworded=True), Piece(9, WALL)
    split = Draft((piece,), topic="pits", later=(other,), whole=True, meant=wish)
    told = decide(facts(replace(talk_of(first), draft=split)), TOLD)
    left = draft_of(told)
    assert left.pieces == (other,) and not left.later and left.topic is None and left.meant == wish and left.warned
    alone = decide(facts(replace(talk_of(first), draft=replace(split, later=()))), TOLD)
    assert draft_of(alone) == Draft(meant=wish) and "draft" not in [timer.name for timer in of(CancelTimer, alone)]
    as_wish = decide(facts(replace(talk_of(first), draft=Draft(meant=piece, meant_before=(wish,)))), TOLD)
    assert draft_of(as_wish) == Draft(meant=wish)


def test_what_is_asked_about_is_as_it_was_edited_last() -> None:
    edited = then(asked(), MessageEdited(wrote("за стеной кино", 9).message))
    held = talk_of(edited).doubted
    assert held == Doubted((Piece(9, "за стеной кино"),), asked=True) and not sends(edited)


def test_of_an_open_alarm_it_is_a_part() -> None:
    held = raised()
    decision = decide(facts(dialogue(), appeals=(held,)), wrote(WALL, 11))
    assert [piece.cmid for piece in decision.appeals[0].pieces] == [9, 11] and QUESTION not in said(decision)


def test_despair_that_follows_is_asked_about_with_it() -> None:
    sad = then(asked(ALONE), wrote("я не хочу жить", 11))
    told = then(sad, tapped(actions.TELL_DUTY, cmid=12))
    assert [piece.cmid for piece in told.appeals[0].pieces] == [9, 11] and draft_of(told).empty


def test_a_flood_takes_neither_112_nor_the_press() -> None:
    """T9."""
    policy = replace(POLICY, messages_a_minute=1)
    talk = dialogue(ChoosingTopic(("pits",)), READY, pace=Pace())
    for cmid in range(11, 15):
        talk = decide(facts(talk, policy=policy), wrote(f"Яма на дороге {cmid}", cmid)).dialogue or talk
    decision = decide(facts(talk, policy=policy), wrote(WALL, 15))
    assert question_of(decision).text.startswith(QUESTION) and doubted(decision) == [15]
    assert WALL not in draft_of(decision).text and DOUBT_TIMER in [timer.name for timer in of(StartTimer, decision)]
    told = then(decision, tapped(actions.TELL_DUTY, "15", 16), policy=policy)
    assert told.appeals[0].alarming


def test_a_blocked_author_is_asked_too() -> None:
    talk = dialogue(blocked_until=NOW + timedelta(days=1))
    decision = decide(facts(talk), wrote(WALL, 9))
    assert question_of(decision).text.startswith(QUESTION)
    assert then(decision, TOLD).appeals[0].status is Status.WAITING
