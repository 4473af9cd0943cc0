"""What a list of comments in the panel is asked for, and what is known of one that is opened: never a word of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from states.people.comments import Comment, Said, WallPost

ASKS = (Said.DANGER, Said.PROBLEM, Said.QUESTION)
"""What somebody waits for an answer to."""


class View(StrEnum):
    """The word is the filter of the address."""

    WAITING = "waiting"
    DANGER = "danger"
    INVITED = "invited"
    CAME = "came"
    ANSWERED = "answered"
    DROPPED = "dropped"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is asked for; `post` is 0 for any."""

    view: View = View.WAITING
    post: int = 0
    topic: str = ""
    place: str = ""
    start: int = 0


@dataclass(frozen=True, slots=True)
class Leaving:
    """Words of ours that have not left yet; `held`: they may be taken back."""

    text: str
    at: datetime
    held: bool


@dataclass(frozen=True, slots=True)
class Open:
    """One comment with what is kept beside it. `invites_at`: when the bot would invite; `waits`: how many wait under
    its post."""

    comment: Comment
    post: WallPost | None
    leaving: Leaving | None
    invites_at: datetime | None
    waits: int
