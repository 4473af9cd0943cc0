"""Small dialogues: each question, its buttons, what is typed; of one person, and never mixed (R40, R41)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.lifecycle.asking import DECLINES, digest
from handlers.text import actions, texts_answers, texts_chat
from states.decision import Decision
from states.events import MessageNew
from states.lifecycle.appeal import Appeal, Status
from states.lifecycle.reasons import Decline, Note
from states.lifecycle.tasks import LIFE, Job, Task
from states.messages import Attachment, Message
from states.people.chats import Chat
from states.worktime.deadlines import Term, Terms, Unit
from tests.handlers.given import (
    ANNA,
    CHATS,
    CUR_CHAT,
    OFFICIAL,
    ROADS_CHAT,
    appeal,
    cur,
    facts,
    in_cur,
    labels,
    roads,
    said,
    sends,
)
from tests.handlers.in_chat import (
    CANNED,
    CODE,
    COLLEAGUE,
    OTHER,
    PHOTO_OF,
    PROMPT,
    RICH,
    TEAM,
    busy,
    edits,
    pick,
    press,
    say,
    snack,
    task_of,
    tell,
    the,
    works,
)  # fmt: skip
from tests.small import NOW, POLICY

WORK = appeal(status=Status.IN_WORK)
MIASS = Chat(2_000_000_005, "miass-gorod", NOW)
WITH_MIASS = CHATS | {"miass-gorod": MIASS}


def asks(job: Job, held: Appeal = WORK, **more: Any) -> Decision:
    """The question that a button begins with."""
    by = {
        Job.ANSWER: actions.ANSWER, Job.ASK: actions.ASK, Job.INTERIM: actions.INTERIM, Job.POSTPONE: actions.POSTPONE,
        Job.DECLINE: actions.DECLINE, Job.OUTSIDE: actions.OUTSIDE, Job.NOT_OURS: actions.NOT_OURS,
        Job.TEMPLATE: actions.TEMPLATES, Job.ASSIGN: actions.ASSIGN, Job.REPEAT: actions.REPEAT,
        Job.MERGE: actions.MERGE, Job.BLOCK: actions.BLOCK, Job.CLOSE: actions.CLOSE,
    }  # fmt: skip
    return press(by[job], held=held, officials=TEAM, **more)


@pytest.mark.parametrize(
    "job, words",
    [
        (Job.ANSWER, "ваш текст, фото и документы уйдут жителю"),
        (Job.ASK, "что спросить у жителя"),
        (Job.INTERIM, "к какому дню"),
        (Job.POSTPONE, "почему откладываем"),
        (Job.DECLINE, "почему отклоняем"),
        (Job.OUTSIDE, "Житель получит их контакты"),
        (Job.TEMPLATE, "выберите готовый ответ"),
    ],
)
def test_a_button_asks_the_person_who_pressed_it_by_name(job: Job, words: str) -> None:
    decision = asks(job)
    (question,) = sends(decision, ROADS_CHAT)
    assert words in question.text and f"[id{OFFICIAL}|Ольга]" in question.text and CODE in question.text
    assert task_of(decision).prompt == question.cause and task_of(decision).of(ROADS_CHAT, OFFICIAL)
    assert labels(question)[-1] == "Отмена" and the(decision).version == 3


@pytest.mark.parametrize(
    "job, words",
    [
        (Job.ASSIGN, "кому направить"),
        (Job.REPEAT, "повтором какого сообщения"),
        (Job.MERGE, "с каким сообщением объединить"),
        (Job.BLOCK, "до какого дня"),
        (Job.CLOSE, "без ответа"),
    ],
)
def test_the_cur_is_asked_what_only_it_does(job: Job, words: str) -> None:
    decision = asks(job, in_cur(), chat=cur())
    assert words in said(decision, CUR_CHAT)


def test_an_official_without_a_name_is_a_colleague() -> None:
    assert f"[id{OFFICIAL}|Коллега]" in said(press(actions.ANSWER, held=WORK), ROADS_CHAT)


def test_a_name_does_not_break_out_of_its_mention() -> None:
    """T1, T2."""
    team = {OFFICIAL: works(OFFICIAL, "Ольга] @all [id1|x")}
    assert "@all" not in said(press(actions.ANSWER, held=WORK, officials=team), ROADS_CHAT)


# Choices.


def test_reasons_to_decline_are_all_there_but_one_that_has_its_own_button() -> None:
    """R31; vk-api.md §7: ten buttons at most."""
    (question,) = sends(asks(Job.DECLINE), ROADS_CHAT)
    assert len(labels(question)) == 10 and set(DECLINES) == set(Decline) - {Decline.OUTSIDE}


def test_days_are_offered_only_as_far_as_may_be_promised() -> None:
    """R40: seven working days; R41: thirty days; a block up to a year."""
    assert labels(sends(asks(Job.INTERIM), ROADS_CHAT)[0])[:5] == [
        "25 ноября", "26 ноября", "27 ноября", "1 декабря", "3 декабря",
    ]  # fmt: skip
    short = Terms(after_interim=Term(2, Unit.WORKING_DAYS))
    near = replace(RICH, terms=short)
    assert labels(sends(asks(Job.INTERIM, directory=near), ROADS_CHAT)[0]) == ["25 ноября", "26 ноября", "Отмена"]
    later = tell("ждём кран", busy(Job.POSTPONE, WORK))
    assert labels(edits(later)[0]) == ["25 ноября", "1 декабря", "8 декабря", "24 декабря", "Не отправлять"]
    assert "не позже 24 декабря" in said(later, ROADS_CHAT)


def test_a_choice_goes_on_with_the_dialogue() -> None:
    decision = pick("day 2026-11-26", busy(Job.INTERIM, WORK))
    task = task_of(decision)
    assert task.until is not None and task.until.astimezone(POLICY.zone).date() == date(2026, 11, 26)
    assert "что сделано и что будет к 26 ноября" in said(decision, ROADS_CHAT)
    assert (task.prompt, [one.cause for one in edits(decision)]) == (PROMPT, [task.asked])


@pytest.mark.parametrize(
    "choice, words",
    [("answer", "Ответ на сообщение"), ("ask", "Вопрос по сообщению"), ("interim", "")],
)
def test_the_kind_of_bare_words_is_chosen(choice: str, words: str) -> None:
    """features.md §6.3: never guessed."""
    asked = say("Сделаем к пятнице", WORK)
    (question,) = sends(asked, ROADS_CHAT)
    assert labels(question) == ["Окончательный", "Промежуточный", "Вопрос жителю", "Не отправлять"]
    assert not sends(asked, ANNA)
    decision = pick(f"kind {choice}", the(asked), replied=question.cause)
    assert words in said(decision) and bool(sends(decision, ANNA)) == bool(words)


def test_words_that_name_another_message_are_asked_about_and_say_so() -> None:
    """T6."""
    asked = say(f"По №{OTHER} всё сделано вчера", appeal(status=Status.ANSWERED))
    assert f"номер другого сообщения, №{OTHER}" in said(asked, ROADS_CHAT) and not sends(asked, ANNA)


def test_canned_answers_are_chosen_by_what_was_seen() -> None:
    (question,) = sends(asks(Job.TEMPLATE), ROADS_CHAT)
    assert labels(question) == ["Почистим", "Не сейчас", "Отмена"]
    decision = pick(f"template {digest(CANNED[0])}", busy(Job.TEMPLATE, WORK))
    assert task_of(decision).template == "Почистим" and "к какому дню" in said(decision, ROADS_CHAT)
    changed = replace(CANNED[0], text="По адресу {адрес} ничего не сделают.")
    assert snack(pick(f"template {digest(changed)}", busy(Job.TEMPLATE, WORK))) == texts_chat.NOT_THAT


def test_what_came_back_unsolved_may_go_to_those_who_answered() -> None:
    """R42: the first button is whoever answered; a complaint that was never with them is not offered to them (R38)."""
    held = in_cur(status=Status.REOPENED, agency="roads")
    (question,) = sends(asks(Job.ASSIGN, held, chat=cur()), CUR_CHAT)
    assert labels(question)[0] == RICH.agency_by_code["roads"].short
    complained = in_cur(agency="roads", notes=(Note.COMPLAINT,))
    (question,) = sends(asks(Job.ASSIGN, complained, chat=cur()), CUR_CHAT)
    assert RICH.agency_by_code["roads"].short not in labels(question)


def test_likely_agencies_first_and_only_those_that_can_take_it() -> None:
    """R37: whoever the directory names for this or for what it is like, but not whoever has it."""
    held = in_cur(topic="pits", place="miass", agency=None)
    (question,) = sends(asks(Job.ASSIGN, held, chat=cur(), chats=WITH_MIASS), CUR_CHAT)
    assert labels(question) == ["Миасс", "Миндор", "Отмена"]
    alone = sends(asks(Job.ASSIGN, held, chat=cur()), CUR_CHAT)[0]
    assert labels(alone) == ["Миндор", "Отмена"], "the other has no chat"


def test_not_ours_names_likely_agencies_also_without_a_chat_and_lets_one_not_know() -> None:
    held = appeal(status=Status.IN_WORK, topic="pits")
    (question,) = sends(asks(Job.NOT_OURS, held), ROADS_CHAT)
    assert labels(question) == ["Миасс", "Не знаю", "Отмена"]
    assert "чьё это?" in question.text
    (question,) = sends(asks(Job.NOT_OURS, replace(held, returned=("miass-gorod",))), ROADS_CHAT)
    assert labels(question) == ["Не знаю", "Отмена"], "never one that gave it back"


# Typed.


@pytest.mark.parametrize("typed", ["5 декабря", "до 03.12", "через 2 рабочих дня", "завтра"])
def test_a_day_may_be_typed(typed: str) -> None:
    late = {"5 декабря"}
    decision = tell(typed, busy(Job.INTERIM, WORK))
    if typed in late:
        assert said(decision, ROADS_CHAT) == texts_chat.DATE_TOO_FAR.format(latest="3 декабря")
    else:
        assert task_of(decision).until is not None


@pytest.mark.parametrize(
    "typed, words",
    [
        ("31.02", texts_chat.DATE_NO_SUCH_DAY),
        ("вчера", texts_chat.DATE_NOT_A_DATE),
        ("20.11.2026", texts_chat.DATE_PAST),
        ("когда-нибудь", texts_chat.DATE_NOT_A_DATE),
        ("20.11.2029", "Так далеко нельзя: не позже"),
    ],
)
def test_a_wrong_day_is_refused_in_words_and_may_be_typed_again(typed: str, words: str) -> None:
    held = busy(Job.INTERIM, WORK)
    decision = tell(typed, held)
    assert words in said(decision, ROADS_CHAT) and not decision.appeals
    assert task_of(tell("завтра", held)).until is not None


def test_a_reason_in_own_words() -> None:
    decision = tell("Ждём\nкран", busy(Job.POSTPONE, WORK))
    assert task_of(decision).reason == "Ждём кран"
    done = pick("day 2026-12-01", the(decision), replied=task_of(decision).prompt)
    assert "отложили: Ждём кран" in said(done)


def test_a_reason_without_words_is_asked_for_again() -> None:
    assert said(tell("", busy(Job.POSTPONE, WORK), files=PHOTO_OF), ROADS_CHAT) == texts_chat.WORDS_NEEDED


def test_a_reason_to_decline_is_chosen_only() -> None:
    """R31: a code."""
    assert said(tell("потому что", busy(Job.DECLINE, WORK)), ROADS_CHAT) == texts_chat.NOT_THAT


@pytest.mark.parametrize("typed, taken", [("Почистим", True), ("почистим", True), ("Другое", False)])
def test_a_canned_answer_may_be_named(typed: str, taken: bool) -> None:
    decision = tell(typed, busy(Job.TEMPLATE, WORK))
    assert bool(decision.appeals) is taken and (taken or said(decision, ROADS_CHAT) == texts_chat.NOT_THAT)


@pytest.mark.parametrize("typed", ["Железная", "железная дорога", "управл"])
def test_somebody_outside_may_be_named(typed: str) -> None:
    assert "Как связаться" in said(tell(typed, busy(Job.OUTSIDE, WORK)))


@pytest.mark.parametrize("typed", ["", "р", "нет таких"])
def test_more_than_one_or_none_outside_is_never_guessed(typed: str) -> None:
    decision = tell(typed, busy(Job.OUTSIDE, WORK), files=PHOTO_OF)
    assert not decision.appeals and said(decision, ROADS_CHAT) == texts_chat.NOT_THAT


@pytest.mark.parametrize("typed", ["Миндор", "министерство дорог", "roads", "дорог"])
def test_an_agency_may_be_named_by_name_short_name_code_or_part(typed: str) -> None:
    held = busy(Job.ASSIGN, in_cur(topic="snow"), peer=CUR_CHAT)
    decision = tell(typed, held, chat=cur())
    assert the(decision).agency == "roads"


@pytest.mark.parametrize(
    "typed, words", [("министерство", "Министерство дорог, Министерство здоровья"), ("xx", "ничего похожего")]
)
def test_an_agency_that_is_not_clear_is_asked_about(typed: str, words: str) -> None:
    """R59: never guessed."""
    held = busy(Job.ASSIGN, in_cur(), peer=CUR_CHAT)
    assert words in said(tell(typed, held, chat=cur()), CUR_CHAT)


def test_a_number_is_read_with_its_sign() -> None:
    original = appeal(code=OTHER, source=9)
    held = busy(Job.REPEAT, in_cur(), peer=CUR_CHAT)
    decision = tell(f" №{OTHER.lower()}.", held, chat=cur(), appeals=(held, original))
    assert the(decision).repeat_of == OTHER


# Of one person, and only to its own question.


def test_two_dialogues_about_one_message_do_not_mix() -> None:
    """Several officials at once."""
    both = busy(Job.INTERIM, busy(Job.ANSWER, WORK), user=COLLEAGUE, prompt=PROMPT.replace("|9|", "|10|"))
    decision = tell("Починили сегодня утром, проверили", both)
    assert [task.user for task in the(decision).tasks] == [COLLEAGUE] and "Починили" in said(decision)


def test_another_ones_question_is_left_to_him() -> None:
    held = busy(Job.INTERIM, WORK)
    assert snack(pick("day 2026-11-26", held, user=COLLEAGUE)) == texts_chat.ASKED_OTHER
    assert snack(pick("day stop", held, user=COLLEAGUE)) == texts_chat.ASKED_OTHER
    answer = tell("завтра", held, user=COLLEAGUE)
    assert said(answer, ROADS_CHAT) == texts_chat.ASKED_OTHER and not answer.appeals


@pytest.mark.parametrize("late", [{"now": NOW + LIFE * 2}, {"replied": PROMPT.replace("|9|", "|8|")}])
def test_a_question_that_is_over_says_so(late: dict[str, Any]) -> None:
    """Forgotten after an hour, or another one was asked since."""
    held = busy(Job.INTERIM, WORK)
    assert snack(pick("day 2026-11-26", held, **late)) == texts_chat.TASK_OVER
    assert said(tell("завтра", held, **late), ROADS_CHAT) == texts_chat.TASK_OVER
    nobody = tell("завтра", WORK)
    assert said(nobody, ROADS_CHAT) == texts_chat.TASK_OVER and not nobody.appeals


def test_what_was_begun_is_dropped() -> None:
    decision = pick("day stop", busy(Job.INTERIM, WORK))
    assert the(decision).tasks == () and snack(decision) == texts_chat.TASK_DROPPED


@pytest.mark.parametrize(
    "choice, said_back",
    [
        ("reason money", texts_chat.NOT_THAT),
        ("day 2027-11-26", texts_chat.NOT_THAT),
        ("day", texts_chat.NOT_THAT),
        ("kind 2026-11-26", texts_chat.TASK_OVER),
    ],
)
def test_a_choice_that_was_not_offered_is_not_taken(choice: str, said_back: str) -> None:
    """T3: or that of an earlier question."""
    decision = pick(choice, busy(Job.INTERIM, WORK))
    assert snack(decision) == said_back and not decision.appeals


def test_a_button_of_another_message_is_not_taken() -> None:
    decision = press(actions.PICK, f"{OTHER} day 2026-11-26", busy(Job.INTERIM, WORK), replied=PROMPT)
    assert snack(decision) == texts_chat.TASK_OVER


def test_beginning_anew_drops_what_this_person_had_begun_and_what_nobody_went_on_with() -> None:
    stale = Task(ROADS_CHAT, COLLEAGUE, Job.ANSWER, NOW - 2 * LIFE)
    held = replace(busy(Job.INTERIM, WORK), tasks=(*busy(Job.INTERIM, WORK).tasks, stale))
    assert [task.job for task in the(asks(Job.DECLINE, held)).tasks] == [Job.DECLINE]


def test_new_words_to_the_question_of_their_kind_replace_the_first() -> None:
    held = busy(Job.REPLY, WORK, text="Сделаем", cmid=19)
    decision = tell("Сделали всё ещё вчера вечером", held)
    assert "Сделали всё ещё вчера" in said(decision) and the(decision).tasks == ()
    assert said(tell("", held, files=()), ROADS_CHAT) == texts_chat.NOT_THAT


# While a dialogue lasts, the appeal may move.


@pytest.mark.parametrize(
    "after",
    [
        appeal(status=Status.ANSWERED),
        appeal(status=Status.WITHDRAWN),
        appeal(status=Status.ROUTED, chat=MIASS.peer, agency="miass-gorod"),
        appeal(status=Status.APPROVAL),
    ],
    ids=["answered", "withdrawn", "with another agency", "waiting for a second person"],
)
def test_what_cannot_be_done_any_more_is_not_done(after: Appeal) -> None:
    """I4: words of a chat that has it no more do not reach the resident."""
    held = busy(Job.INTERIM, after, until=NOW + timedelta(days=1))
    decision = tell("Выехали на место, завтра доделаем", held, chats=WITH_MIASS)
    assert not decision.appeals and "Сейчас так сделать нельзя" in said(decision, ROADS_CHAT)


def test_a_clock_that_ran_out_takes_no_day_from_the_promise() -> None:
    """R40: counted from today."""
    late = replace(WORK, deadline=None)
    assert labels(sends(asks(Job.INTERIM, late), ROADS_CHAT)[0])[0] == "25 ноября"


@pytest.mark.parametrize("job", [Job.ANSWER, Job.ASK])
def test_what_cannot_be_passed_on_is_no_answer(job: Job) -> None:
    """vk-api.md §8.1: a video alone would reach the resident as nothing."""
    video = (Attachment("video"),)
    decision = tell("", busy(job, WORK), files=video)
    assert said(decision, ROADS_CHAT) == texts_chat.NOTHING_TO_SEND and not decision.appeals
    assert said(say("/ответ", WORK, files=video), ROADS_CHAT) == texts_chat.NOTHING_TO_SEND
    assert sends(tell("Видео на сайте", busy(job, WORK), files=video), ANNA)
    public = (Attachment("video", reference="video-1_2"),)
    assert sends(tell("", busy(job, WORK), files=public), ANNA)


# To postpone is one choice: the reason with its usual day.


def test_a_reason_brings_its_usual_day() -> None:
    """R41: three taps and one message (C.2)."""
    (question,) = sends(asks(Job.POSTPONE), ROADS_CHAT)
    assert labels(question) == [
        "Нет денег в бюджете, до 24 декабря", "Не сезон, до 24 декабря", "Нужен подрядчик, до 8 декабря",
        "Идёт проверка, до 1 декабря", "Ждём другие службы, до 1 декабря", "Отмена",
    ]  # fmt: skip
    assert question.keyboard is not None and all(len(row) == 1 for row in question.keyboard.rows)
    done = pick("reason contract.2026-12-08", busy(Job.POSTPONE, WORK))
    assert "нужно выбрать подрядчика" in said(done) and "не позднее 8 декабря" in said(done)


def test_a_day_that_may_not_be_promised_is_not_offered() -> None:
    near = replace(RICH, terms=Terms(postponed=Term(0, Unit.DAYS)))
    assert labels(sends(asks(Job.POSTPONE, directory=near), ROADS_CHAT)[0]) == ["Отмена"]


@pytest.mark.parametrize(
    "typed, reason, day",
    [
        ("до 5 декабря: ждём кран", "ждём кран", date(2026, 12, 4)),
        ("Причина: нет крана", "Причина: нет крана", None),
        ("нет крана", "нет крана", None),
    ],
)
def test_a_day_may_be_typed_before_the_reason(typed: str, reason: str, day: date | None) -> None:
    decision = tell(typed, busy(Job.POSTPONE, WORK))
    if day is None:
        assert task_of(decision).reason == reason and "к какому дню" in said(decision, ROADS_CHAT)
    else:
        assert f"{reason}.\nМинистерство дорог: ответят не позднее 4 декабря" in said(decision)


@pytest.mark.parametrize(
    "typed, words",
    [
        ("31.02: ждём кран", texts_chat.DATE_NO_SUCH_DAY),
        ("завтра:", texts_chat.WORDS_NEEDED),
        ("1 июля 2027: ждём кран", texts_chat.DATE_TOO_FAR.format(latest="24 декабря")),
    ],
)
def test_a_wrong_day_before_the_reason_is_told(typed: str, words: str) -> None:
    decision = tell(typed, busy(Job.POSTPONE, WORK))
    assert said(decision, ROADS_CHAT) == words and not decision.appeals


def test_by_word_too() -> None:
    decision = say("/отложить завтра: ждём кран", WORK)
    assert "ждём кран" in said(decision) and "25 ноября" in said(decision)


# Plain words behind a question.


def talks(text: str, held: Appeal, *, user: int = OFFICIAL, replied: str = PROMPT, **more: Any) -> Decision:
    """No reply: the message before it is the bot's question."""
    event = MessageNew(Message(ROADS_CHAT, 30, user, NOW, text))
    known = {"chat": roads(), "linked": held, "appeals": (held,), "directory": RICH, "officials": TEAM} | more
    return decide(facts(replied=replied, **known), event)


@pytest.mark.parametrize(
    "job, more, words",
    [
        (Job.ANSWER, {}, texts_answers.REPLY_TO_IT),
        (Job.INTERIM, {}, texts_answers.REPLY_TO_IT),
        (Job.REPLY, {"text": "Планируем", "cmid": 20}, texts_answers.PRESS_IT),
    ],
)
def test_who_was_asked_just_now_hears_once_how_to_answer(job: Job, more: dict[str, Any], words: str) -> None:
    """His words went nowhere, and he did not know."""
    held = busy(job, **more)
    decision = talks("завтра", held)
    (told,) = sends(decision)
    assert (told.text, told.reply_to) == (words, 30) and not decision.appeals
    assert sends(talks("завтра утром", held))[0].cause == told.cause, "the outbox takes it once for a question"
    other = replace(held, tasks=(replace(held.tasks[0], asked="v1|101|task|2|x|0"),))
    assert sends(talks("завтра", other))[0].cause != told.cause, "the next question has its own"


@pytest.mark.parametrize(
    "event",
    [
        {"user": COLLEAGUE},
        {"replied": "v1|101|card|1|3|0"},
        {"linked": None},
        {"text": " "},
        {"officials": {}, "chat": replace(roads(), listed_at=NOW)},
        {"now": NOW + timedelta(hours=2)},
    ],
)
def test_all_other_talk_is_nobodys_business(event: dict[str, Any]) -> None:
    """T7: a colleague's, behind a card or nothing, without words, of a stranger, behind a question that is over."""
    assert talks(event.pop("text", "кто едет?"), busy(Job.ANSWER), **event).ignored == "не ответ на карточку"
    aside = busy(Job.REPLY, text="Планируем", cmid=20, aside=True)
    assert talks("кто едет?", aside).ignored == "не ответ на карточку"
