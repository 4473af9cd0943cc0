"""What a decision may know: working chats only, and only appeals that were loaded."""

from __future__ import annotations

from dataclasses import replace

from states.facts import Facts
from states.lifecycle.appeal import Appeal, Status
from states.people.chats import CUR, Chat
from tests.small import NOW, POLICY, REGION, SmallFinder, SmallJudge

ROADS, CONTROL = Chat(2_000_000_001, "roads"), Chat(2_000_000_002, CUR)
FACTS = Facts(NOW, POLICY, REGION, SmallFinder(), SmallJudge(), chats={"roads": ROADS, CUR: CONTROL})


def test_a_chat_that_lost_the_bot_does_not_work() -> None:
    """F16: nothing is sent where it cannot be read."""
    assert FACTS.chat_of("roads") == ROADS
    lost = replace(FACTS, chats={"roads": replace(ROADS, lost=True), CUR: replace(CONTROL, lost=True)})
    assert lost.chat_of("roads") is None
    assert lost.cur is None


def test_no_agency_and_an_unbound_one_have_no_chat() -> None:
    assert FACTS.chat_of(None) is None
    assert FACTS.chat_of("health") is None
    assert FACTS.cur == CONTROL


def test_an_appeal_is_found_by_its_number_among_those_loaded() -> None:
    mine = Appeal("1124-AAAA", 1001, 3, Status.WAITING, 1, "snow", NOW)
    facts = replace(FACTS, appeals=(mine,))
    assert facts.appeal("1124-AAAA") == mine
    assert facts.appeal("1124-BBBB") is None
