"""What one event makes us look up, found in the event alone, and a place for what was found. It reads nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

from states.dialogue import AddingTo, ChoosingSame, ConfirmingWithdrawal, Dialogue, Preview, Rating, ShowingAppeal
from states.events import ButtonPressed, DeliveryEnded, Event, MessageEdited, MessageNew, TimerFired
from states.lifecycle.appeal import Appeal, History
from states.messages import Message, is_chat, is_person
from states.people.chats import Chat
from storage.inbox.inbox import Waiting
from storage.records import chats

SPIKES = "spikes"
"""The timer that asks for counts (states/lifecycle/spikes.py)."""

FEWEST_TYPED = 3
"""A shorter part of a number fits too many."""

_NUMBER = re.compile(r"\d{4}-[2-9A-HJ-NP-Z]{4}", re.IGNORECASE)
_PART = re.compile(r"[0-9A-Z]+-?[0-9A-Z]*")
_PERSON = re.compile(r"([0-9]{1,12}) ([0-9]{1,12})")
_CODE = "/код "
_SEND, _WHO = "send", "who"
_ADMITTING = ("admit", "refuse_member")
"""Buttons as handlers/text/actions.py names them; a name there is for ever."""
_TYPED_SEND = "отправить"
_LIKE_LATIN = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


class Listing(StrEnum):
    """What an official asks for by a command."""

    MINE = "/мои"
    OVERDUE = "/просрочено"
    FOUND = "/найти"


_HISTORY = "/история"


@dataclass(slots=True)
class Asked:
    """What one event makes us look up, and what was found.

    `user` acts in a chat. `listing` and `typed` are a command, `told` wants the history, `sends` is «Отправить».
    `person`: in which chat whom the question is about that was pressed (T5).
    """

    waiting: Waiting
    event: Event
    resident: int | None = None
    message: tuple[int, int] | None = None
    named: set[str] = field(default_factory=set)
    code: str | None = None
    everything: bool = False
    user: int = 0
    listing: Listing | None = None
    typed: str = ""
    told: bool = False
    sends: bool = False
    person: tuple[int, int] | None = None
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
    history: tuple[History, ...] = ()
    number: str = ""

    @property
    def in_chat(self) -> bool:
        return is_chat(self.waiting.peer)

    @property
    def own(self) -> bool:
        """Whether it happens in the resident's own dialogue."""
        return self.resident is not None and self.resident == self.waiting.peer

    @property
    def about(self) -> tuple[Appeal, ...]:
        """The appeals it is about."""
        known = {one.code for one in self.appeals}
        return self.appeals if self.linked is None or self.linked.code in known else (*self.appeals, self.linked)

    @property
    def spikes(self) -> bool:
        return isinstance(self.event, TimerFired) and self.event.name == SPIKES

    @property
    def joined(self) -> str | None:
        """The appeal of another resident that this one is asked to join."""
        match self.dialogue.step if self.dialogue else None:
            case ChoosingSame(code, own=False):
                return code
            case _:
                return None

    @property
    def alike(self) -> tuple[str, str] | None:
        """The topic and place of which open appeals are looked for (R32)."""
        if not self.own or self.dialogue is None:
            return None
        draft = self.dialogue.draft
        wanted = self.sends or isinstance(self.dialogue.step, Preview | ChoosingSame)
        return (draft.topic, draft.place) if wanted and draft.topic and draft.place else None


def ask(waiting: Waiting, event: Event) -> Asked:
    asked = Asked(waiting, event, resident=waiting.peer if is_person(waiting.peer) else None)
    match event:
        case MessageNew(message) | MessageEdited(message):
            if message.reply is not None:
                asked.message = (message.peer, message.reply.cmid)
            if message.command is not None:
                asked.named |= numbers_in(message.command.value)
            if is_chat(message.peer):
                _of_chat(asked, message)
            else:
                pressed = message.command.action if message.command else message.text.strip(" .!").casefold()
                asked.sends = pressed in (_SEND, _TYPED_SEND)
        case ButtonPressed():
            asked.message = (event.peer, event.cmid)
            asked.named |= numbers_in(event.command.value)
            asked.sends = event.command.action == _SEND
            asked.told = event.command.action == _WHO
            if event.command.action in _ADMITTING:
                asked.person = _person_in(event.command.value)
            if is_chat(event.peer):
                asked.user, asked.everything = event.user, True
        case TimerFired():
            asked.named |= numbers_in(event.key)
        case DeliveryEnded():
            asked.named |= {event.appeal} - {""}
        case _:
            pass
    return asked


def _person_in(value: str) -> tuple[int, int] | None:
    found = _PERSON.fullmatch(value)
    return (int(found[1]), int(found[2])) if found else None


def _of_chat(asked: Asked, message: Message) -> None:
    asked.user = message.author
    asked.named |= numbers_in(message.text)
    text = message.text.strip()
    asked.code = chats.digest(text[len(_CODE) :]) if text.casefold().startswith(_CODE) else None
    # Commands name agencies, and questions of the bot list them.
    asked.everything = text.startswith("/") and not text.startswith("//")
    word, *rest = text.casefold().split(maxsplit=1) or [""]
    asked.told = word == _HISTORY
    asked.listing = next((one for one in Listing if one == word), None)
    if asked.listing is Listing.FOUND:
        asked.typed = part_of_number(rest[0] if rest else "")
        asked.listing = Listing.FOUND if asked.typed else None


def part_of_number(typed: str) -> str:
    """The part of a number as it is stored, also where letters were typed that only look alike; else nothing."""
    part = "".join(typed.split()).lstrip("№#").upper().translate(_LIKE_LATIN)
    return part if len(part) >= FEWEST_TYPED and _PART.fullmatch(part) else ""


def numbers_in(text: str) -> set[str]:
    return {number.upper() for number in _NUMBER.findall(text[:1000])}


def shown(dialogue: Dialogue | None) -> set[str]:
    """The appeal that the resident's step is about, however old."""
    match dialogue.step if dialogue else None:
        case ShowingAppeal(code) | AddingTo(code) | ConfirmingWithdrawal(code) | Rating(code):
            return {code}
        case ChoosingSame(code, own=True):
            return {code}
        case _:
            return set()
