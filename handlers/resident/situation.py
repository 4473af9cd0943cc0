"""Where a resident is in the dialogue, as far as it tells what his words mean. It must never look at the words."""

from __future__ import annotations

from enum import StrEnum

from handlers.resident import own_appeals
from handlers.views import own_screens
from handlers.views.turn import Turn
from states.dialogue import (
    AskingAddress,
    AskingPublication,
    AskingText,
    ChoosingAgency,
    ChoosingGroup,
    ChoosingLevel,
    ChoosingParts,
    ChoosingPlace,
    ChoosingTopic,
    ChoosingTopicOf,
    ConfirmingErasure,
    ConfirmingSafety,
    ConfirmingWithdrawal,
    Idle,
    ListingAppeals,
    OfferingDuty,
    Rating,
    Refused,
    ReportingDanger,
    ShowingAppeal,
    ShowingData,
)


class Situation(StrEnum):
    """`NEW`: nothing is being written, and nothing was sent yet; `SENT`: something was. `ASKED`: an official waits for
    an answer. `ADDING`: «Дополнить» is open. `REPLYING`: with VK's own «Ответить» to what was said of one message.
    `TELLING`: the story is being told. `TOPIC`, `PLACE`, `ADDRESS`, `AGENCY`: what the bot has asked for. `PREVIEW`:
    all is known, or nearly. Before the consent no words are read (consent.py)."""

    NEW = "new"
    SENT = "sent"
    ASKED = "asked"
    ADDING = "adding"
    REPLYING = "replying"
    TELLING = "telling"
    TOPIC = "topic"
    PLACE = "place"
    ADDRESS = "address"
    AGENCY = "agency"
    PREVIEW = "preview"
    BLOCKED = "blocked"


RESTING = (
    Idle,
    Refused,
    ListingAppeals,
    ShowingAppeal,
    ConfirmingWithdrawal,
    Rating,
    ShowingData,
    ConfirmingErasure,
    AskingPublication,
)
"""Steps at which nothing is being written: words there may answer a question."""


def resting(turn: Turn) -> bool:
    """Whether no draft is begun and nothing is asked."""
    return turn.dialogue.draft.empty and isinstance(turn.dialogue.step, RESTING)


def situation(turn: Turn) -> Situation:
    """The situation by which the table of acts decides what words mean."""
    linked = turn.facts.linked
    if turn.dialogue.is_blocked(turn.facts.now):
        return Situation.BLOCKED
    if linked is not None and linked.resident == turn.peer:
        return Situation.REPLYING
    if own_appeals.adding(turn.dialogue) is not None:
        return Situation.ADDING
    if resting(turn) and own_screens.questions_to_answer(turn.facts):
        return Situation.ASKED
    if resting(turn) or nothing_told(turn):
        return Situation.SENT if turn.facts.appeals else Situation.NEW
    return asked_for(turn)


def nothing_told(turn: Turn) -> bool:
    """Whether it was asked what happened, and nobody has told yet; an alarm that goes on is heard before
    (danger.py)."""
    step = turn.dialogue.step
    return turn.dialogue.draft.empty and isinstance(
        step, AskingText | ReportingDanger | ConfirmingSafety | OfferingDuty
    )


def asked_for(turn: Turn) -> Situation:
    """The situation while a message is being written, also one that was left for the menu."""
    match turn.dialogue.step:
        case ChoosingTopic() | ChoosingGroup() | ChoosingTopicOf():
            return Situation.TOPIC
        case ChoosingPlace():
            return Situation.PLACE
        case AskingAddress():
            return Situation.ADDRESS
        case ChoosingLevel() | ChoosingAgency():
            return Situation.AGENCY
        case AskingText() | ChoosingParts():
            return Situation.TELLING
        case step if isinstance(step, RESTING):
            return Situation.TELLING
        case _:
            return Situation.PREVIEW
