"""What one message says, read once and for every step alike: its act, and where it is.

It must not know where the dialogue is: what the words mean there stands in the table (acts.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from screening.acts import Act, votes, written
from screening.acts.written import asked_about
from states.facts import Facts
from states.finder import Finder, PlaceGuess
from states.messages import Message

ANYWHERE = frozenset({Act.PLACE, Act.ADDITION, Act.CORRECTION, Act.QUESTION, Act.NOTICE, Act.PRESS, Act.SPAM})
"""Acts of a text that may name a place or a topic."""


SHORT = 16
"""Words; a longer text is rather a story, and so is one that surely names a topic."""

RATHER = 3.0
"""How much more frequent stories are among these."""

LITTLE = frozenset({Act.YES, Act.NO, Act.ACKNOWLEDGE, Act.WHEN})
"""What words that say nothing by themselves may do all the same: «да да», «ну ок», «???» where an answer is awaited."""


@dataclass(frozen=True)
class Spans:
    """What matching finds in a text, each looked for when it is needed and once. `rest`: what the text says besides
    where it is."""

    find: Finder
    text: str

    @cached_property
    def places(self) -> PlaceGuess:
        """The municipalities that the text names."""
        return self.find.place(self.text)

    @cached_property
    def address(self) -> str:
        """The address in the text; "" where there is none."""
        return self.find.address(self.text) or ""

    @cached_property
    def rest(self) -> str:
        """The text without its addresses and names of places."""
        return self.find.rest(self.text)


@dataclass(frozen=True)
class Reading(Spans):
    """Of a whole message."""

    message: Message

    @property
    def only_words(self) -> bool:
        """Whether it has neither files nor a point on the map nor a forwarded message."""
        return not (self.message.attachments or self.message.location or self.message.forwarded)

    @cached_property
    def listed_act(self) -> Act | None:
        """The act of a text that stands in a closed list. With a file, a point on the map or another's message it tells
        something, whatever its words are."""
        return written.act(self.text) if self.only_words else None

    @cached_property
    def act(self) -> Act:
        """What the message most probably does."""
        return self.likely_act()

    @property
    def says_nothing(self) -> bool:
        """Whether it is only courtesy, a filler or a sign, without being one of the words that open the menu."""
        return self.listed_act is Act.GREETING and not written.is_greeting(self.text)

    def likely_act(self, story: float = 1.0) -> Act:
        """The act by a closed list, else what the voters say together, a story being `story` times likelier than
        elsewhere: what follows is asked back or keeps the words (acts.py)."""
        if self.says_nothing:
            said = votes(self.text).likely(story)
            return said if said in LITTLE else Act.GREETING
        return self.listed_act or self._unless_told(self.sounds_like(story)) or Act.STORY

    @cached_property
    def sure(self) -> Act:
        """The act that a closed list knows, or that is clear to the voters, else a story: the answer to a question is
        no other act for less."""
        said = votes(self.text).clear(self._rather) if self.only_words else None
        return self.listed_act or self._unless_told(said) or Act.STORY

    def sounds_like(self, story: float = 1.0) -> Act | None:
        """What the voters say, wherever it is: «когда дадут воду?» sounds like one who waits."""
        if not self.only_words:
            return None
        told = votes(self.text)
        said = told.likely(story)
        return said if said is Act.STORY else told.likely(story * self._rather)  # a story needs no topic looked for

    def odds(self, act: Act, story: float) -> float:
        """How probable an act is; one of a closed list is certain."""
        return 1.0 if self.listed_act is act else votes(self.text).together(story)[act]

    @cached_property
    def _rather(self) -> float:
        """By how much a story is likelier than elsewhere: more in a long text, and where its topic is sure."""
        long = len(self.text.split()) > SHORT
        return (RATHER if long else 1.0) * (RATHER if self._topic_is_sure else 1.0)

    @cached_property
    def _topic_is_sure(self) -> bool:
        return self.find.topic(self.text).sure

    @property
    def _asks_about_trouble(self) -> bool:
        """Whether who asks whither to complain names what he complains of."""
        about = asked_about(self.text)
        return bool(about) and bool(self.find.topic(about).topics)

    def _unless_told(self, act: Act | None) -> Act | None:
        """The act, or None where the text tells a problem: whoever names a place or a house does, however he asks; so
        does who asks when something that he names is mended, and whose words only sound like «Всё»: «вот и всё, что
        осталось от лавочки» ends nothing."""
        if act is None or act in ANYWHERE:
            return act
        if act is Act.DONE:
            return None
        if self.address or self.places.places or (act is Act.WHERE and self._asks_about_trouble):
            return None
        return None if act is Act.WHEN and self._topic_is_sure else act


def read(facts: Facts, message: Message) -> Reading:
    """The message as a reading; nothing is computed before it is asked for."""
    return Reading(facts.find, message.text, message)
