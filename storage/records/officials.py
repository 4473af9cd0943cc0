"""Officials of agencies in their chats: who works where, since and until when (T5). It decides nothing about them.

Their names are personal data: sealed with the community key, dropped some time after they have left.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from states.people.officials import Official, Standing
from storage.db.columns import in_community
from storage.db.keyring import COMMUNITY_KEY, NAME
from storage.db.schema import official
from storage.db.transaction import Transaction
from storage.db.upsert import storable, upsert

_OF_CHATS = (
    select(official)
    .where(in_community(official), official.c.peer.in_(bindparam("peers", expanding=True)))
    .order_by(official.c.peer, official.c.user_id)
)


def row_of(row: Any) -> str:
    """What a row is called in the seal of its name."""
    return f"{row['peer']}|{row['user_id']}"


async def of_chats(tx: Transaction, peers: Iterable[int]) -> dict[int, dict[int, Official]]:
    """Everybody who is or was an official of these chats, by chat and VK id."""
    wanted = sorted(set(peers))
    if not wanted:
        return {}
    rows = await tx.rows(_OF_CHATS, {"peers": wanted})
    names = await tx.keys.unseal(NAME, [(row_of(row), row["name"]) for row in rows])
    found: dict[int, dict[int, Official]] = {peer: {} for peer in wanted}
    for row, name in zip(rows, names, strict=True):
        found[row["peer"]][row["user_id"]] = Official(
            peer=row["peer"],
            user=row["user_id"],
            standing=Standing(row["standing"]),
            since=row["since"],
            until=row["until"],
            by=row["by_id"],
            name=name or "",
        )
    return found


async def keep(tx: Transaction, changed: Sequence[Official]) -> None:
    """Officials as decided; of one in the same chat the last counts."""
    last = {(one.peer, one.user): one for one in changed}
    ordered = [one for _, one in sorted(last.items())]
    values = [(COMMUNITY_KEY, f"{one.peer}|{one.user}", storable(one.name)) for one in ordered]
    names = await tx.keys.seal(NAME, values)
    rows = [
        {
            "peer": one.peer,
            "user_id": one.user,
            "standing": one.standing.value,
            "since": one.since,
            "until": one.until,
            "by_id": one.by,
            "name": name,
        }
        for one, name in zip(ordered, names, strict=True)
    ]
    await upsert(tx, official, rows)
