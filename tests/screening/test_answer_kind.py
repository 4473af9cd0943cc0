"""What kind of answer bare words are; where they do not say it, the official is asked (features.md §6.3)."""

from __future__ import annotations

import pytest

from screening.answer_kind import kind_of, other_number, says_nothing
from states.lifecycle.tasks import Job
from tests.screening.sets import figures, measuring

CODE = "1124-AAAA"


@pytest.mark.parametrize(
    "text, job, left",
    [
        ("Вопрос: какой подъезд?", Job.ASK, "какой подъезд?"),
        ("вопрос  жителю : какой подъезд", Job.ASK, "какой подъезд"),
        ("Промежуточный ответ: выехали", Job.INTERIM, "выехали"),
        ("ОТВЕТ: починим завтра", Job.ANSWER, "починим завтра"),
        ("Двор почистили вчера вечером", Job.ANSWER, "Двор почистили вчера вечером"),
        ("Адрес: Мира, 1. Двор чист", Job.ANSWER, "Адрес: Мира, 1. Двор чист"),
        ("Дочистили до конца улицы", Job.ANSWER, "Дочистили до конца улицы"),
        ("Двор почистили. Повторится, напишите нам", Job.ANSWER, "Двор почистили. Повторится, напишите нам"),
    ],
)
def test_words_that_say_what_they_are(text: str, job: Job, left: str) -> None:
    kind = kind_of(text, CODE)
    assert (kind.job, kind.text) == (job, left)


@pytest.mark.parametrize(
    "text",
    [
        "Какой подъезд?",
        "Какой подъезд? Уточните, пожалуйста",
        "Уточните номер дома.",
        "Добрый день. Пришлите фото двора",
        "Сообщите, пожалуйста, подъезд и этаж",
        "Сделаем",
        "Работы запланированы до пятницы",
        "Передано подрядчику",
        "Починят до конца недели",
        "Приедут к вам завтра",
        "Выясняем",
        "О результате сообщим дополнительно",
        "Вопрос: ",
    ],
)
def test_a_promise_and_a_question_are_asked_about(text: str) -> None:
    """A promise that left as a final answer is a harm."""
    expected = Job.ANSWER if text == "Вопрос: " else None
    assert kind_of(text, CODE).job is expected


@pytest.mark.parametrize("text", ["По №1124-BBBB всё сделано", "1124-bbbb", "ответ: как в 1124-BBBB"])
def test_words_that_name_another_message_are_asked_about(text: str) -> None:
    """T6: perhaps they belong to that one."""
    assert kind_of(text, CODE).job is None and other_number(text, CODE) == "1124-BBBB"


def test_its_own_number_is_no_other() -> None:
    assert kind_of("По №1124-AAAA всё сделано", CODE).job is Job.ANSWER and other_number("1124-AAAA", CODE) == ""


def test_an_answer_that_says_nothing() -> None:
    """R43: ≤ 3 % of short true answers are reproached, ≥ 97 % of formulas."""
    answers = measuring("answers")
    told = figures(answers, says_nothing)
    print(told)
    assert len(answers.harmless) >= 200 and told.found >= 0.97 and told.false <= 0.03
