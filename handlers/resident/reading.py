"""What one message says, read once and for every step alike: its act, and where it is.

It must not know where the dialogue is: what the words mean there stands in the table (acts.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from screening.acts import written
from screening.acts.act import Act
from states.facts import Facts
from states.finder import PlaceGuess
from states.messages import Message


@dataclass(frozen=True)
class Spans:
    """What matching finds in a text, each looked for when it is needed and once. `rest`: what the text says besides
    where it is."""

    facts: Facts
    text: str

    @cached_property
    def places(self) -> PlaceGuess:
        return self.facts.find.place(self.text)

    @cached_property
    def address(self) -> str:
        return self.facts.find.address(self.text) or ""

    @cached_property
    def rest(self) -> str:
        return self.facts.find.rest(self.text)


@dataclass(frozen=True)
class Reading(Spans):
    """Of a whole message."""

    message: Message

    @property
    def only_words(self) -> bool:
        return not (self.message.attachments or self.message.location or self.message.forwarded)

    @cached_property
    def act(self) -> Act:
        """With a file, a point on the map or another's message it tells something, whatever its words are."""
        found = written.act(self.text) if self.only_words else None
        return found or Act.STORY


def read(facts: Facts, message: Message) -> Reading:
    return Reading(facts, message.text, message)
