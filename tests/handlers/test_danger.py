"""An alarm of danger to life: a number at once, a card before those on duty, repeated until a person ends it (R28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.decide import decide
from handlers.lifecycle import alarms
from handlers.needs import needs
from handlers.text import actions, texts, texts_danger
from handlers.views.alarm_card import of_alarm
from states.audit import AuditAction
from states.cause import parse
from states.dialogue import (
    AddingTo,
    AskingText,
    ChoosingTopic,
    Draft,
    Idle,
    OfferingDuty,
    Preview,
    Refused,
    ReportingDanger,
    Step,
)
from states.directory import DutyOfficer
from states.effects import AnswerButton, CancelSend, CancelTimer, Edit, Kind, Priority, StartTimer
from states.events import DeliveryOutcome, MessageEdited, RoutesChanged, TimerFired
from states.facts import Facts
from states.lifecycle.alerts import Ending, SaidAt
from states.lifecycle.appeal import Action, Piece, Status
from states.people.chats import CUR, DUTY, Chat
from states.worktime.schedule import CLOSED, Hours, Schedule, Span
from tests.handlers.given import (
    ANNA,
    CHATS,
    CUR_CHAT,
    OFFICIAL,
    PHOTO,
    READY,
    appeal,
    cur,
    dialogue,
    facts,
    labels,
    of,
    pushed,
    replied,
    said,
    sends,
    tapped,
    wrote,
)
from tests.handlers.in_danger import (
    CODE,
    DUTY_CHAT,
    FIRE,
    NAMED,
    ON_DUTY,
    WITH_DUTY,
    alert_of,
    card_of,
    fires,
    pressed,
    raised,
    seen,
    shown,
    tells,
)
from tests.small import NOW, POLICY, REGION

# Raised.


@pytest.mark.parametrize("step", [Idle(), AskingText(), ChoosingTopic(("pits",)), Preview(), AddingTo(CODE), Refused()])
def test_an_alarm_has_its_number_at_once_at_any_step(step: Step) -> None:
    """R25, R28, R35: nothing is pressed, nothing is asked, what was being written stays."""
    draft = READY if isinstance(step, Preview) else Draft()
    decision = tells(step=step, draft=draft)
    (held,) = decision.appeals
    assert held.alarming and held.code == CODE and held.urgent and held.status is Status.WAITING
    first = sends(decision, ANNA)[0]
    assert first.text.startswith("Звоните 112 прямо сейчас. Мы не экстренная служба и никого не вызываем.")
    assert CODE in first.text and first.appeal == CODE and labels(first) == ["Отмена"]
    assert len(sends(decision, ANNA)) == 1 and decision.history[0].action is Action.SUBMIT
    assert decision.dialogue is not None and decision.dialogue.step == ReportingDanger(CODE)
    assert decision.dialogue.draft == (replace(READY, warned=True) if isinstance(step, Preview) else Draft())


def test_the_card_says_what_and_where_and_never_who() -> None:
    """R21: no forward, no profile, no earlier words; first «Вижу»."""
    earlier = Draft((Piece(3, "Тайна прежних слов"),))
    decision = tells(draft=earlier, step=AskingText())
    card = card_of(decision)
    assert card.forward is None and card.copy is None and card.priority is Priority.DIALOGUE and card.report
    assert card.text.startswith("⚠ Житель ещё пишет, 14:00:\n«Горит дом, внутри люди!")
    assert "Где: Миасс, Мира 5, со слов." in card.text and "112 показали; звонил ли, неизвестно." in card.text
    assert card.text.endswith(f"№{CODE}") and "Тайна" not in card.text and str(ANNA) not in card.text
    assert labels(card) == ["Вижу", "Показать профиль"]
    assert "Где: не назвал." in card_of(tells("Помогите, меня убивают")).text


def test_a_place_that_is_not_sure_is_not_told_and_an_urgent_topic_is_kept() -> None:
    held = raised("Пожар, горит дом")
    assert held.topic == "fire" and held.place is None and held.address == ""
    assert raised("Снег, человек лежит без сознания").topic == ""


def test_no_limit_keeps_an_alarm_back() -> None:
    """R28, T9: neither open messages nor the day's number; the ЦУР's pause for new ones does not hold it either."""
    policy = replace(POLICY, open_appeals=1, appeals_a_day=1)
    decision = tells(policy=policy, appeals=(appeal(code="1124-BBBB"),))
    assert decision.appeals[0].alarming
    paused = {**CHATS, CUR: cur(paused_until=NOW + timedelta(days=1))}
    assert card_of(tells(chats=paused)).peer == CUR_CHAT


def test_it_stands_before_those_on_duty_where_they_have_a_chat() -> None:
    decision = tells(chats=WITH_DUTY)
    assert card_of(decision, DUTY_CHAT) and not sends(decision, CUR_CHAT) and decision.appeals[0].chat == DUTY_CHAT
    lost = {**CHATS, DUTY: Chat(DUTY_CHAT, DUTY, NOW, lost=True)}
    assert card_of(tells(chats=lost)).peer == CUR_CHAT


def test_without_a_chat_it_waits_for_one_and_calls_all_the_same() -> None:
    decision = tells(chats={})
    (held,) = decision.appeals
    assert held.alarming and held.chat is None and not of(CancelTimer, decision)[2:]
    assert [timer.name for timer in of(StartTimer, decision)] == [alarms.ALERT_TIMER]
    again = fires(held, chats={}, now=NOW + timedelta(minutes=5))
    assert "Передать не получилось" in said(again) and not sends(again, CUR_CHAT)
    later = fires(again.appeals[0], now=NOW + timedelta(minutes=10))
    assert card_of(later).text.startswith("⚠") and later.appeals[0].chat == CUR_CHAT
    came = decide(facts(waiting=(held,)), RoutesChanged(0, NOW))
    assert came.appeals[0].chat == CUR_CHAT and card_of(came) and not sends(came, ANNA)
    assert not decide(facts(waiting=(came.appeals[0],)), RoutesChanged(0, NOW)).appeals
    nobody = decide(facts(waiting=(held,), chats={}), RoutesChanged(0, NOW))
    assert not nobody.appeals


def test_a_card_that_has_not_left_for_a_lost_chat_never_leaves() -> None:
    """I4, seed 61000170: the chat of those on duty was lost, the next call brought the card to the ЦУР, and when the
    first chat was back it had the card too."""
    held = tells(chats=WITH_DUTY).appeals[0]
    lost = {**CHATS, DUTY: Chat(DUTY_CHAT, DUTY, NOW, lost=True)}
    later = fires(held, chats=lost, now=NOW + timedelta(minutes=5))
    assert later.appeals[0].chat == CUR_CHAT and of(CancelSend, later) == [CancelSend(held.card)]
    assert not of(CancelSend, fires(held, chats=WITH_DUTY, now=NOW + timedelta(minutes=5)))


def test_the_card_keeps_the_words_of_an_ended_alarm_whatever_the_clock_says() -> None:
    """F23, seeds 71000242 and 71000419: set back between card and end, it made the card a usual one, without words."""
    (over,) = pressed(actions.HANDED_OVER, replace(seen(), card_at=NOW + timedelta(hours=1))).appeals
    assert alert_of(over).ended_at is not None and of_alarm(over)
    assert not of_alarm(replace(over, reopened=1)), "opened again it is an appeal as any other"


def test_the_message_of_an_edit_that_tells_of_danger_is_an_alarm() -> None:
    """T18: of the draft or of something sent; what told of it before is none again. Its number is not that which the
    same message had before a restore (I7)."""
    edit = MessageEdited(wrote(FIRE, 3).message)
    before = Draft((Piece(3, "Помогите"),))
    assert decide(facts(dialogue(AskingText(), before)), edit).appeals[0].alarming
    (held,) = decide(facts(dialogue(), appeals=(appeal(),)), edit).appeals
    assert held.alarming and held.source == -3 - alarms.OF_AN_EDIT and alert_of(held).said[0].cmid == 3
    told = Draft((Piece(3, "Горит дом"),))
    assert not decide(facts(dialogue(AskingText(), told)), edit).appeals


# Who reads.


def test_told_is_said_when_vk_shows_the_card_and_once() -> None:
    """«Сообщили» is a card that VK shows."""
    held = raised(directory=NAMED)
    decision = shown(held, directory=NAMED)
    assert said(decision) == "14:00: сообщили дежурному. Если не звонили 112, звоните."
    assert shown(decision.appeals[0]).ignored == "доставлено"
    assert said(shown(held)) == "14:00: сообщили в центр управления регионом. Если не звонили 112, звоните."


def test_nobody_on_duty_is_said_with_the_hour() -> None:
    week: Hours = (Span(9 * 60, 18 * 60),)
    night = NOW.replace(hour=22)  # 03:00 there
    asleep = replace(NAMED, duty=replace(ON_DUTY, schedule=Schedule((week,) * 7, by_calendar=False)))
    decision = shown(raised(directory=asleep, now=night), directory=asleep, now=night, at=night)
    assert said(decision) == "Сейчас дежурного нет, прочитают в 9:00. Звоните 112: отсюда никто не вызовет."
    unnamed = shown(raised(now=night), now=night, at=night)
    assert said(unnamed).startswith("Сейчас в центре управления регионом никого нет, прочитают в 9:00.")
    evening = NOW.replace(hour=15)
    tomorrow = shown(raised(directory=asleep, now=evening), directory=asleep, now=evening, at=evening)
    assert "прочитают завтра в 9:00" in said(tomorrow)
    monday = replace(NAMED, duty=replace(ON_DUTY, schedule=Schedule((week, *(CLOSED,) * 6), by_calendar=False)))
    assert "прочитают 30 ноября в 9:00" in said(shown(raised(directory=monday), directory=monday))


def test_until_somebody_is_named_nobody_speaks_of_a_person_on_duty() -> None:
    """At night without one the ЦУР is not there; the hours are the region's."""
    night = NOW.replace(hour=22)
    week: Hours = (Span(9 * 60, 18 * 60),)
    closed = replace(REGION, schedule=Schedule((week,) * 7, by_calendar=False))
    told = said(shown(raised(directory=closed, now=night), directory=closed, now=night, at=night))
    assert told == (
        "Сейчас в центре управления регионом никого нет, прочитают в 9:00. Звоните 112: отсюда никто не вызовет."
    )


def test_a_card_that_vk_does_not_take_goes_to_the_other_chat() -> None:
    """F16: at once, though nobody knows yet whether the chat of those on duty is lost. Where there is no other one, the
    look at it is waited for, which is a matter of seconds."""
    held = raised(chats=WITH_DUTY)
    decision = shown(held, chats=WITH_DUTY, chat=WITH_DUTY[DUTY], outcome=DeliveryOutcome.CHAT_LOST)
    assert card_of(decision).peer == CUR_CHAT
    assert decision.appeals[0].chat == CUR_CHAT and not sends(decision, ANNA)
    assert shown(raised(), chat=CHATS[CUR], outcome=DeliveryOutcome.CHAT_LOST).ignored
    lost = replace(CHATS[CUR], lost=True)
    alone = shown(raised(), chat=lost, chats=CHATS | {CUR: lost}, outcome=DeliveryOutcome.CHAT_LOST)
    assert "Передать не получилось" in said(alone) and alone.appeals[0].chat is None
    aside = shown(raised(), outcome=DeliveryOutcome.SET_ASIDE)
    assert "Передать не получилось" in said(aside) and not aside.appeals


def test_a_card_that_nobody_reads_calls_though_its_author_has_cried_wolf() -> None:
    """Nothing else would tell of it."""
    held = replace(raised(), alert=replace(alert_of(raised()), silent=True))
    decision = shown(held, outcome=DeliveryOutcome.SET_ASIDE)
    assert not alert_of(decision.appeals[0]).silent and of(StartTimer, decision)


def test_seen_is_a_press_and_is_told_once() -> None:
    held = raised()
    decision = pressed(actions.SEE, held, directory=NAMED)
    assert said(decision) == "14:00: дежурный прочитал. 112 это не заменяет."
    (edit,) = of(Edit, decision)
    assert labels(edit) == ["Передано в 112", "Ложная тревога", "Не дозвонились", "Показать профиль"]
    assert "✓ Видит сотрудник ЦУР, 14:00." in edit.text and of(CancelTimer, decision)
    assert "сотрудник ЦУР прочитал" in said(pressed(actions.SEE, held))
    again = pressed(actions.SEE, decision.appeals[0])
    assert not again.appeals and not sends(again)
    assert of(AnswerButton, again)[0].text == "Уже видит сотрудник ЦУР, 14:00."


def test_a_person_of_the_directory_is_named() -> None:
    known = replace(NAMED, duty=replace(ON_DUTY, people=(DutyOfficer(OFFICIAL, "Олег Петров"),), handover="прямой"))
    held = raised(directory=known)
    assert "Как передать: прямой." in card_of(tells(directory=known)).text
    assert "✓ Видит Олег Петров" in of(Edit, pressed(actions.SEE, held, directory=known))[0].text


@pytest.mark.parametrize(
    ("action", "ending", "words"),
    [
        (actions.HANDED_OVER, Ending.HANDED_OVER, "14:00: сотрудник ЦУР передал в 112."),
        (actions.FALSE_ALARM, Ending.FALSE, "Сотрудник ЦУР отметил, что опасности нет."),
    ],
)
def test_a_person_ends_it_by_name_and_nothing_is_asked(action: str, ending: Ending, words: str) -> None:
    decision = pressed(action, seen())
    (after,) = decision.appeals
    assert after.status is Status.CLOSED and alert_of(after).ending is ending and alert_of(after).ended_by == OFFICIAL
    assert decision.history[0].actor == OFFICIAL and decision.history[0].reason == ending
    (told,) = sends(decision, ANNA)
    assert told.text.startswith(words) and "Решено" not in labels(told)
    assert labels(told) == (["Что осталось починить"] if ending is Ending.HANDED_OVER else [])
    (edit,) = of(Edit, decision)
    assert edit.keyboard is None and "сотрудник ЦУР, 14:00" in edit.text and of(CancelTimer, decision)
    late = pressed(action, after)
    assert not late.appeals and not sends(late)


@pytest.mark.parametrize("action", [actions.HANDED_OVER, actions.FALSE_ALARM, actions.UNREACHED])
def test_nobody_ends_what_nobody_has_seen(action: str) -> None:
    decision = pressed(action, raised())
    assert not decision.appeals and not sends(decision)
    over = pressed(actions.FALSE_ALARM, seen()).appeals[0]
    assert not pressed(action, over).appeals and not pressed(actions.SEE, over).appeals


def test_112_out_of_reach_goes_on_being_called() -> None:
    decision = pressed(actions.UNREACHED, seen())
    (after,) = decision.appeals
    assert after.alarming and alert_of(after).calling and "Звоните сами" in said(decision)
    (timer,) = of(StartTimer, decision)
    assert timer.at == NOW + timedelta(minutes=5)
    assert "до 112 не дозвонились, звонит" in of(Edit, decision)[0].text
    called = fires(after, now=timer.at)
    assert "Пока никто не прочитал" not in said(called)
    (call,) = sends(called, CUR_CHAT)
    assert call.text.startswith("⚠ до 112 не дозвонились.") and labels(call) == []
    wolf = replace(seen(), alert=replace(alert_of(seen()), silent=True))
    assert of(StartTimer, pressed(actions.UNREACHED, wolf)), "whoever tries to reach 112 knows that it is none"


def test_photos_and_profile_are_shown_by_a_press_and_logged() -> None:
    """R24: whoever looks is known."""
    held = seen()
    held = replace(held, pieces=(*held.pieces, Piece(11, "", (PHOTO,))))
    decision = pressed(actions.PHOTOS, held)
    (copied,) = sends(decision, CUR_CHAT)
    assert copied.copy is not None and copied.copy.cmids == (11,) and copied.forward is None
    assert [line.action for line in decision.audit] == [AuditAction.SHOWED_FILES]
    assert not sends(pressed(actions.PHOTOS, seen())) and not pressed(actions.PHOTOS, seen()).audit
    assert [line.action for line in pressed(actions.CONTACT, held).audit] == [AuditAction.SHOWED_CONTACT]


def test_another_chat_does_nothing_with_it() -> None:
    """I4."""
    other = {**CHATS, "roads": CHATS["roads"]}
    decision = pressed(actions.SEE, raised(), peer=CHATS["roads"].peer, chats=other)
    assert not decision.appeals and not sends(decision)
    assert not pressed(actions.SEE, raised(), value="1124-ZZZZ").appeals


def test_words_of_those_on_duty_end_nothing() -> None:
    held = seen()
    known = facts(appeals=(held,), linked=held, chat=CHATS[CUR], theirs=dialogue(), replied=held.card)
    decision = decide(known, replied("Бригада выехала", peer=CUR_CHAT))
    (words,) = [send for send in sends(decision, ANNA) if send.kind == Kind.ANSWER]
    assert "Бригада выехала" in words.text and texts.SOLVED_OR_NOT not in words.text
    assert decision.appeals[0].alarming and not decision.history


def test_an_alarm_is_nobodys_usual_business_until_it_has_ended() -> None:
    """It has no other buttons, and commands say what to press first."""
    held = raised()
    assert not pressed(actions.ASSIGN, held).appeals and not pressed(actions.ACCEPT, held).appeals
    chat = CHATS[CUR]
    decision = decide(
        facts(appeals=(held,), linked=held, chat=chat, replied=held.card), replied("/направить roads", peer=CUR_CHAT)
    )
    assert not decision.appeals and texts_danger.FIRST_END in said(decision, CUR_CHAT)
    for word in ("/принять", "/закрыть", "/не наше"):
        known = facts(appeals=(held,), linked=held, chat=chat, replied=held.card)
        refused = decide(known, replied(word, peer=CUR_CHAT))
        assert not refused.appeals and texts_danger.FIRST_END in said(refused, CUR_CHAT), word


# Called again.


def test_unseen_it_is_called_again_with_those_on_duty_by_name() -> None:
    held = raised(directory=NAMED)
    at = NOW + timedelta(minutes=5)
    decision = fires(held, directory=NAMED, now=at)
    (call,) = sends(decision, CUR_CHAT)
    assert call.mentions and call.text.startswith("⚠ [id71|Олег Петров], [id72|Анна Лис]: тревогу никто не прочитал.")
    assert "14:00, Сообщение · Миасс, Мира 5 №1124-AAAA" in call.text and labels(call) == [f"Вижу: {CODE}"]
    assert call.appeal == CODE and said(decision) == "Пока никто не прочитал. Звоните 112."
    (timer,) = of(StartTimer, decision)
    assert timer.at == NOW + timedelta(minutes=10)
    (after,) = decision.appeals
    again = fires(after, directory=NAMED, now=timer.at)
    assert not sends(again, ANNA) and of(StartTimer, again)[0].at == NOW + timedelta(minutes=20)
    half_hourly = fires(again.appeals[0], directory=NAMED, now=NOW + timedelta(minutes=20))
    assert of(StartTimer, half_hourly)[0].at == NOW + timedelta(minutes=50)


def test_after_a_quarter_of_an_hour_the_substitute_is_called_too() -> None:
    late = fires(raised(directory=NAMED), directory=NAMED, now=NOW + timedelta(minutes=20))
    assert "[id73|Вера Ким]" in sends(late, CUR_CHAT)[0].text
    nobody = replace(NAMED, duty=replace(ON_DUTY, substitute=None))
    assert "Вера" not in sends(fires(raised(), directory=nobody, now=NOW + timedelta(minutes=20)), CUR_CHAT)[0].text


def test_at_night_only_the_substitute_is_woken() -> None:
    week: Hours = (Span(9 * 60, 18 * 60),)
    asleep = replace(NAMED, duty=replace(ON_DUTY, schedule=Schedule((week,) * 7, by_calendar=False)))
    night = NOW.replace(hour=22)
    held = raised(directory=asleep, now=night)
    first = sends(fires(held, directory=asleep, now=night + timedelta(minutes=5)), CUR_CHAT)[0]
    assert first.text.startswith("⚠ тревогу никто не прочитал.")
    later = sends(fires(held, directory=asleep, now=night + timedelta(minutes=20)), CUR_CHAT)[0]
    assert later.text.startswith("⚠ [id73|Вера Ким]: тревогу")


def test_two_alarms_at_once_are_one_message() -> None:
    mine, other = raised(), replace(raised(), code="1124-BBBB", resident=1002, created_at=NOW + timedelta(minutes=2))
    at = NOW + timedelta(minutes=5)
    decision = fires(mine, other, now=at)
    (call,) = sends(decision, CUR_CHAT)
    assert "никто не прочитал 2 тревоги." in call.text and labels(call) == [f"Вижу: {CODE}", "Вижу: 1124-BBBB"]
    assert call.appeal is None and {one.code for one in decision.appeals} == {CODE, "1124-BBBB"}
    (moved,) = [one for one in decision.appeals if one.code == "1124-BBBB"]
    quiet = fires(moved, now=at + timedelta(minutes=2))
    assert not quiet.appeals and not sends(quiet) and of(StartTimer, quiet)
    press = decide(
        facts(appeals=(other,), chat=CHATS[CUR], replied=f"v1|101|{alarms.CALL}|{CUR_CHAT}|x|0"),
        pushed(actions.SEE, "1124-BBBB", peer=CUR_CHAT),
    )
    assert alert_of(press.appeals[0]).seen_by == OFFICIAL
    many = [replace(other, code=f"1124-CCC{number}") for number in range(2, 10)]
    crowd = sends(fires(mine, *many, now=at), CUR_CHAT)[0]
    assert "никто не прочитал 9 тревог" in crowd.text and len(labels(crowd)) == alarms.SHOWN


def test_what_a_clock_that_was_ahead_told_and_called_is_called_again() -> None:
    """Each half an hour, and the substitute too: nobody knows for how long it has waited (F23)."""
    ahead = NOW + timedelta(days=1)
    (called,) = fires(raised(directory=NAMED, now=ahead), directory=NAMED, now=ahead + timedelta(minutes=5)).appeals
    again = fires(called, directory=NAMED, now=NOW)
    assert "[id73|Вера Ким]" in sends(again, CUR_CHAT)[0].text
    assert of(StartTimer, again)[0].at == NOW + timedelta(minutes=30)


def test_what_has_been_seen_or_ended_is_not_called() -> None:
    for held in (seen(), pressed(actions.FALSE_ALARM, seen()).appeals[0], appeal()):
        assert fires(held).ignored == "тревога уже не ждёт"
    assert decide(facts(dialogue()), TimerFired(alarms.ALERT_TIMER, CODE, ANNA, NOW)).ignored


def test_after_two_false_alarms_the_authors_cards_do_not_repeat() -> None:
    """A prank: 112 and the card come as ever."""
    over = [replace(pressed(actions.FALSE_ALARM, seen()).appeals[0], code=f"1124-BBB{number}") for number in (2, 3)]
    decision = tells(appeals=tuple(over), cmid=30)
    (held,) = decision.appeals
    assert card_of(decision) and alert_of(held).silent and not of(StartTimer, decision)
    assert fires(held).ignored == "тревога уже не ждёт"
    assert not alert_of(tells(appeals=(over[0],), cmid=30).appeals[0]).silent


# What is wanted of storage.


def test_the_number_of_an_alarm_is_made_of_its_own_message() -> None:
    """What is being written meanwhile keeps its own, and what was sent of a message before it was edited (R35)."""
    talk = dialogue(AskingText(), READY)
    assert needs(wrote(FIRE, 20), talk).first == -20 and needs(wrote("Яма", 20), talk).first == 3
    assert needs(MessageEdited(wrote(FIRE, 3).message), talk).first == -3 - alarms.OF_AN_EDIT
    asked = dialogue(OfferingDuty((Piece(7, "не хочу жить"), Piece(8, "совсем")), despair=True))
    assert needs(tapped(actions.TELL_DUTY), asked).first == -8
    assert needs(tapped(actions.TELL_DUTY), dialogue(OfferingDuty())).first == 10
    assert needs(wrote(), dialogue(ReportingDanger(CODE))).shown == {CODE}
    assert needs(TimerFired(alarms.ALERT_TIMER, CODE, ANNA, NOW), None).alarms


# Its lines.


def test_causes_of_an_alarm_are_its_own() -> None:
    """I7: each line to its author names the number and the stage."""
    held = raised()
    lines = [*sends(shown(held), ANNA), *sends(pressed(actions.SEE, held), ANNA), *sends(fires(held), ANNA)]
    assert len({send.cause for send in lines}) == 3 and all(parse(send.cause).kind == "status" for send in lines)
    assert alert_of(held).said == (SaidAt(9, NOW),)
    assert isinstance(facts(), Facts)
