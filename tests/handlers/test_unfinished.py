"""A typed answer is never lost, and no question keeps its buttons: whoever moves the appeal meanwhile."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.asking import TASK_TIMER
from handlers.lifecycle.unfinished import why_not_sent
from handlers.text import actions, texts_answers, texts_chat
from handlers.text.parts import units
from states.decision import Decision
from states.effects import CancelSend, Edit, Source, StartTimer
from states.events import TimerFired
from states.lifecycle.answers import Approval, Held
from states.lifecycle.appeal import Action, Appeal, Status
from states.lifecycle.reasons import Postpone
from states.lifecycle.tasks import LIFE, Job
from states.people.chats import CUR
from tests.handlers.given import (
    ANNA,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    SECRET_CHAT,
    appeal,
    cur,
    dialogue,
    ended,
    facts,
    in_cur,
    labels,
    of,
    pushed,
    roads,
    said,
    sends,
    tapped,
)
from tests.handlers.in_chat import (
    CODE,
    COLLEAGUE,
    OTHER,
    PROMPT,
    RICH,
    STRICT,
    TEAM,
    busy,
    edits,
    given_back,
    pick,
    press,
    say,
    snack,
    task_of,
    tell,
    the,
)
from tests.small import NOW

WORDS = "Планируем убрать до конца недели"
TYPED = busy(Job.REPLY, appeal(), user=COLLEAGUE, cmid=20, text=WORDS)
"""A colleague has answered, and is asked what kind of answer it is."""
DRAFT = Approval(OFFICIAL, NOW, ROADS_CHAT, 20, Action.ANSWER, WORDS, number=3, line=PROMPT)
WAITS = appeal(status=Status.APPROVAL, approval=DRAFT)


def returned(held: Appeal) -> Decision:
    """«Не наше», and nobody took it back."""
    begun = press("not_ours", held=held, replied="")
    chosen = pick("whom cur", the(begun), replied=task_of(replace(begun, appeals=(only(the(begun)),))).prompt)
    return given_back(chosen, officials=TEAM)


def only(held: Appeal) -> Appeal:
    return replace(held, tasks=tuple(task for task in held.tasks if task.user == OFFICIAL))


def passed(held: Appeal) -> Decision:
    """The ЦУР sends it elsewhere."""
    return say("/направить Доверие", held, chat=cur(), officials={})


def answered(held: Appeal) -> Decision:
    """A colleague's answer arrives."""
    known = facts(directory=RICH, appeals=(held,), chat=roads())
    return decide(known, ended(f"v1|101|answer|{ROADS_CHAT}|30|0", "answer"))


def left(held: Appeal, now: Any = NOW + LIFE + timedelta(seconds=1)) -> Decision:
    """Nobody went on with it for an hour."""
    return decide(facts(appeals=(held,), now=now), TimerFired(TASK_TIMER, CODE, ANNA, now))


@pytest.mark.parametrize("moved", [returned, passed, answered])
def test_words_that_were_typed_are_told_to_their_author_and_to_the_cur(moved: Any) -> None:
    """Whatever comes between the words and the choice of their kind."""
    decision = moved(TYPED)
    assert the(decision).tasks == ()
    (closed,) = edits(decision)
    assert closed.text == texts_chat.closed_question(CODE) and closed.keyboard is None
    (told,) = [one for one in sends(decision, ROADS_CHAT) if WORDS in one.text]
    assert told.text.startswith("[id5002|") and "ваш ответ жителю не ушёл" in told.text and told.reply_to == 20
    (passed_on,) = [one for one in sends(decision, CUR_CHAT) if WORDS in one.text]
    assert "Министерство дорог" in passed_on.text and passed_on.copy is None
    assert not re.search("ушёл: (?:в работе|передано|есть ответ)", told.text + passed_on.text), "a state is no reason"


@pytest.mark.parametrize(
    "now, author, centre",
    [
        ({"status": Status.WAITING, "chat": CUR_CHAT}, texts_answers.LEFT, texts_answers.HERE),
        ({"status": Status.WAITING, "chat": None}, texts_answers.LEFT, texts_answers.HERE),
        ({"status": Status.ROUTED, "agency": "secret", "chat": SECRET_CHAT}, "передали: Служба доверия", "передали"),
        ({"status": Status.IN_WORK}, texts_answers.ANEW, texts_answers.ANEW),
        ({"status": Status.MERGED, "incident": OTHER}, f"ответьте на карточку №{OTHER}", f"вместе с №{OTHER}"),
        ({"status": Status.APPROVAL}, texts_answers.AWAITS, texts_answers.AWAITS),
        ({"status": Status.CLOSED}, texts_answers.CLOSED, texts_answers.CLOSED),
        ({"status": Status.DECLINED}, texts_answers.DECLINED, texts_answers.DECLINED),
        ({"status": Status.OUTSIDE}, texts_answers.OUTSIDE, texts_answers.OUTSIDE),
    ],
)
def test_why_words_do_not_go_is_said_in_words(now: dict[str, Any], author: str, centre: str) -> None:
    """Not «жителю не ушёл: в работе»."""
    held = appeal(**now)
    assert author in why_not_sent(facts(), held, ROADS_CHAT)
    assert centre in why_not_sent(facts(), held, ROADS_CHAT, for_cur=True)


def test_a_chat_that_gave_it_away_reads_no_address() -> None:
    """I4."""
    told = said(returned(TYPED), ROADS_CHAT)
    assert "ул. Мира" not in told and "жителю не ушёл" in told


def test_what_was_said_by_buttons_alone_is_told_each_time() -> None:
    """Two drafts without a message of their own are two (I7)."""
    first, second = (
        sends(passed(replace(WAITS, approval=replace(DRAFT, cmid=0, line=line))), ROADS_CHAT)[0].cause
        for line in (PROMPT, PROMPT.replace("|9|", "|10|"))
    )
    assert first != second


def test_also_a_resident_who_takes_the_message_back_ends_it() -> None:
    decision = decide(facts(dialogue(), appeals=(TYPED,)), tapped("withdraw_yes", CODE))
    assert WORDS in said(decision, ROADS_CHAT) and texts_answers.TOOK_BACK in said(decision, CUR_CHAT)


def test_files_go_to_the_cur_with_it() -> None:
    held = busy(Job.REPLY, appeal(), user=COLLEAGUE, cmid=20, files=True)
    decision = answered(held)
    (passed_on,) = sends(decision, CUR_CHAT)
    assert passed_on.copy == Source(ROADS_CHAT, (20,)) and texts_chat.ONLY_FILES in passed_on.text


def test_a_reason_in_own_words_is_told_too() -> None:
    decision = answered(busy(Job.POSTPONE, appeal(), user=COLLEAGUE, cmid=20, reason="Ждём кран"))
    assert "Ждём кран" in said(decision, ROADS_CHAT) and "Ждём кран" in said(decision, CUR_CHAT)


@pytest.mark.parametrize("more", [{}, {"reason": Postpone.MONEY}])
def test_a_question_without_words_only_loses_its_buttons(more: dict[str, Any]) -> None:
    """C.2: and nobody is told anything."""
    decision = answered(busy(Job.POSTPONE, appeal(), **more))
    assert [one.text for one in edits(decision)] == [texts_chat.closed_question(CODE)]
    assert not sends(decision, ROADS_CHAT) and not sends(decision, CUR_CHAT)


def test_without_a_cur_only_the_author_hears() -> None:
    decision = decide(
        facts(directory=RICH, appeals=(TYPED,), chats={"roads": roads()}),
        ended(f"v1|101|answer|{ROADS_CHAT}|30|0", "answer"),
    )
    assert WORDS in said(decision, ROADS_CHAT) and {one.peer for one in sends(decision)} == {ROADS_CHAT}


def test_what_the_cur_itself_wrote_it_reads_once() -> None:
    held = busy(Job.REPLY, in_cur(), peer=CUR_CHAT, cmid=20, text=WORDS, prompt=PROMPT)
    decision = answered(held)
    assert len([one for one in sends(decision, CUR_CHAT) if WORDS in one.text]) == 1


def test_who_writes_another_answer_takes_the_first_one_back() -> None:
    """Its author did it, so the ЦУР is not told; the words are shown once more."""
    held = busy(Job.REPLY, appeal(), cmid=20, text=WORDS)
    decision = say("Снег вчера убрали, двор чистый", held, cmid=25)
    assert [one.text for one in edits(decision)] == [texts_chat.rewritten(CODE, WORDS)]
    assert not sends(decision, CUR_CHAT) and sends(decision, ANNA)


def test_of_very_long_words_the_beginning_is_shown() -> None:
    """An edit is one message: what VK takes no more of would leave the question standing (vk-api.md §11)."""
    held = busy(Job.REPLY, appeal(), cmid=20, text="слово " * 1000)
    (edit,) = edits(say("Снег вчера убрали, двор чистый", held, cmid=25))
    assert units(edit.text) < 200 and edit.text.endswith("слово…»")


@pytest.mark.parametrize("anew", [Job.REPLY, Job.ASK])
def test_also_by_words_that_are_asked_about(anew: Job) -> None:
    held = busy(anew, appeal(), cmid=20, text=WORDS)
    decision = say("Сделаем к пятнице", held, cmid=25)
    assert [one.text for one in edits(decision)] == [texts_chat.rewritten(CODE, WORDS)]


def test_also_where_the_new_one_waits_for_consent() -> None:
    held = busy(Job.REPLY, appeal(), cmid=20, text=WORDS)
    decision = say("Снег вчера убрали, двор чистый", held, cmid=25, directory=STRICT)
    assert the(decision).status is Status.APPROVAL
    assert [one.text for one in edits(decision)] == [texts_chat.rewritten(CODE, WORDS)]


@pytest.mark.parametrize("held", [WAITS, TYPED, replace(WAITS, approval=replace(DRAFT, line=""))])
def test_what_a_person_calls_answered_after_a_restore_is_not_said_to_be_lost(held: Appeal) -> None:
    """The words that the copy still holds have left in the window (seed 1490): their question closes, nothing more."""
    decision = decide(facts(chat=roads(), appeals=(held,)), pushed(actions.SETTLED, CODE))
    closed = [one for one in edits(decision) if one.text == texts_chat.closed_question(CODE)]
    assert the(decision).status is Status.ANSWERED and not sends(decision)
    assert len(closed) == (held.approval is None or bool(held.approval.line))


# Nobody chose for an hour.


def test_words_whose_kind_nobody_chose_are_told_once_and_wait_for_a_press() -> None:
    """Short, with a key for each way; nothing goes to the ЦУР, for nothing is lost."""
    decision = left(busy(Job.REPLY, appeal(), user=COLLEAGUE, cmid=20, text=f"{WORDS} {'слово ' * 900}"))
    (note,) = sends(decision)
    assert note.peer == ROADS_CHAT and note.reply_to == 20 and len(note.text) < 300
    assert note.text.startswith("Ваш ответ жителю не ушёл: вы не выбрали, что это за ответ.\nСнег на дороге · ")
    assert WORDS in note.text and labels(note) == ["Отправить", "Взять назад"]
    (closed,) = edits(decision)
    assert closed.text == texts_chat.closed_question(CODE) and closed.keyboard is None
    (task,) = the(decision).tasks
    assert task.aside and task.prompt == note.cause and not task.stale(NOW + 9 * LIFE)
    assert not of(StartTimer, decision), "nothing more comes by itself"


def test_an_hour_more_says_nothing_twice() -> None:
    decision = left(TYPED)
    again = left(the(decision), NOW + 2 * LIFE)
    assert not again.appeals and not again.effects


@pytest.mark.parametrize(
    "job, more, why",
    [
        (Job.INTERIM, {"text": WORDS}, "вы не назвали день"),
        (Job.POSTPONE, {"reason": "Ждём кран"}, "вы не назвали день"),
    ],
)
def test_what_else_was_typed_waits_too(job: Job, more: dict[str, Any], why: str) -> None:
    assert why in said(left(busy(job, appeal(), cmid=20, **more)), ROADS_CHAT)


def test_in_a_chat_that_is_gone_nobody_is_asked() -> None:
    decision = decide(
        facts(appeals=(TYPED,), now=NOW + LIFE + timedelta(seconds=1), chats={CUR: cur()}),
        TimerFired(TASK_TIMER, CODE, ANNA, NOW),
    )
    assert the(decision).tasks == () and WORDS in said(decision, CUR_CHAT)


def aside(held: Appeal = TYPED) -> Appeal:
    return the(left(held))


def test_to_send_it_its_kind_is_asked_again_in_the_same_message() -> None:
    """A kind is never chosen for an official (features.md §6.3)."""
    held = aside()
    note = held.tasks[0].prompt
    decision = pick("kind go", held, user=COLLEAGUE, replied=note)
    (asked,) = edits(decision, note)
    assert labels(asked) == ["Окончательный", "Промежуточный", "Вопрос жителю", "Не отправлять"]
    (task,) = the(decision).tasks
    assert not task.aside and task.at == NOW and of(StartTimer, decision)
    sent = pick("kind answer", the(decision), user=COLLEAGUE, replied=note)
    assert WORDS in said(sent) and the(sent).held[0].line == note


def test_to_take_it_back_is_one_press_of_its_author() -> None:
    held = aside()
    note = held.tasks[0].prompt
    assert snack(pick("kind go", held, user=OFFICIAL, replied=note)) == texts_chat.ASKED_OTHER
    decision = pick("kind stop", held, user=COLLEAGUE, replied=note)
    assert edits(decision, note)[0].text == texts_chat.NOT_SENT.format(code=CODE) and not the(decision).tasks


def test_what_no_one_laid_aside_is_not_sent_by_that_press() -> None:
    assert snack(pick("kind go", TYPED, user=COLLEAGUE)) == texts_chat.NOT_THAT


def test_new_words_in_reply_to_the_note_are_a_new_answer() -> None:
    held = aside()
    note = held.tasks[0].prompt
    decision = tell("Снег вчера убрали, двор чистый", held, user=COLLEAGUE, replied=note, cmid=25)
    assert "Снег вчера убрали" in said(decision) and not the(decision).tasks
    assert [one.text for one in edits(decision, note)] == [texts_chat.rewritten(CODE, WORDS)]


@pytest.mark.parametrize(
    "moved, why", [(answered, texts_answers.ANSWERED), (passed, "сообщение передали: Служба доверия")]
)
def test_where_it_can_go_no_more_the_note_says_why(moved: Any, why: str) -> None:
    """Its author has read that it did not go: no further message, and no key that leads nowhere."""
    held = aside()
    decision = moved(held)
    (note,) = edits(decision, held.tasks[0].prompt)
    assert note.text.startswith(f"Отправлять уже нечего: {why}") and note.keyboard is None and WORDS in note.text
    assert not [one for one in sends(decision) if WORDS in one.text]


def test_a_colleague_is_not_in_its_way() -> None:
    """Words that are over and wait for their timer are dropped by nobody else's step."""
    held = replace(TYPED, tasks=(replace(TYPED.tasks[0], at=NOW - 2 * LIFE),))
    begun = press("ask", held=held)
    assert [task.user for task in the(begun).tasks] == [COLLEAGUE, OFFICIAL]


def test_the_others_go_on() -> None:
    """Of two dialogues one is over; the timer waits for the other."""
    held = busy(Job.ASK, TYPED, at=NOW + timedelta(minutes=30), prompt="другой")
    decision = left(held)
    assert [(task.prompt == "другой", task.aside) for task in the(decision).tasks] == [(False, True), (True, False)]
    (again,) = of(StartTimer, decision)
    assert again.at == NOW + timedelta(minutes=30) + LIFE + timedelta(seconds=1)


def test_a_timer_that_comes_too_early_waits_on() -> None:
    decision = left(TYPED, NOW + timedelta(minutes=5))
    assert not decision.appeals and of(StartTimer, decision)[0].at == NOW + LIFE + timedelta(seconds=1)


@pytest.mark.parametrize("held", [(), (appeal(),)])
def test_a_timer_of_nothing_is_ignored(held: tuple[Appeal, ...]) -> None:
    decision = decide(facts(appeals=held), TimerFired(TASK_TIMER, CODE, ANNA, NOW))
    assert decision.ignored == "разговоров уже нет"


@pytest.mark.parametrize("moved", [returned, passed])
def test_an_answer_that_waits_for_consent_is_told_too(moved: Any) -> None:
    """R39: the appeal is given back or taken away before anybody agreed."""
    decision = moved(WAITS)
    assert WORDS in said(decision, CUR_CHAT) and the(decision).approval is None
    assert [one.text for one in edits(decision)] == [texts_chat.closed_question(CODE)]
    (told,) = [one for one in sends(decision, ROADS_CHAT) if WORDS in one.text]
    assert "жителю не ушёл" in told.text


def test_a_question_for_consent_of_an_earlier_version_has_no_line() -> None:
    decision = passed(replace(WAITS, approval=replace(DRAFT, line="")))
    assert WORDS in said(decision, CUR_CHAT) and not edits(decision)


def test_words_in_brackets_of_vk_call_nobody() -> None:
    """T1: the bot says again what an official typed."""
    decision = answered(replace(TYPED, tasks=(replace(TYPED.tasks[0], text="@all [id1|Иван] сделаем"),)))
    assert "@all" not in said(decision, CUR_CHAT) and "[id1|" not in said(decision, CUR_CHAT)


@pytest.mark.parametrize(
    "held, words",
    [
        (appeal(chat=CUR_CHAT, status=Status.WAITING), "сейчас не у этого чата"),
        (appeal(status=Status.DECLINED), "Сейчас так сделать нельзя"),
        (appeal(status=Status.WITHDRAWN), "отозвал"),
        (appeal(status=Status.MERGED, incident="1124-BBBB"), "рассматривают вместе"),
    ],
)
def test_a_typed_answer_that_may_not_go_is_read_by_the_cur(held: Appeal, words: str) -> None:
    decision = say(WORDS, held)
    assert words in said(decision, ROADS_CHAT) and WORDS in said(decision, CUR_CHAT)
    assert not sends(decision, ANNA)


def test_nothing_to_send_is_nothing_to_tell() -> None:
    decision = say("", appeal(status=Status.DECLINED))
    assert not sends(decision, CUR_CHAT) and sends(decision, ROADS_CHAT)


@pytest.mark.parametrize("here", [True, False])
def test_words_to_a_question_that_is_over(here: bool) -> None:
    """Where the card is here still, its author is told to answer that; else the ЦУР has the words."""
    held = appeal() if here else appeal(chat=CUR_CHAT, status=Status.WAITING)
    decision = tell(WORDS, held)
    assert said(decision, ROADS_CHAT) == texts_chat.TASK_OVER
    assert (WORDS in said(decision, CUR_CHAT)) is not here


def test_words_that_are_on_their_way_are_not_lost() -> None:
    """The choice of their kind sends them."""
    decision = pick("kind answer", TYPED, user=COLLEAGUE)
    assert WORDS in said(decision) and not sends(decision, CUR_CHAT)
    (line,) = edits(decision)
    assert "уйдёт жителю через" in line.text and the(decision).held[0].line == PROMPT


def test_the_line_tells_to_the_end_what_became_of_them() -> None:
    """One message from the question to the result."""
    begun = pick("kind answer", TYPED, user=COLLEAGUE)
    held = the(begun)
    done = decide(facts(appeals=(held,), chat=roads()), ended(held.held[0].cause, "answer"))
    assert [one.text[:9] for one in edits(done)] == ["✓ Ответ п"]
    undone = press("undo", held.held[0].cause, held, unsent=frozenset({held.held[0].cause}), user=OFFICIAL)
    assert [one.text for one in edits(undone)] == [texts_chat.ANSWER_UNDONE.format(code=CODE)]
    assert of(CancelSend, undone) and isinstance(held.held[0], Held) and isinstance(edits(done)[0], Edit)
