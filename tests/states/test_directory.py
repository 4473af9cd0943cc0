"""Who answers: the most exact route wins, and nobody is ever guessed (R59, R61)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from states.directory import Agency, Directory, Group, Level, Place, PlaceKind, Route, Topic
from tests.small import REGION

PLACE = Place("a", PlaceKind.CITY_OKRUG, "А", "А", "А")
AGENCIES = tuple(Agency(code, code, code, Level.REGION) for code in "12345")
ROUTES = (
    Route("1", topic="t", place="a"),
    Route("2", topic="t"),
    Route("3", group="g", place="a"),
    Route("4", group="g"),
    Route("5", place="a"),
)
BASE = Directory(
    "О", "https://x", "112", agencies=AGENCIES, groups=(Group("g", "Г"),), topics=(Topic("t", "g", "Т"),),
    places=(PLACE,), routes=ROUTES,
)  # fmt: skip


@pytest.mark.parametrize("exact", range(5))
def test_the_most_exact_route_answers(exact: int) -> None:
    """This topic here, anywhere, this group here, anywhere, anything here."""
    directory = replace(BASE, routes=ROUTES[exact:])
    agency = directory.agency_for("t", "a")
    assert agency is not None and agency.code == str(exact + 1)


def test_a_route_of_one_place_says_nothing_of_another() -> None:
    assert replace(BASE, routes=(ROUTES[0], ROUTES[2], ROUTES[4])).agency_for("t", "b") is None


def test_no_route_is_no_agency() -> None:
    """R59, R61: never a guess."""
    assert REGION.agency_for("odd", "miass") is None
    assert REGION.agency_for("неизвестная тема", None) is None


@pytest.mark.parametrize("topic, place", [("t", None), ("неизвестная", None), ("неизвестная", "b")])
def test_a_route_of_nothing_in_particular_is_not_followed(topic: str, place: str | None) -> None:
    """Such a row would send everything unknown to one agency; that is a guess."""
    assert replace(BASE, routes=(Route("1"),)).agency_for(topic, place) is None


def test_a_route_to_an_agency_that_is_gone_leads_nowhere() -> None:
    assert replace(BASE, agencies=()).agency_for("t", "a") is None


def test_an_unknown_topic_in_a_known_place_goes_by_the_place() -> None:
    agency = BASE.agency_for("неизвестная", "a")
    assert agency is not None and agency.code == "5"


def test_everything_is_found_by_its_code() -> None:
    assert REGION.agency_by_code["roads"].short == "Миндор"
    assert REGION.topic_by_code["pits"].group == "roads"
    assert REGION.group_by_code["health"].name == "Здоровье"
    assert REGION.place_by_code["miass"].centre == "Миасс"


def test_topics_of_a_group_and_agencies_of_a_level_keep_their_order() -> None:
    assert [topic.code for topic in REGION.topics_of("roads")] == ["pits", "snow"]
    assert REGION.topics_of("нет") == ()
    assert [agency.code for agency in REGION.agencies_of(Level.REGION)] == ["roads", "health"]
