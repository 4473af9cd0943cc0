"""What residents hear at each stage: the number, the reason, the day, what to do; and never what must not be said."""

from __future__ import annotations

import pytest

from handlers.text import texts_stages as stages
from states.lifecycle.reasons import Decline, Postpone

CODE = "1124-AAAA"
FORMAL = "https://www.gosuslugi.ru/"
EVERY = {
    "asked": stages.asked(CODE, "Миндор", "Какой дом?", "1 декабря"),
    "no_reply": stages.no_reply(CODE),
    "interim": stages.interim(CODE, "Миндор", "Проверяем", "3 декабря"),
    "postponed": stages.postponed(CODE, "Миндор", "нет денег", "3 декабря", "Сделаем весной."),
    "declined": stages.declined(CODE, "Почему.", "Что делать.", FORMAL),
    "outside": stages.outside(CODE, "РЖД", "8-800"),
    "closed": stages.closed(CODE, "Решено по телефону."),
    "expired": stages.expired(CODE),
    "merged": stages.merged(CODE, "Ответит Миндор."),
    "separated": stages.separated(CODE),
    "repeat": stages.repeat(CODE, "1101-BBBB", "Миндор"),
    "reopened": stages.reopened(CODE),
    "answered_all": stages.answered_all(CODE, "Миндор", "Починили"),
    "news": stages.news(CODE, "Миндор", "Бригада выехала"),
}


@pytest.mark.parametrize("name", EVERY)
def test_every_stage_names_the_message_and_no_appeal(name: str) -> None:
    """R1, R2, R36."""
    said = EVERY[name]
    assert f"№{CODE}" in said and "обращени" not in said.casefold() and "59" not in said
    assert said == said.strip() and "\n\n\n" not in said and "  " not in said


def test_a_question_says_who_asks_what_and_until_when() -> None:
    assert "Миндор:\n\nКакой дом?" in EVERY["asked"] and "Ждём до 1 декабря" in EVERY["asked"]
    assert "Ждём" not in stages.asked(CODE, "Миндор", "Какой дом?")


def test_an_interim_answer_and_a_postponement_name_their_day() -> None:
    """R40, R41."""
    assert "не позднее 3 декабря" in EVERY["interim"]
    assert "нет денег" in EVERY["postponed"] and "не позднее 3 декабря" in EVERY["postponed"]
    assert "Сделаем весной." in EVERY["postponed"]
    assert "\n\n\n" not in stages.postponed(CODE, "Миндор", "нет денег", "3 декабря")


def test_words_that_are_only_files_say_so() -> None:
    for said in (
        stages.asked(CODE, "Миндор", ""),
        stages.interim(CODE, "Миндор", "", "3 декабря"),
        stages.answered_all(CODE, "Миндор", ""),
        stages.news(CODE, "Миндор", ""),
    ):
        assert "во вложении." in said


@pytest.mark.parametrize("reason", Decline)
def test_every_refusal_says_why_and_what_to_do_and_where_to_go(reason: Decline) -> None:
    """R31, R5."""
    why, todo = stages.why_declined(reason)
    said = stages.declined(CODE, why, todo, FORMAL)
    assert why in said and todo in said and FORMAL in said
    assert why.endswith(".") and todo.endswith(".") and why[0].islower() and todo[0].islower()


@pytest.mark.parametrize("reason", Postpone)
def test_every_postponement_has_words(reason: Postpone) -> None:
    """R41."""
    assert stages.why_postponed(reason).islower() or " " in stages.why_postponed(reason)
    assert stages.why_postponed(reason) != reason.value
    assert not stages.why_postponed(reason).endswith(".")


def test_own_words_of_an_official_stay() -> None:
    """R41."""
    assert stages.why_postponed(" ждём плитку. ") == "ждём плитку"


def test_outside_gives_the_contact() -> None:
    """rules.md §3.1."""
    assert "РЖД" in EVERY["outside"] and "8-800" in EVERY["outside"]


def test_a_closed_one_without_a_reason_is_one_line() -> None:
    assert stages.closed(CODE) == f"Сообщение №{CODE} закрыто."
