"""A comment under a post of the community's own wall, as far as it may be known before a consent (R7): whose, where,
when, and marks. It must never hold a word of it, nor a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

FIRST_WALL = 10**12
"""Below minus this number each post is a peer of its own: comments of one post are handled in order, and those of
another do not wait for them. No dialogue, chat or community has such a number."""
WALLS = range(-FIRST_WALL - 2**40, -FIRST_WALL)
"""Those peers."""

ANSWERS_LEFT = "comment_answers_left"
"""The timer of what stands under comments of somebody who is forgotten; its key are our numbers, with commas."""


def wall_peer(post: int) -> int:
    """The peer under which everything about this post is queued: below -10**12, where VK has none."""
    return -FIRST_WALL - post


def post_of(peer: int) -> int:
    """The post of such a peer; the reverse of `wall_peer`."""
    return -FIRST_WALL - peer


@dataclass(frozen=True, slots=True)
class CommentPolicy:
    """How people are answered under posts (BOT_COMMENTS=answer). `pause`: for so long a human may answer first;
    `per_minute`: invitations under one post at most. `reads`: VK shows comments to the bot."""

    pause: timedelta = timedelta(minutes=10)
    per_minute: int = 5
    reads: bool = False


class Silence(StrEnum):
    """Why nobody is invited under a post."""

    NONE = ""
    MOURNING = "mourning"
    CONGRATULATION = "congratulation"
    EMERGENCY = "emergency"
    RULE = "rule"
    MUTED = "muted"


@dataclass(frozen=True, slots=True)
class WallPost:
    """A post of the community, without its words. `muted_by`: the official who decided about it, else 0."""

    id: int
    at: datetime
    told_at: datetime
    silence: Silence = Silence.NONE
    muted_by: int = 0


class CommentKind(StrEnum):
    """What a comment is, by the reading of its words. `PERHAPS`: perhaps a problem, not surely enough to invite."""

    DANGER = "danger"
    PROBLEM = "problem"
    PERHAPS = "perhaps"
    QUESTION = "question"
    THANKS = "thanks"
    INSULT = "insult"
    ADVERTISING = "advertising"
    NOTHING = "nothing"


ASKS = (CommentKind.DANGER, CommentKind.PROBLEM, CommentKind.PERHAPS, CommentKind.QUESTION)
"""What somebody waits for an answer to, or may."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What is kept of the words. `topic`: a code of the directory, `place`: of a municipality, where they are sure;
    `files`: something is attached."""

    said: CommentKind = CommentKind.NOTHING
    topic: str = ""
    place: str = ""
    files: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """`at`: when it was written, `told_at`: when the bot heard of it. `top`: the comment in whose thread it stands, 0
    where it stands under the post itself. `alarm_at`: since when those on duty are called, `seen_at` and `seen_by`:
    who has pressed «Вижу». `gone`: deleted in VK; nothing but its number is kept then, so that no late event brings it
    back, and what we have said under it, so that it is not said again where it is restored. `answered_at`: since when
    somebody else's answer stands under it, or an official's of the region. `invited_at`: when its author was invited
    into the dialogue, in which `wording`. `came_at`: when he opened the link of it. `public_at`: since when an
    official's answer stands under it. `dropped_at`: when an official said that nothing is to be answered. `appeal`:
    the number of the message that its author sent about it."""

    id: int
    post: int
    author: int
    at: datetime
    told_at: datetime
    top: int = 0
    marks: Marks = Marks()
    alarm_at: datetime | None = None
    seen_at: datetime | None = None
    seen_by: int = 0
    gone: bool = False
    answered_at: datetime | None = None
    invited_at: datetime | None = None
    wording: int = 0
    came_at: datetime | None = None
    public_at: datetime | None = None
    dropped_at: datetime | None = None
    appeal: str = ""

    @property
    def alarming(self) -> bool:
        """Whether somebody is still called for it."""
        return self.alarm_at is not None and self.seen_at is None and not self.gone
