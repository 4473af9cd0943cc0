"""What one message says, read once and for every step alike: its act, and where it is.

It must not know where the dialogue is: what the words mean there stands in the table (acts.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from screening.acts import Act, votes, written
from states.facts import Facts
from states.finder import PlaceGuess
from states.messages import Message

ANYWHERE = frozenset({Act.PLACE, Act.ADDITION, Act.CORRECTION, Act.QUESTION, Act.NOTICE, Act.PRESS, Act.SPAM})
"""Acts of a text that may name a place or a topic."""


OF_ANYTHING = frozenset(
    {Act.STATUS, Act.TAKE_BACK, Act.PERSON, Act.WHERE, Act.DATA, Act.ERASE, Act.WITHDRAW, Act.INSULT, Act.CANCEL}
)
"""Acts of a text that may name a topic: «что с моей заявкой по свету»."""

SHORT = 16
"""Words; of a longer text one voter alone says nothing."""


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
    def closed(self) -> Act | None:
        """The act of a text that stands in a closed list. With a file, a point on the map or another's message it tells
        something, whatever its words are."""
        return written.act(self.text) if self.only_words else None

    @cached_property
    def act(self) -> Act:
        """Where no closed list knows it, what the voters say: one is enough for a short text, for what follows is asked
        back or keeps the words (acts.py)."""
        return self.closed or self.voted or Act.STORY

    @cached_property
    def sure(self) -> Act:
        """What a closed list knows, or both voters say: the answer to a question is no other act for less."""
        return self.closed or self._unless_told(votes(self.text).sure() if self.only_words else None) or Act.STORY

    @cached_property
    def voted(self) -> Act | None:
        return self._unless_told(self.sounds_like)

    @cached_property
    def sounds_like(self) -> Act | None:
        """What the voters say, whatever it names: «когда дадут воду?» sounds like one who waits."""
        if not self.only_words:
            return None
        told = votes(self.text)
        return told.likely() if len(self.text.split()) <= SHORT else told.sure()

    def _unless_told(self, act: Act | None) -> Act | None:
        """Whoever names a place, a house or a topic tells a problem, however he asks."""
        if act is None or act in ANYWHERE:
            return act
        if self.address or self.places.places:
            return None
        return act if act in OF_ANYTHING or not self.facts.find.topic(self.text).sure else None


def read(facts: Facts, message: Message) -> Reading:
    return Reading(facts, message.text, message)
