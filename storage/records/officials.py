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
    last = {(person.peer, person.user): person for person in changed}
    ordered = [person for _, person in sorted(last.items())]
    values = [(COMMUNITY_KEY, f"{person.peer}|{person.user}", storable(person.name)) for person in ordered]
    names = await tx.keys.seal(NAME, values)
    rows = [
        {
            "peer": person.peer,
            "user_id": person.user,
            "standing": person.standing.value,
            "since": person.since,
            "until": person.until,
            "by_id": person.by,
            "name": name,
        }
        for person, name in zip(ordered, names, strict=True)
    ]
    await upsert(tx, official, rows)
