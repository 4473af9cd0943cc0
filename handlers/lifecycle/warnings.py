"""Danger to life: 112 stands before everything else that is said, and it stops nothing (R28)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.text import texts_danger
from handlers.views.turn import DANGER, POLICE, Turn
from screening.crimes import crime
from screening.danger import alarms, hazards, services_to_call
from states.decision import Decision
from states.dialogue import Draft
from states.directory import Directory
from states.facts import Facts
from states.lifecycle.appeal import Appeal

ONE_DANGER = timedelta(hours=1)
"""After such a silence it is another danger, also in a draft that was left or where nobody ever consents."""


def hasty(text: str) -> bool:
    """Whether a danger is told that cannot wait; a crime alone can, it is told 102."""
    return bool(alarms(text) or hazards(text))


def first(turn: Turn, text: str, decision: Decision, *, marked_at_the_door: bool = False) -> Decision:
    """Puts 112 before everything else that is said, once for a draft, once for what is sent already (R28). `text` is
    empty where a button was pressed: then only a topic that has become urgent speaks. Before consent there is no text,
    only the mark that the door left (R7); that 112 counts for the draft these words become."""
    after = decision.dialogue.draft if decision.dialogue is not None else turn.dialogue.draft
    topic_now = urgent_topic(turn.facts, after) and not urgent_topic(turn.facts, turn.dialogue.draft)
    hasty_now = topic_now or (bool(text) and hasty(text))
    if not (marked_at_the_door or hasty_now):
        return police(turn, text, decision) if text else decision
    decision = replace(decision, appeals=tuple(mark_urgent(appeal, hasty_now) for appeal in decision.appeals))
    if is_warned(turn, after, decision.appeals):
        return decision
    alarm = marked_at_the_door or bool(alarms(text))
    words = alarm_words if alarm else hazard_words
    said = turn.says(words(turn.facts.directory, place_of(turn, after, text), text))
    said = replace(said, cause=turn.cause(DANGER))
    dialogue = decision.dialogue
    if not turn.has_consented:
        dialogue = replace(dialogue or turn.dialogue, draft=replace(after, warned=True), touched_at=turn.facts.now)
    elif dialogue is not None and not after.empty:
        dialogue = replace(dialogue, draft=replace(after, warned=True))
    return replace(decision, dialogue=dialogue, effects=(said, *decision.effects), ignored=None)


def alarm_words(directory: Directory, where: str | None, text: str) -> str:
    """The words to somebody in danger: 112, the service of this danger, and one line for those in despair, the same for
    all."""
    others = numbers_to_call(directory, where, services_to_call(text))
    crisis = [texts_danger.crisis_line(line) for line in crisis_lines(directory)[:1]]
    return texts_danger.call_now(directory.emergency, [*others, *crisis])


def services(directory: Directory, where: str | None, text: str) -> str:
    """The services beside 112 that are to be called, a line each."""
    return "\n".join(numbers_to_call(directory, where, services_to_call(text)))


def hazard_words(directory: Directory, where: str | None, text: str) -> str:
    """Something may hurt somebody: the message goes its usual way."""
    return texts_danger.hazard(directory.emergency, numbers_to_call(directory, where, services_to_call(text)))


def called_by(turn: Turn, text: str) -> list[str]:
    """The numbers to call beside 112 for what these words tell, where that is known."""
    return numbers_to_call(turn.facts.directory, place_of(turn, turn.dialogue.draft, text), services_to_call(text))


def crisis_lines(directory: Directory) -> list[str]:
    """The crisis lines that are switched on, as residents read them."""
    return [line.name for line in directory.crisis if line.on]


def police(turn: Turn, text: str, decision: Decision) -> Decision:
    """A crime without danger is told 102 before the next question, once for a draft or a message (R28, R30)."""
    known = [turn.facts.appeal(appeal.code) for appeal in decision.appeals]
    pieces = [
        *turn.dialogue.draft.pieces,
        *(piece for appeal in known if appeal is not None for piece in appeal.pieces),
    ]
    if decision.ignored is not None or not crime(text) or any(crime(piece.text) for piece in pieces):
        return decision
    said = replace(turn.says(texts_danger.CRIME_TOLD), cause=turn.cause(POLICE))
    return replace(decision, effects=(said, *decision.effects))


def numbers_to_call(directory: Directory, where: str | None, services: frozenset[str]) -> list[str]:
    """The names of the numbers to call beside 112, two at most: the service of this danger, and who is on duty in this
    place (R61)."""
    numbers = directory.numbers_for(where)
    named = [phone.name for phone in numbers if phone.place is None and phone.number in services][:1]
    return named + [phone.name for phone in numbers if phone.place is not None][:1]


def mark_urgent(appeal: Appeal, hasty_now: bool) -> Appeal:
    """The appeal, urgent from now on if a danger was told now; once urgent it stays so."""
    return replace(appeal, urgent=appeal.urgent or hasty_now)


def is_warned(turn: Turn, draft: Draft, appeals: tuple[Appeal, ...]) -> bool:
    """Whether 112 was shown for this already."""
    if appeals:
        return all((known := turn.facts.appeal(appeal.code)) is not None and known.urgent for appeal in appeals)
    heard_at = turn.dialogue.touched_at
    return draft.warned and (heard_at is None or turn.facts.now - heard_at < ONE_DANGER)


def urgent_topic(facts: Facts, draft: Draft) -> bool:
    """Whether the draft's topic is one before which 112 is shown."""
    topic = facts.directory.topic_by_code.get(draft.topic or "")
    return topic is not None and topic.urgent


def place_of(turn: Turn, draft: Draft, text: str) -> str | None:
    """The municipality where it is, as far as is known: of the draft, of the text, of the community."""
    if draft.place is not None:
        return draft.place
    guess = turn.facts.find.place(text)
    if guess.sure:
        return guess.places[0]
    policy = turn.facts.policy.community
    return next((community.place for community in turn.facts.directory.communities if community.id == policy), None)
