"""What was said under comments of a resident, and in chats about them: its rows go with him, for a cause names his
comment. What stands under a post only a person deletes, and is asked to (R14). It decides nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, bindparam, select

from states.cause import bounds, parse
from states.effects import StartTimer
from states.people.comments import ANSWERS_LEFT, WALLS, post_of, wall_peer
from storage.db.columns import in_community
from storage.db.schema import comment, outbox
from storage.db.transaction import Transaction
from storage.inbox import timers
from storage.outbox.enqueue import OutboxState

_THEIRS = select(comment.c.comment).where(in_community(comment), comment.c.author == bindparam("who", type_=BigInteger))


async def rows_about(tx: Transaction, resident: int, columns: Sequence[ColumnElement[Any]]) -> list[Any]:
    """The rows of the outbox whose cause names one of the resident's comments, with these columns."""
    numbers = {str(row["comment"]) for row in await tx.rows(_THEIRS, {"who": resident})}
    first, end = bounds(tx.community, "comment")
    theirs = in_community(outbox), outbox.c.cause >= first, outbox.c.cause < end
    said = await tx.rows(select(*columns).where(*theirs)) if numbers else []
    return [row for row in said if parse(row["cause"]).origin.partition(".")[0] in numbers]


async def ask_to_delete(tx: Transaction, rows: Iterable[Any], now: datetime) -> list[str]:
    """Asks officials to delete our answers under posts, one line for a post. Returns where those stand that were
    sent."""
    by_post: dict[int, list[str]] = defaultdict(list)
    for row in rows:
        if row["peer"] in WALLS and row["state"] == OutboxState.SENT and row["cmid"]:
            by_post[post_of(row["peer"])].append(str(row["cmid"]))
    asked = [StartTimer(ANSWERS_LEFT, ",".join(sent), wall_peer(post), now) for post, sent in by_post.items()]
    await timers.change(tx, asked)
    return [f"wall-{tx.community}_{post}?reply={number}" for post, sent in by_post.items() for number in sent]
