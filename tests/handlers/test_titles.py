"""How people call a message: what, where, until when, who."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.views import titles
from states.worktime.deadlines import Deadline, TermClock
from tests.handlers.given import NOW, appeal, facts
from tests.small import REGION


@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("Администрация Миасса", "администрация Миасса"),
        ("Министерство ЖКХ", "министерство ЖКХ"),
        ("Ямы и разбитый асфальт", "ямы и разбитый асфальт"),
        ("ЖКХ", "ЖКХ"),
        ("Минздрав", "Минздрав"),
        ("Госкомитет ЗАГС", "Госкомитет ЗАГС"),
        ("", ""),
    ],
)
def test_inside_a_sentence_only_common_words_lose_their_capital(name: str, inside: str) -> None:
    assert titles.inside_sentence(name) == inside


def test_a_title_says_what_and_where() -> None:
    assert titles.title(appeal(), REGION) == "Снег на дороге · Миасс, Мира, 1"
    assert titles.title(appeal(address="улица Ленина, дом 5"), REGION) == "Снег на дороге · Миасс, Ленина, 5"
    assert titles.title(appeal(topic="?", place=None, address=""), REGION) == "Сообщение"
    assert titles.without_address(appeal(), REGION) == "Снег на дороге · Миасс"


def test_who_answers_is_called_shortly() -> None:
    assert titles.agency_title(REGION, "roads") == "Миндор"
    assert titles.agency_title(REGION, None) == titles.agency_title(REGION, "?") == "центр управления регионом"
    town = replace(REGION.agencies[0], code="t", short="Администрация Троицка (город)")
    assert titles.agency_title(replace(REGION, agencies=(town,)), "t") == "администрация Троицка"


@pytest.mark.parametrize(
    ("clock", "later", "words"),
    [
        (TermClock.FIRST_ANSWER, timedelta(hours=2), "сегодня до 16:00"),
        (TermClock.ROUTE, timedelta(days=1), "завтра до 14:00"),
        (TermClock.FIRST_ANSWER, timedelta(days=3), "до пт 27 ноября, 14:00"),
        (TermClock.AFTER_INTERIM, timedelta(days=1), "до ср 25 ноября"),
    ],
)
def test_a_term_is_said_as_people_say_it(clock: TermClock, later: timedelta, words: str) -> None:
    """R45: in the region's time; a promised day has no hour."""
    assert titles.term(Deadline(clock, NOW, NOW + later), facts()) == words
