"""The world's clock by working days and to the bot's next deadline, and the calendar of the demo."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest

from tests.emulator.conftest import Ask
from vk_emulator.api.calls import Vk
from vk_emulator.world.working_days import Calendar

ZONE = ZoneInfo("Asia/Yekaterinburg")


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).timestamp()


@pytest.mark.parametrize(
    ("now", "days", "then"),
    [
        ("2026-11-25 15:30", 1, "2026-11-26 15:30"),
        ("2026-11-27 15:30", 1, "2026-11-30 15:30"),
        ("2026-11-28 23:59", 1, "2026-11-30 23:59"),
        ("2026-12-30 10:00", 1, "2027-01-11 10:00"),
        ("2026-12-30 10:00", 2, "2027-01-12 10:00"),
        ("2027-02-19 00:10", 1, "2027-02-20 00:10"),  # a working Saturday
        ("2027-02-20 09:00", 1, "2027-02-24 09:00"),
        ("2026-11-25 15:30", 30, "2027-01-15 15:30"),
    ],
)
def test_working_days_of_the_demo(ask: Ask, now: str, days: int, then: str) -> None:
    ask("emulator.setClock", now=at(now))
    assert ask("emulator.advanceClock", working_days=days)["clock"] == at(then)


def test_the_demo_calendar_is_the_official_one(vk: Vk) -> None:
    """R49: the same as the library that was checked, for the months that the demo covers."""
    official = holidays.country_holidays("RU", years=(2026, 2027))
    day = date(2026, 11, 1)
    while day <= date(2027, 5, 31):
        assert vk.world.calendar.works(day) == official.is_working_day(day), day
        day += timedelta(days=1)


def test_the_hour_stays_when_summer_time_begins() -> None:
    calendar, zone = Calendar("Europe/Berlin"), ZoneInfo("Europe/Berlin")
    friday = datetime(2027, 3, 26, 9, tzinfo=zone)
    assert calendar.later(friday.timestamp(), 1) == datetime(2027, 3, 29, 9, tzinfo=zone).timestamp()


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"working_days": 0},
        {"working_days": -1},
        {"working_days": 1001},
        {"working_days": "два"},
        {"seconds": 5, "working_days": 1},
        {"to": "deadline", "seconds": 1},
        {"to": "завтра"},
    ],
)
def test_bad_ways_move_nothing(ask: Ask, vk: Vk, params: dict[str, Any]) -> None:
    before = vk.world.clock.now()
    assert ask("emulator.advanceClock", **params) == 100
    assert vk.world.clock.now() == before


def test_to_the_deadline_of_the_bot(ask: Ask, vk: Vk) -> None:
    assert ask("emulator.advanceClock", to="deadline") == 23  # no bot beside
    due = vk.world.clock.now() + 500
    vk.controls["deadline"] = lambda params: due
    assert ask("emulator.advanceClock", to="deadline")["clock"] == due + 1
    vk.controls["deadline"] = lambda params: "Впереди у бота нет ни одного срока."
    told = vk.call("emulator.advanceClock", "", {"to": "deadline"})["error"]
    assert (told["error_code"], told["error_msg"]) == (100, "Впереди у бота нет ни одного срока.")


def test_a_clock_set_back_holds_up_nobody(ask: Ask, vk: Vk) -> None:
    """Moments of requests that are now in the future count no more: else a token would wait until then."""
    vk.world.switches.rate_limit = "on"
    assert [ask("utils.getServerTime") for _ in range(21)][19:] == [vk.world.now(), 6]
    ask("emulator.advanceClock", seconds=-3600)
    assert ask("utils.getServerTime") == vk.world.now()
