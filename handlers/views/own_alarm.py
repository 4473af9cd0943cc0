"""What the author of an alarm sees: that it goes on, whether there is no danger, whether it may be told (R28).

It must never quote his words: the phone may be in other hands.
"""

from __future__ import annotations

from typing import assert_never

from handlers.text import actions, texts_danger
from handlers.text.keyboards import CANCEL, button, under
from states.dialogue import ConfirmingSafety, OfferingDuty, ReportingDanger
from states.facts import Facts
from states.screen import Colour, Screen


def show(step: ReportingDanger | ConfirmingSafety | OfferingDuty, facts: Facts) -> Screen:
    """What the author of an alarm sees at this step."""
    match step:
        case ReportingDanger():
            return Screen(texts_danger.GO_ON, under((CANCEL,)))
        case ConfirmingSafety(code):
            safe = button(texts_danger.SAFE, actions.SAFE, code)
            danger = button(texts_danger.STILL_DANGER, actions.STILL_DANGER, code, Colour.NEGATIVE)
            return Screen(texts_danger.is_it_safe(whom(facts)), under((safe, danger)))
        case OfferingDuty(_, despair):
            tell = button(texts_danger.TELL, actions.TELL_DUTY, colour=Colour.PRIMARY)
            return Screen(
                offer_text(facts, despair=despair), under((tell, button(texts_danger.NO_NEED, actions.NO_DUTY)))
            )
        case _:
            assert_never(step)


def offer_text(facts: Facts, *, despair: bool) -> str:
    """The question whether those on duty should be told; with crisis lines where the words tell of despair."""
    if not despair:
        return texts_danger.offer(whom(facts))
    lines = [line.name for line in facts.directory.crisis if line.on]
    return texts_danger.despair(lines, facts.directory.emergency, whom(facts))


def whom(facts: Facts) -> str:
    """Who is told, in words; no text says «дежурному» until somebody is named."""
    return texts_danger.DUTY if facts.directory.duty.people else texts_danger.CENTRE
