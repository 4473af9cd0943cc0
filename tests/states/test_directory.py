"""Who answers: the most exact route wins, and nobody is ever guessed (R59, R61)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from states.directory import (
    Agency,
    Appeal59,
    Community,
    Directory,
    Group,
    KnownAnswer,
    Level,
    Phone,
    Place,
    PlaceKind,
    Regime,
    Route,
    Topic,
    Wording,
)
from states.worktime.calendar import LastDay
from states.worktime.deadlines import Terms
from states.worktime.schedule import Schedule
from tests.small import ALWAYS, REGION

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


def test_an_agency_keeps_the_regions_hours_and_terms_unless_it_has_its_own() -> None:
    """R46: per agency."""
    own = replace(AGENCIES[0], schedule=ALWAYS, terms=Terms(last_day=LastDay.NEXT))
    directory = replace(BASE, agencies=(own, *AGENCIES[1:]), schedule=Schedule(confirmed=True))
    assert directory.schedule_of("1") is ALWAYS and directory.terms_of("1").last_day is LastDay.NEXT
    for other in ("2", "нет такого", None):
        assert directory.schedule_of(other) is directory.schedule
        assert directory.terms_of(other) is directory.terms


def test_an_answer_is_looked_at_for_its_agency_or_its_topic() -> None:
    """R39."""
    assert not BASE.needs_approval("1", "t") and not BASE.needs_approval(None, "нет")
    by_agency = replace(BASE, agencies=(replace(AGENCIES[0], approval=True),))
    assert by_agency.needs_approval("1", "t") and not by_agency.needs_approval("2", "t")
    assert replace(BASE, topics=(Topic("t", "g", "Т", approval=True),)).needs_approval(None, "t")


def test_an_appeal_needs_an_act_and_a_way_to_know_who_writes() -> None:
    """R3."""
    assert AGENCIES[0].regime is Regime.MESSAGE
    assert replace(AGENCIES[0], appeal59=Appeal59("приказ № 1", "ЕСИА")).regime is Regime.APPEAL59
    for act, identification in (("", "ЕСИА"), ("приказ", " ")):
        with pytest.raises(ValueError, match="R3"):
            Appeal59(act, identification)


def test_numbers_of_the_region_and_of_one_place() -> None:
    everywhere, here = Phone("112", "экстренный"), Phone("263-21-21", place="a")
    directory = replace(BASE, numbers=(everywhere, here))
    assert directory.numbers_for("a") == (everywhere, here)
    assert directory.numbers_for("b") == directory.numbers_for(None) == (everywhere,)
    assert (everywhere.name, here.name) == ("112 — экстренный", "263-21-21")


@pytest.mark.parametrize(
    "agency, topic, place, may",
    [
        ("1", "t", "a", True),
        ("1", "t", "b", False),
        ("2", "t", "b", True),
        ("2", "other", "a", False),
        ("3", "t", "a", True),
        ("3", "t", "b", False),
        ("4", "t", "a", False),
    ],
)
def test_an_agency_may_pass_only_to_one_that_some_route_names_here(
    agency: str, topic: str, place: str, may: bool
) -> None:
    """R37: for the topic or its group, in this place or everywhere; or for everything in this place."""
    here, elsewhere = Route("3", place="a"), Route("3", topic="t", place="c")
    routes = (Route("1", topic="t", place="a"), Route("2", group="g"), here, elsewhere)
    assert replace(BASE, routes=routes).may_pass(topic, place, agency) is may


def test_a_community_has_an_address_with_and_without_a_short_name() -> None:
    assert Community(101, "Приёмная").address == "vk.me/club101"
    assert Community(101, "Приёмная", screen_name="priem").address == "vk.me/priem"
    assert Community(101, "Приёмная", screen_name="priem").link("stop") == "vk.me/priem?ref=stop"


def test_a_role_is_named_or_is_that_of_administrations() -> None:
    """Agencies of one part do the same in different places."""
    ministry = Agency("roads", "Министерство дорог", "Миндор", Level.REGION)
    towns = [Agency(code, code, code, Level.MUNICIPALITY, code) for code in ("miass", "ozersk")]
    market = Agency("market", "Рынок", "Рынок", Level.AGENCY, "miass", role="рынок")
    assert [one.part for one in (ministry, *towns, market)] == ["roads", "municipality", "municipality", "рынок"]


def test_an_answer_to_everybody_is_called_by_its_question() -> None:
    known = KnownAnswer("faq", "Куда звонить?", "112", source="https://112.ru", until=date(2026, 12, 1))
    assert known.name == "Куда звонить?" and known.holds(date(2026, 12, 1)) and not known.holds(date(2026, 12, 2))
    assert not replace(known, source="").on


def test_a_sentence_is_named_by_its_beginning() -> None:
    assert Wording("a", "Меню", "Список").name == "Меню"
    assert Wording("b", "и" * 90, "а").name == "и" * 60 + "…"


def test_the_administration_of_a_municipality(region: Directory) -> None:
    found = region.administration_of("miass")
    assert found is not None and found.code == "miass-gorod"
    assert region.administration_of("") is region.administration_of("gone") is None
