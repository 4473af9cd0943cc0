"""A person who writes without end: heard, kept, and answered once in ten minutes; nothing of it reaches an agency (T9).

It must never swallow the words of somebody who tells a story in many short messages: a draft takes them in silence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zlib import crc32

from handlers.text import texts
from handlers.text.words import plural
from handlers.views.turn import DANGER, DOUBT_TIMER, Turn
from states.cause import parse
from states.decision import Decision, ignore
from states.dialogue import Dialogue, Draft
from states.effects import AnswerButton, Edit, Kind, Send, StartTimer
from states.facts import Facts
from states.lifecycle.appeal import OPEN
from states.messages import Message
from states.people.paces import LATE, MESSAGE, PRESS

DAY = timedelta(days=1)
MOST_PIECES = 100
"""Messages in one draft or appeal: VK forwards no more at once (vk-api.md §4.1, T8)."""

MOST_LETTERS = 30_000
SENTENCE = 10
"""Letters of the shortest one. Shorter are «1», «да», «Ещё →»: those may well come four times."""


def limit_flood(facts: Facts, done: Message, origin: str, follow: Callable[[Facts], Decision]) -> Decision:
    """What follows from something a resident did, unless it is too much in a minute, or said already."""
    decision = kept_within(facts, done, origin, follow) if facts.policy.messages_a_minute else follow(facts)
    return said_once(facts, done, decision) if facts.now - done.at > LATE else decision


def kept_within(facts: Facts, done: Message, origin: str, follow: Callable[[Facts], Decision]) -> Decision:
    """What `follow` decides, with this message counted in the dialogue's pace; a repeat is ignored instead, and above
    the limit of a minute «too often» is said."""
    dialogue = facts.dialogue or Dialogue(done.peer)
    # VK's time, but never later than ours: a date from the future would stop the count (T25).
    at, pressed = min(done.at, facts.now), done.command is not None
    pace = dialogue.pace.counting(at, PRESS if pressed else MESSAGE, 0 if pressed else mark(done.text))
    counted_dialogue = replace(dialogue, pace=pace)
    counted = replace(facts, dialogue=counted_dialogue)
    decision = follow(counted)
    if pace.repeats and not quiet(facts, decision):
        return with_warnings(decision, ignore("одно и то же подряд"), counted_dialogue)
    if pace.too_much(facts.policy.messages_a_minute) and not quiet(facts, decision):
        told = too_often(Turn(counted, done.peer, origin, counted_dialogue), at)
        return with_warnings(decision, told, counted_dialogue)
    if decision.ignored is None and decision.dialogue is None and facts.dialogue is not None:
        return replace(decision, dialogue=counted.dialogue)
    return decision


def said_once(facts: Facts, done: Message, decision: Decision) -> Decision:
    """The decision with one answer in place of five equal ones: whoever wrote five times while VK was away reads one
    (F10). 112 is said each time."""
    said = [effect for effect in decision.effects if isinstance(effect, Send) and is_plain_screen(effect, done.peer)]
    dialogue = decision.dialogue or facts.dialogue
    if dialogue is None or any(is_danger_warning(send) for send in said):
        return decision
    if not said:
        heard = replace(dialogue, pace=replace(dialogue.pace, said_cmid=done.cmid))
        return replace(decision, dialogue=heard) if decision.dialogue is not None else decision
    pace, again = dialogue.pace.answering(done.at, answer_mark(said), facts.now, done.cmid)
    left = tuple(effect for effect in decision.effects if not (again and effect in said))
    return replace(decision, dialogue=replace(dialogue, pace=pace), effects=left)


def is_plain_screen(send: Send, peer: int) -> bool:
    """Whether it is words and buttons for this person, of which nobody waits to hear what became of them."""
    return (
        send.peer == peer
        and send.kind is Kind.SCREEN
        and not (send.report or send.document or send.forward or send.copy)
    )


def answer_mark(said: Sequence[Send]) -> int:
    """By what a person reads: «Это о другом» names another message each time."""
    shown = [
        (send.text, [[key.label for key in row] for row in send.keyboard.rows] if send.keyboard else [])
        for send in said
    ]
    return crc32(repr(shown).encode("utf-8", "surrogatepass"))


def mark(text: str) -> int:
    """A hash of a sentence that nobody types four times in a row (an answering machine does, or a bot that repeats
    ours, T20); 0 for a short text."""
    said = " ".join(text.split())
    return crc32(said.encode("utf-8", "surrogatepass")) if len(said) >= SENTENCE else 0


def quiet(facts: Facts, decision: Decision) -> bool:
    """Whether nothing is said and nothing leaves. A consent is always taken, and 112 is always said (R28)."""
    if decision.consent is not None and decision.consent.text_hash != facts.policy.publish_hash:
        return decision.consent.given
    if any(appeal.alarming for appeal in decision.appeals):
        return True  # an alarm and what is added to it are kept, however fast somebody writes in danger
    said = [effect for effect in decision.effects if isinstance(effect, Send | Edit | AnswerButton)]
    return not (decision.appeals or [effect for effect in said if not is_danger_warning(effect)])


def with_warnings(decision: Decision, told: Decision, dialogue: Dialogue) -> Decision:
    """The decision `told` with the warnings of another: 112 is said whatever else is left unsaid, and what it asks can
    be answered (R28)."""
    warnings = [effect for effect in decision.effects if isinstance(effect, Send) and is_danger_warning(effect)]
    if not warnings:
        return told
    if decision.dialogue is not None and decision.dialogue.doubted is not None:
        known = replace(told.dialogue or dialogue, doubted=decision.dialogue.doubted)
        forgotten = [
            start_timer
            for start_timer in decision.effects
            if isinstance(start_timer, StartTimer) and start_timer.name == DOUBT_TIMER
        ]
        told = replace(told, dialogue=known, effects=(*told.effects, *forgotten))
    return replace(told, effects=(*warnings, *told.effects), ignored=None)


def is_danger_warning(effect: Send | Edit | AnswerButton) -> bool:
    """Whether this effect sends the warning about danger, which goes out however much somebody writes."""
    return isinstance(effect, Send) and parse(effect.cause).kind == DANGER


def too_often(turn: Turn, at: datetime) -> Decision:
    """Says once in ten minutes that this is too often; the message itself stays in the inbox, and in VK."""
    if not turn.dialogue.pace.untold(at):
        return ignore("слишком часто")
    told = replace(turn.dialogue.mark_unanswered(), pace=replace(turn.dialogue.pace, told_at=at))
    return Decision(dialogue=told, effects=(turn.says(texts.TOO_OFTEN),))


def enough(facts: Facts) -> str:
    """Why one more appeal is too many for now; empty when it is not."""
    policy = facts.policy
    today = sum(abs(facts.now - appeal.created_at) < DAY for appeal in facts.appeals)
    if 0 < policy.appeals_a_day <= today:
        return texts.ENOUGH_TODAY.format(count=messages(today), emergency=facts.directory.emergency)
    waiting = sum(appeal.status in OPEN for appeal in facts.appeals)
    if 0 < policy.open_appeals <= waiting:
        return texts.ENOUGH_OPEN.format(count=messages(waiting), emergency=facts.directory.emergency)
    return ""


def messages(count: int) -> str:
    """The count with the right form of «сообщение»."""
    return plural(count, "сообщение", "сообщения", "сообщений")


def full(draft: Draft, letters: int) -> bool:
    """Whether so much more does not fit into one message for an agency (T8)."""
    return len(draft.pieces) >= MOST_PIECES or len(draft.text) + letters > MOST_LETTERS
