"""What is taken for the same, before a person decides: own messages lately, others' open ones nearby (R32)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.views.similar import JOIN, LOOKED, REPEAT, lead_of, likely, people, together_with
from matching import likeness
from states.dialogue import ChoosingSame, Draft
from states.lifecycle.appeal import Appeal, Piece, Status
from states.messages import Location
from tests.handlers.given import BORIS, READY, appeal, facts
from tests.small import NOW

CODE, THEIRS = "1124-AAAA", "1124-BBBB"
VERA = 1003


def own(**more: Any) -> Appeal:
    """Of the same topic and house as READY."""
    return appeal(**{"created_at": NOW - timedelta(days=3)} | more)


def theirs(**more: Any) -> Appeal:
    known: dict[str, Any] = {"code": THEIRS, "resident": BORIS, "created_at": NOW - timedelta(hours=3)}
    return appeal(**known | more)


def told(text: str, **more: Any) -> Draft:
    return replace(READY, pieces=(Piece(3, text),), **more)


def found(draft: Draft = READY, *, joins: bool = True, **more: Any) -> ChoosingSame | None:
    return likely(facts(**more), draft, joins=joins)


def test_the_bars_are_those_that_were_measured() -> None:
    """docs/reference/text-rules.md; handlers may not import matching, so a test compares."""
    assert (REPEAT, JOIN) == (likeness.REPEAT, likeness.JOIN)


# Own.


def test_the_same_topic_at_the_same_house_is_asked_about() -> None:
    """R32: whatever the words."""
    assert found(told("Опять сугробы"), appeals=(own(),)) == ChoosingSame(CODE, own=True)


@pytest.mark.parametrize(
    "more",
    [{"address": "ул. Ленина, 9"}, {"address": "", "pieces": (Piece(3, "Другое дело совсем"),)}, {"place": "p1"}],
)
def test_another_house_with_other_words_is_not(more: dict[str, Any]) -> None:
    assert found(appeals=(own(**more),)) is None


def test_without_any_address_topic_and_municipality_are_enough_to_ask() -> None:
    """The author knows, so he may be asked too often."""
    draft = replace(READY, address="", address_unknown=True)
    assert found(draft, appeals=(own(address=""),)) == ChoosingSame(CODE, own=True)
    assert found(draft, appeals=(own(),)) is None


@pytest.mark.parametrize("more", [{"topic": "odd"}, {"place": "p1"}])
def test_nearly_the_same_words_are_enough_with_one_of_the_two(more: dict[str, Any]) -> None:
    """R32: topics and places are easily chosen otherwise the second time."""
    same = own(**more, pieces=(Piece(1, READY.text),), address="ул. Ленина, 9")
    assert found(appeals=(same,)) == ChoosingSame(CODE, own=True)
    assert found(appeals=(replace(same, topic="odd", place="p1"),)) is None
    assert found(told("Совсем другие слова"), appeals=(same,)) is None


def test_only_lately_and_not_what_was_withdrawn() -> None:
    """R32: within N days (CFG)."""
    assert found(appeals=(own(created_at=NOW - timedelta(days=31)),)) is None
    assert found(appeals=(own(created_at=NOW - timedelta(days=30)),)) is not None
    assert found(appeals=(own(status=Status.WITHDRAWN),)) is None


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.CLOSED, Status.DECLINED])
def test_what_was_answered_may_be_repeated(status: Status) -> None:
    """R33."""
    assert found(appeals=(own(status=status),)) == ChoosingSame(CODE, own=True)


def test_the_newest_is_asked_about_and_of_a_repeat_what_it_repeats() -> None:
    first = own(code="1101-CCCC", created_at=NOW - timedelta(days=20))
    second = own(code="1110-DDDD", created_at=NOW - timedelta(days=10))
    assert found(appeals=(first, second)) == ChoosingSame("1110-DDDD", own=True)
    again = replace(second, repeat_of="1101-CCCC")
    assert found(appeals=(first, again)) == ChoosingSame("1101-CCCC", own=True)
    assert found(appeals=(again,)) == ChoosingSame("1110-DDDD", own=True), "the first one is not at hand any more"


# Others'.


def test_an_open_message_of_another_about_the_same_house_is_offered() -> None:
    """R32."""
    assert found(similar=(theirs(),)) == ChoosingSame(THEIRS, own=False)


def test_nearly_the_same_words_are_offered_too() -> None:
    same = theirs(address="", pieces=(Piece(1, READY.text),))
    assert found(similar=(same,)) == ChoosingSame(THEIRS, own=False)
    assert found(similar=(replace(same, pieces=(Piece(1, "Снег не чистят"),)),)) is None
    assert found(replace(READY, address=""), similar=(theirs(address=""),)) is None, "no address is no same house"


@pytest.mark.parametrize("more", [{"topic": "odd"}, {"place": "p1"}])
def test_another_topic_or_place_is_never_offered(more: dict[str, Any]) -> None:
    """R32: strangers must not be joined lightly."""
    assert found(similar=(theirs(**more, pieces=(Piece(1, READY.text),)),)) is None


def test_own_ones_come_first() -> None:
    assert found(appeals=(own(),), similar=(theirs(),)) == ChoosingSame(CODE, own=True)


def test_where_joining_is_not_to_be_offered_it_is_not() -> None:
    """R30, R38: a crime is not shown to the agency that has the other one."""
    assert found(joins=False, similar=(theirs(),)) is None


def test_another_agency_than_the_chosen_one_is_not_offered() -> None:
    assert found(replace(READY, named="secret"), similar=(theirs(),)) is None
    assert found(replace(READY, named="roads"), similar=(theirs(),)) is not None


def test_a_hazard_does_not_wait_behind_what_is_not_urgent() -> None:
    """R28, R46."""
    open_manhole = told("Открытый люк на тротуаре")
    assert found(open_manhole, similar=(theirs(),)) is None
    assert found(open_manhole, similar=(theirs(urgent=True),)) is not None


def test_of_a_merged_one_the_leading_one_is_offered() -> None:
    """R32: one incident."""
    lead = theirs(code="1124-CCCC", incident="1124-CCCC", resident=VERA, address="другой дом")
    merged = theirs(status=Status.MERGED, incident="1124-CCCC")
    assert found(similar=(merged, lead)) == ChoosingSame("1124-CCCC", own=False)
    assert found(similar=(merged,), leads={"1124-CCCC": lead}) == ChoosingSame("1124-CCCC", own=False)
    assert found(similar=(merged,)) is None, "its lead is not at hand"


def test_the_oldest_is_offered_and_no_endless_list_is_compared() -> None:
    older = theirs(code="1123-CCCC", created_at=NOW - timedelta(hours=9))
    assert found(similar=(theirs(), older)) == ChoosingSame("1123-CCCC", own=False)
    assert found(similar=(theirs(incident=THEIRS), older)) == ChoosingSame(THEIRS, own=False), "an incident first"
    many = tuple(
        theirs(code=f"1122-{n:04}", address="другой дом", created_at=NOW - timedelta(hours=20)) for n in range(LOOKED)
    )
    assert found(similar=(*many, theirs())) is None


@pytest.mark.parametrize("status", [Status.ANSWERED, Status.CLOSED, Status.WITHDRAWN])
def test_what_is_over_leads_nobody(status: Status) -> None:
    assert lead_of(facts(similar=(theirs(status=status),)), THEIRS) is None
    assert lead_of(facts(), THEIRS) is None
    assert lead_of(facts(similar=(theirs(),)), THEIRS) == theirs()


def test_people_are_counted_once_each() -> None:
    lead = theirs(incident=THEIRS)
    others = (
        theirs(code="1", resident=VERA, incident=THEIRS, status=Status.MERGED),
        theirs(code="2", resident=VERA, incident=THEIRS, status=Status.MERGED),
        theirs(code="3", resident=1004),
    )
    assert people(facts(similar=(lead, *others)), lead) == 2


# One outage in one street.


@pytest.mark.parametrize(
    ("more", "offered"),
    [
        ({"address": "ул. Мира, 40"}, True),
        ({"address": "ул. Мира, 40", "created_at": NOW - timedelta(hours=47)}, True),
        ({"address": "ул. Мира, 40", "created_at": NOW - timedelta(hours=49)}, False),
        ({"address": "ул. Ленина, 40"}, False),
        ({"address": "ул. Мира, 40", "topic": "pits"}, False),
        ({"address": "ул. Мира, 40", "place": "p1"}, False),
    ],
)
def test_another_house_of_the_same_street_is_offered_within_two_days(more: dict[str, Any], offered: bool) -> None:
    """E.3: topic, street and 48 hours."""
    other = theirs(pieces=(Piece(9, "Совсем другие слова"),), **more)
    assert (found(similar=(other,)) is not None) is offered


HERE = Location(55.1600, 61.4000)


@pytest.mark.parametrize(
    ("there", "more", "offered"),
    [
        (Location(55.1608, 61.4000), {}, True),
        (Location(55.1600, 61.4015), {}, True),
        (Location(55.1610, 61.4000), {}, False),
        (Location(55.1600, 61.4017), {}, False),
        (Location(55.1608, 61.4000), {"created_at": NOW - timedelta(hours=49)}, False),
        (Location(55.1608, 61.4000), {"topic": "pits"}, False),
        (None, {}, False),
    ],
)
def test_a_point_within_a_hundred_metres_is_the_same_place(
    there: Location | None, more: dict[str, Any], offered: bool
) -> None:
    """89 m to the north and 95 m to the east are, 111 and 108 are not."""
    other = theirs(pieces=(Piece(9, "Совсем другие слова", location=there),), address="точка на карте", **more)
    draft = replace(READY, pieces=(Piece(3, "Снег", location=HERE),), address="точка")
    assert (found(draft, similar=(other,)) is not None) is offered
    mine = appeal(pieces=draft.pieces, address="точка", created_at=NOW)
    assert (together_with(facts(similar=(mine, other)), mine) == (other,)) is offered


def test_what_the_cur_may_merge_is_near_it_of_others_and_each_incident_once() -> None:
    mine = appeal(created_at=NOW)
    lead = theirs(code="1124-LLLL", incident="1124-LLLL", address="ул. Мира, 7")
    led = theirs(code="1124-CCCC", resident=VERA, status=Status.MERGED, incident="1124-LLLL", address="ул. Мира, 8")
    words = theirs(code="1124-WWWW", address="", pieces=(Piece(3, "Снег во дворе"),))
    own_again = appeal(code="1124-ZZZZ", address="ул. Мира, 9")
    far = theirs(code="1124-FFFF", address="ул. Ленина, 3", pieces=(Piece(9, "Совсем другие слова"),))
    known = facts(similar=(mine, lead, led, words, own_again, far))
    assert [one.code for one in together_with(known, mine)] == ["1124-LLLL", "1124-WWWW"]
    assert [one.code for one in together_with(known, replace(mine, incident="1124-LLLL"))] == ["1124-WWWW"]
    again = appeal(code="1124-RRRR", status=Status.MERGED, incident="1124-LLLL")
    assert [one.code for one in together_with(replace(known, members=(again,)), mine)] == ["1124-WWWW"], "a repeat"
