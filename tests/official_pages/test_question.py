"""Where an official page is, is asked in many words; a complaint that names a page, a group of a kindergarten or a
canal is no such question."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.official_pages.model.question import LEFT, READ, WORDS, body_asked, page_asked
from tests.form import examples
from tests.screening.sets import lines

KNOWN = lines("pages")


def test_questions_are_heard_and_problems_are_none() -> None:
    """≥ 97 % found, none of what only sounds like it."""
    questions = [text for mark, text in KNOWN if mark == "+"]
    others = [text for mark, text in KNOWN if mark == "-"]
    found, false = [one for one in questions if page_asked(one)], [one for one in others if page_asked(one)]
    print(f"pages: {len(questions)} + {len(others)} phrases, found {len(found)}, false {len(false)}")
    assert len(questions) >= 60 and len(others) >= 60
    assert len(found) >= 0.97 * len(questions) and false == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("страница школы № 5 в Миассе", "школы 5 миассе"),
        ("Есть ли у садика 12 группа в вк?", "сад 12"),
        ("как называется группа мэрии Челябинска?", "администрация челябинска"),
        ("группа мэра Магнитогорска", "глава магнитогорска"),
        ("официальная страница минздрава", "здравоохранения"),
        ("официальная страница губернатора Челябинской области", "губернатора"),
        ("имеется ли страница у дома культуры в Бакале", "дома культуры бакале"),
        ("Дайте ссылку на группу колледжа", "колледжа"),
    ],
)
def test_what_it_is_looked_for_by(text: str, words: str) -> None:
    assert page_asked(text) == words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?!",
        "страница",
        "Подскажите страницу",
        "группа школы 25",
        "Хорошо бы страницу школы вести всем миром сообща и весело",
        "Учителя школы 5, страница",
        f"страница школы {'а ' * WORDS}",
        f"страница школы {'Лесной ' * (LEFT + 1)}",
        f"страница школы 5 {' ' * READ}",
    ],
)
def test_what_is_no_question(text: str) -> None:
    assert page_asked(text) == ""


def test_so_many_words_of_its_own_a_body_may_have() -> None:
    assert page_asked(f"страница школы {'лесной ' * LEFT}").count("лесной") == LEFT


@given(st.text(alphabet="страницгуповблкшмедь № 5?.", max_size=READ + 10))
@settings(max_examples=examples(200))
def test_any_text_is_answered(text: str) -> None:
    assert isinstance(page_asked(text), str)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("до скольки работает школа 5 в Миассе", "школа 5 миассе"),
        ("телефон садика 12", "сад 12"),
        ("когда открыта поликлиника № 8?", "поликлиника 8"),
        ("график работы администрации Карабаша", "администрации карабаша"),
        ("до скольки работает поликлиника", ""),
        ("школа 5 закрыта на карантин", ""),
        ("дайте страницу школы 5", ""),
        ("до скольки хамят в школе 5", ""),
        ("когда 5", ""),
        ("школа 5", ""),
        (f"до скольки школа {'Лесной ' * (LEFT + 1)}", ""),
        (f"до скольки школа 5 {'сегодня ' * WORDS}", ""),
        (f"до скольки школа 5 {' ' * READ}", ""),
    ],
)
def test_what_else_is_asked_of_a_body_that_is_named(text: str, words: str) -> None:
    assert body_asked(text) == words
