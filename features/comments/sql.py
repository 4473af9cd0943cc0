"""What is known of a comment and of its author, in the transaction that decides, and what the panel lists. It must
never read a word of a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import BigInteger, ColumnElement, RowMapping, and_, bindparam, case, func, or_, select, union_all

from features.comments.handlers import ANSWER, INVITE
from features.comments.model.asked import CardAsked, CommentAsked, CommentFacts, OfCard, Room
from features.comments.model.listed import CommentFilter, Leaving, Open, View
from states.cause import parse
from states.effects import Send
from states.lifecycle.appeal import Action
from states.messages import is_person
from states.people.comments import ASKS, Comment, CommentKind, wall_peer
from storage.db import schema
from storage.db.columns import in_community
from storage.db.schema import comment, community, consent, history, official, one_of, outbox, timer, viewer
from storage.db.transaction import Transaction
from storage.outbox.sealed_rows import open_rows
from storage.records import appeals, comments
from storage.records.communities import CommunityState
from storage.unit_of_work.facts_people import publishing

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


RECENT = (
    select(comment.c.comment, comment.c.post, comment.c.at)
    .where(
        in_community(comment),
        comment.c.author == _WHO,
        comment.c.topic == bindparam("about"),
        comment.c.gone.is_(False),
        comment.c.came_at.is_(None),
    )
    .order_by(comment.c.at.desc())
    .limit(1)
)
"""Answers `RecentAsked`; no function of its own, for it is asked at every «Отправить»."""


async def load_known(tx: Transaction, asked: CommentAsked) -> CommentFacts:
    """What a decision may know of the comment; locks the rows of it and of the comment that it answers."""
    found = await comments.these(tx, [asked.comment, asked.replies_to])
    comment = found.get(asked.comment)
    post = await comments.post_of(tx, asked.post) if asked.silence else None
    room = await load_room(tx, asked, comment) if asked.invites else Room()
    held = await held_answer(tx, comment) if asked.held and comment is not None else ""
    known = CommentFacts(comment, held=held, replied=found.get(asked.replies_to), post=post, room=room)
    if asked.author < 0:
        return replace(known, own=await is_own(tx, asked))
    if not is_person(asked.author):
        return known
    ours = await tx.row(_OF_THE_REGION, {"who": asked.author}) is not None
    return replace(known, official=ours, forgotten_at=await tx.keys.forgotten_at(asked.author))


# In no order: asked for one, SQLite would read all consents in it rather than sort a few.
_CONSENTS = select(consent.c.id, consent.c.text_hash, consent.c.given).where(
    in_community(consent), consent.c.resident == _WHO
)


async def load_card(tx: Transaction, asked: CardAsked) -> OfCard | None:
    """The comment that the message behind a card came from, locked, and to which texts of consent its author agrees
    now; None where it came from none."""
    found = await appeals.appeals_of_messages(tx, [(asked.peer, asked.cmid)])
    known = await comments.of_appeal(tx, found.get((asked.peer, asked.cmid), ""))
    if known is None:
        return None
    comment = (await comments.these(tx, [known.id]))[known.id]  # locked
    rows = await tx.rows(_CONSENTS, {"who": comment.author})
    last = {row["text_hash"]: row["given"] for row in sorted(rows, key=lambda row: int(row["id"]))}
    return OfCard(comment, frozenset(text for text, given in last.items() if given))


async def is_own(tx: Transaction, asked: CommentAsked) -> bool:
    """Whether the bot has said it: VK tells of it perhaps before it answers."""
    peer = wall_peer(asked.post)
    if await tx.row(_NUMBERED.limit(1), {"wall": peer, "number": asked.comment}) is not None:
        return True
    flying = await tx.rows(_FLYING, {"wall": peer})
    return any(parse(row["cause"]).origin.startswith(f"{asked.replies_to}.") for row in flying)


async def held_answer(tx: Transaction, comment: Comment) -> str:
    """The cause of an official's answer under the comment that nobody has tried to send yet; "" where there is none.
    Locks it."""
    rows = await tx.rows(_DUE, {"wall": wall_peer(comment.post)})
    answers = (row["cause"] for row in rows if parse(row["cause"]).origin.startswith(f"{comment.id}.{ANSWER}."))
    return next(answers, "")


async def load_room(tx: Transaction, asked: CommentAsked, comment: Comment | None) -> Room:
    """How many wait under the post and whom the bot invited there; without a comment only how many wait."""
    planned = await tx.row(_PLANNED, {"wall": wall_peer(asked.post)})
    number = int(planned["number"]) if planned is not None else 0
    if comment is None:
        return Room(number)
    return room_of(comment, number, await tx.rows(_INVITED, {"post": asked.post}))


def room_of(comment: Comment, planned: int, invited: Sequence[RowMapping]) -> Room:
    """Room for this comment by the invitations under its post; a wording counts as used only within the same thread."""
    thread = comment.top or comment.id
    recent = sorted((row["invited_at"] for row in invited), reverse=True)[:MOST_PER_MINUTE]
    said = frozenset(row["wording"] for row in invited if (row["top"] or row["comment"]) == thread)
    return Room(planned, tuple(recent), any(row["author"] == comment.author for row in invited), said)


# What the panel lists.

MOST_COUNTED, MOST_ANYWHERE = 10_000, 50_000
"""Comments that are counted: a region has some thousands in a month."""
_VIEWS: dict[View, ColumnElement[bool]] = {
    View.WAITING: comments.WAITS,
    View.DANGER: comment.c.said == CommentKind.DANGER.value,
    View.INVITED: and_(comment.c.invited_at.is_not(None), comment.c.came_at.is_(None)),
    View.CAME: comment.c.came_at.is_not(None),
    View.ANSWERED: or_(comment.c.answered_at.is_not(None), comment.c.public_at.is_not(None)),
    View.DROPPED: comment.c.dropped_at.is_not(None),
    View.ALL: comment.c.author > 0,
}
_OURS = and_(in_community(comment), comment.c.gone.is_(False))
_SUMS = [func.sum(case((found, 1), else_=0)).label(view.value) for view, found in _VIEWS.items()]
_COUNTS = select(*_SUMS).where(_OURS)
_WAITING = select(comment.c.at).where(_OURS, comments.WAITS).order_by(comment.c.at).limit(MOST_COUNTED)
_ASKED = (
    select(comment)
    .where(
        _OURS,
        comment.c.at >= bindparam("since", type_=schema.Moment),
        one_of(comment.c.said, [said.value for said in ASKS]),
    )
    .limit(MOST_COUNTED)
)
_WAITING_UNDER = select(func.count().label("number")).where(
    _OURS, comments.WAITS, comment.c.post == bindparam("post", type_=BigInteger)
)
_PLANNED_AT = select(timer.c.key, timer.c.at).where(
    in_community(timer), timer.c.name == INVITE, timer.c.key.in_(bindparam("keys", expanding=True))
)
_TOLD = select(func.max(history.c.at).label("at")).where(
    in_community(history), history.c.code == bindparam("code"), history.c.action == Action.ANSWER.value
)
_LEAVING = select(outbox).where(
    in_community(outbox),
    outbox.c.peer == bindparam("wall", type_=BigInteger),
    one_of(outbox.c.state, (*schema.DUE, *schema.FLYING)),
)


def conditions(wanted: CommentFilter) -> ColumnElement[bool]:
    """The condition of the list that a filter asks for."""
    found = [_OURS, _VIEWS[wanted.view]]
    found += [comment.c.post == wanted.post] if wanted.post else []
    found += [comment.c.topic == wanted.topic] if wanted.topic else []
    found += [comment.c.place == wanted.place] if wanted.place else []
    return and_(*found)


async def page(tx: Transaction, wanted: CommentFilter, most: int) -> tuple[list[Comment], int]:
    """One page of comments, danger first; of what waits the oldest first, of all else the newest. And how many there
    are."""
    asked = conditions(wanted)
    count = await tx.row(select(func.count().label("number")).select_from(comment).where(asked))
    danger = case((comment.c.said == CommentKind.DANGER.value, 0), else_=1)
    order = (danger, comment.c.at) if wanted.view is View.WAITING else (comment.c.at.desc(),)
    rows = await tx.rows(
        select(comment).where(asked).order_by(*order, comment.c.comment).limit(most).offset(wanted.start)
    )
    return [comments.comment_of(row) for row in rows], int(count["number"]) if count is not None else 0


async def counts(tx: Transaction) -> dict[View, int]:
    """By view, how many comments it lists."""
    row = await tx.row(_COUNTS)
    return {view: int(row[view.value] or 0) if row is not None else 0 for view in View}


async def asked_since(tx: Transaction, since: datetime) -> list[Comment]:
    """What somebody waited for an answer to."""
    return [comments.comment_of(row) for row in await tx.rows(_ASKED, {"since": since})]


async def waiting(tx: Transaction) -> list[datetime]:
    """The moments since when each waiting comment has waited, the oldest first."""
    return [row["at"] for row in await tx.rows(_WAITING)]


async def planned_invitations(tx: Transaction, numbers: Sequence[int]) -> dict[int, datetime]:
    """By comment, the moment at which its author is invited."""
    return {
        int(row["key"]): row["at"] for row in await tx.rows(_PLANNED_AT, {"keys": [str(number) for number in numbers]})
    }


async def load_opened(tx: Transaction, number: int, publish: str) -> Open | None:
    """What is known of the chosen comment; None where it is not there. `publish`: the hash of the consent to
    publish."""
    found = await tx.row(select(comment).where(_OURS, comment.c.comment == number))
    if found is None:
        return None
    known = comments.comment_of(found)
    waits = await tx.row(_WAITING_UNDER, {"post": known.post})
    return Open(
        known,
        await comments.post_of(tx, known.post),
        await leaving(tx, known),
        (await planned_invitations(tx, [number])).get(number),
        int(waits["number"]) if waits is not None else 0,
        bool(known.appeal and await publishing(tx, [known.author], publish)),
        told["at"] if known.appeal and (told := await tx.row(_TOLD, {"code": known.appeal})) is not None else None,
    )


async def leaving(tx: Transaction, known: Comment) -> Leaving | None:
    """An official's answer on its way to this comment."""
    rows = await tx.rows(_LEAVING, {"wall": wall_peer(known.post)})
    own = [row for row in rows if parse(row["cause"]).origin.startswith(f"{known.id}.{ANSWER}.")]
    for id, body in (await open_rows(tx, own)).items():
        row = next(row for row in own if row["id"] == id)
        if isinstance(body.effect, Send):
            return Leaving(body.effect.text, row["not_before"], row["state"] in schema.DUE and not row["looks"])
    return None


# --- all communities of the registry, for the panel of the home: whoever sees the home's sees these


_ASKED_ANYWHERE = (
    select(comment)
    .where(
        comment.c.gone.is_(False),
        comment.c.at >= bindparam("since", type_=schema.Moment),
        one_of(comment.c.said, [said.value for said in ASKS]),
    )
    .limit(MOST_ANYWHERE)
)
_WAITING_ANYWHERE = (
    select(comment.c.community_id, comment.c.at)
    .where(comment.c.gone.is_(False), comments.WAITS)
    .order_by(comment.c.at)
    .limit(MOST_ANYWHERE)
)
_REGISTERED_BESIDE = (
    select(community.c.community_id)
    .where(
        community.c.community_id != bindparam("home", type_=BigInteger),
        community.c.state != CommunityState.REMOVED.value,
    )
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Everywhere:
    """By community: since when each waiting comment has waited, the oldest first; and what was asked there lately."""

    waiting: dict[int, list[datetime]]
    asked: dict[int, list[Comment]]


async def of_every_community(tx: Transaction, since: datetime) -> Everywhere:
    """What waits in each community, and what was asked there since. It reads across communities: marks only."""
    waiting, asked = defaultdict(list), defaultdict(list)
    for row in await tx.rows(_WAITING_ANYWHERE):
        waiting[row["community_id"]].append(row["at"])
    for row in await tx.rows(_ASKED_ANYWHERE, {"since": since}):
        asked[row["community_id"]].append(comments.comment_of(row))
    return Everywhere(waiting, asked)


async def has_others(tx: Transaction, home: int) -> bool:
    """Whether the registry has a community beside the home."""
    return await tx.row(_REGISTERED_BESIDE, {"home": home}) is not None
