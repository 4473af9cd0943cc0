"""What was said once is not asked again, and no answer is taken for another question's."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from handlers.decide import decide
from handlers.text import actions, texts
from states.decision import Decision
from states.dialogue import (
    AskingAddress,
    ChoosingChange,
    ChoosingGroup,
    ChoosingPlace,
    Dialogue,
    Draft,
    Idle,
    Preview,
)
from states.directory import Topic, Where
from states.events import TimerFired
from states.lifecycle.appeal import Piece
from tests.handlers.given import ANNA, appeal, dialogue, facts, said, tapped, wrote
from tests.small import NOW, REGION

BUS = Topic("bus", "roads", "Автобус не ходит", where=Where.STOP)
WITH_BUSES = replace(REGION, topics=(*REGION.topics, BUS))


def talk(decision: Decision) -> Dialogue:
    assert decision.dialogue is not None
    return decision.dialogue


def is_about(topic: str, text: str, **known: Any) -> Dialogue:
    """After its author has pressed what it is about."""
    draft = Draft((Piece(10, text),), place="miass", settling_text=False, **known)
    return talk(decide(facts(dialogue(ChoosingGroup(), draft), directory=WITH_BUSES), tapped(actions.TOPIC, topic)))


def test_a_bus_by_its_route_needs_no_stop() -> None:
    """R25: «На какой остановке или на каком маршруте?» is no question to «автобус 64 не ходит»."""
    told = is_about("bus", "автобус 64 не ходит")
    assert isinstance(told.step, Preview) and told.draft.address == "автобус 64"
    assert isinstance(is_about("bus", "автобусы не ходят").step, AskingAddress)
    assert is_about("pits", "яма, автобус 64 не объедет").draft.address == "", "no place of a hole"


def test_who_does_not_know_the_stop_is_believed() -> None:
    assert is_about("bus", "автобус 64 не ходит", address_unknown=True).draft.address == ""


@pytest.mark.parametrize("change", [actions.CHANGE_ADDRESS, actions.CHANGE_PLACE])
def test_a_route_that_was_named_can_be_changed(change: str) -> None:
    told = is_about("bus", "автобус 64 не ходит")
    after = talk(decide(facts(replace(told, step=ChoosingChange()), directory=WITH_BUSES), tapped(change)))
    assert after.draft.address == "" and isinstance(after.step, AskingAddress | ChoosingPlace)


def test_another_town_is_no_address() -> None:
    draft = Draft((Piece(10, "ямы"),), topic="pits", place="asha", settling_text=False)
    after = talk(decide(facts(dialogue(AskingAddress(), draft)), wrote("Миасс", 11)))
    assert after.draft.place == "miass" and after.draft.address == "" and isinstance(after.step, AskingAddress)


@pytest.mark.parametrize("text", ["Миасс", "ул. Миасс", "у почты"])
def test_the_own_town_and_a_street_are_an_address(text: str) -> None:
    draft = Draft((Piece(10, "ямы"),), topic="pits", place="miass", settling_text=False)
    after = talk(decide(facts(dialogue(AskingAddress(), draft)), wrote(text, 11)))
    assert after.draft.place == "miass" and after.draft.address


def test_a_street_where_the_town_was_asked_keeps_those_that_were_offered() -> None:
    draft = Draft((Piece(10, "ямы"),), topic="pits", settling_text=False)
    offered = ChoosingPlace(("miass", "asha"))
    decision = decide(facts(dialogue(offered, draft)), wrote("ул. Мира 5", 11))
    assert talk(decision).step == offered and talk(decision).draft.address == "ул. Мира 5"
    assert texts.STREET_KEPT.format(street="ул. Мира 5") in said(decision)


def sent(text: str, *topics: str) -> str:
    """What is said to these words after messages about these topics."""
    appeals = tuple(appeal(code=f"1124-AAA{at}", topic=topic, created_at=NOW) for at, topic in enumerate(topics))
    known = facts(dialogue(Idle(), Draft()), appeals=appeals)
    return said(
        decide(facts(talk(decide(known, wrote(text, 11))), appeals=appeals), TimerFired("pause", str(ANNA), ANNA, NOW))
    )


@pytest.mark.parametrize("text", ["яма уже точно огромная", "точно ямы три"])
def test_words_of_the_same_trouble_are_offered_to_its_message(text: str) -> None:
    assert sent(text, "pits").startswith("Дополнили: Ямы на дороге")
    assert sent(text, "snow", "pits").startswith("Это к сообщению «Ямы на дороге"), "of several that one"


def test_words_of_another_trouble_are_a_message_of_their_own() -> None:
    assert "Дополнили" not in sent("а ещё смог точно", "pits")


def test_an_addition_of_the_same_group_is_offered_too() -> None:
    assert sent("забыл, там ещё снег точно", "pits").startswith("Дополнили: Ямы на дороге")


def test_what_hardly_sounds_like_thanks_is_told() -> None:
    """«И вам спасибо!» was said to «она уже огромная стала»."""
    assert sent("она уже огромная стала", "pits").startswith("Дополнили: Ямы на дороге")
