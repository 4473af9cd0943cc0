"""Before the first message: the notice, the consent with its own two buttons, what follows (R1, R6–R10).

Until consent nothing but the VK id and the step is kept: the words wait in VK and are read again (design.md §12).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers import actions, keyboards, texts
from handlers.turn import PAUSE_TIMER, Turn
from states.decision import Consent, Decision
from states.dialogue import AskingConsent, AskingText, Draft, Idle, Refused
from states.effects import Reread, StartTimer
from states.messages import Command, Message

ASK_AGAIN_AFTER = timedelta(seconds=30)
"""A thought split over several messages is asked for consent once."""

TYPED = {"даю согласие": actions.CONSENT, "не даю": actions.REFUSE}
"""The two answers when typed by hand: the only words kept before consent, for they are the consent."""


def needed(turn: Turn) -> bool:
    """No consent yet, or its text has changed since (R8)."""
    return turn.dialogue.consent != turn.facts.house.consent_hash


def answered(command: Command | None, text: str) -> str | None:
    """Which of the two answers was given, if any."""
    if command is not None and command.action in (actions.CONSENT, actions.REFUSE):
        return command.action
    return TYPED.get(text.strip().strip(".!").casefold())


def ask(turn: Turn, message: Message) -> Decision:
    """A person without consent wrote something."""
    answer = answered(message.command, message.text)
    step = turn.dialogue.step
    if answer is not None and isinstance(step, AskingConsent | Refused):
        return given(turn, message) if answer == actions.CONSENT else refuse(turn, message)
    known = step.pending if isinstance(step, AskingConsent) else ()
    pending = known if message.command is not None else (*known, message.cmid)
    asked = step.asked_at if isinstance(step, AskingConsent) else None
    now = turn.facts.now
    if asked is not None and now - asked < ASK_AGAIN_AFTER:
        return turn.keeps(AskingConsent(pending, asked), turn.dialogue.draft)
    first = asked is None and not isinstance(step, Refused)
    return turn.shows_consent(AskingConsent(pending, now), notice(turn) if first else texts.consent_again())


def notice(turn: Turn) -> str:
    directory = turn.facts.directory
    community = next((one.name for one in directory.communities if one.id == turn.facts.house.community), "приёмная")
    return texts.notice(community, directory.formal_channel, directory.emergency)


def given(turn: Turn, message: Message) -> Decision:
    """Consent: what was written before is read again from VK, so nobody types twice."""
    step = turn.dialogue.step
    pending = step.pending if isinstance(step, AskingConsent) else ()
    house = turn.facts.house
    record = Consent(turn.peer, True, house.consent_hash, turn.facts.now, message.cmid)
    agreed = turn.agreed(house.consent_hash)
    draft = turn.dialogue.draft
    if not pending:
        return agreed.shows(Idle() if draft.pieces else AskingText(), draft, texts.CONSENT_GIVEN, consent=record)
    timer = StartTimer(PAUSE_TIMER, str(turn.peer), turn.peer, turn.facts.now + house.pause)
    thanks = turn.says(texts.CONSENT_GIVEN, keyboards.under(keyboards.LEAVE))
    effects = (thanks, Reread(turn.peer, pending), timer)
    kept = agreed.keeps(AskingText(), replace(draft, settling_text=True), effects)
    return Decision(dialogue=kept.dialogue, effects=kept.effects, consent=record)


def refuse(turn: Turn, message: Message) -> Decision:
    """A polite end with the formal channel and the emergency number; no content stays (R10)."""
    house, directory = turn.facts.house, turn.facts.directory
    record = Consent(turn.peer, False, house.consent_hash, turn.facts.now, message.cmid)
    text = texts.refused(directory.formal_channel, directory.emergency)
    yes = keyboards.button("Даю согласие", actions.CONSENT)
    dialogue = turn.moved(Refused(), Draft())
    return Decision(dialogue=dialogue, effects=(turn.says(text, keyboards.under((yes,))),), consent=record)
