"""Words of officials to a resident: worded, held, taken back; of an incident to all of it (R32, R36, R43)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.lifecycle.answering import READ_BY, TOGETHER, WHAT, of_member
from handlers.text import actions, texts_chat
from states.cause import parse
from states.decision import Decision
from states.effects import CancelSend, Edit, Source
from states.lifecycle.answers import Held
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.reasons import Decline, Postpone
from states.lifecycle.tasks import Job
from tests.handlers.given import (
    ANNA,
    BORIS,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    in_cur,
    labels,
    of,
    roads,
    sends,
)
from tests.handlers.in_chat import CODE, OTHER, PHOTO_OF, RICH, busy, pick, press, say, snack, task_of, tell, the
from tests.small import COMMUNITY, NOW

WORK = appeal(status=Status.IN_WORK)
ANSWER = f"v1|{COMMUNITY}|answer|{ROADS_CHAT}|20|0"
LEAD = appeal(status=Status.IN_WORK, incident=CODE)
MEMBER = appeal(code=OTHER, resident=BORIS, source=9, status=Status.MERGED, incident=CODE, chat=None, card="")
LONG = "Двор почистили вчера вечером, снег вывезли"
DAY = NOW + timedelta(days=1, hours=4)


def held(action: str = Action.ANSWER, **more: object) -> Held:
    known = {"cause": ANSWER, "action": action, "actor": OFFICIAL, "at": NOW, "peer": ROADS_CHAT, "cmid": 20}
    return Held(**known | {"text": LONG} | more)  # type: ignore[arg-type]


def leaves(decision: Decision, to: int = ANNA) -> str:
    (send,) = sends(decision, to)
    held_until = {NOW + timedelta(seconds=30), NOW + READ_BY}  # what stands in a message is read again first
    assert send.report and send.not_before in held_until, "T6: it can be undone"
    return send.text


# What the resident reads.


def test_words_are_held_and_nothing_has_moved_before_they_arrive() -> None:
    """R36: an answer counts when VK has it."""
    decision = say(LONG, WORK)
    after = the(decision)
    assert (after.status, after.version, decision.history) == (Status.IN_WORK, 3, ())
    assert [(answer.cause, answer.action, answer.actor, answer.text) for answer in after.held] == [
        (ANSWER, "answer", OFFICIAL, LONG)
    ]


KINDS = {
    "question": (
        lambda: say("/вопрос Какой подъезд?", WORK),
        ["Вопрос по сообщению №1124-AAAA", "Какой подъезд?", "Ждём до 30 ноября"],
    ),
    "interim": (
        lambda: say("/промежуточный завтра: выехали", WORK),
        ["Промежуточный ответ", "выехали", "не позднее 25 ноября"],
    ),
    "postponed": (
        lambda: pick("day 2026-11-25", busy(Job.POSTPONE, WORK, reason=Postpone.SEASON)),
        ["отложили: работы делают в тёплое время года", "не позднее 25 ноября"],
    ),
    "declined": (
        lambda: pick(f"reason {Decline.NO_PLACE}", busy(Job.DECLINE, WORK)),
        ["ответа не будет", "не указано, где это", "https://www.gosuslugi.ru/"],
    ),
    "outside": (lambda: pick("whom rail", busy(Job.OUTSIDE, WORK)), ["Железная дорога", "8 800 000-00-00"]),
    "closed": (lambda: say("/закрыть Писали не нам", in_cur(), chat=cur()), ["закрыто", "Писали не нам"]),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_worded_in_its_way(kind: str) -> None:
    """R31, R36, R40, R41, rules.md §3.1."""
    said, parts = KINDS[kind]
    text = leaves(said())
    assert all(part in text for part in parts), text


def test_a_contact_that_the_directory_has_lost_is_worded_with_what_was_said() -> None:
    lost = replace(RICH, outside=RICH.outside[:1])
    waiting = busy(Job.OUTSIDE, WORK, whom="house", text="в чеке")
    decision = pick("whom rail", replace(waiting, tasks=()), directory=lost)
    assert snack(decision) == texts_chat.TASK_OVER
    assert "rail" not in leaves(pick("whom rail", busy(Job.OUTSIDE, WORK), directory=lost))


def test_files_go_with_the_words_they_came_with() -> None:
    (send,) = sends(say("", WORK, files=PHOTO_OF), ANNA)
    assert send.copy == send.source == Source(ROADS_CHAT, (20,)) and "Ответ во вложении." in send.text


def test_the_cur_answers_under_its_own_name() -> None:
    decision = say(LONG, in_cur(status=Status.IN_WORK, agency="roads"), chat=cur())
    assert "Центр управления регионом:" in leaves(decision)


# What the official should look at (R43).


@pytest.mark.parametrize(
    "text, warned",
    [
        ("Принято", texts_chat.EMPTY_ANSWER),
        ("Починили", ""),
        ("Дали в 14:30", ""),
        (LONG, ""),
        ("слово" * 20, texts_chat.SAME_ANSWER),
    ],
)
def test_an_empty_or_copied_answer_is_warned_about_and_still_leaves(text: str, warned: str) -> None:
    """R43."""
    chat = roads()
    chat = replace(chat, recent=say("слово" * 20, WORK).chat.recent)  # type: ignore[union-attr]
    decision = say(text, WORK, chat=chat)
    (offer,) = sends(decision, ROADS_CHAT)
    assert (warned in offer.text) and ("Проверьте" in offer.text) == bool(warned) and sends(decision, ANNA)


def test_only_the_last_answers_of_a_chat_are_remembered() -> None:
    chat = replace(roads(), recent=tuple(f"{n}" for n in range(20)))
    seen = say(LONG, WORK, chat=chat).chat
    assert seen is not None and len(seen.recent) == 20 and seen.recent[0] == "1"


def test_questions_and_files_are_not_compared() -> None:
    for decision in (say("/вопрос Где?", WORK), say("да", WORK, files=PHOTO_OF)):
        assert decision.chat is None


# The line below it.


def test_a_final_answer_may_become_another_kind_while_it_can_be_undone() -> None:
    (offer,) = sends(say(LONG, WORK), ROADS_CHAT)
    assert labels(offer) == ["Отменить", "Это промежуточный", "Это вопрос"]
    (question,) = sends(say("/вопрос Где?", WORK), ROADS_CHAT)
    assert labels(question) == ["Отменить"]
    (correction,) = sends(say(LONG, appeal(status=Status.ANSWERED)), ROADS_CHAT)
    assert labels(correction) == ["Отменить"], "after an answer nothing is interim"


def test_the_words_are_of_one_gender_in_every_kind() -> None:
    """«Ответ … доставлен», «Вопрос … отменён»: every kind fits every sentence."""
    for name in WHAT.values():
        assert name.split()[0] in ("Ответ", "Вопрос", "Промежуточный", "Отказ", "Текст"), name
    assert set(WHAT) == TOGETHER | {Action.ASK}


# Of an incident.


def test_everybody_of_an_incident_is_answered_once_under_his_own_number() -> None:
    """R32."""
    decision = say(LONG, LEAD, members=(MEMBER,))
    assert CODE in leaves(decision) and OTHER not in leaves(decision)
    assert OTHER in leaves(decision, BORIS) and CODE not in leaves(decision, BORIS)
    assert "и другие о том же" in leaves(decision, BORIS)
    assert [one.held[0].cause for one in decision.appeals] == [ANSWER, of_member(ANSWER, OTHER)]
    (offer,) = sends(decision, ROADS_CHAT)
    assert "уйдёт всем, кто об этом написал," in offer.text


@pytest.mark.parametrize("other", [replace(MEMBER, status=Status.ANSWERED), replace(MEMBER, incident="x")])
def test_only_those_that_still_wait_in_it_are(other: Appeal) -> None:
    assert not sends(say(LONG, LEAD, members=(other,)), BORIS)


def test_a_question_is_to_one_resident_only() -> None:
    assert not sends(say("/вопрос Где?", LEAD, members=(MEMBER,)), BORIS)


def test_an_incident_is_closed_for_everybody() -> None:
    """Nobody of it may be left waiting."""
    lead = in_cur(incident=CODE)
    decision = say("/закрыть Уже сделано", lead, chat=cur(), members=(MEMBER,))
    assert "Уже сделано" in leaves(decision, BORIS) and len(decision.appeals) == 2


def test_news_go_to_everybody_with_their_files_and_answer_nobody() -> None:
    """features.md §6.6: what is known so far; of files it is asked first whom they are for (R32)."""
    asked = say("/всем Работы начались", in_cur(incident=CODE), chat=cur(), members=(MEMBER,), files=PHOTO_OF)
    (task,) = the(asked).tasks
    decision = pick("share to_all", the(asked), chat=cur(), members=(MEMBER,), replied=task.prompt)
    for who in (ANNA, BORIS):
        (send,) = sends(decision, who)
        assert "Новости по сообщению" in send.text and "Работы начались" in send.text
        assert send.copy == Source(CUR_CHAT, (20,))
    assert [one.held[0].action for one in decision.appeals] == ["news", "news"]
    (offer,) = of(Edit, decision)
    assert "Текст для всех по №1124-AAAA уйдёт всем, кто об этом написал," in offer.text


# Taken back.


def holding(*words: Held, **more: object) -> Appeal:
    return replace(WORK, held=words or (held(),), **more)  # type: ignore[arg-type]


def test_what_was_taken_back_is_on_its_way_no_more() -> None:
    """T6."""
    decision = press(actions.UNDO, ANSWER, holding(), unsent=frozenset({ANSWER}))
    assert the(decision).held == () and the(decision).version == 3
    assert of(CancelSend, decision) == [CancelSend(ANSWER)] and snack(decision) == texts_chat.UNDONE
    (line,) = of(Edit, decision)
    assert "отменён" in line.text and line.keyboard is None


def test_an_answer_to_an_incident_is_taken_back_from_everybody() -> None:
    theirs = of_member(ANSWER, OTHER)
    member = replace(MEMBER, held=(held(cause=theirs),))
    unsent = frozenset({ANSWER, theirs})
    decision = press(actions.UNDO, ANSWER, holding(incident=CODE), unsent=unsent, members=(member,))
    assert {effect.cause for effect in of(CancelSend, decision)} == {ANSWER, theirs}
    assert [one.held for one in decision.appeals] == [(), ()]


def test_it_is_taken_back_from_whoever_has_left_the_incident_too() -> None:
    """T6: the words know to whom they were said, and a press finds those by it (facts_appeals.py)."""
    decision = say(LONG, LEAD, members=(MEMBER,))
    assert [one.held[0].also for one in decision.appeals] == [(OTHER,), ()]
    apart = replace(the(decision, OTHER), status=Status.WAITING, incident="", chat=CUR_CHAT)
    unsent = frozenset({ANSWER, of_member(ANSWER, OTHER)})
    undone = press(actions.UNDO, ANSWER, the(decision), unsent=unsent, members=(apart,))
    assert {effect.cause for effect in of(CancelSend, undone)} == unsent
    assert [(one.code, one.held) for one in undone.appeals] == [(CODE, ()), (OTHER, ())]


@pytest.mark.parametrize("told", [True, False], ids=["on its way", "arrived"])
def test_what_has_begun_to_leave_to_one_of_an_incident_is_taken_back_from_nobody(told: bool) -> None:
    """T6: the line would say that nobody gets what somebody has read."""
    decision = say(LONG, LEAD, members=(MEMBER,))
    member = the(decision, OTHER) if told else replace(the(decision, OTHER), status=Status.ANSWERED, held=())
    late = press(actions.UNDO, ANSWER, the(decision), unsent=frozenset({ANSWER}), members=(member,))
    assert not late.appeals and not of(CancelSend, late) and snack(late) == texts_chat.TOO_LATE


@pytest.mark.parametrize(
    ("action", "unsent", "undone"),
    [("interim", False, True), ("answer", False, True), ("answer", True, True), ("leaving", False, False)],
)
def test_who_took_his_appeal_back_hinders_nobody(action: str, unsent: bool, undone: bool) -> None:
    """Nothing is said to him any more, so it has not left, but for what was on its way already."""
    words = held(cause=ANSWER, also=(OTHER,))
    lead, gone = replace(holding(incident=CODE), held=(words,)), replace(MEMBER, status=Status.WITHDRAWN, incident="")
    if action == "leaving":
        gone = replace(gone, held=(held(cause=of_member(ANSWER, OTHER)),))
    causes = frozenset({ANSWER, of_member(ANSWER, OTHER)} if unsent else {ANSWER})
    decision = press(actions.UNDO, ANSWER, lead, unsent=causes, members=(gone,))
    assert {effect.cause for effect in of(CancelSend, decision)} == (causes if undone else set())


def test_the_same_words_become_a_question() -> None:
    decision = press(actions.AS_QUESTION, ANSWER, holding(), unsent=frozenset({ANSWER}))
    assert of(CancelSend, decision) == [CancelSend(ANSWER)]
    (again,) = the(decision).held
    assert (again.action, again.text, again.cause) == ("ask", LONG, ANSWER.replace("|20|", "|20.ask|"))
    assert "Вопрос по сообщению" in leaves(decision) and the(decision).version == 3


def test_as_an_interim_answer_they_need_a_day_first() -> None:
    decision = press(actions.AS_INTERIM, ANSWER, holding(), unsent=frozenset({ANSWER}))
    task = task_of(decision)
    assert (task.job, task.text, task.cmid, the(decision).held) == (Job.INTERIM, LONG, 20, ())
    (question,) = of(Edit, decision)
    assert question.target == task.prompt == str(parse(ANSWER).offer), "the line under the answer becomes the question"
    assert "к какому дню" in question.text and not sends(decision)
    done = pick("day 2026-11-26", the(decision), replied=task.prompt)
    assert "Окончательный ответ обещают не позднее 26 ноября" in leaves(done)


def test_where_it_cannot_be_another_kind_any_more_it_is_taken_back_and_said_so() -> None:
    gone = replace(holding(), status=Status.ANSWERED)
    decision = press(actions.AS_QUESTION, ANSWER, gone, unsent=frozenset({ANSWER}))
    assert of(CancelSend, decision) and "есть ответ" in snack(decision) and the(decision).held == ()


def test_words_that_the_appeal_does_not_know_are_only_taken_back() -> None:
    """Said by a bot of an earlier version."""
    decision = press(actions.AS_INTERIM, ANSWER, WORK, unsent=frozenset({ANSWER}))
    assert of(CancelSend, decision) and not decision.appeals and snack(decision) == texts_chat.UNDONE


def test_members_keep_their_change_when_the_leading_one_asks_on() -> None:
    theirs = of_member(ANSWER, OTHER)
    member = replace(MEMBER, held=(held(cause=theirs),))
    decision = press(
        actions.AS_INTERIM, ANSWER, holding(incident=CODE), unsent=frozenset({ANSWER, theirs}), members=(member,)
    )
    assert [(one.code, one.held) for one in decision.appeals] == [(CODE, ()), (OTHER, ())]


def test_typed_words_answer_the_question_for_them() -> None:
    decision = tell("Починили сегодня утром, проверили", busy(Job.ANSWER, WORK))
    assert "Починили сегодня утром" in leaves(decision) and the(decision).tasks == ()
