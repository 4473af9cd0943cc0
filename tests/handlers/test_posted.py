"""What an application sends is what «Отправить» would have made of it; a draft in VK is never touched (R35)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.decide import decide
from handlers.needs import needs
from handlers.text import texts, texts_posted
from states.dialogue import Preview
from states.events import RequestPosted
from states.facts import Facts
from states.lifecycle.appeal import Action, Status
from states.messages import Location
from tests.handlers.given import ANNA, READY, ROADS_CHAT, appeal, dialogue, facts, said, sends
from tests.small import NOW, POLICY

SOURCE = -12345


def posted(**more: Any) -> RequestPosted:
    known: dict[str, Any] = {
        "user": ANNA, "source": SOURCE, "app": "Двор", "topic": "snow", "place": "miass",
        "text": "Не чистят снег", "at": NOW, "address": "ул. Мира, 1",
    } | more  # fmt: skip
    return RequestPosted(**known)


def known(**more: Any) -> Facts:
    return facts(dialogue(), **more)


def test_what_it_needs_is_not_what_the_dialogue_needs() -> None:
    wanted = needs(posted(), dialogue(Preview(), READY))
    assert (wanted.first, wanted.every_chat, wanted.alike) == (SOURCE, True, None)


def test_it_becomes_an_appeal_with_its_number_and_a_card() -> None:
    decision = decide(known(), posted())
    (one,) = decision.appeals
    assert (one.code, one.source, one.status, one.topic, one.place) == (
        "1124-AAAA", SOURCE, Status.ROUTED, "snow", "miass",
    )  # fmt: skip
    assert [line.action for line in decision.history] == [Action.SUBMIT, Action.ROUTE]
    (card,) = sends(decision, ROADS_CHAT)
    assert card.forward is None and card.copy is None and "Не чистят снег" in card.text + card.fallback
    assert "Отправлено через «Двор»" in said(decision) and "1124-AAAA" in said(decision)


def test_what_the_resident_is_writing_stays_as_it_is() -> None:
    decision = decide(facts(dialogue(Preview(), READY)), posted())
    assert decision.dialogue is None and decision.appeals and sends(decision, ANNA)[-1].keyboard is None


def test_the_same_again_gives_the_same() -> None:
    assert decide(known(), posted()) == decide(known(), posted())
    assert decide(known(appeals=(appeal(source=SOURCE),)), posted()).ignored == texts_posted.TWICE


def test_a_point_on_the_map_is_an_address() -> None:
    (one,) = decide(known(), posted(address="", location=Location(55.1, 61.2))).appeals
    assert "55.100000, 61.200000" in one.address


def test_112_is_said_for_danger_and_for_an_urgent_topic() -> None:
    first = sends(decide(known(), posted(text="Горит дом, люди внутри!")), ANNA)[0]
    assert "112" in first.text
    topic = next((one.code for one in POLICY_TOPICS if one.urgent), None)
    assert topic is not None
    urgent = decide(known(), posted(topic=topic))
    assert "112" in sends(urgent, ANNA)[0].text and urgent.appeals[0].urgent


POLICY_TOPICS = facts().directory.topics


@pytest.mark.parametrize(
    "changed, reason",
    [
        ({"topic": "none"}, texts_posted.UNKNOWN),
        ({"place": "none"}, texts_posted.UNKNOWN),
        ({"text": " \u200b "}, texts_posted.NO_WORDS),
        ({"address": ""}, texts_posted.NOWHERE),
    ],
)
def test_what_is_not_whole_is_refused_with_a_reason(changed: dict[str, Any], reason: str) -> None:
    decision = decide(known(), posted(**changed))
    assert (decision.ignored, decision.appeals, decision.effects) == (reason, (), ())


def test_without_consent_and_while_blocked_nothing_is_taken() -> None:
    assert decide(facts(None), posted()).ignored == texts_posted.NO_CONSENT
    assert decide(facts(dialogue(consent="old")), posted()).ignored == texts_posted.NO_CONSENT
    blocked = dialogue(blocked_until=NOW + timedelta(days=1))
    assert decide(facts(blocked), posted()).ignored == texts_posted.BLOCKED


def test_the_limits_are_those_of_everybody() -> None:
    policy = replace(POLICY, open_appeals=1)
    decision = decide(known(policy=policy, appeals=(appeal(),)), posted())
    assert decision.ignored == texts.ENOUGH_OPEN.format(count="1 сообщение", emergency=facts().directory.emergency)
