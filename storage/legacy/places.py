"""After a restore: where among the messages of a dialogue something stands that was lived through (delivery.md §13).

What lies between the copy and the restore is read from VK in one go, so the order of arrival says nothing. It must
never touch anything newer than the restore.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence, Set
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, select

from states.messages import is_chat
from storage.db.schema import Moment, inbox, outbox
from storage.db.transaction import Own, Transaction


def happened(tx: Transaction, community: int, at: datetime | None) -> datetime | None:
    """That moment, where it is one that is lived through again."""
    since = tx.restored.get(community)
    return at if since is not None and at is not None and at <= since else None


def saw(tx: Transaction, community: int, own: Own, at: datetime | None) -> None:
    """VK shows a message of ours: what follows from its having arrived happened then, not now that it is found."""
    if happened(tx, community, at) and at is not None:
        tx.restored.said.setdefault((community, own.peer), {}).setdefault(own.cmid, at)
        if own.random_id:
            tx.restored.numbers[community, own.peer, own.random_id] = own.cmid
        if is_chat(own.peer):
            tx.restored.lines.setdefault((community, own.peer), {}).setdefault(own.cmid, own)


def said(tx: Transaction, community: int, peer: int, cmid: int) -> datetime | None:
    return tx.restored.said.get((community, peer), {}).get(cmid)


def lines(tx: Transaction, community: int, peer: int) -> Collection[Own]:
    """What this chat was told."""
    return tx.restored.lines.get((community, peer), {}).values()


def unsure(tx: Transaction, community: int, peer: int, by: timedelta) -> None:
    """What comes due in this dialogue may have done so by so much earlier than it seems."""
    tx.restored.unsure[community, peer] = by


def forget(tx: Transaction) -> None:
    """Nothing more is lived through again."""
    tx.restored.said.clear()
    tx.restored.numbers.clear()
    tx.restored.lines.clear()
    tx.restored.late.clear()
    tx.restored.unsure.clear()


_WRITTEN = (
    select(inbox.c.cmid, inbox.c.at)
    .where(
        inbox.c.community_id == bindparam("of"),
        inbox.c.peer == bindparam("who"),
        inbox.c.kind == "message",
        inbox.c.at <= bindparam("until", type_=Moment),
    )
    .order_by(inbox.c.cmid.desc())
    .limit(20)
)


ITS_SECOND = timedelta(microseconds=999_999)
"""VK tells whole seconds, and of one second some order of its own (bot/delivery/relive.py)."""
_OURS = select(outbox.c.cmid).where(
    outbox.c.community_id == bindparam("of"), outbox.c.peer == bindparam("who"), outbox.c.cmid > bindparam("behind")
)


async def of_delivery(tx: Transaction, community: int, peer: int, at: datetime | None, cmid: int) -> int | None:
    """Behind what its peer had written by then; `cmid` is the number of what was delivered."""
    written = [] if at is None else await _written(tx, community, peer, at)
    return _behind(written, at, await _ours(tx, community, peer, written), cmid) if at is not None else None


async def of_timer(tx: Transaction, community: int, peer: int, at: datetime) -> int | None:
    """A timer stands where it stood then, or the answer to a question would come before the question."""
    if community not in tx.restored:
        return None
    written = await _written(tx, community, peer, at.replace(microsecond=0) + ITS_SECOND)
    earliest = at - tx.restored.unsure.get((community, peer), timedelta())
    return _behind(written, earliest, await _ours(tx, community, peer, written))


async def _ours(tx: Transaction, community: int, peer: int, written: Sequence[tuple[int, datetime]]) -> set[int]:
    """What we said since then, as far as it is known from what it followed."""
    known = {"of": community, "who": peer, "behind": written[0][0] if written else 0}
    return {row["cmid"] for row in await tx.rows(_OURS, known)}


ANSWERING = ("screen", "offer", "hint")
"""Kinds whose cause begins with the number of the message that is answered, in its own dialogue (delivery.md §7)."""

_BEFORE = select(func.max(inbox.c.cmid).label("number")).where(
    inbox.c.community_id == bindparam("of"),
    inbox.c.peer == bindparam("who"),
    inbox.c.kind == "message",
    inbox.c.at < bindparam("then", type_=Moment),
)


async def of_answer(tx: Transaction, community: int, row: Mapping[str, Any], known: RowMapping | None) -> int:
    """Behind which number what would be said again may stand: of the copy's, of the message that it answers, and of
    what was written in a second before that of its cause; behind that itself where it is newer than the restore. The
    same words in front of those had another reason."""
    if known is None:
        return 0
    parts = row["cause"].split("|")
    number = parts[4].partition(".")[0] if len(parts) > 4 and parts[2] in ANSWERING else ""
    mine = number.isdecimal() and parts[3] == str(row["peer"]) and int(number) <= known["known_max"]
    found = None
    if row["cause_at"] is not None:
        then = row["cause_at"].replace(microsecond=0)
        if then == row["cause_at"] and happened(tx, community, then) is None:
            then += timedelta(microseconds=1)  # VK's own date, of what was written itself or of what it set
        found = await tx.row(_BEFORE, {"of": community, "who": row["peer"], "then": then})
    before = found["number"] if found is not None and found["number"] is not None else 0
    return max(int(known["restored"]), int(number) if mine else 0, int(before))


async def _written(tx: Transaction, community: int, peer: int, until: datetime) -> list[tuple[int, datetime]]:
    rows = await tx.rows(_WRITTEN, {"of": community, "who": peer, "until": until})
    return [(row["cmid"], row["at"]) for row in reversed(rows)]


def _behind(written: Sequence[tuple[int, datetime]], at: datetime, ours: Set[int], since: int = 0) -> int | None:
    """The last of these numbers; but VK tells whole seconds: of its own second a message comes after it where we spoke
    before that, behind the number `since`, and what we said there did not follow from something else (`ours`)."""
    second = at.replace(microsecond=0)
    for (before, _), (number, when) in pairwise(written):
        if when >= second and not ours >= {*range(max(before, since) + 1, number)}:
            return before
    return written[-1][0] if written else None
