"""Which agency answered such messages here: one place helps another, and a topic known everywhere helps all."""

from __future__ import annotations

import pytest

from benchmarks.parts.agencies import Agencies, Answered, shares_of


def known(*messages: tuple[str, str, str, str, int]) -> Agencies:
    found = Agencies()
    found.learn(
        Answered(topic, place, agency, role) for topic, place, agency, role, times in messages for _ in range(times)
    )
    return found


def best(found: Agencies, topic: str, place: str) -> str:
    shares = found.shares({topic: 1.0}, place)
    return max(shares, key=lambda agency: shares[agency])


NORTH, SOUTH = (
    ("pits", "north", "town hall of north", "town hall"),
    ("lamps", "south", "town hall of south", "town hall"),
)
ROADS = ("pits", "south", "ministry of roads", "ministry of roads")


def test_who_answered_here_answers_again() -> None:
    found = known((*NORTH, 8), (*ROADS, 8))
    assert best(found, "pits", "north") == "town hall of north"
    assert best(found, "pits", "south") == "ministry of roads"


def test_a_role_is_another_agency_elsewhere() -> None:
    found = known((*NORTH, 8), (*SOUTH, 1))
    assert best(found, "pits", "south") == "town hall of south"
    assert best(found, "pits", "west") == "town hall of north", (
        "nobody of this role answered there: the one that is known"
    )


def test_a_topic_that_nobody_answered_gets_what_all_get() -> None:
    found = known((*NORTH, 3), (*ROADS, 1))
    shares = found.shares({"wages": 1.0}, "north")
    assert shares == {"town hall of north": pytest.approx(0.75), "ministry of roads": pytest.approx(0.25)}


def test_topics_are_summed_and_shares_are_shares() -> None:
    found = known((*NORTH, 5), ("wages", "north", "ministry of work", "ministry of work", 5))
    shares = found.shares({"pits": 0.3, "wages": 0.7}, "north")
    assert sum(shares.values()) == pytest.approx(1)
    assert max(shares, key=lambda agency: shares[agency]) == "ministry of work"


def test_the_route_of_the_directory_counts_as_some_messages() -> None:
    found = known((*NORTH, 8), (*ROADS, 1))
    found.named = {("pits", "north"): "ministry of roads"}
    before = known((*NORTH, 8), (*ROADS, 1)).roles("pits", "north")["ministry of roads"]
    assert found.roles("pits", "north")["ministry of roads"] > before
    assert best(found, "pits", "north") == "town hall of north", "eight messages here against the route"
    found.named = {("pits", "east"): "a role that nobody has yet"}
    assert best(found, "pits", "east") == "a role that nobody has yet"


def test_nothing_is_known_of_nothing() -> None:
    assert Agencies().shares({"pits": 1.0}, "north") == {}
    assert shares_of({}) == {}
