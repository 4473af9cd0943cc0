"""Rows of comments under posts: whose, where, when and marks (R7). It decides nothing about them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, and_, bindparam, func, select, update

from states.lifecycle.digest import Count
from states.people.comments import ASKS, Comment, CommentKind, Marks, Silence, WallPost
from storage.db.columns import in_community
from storage.db.schema import Moment, comment, one_of, wall_post
from storage.db.transaction import Transaction
from storage.db.upsert import insert_missing, upsert

# Locked on PostgreSQL, in one order: whoever decides about a comment keeps the whole row, and another worker's word
# about it would be lost.
_THESE = (
    select(comment)
    .where(in_community(comment), comment.c.comment.in_(bindparam("numbers", expanding=True)))
    .order_by(comment.c.comment)
    .with_for_update()
)
_its = comment.alias("its")
# By their numbers, which stand in the index of posts: else SQLite would read every comment of the community by its key.
_UNDER = select(comment).where(
    in_community(comment),
    comment.c.comment.in_(
        select(_its.c.comment).where(in_community(_its), _its.c.post == bindparam("post", type_=BigInteger))
    ),
)
_POST = select(wall_post).where(in_community(wall_post), wall_post.c.post == bindparam("post", type_=BigInteger))
_NAMES = tuple(field.name for field in fields(Comment) if field.name not in ("id", "marks"))
_OF_POST = ("at", "told_at", "silence", "muted_by")
_TELL = (
    update(wall_post)
    .where(
        in_community(wall_post), wall_post.c.post == bindparam("number", type_=BigInteger), wall_post.c.muted_by == 0
    )
    .values(at=bindparam("written"), told_at=bindparam("heard"), silence=bindparam("why"))
)


WAITS = and_(
    comment.c.gone.is_(False),
    one_of(comment.c.said, [said.value for said in ASKS]),
    *(comment.c[name].is_(None) for name in ("answered_at", "public_at", "came_at", "dropped_at")),
)
"""Nobody has answered, neither there nor in the dialogue."""
_UNANSWERED = select(func.count().label("count"), func.min(comment.c.at).label("oldest")).where(
    in_community(comment), comment.c.at >= bindparam("since", type_=Moment), WAITS
)


_OF_APPEAL = (
    select(comment)
    .where(in_community(comment), comment.c.appeal == bindparam("code"), comment.c.came_at.is_not(None))
    .order_by(comment.c.comment)
    .limit(1)
)


async def keep(tx: Transaction, changed: Sequence[Comment]) -> None:
    """Stores comments as decided; of the same comment the last counts."""
    last = {a_comment.id: a_comment for a_comment in changed}
    await upsert(tx, comment, [_row(a_comment) for _, a_comment in sorted(last.items())])


async def these(tx: Transaction, numbers: Iterable[int]) -> dict[int, Comment]:
    """The stored comments with these numbers, by number."""
    rows = await tx.rows(_THESE, {"numbers": sorted(set(numbers))})
    return {row["comment"]: comment_of(row) for row in rows}


async def count_unanswered(tx: Transaction, since: datetime) -> Count:
    """How many comments since then wait for an answer, and when the oldest of them was written."""
    row = await tx.row(_UNANSWERED, {"since": since})
    return Count(row["count"], row["oldest"]) if row is not None else Count()


async def of_appeal(tx: Transaction, code: str) -> Comment | None:
    """The comment about which this message was sent."""
    row = await tx.row(_OF_APPEAL, {"code": code})
    return comment_of(row) if row is not None else None


async def under(tx: Transaction, post: int) -> list[Comment]:
    """All stored comments under a post."""
    return [comment_of(row) for row in await tx.rows(_UNDER, {"post": post})]


async def keep_posts(tx: Transaction, told: Sequence[WallPost]) -> None:
    """What a person has said of one, in a batch before or by another worker, is not written over by its words."""
    by_hand = {post.id: post for post in told if post.muted_by}
    by_words = {post.id: post for post in told if post.id not in by_hand}
    await upsert(tx, wall_post, [_row_of_post(post) for _, post in sorted(by_hand.items())])
    rows = [_row_of_post(post) for _, post in sorted(by_words.items())]
    named = (("number", "post"), ("written", "at"), ("heard", "told_at"), ("why", "silence"))
    await tx.execute_many(_TELL, [{name: row[column] for name, column in named} for row in rows])
    await insert_missing(tx, wall_post, rows)


def _row_of_post(post: WallPost) -> dict[str, Any]:
    return {"post": post.id, **{name: getattr(post, name) for name in _OF_POST}}


async def post_of(tx: Transaction, number: int) -> WallPost | None:
    """What is kept of this post; None where nothing is."""
    row = await tx.row(_POST, {"post": number})
    if row is None:
        return None
    return WallPost(row["post"], row["at"], row["told_at"], Silence(row["silence"]), row["muted_by"])


def _row(a_comment: Comment) -> dict[str, Any]:
    """The columns of a comment."""
    marks = {
        "said": a_comment.marks.said.value,
        "topic": a_comment.marks.topic,
        "place": a_comment.marks.place,
        "files": a_comment.marks.files,
    }
    return {"comment": a_comment.id, **{name: getattr(a_comment, name) for name in _NAMES}, **marks}


def comment_of(row: Any) -> Comment:
    """The comment that this row holds."""
    marks = Marks(CommentKind(row["said"]), row["topic"], row["place"], row["files"])
    return Comment(row["comment"], **{name: row[name] for name in _NAMES}, marks=marks)
