"""What is done in the panel is what the chat's dialogues do, with everything said at once (R24, R34, R51)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.needs import needs
from handlers.official.completing import template_to_write_on
from handlers.official.panel import LONGEST, AnswerPreview, read_as
from handlers.text import texts_chat, texts_danger, texts_panel
from handlers.views.filter_words import conditions, in_words, period
from handlers.views.listed import TermMark, lasted, on_day, state, term
from states.decision import Decision
from states.effects import Kind, Send
from states.events import Did, PanelActed, TimerFired
from states.facts import WantedFacts
from states.lifecycle.alerts import Alert, Ending
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.counted import Outcome
from states.lifecycle.several import SEVERAL_TIMER, Several
from states.lifecycle.templates import Template
from states.people.chats import Chat
from states.statistics.cells import Circle
from states.statistics.filter import By, Filter, TermOutcome, View
from states.statistics.listed import ListedAppeal
from states.statistics.rating import Counts, Formula, rating, share
from states.worktime.deadlines import Deadline, TermClock
from tests.handlers.given import CUR_CHAT, OFFICIAL, ROADS_CHAT, appeal, cur, facts, in_cur, of, roads, said, sends
from tests.small import NOW, POLICY, REGION

CODE = "1124-AAAA"
TODAY = NOW.astimezone(POLICY.zone).date()


def acted(did: Did, one: Appeal, chat: Chat | None = None, **more: Any) -> Decision:
    known = facts(chat=chat or roads(), linked=one, appeals=(one,))
    event = PanelActed((chat or roads()).peer, OFFICIAL, CODE, did, NOW, **more)
    return decide(known, event)


def test_what_it_needs_is_the_message_as_if_its_card_was_replied_to_and_every_chat() -> None:
    wanted = needs(PanelActed(CUR_CHAT, OFFICIAL, CODE, Did.MERGE, NOW, whom="1124-BBBB"), None)
    assert wanted.codes == {CODE, "1124-BBBB"} and wanted.every_chat and wanted.about == CODE and wanted.leads


def test_taken_to_work() -> None:
    decision = acted(Did.ACCEPT, appeal())
    assert [line.action for line in decision.history] == [Action.ACCEPT]
    assert acted(Did.ACCEPT, appeal(status=Status.IN_WORK)).ignored


def test_sent_on_by_the_control_centre_and_nobody_else() -> None:
    """R37."""
    (routed,) = acted(Did.ASSIGN, in_cur(), cur(), whom="roads").appeals
    assert (routed.status, routed.agency, routed.chat) == (Status.ROUTED, "roads", ROADS_CHAT)
    assert acted(Did.ASSIGN, appeal(), whom="roads").ignored


def test_words_leave_as_from_the_chat() -> None:
    """R44: held for the time in which they can be taken back; the chat sees that it was done."""
    decision = acted(Did.ANSWER, appeal(status=Status.IN_WORK), text="Засыпали сегодня в девять утра.")
    (answer,) = [one for one in of(Send, decision) if one.kind is Kind.ANSWER]
    assert "Засыпали сегодня" in answer.text and answer.not_before is not None and answer.source is None
    assert f"Ответ по №{CODE}" in said(decision, ROADS_CHAT)


def read(did: Did, one: Appeal, **more: Any) -> AnswerPreview:
    chat = more.pop("chat", None) or roads()
    return read_as(facts(chat=chat, appeals=(one,)), chat, one, PanelActed(chat.peer, OFFICIAL, CODE, did, NOW, **more))


def test_what_is_read_before_it_is_sent_is_what_leaves() -> None:
    until = NOW + timedelta(days=2)
    said: list[tuple[Did, dict[str, Any]]] = [
        (Did.ANSWER, {"text": "Засыпали сегодня."}),
        (Did.ASK, {"text": "Какой подъезд?"}),
        (Did.INTERIM, {"text": "Заказали щебень.", "until": until}),
        (Did.DECLINE, {"whom": "spam"}),
    ]
    one = appeal(status=Status.IN_WORK)
    for did, more in said:
        (sent,) = [found for found in of(Send, acted(did, one, **more)) if found.peer == one.resident]
        assert read(did, one, **more).words == sent.text, did


def test_of_words_that_cannot_leave_it_is_said_why_and_nothing_is_shown() -> None:
    one = appeal(status=Status.IN_WORK)
    assert read(Did.ANSWER, one) == AnswerPreview()
    assert read(Did.ANSWER, one, text="До {дата}") == AnswerPreview(note=texts_panel.BLANK_LEFT.format(blank="дата"))


def test_an_answer_given_before_word_for_word_is_noticed() -> None:
    """R43."""
    one, text = appeal(status=Status.IN_WORK), "Засыпали сегодня в девять утра."
    decision = acted(Did.ANSWER, one, text=text)
    assert decision.chat is not None and read(Did.ANSWER, one, text=text).note == ""
    assert read(Did.ANSWER, one, text=text, chat=decision.chat).note == texts_chat.SAME_ANSWER
    both = replace(one, incident=CODE)
    assert "и другие о том же" in read(Did.ANSWER, both, text=text).words
    assert "Дополнение к ответу" in read(Did.ANSWER, one, text=text, beside="add").words


@pytest.mark.parametrize("did", [Did.ANSWER, Did.INTERIM, Did.ASK])
def test_words_must_be_words(did: Did) -> None:
    until = NOW + timedelta(days=2) if did is Did.INTERIM else None
    assert acted(did, appeal(status=Status.IN_WORK), text=" ", until=until).ignored == texts_panel.NO_WORDS
    long = "я" * (LONGEST + 1)
    assert acted(did, appeal(status=Status.IN_WORK), text=long).ignored == texts_panel.TOO_LONG


def test_an_interim_answer_and_a_question() -> None:
    """R40."""
    until = NOW + timedelta(days=2)
    interim = acted(Did.INTERIM, appeal(status=Status.IN_WORK), text="Заказали щебень.", until=until)
    assert [one.kind for one in of(Send, interim) if one.peer == appeal().resident] == [Kind.ANSWER]
    asked = acted(Did.ASK, appeal(status=Status.IN_WORK), text="Какой подъезд?")
    assert any("Какой подъезд?" in one.text for one in of(Send, asked))


def test_closed_by_the_control_centre_with_a_reason() -> None:
    closed = acted(Did.CLOSE, in_cur(), cur(), text="Повтор другого сообщения.")
    assert of(Send, closed)


def test_a_reminder_goes_under_the_card_once_an_hour() -> None:
    """R51."""
    decision = acted(Did.REMIND, appeal(), cur())
    (reminder,) = sends(decision, ROADS_CHAT)
    assert "напоминает" in reminder.text and CODE in reminder.text
    assert not any(line == f"№{CODE}" for line in reminder.text.split("\n")), "only a card has its number alone"
    assert "Напомнили" in said(decision, CUR_CHAT)
    again = acted(Did.REMIND, appeal(), cur())
    assert sends(again, ROADS_CHAT)[0].cause == reminder.cause
    assert acted(Did.REMIND, appeal()).ignored == texts_panel.ONLY_CUR
    assert acted(Did.REMIND, appeal(status=Status.CLOSED), cur()).ignored == texts_panel.NOBODY_TO_REMIND


def due(key: str, one: Appeal, *others: Appeal) -> Decision:
    known = facts(chat=cur(), linked=one, appeals=(one, *others))
    return decide(known, TimerFired(SEVERAL_TIMER, key, CUR_CHAT, NOW))


def test_one_of_many_is_done_as_if_it_was_pressed_alone() -> None:
    """When it can be taken back no more."""
    key = Several(CODE, "m1", OFFICIAL, Did.ASSIGN, "roads").key
    assert key.startswith(CODE), "it ends with its message (R14)"
    (routed,) = due(key, in_cur()).appeals
    assert (routed.agency, routed.chat) == ("roads", ROADS_CHAT)
    assert due(Several(CODE, "m1", OFFICIAL, Did.REMIND).key, appeal(chat=CUR_CHAT)).ignored
    for strange in ("", f"{CODE} m1 anna assign roads", f"{CODE} m1 1 answer ", f"{CODE} m1 1 erase "):
        assert due(strange, in_cur()).ignored == "незнакомый таймер several"


def test_one_of_many_needs_what_a_press_needs() -> None:
    key = Several(CODE, "m1", OFFICIAL, Did.MERGE, "1124-BBBB").key
    pressed = PanelActed(CUR_CHAT, OFFICIAL, CODE, Did.MERGE, NOW, whom="1124-BBBB")
    assert needs(TimerFired(SEVERAL_TIMER, key, CUR_CHAT, NOW), None) == needs(pressed, None)
    assert needs(TimerFired(SEVERAL_TIMER, "1", CUR_CHAT, NOW), None) == WantedFacts()


def test_of_a_promise_it_is_asked_when_it_will_be_kept() -> None:
    """«Спросить»: an agency promised an answer by a day that is over."""
    over = Deadline(TermClock.FIRST_ANSWER, NOW - timedelta(days=3), NOW - timedelta(days=1))
    for status, words in ((Status.INTERIM, "спрашивает"), (Status.IN_WORK, "напоминает")):
        (told,) = sends(acted(Did.REMIND, appeal(status=status, deadline=over), cur()), ROADS_CHAT)
        assert words in told.text
    ahead = replace(over, due_at=NOW + timedelta(days=1))
    (told,) = sends(acted(Did.REMIND, appeal(status=Status.POSTPONED, deadline=ahead), cur()), ROADS_CHAT)
    assert "напоминает" in told.text
    (told,) = sends(acted(Did.REMIND, appeal(status=Status.INTERIM, deadline=None), cur()), ROADS_CHAT)
    assert "напоминает" in told.text


def test_another_chats_message_is_left_alone() -> None:
    """I4, R24."""
    assert acted(Did.ACCEPT, appeal(chat=CUR_CHAT)).ignored
    assert decide(facts(chat=roads()), PanelActed(ROADS_CHAT, OFFICIAL, "1124-NONE", Did.ACCEPT, NOW)).ignored
    assert decide(facts(chat=None), PanelActed(ROADS_CHAT, OFFICIAL, CODE, Did.ACCEPT, NOW)).ignored


# Rows and filters in words.


def listed(**more: Any) -> ListedAppeal:
    known: dict[str, Any] = {"status": Status.ROUTED, "created_at": NOW - timedelta(minutes=40)} | more
    return ListedAppeal(CODE, known.pop("status"), "pits", "miass", "roads", known.pop("created_at"), **known)


@pytest.mark.parametrize(
    ("more", "mark", "words"),
    [
        ({"status": Status.CLOSED}, TermMark.NONE, "закрыто"),
        ({"urgent": True}, TermMark.DANGER, "опасность 40 мин без ответа"),
        ({}, TermMark.NONE, "без срока"),
        ({"due_at": NOW - timedelta(hours=38)}, TermMark.LATE, "просрочено на 1 день 14 ч"),
        ({"due_at": NOW - timedelta(hours=3), "status": Status.REOPENED}, TermMark.LATE, "срок ЦУР вышел 3 ч назад"),
        ({"due_at": NOW - timedelta(hours=3), "status": Status.ASKED}, TermMark.LATE, "срок жителя вышел 3 ч назад"),
        ({"due_at": NOW + timedelta(minutes=41)}, TermMark.TODAY, "осталось 41 мин"),
        ({"due_at": NOW + timedelta(days=1)}, TermMark.LATER, "завтра в"),
        ({"due_at": NOW + timedelta(days=5)}, TermMark.LATER, "до "),
    ],
)
def test_a_term_in_words(more: dict[str, Any], mark: TermMark, words: str) -> None:
    said_so = term(listed(**more), NOW, POLICY.zone)
    assert said_so.mark is mark and words in f"{said_so.word} {said_so.rest}"


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(minutes=5), "5 мин"),
        (timedelta(hours=1, minutes=11), "1 ч 11 мин"),
        (timedelta(hours=2), "2 ч"),
        (timedelta(hours=18, minutes=5), "18 ч"),
        (timedelta(days=1), "1 день"),
        (timedelta(days=3, hours=4), "3 дня"),
    ],
)
def test_how_long(length: timedelta, words: str) -> None:
    assert lasted(length) == words


@pytest.mark.parametrize(
    ("more", "words", "bad"),
    [
        ({"status": Status.REOPENED}, "вернули: не решено", True),
        ({"status": Status.IN_WORK, "reopened": TODAY}, "вернули: не решено", True),
        ({"status": Status.WAITING}, "нет адресата", True),
        ({"due_at": NOW}, "не приняли", True),
        ({"status": Status.IN_WORK, "accepted": TODAY - timedelta(days=1)}, "приняли вчера", False),
        ({"status": Status.INTERIM}, "ответили, ждём итога", False),
        ({"status": Status.POSTPONED}, "отложено", False),
    ],
)
def test_where_it_stands_in_words(more: dict[str, Any], words: str, bad: bool) -> None:
    shown = state(listed(**more), TODAY)
    assert (shown.words, shown.bad) == (words, bad)


def test_a_day_as_people_say_it() -> None:
    assert on_day(TODAY, TODAY) == "сегодня"
    assert on_day(TODAY - timedelta(days=3), TODAY).startswith("в")
    assert on_day(TODAY - timedelta(days=9), TODAY)[0].isdigit()


def test_a_filter_says_exactly_what_is_searched() -> None:
    day = TODAY.replace(day=20)
    full = Filter(
        View.OVERDUE, (Status.IN_WORK,), (Outcome.SOLVED, Outcome.NONE), ("pits", "-"), ("miass", "-", "нет"),
        ("roads", "x", "-"), ("дверь",), By.FINAL, day, day + timedelta(days=2), (5, 4), (TermOutcome.LATE,), True,
        True, "1124-BBBB", "яма", Circle(55.16, 61.4, 2.5), True, (5001, 5002), True,
    )  # fmt: skip
    said_so = in_words(full, REGION)
    wanted = (
        "просрочено", "в работе", "решено", "без темы", "место не указано", "ведомство не назначено",
        "ссылка «дверь»", "окончательный ответ 20–22", "оценка 5 или 4", "позже срока", "пишут об опасности", "повторы",
        "1124-BBBB", "«яма»", "в круге 2,5 км, 55,1600; 61,4000", "ведомство выбрал житель",
        "ведёт id5001 или id5002", "отложено",
    )  # fmt: skip
    for words in wanted:
        assert words in said_so, words
    assert in_words(Filter(), REGION) == "все сообщения"
    opposite = in_words(
        Filter(terms=(TermOutcome.KEPT, TermOutcome.WAITING), urgent=False, repeat=False, chosen=False), REGION
    )
    assert opposite == "ответ в срок или без ответа; не об опасности; не повторы; ведомство выбрал не житель"
    known = [one.words for one in conditions(Filter(leads=(5001, 5002), later=False), REGION, {5001: "Анна Ц."})]
    assert known == ["ведёт Анна Ц. или id5002", "не отложено"]
    left = full
    for _ in conditions(full, REGION):
        left = conditions(left, REGION)[0].without
    assert left == Filter(), "each condition can be taken away"


def test_a_whole_group_of_topics_is_one_condition() -> None:
    group, alone = REGION.groups[0].name, REGION.topic_by_code["doctor"].name
    assert in_words(Filter(topics=("snow", "doctor", "pits")), REGION) == f"{group}: вся группа или {alone}"
    assert in_words(Filter(topics=("pits",)), REGION) == REGION.topic_by_code["pits"].name
    assert in_words(Filter(topics=("небывалая", "gone")), REGION) == "«небывалая» или Сообщение"


def test_a_period_in_words() -> None:
    day = TODAY.replace(month=10, day=28)
    assert period(Filter(since=day)).startswith("с 28 октября")
    assert period(Filter(until=day)).startswith("по 28 октября")
    assert period(Filter(since=day, until=day)) == f"28 октября {day.year}"
    assert "28 октября – 3 ноября" in period(Filter(since=day, until=day + timedelta(days=6)))
    assert str(day.year - 1) in period(Filter(since=day.replace(year=day.year - 1), until=day))


# The rating, by hand.


def test_the_rating_is_the_formula_worked_by_hand() -> None:
    """R55: the term of 250 fell, 180 were answered in time; of 200 answers and 25 that came back, of 40 ratings 30 were
    4 or 5.

    In time 180 ÷ 250 = 72 %; held 200 ÷ 225 = 88,9 %; satisfied 30 ÷ 40 = 75 %;
    (50 × 72 + 30 × 88,9 + 20 × 75) ÷ 100 = 77,67.
    """
    counts = Counts(received=260, final=200, due=250, kept=180, late=20, reopened=25, rated=40, satisfied=30)
    assert counts.waiting == 50
    found = rating(counts, Formula())
    assert found is not None and round(found, 2) == 77.67
    without = rating(replace(counts, rated=9), Formula())
    assert without is not None and round(without, 2) == round((50 * 72 + 30 * 200 / 225 * 100) / 80, 2)
    assert rating(replace(counts, due=29, kept=20), Formula()) is None, "too few to compare"
    assert rating(Counts(due=40), Formula(in_time=0, held=0, satisfied=0)) is None
    assert share(1, 0) is None and "÷ 100" in Formula().words


ALARM = in_cur(alert=Alert(NOW), urgent=True)


def test_an_alarm_is_read_and_ended_in_the_panel_as_on_its_card() -> None:
    """R28: nothing ends it before somebody has read it; each end is told its author once."""
    for did in (Did.HANDED_OVER, Did.FALSE_ALARM, Did.UNREACHED):
        assert acted(did, ALARM, cur()).ignored == texts_danger.NOT_YET
    (seen,) = acted(Did.SEE, ALARM, cur()).appeals
    assert seen.alert is not None and (seen.alert.seen_by, seen.alert.seen_at) == (OFFICIAL, NOW)
    for did, ending in ((Did.HANDED_OVER, Ending.HANDED_OVER), (Did.FALSE_ALARM, Ending.FALSE)):
        (ended,) = acted(did, seen, cur()).appeals
        assert ended.status is Status.CLOSED and ended.alert is not None and ended.alert.ending is ending
    (called,) = acted(Did.UNREACHED, seen, cur()).appeals
    assert called.alert is not None and called.alert.unreached_by == OFFICIAL and called.alarming


def test_a_row_of_an_alarm_says_when_it_was_told_and_whether_somebody_has_read_it() -> None:
    row = ListedAppeal(CODE, Status.WAITING, "", "miass", "", NOW, urgent=True, alert=Alert(NOW))
    said, later = term(row, NOW, POLICY.zone), term(row, NOW + timedelta(days=1), POLICY.zone)
    assert (said.mark, said.rest) == (TermMark.DANGER, "сказали в 14:00") and later.rest == "сказали 24 ноября в 14:00"
    assert state(row, TODAY).words == "никто не прочитал"
    assert state(replace(row, alert=Alert(NOW, seen_at=NOW)), TODAY).words == "прочитали, не закончили"
    assert not replace(row, accepted=TODAY).danger and not replace(row, urgent=False).danger


def test_a_canned_answer_is_begun_with_what_the_bot_knows_and_never_leaves_with_an_empty_place() -> None:
    """R43: what only a person knows stands as its place, and no resident reads «{дата}»."""
    work = appeal(status=Status.IN_WORK, address="Мира, 1")
    said = template_to_write_on(
        REGION, roads(), work, Template("Работы", "№{номер}: {адрес}, работы проведут {дата}, {причина}.")
    )
    assert said == f"№{CODE}: Мира, 1, работы проведут {{дата}}, {{причина}}."
    assert acted(Did.ANSWER, work, text=said).ignored == texts_panel.BLANK_LEFT.format(blank="дата")
    assert acted(Did.ANSWER, work, text="Скобки {любые} можно").ignored is None
