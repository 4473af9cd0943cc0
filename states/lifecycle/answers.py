"""Words of officials on their way to a resident: held while they can be undone, or waiting for a second person.

An answer counts when VK has it, with the time at which the official wrote it; until then nothing has moved (R36).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Beside(StrEnum):
    """How words go beside an answer that their resident has, or that is on its way to him."""

    REPLACE = "replace"
    ADD = "add"


class Share(StrEnum):
    """To whom of an incident words leave that speak to one of them."""

    ALL = "to_all"
    ONE = "to_one"


EVERYBODY = "*"
"""In `Held.only`: somebody has said that all of the incident may read what speaks to one."""


@dataclass(frozen=True, slots=True)
class Held:
    """One message that has not arrived yet. `cause` is that of its first part; `action` what it will do (appeal.py).

    `peer` and `cmid` are the official's own message, `text` and `files` what it says: it may still become another kind
    of answer. `line` is the cause of the bot's message in the chat that tells what becomes of them; empty where it was
    asked nothing before, then it is the one that offers to take them back. `until` is the end of the promised day,
    `reason` a code of `reasons.py`. `refused`: VK would not take it; should it turn out to have arrived all the same
    (delivery.md §9), it still does what it was meant to. `also`: the other appeals of an incident to which these words
    were said too; they may have left it before they are taken back. `seen` is the digest of the official's message,
    with «~» before it where the bot put the words together; `read`: it was read again, and they may leave. `leads`:
    said to its author as one of an incident, and the chat is told of all of them here: to whom they were said first has
    taken his message back. `beside`: they correct what the resident has, or add to it; empty where they stand alone.
    `agreed`: the second person who let them go (R39, T5), 0 where none was asked.
    `only`: the number of the one of an incident to whose author alone they are said, `EVERYBODY`, or nothing was asked.
    `stopped`: what its resident had said before they were let go all the same (stopping.py).
    """

    cause: str
    action: str
    actor: int
    at: datetime
    peer: int = 0
    cmid: int = 0
    text: str = ""
    files: bool = False
    until: datetime | None = None
    reason: str = ""
    refused: bool = False
    also: tuple[str, ...] = ()
    line: str = ""
    seen: str = ""
    read: bool = False
    leads: bool = False
    beside: str = ""
    agreed: int = 0
    only: str = ""
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """An answer that waits for a second person (R39). `cmid` is the official's message, whose files go with it.

    `number` is the version of the appeal with which it began to wait: a button agrees to this text and no later one.
    `line` is the cause of the bot's message that asks for the consent, `seen`, `beside`, `only` and `stopped` as of
    `Held`.
    `again`: its author changed it after somebody agreed.
    """

    actor: int
    at: datetime
    peer: int
    cmid: int
    action: str
    text: str
    files: bool = False
    until: datetime | None = None
    reason: str = ""
    number: int = 0
    line: str = ""
    seen: str = ""
    again: bool = False
    beside: str = ""
    only: str = ""
    stopped: str = ""


@dataclass(frozen=True, slots=True)
class Watch:
    """An official's message whose words the resident has, as long as it can be changed.

    `seen` is the digest of what arrived, `action`, `actor`, `until` and `only` as of `Held`. `told`: the digest of a
    later wording of which its author knows that the resident does not have it, `DELETED` where there is none; `text`
    and `files` are that wording while he may send it by one press, `line` the cause of the bot's message that offers
    it. `times`: how often he was told, so that each has a cause of its own (I7).
    """

    peer: int
    cmid: int
    seen: str
    action: str
    actor: int
    until: datetime | None = None
    told: str = ""
    text: str = ""
    files: bool = False
    line: str = ""
    times: int = 0
    only: str = ""


DELETED = "-"
"""In place of the digest of a message that is gone."""
