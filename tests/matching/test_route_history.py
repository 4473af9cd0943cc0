"""What history may say of the directory, and when it must be silent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from features.directory_editor.proposals import proposals, stuck, worth_a_look
from states.directory import Agency, ControlCentre, Directory, Group, Level, Place, PlaceKind, Route, Topic
from states.statistics.route_history import (
    MONTH,
    PERIOD,
    Answered,
    Proposal,
    Stuck,
)

TODAY = date(2026, 11, 29)
FIRST = TODAY - PERIOD + timedelta(days=1)
KNOWN = Directory(
    region="Область",
    formal_channel="https://пос.рф",
    emergency="112",
    agencies=tuple(Agency(code, code, code, Level.AGENCY) for code in ("roads", "town", "water")),
    groups=(Group("city", "Город"),),
    topics=(Topic("pits", "city", "Ямы"), Topic("pipes", "city", "Трубы")),
    places=(Place("miass", PlaceKind.CITY_OKRUG, "Миасс", "Миасс", "Миасс"),),
    routes=(Route("roads", topic="pits"),),
)


def answers(agency: str, months: tuple[int, ...], topic: str = "pits", place: str = "miass") -> list[Answered]:
    """So many answers in each of the three months, from its first day to its twentieth."""
    days = [(FIRST + month * MONTH, FIRST + month * MONTH + timedelta(days=20)) for month in range(3)]
    return [
        Answered(topic, place, agency, month, many, *days[month]) for month, many in enumerate(months) if many
    ]  # fmt: skip


EIGHT_OF_TEN = (*answers("town", (3, 3, 2)), *answers("roads", (1, 1, 0)))


def test_eight_of_ten_for_months_are_proposed() -> None:
    assert proposals(EIGHT_OF_TEN, KNOWN) == [Proposal("pits", "miass", "town", "roads", 8, 10)]


def test_only_what_may_be_proposed_is_counted_message_by_message() -> None:
    def looked(**agencies: int) -> set[tuple[str, str]]:
        return worth_a_look({("pits", "miass", agency): many for agency, many in agencies.items()}, KNOWN)

    assert looked(town=8, roads=2) == {("pits", "miass")} == looked(town=8, roads=90)
    assert looked(town=7, roads=3) == looked(town=8, roads=1) == looked(roads=90) == set()
    assert worth_a_look({("gone", "miass", "town"): 90, ("pits", "", "town"): 90}, KNOWN) == set()
    assert worth_a_look({("pipes", "miass", "town"): 90}, KNOWN) == {("pipes", "miass")}, "nobody is named"


def test_where_the_directory_names_nobody_too() -> None:
    nobody = replace(KNOWN, routes=())
    assert proposals(EIGHT_OF_TEN, nobody) == [Proposal("pits", "miass", "town", "", 8, 10)]


@pytest.mark.parametrize(
    "found",
    [
        [*answers("town", (3, 3, 2)), *answers("roads", (1, 0, 0))],
        [*answers("town", (3, 3, 2)), *answers("roads", (1, 2, 0))],
        [*answers("town", (20, 20, 0)), *answers("roads", (1, 1, 0))],
        [*answers("town", (90, 0, 2)), *answers("roads", (0, 5, 0))],
        answers("roads", (9, 9, 9)),
        answers("gone", (9, 9, 9)),
        answers("town", (9, 9, 9), topic="gone"),
        answers("town", (9, 9, 9), place="gone"),
        answers("town", (9, 9, 9), place=""),
        answers("", (9, 9, 9)),
        [],
    ],
    ids=["few", "no share", "too short", "another month says otherwise", "the directory says so", "agency is gone",
         "topic is gone", "place is gone", "without a place", "without an agency", "nothing"],
)  # fmt: skip
def test_what_is_not_proposed(found: list[Answered]) -> None:
    assert proposals(found, KNOWN) == []


def test_what_waits_for_the_control_centre_on_purpose_is_left_alone() -> None:
    for centre in (ControlCentre(topics=("pits",)), ControlCentre(groups=("city",))):
        assert proposals(EIGHT_OF_TEN, replace(KNOWN, routes=(), control_centre=centre)) == []
        assert len(proposals(EIGHT_OF_TEN, replace(KNOWN, control_centre=centre))) == 1, "somebody is named after all"


def test_the_most_answers_come_first() -> None:
    found = proposals([*EIGHT_OF_TEN, *answers("town", (9, 9, 9), topic="pipes")], KNOWN)
    assert [(one.topic, one.many) for one in found] == [("pipes", 27), ("pits", 8)]


TOWNS = ("miass", "kopeysk", "zlatoust", "ozersk")
REGION = replace(
    KNOWN,
    agencies=(*KNOWN.agencies, *(Agency(f"of-{town}", town, town, Level.MUNICIPALITY, town) for town in TOWNS)),
    places=tuple(Place(town, PlaceKind.CITY_OKRUG, town, town, town) for town in TOWNS),
)


def of_towns(months: tuple[int, ...], towns: tuple[str, ...] = TOWNS) -> list[Answered]:
    return [one for town in towns for one in answers(f"of-{town}", months, place=town)]


def test_where_there_is_little_the_same_role_elsewhere_helps() -> None:
    """«Администрация» is another agency in each town: what is known of one helps another."""
    found = proposals([*of_towns((1, 1, 1)), *answers("roads", (1, 0, 1), place="chelyabinsk")], REGION)
    assert found == [Proposal("pits", town, f"of-{town}", "roads", 3, 3, 12, 14) for town in sorted(TOWNS)]


@pytest.mark.parametrize(
    "found",
    [
        of_towns((1, 1, 1), TOWNS[:2]),
        of_towns((1, 1, 0)),
        [*of_towns((1, 1, 1)), *answers("roads", (2, 2, 2), place="chelyabinsk")],
        [*of_towns((1, 0, 0)), *answers("of-miass", (0, 0, 9))],
        [one for town in TOWNS for one in (*of_towns((1, 1, 1), (town,)), *answers("roads", (1, 0, 0), place=town))],
        answers("town", (1, 1, 1)) * 4,
    ],
    ids=["two towns", "too short", "others answer too", "one town", "another answered here", "no agency of the place"],
)  # fmt: skip
def test_where_the_role_helps_nobody(found: list[Answered]) -> None:
    assert [one for one in proposals(found, REGION) if one.role_many] == []


def test_topics_that_a_role_may_help_are_counted_in_all_places() -> None:
    sums = {("pits", "miass", "of-miass"): 2, ("pits", "ozersk", "roads"): 1, ("pipes", "miass", "of-miass"): 1}
    assert worth_a_look(sums, REGION) == {("pits", "miass"), ("pits", "ozersk")}


def test_a_topic_that_comes_back_and_that_nobody_answers_most_of() -> None:
    shared = [*answers("town", (3, 3, 0)), *answers("roads", (2, 2, 0)), *answers("", (5, 0, 0))]
    assert stuck({"pits": 12, "pipes": 3}, {"pits": 20, "pipes": 3}, shared, KNOWN) == [
        Stuck("pits", 12, 20, (("town", 6), ("roads", 4)))
    ]
    nobody = stuck({"pits": 12, "pipes": 14}, {"pits": 20}, [], KNOWN)
    assert [(one.topic, one.received, one.answered) for one in nobody] == [("pipes", 0, ()), ("pits", 20, ())]


@pytest.mark.parametrize(
    ("returned", "received", "found"),
    [(9, 10, []), (12, 25, []), (12, 20, answers("town", (4, 4, 4)))],
    ids=["few", "less than half", "one stands out"],
)
def test_what_is_not_stuck(returned: int, received: int, found: list[Answered]) -> None:
    assert stuck({"pits": returned}, {"pits": received}, found, KNOWN) == []
    assert stuck({"gone": 50}, {"gone": 50}, [], KNOWN) == []
    on_purpose = replace(KNOWN, control_centre=ControlCentre(topics=("pits",)))
    assert stuck({"pits": 50}, {"pits": 50}, [], on_purpose) == []
