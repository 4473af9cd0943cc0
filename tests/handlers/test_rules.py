"""What a feature adds to decisions: a further fact of a resident's message, and an answer before the table of acts."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.decide import decide
from handlers.needs import needs
from handlers.text import actions
from handlers.views.turn import Turn
from states.decision import Decision
from states.dialogue import Dialogue
from states.facts import Facts, Question, Rules
from states.messages import Message
from tests.handlers.given import ROADS_CHAT, dialogue, facts, said, tapped, wrote

TIDE = "когда прилив?"


@dataclass(frozen=True, slots=True)
class TideAsked(Question[int]):
    place: str


def asks(event: Message) -> TideAsked | None:
    return TideAsked("Миасс") if event.text == TIDE else None


def answered(facts: Facts, event: Message) -> Decision | None:
    hours = facts.answer(TideAsked)
    return None if hours is None else Turn(facts, event.peer, "1", facts.dialogue or Dialogue(event.peer)).stays(
        f"Через {hours} ч"
    )  # fmt: skip


RULES = Rules(asks=(asks,), answers=(lambda _facts, _event: None, answered))


def test_only_a_message_of_a_resident_is_asked_about() -> None:
    assert needs(wrote(TIDE), dialogue(), RULES).questions == (TideAsked("Миасс"),)
    assert needs(wrote(TIDE), dialogue()).questions == needs(wrote("Яма"), dialogue(), RULES).questions == ()
    assert needs(wrote(TIDE, peer=ROADS_CHAT), None, RULES).questions == ()
    assert needs(tapped(actions.SEND), dialogue(), RULES).questions == ()


def test_the_first_rule_with_an_answer_is_heard_instead_of_the_acts() -> None:
    known = facts(dialogue(), rules=RULES, answers={TideAsked: 6})
    assert said(decide(known, wrote(TIDE))) == "Через 6 ч"
    assert "Через" not in said(decide(facts(dialogue(), rules=RULES), wrote(TIDE)))
    assert "112" in said(decide(known, wrote("пожар в школе, дети задыхаются!"))), "danger before any rule (R28)"
