"""What a list of comments in the panel is asked for, and what is known of one that is opened: never a word of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from statistics import median_low

from states.people.comments import Comment, WallPost


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
class CommentFilter:
    """What a list is asked for; `post` is 0 for any, `community` for the home."""

    view: View = View.WAITING
    post: int = 0
    topic: str = ""
    place: str = ""
    start: int = 0
    community: int = 0


@dataclass(frozen=True, slots=True)
class Leaving:
    """Words of ours that have not left yet; `held`: they may be taken back."""

    text: str
    at: datetime
    held: bool


@dataclass(frozen=True, slots=True)
class Open:
    """One comment with what is kept beside it. `invites_at`: when the bot would invite; `waits`: how many wait under
    its post. `publishes`: its author agreed that what he wrote is published (R9).
    `told_at`: when his message was answered last."""

    comment: Comment
    post: WallPost | None
    leaving: Leaving | None
    invites_at: datetime | None
    waits: int
    publishes: bool = False
    told_at: datetime | None = None

    @property
    def differs(self) -> bool:
        """Whether he was told something after it was said in public: the two may contradict."""
        public, told = self.comment.public_at, self.told_at
        return public is not None and told is not None and told > public


@dataclass(frozen=True, slots=True)
class Figures:
    """Of what was asked under posts in some days: how many, how many of them somebody has answered first, there or in
    the dialogue, after how long the middle one; how many were invited, and came."""

    asked: int = 0
    answered: int = 0
    first: timedelta | None = None
    invited: int = 0
    came: int = 0


def figures_of(found: Sequence[Comment]) -> Figures:
    """How many there are, were answered, after what median time, were invited and came by the invitation."""
    firsts = [at - comment.at for comment in found if (at := first_answer(comment)) is not None]
    invited = [comment for comment in found if comment.invited_at is not None]
    middle = median_low(firsts) if firsts else None
    return Figures(
        len(found), len(firsts), middle, len(invited), sum(comment.came_at is not None for comment in invited)
    )


def first_answer(comment: Comment) -> datetime | None:
    """The moment of the first answer of a person, there or in the dialogue; an invitation is none."""
    return min((at for at in (comment.answered_at, comment.public_at, comment.came_at) if at is not None), default=None)
