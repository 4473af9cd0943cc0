"""What people send, as values: messages, attachments, locations, pressed buttons.

Only what decisions need; the raw event stays in the inbox. It must never hold a name or a profile (rules.md §4.6).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import cos, hypot, radians
from zlib import crc32

METRES = 111_320
"""Of a degree of latitude."""

FIRST_CHAT = 2_000_000_000
"""Peers above are chats, between 0 and it people, below 0 communities (vk-api.md §12.7)."""


def is_chat(peer: int) -> bool:
    """Whether VK's peer id is of a chat: above 2,000,000,000."""
    return peer > FIRST_CHAT


def is_person(peer: int) -> bool:
    """Whether VK's peer id is of a person: neither a chat nor, below zero, a community."""
    return 0 < peer < FIRST_CHAT


@dataclass(frozen=True, slots=True)
class Attachment:
    """One attachment. `kind` is VK's type word, known to us or not; `reference` is public and can be sent again."""

    kind: str
    title: str = ""
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """A point, in degrees, with VK's name of it if there is one."""

    latitude: float
    longitude: float
    name: str = ""

    def metres(self, other: Location) -> float:
        """How far the other point is, on a plane: right to a thousandth within a town."""
        north = self.latitude - other.latitude
        east = (self.longitude - other.longitude) * cos(radians((self.latitude + other.latitude) / 2))
        return hypot(north, east) * METRES


@dataclass(frozen=True, slots=True)
class Command:
    """What a button says when it is pressed. A client can forge it: check it against the state (T3)."""

    action: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Reply:
    """The message that a message answers to, inside the same dialogue. `code`: the number that it names, where the bot
    said it to a resident: what the bot says may be answered before it knows by which number VK keeps it (F7)."""

    cmid: int
    author: int
    code: str = ""


APART = "\n\f"
"""Between one's own words and each message that is forwarded inside: a short cry is heard by itself (danger.py)."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message of a person. `content` is False where the text was dropped at the door (R7), and `danger` is then all
    that is known of it: that it told of a danger (R28).

    `quoted` are the words of messages that a resident forwarded inside, and addresses of links that stand in no words;
    `attachments` holds the files of those messages too. `ref`: the code of the link by which its author came, as far as
    it may be one; VK gives it with the first message of a visit only. `late`: VK showed it only when later ones of its
    chat had been handled (bot/upkeep/members.py).
    """

    peer: int
    cmid: int
    author: int
    at: datetime
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    location: Location | None = None
    command: Command | None = None
    reply: Reply | None = None
    forwarded: int = 0
    quoted: tuple[str, ...] = ()
    content: bool = True
    danger: bool = False
    ref: str = ""
    late: bool = False

    @property
    def digest(self) -> str:
        """A short hash of text and files: two readings of an unchanged message give the same."""
        files = "|".join(f"{attachment.kind}:{attachment.title}" for attachment in self.attachments)
        said = f"{self.text}|{files}".encode("utf-8", "surrogatepass")
        return f"{crc32(said):08x}"

    @property
    def all_words(self) -> str:
        """The text with those that are forwarded inside: a danger counts, whoever wrote of it (R28)."""
        return APART.join((self.text, *self.quoted)) if self.quoted else self.text

    @property
    def empty(self) -> bool:
        """Whether the message has neither words, files, a place nor forwarded messages."""
        return not (self.text.strip() or self.attachments or self.location or self.forwarded)
