"""What is known of a comment and of its author, in the transaction that decides. It must never read a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import BigInteger, RowMapping, bindparam, func, select, union_all

from features.comments.handlers import ANSWER, INVITE
from features.comments.model.asked import CommentAsked, Known, Room
from states.cause import parse
from states.messages import is_person
from states.people.comments import Comment, wall_peer
from storage.db import schema
from storage.db.columns import in_community
from storage.db.schema import comment, official, one_of, outbox, timer, viewer
from storage.db.transaction import Transaction
from storage.records import comments

MOST_PER_MINUTE = 60
_WHO = bindparam("who", type_=BigInteger)
_OF_THE_REGION = union_all(
    select(official.c.user_id).where(in_community(official), official.c.user_id == _WHO),
    select(viewer.c.user_id).where(in_community(viewer), viewer.c.user_id == _WHO),
).limit(1)


_UNDER = select(outbox.c.cause, outbox.c.cmid).where(
    in_community(outbox), outbox.c.peer == bindparam("wall", type_=BigInteger)
)
_FLYING = _UNDER.where(one_of(outbox.c.state, schema.FLYING))
_NUMBERED = _UNDER.where(outbox.c.cmid == bindparam("number", type_=BigInteger))
# Locked on PostgreSQL: it must not begin to leave before it is taken back. Tried and looked for, it may be under way.
_DUE = _UNDER.where(one_of(outbox.c.state, schema.DUE), outbox.c.looks == 0).with_for_update()
_INVITED = select(comment.c.author, comment.c.comment, comment.c.top, comment.c.wording, comment.c.invited_at).where(
    in_community(comment),
    comment.c.post == bindparam("post", type_=BigInteger),
    comment.c.invited_at.is_not(None),
)
_PLANNED = select(func.count().label("number")).where(
    in_community(timer), timer.c.name == INVITE, timer.c.peer == bindparam("wall", type_=BigInteger)
)


async def load_known(tx: Transaction, asked: CommentAsked) -> Known:
    found = await comments.these(tx, [asked.comment, asked.replies_to])
    comment = found.get(asked.comment)
    post = await comments.post_of(tx, asked.post) if asked.silence else None
    room = await load_room(tx, asked, comment) if asked.invites else Room()
    held = await held_answer(tx, comment) if asked.held and comment is not None else ""
    known = Known(comment, held=held, replied=found.get(asked.replies_to), post=post, room=room)
    if asked.author < 0:
        return replace(known, own=await is_own(tx, asked))
    if not is_person(asked.author):
        return known
    ours = await tx.row(_OF_THE_REGION, {"who": asked.author}) is not None
    return replace(known, official=ours, forgotten_at=await tx.keys.forgotten_at(asked.author))


async def is_own(tx: Transaction, asked: CommentAsked) -> bool:
    """Whether the bot has said it: VK tells of it perhaps before it answers."""
    peer = wall_peer(asked.post)
    if await tx.row(_NUMBERED.limit(1), {"wall": peer, "number": asked.comment}) is not None:
        return True
    flying = await tx.rows(_FLYING, {"wall": peer})
    return any(parse(row["cause"]).origin.startswith(f"{asked.replies_to}.") for row in flying)


async def held_answer(tx: Transaction, comment: Comment) -> str:
    rows = await tx.rows(_DUE, {"wall": wall_peer(comment.post)})
    answers = (row["cause"] for row in rows if parse(row["cause"]).origin.startswith(f"{comment.id}.{ANSWER}."))
    return next(answers, "")


async def load_room(tx: Transaction, asked: CommentAsked, comment: Comment | None) -> Room:
    planned = await tx.row(_PLANNED, {"wall": wall_peer(asked.post)})
    number = int(planned["number"]) if planned is not None else 0
    if comment is None:
        return Room(number)
    return room_of(comment, number, await tx.rows(_INVITED, {"post": asked.post}))


def room_of(comment: Comment, planned: int, invited: Sequence[RowMapping]) -> Room:
    thread = comment.top or comment.id
    recent = sorted((row["invited_at"] for row in invited), reverse=True)[:MOST_PER_MINUTE]
    said = frozenset(row["wording"] for row in invited if (row["top"] or row["comment"]) == thread)
    return Room(planned, tuple(recent), any(row["author"] == comment.author for row in invited), said)
