"""What an official types as a day is understood, or what is wrong with it is said; never another day (R40, R41)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config.calendar_file import read
from states.worktime.dates import HORIZON, WrongDate, WrongDay, parse
from tests.form import examples

TODAY = date(2026, 11, 25)  # a Wednesday

SAID = {
    "25.12": "2026-12-25",
    "25.12.2026": "2026-12-25",
    "25.12.26": "2026-12-25",
    "25.12.2026 г.": "2026-12-25",
    "25.12.2026г.": "2026-12-25",
    " до 25/12 ": "2026-12-25",
    "25-12-2026": "2026-12-25",
    "25 . 12": "2026-12-25",
    "2026-12-25": "2026-12-25",
    "25 декабря": "2026-12-25",
    "25 Декабря 2026 года.": "2026-12-25",
    "25-го декабря": "2026-12-25",
    "25 дек.": "2026-12-25",
    "25 декабрь": "2026-12-25",
    "не позднее 25 декабря": "2026-12-25",
    "3 мая 2027": "2027-05-03",
    "3 май": "2027-05-03",
    "1 марта": "2027-03-01",
    "10.01": "2027-01-10",
    "10 января": "2027-01-10",
    "25.11": "2026-11-25",
    "25 числа": "2026-11-25",
    "к 30 числу": "2026-11-30",
    "до 10-го": "2026-12-10",
    "31 числа": "2026-12-31",
    "сегодня": "2026-11-25",
    "Завтра": "2026-11-26",
    "на завтра": "2026-11-26",
    "послезавтра": "2026-11-27",
    "через 3 дня": "2026-11-28",
    "через три дня": "2026-11-28",
    "через 1 день": "2026-11-26",
    "в течение пяти дней": "2026-11-30",
    "3 дня": "2026-11-28",
    "через неделю": "2026-12-02",
    "через 2 недели": "2026-12-09",
    "в течение недели": "2026-12-02",
    "через месяц": "2026-12-25",
    "через 2 месяца": "2027-01-25",
    "через 3 рабочих дня": "2026-11-30",
    "в течение семи рабочих дней": "2026-12-04",
    "пятница": "2026-11-27",
    "до пятницы": "2026-11-27",
    "в пятницу": "2026-11-27",
    "до четверга": "2026-11-26",
    "ко вторнику": "2026-12-01",
    "в среду": "2026-12-02",
    "до понедельника": "2026-11-30",
    "в эту пятницу": "2026-11-27",
    "в следующую пятницу": "2026-12-04",
    "до среды следующей недели": "2026-12-02",
    "в воскресенье": "2026-11-29",
    "до субботы": "2026-11-28",
    "до конца недели": "2026-11-29",
    "до конца месяца": "2026-11-30",
    "в конце года": "2026-12-31",
    "до 25.11.2027": "2027-11-25",
}


@pytest.mark.parametrize("said", SAID)
def test_a_day_is_understood(said: str) -> None:
    assert parse(said, TODAY, read()) == date.fromisoformat(SAID[said])


REFUSED = {
    "24.11": (WrongDay.PAST, "2026-11-24"),
    "1 июня": (WrongDay.PAST, "2026-06-01"),
    "24.11.2026": (WrongDay.PAST, "2026-11-24"),
    "25.12.1926": (WrongDay.PAST, "1926-12-25"),
    "31.02": (WrongDay.NO_SUCH_DAY, None),
    "31 ноября": (WrongDay.NO_SUCH_DAY, None),
    "29.02.2027": (WrongDay.NO_SUCH_DAY, None),
    "29.02": (WrongDay.NO_SUCH_DAY, None),
    "12.25": (WrongDay.NO_SUCH_DAY, None),
    "0.12": (WrongDay.NO_SUCH_DAY, None),
    "25.12.0000": (WrongDay.NO_SUCH_DAY, None),
    "32 числа": (WrongDay.NO_SUCH_DAY, None),
    "25.12.2028": (WrongDay.TOO_FAR, "2028-12-25"),
    "через 999 дней": (WrongDay.TOO_FAR, "2029-08-20"),
    "через 20 месяцев": (WrongDay.TOO_FAR, "2028-07-25"),
    "": (WrongDay.NOT_A_DATE, None),
    "скоро": (WrongDay.NOT_A_DATE, None),
    "до": (WrongDay.NOT_A_DATE, None),
    "25": (WrongDay.NOT_A_DATE, None),
    "через день": (WrongDay.NOT_A_DATE, None),
    "через пару дней": (WrongDay.NOT_A_DATE, None),
    "через рабочий день": (WrongDay.NOT_A_DATE, None),
    "через 2 рабочих недели": (WrongDay.NOT_A_DATE, None),
    "неделя": (WrongDay.NOT_A_DATE, None),
    "недели": (WrongDay.NOT_A_DATE, None),
    "25 мамонтов": (WrongDay.NOT_A_DATE, None),
    "25.12 или 26.12": (WrongDay.NOT_A_DATE, None),
    "завтра не получится": (WrongDay.NOT_A_DATE, None),
    "25.12.1": (WrongDay.NOT_A_DATE, None),
    "٢٥.١٢": (WrongDay.NOT_A_DATE, None),
}


@pytest.mark.parametrize("said", REFUSED)
def test_what_is_wrong_is_said(said: str) -> None:
    why, day = REFUSED[said]
    found = parse(said, TODAY)
    assert isinstance(found, WrongDate)
    assert (found.why, found.day) == (why, date.fromisoformat(day) if day else None)
    assert (found.latest == TODAY + timedelta(days=HORIZON)) is (why is WrongDay.TOO_FAR)


@pytest.mark.parametrize(
    ("said", "today", "found"),
    [
        ("10.01", "2026-12-20", "2027-01-10"),
        ("31.12", "2026-12-31", "2026-12-31"),
        ("29.02", "2028-01-10", "2028-02-29"),
        ("29 февраля", "2027-11-25", "2028-02-29"),
        ("завтра", "2028-02-28", "2028-02-29"),
        ("через месяц", "2027-01-31", "2027-02-28"),
        ("через месяц", "2028-01-31", "2028-02-29"),
        ("через месяц", "2026-12-31", "2027-01-31"),
        ("до конца месяца", "2028-02-10", "2028-02-29"),
        ("до конца месяца", "2026-12-31", "2026-12-31"),
        ("до конца недели", "2026-11-29", "2026-11-29"),
        ("30 числа", "2027-01-31", "2027-03-30"),
        ("до пятницы", "2026-11-27", "2026-12-04"),
        ("через 1 рабочий день", "2026-12-30", "2027-01-11"),
    ],
)
def test_leap_days_and_the_turn_of_the_year(said: str, today: str, found: str) -> None:
    assert parse(said, date.fromisoformat(today), read()) == date.fromisoformat(found)


def test_a_leap_day_that_is_gone_is_past() -> None:
    assert parse("29.02", date(2028, 3, 1)) == WrongDate(WrongDay.PAST, date(2028, 2, 29))


@settings(max_examples=examples(200), deadline=None, print_blob=True)
@given(st.dates(date(2024, 1, 1), date(2032, 12, 31)), st.integers(0, 180))
def test_each_day_ahead_is_read_as_it_is_written(today: date, ahead: int) -> None:
    meant = today + timedelta(days=ahead)
    for said in (f"{meant:%d.%m.%Y}", f"до {meant:%d.%m}", f"{meant.isoformat()}", f"через {ahead} дней"):
        assert parse(said, today) == meant


@settings(max_examples=examples(300), deadline=None, print_blob=True)
@given(
    st.text(max_size=300) | st.text("0123456789.- днячерзгодамкопятицу", max_size=40),
    st.dates(date(2000, 1, 1), date(2100, 1, 1)),
)
def test_no_words_crash_it_and_no_day_is_past(said: str, today: date) -> None:
    found = parse(said, today)
    assert isinstance(found, WrongDate) or today <= found <= today + timedelta(days=HORIZON)
