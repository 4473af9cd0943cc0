"""Which facts an event needs, as data: handlers/needs.py says it, storage loads it (design.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Listing(StrEnum):
    """Lists that officials ask for."""

    MINE = "mine"
    OVERDUE = "overdue"
    FOUND = "found"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is loaded besides the dialogue and the appeals of a resident in whose dialogue the event is.

    `message`: (peer, cmid) of a message of ours, for its appeal and cause. `codes`: appeals that are named.
    `of_author`: the resident is the author of a named appeal. `officials`: those of the chat; `person`: (chat, user)
    of one official of some chat. `chat_code`: a typed code that binds a chat. `every_chat`: all bound chats.
    `listing` for the official `user`, of numbers with `number_part`. `history`: the lines of what the event is about.
    `leads`: the leading appeals of merged ones. `also_told`: the appeals to whose authors the held words go too.
    `waiting`: appeals that wait for a chat. `spikes`: counts of the last hour.

    Of the dialogue: `shown` are the appeals of the step, `joins` the appeal of another resident that the step offers to
    join, `alike` the (topic, place) of open appeals of others, `first` the message that a new appeal begins with,
    `agency` and `route` (topic, place) name whose chat is asked for.
    """

    message: tuple[int, int] | None = None
    codes: frozenset[str] = frozenset()
    of_author: bool = False
    officials: bool = False
    person: tuple[int, int] | None = None
    chat_code: str = ""
    every_chat: bool = False
    user: int = 0
    listing: Listing | None = None
    number_part: str = ""
    history: bool = False
    leads: bool = False
    also_told: bool = False
    waiting: bool = False
    spikes: bool = False
    shown: frozenset[str] = frozenset()
    joins: str | None = None
    alike: tuple[str, str] | None = None
    first: int | None = None
    agency: str | None = None
    route: tuple[str, str | None] | None = None
