"""In which communities of the registry an upkeep job has something to do.

They give numbers of communities, never a row of one.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, bindparam, exists, or_, select

from storage.db.schema import Moment, appeal, community, dialogue, erasure, meta
from storage.db.transaction import Transaction
from storage.privacy import retention
from storage.records import communities
from storage.records.communities import Operator

_OURS = community.c.community_id
_IDS = select(_OURS).order_by(_OURS)
_WITH_APPEALS = _IDS.where(exists().where(appeal.c.community_id == _OURS))
_TO_ERASE = _IDS.where(
    exists().where(
        erasure.c.community_id == _OURS,
        or_(
            erasure.c.erased_at.is_(None) & (erasure.c.asked_at <= bindparam("asked", type_=Moment)),
            erasure.c.erased_at.is_not(None) & erasure.c.done_at.is_(None),
            erasure.c.erased_at >= bindparam("fresh", type_=Moment),  # what it left in VK may be deleted there
        ),
    )
)
_RAN = select(meta.c.community_id, meta.c.value).where(meta.c.name == retention.RAN)
_WHO = bindparam("who", type_=BigInteger)
_KNOWN = [  # who has agreed has a dialogue, and messages outlive it; neither is left after an erasure
    (dialogue.c.community_id, dialogue.c.resident),
    (appeal.c.community_id, appeal.c.resident),
]
_KNOWN_IN = _IDS.where(or_(*(exists().where(of == _OURS, who == _WHO) for of, who in _KNOWN)))
_KNOWN_AT = select(*(exists().where(of == bindparam("home"), who == _WHO).label(who.table.name) for of, who in _KNOWN))


async def with_appeals(tx: Transaction) -> list[int]:
    """The communities of the registry that have an appeal, by their numbers."""
    return [row["community_id"] for row in await tx.rows(_WITH_APPEALS)]


async def of_same_operator(tx: Transaction, home: int, asked_in: int, resident: int) -> list[int]:
    """The other communities that hold something of this resident for the operator of the one where he asked. The home
    is the settings' operator's, as each page without one of its own."""
    operators = {community.id: community.operator for community in await communities.everything(tx)} | {
        home: Operator()
    }
    known = [row["community_id"] for row in await tx.rows(_KNOWN_IN, {"who": resident})]
    at_home = await tx.row(_KNOWN_AT, {"home": home, "who": resident})
    known += [home] if at_home is not None and any(at_home.values()) else []
    same = operators.get(asked_in, Operator())
    return sorted(community for community in set(known) if community != asked_in and operators[community] == same)


async def to_erase(tx: Transaction, asked_before: datetime, fresh_since: datetime) -> list[int]:
    """The communities in which a person waits to be forgotten, or was lately."""
    found = await tx.rows(_TO_ERASE, {"asked": asked_before, "fresh": fresh_since})
    return [row["community_id"] for row in found]


async def to_retain(tx: Transaction, ran_before: datetime, now: datetime) -> list[int]:
    """The communities in which the daily job has not run since then; a time ahead of now is that of a wrong clock
    (F23)."""
    ran = {row["community_id"]: datetime.fromisoformat(row["value"]) for row in await tx.rows(_RAN)}
    every = [row["community_id"] for row in await tx.rows(_IDS)]
    return [community for community in every if community not in ran or not ran_before < ran[community] <= now]
