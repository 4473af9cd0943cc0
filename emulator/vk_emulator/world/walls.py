"""What stands on a wall: posts, comments under them, answers in their threads. Plain data and how it is found; it must
never know who may do what, nor how VK words an answer. Posts and comments of a wall share one row of numbers, as in VK.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from vk_emulator.world.records import Account, Attachment


@dataclass(slots=True, eq=False)
class Comment:
    """A comment under a post or in a thread; a deleted one stays for its number."""

    id: int
    author: Account
    date: int
    text: str
    attachments: list[Attachment] = field(default_factory=list)
    answers: int = 0  # the comment that it answers, 0 for one under the post itself
    top: int = 0  # the comment under the post in whose thread it stands, 0 for one that stands there itself
    deleted: bool = False
    deleted_by: Account = 0
    likes: set[Account] = field(default_factory=set)
    posted: float = 0.0
    writer: Account = 0  # the person behind a community's words


@dataclass(slots=True, eq=False)
class Post:
    """A post with all its comments, those of threads too, by number."""

    id: int
    owner: Account
    author: Account
    date: int
    text: str
    attachments: list[Attachment] = field(default_factory=list)
    closed: bool = False  # nobody may comment any more
    likes: set[Account] = field(default_factory=set)
    comments: dict[int, Comment] = field(default_factory=dict)
    posted: float = 0.0

    def level(self, top: int = 0) -> list[Comment]:
        """The comments under the post, or those in the thread of one; a deleted one stays while an answer to it
        stands."""
        return [
            comment
            for comment in self.comments.values()
            if comment.top == top and (not comment.deleted or self.alive_below(comment))
        ]

    def alive_below(self, comment: Comment) -> bool:
        """Whether an answer in the thread of this comment is not deleted."""
        return any(reply.top == comment.id and not reply.deleted for reply in self.comments.values())

    def count(self) -> int:
        """How many comments stand under the post, without deleted ones."""
        return sum(not comment.deleted for comment in self.comments.values())


@dataclass(slots=True, eq=False)
class Wall:
    """The posts of one owner, a community (below zero) or a person."""

    owner: Account
    posts: dict[int, Post] = field(default_factory=dict)
    next_id: int = 1
    by_guid: dict[tuple[Account, str], int] = field(default_factory=dict)  # who wrote with which guid -> its number
    lately: dict[tuple[Account, int], list[float]] = field(default_factory=dict)  # who commented where, and when

    def number(self) -> int:
        """Takes the next free number of a post or a comment."""
        self.next_id += 1
        return self.next_id - 1

    def newest_first(self) -> list[Post]:
        """The posts, the newest first."""
        return sorted(self.posts.values(), key=lambda post: (post.date, post.id), reverse=True)

    def find_comment(self, comment: int) -> tuple[Post, Comment] | None:
        """A comment and its post; numbers are one row, so nothing else is needed."""
        return next(((post, post.comments[comment]) for post in self.posts.values() if comment in post.comments), None)
