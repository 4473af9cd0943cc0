"""Unlinks an erased appeal from appeals of others; an incident whose lead is erased gets a new lead.

Nobody may be left waiting for an answer that no agency will give (R32, R33).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, literal_column, select, update

from states.events import RoutesChanged
from states.lifecycle.appeal import Action, Appeal, History, Status, move
from storage.db.columns import in_community
from storage.db.schema import appeal, history
from storage.db.transaction import Transaction
from storage.inbox.inbox import enqueue_internal
from storage.records.appeals import keep_appeals, lines_of, open_rows

# Two searches by their own indexes, each in the words of its index.
_NAMING = tuple(
    select(appeal.c.code, appeal.c.body).where(
        in_community(appeal),
        column.in_(bindparam("codes", expanding=True)),
        column != literal_column("''"),
    )
    for column in (appeal.c.incident, appeal.c.repeat_of)
)


async def unlink_erased(tx: Transaction, codes: Sequence[str], now: datetime) -> None:
    """Forgets what other appeals keep of these numbers, before these appeals are forgotten."""
    params = {"codes": list(codes)}
    naming: dict[str, Appeal] = {}
    for query in _NAMING:
        naming |= {appeal.code: appeal for appeal in await open_rows(tx, await tx.rows(query, params))}
    others = [appeal for code, appeal in naming.items() if code not in codes]
    if not others:
        return
    heads = [_head(left, now) for code in codes if (left := _left(others, code))]
    changed = {other.code: other for other in others}
    for first, _, followers in heads:
        changed |= {first.code: first} | {
            follower.code: replace(follower, incident=first.code) for follower in followers
        }
    anew = [_without(appeal, codes, naming[appeal.code].version + 1) for appeal in changed.values()]
    await keep_appeals(tx, anew, [line for _, line, _ in heads])
    await _blank(tx, codes, changed)
    told = [(0, f"routes|heir|{tx.ids.next(now)}", RoutesChanged(0, now)) for _ in heads]
    await enqueue_internal(tx, told, now)


def _left(others: Iterable[Appeal], code: str) -> list[Appeal]:
    """The appeals that wait for the answer of this one, the oldest first."""
    waiting = (other for other in others if other.incident == code and other.status is Status.MERGED)
    return sorted(waiting, key=lambda follower: (follower.created_at, follower.code))


def _head(left: Sequence[Appeal], now: datetime) -> tuple[Appeal, History, Sequence[Appeal]]:
    """The oldest waits for a way of its own again, and leads the others (incidents.py, `lead_gone`)."""
    first, *followers = left
    moved = move(first, Action.SEPARATE, now, 0)
    assert isinstance(moved, tuple), "a merged appeal can be separated"
    heir, line = moved
    return replace(heir, incident=heir.code if followers else "", chat=None, card=""), line, followers


def _without(appeal: Appeal, codes: Collection[str], version: int) -> Appeal:
    """The appeal at this version, its incident and the appeal it repeats forgotten where their codes were erased."""
    incident = "" if appeal.incident in codes else appeal.incident
    return replace(
        appeal, incident=incident, repeat_of="" if appeal.repeat_of in codes else appeal.repeat_of, version=version
    )


_BLANK = (
    update(history)
    .where(
        in_community(history),
        history.c.code == bindparam("named"),
        history.c.version == bindparam("line"),
    )
    .values(reason="")
)


async def _blank(tx: Transaction, codes: Collection[str], others: Iterable[str]) -> None:
    """A merge says in the history with which one."""
    lines = [line for some in (await lines_of(tx, others)).values() for line in some]
    rows = [{"named": line.code, "line": line.version} for line in lines if line.reason in codes]
    await tx.execute_many(_BLANK, rows)
