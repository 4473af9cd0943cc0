"""A second answer while one is on its way: asked about, never guessed; what the resident reads is one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.answering import said_so_far
from handlers.lifecycle.asking import TASK_TIMER
from handlers.text import texts_answers, texts_chat, texts_panel
from states.decision import Decision
from states.effects import CancelSend, Edit
from states.events import Did, PanelActed, TimerFired
from states.lifecycle.answers import Beside, Held
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.tasks import LIFE, Ask, Job
from tests.handlers.given import (
    ANNA,
    BORIS,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    ended,
    facts,
    labels,
    of,
    roads,
    said,
    sends,
)
from tests.handlers.in_chat import (
    CODE,
    COLLEAGUE,
    RICH,
    STRICT,
    TEAM,
    edits,
    pick,
    press,
    say,
    snack,
    task_of,
    tell,
    the,
)
from tests.small import NOW

FIRST, SECOND = "Снег убрали вчера, двор чистый", "Снег не убирали, техники нет"
WORK = appeal(status=Status.IN_WORK)
GOING = the(say(FIRST, WORK))
HELD = GOING.held[0]
UNSENT = frozenset({HELD.cause})


def second(held: Appeal = GOING, text: str = SECOND, user: int = COLLEAGUE, **more: Any) -> Decision:
    return say(text, held, user=user, cmid=25, officials=TEAM, **more)


ASKED = second()
PROMPT = task_of(ASKED).prompt


def chosen(how: str, held: Appeal | None = None, **more: Any) -> Decision:
    known = {"unsent": UNSENT, "officials": TEAM, "user": COLLEAGUE, "replied": PROMPT} | more
    return pick(f"beside {how}", held or the(ASKED), **known)


def arrives(held: Appeal, cause: str = HELD.cause) -> Decision:
    return decide(facts(directory=RICH, appeals=(held,), chat=roads(), officials=TEAM), ended(cause, "answer"))


def test_a_colleague_is_asked_what_his_answer_is_to_the_one_on_its_way() -> None:
    assert not sends(ASKED, ANNA) and the(ASKED).held == (HELD,)
    (question,) = sends(ASKED)
    assert question.text.startswith("[id5002|Иван], ответ уже уходит, его пишет [id5001|Ольга]. Новый заменит")
    assert f"Миасс, Мира, 1, №{CODE}" in question.text and question.reply_to == 25
    assert labels(question) == ["Заменить", "Дополнить", "Не отправлять"]


def test_whoever_writes_twice_is_asked_about_his_own() -> None:
    assert "ваш прежний ответ ещё уходит" in said(second(user=OFFICIAL), ROADS_CHAT)


def test_another_chat_is_named_by_its_agency() -> None:
    """The ЦУР answers what an agency answers just now."""
    decision = say("/отклонить", GOING, chat=cur(), officials={})
    asked = pick("reason spam", the(decision), chat=cur(), replied=task_of(decision).prompt)
    assert "его пишет Миндор" in said(asked, CUR_CHAT)
    assert labels(edits(asked, task_of(decision).prompt)[0]) == ["Заменить", "Не отправлять"]
    lost = replace(the(asked), tasks=(), held=(replace(HELD, peer=77),))
    assert "его пишет центр управления" in said(second(lost), ROADS_CHAT)


@pytest.mark.parametrize(
    "text", ["/вопрос Какой подъезд?", "/промежуточный 27.11.2026: едем", "/отложить 27.11.2026: ждём кран"]
)
def test_what_would_contradict_an_answer_is_asked_about_too(text: str) -> None:
    """A question or a promise behind a final answer: it can only stand in its place."""
    decision = second(text=text)
    assert not sends(decision, ANNA) and labels(sends(decision)[0]) == ["Заменить", "Не отправлять"]


@pytest.mark.parametrize("action", [Action.INTERIM, Action.ASK, Action.POSTPONE])
def test_an_answer_behind_a_promise_or_a_question_is_in_order(action: Action) -> None:
    first = replace(GOING, held=(replace(HELD, action=action),))
    assert sends(second(first), ANNA)


def test_what_vk_refused_is_in_nobodys_way() -> None:
    assert sends(second(replace(GOING, held=(replace(HELD, refused=True),))), ANNA)


def test_a_canned_answer_is_one_more_and_leaves_as_it_was_seen() -> None:
    begun = press("templates", held=GOING, user=COLLEAGUE, officials=TEAM)
    prompt = task_of(begun).prompt
    reason = tell("Не сейчас", the(begun), user=COLLEAGUE, replied=prompt, officials=TEAM)
    asked = tell("мороз", the(reason), user=COLLEAGUE, replied=prompt, officials=TEAM)
    assert "Сейчас нельзя: мороз" in task_of(asked).text and not sends(asked, ANNA)
    assert labels(edits(asked, prompt)[0]) == ["Заменить", "Дополнить", "Не отправлять"]
    sent = pick("beside add", the(asked), user=COLLEAGUE, replied=prompt, officials=TEAM, directory=RICH, unsent=UNSENT)
    assert "Дополнение к ответу" in said(sent) and "мороз" in said(sent)


# What was chosen.


def test_in_its_place_the_first_is_taken_back() -> None:
    decision = chosen("replace")
    (answer,) = sends(decision, ANNA)
    assert of(CancelSend, decision) == [CancelSend(HELD.cause)] and SECOND in answer.text
    assert answer.text.startswith(f"Ответ на сообщение №{CODE}") and answer.keyboard is not None, "the only one"
    assert [held.text for held in the(decision).held] == [SECOND] and not the(decision).tasks
    told = {edit.target: edit.text for edit in of(Edit, decision)}
    assert texts_answers.REPLACED.format(code=CODE) in told.values() and "уйдёт жителю" in told[PROMPT]


def test_what_has_begun_to_leave_is_corrected() -> None:
    decision = chosen("replace", unsent=frozenset())
    (answer,) = sends(decision, ANNA)
    assert answer.text.startswith(f"Исправленный ответ на сообщение №{CODE}") and answer.keyboard is None
    assert not of(CancelSend, decision) and [one.beside for one in the(decision).held] == ["", Beside.REPLACE]
    assert "Исправленный ответ по" in said(decision, ROADS_CHAT)
    assert labels(edits(decision, PROMPT)[0]) == ["Отменить"], "nor can it become another kind"


def test_beside_it_both_leave_and_the_second_says_what_it_is() -> None:
    decision = chosen("add")
    (answer,) = sends(decision, ANNA)
    assert answer.text.startswith(f"Дополнение к ответу на сообщение №{CODE}") and answer.keyboard is None
    assert len(the(decision).held) == 2 and "Дополнительный ответ по" in said(decision, ROADS_CHAT)


def test_not_to_send_it_is_one_press_of_its_author() -> None:
    assert snack(chosen("stop", user=OFFICIAL)) == texts_chat.ASKED_OTHER
    decision = chosen("stop")
    assert not sends(decision) and not the(decision).tasks and the(decision).held == (HELD,)
    assert edits(decision, PROMPT)[0].text == texts_chat.NOT_SENT.format(code=CODE)


def test_new_words_in_reply_to_the_question_take_the_place_of_his_own() -> None:
    decision = tell("Снег уберут завтра утром", the(ASKED), user=COLLEAGUE, replied=PROMPT, cmid=26, officials=TEAM)
    assert not sends(decision, ANNA), "their kind is asked first"
    final = tell("Снег уберёт бригада Петрова", the(ASKED), user=COLLEAGUE, replied=PROMPT, cmid=26, officials=TEAM)
    assert "ответ уже уходит" in said(final, ROADS_CHAT) and task_of(final).text == "Снег уберёт бригада Петрова"
    assert edits(final, PROMPT)[0].text == texts_chat.rewritten(CODE, SECOND)
    nothing = tell("", the(ASKED), user=COLLEAGUE, replied=PROMPT, cmid=26, officials=TEAM)
    assert said(nothing, ROADS_CHAT) == texts_chat.NOT_THAT


@pytest.mark.parametrize("going, how", [(Action.DECLINE, Job.ANSWER), (Action.ANSWER, Job.DECLINE)])
def test_what_can_stand_only_in_its_place_is_too_late_then(going: Action, how: Job) -> None:
    held = replace(GOING, held=(replace(HELD, action=going),))
    task = replace(task_of(ASKED), job=how, reason="spam")
    decision = chosen("replace", replace(held, tasks=(task,)), unsent=frozenset())
    assert snack(decision) == texts_chat.TOO_LATE and not decision.appeals


def test_where_the_first_was_taken_back_meanwhile_the_second_is_an_answer() -> None:
    free = replace(the(ASKED), held=())
    decision = chosen("add", free)
    assert sends(decision, ANNA)[0].text.startswith("Ответ на сообщение") and the(decision).held[0].beside == ""


def test_the_first_may_arrive_before_anybody_chooses() -> None:
    """The words stay, and go as what they are then."""
    there = arrives(the(ASKED))
    after = the(there)
    assert after.status is Status.ANSWERED and after.tasks == the(ASKED).tasks
    assert not [one for one in sends(there) if SECOND in one.text]
    corrected = chosen("replace", after, unsent=frozenset())
    assert said(corrected).startswith("Исправленный ответ") and not sends(corrected, ANNA)[0].keyboard
    arrived = arrives(the(corrected), the(corrected).held[0].cause)
    assert (the(arrived).status, the(arrived).answers) == (Status.ANSWERED, 2)
    assert "✓ Исправленный ответ по" in said(arrived, ROADS_CHAT) + "".join(one.text for one in of(Edit, arrived))


def test_what_cannot_go_behind_an_answer_ends_with_it() -> None:
    decision = arrives(the(second(text="/вопрос Какой подъезд?")))
    assert not the(decision).tasks
    assert "ваш вопрос жителю не ушёл: жителю уже ответили" in said(decision, ROADS_CHAT)


def test_any_other_end_of_the_message_ends_it_too() -> None:
    refusing = replace(the(ASKED), held=(replace(HELD, action=Action.DECLINE, reason="spam"),))
    decision = arrives(refusing)
    assert not the(decision).tasks and texts_answers.DECLINED in said(decision, ROADS_CHAT)


# Nobody chooses.


def left_alone(held: Appeal) -> Decision:
    now = NOW + LIFE + timedelta(seconds=1)
    return decide(
        facts(directory=RICH, appeals=(held,), now=now, officials=TEAM), TimerFired(TASK_TIMER, CODE, ANNA, now)
    )


def test_after_an_hour_nothing_of_it_has_gone_and_its_author_hears_so() -> None:
    waits = the(arrives(the(ASKED)))
    decision = left_alone(waits)
    (note,) = sends(decision)
    assert "вы не выбрали, заменить прежний или дополнить" in note.text and SECOND in note.text
    assert labels(note) == ["Отправить", "Взять назад"] and note.reply_to == 25
    again = pick("beside go", the(decision), user=COLLEAGUE, replied=note.cause, officials=TEAM)
    (asked,) = edits(again, note.cause)
    assert "ответ уже у жителя" in asked.text and labels(asked) == ["Заменить", "Дополнить", "Не отправлять"]


def test_if_nothing_is_in_the_way_any_more_it_leaves_at_once() -> None:
    note = sends(left_alone(replace(the(ASKED), held=())))[0].cause
    free = the(left_alone(replace(the(ASKED), held=())))
    decision = pick("beside go", free, user=COLLEAGUE, replied=note, officials=TEAM)
    assert said(decision).startswith("Ответ на сообщение") and "уйдёт жителю" in edits(decision, note)[0].text


def test_what_was_chosen_by_buttons_alone_names_no_words() -> None:
    task = replace(task_of(ASKED), job=Job.DECLINE, text="", cmid=0, reason="spam")
    (note,) = sends(left_alone(replace(the(ASKED), tasks=(task,))))
    assert note.text.startswith("[id5002|") and "ваш отказ жителю не ушёл" in note.text and "spam" not in note.text


# Many, a second person, the panel.


def test_of_an_incident_a_correction_reaches_all_who_have_the_answer() -> None:
    """T18: not the one that led alone, nor whoever opened it again."""
    lead = replace(the(arrives(the(ASKED))), incident=CODE)
    others = [
        appeal(code=f"1124-{mark * 4}", resident=BORIS + at, source=9, status=status, incident=CODE, chat=None, card="")
        for at, (mark, status) in enumerate(
            [("B", Status.ANSWERED), ("C", Status.CLOSED), ("D", Status.REOPENED), ("E", Status.MERGED)]
        )
    ]
    decision = chosen("replace", lead, members=tuple(others), unsent=frozenset())
    assert [one.peer for one in sends(decision) if one.kind == "answer"] == [ANNA, BORIS, BORIS + 1, BORIS + 3]
    assert "уйдёт 4 жителям" in edits(decision, PROMPT)[0].text
    assert {one.held[-1].beside for one in decision.appeals if one.held} == {Beside.REPLACE}


def test_of_an_incident_the_first_is_taken_back_from_all() -> None:
    lead = appeal(status=Status.IN_WORK, incident=CODE)
    member = appeal(code="1124-BBBB", resident=BORIS, source=9, status=Status.MERGED, incident=CODE, chat=None, card="")
    first = say(FIRST, lead, members=(member,))
    kept = the(first, "1124-BBBB")
    unsent = frozenset(one.cause for one in sends(first) if one.kind == "answer")
    asked = second(the(first), members=(kept,))
    decision = chosen("replace", the(asked), members=(kept,), unsent=unsent, replied=task_of(asked).prompt)
    assert {one.cause for one in of(CancelSend, decision)} == unsent
    assert [len(the(decision, code).held) for code in (CODE, "1124-BBBB")] == [1, 1]
    assert {one.peer for one in sends(decision) if one.kind == "answer"} == {ANNA, BORIS}
    interim = press("as_interim", the(first).held[0].cause, the(first), members=(kept,), unsent=unsent)
    assert the(interim, "1124-BBBB").held == (), "nothing stays behind with those who were answered together"


def test_who_has_joined_and_is_answered_alone_has_one_answer_too() -> None:
    """I7, seed 171000747 of the comments: the first stood with him, and was looked for with whom he had joined."""
    code = "1124-BBBB"
    lead = appeal(status=Status.IN_WORK, incident=CODE)
    alone = replace(HELD, only=code)
    member = appeal(
        code=code, resident=BORIS, source=9, status=Status.MERGED, incident=CODE, chat=None, card="", held=(alone,)
    )
    asked = second(lead, members=(member,), about=code, user=OFFICIAL)
    assert said(asked, ROADS_CHAT).endswith(f"№{code}") and "ваш прежний ответ ещё уходит" in said(asked, ROADS_CHAT)
    known: dict[str, Any] = {"members": (member,), "about": code, "user": OFFICIAL, "replied": task_of(asked).prompt}
    replaced = chosen("replace", the(asked), **known)
    assert [one.cause for one in of(CancelSend, replaced)] == [HELD.cause]
    assert [held.text for held in the(replaced, code).held] == [SECOND]
    added = chosen("add", the(asked), **known)
    assert not of(CancelSend, added) and [held.text for held in the(added, code).held] == [FIRST, SECOND]


def test_a_second_person_reads_what_it_is() -> None:
    """R39: and it stays what was chosen."""
    asked = second(directory=STRICT)
    decision = chosen("add", the(asked), directory=STRICT)
    draft = the(decision).approval
    assert draft is not None and draft.beside == Beside.ADD and "Дополнение к ответу" in edits(decision, PROMPT)[0].text
    agreed = press(
        "approve",
        f"{CODE}.{draft.number}",
        the(decision),
        user=OFFICIAL,
        directory=STRICT,
        officials=TEAM,
        unsent=UNSENT,
    )
    assert said(agreed).startswith("Дополнение к ответу")


def test_where_a_correction_cannot_be_agreed_to_it_stays_asked() -> None:
    answered = the(arrives(the(second(directory=STRICT))))
    decision = chosen("replace", answered, directory=STRICT, unsent=frozenset())
    assert not decision.appeals and texts_chat.NO_CORRECTION.format(code=CODE) in said(decision, ROADS_CHAT)
    held = replace(answered, held=(HELD,))
    assert not chosen("replace", held, directory=STRICT).appeals, "nor is the first one taken back for it"


def in_panel(did: Did, held: Appeal, **more: Any) -> Decision:
    known = {"directory": RICH, "chat": roads(), "officials": TEAM, "unsent": UNSENT, "appeals": (held,)}
    return decide(facts(linked=held, **known), PanelActed(ROADS_CHAT, COLLEAGUE, CODE, did, NOW, **more))


@pytest.mark.parametrize("did, words", [(Did.REPLACE, "Ответ на"), (Did.ADD, "Дополнение к"), (Did.DROP, "")])
def test_from_the_panel_it_is_asked_in_the_chat_and_on_the_page(did: Did, words: str) -> None:
    asked = in_panel(Did.ANSWER, GOING, text=SECOND)
    assert "[id5002|Иван], ответ уже уходит" in said(asked, ROADS_CHAT) and not sends(asked, ANNA)
    decision = in_panel(did, the(asked))
    assert said(decision).startswith(words) and not the(decision).tasks
    assert edits(decision, task_of(asked).prompt)


def test_the_panel_can_choose_only_what_is_there() -> None:
    assert in_panel(Did.ADD, GOING).ignored == texts_panel.NOTHING_WAITS
    declining = replace(task_of(ASKED), job=Job.DECLINE, reason="spam")
    assert in_panel(Did.ADD, replace(the(ASKED), tasks=(declining,))).ignored == texts_chat.NOT_THAT


@pytest.mark.parametrize("how, words", [("replace", "Ответ на"), ("add", "Дополнение к")])
def test_what_the_form_chose_beside_the_answer_that_it_showed_counts_at_once(how: str, words: str) -> None:
    decision = in_panel(Did.ANSWER, GOING, text=SECOND, seen=said_so_far(GOING), beside=how)
    assert said(decision).startswith(words) and not the(decision).tasks


@pytest.mark.parametrize("seen, how", [(said_so_far(WORK), ""), (said_so_far(WORK), "replace"), ("7.", "add")])
def test_two_pages_of_the_same_moment_do_not_contradict_each_other(seen: str, how: str) -> None:
    """The second one was opened before the first answer was written."""
    asked = in_panel(Did.ANSWER, GOING, text=SECOND, seen=seen, beside=how)
    assert not sends(asked, ANNA) and "ответ уже уходит" in said(asked, ROADS_CHAT)
    answered = the(arrives(GOING))
    late = in_panel(Did.ANSWER, answered, text=SECOND, seen=seen, beside=how)
    assert not sends(late, ANNA) and "ответ уже у жителя" in said(late, ROADS_CHAT)
    assert said(in_panel(Did.REPLACE, the(late))).startswith("Исправленный ответ"), "and then it says what it is"


def test_whoever_has_read_the_answer_corrects_it_unasked() -> None:
    answered = the(arrives(GOING))
    again = in_panel(Did.ANSWER, answered, text=SECOND, seen=said_so_far(answered))
    assert sends(again, ANNA) and not the(again).tasks


def test_a_page_whose_answer_was_taken_back_asks_nothing() -> None:
    decision = in_panel(Did.ANSWER, WORK, text=SECOND, seen=said_so_far(GOING), beside="replace")
    assert said(decision).startswith("Ответ на") and not the(decision).tasks


def test_a_note_is_beside_nothing() -> None:
    assert in_panel(Did.NOT_OURS, WORK, whom="", seen="7.").ignored is None


def test_a_stored_answer_of_before_stands_alone() -> None:
    assert Held("c", "answer", 1, NOW).beside == "" and Ask.BESIDE == "beside"
