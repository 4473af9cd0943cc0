"""Proposals about routes that somebody put aside, «Оставить как есть», one for a topic and a place. It must never say
whether one is shown again (states/statistics/route_history.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, delete, select

from states.statistics.route_history import Proposal
from storage.db.columns import in_community
from storage.db.schema import route_aside
from storage.db.transaction import Transaction
from storage.db.upsert import upsert

_ALL = select(route_aside).where(in_community(route_aside)).order_by(route_aside.c.at.desc(), route_aside.c.topic)
_REMOVE = delete(route_aside).where(
    in_community(route_aside),
    route_aside.c.topic == bindparam("about"),
    route_aside.c.place == bindparam("where"),
)
_NAMES = ("topic", "place", "agency", "named", "many", "whole")


@dataclass(frozen=True, slots=True)
class Aside:
    """What was proposed when somebody put it aside. `by` is a VK id."""

    proposal: Proposal
    by: int
    at: datetime


async def everything(tx: Transaction) -> list[Aside]:
    """All proposals that were put aside, the newest first."""
    rows = await tx.rows(_ALL)
    return [Aside(Proposal(**{name: row[name] for name in _NAMES}), row["by_id"], row["at"]) for row in rows]


async def keep(tx: Transaction, proposal: Proposal, by: int, now: datetime) -> None:
    """Stores a proposal as put aside, in place of the one of this topic and place before."""
    await upsert(tx, route_aside, [{**{name: getattr(proposal, name) for name in _NAMES}, "by_id": by, "at": now}])


async def remove(tx: Transaction, topic: str, place: str) -> bool:
    """Whether there was one."""
    return await tx.execute(_REMOVE, {"about": topic, "where": place}) > 0
