"""The registry of communities: whose messages this database takes beside those of its home community.

Its functions name the community themselves, for they run in a transaction of the home or of none. It must never give a
token to anybody but the process that runs the community: the token stays sealed with that community's own key (T14).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, bindparam, case, func, select, update

from storage.db.keyring import COMMUNITY_KEY, COMMUNITY_TOKEN, key_of
from storage.db.schema import community
from storage.db.transaction import Transaction
from storage.db.upsert import storable, upsert


class CommunityState(StrEnum):
    """Stored as these words."""

    ACTIVE = "active"
    PAUSED = "paused"
    REFUSED = "refused"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Operator:
    """Who answers for the personal data of a page; empty where it is the one of the settings."""

    name: str = ""
    address: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class RegisteredCommunity:
    """`id` is VK's number of the group. `code`: for what VK refused it, 0 in any other state. `comments`: as in
    BOT_COMMENTS where less is done there than at the home, else empty."""

    id: int
    name: str
    added_at: datetime
    state: CommunityState = CommunityState.ACTIVE
    code: int = 0
    operator: Operator = Operator()
    door: str = ""
    added_by: int = 0
    comments: str = ""


NO_WORKER = -2
"""Not even that of a community that nobody runs (shares.py)."""
Stamp = tuple[int, datetime | None, int]

_ALL = select(community).order_by(community.c.community_id)
_ONE = select(community).where(community.c.community_id == bindparam("of", type_=BigInteger))
_ACTIVE = _ALL.where(community.c.state == CommunityState.ACTIVE.value)
_OF_WORKER = _ACTIVE.where(community.c.worker == bindparam("by"))
_SINCE = select(community.c.community_id, community.c.changed_at)
_NUMBERS = select(community.c.state, func.count().label("many")).group_by(community.c.state)
_MINE = case((community.c.worker == bindparam("by"), community.c.community_id), else_=0)
_STAMP = select(func.count().label("many"), func.max(community.c.changed_at).label("at"), func.sum(_MINE).label("mine"))
_MOVE = (
    update(community)
    .where(community.c.community_id == bindparam("of", type_=BigInteger))
    .values(state=bindparam("to"), code=bindparam("why"), changed_at=bindparam("at", type_=community.c.changed_at.type))
)
_FORGET = _MOVE.values(token="")
_SET_COMMENTS = (
    update(community)
    .where(community.c.community_id == bindparam("of", type_=BigInteger))
    .values(comments=bindparam("how"), changed_at=bindparam("at", type_=community.c.changed_at.type))
)


async def keep(tx: Transaction, a_community: RegisteredCommunity, token: str, now: datetime) -> None:
    """A new community, or one that comes back with another token."""
    await upsert(tx, community, [await row_of(tx, a_community, token, now)])


async def row_of(tx: Transaction, a_community: RegisteredCommunity, token: str, now: datetime) -> dict[str, Any]:
    """The columns of a community: the token only sealed."""
    keys = tx.keys.ring.view(a_community.id)
    (sealed,) = await keys.seal(COMMUNITY_TOKEN, [(COMMUNITY_KEY, str(a_community.id), token)])
    said = {
        "name": a_community.name,
        "door": a_community.door,
        **{f"operator_{n}": getattr(a_community.operator, n) for n in OPERATOR},
    }
    return {
        "community_id": a_community.id,
        **{name: storable(text) for name, text in said.items()},
        "token": sealed,
        "state": a_community.state.value,
        "code": a_community.code,
        "added_by": a_community.added_by,
        "comments": a_community.comments,
        "added_at": a_community.added_at,
        "changed_at": now,
    }


OPERATOR = ("name", "address", "email")


def _community(row: Any) -> RegisteredCommunity:
    """The registered community from its row, without its token."""
    operator = Operator(*(row[f"operator_{name}"] for name in OPERATOR))
    names = ("name", "added_at", "code", "door", "added_by", "comments")
    return RegisteredCommunity(
        row["community_id"],
        state=CommunityState(row["state"]),
        operator=operator,
        **{name: row[name] for name in names},
    )


async def everything(tx: Transaction) -> list[RegisteredCommunity]:
    """All registered communities in any state, without their tokens."""
    return [_community(row) for row in await tx.rows(_ALL)]


async def since(tx: Transaction) -> dict[int, datetime]:
    """By community, since when it is in its state."""
    return {row["community_id"]: row["changed_at"] for row in await tx.rows(_SINCE)}


async def of_id(tx: Transaction, id: int) -> RegisteredCommunity | None:
    """The community with this id in VK; None where it is not in the registry."""
    row = await tx.row(_ONE, {"of": id})
    return None if row is None else _community(row)


async def active(tx: Transaction, worker: int | None = None) -> list[tuple[RegisteredCommunity, str]]:
    """The communities to be run, by this worker where there are several, each with its token; an empty one cannot be
    opened any more."""
    rows = await (tx.rows(_ACTIVE) if worker is None else tx.rows(_OF_WORKER, {"by": worker}))
    await tx.keys.ring.open_keys({key for row in rows if (key := key_of(row["token"])) is not None})  # all keys at once
    return [(_community(row), await _token(tx, row)) for row in rows]


async def _token(tx: Transaction, row: Any) -> str:
    """The opened token of the community; "" where its key is gone."""
    of = row["community_id"]
    (token,) = await tx.keys.ring.view(of).unseal(COMMUNITY_TOKEN, [(str(of), row["token"])])
    return token or ""


async def move(tx: Transaction, id: int, to: CommunityState, now: datetime, code: int = 0) -> None:
    """Another state. The token of one that is removed is destroyed."""
    statement = _FORGET if to is CommunityState.REMOVED else _MOVE
    await tx.execute(statement, {"of": id, "to": to.value, "why": code, "at": now})


async def set_comments(tx: Transaction, id: int, comments: str, now: datetime) -> None:
    """Keeps what a community does with comments («off», «watch», "" as at home): whoever runs it notices."""
    await tx.execute(_SET_COMMENTS, {"of": id, "how": comments, "at": now})


async def numbers(tx: Transaction) -> dict[str, int]:
    """How many there are in each state."""
    found = {row["state"]: row["many"] for row in await tx.rows(_NUMBERS)}
    return {state.value: found.get(state.value, 0) for state in CommunityState}


async def stamp(tx: Transaction, worker: int | None = None) -> Stamp:
    """Another one after each change, so that other processes of a shared database notice it; of a worker, also after
    its share has become another: it only takes or only gives at a time."""
    row = await tx.row(_STAMP, {"by": NO_WORKER if worker is None else worker})
    assert row is not None, "a count is always there"
    return row["many"], row["at"], int(row["mine"] or 0)
