"""Words of an official that have not left when their resident says more: stopped, and decided about (R39, R44)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.answering import NEWS
from handlers.lifecycle.asking import TASK_TIMER, in_the_panel
from handlers.text import texts_answers, texts_chat
from states.decision import Decision
from states.dialogue import AddingTo
from states.effects import CancelSend, Edit
from states.events import Did, MessageEdited, PanelActed, TimerFired
from states.lifecycle.answers import Beside, Held
from states.lifecycle.appeal import Action, Appeal, Piece, Status
from states.lifecycle.tasks import ANYWAY, CHANGE, LIFE, Ask, Job, Task, missing
from states.messages import Attachment, Message
from states.people.chats import Chat
from tests.handlers.given import (
    ANNA,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    dialogue,
    facts,
    labels,
    of,
    roads,
    said,
    sends,
    wrote,
)
from tests.handlers.in_chat import (
    CODE,
    COLLEAGUE,
    OTHER,
    RICH,
    STRICT,
    TEAM,
    edits,
    member,
    pick,
    press,
    say,
    tell,
    the,
)
from tests.small import NOW

ANSWER, MORE = "Снег убрали вчера, двор чистый", "Это второй подъезд, там не убрали"
WORK = appeal(status=Status.IN_WORK, first_answer_at=NOW)
GOING = the(say(ANSWER, WORK, officials=TEAM))
HELD = GOING.held[0]
LISTED = roads(listed_at=NOW)
DRAFTED = the(say(ANSWER, WORK, officials=TEAM, directory=STRICT, chat=LISTED))
UNSENT = frozenset({HELD.cause})


def adds(held: Appeal = GOING, text: str = MORE, **more: Any) -> Decision:
    """Anna writes more about it while «Дополнить» is open."""
    cmid, files = more.pop("cmid", 30), more.pop("files", ())
    known: dict[str, Any] = {"appeals": (held,), "directory": RICH, "unsent": UNSENT} | more
    return decide(facts(dialogue(AddingTo(CODE)), **known), wrote(text, cmid, attachments=files))


def edits_message(text: str, held: Appeal = GOING, **more: Any) -> Decision:
    known: dict[str, Any] = {"appeals": (held,), "directory": RICH, "unsent": UNSENT} | more
    return decide(facts(dialogue(), **known), MessageEdited(Message(ANNA, 3, ANNA, NOW, text)))


STOPPED = adds()
QUESTION = the(STOPPED).tasks[0].prompt


def chosen(choice: str, held: Appeal | None = None, **more: Any) -> Decision:
    known = {"officials": TEAM, "replied": QUESTION} | more
    return pick(f"added {choice}", held or the(STOPPED), **known)


def going(action: str, **more: Any) -> Appeal:
    return replace(GOING, held=(replace(HELD, action=action, **more),))


# It stops.


@pytest.mark.parametrize("decision", [STOPPED, edits_message("Снег во дворе, второй подъезд")])
def test_an_answer_waits_for_its_author_when_the_resident_says_more(decision: Decision) -> None:
    after = the(decision)
    assert of(CancelSend, decision) == [CancelSend(HELD.cause)] and not after.held
    (question,) = [one for one in sends(decision, ROADS_CHAT) if "ещё не ушёл" in one.text]
    assert "житель уточнил: «" in question.text and "второй подъезд" in question.text and question.reply_to == 20
    assert labels(question) == ["Отправить всё равно", "Изменить", "Не отправлять"]
    (line,) = [one for one in of(Edit, decision) if one.text == texts_answers.stopped_words_line("Ответ", CODE, "")]
    assert line.keyboard is None and after.version == GOING.version + 1
    assert [task.text for task in after.tasks] == [ANSWER] and missing(after.tasks[0]) is Ask.ADDED


def test_each_addition_has_a_question_of_its_own() -> None:
    again = chosen(ANYWAY)
    held = the(again).held[0]
    second = adds(the(again), "И у третьего тоже", cmid=31, unsent=frozenset({held.cause}))
    assert the(second).tasks[0].prompt != QUESTION and the(second).tasks[0].text == ANSWER


def test_a_bare_file_stops_it_too() -> None:
    assert "житель уточнил: прислал файл." in said(adds(text="", files=(Attachment("photo"),)), ROADS_CHAT)


def test_what_has_left_is_not_touched() -> None:
    decision = adds(unsent=frozenset())
    assert the(decision).held == (HELD,) and not the(decision).tasks and not of(CancelSend, decision)
    assert "уточнил" not in said(decision, ROADS_CHAT) and "Дополнение к" in said(decision, ROADS_CHAT)


def test_thanks_stop_nothing() -> None:
    assert not adds(text="Спасибо большое!").ignored and not of(CancelSend, adds(text="Спасибо большое!"))
    waiting = adds(DRAFTED, "Спасибо большое!", directory=STRICT, unsent=frozenset())
    assert not waiting.appeals and said(waiting)


def test_words_to_everybody_that_answer_nobody_go_on() -> None:
    assert the(adds(going(NEWS))).held and not of(CancelSend, adds(going(NEWS)))


def test_of_an_incident_the_one_who_joined_does_not_stop_the_answer_of_all() -> None:
    """It was said because of another one's message; his words come into the chat as ever."""
    copy = replace(HELD, cause=f"{HELD.cause.removesuffix('|0')}.{CODE}|0")
    joined = replace(GOING, status=Status.MERGED, incident=OTHER, held=(copy,))
    lead = appeal(code=OTHER, incident=OTHER, resident=1002)
    decision = adds(joined, leads={OTHER: lead}, unsent=frozenset({copy.cause}))
    assert not of(CancelSend, decision) and the(decision).held == (copy,)


def test_of_an_incident_the_answer_of_all_stops_where_its_first_author_says_more() -> None:
    held = replace(HELD, also=(OTHER,))
    copy = replace(HELD, cause=f"{HELD.cause.removesuffix('|0')}.{OTHER}|0")
    lead, other = replace(GOING, incident=CODE, held=(held,)), member(held=(copy,))
    away = member("1124-CCCC", 1003)
    decision = adds(lead, members=(other, away), unsent=frozenset({held.cause, copy.cause}))
    assert {one.cause for one in of(CancelSend, decision)} == {held.cause, copy.cause}
    changed = the(decision, OTHER)
    assert not changed.held and changed.version == other.version + 1
    assert {one.code for one in decision.appeals} == {CODE, OTHER}, "who hears nothing of it is not touched"


def test_where_nobody_can_be_asked_the_words_are_told() -> None:
    """One who answers both of two, of which only one can wait for him; one whose message was merged meanwhile."""
    first, second = (
        HELD,
        replace(HELD, cause="v1|1|answer|2000000001|77|0", text="И дорожку посыпали", beside=Beside.ADD),
    )
    unsent = frozenset({first.cause, second.cause})
    decision = adds(replace(GOING, held=(first, second)), unsent=unsent)
    assert [task.text for task in the(decision).tasks] == ["И дорожку посыпали"] and not the(decision).held
    assert any(f"Было: «{ANSWER}». Ответьте на карточку ещё раз." in one.text for one in of(Edit, decision))
    joined = replace(GOING, status=Status.MERGED, incident=OTHER, held=(replace(HELD, text=""),))
    told = adds(joined, leads={OTHER: appeal(code=OTHER, incident=OTHER, resident=1002)})
    assert not the(told).tasks and any(texts_chat.ONLY_FILES in one.text for one in of(Edit, told))


# It is sent all the same.


def test_one_press_sends_the_same_words_once() -> None:
    decision = chosen(ANYWAY)
    (answer,) = sends(decision, ANNA)
    assert ANSWER in answer.text and answer.cause != HELD.cause and answer.report
    assert [held.text for held in the(decision).held] == [ANSWER] and not the(decision).tasks
    assert "уйдёт жителю через 30 секунд" in edits(decision, QUESTION)[0].text
    again = chosen(ANYWAY, the(decision))
    assert not sends(again, ANNA), "nor twice"


@pytest.mark.parametrize(
    "held",
    [
        going(Action.INTERIM, until=NOW + timedelta(days=2)),
        going(Action.ASK),
        going(Action.POSTPONE, until=NOW + timedelta(days=2), reason="contract", text="", seen="~x"),
        going(Action.DECLINE, reason="spam", text="", seen="~x"),
        going(Action.OUTSIDE, reason="rail", text="", seen=""),
        going(Action.CLOSE, reason="Сделали соседи", text="Сделали соседи", seen="~x"),
        going(Action.ANSWER, files=True, text="", seen="~x"),
    ],
)
def test_every_kind_of_words_leaves_as_it_was(held: Appeal) -> None:
    before = held.held[0]
    chat: Chat = cur() if before.action == Action.CLOSE else roads()
    here = replace(held, chat=chat.peer, agency=None if chat.peer == CUR_CHAT else "roads")
    here = replace(
        here, held=(replace(before, peer=chat.peer, cause=before.cause.replace(str(ROADS_CHAT), str(chat.peer))),)
    )
    stopped = the(adds(here, unsent=frozenset({here.held[0].cause})))
    (after,) = the(chosen(ANYWAY, stopped, chat=chat, replied=stopped.tasks[0].prompt)).held
    same = ("action", "text", "files", "until", "reason", "seen")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]


def test_beside_and_to_whom_stay_as_they_were_chosen() -> None:
    there = replace(GOING, status=Status.ANSWERED, answers=1, held=(replace(HELD, beside=Beside.ADD, only=CODE),))
    (after,) = the(chosen(ANYWAY, the(adds(there)))).held
    assert (after.beside, after.only) == (Beside.ADD, CODE)


# Others are written.


def test_new_words_take_the_place_of_the_former_ones() -> None:
    asked = chosen(CHANGE)
    (shown,) = edits(asked, QUESTION)
    assert f"«{ANSWER}»" in shown.text and labels(shown) == ["Отправить прежний", "Не отправлять"]
    assert not sends(asked, ANNA) and the(asked).tasks[0].text == ANSWER, "which are kept"
    decision = tell("Второй подъезд убрали сегодня", the(asked), replied=QUESTION, cmid=31, officials=TEAM)
    assert [held.text for held in the(decision).held] == ["Второй подъезд убрали сегодня"]
    assert the(chosen(ANYWAY, the(asked))).held[0].text == ANSWER


def test_a_question_stays_a_question_in_other_words() -> None:
    asked = the(chosen(CHANGE, the(adds(going(Action.ASK)))))
    decision = tell("Какой подъезд?", asked, replied=QUESTION, cmid=31, officials=TEAM)
    assert [(held.action, held.text) for held in the(decision).held] == [(Action.ASK, "Какой подъезд?")]
    nothing = tell("", asked, replied=QUESTION, cmid=31, officials=TEAM)
    assert said(nothing, ROADS_CHAT) == texts_chat.NOTHING_TO_SEND


def test_what_was_chosen_by_buttons_is_chosen_anew() -> None:
    asked = chosen(CHANGE, the(adds(going(Action.DECLINE, reason="spam", text=""))))
    assert "Брань или угрозы" in labels(edits(asked, QUESTION)[0])
    after = the(pick("reason obscene", the(asked), replied=QUESTION, officials=TEAM))
    assert [(held.action, held.reason) for held in after.held] == [(Action.DECLINE, "obscene")]


def test_only_who_wrote_them_decides() -> None:
    assert chosen(ANYWAY, user=COLLEAGUE).appeals == () and chosen("stop").appeals[0].tasks == ()


def test_left_alone_for_an_hour_they_wait_and_one_press_sends_them() -> None:
    late = NOW + LIFE + timedelta(seconds=1)
    left = decide(facts(appeals=(the(STOPPED),), directory=RICH, now=late), TimerFired(TASK_TIMER, CODE, ANNA, late))
    assert "житель уточнил, и вы не решили" in said(left, ROADS_CHAT) and the(left).tasks[0].aside
    prompt = the(left).tasks[0].prompt
    sent = pick("added go", the(left), replied=prompt, officials=TEAM, now=late)
    assert ANSWER in said(sent)


def test_the_panel_offers_the_same() -> None:
    waiting = the(STOPPED)
    assert in_the_panel(waiting, waiting.tasks[0]) == [(texts_answers.ANYWAY, ANYWAY)]
    known = facts(chat=roads(), linked=waiting, appeals=(waiting,), directory=RICH, officials=TEAM)
    assert ANSWER in said(decide(known, PanelActed(ROADS_CHAT, OFFICIAL, CODE, Did.ANYWAY, NOW)))


# A second person.


def test_what_waits_for_consent_goes_back_to_its_author() -> None:
    decision = adds(DRAFTED, directory=STRICT, unsent=frozenset())
    after = the(decision)
    assert (after.status, after.approval, after.tasks[0].text) == (Status.IN_WORK, None, ANSWER)
    (closed,) = [one for one in of(Edit, decision) if texts_answers.STOPPED_DRAFT in one.text]
    assert closed.keyboard is None and ANSWER in closed.text
    assert "жителю не ушёл" not in said(decision, ROADS_CHAT), "said once"
    assert press("approve", f"{CODE}.{DRAFTED.approval.number}", after, user=COLLEAGUE).appeals == ()  # type: ignore[union-attr]


def test_sent_all_the_same_the_second_person_is_asked_once_more() -> None:
    """In a message of its own: the cause of the first question is taken (I7)."""
    stopped = the(adds(DRAFTED, directory=STRICT, unsent=frozenset()))
    prompt = stopped.tasks[0].prompt
    known: dict[str, Any] = {"directory": STRICT, "chat": LISTED, "officials": TEAM}
    again = pick(f"added {ANYWAY}", stopped, replied=prompt, **known)
    draft = the(again).approval
    assert draft is not None and DRAFTED.approval is not None
    assert (draft.text, draft.stopped) == (ANSWER, "30") and draft.line != DRAFTED.approval.line
    agreed = press("approve", f"{CODE}.{draft.number}", the(again), user=COLLEAGUE, **known)
    assert ANSWER in said(agreed) and the(agreed).held[0].agreed == COLLEAGUE


def test_a_draft_of_one_who_is_busy_is_told_where_it_was_asked_about() -> None:
    busy = replace(DRAFTED, tasks=(Task(ROADS_CHAT, OFFICIAL, Job.ASK, NOW, text="Какой дом?", more=(Ask.BESIDE,)),))
    decision = adds(busy, directory=STRICT, unsent=frozenset())
    assert the(decision).tasks == busy.tasks and the(decision).status is Status.IN_WORK
    assert any(ANSWER in one.text for one in of(Edit, decision))
    (told,) = [one for one in sends(decision, ROADS_CHAT) if ANSWER in one.text]
    assert f"[id{OFFICIAL}|" in told.text and "не ушёл: житель уточнил" in told.text and told.reply_to == 20
    assert "Ответьте на карточку ещё раз" in told.text


def test_a_question_for_consent_without_a_message_needs_no_line() -> None:
    assert DRAFTED.approval is not None
    quiet = replace(DRAFTED, approval=replace(DRAFTED.approval, line=""))
    assert the(adds(quiet, directory=STRICT, unsent=frozenset())).tasks


def test_an_edit_that_says_the_same_is_no_reason() -> None:
    """VK tells of an edit when a preview of a link came in: words and files are as before."""
    same = edits_message("Снег во дворе", replace(GOING, pieces=(Piece(3, "Снег во дворе"),)))
    assert not of(CancelSend, same)


def test_words_of_a_former_program_are_those_of_an_answer() -> None:
    assert Held("c", Action.ANSWER, OFFICIAL, NOW).stopped == "" and Task(1, 2, Job.ANSWER, NOW).stopped == ""


def test_a_chat_that_has_it_no_more_reads_no_new_word_of_the_resident() -> None:
    """I4: reopened and with the ЦУР, while an answer of the agency was held (seed 16000818)."""
    at_cur = replace(GOING, chat=CUR_CHAT, agency=None)
    decision = adds(at_cur, chats={"cur": cur(), "roads": roads()})
    told = " ".join(one.text for one in (*sends(decision, ROADS_CHAT), *edits(decision)))
    assert "второй подъезд" not in told and not the(decision).tasks
