"""What a resident reads who has chosen another language: the core once more, in other words (voices.py makes it).

It must never speak to officials, nor change what is decided: only the words are taken, and ours stay where the other
core does not say the same things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.region.shipped import beside_program
from states.decision import Decision
from states.effects import AnswerButton, Edit, Effect, Send
from states.events import Event, MessageNew
from states.facts import Facts, Rules
from states.messages import is_person
from states.people.languages import RUSSIAN, Language
from states.screen import Keyboard

FILE = re.compile(r"texts\.([a-z]{2,3})\.yaml")
"""Of a region's folder: the sentences in the language of this code."""

Saying = Send | Edit | AnswerButton


@dataclass(frozen=True, slots=True)
class Voice:
    """`heard`: labels of this language, in small letters, and what of ours they stand for."""

    language: Language
    decide: Callable[[Facts, Event], Decision]
    rules: Rules
    heard: Mapping[str, str]

    def hears(self, event: Event) -> Event:
        """A label that was typed, as the core knows it."""
        if not isinstance(event, MessageNew):
            return event
        meant = self.heard.get(" ".join(event.message.text.split()).casefold())
        return MessageNew(replace(event.message, text=meant)) if meant else event

    def says(self, facts: Facts, event: Event) -> Decision:
        """The decision on the event in the words of this language."""
        return self.decide(replace(facts, rules=self.rules), event)


def hear(voices: Mapping[str, Voice], facts: Facts, event: Event) -> Event:
    """The event in the core's words, where its author writes in one of these languages."""
    voice = voices.get(facts.dialogue.language, voices.get("")) if facts.dialogue is not None else None
    return voice.hears(event) if voice is not None else event


def files_of(folder: Path) -> dict[str, Path]:
    """By the code of the language."""
    there = beside_program(folder)
    found = sorted(there.glob("texts.*.yaml")) if there.is_dir() else []
    return {match[1]: file for file in found if (match := FILE.fullmatch(file.name))}


def languages_of(voices: Mapping[str, Voice]) -> tuple[Language, ...]:
    """What residents may choose among; nothing where there is Russian alone."""
    others = tuple(voice.language for code, voice in voices.items() if code)
    return (RUSSIAN, *others) if others else ()


def in_words_of(decision: Decision, others: Mapping[int, Decision]) -> Decision:
    """The same with other words for these residents."""
    effects = list(decision.effects)
    for peer, other in others.items():
        mine, theirs = list_sayings(decision, peer), list_sayings(other, peer)
        if [name(effect) for effect in mine.values()] == [name(effect) for effect in theirs.values()]:
            for at, effect in zip(mine, theirs.values(), strict=True):
                effects[at] = take_words(effects[at], effect)
    return replace(decision, effects=tuple(effects))


def list_sayings(decision: Decision, peer: int) -> dict[int, Saying]:
    """What it says to this person, by the place among its effects."""
    said = ((at, effect) for at, effect in enumerate(decision.effects) if isinstance(effect, Saying))
    return {at: effect for at, effect in said if effect.peer == peer}


def name(effect: Saying) -> tuple[str, str, tuple[Any, ...]]:
    """What has to be the same of an effect, whatever the words are: a button that does another thing under our label
    must not be."""
    keyboard = None if isinstance(effect, AnswerButton) else effect.keyboard
    cause = effect.event_id if isinstance(effect, AnswerButton) else effect.cause
    return type(effect).__name__, cause, commands(keyboard)


def commands(keyboard: Keyboard | None) -> tuple[Any, ...]:
    """What the buttons do, without their words."""
    rows = keyboard.rows if keyboard is not None else ()
    return tuple(tuple((button.command, button.kind, button.link) for button in row) for row in rows)


def take_words(effect: Effect, other: Saying) -> Effect:
    """The effect with the text (and keyboard) of the other; unchanged where the two are of different kinds."""
    if isinstance(effect, AnswerButton):
        return replace(effect, text=other.text)
    if isinstance(effect, Send | Edit) and isinstance(other, Send | Edit):
        return replace(effect, text=other.text, keyboard=other.keyboard, fallback=other.fallback)
    return effect


def residents_in(decision: Decision) -> set[int]:
    """The residents whom the decision speaks to, beside chats and under posts."""
    return {effect.peer for effect in decision.effects if isinstance(effect, Saying) and is_person(effect.peer)}
