"""All that a decision may know. What is not here cannot be used; what is here was read in the same transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from states.appeal import Appeal
from states.chats import CUR, Chat, ChatCode
from states.dialogue import Dialogue
from states.directory import Directory
from states.finder import Finder


@dataclass(frozen=True, slots=True)
class House:
    """What an operator has set, as far as decisions need it (R11). Durations are real time."""

    community: int
    operator: str
    address: str
    email: str
    policy: str
    zone: tzinfo
    consent: str
    consent_hash: str
    pause: timedelta = timedelta(seconds=4)
    undo: timedelta = timedelta(seconds=30)
    draft_reminder: timedelta = timedelta(days=1)
    draft_forgotten: timedelta = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is true for one event.

    `dialogue` and `appeals` are those of the resident concerned, or the appeals an event in a chat is about.
    `linked` is the appeal that the replied-to (or pressed) message belongs to. `waiting` is filled for
    `RoutesChanged` only. `unsent` are causes of these appeals that can still be taken back.
    `number` is a free number for a new appeal of this draft.
    """

    now: datetime
    house: House
    directory: Directory
    find: Finder
    dialogue: Dialogue | None = None
    appeals: tuple[Appeal, ...] = ()
    linked: Appeal | None = None
    chat: Chat | None = None
    chats: Mapping[str, Chat] = field(default_factory=dict)
    code: ChatCode | None = None
    waiting: tuple[Appeal, ...] = ()
    unsent: frozenset[str] = frozenset()
    number: str = ""

    @property
    def cur(self) -> Chat | None:
        return self.chat_of(CUR)

    def chat_of(self, agency: str | None) -> Chat | None:
        """The working chat of an agency; None where it is not bound or has lost the bot."""
        chat = self.chats.get(agency) if agency is not None else None
        return chat if chat is not None and not chat.lost else None

    def appeal(self, code: str) -> Appeal | None:
        return next((appeal for appeal in self.appeals if appeal.code == code), None)
