"""What has to be known of a comment before something follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from states.facts import Question
from states.people.comments import Comment, WallPost


@dataclass(frozen=True, slots=True)
class Room:
    """Whether there is room for an invitation. `planned`: how many wait under this post; `recent`: when the last ones
    were said there; `invited`: the author of the comment was, under this post; `wordings`: those that stand in this
    thread."""

    planned: int = 0
    recent: tuple[datetime, ...] = ()
    invited: bool = False
    wordings: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class CommentFacts:
    """`comment`: what is kept of it, `replied` of the one that it answers. `official`: its author answers people in a
    chat or works in the panel, so it is no resident's word. `own`: it is the bot's own. `held`: the cause of an
    official's answer under it that has not left yet. `forgotten_at`: when its author
    was erased here; what he wrote before is not kept again (R14)."""

    comment: Comment | None = None
    official: bool = False
    forgotten_at: datetime | None = None
    replied: Comment | None = None
    own: bool = False
    held: str = ""
    post: WallPost | None = None
    room: Room = Room()


@dataclass(frozen=True, slots=True)
class CommentAsked(Question[CommentFacts]):
    """`author` is 0 where only the comment is asked for, below zero of the community's own. `post`: under which it
    stands; `silence`: whether people are invited there, `invites` whether there is room for one more, `held` whether an
    answer waits."""

    touches = (("comment", "comment"), ("replies_to", "comment"), ("post", "post"))
    comment: int
    author: int = 0
    post: int = 0
    replies_to: int = 0
    invites: bool = False
    held: bool = False
    silence: bool = False


@dataclass(frozen=True, slots=True)
class OfCard:
    """The comment that the message of a card came from. `agreed`: hashes of the texts by which its author agreed to
    publication (R9)."""

    comment: Comment
    agreed: frozenset[str] = frozenset()

    @property
    def number(self) -> int:
        """The comment's number."""
        return self.comment.id


@dataclass(frozen=True, slots=True)
class CardAsked(Question[OfCard]):
    """By the bot's message in a chat that was replied to."""

    touches = (("number", "comment"),)
    peer: int
    cmid: int


@dataclass(frozen=True, slots=True)
class PublicAsked(Question[Comment]):
    """The comment about which this message was sent."""

    code: str


@dataclass(frozen=True, slots=True)
class RecentAsked(Question[Sequence[Mapping[str, Any]]]):
    """The newest comment of this author about this topic from which nobody has come: `comment`, `post`, `at`."""

    author: int
    topic: str
