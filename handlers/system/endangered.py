"""Danger to life that was told of in a window: those on duty read it once more, its author is asked about nothing
(R28, delivery.md §13).

It must never raise an alarm again, nor put words of danger into a draft, where a list of topics would meet them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.lifecycle.alarms import ALERT_TIMER, put_before_duty, see_buttons
from handlers.lifecycle.routing import current
from handlers.resident import danger
from handlers.resident.drafting import piece_of
from handlers.text import actions, texts_danger
from handlers.text.parts import in_parts
from handlers.text.relayed import in_chat, one_line
from handlers.text.words import clock
from handlers.views.alarm_card import short_line
from handlers.views.turn import Turn
from screening.danger import Danger, alarms, doubts
from states.decision import Decision
from states.dialogue import OF_DANGER, Dialogue, Idle, OfferingDuty
from states.effects import CancelTimer, Effect, Kind, Priority, Send
from states.facts import Facts
from states.lifecycle.alerts import SAME_STORY
from states.lifecycle.appeal import Appeal, Piece
from states.messages import Message
from states.people.chats import CUR

AGAIN = "alarms_again"
"""The kind of cause of what tells once more."""

LONGEST_WORDS = 200


@dataclass(frozen=True, slots=True)
class Words:
    """Of one author. `told`: what those on duty read once more, and when it was written. `asked`: of what it was asked
    first whether they may; `despair`: it is of their own life, with nothing under way. `last`: when that was written to
    which the next words belong. `doubted`: what may have told of danger, and the talk went on."""

    told: tuple[tuple[datetime, str], ...] = ()
    asked: tuple[Piece, ...] = ()
    despair: bool = False
    last: datetime | None = None
    doubted: tuple[Piece, ...] = ()

    @property
    def step(self) -> OfferingDuty | Idle:
        """The step of the dialogue after these words."""
        return OfferingDuty(self.asked, self.despair) if self.asked else Idle()

    def belong(self, message: Message) -> bool:
        """Whether the message follows the last one soon enough to tell of the same."""
        return self.last is not None and message.at - self.last < SAME_STORY


NOTHING = Words()


def asked_in(dialogue: Dialogue) -> Words:
    """What was asked when the copy was made."""
    step, doubted = dialogue.step, dialogue.doubted.pieces if dialogue.doubted is not None else ()
    asked = Words(asked=step.pieces, despair=step.despair) if isinstance(step, OfferingDuty) else NOTHING
    return replace(asked, doubted=doubted)


def after_words(turn: Turn, words: Words, message: Message) -> Words | None:
    """The words of danger with this message; None where it is of no danger. An alarm comes before what else it may
    mean, as it did then."""
    heard = alarms(message.all_words)
    if words.belong(message) or (heard and words.told):
        return replace(words, told=(*words.told, (message.at, message.all_words)), last=message.at)
    if not (heard or words.asked):
        return None
    asked, despair = (*words.asked, piece_of(message)), heard <= {Danger.DESPAIR}
    if despair or not turn.facts.policy.tells_duty:
        return replace(words, asked=asked, despair=despair and (not words.asked or words.despair))
    return tell(words, asked, message.at)


def after_doubt(words: Words, message: Message) -> Words:
    """The words with a message that goes its usual way, and may be an alarm by a press."""
    return replace(words, doubted=(*words.doubted, piece_of(message))) if doubts(message.all_words) else words


def after_press(words: Words, message: Message, action: str) -> Words:
    """The words of danger after a press: «Передать» tells them; whatever else was pressed led away from it."""
    if action == actions.TELL_DUTY and (pressed := pressed_for(words, message)):
        return replace(tell(words, pressed, message.at), doubted=())
    if action == actions.TELL_DUTY and words.asked:
        return tell(words, words.asked, message.at)
    return replace(words, asked=(), last=message.at if action == actions.STILL_DANGER and words.told else None)


def pressed_for(words: Words, message: Message) -> tuple[Piece, ...]:
    """What was doubted, where the button is of its question."""
    value = message.command.value if message.command is not None else ""
    return words.doubted if value in {str(piece.cmid) for piece in words.doubted} else ()


def tell(words: Words, pieces: tuple[Piece, ...], at: datetime) -> Words:
    """The words of an alarm with those that its author added."""
    return replace(words, told=(*words.told, *((at, piece.text) for piece in pieces)), asked=(), last=at)


def add_to_alarm(turn: Turn, message: Message) -> Decision | None:
    """Puts more of an alarm that the copy knows on its card, as it was then; None where the message is none of it."""
    own = danger.current_alarm(turn)
    heard = alarms(message.all_words) or doubts(message.all_words)
    if own is None or message.empty or not (heard or danger.telling(turn, own)):
        return None
    return danger.add(turn, (piece_of(message),), message.at, own)


def left(dialogue: Dialogue) -> Dialogue:
    """The dialogue after a press or a command that led away from a question about danger."""
    return replace(dialogue, step=Idle()) if isinstance(dialogue.step, OF_DANGER) else dialogue


# Those on duty.


def told_again(
    facts: Facts, open_alarms: Iterable[Appeal], words: Iterable[tuple[datetime, str]], origin: str
) -> Decision:
    """Alarms that the copy holds open, and words of danger of the window, once more, a line each; from here on nothing
    calls by itself: people look whether 112 knows. A card that VK does not show is sent."""
    chat = facts.duty_chat or facts.chats.get(CUR)  # to one that has lost the bot it comes with the bot
    found = sorted(open_alarms, key=lambda alarm: (alarm.created_at, alarm.code))
    lines = [short_line(appeal, facts) for appeal in found]
    lines += [f"{clock(at, facts.policy.zone)}: «{one_line(in_chat(text), LONGEST_WORDS)}»" for at, text in words]
    if chat is None or not lines:
        return Decision()
    text = "\n".join((texts_danger.AGAIN.format(emergency=facts.directory.emergency), *lines))
    cause = facts.cause(AGAIN, chat.peer, origin)
    said = in_parts(Send(chat.peer, cause, text, Kind.NOTICE, Priority.DIALOGUE, keyboard=see_buttons(found)))
    silenced = [silence(facts, appeal) for appeal in found]
    effects = (*said, *(effect for _, shown in silenced for effect in shown))
    return Decision(appeals=tuple(appeal for appeal, _ in silenced), effects=effects)


def silence(facts: Facts, appeal: Appeal) -> tuple[Appeal, tuple[Effect, ...]]:
    """The alarm silenced, so that nobody is called for it by itself any more, and its card, which tells what the copy
    knows."""
    alert = appeal.alert
    assert alert is not None, "an alarm has one"
    quiet = replace(appeal, alert=replace(alert, silent=True), version=appeal.version + 1)
    after, shown = current(facts, quiet) if alert.shown_at is not None else put_before_duty(facts, quiet)
    return after, (CancelTimer(ALERT_TIMER, appeal.code), *shown)
