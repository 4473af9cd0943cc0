"""What is loaded for one event of a batch: what it wants, and a place for what was found. It reads nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from states.dialogue import Dialogue
from states.events import Event
from states.facts import Question, WantedFacts
from states.lifecycle.appeal import Appeal, History
from states.lifecycle.digest import Digest
from states.messages import is_chat, is_person
from states.people.chats import Chat
from states.people.viewers import Ticket
from storage.db.transaction import Transaction
from storage.inbox.inbox import Waiting
from storage.records import chats

Needs = Callable[[Event, Dialogue | None], WantedFacts]
"""Says which facts an event needs (handlers/needs.py)."""
Loaders = Mapping[type[Question[Any]], Callable[[Transaction, Any], Awaitable[Any]]]
"""What answers each question of a feature, in the transaction that decides."""
NONE: Loaders = {}


@dataclass(slots=True)
class EventFacts:
    """One event of the batch: first what it wants, then what was loaded for it."""

    waiting: Waiting
    event: Event
    wanted: WantedFacts
    every_chat: bool
    code: str | None
    resident: int | None
    dialogue: Dialogue | None = None
    linked: Appeal | None = None
    appeals: tuple[Appeal, ...] = ()
    routed: tuple[Appeal, ...] = ()
    similar: tuple[Appeal, ...] = ()
    members: tuple[Appeal, ...] = ()
    leads: dict[str, Appeal] = field(default_factory=dict)
    theirs: Dialogue | None = None
    chat: Chat | None = None
    listed: tuple[Appeal, ...] = ()
    digest: Digest | None = None
    history: tuple[History, ...] = ()
    number: str = ""
    ticket: Ticket | None = None
    answers: dict[type[Question[Any]], Any] = field(default_factory=dict)

    @property
    def in_chat(self) -> bool:
        """Whether the event is of a chat, not of a resident's dialogue."""
        return is_chat(self.waiting.peer)

    @property
    def own(self) -> bool:
        """Whether it happens in the resident's own dialogue."""
        return self.resident is not None and self.resident == self.waiting.peer

    @property
    def about(self) -> tuple[Appeal, ...]:
        """The appeals that the event is about, the linked one included."""
        known = {appeal.code for appeal in self.appeals}
        return self.appeals if self.linked is None or self.linked.code in known else (*self.appeals, self.linked)

    @property
    def alike(self) -> tuple[str, str] | None:
        """The topic and place of which open appeals are looked for (R32)."""
        if self.wanted.similar and self.linked is not None and self.linked.place is not None:
            return self.linked.topic, self.linked.place
        return self.wanted.alike if self.own or self.in_chat else None


def ask(waiting: Waiting, event: Event, needs: Needs) -> EventFacts:
    """The facts that this event asks for, with empty places for what will be found."""
    wanted = needs(event, None)
    code = chats.digest(wanted.chat_code) if wanted.chat_code else None
    resident = waiting.peer if is_person(waiting.peer) else None
    return EventFacts(waiting, event, wanted, wanted.every_chat, code, resident)
